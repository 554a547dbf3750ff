"""The tables: ``grades.csv``, and ``gradebook.csv`` for the learning platform."""

from __future__ import annotations

import csv
import io

from course_utils.exercises.index import LESSONS
from course_utils.grading.roster import Person
from course_utils.grading.rows import Report, Row, Rules

COLUMNS = (
    "student",
    "lesson",
    "exercise",
    "status",
    "misconception",
    "points",
    "attempts found",
    "remarks",
    "course",
    "seed",
)
CANVAS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
MOODLE = ("First name", "Last name", "ID number", "Email address")


def safe(text: str) -> str:
    """`text` for a spreadsheet, which must not take a stranger's words for a formula."""
    text = " ".join(str(text).replace("\0", "").split())
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t") else text


def grades(rows: list[Row], version: str, seed: int) -> bytes:
    """One line for each student and exercise."""
    lines = [
        (
            safe(row.person.label),
            row.lesson or "",
            row.exercise,
            row.status,
            row.misconception,
            f"{row.points:g}",
            row.found,
            safe("; ".join([*row.flags, *row.remarks])),
            version,
            seed,
        )
        for row in rows
    ]
    return _csv(COLUMNS, lines)


def gradebook(report: Report, rules: Rules, system: str, made_by: tuple[str, int]) -> bytes:
    """One line for each student, one column for each lesson; `system`: "", "canvas" or "moodle".

    What is handed in and not yet graded stays empty. `made_by` is version and seed; the two
    systems would take those columns for assignments.
    """
    points: dict[tuple[Person, int], float] = {}
    for row in report.rows:
        key = row.person, row.lesson
        points[key] = points.get(key, 0.0) + row.points
    lessons = report.lessons
    possible = {lesson: sum(map(rules.possible, LESSONS[lesson])) for lesson in lessons}

    def earned(person: Person, lesson: int) -> str:
        key = person, lesson
        return "" if key in report.waiting else f"{points.get(key, 0.0):.10g}"

    titles = tuple(f"Lesson {lesson}" for lesson in lessons)
    lines = [
        (*_who(person, system), *(earned(person, lesson) for lesson in lessons))
        for person in report.people
    ]
    if system == "canvas":  # its own export has this line, and its import wants it
        worth = tuple(f"{possible[lesson]:g}" for lesson in lessons)
        lines.insert(0, ("    Points Possible", "", "", "", "", *worth))
        return _csv((*CANVAS, *titles), lines)
    if system == "moodle":
        return _csv((*MOODLE, *titles), lines)
    totals = [sum(points.get((person, n), 0.0) for n in lessons) for person in report.people]
    lines = [(*line, f"{total:.10g}", *made_by) for line, total in zip(lines, totals, strict=True)]
    whole = f"total (of {sum(possible.values()):g})"
    worth = tuple(f"Lesson {lesson} (of {possible[lesson]:g})" for lesson in lessons)
    return _csv(("student", *worth, whole, "course", "seed"), lines)


def _who(person: Person, system: str) -> tuple[str, ...]:
    if system == "canvas":
        more = {"Student": person.name, **person.fields}
        return tuple(safe(more.get(column, "")) for column in CANVAS)
    if system == "moodle":
        first, _, last = person.name.rpartition(" ")
        known = {"First name": first or last, "Last name": last if first else "", **person.fields}
        known.setdefault("Last name", known.get("Surname", ""))
        return tuple(safe(known.get(column, "")) for column in MOODLE)
    return (safe(person.label),)


def _csv(columns: tuple[str, ...], lines: list[tuple]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(lines)
    return text.getvalue().encode("utf-8", "replace")
