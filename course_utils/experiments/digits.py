"""Lesson 5's experiments on digits: slopes by place, walks, sweeps, overfitting, forces."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor, nn

from course_utils import evaluation, models, settings
from course_utils.datasets import ImageSet
from course_utils.evaluation import generate
from course_utils.experiments.images import LATENT_DIM, ImageRun, Networks, image_networks
from course_utils.history import History
from course_utils.objectives import Objective, interpolate
from course_utils.run_context import evaluating, seeded
from course_utils.training import TrainConfig, TrainingDiverged, fit_critic, train

# --- looking at a finished run --------------------------------------------------------------


def places(run: ImageRun, n_samples: int, seed: int) -> dict[str, Tensor]:
    """Four kinds of image at which to measure a critic's slope; each ``(n_samples, 1, 28, 28)``.

    Interpolates are what the penalty looks at during training. Real and generated digits are
    their end points. Pixel noise, uniform in [−1, 1], lies where neither data nor samples are.
    """
    with seeded(seed):
        real = run.data.sample(n_samples)
        fake = generate(run.generator, n_samples, LATENT_DIM)
        epsilon = torch.rand(n_samples, device=real.device)
        noise = torch.rand_like(real) * 2 - 1
    return {
        "interpolates": interpolate(real, fake, epsilon),
        "real digits": real,
        "generated digits": fake,
        "pixel noise": noise,
    }


def latent_walks(generator: nn.Module, n_walks: int, n_points: int, seed: int) -> Tensor:
    """Samples along arcs between pairs of random z; ``(n_walks · n_points, 1, 28, 28)``.

    The arc ``cos(t) z₀ + sin(t) z₁`` keeps the noise normally distributed at every t, which a
    straight line between the two would not: its middle is shorter than any z seen in training.
    """
    device = models.device_of(generator)
    with seeded(seed):
        start, end = torch.randn(2, n_walks, 1, models.latent_dim_of(generator), device=device)
    angle = torch.linspace(0, torch.pi / 2, n_points, device=device)[:, None]  # (n_points, 1)
    z = angle.cos() * start + angle.sin() * end  # (n_walks, n_points, latent_dim)
    with evaluating(generator):
        return generator(z.flatten(0, 1))


def jacobian_rank(generator: nn.Module, seed: int) -> int:
    """In how many directions of pixel space a sample moves when its noise is varied."""
    device = models.device_of(generator)
    with seeded(seed):
        z = torch.randn(LATENT_DIM, device=device)
    with evaluating(generator), torch.enable_grad():
        jacobian = torch.func.jacrev(lambda noise: generator(noise[None]).flatten())(z)  # (784, 64)
    return int(torch.linalg.matrix_rank(jacobian.detach().cpu()))


# --- short runs, to compare -----------------------------------------------------------------


def short_run(
    objective: Objective,
    data: ImageSet,
    config: TrainConfig,
    critic: nn.Module | None = None,
    networks: Networks = image_networks,
) -> float:
    """Train for a little while; the Fréchet distance of the samples, or inf if it broke off."""
    generator, usual_critic = networks(objective, config.seed)
    latent_dim = models.latent_dim_of(generator)
    config = replace(config, latent_dim=latent_dim, log_every=config.n_steps)
    try:
        sample = data.to(settings.device()).sample
        history = train(generator, critic or usual_critic, sample, objective, config)
    except TrainingDiverged:
        return float("inf")
    with seeded(config.seed):
        n_samples = settings.by_pace(quick=500, standard=2000, full=2000)
        samples = generate(history.generator, n_samples, latent_dim)
    if not samples.isfinite().all():
        return float("inf")
    return evaluation.score_images(samples, data.name).frechet


def sweep(
    objectives: Iterable[Objective],
    rates: Iterable[float],
    data: ImageSet,
    n_steps: int,
    seed: int,
) -> dict[str, dict[float, float]]:
    """:func:`short_run` for every objective at every learning rate, all else as its paper has it.

    One critic step for each generator step, so that every run sees as many images; samples from
    averaged weights.
    """
    rates = tuple(rates)
    return {
        objective.name: {
            rate: short_run(objective, data, short_config(objective, rate, n_steps, seed))
            for rate in rates
        }
        for objective in objectives
    }


def short_config(objective: Objective, lr: float, n_steps: int, seed: int) -> TrainConfig:
    """The optimiser of the objective's paper with this learning rate."""
    return TrainConfig.for_objective(
        objective, lr=lr, n_steps=n_steps, seed=seed, n_critic=1, ema=max(0.9, 1 - 15 / n_steps)
    )


def critics_to_try(seed: int) -> dict[str, nn.Module]:
    """Critics to try in place of the usual one: two neurons wide, with batch or layer norm."""

    def normalised(norm: type[nn.Module]) -> nn.Sequential:
        layers: list[nn.Module] = [nn.Flatten()]
        for n_inputs, n_outputs in ((784, 256), (256, 128)):
            layers += [nn.Linear(n_inputs, n_outputs), norm(n_outputs), nn.LeakyReLU(models.LEAK)]
        return nn.Sequential(*layers, nn.Linear(128, 1))

    with seeded(seed):
        critics = {
            "two neurons wide": models.mlp_critic(models.IMAGE_SHAPE, (2, 2)),
            "with batch norm": normalised(nn.BatchNorm1d),
            "with layer norm": normalised(nn.LayerNorm),
        }
    return {name: critic.to(settings.device()) for name, critic in critics.items()}


# --- a critic that overfits -----------------------------------------------------------------


def overfit(
    objective: Objective, train_set: ImageSet, held_out: ImageSet, config: TrainConfig
) -> History:
    """Train on few images; the history's ``train`` and ``held_out`` are the critic's estimates.

    Both are mean real minus mean fake score, against the same fakes; they differ only in whose
    real images are scored.
    """
    generator, critic = image_networks(objective, config.seed)
    train_set, held_out = (images.to(settings.device()) for images in (train_set, held_out))

    def estimates(network: nn.Module) -> dict[str, float]:
        torch.manual_seed(0)  # the loop protects its own stream
        fake = generate(network, 1000, LATENT_DIM)
        return {
            "train": evaluation.dual_value(critic, train_set.scaled(), fake),
            "held_out": evaluation.dual_value(critic, held_out.scaled(), fake),
        }

    config = replace(config, latent_dim=LATENT_DIM)
    return train(generator, critic, train_set.sample, objective, config, evaluate=estimates)


# --- what a better critic leaves for the generator ------------------------------------------


def forces(
    objective: Objective, data: ImageSet, n_steps: int, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Train the critic alone against an untrained generator; what do its samples get told?

    Returns
    -------
    steps : array
        Critic updates.
    norms : array
        Mean norm, over fakes, of the gradient of one sample's generator loss with respect to
        that sample.
    """
    generator, critic = image_networks(objective, seed)
    data = data.to(settings.device())

    @torch.no_grad()
    def fake(n_samples: int) -> Tensor:
        return generator(torch.randn(n_samples, LATENT_DIM, device=data.images.device))

    def force(network: nn.Module) -> dict[str, float]:
        with torch.enable_grad():
            x = fake(256).requires_grad_(True)
            loss = objective.loss.generator_loss(network(x)) * len(x)  # undo the mean
            (gradient,) = torch.autograd.grad(loss, x)
        return {"force": float(gradient.flatten(1).norm(dim=1).mean())}

    config = TrainConfig(
        n_steps=n_steps, lr=1e-3, seed=seed, log_every=n_steps, evaluate_every=max(1, n_steps // 8)
    )
    history = fit_critic(critic, data.sample, fake, objective, config, evaluate=force)
    return history.curve("force")
