"""Integral probability metrics: how far apart can one function of a class tell P and Q?

``d_F(P, Q) = sup over f in F of E_P f − E_Q f``. The class decides the metric: 1-Lipschitz
functions give Wasserstein-1, functions between −½ and ½ give total variation, the unit ball of
a kernel's function space gives the maximum mean discrepancy. The function that attains the
supremum is the **witness**; a critic is a network that looks for it.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from course_utils.transport import cost_matrix


def lipschitz_constant(f_values: ArrayLike, positions: ArrayLike) -> float:
    """Largest slope of a sampled function, ``max |f_i − f_j| / ‖x_i − x_j‖₂`` over all pairs.

    A lower bound on the Lipschitz constant of any function through these values, and attained
    by one of them (McShane's extension).

    Parameters
    ----------
    f_values : array_like, shape (n,)
        Values of the function.
    positions : array_like, shape (n,) or (n, d)
        Where it takes them. Pairs at the same position are left out if their values agree.

    Returns
    -------
    float
        0 for a single point; ``inf`` if two values share one position.

    Raises
    ------
    ValueError
        If the lengths differ or the shapes are none of the above.
    """
    f_values = np.asarray(f_values, dtype=float)
    distances = cost_matrix(positions)
    if f_values.shape != (len(distances),):
        raise ValueError(
            f"one value per position is needed, but f_values has shape {f_values.shape} "
            f"and there are {len(distances)} positions."
        )
    rises = np.abs(f_values[:, None] - f_values)
    with np.errstate(divide="ignore", invalid="ignore"):
        slopes = rises / distances
    return float(np.nan_to_num(slopes, nan=0.0, posinf=np.inf).max())


def linear_lipschitz_constant(weight: ArrayLike) -> float:
    """Lipschitz constant of ``x ↦ w·x + b``, w of shape (d,), for Euclidean distances: ``‖w‖₂``.

    Exactly: Cauchy–Schwarz bounds every slope by it; the direction of `w` attains it.

    Raises
    ------
    ValueError
        If `weight` is not a vector.
    """
    weight = np.asarray(weight, dtype=float)
    if weight.ndim != 1:
        raise ValueError(f"weight must be a vector; its shape is {weight.shape}.")
    return float(np.linalg.norm(weight))


def parallel_lines(theta: float) -> tuple[float, float, float, float]:
    """``(w1, js, kl, tv)`` between {0} × U[0, 1] and {θ} × U[0, 1], two vertical lines.

    Every grain of the first line moves straight across, so ``W₁ = |θ|``. The lines share no
    point unless θ is exactly 0, so the other three sit at their largest value for every θ ≠ 0.

    Notes
    -----
    Arjovsky, Chintala & Bottou (2017), arXiv:1701.07875, example 1; JS here has the ½ that the
    paper leaves out, so its ceiling is ``log 2``.
    """
    if theta == 0:
        return 0.0, 0.0, 0.0, 0.0
    return abs(float(theta)), math.log(2), math.inf, 1.0


def gaussian_kernel(x: ArrayLike, y: ArrayLike | None = None, bandwidth: float = 1.0) -> np.ndarray:
    """``exp(−‖x_i − y_j‖² / (2 bandwidth²))``, shape (n, m).

    Raises
    ------
    ValueError
        If the bandwidth is not positive.
    """
    if not bandwidth > 0:
        raise ValueError(f"bandwidth must be positive, not {bandwidth}.")
    return np.exp(-(cost_matrix(x, y) ** 2) / (2 * bandwidth**2))


def maximum_mean_discrepancy(
    positions: ArrayLike, p: ArrayLike, q: ArrayLike, bandwidth: float = 1.0
) -> float:
    """MMD with a Gaussian kernel, ``√((p − q)ᵀ K (p − q))``; between 0 and √2.

    Parameters
    ----------
    positions : array_like, shape (n,) or (n, d)
        The states.
    p, q : array_like, shape (n,)
        Their masses.
    bandwidth : float
        The kernel's standard deviation, in the unit of the positions: differences much finer
        are blurred, distances much larger all look alike.

    Notes
    -----
    Gretton et al. (2012), *A kernel two-sample test*, JMLR 13:723–773.
    """
    surplus = np.asarray(p, dtype=float) - np.asarray(q, dtype=float)
    square = surplus @ gaussian_kernel(positions, bandwidth=bandwidth) @ surplus
    return math.sqrt(max(0.0, float(square)))


def mmd_witness(
    x: ArrayLike, positions: ArrayLike, p: ArrayLike, q: ArrayLike, bandwidth: float = 1.0
) -> np.ndarray:
    """The function of the kernel's unit ball that tells P and Q apart best, at the points `x`.

    Returns
    -------
    ndarray, shape (len(x),)
        ``Σ_j k(x, x_j) (p_j − q_j) / MMD``; zeros where P and Q agree.
    """
    surplus = np.asarray(p, dtype=float) - np.asarray(q, dtype=float)
    distance = maximum_mean_discrepancy(positions, p, q, bandwidth)
    values = gaussian_kernel(x, positions, bandwidth) @ surplus
    return values / distance if distance > 0 else np.zeros_like(values)
