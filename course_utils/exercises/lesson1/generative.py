"""Lesson 1: the Gaussian as a generative model: conditioning it and drawing from it, in NumPy.

Bishop, *Pattern Recognition and Machine Learning*, section 2.3.1.
"""

from __future__ import annotations

import numpy as np

from course_utils.exercises.engine import Exercise, Misconception, array
from course_utils.exercises.lesson1.multivariate import random_covariance

# --- condition_gaussian -----------------------------------------------------------------


def _split(mean, cov, observed_index):
    """Indices of the other and of the observed coordinates."""
    observed = np.atleast_1d(np.asarray(observed_index, dtype=int))
    return np.setdiff1d(np.arange(len(mean)), observed), observed


def condition_gaussian(mean, cov, observed_index, observed_value):
    """Mean and covariance of the other coordinates, given the observed ones."""
    mean, cov = np.asarray(mean, dtype=float), np.asarray(cov, dtype=float)
    other, observed = _split(mean, cov, observed_index)
    surprise = np.atleast_1d(observed_value) - mean[observed]
    gain = np.linalg.solve(cov[np.ix_(observed, observed)], cov[np.ix_(observed, other)]).T
    cond_cov = cov[np.ix_(other, other)] - gain @ cov[np.ix_(observed, other)]
    return mean[other] + gain @ surprise, cond_cov


def _probe_condition(answer, rng):
    seen = {}
    cases = ((2, 1), (3, 0), (3, 2), (4, [1]), (4, [0, 1, 2]), (4, [2, 0]), (5, [3, 0, 4]), (4, 1))
    for d, index in cases:
        mean, cov = rng.normal(0, 3, d), random_covariance(rng, d)
        value = mean[index] + rng.normal(0, 1.5, np.shape(index))
        value = float(value) if np.ndim(value) == 0 else value
        given = list(index) if isinstance(index, list) else index
        cond_mean, cond_cov = answer(mean, cov, given, value)
        name = f"of {d} coordinates, given number {index}"
        seen[f"the conditional mean {name}"] = array(cond_mean)
        seen[f"the conditional covariance {name}"] = array(cond_cov)
    return seen


def _condition_one_at_a_time(mean, cov, observed_index, observed_value):
    """Observe one coordinate after another, each by a rank-one update."""
    mean, cov = mean.copy(), cov.copy()
    other, observed = _split(mean, cov, observed_index)
    for i, value in zip(observed, np.atleast_1d(observed_value), strict=True):
        gain = cov[:, i] / cov[i, i]
        mean, cov = mean + gain * (value - mean[i]), cov - np.outer(gain, cov[i])
    return list(mean[other]), cov[other][:, other]


def _condition_by_precision(mean, cov, observed_index, observed_value):
    other, observed = _split(mean, cov, observed_index)
    precision = np.linalg.inv(cov)
    cond_cov = np.linalg.inv(precision[np.ix_(other, other)])
    pull = precision[np.ix_(other, observed)] @ (np.atleast_1d(observed_value) - mean[observed])
    return mean[other] - cond_cov @ pull, cond_cov


def _blocks(mean, cov, observed_index):
    """Blocks of the covariance: other-other, other-observed, observed-observed."""
    a, b = _split(mean, cov, observed_index)
    return a, b, cov[np.ix_(a, a)], cov[np.ix_(a, b)], cov[np.ix_(b, b)]


def _marginal(mean, cov, index, value):
    a, _, aa, _, _ = _blocks(mean, cov, index)
    return mean[a], aa


def _observed_block(mean, cov, index, value):
    """Conditions the observed coordinates on the others' means: the wrong block throughout."""
    _, b, aa, ab, bb = _blocks(mean, cov, index)
    return mean[b], bb - ab.T @ np.linalg.solve(aa, ab)


def _covariance_unchanged(mean, cov, index, value):
    aa = _marginal(mean, cov, index, value)[1]
    return condition_gaussian(mean, cov, index, value)[0], aa


def _covariance_grows(mean, cov, index, value):
    cond_mean, cond_cov = condition_gaussian(mean, cov, index, value)
    return cond_mean, 2 * _blocks(mean, cov, index)[2] - cond_cov


def _value_not_centred(mean, cov, index, value):
    a, _, _, ab, bb = _blocks(mean, cov, index)
    cond_cov = condition_gaussian(mean, cov, index, value)[1]
    return mean[a] + ab @ np.linalg.solve(bb, np.atleast_1d(value)), cond_cov


def _surprise_sign(mean, cov, index, value):
    a, *_ = _blocks(mean, cov, index)
    cond_mean, cond_cov = condition_gaussian(mean, cov, index, value)
    return 2 * mean[a] - cond_mean, cond_cov


def _prior_mean_missing(mean, cov, index, value):
    a, *_ = _blocks(mean, cov, index)
    cond_mean, cond_cov = condition_gaussian(mean, cov, index, value)
    return cond_mean - mean[a], cond_cov


def _observed_block_not_inverted(mean, cov, index, value):
    a, b, aa, ab, bb = _blocks(mean, cov, index)
    return mean[a] + ab @ bb @ (np.atleast_1d(value) - mean[b]), aa - ab @ bb @ ab.T


def _elementwise_inverse(mean, cov, index, value):
    a, b, aa, ab, bb = _blocks(mean, cov, index)
    gain = ab @ (1 / bb)
    return mean[a] + gain @ (np.atleast_1d(value) - mean[b]), aa - gain @ ab.T


def _values_in_sorted_order(mean, cov, index, value):
    return condition_gaussian(mean, cov, np.sort(np.atleast_1d(index)), value)


def _precision_returned(mean, cov, index, value):
    cond_mean, cond_cov = condition_gaussian(mean, cov, index, value)
    return cond_mean, np.linalg.inv(cond_cov)


CONDITION = Exercise(
    id="condition_gaussian",
    lesson=1,
    title="Conditioning a Gaussian",
    reference=condition_gaussian,
    probe=_probe_condition,
    misconceptions=(
        Misconception(
            "marginal_not_conditional",
            "This is the marginal of the other coordinates: the observation has not changed "
            "anything.",
            _marginal,
        ),
        Misconception(
            "wrong_block",
            "You return the block of the observed coordinates; the distribution of the others is "
            "asked for.",
            _observed_block,
        ),
        Misconception(
            "covariance_not_reduced",
            "Your mean has moved, but your covariance is the old one: knowing some coordinates "
            "makes the others less uncertain.",
            _covariance_unchanged,
        ),
        Misconception(
            "covariance_grows",
            "Your covariance grows when you learn something: check a sign.",
            _covariance_grows,
        ),
        Misconception(
            "value_not_centred",
            "You used the observed value itself; what moves the other coordinates is how far it "
            "lies from its own mean.",
            _value_not_centred,
        ),
        Misconception(
            "surprise_with_wrong_sign",
            "Your mean moves the wrong way: check the order in observed value minus mean.",
            _surprise_sign,
        ),
        Misconception(
            "prior_mean_missing",
            "You return the shift of the mean; the mean from which it shifts is missing.",
            _prior_mean_missing,
        ),
        Misconception(
            "observed_block_not_inverted",
            "You multiplied by the observed block of the covariance where you should divide by "
            "it: check the units.",
            _observed_block_not_inverted,
        ),
        Misconception(
            "elementwise_inverse",
            "1 / matrix inverts entry by entry; that is right for one observed coordinate, not "
            "for several.",
            _elementwise_inverse,
        ),
        Misconception(
            "values_out_of_step",
            "You sorted the observed indices, or used a mask, but left the values in their old "
            "order: they no longer belong together.",
            _values_in_sorted_order,
        ),
        Misconception(
            "precision_returned",
            "Your second value is the inverse of the conditional covariance.",
            _precision_returned,
        ),
    ),
    hints=(
        "Split the covariance into four blocks: others with others (aa), others with observed "
        "(ab), observed with observed (bb). What would each say if there were only two "
        "coordinates?",
        "Mean: μ_a + Σ_ab Σ_bb⁻¹ (x_b − μ_b). Covariance: Σ_aa − Σ_ab Σ_bb⁻¹ Σ_ba. "
        "`np.atleast_1d` turns a single index into an array; `np.ix_(a, b)` picks a block.",
        "`b = np.atleast_1d(observed_index)`, `a = [i for i in range(len(mean)) if i not in b]`, "
        "`gain = cov[np.ix_(a, b)] @ np.linalg.inv(cov[np.ix_(b, b)])`; then the mean is "
        "`mean[a] + gain @ (observed_value - mean[b])`.",
    ),
    alternatives=(_condition_one_at_a_time, _condition_by_precision),
)

# --- sample_gaussian --------------------------------------------------------------------


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
    for z in (normals((n, d)), np.random.default_rng(state).standard_normal((d, n)).T):
        design = np.column_stack([np.ones(n), z])
        coefficients, *_ = np.linalg.lstsq(design, draws, rcond=None)
        if np.allclose(design @ coefficients, draws, rtol=0, atol=1e-8):
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
        "all rows differ": float(len(np.unique(draws, axis=0)) == len(draws)),
    }


def _probe_sample(answer, rng):
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


def _stream_read(answer, mean, cov, _, state):
    """Does the answer read its randomness from `rng`, and from nowhere else?"""
    first, second = np.random.default_rng(state), np.random.default_rng(state)
    draws = array(answer(mean, cov, 1, first))
    used = first.bit_generator.state != second.bit_generator.state
    same = np.array_equal(draws, array(answer(mean, cov, 1, second)))
    later = not np.array_equal(draws, array(answer(mean, cov, 1, first)))
    return {
        **{f"the {k} of a single draw": v for k, v in _shape(draws).items()},
        "it draws from rng": float(used),
        "the same state of rng gives the same draws": float(same),
        "the next call gives new draws": float(later),
    }


def _sample_by_rng(mean, cov, n_samples, rng):
    return rng.multivariate_normal(mean, cov, size=n_samples)


def _sample_by_eigenvectors(mean, cov, n_samples, rng):
    variances, axes = np.linalg.eigh(cov)
    z = rng.normal(size=(len(mean), n_samples))
    return (mean[:, None] + axes @ (np.sqrt(variances)[:, None] * z)).T


def _sample_by_box_muller(mean, cov, n_samples, rng):
    u, v = rng.random((2, n_samples, len(mean)))
    z = np.sqrt(-2 * np.log1p(-u)) * np.cos(2 * np.pi * v)
    return list(mean + z @ np.linalg.cholesky(cov).T)


def _sample_one_at_a_time(mean, cov, n_samples, rng):
    factor = np.linalg.cholesky(cov)
    return [mean + factor @ rng.standard_normal(len(mean)) for _ in range(n_samples)]


def _from_normals(make):
    """A sampler made from standard normals of shape (n_samples, d) and the covariance."""
    return lambda mean, cov, n, rng: mean + make(rng.standard_normal((n, len(mean))), cov)


SAMPLE = Exercise(
    id="sample_gaussian",
    lesson=1,
    title="Drawing from a Gaussian",
    reference=sample_gaussian,
    probe=_probe_sample,
    misconceptions=(
        Misconception(
            "global_random_state",
            "You draw from np.random, not from the generator you were given, so nobody can "
            "reproduce your sample.",
            lambda mean, cov, n, rng: np.random.multivariate_normal(mean, cov, n),  # noqa: NPY002
        ),
        Misconception(
            "own_generator_same_seed",
            "You create a generator of your own with a fixed seed: every call returns the same "
            "sample, and `rng` is never read.",
            lambda mean, cov, n, rng: sample_gaussian(mean, cov, n, np.random.default_rng(0)),
        ),
        Misconception(
            "cholesky_transposed",
            "You multiplied with the Cholesky factor from the wrong side: the covariance of your "
            "draws is LᵀL rather than LLᵀ.",
            _from_normals(lambda z, cov: z @ np.linalg.cholesky(cov)),
        ),
        Misconception(
            "covariance_as_factor",
            "You multiplied the normals with the covariance itself; the spread of your draws is "
            "its square.",
            _from_normals(lambda z, cov: z @ cov),
        ),
        Misconception(
            "correlations_lost",
            "Each coordinate has the right spread, but they are drawn independently of each other.",
            _from_normals(lambda z, cov: z * np.sqrt(np.diag(cov))),
        ),
        Misconception(
            "variances_as_standard_deviations",
            "You used the variances as standard deviations, and drew the coordinates "
            "independently.",
            _from_normals(lambda z, cov: z * np.diag(cov)),
        ),
        Misconception(
            "mean_forgotten",
            "Your draws are centred at 0.",
            lambda mean, cov, n, rng: sample_gaussian(0 * mean, cov, n, rng),
        ),
        Misconception(
            "covariance_ignored",
            "Your draws have unit covariance: cov does not enter.",
            _from_normals(lambda z, cov: z),
        ),
        Misconception(
            "transposed",
            "Your sample is transposed: one row per draw, one column per coordinate.",
            lambda mean, cov, n, rng: sample_gaussian(mean, cov, n, rng).T,
        ),
        Misconception(
            "one_draw_only",
            "You return one draw whatever n_samples is.",
            lambda mean, cov, n, rng: sample_gaussian(mean, cov, 1, rng)[0],
        ),
        Misconception(
            "one_draw_repeated",
            "All your rows are the same draw.",
            lambda mean, cov, n, rng: np.tile(sample_gaussian(mean, cov, 1, rng), (n, 1)),
        ),
    ),
    hints=(
        "Standard normals are easy to draw. Which linear map gives them the covariance you want?",
        "If z is standard normal, then L z has covariance L Lᵀ, so use a factor with L Lᵀ = cov. "
        "With one draw per row, the map stands on the right and is transposed.",
        "`z = rng.standard_normal((n_samples, len(mean)))`, then "
        "`mean + z @ np.linalg.cholesky(cov).T` (or `rng.multivariate_normal`).",
    ),
    alternatives=(
        _sample_by_rng,
        _sample_by_eigenvectors,
        _sample_by_box_muller,
        _sample_one_at_a_time,
    ),
)

EXERCISES = (CONDITION, SAMPLE)
