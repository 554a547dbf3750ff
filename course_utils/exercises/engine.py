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
from course_utils.exercises.kinds import Misconception, Task, Telltale
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
    "Task",
    "Telltale",
    "WrongType",
    "array",
    "call",
    "number",
    "scalar_tensor",
]


@dataclass(frozen=True)
class Exercise(Task):
    """A function to write, and its judge: a :class:`~course_utils.exercises.kinds.Task`."""

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
