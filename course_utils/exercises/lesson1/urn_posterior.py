"""Which of eleven urns do the balls come from?

MacKay, *Information Theory, Inference, and Learning Algorithms*, example 2.6.
"""

from __future__ import annotations

import math

import numpy as np
from scipy.special import softmax, xlogy
from scipy.stats import beta, binom, hypergeom

from course_utils.exercises.draft import Draft
from course_utils.exercises.engine import array, call

draft = Draft("urn_posterior", lesson=1, title="Which urn was it")


@draft.reference
def urn_posterior(n_black, n_draws, n_urns=11):
    """Posterior over urns after drawing with replacement (MacKay, example 2.6)."""
    black = np.arange(n_urns) / (n_urns - 1)
    likelihood = black**n_black * (1 - black) ** (n_draws - n_black)
    return likelihood / likelihood.sum()


@draft.probe
def observe(answer, rng):
    cases = [(3, 10), (3, 10, 11), (0, 4), (6, 6), (0, 0)]
    for n_urns in (5, 8, 14):
        n_draws = int(rng.integers(3, 30))
        cases.append((int(rng.integers(1, n_draws)), n_draws, n_urns))
    return {call("urn_posterior", *c): array(answer(*c)) for c in cases}


def _urns_scaled(n_black, n_draws, n_urns, black):
    kernel = kernel_not_normalised(n_black, n_draws, n_urns, black)
    return kernel / kernel.sum()


@draft.mistake(
    "These are the likelihoods P(data | urn): they do not sum to 1 over the urns, and nothing "
    "says they should."
)
def likelihood_not_normalised(n_black, n_draws, n_urns=11):
    return binom.pmf(n_black, n_draws, np.linspace(0, 1, n_urns))


@draft.mistake(
    "These are prior times likelihood; their sum is the evidence, and a posterior is relative to "
    "it."
)
def joint_not_normalised(n_black, n_draws, n_urns=11):
    return likelihood_not_normalised(n_black, n_draws, n_urns) / n_urns


@draft.mistake("Your weights have the right shape but do not sum to 1.")
def kernel_not_normalised(n_black, n_draws, n_urns=11, black=None):
    black = np.linspace(0, 1, n_urns) if black is None else black
    return black**n_black * (1 - black) ** (n_draws - n_black)


@draft.mistake(
    "You took the proportion of black balls to be u / n_urns; an urn holds one ball fewer than "
    "there are urns."
)
def divided_by_the_number_of_urns(n_black, n_draws, n_urns=11):
    return _urns_scaled(n_black, n_draws, n_urns, np.arange(n_urns) / n_urns)


@draft.mistake("Your urns hold 1, 2, … black balls; the first urn holds none.")
def urns_counted_from_one(n_black, n_draws, n_urns=11):
    return _urns_scaled(n_black, n_draws, n_urns, np.arange(1, n_urns + 1) / n_urns)


@draft.mistake("You drew without replacement; here every ball goes back before the next draw.")
def without_replacement(n_black, n_draws, n_urns=11):
    balls = n_urns - 1
    if n_draws > balls:
        return np.full(n_urns, np.nan)
    likelihood = hypergeom.pmf(n_black, balls, np.arange(n_urns), n_draws)
    return likelihood / likelihood.sum()


@draft.mistake(
    "Black and white are exchanged: your posterior favours the urns that would make these draws "
    "white."
)
def colours_exchanged(n_black, n_draws, n_urns=11):
    return urn_posterior(n_draws - n_black, n_draws, n_urns)


@draft.mistake("Only the black draws count in your likelihood; the white ones are evidence too.")
def white_balls_ignored(n_black, n_draws, n_urns=11):
    return urn_posterior(n_black, n_black, n_urns)


@draft.mistake(
    "You put all the probability on the most probable urn; the others have not been ruled out."
)
def most_probable_urn_only(n_black, n_draws, n_urns=11):
    return np.eye(n_urns)[np.argmax(kernel_not_normalised(n_black, n_draws, n_urns))]


@draft.mistake("You always divide by 10; an urn holds n_urns − 1 balls.")
def always_ten_balls(n_black, n_draws, n_urns=11):
    return _urns_scaled(n_black, n_draws, n_urns, np.arange(n_urns) / 10)


@draft.mistake(
    "You get nan for the first or the last urn: 0 · log 0 stands for a power 0⁰, which is 1."
)
def nan_in_logarithms(n_black, n_draws, n_urns=11):
    black = np.linspace(0, 1, n_urns)
    with np.errstate(divide="ignore", invalid="ignore"):
        weight = np.exp(n_black * np.log(black) + (n_draws - n_black) * np.log(1 - black))
    return weight / weight.sum()


@draft.mistake("You always return eleven urns; the number of urns is an argument.")
def always_eleven(n_black, n_draws, n_urns=11):
    return urn_posterior(n_black, n_draws, 11)


@draft.mistake(
    "You divided by the largest weight, so that the most probable urn gets 1; probabilities are "
    "divided by their sum."
)
def divided_by_the_largest(n_black, n_draws, n_urns=11):
    posterior = urn_posterior(n_black, n_draws, n_urns)
    return posterior / posterior.max()


@draft.mistake(
    "You count all n_draws draws as white besides the black ones; only n_draws − n_black were."
)
def all_draws_white(n_black, n_draws, n_urns=11):
    return urn_posterior(n_black, n_black + n_draws, n_urns)


@draft.mistake("This is a softmax of the likelihoods; they are divided by their sum as they are.")
def softmax_of_the_likelihoods(n_black, n_draws, n_urns=11):
    return softmax(likelihood_not_normalised(n_black, n_draws, n_urns))


@draft.mistake(
    "These are values of the Beta density, of a proportion that may be any number; eleven urns "
    "have masses, which sum to 1."
)
def beta_density(n_black, n_draws, n_urns=11):
    return beta.pdf(np.linspace(0, 1, n_urns), n_black + 1, n_draws - n_black + 1)


@draft.also_right
def in_logarithms(n_black, n_draws, n_urns=11):
    black = np.linspace(0, 1, n_urns)
    log_joint = xlogy(n_black, black) + xlogy(n_draws - n_black, 1 - black)
    weight = np.exp(log_joint - log_joint.max())
    return weight / weight.sum()


@draft.also_right
def in_plain_python(n_black, n_draws, n_urns=11):
    joint = []
    for u in range(n_urns):
        f = u / (n_urns - 1)
        ways = math.comb(n_draws, n_black)
        joint.append(ways * f**n_black * (1 - f) ** (n_draws - n_black) / n_urns)
    return [j / sum(joint) for j in joint]


draft.hints(
    "With replacement, urn u gives a black ball with the same probability at every draw. What is "
    "that probability, and what does it make of n_black black draws and n_draws − n_black white "
    "ones?",
    "The prior is the same for every urn and the binomial coefficient does not depend on u: both "
    "cancel when you divide by the sum over urns.",
    "With `f = np.arange(n_urns) / (n_urns - 1)`, weigh each urn by `f**n_black * (1 - "
    "f)**(n_draws - n_black)` and divide by the sum.",
)

EXERCISE = draft.exercise()
