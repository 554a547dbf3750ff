"""Lesson 1: Bayes' rule at the doctor's and among eleven urns, in NumPy.

MacKay, *Information Theory, Inference, and Learning Algorithms*, examples 2.3 and 2.6.
"""

from __future__ import annotations

import math

import numpy as np
from scipy.special import xlogy
from scipy.stats import binom, hypergeom

from course_utils.exercises.engine import Exercise, Misconception, array, call, number

# --- disease_posterior ------------------------------------------------------------------


def disease_posterior(sensitivity, specificity, prevalence):
    """P(disease | positive test) by Bayes' rule (MacKay, example 2.3)."""
    true_positive = sensitivity * prevalence
    false_positive = (1 - specificity) * (1 - prevalence)
    return true_positive / (true_positive + false_positive)


def _probe_disease(answer, rng):
    cases = [tuple(float(v) for v in rng.uniform(0.05, 0.9, 3)) for _ in range(4)]
    cases += [(0.95, 0.95, 0.01), (0.9, 0.6, 0.5), (0.0, 0.8, 0.3), (0.7, 0.2, 1.0)]
    cases += [(0.99, 0.999, 1e-4), (0.8, 0.9, 0.0), (0.6, 1.0, 0.2)]
    return {call("disease_posterior", *c): number(answer(*c)) for c in cases}


def _disease_by_counting(sensitivity, specificity, prevalence):
    people = 1e6
    sick = people * prevalence
    positives = [sick * sensitivity, (people - sick) * (1 - specificity)]
    return positives[0] / sum(positives)


def _disease_by_table(sensitivity, specificity, prevalence):
    prior = np.array([1 - prevalence, prevalence])
    joint = prior * np.array([1 - specificity, sensitivity])
    return (joint / joint.sum())[1:]


DISEASE = Exercise(
    id="disease_posterior",
    lesson=1,
    title="A positive test",
    reference=disease_posterior,
    probe=_probe_disease,
    misconceptions=(
        Misconception(
            "base_rate_ignored",
            "The prevalence does not appear in your answer: before the test, sick and healthy "
            "are not equally probable.",
            lambda se, sp, pr: se / (se + 1 - sp),
        ),
        Misconception(
            "inverse_confused",
            "This is P(positive | disease), the probability the other way round; you are asked "
            "for P(disease | positive).",
            lambda se, sp, pr: se,
        ),
        Misconception(
            "joint_not_conditional",
            "This is the joint probability of being ill and testing positive; it has not been "
            "divided by the probability of what was observed.",
            lambda se, sp, pr: se * pr,
        ),
        Misconception(
            "specificity_as_false_positive_rate",
            "You took the specificity for the rate of false positives; it is the probability "
            "that a healthy person tests negative.",
            lambda se, sp, pr: se * pr / (se * pr + sp * (1 - pr)),
        ),
        Misconception(
            "specificity_ignored",
            "You used the sensitivity for both groups; a healthy person's test errs at a rate of "
            "its own.",
            lambda se, sp, pr: se * pr / (se * pr + (1 - se) * (1 - pr)),
        ),
        Misconception(
            "odds_not_probability",
            "These are odds, ill against healthy; a probability compares ill with everybody who "
            "tests positive.",
            lambda se, sp, pr: se * pr / ((1 - sp) * (1 - pr)),
        ),
        Misconception(
            "negative_test",
            "This is the probability of disease after a negative test.",
            lambda se, sp, pr: (1 - se) * pr / ((1 - se) * pr + sp * (1 - pr)),
        ),
        Misconception(
            "complement",
            "This is the probability that the person is healthy; check which of the two groups "
            "stands in your numerator.",
            lambda se, sp, pr: 1 - disease_posterior(se, sp, pr),
        ),
        Misconception(
            "prior_missing_below",
            "In your denominator the healthy are not weighted by how many of them there are.",
            lambda se, sp, pr: se * pr / (se * pr + 1 - sp),
        ),
    ),
    hints=(
        "Imagine 10 000 people. How many are ill, and how many of the ill test positive? How "
        "many of the healthy test positive as well?",
        "Both groups contribute to P(positive): the ill with weight `prevalence`, the healthy "
        "with weight `1 - prevalence`. A healthy person tests positive with probability "
        "`1 - specificity`.",
        "Divide `sensitivity * prevalence` by the sum of itself and "
        "`(1 - specificity) * (1 - prevalence)`.",
    ),
    alternatives=(_disease_by_counting, _disease_by_table),
)

# --- urn_posterior ----------------------------------------------------------------------


def urn_posterior(n_black, n_draws, n_urns=11):
    """Posterior over urns after drawing with replacement (MacKay, example 2.6)."""
    black = np.arange(n_urns) / (n_urns - 1)
    likelihood = black**n_black * (1 - black) ** (n_draws - n_black)
    return likelihood / likelihood.sum()


def _probe_urns(answer, rng):
    cases = [(3, 10), (3, 10, 11), (0, 4), (6, 6), (0, 0)]
    for n_urns in (5, 8, 14):
        n_draws = int(rng.integers(3, 30))
        cases.append((int(rng.integers(1, n_draws)), n_draws, n_urns))
    return {call("urn_posterior", *c): array(answer(*c)) for c in cases}


def _urns_in_logs(n_black, n_draws, n_urns=11):
    black = np.linspace(0, 1, n_urns)
    log_joint = xlogy(n_black, black) + xlogy(n_draws - n_black, 1 - black)
    weight = np.exp(log_joint - log_joint.max())
    return weight / weight.sum()


def _urns_in_plain_logs(n_black, n_draws, n_urns=11):
    black = np.linspace(0, 1, n_urns)
    with np.errstate(divide="ignore", invalid="ignore"):
        weight = np.exp(n_black * np.log(black) + (n_draws - n_black) * np.log(1 - black))
    return weight / weight.sum()


def _urns_in_python(n_black, n_draws, n_urns=11):
    joint = []
    for u in range(n_urns):
        f = u / (n_urns - 1)
        ways = math.comb(n_draws, n_black)
        joint.append(ways * f**n_black * (1 - f) ** (n_draws - n_black) / n_urns)
    return [j / sum(joint) for j in joint]


def _urn_likelihood(n_black, n_draws, n_urns=11):
    return binom.pmf(n_black, n_draws, np.linspace(0, 1, n_urns))


def _urn_kernel(n_black, n_draws, n_urns=11, black=None):
    black = np.linspace(0, 1, n_urns) if black is None else black
    return black**n_black * (1 - black) ** (n_draws - n_black)


def _urns_without_replacement(n_black, n_draws, n_urns=11):
    balls = n_urns - 1
    if n_draws > balls:
        return np.full(n_urns, np.nan)
    likelihood = hypergeom.pmf(n_black, balls, np.arange(n_urns), n_draws)
    return likelihood / likelihood.sum()


def _urns_most_probable(n_black, n_draws, n_urns=11):
    return np.eye(n_urns)[np.argmax(_urn_kernel(n_black, n_draws, n_urns))]


def _urns_scaled(n_black, n_draws, n_urns, black):
    kernel = _urn_kernel(n_black, n_draws, n_urns, black)
    return kernel / kernel.sum()


URNS = Exercise(
    id="urn_posterior",
    lesson=1,
    title="Which urn was it",
    reference=urn_posterior,
    probe=_probe_urns,
    misconceptions=(
        Misconception(
            "likelihood_not_normalised",
            "These are the likelihoods P(data | urn): they do not sum to 1 over the urns, and "
            "nothing says they should.",
            _urn_likelihood,
        ),
        Misconception(
            "joint_not_normalised",
            "These are prior times likelihood; their sum is the evidence, and a posterior is "
            "relative to it.",
            lambda b, n, m=11: _urn_likelihood(b, n, m) / m,
        ),
        Misconception(
            "kernel_not_normalised",
            "Your weights have the right shape but do not sum to 1.",
            _urn_kernel,
        ),
        Misconception(
            "divided_by_the_number_of_urns",
            "You took the proportion of black balls to be u / n_urns; an urn holds one ball fewer "
            "than there are urns.",
            lambda b, n, m=11: _urns_scaled(b, n, m, np.arange(m) / m),
        ),
        Misconception(
            "urns_counted_from_one",
            "Your urns hold 1, 2, … black balls; the first urn holds none.",
            lambda b, n, m=11: _urns_scaled(b, n, m, np.arange(1, m + 1) / m),
        ),
        Misconception(
            "without_replacement",
            "You drew without replacement; here every ball goes back before the next draw.",
            _urns_without_replacement,
        ),
        Misconception(
            "colours_exchanged",
            "Black and white are exchanged: your posterior favours the urns that would make these "
            "draws white.",
            lambda b, n, m=11: urn_posterior(n - b, n, m),
        ),
        Misconception(
            "white_balls_ignored",
            "Only the black draws count in your likelihood; the white ones are evidence too.",
            lambda b, n, m=11: urn_posterior(b, b, m),
        ),
        Misconception(
            "most_probable_urn_only",
            "You put all the probability on the most probable urn; the others have not been ruled "
            "out.",
            _urns_most_probable,
        ),
        Misconception(
            "always_ten_balls",
            "You always divide by 10; an urn holds n_urns − 1 balls.",
            lambda b, n, m=11: _urns_scaled(b, n, m, np.arange(m) / 10),
        ),
        Misconception(
            "nan_in_logarithms",
            "You get nan for the first or the last urn: 0 · log 0 stands for a power 0⁰, which "
            "is 1.",
            _urns_in_plain_logs,
        ),
        Misconception(
            "always_eleven",
            "You always return eleven urns; the number of urns is an argument.",
            lambda b, n, m=11: urn_posterior(b, n, 11),
        ),
    ),
    hints=(
        "With replacement, urn u gives a black ball with the same probability at every draw. "
        "What is that probability, and what does it make of n_black black draws and "
        "n_draws − n_black white ones?",
        "The prior is the same for every urn and the binomial coefficient does not depend on u: "
        "both cancel when you divide by the sum over urns.",
        "With `f = np.arange(n_urns) / (n_urns - 1)`, weigh each urn by "
        "`f**n_black * (1 - f)**(n_draws - n_black)` and divide by the sum.",
    ),
    alternatives=(_urns_in_logs, _urns_in_python),
)

# --- next_ball_black --------------------------------------------------------------------


def next_ball_black(posterior):
    """P(next ball is black), averaged over the posterior (MacKay, example 2.6)."""
    posterior = np.asarray(posterior, dtype=float)
    return float(posterior @ np.linspace(0, 1, len(posterior)))


def _probe_next(answer, rng):
    posteriors = [rng.dirichlet(np.ones(n)) for n in (4, 7, 11, 20)]
    posteriors += [urn_posterior(3, 10), np.eye(5)[0], np.eye(6)[5], np.eye(11)[4]]
    posteriors.append(np.array([0.3, 0.7]))
    return {call("next_ball_black", p): number(answer(p)) for p in posteriors}


def _next_by_loop(posterior):
    total = 0.0
    for u, weight in enumerate(posterior):
        total += weight * u / (len(posterior) - 1)
    return total


NEXT_BALL = Exercise(
    id="next_ball_black",
    lesson=1,
    title="The next ball",
    reference=next_ball_black,
    probe=_probe_next,
    misconceptions=(
        Misconception(
            "plug_in_estimate",
            "You predict as if the most probable urn were certain; the prediction averages over "
            "all urns that are still possible.",
            lambda p: np.argmax(p) / (len(p) - 1),
        ),
        Misconception(
            "divided_by_the_number_of_urns",
            "You divided by the number of urns; each urn holds one ball fewer than that.",
            lambda p: np.arange(len(p)) @ p / len(p),
        ),
        Misconception(
            "urns_counted_from_one",
            "Your first urn holds one black ball; the first urn, u = 0, holds none.",
            lambda p: np.arange(1, len(p) + 1) @ p / len(p),
        ),
        Misconception(
            "always_ten_balls",
            "You always divide by 10; the number of balls follows from the length of the "
            "posterior.",
            lambda p: np.arange(len(p)) @ p / 10,
        ),
        Misconception(
            "mean_urn_number",
            "This is the mean number of black balls in the urn, not yet the probability of "
            "drawing one.",
            lambda p: np.arange(len(p)) @ p,
        ),
        Misconception(
            "posterior_ignored",
            "Every urn has the same weight in your answer: the draws so far have taught it "
            "nothing.",
            lambda p: np.mean(np.linspace(0, 1, len(p))),
        ),
        Misconception(
            "white_instead_of_black",
            "This is the probability that the next ball is white.",
            lambda p: 1 - np.linspace(0, 1, len(p)) @ p,
        ),
        Misconception(
            "largest_posterior",
            "This is the posterior probability of the most probable urn; you are asked about the "
            "next ball.",
            lambda p: np.max(p),
        ),
    ),
    hints=(
        "If you knew that the urn was number u, what would the probability of black be? You do "
        "not know, so average.",
        "P(black | data) = Σ over u of P(black | u) · P(u | data): the posterior gives the "
        "weights.",
        "`f = np.arange(n) / (n - 1)` with `n = len(posterior)`; return the sum of "
        "`posterior * f`.",
    ),
    alternatives=(_next_by_loop, lambda p: np.average(np.arange(len(p)), weights=p) / (len(p) - 1)),
)

EXERCISES = (DISEASE, URNS, NEXT_BALL)
