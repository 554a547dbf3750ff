"""The exercises of lesson 3: couplings, the earth mover's distance, potentials and slopes."""

from __future__ import annotations

from course_utils.exercises.lesson3 import line, parallel, plans, potential, programs, slopes
from course_utils.exercises.lesson3.tables import TABLES

BANK = (
    *plans.EXERCISES,
    *line.EXERCISES,
    *parallel.EXERCISES,
    *programs.EXERCISES,
    *potential.EXERCISES,
    *slopes.EXERCISES,
    *TABLES,
)
