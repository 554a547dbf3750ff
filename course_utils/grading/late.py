"""Due dates, extensions and what lateness costs. Nothing of this is ever stored with a verdict."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from course_utils.grading.csv_input import read_table
from course_utils.grading.roster import Person

DAY = 24 * 3600
_RULE = re.compile(
    r"(?P<percent>\d+(\.\d+)?) *%? */ *(?P<unit>day|hour)s?( *, *max *(?P<most>\d+(\.\d+)?) *%?)?"
)


class BadRule(ValueError):
    """A due date, a rule or a file of extensions that cannot be read; the text says how."""


@dataclass(frozen=True)
class LateRule:
    """When a lesson is due, and what is taken off afterwards.

    Attributes
    ----------
    due : dict of int to datetime
        By lesson; key 0 is for lessons that have none of their own.
    percent, unit, most : float
        Percent of the points lost per begun unit (seconds), and at most.
    extensions : dict of (str, int) to datetime
        By student (any of their names) and lesson; lesson 0 for all.
    zone : tzinfo or None
        For times that name no zone of their own.
    """

    due: dict[int, datetime] = field(default_factory=dict)
    percent: float = 0.0
    unit: float = DAY
    most: float = 100.0
    extensions: dict[tuple[str, int], datetime] = field(default_factory=dict)
    zone: tzinfo | None = None

    def share(self, person: Person, lesson: int, handed_in: datetime | None) -> tuple[float, str]:
        """What is kept of the points, 0 to 1, and a remark if it was late."""
        due = self.due_for(person, lesson)
        if due is None or handed_in is None:
            return 1.0, ""
        if handed_in.tzinfo is None:
            handed_in = handed_in.replace(tzinfo=self.zone)
        late = (handed_in - due).total_seconds()
        if late <= 0:
            return 1.0, ""
        lost = min(self.percent * math.ceil(late / self.unit), self.most) / 100
        return max(1.0 - lost, 0.0), f"late by {_words(late)}: {100 * lost:g} % off"

    def due_for(self, person: Person, lesson: int) -> datetime | None:
        """When this student's notebook of this lesson is due."""
        for name in person.names():
            for number in (lesson, 0):
                if (name, number) in self.extensions:
                    return self.extensions[name, number]
        return self.due.get(lesson, self.due.get(0))


def _words(seconds: float) -> str:
    days, hours = divmod(math.ceil(seconds / 3600), 24)
    parts = [f"{days} d"] if days else []
    return " ".join([*parts, f"{hours} h"]) if hours or not parts else parts[0]


def read_rule(due: list[str], rule: str, extensions: Path | None) -> LateRule:
    """A rule from the command line.

    Parameters
    ----------
    due : list of str
        Times such as "2026-12-01 23:59 Europe/Berlin", each perhaps after "3=" for one lesson.
    rule : str
        "none" (the default), "zero" (nothing counts afterwards), or "10%/day, max 50%".
    extensions : Path, optional
        A CSV file with the columns student, lesson (may be empty) and due.
    """
    times: dict[int, datetime] = {}
    for text in due:
        lesson, equals, moment = text.partition("=")
        number = _lesson(lesson) if equals else 0
        times[number] = read_time(moment if equals else text)
    zone = next(iter(times.values())).tzinfo if times else None
    percent, unit, most = _costs(rule)
    granted = read_extensions(extensions, zone) if extensions else {}
    return LateRule(times, percent, unit, most, granted, zone)


def _costs(rule: str) -> tuple[float, float, float]:
    text = rule.strip().lower()
    if text in ("", "none"):
        return 0.0, DAY, 0.0
    if text == "zero":
        return 100.0, DAY, 100.0
    match = _RULE.fullmatch(text)
    if match is None:
        raise BadRule(f"--late {rule!r} is no rule; try none, zero or '10%/day, max 50%'.")
    unit = DAY if match["unit"] == "day" else 3600
    return float(match["percent"]), unit, float(match["most"] or 100)


def read_time(text: str, zone: tzinfo | None = None) -> datetime:
    """A time with its zone: "2026-12-01 23:59 Europe/Berlin" or "2026-12-01T23:59+01:00"."""
    words = text.strip()
    head, _, name = words.rpartition(" ")
    if "/" in name or name.upper() == "UTC":
        try:
            zone, words = ZoneInfo(name), head
        except (ZoneInfoNotFoundError, ValueError):
            raise BadRule(
                f"{name!r} is no time zone; they are called like Europe/Berlin."
            ) from None
    try:
        moment = datetime.fromisoformat(words.strip())
    except ValueError:
        example = "'2026-12-01 23:59 Europe/Berlin'"
        raise BadRule(f"{text!r} is no time; write it like {example}.") from None
    if moment.tzinfo is None:
        if zone is None:
            raise BadRule(f"{text!r} names no time zone; add one, such as Europe/Berlin or +01:00.")
        moment = moment.replace(tzinfo=zone)
    return moment


def read_extensions(path: Path, zone: tzinfo | None) -> dict[tuple[str, int], datetime]:
    """Who may hand in later, from a CSV file with the columns student, lesson and due."""
    granted = {}
    columns, rows = read_table(path)
    if not {"student", "due"} <= set(columns):
        raise BadRule(f"{path} needs the columns student, lesson and due.")
    for row in rows:
        lesson = row.get("lesson", "").strip()
        key = row["student"].strip().casefold(), _lesson(lesson) if lesson else 0
        granted[key] = read_time(row["due"], zone)
    return granted


def _lesson(text: str) -> int:
    if text.strip() not in tuple("12345"):
        raise BadRule(f"{text!r} is no lesson; they are numbered 1 to 5.")
    return int(text)
