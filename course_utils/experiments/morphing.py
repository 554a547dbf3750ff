"""From one image to another: by mixing pixels, by moving ink, and through latent space."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist
from torch import Tensor, nn

from course_utils.models import device_of
from course_utils.run_context import evaluating, seeded

GRAINS = 500  # of ink in each image


@dataclass(frozen=True)
class InkPaths:
    """Grains of ink of two images, matched as cheaply as can be, and how much ink each has."""

    start: np.ndarray
    end: np.ndarray
    ink: tuple[float, float]
    shape: tuple[int, int]
    mean_distance: float


def match_ink(first: np.ndarray, second: np.ndarray) -> InkPaths:
    """Match the ink of two images ``(h, w)`` in [−1, 1] by the least sum of squared distances.

    Squares make the grains travel on straight lines without crossing (McCann's displacement
    interpolation; Peyré & Cuturi 2019, section 7.1).
    """
    start, end = _grains(first), _grains(second)
    cost = cdist(start, end, "sqeuclidean")
    rows, columns = linear_sum_assignment(cost)
    ink = tuple(float((image + 1).sum() / 2) for image in (first, second))
    distance = float(np.sqrt(cost[rows, columns]).mean())
    return InkPaths(start[rows], end[columns], ink, first.shape, distance)


def moved_ink(paths: InkPaths, t: float) -> np.ndarray:
    """The image at time `t` from 0 to 1; ``(h, w)`` in [−1, 1]."""
    height, width = paths.shape
    position = (1 - t) * paths.start + t * paths.end
    sheet = np.zeros((height + 1, width + 1))
    corner = np.floor(position).astype(int)
    part = position - corner
    for down in (0, 1):
        for right in (0, 1):  # each grain is shared out over the four pixels around it
            share = np.abs(1 - down - part[:, 0]) * np.abs(1 - right - part[:, 1])
            np.add.at(sheet, (corner[:, 0] + down, corner[:, 1] + right), share)
    ink = (1 - t) * paths.ink[0] + t * paths.ink[1]
    return np.clip(2 * sheet[:height, :width] * ink / GRAINS - 1, -1, 1)


def _grains(image: np.ndarray) -> np.ndarray:
    """Positions of equal grains, ``(GRAINS, 2)``: systematic sampling of the pixels' ink."""
    ink = np.clip(image + 1, 0, None).ravel() + 1e-9
    levels = (np.arange(GRAINS) + 0.5) / GRAINS
    pixel = np.searchsorted(np.cumsum(ink) / ink.sum(), levels)
    pixel = np.minimum(pixel, ink.size - 1)
    return np.stack(np.unravel_index(pixel, image.shape), axis=1).astype(float)


def latent_arc(generator: nn.Module, z: Tensor, first: int, second: int, t: float) -> Tensor:
    """The sample at `t` on the arc between two rows of the noise `z`; ``(h, w)``.

    The arc keeps the noise as long as noise is; see
    :func:`course_utils.experiments.digits.latent_walks`.
    """
    angle = torch.tensor(t * torch.pi / 2)
    mixed = angle.cos() * z[first] + angle.sin() * z[second]
    with evaluating(generator):
        return generator(mixed[None])[0, 0]


def samples_of(generator: nn.Module, latent_dim: int, n_samples: int, seed: int):
    """Noise ``(n, latent_dim)`` from a seed of its own, and the images made of it."""
    with seeded(seed):
        z = torch.randn(n_samples, latent_dim)
    z = z.to(device_of(generator))
    with evaluating(generator):
        return z, generator(z).cpu()
