"""The exercises of lesson 5: the gradient penalty, WGAN-GP, and numbers that judge its samples."""

from __future__ import annotations

from course_utils.exercises.derivations import gan
from course_utils.exercises.lesson5 import (
    frechet_distance,
    gradient_norms,
    gradient_penalty,
    inception_score,
    interpolate,
    one_sided_gradient_penalty,
    wgan_gp_critic_loss,
    wgan_gp_training_step,
)
from course_utils.exercises.lesson5.errors import ERRORS
from course_utils.exercises.lesson5.tables import TABLES

# in the order of the notebook
EXERCISES = (
    interpolate,
    gradient_norms,
    gradient_penalty,
    wgan_gp_critic_loss,
    wgan_gp_training_step,
    frechet_distance,
    inception_score,
    one_sided_gradient_penalty,
)

BANK = (*(module.EXERCISE for module in EXERCISES), *TABLES, *ERRORS, gan.WGAN_GP_PROPOSITION_1)
