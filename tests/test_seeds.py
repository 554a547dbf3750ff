"""No verdict depends on the seed, and none on single precision.

A few seeds each; ``COURSE_FULL_TESTS=1`` takes 25, and for single precision a hundred.
"""

import numpy as np
import pytest
import torch
from variants import FULL
from verdicts import alike, watch

from course_utils.exercises.convert import is_module
from course_utils.exercises.engine import Exercise
from course_utils.exercises.explore import Explorer
from course_utils.exercises.index import EXERCISES
from course_utils.exercises.sandbox import watch_interrupts

FUNCTIONS = [item for item in EXERCISES.values() if isinstance(item, Exercise)]
each = pytest.mark.parametrize("item", FUNCTIONS, ids=lambda item: item.id)
# how many seeds: of an exercise without networks, of one with them, in single precision
MANY, FEW, IN_SINGLE = (25, 25, 100) if FULL else (5, 1, 3)
# their inputs are held to 1e-8, which single precision has not got; only results are rounded
EXACT_INPUTS = {"is_coupling", "optimal_transport", "kantorovich_dual"}


def costly(item):
    """Whether networks take part."""
    if item.may_mutate:
        return True
    with watch_interrupts() as interrupts:
        calls = Explorer(item, 0, interrupts).calls
    return any(is_module(value) for call in calls for value in call.arguments.values())


def seeds(item, many, few):
    return range(100, 100 + (few if not FULL and costly(item) else many))


@each
def test_one_verdict_whatever_the_seed(item):
    """Right answers agree; each mistake differs from them and from those that are tried before."""
    for seed in seeds(item, MANY, FEW):
        right = watch(item, item.reference, seed)
        for answer in item.alternatives:
            assert alike(item, watch(item, answer, seed), right), (seed, answer)
        before = {"the reference": right}
        for mistake in item.misconceptions:
            seen = watch(item, mistake.answer, seed)
            twins = [name for name, other in before.items() if alike(item, seen, other)]
            assert not twins, (seed, mistake.name, twins)
            before[mistake.name] = seen


def in_single(value):
    """`value` with every float rounded to single precision."""
    if isinstance(value, tuple):
        return tuple(map(in_single, value))
    if isinstance(value, torch.Tensor):
        return value
    if isinstance(value, float | np.floating):
        return np.float32(value)
    if isinstance(value, np.ndarray) and value.dtype == np.float64:
        return value.astype(np.float32)
    return value


@each
def test_single_precision_suffices(item):
    """The reference on inputs and results that are rounded to float32."""

    def answer(*args, **kwargs):
        if item.id not in EXACT_INPUTS:
            args = map(in_single, args)
        return in_single(item.reference(*args, **kwargs))

    for seed in seeds(item, IN_SINGLE, FEW):
        outcome = item.evaluate(answer if not item.may_mutate else item.reference, seed=seed)
        assert outcome.status == "correct", (seed, outcome.message)
