"""The Jensen–Shannon divergence, with the ½: at most ln 2.

Goodfellow et al. (2014), section 4.
"""

from __future__ import annotations

import math

import numpy as np
import torch
from scipy.spatial import distance
from scipy.special import rel_entr, xlogy
from scipy.stats import entropy

from course_utils import divergences
from course_utils.exercises.draft import Draft
from course_utils.exercises.engine import call, number
from course_utils.exercises.lesson2.pairs_of_distributions import pairs

draft = Draft("jensen_shannon", lesson=2, title="Jensen–Shannon divergence")

draft.reference(divergences.jensen_shannon)


@draft.probe
def observe(answer, rng):
    return {call("jensen_shannon", p, q): number(answer(p, q)) for p, q in pairs(rng)}


def _js(p, q, m=None):
    """½ Σ p log(p/m) + ½ Σ q log(q/m) whatever the sums; m = ½ (p + q) unless given."""
    m = (p + q) / 2 if m is None else m
    return (rel_entr(p, m).sum() + rel_entr(q, m).sum()) / 2


@draft.mistake(
    "Twice the value: both divergences to the middle are added whole. That is the WGAN paper's "
    "convention; in this course each of the two counts for one half."
)
def halves_missing(p, q):
    return 2 * _js(p, q)


@draft.mistake("These are bits; the course measures in nats, with the natural logarithm.")
def bits(p, q):
    return _js(p, q) / math.log(2)


@draft.mistake(
    "This is the Jensen–Shannon distance, the square root of the divergence; SciPy's function of "
    "that name returns it."
)
def square_root(p, q):
    return math.sqrt(_js(p, q))


@draft.mistake(
    "Your middle distribution sums to 2, so the result is off by a constant and is even negative; "
    "a mixture of two distributions must itself sum to 1."
)
def middle_not_halved(p, q):
    return _js(p, q, p + q)


@draft.mistake(
    "Only D(p‖m) is there; the second distribution is compared with the middle too, and without "
    "it the result is not symmetric."
)
def first_term_only(p, q):
    return rel_entr(p, (p + q) / 2).sum()


@draft.mistake("Only ½ D(p‖m) is there; the term for the second distribution is missing.")
def half_of_first_term(p, q):
    return rel_entr(p, (p + q) / 2).sum() / 2


@draft.mistake(
    "You averaged D(p‖q) and D(q‖p), which is infinite as soon as the supports differ; here each "
    "is compared with the middle, which has mass wherever either has."
)
def no_middle(p, q):
    return (rel_entr(p, q).sum() + rel_entr(q, p).sum()) / 2


@draft.mistake(
    "The divergences start from the middle, D(m‖p) and D(m‖q); each distribution is to be "
    "compared with the middle, not the middle with each."
)
def divergence_from_middle(p, q):
    return (rel_entr((p + q) / 2, p).sum() + rel_entr((p + q) / 2, q).sum()) / 2


@draft.mistake(
    "A state of mass 0 gives 0 · log 0, which the computer calls NaN; such a state contributes "
    "nothing."
)
def zero_mass_gives_nan(p, q):
    with np.errstate(all="ignore"):
        return (p * np.log(2 * p / (p + q)) + q * np.log(2 * q / (p + q))).sum() / 2


@draft.mistake(
    "You left out the states that only one of the two reaches; they are what makes distributions "
    "with disjoint supports as different as can be."
)
def common_support_only(p, q):
    both = (p > 0) & (q > 0)
    return _js(p[both], q[both])


@draft.mistake(
    "This is the Jensen–Shannon distance in base 2: the root of the divergence in bits. The "
    "divergence itself is asked for, in nats."
)
def square_root_of_bits(p, q):
    return math.sqrt(_js(p, q) / math.log(2))


@draft.mistake(
    "The middle itself stands where its logarithm is expected: torch's `kl_div` takes the "
    "logarithm of the distribution that is compared with."
)
def logarithm_of_middle_missing(p, q):
    m = (p + q) / 2
    return (xlogy(p, p) - p * m + xlogy(q, q) - q * m).sum() / 2


@draft.also_right
def by_loop(p, q):
    total = 0.0
    for a, b in zip(p, q, strict=True):
        total += sum(v * math.log(2 * v / (a + b)) for v in (a, b) if v > 0)
    return total / 2


@draft.also_right
def by_torch(p, q):
    p, q = torch.from_numpy(p), torch.from_numpy(q)
    m = (p + q) / 2
    return (torch.xlogy(p, p / m) + torch.xlogy(q, q / m)).nan_to_num().sum() / 2


@draft.also_right
def by_scipys_distance(p, q):
    return distance.jensenshannon(p, q) ** 2


@draft.also_right
def by_entropies(p, q):
    return entropy((p + q) / 2) - (entropy(p) + entropy(q)) / 2


draft.hints(
    "Build the distribution in the middle, m: one half of p plus one half of q.",
    "Average two Kullback–Leibler divergences to it: D(p‖m) and D(q‖m).",
    "Where p is 0 its term is 0; `scipy.special.rel_entr(p, m)` knows that. Half the sum of "
    "`rel_entr(p, m)` and `rel_entr(q, m)` over all states.",
)

EXERCISE = draft.exercise()
