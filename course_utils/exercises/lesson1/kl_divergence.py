"""D(P‖Q): how much more surprised one is who believes Q than one who believes P.

Goodfellow, Bengio & Courville, *Deep Learning*, section 3.13.
"""

from __future__ import annotations

import math

import numpy as np
from scipy import stats
from scipy.special import log_softmax, rel_entr, softmax, xlogy

from course_utils import divergences
from course_utils.exercises.draft import Draft
from course_utils.exercises.lesson1.pairs_of_masses import (
    TINY,
    mistakes_of_small_numbers,
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


@draft.mistake(
    "Your function fails where a mass is 0, whose logarithm does not exist: a state that never "
    "occurs adds nothing, and one that only q rules out makes the result `np.inf`."
)
def crash_at_zero(p, q):
    return sum(a * math.log(a / b) for a, b in zip(p.tolist(), q.tolist(), strict=True))


@draft.mistake("You return one term for each state; add them up.")
def not_added(p, q):
    return rel_entr(p, q)


@draft.mistake(
    "The logarithm is that of p / q, but each is weighted by its probability under q: this is "
    "−D(Q‖P)."
)
def weighted_by_q(p, q):
    return -divergences.kl_divergence(q, p)


@draft.mistake(
    "The arguments are swapped, and you divided by the number of states: this is D(Q‖P) / n "
    "(kl_div of torch, with its default reduction?)."
)
def swapped_and_averaged(p, q):
    return divergences.kl_divergence(q, p) / len(p)


@draft.mistake(
    "This is Σ p (log p − q): q enters without its logarithm (kl_div of torch wants the "
    "logarithm of q as its first argument)."
)
def logarithm_of_q_missing(p, q):
    return np.sum(xlogy(p, p) - p * q)


@draft.mistake(
    "This is Σ q (log q − p): the arguments are swapped, and p enters without its logarithm "
    "(kl_div of torch wants the logarithm of q first, then p)."
)
def swapped_and_logarithm_missing(p, q):
    return logarithm_of_q_missing(q, p)


@draft.mistake(
    "This is the mean over the states of p (log p − q): q enters without its logarithm, and the "
    "terms are averaged where they are to be summed."
)
def logarithm_of_q_missing_and_averaged(p, q):
    return logarithm_of_q_missing(p, q) / len(p)


@draft.mistake(
    "This is the mean over the states of q (log q − p): the arguments are swapped, p enters "
    "without its logarithm, and the terms are averaged where they are to be summed."
)
def swapped_logarithm_missing_and_averaged(p, q):
    return logarithm_of_q_missing(q, p) / len(p)


@draft.mistake("q goes through a softmax first; it is a distribution already, and not logits.")
def softmax_of_q(p, q):
    return np.sum(xlogy(p, p) - p * log_softmax(q))


@draft.mistake("Both go through a softmax first; they are distributions already, and not logits.")
def softmax_of_both(p, q):
    return np.sum(rel_entr(softmax(p), softmax(q)))


def with_small_number(epsilon):
    """The epsilon that people add inside the logarithm, too large."""
    return lambda p, q: np.sum(p * np.log((p + epsilon) / (q + epsilon)))


def with_small_masses(epsilon):
    """The epsilon that people add to both distributions beforehand, too large."""
    return lambda p, q: np.sum((p + epsilon) * np.log((p + epsilon) / (q + epsilon)))


mistakes_of_small_numbers(draft, with_small_number, digits=(2, 3, 4))
mistakes_of_small_numbers(draft, with_small_masses, (2, 3, 4, 5), where=", added to all masses,")


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
