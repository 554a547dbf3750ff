"""Lesson 5's experiments: where a critic's slopes are looked at, and what a latent walk shows."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from course_utils.evaluation import generate
from course_utils.experiments.images import ImageRun
from course_utils.objectives import interpolate


def places(run: ImageRun, n_samples: int, seed: int) -> dict[str, Tensor]:
    """Four kinds of image at which to measure a critic's slope; each ``(n_samples, 1, 28, 28)``.

    Interpolates are what the penalty looks at during training. Real and generated digits are
    their end points. Pixel noise, uniform in [−1, 1], lies where neither data nor samples are.
    """
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        real = run.data.sample(n_samples)
        fake = generate(run.generator, n_samples, latent_dim_of(run.generator))
        epsilon = torch.rand(n_samples, device=real.device)
        noise = torch.rand_like(real) * 2 - 1
    return {
        "interpolates": interpolate(real, fake, epsilon),
        "real digits": real,
        "generated digits": fake,
        "pixel noise": noise,
    }


def latent_dim_of(generator: nn.Module) -> int:
    """How many numbers of noise a generator wants: the width of its first linear layer."""
    return next(layer for layer in generator.modules() if isinstance(layer, nn.Linear)).in_features


@torch.no_grad()
def latent_walks(generator: nn.Module, n_walks: int, n_points: int, seed: int) -> Tensor:
    """Samples along arcs between pairs of random z; ``(n_walks · n_points, ...)``.

    The arc ``cos(t) z₀ + sin(t) z₁`` keeps the noise normally distributed at every t, which a
    straight line between the two would not: its middle is shorter than any z seen in training.
    """
    device = next(generator.parameters()).device
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        start, end = torch.randn(2, n_walks, 1, latent_dim_of(generator), device=device)
    angle = torch.linspace(0, torch.pi / 2, n_points, device=device)[:, None]  # (n_points, 1)
    z = angle.cos() * start + angle.sin() * end  # (n_walks, n_points, latent_dim)
    was_training = generator.training
    samples = generator.eval()(z.flatten(0, 1))
    generator.train(was_training)
    return samples
