"""Four kinds of question, each of which judges an answer, and cards to turn over.

Text may hold LaTeX between dollars and code in backticks; it is escaped when shown. The texts
that a student chooses from are plain, so that they can label native controls.
"""

from __future__ import annotations

import math
import random
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from course_utils.exercises import outcome as o


@dataclass(frozen=True)
class Verdict:
    """What came of an answer: one of the statuses of the exercises, and what the student reads."""

    status: str
    feedback: str

    @property
    def right(self) -> bool:
        return self.status == o.CORRECT


@dataclass(frozen=True)
class Option:
    """One thing to choose: its plain text, what to say about it, and whether it is right."""

    text: str
    feedback: str
    right: bool = False


@dataclass(frozen=True)
class Question:
    """What all kinds share.

    Attributes
    ----------
    id : str
        Unique in its lesson; progress is kept under it.
    prompt : str
    why : str
        Shown with the right answer.
    """

    id: str
    prompt: str
    why: str


@dataclass(frozen=True)
class Single(Question):
    """Exactly one option is right."""

    options: tuple[Option, ...]

    def judge(self, answer: int | None) -> Verdict:
        """Judge the index of an option, or None where nothing is chosen."""
        if answer is None:
            return Verdict(o.NOT_ATTEMPTED, "Choose one of the answers first.")
        option = self.options[answer]
        if option.right:
            return Verdict(o.CORRECT, " ".join(filter(None, (option.feedback, self.why))))
        return Verdict(o.INCORRECT, option.feedback)


@dataclass(frozen=True)
class Multiple(Question):
    """Any number of options is right; an option's feedback answers whoever misjudged it."""

    options: tuple[Option, ...]

    def judge(self, answer: Iterable[int]) -> Verdict:
        """Judge the indices of the chosen options."""
        chosen = set(answer)
        if not chosen:
            return Verdict(o.NOT_ATTEMPTED, "Choose at least one of the answers first.")
        misjudged = [
            option for k, option in enumerate(self.options) if (k in chosen) != option.right
        ]
        if not misjudged:
            return Verdict(o.CORRECT, self.why)
        lines = [f"‘{option.text}’: {option.feedback}" for option in misjudged]
        return Verdict(o.INCORRECT, "\n".join(lines))


@dataclass(frozen=True)
class Number(Question):
    """A number to type; known wrong values have their own feedback.

    Attributes
    ----------
    key : float
    mistakes : tuple of (float, str)
        Wrong values, and what to say to whoever got them.
    unit : str
        Shown behind the field.
    rtol, atol : float
        How far an answer may be off: three significant digits are enough.
    """

    key: float
    mistakes: tuple[tuple[float, str], ...] = ()
    unit: str = ""
    rtol: float = 5e-3
    atol: float = 5e-4

    def judge(self, answer: str | float) -> Verdict:
        """Judge a number, or text that holds one."""
        if isinstance(answer, str) and not answer.strip():
            return Verdict(o.NOT_ATTEMPTED, "Type a number first.")
        value = read_number(answer)
        if value is None:
            return Verdict(
                o.NOT_ATTEMPTED,
                "That does not read as a number. Write it as 0.161, 1/3, 16.1 %, 2e-3 or inf.",
            )
        if self._near(value, self.key):
            return Verdict(o.CORRECT, self.why)
        for wrong, feedback in self.mistakes:
            if self._near(value, wrong):
                return Verdict(o.INCORRECT, feedback)
        if self._near(value, -self.key):
            return Verdict(o.INCORRECT, "The size is right; look at the sign.")
        return Verdict(o.INCORRECT, "Not that. Write down the formula before the numbers.")

    def _near(self, value: float, key: float) -> bool:
        return math.isclose(value, key, rel_tol=self.rtol, abs_tol=self.atol)


@dataclass(frozen=True)
class Step:
    """One line to put in its place, and what to say to whoever put it too early."""

    text: str
    too_early: str


@dataclass(frozen=True)
class Order(Question):
    """Lines to put in order; ``steps`` holds them in the right one."""

    steps: tuple[Step, ...]

    def judge(self, answer: Sequence[int]) -> Verdict:
        """Judge a sequence of indices into ``steps``, first line first."""
        for place, k in enumerate(answer):
            if k != place:
                step = self.steps[k]
                said = f"Line {place + 1}, ‘{step.text}’, comes too early: {step.too_early}"
                return Verdict(o.INCORRECT, said)
        return Verdict(o.CORRECT, self.why)

    def shuffled(self) -> tuple[int, ...]:
        """The order to begin with: always the same, never the right one."""
        order = list(range(len(self.steps)))
        shuffler = random.Random(self.id)  # a stream of its own
        while order == sorted(order):
            shuffler.shuffle(order)
        return tuple(order)


@dataclass(frozen=True)
class Card:
    """A flashcard: a question on the front, the answer on the back."""

    id: str
    front: str
    back: str


def read_number(text: str | float) -> float | None:
    """A number as people type it: ``0.161``, ``0,161``, ``1/3``, ``16.1 %``, ``2e-3``, ``∞``."""
    if not isinstance(text, str):
        return float(text)
    cleaned = text.strip().lower().replace("−", "-").replace(",", ".").replace(" ", "")
    cleaned = cleaned.replace("∞", "inf")
    scale = 0.01 if cleaned.endswith("%") else 1.0
    parts = cleaned.removesuffix("%").split("/")
    if len(parts) > 2 or not all(re.fullmatch(r"[+-]?(inf|[\d.]+(e[+-]?\d+)?)", p) for p in parts):
        return None
    try:
        value = float(parts[0]) / float(parts[1]) if len(parts) == 2 else float(parts[0])
    except (ValueError, ZeroDivisionError):
        return None
    return scale * value
