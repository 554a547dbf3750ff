"""Lesson 2's experiments: a discriminator trained alone, paths of a game, runs on the ring."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np
import torch
from scipy import stats
from torch import Tensor, nn
from torch.nn.functional import softplus

from course_utils import evaluation, models
from course_utils.datasets import EIGHT_MEANS, ImageSet, eight_gaussians
from course_utils.experiments.images import LATENT_DIM, Networks, image_networks
from course_utils.objectives import Loss, Objective
from course_utils.run_context import seeded
from course_utils.training import TrainConfig, fit_critic, train

# --- two Gaussians, of which everything is known --------------------------------------------


@dataclass(frozen=True)
class FittedDiscriminator:
    """A discriminator trained to tell N(0, 1) from N(4, 1), looked at on a grid.

    Attributes
    ----------
    x : array, shape (n,)
        The grid.
    logit, logit_slope : array, shape (n,)
        What the network says there, and how steeply it changes.
    steps, values : array
        V(G, D) by integration over the grid, at some steps of the training.
    """

    x: np.ndarray
    logit: np.ndarray
    logit_slope: np.ndarray
    steps: np.ndarray
    values: np.ndarray

    @property
    def probability(self) -> np.ndarray:
        """D(x): the probability of being real."""
        return 1 / (1 + np.exp(-self.logit))


def _value_on_grid(x: Tensor, logit: Tensor, mean: float) -> float:
    """``∫ p log D + q log(1 − D)`` for p = N(0, 1), q = N(mean, 1), by the trapezoidal rule."""
    grid, score = x.numpy().ravel(), logit.double().ravel()
    real = stats.norm.pdf(grid) * softplus(-score).numpy()
    fake = stats.norm.pdf(grid, mean) * softplus(score).numpy()
    return float(-np.trapezoid(real + fake, grid))


def fit_discriminator(
    objective: Objective, n_steps: int, seed: int, mean: float = 4.0
) -> FittedDiscriminator:
    """Train a small network to tell N(0, 1), the data, from N(mean, 1), the generator."""
    with seeded(seed):
        network = models.mlp_critic((1,), (64,))
    x = torch.linspace(-6, mean + 6, 1201)[:, None]
    config = TrainConfig(
        n_steps=n_steps,
        batch_size=1024,
        lr=1e-2,
        betas=(0.5, 0.999),
        lr_decay=True,
        seed=seed,
        log_every=n_steps,
        evaluate_every=max(1, n_steps // 40),
    )
    history = fit_critic(
        network,
        lambda n: torch.randn(n, 1),
        lambda n: mean + torch.randn(n, 1),
        objective,
        config,
        evaluate=lambda critic: {"value": _value_on_grid(x, critic(x), mean)},
    )
    x.requires_grad_(True)
    logit = network(x)
    (slope,) = torch.autograd.grad(logit.sum(), x)
    on_grid = (t.detach().double().numpy().ravel() for t in (x, logit, slope))
    return FittedDiscriminator(*on_grid, *history.curve("value"))


def loss_and_slope(loss: Callable, logits) -> tuple[np.ndarray, np.ndarray]:
    """A loss of a single logit and its derivative, at each of ``logits``."""
    leaves = [torch.tensor([v], dtype=torch.float64, requires_grad=True) for v in logits]
    values = [loss(leaf) for leaf in leaves]  # one at a time: the loss takes a mean
    for value in values:
        value.backward()
    return np.array([v.item() for v in values]), np.array([leaf.grad.item() for leaf in leaves])


# --- what reaches a generator that stands still ---------------------------------------------


def _gradient_norm(generator: nn.Module, critic: nn.Module, loss: Callable, z: Tensor) -> float:
    """Norm of a generator loss's gradient over all weights of the generator."""
    with torch.enable_grad():
        value = loss(critic(generator(z)))
        gradient = torch.autograd.grad(value, list(generator.parameters()))
    return float(nn.utils.get_total_norm(gradient))


def brief_generator(objective: Objective, data: ImageSet, n_steps: int, seed: int) -> nn.Module:
    """A generator of images after a short training, in evaluation mode."""
    generator, critic = image_networks(objective, seed)
    config = TrainConfig(
        n_steps, latent_dim=LATENT_DIM, n_critic=1, lr=1e-3, betas=(0.5, 0.999), seed=seed,
        log_every=n_steps,
    )  # fmt: skip
    train(generator, critic, data.sample, objective, config)
    return generator.eval()


def watch_gradients(
    generator: nn.Module,
    data: ImageSet,
    objective: Objective,
    losses: dict[str, Callable],
    n_steps: int,
    seed: int,
) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Train a fresh critic against a generator that stands still; what would reach it?

    Parameters
    ----------
    generator : Module
        Makes images; is not changed.
    objective : Objective
        What the critic is trained with.
    losses : dict of callables
        Generator losses, as functions of the fake scores.

    Returns
    -------
    dict of (steps, norms)
        For each loss the norm of its gradient over the generator's weights, always from the
        same 256 noise vectors, at the first step and at about 60 later ones.
    """
    with seeded(seed):
        z = torch.randn(256, LATENT_DIM, device=models.device_of(generator))
    _, critic = image_networks(objective, seed + 1)
    norms: dict[int, dict[str, float]] = {}

    def note(record) -> None:
        norms[record.step] = {
            name: _gradient_norm(generator, critic, loss, z) for name, loss in losses.items()
        }

    config = TrainConfig(
        n_steps, lr=1e-3, betas=(0.5, 0.999), seed=seed, log_every=max(1, n_steps // 60)
    )

    def sample_fake(n: int) -> Tensor:
        return generator(torch.randn(n, LATENT_DIM, device=z.device))

    fit_critic(critic, data.sample, sample_fake, objective, config, note)
    steps = np.array(list(norms), dtype=float)
    return {name: (steps, np.array([row[name] for row in norms.values()])) for name in losses}


# --- the xy-game ----------------------------------------------------------------------------


def xy_paths(step_size: float, n_steps: int) -> dict[str, np.ndarray]:
    """Gradient play of V(x, y) = x·y, x minimising and y maximising, from (1, 1).

    Returns
    -------
    dict of arrays, shape (n_steps + 1, 2)
        ``"at the same time"`` and ``"in turn"`` (y answers the x that has just moved).
    """
    together = [np.array([1.0, 1.0])]
    in_turn = [np.array([1.0, 1.0])]
    for _ in range(n_steps):
        x, y = together[-1]
        together.append(np.array([x - step_size * y, y + step_size * x]))
        x, y = in_turn[-1]
        x = x - step_size * y
        in_turn.append(np.array([x, y + step_size * x]))
    return {"at the same time": np.array(together), "in turn": np.array(in_turn)}


# --- eight Gaussians on a ring --------------------------------------------------------------

NEAR = 0.1  # three of these, 0.3, still count as near a mode: the modes lie 1.5 apart


@dataclass(frozen=True)
class RingRun:
    """A run on the eight Gaussians.

    Attributes
    ----------
    samples : array, shape (1000, 2)
        From the generator at the end.
    steps, modes : array
        Modes reached at some steps: those with at least 1 % of 1,000 samples within 0.3.
    within : float
        Share of the final samples within 0.3 of some mode.
    """

    samples: np.ndarray
    steps: np.ndarray
    modes: np.ndarray
    within: float


def modes_reached(samples) -> int:
    """Modes of the ring with at least 1 % of all samples within 0.3 of their centre."""
    distance = np.linalg.norm(np.asarray(samples)[:, None] - np.array(EIGHT_MEANS), axis=2)
    return int(((distance < 3 * NEAR).mean(axis=0) >= 0.01).sum())


def _ring_networks(latent_dim: int, seed: int) -> tuple[nn.Module, nn.Module]:
    with seeded(seed):
        return models.mlp_generator(latent_dim, (2,), (64, 64)), models.mlp_critic((2,), (64, 64))


def _ring_run(generator: nn.Module, latent_dim: int, steps, modes) -> RingRun:
    samples = evaluation.generate(generator, 1000, latent_dim).numpy()
    within = evaluation.mode_coverage(samples, EIGHT_MEANS, NEAR).within
    return RingRun(samples, np.array(steps), np.array(modes), within)


def ring_config(latent_dim: int, n_critic: int, n_steps: int, seed: int) -> TrainConfig:
    """The settings of the runs on the ring."""
    return TrainConfig(
        n_steps, 64, latent_dim, n_critic, lr=1e-3, betas=(0.5, 0.999), seed=seed,
        log_every=n_steps, evaluate_every=max(1, n_steps // 10),
    )  # fmt: skip


def train_on_ring(objective: Objective, config: TrainConfig) -> RingRun:
    """Train with the course's loop, counting modes ten times on the way."""
    generator, critic = _ring_networks(config.latent_dim, config.seed)

    def count(network: nn.Module) -> dict[str, float]:
        return {"modes": modes_reached(evaluation.generate(network, 1000, config.latent_dim))}

    history = train(generator, critic, eight_gaussians, objective, config, evaluate=count)
    with seeded(config.seed):
        return _ring_run(generator, config.latent_dim, *history.curve("modes"))


def play_on_ring(step: Callable, config: TrainConfig) -> RingRun:
    """Play with somebody's own training step, one discriminator update to one of the generator.

    Parameters
    ----------
    step : callable
        ``step(generator, discriminator, real, z, generator_optimizer, discriminator_optimizer)``.
    """
    generator, discriminator = _ring_networks(config.latent_dim, config.seed)
    optimizers = [
        torch.optim.Adam(network.parameters(), lr=config.lr, betas=config.betas)
        for network in (generator, discriminator)
    ]
    steps, modes = [], []
    with seeded(config.seed):
        for number in range(1, config.n_steps + 1):
            real = eight_gaussians(config.batch_size)
            z = torch.randn(config.batch_size, config.latent_dim)
            step(generator, discriminator, real, z, *optimizers)
            if number % config.evaluate_every == 0:
                steps.append(number)
                samples = evaluation.generate(generator, 1000, config.latent_dim)
                modes.append(modes_reached(samples))
        return _ring_run(generator, config.latent_dim, steps, modes)


# --- runs on images -------------------------------------------------------------------------


def scores_by_variant(
    variants: dict[str, tuple[Objective, TrainConfig]],
    data: ImageSet,
    seeds: Iterable[int],
    networks: Networks = image_networks,
) -> dict[str, np.ndarray]:
    """The Fréchet distance of each variant's short runs, one for each seed; inf if it broke."""
    from course_utils.experiments.digits import short_run

    return {
        name: np.array(
            [
                short_run(objective, data, replace(config, seed=seed), networks=networks)
                for seed in seeds
            ]
        )
        for name, (objective, config) in variants.items()
    }


@torch.no_grad()
def loss_on(network: nn.Module, loss: Loss, real: Tensor, fake: Tensor) -> float:
    """The discriminator's loss on given samples, without training on them."""
    return float(loss.critic_loss(network(real), network(fake)))
