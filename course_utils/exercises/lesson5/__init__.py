"""Lesson 5: the gradient penalty, WGAN-GP, and numbers that judge its samples."""

from __future__ import annotations

from course_utils.exercises.lesson5.critic import CRITIC_LOSS, GRADIENT_PENALTY, ONE_SIDED
from course_utils.exercises.lesson5.errors import ERRORS
from course_utils.exercises.lesson5.scores import FRECHET, INCEPTION_SCORE
from course_utils.exercises.lesson5.slopes import GRADIENT_NORMS, INTERPOLATE
from course_utils.exercises.lesson5.step import TRAINING_STEP
from course_utils.exercises.lesson5.tables import TABLES

BANK = (
    INTERPOLATE,
    GRADIENT_NORMS,
    GRADIENT_PENALTY,
    ONE_SIDED,
    CRITIC_LOSS,
    TRAINING_STEP,
    FRECHET,
    INCEPTION_SCORE,
    *TABLES,
    *ERRORS,
)
