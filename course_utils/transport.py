"""Optimal transport between finite distributions: plans, potentials, and what they cost.

A **plan** is a table of how much mass goes from each source to each target; the cheapest one is
the solution of a linear program, solved here by POT's network simplex, which uses that the program
is about transport and leaves general solvers far behind (without POT, by SciPy's HiGHS). Its dual
is a pair of **potentials**; for a metric cost they are one 1-Lipschitz function ``f`` and its
negative, which is what a Wasserstein critic approximates.

:func:`solve_transport` returns all of it at once; :func:`optimal_transport` and
:func:`kantorovich_dual` return the halves that the third lesson asks for.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist
from scipy.special import logsumexp
from scipy.stats import norm

from course_utils.network_simplex import best_plan
from course_utils.network_simplex import constraint_matrix as constraint_matrix

COUPLING_TOLERANCE = 1e-8  # how far a plan's marginals may stray
TOTAL_TOLERANCE = 1e-9  # how far the two total masses may differ, relative to the larger


@dataclass(frozen=True)
class Transport:
    """The cheapest way to carry `p` to `q`, and the proof that it is the cheapest.

    Attributes
    ----------
    value : float
        ``⟨plan, cost⟩``, in the unit of the cost times the unit of mass.
    plan : ndarray, shape (n, m)
        Mass carried from source i to target j; rows sum to `p`, columns to `q`.
    source_potential : ndarray, shape (n,)
        ``u`` with ``u_i + v_j ≤ cost_ij`` for all i and j; its smallest entry is 0. For a metric
        cost it is the Kantorovich potential ``f``: 1-Lipschitz at every point.
    target_potential : ndarray, shape (m,)
        ``v``; for a metric cost it equals ``−f``.
    dual_value : float
        ``Σ u p + Σ v q``: a lower bound on the cost of every plan, equal to `value`.
    """

    value: float
    plan: np.ndarray
    source_potential: np.ndarray
    target_potential: np.ndarray
    dual_value: float

    @property
    def gap(self) -> float:
        """``value − dual_value``: 0 up to rounding where both are optimal."""
        return self.value - self.dual_value


def _points(positions: ArrayLike, name: str) -> np.ndarray:
    points = np.asarray(positions, dtype=float)
    if points.ndim not in (1, 2) or points.size == 0:
        raise ValueError(
            f"{name} must have shape (n,) or (n, d), not empty; its shape is {points.shape}."
        )
    return points[:, None] if points.ndim == 1 else points


def _masses(values: ArrayLike, name: str, size: int) -> np.ndarray:
    masses = np.asarray(values, dtype=float)
    if masses.shape != (size,):
        raise ValueError(f"{name} must have shape ({size},) to fit the cost, not {masses.shape}.")
    if not np.all(np.isfinite(masses)):
        raise ValueError(f"{name} must be finite; it contains nan or inf.")
    if np.any(masses < 0):
        raise ValueError(f"{name} must not be negative; its smallest entry is {masses.min():g}.")
    return masses


def _problem(cost: ArrayLike, p: ArrayLike, q: ArrayLike) -> tuple[np.ndarray, ...]:
    cost = np.asarray(cost, dtype=float)
    if cost.ndim != 2 or cost.size == 0:
        raise ValueError(f"cost must be a non-empty (n, m) matrix; its shape is {cost.shape}.")
    if not np.all(np.isfinite(cost)):
        raise ValueError("cost must be finite; it contains nan or inf.")
    p, q = _masses(p, "p", cost.shape[0]), _masses(q, "q", cost.shape[1])
    total = max(p.sum(), q.sum())
    if total == 0:
        raise ValueError("there is nothing to transport: p and q are all zeros.")
    if abs(p.sum() - q.sum()) > TOTAL_TOLERANCE * total:
        raise ValueError(
            f"no plan exists: p sums to {p.sum():.10g} and q to {q.sum():.10g}, "
            "but transport neither makes nor loses mass."
        )
    return cost, p, q


def cost_matrix(x: ArrayLike, y: ArrayLike | None = None) -> np.ndarray:
    """Euclidean distances ``cost_ij = ‖x_i − y_j‖₂``.

    Parameters
    ----------
    x, y : array_like, shape (n,) or (n, d) and (m,) or (m, d)
        Positions on the line or in space; `y` defaults to `x`.

    Returns
    -------
    ndarray, shape (n, m)
        In the unit of the positions.

    Raises
    ------
    ValueError
        If a shape is neither (n,) nor (n, d), or the dimensions differ.
    """
    x = _points(x, "x")
    y = x if y is None else _points(y, "y")
    if x.shape[1] != y.shape[1]:
        raise ValueError(f"x lies in {x.shape[1]} dimensions and y in {y.shape[1]}.")
    return cdist(x, y)


def is_metric(cost: ArrayLike, tolerance: float = 1e-9) -> bool:
    """Whether a cost (n, n) is a distance: zero on the diagonal, symmetric, triangle inequality.

    Two different states at distance 0 are allowed. The tolerance is relative to the largest
    entry.
    """
    cost = np.asarray(cost, dtype=float)
    if cost.ndim != 2 or cost.shape[0] != cost.shape[1] or np.any(cost < 0):
        return False
    slack = tolerance * max(cost.max(initial=0.0), np.finfo(float).tiny)
    through = min_plus(cost, cost)  # the cheapest way that stops once in between
    return bool(
        np.all(np.abs(np.diag(cost)) <= slack)
        and np.all(np.abs(cost - cost.T) <= slack)
        and np.all(cost <= through + slack)
    )


def min_plus(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """``min over k of a_ik + b_kj``, the matrix product of shortest paths.

    Shapes (n, l) and (l, m) give (n, m).
    """
    return np.array([np.min(row[:, None] + b, axis=0) for row in a])


def is_coupling(plan: ArrayLike, p: ArrayLike, q: ArrayLike) -> bool:
    """Whether `plan` carries `p` to `q`: non-negative, rows sum to `p`, columns to `q`.

    Parameters
    ----------
    plan : array_like
        Mass from each source (row) to each target (column).
    p, q : array_like, shape (n,) and (m,)
        Masses at the sources and at the targets.

    Returns
    -------
    bool
        ``False`` also where the shape is not (n, m). Errors up to 1e-8 are rounding.
    """
    plan, p, q = (np.asarray(a, dtype=float) for a in (plan, p, q))
    if p.ndim != 1 or q.ndim != 1 or plan.shape != (len(p), len(q)):
        return False
    return bool(
        np.all(plan >= -COUPLING_TOLERANCE)
        and np.all(np.abs(plan.sum(axis=1) - p) <= COUPLING_TOLERANCE)
        and np.all(np.abs(plan.sum(axis=0) - q) <= COUPLING_TOLERANCE)
    )


def transport_cost(plan: ArrayLike, cost: ArrayLike) -> float:
    """``⟨plan, cost⟩ = Σ_ij plan_ij cost_ij``: mass times distance, over all journeys.

    Raises
    ------
    ValueError
        If the shapes differ.
    """
    plan, cost = np.asarray(plan, dtype=float), np.asarray(cost, dtype=float)
    if plan.shape != cost.shape:
        raise ValueError(f"plan has shape {plan.shape} and cost {cost.shape}; they must agree.")
    return float((plan * cost).sum())


def solve_transport(cost: ArrayLike, p: ArrayLike, q: ArrayLike) -> Transport:
    """Solve ``min ⟨plan, cost⟩`` over all couplings of `p` and `q`, together with its dual.

    Parameters
    ----------
    cost : array_like, shape (n, m)
        What it costs to carry one unit of mass from source i to target j.
    p, q : array_like, shape (n,) and (m,)
        Masses: non-negative, with equal totals (1 for distributions).

    Returns
    -------
    Transport
        Value, plan and potentials. Plans and potentials are often not unique; this is one of
        the best ones.

    Raises
    ------
    ValueError
        If shapes do not fit, a mass is negative, a number is not finite, or the totals differ.

    Notes
    -----
    The solver leaves out empty sources and targets, and its dual variables mean something only
    for the others. Two c-transforms, ``u_i = min_j cost_ij − v_j`` over the targets that get mass
    and ``v_j = min_i cost_ij − u_i``, extend them to every point: a minimum of 1-Lipschitz
    functions is 1-Lipschitz, so for a metric cost ``u = −v = f`` is too. Peyré & Cuturi,
    *Computational Optimal Transport*, sections 2.3, 2.5, 3.5 and 5.1.
    """
    cost, p, q = _problem(cost, p, q)
    plan, v = best_plan(cost, p, q)
    u = np.min(cost[:, q > 0] - v, axis=1)
    u = u - u.min()
    v = np.min(cost - u[:, None], axis=0)
    return Transport(float(np.vdot(plan, cost)), plan, u, v, float(u @ p + v @ q))


def optimal_transport(cost: ArrayLike, p: ArrayLike, q: ArrayLike) -> tuple[float, np.ndarray]:
    """``(value, plan)`` of the cheapest plan, shape (n, m); see :func:`solve_transport`."""
    cost, p, q = _problem(cost, p, q)
    plan, _ = best_plan(cost, p, q)
    return float(np.vdot(plan, cost)), plan


def kantorovich_dual(cost: ArrayLike, p: ArrayLike, q: ArrayLike) -> tuple[float, np.ndarray]:
    """``max Σ f (p − q)`` over functions with ``|f_i − f_j| ≤ cost_ij``.

    Parameters
    ----------
    cost : array_like, shape (n, n)
        Distances between n points.
    p, q : array_like, shape (n,)
        Masses at those points, with equal totals.

    Returns
    -------
    value : float
        By the Kantorovich–Rubinstein theorem, the Wasserstein-1 distance.
    f : ndarray, shape (n,)
        A potential that attains it, 1-Lipschitz at every point; its smallest entry is 0.

    Raises
    ------
    ValueError
        As :func:`solve_transport`, and if `cost` is not a metric: for other costs one function
        is not enough, see `Transport.target_potential`.
    """
    if not is_metric(cost):
        raise ValueError(
            "cost must be a metric (square, symmetric, zero diagonal, triangle inequality); "
            "otherwise the dual needs two functions: use solve_transport."
        )
    solution = solve_transport(cost, p, q)
    f = solution.source_potential
    return float(f @ (np.asarray(p, dtype=float) - np.asarray(q, dtype=float))), f


def empirical_wasserstein(x: ArrayLike, y: ArrayLike) -> float:
    """Exact Wasserstein-1 distance between two samples, in any dimension.

    Parameters
    ----------
    x, y : array_like, shape (n,) or (n, d) and (m,) or (m, d)
        Samples of equal weights. For n = m the best plan is a matching, which is found in
        about a second for n = 3000; n ≠ m takes the linear program.

    Returns
    -------
    float
        In the unit of the samples.

    Raises
    ------
    ValueError
        If a shape is neither (n,) nor (n, d), or the dimensions differ.
    """
    cost = cost_matrix(x, y)
    n, m = cost.shape
    if n != m:
        return solve_transport(cost, np.full(n, 1 / n), np.full(m, 1 / m)).value
    return float(cost[linear_sum_assignment(cost)].mean())


def gaussian_wasserstein(
    mu1: float, sigma1: float, mu2: float, sigma2: float, order: int = 1
) -> float:
    """Wasserstein distance of order 1 or 2 between two Gaussians on the line.

    The best plan sends each quantile to the same quantile, so a standard normal Z is moved by
    ``Δ = (μ₁ − μ₂) + (σ₁ − σ₂) Z``; then ``W₁ = E|Δ|`` and ``W₂ = √E Δ²``. W₁ equals
    ``|μ₁ − μ₂|`` only where ``σ₁ = σ₂``.

    Parameters
    ----------
    mu1, sigma1, mu2, sigma2 : float
        Means and standard deviations (not variances).
    order : {1, 2}
        Which Wasserstein distance.

    Raises
    ------
    ValueError
        If a standard deviation is negative, or the order is neither 1 nor 2.
    """
    if min(sigma1, sigma2) < 0:
        raise ValueError("sigma1 and sigma2 are standard deviations: they cannot be negative.")
    if order not in (1, 2):
        raise ValueError(f"order must be 1 or 2, not {order}.")
    shift, stretch = abs(mu1 - mu2), abs(sigma1 - sigma2)
    if order == 2 or stretch == 0:
        return float(np.hypot(shift, stretch))
    ratio = shift / stretch
    return float(2 * stretch * norm.pdf(ratio) + shift * (2 * norm.cdf(ratio) - 1))


def sinkhorn(
    cost: ArrayLike,
    p: ArrayLike,
    q: ArrayLike,
    epsilon: float,
    *,
    max_iterations: int = 10_000,
    tolerance: float = 1e-9,
) -> np.ndarray:
    """The plan that minimises ``⟨plan, cost⟩ + ε Σ plan log(plan / p⊗q)``.

    Sinkhorn's iteration, in logarithms: scale the rows to `p`, the columns to `q`, repeat.

    Parameters
    ----------
    cost : array_like, shape (n, m)
        As in :func:`solve_transport`.
    p, q : array_like, shape (n,) and (m,)
        Masses with equal totals.
    epsilon : float
        Strength of the blur, in the unit of the cost: towards 0 the plan becomes optimal,
        towards infinity independent.
    max_iterations, tolerance
        Stop once the rows miss `p` by at most `tolerance` in total.

    Returns
    -------
    ndarray, shape (n, m)
        A coupling, strictly positive wherever `p` and `q` both are.

    Raises
    ------
    ValueError
        As :func:`solve_transport`, and if `epsilon` is not positive.
    RuntimeError
        If `max_iterations` did not suffice.

    Notes
    -----
    Cuturi (2013), arXiv:1306.0895; Peyré & Cuturi, chapter 4.
    """
    cost, p, q = _problem(cost, p, q)
    if not epsilon > 0:
        raise ValueError(f"epsilon must be positive, not {epsilon}.")
    with np.errstate(divide="ignore"):
        log_p, log_q = np.log(p), np.log(q)
    v = np.zeros(len(q))
    for _ in range(max_iterations):
        u = -epsilon * logsumexp((v - cost) / epsilon + log_q, axis=1)
        v = -epsilon * logsumexp((u[:, None] - cost) / epsilon + log_p[:, None], axis=0)
        plan = np.exp((u[:, None] + v - cost) / epsilon + log_p[:, None] + log_q)
        if np.abs(plan.sum(axis=1) - p).sum() <= tolerance * p.sum():
            return plan
    raise RuntimeError(
        f"no convergence in {max_iterations} iterations at epsilon = {epsilon:g}: "
        "raise epsilon or max_iterations."
    )
