"""From verdicts to the rows of every output: points, late days, overrides, all computed afresh."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from course_utils.exercises import outcome as o
from course_utils.exercises.index import BANK_OF, LESSONS
from course_utils.grading.csv_input import read_points, read_table
from course_utils.grading.late import LateRule
from course_utils.grading.overrides import Overrides
from course_utils.grading.roster import Person
from course_utils.grading.submissions import Submission


class BadPoints(ValueError):
    """A file of points that cannot be read; the text says where."""


@dataclass
class Row:
    """One student, one exercise.

    Attributes
    ----------
    person : Person
        Who.
    lesson : int
        1 to 5.
    exercise : str
        Its id.
    status, misconception, message : str
        The verdict.
    points, possible : float
        What it earns, and what it could.
    found : int
        Cells with an answer to it.
    remarks, flags : list of str
        For the report.
    """

    person: Person
    lesson: int
    exercise: str
    status: str
    misconception: str
    message: str
    points: float
    possible: float
    found: int
    remarks: list[str] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)


@dataclass
class Report:
    """All rows of a class, and what else the pages tell.

    Attributes
    ----------
    rows : list of Row
        One for each student and exercise.
    people : list of Person
        Everybody, in order.
    times : dict of int to list of datetime
        By lesson: when it was handed in.
    lessons : list of int
        Those that anybody handed in.
    waiting : set of (Person, int)
        Whose lessons are handed in and not graded: ``--only`` left them out.
    """

    rows: list[Row] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    times: dict[int, list[datetime]] = field(default_factory=dict)
    lessons: list[int] = field(default_factory=list)
    waiting: set[tuple[Person, int]] = field(default_factory=set)


@dataclass(frozen=True)
class Rules:
    """How verdicts become points.

    Attributes
    ----------
    weights : dict of str to float
        Points by exercise id; 1 for every other.
    late : LateRule
        What lateness costs.
    overrides : Overrides
        What the instructor decided by hand.
    """

    weights: dict[str, float]
    late: LateRule
    overrides: Overrides

    def possible(self, exercise: str) -> float:
        """What the exercise is worth."""
        return self.weights.get(exercise, 1.0)


def rows_of(
    person: Person, lesson: int, submission: Submission | None, verdicts: list[dict], rules: Rules
) -> list[Row]:
    """The rows of one student's lesson, in the notebook's order."""
    rows = []
    remarks = ["nothing handed in"] if submission is None else list(submission.remarks)
    kept, late = 1.0, ""
    if submission is not None:
        kept, late = rules.late.share(person, lesson, submission.handed_in)
    for number, verdict in enumerate(verdicts):
        first = number == 0  # remarks on the notebook stand once, in its first row
        possible = rules.possible(verdict["exercise"])
        row = Row(
            person,
            lesson,
            verdict["exercise"],
            verdict["status"],
            verdict["misconception"] or "",
            verdict["message"],
            round(verdict["share"] * possible * kept, 4),
            possible,
            verdict["found"],
            [*(remarks if first else []), *verdict.get("notebook", []), *verdict["remarks"]],
            list(verdict["flags"]),
        )
        if late and row.points != round(verdict["share"] * possible, 4):
            row.remarks.append(late)
        rules.overrides.apply(row)
        rows.append(row)
    return rows


def missing(lesson: int) -> list[dict]:
    """Verdicts where no notebook was handed in or none could be read."""
    empty = {"status": o.NOT_ATTEMPTED, "misconception": None, "message": "", "share": 0.0}
    more = {"found": 0, "remarks": [], "flags": [], "seconds": 0.0}
    return [{"exercise": name, **empty, **more} for name in LESSONS[lesson]]


def read_weights(path: Path | None) -> dict[str, float]:
    """Points by exercise, from a CSV file."""
    if path is None:
        return {}
    weights = {}
    for number, row in enumerate(read_table(path)[1], 2):
        name = row.get("exercise", "").strip()
        if name not in BANK_OF:
            raise BadPoints(f"{path}, line {number}: there is no exercise {name!r}.")
        value = read_points(row.get("points", ""))
        if value is None:
            raise BadPoints(f"{path}, line {number}: points must be a number.")
        weights[name] = value
    return weights
