"""The law of a count's squared deviation, in units of its variance.

MacKay, *Information Theory, Inference, and Learning Algorithms*, exercise 2.5.
"""

from __future__ import annotations

import math

import numpy as np
from scipy.stats import binom

from course_utils.exercises.draft import Draft
from course_utils.exercises.engine import array, call
from course_utils.exercises.pair import pair

draft = Draft("z_statistic_law", lesson=1, title="The law of a squared deviation")


@draft.reference
def z_statistic_law(n_draws, fraction):
    """Law of z = (n_B − Nf)² / (Nf(1 − f)) for a binomial n_B (MacKay, exercise 2.5)."""
    counts = np.arange(n_draws + 1)
    z = (counts - n_draws * fraction) ** 2 / (n_draws * fraction * (1 - fraction))
    order = np.argsort(z)
    z, mass = z[order], binom.pmf(counts, n_draws, fraction)[order]
    starts = np.flatnonzero(np.append(True, np.diff(z) > 1e-8))
    return z[starts], np.add.reduceat(mass, starts)


@draft.probe
def observe(answer, rng):
    cases = [(int(rng.integers(3, 12)), float(rng.uniform(0.1, 0.45))) for _ in range(2)]
    # integer N·f makes pairs of counts share a value; 25 · 0.28 does so only up to rounding
    cases += [(5, 0.2), (4, 0.5), (1, 0.5), (1, 0.25), (25, 0.28)]
    seen = {}
    for case in cases:
        values, probabilities = pair(answer(*case), "a pair (values, probabilities)")
        name = call("z_statistic_law", *case)
        seen[f"values of {name}"] = array(values)
        seen[f"probabilities of {name}"] = array(probabilities)
    return seen


def _merge(z, mass, digits=8):
    values, inverse = np.unique(np.round(z, digits), return_inverse=True)
    return values, np.bincount(inverse, weights=mass)


@draft.mistake(
    "You list one entry per count, in the order of the counts; different counts can give the same "
    "z, and their probabilities belong together."
)
def ties_not_merged(n, f):
    """z and probability for each count 0…n, nothing merged."""
    k = np.arange(n + 1)
    return (k - n * f) ** 2 / (n * f * (1 - f)), binom.pmf(k, n, f)


@draft.mistake(
    "Your values are in order, but some occur twice: counts on either side of Nf can give the "
    "same z."
)
def sorted_not_merged(n, f):
    z, mass = ties_not_merged(n, f)
    order = np.argsort(z, kind="stable")
    return z[order], mass[order]


@draft.mistake(
    "Where two counts give the same z, you keep the probability of one of them; both belong to "
    "that value."
)
def ties_overwritten(n, f):
    law = dict(zip(np.round(ties_not_merged(n, f)[0], 9), ties_not_merged(n, f)[1], strict=True))
    return sorted(law), [law[z] for z in sorted(law)]


@draft.mistake(
    "Two of your values differ only by rounding error: floating-point numbers that are equal on "
    "paper must be compared with a tolerance."
)
def exact_equality(n, f):
    z, mass = ties_not_merged(n, f)
    values, inverse = np.unique(z, return_inverse=True)
    return values, np.bincount(inverse, weights=mass)


@draft.mistake("The right values with the right probabilities, but not in ascending order.")
def not_ascending(n, f):
    z, mass = ties_not_merged(n, f)
    law = {}
    for value, weight in zip(np.round(z, 9), mass, strict=True):
        law[value] = law.get(value, 0.0) + weight
    return list(law), list(law.values())


@draft.mistake(
    "You divided the squared deviation by a standard deviation; a square belongs over a variance."
)
def divided_by_standard_deviation(n, f):
    return _merge(ties_not_merged(n, f)[0] * math.sqrt(n * f * (1 - f)), ties_not_merged(n, f)[1])


@draft.mistake("You divided by the variance of a single draw; n_B is the sum of n_draws of them.")
def variance_of_one_draw(n, f):
    return _merge(ties_not_merged(n, f)[0] * n, ties_not_merged(n, f)[1])


@draft.mistake("This is the standardised deviation itself; z is its square.")
def not_squared(n, f):
    return _merge((np.arange(n + 1) - n * f) / math.sqrt(n * f * (1 - f)), ties_not_merged(n, f)[1])


@draft.mistake(
    "Your probabilities do not sum to 1: there are many orders in which n_B black balls can be "
    "drawn."
)
def binomial_coefficient_missing(n, f):
    k = np.arange(n + 1)
    return _merge(ties_not_merged(n, f)[0], f**k * (1 - f) ** (n - k))


@draft.mistake("You gave every count the same probability; the counts follow a binomial law.")
def counts_equally_probable(n, f):
    return _merge(ties_not_merged(n, f)[0], np.full(n + 1, 1 / (n + 1)))


@draft.mistake(
    "You round z so coarsely that the values themselves are off; equal values differ by less than "
    "1e-8, and two digits are too few to tell them from the others."
)
def rounded_too_coarsely(n, f):
    return _merge(*ties_not_merged(n, f), digits=2)


@draft.mistake(
    "You divided the squared deviation by the mean Nf (as in Pearson's chi-square); z is measured "
    "in units of the variance, Nf(1 − f)."
)
def divided_by_the_mean(n, f):
    return _merge(ties_not_merged(n, f)[0] * (1 - f), ties_not_merged(n, f)[1])


@draft.mistake(
    "The last count, n_B = N, is missing: range(N) ends one before N, and the probabilities no "
    "longer sum to 1."
)
def last_count_missing(n, f):
    z, mass = ties_not_merged(n, f)
    return _merge(z[:-1], mass[:-1])


@draft.mistake(
    "You return one dictionary; two sequences are asked for, the values and their masses."
)
def dictionary_returned(n, f):
    return dict(zip(*_merge(*ties_not_merged(n, f)), strict=True))


@draft.mistake("The values come in descending order; ascending is asked for.")
def descending(n, f):
    values, masses = _merge(*ties_not_merged(n, f))
    return values[::-1], masses[::-1]


@draft.also_right
def by_dictionary(n_draws, fraction):
    law = {}
    for k in range(n_draws + 1):
        z = (k - n_draws * fraction) ** 2 / (n_draws * fraction * (1 - fraction))
        weight = math.comb(n_draws, k) * fraction**k * (1 - fraction) ** (n_draws - k)
        law[round(z, 9)] = law.get(round(z, 9), 0.0) + weight
    return sorted(law), [law[z] for z in sorted(law)]


@draft.also_right
def by_unique(n, f):
    return _merge(*ties_not_merged(n, f))


draft.hints(
    "Go through the counts n_B = 0, 1, …, N. Each has a binomial probability and gives one value "
    "of z.",
    "For N = 5 and f = 1/5, the counts 0 and 2 both give z = 1.25: add up their probabilities. "
    "Compare values with a tolerance of 1e-8, not with ==.",
    "Collect `law[round(z, 9)] += probability` in a dictionary, then return the sorted keys and "
    "their probabilities in the same order.",
)

EXERCISE = draft.exercise()
