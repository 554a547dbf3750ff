"""Judging samples: for images by a classifier's features, for points by exact transport.

Every number here is measured on samples, so it has a floor: what two samples of the *same* law
score. Compare with the floor before praising a model.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import torch
from scipy.spatial.distance import cdist
from torch import Tensor, nn

from course_utils import datasets, features, settings
from course_utils.models import device_of
from course_utils.objectives import gradient_norms
from course_utils.run_context import evaluating
from course_utils.transport import empirical_wasserstein


def on_cpu(x) -> np.ndarray:
    """An array of any shape, on any device, as float64 on the CPU: not every GPU has float64."""
    return np.asarray(x.detach().cpu() if isinstance(x, Tensor) else x, dtype=float)


# --- sampling -------------------------------------------------------------------------------


def generate(generator: nn.Module, n_samples: int, latent_dim: int) -> Tensor:
    """``n_samples`` samples in evaluation mode, made 1,000 at a time; ``(n_samples, ...)``."""
    z = torch.randn(n_samples, latent_dim, device=device_of(generator))
    with evaluating(generator):
        return torch.cat([generator(chunk) for chunk in z.split(1000)])


# --- images ---------------------------------------------------------------------------------

# images shown to the classifier: what its layers make of them fits a core's cache
JUDGED_AT_ONCE = 100


def frechet_distance(
    mean1: np.ndarray, cov1: np.ndarray, mean2: np.ndarray, cov2: np.ndarray
) -> float:
    """The squared Fréchet (2-Wasserstein) distance between two Gaussians.

    ``‖μ₁ − μ₂‖² + tr(C₁ + C₂ − 2 (C₁ C₂)^½)``, as in the FID of Heusel et al. (2017), eq. 6.
    The trace of the root is taken through ``C₁^½ C₂ C₁^½``, which is symmetric: real, and safe
    for singular covariances.

    Parameters
    ----------
    mean1, mean2 : array, shape (d,)
    cov1, cov2 : array, shape (d, d)
        Symmetric, positive semidefinite.
    """
    mean1, cov1, mean2, cov2 = (np.asarray(a, dtype=float) for a in (mean1, cov1, mean2, cov2))
    values, vectors = np.linalg.eigh(cov1)
    root1 = vectors * np.sqrt(np.clip(values, 0, None)) @ vectors.T
    cross = np.linalg.eigvalsh(root1 @ cov2 @ root1)
    trace_of_root = np.sqrt(np.clip(cross, 0, None)).sum()
    gap = ((mean1 - mean2) ** 2).sum()
    return float(gap + np.trace(cov1) + np.trace(cov2) - 2 * trace_of_root)


def inception_score(probabilities: np.ndarray) -> float:
    """``exp(E D(p(y|x) ‖ p(y)))`` of class probabilities (Salimans et al. 2016, §4).

    Between 1 (every sample looks alike, or like nothing) and the number of classes.

    Parameters
    ----------
    probabilities : array, shape (n, classes)
        One row for each sample, summing to 1.
    """
    p = np.asarray(probabilities, dtype=float)
    marginal = np.broadcast_to(p.mean(axis=0), p.shape)
    log_ratio = np.log(p, where=p > 0, out=np.zeros_like(p))
    log_ratio -= np.log(marginal, where=p > 0, out=np.zeros_like(p))
    return float(np.exp((p * log_ratio).sum(axis=1).mean()))


@dataclass(frozen=True)
class Judged:
    """Images as the classifier sees them: features (n, 128) and probabilities (n, 10)."""

    features: np.ndarray
    probabilities: np.ndarray

    @property
    def moments(self) -> tuple[np.ndarray, np.ndarray]:
        """Mean (128,) and covariance (128, 128) of the features."""
        return self.features.mean(axis=0), np.cov(self.features, rowvar=False)


_IMAGES = {"mnist": datasets.mnist, "fashion_mnist": datasets.fashion_mnist}


@torch.no_grad()
def judge(images: Tensor, name: str) -> Judged:
    """Show images ``(n, 1, 28, 28)`` in [−1, 1] to the classifier of ``"mnist"`` or the like."""
    net = features.feature_net(name, images.device)
    seen = torch.cat([net.features(chunk) for chunk in images.split(JUDGED_AT_ONCE)])
    probabilities = net.head(seen).softmax(dim=1)
    return Judged(on_cpu(seen), on_cpu(probabilities))


@cache
def reference(name: str) -> Judged:
    """The 10,000 test images of a set as its classifier sees them; computed once a process."""
    return judge(_IMAGES[name]("test").scaled(), name)


@dataclass(frozen=True)
class ImageScores:
    """How a set of images compares with the test images of its kind.

    Attributes
    ----------
    frechet : float
        Fréchet distance in the features of our own classifier; not an Inception-FID.
    classifier_score : float
        The formula of the inception score on our classifier: 1 to 10.
    confidence : float
        Mean probability of the class the classifier decides for.
    class_shares : array, shape (10,)
        Share of the images in each class.
    """

    frechet: float
    classifier_score: float
    confidence: float
    class_shares: np.ndarray


def score_images(images: Tensor, name: str) -> ImageScores:
    """Score images ``(n, 1, 28, 28)`` against all 10,000 test images of their kind.

    The Fréchet distance depends on n: set :func:`frechet_floor` for as many images beside it.
    """
    judged = judge(images, name)
    decided = np.bincount(judged.probabilities.argmax(axis=1), minlength=10)
    return ImageScores(
        frechet_distance(*judged.moments, *features.reference_moments(name)),
        inception_score(judged.probabilities),
        float(judged.probabilities.max(axis=1).mean()),
        decided / len(images),
    )


def frechet_floor(name: str, n_samples: int, repeats: int = 3) -> float:
    """What real training images score in place of samples: the least one may hope for.

    A covariance estimated from few images differs from the true one, so the distance is above 0
    even for a perfect model, the more so the fewer samples it is measured on.

    Parameters
    ----------
    name : str
        Of the image set.
    n_samples : int
        Images behind each distance; compare only with distances behind which there are as many.
    repeats : int
        Disjoint random draws to average over, as far as the 60,000 images reach.
    """
    return _frechet_floor(name, n_samples, repeats, settings.data_dir())


@cache
def _frechet_floor(name: str, n_samples: int, repeats: int, _folder: Path) -> float:
    images = _IMAGES[name]("train")
    order = np.random.default_rng(0).permutation(len(images))[: repeats * n_samples]
    draws = [order[start : start + n_samples] for start in range(0, len(order), n_samples)]
    scores = [
        score_images(images.scaled(torch.from_numpy(rows)), name).frechet
        for rows in draws if len(rows) == n_samples
    ]  # fmt: skip
    return float(np.mean(scores))


def precision_recall(real: np.ndarray, fake: np.ndarray, k: int = 3) -> tuple[float, float]:
    """Are fakes realistic (precision), and is all of the real data covered (recall)?

    A sample counts as covered by a set if it lies within the distance of some member to that
    member's k-th neighbour in the set (Kynkäänniemi et al. 2019, eq. 1 and 2).

    Parameters
    ----------
    real, fake : array, shapes (n, d), (m, d)
        Features; a few thousand of each.
    """

    def covered(points: np.ndarray, members: np.ndarray) -> float:
        among = cdist(members, members)
        radius = np.partition(among, k, axis=1)[:, k]  # column 0 is the member itself
        return float((cdist(points, members) <= radius).any(axis=1).mean())

    return covered(fake, real), covered(real, fake)


def grain(images: Tensor) -> float:
    """How much neighbouring pixels differ: the mean of |difference| along rows and columns.

    Salt and pepper raise it, blur lowers it. For images of shape (n, 1, height, width), in their
    unit.
    """
    along_rows, along_columns = images.diff(dim=3).abs(), images.diff(dim=2).abs()
    return float((along_rows.mean() + along_columns.mean()) / 2)


def _rows(data: datasets.ImageSet, device: torch.device) -> Tensor:
    """Images as rows of pixels in [−1, 1]: ``(n, 784)``."""
    return data.to(device).scaled().flatten(1)


def nearest_neighbours(images: Tensor, data: datasets.ImageSet, k: int = 1):
    """The training images closest to each sample, by Euclidean distance of pixels in [−1, 1].

    Returns
    -------
    index : Tensor, shape (n, k)
        Rows of ``data``, nearest first; on the CPU, as the distances are.
    distance : Tensor, shape (n, k)
    """
    wanted = images.flatten(1)
    best = [
        (distance, rows + start)
        for start in range(0, len(data), 10_000)
        for distance, rows in [
            torch.cdist(wanted, _rows(data[start : start + 10_000], wanted.device)).topk(
                min(k, len(data) - start), largest=False
            )
        ]
    ]
    distances = torch.cat([d for d, _ in best], dim=1).cpu()
    rows = torch.cat([r for _, r in best], dim=1).cpu()
    order = distances.argsort(dim=1)[:, :k]
    return rows.gather(1, order), distances.gather(1, order)


# --- points in the plane --------------------------------------------------------------------


def exact_w1(x, y) -> float:
    """W₁ between two samples, arrays or tensors of shapes (n, d) and (m, d).

    See :func:`course_utils.transport.empirical_wasserstein`; n = m = 1,000 takes a small part of
    a second.
    """
    return empirical_wasserstein(on_cpu(x), on_cpu(y))


def w1_floor(sample: Callable[[int], Tensor], n_samples: int, repeats: int = 5) -> np.ndarray:
    """:func:`exact_w1`, shape (repeats,), between samples of *one* law: a perfect model's score."""
    return np.array([exact_w1(sample(n_samples), sample(n_samples)) for _ in range(repeats)])


@dataclass(frozen=True)
class Coverage:
    """Which modes of a mixture a sample reaches.

    Attributes
    ----------
    modes_hit : int
        Modes with at least one sample within three standard deviations.
    shares : array, shape (modes,)
        Share of all samples that lie nearest to each mode.
    within : float
        Share of the samples within three standard deviations of some mode.
    """

    modes_hit: int
    shares: np.ndarray
    within: float


def mode_coverage(samples, means, std: float) -> Coverage:
    """Count the modes that samples ``(n, d)`` of a mixture with centres ``means`` reach."""
    distance = cdist(on_cpu(samples), on_cpu(means))
    nearest, good = distance.argmin(axis=1), distance.min(axis=1) <= 3 * std
    return Coverage(
        len(np.unique(nearest[good])),
        np.bincount(nearest, minlength=len(means)) / len(nearest),
        float(good.mean()),
    )


# --- critics --------------------------------------------------------------------------------


def slopes(critic: nn.Module, x: Tensor) -> np.ndarray:
    """``‖∇ₓ f(x)‖`` at each sample, as a NumPy array ``(n,)``."""
    return gradient_norms(critic, x.to(device_of(critic))).detach().cpu().numpy()


@torch.no_grad()
def scores(critic: nn.Module, x: Tensor) -> np.ndarray:
    """``f(x)`` at each sample, as a NumPy array ``(n,)``."""
    return critic(x.to(device_of(critic))).squeeze(-1).cpu().numpy()


@torch.no_grad()
def dual_value(critic: nn.Module, real: Tensor, fake: Tensor) -> float:
    """``E[f(real)] − E[f(fake)]``, samples (n, ...): over a Lipschitz constant, a bound on W₁."""
    real, fake = (x.to(device_of(critic)) for x in (real, fake))
    return float(critic(real).mean() - critic(fake).mean())
