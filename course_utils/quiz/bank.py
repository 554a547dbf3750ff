"""Which module holds the questions and cards of a lesson."""

from __future__ import annotations

import importlib

LESSONS = ("lesson1", "lesson2", "lesson3", "lesson4", "lesson5")


def bank(lesson: str):
    """The module that holds ``QUESTIONS`` and ``CARDS`` of a lesson.

    Raises
    ------
    LookupError
        If there is no such lesson.
    """
    if lesson not in LESSONS:
        raise LookupError(f"there is no quiz {lesson!r}; there are: {', '.join(LESSONS)}.")
    return importlib.import_module(f"course_utils.quiz.{lesson}")
