"""The exercises of lesson 2: the adversarial game and the divergence that it hides."""

from __future__ import annotations

from course_utils.exercises.derivations import gan
from course_utils.exercises.lesson2 import (
    discriminator_loss,
    gan_training_step,
    gan_value,
    jensen_shannon,
    non_saturating_generator_loss,
    optimal_discriminator,
    saturating_generator_loss,
)
from course_utils.exercises.lesson2.errors import ERRORS
from course_utils.exercises.lesson2.tables import TABLES

# in the order of the notebook
EXERCISES = (
    gan_value,
    optimal_discriminator,
    jensen_shannon,
    discriminator_loss,
    saturating_generator_loss,
    non_saturating_generator_loss,
    gan_training_step,
)

BANK = (*(module.EXERCISE for module in EXERCISES), *TABLES, *ERRORS, gan.JSD_PROOF)
