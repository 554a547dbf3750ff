"""The checkers against answers of strangers, whom the bank has not met.

One seed each; ``COURSE_FULL_TESTS=1`` takes 25, and for single precision a hundred.
"""

from collections import Counter
from dataclasses import replace

import pytest
from strangers import everybody
from variants import FULL

from course_utils.exercises import EXERCISES, judging
from course_utils.exercises.run_probe import observe, parameter_names
from course_utils.exercises.sandbox import watch_interrupts

SEEDS = range(25 if FULL else 1)
TOLD = (0, 1) if FULL else (0,)
UNTOLD = range(2, 25) if FULL else ()  # seeds in which a wrong answer is only not accepted
IN_SINGLE = range(100, 200 if FULL else 102)
STRANGERS = everybody()
NAMES = list(dict.fromkeys(stranger.exercise for stranger in STRANGERS))
IN_SINGLE_PRECISION = [s for s in STRANGERS if s.right and "float32" in s.answer.__name__]

each_exercise = pytest.mark.parametrize("name", NAMES)
KNOWN = {}  # what references and misconceptions did


@pytest.fixture
def remembered(monkeypatch):
    """Run what belongs to the bank once from each seed."""
    bank = {
        id(known)
        for item in map(EXERCISES.get, NAMES)
        for known in (item.reference, *(wrong.answer for wrong in item.misconceptions))
    }

    def recall(probe, answer, seed, interrupts, **settings):
        if id(answer) not in bank:
            return observe(probe, answer, seed, interrupts, **settings)
        key = (id(probe), id(answer), seed)
        if key in KNOWN:
            return KNOWN[key]
        seen = observe(probe, answer, seed, interrupts, **settings)
        if not seen.abandoned:  # this one was hopeless for another answer
            KNOWN[key] = seen
        return seen

    monkeypatch.setattr(judging, "observe", recall)


def passes(stranger, seed):
    """Whether the answer is accepted: the verdict without a look for what is wrong."""
    item = replace(EXERCISES[stranger.exercise], misconceptions=())
    with watch_interrupts() as interrupts:
        seen = judging.observe(
            item.probe,
            stranger.answer,
            seed,
            interrupts,
            name=item.id,
            parameters=parameter_names(item.reference),
            may_mutate=item.may_mutate,
        )
    return judging.judge_seen(item, seen, seed).status == "correct"


def strangers(name, right):
    return [s for s in STRANGERS if s.exercise == name and s.right == right]


@each_exercise
def test_there_are_enough_of_them(name):
    assert len(strangers(name, right=True)) >= 8
    assert len(strangers(name, right=False)) >= 8
    made = Counter(s.answer.__name__ for s in STRANGERS)
    assert max(made.values()) == 1


@each_exercise
def test_whoever_is_right_is_right_in_every_seed(name, remembered):
    for stranger in strangers(name, right=True):
        told = {seed: EXERCISES[name].evaluate(stranger.answer, seed=seed) for seed in SEEDS}
        refused = {seed: said.message for seed, said in told.items() if said.status != "correct"}
        assert not refused, f"{stranger} is refused: {refused}"


@each_exercise
def test_whoever_is_wrong_is_told_the_same_in_every_seed(name, remembered):
    for stranger in strangers(name, right=False):
        for seed in TOLD:
            outcome = EXERCISES[name].evaluate(stranger.answer, seed=seed)
            assert outcome.status in ("incorrect", "error"), outcome.message
            assert outcome.misconception == stranger.named, f"{stranger}: {outcome.message}"
        accepted = [seed for seed in UNTOLD if passes(stranger, seed)]
        assert not accepted, f"{stranger} is accepted with seeds {accepted}"


def test_most_mistakes_of_strangers_have_a_name():
    wrong = [stranger for stranger in STRANGERS if not stranger.right]
    assert sum(stranger.named is not None for stranger in wrong) >= 0.9 * len(wrong)


@pytest.mark.parametrize("stranger", IN_SINGLE_PRECISION, ids=str)
def test_single_precision_suffices(stranger, remembered):
    assert all(passes(stranger, seed) for seed in IN_SINGLE)
