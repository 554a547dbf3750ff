"""Lesson 1: the Gaussian in several dimensions: its fit and its density, in NumPy.

Bishop, *Pattern Recognition and Machine Learning*, section 2.3.4.
"""

from __future__ import annotations

import math

import numpy as np
from scipy import stats

from course_utils.exercises.engine import Exercise, Misconception, array, number


def random_covariance(rng, d):
    """A well-conditioned covariance whose variances differ and whose axes are correlated."""
    root = rng.normal(size=(d, d)) + 1.5 * np.eye(d)
    scale = rng.uniform(0.4, 1.6, d)
    return scale[:, None] * (root @ root.T / d) * scale


# --- fit_gaussian -----------------------------------------------------------------------


def fit_gaussian(x):
    """Maximum-likelihood mean (d,) and covariance (d, d) of x with shape (n, d)."""
    x = np.asarray(x, dtype=float)
    mean = x.mean(axis=0)
    deviation = x - mean
    return mean, deviation.T @ deviation / len(x)


def _probe_fit(answer, rng):
    seen = {}
    for n, d in ((6, 2), (40, 4), (3, 3), (9, 1)):
        cov = random_covariance(rng, d)
        x = rng.multivariate_normal(rng.normal(0, 4, d), cov, n)
        mean, cov = answer(x)
        seen[f"the mean, for x of shape {x.shape}"] = array(mean)
        seen[f"the covariance, for x of shape {x.shape}"] = array(cov)
    return seen


def _fit_by_loop(x):
    n, d = x.shape
    mean = [sum(x[i, a] for i in range(n)) / n for a in range(d)]
    cov = [
        [sum((x[i, a] - mean[a]) * (x[i, b] - mean[b]) for i in range(n)) / n for b in range(d)]
        for a in range(d)
    ]
    return mean, cov


def _fit_by_cov(x):
    return x.mean(0), np.cov(x, rowvar=False, bias=True).reshape(x.shape[1], x.shape[1])


def _fit_by_moments(x):
    return np.mean(x, 0), x.T @ x / len(x) - np.outer(np.mean(x, 0), np.mean(x, 0))


def _fit_with(change):
    """A wrong fit: the right mean with a changed covariance."""

    def answer(x):
        mean, cov = fit_gaussian(x)
        return mean, change(cov, x)

    return answer


FIT = Exercise(
    id="fit_gaussian",
    lesson=1,
    title="Fitting a Gaussian",
    reference=fit_gaussian,
    probe=_probe_fit,
    misconceptions=(
        Misconception(
            "divided_by_n_minus_one",
            "Your covariance divides by N − 1: that is the unbiased estimate, and it is not the "
            "one with the largest likelihood.",
            _fit_with(lambda cov, x: cov * len(x) / (len(x) - 1)),
        ),
        Misconception(
            "np_cov_defaults",
            "np.cov divides by N − 1 unless told otherwise, and for one column it returns a plain "
            "number where (1, 1) is asked for.",
            lambda x: (x.mean(0), np.cov(x, rowvar=False)),
        ),
        Misconception(
            "one_column_collapses",
            "For data with a single column your covariance loses its shape: it should stay (1, 1).",
            lambda x: (x.mean(0), np.cov(x, rowvar=False, bias=True)),
        ),
        Misconception(
            "not_centred",
            "You averaged the products without taking off the mean first.",
            _fit_with(lambda cov, x: x.T @ x / len(x)),
        ),
        Misconception(
            "not_divided",
            "This is the sum of the products of deviations; it has not been divided by the number "
            "of points.",
            _fit_with(lambda cov, x: cov * len(x)),
        ),
        Misconception(
            "variances_only",
            "You return the variances on a diagonal matrix; the covariances between coordinates "
            "are lost.",
            _fit_with(lambda cov, x: np.diag(np.diag(cov))),
        ),
        Misconception(
            "variances_as_a_vector",
            "You return one variance per coordinate; a covariance is a (d, d) matrix, which also "
            "says how the coordinates vary together.",
            _fit_with(lambda cov, x: np.diag(cov)),
        ),
        Misconception(
            "np_cov_of_rows",
            "np.cov takes each row for a variable unless told otherwise; here each column is one.",
            lambda x: (x.mean(0), np.cov(x)),
        ),
        Misconception(
            "correlation_matrix",
            "This is the correlation matrix: it has forgotten how wide each coordinate is.",
            _fit_with(lambda cov, x: cov / np.sqrt(np.outer(np.diag(cov), np.diag(cov)))),
        ),
        Misconception(
            "rows_as_variables",
            "You averaged over the coordinates: rows are the points, columns the coordinates.",
            lambda x: fit_gaussian(x.T),
        ),
        Misconception(
            "grand_mean",
            "Your mean is one number for all coordinates; each coordinate has its own.",
            lambda x: (x.mean(), (x - x.mean()).T @ (x - x.mean()) / len(x)),
        ),
        Misconception(
            "divided_by_the_dimension",
            "You divided by the number of coordinates rather than by the number of points.",
            _fit_with(lambda cov, x: cov * len(x) / x.shape[1]),
        ),
    ),
    hints=(
        "The likelihood is largest at the mean of the points and at the mean of the products of "
        "their deviations.",
        "Subtract the mean of each column. Entry (a, b) of the covariance averages the product of "
        "columns a and b over the N points: divide by N, not by N − 1.",
        "`mean = x.mean(axis=0)`, `centred = x - mean`, `cov = centred.T @ centred / len(x)`.",
    ),
    alternatives=(_fit_by_loop, _fit_by_cov, _fit_by_moments),
)

# --- gaussian_density -------------------------------------------------------------------


def gaussian_density(x, mean, cov):
    """Density of N(mean, cov) at one point x of shape (d,)."""
    deviation = np.asarray(x, dtype=float) - np.asarray(mean, dtype=float)
    squared_distance = deviation @ np.linalg.solve(cov, deviation)
    _, log_det = np.linalg.slogdet(cov)
    return float(np.exp(-(squared_distance + log_det + len(deviation) * np.log(2 * np.pi)) / 2))


def _probe_density(answer, rng):
    seen = {}
    for d in (1, 2, 4, 3):
        cov = random_covariance(rng, d)
        mean = rng.normal(0, 3, d)
        near = mean + np.linalg.cholesky(cov) @ rng.normal(size=d)
        far = mean + np.linalg.cholesky(cov) @ rng.normal(0, 2.5, d)
        for place, x in (("near the mean", near), ("far out", far), ("at the mean", mean.copy())):
            seen[f"the density {place}, in dimension {d}"] = number(answer(x, mean, cov))
    narrow = np.array([0.0, 0.0]), np.array([[0.02, 0.01], [0.01, 0.03]])
    seen["the peak of a narrow density"] = number(answer(np.zeros(2), *narrow))
    return seen


def _density_by_eigenvalues(x, mean, cov):
    variances, axes = np.linalg.eigh(cov)
    z = (x - mean) @ axes
    return [np.prod(np.exp(-(z**2) / (2 * variances)) / np.sqrt(2 * np.pi * variances))]


def _density_pieces(x, mean, cov):
    deviation = x - mean
    return deviation, np.linalg.inv(cov), np.linalg.det(cov), len(x)


def _density_with(formula):
    return lambda x, mean, cov: formula(*_density_pieces(x, mean, cov))


def _normaliser(det, d):
    return np.sqrt((2 * np.pi) ** d * det)


DENSITY = Exercise(
    id="gaussian_density",
    lesson=1,
    title="Density in several dimensions",
    reference=gaussian_density,
    probe=_probe_density,
    atol=0.0,  # densities far out are tiny, and still have to be right
    misconceptions=(
        Misconception(
            "log_density",
            "This is the log-density; the density itself is asked for.",
            lambda *args: math.log(gaussian_density(*args)),
        ),
        Misconception(
            "determinant_without_root",
            "You divided by the determinant of the covariance; a square root is missing.",
            _density_with(
                lambda v, inv, det, d: np.exp(-v @ inv @ v / 2) / ((2 * np.pi) ** (d / 2) * det)
            ),
        ),
        Misconception(
            "determinant_missing",
            "The determinant is missing: a narrower Gaussian has to be taller.",
            _density_with(lambda v, inv, det, d: np.exp(-v @ inv @ v / 2) / (2 * np.pi) ** (d / 2)),
        ),
        Misconception(
            "one_dimensional_constant",
            "Your factor of 2π is that of one dimension; every dimension brings its own.",
            _density_with(
                lambda v, inv, det, d: np.exp(-v @ inv @ v / 2) / np.sqrt(2 * np.pi * det)
            ),
        ),
        Misconception(
            "two_pi_without_root",
            "The power of 2π is twice what it should be: the root covers it as well.",
            _density_with(
                lambda v, inv, det, d: np.exp(-v @ inv @ v / 2) / ((2 * np.pi) ** d * np.sqrt(det))
            ),
        ),
        Misconception(
            "half_missing_in_exponent",
            "The exponent lacks its factor ½.",
            _density_with(lambda v, inv, det, d: np.exp(-v @ inv @ v) / _normaliser(det, d)),
        ),
        Misconception(
            "not_normalised",
            "This is exp(−½ squared distance): it is 1 at the mean, but it does not integrate "
            "to 1.",
            _density_with(lambda v, inv, det, d: np.exp(-v @ inv @ v / 2)),
        ),
        Misconception(
            "distance_not_squared",
            "You took the root of the squared distance; the exponent needs it squared.",
            _density_with(
                lambda v, inv, det, d: np.exp(-np.sqrt(v @ inv @ v) / 2) / _normaliser(det, d)
            ),
        ),
        Misconception(
            "inverse_entry_by_entry",
            "1 / cov inverts every entry by itself, which is not the inverse of the matrix.",
            lambda x, mean, cov: (
                np.exp(-(x - mean) @ (1 / cov) @ (x - mean) / 2)
                / _normaliser(np.linalg.det(cov), len(x))
            ),
        ),
        Misconception(
            "always_four_dimensions",
            "Your factor of 2π is always that of four dimensions; take the number of coordinates "
            "from the arguments.",
            _density_with(lambda v, inv, det, d: np.exp(-v @ inv @ v / 2) / _normaliser(det, 4)),
        ),
        Misconception(
            "covariance_not_inverted",
            "You multiplied by the covariance in the exponent: wide directions should count less, "
            "not more.",
            lambda x, mean, cov: (
                np.exp(-(x - mean) @ cov @ (x - mean) / 2) / _normaliser(np.linalg.det(cov), len(x))
            ),
        ),
        Misconception(
            "correlations_ignored",
            "You used the variances only; the coordinates are correlated.",
            lambda x, mean, cov: gaussian_density(x, mean, np.diag(np.diag(cov))),
        ),
        Misconception(
            "euclidean_distance",
            "You measured the plain distance to the mean; it must be measured in units of the "
            "spread in that direction.",
            _density_with(lambda v, inv, det, d: np.exp(-v @ v / 2) / _normaliser(det, d)),
        ),
        Misconception(
            "sign_of_the_exponent",
            "Your density grows away from the mean: check the sign of the exponent.",
            _density_with(lambda v, inv, det, d: np.exp(v @ inv @ v / 2) / _normaliser(det, d)),
        ),
    ),
    hints=(
        "Two parts: how far is x from the mean, measured in units of the spread, and how much "
        "volume must the constant normalise away?",
        "The squared (Mahalanobis) distance is (x − μ)ᵀ Σ⁻¹ (x − μ). The constant is "
        "√((2π)ᵈ det Σ), with d the number of coordinates.",
        "`v = x - mean`; `np.exp(-0.5 * v @ np.linalg.solve(cov, v))` divided by "
        "`np.sqrt((2 * np.pi)**len(x) * np.linalg.det(cov))`.",
    ),
    alternatives=(
        _density_by_eigenvalues,
        lambda x, mean, cov: stats.multivariate_normal(mean, cov).pdf(x),
        lambda x, mean, cov: np.array(math.exp(stats.multivariate_normal.logpdf(x, mean, cov))),
    ),
)

EXERCISES = (FIT, DENSITY)
