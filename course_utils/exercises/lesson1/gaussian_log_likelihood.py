"""The total log-likelihood of residuals.

Bishop, *Pattern Recognition and Machine Learning*, section 1.2.5.
"""

from __future__ import annotations

import math

import numpy as np
from scipy import stats

from course_utils.exercises.draft import Draft
from course_utils.exercises.engine import call, number

draft = Draft("gaussian_log_likelihood", lesson=1, title="Log-likelihood of residuals")


@draft.reference
def gaussian_log_likelihood(y, y_hat, sigma):
    """Total log-likelihood of residuals y − ŷ under N(0, σ²)."""
    residual = np.asarray(y, dtype=float) - np.asarray(y_hat, dtype=float)
    constant = residual.size * math.log(sigma * math.sqrt(2 * math.pi))
    return float(-constant - np.sum(residual**2) / (2 * sigma**2))


@draft.probe
def observe(answer, rng):
    cases = []
    for n, sigma in ((1, 1.7), (5, 0.4), (12, 2.3), (3, 1.0), (2000, 0.9)):
        y_hat = rng.normal(0, 3, n)
        cases.append((y_hat + rng.normal(0, sigma, n), y_hat, sigma))
    exact = rng.normal(size=4)
    cases.append((exact, exact.copy(), 0.3))
    return {call("gaussian_log_likelihood", *c): number(answer(*c)) for c in cases}


@draft.mistake("This is the mean log-likelihood per point; you are asked for the total.")
def mean_not_total(y, y_hat, sigma):
    return gaussian_log_likelihood(y, y_hat, sigma) / len(y)


@draft.mistake(
    "This is the negative log-likelihood, which one minimises; the sign is the other way round."
)
def negative_log_likelihood(y, y_hat, sigma):
    return -gaussian_log_likelihood(y, y_hat, sigma)


@draft.mistake("You dropped −½ log 2π: it does not matter for fitting, but the value is asked for.")
def constant_dropped(y, y_hat, sigma):
    return gaussian_log_likelihood(y, y_hat, sigma) + len(y) / 2 * math.log(2 * math.pi)


@draft.mistake("The term −log σ is missing: without it an ever larger σ would always look better.")
def log_sigma_dropped(y, y_hat, sigma):
    return gaussian_log_likelihood(y, y_hat, sigma) + len(y) * math.log(sigma)


@draft.mistake("You kept only the squares; the normalising constant of the density is missing.")
def squares_only(y, y_hat, sigma):
    return -np.sum((y - y_hat) ** 2) / (2 * sigma**2)


@draft.mistake("The normalising constant belongs to every point, not once to the whole sample.")
def constant_counted_once(y, y_hat, sigma):
    return -math.log(sigma * math.sqrt(2 * math.pi)) - np.sum((y - y_hat) ** 2) / (2 * sigma**2)


@draft.mistake("You read sigma as a variance; it is a standard deviation.")
def sigma_as_variance(y, y_hat, sigma):
    return gaussian_log_likelihood(y, y_hat, math.sqrt(sigma))


@draft.mistake("The exponent of the Gaussian density has a factor ½ that is missing here.")
def half_missing_in_exponent(y, y_hat, sigma):
    return gaussian_log_likelihood(y, y_hat, sigma) - np.sum((y - y_hat) ** 2) / (2 * sigma**2)


@draft.mistake(
    "`a / 2 * b` means (a / 2) * b in Python: sigma multiplies where it should divide. Put the "
    "denominator in brackets."
)
def operator_precedence(y, y_hat, sigma):
    return (
        -len(y) * math.log(sigma * math.sqrt(2 * math.pi)) - np.sum((y - y_hat) ** 2) / 2 * sigma**2
    )


@draft.mistake("Under the root of the constant stands the variance 2πσ², not 2πσ.")
def sigma_not_squared_in_constant(y, y_hat, sigma):
    return gaussian_log_likelihood(y, y_hat, sigma) + len(y) / 2 * math.log(sigma)


@draft.mistake("You added the residuals and squared their sum; each residual is squared first.")
def sum_before_square(y, y_hat, sigma):
    return -len(y) * math.log(sigma * math.sqrt(2 * math.pi)) - np.sum(y - y_hat) ** 2 / (
        2 * sigma**2
    )


@draft.mistake(
    "You multiply densities and take the logarithm last: with many points the product underflows "
    "to 0. Add logarithms instead."
)
def product_underflows(y, y_hat, sigma):
    with np.errstate(divide="ignore"):
        return np.log(np.prod(stats.norm.pdf(y, y_hat, sigma)))


@draft.mistake("This is the likelihood itself, a product of densities; its logarithm is asked for.")
def likelihood_not_log(y, y_hat, sigma):
    return np.prod(stats.norm.pdf(y, y_hat, sigma))


@draft.mistake(
    "You added the densities; independent points multiply, so it is their logarithms that add."
)
def sum_of_densities(y, y_hat, sigma):
    return np.sum(stats.norm.pdf(y, y_hat, sigma))


@draft.mistake(
    "You averaged the densities and took the logarithm of that; the logarithms of all points are "
    "to be added."
)
def log_of_the_mean(y, y_hat, sigma):
    return np.log(np.mean(stats.norm.pdf(y, y_hat, sigma)))


@draft.mistake(
    "This is minus the sum of the squared residuals: sigma and the constants are missing, and "
    "with them the unit of a log-likelihood."
)
def squared_residuals(y, y_hat, sigma):
    return -np.sum((y - y_hat) ** 2)


@draft.mistake("You return one log-density for each point; add them up.")
def not_added(y, y_hat, sigma):
    return stats.norm.logpdf(y, y_hat, sigma)


@draft.also_right
def by_loop(y, y_hat, sigma):
    total = 0.0
    for a, b in zip(y, y_hat, strict=True):
        total += -0.5 * math.log(2 * math.pi) - math.log(sigma) - (a - b) ** 2 / (2 * sigma**2)
    return total


@draft.also_right
def by_scipy(y, y_hat, sigma):
    return stats.norm.logpdf(y, y_hat, sigma).sum()


draft.hints(
    "Independent points multiply their densities, so their log-densities add.",
    "For one point: −½ log 2π − log σ − (y − ŷ)² / (2σ²). Mind that the first two terms occur "
    "once per point.",
    "`n = len(y)`; `-n * np.log(sigma * np.sqrt(2 * np.pi)) - np.sum((y - y_hat)**2) / (2 * "
    "sigma**2)`.",
)

EXERCISE = draft.exercise()
