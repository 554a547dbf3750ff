"""One thing to predict before it is shown; a prediction is never right or wrong, only made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from course_utils.exercises.tables import Entry, Unreadable

Guess = float | str | tuple[float, ...]


@dataclass(frozen=True)
class Prediction:
    """A question whose answer a later figure or claim shows beside the guess.

    Attributes
    ----------
    id : str
        Unique over the course.
    lesson : int
        1 to 5.
    question : str
        What the student is asked, with what to type.
    truth : float, str or tuple of float
        What is found later: exact, or as measured; instructor mode goes on with it.
    choices : tuple of str
        Where one of several words is asked for.
    parts : tuple of str
        Where several numbers are asked for, a sketch for instance: what each of them is.
    """

    id: str
    lesson: int
    question: str
    truth: Guess
    choices: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()

    @property
    def asked(self) -> str:
        """What to type, in words."""
        if self.choices:
            return "one of: " + ", ".join(f'"{choice}"' for choice in self.choices)
        if self.parts:
            return f"{len(self.parts)} numbers in brackets: {', '.join(self.parts)}"
        return "a number"

    def read(self, given: object) -> Guess | None:
        """The guess, or None for a blank; raises Unreadable with a sentence for the student."""
        if given is None or given is Ellipsis or (isinstance(given, str) and not given.strip()):
            return None
        if not self.parts:
            return Entry(self.truth, choices=self.choices).read(given)
        if isinstance(given, str) or not isinstance(given, Sequence):
            raise Unreadable(f"{self.asked} are asked for")
        if any(value is Ellipsis for value in given):
            return None
        if len(given) != len(self.parts):
            raise Unreadable(f"{self.asked} are asked for, and here are {len(given)}")
        return tuple(Entry(0.0).read(value) for value in given)


def shown(guess: Guess) -> str:
    """A guess as text."""
    if isinstance(guess, str):
        return guess
    numbers = guess if isinstance(guess, tuple) else (guess,)
    return ", ".join(f"{number:.4g}".replace("-", "−").replace("inf", "∞") for number in numbers)
