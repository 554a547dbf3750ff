"""Covariances to try an answer on."""

from __future__ import annotations

import numpy as np


def random_covariance(rng, d):
    """A well-conditioned covariance whose variances differ and whose axes are correlated."""
    root = rng.normal(size=(d, d)) + 1.5 * np.eye(d)
    scale = rng.uniform(0.4, 1.6, d)
    return scale[:, None] * (root @ root.T / d) * scale
