"""D(P‖Q): how much more surprised one is who believes Q than one who believes P.

Goodfellow, Bengio & Courville, *Deep Learning*, section 3.13.
"""

from __future__ import annotations

import math

import numpy as np
from scipy import stats
from scipy.special import rel_entr

from course_utils import divergences
from course_utils.exercises.draft import Draft
from course_utils.exercises.lesson1.pairs_of_masses import (
    TINY,
    observe_pairs,
    only_where_both_positive,
    quiet,
)

draft = Draft("kl_divergence", lesson=1, title="Kullback–Leibler divergence")

draft.reference(divergences.kl_divergence)


@draft.probe
def observe(answer, rng):
    return observe_pairs("kl_divergence", answer, rng)


@draft.mistake(
    "This is D(Q‖P): the arguments are swapped. The mean is taken under the first one, p."
)
def swapped_arguments(p, q):
    return divergences.kl_divergence(q, p)


@draft.mistake("This is in bits; the course measures in nats, with natural logarithms.")
def bits_not_nats(p, q):
    return divergences.kl_divergence(p, q) / math.log(2)


@draft.mistake("The sign is wrong: Gibbs' inequality says the divergence is never negative.")
def sign_forgotten(p, q):
    return -divergences.kl_divergence(p, q)


@draft.mistake(
    "This is the cross-entropy: it is not 0 where p equals q, because the surprise that nobody "
    "can avoid is still in it."
)
def cross_entropy_instead(p, q):
    return divergences.cross_entropy(p, q)


@draft.mistake("You get nan where p is 0: an outcome that never happens adds nothing to the mean.")
@quiet
def nan_at_zero(p, q):
    return np.sum(p * np.log(p / q))


@draft.mistake(
    "You keep the logarithm finite with a small number; where q lacks mass that p has, the "
    "divergence really is infinite."
)
def clipped_to_finite(p, q):
    return np.sum(p * np.log((p + TINY) / (q + TINY)))


@draft.mistake(
    "You leave out the states where q is 0 even though p has mass there: those are the ones that "
    "make the divergence infinite."
)
def lacking_states_dropped(p, q):
    return rel_entr(*only_where_both_positive(p, q)).sum()


@draft.mistake(
    "You added up the logarithms of the ratios; their mean is asked for, each weighted by its "
    "probability under p."
)
@quiet
def not_weighted(p, q):
    return np.sum(np.log(p / q))


@draft.mistake(
    "This is the Jensen–Shannon divergence, which compares both arguments with their average; you "
    "are asked for D(P‖Q) itself."
)
def jensen_shannon(p, q):
    return divergences.jensen_shannon(p, q)


@draft.mistake(
    "You took absolute values: single terms may be negative, it is their sum that cannot be."
)
def absolute_logarithms(p, q):
    return np.abs(rel_entr(p, q)).sum()


@draft.mistake(
    "You added both directions (Jeffreys' divergence); D(P‖Q) is not symmetric, and you are asked "
    "for one direction."
)
def symmetrised(p, q):
    return divergences.kl_divergence(p, q) + divergences.kl_divergence(q, p)


@draft.mistake(
    "You divided by the number of states (np.mean?); the masses of p are the weights already."
)
def mean_over_states(p, q):
    return divergences.kl_divergence(p, q) / len(p)


@draft.also_right
def by_loop(p, q):
    total = 0.0
    for a, b in zip(p, q, strict=True):
        if a > 0:
            total += math.inf if b == 0 else a * math.log(a / b)
    return np.array([total])


@draft.also_right
def by_rel_entr(p, q):
    return rel_entr(p, q).sum()


draft.also_right(stats.entropy)


@draft.also_right
def by_difference(p, q):
    return divergences.cross_entropy(p, q) - divergences.entropy(p)


draft.hints(
    "How much more surprised is someone who believes q than someone who believes p, on average "
    "over outcomes that come from p?",
    "D(P‖Q) = Σ p log(p / q). Leave out the states with p = 0; where p > 0 and q = 0 the result "
    "is `np.inf`. You may also subtract one of your earlier functions from the other.",
    "`seen = p > 0`, then `np.sum(p[seen] * np.log(p[seen] / q[seen]))` (inside "
    '`np.errstate(divide="ignore")` if the warning disturbs you).',
)

EXERCISE = draft.exercise()
