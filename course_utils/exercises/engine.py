"""What an exercise is, and how an answer to it is judged.

An exercise is data: a *reference*, a *probe* that reduces what an answer did to plain numbers,
and *misconceptions*, which are wrong answers with a name. The verdict comes from running the
same probe, from the same random seed, on the answer and on the reference; if the two differ, the
misconception whose numbers are those of the answer is the one the student is told about.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from course_utils.exercises.convert import (
    WrongType,
    array,
    call,
    number,
    scalar_tensor,
)
from course_utils.exercises.derivations.derivation import Derivation, Step
from course_utils.exercises.judging import judge
from course_utils.exercises.outcome import Outcome
from course_utils.exercises.tables import Entry, Table

__all__ = [
    "Derivation",
    "Entry",
    "Exercise",
    "Misconception",
    "Outcome",
    "Step",
    "Table",
    "WrongType",
    "array",
    "call",
    "number",
    "scalar_tensor",
]


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
class Exercise:
    """A function to write.

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
    rtol: float = 1e-4
    atol: float = 1e-6
    may_mutate: bool = False

    def evaluate(self, answer: Callable, *, seed: int | None = None) -> Outcome:
        """Judge `answer`; never raises, and leaves all global state as it was.

        Parameters
        ----------
        answer : callable
            What the student wrote.
        seed : int, optional
            Makes the verdict repeatable; without it the inputs are fresh each time.

        Returns
        -------
        Outcome
        """
        return judge(self, answer, seed)
