"""Lesson 4's experiments in the plane: what clipping trains, and what its critic's number is worth.

Everything is judged by exact transport on the same batches that the critic is asked about, so
that a critic's number and W₁ can be held against each other without an allowance for sampling.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import torch
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist
from scipy.stats import spearmanr
from torch import Tensor, nn

from course_utils import datasets, models, settings
from course_utils.evaluation import (
    Coverage,
    dual_value,
    exact_w1,
    generate,
    mode_coverage,
    slopes,
    w1_floor,
)
from course_utils.history import History
from course_utils.objectives import Objective
from course_utils.training import TrainConfig, fit_critic, train

SampleReal = Callable[[int], Tensor]


@dataclass(frozen=True)
class Mixture:
    """A mixture of Gaussians in the plane: its sampler, and its modes for counting."""

    sample: SampleReal
    means: tuple[tuple[float, float], ...]
    std: float

    def floor(self, n_samples: int, seed: int, repeats: int = 5) -> float:
        """Mean exact W₁ between two of its own samples: what a perfect generator would score."""
        with torch.random.fork_rng():
            torch.manual_seed(seed)
            return float(w1_floor(self.sample, n_samples, repeats).mean())


THREE = Mixture(datasets.three_gaussians, datasets.THREE_MEANS, 0.5)
EIGHT = Mixture(datasets.eight_gaussians, datasets.EIGHT_MEANS, 0.02)


def _seeded(build: Callable[[], tuple[nn.Module, ...]], seed: int) -> tuple[nn.Module, ...]:
    """Networks initialised from ``seed``, on the course's device; the global stream stays."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return tuple(network.to(settings.device()) for network in build())


# --- whole games ----------------------------------------------------------------------------


@dataclass(frozen=True)
class PlaneRun:
    """A generator trained on points in the plane, and how it is judged at the end.

    Attributes
    ----------
    real, fake : array, shape (n, 2)
        Fresh samples of the data and of the generator.
    w1 : float
        Exact W₁ between ``real`` and ``fake``.
    printed : float
        What the critic gives on the very same batches: mean real score − mean fake score.
    coverage : Coverage
        Which modes ``fake`` reaches.
    """

    objective: Objective
    config: TrainConfig
    generator: nn.Module
    critic: nn.Module
    history: History
    real: np.ndarray
    fake: np.ndarray
    w1: float
    printed: float
    coverage: Coverage


def train_in_plane(
    objective: Objective,
    mixture: Mixture,
    config: TrainConfig,
    *,
    n_looks: int = 0,
    n_judged: int = 1000,
) -> PlaneRun:
    """Train the pair of 2-128-128 networks on a mixture and judge it by exact W₁.

    Parameters
    ----------
    objective : Objective
    mixture : Mixture
    config : TrainConfig
        Its seed sets the networks, the training and the samples that judge.
    n_looks : int
        Judgements on the way, on ``n_judged // 2`` points each, as columns ``w1`` and
        ``printed`` of the history.
    n_judged : int
        Points in each of the two samples of the last judgement.
    """
    generator, critic = _seeded(
        lambda: (models.mlp_generator(config.latent_dim), models.mlp_critic()), config.seed
    )

    def judge(network: nn.Module, n_samples: int) -> tuple[Tensor, Tensor]:
        torch.manual_seed(config.seed + 1)  # the same questions every time
        real = mixture.sample(n_samples).to(settings.device())
        return real, generate(network, n_samples, config.latent_dim)

    def look(network: nn.Module) -> dict[str, float]:
        real, fake = judge(network, n_judged // 2)
        return {"w1": exact_w1(real.cpu(), fake.cpu()), "printed": dual_value(critic, real, fake)}

    every = max(1, config.n_steps // n_looks) if n_looks else 0
    history = train(
        generator, critic, mixture.sample, objective, replace(config, evaluate_every=every),
        evaluate=look if n_looks else None,
    )  # fmt: skip
    with torch.random.fork_rng():
        real, fake = judge(history.generator, n_judged)
    printed = dual_value(critic, real, fake)
    real, fake = np.asarray(real.cpu()), np.asarray(fake.cpu())
    return PlaneRun(
        objective, config, history.generator, critic, history, real, fake,
        exact_w1(real, fake), printed, mode_coverage(fake, mixture.means, mixture.std),
    )  # fmt: skip


def sweep(
    objectives: Mapping[str, Objective],
    changes: Mapping[str, Mapping[str, object]],
    seeds: Iterable[int],
    mixture: Mixture,
    n_steps: int,
    n_judged: int = 500,
) -> dict[tuple[str, str], list[PlaneRun]]:
    """Every objective under every change of its paper's settings, once for each seed.

    Parameters
    ----------
    objectives : mapping
        By the label they are to have.
    changes : mapping
        By label; fields of :class:`TrainConfig` to change. A number under ``"lr_factor"``
        multiplies the paper's learning rate instead of replacing it.
    """
    seeds, runs = list(seeds), {}
    for model, objective in objectives.items():
        for label, change in changes.items():
            change = dict(change)
            lr = objective.paper.lr * change.pop("lr_factor", 1.0)
            wanted = {"lr": lr, "n_steps": n_steps, "log_every": n_steps} | change
            config = TrainConfig.for_objective(objective, **wanted)
            runs[model, label] = [
                train_in_plane(objective, mixture, replace(config, seed=seed), n_judged=n_judged)
                for seed in seeds
            ]
    return runs


@dataclass(frozen=True)
class Following:
    """A loss and a score of quality at the same steps, and how well their ranks agree.

    Attributes
    ----------
    steps, loss, quality : array, shape (looks,)
        ``loss`` is the critic's, its sign turned, averaged over the steps since the last look.
    spearman : float
        Rank correlation of ``loss`` and ``quality``.
    """

    steps: np.ndarray
    loss: np.ndarray
    quality: np.ndarray
    spearman: float


def does_loss_follow(history: History, quality: str = "frechet") -> Following:
    """Hold the smoothed critic loss of a run against a score that was taken on the way."""
    looks, scores = history.curve(quality)
    steps, losses = history.curve("critic_loss")
    since = np.concatenate([[0], looks[:-1]])
    loss = np.array([
        -losses[(steps > a) & (steps <= b)].mean() for a, b in zip(since, looks, strict=True)
    ])  # fmt: skip
    return Following(looks, loss, scores, float(spearmanr(loss, scores).statistic))


# --- a critic alone -------------------------------------------------------------------------


def train_critic(
    objective: Objective,
    real: SampleReal,
    fake: SampleReal,
    config: TrainConfig,
    *,
    dim: int = 2,
    hidden: tuple[int, ...] = (128, 128),
    leak: float = models.LEAK,
    clip_first: bool = False,
    judged_on: tuple[Tensor, Tensor] | None = None,
) -> tuple[nn.Module, History]:
    """A fresh critic, trained against a generator that does not move.

    Parameters
    ----------
    real, fake : callable
        ``sample(n)`` gives ``(n, dim)`` points.
    clip_first : bool
        Apply the constraint to the initial weights too, so that it holds at every step.
    judged_on : pair of Tensors, optional
        Real and fake points; the critic's value there enters the history as ``value``, every
        ``config.evaluate_every`` steps.
    """
    (critic,) = _seeded(lambda: (models.mlp_critic((dim,), hidden, leak=leak),), config.seed)
    if clip_first:
        objective.constraint.after_critic_step(critic)
    look = judged_on and (lambda network: {"value": dual_value(network, *judged_on)})
    return critic, fit_critic(critic, real, fake, objective, config, evaluate=look)


def blurred(sample: SampleReal, std: float = 1.0) -> SampleReal:
    """The generator that is held fixed in Gulrajani et al. (2017), Fig. 1a: data plus noise."""

    def sample_fake(n_samples: int) -> Tensor:
        points = sample(n_samples)
        return points + std * torch.randn_like(points)

    return sample_fake


def steepest_slope(critic: nn.Module, *clouds: Tensor) -> float:
    """The largest ‖∇f‖ found on clouds of points and between the first two.

    A lower bound on the Lipschitz constant, and the figure that a value is divided by to
    compare critics of different scale.
    """
    first, second = clouds[:2]
    weight = torch.linspace(0, 1, len(first), device=first.device)[:, None]
    points = torch.cat([*clouds, weight * first + (1 - weight) * second])
    return float(slopes(critic, points).max())


def spectral_bound(critic: nn.Module) -> float:
    """The product of the spectral norms of a critic's matrices: no slope exceeds it.

    For networks of linear layers and activations of slope at most one.
    """
    matrices = [layer.weight for layer in critic.modules() if isinstance(layer, nn.Linear)]
    return math.prod(float(torch.linalg.matrix_norm(m.detach(), 2)) for m in matrices)


def share_at_limit(critic: nn.Module, clip_value: float) -> float:
    """Share of the entries of the weight matrices within 1 % of ±c."""
    weights = torch.cat([p.detach().flatten() for p in critic.parameters() if p.dim() > 1])
    return float((weights.abs() >= 0.99 * clip_value).float().mean())


def values_on_grid(critic: nn.Module, limit: float, n_points: int = 101) -> np.ndarray:
    """A critic's scores on a square grid over [−limit, limit]²; ``(n_points, n_points)``."""
    line = torch.linspace(-limit, limit, n_points)
    grid = torch.cartesian_prod(line, line)[:, [1, 0]]  # rows are x₂, columns x₁
    with torch.no_grad():
        scores = critic(grid.to(settings.device()))
    return scores.reshape(n_points, n_points).cpu().numpy()


# --- depth ----------------------------------------------------------------------------------


def gradient_by_layer(critic: nn.Sequential, real: Tensor, fake: Tensor) -> np.ndarray:
    """Size of the gradient of the critic's loss at the output of each linear layer.

    The root of the mean over samples of the squared norm, in double precision: through twelve
    clipped layers it can fall below what single precision resolves.

    Returns
    -------
    array, shape (layers,)
        From the layer nearest the input to the one before the score.
    """
    twin = _copy_in_double(critic)
    x = torch.cat([real, fake]).double()
    sign = torch.cat([-torch.ones(len(real)), torch.ones(len(fake))]).to(x)
    outputs = []
    for layer in twin:
        x = layer(x)
        if isinstance(layer, nn.Linear):
            x.retain_grad()
            outputs.append(x)
    (sign * x.squeeze(1)).sum().backward()
    return np.array([float(o.grad.square().sum(1).mean().sqrt()) for o in outputs[:-1]])


def _copy_in_double(critic: nn.Sequential) -> nn.Sequential:
    shape = [layer for layer in critic if isinstance(layer, nn.Linear)]
    hidden = [layer.out_features for layer in shape[:-1]]
    leak = getattr(critic[1], "negative_slope", 0.0)
    twin = models.mlp_critic((shape[0].in_features,), hidden, leak=leak)
    twin.load_state_dict(critic.state_dict())
    return twin.double().to(next(critic.parameters()).device)


# --- forces ---------------------------------------------------------------------------------


class Particles(nn.Module):
    """A generator that is nothing but its samples: a table of points, whatever the noise.

    What a critic says to it is said to each point alone: the slope there is the force.
    """

    def __init__(self, positions: Tensor):
        super().__init__()
        self.positions = nn.Parameter(positions.clone())  # (n, 2)

    def forward(self, z: Tensor) -> Tensor:
        """As many points as there is noise, cyclically."""
        return self.positions[torch.arange(len(z)) % len(self.positions)]

    def forces(self, critic: nn.Module) -> Tensor:
        """∇f at every point; ``(n, 2)``."""
        x = self.positions.detach().requires_grad_(True)
        return torch.autograd.grad(critic(x).sum(), x)[0]

    @torch.no_grad()
    def push(self, forces: Tensor, length: float) -> None:
        """Move every point along its force; the average point moves by ``length``."""
        self.positions += length * forces / forces.norm(dim=1).mean()


def pulls(fake: np.ndarray, real: np.ndarray) -> np.ndarray:
    """Unit vectors from each generated point to its partner in the cheapest matching; ``(n, 2)``.

    They are the slopes that an optimal potential has at the generated points.
    """
    cost = cdist(fake, real)
    _, partner = linear_sum_assignment(cost)
    journey = np.asarray(real, dtype=float)[partner] - fake
    return journey / np.maximum(np.linalg.norm(journey, axis=1, keepdims=True), 1e-12)
