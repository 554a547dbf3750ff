"""H(P): the mean surprise of outcomes that come from P.

Goodfellow, Bengio & Courville, *Deep Learning*, section 3.13.
"""

from __future__ import annotations

import math

import numpy as np
from scipy import stats
from scipy.special import entr, softmax

from course_utils import divergences
from course_utils.exercises.draft import Draft
from course_utils.exercises.engine import call, number
from course_utils.exercises.lesson1.pairs_of_masses import logs, mistakes_of_small_numbers, quiet

draft = Draft("entropy", lesson=1, title="Entropy")

draft.reference(divergences.entropy)


@draft.probe
def observe(answer, rng):
    cases = [rng.dirichlet(np.ones(n)) for n in (2, 3, 5, 9)]
    cases += [np.full(6, 1 / 6), np.array([0.5, 0.25, 0.25])]
    cases += [np.array([0.5, 0.0, 0.5]), np.array([0.0, 1.0]), np.array([0.0, 0.2, 0.0, 0.8])]
    return {call("entropy", p): number(answer(p)) for p in cases}


@draft.mistake("This is the entropy in bits; the course measures in nats, with natural logarithms.")
def bits_not_nats(p):
    return divergences.entropy(p) / math.log(2)


@draft.mistake(
    "Two things: this is in bits, where the course measures in nats, and it is nan as soon as a "
    "mass is 0."
)
@quiet
def bits_and_nan_at_zero(p):
    return -np.sum(p * np.log2(p))


@draft.mistake("You used logarithms to base 10; the course uses natural ones.")
def log10(p):
    return divergences.entropy(p) / math.log(10)


@draft.mistake(
    "Your entropy is negative: the logarithm of a probability is at most 0, and the surprise is "
    "its opposite."
)
def sign_forgotten(p):
    return -divergences.entropy(p)


@draft.mistake(
    "Right for positive masses, but nan as soon as one is 0: an outcome that never happens adds "
    "nothing to the mean surprise."
)
@quiet
def nan_at_zero(p):
    return -np.sum(p * np.log(p))


@draft.mistake(
    "Your function fails at a mass of 0, whose logarithm does not exist: an outcome that never "
    "happens adds nothing to the mean surprise."
)
def crash_at_zero(p):
    return -sum(x * math.log(x) for x in p)


@draft.mistake(
    "You added up the surprises of all outcomes; the entropy is their mean, each weighted by its "
    "probability."
)
def not_weighted(p):
    return -logs(p).sum()


@draft.mistake(
    "You divided by the number of states (np.mean?); the probabilities are the weights already."
)
def mean_over_states(p):
    return divergences.entropy(p) / len(p)


@draft.mistake(
    "This is exp(entropy), the perplexity: an effective number of outcomes rather than their mean "
    "surprise."
)
def perplexity(p):
    return math.exp(divergences.entropy(p))


@draft.mistake("This is 1 − Σ p², the Gini impurity; the entropy weighs logarithms.")
def gini_impurity(p):
    return 1 - np.sum(p**2)


@draft.mistake("You return one term for each state; add them up.")
def not_added(p):
    return entr(p)


@draft.mistake(
    "You divided by log n, the largest entropy that n states can have: that is a share of it, "
    "where the mean surprise itself is asked for."
)
def share_of_the_largest(p):
    return divergences.entropy(p) / math.log(len(p))


@draft.mistake(
    "This is the entropy of softmax(p): p holds probabilities already, not logits, and goes into "
    "the logarithm as it is."
)
def softmax_applied(p):
    return divergences.entropy(softmax(p))


@draft.mistake("This is −Σ p log(1 + p) (np.log1p?); the logarithm of p itself is asked for.")
def log_of_one_plus_p(p):
    return -np.sum(p * np.log1p(p))


@draft.mistake(
    "You added −(1 − p) log(1 − p) for every state, as for so many coins; the states are the "
    "outcomes of one experiment."
)
def coin_by_coin(p):
    return entr(p).sum() + entr(1 - p).sum()


@draft.mistake(
    "You counted how often each number occurs in p; the numbers themselves are the probabilities."
)
def counted_occurrences(p):
    _, counts = np.unique(p, return_counts=True)
    return divergences.entropy(counts / counts.sum())


def with_small_number(epsilon):
    """The epsilon that people add inside a logarithm, too large."""
    return lambda p: -np.sum(p * np.log(p + epsilon))


mistakes_of_small_numbers(draft, with_small_number, digits=(2, 3, 4))


@draft.also_right
def by_loop(p):
    return -sum(float(x) * math.log(x) for x in p if x > 0)


@draft.also_right
def by_entr(p):
    return entr(p).sum()


@draft.also_right
def by_scipy(p):
    return [stats.entropy(p)]


draft.hints(
    "The surprise of an outcome of probability p is −log p. Entropy is the mean surprise.",
    "A mean over outcomes weighs each with its probability: −Σ p log p. Leave out the states with "
    "p = 0 before taking logarithms.",
    "`p = p[p > 0]`, then `-np.sum(p * np.log(p))`.",
)

EXERCISE = draft.exercise()
