"""Lesson 1: Gaussians on the line: their divergence and their likelihood, in NumPy.

Bishop, *Pattern Recognition and Machine Learning*, exercise 1.30 and section 1.2.5.
"""

from __future__ import annotations

import math

import numpy as np
from scipy import stats

from course_utils import divergences
from course_utils.exercises.engine import Exercise, Misconception, array, call, number

# --- gaussian_kl ------------------------------------------------------------------------


def _probe_gaussian_kl(answer, rng):
    cases = []
    for _ in range(5):
        mu1, mu2 = rng.normal(0, 2, 2)
        sigma1, sigma2 = rng.uniform(0.4, 3, 2)
        cases.append((float(mu1), float(sigma1), float(mu2), float(sigma2)))
    cases += [(0.0, 1.0, 1.0, 2.0), (1.0, 2.0, 0.0, 1.0), (0.0, 1.0, 4.0, 1.0)]
    cases += [(2.5, 0.7, 2.5, 0.7), (-1.0, 0.5, -1.0, 3.0)]
    return {call("gaussian_kl", *c): number(answer(*c)) for c in cases}


def _gaussian_kl_by_quadrature(mu1, sigma1, mu2, sigma2):
    x = np.linspace(mu1 - 12 * sigma1, mu1 + 12 * sigma1, 20001)
    log_p, log_q = stats.norm.logpdf(x, mu1, sigma1), stats.norm.logpdf(x, mu2, sigma2)
    return np.trapezoid(np.exp(log_p) * (log_p - log_q), x)


def _gaussian_kl_by_precision(mu1, sigma1, mu2, sigma2):
    ratio = (sigma1 / sigma2) ** 2
    return 0.5 * (ratio - 1 - math.log(ratio) + ((mu2 - mu1) / sigma2) ** 2)


def _gaussian_kl_terms(m1, s1, m2, s2):
    """The formula's pieces: log ratio, ratio of variances, squared shift in units of σ₂."""
    return math.log(s2 / s1), (s1 / s2) ** 2, ((m1 - m2) / s2) ** 2


def _combine(function):
    return lambda m1, s1, m2, s2: function(*_gaussian_kl_terms(m1, s1, m2, s2))


GAUSSIAN_KL = Exercise(
    id="gaussian_kl",
    lesson=1,
    title="Between two Gaussians",
    reference=divergences.gaussian_kl,
    probe=_probe_gaussian_kl,
    misconceptions=(
        Misconception(
            "swapped_arguments",
            "This is D(N₂‖N₁): the arguments are swapped.",
            lambda m1, s1, m2, s2: divergences.gaussian_kl(m2, s2, m1, s1),
        ),
        Misconception(
            "variances_not_standard_deviations",
            "You read sigma as a variance; it is a standard deviation.",
            lambda m1, s1, m2, s2: divergences.gaussian_kl(m1, s1**0.5, m2, s2**0.5),
        ),
        Misconception(
            "half_forgotten",
            "Your divergence of a Gaussian from itself is ½ rather than 0: a constant is missing.",
            _combine(lambda log, ratio, shift: log + (ratio + shift) / 2),
        ),
        Misconception(
            "log_sign",
            "The logarithm has the wrong sign: check which sigma stands on top.",
            _combine(lambda log, ratio, shift: -log + (ratio + shift) / 2 - 0.5),
        ),
        Misconception(
            "log_of_variances",
            "You took the logarithm of the ratio of variances without its factor ½.",
            _combine(lambda log, ratio, shift: 2 * log + (ratio + shift) / 2 - 0.5),
        ),
        Misconception(
            "means_ignored",
            "The means do not appear in your answer.",
            _combine(lambda log, ratio, shift: log + ratio / 2 - 0.5),
        ),
        Misconception(
            "equal_widths_assumed",
            "You only count the shift of the mean; that is the whole divergence only where both "
            "widths agree.",
            _combine(lambda log, ratio, shift: shift / 2),
        ),
        Misconception(
            "shift_not_squared",
            "The difference of the means must be squared: only then have both terms of the "
            "numerator the same unit.",
            lambda m1, s1, m2, s2: math.log(s2 / s1) + (s1**2 + abs(m1 - m2)) / (2 * s2**2) - 0.5,
        ),
        Misconception(
            "bits_not_nats",
            "This is in bits; the course measures in nats, with natural logarithms.",
            lambda *args: divergences.gaussian_kl(*args) / math.log(2),
        ),
        Misconception(
            "operator_precedence",
            "`a / 2 * b` means (a / 2) * b in Python: the width of the second Gaussian multiplies "
            "where it should divide. Put the denominator in brackets.",
            lambda m1, s1, m2, s2: math.log(s2 / s1) + (s1**2 + (m1 - m2) ** 2) / 2 * s2**2 - 0.5,
        ),
        Misconception(
            "sum_not_in_brackets",
            "Only the squared shift is divided: put brackets round the whole sum of squares.",
            lambda m1, s1, m2, s2: math.log(s2 / s1) + s1**2 + (m1 - m2) ** 2 / (2 * s2**2) - 0.5,
        ),
        Misconception(
            "factor_two_missing",
            "The quadratic terms lack the factor ½ of the exponent.",
            _combine(lambda log, ratio, shift: log + ratio + shift - 0.5),
        ),
    ),
    hints=(
        "Write log N₁(x) − log N₂(x): a constant plus two squares. Then take its mean under N₁.",
        "Under N₁, the mean of (x − μ₁)² is σ₁², and the mean of (x − μ₂)² is σ₁² + (μ₁ − μ₂)².",
        "`np.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2)**2) / (2 * sigma2**2) - 0.5`.",
    ),
    alternatives=(
        _gaussian_kl_by_quadrature,
        _gaussian_kl_by_precision,
        lambda *args: array(divergences.gaussian_kl(*args)),
    ),
)

# --- gaussian_log_likelihood ------------------------------------------------------------


def gaussian_log_likelihood(y, y_hat, sigma):
    """Total log-likelihood of residuals y − ŷ under N(0, σ²)."""
    residual = np.asarray(y, dtype=float) - np.asarray(y_hat, dtype=float)
    constant = residual.size * math.log(sigma * math.sqrt(2 * math.pi))
    return float(-constant - np.sum(residual**2) / (2 * sigma**2))


def _probe_log_likelihood(answer, rng):
    cases = []
    for n, sigma in ((1, 1.7), (5, 0.4), (12, 2.3), (3, 1.0), (2000, 0.9)):
        y_hat = rng.normal(0, 3, n)
        cases.append((y_hat + rng.normal(0, sigma, n), y_hat, sigma))
    exact = rng.normal(size=4)
    cases.append((exact, exact.copy(), 0.3))
    return {call("gaussian_log_likelihood", *c): number(answer(*c)) for c in cases}


def _log_likelihood_by_loop(y, y_hat, sigma):
    total = 0.0
    for a, b in zip(y, y_hat, strict=True):
        total += -0.5 * math.log(2 * math.pi) - math.log(sigma) - (a - b) ** 2 / (2 * sigma**2)
    return total


def _log_of_the_product(y, y_hat, sigma):
    with np.errstate(divide="ignore"):
        return np.log(np.prod(stats.norm.pdf(y, y_hat, sigma)))


LOG_LIKELIHOOD = Exercise(
    id="gaussian_log_likelihood",
    lesson=1,
    title="Log-likelihood of residuals",
    reference=gaussian_log_likelihood,
    probe=_probe_log_likelihood,
    misconceptions=(
        Misconception(
            "mean_not_total",
            "This is the mean log-likelihood per point; you are asked for the total.",
            lambda y, m, s: gaussian_log_likelihood(y, m, s) / len(y),
        ),
        Misconception(
            "negative_log_likelihood",
            "This is the negative log-likelihood, which one minimises; the sign is the other way "
            "round.",
            lambda y, m, s: -gaussian_log_likelihood(y, m, s),
        ),
        Misconception(
            "constant_dropped",
            "You dropped −½ log 2π: it does not matter for fitting, but the value is asked for.",
            lambda y, m, s: gaussian_log_likelihood(y, m, s) + len(y) / 2 * math.log(2 * math.pi),
        ),
        Misconception(
            "log_sigma_dropped",
            "The term −log σ is missing: without it an ever larger σ would always look better.",
            lambda y, m, s: gaussian_log_likelihood(y, m, s) + len(y) * math.log(s),
        ),
        Misconception(
            "squares_only",
            "You kept only the squares; the normalising constant of the density is missing.",
            lambda y, m, s: -np.sum((y - m) ** 2) / (2 * s**2),
        ),
        Misconception(
            "constant_counted_once",
            "The normalising constant belongs to every point, not once to the whole sample.",
            lambda y, m, s: (
                -math.log(s * math.sqrt(2 * math.pi)) - np.sum((y - m) ** 2) / (2 * s**2)
            ),
        ),
        Misconception(
            "sigma_as_variance",
            "You read sigma as a variance; it is a standard deviation.",
            lambda y, m, s: gaussian_log_likelihood(y, m, math.sqrt(s)),
        ),
        Misconception(
            "half_missing_in_exponent",
            "The exponent of the Gaussian density has a factor ½ that is missing here.",
            lambda y, m, s: gaussian_log_likelihood(y, m, s) - np.sum((y - m) ** 2) / (2 * s**2),
        ),
        Misconception(
            "operator_precedence",
            "`a / 2 * b` means (a / 2) * b in Python: sigma multiplies where it should divide. Put "
            "the denominator in brackets.",
            lambda y, m, s: (
                -len(y) * math.log(s * math.sqrt(2 * math.pi)) - np.sum((y - m) ** 2) / 2 * s**2
            ),
        ),
        Misconception(
            "sigma_not_squared_in_constant",
            "Under the root of the constant stands the variance 2πσ², not 2πσ.",
            lambda y, m, s: gaussian_log_likelihood(y, m, s) + len(y) / 2 * math.log(s),
        ),
        Misconception(
            "sum_before_square",
            "You added the residuals and squared their sum; each residual is squared first.",
            lambda y, m, s: (
                -len(y) * math.log(s * math.sqrt(2 * math.pi)) - np.sum(y - m) ** 2 / (2 * s**2)
            ),
        ),
        Misconception(
            "product_underflows",
            "You multiply densities and take the logarithm last: with many points the product "
            "underflows to 0. Add logarithms instead.",
            _log_of_the_product,
        ),
        Misconception(
            "likelihood_not_log",
            "This is the likelihood itself, a product of densities; its logarithm is asked for.",
            lambda y, m, s: np.prod(stats.norm.pdf(y, m, s)),
        ),
        Misconception(
            "sum_of_densities",
            "You added the densities; independent points multiply, so it is their logarithms that "
            "add.",
            lambda y, m, s: np.sum(stats.norm.pdf(y, m, s)),
        ),
    ),
    hints=(
        "Independent points multiply their densities, so their log-densities add.",
        "For one point: −½ log 2π − log σ − (y − ŷ)² / (2σ²). Mind that the first two terms occur "
        "once per point.",
        "`n = len(y)`; "
        "`-n * np.log(sigma * np.sqrt(2 * np.pi)) - np.sum((y - y_hat)**2) / (2 * sigma**2)`.",
    ),
    alternatives=(
        _log_likelihood_by_loop,
        lambda y, m, s: stats.norm.logpdf(y, m, s).sum(),
    ),
)

EXERCISES = (GAUSSIAN_KL, LOG_LIKELIHOOD)
