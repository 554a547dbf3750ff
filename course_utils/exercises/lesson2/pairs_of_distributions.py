"""Pairs of distributions on a finite set, to try an answer on."""

from __future__ import annotations

import numpy as np


def masses(rng: np.random.Generator, size: int) -> np.ndarray:
    """Uneven masses, none of them near 0."""
    p = rng.uniform(0.1, 1.0, size)
    return p / p.sum()


def pairs(rng: np.random.Generator) -> list[tuple[np.ndarray, np.ndarray]]:
    """Distributions that differ, coincide, share some of their support, or none."""
    same = masses(rng, 4)
    partial = np.append(masses(rng, 4), 0.0), np.insert(masses(rng, 3), [0, 2], 0.0)
    disjoint = np.append(masses(rng, 2), [0.0, 0.0]), np.insert(masses(rng, 2), 0, [0.0, 0.0])
    return [
        (np.array([0.5, 0.5]), np.array([0.75, 0.25])),
        (masses(rng, 3), masses(rng, 3)),
        (masses(rng, 6), masses(rng, 6)),
        (same, same.copy()),
        (np.append(masses(rng, 2), 0.0), np.append(masses(rng, 2), 0.0)),
        partial,
        disjoint,
        (np.array([1.0]), np.array([1.0])),
    ]
