"""Lesson 4's experiments in the plane: what clipping trains, and what its critic's number is worth.

Everything is judged by exact transport on the same batches that the critic is asked about, so
that a critic's number and W₁ can be held against each other without an allowance for sampling.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import torch
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist
from torch import Tensor, nn

from course_utils import datasets, models, settings
from course_utils.evaluation import (
    Coverage,
    dual_value,
    exact_w1,
    generate,
    mode_coverage,
    w1_floor,
)
from course_utils.history import History
from course_utils.objectives import Objective
from course_utils.run_context import seeded
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
        with seeded(seed):
            return float(w1_floor(self.sample, n_samples, repeats).mean())


THREE = Mixture(datasets.three_gaussians, datasets.THREE_MEANS, 0.5)
EIGHT = Mixture(datasets.eight_gaussians, datasets.EIGHT_MEANS, 0.02)


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
    frames : tuple of array, shape (n_kept, 2)
        Samples of the same noise, before the first step and at each evaluation.
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
    frames: tuple[np.ndarray, ...] = ()


def train_in_plane(
    objective: Objective,
    mixture: Mixture,
    config: TrainConfig,
    *,
    n_evaluations: int = 0,
    n_judged: int = 1000,
    n_kept: int = 0,
) -> PlaneRun:
    """Train the pair of 2-128-128 networks on a mixture and judge it by exact W₁.

    Parameters
    ----------
    objective : Objective
    mixture : Mixture
    config : TrainConfig
        Its seed sets the networks, the training and the samples that judge.
    n_evaluations : int
        Judgements on the way, on ``n_judged // 2`` points each, as columns ``w1``, ``printed``,
        ``modes`` and ``within`` of the history.
    n_judged : int
        Points in each of the two samples of the last judgement.
    n_kept : int
        Samples to keep of each evaluation, for a film.
    """
    with seeded(config.seed):
        networks = models.mlp_generator(config.latent_dim), models.mlp_critic()
    generator, critic = (network.to(settings.device()) for network in networks)

    def judge(network: nn.Module, n_samples: int) -> tuple[Tensor, Tensor]:
        torch.manual_seed(config.seed + 1)  # the same questions every time
        real = mixture.sample(n_samples).to(settings.device())
        return real, generate(network, n_samples, config.latent_dim)

    frames = []

    def evaluate(network: nn.Module) -> dict[str, float]:
        real, fake = judge(network, n_judged // 2)
        coverage = mode_coverage(fake.cpu(), mixture.means, mixture.std)
        if n_kept:
            frames.append(fake[:n_kept].cpu().numpy())
        return {
            "w1": exact_w1(real.cpu(), fake.cpu()),
            "printed": dual_value(critic, real, fake),
            "modes": coverage.modes_hit,
            "within": coverage.within,
        }

    if n_kept:
        with seeded():
            evaluate(generator)

    every = max(1, config.n_steps // n_evaluations) if n_evaluations else 0
    history = train(
        generator, critic, mixture.sample, objective, replace(config, evaluate_every=every),
        evaluate=evaluate if n_evaluations else None,
    )  # fmt: skip
    with seeded():
        real, fake = judge(history.generator, n_judged)
    printed = dual_value(critic, real, fake)
    real, fake = np.asarray(real.cpu()), np.asarray(fake.cpu())
    return PlaneRun(
        objective, config, history.generator, critic, history, real, fake,
        exact_w1(real, fake), printed, mode_coverage(fake, mixture.means, mixture.std),
        tuple(frames),
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
    with seeded(config.seed):
        critic = models.mlp_critic((dim,), hidden, leak=leak).to(settings.device())
    if clip_first:
        objective.constraint.after_critic_step(critic)
    evaluate = judged_on and (lambda network: {"value": dual_value(network, *judged_on)})
    return critic, fit_critic(critic, real, fake, objective, config, evaluate=evaluate)


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
