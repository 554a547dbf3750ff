"""P(the next ball is black), averaged over the urns that are still possible.

MacKay, *Information Theory, Inference, and Learning Algorithms*, example 2.6.
"""

from __future__ import annotations

import numpy as np

from course_utils.exercises.draft import Draft
from course_utils.exercises.engine import call, number
from course_utils.exercises.lesson1.urn_posterior import urn_posterior

draft = Draft("next_ball_black", lesson=1, title="The next ball")


@draft.reference
def next_ball_black(posterior):
    """P(next ball is black), averaged over the posterior (MacKay, example 2.6)."""
    posterior = np.asarray(posterior, dtype=float)
    return float(posterior @ np.linspace(0, 1, len(posterior)))


@draft.probe
def observe(answer, rng):
    posteriors = [rng.dirichlet(np.ones(n)) for n in (4, 7, 11, 20)]
    posteriors += [urn_posterior(3, 10), np.eye(5)[0], np.eye(6)[5], np.eye(11)[4]]
    posteriors.append(np.array([0.3, 0.7]))
    return {call("next_ball_black", p): number(answer(p)) for p in posteriors}


@draft.mistake(
    "You predict as if the most probable urn were certain; the prediction averages over all urns "
    "that are still possible."
)
def plug_in_estimate(posterior):
    return np.argmax(posterior) / (len(posterior) - 1)


@draft.mistake("You divided by the number of urns; each urn holds one ball fewer than that.")
def divided_by_the_number_of_urns(posterior):
    return np.arange(len(posterior)) @ posterior / len(posterior)


@draft.mistake("Your first urn holds one black ball; the first urn, u = 0, holds none.")
def urns_counted_from_one(posterior):
    return np.arange(1, len(posterior) + 1) @ posterior / len(posterior)


@draft.mistake(
    "You always divide by 10; the number of balls follows from the length of the posterior."
)
def always_ten_balls(posterior):
    return np.arange(len(posterior)) @ posterior / 10


@draft.mistake(
    "This is the mean number of black balls in the urn, not yet the probability of drawing one."
)
def mean_urn_number(posterior):
    return np.arange(len(posterior)) @ posterior


@draft.mistake(
    "Every urn has the same weight in your answer: the draws so far have taught it nothing."
)
def posterior_ignored(posterior):
    return np.mean(np.linspace(0, 1, len(posterior)))


@draft.mistake("This is the probability that the next ball is white.")
def white_instead_of_black(posterior):
    return 1 - np.linspace(0, 1, len(posterior)) @ posterior


@draft.mistake(
    "This is the posterior probability of the most probable urn; you are asked about the next ball."
)
def largest_posterior(posterior):
    return np.max(posterior)


@draft.mistake("You return one term for each urn; add them up.")
def not_added(posterior):
    return np.asarray(posterior) * np.linspace(0, 1, len(posterior))


@draft.mistake(
    "You took the proportions (u + ½) / n, none of which is 0 or 1; the first urn has no black "
    "ball, and the last has no other."
)
def ends_left_out(posterior):
    return (np.arange(len(posterior)) + 0.5) @ posterior / len(posterior)


@draft.also_right
def by_loop(posterior):
    total = 0.0
    for u, weight in enumerate(posterior):
        total += weight * u / (len(posterior) - 1)
    return total


@draft.also_right
def by_average(posterior):
    return np.average(np.arange(len(posterior)), weights=posterior) / (len(posterior) - 1)


draft.hints(
    "If you knew that the urn was number u, what would the probability of black be? You do not "
    "know, so average.",
    "P(black | data) = Σ over u of P(black | u) · P(u | data): the posterior gives the weights.",
    "`f = np.arange(n) / (n - 1)` with `n = len(posterior)`; return the sum of `posterior * f`.",
)

EXERCISE = draft.exercise()
