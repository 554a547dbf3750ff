"""POT's network simplex, called the way :mod:`course_utils.transport` needs it.

The compiled solver is called directly: on the small problems of a lesson the checks around it,
which our own functions make anyway, take longer than the solution.
"""

from __future__ import annotations

import os
import sys
from functools import cache

import numpy as np

MAX_PIVOTS = 10**9  # never the limit in practice: 1,000 × 1,000 takes some ten thousand


@cache
def _solver():
    """The compiled solver and the reader of its verdict, imported when first needed.

    POT loads torch if it can. Where nothing has loaded it yet, nothing here will: lesson 3 does
    without, and torch takes longer to load than its problems take to solve.
    """
    switch = "POT_BACKEND_DISABLE_PYTORCH"
    keep_out = "torch" not in sys.modules and switch not in os.environ
    if keep_out:
        os.environ[switch] = "1"
    try:
        from ot.lp.emd_wrap import check_result, emd_c
    finally:
        if keep_out:
            del os.environ[switch]
    return emd_c, check_result


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
    solve, verdict = _solver()
    lowest, total = cost.min(), p.sum()
    # the solver's tolerances are absolute, and it fails on negative costs and on empty states
    scale = max(cost.max() - lowest, np.finfo(float).tiny)
    rows, columns = np.flatnonzero(p), np.flatnonzero(q)
    some_empty = len(rows) < len(p) or len(columns) < len(q)
    cells = np.ix_(rows, columns) if some_empty else ...
    scaled = np.ascontiguousarray(cost[cells]) - lowest  # the solver reads it row by row
    scaled /= scale
    flow, _, _, v, code = solve(
        p[rows] / total, q[columns] / q.sum(), scaled, MAX_PIVOTS, 1, None, None
    )
    if (problem := verdict(code)) is not None:
        raise RuntimeError(f"the linear program was not solved: {problem}")
    flow *= total
    if not some_empty:
        return flow, v * scale
    plan = np.zeros(cost.shape)
    plan[cells] = flow
    return plan, v * scale
