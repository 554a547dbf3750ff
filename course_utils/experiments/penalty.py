"""Lesson 5's experiments on the critic alone: against a fixed generator, on known ground.

What is trained and looked at on images is in :mod:`course_utils.experiments.digits`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import torch
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist
from scipy.stats import norm
from torch import Tensor

from course_utils import evaluation, models
from course_utils.experiments.critics import gradient_by_layer, noisy
from course_utils.objectives import (
    OBJECTIVES,
    FunctionPenalty,
    GradientPenalty,
    Objective,
    WeightClipping,
)
from course_utils.run_context import seeded
from course_utils.training import SampleReal, TrainConfig, fit_critic

# --- two Gaussians on a line ----------------------------------------------------------------

MEANS = (0.0, 4.0)  # of data and of fakes; both with standard deviation 1, so W₁ = 4


def sample_gaussian(mean: float) -> SampleReal:
    """Sampler of N(mean, 1), shape (n, 1)."""
    return lambda n_samples: mean + torch.randn(n_samples, 1)


def optimal_slope(x: np.ndarray, lambda_gp: float) -> np.ndarray:
    """``|f'|`` of the best critic under the penalty, between N(0, 1) and N(4, 1).

    The critic maximises ``∫ |f'| (F_P − F_Q) dx − λ ∫ (|f'| − 1)² p̂ dx``, with p̂ the density of
    the interpolates; at each x separately the best is ``1 + (F_P − F_Q) / (2 λ p̂)``.
    """
    epsilon = (np.arange(2000) + 0.5)[:, None] / 2000
    centre = epsilon * MEANS[0] + (1 - epsilon) * MEANS[1]
    density = norm.pdf(x, centre, np.hypot(epsilon, 1 - epsilon)).mean(axis=0)
    flow = norm.cdf(x, MEANS[0]) - norm.cdf(x, MEANS[1])
    return 1 + flow / (2 * lambda_gp * density)


@dataclass(frozen=True)
class LineCritic:
    """A critic fitted between two Gaussians: values and slopes on a grid, and its dual value."""

    values: np.ndarray
    slopes: np.ndarray
    dual: float


def critic_between_gaussians(
    objective: Objective, x: np.ndarray, n_steps: int, seed: int, *, rising: bool = True
) -> LineCritic:
    """Fit a small critic between the two Gaussians and look at it on the grid ``x``.

    Parameters
    ----------
    rising : bool
        Whether the critic starts out rising from fakes to data, as it should, or falling; chance
        decides otherwise, and under a two-sided penalty the start decides the end.
    """
    spectral = objective.spectral_norm
    with seeded(seed):
        critic = models.mlp_critic((1,), (64, 64), spectral_norm=spectral)
    real, fake = (sample_gaussian(mean) for mean in MEANS)
    with torch.no_grad():
        at_data, at_fakes = critic(torch.tensor(MEANS)[:, None])
        if bool(at_data > at_fakes) != rising:
            weight = dict(critic[-1].named_parameters())
            weight.pop("bias")
            next(iter(weight.values())).neg_()  # under spectral norm, what it is made from
    config = TrainConfig(
        n_steps=n_steps, batch_size=256, lr=5e-3, lr_decay=True, seed=seed, log_every=n_steps
    )
    fit_critic(critic, real, fake, objective, config)
    with seeded(seed + 1):
        dual = evaluation.dual_value(critic, real(20_000), fake(20_000))
    points = torch.tensor(x, dtype=torch.float32)[:, None]
    values = critic(points).detach().numpy()[:, 0]
    return LineCritic(values, evaluation.slopes(critic, points), dual)


# --- critics on toy data --------------------------------------------------------------------


@dataclass(frozen=True)
class Surface:
    """A critic on the plane against a fixed generator.

    Attributes
    ----------
    values : array, shape (k, k)
        On the grid.
    dual : float
        Mean real minus mean fake score on held-out points.
    steepest : float
        Largest slope on held-out points, on the lines between them and on the grid.
    w1 : float
        Exact W₁ between the held-out points.
    floor : float
        Exact W₁ between as many fakes and other fakes: how much of ``w1`` may be chance.
    """

    values: np.ndarray
    dual: float
    steepest: float
    w1: float
    floor: float

    @property
    def certified(self) -> float:
        """``dual / steepest``: what the critic, scaled to slope 1, proves of W₁."""
        return self.dual / self.steepest


def fit_surface(
    sample: SampleReal, objective: Objective, grid: Tensor, n_steps: int, seed: int
) -> Surface:
    """Fit a critic between data and data plus noise, and hold it against exact transport."""
    with seeded(seed):
        critic = models.mlp_critic((2,), (128, 128, 128), leak=0.0)
    config = TrainConfig.for_objective(
        objective, n_steps=n_steps, batch_size=256, lr=2e-3, lr_decay=True, seed=seed,
        log_every=n_steps,
    )  # fmt: skip
    fake = noisy(sample)
    fit_critic(critic, sample, fake, objective, config)
    with seeded(seed + 1):
        x, y = sample(1000), fake(1000)
        between = torch.lerp(x, y, torch.rand(1000, 1))
        floor = evaluation.exact_w1(y, fake(1000))
    places = torch.cat([x, y, between, grid])
    k = int(len(grid) ** 0.5)
    return Surface(
        critic(grid).detach().numpy().reshape(k, k),
        evaluation.dual_value(critic, x, y),
        float(evaluation.slopes(critic, places).max()),
        evaluation.exact_w1(x, y),
        floor,
    )


def transport_pairs(real: Tensor, fake: Tensor) -> np.ndarray:
    """For each real point the row of the fake point that the cheapest plan pairs it with."""
    return linear_sum_assignment(cdist(real.numpy(), fake.numpy()))[1]


# --- a deep critic --------------------------------------------------------------------------

DEPTH, WIDTH = 12, 128  # linear layers, and neurons in each hidden one


@dataclass(frozen=True)
class DeepCritic:
    """A trained deep critic: gradient norm at each layer's output, and all its weights."""

    gradients: np.ndarray
    weights: np.ndarray

    @property
    def decades_per_layer(self) -> float:
        """Slope of log₁₀(gradient norm) per layer from input to output."""
        layers = np.arange(len(self.gradients))
        return float(np.polyfit(layers, np.log10(self.gradients), 1)[0])


def fit_deep_critic(objective: Objective, sample: SampleReal, n_steps: int, seed: int):
    """Fit a critic of twelve linear layers between data and data plus noise."""
    with seeded(seed):
        critic = models.mlp_critic((2,), (WIDTH,) * (DEPTH - 1), leak=0.0)
    config = TrainConfig.for_objective(
        objective, n_steps=n_steps, batch_size=64, lr=1e-3, seed=seed, log_every=n_steps
    )
    fit_critic(critic, sample, noisy(sample), objective, config)
    with seeded(seed + 1):
        x = sample(500)
    weights = [layer.weight.detach().numpy().ravel() for layer in critic if hasattr(layer, "bias")]
    return DeepCritic(gradient_by_layer(critic, x), np.concatenate(weights))


def clipped(clip_value: float) -> Objective:
    """WGAN with this clip value."""
    return replace(OBJECTIVES["wgan_clip"], constraint=WeightClipping(clip_value))


def with_penalty(name: str, penalty: Callable[..., Tensor], lambda_gp: float = 10.0) -> Objective:
    """An objective of the table, priced by somebody's ``penalty(critic, real, fake, lambda_gp)``.

    The name stays, and so do the settings of its paper.
    """
    priced = FunctionPenalty(lambda critic, real, fake: penalty(critic, real, fake, lambda_gp))
    return replace(OBJECTIVES[name], constraint=priced)


def penalised(lambda_gp: float) -> Objective:
    """WGAN-GP with this penalty weight."""
    return replace(OBJECTIVES["wgan_gp"], constraint=GradientPenalty(lambda_gp))
