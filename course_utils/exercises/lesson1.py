"""The exercises of lesson 1: probability, divergences and a first generative model."""

from __future__ import annotations

from course_utils.exercises import (
    lesson1_bayes,
    lesson1_counting,
    lesson1_gaussian,
    lesson1_generative,
    lesson1_information,
    lesson1_multivariate,
)
from course_utils.exercises.lesson1_model_tables import MODEL_TABLES
from course_utils.exercises.lesson1_tables import BAYES_TABLES

BANK = (
    *lesson1_bayes.EXERCISES,
    *lesson1_counting.EXERCISES,
    *lesson1_information.EXERCISES,
    *lesson1_gaussian.EXERCISES,
    *lesson1_multivariate.EXERCISES,
    *lesson1_generative.EXERCISES,
    *BAYES_TABLES,
    *MODEL_TABLES,
)
