"""The exercises of lesson 1: probability, divergences and a first generative model."""

from __future__ import annotations

from course_utils.exercises.derivations import probability, samples
from course_utils.exercises.lesson1 import (
    condition_gaussian,
    count_moments,
    cross_entropy,
    disease_posterior,
    entropy,
    fit_gaussian,
    gaussian_density,
    gaussian_kl,
    gaussian_log_likelihood,
    kl_divergence,
    next_ball_black,
    sample_gaussian,
    urn_posterior,
    z_statistic_law,
)
from course_utils.exercises.lesson1.model_tables import MODEL_TABLES
from course_utils.exercises.lesson1.tables import BAYES_TABLES

# in the order of the notebook
EXERCISES = (
    disease_posterior,
    count_moments,
    z_statistic_law,
    urn_posterior,
    next_ball_black,
    entropy,
    cross_entropy,
    kl_divergence,
    gaussian_kl,
    gaussian_log_likelihood,
    fit_gaussian,
    gaussian_density,
    condition_gaussian,
    sample_gaussian,
)

BANK = (
    *(module.EXERCISE for module in EXERCISES),
    *BAYES_TABLES,
    *MODEL_TABLES,
    *probability.BANK,
    *samples.BANK,
)
