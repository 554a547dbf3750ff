"""Which module holds the questions and cards of a lesson."""

from __future__ import annotations

import importlib
import importlib.util

from course_utils import lessons

LESSONS = tuple(lesson.key for lesson in lessons.LESSONS.values())


def bank(lesson: str):
    """The module that holds ``QUESTIONS`` and ``CARDS`` of a lesson.

    Raises
    ------
    LookupError
        If there is no such lesson, or it has no quiz.
    """
    if lesson not in LESSONS:
        raise LookupError(f"there is no quiz {lesson!r}; there are: {', '.join(LESSONS)}.")
    if importlib.util.find_spec(f"course_utils.quiz.{lesson}") is None:
        raise LookupError(f"there is no quiz/{lesson}.py with the QUESTIONS and CARDS of {lesson}.")
    return importlib.import_module(f"course_utils.quiz.{lesson}")
