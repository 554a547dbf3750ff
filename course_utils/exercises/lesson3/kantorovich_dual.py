"""The dual of optimal transport, a potential of slope at most 1.

Peyré & Cuturi, *Computational Optimal Transport*, sections 2.5 and 6.1.
"""

from __future__ import annotations

import itertools

import numpy as np
from scipy.optimize import linprog

from course_utils import transport
from course_utils.exercises.draft import Draft
from course_utils.exercises.engine import WrongType, array, call, number
from course_utils.exercises.pair import pair

draft = Draft("kantorovich_dual", lesson=3, title="The dual: a potential of slope at most 1")

draft.reference(transport.kantorovich_dual)


FINEST = 1e-4  # a potential that is steeper than allowed by less than this is not judged


def _metric_problems(rng):
    """On a line out of order, in the plane, with states nobody uses, and the discrete metric."""
    line = transport.cost_matrix(rng.permutation(5) + rng.uniform(-0.3, 0.3, 5))
    plane = transport.cost_matrix(rng.normal(size=(6, 2)))
    mostly_empty = transport.cost_matrix([4, 0, 7, 2, 6, 1, 3, 5])
    p, q = np.array([3, 0, 0, 2, 0, 5, 0, 0]) / 10, np.array([0, 4, 0, 1, 0, 0, 5, 0]) / 10
    same = rng.dirichlet(np.ones(4))
    # beside every state with mass an empty one: f is known there too, up to the small step
    order = rng.permutation(6)
    doubled = transport.cost_matrix(np.array([0.0, 0.05, 3.0, 3.05, 7.0, 7.05])[order])
    source, target = np.array([6, 0, 4, 0, 0, 0]) / 10, np.array([0, 0, 1, 0, 9, 0]) / 10
    return [
        (line, rng.dirichlet(np.ones(5)), rng.dirichlet(np.ones(5))),
        (plane, rng.dirichlet(np.ones(6)), rng.dirichlet(np.ones(6))),
        (mostly_empty, p, q),
        (doubled, source[order], target[order]),
        (1 - np.eye(4), rng.dirichlet(np.ones(4)), rng.dirichlet(np.ones(4))),
        (transport.cost_matrix([0.0, 1.0, 3.0, 3.5]), same, same),
    ]


def _excess(f, cost, states):
    """By how much the steepest slope between some states exceeds 1."""
    f, cost = f[states], cost[np.ix_(states, states)]
    apart = ~np.eye(len(f), dtype=bool)
    worst = ((np.abs(f[:, None] - f) - cost)[apart] / cost[apart]).max()
    return 0.0 if worst < FINEST else worst


@draft.probe
def observe(answer, rng):
    seen, everywhere = {}, True
    for cost, p, q in _metric_problems(rng):
        value, f = pair(answer(cost, p, q), "a pair (value, f)")
        value, f = number(value), array(f)
        if f.shape != p.shape:
            raise WrongType(f"a potential of shape {p.shape}", f)
        name = call("kantorovich_dual", cost, p, q)
        seen[f"the value of {name}"] = value
        seen[f"Σ f (p − q) for {name}"] = f @ (p - q)
        used = np.flatnonzero(p + q)
        seen[f"by how much a slope of f exceeds 1 in {name}"] = _excess(f, cost, used)
        everywhere &= _excess(f, cost, np.arange(len(p))) == 0
    # how steep f is at states without mass is up to the solver: whether it is, decides
    return seen | {"f has slope 1 at most at states without mass too (1 = yes)": float(everywhere)}


def _dual_program(cost, p, q, pairs, sign=-1):
    """min sign · Σ f (p − q) subject to f_i − f_j ≤ cost_ij for the given pairs."""
    a = np.zeros((len(pairs), len(p)))
    for row, (i, j) in enumerate(pairs):
        a[row, i], a[row, j] = 1, -1
    b = [cost[i, j] for i, j in pairs]
    return linprog(sign * (p - q), A_ub=a, b_ub=b, bounds=(None, None))


def _attained(f, p, q):
    return f @ (p - q), f


def scaled(value_by, f_by):
    def answer(cost, p, q):
        value, f = transport.kantorovich_dual(cost, p, q)
        return value_by * value, f_by * f

    return answer


@draft.mistake(
    "Your potential is upside down: it should be high where p has more than q, so that Σ f (p − "
    "q) is the distance, not its negative."
)
def sign_flipped(cost, p, q):
    return scaled(1, -1)(cost, p, q)


@draft.mistake(
    "linprog minimises: you found the smallest Σ f (p − q), and the dual asks for the largest."
)
def minimised(cost, p, q):
    return scaled(-1, -1)(cost, p, q)


@draft.mistake(
    "The potential is right, but the value has the wrong sign: you gave linprog the negative, so "
    "its `.fun` must be turned round again."
)
def value_negative(cost, p, q):
    return scaled(-1, 1)(cost, p, q)


@draft.mistake(
    "You bound the slope between consecutive entries only. The states need not come in order, nor "
    "lie on a line: every pair counts, in both directions."
)
def neighbours_only(cost, p, q):
    """Right on a line in order: slopes between consecutive states only."""
    n = len(p)
    pairs = [(i, i + 1) for i in range(n - 1)] + [(i + 1, i) for i in range(n - 1)]
    solution = _dual_program(cost, p, q, pairs)
    return -solution.fun, solution.x


@draft.mistake(
    "You bound f[i] − f[j] for i < j only, so f may fall without limit in the other direction: "
    "linprog finds no maximum, and its `.fun` is None."
)
def one_direction_only(cost, p, q):
    solution = _dual_program(cost, p, q, list(itertools.combinations(range(len(p)), 2)))
    return -solution.fun, solution.x


@draft.mistake(
    "You bound the values of f, between −1 and 1, where its slopes should be bounded: that is the "
    "dual of (twice) the total variation, blind to distance."
)
def bounded_values(cost, p, q):
    return _attained(np.sign(p - q), p, q)


def _multipliers(cost, p, q):
    """The value of the primal, and the multipliers of its sources and of its targets."""
    n = len(p)
    a = np.vstack([np.kron(np.eye(n), np.ones((1, n))), np.kron(np.ones((1, n)), np.eye(n))])
    solution = linprog(cost.ravel(), A_eq=a, b_eq=np.concatenate([p, q]))
    return solution.fun, *np.split(solution.eqlin.marginals, 2)


@draft.mistake(
    "The value is right, but f is too steep at states without mass: the multipliers of the primal "
    "constraints are only pinned down where p has mass. Solve the dual over all pairs of states, "
    "or extend f from the multipliers of the targets."
)
def multipliers_not_extended(cost, p, q):
    return _multipliers(cost, p, q)[:2]


@draft.mistake(
    "Your potential is twice too steep, so the value is twice too large: the slope may be 1 at "
    "most."
)
def slope_two(cost, p, q):
    return scaled(2, 2)(cost, p, q)


@draft.mistake(
    "Your f is the same everywhere and tells nothing apart. If you use two potentials: the "
    "default bounds (0, None) of linprog leave only 0, and a potential may have either sign."
)
def flat_potential(cost, p, q):
    return (0.0, np.zeros(len(p)))


@draft.mistake(
    "You used f = p − q. The potential must be chosen among all functions of slope at most 1, to "
    "make Σ f (p − q) as large as possible."
)
def surplus_as_potential(cost, p, q):
    return _attained(p - q, p, q)


@draft.mistake(
    "You return both potentials in one vector of 2n entries; for a metric they are one function f "
    "and its negative, n entries."
)
def both_potentials_returned(cost, p, q):
    return scaled(1, np.array([[1], [-1]]))(cost, p, q)


@draft.mistake("You return (f, value); the value comes first.")
def pair_reversed(cost, p, q):
    return transport.kantorovich_dual(cost, p, q)[::-1]


@draft.mistake("You return only the value; a pair (value, f) is asked for.")
def value_only(cost, p, q):
    return transport.kantorovich_dual(cost, p, q)[0]


def _all_pairs(n):
    return list(itertools.permutations(range(n), 2))


@draft.mistake(
    "The value is right, but at states that carry no mass your f is too steep: the slope is "
    "bounded between those with mass only. f has slope at most 1 between *all* states."
)
def steep_between_empty_states(cost, p, q):
    used = np.flatnonzero(p + q > 0)
    solution = _dual_program(cost, p, q, list(itertools.permutations(used, 2)))
    return -solution.fun, solution.x


@draft.also_right
def by_linprog(cost, p, q):
    solution = _dual_program(cost, p, q, _all_pairs(len(p)))
    return -solution.fun, solution.x


@draft.also_right
def from_the_primal(cost, p, q):
    """The multipliers of the targets, extended to every point; a constant of 7 added."""
    value, _, v = _multipliers(cost, p, q)
    f = [min(c - b for c, b in zip(row, v, strict=True)) + 7 for row in cost]
    return np.array([value]), f


draft.hints(
    "The unknowns are the n values of f. For every pair of states, f may not rise faster than the "
    "cost allows: f[i] − f[j] ≤ cost[i, j].",
    "One row of A_ub per ordered pair (i, j), with +1 at i and −1 at j, and b_ub = cost[i, j]. "
    "linprog minimises, so give it −(p − q). And f may be negative: bounds=(None, None).",
    "`a[row, i], a[row, j] = 1, -1` over all ordered pairs; `r = linprog(-(p - q), A_ub=a, "
    "b_ub=b, bounds=(None, None))`; return `-r.fun, r.x`.",
)

EXERCISE = draft.exercise()
