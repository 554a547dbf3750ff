"""The cheapest plan, as a linear program.

Peyré & Cuturi, *Computational Optimal Transport*, section 3.1.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import linear_sum_assignment, linprog

from course_utils import transport
from course_utils.exercises.draft import Draft
from course_utils.exercises.engine import WrongType, array, call, number
from course_utils.exercises.pair import pair

draft = Draft("optimal_transport", lesson=3, title="The cheapest plan, by linear programming")

draft.reference(transport.optimal_transport)


def _transport_problems(rng):
    """Costs without order or symmetry first: there the plan is unique."""
    problems = [
        (rng.uniform(0.1, 4.0, (n, m)), rng.dirichlet(np.ones(n)), rng.dirichlet(np.ones(m)))
        for n, m in ((4, 4), (3, 5), (5, 2))
    ]
    # the cheapest journey forces the dearest
    tempting = np.array([[0.2, 1.0], [1.1, 4.0]]), np.array([0.5, 0.5]), np.array([0.4, 0.6])
    shuffled = transport.cost_matrix(rng.permutation(6) + rng.uniform(0, 0.5, 6))
    p, q = rng.dirichlet(np.ones(6)), rng.dirichlet(np.ones(6))
    p[:2] = 0.0, p[0] + p[1]  # a source with nothing to give
    same = rng.dirichlet(np.full(3, 5.0))
    # nothing has to move, and hardly anything costs: whoever regularises is off by a margin
    close = transport.cost_matrix([0.0, 0.001, 0.0025])
    line = transport.cost_matrix([0.0, 0.4, 1.2])
    return [*problems, tempting, (shuffled, p, q), (line, same, same), (close, same, same)]


def _worst(plan, axis, masses):
    return np.abs(plan.sum(axis=axis) - masses).max()


@draft.probe
def observe(answer, rng):
    seen = {}
    for cost, p, q in _transport_problems(rng):
        value, plan = pair(answer(cost, p, q), "a pair (value, plan)")
        value, plan = number(value), array(plan)
        if plan.shape != cost.shape:
            raise WrongType(f"a plan of shape {cost.shape}", plan)
        name = call("optimal_transport", cost, p, q)
        seen[f"the value of {name}"] = value
        seen[f"mass times distance, added over the plan of {name}"] = (plan * cost).sum()
        seen[f"the largest error of a row sum of the plan of {name}"] = _worst(plan, 1, p)
        seen[f"the largest error of a column sum of the plan of {name}"] = _worst(plan, 0, q)
        seen[f"how far below 0 the plan of {name} goes"] = max(0.0, -plan.min())
    return seen


def _solve(cost, p, q, sign=1, shape=None, low=0):
    n, m = shape or cost.shape
    rows = np.kron(np.eye(n), np.ones((1, m)))
    columns = np.kron(np.ones((1, n)), np.eye(m))
    return linprog(
        sign * cost.ravel(),
        A_eq=np.vstack([rows, columns]),
        b_eq=np.concatenate([p, q]),
        bounds=(low, None),
    )


def _costed(plan, cost):
    return (plan * cost).sum(), plan


def _each_to_its_cheapest(cost, p):
    plan = np.zeros(cost.shape)
    plan[np.arange(len(p)), cost.argmin(axis=1)] = p
    return plan


def _result(solution, shape):
    plan = solution.x  # None where the solver found nothing
    return solution.fun, plan if plan is None else plan.reshape(shape)


@draft.mistake(
    "You return the table of products p[i]·q[j]: a plan, but one that spreads every source over "
    "all targets, near and far."
)
def independent_coupling(cost, p, q):
    return _costed(np.outer(p, q), cost)


def northwest_corner(p, q):
    """Fill the first target from the first source, and go on in the order given."""
    plan, left, missing = np.zeros((len(p), len(q))), np.array(p), np.array(q)
    i = j = 0
    while i < len(p) and j < len(q):
        plan[i, j] = min(left[i], missing[j])
        left[i] -= plan[i, j]
        missing[j] -= plan[i, j]
        i, j = (i + 1, j) if left[i] <= missing[j] else (i, j + 1)
    return plan


@draft.mistake(
    "You fill the targets one after the other without looking at `cost`. On a line sorted from "
    "left to right that is optimal; in general it is not."
)
def in_the_order_given(cost, p, q):
    return _costed(northwest_corner(p, q), cost)


def _cheapest_first(cost, p, q):
    plan, left, missing = np.zeros(cost.shape), np.array(p), np.array(q)
    for i, j in zip(*np.unravel_index(np.argsort(cost, axis=None), cost.shape), strict=True):
        plan[i, j] = min(left[i], missing[j])
        left[i] -= plan[i, j]
        missing[j] -= plan[i, j]
    return plan


@draft.mistake(
    "You use the cheapest journeys first. That can force a very dear one at the end: all journeys "
    "have to be chosen together."
)
def greedy(cost, p, q):
    return _costed(_cheapest_first(cost, p, q), cost)


@draft.mistake(
    "Each source sends everything to its nearest target, and some targets are flooded: the "
    "columns must sum to q as well."
)
def targets_ignored(cost, p, q):
    return _costed(_each_to_its_cheapest(cost, p), cost)


@draft.mistake(
    "Each target takes everything from its nearest source, which may not have that much: the rows "
    "must sum to p as well."
)
def sources_ignored(cost, p, q):
    return _costed(_each_to_its_cheapest(cost.T, q).T, cost)


@draft.mistake(
    "Your plan carries nothing: with ≤ constraints (A_ub) the cheapest thing is to stay in bed. "
    "The marginals are equalities."
)
def nothing_moved(cost, p, q):
    return 0.0, np.zeros(cost.shape)


@draft.mistake("This is the dearest plan: linprog minimises, so the cost goes in without a minus.")
def maximised(cost, p, q):
    plan = _solve(cost, p, q, sign=-1).x.reshape(cost.shape)
    return _costed(plan, cost)


@draft.mistake(
    "The plan is right, but its value has the wrong sign: nothing here costs less than 0."
)
def value_negative(cost, p, q):
    value, plan = by_linprog(cost, p, q)
    return -value, plan


@draft.mistake("linprog returns the plan as one long vector; give it back the shape of `cost`.")
def flat_plan(cost, p, q):
    value, plan = by_linprog(cost, p, q)
    return value, plan.ravel()


@draft.mistake("Your plan is transposed: row i is what leaves source i, so rows sum to p.")
def transposed_plan(cost, p, q):
    value, plan = by_linprog(cost, p, q)
    return value, plan.T


@draft.mistake(
    "p and q are exchanged on the right-hand side: the constraints on the rows of the plan come "
    "with p, those on the columns with q. (Where the two fit no table, linprog returns None.) "
    "Rows first, in A_eq and in b_eq."
)
def marginals_exchanged(cost, p, q):
    return _result(_solve(cost, q, p), cost.shape)


@draft.mistake(
    "You allow negative amounts, and then carrying things in circles pays without end: linprog "
    "finds no minimum and returns None. Keep bounds=(0, None)."
)
def amounts_of_either_sign(cost, p, q):
    return _result(_solve(cost, p, q, low=None), cost.shape)


@draft.mistake(
    "Your constraints are built for as many targets as sources; `cost` has n rows and m columns, "
    "and they may differ."
)
def square_only(cost, p, q):
    return _result(_solve(cost, p, q, shape=(len(p), len(p))), cost.shape)


@draft.mistake(
    "The value is right, but the plan is scrambled: `cost.ravel()` goes row by row, and `.x` has "
    "to be put back in the same order."
)
def scrambled_plan(cost, p, q):
    value, plan = by_linprog(cost, p, q)
    return value, plan.ravel().reshape(cost.shape, order="F")


@draft.mistake("You return (plan, value); the value comes first.")
def pair_reversed(cost, p, q):
    return by_linprog(cost, p, q)[::-1]


@draft.mistake("You return only the plan; a pair (value, plan) is asked for.")
def plan_only(cost, p, q):
    return by_linprog(cost, p, q)[1]


@draft.mistake("You return only the value; a pair (value, plan) is asked for.")
def value_only(cost, p, q):
    return _solve(cost, p, q).fun


@draft.mistake(
    "You squared `cost`: that is what lies behind W₂, and this exercise uses `cost` as it is."
)
def squared_distance(cost, p, q):
    return _costed(by_linprog(cost**2, p, q)[1], cost**2)


@draft.mistake(
    "You paired each source with one target, as if all had the same mass; a source may be split, "
    "and p and q say how much there is."
)
def one_to_one(cost, p, q):
    rows, columns = linear_sum_assignment(cost)
    plan = np.zeros(cost.shape)
    plan[rows, columns] = 1 / len(rows)
    return _costed(plan, cost)


def sinkhorn(regularisation):
    """An answer that lets an entropy blur the plan, as Cuturi (2013) does for speed."""

    def answer(cost, p, q):
        kernel, u = np.exp(-cost / regularisation), np.ones(len(p))
        for _ in range(2000):
            v = q / (u @ kernel)
            before, u = u, p / (kernel @ v)
            if np.abs(u - before).max() <= 1e-10 * u.max():
                break
        return _costed(u[:, None] * kernel * v, cost)

    return answer


for power, regularisation in (("1e0", 1.0), ("1e1", 0.1), ("5e2", 0.05), ("1e2", 0.01)):
    draft.mistake(
        f"This is Sinkhorn's plan with regularisation {regularisation:g}: its entropy spreads "
        "mass over dearer journeys too. The cheapest plan itself is asked for.",
        f"regularised_{power}",
    )(sinkhorn(regularisation))


@draft.also_right
def by_linprog(cost, p, q):
    solution = _solve(cost, p, q)
    return solution.fun, solution.x.reshape(cost.shape)


@draft.also_right
def by_linprog_with_loops(cost, p, q):
    n, m = cost.shape
    a, b = [], []
    for i in range(n):
        row = np.zeros((n, m))
        row[i, :] = 1
        a.append(row.ravel())
        b.append(p[i])
    for j in range(m - 1):  # the last column follows from the rest
        column = np.zeros((n, m))
        column[:, j] = 1
        a.append(column.ravel())
        b.append(q[j])
    solution = linprog(cost.ravel(), A_eq=a, b_eq=b)
    plan = solution.x.reshape(n, m)
    return [np.array([(plan * cost).sum()]), plan.tolist()]


draft.hints(
    "The unknowns are the n·m entries of the plan, laid out as one long vector. The cost is "
    "linear in them, and so are the marginals: a linear program.",
    "`linprog(cost.ravel(), A_eq=..., b_eq=np.concatenate([p, q]), bounds=(0, None))`. Each row "
    "of A_eq has a 1 for every entry that belongs to one row sum, or to one column sum.",
    "Row sums: `np.kron(np.eye(n), np.ones((1, m)))`. Column sums: `np.kron(np.ones((1, n)), "
    "np.eye(m))`. Stack them with np.vstack, solve, and reshape `.x` to (n, m); `.fun` is the "
    "value.",
)

EXERCISE = draft.exercise()
