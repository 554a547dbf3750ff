"""What an instructor decided by hand: a file of its own, which grading reads and never writes."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from course_utils.exercises.index import BANK_OF
from course_utils.grading.csv_input import read_points, read_table


class BadOverrides(ValueError):
    """A file of overrides that cannot be read; the text says where."""


@dataclass(frozen=True)
class Overrides:
    """By student (any of their names) and exercise: the points, and why."""

    points: dict[tuple[str, str], tuple[float, str]] = field(default_factory=dict)

    def apply(self, row) -> None:
        """Put the instructor's points into a row, with a remark that says so."""
        for name in row.person.names():
            if (name, row.exercise) in self.points:
                row.points, reason = self.points[name, row.exercise]
                said = f"points by hand: {row.points:g}"
                row.remarks.append(f"{said} ({reason})" if reason else said)
                return


def read_overrides(path: Path | None) -> Overrides:
    """From a CSV file with the columns student, exercise, points and reason."""
    if path is None:
        return Overrides()
    points = {}
    columns, rows = read_table(path)
    if not {"student", "exercise", "points"} <= set(columns):
        raise BadOverrides(f"{path} needs the columns student, exercise, points and reason.")
    for number, row in enumerate(rows, 2):
        exercise = row["exercise"].strip()
        if exercise not in BANK_OF:
            raise BadOverrides(f"{path}, line {number}: there is no exercise {exercise!r}.")
        value = read_points(row["points"])
        if value is None:
            raise BadOverrides(f"{path}, line {number}: points must be a number.")
        student = row["student"].strip().casefold()
        points[student, exercise] = value, row.get("reason", "").strip()
    return Overrides(points)
