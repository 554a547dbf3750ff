"""What a spoilt result is of the right one: the words and the function, one row each."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

OF_THE_RIGHT = "in every call your result is {0}."
# name, what the result is, function of the right value; the first that fits is said
ELEMENTWISE: tuple[tuple[str, str, Callable], ...] = (
    ("negated", "the right one with the opposite sign", lambda v: -v),
    ("halved", "half of the right one", lambda v: v / 2),
    ("doubled", "twice the right one", lambda v: 2 * v),
    (
        "in_bits",
        "1/ln 2 = 1.4427 times the right one, which is what logarithms to base 2 give in place of "
        "natural ones",
        lambda v: v / math.log(2),
    ),
    (
        "base_ten",
        "1/ln 10 = 0.4343 times the right one, which is what logarithms to base 10 give in place "
        "of natural ones",
        lambda v: v / math.log(10),
    ),
    ("percentage", "100 times the right one, as a percentage would be", lambda v: 100 * v),
    ("negated_and_halved", "half of the right one, with the opposite sign", lambda v: -v / 2),
    ("negated_and_doubled", "twice the right one, with the opposite sign", lambda v: -2 * v),
    (
        "negated_in_bits",
        "the right one in bits (logarithms to base 2), with the opposite sign",
        lambda v: -v / math.log(2),
    ),
    ("absolute_value", "the absolute value of the right one", np.abs),
    ("complement", "1 minus the right one", lambda v: 1 - v),
    ("squared", "the square of the right one", np.square),
    ("rooted", "the square root of the right one", np.sqrt),
    ("reciprocal", "1 divided by the right one", lambda v: 1 / v),
    ("exponentiated", "e to the power of the right one", np.exp),
    ("exponentiated_negative", "e to the power of minus the right one", lambda v: np.exp(-v)),
    ("logarithm", "the natural logarithm of the right one", np.log),
    ("negative_logarithm", "minus the natural logarithm of the right one", lambda v: -np.log(v)),
    ("cut_at_zero", "the right one, except that negative values became 0", lambda v: v.clip(0)),
    ("cut_at_one", "the right one, except that values above 1 became 1", lambda v: v.clip(max=1)),
    ("rounded", "the right one, rounded to a whole number", np.round),
    *(
        (
            "rounded",
            f"the right one, rounded to {places} decimal place{'s' if places > 1 else ''}; all of "
            "its digits are asked for",
            lambda v, places=places: np.round(v, places),
        )
        for places in range(1, 6)
    ),
)
# the same for what changes the arrangement of an array
ARRANGEMENTS = (
    ("transposed", "the right one, transposed", lambda v: v.T, 2),
    ("reversed", "the right one in reverse order", lambda v: v[::-1], 1),
    ("sorted", "the right one, sorted", lambda v: np.sort(v, axis=None).reshape(v.shape), 1),
    ("diagonal_only", "the diagonal of the right one", np.diag, 2),
    (
        "diagonal_only",
        "the right one without what is off its diagonal",
        lambda v: np.diag(np.diag(v)),
        2,
    ),
    ("accumulated", "the running sum of the right one", lambda v: np.cumsum(v), 1),
    ("normalised", "the right one, divided by its sum", lambda v: v / v.sum(), 1),
    (
        "averaged",
        "one number, the average over the right ones; each has to stay on its own",
        np.mean,
        1,
    ),
    ("added_up", "one number, the sum of the right ones; each has to stay on its own", np.sum, 1),
    ("first_only", "only the first of the right numbers", lambda v: v.ravel()[0], 1),
    ("last_only", "only the last of the right numbers", lambda v: v.ravel()[-1], 1),
    ("largest_only", "only the largest of the right numbers", np.max, 1),
)
