"""What stands for the course in the comparisons: the one place that says so."""

from __future__ import annotations

from dataclasses import replace

from torch import nn

from course_utils import datasets
from course_utils.experiments import images
from course_utils.objectives import OBJECTIVES
from course_utils.training import TrainConfig

OBJECTIVE = OBJECTIVES["wgan_gp"]
LATENT_DIM = images.LATENT_DIM


def networks(seed: int) -> tuple[nn.Sequential, nn.Sequential]:
    """The generator and critic of lesson 5's main run."""
    return images.networks_for(datasets.mnist())(OBJECTIVE, seed)


def config(seconds: float, seed: int) -> TrainConfig:
    """The settings for a run of ``seconds``, which the clock stops, not ``n_steps``."""
    return replace(images.mnist_config(), n_steps=10**9, log_every=10**9, seed=seed)
