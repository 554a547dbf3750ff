"""Samples per second at 64 × 64 with the DCGAN networks that the papers trained."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from itertools import pairwise

import torch
from torch import nn

from benchmarks.report import Line
from course_utils.objectives import OBJECTIVES
from course_utils.training import TrainConfig, train

BATCH_SIZE, LATENT_DIM, CHANNELS = 64, 128, 64
ROUNDS = 3
GAMES = {"wgan_clip": 5, "wgan_gp": 5}  # critic updates for each generator step


def make_generator() -> nn.Sequential:
    """DCGAN's: 4 × 4 to 64 × 64 in four doublings, 512 channels falling to 64, then colour."""
    widths = [8 * CHANNELS, 4 * CHANNELS, 2 * CHANNELS, CHANNELS]
    layers: list[nn.Module] = [
        nn.Linear(LATENT_DIM, widths[0] * 16),
        nn.Unflatten(1, (widths[0], 4, 4)),
        nn.BatchNorm2d(widths[0]),
        nn.ReLU(),
    ]
    for wide, narrow in pairwise(widths):
        layers += [
            nn.ConvTranspose2d(wide, narrow, 4, stride=2, padding=1),
            nn.BatchNorm2d(narrow),
            nn.ReLU(),
        ]
    layers += [nn.ConvTranspose2d(widths[-1], 3, 4, stride=2, padding=1), nn.Tanh()]
    return nn.Sequential(*layers)


def make_critic() -> nn.Sequential:
    """The mirror image, without batch norm."""
    widths = [3, CHANNELS, 2 * CHANNELS, 4 * CHANNELS, 8 * CHANNELS]
    layers: list[nn.Module] = []
    for narrow, wide in pairwise(widths):
        layers += [nn.Conv2d(narrow, wide, 4, stride=2, padding=1), nn.LeakyReLU(0.2)]
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(widths[-1] * 16, 1))


def seconds_a_step(objective: str, n_critic: int, rounds: int = ROUNDS) -> float:
    """Median seconds of a generator step with its critic steps; pixels are random."""
    torch.manual_seed(0)
    generator, critic = make_generator(), make_critic()
    config = TrainConfig(n_steps=1, batch_size=BATCH_SIZE, latent_dim=LATENT_DIM, n_critic=n_critic)

    def sample(n: int) -> torch.Tensor:
        return torch.rand(n, 3, 64, 64) * 2 - 1

    seconds = []
    for _ in range(rounds + 1):  # the first warms up
        start = time.perf_counter()
        train(generator, critic, sample, OBJECTIVES[objective], config)
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds[1:])


def measure(save: Callable[[dict], None], *, rounds: int = ROUNDS) -> dict:
    """One step of each game, a few times."""
    return {
        "batch_size": BATCH_SIZE,
        "seconds_a_step": {
            name: round(seconds_a_step(name, n, rounds), 3) for name, n in GAMES.items()
        },
    }


def lines(value: dict) -> list[Line]:
    """Rows of the table."""
    return [
        Line(
            f"64 x 64, {name}: {value['batch_size'] / seconds:.1f} samples/s",
            f"{seconds:.2f} s a step",
        )
        for name, seconds in value["seconds_a_step"].items()
    ]
