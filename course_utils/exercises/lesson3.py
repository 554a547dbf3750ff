"""The exercises of lesson 3: couplings, the earth mover's distance, potentials and slopes."""

from __future__ import annotations

from course_utils.exercises import (
    lesson3_line,
    lesson3_parallel,
    lesson3_plans,
    lesson3_potential,
    lesson3_programs,
    lesson3_slopes,
)
from course_utils.exercises.lesson3_tables import TABLES

BANK = (
    *lesson3_plans.EXERCISES,
    *lesson3_line.EXERCISES,
    *lesson3_parallel.EXERCISES,
    *lesson3_programs.EXERCISES,
    *lesson3_potential.EXERCISES,
    *lesson3_slopes.EXERCISES,
    *TABLES,
)
