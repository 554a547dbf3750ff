"""Which bank holds which exercise, known without loading any bank."""

from __future__ import annotations

import difflib
import importlib
import importlib.util
from collections.abc import Iterator, Mapping

from course_utils import lessons

LESSONS: dict[int, tuple[str, ...]] = {n: one.exercises for n, one in lessons.LESSONS.items()}
BANK_OF: dict[str, str] = {
    name: lesson.key for lesson in lessons.LESSONS.values() for name in lesson.exercises
}


class _Exercises(Mapping):
    """id → Exercise, Table or Derivation; a bank is imported when one of its ids is asked for."""

    def __init__(self):
        self._loaded: dict[str, object] = {}

    def __getitem__(self, name: str):
        if name not in self._loaded:
            if name not in BANK_OF:
                raise KeyError(_unknown(name))
            self._loaded.update({item.id: item for item in _bank(BANK_OF[name])})
            if name not in self._loaded:
                raise LookupError(
                    f"lessons/{BANK_OF[name]}.py names an exercise {name!r} that is not in the "
                    f"BANK of exercises/{BANK_OF[name]}: put it there, or take the name away."
                )
        return self._loaded[name]

    def __iter__(self) -> Iterator[str]:
        return iter(BANK_OF)

    def __len__(self) -> int:
        return len(BANK_OF)


def _bank(lesson: str) -> tuple:
    """The exercises, tables and derivations of a lesson."""
    module = f"course_utils.exercises.{lesson}"
    if importlib.util.find_spec(module) is None:
        raise LookupError(
            f"lessons/{lesson}.py names exercises, and there is no exercises/{lesson} with a BANK."
        )
    return importlib.import_module(module).BANK


def _unknown(name: object) -> str:
    near = difflib.get_close_matches(str(name), BANK_OF, n=3)
    hint = f" Do you mean {' or '.join(near)}?" if near else ""
    return f"There is no exercise named {name!r}.{hint}"


EXERCISES = _Exercises()
