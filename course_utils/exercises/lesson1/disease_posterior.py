"""P(disease | positive test), by Bayes' rule

MacKay, *Information Theory, Inference, and Learning Algorithms*, example 2.3.
"""

from __future__ import annotations

import numpy as np

from course_utils.exercises.draft import Draft
from course_utils.exercises.engine import call, number

draft = Draft("disease_posterior", lesson=1, title="A positive test")


@draft.reference
def disease_posterior(sensitivity, specificity, prevalence):
    """P(disease | positive test) by Bayes' rule (MacKay, example 2.3)."""
    true_positive = sensitivity * prevalence
    false_positive = (1 - specificity) * (1 - prevalence)
    return true_positive / (true_positive + false_positive)


@draft.probe
def observe(answer, rng):
    cases = [tuple(float(v) for v in rng.uniform(0.05, 0.9, 3)) for _ in range(4)]
    cases += [(0.95, 0.95, 0.01), (0.9, 0.6, 0.5), (0.0, 0.8, 0.3), (0.7, 0.2, 0.95)]
    # no specificity or prevalence of 1: there the odds, a right way to go, divide by 0
    cases += [(0.99, 0.999, 1e-4), (0.8, 0.9, 0.0), (0.6, 0.995, 0.2)]
    return {call("disease_posterior", *c): number(answer(*c)) for c in cases}


@draft.mistake(
    "The prevalence makes no difference in your answer: before the test, sick and healthy are "
    "not equally probable."
)
def base_rate_ignored(sensitivity, specificity, prevalence):
    return sensitivity / (sensitivity + 1 - specificity)


@draft.mistake(
    "This is P(positive | disease), the probability the other way round; you are asked for "
    "P(disease | positive)."
)
def inverse_confused(sensitivity, specificity, prevalence):
    return sensitivity


@draft.mistake(
    "This is the joint probability of being ill and testing positive; it has not been divided by "
    "the probability of what was observed."
)
def joint_not_conditional(sensitivity, specificity, prevalence):
    return sensitivity * prevalence


@draft.mistake(
    "You took the specificity for the rate of false positives; it is the probability that a "
    "healthy person tests negative."
)
def specificity_as_false_positive_rate(sensitivity, specificity, prevalence):
    return sensitivity * prevalence / (sensitivity * prevalence + specificity * (1 - prevalence))


@draft.mistake(
    "You used the sensitivity for both groups; a healthy person's test errs at a rate of its own."
)
def specificity_ignored(sensitivity, specificity, prevalence):
    return (
        sensitivity * prevalence / (sensitivity * prevalence + (1 - sensitivity) * (1 - prevalence))
    )


@draft.mistake(
    "These are odds, ill against healthy; a probability compares ill with everybody who tests "
    "positive."
)
def odds_not_probability(sensitivity, specificity, prevalence):
    with np.errstate(all="ignore"):
        return np.divide(sensitivity * prevalence, (1 - specificity) * (1 - prevalence))


@draft.mistake("This is the probability of disease after a negative test.")
def negative_test(sensitivity, specificity, prevalence):
    return (
        (1 - sensitivity)
        * prevalence
        / ((1 - sensitivity) * prevalence + specificity * (1 - prevalence))
    )


@draft.mistake(
    "This is the probability that the person is healthy; check which of the two groups stands in "
    "your numerator."
)
def complement(sensitivity, specificity, prevalence):
    return 1 - disease_posterior(sensitivity, specificity, prevalence)


@draft.mistake("In your denominator the healthy are not weighted by how many of them there are.")
def prior_missing_below(sensitivity, specificity, prevalence):
    return sensitivity * prevalence / (sensitivity * prevalence + 1 - specificity)


@draft.mistake("You rounded the probability to two digits; give it as it is.")
def rounded(sensitivity, specificity, prevalence):
    return round(disease_posterior(sensitivity, specificity, prevalence), 2)


@draft.mistake(
    "This is the probability of a positive test, the denominator of Bayes' rule; how much of it "
    "comes from the ill?"
)
def evidence_only(sensitivity, specificity, prevalence):
    return sensitivity * prevalence + (1 - specificity) * (1 - prevalence)


@draft.mistake(
    "This is P(healthy | negative test); you are asked about the ill, after a positive one."
)
def healthy_after_a_negative_test(sensitivity, specificity, prevalence):
    return disease_posterior(specificity, sensitivity, 1 - prevalence)


@draft.mistake(
    "`a / b * c + d` means ((a / b) * c) + d in Python: put the whole denominator in brackets."
)
def brackets_missing(sensitivity, specificity, prevalence):
    return prevalence * prevalence + (1 - specificity) * (1 - prevalence)


@draft.also_right
def by_counting(sensitivity, specificity, prevalence):
    people = 1e6
    sick = people * prevalence
    positives = [sick * sensitivity, (people - sick) * (1 - specificity)]
    return positives[0] / sum(positives)


@draft.also_right
def by_table(sensitivity, specificity, prevalence):
    prior = np.array([1 - prevalence, prevalence])
    joint = prior * np.array([1 - specificity, sensitivity])
    return (joint / joint.sum())[1:]


draft.hints(
    "Imagine 10 000 people. How many are ill, and how many of the ill test positive? How many of "
    "the healthy test positive as well?",
    "Both groups contribute to P(positive): the ill with weight `prevalence`, the healthy with "
    "weight `1 - prevalence`. A healthy person tests positive with probability `1 - specificity`.",
    "Divide `sensitivity * prevalence` by the sum of itself and `(1 - specificity) * (1 - "
    "prevalence)`.",
)

EXERCISE = draft.exercise()
