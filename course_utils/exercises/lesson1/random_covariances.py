"""Covariances to try an answer on."""

from __future__ import annotations

import numpy as np


def random_covariance(rng, d):
    """A covariance whose axes are correlated, and so well conditioned that float32 will do.

    The variances along its axes are 0.4 to 4, evenly spaced in their logarithms; every two
    coordinates are correlated by 0.15 at least, so that whoever ignores it is wrong by a margin.
    """
    if d == 1:
        return np.array([[rng.uniform(0.3, 0.7) * rng.choice([1.0, 5.0])]])
    while True:
        axes, _ = np.linalg.qr(rng.normal(size=(d, d)))
        cov = axes * np.geomspace(0.4, 4.0, d) @ axes.T
        sd = np.sqrt(np.diag(cov))
        correlation = np.abs(cov / np.outer(sd, sd))
        if correlation.min() > 0.15:
            return (cov + cov.T) / 2
