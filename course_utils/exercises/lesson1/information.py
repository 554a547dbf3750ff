"""Lesson 1: entropy, cross-entropy and the Kullback–Leibler divergence, in NumPy.

Goodfellow, Bengio & Courville, *Deep Learning*, section 3.13.
"""

from __future__ import annotations

import math

import numpy as np
from scipy import stats
from scipy.special import entr, rel_entr

from course_utils import divergences
from course_utils.exercises.engine import Exercise, Misconception, call, number

TINY = 1e-12  # what people add inside a logarithm to keep it finite


def _logs(p):
    """Natural logarithm with −inf at 0, without a warning."""
    with np.errstate(divide="ignore"):
        return np.log(p)


def _quiet(function):
    """Run a NumPy formula as a student's notebook would, without its 0 · log 0 warnings."""

    def answer(*args):
        with np.errstate(divide="ignore", invalid="ignore"):
            return function(*args)

    return answer


# --- entropy ----------------------------------------------------------------------------


def _probe_entropy(answer, rng):
    cases = [rng.dirichlet(np.ones(n)) for n in (2, 3, 5, 9)]
    cases += [np.full(6, 1 / 6), np.array([0.5, 0.25, 0.25])]
    cases += [np.array([0.5, 0.0, 0.5]), np.array([0.0, 1.0]), np.array([0.0, 0.2, 0.0, 0.8])]
    return {call("entropy", p): number(answer(p)) for p in cases}


def _entropy_by_loop(p):
    return -sum(float(x) * math.log(x) for x in p if x > 0)


ENTROPY = Exercise(
    id="entropy",
    lesson=1,
    title="Entropy",
    reference=divergences.entropy,
    probe=_probe_entropy,
    misconceptions=(
        Misconception(
            "bits_not_nats",
            "This is the entropy in bits; the course measures in nats, with natural logarithms.",
            lambda p: divergences.entropy(p) / math.log(2),
        ),
        Misconception(
            "bits_and_nan_at_zero",
            "Two things: this is in bits, where the course measures in nats, and it is nan as soon "
            "as a mass is 0.",
            _quiet(lambda p: -np.sum(p * np.log2(p))),
        ),
        Misconception(
            "log10",
            "You used logarithms to base 10; the course uses natural ones.",
            lambda p: divergences.entropy(p) / math.log(10),
        ),
        Misconception(
            "sign_forgotten",
            "Your entropy is negative: the logarithm of a probability is at most 0, and the "
            "surprise is its opposite.",
            lambda p: -divergences.entropy(p),
        ),
        Misconception(
            "nan_at_zero",
            "Right for positive masses, but nan as soon as one is 0: an outcome that never "
            "happens adds nothing to the mean surprise.",
            _quiet(lambda p: -np.sum(p * np.log(p))),
        ),
        Misconception(
            "crash_at_zero",
            "Your function fails at a mass of 0, whose logarithm does not exist: an outcome that "
            "never happens adds nothing to the mean surprise.",
            lambda p: -sum(x * math.log(x) for x in p),
        ),
        Misconception(
            "not_weighted",
            "You added up the surprises of all outcomes; the entropy is their mean, each weighted "
            "by its probability.",
            lambda p: -_logs(p).sum(),
        ),
        Misconception(
            "mean_over_states",
            "You divided by the number of states (np.mean?); the probabilities are the weights "
            "already.",
            lambda p: divergences.entropy(p) / len(p),
        ),
        Misconception(
            "perplexity",
            "This is exp(entropy), the perplexity: an effective number of outcomes rather than "
            "their mean surprise.",
            lambda p: math.exp(divergences.entropy(p)),
        ),
        Misconception(
            "gini_impurity",
            "This is 1 − Σ p², the Gini impurity; the entropy weighs logarithms.",
            lambda p: 1 - np.sum(p**2),
        ),
    ),
    hints=(
        "The surprise of an outcome of probability p is −log p. Entropy is the mean surprise.",
        "A mean over outcomes weighs each with its probability: −Σ p log p. Leave out the states "
        "with p = 0 before taking logarithms.",
        "`p = p[p > 0]`, then `-np.sum(p * np.log(p))`.",
    ),
    alternatives=(_entropy_by_loop, lambda p: entr(p).sum(), lambda p: [stats.entropy(p)]),
)

# --- cross_entropy and kl_divergence ----------------------------------------------------


def _pairs(rng):
    """Pairs of masses for which both divergences are finite, some with shared zeros."""
    pairs = [(rng.dirichlet(np.ones(n)), rng.dirichlet(np.full(n, 2.0))) for n in (2, 3, 5, 8)]
    pairs += [
        (np.array([0.5, 0.5]), np.array([0.75, 0.25])),
        (np.array([0.0, 0.3, 0.7]), np.array([0.2, 0.5, 0.3])),
        (np.array([0.4, 0.0, 0.6]), np.array([0.7, 0.0, 0.3])),
        (np.array([0.0, 1.0]), np.array([0.9, 0.1])),
        (np.array([0.1, 0.2, 0.7]), np.array([0.1, 0.2, 0.7])),
    ]
    return pairs


def _lacking():
    """Pairs where q lacks mass that p has: the answer is infinite."""
    return (
        (np.array([0.5, 0.5]), np.array([1.0, 0.0])),
        (np.array([0.2, 0.8, 0.0]), np.array([0.0, 0.5, 0.5])),
        (np.array([0.5, 0.5, 0.0, 0.0]), np.array([0.0, 0.0, 0.25, 0.75])),
    )


def _probe_pairs(name):
    def probe(answer, rng):
        seen = {call(name, p, q): number(answer(p, q)) for p, q in _pairs(rng)}
        for p, q in _lacking():
            value = number(answer(p, q))
            # one verdict for every small number that can be added inside the logarithm
            seen[f"{call(name, p, q)} is infinite"] = np.where(
                np.isnan(value), value, value == np.inf
            )
            seen[f"{call(name, p, q)} is at least 3"] = np.where(np.isnan(value), value, value >= 3)
        return seen

    return probe


def _cross_entropy_by_loop(p, q):
    total = 0.0
    for a, b in zip(p, q, strict=True):
        if a > 0:
            total += math.inf if b == 0 else -a * math.log(b)
    return total


def _only_where_both_positive(p, q):
    both = (p > 0) & (q > 0)
    return p[both], q[both]


CROSS_ENTROPY = Exercise(
    id="cross_entropy",
    lesson=1,
    title="Cross-entropy",
    reference=divergences.cross_entropy,
    probe=_probe_pairs("cross_entropy"),
    misconceptions=(
        Misconception(
            "swapped_arguments",
            "This is H(Q, P): the arguments are swapped. Outcomes come from p, surprise is "
            "measured with q.",
            lambda p, q: divergences.cross_entropy(q, p),
        ),
        Misconception(
            "bits_not_nats",
            "This is in bits; the course measures in nats, with natural logarithms.",
            lambda p, q: divergences.cross_entropy(p, q) / math.log(2),
        ),
        Misconception(
            "sign_forgotten",
            "The sign is missing: a mean surprise is never negative.",
            lambda p, q: -divergences.cross_entropy(p, q),
        ),
        Misconception(
            "entropy_of_p",
            "This is the entropy of p: q does not appear in it.",
            lambda p, q: divergences.entropy(p),
        ),
        Misconception(
            "kl_instead",
            "This is D(P‖Q), the excess over the entropy of p; the cross-entropy is the whole "
            "mean surprise.",
            divergences.kl_divergence,
        ),
        Misconception(
            "nan_at_zero",
            "You get nan where p and q are both 0: an outcome that never happens adds nothing, "
            "whatever q says of it.",
            _quiet(lambda p, q: -np.sum(p * np.log(q))),
        ),
        Misconception(
            "clipped_to_finite",
            "You keep the logarithm finite with a small number; where q rules out what p "
            "produces, the surprise really is infinite.",
            lambda p, q: -np.sum(p * np.log(q + TINY)),
        ),
        Misconception(
            "lacking_states_dropped",
            "You leave out the states where q is 0 even though p has mass there: those are the "
            "ones that surprise without limit.",
            lambda p, q: _cross_entropy_by_loop(*_only_where_both_positive(p, q)),
        ),
        Misconception(
            "mean_over_states",
            "You divided by the number of states (np.mean?); the masses of p are the weights "
            "already.",
            lambda p, q: divergences.cross_entropy(p, q) / len(p),
        ),
        Misconception(
            "not_weighted",
            "You added up the surprises of all states that occur; their mean is asked for, each "
            "weighted by its probability under p.",
            lambda p, q: -_logs(q[p > 0]).sum(),
        ),
    ),
    hints=(
        "Outcomes arrive according to p, but you are surprised according to q: the surprise at a "
        "state is −log q.",
        "Average −log q with the weights p. States with p = 0 never arrive: leave them out. A "
        "state with p > 0 and q = 0 makes the result `np.inf`.",
        "`seen = p > 0`, then `-np.sum(p[seen] * np.log(q[seen]))` (inside "
        '`np.errstate(divide="ignore")` if the warning disturbs you).',
    ),
    alternatives=(
        _cross_entropy_by_loop,
        lambda p, q: entr(p).sum() + rel_entr(p, q).sum(),
        lambda p, q: stats.entropy(p) + stats.entropy(p, q),
    ),
)


def _kl_by_loop(p, q):
    total = 0.0
    for a, b in zip(p, q, strict=True):
        if a > 0:
            total += math.inf if b == 0 else a * math.log(a / b)
    return np.array([total])


KL = Exercise(
    id="kl_divergence",
    lesson=1,
    title="Kullback–Leibler divergence",
    reference=divergences.kl_divergence,
    probe=_probe_pairs("kl_divergence"),
    misconceptions=(
        Misconception(
            "swapped_arguments",
            "This is D(Q‖P): the arguments are swapped. The mean is taken under the first one, p.",
            lambda p, q: divergences.kl_divergence(q, p),
        ),
        Misconception(
            "bits_not_nats",
            "This is in bits; the course measures in nats, with natural logarithms.",
            lambda p, q: divergences.kl_divergence(p, q) / math.log(2),
        ),
        Misconception(
            "sign_forgotten",
            "The sign is wrong: Gibbs' inequality says the divergence is never negative.",
            lambda p, q: -divergences.kl_divergence(p, q),
        ),
        Misconception(
            "cross_entropy_instead",
            "This is the cross-entropy: it is not 0 where p equals q, because the surprise that "
            "nobody can avoid is still in it.",
            divergences.cross_entropy,
        ),
        Misconception(
            "nan_at_zero",
            "You get nan where p is 0: an outcome that never happens adds nothing to the mean.",
            _quiet(lambda p, q: np.sum(p * np.log(p / q))),
        ),
        Misconception(
            "clipped_to_finite",
            "You keep the logarithm finite with a small number; where q lacks mass that p has, "
            "the divergence really is infinite.",
            lambda p, q: np.sum(p * np.log((p + TINY) / (q + TINY))),
        ),
        Misconception(
            "lacking_states_dropped",
            "You leave out the states where q is 0 even though p has mass there: those are the "
            "ones that make the divergence infinite.",
            lambda p, q: rel_entr(*_only_where_both_positive(p, q)).sum(),
        ),
        Misconception(
            "not_weighted",
            "You added up the logarithms of the ratios; their mean is asked for, each weighted by "
            "its probability under p.",
            _quiet(lambda p, q: np.sum(np.log(p / q))),
        ),
        Misconception(
            "jensen_shannon",
            "This is the Jensen–Shannon divergence, which compares both arguments with their "
            "average; you are asked for D(P‖Q) itself.",
            divergences.jensen_shannon,
        ),
        Misconception(
            "absolute_logarithms",
            "You took absolute values: single terms may be negative, it is their sum that cannot "
            "be.",
            lambda p, q: np.abs(rel_entr(p, q)).sum(),
        ),
        Misconception(
            "symmetrised",
            "You added both directions (Jeffreys' divergence); D(P‖Q) is not symmetric, and you "
            "are asked for one direction.",
            lambda p, q: divergences.kl_divergence(p, q) + divergences.kl_divergence(q, p),
        ),
        Misconception(
            "mean_over_states",
            "You divided by the number of states (np.mean?); the masses of p are the weights "
            "already.",
            lambda p, q: divergences.kl_divergence(p, q) / len(p),
        ),
    ),
    hints=(
        "How much more surprised is someone who believes q than someone who believes p, on "
        "average over outcomes that come from p?",
        "D(P‖Q) = Σ p log(p / q). Leave out the states with p = 0; where p > 0 and q = 0 the "
        "result is `np.inf`. You may also subtract one of your earlier functions from the other.",
        "`seen = p > 0`, then `np.sum(p[seen] * np.log(p[seen] / q[seen]))` (inside "
        '`np.errstate(divide="ignore")` if the warning disturbs you).',
    ),
    alternatives=(
        _kl_by_loop,
        lambda p, q: rel_entr(p, q).sum(),
        stats.entropy,
        lambda p, q: divergences.cross_entropy(p, q) - divergences.entropy(p),
    ),
)

EXERCISES = (ENTROPY, CROSS_ENTROPY, KL)
