"""The verdict on an answer."""

from __future__ import annotations

from dataclasses import dataclass

CORRECT = "correct"
INCORRECT = "incorrect"
CLOSE = "close"  # numbers only: right to fewer digits than asked
NOT_ATTEMPTED = "not attempted"
ERROR = "error"
BROKEN = "broken check"
STATUSES = (CORRECT, INCORRECT, CLOSE, NOT_ATTEMPTED, ERROR, BROKEN)


@dataclass(frozen=True)
class EntryVerdict:
    """The verdict on one cell of an answer table.

    Attributes
    ----------
    label : str
        The cell's name, as in the student's dict.
    status : str
        "correct", "incorrect", "close" (right to fewer digits than asked) or "not attempted".
    message : str
        A sentence for the student; "" where there is nothing to say.
    value : object
        The student's value if it is right, else the key's.
    """

    label: str
    status: str
    message: str
    value: object

    @property
    def numeric(self) -> bool:
        """Whether a number is asked for."""
        return not isinstance(self.value, (str, bool))


@dataclass(frozen=True)
class Outcome:
    """What the student is told.

    Attributes
    ----------
    status : str
        "correct", "incorrect", "not attempted", "error" (the answer's own exception) or
        "broken check" (the check failed, not the answer); for tables also "close".
    misconception : str or None
        The name of the misconception that the answer shows.
    message : str
        What the student reads, as plain text.
    output : str
        What the answer printed, cut.
    entries : tuple of EntryVerdict
        For tables, one verdict per cell.
    """

    status: str
    misconception: str | None
    message: str
    output: str = ""
    entries: tuple[EntryVerdict, ...] = ()

    @property
    def correct(self) -> bool:
        """Whether the status is "correct"."""
        return self.status == CORRECT
