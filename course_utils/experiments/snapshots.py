"""Looks at a critic: as it trains, and under penalties of different weight.

Both are fits against a generator that stands still, small enough to be made when a lesson asks
for them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from course_utils import datasets, evaluation, models
from course_utils.experiments.critics import noisy, plane_grid
from course_utils.experiments.penalty import penalised
from course_utils.objectives import Objective, interpolate
from course_utils.run_context import seeded
from course_utils.training import SampleReal, TrainConfig, fit_critic

CELLS = 61  # of a field, each way


@dataclass(frozen=True)
class Snapshot:
    """A critic after some of its steps.

    Attributes
    ----------
    values : ndarray, shape (CELLS, CELLS)
        Scores (logits for a discriminator), centred on the grid.
    dual, steepest : float
        Mean real minus mean fake score, and the largest slope found.
    """

    step: int
    values: np.ndarray
    dual: float
    steepest: float

    @property
    def proven(self) -> float:
        """What the critic, scaled to slope 1, proves of W₁."""
        return self.dual / max(self.steepest, 1e-12)


@dataclass(frozen=True)
class Growth:
    """A critic's snapshots in order, the points it was measured on, and their exact W₁."""

    snapshots: tuple[Snapshot, ...]
    real: np.ndarray
    fake: np.ndarray
    w1: float
    half_width: float


def growing_critic(
    objective: Objective,
    n_steps: int,
    seed: int,
    *,
    sample: SampleReal = datasets.eight_gaussians,
    n_snapshots: int = 12,
    half_width: float = 3.0,
) -> Growth:
    """Train a critic between data and data plus noise, and look at it on the way.

    Parameters
    ----------
    n_steps : int
        Critic updates; the first snapshot is taken before any.
    """
    with seeded(seed):
        critic = models.mlp_critic((2,), (96, 96))
    fake = noisy(sample, 0.7)
    grid = plane_grid(half_width, CELLS)
    with seeded(seed + 1):
        x, y = sample(400), fake(400)
        between = interpolate(x, y, torch.rand(400))
    every = max(1, n_steps // n_snapshots)
    taken: list[Snapshot] = []

    def take(network: nn.Module) -> dict[str, float]:
        taken.append(_snapshot(network, len(taken) * every, grid, x, y, between))
        return {}

    with torch.no_grad():
        take(critic)
    config = TrainConfig.for_objective(
        objective, n_steps=every * n_snapshots, batch_size=128, lr=2e-3, seed=seed,
        log_every=n_steps, evaluate_every=every,
    )  # fmt: skip
    fit_critic(critic, sample, fake, objective, config, evaluate=take)
    return Growth(tuple(taken), x.numpy(), y.numpy(), evaluation.exact_w1(x, y), half_width)


def _snapshot(critic, step, grid, x, y, between) -> Snapshot:
    values = critic(grid).numpy().reshape(CELLS, CELLS)
    slopes = evaluation.slopes(critic, torch.cat([x, y, between, grid]))
    middle = (values.max() + values.min()) / 2
    return Snapshot(step, values - middle, evaluation.dual_value(critic, x, y), float(slopes.max()))


# --- the weight of the penalty --------------------------------------------------------------


@dataclass(frozen=True)
class Penalised:
    """A critic trained with one penalty weight, and its slope on a grid."""

    lambda_gp: float
    critic: nn.Module
    slopes: np.ndarray
    dual: float


@dataclass(frozen=True)
class PenaltyStudy:
    """Critics under several penalty weights on the same ground.

    Attributes
    ----------
    fits : tuple of Penalised
    real, fake : Tensor, shape (n, 2)
        Held-out points of both kinds.
    w1 : float
        Exact, between them.
    half_width : float
        Of the square grid.
    """

    fits: tuple[Penalised, ...]
    real: Tensor
    fake: Tensor
    w1: float
    half_width: float


def penalty_study(lambdas: Iterable[float], n_steps: int, seed: int) -> PenaltyStudy:
    """Train one small critic for each λ between two pairs of blobs that hardly overlap."""
    half_width = 3.5
    grid = plane_grid(half_width, CELLS)
    with seeded(seed + 1):
        real, fake = _left_pair(300), _right_blob(300)
    fits = []
    for weight in lambdas:
        with seeded(seed):
            critic = models.mlp_critic((2,), (96, 96))
        objective = penalised(weight)
        config = TrainConfig.for_objective(
            objective, n_steps=n_steps, batch_size=128, lr=2e-3, seed=seed, log_every=n_steps
        )
        fit_critic(critic, _left_pair, _right_blob, objective, config)
        slopes = evaluation.slopes(critic, grid).reshape(CELLS, CELLS)
        dual = evaluation.dual_value(critic, real, fake)
        fits.append(Penalised(weight, critic, slopes, dual))
    return PenaltyStudy(tuple(fits), real, fake, evaluation.exact_w1(real, fake), half_width)


def _left_pair(n_samples: int) -> Tensor:
    """The data: two blobs at (−1.5, ±1.5)."""
    side = torch.randint(2, (n_samples, 1)) * 2 - 1
    centre = torch.cat([torch.full((n_samples, 1), -1.5), 1.5 * side], dim=1)
    return centre + 0.35 * torch.randn(n_samples, 2)


def _right_blob(n_samples: int) -> Tensor:
    """The samples of a generator that has not found them: one blob at (1.5, 0)."""
    return torch.tensor([1.5, 0.0]) + 0.35 * torch.randn(n_samples, 2)


@dataclass(frozen=True)
class Interpolates:
    """Pairs, the points between them, and the critic's slope at each point."""

    real: np.ndarray
    fake: np.ndarray
    x_hat: np.ndarray
    slopes: np.ndarray

    @property
    def violations(self) -> float:
        """Share of the points where the slope exceeds 1."""
        return float((self.slopes > 1).mean())


def interpolates(study: PenaltyStudy, fit: Penalised, draw: int) -> Interpolates:
    """Random pairs with one ε each, as the penalty draws them; `draw` numbers the batch."""
    with seeded(draw):
        order = torch.randperm(len(study.fake))
        fake = study.fake[order]
        x_hat = interpolate(study.real, fake, torch.rand(len(fake)))
    slopes = evaluation.slopes(fit.critic, x_hat)
    return Interpolates(study.real.numpy(), fake.numpy(), x_hat.numpy(), slopes)
