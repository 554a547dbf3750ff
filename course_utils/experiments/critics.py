"""What experiments do to a critic: fix its ground, look at it, hold its loss to quality."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from scipy.stats import spearmanr
from torch import Tensor, nn

from course_utils.evaluation import scores, slopes
from course_utils.history import History
from course_utils.models import mlp_critic
from course_utils.training import SampleReal


def noisy(sample: SampleReal, std: float = 1.0) -> SampleReal:
    """A generator that has been fixed: data plus Gaussian noise (Gulrajani et al. 2017, §3)."""

    def fake(n_samples: int) -> Tensor:
        x = sample(n_samples)
        return x + std * torch.randn_like(x)

    return fake


def plane_grid(half_width: float, k: int = 61) -> Tensor:
    """A square grid, row by row from below; shape (k², 2)."""
    line = torch.linspace(-half_width, half_width, k)
    return torch.cartesian_prod(line, line).flip(1)


@torch.no_grad()
def values_on_grid(critic: nn.Module, half_width: float, k: int = 101) -> np.ndarray:
    """A critic's scores on :func:`plane_grid`; rows are x₂, columns x₁; shape (k, k)."""
    return scores(critic, plane_grid(half_width, k)).reshape(k, k)


def gradient_by_layer(critic: nn.Sequential, x: Tensor) -> np.ndarray:
    """Mean norm of d score / d output, over the samples, for each linear layer but the last.

    In double precision: behind a dozen clipped layers a gradient may underflow single precision.

    Returns
    -------
    array, shape (layers − 1,)
        From the layer nearest the input to the one before the score.
    """
    hidden, outputs = x.cpu().double(), []
    for layer in in_double(critic):
        hidden = layer(hidden)
        if isinstance(layer, nn.Linear):
            outputs.append(hidden)
    gradients = torch.autograd.grad(hidden.sum(), outputs[:-1])
    return np.array([float(g.norm(dim=1).mean()) for g in gradients])


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


def weights(critic: nn.Module) -> np.ndarray:
    """All entries of a critic's weight matrices, in one row."""
    matrices = [p.detach().flatten() for p in critic.parameters() if p.dim() > 1]
    return torch.cat(matrices).cpu().numpy()


def share_at_limit(critic: nn.Module, clip_value: float) -> float:
    """Share of the entries of the weight matrices within 1 % of ±c."""
    return float((np.abs(weights(critic)) >= np.float32(0.99 * clip_value)).mean())


def in_double(network: nn.Module) -> nn.Module:
    """A copy in double precision, on the CPU: not every GPU has float64."""
    return copy.deepcopy(network).cpu().double()


def largest(critic: nn.Module) -> float:
    """The largest absolute value among a critic's parameters."""
    return max(float(parameter.detach().abs().max()) for parameter in critic.parameters())


@torch.no_grad()
def corner_critic(signs: Sequence[int], clip_value: float, dim: int = 1) -> nn.Sequential:
    """A critic in a corner of the box: all weights of layer l at ±c, all biases at +c.

    Parameters
    ----------
    signs : sequence of int
        +1 or −1 for each of the three layers.
    clip_value : float
        c.
    dim : int
        Width of the input.
    """
    critic = mlp_critic((dim,))
    linears = [layer for layer in critic if isinstance(layer, nn.Linear)]
    for sign, layer in zip(signs, linears, strict=True):
        layer.weight.fill_(sign * clip_value)
        layer.bias.fill_(clip_value)
    return critic


@torch.no_grad()
def scaled_into_box(critic: nn.Sequential, clip_value: float) -> tuple[nn.Sequential, float]:
    """A copy whose parameters lie in [−c, c], and the factor by which its scores are smaller.

    For linear layers and (leaky) ReLUs, which are positively homogeneous: with the weights of
    every layer times s and the biases of layer l times sˡ, a network of L layers gives sᴸ f(x).
    """
    copied = copy.deepcopy(critic)
    linears = [layer for layer in copied if isinstance(layer, nn.Linear)]
    scale = min(1.0, clip_value / largest(critic))
    for depth, layer in enumerate(linears, 1):
        layer.weight.mul_(scale)
        layer.bias.mul_(scale**depth)
    return copied, scale ** len(linears)


# --- a loss and what it is worth ------------------------------------------------------------


@dataclass(frozen=True)
class Following:
    """A loss and a score of quality at the same steps, and how well their ranks agree.

    Attributes
    ----------
    steps, loss, quality : array, shape (evaluations,)
        ``loss`` is the critic's, its sign turned, averaged over the steps since the last.
    spearman : float
        Rank correlation of ``loss`` and ``quality``.
    """

    steps: np.ndarray
    loss: np.ndarray
    quality: np.ndarray
    spearman: float


def does_loss_follow(
    history: History, quality: str = "frechet", average: Callable = np.mean
) -> Following:
    """Hold the smoothed critic loss of a run against a score that was taken on the way.

    Parameters
    ----------
    quality : str
        Column of the history that holds the score.
    average : callable
        Of the logged losses since the last evaluation: that of one batch is noisy.
    """
    evaluated, scores = history.curve(quality)
    steps, losses = history.curve("critic_loss")
    since = np.concatenate([[0], evaluated[:-1]])
    loss = np.array([
        -average(losses[(steps > a) & (steps <= b)]) for a, b in zip(since, evaluated, strict=True)
    ])  # fmt: skip
    return Following(evaluated, loss, scores, float(spearmanr(loss, scores).statistic))
