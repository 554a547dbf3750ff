"""The exercises of lesson 4: losses without logarithms, clipping, and what clipping bounds."""

from __future__ import annotations

from course_utils.exercises.lesson4 import (
    clip_weights,
    clipped_lipschitz_bound,
    training_hours,
    wasserstein_critic_loss,
    wasserstein_generator_loss,
    wgan_critic_step,
)
from course_utils.exercises.lesson4.errors import ERRORS
from course_utils.exercises.lesson4.tables import TABLES

# in the order of the notebook
EXERCISES = (
    wasserstein_critic_loss,
    wasserstein_generator_loss,
    clip_weights,
    clipped_lipschitz_bound,
    wgan_critic_step,
    training_hours,
)

BANK = (*(module.EXERCISE for module in EXERCISES), *TABLES, *ERRORS)
