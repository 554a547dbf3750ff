"""The squared Fréchet distance between two Gaussians.

Heusel et al. (2017), equation 6.
"""

from __future__ import annotations

import math

import numpy as np
import torch
from scipy.linalg import sqrtm

from course_utils import evaluation
from course_utils.exercises.draft import Draft, named_after
from course_utils.exercises.engine import call, number

draft = Draft("frechet_distance", lesson=5, title="The Fréchet distance", atol=3e-4)

draft.reference(evaluation.frechet_distance)


def _covariance(rng: np.random.Generator, d: int) -> np.ndarray:
    """A positive definite matrix with uneven eigenvalues and correlated coordinates.

    So well conditioned that answers in single precision come ten times closer than they must.
    """
    root = rng.standard_normal((d, d)) * rng.uniform(0.6, 1.6, d) / math.sqrt(d)
    return root @ root.T + 0.3 * np.eye(d)


@draft.probe
def observe(answer, rng):
    cases = []
    for d in (2, 4, 3, 6):  # not 1, where SciPy's sqrtm(…, disp=False) returns no pair
        means = rng.standard_normal(d), 1 + 2 * rng.standard_normal(d)
        cases.append((means[0], _covariance(rng, d), means[1], _covariance(rng, d)))
    mean, cov = rng.standard_normal(3), _covariance(rng, 3)
    spread = np.diag(rng.uniform(0.2, 4.0, 3))
    cases += [
        (mean, cov, mean.copy(), _covariance(rng, 3)),  # means agree
        (mean, cov, mean + 0.3, cov.copy()),  # covariances agree
        (mean, cov, mean.copy(), cov.copy()),
        (mean, spread, mean - 1.0, np.diag(rng.uniform(0.2, 4.0, 3))),
    ]
    return {call("frechet_distance", *case): number(answer(*case)) for case in cases}


def distance_with(cross=None, *, gap=None, spread=np.trace, weight=2.0):
    """The distance with another cross term, distance of means, or size of a matrix."""
    cross = cross or (lambda c1, c2: spread(np.real(sqrtm(c1 @ c2))))
    gap = gap or (lambda m1, m2: ((m1 - m2) ** 2).sum())

    @named_after(cross)
    def distance(mean1, cov1, mean2, cov2):
        return gap(mean1, mean2) + spread(cov1) + spread(cov2) - weight * cross(cov1, cov2)

    return distance


def _elementwise(matrix):
    with np.errstate(invalid="ignore"):
        return np.trace(np.sqrt(matrix))


@draft.mistake("You took a root at the end; the FID, and this function, is the squared distance.")
def root_taken(*case):
    return math.sqrt(max(evaluation.frechet_distance(*case), 0.0))


@draft.mistake("The distance between the means enters squared.")
def means_not_squared(mean1, cov1, mean2, cov2):
    return distance_with(gap=lambda m1, m2: np.linalg.norm(m1 - m2))(mean1, cov1, mean2, cov2)


@draft.mistake("The means play no part in your result.")
def means_missing(mean1, cov1, mean2, cov2):
    return distance_with(gap=lambda m1, m2: 0.0)(mean1, cov1, mean2, cov2)


@draft.mistake(
    "The covariances play no part in your result: a generator that makes one and the same sample "
    "could score 0."
)
def means_only(m1, c1, m2, c2):
    return ((m1 - m2) ** 2).sum()


@draft.mistake(
    "The trace is missing: you return a matrix (or its entries), where a number is asked for."
)
def trace_forgotten(mean1, cov1, mean2, cov2):
    return ((mean1 - mean2) ** 2).sum() + cov1 + cov2 - 2 * np.real(sqrtm(cov1 @ cov2))


@draft.mistake("You averaged the squared differences of the means; they are summed.")
def mean_over_coordinates(mean1, cov1, mean2, cov2):
    return distance_with(gap=lambda m1, m2: ((m1 - m2) ** 2).mean())(mean1, cov1, mean2, cov2)


@draft.mistake(
    "`np.sqrt` takes the root of each entry (and NaN comes of negative ones); a matrix root is "
    "meant, the matrix whose *product* with itself is C₁C₂."
)
@distance_with
def elementwise_root(c1, c2):
    return _elementwise(c1 @ c2)


@draft.mistake("`*` multiplies entry by entry; the matrix product is meant.")
@distance_with
def elementwise_product(c1, c2):
    return np.trace(np.real(sqrtm(c1 * c2)))


@draft.mistake(
    "Only the variances count in your result, and every correlation is ignored, as when product "
    "and root are taken entry by entry; both are meant for matrices."
)
@distance_with
def elementwise_product_and_root(c1, c2):
    return _elementwise(c1 * c2)


@draft.mistake("C₁^½ C₂^½ is not (C₁C₂)^½ unless the two covariances commute.")
@distance_with
def product_of_roots(c1, c2):
    return np.trace(np.real(sqrtm(c1) @ sqrtm(c2)))


@draft.mistake("The root of the product C₁C₂ is missing.")
@distance_with
def root_missing_in_cross_term(c1, c2):
    return np.trace(c1 @ c2)


@draft.mistake("The cross term counts twice, so that equal Gaussians are at distance 0.")
def factor_two_missing(mean1, cov1, mean2, cov2):
    return distance_with(weight=1.0)(mean1, cov1, mean2, cov2)


@draft.mistake("The cross term has the wrong sign: equal Gaussians should be at distance 0.")
def cross_term_added(mean1, cov1, mean2, cov2):
    return distance_with(weight=-2.0)(mean1, cov1, mean2, cov2)


@draft.mistake("The cross term is missing, so equal Gaussians come out at a positive distance.")
def cross_term_missing(mean1, cov1, mean2, cov2):
    return distance_with(weight=0.0)(mean1, cov1, mean2, cov2)


@draft.mistake("You summed all entries of the matrix; the trace takes the diagonal alone.")
def sum_of_entries(mean1, cov1, mean2, cov2):
    return distance_with(spread=np.sum)(mean1, cov1, mean2, cov2)


@draft.mistake(
    "This compares the covariances entry by entry (the Frobenius norm); the Fréchet distance "
    "compares their roots."
)
def difference_of_covariances(m1, c1, m2, c2):
    return ((m1 - m2) ** 2).sum() + ((c1 - c2) ** 2).sum()


draft.also_right(distance_with())


@draft.also_right
def by_cholesky(mean1, cov1, mean2, cov2):
    """‖L₁ᵀ L₂‖ in the nuclear norm is the trace of the root."""
    factors = np.linalg.cholesky(cov1).T @ np.linalg.cholesky(cov2)
    trace = np.linalg.svd(factors, compute_uv=False).sum()
    return ((mean1 - mean2) ** 2).sum() + np.trace(cov1 + cov2) - 2 * trace


@draft.also_right
def with_torch(mean1, cov1, mean2, cov2):
    mean1, cov1, mean2, cov2 = map(torch.tensor, (mean1, cov1, mean2, cov2))
    roots = torch.linalg.eigvals(cov1 @ cov2).sqrt().real.sum()
    return (mean1 - mean2).square().sum() + cov1.trace() + cov2.trace() - 2 * roots


draft.also_right(distance_with(lambda c1, c2: np.sqrt(np.linalg.eigvals(c1 @ c2).real).sum()))
draft.also_right(distance_with(lambda c1, c2: np.trace(sqrtm(sqrtm(c1) @ c2 @ sqrtm(c1)).real)))


draft.hints(
    "Two parts: the squared Euclidean distance of the means, and the trace of a matrix made of "
    "the covariances.",
    "`@` multiplies matrices; `scipy.linalg.sqrtm` takes the root of one (drop an imaginary part "
    "that is only rounding: `.real`).",
    "`((mean1 - mean2) ** 2).sum() + np.trace(cov1 + cov2 - 2 * sqrtm(cov1 @ cov2).real)`.",
)

EXERCISE = draft.exercise()
