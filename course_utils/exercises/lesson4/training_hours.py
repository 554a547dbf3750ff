"""How long a run takes, from the rate at which samples pass through the generator."""

from __future__ import annotations

import numpy as np
import torch

from course_utils.exercises.draft import Draft
from course_utils.exercises.engine import call, number

draft = Draft("training_hours", lesson=4, title="How long will it take")


@draft.reference
def training_hours(n_generator_steps, batch_size, samples_per_second):
    """Hours that a run takes, from the rate at which samples pass through the generator."""
    return n_generator_steps * batch_size / samples_per_second / 3600


@draft.probe
def observe(answer, rng):
    cases = [(100_000, 64, 2e6 / (50 * 3600)), (31_250, 64, 11.1), (1, 1, 1.0), (300_000, 50, 900)]
    for _ in range(4):
        steps, batch = (int(n) for n in rng.integers((1_000, 16), (200_000, 512)))
        cases.append((steps, batch, float(rng.uniform(5, 5_000))))
    return {call("training_hours", *case): number(answer(*case)) for case in cases}


@draft.mistake("These are seconds, not hours.")
def seconds(n_generator_steps, batch_size, samples_per_second):
    return n_generator_steps * batch_size / samples_per_second


@draft.mistake("These are minutes, not hours.")
def minutes(n_generator_steps, batch_size, samples_per_second):
    return n_generator_steps * batch_size / samples_per_second / 60


@draft.mistake("These are days, not hours.")
def days(n_generator_steps, batch_size, samples_per_second):
    return n_generator_steps * batch_size / samples_per_second / 86_400


@draft.mistake("A generator step processes a whole batch; you counted one sample for each.")
def batch_forgotten(n_generator_steps, batch_size, samples_per_second):
    return n_generator_steps / samples_per_second / 3600


@draft.mistake(
    "You divided by the batch size: larger batches mean more samples for the same number of steps."
)
def divided_by_batch(n_generator_steps, batch_size, samples_per_second):
    return n_generator_steps / batch_size / samples_per_second / 3600


@draft.mistake("You multiplied by the speed: a faster machine would take longer.")
def rate_upside_down(n_generator_steps, batch_size, samples_per_second):
    return n_generator_steps * batch_size * samples_per_second / 3600


@draft.mistake("You multiplied by 3600 where seconds are to become hours.")
def hours_multiplied(n_generator_steps, batch_size, samples_per_second):
    return n_generator_steps * batch_size / samples_per_second * 3600


@draft.mistake(
    "You multiplied by five for the critic's updates; the speed given counts samples through the "
    "generator's updates, with all that goes with them."
)
def critic_steps_counted(n_generator_steps, batch_size, samples_per_second):
    return 5 * n_generator_steps * batch_size / samples_per_second / 3600


@draft.mistake("You dropped the fraction of an hour; whole-number division rounds down.")
def rounded_down(n_generator_steps, batch_size, samples_per_second):
    return n_generator_steps * batch_size / samples_per_second // 3600


@draft.mistake("You rounded to two digits after the point.")
def rounded_to_hundredths(n_generator_steps, batch_size, samples_per_second):
    return round(n_generator_steps * batch_size / samples_per_second / 3600, 2)


@draft.mistake(
    "The fraction is upside down: more samples would take less time, and a faster machine more."
)
def upside_down(n_generator_steps, batch_size, samples_per_second):
    return samples_per_second / (n_generator_steps * batch_size) / 3600


@draft.mistake("You rounded to whole hours.")
def rounded(n_generator_steps, batch_size, samples_per_second):
    return round(n_generator_steps * batch_size / samples_per_second / 3600)


@draft.also_right
def by_steps(n_generator_steps, batch_size, samples_per_second):
    seconds_per_step = batch_size / samples_per_second
    return np.float64(n_generator_steps) * seconds_per_step / 60 / 60


@draft.also_right
def by_torch(n_generator_steps, batch_size, samples_per_second):
    return torch.tensor(
        n_generator_steps * batch_size / samples_per_second / 3600, dtype=torch.float64
    )


@draft.also_right
def as_a_list(n_generator_steps, batch_size, samples_per_second):
    return [n_generator_steps * batch_size / (3600 * samples_per_second)]


draft.hints(
    "How many samples is that in all? Each generator step takes one batch.",
    "Samples divided by samples per second are seconds; an hour has 3600 of them.",
    "`n_generator_steps * batch_size / samples_per_second / 3600`",
)

EXERCISE = draft.exercise()
