"""The lessons: one file each, ``lesson1.py`` …, from which all that lists lessons is derived.

A lesson is added by writing its file here and the parts that it names; :mod:`.parts` says which
of them is missing.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterable, Sequence

from course_utils.lessons.lesson import Concept, Lesson

__all__ = ["LESSONS", "Concept", "Lesson"]


def _found(package: str, folders: Sequence[str]) -> list[Lesson]:
    """The lessons whose files lie in a package."""
    lessons = []
    for module in pkgutil.iter_modules(folders):
        if numbered := re.fullmatch(r"lesson(\d+)", module.name):
            lesson = getattr(importlib.import_module(f"{package}.{module.name}"), "LESSON", None)
            if not isinstance(lesson, Lesson) or lesson.number != int(numbered[1]):
                raise LookupError(
                    f"{module.name}.py in lessons/ is to hold LESSON = Lesson(number="
                    f"{numbered[1]}, …), and holds {getattr(lesson, 'number', 'none')}."
                )
            lessons.append(lesson)
    return lessons


def _in_order(lessons: Iterable[Lesson]) -> dict[int, Lesson]:
    """Lessons by number; raises LookupError with a sentence where two of them do not agree."""
    ordered = {lesson.number: lesson for lesson in sorted(lessons, key=lambda one: one.number)}
    concepts: dict[str, int] = {}
    exercises: dict[str, int] = {}
    for number, lesson in ordered.items():
        for names, before, what in (
            ([concept.name for concept in lesson.concepts], concepts, "concept"),
            (lesson.exercises, exercises, "exercise"),
        ):
            for name in names:
                if name in before:
                    raise LookupError(
                        f"The {what} {name!r} is in lesson {before[name]} and again in lesson "
                        f"{number}; a name may be used once."
                    )
                before[name] = number
    for number, lesson in ordered.items():
        for concept in lesson.concepts:
            for needed in concept.needs:
                if needed not in concepts:
                    raise LookupError(
                        f"The concept {concept.name!r} of lesson {number} needs {needed!r}, which "
                        "no lesson teaches."
                    )
    return ordered


LESSONS: dict[int, Lesson] = _in_order(_found(__name__, __path__))
