"""Lesson 1: counting black balls and measuring how far a count strays, in NumPy.

MacKay, *Information Theory, Inference, and Learning Algorithms*, exercises 2.4 and 2.5.
"""

from __future__ import annotations

import math

import numpy as np
from scipy.stats import binom

from course_utils.exercises.engine import Exercise, Misconception, array, call

# --- count_moments ----------------------------------------------------------------------


def count_moments(n_draws, fraction):
    """Mean, variance and standard deviation of a binomial count (MacKay, exercise 2.4)."""
    variance = n_draws * fraction * (1 - fraction)
    return n_draws * fraction, variance, math.sqrt(variance)


def _probe_moments(answer, rng):
    cases = [(int(rng.integers(2, 60)), float(rng.uniform(0.05, 0.95))) for _ in range(4)]
    cases += [(5, 0.2), (400, 0.2), (1, 0.3), (7, 0.0), (9, 1.0)]
    return {call("count_moments", *c): array(answer(*c)) for c in cases}


def _moments_by_sum(n_draws, fraction):
    counts = range(n_draws + 1)
    law = [math.comb(n_draws, k) * fraction**k * (1 - fraction) ** (n_draws - k) for k in counts]
    mean = sum(k * w for k, w in zip(counts, law, strict=True))
    variance = sum((k - mean) ** 2 * w for k, w in zip(counts, law, strict=True))
    return [mean, variance, variance**0.5]


def _moments_without_replacement(n, f, balls=10):
    variance = n * f * (1 - f) * (balls - n) / (balls - 1)
    return n * f, variance, math.sqrt(variance) if variance >= 0 else math.nan


def _moments_by_scipy(n_draws, fraction):
    law = binom(n_draws, fraction)
    return np.array([law.mean(), law.var(), law.std()])


MOMENTS = Exercise(
    id="count_moments",
    lesson=1,
    title="How many black balls",
    reference=count_moments,
    probe=_probe_moments,
    misconceptions=(
        Misconception(
            "variance_is_the_mean",
            "Your variance equals the mean, as for a Poisson count; here each draw can only be 0 "
            "or 1, which makes the spread smaller.",
            lambda n, f: (n * f, n * f, math.sqrt(n * f)),
        ),
        Misconception(
            "no_square_root",
            "Your standard deviation equals the variance: it should have the unit of the count, "
            "not of its square.",
            lambda n, f: (n * f, n * f * (1 - f), n * f * (1 - f)),
        ),
        Misconception(
            "order_exchanged",
            "The second and third value are exchanged: the variance comes before the standard "
            "deviation.",
            lambda n, f: (n * f, math.sqrt(n * f * (1 - f)), n * f * (1 - f)),
        ),
        Misconception(
            "moments_of_the_proportion",
            "These are the moments of the proportion of black balls among the draws; you are "
            "asked for their number.",
            lambda n, f: (f, f * (1 - f) / n, math.sqrt(f * (1 - f) / n)),
        ),
        Misconception(
            "single_draw",
            "These are the moments of a single draw; there are n_draws of them.",
            lambda n, f: (f, f * (1 - f), math.sqrt(f * (1 - f))),
        ),
        Misconception(
            "spread_of_one_draw",
            "Your mean counts all the draws, but your variance belongs to a single one.",
            lambda n, f: (n * f, f * (1 - f), math.sqrt(f * (1 - f))),
        ),
        Misconception(
            "one_draw_times_n",
            "Your variance grows with the square of n_draws: that is one draw multiplied by "
            "n_draws, while independent draws partly cancel.",
            lambda n, f: (n * f, n**2 * f * (1 - f), n * math.sqrt(f * (1 - f))),
        ),
        Misconception(
            "standard_deviations_added",
            "You added the standard deviations of the draws; for independent draws it is the "
            "variances that add.",
            lambda n, f: (n * f, n * f * (1 - f), n * math.sqrt(f * (1 - f))),
        ),
        Misconception(
            "without_replacement",
            "Your variance is that of drawing n_draws balls from an urn of 10 without putting "
            "them back; here every ball goes back.",
            _moments_without_replacement,
        ),
    ),
    hints=(
        "Write the count as a sum: one 0-or-1 variable per draw. Means always add; variances add "
        "where the draws are independent, as they are when every ball goes back.",
        "A single draw is 1 with probability f. Its mean is f, the mean of its square is f as "
        "well, so its variance is f − f².",
        "Return `n_draws * fraction`, then `n_draws * fraction * (1 - fraction)`, then the square "
        "root of the latter.",
    ),
    alternatives=(_moments_by_sum, _moments_by_scipy),
)

# --- z_statistic_law --------------------------------------------------------------------


def z_statistic_law(n_draws, fraction):
    """Law of z = (n_B − Nf)² / (Nf(1 − f)) for a binomial n_B (MacKay, exercise 2.5)."""
    counts = np.arange(n_draws + 1)
    z = (counts - n_draws * fraction) ** 2 / (n_draws * fraction * (1 - fraction))
    order = np.argsort(z)
    z, mass = z[order], binom.pmf(counts, n_draws, fraction)[order]
    starts = np.flatnonzero(np.append(True, np.diff(z) > 1e-8))
    return z[starts], np.add.reduceat(mass, starts)


def _probe_z(answer, rng):
    cases = [(int(rng.integers(3, 12)), float(rng.uniform(0.1, 0.45))) for _ in range(2)]
    # integer N·f makes pairs of counts share a value; 25 · 0.28 does so only up to rounding
    cases += [(5, 0.2), (4, 0.5), (1, 0.5), (1, 0.25), (25, 0.28)]
    seen = {}
    for case in cases:
        values, probabilities = answer(*case)
        name = call("z_statistic_law", *case)
        seen[f"values of {name}"] = array(values)
        seen[f"probabilities of {name}"] = array(probabilities)
    return seen


def _z_terms(n, f):
    """z and probability for each count 0…n, nothing merged."""
    k = np.arange(n + 1)
    return (k - n * f) ** 2 / (n * f * (1 - f)), binom.pmf(k, n, f)


def _merge(z, mass, digits=8):
    values, inverse = np.unique(np.round(z, digits), return_inverse=True)
    return values, np.bincount(inverse, weights=mass)


def _z_by_dict(n_draws, fraction):
    law = {}
    for k in range(n_draws + 1):
        z = (k - n_draws * fraction) ** 2 / (n_draws * fraction * (1 - fraction))
        weight = math.comb(n_draws, k) * fraction**k * (1 - fraction) ** (n_draws - k)
        law[round(z, 9)] = law.get(round(z, 9), 0.0) + weight
    return sorted(law), [law[z] for z in sorted(law)]


def _z_sorted(n, f):
    z, mass = _z_terms(n, f)
    order = np.argsort(z, kind="stable")
    return z[order], mass[order]


def _z_exact_equality(n, f):
    z, mass = _z_terms(n, f)
    values, inverse = np.unique(z, return_inverse=True)
    return values, np.bincount(inverse, weights=mass)


def _z_in_order_of_counts(n, f):
    z, mass = _z_terms(n, f)
    law = {}
    for value, weight in zip(np.round(z, 9), mass, strict=True):
        law[value] = law.get(value, 0.0) + weight
    return list(law), list(law.values())


def _z_overwritten(n, f):
    law = dict(zip(np.round(_z_terms(n, f)[0], 9), _z_terms(n, f)[1], strict=True))
    return sorted(law), [law[z] for z in sorted(law)]


def _z_no_coefficient(n, f):
    k = np.arange(n + 1)
    return _merge(_z_terms(n, f)[0], f**k * (1 - f) ** (n - k))


Z_LAW = Exercise(
    id="z_statistic_law",
    lesson=1,
    title="The law of a squared deviation",
    reference=z_statistic_law,
    probe=_probe_z,
    misconceptions=(
        Misconception(
            "ties_not_merged",
            "You list one entry per count, in the order of the counts; different counts can give "
            "the same z, and their probabilities belong together.",
            _z_terms,
        ),
        Misconception(
            "sorted_not_merged",
            "Your values are in order, but some occur twice: counts on either side of Nf can give "
            "the same z.",
            _z_sorted,
        ),
        Misconception(
            "ties_overwritten",
            "Where two counts give the same z, you keep the probability of one of them; both "
            "belong to that value.",
            _z_overwritten,
        ),
        Misconception(
            "exact_equality",
            "Two of your values differ only by rounding error: floating-point numbers that are "
            "equal on paper must be compared with a tolerance.",
            _z_exact_equality,
        ),
        Misconception(
            "not_ascending",
            "The right values with the right probabilities, but not in ascending order.",
            _z_in_order_of_counts,
        ),
        Misconception(
            "divided_by_standard_deviation",
            "You divided the squared deviation by a standard deviation; a square belongs over a "
            "variance.",
            lambda n, f: _merge(_z_terms(n, f)[0] * math.sqrt(n * f * (1 - f)), _z_terms(n, f)[1]),
        ),
        Misconception(
            "variance_of_one_draw",
            "You divided by the variance of a single draw; n_B is the sum of n_draws of them.",
            lambda n, f: _merge(_z_terms(n, f)[0] * n, _z_terms(n, f)[1]),
        ),
        Misconception(
            "not_squared",
            "This is the standardised deviation itself; z is its square.",
            lambda n, f: _merge(
                (np.arange(n + 1) - n * f) / math.sqrt(n * f * (1 - f)), _z_terms(n, f)[1]
            ),
        ),
        Misconception(
            "binomial_coefficient_missing",
            "Your probabilities do not sum to 1: there are many orders in which n_B black balls "
            "can be drawn.",
            _z_no_coefficient,
        ),
        Misconception(
            "counts_equally_probable",
            "You gave every count the same probability; the counts follow a binomial law.",
            lambda n, f: _merge(_z_terms(n, f)[0], np.full(n + 1, 1 / (n + 1))),
        ),
    ),
    hints=(
        "Go through the counts n_B = 0, 1, …, N. Each has a binomial probability and gives one "
        "value of z.",
        "For N = 5 and f = 1/5, the counts 0 and 2 both give z = 1.25: add up their "
        "probabilities. Compare values with a tolerance of 1e-8, not with ==.",
        "Collect `law[round(z, 9)] += probability` in a dictionary, then return the sorted keys "
        "and their probabilities in the same order.",
    ),
    alternatives=(_z_by_dict, lambda n, f: _merge(*_z_terms(n, f))),
)

EXERCISES = (MOMENTS, Z_LAW)
