"""The cheapest plan, called the way :mod:`course_utils.transport` needs it.

POT's network simplex where it is installed: it uses that the program is about transport and
leaves general solvers far behind. Elsewhere (there is no POT for Windows on ARM, say) SciPy's
HiGHS solves the same program, which is quick enough for every problem of the lessons.

POT's compiled solver is called directly: on the small problems of a lesson the checks around it,
which our own functions make anyway, take longer than the solution.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import cache

import numpy as np
from scipy import sparse

MAX_PIVOTS = 10**9  # never the limit in practice: 1,000 × 1,000 takes some ten thousand


def best_plan(cost: np.ndarray, p: np.ndarray, q: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Solve ``min ⟨plan, cost⟩`` over the couplings of `p` and `q`.

    Parameters
    ----------
    cost : array, shape (n, m)
        Finite.
    p, q : array, shapes (n,) and (m,)
        Not negative, with equal and positive totals; nothing is checked here.

    Returns
    -------
    plan : array, shape (n, m)
    v : array, shape (number of targets with mass,)
        Their dual variables.

    Raises
    ------
    RuntimeError
        If the solver gives up.
    """
    solve = _solver()
    lowest, total = cost.min(), p.sum()
    # the solvers' tolerances are absolute, and POT's fails on negative costs and on empty states
    scale = max(cost.max() - lowest, np.finfo(float).tiny)
    rows, columns = np.flatnonzero(p), np.flatnonzero(q)
    some_empty = len(rows) < len(p) or len(columns) < len(q)
    cells = np.ix_(rows, columns) if some_empty else ...
    scaled = np.ascontiguousarray(cost[cells]) - lowest  # the solver reads it row by row
    scaled /= scale
    flow, v = solve(scaled, p[rows] / total, q[columns] / q.sum())
    flow *= total
    if not some_empty:
        return flow, v * scale
    plan = np.zeros(cost.shape)
    plan[cells] = flow
    return plan, v * scale


def constraint_matrix(n: int, m: int) -> sparse.csr_array:
    """Marginals of a plan as a matrix: ``A @ plan.ravel()`` is ``concatenate([p, q])``.

    The first n rows sum the plan's rows, the last m its columns. The rank is n + m − 1: both
    groups add up to the total mass, so one row always follows from the others.

    Parameters
    ----------
    n, m : int
        Number of sources and of targets.

    Returns
    -------
    scipy.sparse.csr_array, shape (n + m, n · m)
        Zeros and ones; ``.toarray()`` makes it dense.
    """
    rows = sparse.kron(sparse.eye_array(n), np.ones((1, m)))
    columns = sparse.kron(np.ones((1, n)), sparse.eye_array(m))
    return sparse.csr_array(sparse.vstack([rows, columns]))


@cache
def _solver() -> Callable[..., tuple[np.ndarray, np.ndarray]]:
    """POT's solver if it can be imported, else HiGHS; looked for when first needed.

    POT loads torch if it can. Where nothing has loaded it yet, nothing here will: lesson 3 does
    without, and torch takes longer to load than its problems take to solve.
    """
    switch = "POT_BACKEND_DISABLE_PYTORCH"
    keep_out = "torch" not in sys.modules and switch not in os.environ
    if keep_out:
        os.environ[switch] = "1"
    try:
        from ot.lp.emd_wrap import check_result, emd_c
    except ImportError:
        return _highs
    finally:
        if keep_out:
            del os.environ[switch]

    def network_simplex(cost, p, q):
        flow, _, _, v, code = emd_c(p, q, cost, MAX_PIVOTS, 1, None, None)
        if (problem := check_result(code)) is not None:
            raise RuntimeError(f"the linear program was not solved: {problem}")
        return flow, v

    return network_simplex


def _highs(cost: np.ndarray, p: np.ndarray, q: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    from scipy.optimize import linprog

    n, m = cost.shape
    solution = linprog(
        cost.ravel(),
        A_eq=constraint_matrix(n, m)[:-1],  # the last row follows from the others
        b_eq=np.concatenate([p, q])[:-1],
        method="highs-ds",  # ends in a corner, as POT's does
    )
    if not solution.success:
        raise RuntimeError(f"the linear program was not solved: {solution.message}")
    v = np.append(solution.eqlin.marginals[n:], 0.0)
    return np.maximum(solution.x.reshape(n, m), 0.0), v
