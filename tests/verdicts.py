"""What the judge sees of an answer, and whether it would accept it, without a word about why not.

The search for what is wrong takes most of a verdict's time; where only the verdict matters, it is
left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from course_utils.exercises.compare import same_behaviour, same_changes
from course_utils.exercises.engine import Exercise
from course_utils.exercises.outcome import Outcome
from course_utils.exercises.run_probe import Observation, observe, parameter_names
from course_utils.exercises.sandbox import watch_interrupts

RIGHT: dict[tuple[str, int], Observation] = {}  # what references do, by exercise and seed


def watch(item: Exercise, answer: Callable, seed: int) -> Observation:
    """What the judge sees of an answer."""
    with watch_interrupts() as interrupts:
        return observe(
            item.probe,
            answer,
            seed,
            interrupts,
            name=item.id,
            parameters=parameter_names(item.reference),
            may_mutate=item.may_mutate,
        )


def what_is_right(item: Exercise, seed: int) -> Observation:
    """What the judge sees of the reference; looked at once."""
    if (item.id, seed) not in RIGHT:
        RIGHT[item.id, seed] = watch(item, item.reference, seed)
    return RIGHT[item.id, seed]


def alike(item: Exercise, a: Observation, b: Observation) -> bool:
    """Whether the judge cannot tell two answers apart."""
    return same_behaviour(a, b, item.rtol, item.atol) and same_changes(a, b)


def accepts(item: Exercise, answer: Callable, seed: int) -> bool:
    """Whether the judge cannot tell an answer from the reference."""
    return alike(item, watch(item, answer, seed), what_is_right(item, seed))


def verdict_of_the_wrong(item: Exercise, answer: Callable, seeds: Iterable[int]) -> Outcome:
    """The whole verdict from the first seed, after a look that no other seed accepts the answer."""
    first, *others = seeds
    lenient = [seed for seed in others if accepts(item, answer, seed)]
    assert not lenient, f"accepted from the seeds {lenient}"
    return item.evaluate(answer, seed=first)
