"""Four kinds of question, each of which judges an answer, and cards to turn over.

Text may hold LaTeX between dollars and code in backticks; it is escaped when shown. The texts
that a student chooses from are plain, so that they can label native controls.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from course_utils.exercises import outcome as o
from course_utils.exercises.number_text import Unreadable, read_number
from course_utils.exercises.precision import judge_number


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
    """Any number of options is right; an option's feedback answers whoever misjudged it.

    One misjudged option is spoken of at a time, wrongly ticked ones first: what is left stays a
    question.
    """

    options: tuple[Option, ...]

    def judge(self, answer: Iterable[int]) -> Verdict:
        """Judge the indices of the chosen options."""
        chosen = set(answer)
        if not chosen:
            return Verdict(o.NOT_ATTEMPTED, "Choose at least one of the answers first.")
        ticked_wrongly = [self.options[k] for k in sorted(chosen) if not self.options[k].right]
        left_out = [x for k, x in enumerate(self.options) if x.right and k not in chosen]
        if not ticked_wrongly and not left_out:
            return Verdict(o.CORRECT, self.why)
        option = (ticked_wrongly or left_out)[0]
        return Verdict(o.INCORRECT, f"‘{option.text}’: {option.feedback}")


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
        How far an answer may be off; three significant digits are always enough.
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
        try:
            value = read_number(answer) if isinstance(answer, str) else float(answer)
        except Unreadable as problem:
            return Verdict(o.NOT_ATTEMPTED, f"That does not read as a number: {problem}.")
        status, said = judge_number(value, self)
        if status == o.CORRECT:
            return Verdict(status, self.why)
        return Verdict(status, said or "Not that. Write down the formula before the numbers.")


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
