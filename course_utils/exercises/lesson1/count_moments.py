"""Mean, variance and standard deviation of the number of black balls.

MacKay, *Information Theory, Inference, and Learning Algorithms*, exercise 2.4.
"""

from __future__ import annotations

import math

import numpy as np
from scipy.stats import binom

from course_utils.exercises.draft import Draft
from course_utils.exercises.engine import array, call

draft = Draft("count_moments", lesson=1, title="How many black balls")


@draft.reference
def count_moments(n_draws, fraction):
    """Mean, variance and standard deviation of a binomial count (MacKay, exercise 2.4)."""
    variance = n_draws * fraction * (1 - fraction)
    return n_draws * fraction, variance, math.sqrt(variance)


@draft.probe
def observe(answer, rng):
    cases = [(int(rng.integers(2, 60)), float(rng.uniform(0.05, 0.95))) for _ in range(4)]
    cases += [(5, 0.2), (400, 0.2), (1, 0.3), (7, 0.0), (9, 1.0)]
    return {call("count_moments", *c): array(answer(*c)) for c in cases}


@draft.mistake(
    "Your variance equals the mean, as for a Poisson count; here each draw can only be 0 or 1, "
    "which makes the spread smaller."
)
def variance_is_the_mean(n, f):
    return n * f, n * f, math.sqrt(n * f)


@draft.mistake(
    "Your standard deviation equals the variance: it should have the unit of the count, not of "
    "its square."
)
def no_square_root(n, f):
    return n * f, n * f * (1 - f), n * f * (1 - f)


@draft.mistake(
    "The second and third value are exchanged: the variance comes before the standard deviation."
)
def order_exchanged(n, f):
    return (n * f, math.sqrt(n * f * (1 - f)), n * f * (1 - f))


@draft.mistake(
    "These are the moments of the proportion of black balls among the draws; you are asked for "
    "their number."
)
def moments_of_the_proportion(n, f):
    return (f, f * (1 - f) / n, math.sqrt(f * (1 - f) / n))


@draft.mistake("These are the moments of a single draw; there are n_draws of them.")
def single_draw(n, f):
    return (f, f * (1 - f), math.sqrt(f * (1 - f)))


@draft.mistake("Your mean counts all the draws, but your variance belongs to a single one.")
def spread_of_one_draw(n, f):
    return (n * f, f * (1 - f), math.sqrt(f * (1 - f)))


@draft.mistake(
    "Your variance grows with the square of n_draws: that is one draw multiplied by n_draws, "
    "while independent draws partly cancel."
)
def one_draw_times_n(n, f):
    return (n * f, n**2 * f * (1 - f), n * math.sqrt(f * (1 - f)))


@draft.mistake(
    "You added the standard deviations of the draws; for independent draws it is the variances "
    "that add."
)
def standard_deviations_added(n, f):
    return (n * f, n * f * (1 - f), n * math.sqrt(f * (1 - f)))


@draft.mistake(
    "Your variance is that of drawing n_draws balls from an urn of 10 without putting them back; "
    "here every ball goes back."
)
def without_replacement(n, f, balls=10):
    variance = n * f * (1 - f) * (balls - n) / (balls - 1)
    return n * f, variance, math.sqrt(variance) if variance >= 0 else math.nan


@draft.mistake(
    "Your variance is the mean of the squared count; the variance takes off the square of the mean."
)
def mean_of_the_square(n, f):
    second = n * f * (1 - f) + (n * f) ** 2
    return n * f, second, math.sqrt(second)


@draft.mistake(
    "You divided the standard deviation by the root of n_draws: that is for a mean of many, and "
    "the count is a sum."
)
def standard_error(n, f):
    return n * f, n * f * (1 - f), math.sqrt(f * (1 - f))


@draft.mistake("Your mean has lost its fraction; a mean count need not be a whole number.")
def whole_mean(n, f):
    return int(n * f), n * f * (1 - f), math.sqrt(n * f * (1 - f))


@draft.also_right
def by_summing_the_law(n_draws, fraction):
    counts = range(n_draws + 1)
    law = [math.comb(n_draws, k) * fraction**k * (1 - fraction) ** (n_draws - k) for k in counts]
    mean = sum(k * w for k, w in zip(counts, law, strict=True))
    variance = sum((k - mean) ** 2 * w for k, w in zip(counts, law, strict=True))
    return [mean, variance, variance**0.5]


@draft.also_right
def by_scipy(n_draws, fraction):
    law = binom(n_draws, fraction)
    return np.array([law.mean(), law.var(), law.std()])


draft.hints(
    "Write the count as a sum: one 0-or-1 variable per draw. Means always add; variances add "
    "where the draws are independent, as they are when every ball goes back.",
    "A single draw is 1 with probability f. Its mean is f, the mean of its square is f as well, "
    "so its variance is f − f².",
    "Return `n_draws * fraction`, then `n_draws * fraction * (1 - fraction)`, then the square "
    "root of the latter.",
)

EXERCISE = draft.exercise()
