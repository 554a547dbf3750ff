"""The best discriminator against a fixed generator.

Goodfellow et al. (2014), proposition 1.
"""

from __future__ import annotations

import numpy as np
import torch
from scipy.special import expit
from scipy.stats import norm

from course_utils.exercises.draft import Draft
from course_utils.exercises.engine import array, call

draft = Draft("optimal_discriminator", lesson=2, title="The best discriminator")


@draft.reference
def optimal_discriminator(p_data, p_generator):
    """D*(x) = p_data(x) / (p_data(x) + p_g(x)), and ½ where neither has density.

    Goodfellow et al. (2014), proposition 1.
    """
    total = p_data + p_generator
    return np.divide(p_data, total, out=np.full(total.shape, 0.5), where=total > 0)


@draft.probe
def observe(answer, rng):
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


@draft.mistake(
    "This is the probability that a point is generated; D is the probability that it is real."
)
def inverted(p, q):
    return 1 - optimal_discriminator(p, q)


@draft.mistake(
    "Where both densities are 0 you divide 0 by 0 and get NaN; such a point tells real and "
    "generated apart in neither direction."
)
def zero_over_zero(p, q):
    with np.errstate(invalid="ignore"):
        return p / (p + q)


@draft.mistake(
    "Where both densities are 0 you call the point generated for certain; nothing speaks for "
    "either side there."
)
def zero_where_empty(p, q):
    return np.where(p + q > 0, optimal_discriminator(p, q), 0.0)


@draft.mistake(
    "Where both densities are 0 you call the point real for certain; nothing speaks for either "
    "side there."
)
def one_where_empty(p, q):
    return np.where(p + q > 0, optimal_discriminator(p, q), 1.0)


@draft.mistake(
    "This is the ratio of the two densities, the odds; D is a probability and never exceeds 1."
)
def likelihood_ratio(p, q):
    with np.errstate(all="ignore"):
        return p / q


@draft.mistake(
    "You decide 0 or 1 by the larger density. That rule maximises the share of right answers; "
    "with logarithms in V the best D says how sure one can be."
)
def hard_rule(p, q):
    return (p > q).astype(float)


@draft.mistake(
    "You decide 0 or 1 by the larger density, and call ties real; with logarithms in V the best D "
    "says how sure one can be."
)
def hard_rule_ties_real(p, q):
    return (p >= q).astype(float)


@draft.mistake(
    "You divided by a sum over the points; the best D at a point depends on the two densities at "
    "that point alone."
)
def normalised_over_points(p, q):
    return p / (p + q).sum()


@draft.mistake(
    "You divided by the mean of the two densities, so the result can reach 2; D must stay a "
    "probability."
)
def middle_not_sum(p, q):
    return 2 * np.where(p + q > 0, optimal_discriminator(p, q), 0.25)


@draft.mistake("This is the logit of the best D, a number of any size; D itself is asked for.")
def logit(p, q):
    return np.nan_to_num(np.log(np.maximum(p, 1e-300)) - np.log(np.maximum(q, 1e-300)))


@draft.also_right
def by_loop(p, q):
    return [a / (a + b) if a + b > 0 else 0.5 for a, b in zip(p, q, strict=True)]


@draft.also_right
def from_the_logit(p, q):
    with np.errstate(divide="ignore", invalid="ignore"):
        return expit(np.nan_to_num(np.log(p) - np.log(q), nan=0.0, posinf=np.inf, neginf=-np.inf))


@draft.also_right
def by_torch(p, q):
    return torch.where(
        torch.tensor(p + q) > 0, torch.tensor(p) / torch.tensor(p + q), torch.tensor(0.5)
    )


@draft.also_right
def by_where(p, q):
    return np.where(p + q > 0, p / np.maximum(p + q, 1e-300), 0.5)


draft.hints(
    "Fix one point x. There V reads p_data(x) log D + p_g(x) log(1 − D): set its derivative in D "
    "to 0.",
    "At x the discriminator faces real points at rate p_data(x) and generated ones at rate "
    "p_g(x): which share is real?",
    "`p_data / (p_data + p_generator)`, and ½ at points where the sum is 0 (`np.divide(..., "
    "out=np.full(n, 0.5), where=total > 0)`).",
)

EXERCISE = draft.exercise()
