"""How far apart are two distributions? Entropies, divergences and the 1-D Wasserstein distance.

Three kinds of input, three groups of functions:

* **masses** ``p, q`` on a finite set: :func:`entropy`, :func:`cross_entropy`,
  :func:`kl_divergence`, :func:`jensen_shannon`, :func:`total_variation`, :func:`wasserstein_1d`;
* **densities** tabulated on a grid ``x``: :func:`kl_on_grid`, :func:`jensen_shannon_on_grid`,
  :func:`total_variation_on_grid`, :func:`wasserstein_on_grid`;
* **samples** or **parameters**: :func:`wasserstein_samples`, :func:`gaussian_kl`.

Logarithms are natural, so entropies are in nats. The convention ``0 · log 0 = 0`` holds
throughout, and a divergence is ``inf`` where it is infinite; neither raises a warning.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import entr, rel_entr

MASS_TOLERANCE = 1e-6  # how far a sum of masses may stray from 1


def _vector(values: ArrayLike, name: str) -> np.ndarray:
    array = np.asarray(values, dtype=float)
    if array.ndim != 1 or array.size == 0:
        raise ValueError(f"{name} must be a non-empty 1-D array; its shape is {array.shape}.")
    if not np.all(np.isfinite(array)):
        raise ValueError(f"{name} must be finite; it contains nan or inf.")
    return array


def _masses(values: ArrayLike, name: str) -> np.ndarray:
    array = _vector(values, name)
    if np.any(array < 0):
        raise ValueError(f"{name} must not be negative; its smallest entry is {array.min():g}.")
    if abs(array.sum() - 1) > MASS_TOLERANCE:
        raise ValueError(f"{name} must sum to 1; it sums to {array.sum():.6g}.")
    return array


def _same_length(**arrays: np.ndarray) -> None:
    if len({len(array) for array in arrays.values()}) > 1:
        lengths = ", ".join(f"{name} has {len(array)}" for name, array in arrays.items())
        raise ValueError(f"one entry per state is needed, but {lengths}.")


def _mass_pair(p: ArrayLike, q: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    p, q = _masses(p, "p"), _masses(q, "q")
    _same_length(p=p, q=q)
    return p, q


def entropy(p: ArrayLike) -> float:
    """Shannon entropy ``H(P) = −Σ p log p``, in nats.

    Parameters
    ----------
    p : array_like, shape (n,)
        Masses: non-negative, with sum 1.

    Returns
    -------
    float
        Between 0 (a certain outcome) and ``log n`` (the uniform distribution).

    Raises
    ------
    ValueError
        If `p` is not 1-D, is negative somewhere or does not sum to 1.

    Notes
    -----
    Goodfellow, Bengio & Courville, *Deep Learning*, section 3.13.
    """
    return float(entr(_masses(p, "p")).sum())


def cross_entropy(p: ArrayLike, q: ArrayLike) -> float:
    """Cross-entropy ``H(P, Q) = −Σ p log q``, in nats.

    The mean surprise of someone who believes Q while outcomes come from P. It equals
    ``entropy(p) + kl_divergence(p, q)``.

    Parameters
    ----------
    p, q : array_like, shape (n,)
        Masses of the true distribution and of the model.

    Returns
    -------
    float
        ``inf`` where `q` is 0 and `p` is not.

    Raises
    ------
    ValueError
        If `p` or `q` is not 1-D, is negative somewhere or does not sum to 1, or if their
        lengths differ.
    """
    p, q = _mass_pair(p, q)
    seen = p > 0
    with np.errstate(divide="ignore"):
        return float(-(p[seen] * np.log(q[seen])).sum())


def kl_divergence(p: ArrayLike, q: ArrayLike) -> float:
    """Kullback–Leibler divergence ``D(P‖Q) = Σ p log(p / q)``, in nats.

    Parameters
    ----------
    p, q : array_like, shape (n,)
        Masses. The order matters: the mean is taken under `p`.

    Returns
    -------
    float
        At least 0; 0 only where `p` equals `q`; ``inf`` where `q` is 0 and `p` is not.

    Raises
    ------
    ValueError
        If `p` or `q` is not 1-D, is negative somewhere or does not sum to 1, or if their
        lengths differ.

    Notes
    -----
    *Deep Learning*, section 3.13. ``scipy.special.rel_entr`` gives the terms of this sum;
    ``scipy.special.kl_div`` adds ``q − p`` to each of them, which only cancels where both
    arguments sum to 1.
    """
    p, q = _mass_pair(p, q)
    return max(0.0, float(rel_entr(p, q).sum()))


def jensen_shannon(p: ArrayLike, q: ArrayLike) -> float:
    """Jensen–Shannon divergence ``½ D(P‖M) + ½ D(Q‖M)`` with ``M = ½ (P + Q)``, in nats.

    Parameters
    ----------
    p, q : array_like, shape (n,)
        Masses.

    Returns
    -------
    float
        Between 0 and ``log 2``; ``log 2`` exactly where the supports are disjoint.

    Raises
    ------
    ValueError
        If `p` or `q` is not 1-D, is negative somewhere or does not sum to 1, or if their
        lengths differ.

    Notes
    -----
    Lin (1991). The Wasserstein GAN paper writes the sum without the two halves, so its
    values are twice these.
    """
    p, q = _mass_pair(p, q)
    middle = (p + q) / 2
    value = (rel_entr(p, middle).sum() + rel_entr(q, middle).sum()) / 2
    return float(np.clip(value, 0.0, np.log(2)))


def total_variation(p: ArrayLike, q: ArrayLike) -> float:
    """Total variation distance ``½ Σ |p − q|``, the largest difference in any event's probability.

    Parameters
    ----------
    p, q : array_like, shape (n,)
        Masses.

    Returns
    -------
    float
        Between 0 and 1.

    Raises
    ------
    ValueError
        If `p` or `q` is not 1-D, is negative somewhere or does not sum to 1, or if their
        lengths differ.
    """
    p, q = _mass_pair(p, q)
    return float(np.abs(p - q).sum() / 2)


def wasserstein_1d(positions: ArrayLike, p: ArrayLike, q: ArrayLike) -> float:
    """Wasserstein-1 distance on the line, ``∫ |F_P(x) − F_Q(x)| dx``.

    Parameters
    ----------
    positions : array_like, shape (n,)
        Where each state lies: in any order, unevenly spaced, repeated if need be.
    p, q : array_like, shape (n,)
        The masses at those positions.

    Returns
    -------
    float
        In the unit of `positions`; at most the span of the positions.

    Raises
    ------
    ValueError
        If an argument is not 1-D, if the lengths differ, or if `p` or `q` is negative
        somewhere or does not sum to 1.

    Notes
    -----
    Both cumulative distribution functions are constant between neighbouring positions, so
    the integral is a finite sum. Peyré & Cuturi, *Computational Optimal Transport*, section 2.6.
    """
    positions = _vector(positions, "positions")
    p, q = _masses(p, "p"), _masses(q, "q")
    _same_length(positions=positions, p=p, q=q)
    order = np.argsort(positions, kind="stable")
    surplus = np.cumsum((p - q)[order])[:-1]  # F_P − F_Q on each gap between positions
    return float(np.abs(surplus) @ np.diff(positions[order]))


def wasserstein_samples(x: ArrayLike, y: ArrayLike) -> float:
    """Wasserstein-1 distance between two samples on the line.

    Parameters
    ----------
    x, y : array_like, shapes (n,) and (m,)
        Numbers, each of weight 1/n or 1/m; n and m may differ.

    Returns
    -------
    float
        In the unit of the samples. For n = m it is the mean distance between the sorted ones.

    Raises
    ------
    ValueError
        If a sample is not 1-D, is empty or is not finite.
    """
    x, y = _vector(x, "x"), _vector(y, "y")
    if len(x) == len(y):
        return float(np.abs(np.sort(x) - np.sort(y)).mean())
    both = np.concatenate([np.sort(x), np.sort(y)])
    order = np.argsort(both, kind="stable")  # a merge: both halves are sorted
    surplus = np.cumsum(np.where(order < len(x), 1 / len(x), -1 / len(y)))[:-1]
    return float(np.abs(surplus) @ np.diff(both[order]))


def gaussian_kl(mu1: ArrayLike, sigma1: ArrayLike, mu2: ArrayLike, sigma2: ArrayLike):
    """Divergence between two Gaussians on the line, ``D(N(μ₁, σ₁²)‖N(μ₂, σ₂²))``, in nats.

    ``log(σ₂/σ₁) + (σ₁² + (μ₁ − μ₂)²) / (2σ₂²) − ½``

    Parameters
    ----------
    mu1, sigma1, mu2, sigma2 : float or array_like
        Means and standard deviations (not variances); shapes broadcast.

    Returns
    -------
    float or ndarray
        At least 0.

    Raises
    ------
    ValueError
        If a standard deviation is not positive.

    Notes
    -----
    Bishop, *Pattern Recognition and Machine Learning*, exercise 1.30.
    """
    mu1, sigma1, mu2, sigma2 = (np.asarray(v, dtype=float) for v in (mu1, sigma1, mu2, sigma2))
    if not (np.all(sigma1 > 0) and np.all(sigma2 > 0)):
        raise ValueError("sigma1 and sigma2 must be positive standard deviations.")
    squares = (sigma1 / sigma2) ** 2 + ((mu1 - mu2) / sigma2) ** 2
    return np.maximum(0.0, np.log(sigma2 / sigma1) + squares / 2 - 0.5)[()]


def _densities(x: ArrayLike, p: ArrayLike, q: ArrayLike) -> tuple[np.ndarray, ...]:
    x, p, q = _vector(x, "x"), _vector(p, "p"), _vector(q, "q")
    _same_length(x=x, p=p, q=q)
    if np.any(np.diff(x) <= 0):
        raise ValueError("the grid x must increase from left to right.")
    if np.any(p < 0) or np.any(q < 0):
        raise ValueError("densities must not be negative.")
    return x, p, q


def kl_on_grid(x: ArrayLike, p: ArrayLike, q: ArrayLike) -> float:
    """``D(P‖Q) = ∫ p log(p / q) dx`` by the trapezoidal rule, in nats.

    Parameters
    ----------
    x : array_like, shape (n,)
        An increasing grid that covers nearly all of both densities.
    p, q : array_like, shape (n,)
        Density values on the grid. They may exceed 1; they are not normalised here.

    Returns
    -------
    float
        ``inf`` where `q` is 0 and `p` is not.

    Raises
    ------
    ValueError
        If an argument is not 1-D, lengths differ, the grid does not increase, or a density is
        negative.
    """
    x, p, q = _densities(x, p, q)
    terms = rel_entr(p, q)
    return float(np.trapezoid(terms, x)) if np.all(np.isfinite(terms)) else float("inf")


def jensen_shannon_on_grid(x: ArrayLike, p: ArrayLike, q: ArrayLike) -> float:
    """Jensen–Shannon divergence of two densities by the trapezoidal rule, in nats.

    Takes (arrays of shape (n,)), returns and raises what :func:`kl_on_grid` does, but is never
    infinite: at most ``log 2`` for normalised densities.
    """
    x, p, q = _densities(x, p, q)
    middle = (p + q) / 2
    return float(np.trapezoid(rel_entr(p, middle) + rel_entr(q, middle), x) / 2)


def total_variation_on_grid(x: ArrayLike, p: ArrayLike, q: ArrayLike) -> float:
    """Total variation ``½ ∫ |p − q| dx`` by the trapezoidal rule.

    Takes (arrays of shape (n,)) and raises what :func:`kl_on_grid` does; at most 1 for normalised
    densities.
    """
    x, p, q = _densities(x, p, q)
    return float(np.trapezoid(np.abs(p - q), x) / 2)


def wasserstein_on_grid(x: ArrayLike, p: ArrayLike, q: ArrayLike) -> float:
    """Wasserstein-1 distance ``∫ |F_P − F_Q| dx`` of two densities by the trapezoidal rule.

    Takes (arrays of shape (n,)) and raises what :func:`kl_on_grid` does; the result is in the unit
    of `x`.
    """
    x, p, q = _densities(x, p, q)
    difference = p - q
    steps = np.diff(x) * (difference[1:] + difference[:-1]) / 2
    surplus = np.concatenate([[0.0], np.cumsum(steps)])
    return float(np.trapezoid(np.abs(surplus), x))
