"""Training any of the seven objectives on 28 × 28 images with one pair of networks.

The networks are small multilayer perceptrons, chosen so that a minute or two of a laptop's CPU give
recognisable digits. In comparisons every objective gets the same pair, so that what differs is the
objective; the long run of lesson 5 has a wider one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from typing import NamedTuple

import torch
from torch import Tensor, nn

from course_utils import models, settings
from course_utils.datasets import ImageSet
from course_utils.evaluation import frechet_floor, generate, score_images
from course_utils.history import History, Record
from course_utils.objectives import OBJECTIVES, Objective
from course_utils.run_context import seeded
from course_utils.training import TrainConfig, train

LATENT_DIM = 64
CLOTHES_LATENT_DIM = 32  # of lesson 2's long run
Networks = Callable[[Objective, int], tuple[nn.Sequential, nn.Sequential]]  # from a seed
N_SCORED = 2000  # samples behind each Fréchet distance on the way


class Widths(NamedTuple):
    """Neurons in the hidden layers of a pair of networks."""

    generator: tuple[int, ...]
    critic: tuple[int, ...]


COMMON = Widths(generator=(128, 256), critic=(256, 128))  # of every comparison
WIDE = Widths(generator=(128, 384), critic=(384, 256))  # of lesson 5's long run


@dataclass(frozen=True)
class Yardstick:
    """What a Fréchet distance is to be compared with, for as many images as lie behind it.

    Attributes
    ----------
    floor : float
        Real training images in place of samples.
    untrained : float
        Samples of the generator at birth.
    noise : float
        Pixels drawn uniformly from [−1, 1].
    n_samples : int
        Images behind each of them.
    """

    floor: float
    untrained: float
    noise: float
    n_samples: int

    @property
    def lines(self) -> dict[str, float]:
        """By the label that a figure writes at each."""
        return {
            "real images": self.floor,
            "untrained network": self.untrained,
            "pixel noise": self.noise,
        }

    def __str__(self) -> str:
        lines = ", ".join(f"{label} {value:.0f}" for label, value in self.lines.items())
        return f"Fréchet distances of {self.n_samples:,} images to all test images: {lines}"


@cache
def yardstick(name: str, n_samples: int = N_SCORED, seed: int = 0) -> Yardstick:
    """The reference lines for an image set, ``"mnist"`` or ``"fashion_mnist"``."""
    generator, _ = image_networks(OBJECTIVES["gan"], seed)
    with seeded(seed):
        untrained = generate(generator, n_samples, LATENT_DIM)
        noise = torch.rand_like(untrained) * 2 - 1
    floor = frechet_floor(name, n_samples)
    scores = [score_images(images, name).frechet for images in (untrained, noise)]
    return Yardstick(floor, *scores, n_samples)


def image_networks(objective: Objective, seed: int) -> tuple[nn.Sequential, nn.Sequential]:
    """The generator and the critic, freshly initialised from ``seed``, on the course's device."""
    return _networks(objective, seed)


def he_networks(objective: Objective, seed: int) -> tuple[nn.Sequential, nn.Sequential]:
    """The same pair with ReLU in the critic too, and He's initialisation: lesson 5 uses it.

    He et al. (2015), eq. 10: normal weights of variance 2 / inputs, six times that of PyTorch's
    own, and no biases at first. After equally many steps (4,285, batches of 64, learning rate
    2e-3, seed 0) the Fréchet distance was 142 with both, 184 with the initialisation alone, and
    205 with neither, a value that both reach after two thirds of the steps.
    """
    return _networks(objective, seed, he=True, leak=0.0)


def clothes_networks(objective: Objective, seed: int) -> tuple[nn.Sequential, nn.Sequential]:
    """The pair of lesson 2: He's start again, and a discriminator that sees how a batch varies.

    It is leaky as well, and the generator has half as many noise numbers. After 3,000 steps on
    clothes (batches of 128, β₁ = 0, β₂ = 0.9, learning rate 3e-3, seed 0, 10,000 samples) the
    Fréchet distance was 40 with :func:`he_networks`, 32 with the batch's deviation (once, not four
    times as in :class:`course_utils.models.BatchDeviation`), 33 with the leak, 29 with both, and 27
    with half as many noise numbers besides.
    """
    return _networks(objective, seed, latent_dim=CLOTHES_LATENT_DIM, he=True, batch_deviation=True)


def networks_for(data: ImageSet) -> Networks:
    """Makers of wide networks for a long run on ``data``, started as :func:`he_networks` are.

    The generator is born as lesson 1's Gaussian of the data.
    """

    def make(objective: Objective, seed: int) -> tuple[nn.Sequential, nn.Sequential]:
        generator, critic = _networks(objective, seed, WIDE, he=True, leak=0.0)
        models.start_as_gaussian(generator, data.scaled(slice(0, 10_000)))
        return generator, critic

    return make


def _networks(
    objective: Objective,
    seed: int,
    widths: Widths = COMMON,
    latent_dim: int = LATENT_DIM,
    *,
    he: bool = False,
    **critic_settings,
) -> tuple[nn.Sequential, nn.Sequential]:
    with seeded(seed):
        generator = models.mlp_generator(
            latent_dim, models.IMAGE_SHAPE, widths.generator, batch_norm=True
        )
        critic = models.mlp_critic(
            models.IMAGE_SHAPE, widths.critic, spectral_norm=objective.spectral_norm,
            **critic_settings,
        )  # fmt: skip
    pair = generator.to(settings.device()), critic.to(settings.device())
    if he:
        with seeded(seed):
            models.start_as_he(*pair)
    return pair


@dataclass(frozen=True)
class Stage:
    """A look at a run in passing: what blind ranking shows and what it is held against.

    Attributes
    ----------
    images : Tensor
        Shape (n, 1, 28, 28), from the same noise at every stage.
    loss : float
        The critic's loss, with its sign turned: for Wasserstein losses, the estimate less the
        penalty.
    frechet : float
        Fréchet distance to the test images (lower is better).
    """

    step: int
    images: Tensor
    loss: float
    frechet: float


@dataclass(frozen=True)
class ImageRun:
    """A finished run with its networks, history and stages."""

    objective: Objective
    data: ImageSet
    generator: nn.Module
    critic: nn.Module
    history: History
    stages: tuple[Stage, ...]


def train_on_images(
    objective: Objective,
    data: ImageSet,
    config: TrainConfig,
    on_step: Callable[[Record], None] | None = None,
    *,
    n_stages: int = 6,
    n_images: int = 32,
    n_scored: int = N_SCORED,
    networks: Networks = image_networks,
) -> ImageRun:
    """Train on images and keep ``n_stages`` kept, from the first steps to the last.

    Parameters
    ----------
    objective : Objective
    data : ImageSet
    config : TrainConfig
        ``latent_dim`` and the evaluation settings are set here.
    on_step : callable, optional
        As for :func:`course_utils.training.train`.
    n_stages : int
        Evaluations, evenly spaced over the run; the Fréchet distance of each is in the history too.
    n_images : int
        Images kept of each evaluation.
    n_scored : int
        Samples behind each Fréchet distance; with fewer of them it comes out larger.
    networks : callable
        Makes the pair from the objective and the seed.
    """
    every = max(1, config.n_steps // n_stages)
    data = data.to(settings.device())
    generator, critic = networks(objective, config.seed)
    latent_dim = models.latent_dim_of(generator)
    config = replace(config, latent_dim=latent_dim, evaluate_every=every)
    kept: list[tuple[Tensor, float]] = []

    def evaluate(network: nn.Module) -> dict[str, float]:
        torch.manual_seed(0)  # the same noise each time; the loop protects its own stream
        images = generate(network, max(n_images, n_scored), latent_dim)
        frechet = score_images(images, data.name).frechet
        kept.append((images[:n_images].cpu(), frechet))
        return {"frechet": frechet}

    history = train(generator, critic, data.sample, objective, config, on_step, evaluate=evaluate)
    rows = [row for row in history.rows if "frechet" in row]
    stages = tuple(
        Stage(row["step"], images, -row["critic_loss"], frechet)
        for row, (images, frechet) in zip(rows, kept, strict=True)
    )
    return ImageRun(objective, data, history.generator, critic, history, stages)


def mnist_config() -> TrainConfig:
    """WGAN-GP on MNIST within a minute or two of a laptop's CPU, at pace ``standard``.

    What differs from the paper (Gulrajani et al. 2017, Algorithm 1) is the schedule, not the
    objective: one critic update for each generator update in place of five, batches of 256 in
    place of 64, learning rates of 7e-3 for the generator and about 1e-3 for the critic in place of
    1e-4 for both, and samples drawn from a moving average of the generator's weights.

    Made for :func:`networks_for`. After a minute of two cores (seed 0, 10,000 samples) a critic
    384 and 256 wide with 0.15 of the generator's rate had come to 33, one of 256 and 128 to 44,
    of 384 and 128 to 38, of 256 and 256 to 35, of 512 and 256 to 39: what is wider needs fewer
    steps and more time for each. The rate matters less than the width: with 512 and 256 (and
    products rounded to bfloat16) 4,000 steps led to 28 with 0.12 and 0.2, to 31 with 0.3, and with
    0.2 and batches of 192 in place of 256 to 38. λ = 4 did no better than 10 in an earlier recipe,
    and a learning rate that decays to zero left the distance standing from halfway on.
    """
    return TrainConfig(
        n_steps=settings.by_pace(quick=200, standard=4_000, full=20_000),
        batch_size=256,
        latent_dim=LATENT_DIM,
        n_critic=1,
        lr=7e-3,
        critic_lr_factor=0.15,
        betas=(0.0, 0.9),
        ema=settings.by_pace(quick=0.9, standard=0.998, full=0.998),  # remembers 10 or 500 steps
        ema_grows=True,
        seed=settings.seed(),
        log_every=settings.by_pace(quick=10, standard=25, full=100),
    )
