"""Which notebook counts for which student and lesson."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from course_utils.grading import course
from course_utils.grading.collect import Found
from course_utils.grading.extract import ids_in, parse_cells
from course_utils.grading.notebooks import Unreadable, read_notebook
from course_utils.lab.update import is_kept

_LESSON = re.compile(r"(?:lesson|lektion|week)?[ _-]*0?([1-5])(?!\d)", re.IGNORECASE)


@dataclass
class Submission:
    """A student's notebook of one lesson.

    Attributes
    ----------
    student : str
        As handed in; the roster may put another name in its place.
    lesson : int or None
        None if it cannot be told.
    digest : str
        Of its contents.
    source : str
        Where it lies.
    handed_in : datetime or None
        As far as the download tells.
    problem : str
        Why it cannot be read, else "".
    remarks : list of str
        For the report.
    read : callable
        Gives its contents.
    """

    student: str
    lesson: int | None
    digest: str
    source: str
    handed_in: datetime | None
    problem: str
    read: Callable[[], bytes]
    container: str = ""
    remarks: list[str] = field(default_factory=list)


def choose(found: Iterable[Found]) -> list[Submission]:
    """One submission per student and lesson, in order of name."""
    groups: dict[tuple[str, int | None], list[Submission]] = {}
    for file in found:
        submission = _read(file)
        groups.setdefault((submission.student, submission.lesson), []).append(submission)
    chosen = []
    for group in groups.values():
        chosen += _newest(group)
    return sorted(chosen, key=lambda s: (s.student, s.lesson or 0, s.source))


def _read(found: Found) -> Submission:
    """Read a file once: whose is it, and of which lesson? Its contents are not kept."""
    data = found.read()
    remarks, problem, lesson = list(found.remarks), "", None
    by_name = _LESSON.match(found.name) or _LESSON.search(found.name)
    named = int(by_name[1]) if by_name else None
    try:
        cells, more = read_notebook(data)
        remarks += more
        lesson = course.lesson_of(ids_in(parse_cells(cells)))
        if lesson is None:
            remarks.append("the notebook holds no exercise of the course")
        elif named is not None and named != lesson:
            remarks.append(f"the file is called {found.name[:80]}, but holds lesson {lesson}")
    except Unreadable as error:
        problem = str(error)
        remarks.append(problem)
    except Exception as error:
        problem = f"the notebook cannot be read ({type(error).__name__})"
        remarks.append(problem)
    return Submission(
        found.student,
        named if lesson is None else lesson,
        hashlib.sha256(data).hexdigest(),
        found.source,
        found.handed_in,
        problem,
        found.read,
        found.container,
        remarks,
    )


def _newest(group: list[Submission]) -> list[Submission]:
    """Of one student's copies the newest readable one; of two students' of one name, each.

    What an update of the course kept beside a lesson counts only where the lesson is not there.
    """
    containers = sorted({submission.container for submission in group})
    if len(containers) > 1:
        kept = []
        for number, container in enumerate(containers, 1):
            part = _newest([s for s in group if s.container == container])
            for submission in part:
                submission.student += f" ({number})" if number > 1 else ""
                submission.remarks.append(
                    f"{len(containers)} submissions under this name: this one is from "
                    f"{container or 'the folder itself'}"
                )
            kept += part
        return kept
    best = max(
        group, key=lambda s: (not s.problem, not is_kept(s.source), _when(s.handed_in), s.source)
    )
    if len(group) > 1:
        names = ", ".join(sorted(map(_file_name, group)))
        best.remarks.append(
            f"{len(group)} notebooks of this lesson ({names}): {_file_name(best)} counts"
        )
    if is_kept(best.source):
        best.remarks.append("this is what an update of the course kept: was it meant?")
    return [best]


def _file_name(submission: Submission) -> str:
    return submission.source.rpartition("/")[2]


def _when(moment: datetime | None) -> float:
    return moment.timestamp() if moment is not None else 0.0
