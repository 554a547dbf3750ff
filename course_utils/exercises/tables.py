"""Tables of numbers and choices that a student works out by hand or reads off."""

from __future__ import annotations

import difflib
import numbers
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import numpy as np

from course_utils.exercises import outcome as o
from course_utils.exercises.convert import WrongType, describe, number, type_name
from course_utils.exercises.number_text import Unreadable, read_number
from course_utils.exercises.outcome import EntryVerdict, Outcome
from course_utils.exercises.precision import judge_number
from course_utils.exercises.sandbox import unraising

BITS = "This is in bits; the course measures in nats, with natural logarithms."
TRUTHS = {"true": True, "yes": True, "false": False, "no": False}


@dataclass(frozen=True)
class Entry:
    """One cell of a table.

    Attributes
    ----------
    key : float, bool or str
        The right value; ``math.inf`` is allowed, and a str is one of `choices`.
    rtol, atol : float
        How close a number must come: by default three significant digits will do.
    mistakes : tuple of (value, sentence)
        Wrong values that students get, each with what to tell them.
    choices : tuple of str
        What a str may be.
    """

    key: float | bool | str
    rtol: float = 5e-3
    atol: float = 5e-4
    mistakes: tuple[tuple[float | str, str], ...] = ()
    choices: tuple[str, ...] = ()

    def judge(self, value: float | bool | str) -> tuple[str, str]:
        """The status of a value that was read, and a sentence for the student."""
        if not isinstance(self.key, (str, bool)):
            given: Any = value
            status, said = judge_number(given, cast(Any, self))
            return status, said or ("" if status == o.CORRECT else self._unnamed(given))
        if value == self.key:
            return o.CORRECT, ""
        return o.INCORRECT, dict(self.mistakes).get(value, f"{value!r} is not right.")

    def _unnamed(self, value: float) -> str:
        if value != value:
            return "this is NaN, which is no number."
        more = ": is anything divided by zero here?" if self.key == float("inf") else "."
        return f"{value:.6g} is not right{more}"

    def read(self, value: object) -> float | bool | str:
        """The student's value in the type of the key; raises Unreadable."""
        if isinstance(self.key, str):
            return self._choice(value)
        return _truth(value) if isinstance(self.key, bool) else _float(value)

    def _choice(self, value: object) -> str:
        allowed = self.choices or (str(self.key),)
        wanted = {choice.strip().casefold(): choice for choice in allowed}
        text = value.strip().casefold() if isinstance(value, str) else None
        if text not in wanted:
            raise Unreadable("choose one of: " + ", ".join(map(repr, allowed)))
        return wanted[text]


def exact(key: float, *mistakes: tuple[float | str, str], rtol: float = 5e-3) -> Entry:
    """An entry judged by relative error alone: for small numbers, and for close wrong ones."""
    return Entry(key, rtol=rtol, atol=0.0, mistakes=mistakes)


def choice(key: str, wrong: dict[str, str]) -> Entry:
    """A choice between `key` and the wrong options, each with a sentence for who takes it."""
    return Entry(key, mistakes=tuple(wrong.items()), choices=tuple(sorted((key, *wrong))))


def judged(key: bool, sentence: str) -> Entry:
    """A statement, true or false; `sentence` goes to the student who got it wrong."""
    return Entry(key, mistakes=((not key, sentence),))


@dataclass(frozen=True)
class Table:
    """A set of cells to fill in, judged one by one.

    Attributes
    ----------
    id : str
        Unique over the course.
    lesson : int
        1 to 5.
    title : str
        A few words.
    entries : dict of str to Entry
        By label, in the order the student sees.
    hints : tuple of str
        From a nudge to nearly the answer.
    """

    id: str
    lesson: int
    title: str
    entries: dict[str, Entry]
    hints: tuple[str, ...] = field(default=())

    def evaluate(self, answers: Mapping[str, object], *, seed: int | None = None) -> Outcome:
        """Judge every cell; never raises. ``...`` and ``None`` are blanks; `seed` is not used."""
        return unraising(lambda: self._judge(answers), self._unreadable)

    def _unreadable(self, error: BaseException) -> Outcome:
        message = f"Your values could not be read: {type_name(error)}."
        return Outcome(o.INCORRECT, None, message, "", self._blank())

    def _judge(self, answers: object) -> Outcome:
        if answers is None or answers is Ellipsis:
            answers = {}
        if not isinstance(answers, Mapping):
            message = f"A dict of labels and values is asked for, and this is {describe(answers)}."
            return Outcome(o.INCORRECT, None, message, "", self._blank())
        strange = [label for label in answers if label not in self.entries]
        verdicts = tuple(
            _judge_entry(label, entry, answers.get(label, ...))
            for label, entry in self.entries.items()
        )
        return Outcome(
            _status(verdicts, strange), None, self._summary(verdicts, strange), "", verdicts
        )

    def _blank(self) -> tuple[EntryVerdict, ...]:
        return tuple(_judge_entry(label, entry, ...) for label, entry in self.entries.items())

    def _summary(self, verdicts: tuple[EntryVerdict, ...], strange: list) -> str:
        count = {status: sum(v.status == status for v in verdicts) for status in o.STATUSES}
        lines = [f"There is no cell {label!r} here{self._nearest(label)}." for label in strange]
        if count[o.NOT_ATTEMPTED] == len(verdicts):
            lines.append("Nothing to check yet: put your values in place of the `...`.")
            return "\n".join(lines)
        text = f"{count[o.CORRECT]} of {len(verdicts)} right"
        if count[o.CLOSE]:
            text += f", {count[o.CLOSE]} close"
        if count[o.NOT_ATTEMPTED]:
            text += f", {count[o.NOT_ATTEMPTED]} still blank"
        lines.append(text + ".")
        lines += [f"{v.label}: {v.message}" for v in verdicts if v.message]
        return "\n".join(lines)

    def _nearest(self, label: object) -> str:
        near = difflib.get_close_matches(str(label), self.entries, n=1, cutoff=0.5)
        return f"; do you mean {near[0]!r}?" if near else f"; the cells are {list(self.entries)}"


def _status(verdicts: tuple[EntryVerdict, ...], strange: list) -> str:
    found = {verdict.status for verdict in verdicts}
    if strange:
        return o.INCORRECT
    if len(found) == 1:
        return found.pop()
    return o.CLOSE if found == {o.CORRECT, o.CLOSE} else o.INCORRECT


def _judge_entry(label: str, entry: Entry, given: object) -> EntryVerdict:
    if given is None or given is Ellipsis or (isinstance(given, str) and not given.strip()):
        return EntryVerdict(label, o.NOT_ATTEMPTED, "", entry.key)
    try:
        value = entry.read(given)
    except Unreadable as problem:
        return EntryVerdict(label, o.INCORRECT, f"{problem}.", entry.key)
    status, said = entry.judge(value)
    return EntryVerdict(label, status, said, value if status == o.CORRECT else entry.key)


def _float(value: object) -> float:
    if isinstance(value, str):
        return read_number(value)
    try:
        return number(value)
    except WrongType:
        raise Unreadable(f"a number is asked for, and this is {describe(value)}") from None


def _truth(value: object) -> bool:
    if isinstance(value, str):
        value = TRUTHS.get(value.strip().casefold(), value)
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, numbers.Real) and value in (0, 1):
        return bool(value)
    raise Unreadable(f"True or False is asked for, and this is {describe(value)}")
