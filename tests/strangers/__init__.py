"""Answers to the exercises as strangers write them: in forums, issue threads and popular code.

Nobody who wrote these knew the course. A right one is right in every seed; a wrong one is
rejected in every seed, under the name that stands beside it.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Stranger:
    """One answer.

    Attributes
    ----------
    exercise : str
        The id of the exercise.
    answer : callable
    right : bool
    named : str or None
        For a wrong answer: what it is recognised as; None where it is only rejected.
    """

    exercise: str
    answer: Callable
    right: bool
    named: str | None = None

    def __str__(self) -> str:
        return f"{self.exercise}: {self.answer.__name__}"


ALL: list[Stranger] = []


def right(exercise: str) -> Callable[[Callable], Callable]:
    """Record a right answer to an exercise."""

    def record(answer: Callable) -> Callable:
        ALL.append(Stranger(exercise, answer, True))
        return answer

    return record


def wrong(exercise: str, named: str | None) -> Callable[[Callable], Callable]:
    """Record a wrong answer to an exercise, and the name of its mistake."""

    def record(answer: Callable) -> Callable:
        ALL.append(Stranger(exercise, answer, False, named))
        return answer

    return record


def everybody() -> list[Stranger]:
    """Every recorded answer of every module in this folder."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
    return ALL
