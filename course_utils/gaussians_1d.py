"""Gaussians and mixtures on the line, tabulated: what the explorations of one axis compute.

A law is a density on a grid that covers nearly all of it; :mod:`course_utils.divergences`
measures such densities. Here are the Gaussian closest to one in either direction, and what the
best discriminator and its generator losses do between two Gaussians.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter1d
from scipy.optimize import minimize
from scipy.special import expit
from scipy.stats import norm

from course_utils import divergences


def mixture(x: np.ndarray, means, sds, weights) -> np.ndarray:
    """Density ``(n,)`` of a mixture of Gaussians on the grid `x` ``(n,)``; the weights sum to 1."""
    parts = zip(means, sds, weights, strict=True)
    return sum(weight * norm.pdf(x, mean, sd) for mean, sd, weight in parts)


@dataclass(frozen=True)
class Comparison:
    """Four ways to say how far apart two densities are; nats, and the unit of x for W₁."""

    forward: float
    reverse: float
    js: float
    w1: float


def compare(x: np.ndarray, p: np.ndarray, q: np.ndarray) -> Comparison:
    """D(P‖Q), D(Q‖P), JS and W₁ of two densities on a grid, all of shape (n,)."""
    return Comparison(
        divergences.kl_on_grid(x, p, q),
        divergences.kl_on_grid(x, q, p),
        divergences.jensen_shannon_on_grid(x, p, q),
        divergences.wasserstein_on_grid(x, p, q),
    )


def kl_terms(p: np.ndarray, q: np.ndarray) -> np.ndarray:
    """The integrand ``p log(p / q)`` at each point, shape (n,); its area is D(P‖Q), in nats."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(p > 0, p * (np.log(p) - np.log(q)), 0.0)


def forward_fit(x: np.ndarray, p: np.ndarray) -> tuple[float, float]:
    """Mean and standard deviation of the Gaussian that minimises D(P‖·), P of shape (n,): P's own.

    Bishop, *Pattern Recognition and Machine Learning*, section 10.7.
    """
    mean = np.trapezoid(x * p, x)
    return float(mean), float(np.sqrt(np.trapezoid((x - mean) ** 2 * p, x)))


def reverse_fit(x: np.ndarray, p: np.ndarray, starts=(-2.0, 0.0, 2.0)) -> tuple[float, float]:
    """Mean and standard deviation of the Gaussian that minimises D(·‖P), P of shape (n,).

    The cost is ``−H(Q) − E_Q log p``. It may have several minima: the best one found from the
    given starts is returned, the first of equals.
    """
    nothing = np.log(np.finfo(float).tiny)  # stands for log 0, also beyond the grid
    log_p = np.log(np.maximum(p, np.finfo(float).tiny))

    def cost(theta: np.ndarray) -> float:
        q = norm.pdf(x, theta[0], np.exp(theta[1]))
        outside = max(0.0, 1 - np.trapezoid(q, x))
        return float(-theta[1] - np.trapezoid(q * log_p, x) - outside * nothing)

    step = np.array([[0, 0], [0.5, 0], [0, -0.5]])
    fits = [
        minimize(
            cost, (start, 0.0), method="Nelder-Mead",
            options={"initial_simplex": np.array([start, 0.0]) + step, "xatol": 1e-3},
        )
        for start in starts
    ]  # fmt: skip
    best = min(fits, key=lambda fit: round(fit.fun, 6))
    return float(best.x[0]), float(np.exp(best.x[1]))


@dataclass(frozen=True)
class GamePoint:
    """The best discriminator between two Gaussians, and how steep each generator loss is.

    Attributes
    ----------
    d_star : ndarray
        p / (p + q) at each point.
    saturating, non_saturating : ndarray
        The sizes of the slopes of log(1 − D*(x)) and of −log D*(x).
    """

    d_star: np.ndarray
    saturating: np.ndarray
    non_saturating: np.ndarray


def squared_mmd(x: np.ndarray, p: np.ndarray, q: np.ndarray, bandwidth: float = 1.0) -> float:
    """Squared maximum mean discrepancy with the kernel ``exp(−(x − y)²/2h²)``, h the bandwidth.

    That kernel is a Gaussian of width ``h/√2`` folded with itself, so MMD² is the squared
    difference of the two densities, each blurred by that much.

    Parameters
    ----------
    x : ndarray, shape (n,)
        An even grid that holds nearly all of both.
    p, q : ndarray, shape (n,)
        Densities on it.
    bandwidth : float
        In the unit of x.
    """
    blur = bandwidth / math.sqrt(2) / (x[1] - x[0])
    blurred = gaussian_filter1d(p - q, blur, mode="constant", truncate=8)
    return float(bandwidth * math.sqrt(2 * math.pi) * np.trapezoid(blurred**2, x))


def best_discriminator(x: np.ndarray, data, model) -> GamePoint:
    """D* for data N(m, s²) against a generator N(m', s'²), each given as (mean, sd).

    Computed from the logit ``l = log p − log q``, so that it is right far out, too:
    ``d log(1 − D*)/dx = −D* l'`` and ``d(−log D*)/dx = −(1 − D*) l'``.
    """
    logit = norm.logpdf(x, *data) - norm.logpdf(x, *model)
    slope = (x - model[0]) / model[1] ** 2 - (x - data[0]) / data[1] ** 2
    return GamePoint(expit(logit), np.abs(expit(logit) * slope), np.abs(expit(-logit) * slope))


def share_caught(x: np.ndarray, d_star: np.ndarray, model: np.ndarray) -> float:
    """The share of the model's mass (a density on the grid, shape (n,)) where D* says 'fake'."""
    return float(np.trapezoid(model * (d_star < 0.5), x) / np.trapezoid(model, x))
