"""Exercises that know which mistake was made.

``EXERCISES`` maps every id to its exercise, table or derivation, and loads a lesson's bank when
one of its ids is first asked for: lessons 1 and 3 never wait for torch. The other names are what
the notebooks call; importing this in a notebook also makes ``%%solution`` known there.
"""

from course_utils.exercises.index import EXERCISES
from course_utils.exercises.notebook import (
    ClaimFailed,
    NotCorrect,
    answers,
    claim,
    derivation,
    exercise,
    graded,
    progress,
)
from course_utils.exercises.predictions.ask import predict
from course_utils.exercises.solution_cells import register as _register

__all__ = [
    "EXERCISES",
    "ClaimFailed",
    "NotCorrect",
    "answers",
    "claim",
    "derivation",
    "exercise",
    "graded",
    "predict",
    "progress",
]

_register()
