"""Lesson 3: couplings, and what they cost.

Peyré & Cuturi, *Computational Optimal Transport*, sections 2.3 and 3.1.
"""

from __future__ import annotations

import numpy as np

from course_utils import transport
from course_utils.exercises.engine import Exercise, Misconception, call, number

# --- is_coupling ------------------------------------------------------------------------


def _couplings(rng):
    """``(name, plan, p, q)``: honest couplings and tables that fail in one way each."""
    p, q = rng.dirichlet(np.ones(3)), rng.dirichlet(np.ones(5))
    a, b = rng.dirichlet(np.full(4, 3.0)), rng.dirichlet(np.full(4, 3.0))
    wide, square = np.outer(p, q), np.outer(a, b)
    swap = np.zeros((4, 4))
    swap[:2, 1:3] = [[1.0, -1.0], [-1.0, 1.0]]  # changes no marginal
    negative = square + 2 * square.max() * swap
    rows = square + 1e-3 * np.array([[1.0], [-1.0], [0.0], [0.0]]) * b
    columns = square + 1e-3 * np.array([-1.0, 0.0, 1.0, 0.0]) * a[:, None]
    cheapest = transport.solve_transport(rng.random((3, 5)), p, q).plan
    staircase = transport.solve_transport(transport.cost_matrix(np.arange(4.0)), a, b).plan
    return (
        ("the independent coupling of two uneven distributions", wide, p, q),
        ("an optimal plan, 3 sources and 5 targets", cheapest, p, q),
        ("an optimal plan on the line", staircase, a, b),
        (
            "a coupling without zeros that is not the independent one",
            (square + staircase) / 2,
            a,
            b,
        ),
        ("a coupling with rounding errors of 1e-12", square + 1e-12, a, b),
        ("a plan that leaves everything where it is", np.diag(a), a, a),
        ("a coupling of p with q, for the pair q, p", square, b, a),
        ("two rows 0.001 away from p", rows, a, b),
        ("two columns 0.001 away from q", columns, a, b),
        ("right marginals, but a negative entry", negative, a, b),
        ("right marginals, but one entry of -0.0003", _slightly_negative(a, b), a, b),
        ("every entry doubled", 2 * square, a, b),
        ("all mass present, but spread evenly", np.full((4, 4), 1 / 16), a, b),
        ("an extra row of zeros", np.vstack([square, np.zeros(4)]), a, b),
        ("the transposed table of 3 sources and 5 targets", wide.T, p, q),
    )


def _slightly_negative(a, b):
    """Both marginals right, the corner at −0.0003."""
    plan = np.outer(a, b)
    move = plan[0, 0] + 3e-4
    plan[:2, :2] += move * np.array([[-1.0, 1.0], [1.0, -1.0]])
    return plan


def _probe_is_coupling(answer, rng):
    return {name: number(answer(plan, p, q)) for name, plan, p, q in _couplings(rng)}


def _coupling_check(rows=True, columns=True, sign=True, shape=True, axes=(1, 0), tolerance=1e-8):
    """Answers that check only a part, or check it badly."""

    def answer(plan, p, q):
        if shape and plan.shape != (len(p), len(q)):
            return False
        row_sums, column_sums = plan.sum(axis=axes[0]), plan.sum(axis=axes[1])
        return (
            (not sign or bool((plan >= -tolerance).all()))
            and (not rows or bool((np.abs(row_sums - p) <= tolerance).all()))
            and (not columns or bool((np.abs(column_sums - q) <= tolerance).all()))
        )

    return answer


def _coupling_by_loop(plan, p, q):
    if np.shape(plan) != (len(p), len(q)):
        return 0
    rows = all(abs(sum(plan[i]) - p[i]) < 1e-8 for i in range(len(p)))
    columns = all(abs(sum(row[j] for row in plan) - q[j]) < 1e-8 for j in range(len(q)))
    return int(rows and columns and all(x >= -1e-10 for row in plan for x in row))


def _coupling_by_allclose(plan, p, q):
    return (
        plan.shape == p.shape + q.shape
        and np.allclose(plan.sum(1), p, atol=1e-9)
        and np.allclose(plan.sum(0), q, atol=1e-9)
        and plan.min() > -1e-9
    )


IS_COUPLING = Exercise(
    id="is_coupling",
    lesson=3,
    title="Is this a transport plan?",
    reference=transport.is_coupling,
    probe=_probe_is_coupling,
    misconceptions=(
        Misconception(
            "rows_only",
            "You check that every source is emptied, but not what arrives: a plan that carries "
            "the right amounts to the wrong places passes.",
            _coupling_check(columns=False),
        ),
        Misconception(
            "columns_only",
            "You check what arrives at each target, but not that each source gives what it has.",
            _coupling_check(rows=False),
        ),
        Misconception(
            "no_sign_check",
            "Your check lets negative amounts pass: a plan may not carry −0.1 of a shovel, even "
            "where the sums come out right.",
            _coupling_check(sign=False),
        ),
        Misconception(
            "no_shape_check",
            "Your function fails on a table of the wrong shape: one with an extra row or column is "
            "no coupling either, and should give False. Compare the shape first.",
            _coupling_check(shape=False),
        ),
        Misconception(
            "axes_swapped",
            "Rows and columns are swapped: row i holds what leaves source i, so it is the sum "
            "along a row that must be p[i]. In NumPy, axis=0 adds down the columns.",
            _coupling_check(axes=(0, 1), shape=False),
        ),
        Misconception(
            "axes_swapped_with_shape",
            "Rows and columns are swapped: row i holds what leaves source i, so p belongs to the "
            "rows and q to the columns. In NumPy, axis=0 adds down the columns.",
            lambda plan, p, q: _coupling_check()(plan.T, p, q),
        ),
        Misconception(
            "total_only",
            "You check that no mass is lost in total; each single source and target has to come "
            "out right.",
            lambda plan, p, q: (
                plan.shape == (len(p), len(q))
                and plan.min() >= -1e-9
                and abs(plan.sum() - 1) < 1e-8
            ),
        ),
        Misconception(
            "exact_equality",
            "You compare floating-point sums with ==, so a rounding error of 1e-12 makes a "
            "coupling fail; allow 1e-8.",
            lambda plan, p, q: (
                plan.shape == (len(p), len(q))
                and bool((plan.sum(axis=1) == p).all() and (plan.sum(axis=0) == q).all())
                and bool((plan >= 0).all())
            ),
        ),
        Misconception(
            "only_the_independent_one",
            "You accept only the table of products p[i]·q[j]. That is one coupling among many: "
            "any table with the right row and column sums will do.",
            lambda plan, p, q: (
                plan.shape == (len(p), len(q)) and np.allclose(plan, np.outer(p, q), atol=1e-8)
            ),
        ),
        Misconception(
            "zeros_forbidden",
            "You reject plans with an entry of 0; amounts may not be negative, but the best plans "
            "leave most cells empty.",
            lambda plan, p, q: _coupling_check()(plan, p, q) and bool((plan > 0).all()),
        ),
        Misconception(
            "tolerance_too_wide",
            "Your tolerance is so wide that errors of a thousandth pass; 1e-8 leaves ample room "
            "for rounding.",
            _coupling_check(tolerance=1e-2),
        ),
    ),
    hints=(
        "Three things make a table a plan: nothing negative is carried, each source is emptied, "
        "each target is filled. And the table needs one row per source, one column per target.",
        "`plan.sum(axis=1)` adds along each row: what leaves each source. `plan.sum(axis=0)` is "
        "what arrives. Compare with a tolerance, not with ==.",
        "`plan.shape == (len(p), len(q)) and (plan >= -1e-8).all() and "
        "np.allclose(plan.sum(axis=1), p, atol=1e-8) and …` the same for the columns.",
    ),
    alternatives=(_coupling_by_loop, _coupling_by_allclose),
)

# --- transport_cost ---------------------------------------------------------------------


def _plans_and_costs(rng):
    cases = []
    for n, m in ((2, 2), (3, 3), (3, 5), (4, 2)):
        p, q = rng.dirichlet(np.ones(n)), rng.dirichlet(np.ones(m))
        cost = rng.uniform(0.2, 5.0, size=(n, m))
        cases += [(np.outer(p, q), cost), (transport.solve_transport(cost, p, q).plan, cost)]
    line = transport.cost_matrix(np.arange(3))
    by_hand = np.array([[0.1, 0.2, 0.0], [0.0, 0.3, 0.0], [0.0, 0.1, 0.3]])
    return [*cases, (by_hand, line), (np.diag([0.2, 0.5, 0.3]), line)]


def _probe_transport_cost(answer, rng):
    return {
        call("transport_cost", plan, cost): number(answer(plan, cost))
        for plan, cost in _plans_and_costs(rng)
    }


def _cost_by_loop(plan, cost):
    total = 0.0
    for i in range(len(plan)):
        for j in range(len(plan[0])):
            total += plan[i][j] * cost[i][j]
    return total


TRANSPORT_COST = Exercise(
    id="transport_cost",
    lesson=3,
    title="The cost of a plan",
    reference=transport.transport_cost,
    probe=_probe_transport_cost,
    misconceptions=(
        Misconception(
            "matrix_product",
            "You multiplied the two tables as matrices (@ or np.dot); each journey's mass goes "
            "with its own distance, entry by entry.",
            lambda plan, cost: (plan @ cost).sum(),
        ),
        Misconception(
            "matrix_product_transposed",
            "plan @ cost.T also pairs the journeys of one source with the distances of another; "
            "you added all of its entries.",
            lambda plan, cost: (plan @ cost.T).sum(),
        ),
        Misconception(
            "mean_of_journeys",
            "You divided by the number of table entries (np.mean?); the masses are the weights "
            "already.",
            lambda plan, cost: np.mean(plan * cost),
        ),
        Misconception(
            "mass_ignored",
            "You added the length of every journey made, however little it carries; a journey "
            "costs its distance times its mass.",
            lambda plan, cost: cost[plan > 1e-9].sum(),
        ),
        Misconception(
            "distance_ignored",
            "You added up the mass that is carried, however far it goes.",
            lambda plan, cost: plan.sum(),
        ),
        Misconception(
            "longest_journey",
            "This is the dearest single journey; the cost adds all of them.",
            lambda plan, cost: (plan * cost).max(),
        ),
        Misconception(
            "diagonal_only",
            "You added only the diagonal of the table of products: the mass that goes from state "
            "i to state i, and on the line that is the mass that stays.",
            lambda plan, cost: np.trace(plan * cost),
        ),
        Misconception(
            "off_by_source",
            "You return one cost per source; add them up.",
            lambda plan, cost: (plan * cost).sum(axis=1),
        ),
        Misconception(
            "not_added",
            "You return the table of products; add up its entries.",
            lambda plan, cost: plan * cost,
        ),
        Misconception(
            "squared_distance",
            "You squared the distances: that is the cost behind W₂, and this one uses `cost` as "
            "it is.",
            lambda plan, cost: (plan * cost**2).sum(),
        ),
    ),
    hints=(
        "One journey, from source i to target j, costs mass times distance. What do all of them "
        "cost?",
        "Both arguments have the same shape. Multiply them entry by entry, then add.",
        "`np.sum(plan * cost)`.",
    ),
    alternatives=(
        _cost_by_loop,
        lambda plan, cost: np.trace(plan.T @ cost),
        lambda plan, cost: np.einsum("ij,ij->", plan, cost),
        lambda plan, cost: [np.vdot(plan, cost)],
    ),
)

EXERCISES = (IS_COUPLING, TRANSPORT_COST)
