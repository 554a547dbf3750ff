"""Is a table a transport plan?

Peyré & Cuturi, *Computational Optimal Transport*, section 2.3.
"""

from __future__ import annotations

import numpy as np

from course_utils import transport
from course_utils.exercises.draft import Draft
from course_utils.exercises.engine import number

draft = Draft("is_coupling", lesson=3, title="Is this a transport plan?")

draft.reference(transport.is_coupling)


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
        ("an optimal plan, 3 sources and 5 targets", np.maximum(cheapest, 0), p, q),
        ("an optimal plan on the line", np.maximum(staircase, 0), a, b),
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
    """Both marginals right, and a single entry negative, the smallest: −0.0003."""
    plan = np.outer(a, b)
    rows, columns = [a.argmin(), a.argmax()], [b.argmin(), b.argmax()]
    move = plan.min() + 3e-4
    plan[np.ix_(rows, columns)] += move * np.array([[-1.0, 1.0], [1.0, -1.0]])
    return plan


@draft.probe
def observe(answer, rng):
    cases = _couplings(rng)
    seen = {}
    for place in rng.permutation(len(cases)):  # the verdicts never change: their order must
        name, plan, p, q = cases[place]
        seen[name] = number(answer(plan, p, q))
    return {name: seen[name] for name, *_ in cases}


def check_with(rows=True, columns=True, sign=True, shape=True, axes=(1, 0), tolerance=1e-8):
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


@draft.mistake(
    "You check that every source is emptied, but not what arrives: a plan that carries the right "
    "amounts to the wrong places passes."
)
def rows_only(plan, p, q):
    return check_with(columns=False)(plan, p, q)


@draft.mistake("You check what arrives at each target, but not that each source gives what it has.")
def columns_only(plan, p, q):
    return check_with(rows=False)(plan, p, q)


@draft.mistake(
    "Your check lets negative amounts pass: a plan may not carry −0.1 of a shovel, even where the "
    "sums come out right."
)
def no_sign_check(plan, p, q):
    return check_with(sign=False)(plan, p, q)


@draft.mistake(
    "Your function fails on a table of the wrong shape: one with an extra row or column is no "
    "coupling either, and should give False. Compare the shape first."
)
def no_shape_check(plan, p, q):
    return check_with(shape=False)(plan, p, q)


@draft.mistake(
    "Rows and columns are swapped: row i holds what leaves source i, so it is the sum along a row "
    "that must be p[i]. In NumPy, axis=0 adds down the columns."
)
def axes_swapped(plan, p, q):
    return check_with(axes=(0, 1), shape=False)(plan, p, q)


@draft.mistake(
    "Rows and columns are swapped: row i holds what leaves source i, so p belongs to the rows and "
    "q to the columns. In NumPy, axis=0 adds down the columns."
)
def axes_swapped_with_shape(plan, p, q):
    return check_with()(plan.T, p, q)


@draft.mistake(
    "You check that no mass is lost in total; each single source and target has to come out right."
)
def total_only(plan, p, q):
    return plan.shape == (len(p), len(q)) and plan.min() >= -1e-9 and abs(plan.sum() - 1) < 1e-8


@draft.mistake(
    "You compare floating-point sums with ==, so a rounding error of 1e-12 makes a coupling fail; "
    "allow 1e-8."
)
def exact_equality(plan, p, q):
    return (
        plan.shape == (len(p), len(q))
        and bool((plan.sum(axis=1) == p).all() and (plan.sum(axis=0) == q).all())
        and bool((plan >= 0).all())
    )


@draft.mistake(
    "You accept only the table of products p[i]·q[j]. That is one coupling among many: any table "
    "with the right row and column sums will do."
)
def only_the_independent_one(plan, p, q):
    return plan.shape == (len(p), len(q)) and np.allclose(plan, np.outer(p, q), atol=1e-8)


@draft.mistake(
    "You reject plans with an entry of 0; amounts may not be negative, but the best plans leave "
    "most cells empty."
)
def zeros_forbidden(plan, p, q):
    return check_with()(plan, p, q) and bool((plan > 0).all())


@draft.mistake(
    "Your tolerance is so wide that errors of a thousandth pass; 1e-8 leaves ample room for "
    "rounding."
)
def tolerance_too_wide(plan, p, q):
    return check_with(tolerance=1e-2)(plan, p, q)


@draft.mistake(
    "It is enough for your check that either the rows or the columns come out right; both have to."
)
def either_marginal(plan, p, q):
    return check_with(rows=False)(plan, p, q) or check_with(columns=False)(plan, p, q)


@draft.also_right
def by_loop(plan, p, q):
    if np.shape(plan) != (len(p), len(q)):
        return 0
    rows = all(abs(sum(plan[i]) - p[i]) < 1e-8 for i in range(len(p)))
    columns = all(abs(sum(row[j] for row in plan) - q[j]) < 1e-8 for j in range(len(q)))
    return int(rows and columns and all(x >= -1e-10 for row in plan for x in row))


@draft.also_right
def by_allclose(plan, p, q):
    return (
        plan.shape == p.shape + q.shape
        and np.allclose(plan.sum(1), p, atol=1e-9)
        and np.allclose(plan.sum(0), q, atol=1e-9)
        and plan.min() > -1e-9
    )


draft.hints(
    "Three things make a table a plan: nothing negative is carried, each source is emptied, each "
    "target is filled. And the table needs one row per source, one column per target.",
    "`plan.sum(axis=1)` adds along each row: what leaves each source. `plan.sum(axis=0)` is what "
    "arrives. Compare with a tolerance, not with ==.",
    "`plan.shape == (len(p), len(q)) and (plan >= -1e-8).all() and np.allclose(plan.sum(axis=1), "
    "p, atol=1e-8) and …` the same for the columns.",
)

EXERCISE = draft.exercise()
