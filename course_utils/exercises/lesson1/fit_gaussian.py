"""Mean and covariance by maximum likelihood.

Bishop, *Pattern Recognition and Machine Learning*, section 2.3.4.
"""

from __future__ import annotations

import numpy as np

from course_utils.exercises.draft import Draft, named_after
from course_utils.exercises.engine import array
from course_utils.exercises.lesson1.random_covariances import random_covariance
from course_utils.exercises.pair import pair

draft = Draft("fit_gaussian", lesson=1, title="Fitting a Gaussian")


@draft.reference
def fit_gaussian(x):
    """Maximum-likelihood mean (d,) and covariance (d, d) of x with shape (n, d)."""
    x = np.asarray(x, dtype=float)
    mean = x.mean(axis=0)
    deviation = x - mean
    return mean, deviation.T @ deviation / len(x)


@draft.probe
def observe(answer, rng):
    seen = {}
    for n, d in ((6, 2), (40, 4), (3, 3), (9, 1)):
        cov = random_covariance(rng, d)
        x = rng.multivariate_normal(rng.normal(0, 4, d), cov, n)
        mean, cov = pair(answer(x), "a pair (mean, covariance)")
        seen[f"the mean, for x of shape {x.shape}"] = array(mean)
        seen[f"the covariance, for x of shape {x.shape}"] = array(cov)
    return seen


def with_covariance(change):
    """A wrong fit: the right mean with a changed covariance."""

    @named_after(change)
    def answer(x):
        mean, cov = fit_gaussian(x)
        return mean, change(cov, x)

    return answer


@draft.mistake(
    "Your covariance divides by N − 1: that is the unbiased estimate, and it is not the one with "
    "the largest likelihood."
)
@with_covariance
def divided_by_n_minus_one(cov, x):
    return cov * len(x) / (len(x) - 1)


@draft.mistake(
    "np.cov divides by N − 1 unless told otherwise, and for one column it returns a plain number "
    "where (1, 1) is asked for."
)
def np_cov_defaults(x):
    return x.mean(0), np.cov(x, rowvar=False)


@draft.mistake(
    "For data with a single column your covariance loses its shape: it should stay (1, 1)."
)
def one_column_collapses(x):
    return x.mean(0), np.cov(x, rowvar=False, bias=True)


@draft.mistake("You averaged the products without taking off the mean first.")
@with_covariance
def not_centred(cov, x):
    return x.T @ x / len(x)


@draft.mistake(
    "This is the sum of the products of deviations; it has not been divided by the number of "
    "points."
)
@with_covariance
def not_divided(cov, x):
    return cov * len(x)


@draft.mistake(
    "You return the variances on a diagonal matrix; the covariances between coordinates are lost."
)
@with_covariance
def variances_only(cov, x):
    return np.diag(np.diag(cov))


@draft.mistake(
    "You return one variance per coordinate; a covariance is a (d, d) matrix, which also says how "
    "the coordinates vary together."
)
@with_covariance
def variances_as_a_vector(cov, x):
    return np.diag(cov)


@draft.mistake(
    "np.cov takes each row for a variable unless told otherwise; here each column is one."
)
def np_cov_of_rows(x):
    return x.mean(0), np.cov(x)


@draft.mistake("This is the correlation matrix: it has forgotten how wide each coordinate is.")
@with_covariance
def correlation_matrix(cov, x):
    return cov / np.sqrt(np.outer(np.diag(cov), np.diag(cov)))


@draft.mistake("You averaged over the coordinates: rows are the points, columns the coordinates.")
def rows_as_variables(x):
    return fit_gaussian(x.T)


@draft.mistake("Your mean is one number for all coordinates; each coordinate has its own.")
def grand_mean(x):
    return (x.mean(), (x - x.mean()).T @ (x - x.mean()) / len(x))


@draft.mistake("You divided by the number of coordinates rather than by the number of points.")
@with_covariance
def divided_by_the_dimension(cov, x):
    return cov * len(x) / x.shape[1]


@draft.mistake(
    "Your covariance has one row for each point: np.cov takes each row for a variable unless told "
    "otherwise; here each column is one."
)
def np_cov_of_rows_biased(x):
    return x.mean(0), np.cov(x, bias=True)


@draft.mistake(
    "Your matrix has one row for each point: the transposed factor stands on the wrong side. A "
    "covariance has one row for each coordinate."
)
def transposed_factor_last(x):
    deviation = x - x.mean(0)
    return x.mean(0), deviation @ deviation.T / len(x)


@draft.mistake(
    "You return one standard deviation per coordinate; a covariance is a (d, d) matrix of "
    "variances and covariances."
)
def standard_deviations(x):
    return x.mean(0), x.std(0)


@draft.mistake(
    "You return the standard deviations on a diagonal matrix: the diagonal of a covariance holds "
    "variances, and the covariances between coordinates are lost."
)
def standard_deviations_on_the_diagonal(x):
    return x.mean(0), np.diag(x.std(0))


@draft.mistake(
    "You return one mean and one standard deviation for all numbers together; each coordinate has "
    "its own mean, and every pair of them a covariance."
)
def one_number_each(x):
    return x.mean(), x.std()


@draft.mistake("You took the median for the mean.")
def median(x):
    centre = np.median(x, axis=0)
    return centre, (x - centre).T @ (x - centre) / len(x)


@draft.also_right
def by_loop(x):
    n, d = x.shape
    mean = [sum(x[i, a] for i in range(n)) / n for a in range(d)]
    cov = [
        [sum((x[i, a] - mean[a]) * (x[i, b] - mean[b]) for i in range(n)) / n for b in range(d)]
        for a in range(d)
    ]
    return mean, cov


@draft.also_right
def by_np_cov(x):
    return x.mean(0), np.cov(x, rowvar=False, bias=True).reshape(x.shape[1], x.shape[1])


@draft.also_right
def by_moments(x):
    return np.mean(x, 0), x.T @ x / len(x) - np.outer(np.mean(x, 0), np.mean(x, 0))


draft.hints(
    "The likelihood is largest at the mean of the points and at the mean of the products of their "
    "deviations.",
    "Subtract the mean of each column. Entry (a, b) of the covariance averages the product of "
    "columns a and b over the N points: divide by N, not by N − 1.",
    "`mean = x.mean(axis=0)`, `centred = x - mean`, `cov = centred.T @ centred / len(x)`.",
)

EXERCISE = draft.exercise()
