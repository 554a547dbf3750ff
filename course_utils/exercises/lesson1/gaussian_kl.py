"""D(N₁‖N₂) between two Gaussians on the line.

Bishop, *Pattern Recognition and Machine Learning*, exercise 1.30.
"""

from __future__ import annotations

import math

import numpy as np
from scipy import stats

from course_utils import divergences
from course_utils.exercises.draft import Draft, named_after
from course_utils.exercises.engine import array, call, number

draft = Draft("gaussian_kl", lesson=1, title="Between two Gaussians")

draft.reference(divergences.gaussian_kl)


@draft.probe
def observe(answer, rng):
    cases = []
    for _ in range(5):
        mu1, mu2 = rng.normal(0, 2, 2)
        sigma1, sigma2 = rng.uniform(0.4, 3, 2)
        cases.append((float(mu1), float(sigma1), float(mu2), float(sigma2)))
    cases += [(0.0, 1.0, 1.0, 2.0), (1.0, 2.0, 0.0, 1.0), (0.0, 1.0, 4.0, 1.0)]
    cases += [(2.5, 0.7, 2.5, 0.7), (-1.0, 0.5, -1.0, 3.0)]
    return {call("gaussian_kl", *c): number(answer(*c)) for c in cases}


def terms(m1, s1, m2, s2):
    """The formula's pieces: log ratio, ratio of variances, squared shift in units of σ₂."""
    return math.log(s2 / s1), (s1 / s2) ** 2, ((m1 - m2) / s2) ** 2


def from_terms(formula):
    """An answer that is a formula of :func:`terms`."""

    @named_after(formula)
    def answer(m1, s1, m2, s2):
        return formula(*terms(m1, s1, m2, s2))

    return answer


@draft.mistake("This is D(N₂‖N₁): the arguments are swapped.")
def swapped_arguments(m1, s1, m2, s2):
    return divergences.gaussian_kl(m2, s2, m1, s1)


@draft.mistake("You read sigma as a variance; it is a standard deviation.")
def variances_not_standard_deviations(m1, s1, m2, s2):
    return divergences.gaussian_kl(m1, s1**0.5, m2, s2**0.5)


@draft.mistake(
    "Your divergence of a Gaussian from itself is ½ rather than 0: a constant is missing."
)
@from_terms
def half_forgotten(log, ratio, shift):
    return log + (ratio + shift) / 2


@draft.mistake("The logarithm has the wrong sign: check which sigma stands on top.")
@from_terms
def log_sign(log, ratio, shift):
    return -log + (ratio + shift) / 2 - 0.5


@draft.mistake("You took the logarithm of the ratio of variances without its factor ½.")
@from_terms
def log_of_variances(log, ratio, shift):
    return 2 * log + (ratio + shift) / 2 - 0.5


@draft.mistake("The means do not appear in your answer.")
@from_terms
def means_ignored(log, ratio, shift):
    return log + ratio / 2 - 0.5


@draft.mistake(
    "You only count the shift of the mean; that is the whole divergence only where both widths "
    "agree."
)
@from_terms
def equal_widths_assumed(log, ratio, shift):
    return shift / 2


@draft.mistake(
    "The difference of the means must be squared: only then have both terms of the numerator the "
    "same unit."
)
def shift_not_squared(m1, s1, m2, s2):
    return math.log(s2 / s1) + (s1**2 + abs(m1 - m2)) / (2 * s2**2) - 0.5


@draft.mistake("This is in bits; the course measures in nats, with natural logarithms.")
def bits_not_nats(*args):
    return divergences.gaussian_kl(*args) / math.log(2)


@draft.mistake(
    "`a / 2 * b` means (a / 2) * b in Python: the width of the second Gaussian multiplies where "
    "it should divide. Put the denominator in brackets."
)
def operator_precedence(m1, s1, m2, s2):
    return math.log(s2 / s1) + (s1**2 + (m1 - m2) ** 2) / 2 * s2**2 - 0.5


@draft.mistake("Only the squared shift is divided: put brackets round the whole sum of squares.")
def sum_not_in_brackets(m1, s1, m2, s2):
    return math.log(s2 / s1) + s1**2 + (m1 - m2) ** 2 / (2 * s2**2) - 0.5


@draft.mistake("The quadratic terms lack the factor ½ of the exponent.")
@from_terms
def factor_two_missing(log, ratio, shift):
    return log + ratio + shift - 0.5


@draft.mistake(
    "This is the divergence from the standard Gaussian N(0, 1), the term in the loss of a VAE; "
    "mu2 and sigma2 are missing."
)
def from_the_standard_gaussian(m1, s1, m2, s2):
    return divergences.gaussian_kl(m1, s1, 0.0, 1.0)


@draft.mistake(
    "This is the VAE's term, for N(0, 1) as second Gaussian, and with (log σ)² where log σ² is "
    "meant."
)
def from_the_standard_gaussian_log_squared(m1, s1, m2, s2):
    return -0.5 * (1 + math.log(s1) ** 2 - m1**2 - s1**2)


@draft.mistake(
    "This is the VAE's term, for N(0, 1) as second Gaussian, and with sigma where its square, the "
    "variance, is meant."
)
def from_the_standard_gaussian_sigma_as_variance(m1, s1, m2, s2):
    return -0.5 * (1 + math.log(s1) - m1**2 - s1)


@draft.mistake(
    "You wrote (log σ)² where the logarithm of σ² is meant: log σ² is 2 log σ, and not a square."
)
def logarithm_squared(m1, s1, m2, s2):
    _, ratio, shift = terms(m1, s1, m2, s2)
    return (math.log(s2) ** 2 - math.log(s1) ** 2 + ratio + shift - 1) / 2


@draft.mistake(
    "The logarithm of σ₂/σ₁ is halved: only with the variances inside comes the ½ before."
)
@from_terms
def logarithm_halved(log, ratio, shift):
    return (log + ratio + shift - 1) / 2


@draft.mistake("The standard deviations are not squared: σ₁² and σ₂² stand in the quadratic terms.")
def sigma_not_squared(m1, s1, m2, s2):
    return math.log(s2 / s1) + (s1 + (m1 - m2) ** 2) / (2 * s2) - 0.5


@draft.mistake(
    "This is the squared Wasserstein distance between the two, (μ₁ − μ₂)² + (σ₁ − σ₂)²; the "
    "divergence is asked for."
)
def wasserstein_distance(m1, s1, m2, s2):
    return (m1 - m2) ** 2 + (s1 - s2) ** 2


@draft.also_right
def by_quadrature(mu1, sigma1, mu2, sigma2):
    x = np.linspace(mu1 - 12 * sigma1, mu1 + 12 * sigma1, 20001)
    log_p, log_q = stats.norm.logpdf(x, mu1, sigma1), stats.norm.logpdf(x, mu2, sigma2)
    return np.trapezoid(np.exp(log_p) * (log_p - log_q), x)


@draft.also_right
def by_precision(mu1, sigma1, mu2, sigma2):
    ratio = (sigma1 / sigma2) ** 2
    return 0.5 * (ratio - 1 - math.log(ratio) + ((mu2 - mu1) / sigma2) ** 2)


@draft.also_right
def as_an_array(*args):
    return array(divergences.gaussian_kl(*args))


draft.hints(
    "Write log N₁(x) − log N₂(x): a constant plus two squares. Then take its mean under N₁.",
    "Under N₁, the mean of (x − μ₁)² is σ₁², and the mean of (x − μ₂)² is σ₁² + (μ₁ − μ₂)².",
    "`np.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2)**2) / (2 * sigma2**2) - 0.5`.",
)

EXERCISE = draft.exercise()
