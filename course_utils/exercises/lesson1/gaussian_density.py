"""The density of a Gaussian in several dimensions, at one point.

Bishop, *Pattern Recognition and Machine Learning*, section 2.3.
"""

from __future__ import annotations

import math

import numpy as np
from scipy import stats

from course_utils.exercises.draft import Draft, named_after
from course_utils.exercises.engine import number
from course_utils.exercises.lesson1.random_covariances import random_covariance

# no absolute tolerance: densities far out are tiny, and still have to be right
draft = Draft("gaussian_density", lesson=1, title="Density in several dimensions", atol=0.0)


@draft.reference
def gaussian_density(x, mean, cov):
    """Density of N(mean, cov) at one point x of shape (d,)."""
    deviation = np.asarray(x, dtype=float) - np.asarray(mean, dtype=float)
    squared_distance = deviation @ np.linalg.solve(cov, deviation)
    _, log_det = np.linalg.slogdet(cov)
    return float(np.exp(-(squared_distance + log_det + len(deviation) * np.log(2 * np.pi)) / 2))


def _direction(rng, d, length):
    """A vector of the given length, so that being far out means the same for all."""
    v = rng.normal(size=d)
    return length * v / np.linalg.norm(v)


@draft.probe
def observe(answer, rng):
    seen = {}
    for d in (1, 2, 4, 3):
        cov = random_covariance(rng, d)
        mean = rng.normal(0, 3, d)
        near = mean + np.linalg.cholesky(cov) @ rng.normal(size=d)
        far = mean + np.linalg.cholesky(cov) @ _direction(rng, d, 4.0)
        for place, x in (("near the mean", near), ("far out", far), ("at the mean", mean.copy())):
            seen[f"the density {place}, in dimension {d}"] = number(answer(x, mean, cov))
    narrow = np.array([0.0, 0.0]), np.array([[0.02, 0.01], [0.01, 0.03]])
    seen["the peak of a narrow density"] = number(answer(np.zeros(2), *narrow))
    return seen


def pieces(x, mean, cov):
    """Deviation, inverse and determinant of the covariance, number of coordinates."""
    deviation = x - mean
    return deviation, np.linalg.inv(cov), np.linalg.det(cov), len(x)


def from_pieces(formula):
    """An answer that is a formula of :func:`pieces`."""

    @named_after(formula)
    def answer(x, mean, cov):
        return formula(*pieces(x, mean, cov))

    return answer


def normaliser(det, d):
    return np.sqrt((2 * np.pi) ** d * det)


@draft.mistake("This is the log-density; the density itself is asked for.")
def log_density(*args):
    return math.log(gaussian_density(*args))


@draft.mistake("You divided by the determinant of the covariance; a square root is missing.")
@from_pieces
def determinant_without_root(v, inv, det, d):
    return np.exp(-v @ inv @ v / 2) / ((2 * np.pi) ** (d / 2) * det)


@draft.mistake("The determinant is missing: a narrower Gaussian has to be taller.")
@from_pieces
def determinant_missing(v, inv, det, d):
    return np.exp(-v @ inv @ v / 2) / (2 * np.pi) ** (d / 2)


@draft.mistake("Your factor of 2π is that of one dimension; every dimension brings its own.")
@from_pieces
def one_dimensional_constant(v, inv, det, d):
    return np.exp(-v @ inv @ v / 2) / np.sqrt(2 * np.pi * det)


@draft.mistake("The power of 2π is twice what it should be: the root covers it as well.")
@from_pieces
def two_pi_without_root(v, inv, det, d):
    return np.exp(-v @ inv @ v / 2) / ((2 * np.pi) ** d * np.sqrt(det))


@draft.mistake("The exponent lacks its factor ½.")
@from_pieces
def half_missing_in_exponent(v, inv, det, d):
    return np.exp(-v @ inv @ v) / normaliser(det, d)


@draft.mistake(
    "This is exp(−½ squared distance): it is 1 at the mean, but it does not integrate to 1."
)
@from_pieces
def not_normalised(v, inv, det, d):
    return np.exp(-v @ inv @ v / 2)


@draft.mistake("You took the root of the squared distance; the exponent needs it squared.")
@from_pieces
def distance_not_squared(v, inv, det, d):
    return np.exp(-np.sqrt(v @ inv @ v) / 2) / normaliser(det, d)


@draft.mistake("1 / cov inverts every entry by itself, which is not the inverse of the matrix.")
def inverse_entry_by_entry(x, mean, cov):
    return np.exp(-(x - mean) @ (1 / cov) @ (x - mean) / 2) / normaliser(np.linalg.det(cov), len(x))


@draft.mistake(
    "Your factor of 2π is always that of four dimensions; take the number of coordinates from the "
    "arguments."
)
@from_pieces
def always_four_dimensions(v, inv, det, d):
    return np.exp(-v @ inv @ v / 2) / normaliser(det, 4)


@draft.mistake(
    "You multiplied by the covariance in the exponent: wide directions should count less, not more."
)
def covariance_not_inverted(x, mean, cov):
    return np.exp(-(x - mean) @ cov @ (x - mean) / 2) / normaliser(np.linalg.det(cov), len(x))


@draft.mistake("You used the variances only; the coordinates are correlated.")
def correlations_ignored(x, mean, cov):
    return gaussian_density(x, mean, np.diag(np.diag(cov)))


@draft.mistake(
    "You measured the plain distance to the mean; it must be measured in units of the spread in "
    "that direction."
)
@from_pieces
def euclidean_distance(v, inv, det, d):
    return np.exp(-v @ v / 2) / normaliser(det, d)


@draft.mistake("Your density grows away from the mean: check the sign of the exponent.")
@from_pieces
def sign_of_the_exponent(v, inv, det, d):
    return np.exp(v @ inv @ v / 2) / normaliser(det, d)


@draft.mistake(
    "You used the variances as standard deviations, and took the coordinates for independent."
)
def variances_as_standard_deviations(x, mean, cov):
    return gaussian_density(x, mean, np.diag(np.diag(cov) ** 2))


@draft.mistake(
    "This is the density for the covariance cov @ cov: cov was taken for a root of the covariance."
)
def covariance_squared(x, mean, cov):
    return gaussian_density(x, mean, cov @ cov)


@draft.mistake(
    "Your result is a matrix: `*` multiplies entry by entry, where (x − μ)ᵀ Σ⁻¹ (x − μ) has "
    "matrix products, `@`."
)
@from_pieces
def entry_by_entry(v, inv, det, d):
    return np.exp(-v * inv * v / 2) / normaliser(det, d)


@draft.also_right
def by_eigenvalues(x, mean, cov):
    variances, axes = np.linalg.eigh(cov)
    z = (x - mean) @ axes
    return [np.prod(np.exp(-(z**2) / (2 * variances)) / np.sqrt(2 * np.pi * variances))]


@draft.also_right
def by_scipy(x, mean, cov):
    return stats.multivariate_normal(mean, cov).pdf(x)


@draft.also_right
def by_log_density(x, mean, cov):
    return np.array(math.exp(stats.multivariate_normal.logpdf(x, mean, cov)))


draft.hints(
    "Two parts: how far is x from the mean, measured in units of the spread, and how much volume "
    "must the constant normalise away?",
    "The squared (Mahalanobis) distance is (x − μ)ᵀ Σ⁻¹ (x − μ). The constant is √((2π)ᵈ det Σ), "
    "with d the number of coordinates.",
    "`v = x - mean`; `np.exp(-0.5 * v @ np.linalg.solve(cov, v))` divided by `np.sqrt((2 * "
    "np.pi)**len(x) * np.linalg.det(cov))`.",
)

EXERCISE = draft.exercise()
