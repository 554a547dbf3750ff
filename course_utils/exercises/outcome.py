"""The verdict on an answer."""

from __future__ import annotations

from dataclasses import dataclass

CORRECT = "correct"
INCORRECT = "incorrect"
NOT_ATTEMPTED = "not attempted"
ERROR = "error"
BROKEN = "broken check"
STATUSES = (CORRECT, INCORRECT, NOT_ATTEMPTED, ERROR, BROKEN)


@dataclass(frozen=True)
class EntryVerdict:
    """The verdict on one cell of an answer table.

    Attributes
    ----------
    label : str
        The cell's name, as in the student's dict.
    status : str
        "correct", "incorrect" or "not attempted".
    message : str
        A sentence for the student; "" where there is nothing to say.
    value : object
        The student's value if it is right, else the key's.
    """

    label: str
    status: str
    message: str
    value: object


@dataclass(frozen=True)
class Outcome:
    """What the student is told.

    Attributes
    ----------
    status : str
        "correct", "incorrect", "not attempted", "error" (the answer's own exception) or
        "broken check" (the check failed, not the answer).
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
