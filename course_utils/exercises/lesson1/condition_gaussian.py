"""A Gaussian, given some of its coordinates.

Bishop, *Pattern Recognition and Machine Learning*, section 2.3.1.
"""

from __future__ import annotations

import numpy as np

from course_utils.exercises.draft import Draft
from course_utils.exercises.engine import array
from course_utils.exercises.lesson1.random_covariances import random_covariance
from course_utils.exercises.pair import pair

draft = Draft("condition_gaussian", lesson=1, title="Conditioning a Gaussian")


@draft.reference
def condition_gaussian(mean, cov, observed_index, observed_value):
    """Mean and covariance of the other coordinates, given the observed ones."""
    mean, cov = np.asarray(mean, dtype=float), np.asarray(cov, dtype=float)
    other, observed = split(mean, cov, observed_index)
    surprise = np.atleast_1d(observed_value) - mean[observed]
    gain = np.linalg.solve(cov[np.ix_(observed, observed)], cov[np.ix_(observed, other)]).T
    cond_cov = cov[np.ix_(other, other)] - gain @ cov[np.ix_(observed, other)]
    return mean[other] + gain @ surprise, cond_cov


def split(mean, cov, observed_index):
    """Indices of the other and of the observed coordinates."""
    observed = np.atleast_1d(np.asarray(observed_index, dtype=int))
    return np.setdiff1d(np.arange(len(mean)), observed), observed


@draft.probe
def observe(answer, rng):
    seen = {}
    cases = ((2, 1), (3, 0), (3, 2), (4, [1]), (4, [0, 1, 2]), (4, [2, 0]), (5, [3, 0, 4]), (4, 1))
    for d, index in cases:
        mean, cov = rng.normal(0, 3, d), random_covariance(rng, d)
        value = mean[index] + rng.normal(0, 1.5, np.shape(index))
        value = float(value) if np.ndim(value) == 0 else value
        given = list(index) if isinstance(index, list) else index
        result = answer(mean, cov, given, value)
        cond_mean, cond_cov = pair(result, "a pair (mean, covariance)")
        name = f"of {d} coordinates, given number {index}"
        seen[f"the conditional mean {name}"] = array(cond_mean)
        seen[f"the conditional covariance {name}"] = array(cond_cov)
    return seen


def blocks(mean, cov, observed_index):
    """Blocks of the covariance: other-other, other-observed, observed-observed."""
    a, b = split(mean, cov, observed_index)
    return a, b, cov[np.ix_(a, a)], cov[np.ix_(a, b)], cov[np.ix_(b, b)]


@draft.mistake(
    "This is the marginal of the other coordinates: the observation has not changed anything."
)
def marginal_not_conditional(mean, cov, index, value):
    a, _, aa, _, _ = blocks(mean, cov, index)
    return mean[a], aa


@draft.mistake(
    "You return the block of the observed coordinates; the distribution of the others is asked for."
)
def wrong_block(mean, cov, index, value):
    """Conditions the observed coordinates on the others' means: the wrong block throughout."""
    _, b, aa, ab, bb = blocks(mean, cov, index)
    return mean[b], bb - ab.T @ np.linalg.solve(aa, ab)


@draft.mistake(
    "Your mean has moved, but your covariance is the old one: knowing some coordinates makes the "
    "others less uncertain."
)
def covariance_not_reduced(mean, cov, index, value):
    aa = marginal_not_conditional(mean, cov, index, value)[1]
    return condition_gaussian(mean, cov, index, value)[0], aa


@draft.mistake("Your covariance grows when you learn something: check a sign.")
def covariance_grows(mean, cov, index, value):
    cond_mean, cond_cov = condition_gaussian(mean, cov, index, value)
    return cond_mean, 2 * blocks(mean, cov, index)[2] - cond_cov


@draft.mistake(
    "You used the observed value itself; what moves the other coordinates is how far it lies from "
    "its own mean."
)
def value_not_centred(mean, cov, index, value):
    a, _, _, ab, bb = blocks(mean, cov, index)
    cond_cov = condition_gaussian(mean, cov, index, value)[1]
    return mean[a] + ab @ np.linalg.solve(bb, np.atleast_1d(value)), cond_cov


@draft.mistake("Your mean moves the wrong way: check the order in observed value minus mean.")
def surprise_with_wrong_sign(mean, cov, index, value):
    a, *_ = blocks(mean, cov, index)
    cond_mean, cond_cov = condition_gaussian(mean, cov, index, value)
    return 2 * mean[a] - cond_mean, cond_cov


@draft.mistake("You return the shift of the mean; the mean from which it shifts is missing.")
def prior_mean_missing(mean, cov, index, value):
    a, *_ = blocks(mean, cov, index)
    cond_mean, cond_cov = condition_gaussian(mean, cov, index, value)
    return cond_mean - mean[a], cond_cov


@draft.mistake(
    "You multiplied by the observed block of the covariance where you should divide by it: check "
    "the units."
)
def observed_block_not_inverted(mean, cov, index, value):
    a, b, aa, ab, bb = blocks(mean, cov, index)
    return mean[a] + ab @ bb @ (np.atleast_1d(value) - mean[b]), aa - ab @ bb @ ab.T


@draft.mistake(
    "1 / matrix inverts entry by entry; that is right for one observed coordinate, not for several."
)
def elementwise_inverse(mean, cov, index, value):
    a, b, aa, ab, bb = blocks(mean, cov, index)
    gain = ab @ (1 / bb)
    return mean[a] + gain @ (np.atleast_1d(value) - mean[b]), aa - gain @ ab.T


@draft.mistake(
    "You sorted the observed indices, or used a mask, but left the values in their old order: "
    "they no longer belong together."
)
def values_out_of_step(mean, cov, index, value):
    return condition_gaussian(mean, cov, np.sort(np.atleast_1d(index)), value)


@draft.mistake("Your second value is the inverse of the conditional covariance.")
def precision_returned(mean, cov, index, value):
    cond_mean, cond_cov = condition_gaussian(mean, cov, index, value)
    return cond_mean, np.linalg.inv(cond_cov)


@draft.mistake(
    "You multiplied with the inverse of the other coordinates' block; it is the observed ones "
    "whose spread is divided out."
)
def inverse_of_the_wrong_block(mean, cov, index, value):
    a, b, aa, ab, _ = blocks(mean, cov, index)
    gain = np.linalg.solve(aa, ab)
    return mean[a] + gain @ (np.atleast_1d(value) - mean[b]), aa - gain @ ab.T


@draft.mistake("You return the conditional mean alone; its covariance is asked for as well.")
def mean_only(mean, cov, index, value):
    return condition_gaussian(mean, cov, index, value)[0]


@draft.mistake(
    "Your result still holds the observed coordinates; the distribution of the others is asked for."
)
def all_coordinates_returned(mean, cov, index, value):
    _, b, _, _, bb = blocks(mean, cov, index)
    gain = np.linalg.solve(bb, cov[b]).T
    return mean + gain @ (np.atleast_1d(value) - mean[b]), cov - gain @ cov[b]


@draft.mistake(
    "You return one standard deviation for each coordinate; a covariance matrix is asked for."
)
def standard_deviations_returned(mean, cov, index, value):
    cond_mean, cond_cov = condition_gaussian(mean, cov, index, value)
    return cond_mean, np.sqrt(np.diag(cond_cov))


@draft.mistake("You return one variance for each coordinate; a covariance matrix is asked for.")
def variances_returned(mean, cov, index, value):
    cond_mean, cond_cov = condition_gaussian(mean, cov, index, value)
    return cond_mean, np.diag(cond_cov)


@draft.also_right
def one_at_a_time(mean, cov, observed_index, observed_value):
    """Observe one coordinate after another, each by a rank-one update."""
    mean, cov = mean.copy(), cov.copy()
    other, observed = split(mean, cov, observed_index)
    for i, value in zip(observed, np.atleast_1d(observed_value), strict=True):
        gain = cov[:, i] / cov[i, i]
        mean, cov = mean + gain * (value - mean[i]), cov - np.outer(gain, cov[i])
    return list(mean[other]), cov[other][:, other]


@draft.also_right
def by_precision(mean, cov, observed_index, observed_value):
    other, observed = split(mean, cov, observed_index)
    precision = np.linalg.inv(cov)
    cond_cov = np.linalg.inv(precision[np.ix_(other, other)])
    pull = precision[np.ix_(other, observed)] @ (np.atleast_1d(observed_value) - mean[observed])
    return mean[other] - cond_cov @ pull, cond_cov


draft.hints(
    "Split the covariance into four blocks: others with others (aa), others with observed (ab), "
    "observed with observed (bb). What would each say if there were only two coordinates?",
    "Mean: μ_a + Σ_ab Σ_bb⁻¹ (x_b − μ_b). Covariance: Σ_aa − Σ_ab Σ_bb⁻¹ Σ_ba. `np.atleast_1d` "
    "turns a single index into an array; `np.ix_(a, b)` picks a block.",
    "`b = np.atleast_1d(observed_index)`, `a = [i for i in range(len(mean)) if i not in b]`, "
    "`gain = cov[np.ix_(a, b)] @ np.linalg.inv(cov[np.ix_(b, b)])`; then the mean is `mean[a] + "
    "gain @ (observed_value - mean[b])`.",
)

EXERCISE = draft.exercise()
