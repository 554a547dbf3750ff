"""General observations: each on every exercise to which it applies, and none where it is false."""

import dataclasses
import math

import numpy as np
import pytest
import torch
from torch.nn.functional import softplus

from course_utils.exercises import transforms
from course_utils.exercises.engine import Exercise
from course_utils.exercises.index import EXERCISES

FUNCTIONS = [item for item in EXERCISES.values() if isinstance(item, Exercise)]
PURE = [item for item in FUNCTIONS if not item.may_mutate]
each = pytest.mark.parametrize("item", PURE, ids=lambda item: item.id)

# name, on numbers and arrays, on tensors
SPOILT = (
    ("negated", np.negative, torch.neg),
    ("halved", lambda v: v / 2, lambda v: v / 2),
    ("doubled", lambda v: v * 2, lambda v: v * 2),
    ("in_bits", lambda v: v / math.log(2), lambda v: v / math.log(2)),
    ("percentage", lambda v: v * 100, lambda v: v * 100),
    ("squared", np.square, torch.square),
    ("rooted", np.sqrt, torch.sqrt),
    ("exponentiated", np.exp, torch.exp),
    ("constant_factor", lambda v: v * 1.7, lambda v: v * 1.7),
    ("constant_offset", lambda v: v + 0.3, lambda v: v + 0.3),
)


def spoilt(item, on_arrays, on_tensors):
    """The reference, with its result changed."""

    def change(value):
        if isinstance(value, tuple):
            return tuple(map(change, value))
        if isinstance(value, torch.Tensor):
            return on_tensors(value)
        return on_arrays(np.asarray(value, dtype=float))

    return lambda *args, **kwargs: change(item.reference(*args, **kwargs))


def names_in(item):
    return {mistake.name for mistake in item.misconceptions}


@each
def test_a_spoilt_result_is_named_on_every_exercise(item):
    for name, on_arrays, on_tensors in SPOILT:
        with np.errstate(all="ignore"):
            outcome = item.evaluate(spoilt(item, on_arrays, on_tensors), seed=0)
        if outcome.correct or not outcome.status == "incorrect":
            continue  # a yes stays a yes when it is squared
        assert outcome.misconception is not None, (name, outcome.message)
        known = {row[0] for row in transforms.ELEMENTWISE} | names_in(item)
        if outcome.misconception not in known:
            print(item.id, name, outcome.misconception, outcome.message)
