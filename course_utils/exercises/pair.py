"""Taking apart an answer that returns two things."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from course_utils.exercises.convert import WrongType, is_tensor


def pair(result: Any, wanted: str):
    """The two things that an answer returns, in whatever sequence they come.

    Parameters
    ----------
    result : object
        A tuple, a list, an iterator, or an array with two rows.
    wanted : str
        What a student reads otherwise: "a pair (value, plan)".

    Raises
    ------
    WrongType
        If `result` does not consist of two things.
    """
    if isinstance(result, Iterator):
        result = tuple(result)
    rows = is_tensor(result) or hasattr(result, "shape")
    if not rows and not isinstance(result, (tuple, list)):
        raise WrongType(wanted, result)
    if (rows and not result.ndim) or len(result) != 2:
        raise WrongType(wanted, result)
    return result
