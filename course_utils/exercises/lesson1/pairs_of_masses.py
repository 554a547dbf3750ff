"""Pairs of distributions on a finite set, and the probe of what compares them."""

from __future__ import annotations

import functools
from collections.abc import Callable

import numpy as np

from course_utils.exercises.draft import Draft
from course_utils.exercises.engine import call, number

TINY = 1e-12  # what people add inside a logarithm to keep it finite


def logs(p):
    """Natural logarithm with −inf at 0, without a warning."""
    with np.errstate(divide="ignore"):
        return np.log(p)


def quiet(function):
    """Run a NumPy formula as a student's notebook would, without its 0 · log 0 warnings."""

    @functools.wraps(function)
    def answer(*args):
        with np.errstate(divide="ignore", invalid="ignore"):
            return function(*args)

    return answer


def pairs(rng):
    """Pairs of masses for which both divergences are finite, some with shared zeros."""
    pairs = [(rng.dirichlet(np.ones(n)), rng.dirichlet(np.full(n, 2.0))) for n in (2, 3, 5, 8)]
    pairs += [
        (np.array([0.5, 0.5]), np.array([0.75, 0.25])),
        (np.array([0.0, 0.3, 0.7]), np.array([0.2, 0.5, 0.3])),
        (np.array([0.4, 0.0, 0.6]), np.array([0.7, 0.0, 0.3])),
        (np.array([0.0, 1.0]), np.array([0.9, 0.1])),
        (np.array([0.1, 0.2, 0.7]), np.array([0.1, 0.2, 0.7])),
    ]
    return pairs


def lacking():
    """Pairs where q lacks mass that p has: the answer is infinite."""
    return (
        (np.array([0.5, 0.5]), np.array([1.0, 0.0])),
        (np.array([0.2, 0.8, 0.0]), np.array([0.0, 0.5, 0.5])),
        (np.array([0.5, 0.5, 0.0, 0.0]), np.array([0.0, 0.0, 0.25, 0.75])),
    )


def observe_pairs(name, answer, rng):
    """Values on pairs with a finite divergence; on the others, whether they are infinite."""
    seen = {call(name, p, q): number(answer(p, q)) for p, q in pairs(rng)}
    for p, q in lacking():
        value = number(answer(p, q))
        # one verdict for every small number that can be added inside the logarithm
        seen[f"{call(name, p, q)} is infinite"] = np.where(np.isnan(value), value, value == np.inf)
        seen[f"{call(name, p, q)} is at least 3"] = np.where(np.isnan(value), value, value >= 3)
    return seen


def only_where_both_positive(p, q):
    """Both masses, without the states where either is 0."""
    both = (p > 0) & (q > 0)
    return p[both], q[both]


def mistakes_of_small_numbers(draft: Draft, with_small_number: Callable, digits, where="") -> None:
    """Add ``with_small_number(10^−d)`` for each d in `digits`: small numbers that show."""
    for d in digits:
        sentence = (
            f"A number as large as 1e-{d}{where} keeps your logarithm finite, and changes the "
            "result visibly where no mass is 0; leave out the states without mass instead."
        )
        draft.mistake(sentence, f"small_number_1e{d}{'_added' if where else ''}")(
            with_small_number(10.0**-d)
        )
