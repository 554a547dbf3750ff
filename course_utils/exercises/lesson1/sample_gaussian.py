"""Draws from a Gaussian, made from standard normals.

Bishop, *Pattern Recognition and Machine Learning*, section 2.3.
"""

from __future__ import annotations

import numpy as np

from course_utils.exercises.draft import Draft, named_after
from course_utils.exercises.engine import array
from course_utils.exercises.lesson1.random_covariances import random_covariance

draft = Draft("sample_gaussian", lesson=1, title="Drawing from a Gaussian")


@draft.reference
def sample_gaussian(mean, cov, n_samples, rng):
    """Draw (n_samples, d) from N(mean, cov): x = mean + L z with L Lᵀ = cov, z standard normal."""
    factor = np.linalg.cholesky(cov)
    z = rng.standard_normal((n_samples, len(mean)))
    return mean + z @ factor.T


def _exact_law(draws, state):
    """Mean and covariance that the draws have by construction, or None.

    Most samplers are an affine map of the standard normals that the generator hands out. Where
    the draws are exactly such a map, its coefficients give the law without sampling error.
    """
    n, d = draws.shape
    normals = np.random.default_rng(state).standard_normal
    rounding = 1e-6 * (1 + np.abs(draws).max())  # of single precision
    for z in (normals((n, d)), np.random.default_rng(state).standard_normal((d, n)).T):
        design = np.column_stack([np.ones(n), z])
        coefficients, *_ = np.linalg.lstsq(design, draws, rcond=None)
        if np.allclose(design @ coefficients, draws, rtol=0, atol=rounding):
            return coefficients[0], coefficients[1:].T @ coefficients[1:]
    return None


def _observed_law(draws, mean, cov):
    """Sample moments; those asked for where they agree within five standard errors."""
    n = len(draws)
    centre, spread = draws.mean(0), np.atleast_2d(np.cov(draws, rowvar=False, bias=True))
    sd = np.sqrt(np.diag(cov))
    unit = np.outer(sd, sd)
    close_mean = np.all(np.abs(centre - mean) < 5 * sd / np.sqrt(n))
    close_cov = np.all(np.abs(spread - cov) < 5 * np.sqrt((unit**2 + cov**2) / n))
    return (mean if close_mean else centre), (cov if close_cov else spread)


def _shape(draws):
    """The number of axes, then rows and columns, so that a message names what is missing."""
    sizes = {"rows": draws.shape[0], "columns": draws.shape[1]} if draws.ndim == 2 else {}
    return {"number of axes": draws.ndim, **sizes}


def _law_of_draws(draws, mean, cov, state):
    if draws.ndim != 2 or draws.shape[1] != len(mean):
        return {}
    if not np.all(np.isfinite(draws)):
        return {"every number it draws is finite": 0.0}
    law = _exact_law(draws, state) or _observed_law(draws, mean, cov)
    z = np.linalg.solve(np.linalg.cholesky(cov), (draws - mean).T).ravel()
    bulk = np.mean(np.abs(z) < 1)  # 68.3 % for a Gaussian, 57.7 % for a uniform law
    return {
        "every number it draws is finite": 1.0,
        "the mean it draws from": law[0],
        "the covariance it draws from": law[1],
        "the tails are those of a Gaussian": float(abs(bulk - 0.6827) < 5 * 0.47 / np.sqrt(z.size)),
        # in single precision two of some hundred numbers may well coincide
        "nearly all rows differ": float(len(np.unique(draws, axis=0)) > 0.9 * len(draws)),
    }


def _global_state():
    return repr(np.random.get_state())  # noqa: NPY002


def _stream_read(answer, mean, cov, _, state):
    """Does the answer read its randomness from `rng`, and from nowhere else?"""
    first, second = np.random.default_rng(state), np.random.default_rng(state)
    before = _global_state()
    draws = array(answer(mean, cov, 1, first))
    used = first.bit_generator.state != second.bit_generator.state
    same = np.array_equal(draws, array(answer(mean, cov, 1, second)))
    later = not np.array_equal(draws, array(answer(mean, cov, 1, first)))
    return {
        **{f"the {k} of a single draw": v for k, v in _shape(draws).items()},
        "it draws from rng": float(used),
        "it draws from np.random itself": float(_global_state() != before),
        "the same state of rng gives the same draws": float(same),
        "the next call gives new draws": float(later),
    }


@draft.probe
def observe(answer, rng):
    problems = []
    for d, n in ((2, 600), (3, 600), (1, 400)):
        mean, cov = rng.normal(0, 3, d), random_covariance(rng, d)
        problems.append((mean, cov, n, int(rng.integers(1 << 30))))
    seen = {}
    for mean, cov, n, state in problems:
        draws = array(answer(mean, cov, n, np.random.default_rng(state)))
        d = len(mean)
        seen |= {f"the {k} of {n} draws in dimension {d}": v for k, v in _shape(draws).items()}
        law = _law_of_draws(draws, mean, cov, state)
        seen |= {f"{name}, in dimension {d}": value for name, value in law.items()}
    return seen | _stream_read(answer, *problems[0])


def from_normals(make):
    """A sampler made from standard normals of shape (n_samples, d) and the covariance."""

    @named_after(make)
    def answer(mean, cov, n, rng):
        return mean + make(rng.standard_normal((n, len(mean))), cov)

    return answer


@draft.mistake(
    "You draw from np.random, not from the generator you were given, so nobody can reproduce your "
    "sample."
)
def global_random_state(mean, cov, n, rng):
    return np.random.multivariate_normal(mean, cov, n)  # noqa: NPY002


@draft.mistake(
    "You create a generator of your own with a fixed seed: every call returns the same sample, "
    "and `rng` is never read."
)
def own_generator_same_seed(mean, cov, n, rng):
    return sample_gaussian(mean, cov, n, np.random.default_rng(0))


@draft.mistake(
    "You multiplied with the Cholesky factor from the wrong side: the covariance of your draws is "
    "LᵀL rather than LLᵀ."
)
@from_normals
def cholesky_transposed(z, cov):
    return z @ np.linalg.cholesky(cov)


@draft.mistake(
    "The covariance of your draws is cov @ cov: the factor must be a root of the covariance, not "
    "the covariance itself."
)
@from_normals
def covariance_as_factor(z, cov):
    return z @ cov


@draft.mistake(
    "You took the root of each entry of cov. A factor L of a matrix has L Lᵀ = cov, which "
    "np.linalg.cholesky finds; entry by entry this works for one coordinate only."
)
@from_normals
def root_of_each_entry(z, cov):
    return z @ np.sqrt(np.abs(cov))


@draft.mistake(
    "Each coordinate has the right spread, but they are drawn independently of each other."
)
@from_normals
def correlations_lost(z, cov):
    return z * np.sqrt(np.diag(cov))


@draft.mistake(
    "You used the variances as standard deviations, and drew the coordinates independently."
)
@from_normals
def variances_as_standard_deviations(z, cov):
    return z * np.diag(cov)


@draft.mistake("Your draws are centred at 0.")
def mean_forgotten(mean, cov, n, rng):
    return sample_gaussian(0 * mean, cov, n, rng)


@draft.mistake("Your draws have unit covariance: cov does not enter.")
@from_normals
def covariance_ignored(z, cov):
    return z


@draft.mistake("Your sample is transposed: one row per draw, one column per coordinate.")
def transposed(mean, cov, n, rng):
    return sample_gaussian(mean, cov, n, rng).T


@draft.mistake("You return one draw whatever n_samples is.")
def one_draw_only(mean, cov, n, rng):
    return sample_gaussian(mean, cov, 1, rng)[0]


@draft.mistake("All your rows are the same draw.")
def one_draw_repeated(mean, cov, n, rng):
    return np.tile(sample_gaussian(mean, cov, 1, rng), (n, 1))


@draft.mistake(
    "Your draws do not come from `rng`, which is never read, so nobody can reproduce your sample."
)
def not_from_rng(mean, cov, n, rng):
    return sample_gaussian(mean, cov, n, np.random.default_rng())


@draft.mistake(
    "The eigenvectors stand the wrong way round: in the columns of the factor, and hence in the "
    "rows of its transpose, which multiplies the normals."
)
def eigenvectors_transposed(mean, cov, n, rng):
    variances, axes = np.linalg.eigh(cov)
    return mean + (rng.standard_normal((n, len(mean))) * np.sqrt(variances)) @ axes


@draft.mistake(
    "One normal number serves all coordinates of a draw, so that they move together in lockstep; "
    "each coordinate needs one of its own."
)
def one_normal_for_all_coordinates(mean, cov, n, rng):
    return mean + rng.standard_normal((n, 1)) * np.sqrt(np.diag(cov))


@draft.mistake("rng.random draws uniform numbers between 0 and 1; normal ones are asked for.")
def uniform_numbers(mean, cov, n, rng):
    return mean + rng.random((n, len(mean))) @ np.linalg.cholesky(cov).T


@draft.also_right
def by_rng(mean, cov, n_samples, rng):
    return rng.multivariate_normal(mean, cov, size=n_samples)


@draft.also_right
def by_eigenvectors(mean, cov, n_samples, rng):
    variances, axes = np.linalg.eigh(cov)
    z = rng.normal(size=(len(mean), n_samples))
    return (mean[:, None] + axes @ (np.sqrt(variances)[:, None] * z)).T


@draft.also_right
def by_box_muller(mean, cov, n_samples, rng):
    u, v = rng.random((2, n_samples, len(mean)))
    z = np.sqrt(-2 * np.log1p(-u)) * np.cos(2 * np.pi * v)
    return list(mean + z @ np.linalg.cholesky(cov).T)


@draft.also_right
def one_at_a_time(mean, cov, n_samples, rng):
    factor = np.linalg.cholesky(cov)
    return [mean + factor @ rng.standard_normal(len(mean)) for _ in range(n_samples)]


draft.hints(
    "Standard normals are easy to draw. Which linear map gives them the covariance you want?",
    "If z is standard normal, then L z has covariance L Lᵀ, so use a factor with L Lᵀ = cov. With "
    "one draw per row, the map stands on the right and is transposed.",
    "`z = rng.standard_normal((n_samples, len(mean)))`, then `mean + z @ "
    "np.linalg.cholesky(cov).T` (or `rng.multivariate_normal`).",
)

EXERCISE = draft.exercise()
