"""V(G, D) on a finite set of points.

Goodfellow et al. (2014), equation 1.
"""

from __future__ import annotations

import math

import numpy as np
import torch
from scipy.special import xlog1py, xlogy

from course_utils.exercises.draft import Draft
from course_utils.exercises.engine import call, number
from course_utils.exercises.lesson2.optimal_discriminator import optimal_discriminator
from course_utils.exercises.lesson2.pairs_of_distributions import pairs

draft = Draft("gan_value", lesson=2, title="The value of the game")


@draft.reference
def gan_value(p_data, p_generator, discriminator):
    """V(G, D) = E_data[log D] + E_g[log(1 − D)] on a finite set, with 0 · log 0 = 0.

    Goodfellow et al. (2014), equation 1.
    """
    return float((xlogy(p_data, discriminator) + xlog1py(p_generator, -discriminator)).sum())


@draft.probe
def observe(answer, rng):
    cases = []
    for p, q in pairs(rng):
        cases += [(p, q, optimal_discriminator(p, q)), (p, q, rng.uniform(0.05, 0.95, len(p)))]
    real_called_fake = np.array([0.5, 0.5]), np.array([0.0, 1.0]), np.array([0.0, 0.5])
    fake_called_real = np.array([0.2, 0.8]), np.array([0.6, 0.4]), np.array([1.0, 0.3])
    cases += [real_called_fake, fake_called_real]
    return {call("gan_value", *case): number(answer(*case)) for case in cases}


@draft.mistake(
    "This is −V, the loss a discriminator would minimise; V itself, which it maximises, is never "
    "positive."
)
def negated(p, q, d):
    return -gan_value(p, q, d)


@draft.mistake(
    "Real and generated have changed places: D is the probability of being real, and its "
    "logarithm is averaged over the data."
)
def real_and_fake_swapped(p, q, d):
    return gan_value(q, p, d)


@draft.mistake(
    "0 · log 0 came out as NaN; a point that a distribution never visits adds nothing to its "
    "average."
)
def zero_mass_gives_nan(p, q, d):
    with np.errstate(all="ignore"):
        return (p * np.log(d) + q * np.log(1 - d)).sum()


@draft.mistake(
    "You took the logarithm of the averages; V averages the logarithms, and the two are not the "
    "same."
)
def log_of_mean(p, q, d):
    with np.errstate(divide="ignore"):
        return np.log(p @ d) + np.log(q @ (1 - d))


@draft.mistake(
    "The logarithms are missing: this linear score has a hard 0-or-1 rule as its best D."
)
def no_logarithm(p, q, d):
    return p @ d + q @ (1 - d)


@draft.mistake("Each point counts the same here; an expectation weighs every point with its mass.")
def unweighted_mean(p, q, d):
    with np.errstate(divide="ignore"):
        return (np.log(d) + np.log(1 - d)).mean()


@draft.mistake("These are bits; the course measures in nats, with the natural logarithm.")
def bits(p, q, d):
    return gan_value(p, q, d) / math.log(2)


@draft.mistake(
    "Both terms are averaged over the data; the second is an average over what the generator makes."
)
def data_in_both_terms(p, q, d):
    return gan_value(p, p, d)


@draft.mistake("Only the data's term is there; V also judges what the generator makes.")
def generator_term_missing(p, q, d):
    return xlogy(p, d).sum()


@draft.mistake("You put in the best discriminator; V is asked for at the D that is given.")
def discriminator_ignored(p, q, d):
    return gan_value(p, q, optimal_discriminator(p, q))


@draft.mistake("Both terms hold log D; what is generated is judged by log(1 − D).")
def same_term_twice(p, q, d):
    return (xlogy(p, d) + xlogy(q, d)).sum()


@draft.mistake("A factor ½ has crept in; V is the sum of the two expectations.")
def halved(p, q, d):
    return gan_value(p, q, d) / 2


@draft.also_right
def by_loop(p, q, d):
    total = 0.0
    for a, b, c in zip(p, q, d, strict=True):
        if a > 0:
            total += a * (math.log(c) if c > 0 else -math.inf)
        if b > 0:
            total += b * (math.log(1 - c) if c < 1 else -math.inf)
    return total


@draft.also_right
def by_masks(p, q, d):
    with np.errstate(divide="ignore"):
        return (p[p > 0] * np.log(d[p > 0])).sum() + (q[q > 0] * np.log1p(-d[q > 0])).sum()


@draft.also_right
def by_torch(p, q, d):
    return torch.tensor(xlogy(p, d) + xlogy(q, 1 - d)).sum()


draft.hints(
    "V is the sum of two expectations: of log D under the data, and of log(1 − D) under the "
    "generator.",
    "On a finite set an expectation is a sum over points, each weighted with its mass; skip "
    "points whose mass is 0.",
    "`scipy.special.xlogy(p_data, D)` is p · log D with 0 · log 0 = 0; add `xlogy(p_generator, 1 "
    "- D)` and sum.",
)

EXERCISE = draft.exercise()
