"""Taking apart an answer that returns two things."""

from __future__ import annotations

from course_utils.exercises.engine import WrongType


def pair(result, wanted: str):
    """The two things that an answer returns, or a complaint for the engine to explain."""
    if not isinstance(result, (tuple, list)) or len(result) != 2:
        raise WrongType(wanted, result)
    return result
