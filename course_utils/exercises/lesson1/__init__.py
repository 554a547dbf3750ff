"""The exercises of lesson 1: probability, divergences and a first generative model."""

from __future__ import annotations

from course_utils.exercises.lesson1 import (
    bayes,
    counting,
    gaussian,
    generative,
    information,
    multivariate,
)
from course_utils.exercises.lesson1.model_tables import MODEL_TABLES
from course_utils.exercises.lesson1.tables import BAYES_TABLES

BANK = (
    *bayes.EXERCISES,
    *counting.EXERCISES,
    *information.EXERCISES,
    *gaussian.EXERCISES,
    *multivariate.EXERCISES,
    *generative.EXERCISES,
    *BAYES_TABLES,
    *MODEL_TABLES,
)
