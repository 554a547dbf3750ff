"""Does this copy of the course hold back its solutions? ``release`` leaves a mark if it does."""

from __future__ import annotations

import functools
import json

from course_utils import places

MARK = places.PACKAGE / "release.json"


def holds_back(lesson: int) -> bool:
    """Whether solutions and the last hints of `lesson` are kept from students here."""
    kept = _lessons_with_solutions()
    return kept is not None and lesson not in kept


@functools.cache
def _lessons_with_solutions() -> tuple[int, ...] | None:
    """The lessons whose solutions a release still has; None where this is no release."""
    try:
        return tuple(json.loads(MARK.read_text(encoding="utf-8"))["solutions"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
