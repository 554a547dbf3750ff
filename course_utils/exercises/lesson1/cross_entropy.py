"""H(P, Q): the mean surprise of one who believes Q while outcomes come from P.

Goodfellow, Bengio & Courville, *Deep Learning*, section 3.13.
"""

from __future__ import annotations

import math

import numpy as np
from scipy import stats
from scipy.special import entr, log_softmax, rel_entr, xlogy

from course_utils import divergences
from course_utils.exercises.draft import Draft
from course_utils.exercises.lesson1.pairs_of_masses import (
    TINY,
    logs,
    mistakes_of_small_numbers,
    observe_pairs,
    only_where_both_positive,
    quiet,
)

draft = Draft("cross_entropy", lesson=1, title="Cross-entropy")

draft.reference(divergences.cross_entropy)


@draft.probe
def observe(answer, rng):
    return observe_pairs("cross_entropy", answer, rng)


@draft.mistake(
    "This is H(Q, P): the arguments are swapped. Outcomes come from p, surprise is measured with q."
)
def swapped_arguments(p, q):
    return divergences.cross_entropy(q, p)


@draft.mistake("This is in bits; the course measures in nats, with natural logarithms.")
def bits_not_nats(p, q):
    return divergences.cross_entropy(p, q) / math.log(2)


@draft.mistake("The sign is missing: a mean surprise is never negative.")
def sign_forgotten(p, q):
    return -divergences.cross_entropy(p, q)


@draft.mistake("This is the entropy of p: q does not appear in it.")
def entropy_of_p(p, q):
    return divergences.entropy(p)


@draft.mistake(
    "This is D(P‖Q), the excess over the entropy of p; the cross-entropy is the whole mean "
    "surprise."
)
def kl_instead(p, q):
    return divergences.kl_divergence(p, q)


@draft.mistake(
    "You get nan where p and q are both 0: an outcome that never happens adds nothing, whatever q "
    "says of it."
)
@quiet
def nan_at_zero(p, q):
    return -np.sum(p * np.log(q))


@draft.mistake(
    "You keep the logarithm finite with a small number; where q rules out what p produces, the "
    "surprise really is infinite."
)
def clipped_to_finite(p, q):
    return -np.sum(p * np.log(q + TINY))


@draft.mistake(
    "You leave out the states where q is 0 even though p has mass there: those are the ones that "
    "surprise without limit."
)
def lacking_states_dropped(p, q):
    return by_loop(*only_where_both_positive(p, q))


@draft.mistake(
    "You divided by the number of states (np.mean?); the masses of p are the weights already."
)
def mean_over_states(p, q):
    return divergences.cross_entropy(p, q) / len(p)


@draft.mistake(
    "You added up the surprises of all states that occur; their mean is asked for, each weighted "
    "by its probability under p."
)
def not_weighted(p, q):
    return -logs(q[p > 0]).sum()


@draft.mistake(
    "Your function fails where a mass is 0, whose logarithm does not exist: a state that never "
    "occurs adds nothing, and one that q rules out makes the result `np.inf`."
)
def crash_at_zero(p, q):
    return -sum(a * math.log(b) for a, b in zip(p, q, strict=True))


@draft.mistake("You return one term for each state; add them up.")
def not_added(p, q):
    return -xlogy(p, q)


@draft.mistake(
    "You added (1 − p) log(1 − q) for every state, the cross-entropy of so many coins; the states "
    "are the outcomes of one experiment."
)
def coin_by_coin(p, q):
    return -(xlogy(p, q) + xlogy(1 - p, 1 - q)).sum()


@draft.mistake(
    "This is a mean over the states of −p log q − (1 − p) log(1 − q), the loss for so many coins; "
    "the states are the outcomes of one experiment, and p weighs them."
)
def coin_by_coin_averaged(p, q):
    return -(xlogy(p, q) + xlogy(1 - p, 1 - q)).mean()


@draft.mistake(
    "q goes through a softmax first, as in a loss that takes logits; q is a distribution already."
)
def softmax_applied(p, q):
    return -np.sum(p * log_softmax(q))


def with_small_number(epsilon):
    """The epsilon that people add inside a logarithm, too large."""
    return lambda p, q: -np.sum(p * np.log(q + epsilon))


mistakes_of_small_numbers(draft, with_small_number, digits=(2, 3, 4))


@draft.also_right
def by_loop(p, q):
    total = 0.0
    for a, b in zip(p, q, strict=True):
        if a > 0:
            total += math.inf if b == 0 else -a * math.log(b)
    return total


@draft.also_right
def by_parts(p, q):
    return entr(p).sum() + rel_entr(p, q).sum()


@draft.also_right
def by_scipy(p, q):
    return stats.entropy(p) + stats.entropy(p, q)


draft.hints(
    "Outcomes arrive according to p, but you are surprised according to q: the surprise at a "
    "state is −log q.",
    "Average −log q with the weights p. States with p = 0 never arrive: leave them out. A state "
    "with p > 0 and q = 0 makes the result `np.inf`.",
    "`seen = p > 0`, then `-np.sum(p[seen] * np.log(q[seen]))` (inside "
    '`np.errstate(divide="ignore")` if the warning disturbs you).',
)

EXERCISE = draft.exercise()
