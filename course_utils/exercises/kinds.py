"""What an exercise is made of: data alone, which both the judge and the banks import."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Misconception:
    """A wrong answer that students really give.

    Attributes
    ----------
    name : str
        Unique within its exercise: "swapped_arguments".
    message : str
        One sentence to the student who made the mistake; it names the mistake and does not give
        the answer away.
    answer : callable
        The wrong answer itself, a small real function.
    """

    name: str
    message: str
    answer: Callable


@dataclass(frozen=True)
class Telltale:
    """What can be said of a wrong answer from what its probe saw, whatever the answer's code.

    A misconception in the bank is one wrong answer; where right answers draw their own random
    numbers, or a mistake has many forms, what was observed says more.

    Attributes
    ----------
    name : str
        The misconception's name.
    message : callable
        ``message(values) -> str | None``: given the numbers of the probe, the sentence to the
        student, or None where there is nothing to say.
    """

    name: str
    message: Callable


@dataclass(frozen=True)
class Task:
    """A function to write, as data; :class:`~course_utils.exercises.engine.Exercise` judges it.

    Attributes
    ----------
    id : str
        The name of the function.
    lesson : int
        1 to 5.
    title : str
        A few words.
    reference : callable
        A right answer; the name is bound to it until the student's own is right.
    probe : callable
        ``probe(answer, rng) -> dict``: calls `answer` on fresh inputs and returns what it did as
        float arrays under keys that a student can read. It compares nothing.
    misconceptions : tuple of Misconception
        Wrong answers, each different under the probe from the reference and from the others.
    hints : tuple of str
        From a nudge to nearly the code.
    telltales : tuple of Telltale
        What the probe's numbers say, asked in this order where no misconception did the same.
    alternatives : tuple of callable
        Other right answers, for the tests.
    rtol, atol : float
        How closely numbers must agree.
    may_mutate : bool
        Whether the answer may change its arguments.
    """

    id: str
    lesson: int
    title: str
    reference: Callable
    probe: Callable
    misconceptions: tuple[Misconception, ...]
    hints: tuple[str, ...]
    alternatives: tuple[Callable, ...] = ()
    telltales: tuple[Telltale, ...] = ()
    rtol: float = 1e-4
    atol: float = 1e-6
    may_mutate: bool = False
