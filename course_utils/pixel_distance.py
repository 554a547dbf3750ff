"""How little a distance between pixels knows about pictures.

Theis, van den Oord & Bethge (2016), *A note on the evaluation of generative models*,
arXiv:1511.01844.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Overtaken:
    """What moving images by some pixels does to their nearest neighbours.

    Attributes
    ----------
    own, other : ndarray, shape (n,)
        Euclidean distance from each moved image to itself unmoved, and to the nearest other.
    nearest : ndarray, shape (n,)
        Which other one that is.
    """

    own: np.ndarray
    other: np.ndarray
    nearest: np.ndarray

    @property
    def share(self) -> float:
        """The share of images to which another one is now nearer than they were themselves."""
        return float(np.mean(self.other < self.own))


def move_right(images: np.ndarray, pixels: int) -> np.ndarray:
    """Images of shape (n, height, width), moved; what leaves on the right is lost."""
    moved = np.zeros_like(images)
    moved[:, :, pixels:] = images[:, :, : images.shape[2] - pixels]
    return moved


def overtaken(images: np.ndarray, n_moved: int, pixels: int) -> Overtaken:
    """Move the first `n_moved` images to the right, and look for nearer ones among all others.

    Parameters
    ----------
    images : ndarray, shape (m, height, width)
    n_moved, pixels : int
    """
    flat = images.reshape(len(images), -1)
    moved = move_right(images[:n_moved], pixels).reshape(n_moved, -1)
    squares = (moved**2).sum(1)[:, None] + (flat**2).sum(1) - 2 * moved @ flat.T
    distances = np.sqrt(np.maximum(squares, 0))
    each = np.arange(n_moved)
    own = distances[each, each].copy()
    distances[each, each] = np.inf
    nearest = distances.argmin(axis=1)
    return Overtaken(own, distances[each, nearest], nearest)
