"""Lesson 2: the adversarial game on a finite set of points, in NumPy; the bank of the lesson.

Goodfellow et al. (2014), sections 3 and 4: the best discriminator, the value of the game and the
divergence that it hides. The losses are in :mod:`.losses`, the training step in
:mod:`.step`, numbers and choices in :mod:`.tables`, errors to find
in :mod:`.errors`.
"""

from __future__ import annotations

import math

import numpy as np
import torch
from scipy.spatial import distance
from scipy.special import expit, rel_entr, xlog1py, xlogy
from scipy.stats import entropy, norm

from course_utils import divergences
from course_utils.exercises.engine import Exercise, Misconception, array, call, number
from course_utils.exercises.lesson2.errors import ERRORS
from course_utils.exercises.lesson2.losses import LOSSES
from course_utils.exercises.lesson2.step import STEP
from course_utils.exercises.lesson2.tables import TABLES


def _masses(rng: np.random.Generator, size: int) -> np.ndarray:
    """Uneven masses, none of them near 0."""
    p = rng.uniform(0.1, 1.0, size)
    return p / p.sum()


def _pairs(rng: np.random.Generator) -> list[tuple[np.ndarray, np.ndarray]]:
    """Distributions that differ, coincide, share some of their support, or none."""
    same = _masses(rng, 4)
    partial = np.append(_masses(rng, 4), 0.0), np.insert(_masses(rng, 3), [0, 2], 0.0)
    disjoint = np.append(_masses(rng, 2), [0.0, 0.0]), np.insert(_masses(rng, 2), 0, [0.0, 0.0])
    return [
        (np.array([0.5, 0.5]), np.array([0.75, 0.25])),
        (_masses(rng, 3), _masses(rng, 3)),
        (_masses(rng, 6), _masses(rng, 6)),
        (same, same.copy()),
        (np.append(_masses(rng, 2), 0.0), np.append(_masses(rng, 2), 0.0)),
        partial,
        disjoint,
        (np.array([1.0]), np.array([1.0])),
    ]


# --- jensen_shannon ---------------------------------------------------------------------


def _probe_js(answer, rng):
    return {call("jensen_shannon", p, q): number(answer(p, q)) for p, q in _pairs(rng)}


def _js_loop(p, q):
    total = 0.0
    for a, b in zip(p, q, strict=True):
        total += sum(v * math.log(2 * v / (a + b)) for v in (a, b) if v > 0)
    return total / 2


def _js_torch(p, q):
    p, q = torch.from_numpy(p), torch.from_numpy(q)
    m = (p + q) / 2
    return (torch.xlogy(p, p / m) + torch.xlogy(q, q / m)).nan_to_num().sum() / 2


def _js_nan(p, q):
    with np.errstate(all="ignore"):
        return (p * np.log(2 * p / (p + q)) + q * np.log(2 * q / (p + q))).sum() / 2


def _js(p, q, m=None):
    """½ Σ p log(p/m) + ½ Σ q log(q/m) whatever the sums; m = ½ (p + q) unless given."""
    m = (p + q) / 2 if m is None else m
    return (rel_entr(p, m).sum() + rel_entr(q, m).sum()) / 2


def _js_common_support(p, q):
    both = (p > 0) & (q > 0)
    return _js(p[both], q[both])


JENSEN_SHANNON = Exercise(
    id="jensen_shannon",
    lesson=2,
    title="Jensen–Shannon divergence",
    reference=divergences.jensen_shannon,
    probe=_probe_js,
    misconceptions=(
        Misconception(
            "halves_missing",
            "Twice the value: both divergences to the middle are added whole. That is the WGAN "
            "paper's convention; in this course each of the two counts for one half.",
            lambda p, q: 2 * _js(p, q),
        ),
        Misconception(
            "bits",
            "These are bits; the course measures in nats, with the natural logarithm.",
            lambda p, q: _js(p, q) / math.log(2),
        ),
        Misconception(
            "square_root",
            "This is the Jensen–Shannon distance, the square root of the divergence; SciPy's "
            "function of that name returns it.",
            lambda p, q: math.sqrt(_js(p, q)),
        ),
        Misconception(
            "middle_not_halved",
            "Your middle distribution sums to 2, so the result is off by a constant and is even "
            "negative; a mixture of two distributions must itself sum to 1.",
            lambda p, q: _js(p, q, p + q),
        ),
        Misconception(
            "first_term_only",
            "Only D(p‖m) is there; the second distribution is compared with the middle too, and "
            "without it the result is not symmetric.",
            lambda p, q: rel_entr(p, (p + q) / 2).sum(),
        ),
        Misconception(
            "half_of_first_term",
            "Only ½ D(p‖m) is there; the term for the second distribution is missing.",
            lambda p, q: rel_entr(p, (p + q) / 2).sum() / 2,
        ),
        Misconception(
            "no_middle",
            "You averaged D(p‖q) and D(q‖p), which is infinite as soon as the supports differ; "
            "here each is compared with the middle, which has mass wherever either has.",
            lambda p, q: (rel_entr(p, q).sum() + rel_entr(q, p).sum()) / 2,
        ),
        Misconception(
            "divergence_from_middle",
            "The divergences start from the middle, D(m‖p) and D(m‖q); each distribution is to "
            "be compared with the middle, not the middle with each.",
            lambda p, q: (rel_entr((p + q) / 2, p).sum() + rel_entr((p + q) / 2, q).sum()) / 2,
        ),
        Misconception(
            "zero_mass_gives_nan",
            "A state of mass 0 gives 0 · log 0, which the computer calls NaN; such a state "
            "contributes nothing.",
            _js_nan,
        ),
        Misconception(
            "common_support_only",
            "You left out the states that only one of the two reaches; they are what makes "
            "distributions with disjoint supports as different as can be.",
            _js_common_support,
        ),
    ),
    hints=(
        "Build the distribution in the middle, m: one half of p plus one half of q.",
        "Average two Kullback–Leibler divergences to it: D(p‖m) and D(q‖m).",
        "Where p is 0 its term is 0; `scipy.special.rel_entr(p, m)` knows that. Half the sum of "
        "`rel_entr(p, m)` and `rel_entr(q, m)` over all states.",
    ),
    alternatives=(
        _js_loop,
        _js_torch,
        lambda p, q: distance.jensenshannon(p, q) ** 2,
        lambda p, q: entropy((p + q) / 2) - (entropy(p) + entropy(q)) / 2,
    ),
)

# --- optimal_discriminator --------------------------------------------------------------


def optimal_discriminator(p_data, p_generator):
    """D*(x) = p_data(x) / (p_data(x) + p_g(x)), and ½ where neither has density.

    Goodfellow et al. (2014), proposition 1.
    """
    total = p_data + p_generator
    return np.divide(p_data, total, out=np.full(total.shape, 0.5), where=total > 0)


def _probe_optimal(answer, rng):
    x = rng.uniform(-3, 7, 6)
    cases = [
        (np.array([0.5, 0.5]), np.array([0.75, 0.25])),
        (norm.pdf(x), norm.pdf(x, 4)),
        (rng.uniform(0.5, 4, 5), rng.uniform(0.5, 4, 5)),  # densities may exceed 1
        (np.array([0.0, 0.4, 0.6, 0.0]), np.array([0.3, 0.0, 0.7, 0.0])),
        (np.array([3e-6, 2.0]), np.array([1e-6, 1.0])),
        (rng.uniform(0.1, 1, 1), rng.uniform(0.1, 1, 1)),
    ]
    return {call("optimal_discriminator", p, q): array(answer(p, q), ndim=1) for p, q in cases}


def _optimal_from_logit(p, q):
    with np.errstate(divide="ignore", invalid="ignore"):
        return expit(np.nan_to_num(np.log(p) - np.log(q), nan=0.0, posinf=np.inf, neginf=-np.inf))


def _unguarded(p, q):
    with np.errstate(invalid="ignore"):
        return p / (p + q)


def _odds(p, q):
    with np.errstate(all="ignore"):
        return p / q


OPTIMAL_DISCRIMINATOR = Exercise(
    id="optimal_discriminator",
    lesson=2,
    title="The best discriminator",
    reference=optimal_discriminator,
    probe=_probe_optimal,
    misconceptions=(
        Misconception(
            "inverted",
            "This is the probability that a point is generated; D is the probability that it is "
            "real.",
            lambda p, q: 1 - optimal_discriminator(p, q),
        ),
        Misconception(
            "zero_over_zero",
            "Where both densities are 0 you divide 0 by 0 and get NaN; such a point tells real "
            "and generated apart in neither direction.",
            _unguarded,
        ),
        Misconception(
            "zero_where_empty",
            "Where both densities are 0 you call the point generated for certain; nothing speaks "
            "for either side there.",
            lambda p, q: np.where(p + q > 0, optimal_discriminator(p, q), 0.0),
        ),
        Misconception(
            "one_where_empty",
            "Where both densities are 0 you call the point real for certain; nothing speaks for "
            "either side there.",
            lambda p, q: np.where(p + q > 0, optimal_discriminator(p, q), 1.0),
        ),
        Misconception(
            "likelihood_ratio",
            "This is the ratio of the two densities, the odds; D is a probability and never "
            "exceeds 1.",
            _odds,
        ),
        Misconception(
            "hard_rule",
            "You decide 0 or 1 by the larger density. That rule maximises the share of right "
            "answers; with logarithms in V the best D says how sure one can be.",
            lambda p, q: (p > q).astype(float),
        ),
        Misconception(
            "hard_rule_ties_real",
            "You decide 0 or 1 by the larger density, and call ties real; with logarithms in V "
            "the best D says how sure one can be.",
            lambda p, q: (p >= q).astype(float),
        ),
        Misconception(
            "normalised_over_points",
            "You divided by a sum over the points; the best D at a point depends on the two "
            "densities at that point alone.",
            lambda p, q: p / (p + q).sum(),
        ),
        Misconception(
            "middle_not_sum",
            "You divided by the mean of the two densities, so the result can reach 2; D must "
            "stay a probability.",
            lambda p, q: 2 * np.where(p + q > 0, optimal_discriminator(p, q), 0.25),
        ),
        Misconception(
            "logit",
            "This is the logit of the best D, a number of any size; D itself is asked for.",
            lambda p, q: np.nan_to_num(
                np.log(np.maximum(p, 1e-300)) - np.log(np.maximum(q, 1e-300))
            ),
        ),
    ),
    hints=(
        "Fix one point x. There V reads p_data(x) log D + p_g(x) log(1 − D): set its derivative "
        "in D to 0.",
        "At x the discriminator faces real points at rate p_data(x) and generated ones at rate "
        "p_g(x): which share is real?",
        "`p_data / (p_data + p_generator)`, and ½ at points where the sum is 0 "
        "(`np.divide(..., out=np.full(n, 0.5), where=total > 0)`).",
    ),
    alternatives=(
        lambda p, q: [a / (a + b) if a + b > 0 else 0.5 for a, b in zip(p, q, strict=True)],
        _optimal_from_logit,
        lambda p, q: torch.where(
            torch.tensor(p + q) > 0, torch.tensor(p) / torch.tensor(p + q), torch.tensor(0.5)
        ),
        lambda p, q: np.where(p + q > 0, p / np.maximum(p + q, 1e-300), 0.5),
    ),
)

# --- gan_value --------------------------------------------------------------------------


def gan_value(p_data, p_generator, discriminator):
    """V(G, D) = E_data[log D] + E_g[log(1 − D)] on a finite set, with 0 · log 0 = 0.

    Goodfellow et al. (2014), equation 1.
    """
    return float((xlogy(p_data, discriminator) + xlog1py(p_generator, -discriminator)).sum())


def _probe_value(answer, rng):
    cases = []
    for p, q in _pairs(rng):
        cases += [(p, q, optimal_discriminator(p, q)), (p, q, rng.uniform(0.05, 0.95, len(p)))]
    real_called_fake = np.array([0.5, 0.5]), np.array([0.0, 1.0]), np.array([0.0, 0.5])
    fake_called_real = np.array([0.2, 0.8]), np.array([0.6, 0.4]), np.array([1.0, 0.3])
    cases += [real_called_fake, fake_called_real]
    return {call("gan_value", *case): number(answer(*case)) for case in cases}


def _value_loop(p, q, d):
    total = 0.0
    for a, b, c in zip(p, q, d, strict=True):
        if a > 0:
            total += a * (math.log(c) if c > 0 else -math.inf)
        if b > 0:
            total += b * (math.log(1 - c) if c < 1 else -math.inf)
    return total


def _value_masked(p, q, d):
    with np.errstate(divide="ignore"):
        return (p[p > 0] * np.log(d[p > 0])).sum() + (q[q > 0] * np.log1p(-d[q > 0])).sum()


def _value_nan(p, q, d):
    with np.errstate(all="ignore"):
        return (p * np.log(d) + q * np.log(1 - d)).sum()


def _unweighted(p, q, d):
    with np.errstate(divide="ignore"):
        return (np.log(d) + np.log(1 - d)).mean()


def _log_of_mean(p, q, d):
    with np.errstate(divide="ignore"):
        return np.log(p @ d) + np.log(q @ (1 - d))


GAN_VALUE = Exercise(
    id="gan_value",
    lesson=2,
    title="The value of the game",
    reference=gan_value,
    probe=_probe_value,
    misconceptions=(
        Misconception(
            "negated",
            "This is −V, the loss a discriminator would minimise; V itself, which it maximises, "
            "is never positive.",
            lambda p, q, d: -gan_value(p, q, d),
        ),
        Misconception(
            "real_and_fake_swapped",
            "Real and generated have changed places: D is the probability of being real, and its "
            "logarithm is averaged over the data.",
            lambda p, q, d: gan_value(q, p, d),
        ),
        Misconception(
            "zero_mass_gives_nan",
            "0 · log 0 came out as NaN; a point that a distribution never visits adds nothing "
            "to its average.",
            _value_nan,
        ),
        Misconception(
            "log_of_mean",
            "You took the logarithm of the averages; V averages the logarithms, and the two are "
            "not the same.",
            _log_of_mean,
        ),
        Misconception(
            "no_logarithm",
            "The logarithms are missing: this linear score has a hard 0-or-1 rule as its best D.",
            lambda p, q, d: p @ d + q @ (1 - d),
        ),
        Misconception(
            "unweighted_mean",
            "Each point counts the same here; an expectation weighs every point with its mass.",
            _unweighted,
        ),
        Misconception(
            "bits",
            "These are bits; the course measures in nats, with the natural logarithm.",
            lambda p, q, d: gan_value(p, q, d) / math.log(2),
        ),
        Misconception(
            "data_in_both_terms",
            "Both terms are averaged over the data; the second is an average over what the "
            "generator makes.",
            lambda p, q, d: gan_value(p, p, d),
        ),
        Misconception(
            "generator_term_missing",
            "Only the data's term is there; V also judges what the generator makes.",
            lambda p, q, d: xlogy(p, d).sum(),
        ),
        Misconception(
            "discriminator_ignored",
            "You put in the best discriminator; V is asked for at the D that is given.",
            lambda p, q, d: gan_value(p, q, optimal_discriminator(p, q)),
        ),
        Misconception(
            "halved",
            "A factor ½ has crept in; V is the sum of the two expectations.",
            lambda p, q, d: gan_value(p, q, d) / 2,
        ),
    ),
    hints=(
        "V is the sum of two expectations: of log D under the data, and of log(1 − D) under the "
        "generator.",
        "On a finite set an expectation is a sum over points, each weighted with its mass; skip "
        "points whose mass is 0.",
        "`scipy.special.xlogy(p_data, D)` is p · log D with 0 · log 0 = 0; add "
        "`xlogy(p_generator, 1 - D)` and sum.",
    ),
    alternatives=(
        _value_loop,
        _value_masked,
        lambda p, q, d: torch.tensor(xlogy(p, d) + xlogy(q, 1 - d)).sum(),
    ),
)

BANK = (JENSEN_SHANNON, OPTIMAL_DISCRIMINATOR, GAN_VALUE, *LOSSES, *STEP, *TABLES, *ERRORS)
