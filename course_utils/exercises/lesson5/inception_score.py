"""exp E D(p(y|x) ‖ p(y)): are samples recognisable, and varied?

Salimans et al. (2016), section 4.
"""

from __future__ import annotations

import math

import numpy as np
import torch
from scipy.special import rel_entr
from scipy.stats import entropy

from course_utils import evaluation
from course_utils.exercises.draft import Draft
from course_utils.exercises.engine import call, number

draft = Draft("inception_score", lesson=5, title="The inception score")

draft.reference(evaluation.inception_score)


@draft.probe
def observe(answer, rng):
    tables = [rng.dirichlet(np.full(k, 0.5), n) for n, k in ((6, 3), (4, 4), (9, 5), (1, 3))]
    tables.append(np.tile(rng.dirichlet(np.ones(4)), (5, 1)))  # every sample looks alike
    tables.append(np.eye(3)[[0, 1, 2, 1, 0, 2]])  # sure of every sample, all classes alike
    tables.append(np.eye(4)[[0, 0, 0, 2]])  # two classes never seen
    mixed = rng.dirichlet(np.ones(4), 5)
    mixed[:2] = np.eye(4)[:2]
    tables.append(mixed)
    return {call("inception_score", table): number(answer(table)) for table in tables}


def _information(table):
    """D(p(y|x) ‖ p(y)) for each sample."""
    return rel_entr(table, table.mean(0)).sum(1)


@draft.mistake(
    "The arguments of the divergence are swapped; it is infinite here as soon as a sample rules a "
    "class out."
)
def divergence_reversed(table):
    return np.exp(rel_entr(np.broadcast_to(table.mean(0), table.shape), table).sum(1).mean())


@draft.mistake("This is the mean divergence, in nats; the score is its exponential.")
def no_exponential(table):
    return _information(table).mean()


@draft.mistake("You averaged the exponentials; the exponential of the average is asked for.")
def mean_of_exponentials(table):
    return np.exp(_information(table)).mean()


@draft.mistake("Only the entropy of all samples together is in your score: pure noise would win.")
def diversity_only(table):
    return np.exp(entropy(table.mean(0)))


@draft.mistake(
    "Only the entropy of each sample is in your score: one perfect picture, made again and again, "
    "would win."
)
def sureness_only(table):
    return np.exp(-entropy(table, axis=1).mean())


@draft.mistake(
    "A class that a sample rules out gives 0 · log 0, which the computer calls NaN; it adds "
    "nothing."
)
def zero_gives_nan(table):
    with np.errstate(all="ignore"):
        return np.exp((table * np.log(table / table.mean(0))).sum(1).mean())


@draft.mistake("The divergence is in bits, but the exponential is that of nats: use one unit.")
def bits(table):
    return np.exp(_information(table).mean() / math.log(2))


@draft.mistake("You summed the divergences over the samples; the score takes their mean.")
def summed_over_samples(table):
    return np.exp(_information(table).sum())


@draft.mistake("You averaged over the classes too; a divergence is a sum over classes.")
def mean_over_classes(table):
    return np.exp(rel_entr(table, table.mean(0)).mean())


@draft.mistake(
    "You compare with the uniform law, be it as 1/k or as a mean over the classes, which is the "
    "same; p(y) says how often *these samples* show each class."
)
def uniform_marginal(table):
    return np.exp(rel_entr(table, np.full(table.shape, 1 / table.shape[1])).sum(1).mean())


@draft.mistake("The sign in the exponent is wrong: a score below 1 is impossible.")
def negated(table):
    return np.exp(-_information(table).mean())


def _of_splits(table, parts):
    """The score of each part of the samples."""
    return [np.exp(_information(part).mean()) for part in np.array_split(table, parts) if len(part)]


@draft.mistake(
    "You split the samples and average the scores of the parts (the published script takes ten); "
    "here one score of all samples is asked for."
)
def ten_splits(table):
    return np.mean(_of_splits(table, 10))


@draft.mistake(
    "You split the samples in two and average the scores of the halves; here one score of all "
    "samples is asked for."
)
def two_splits(table):
    return np.mean(_of_splits(table, 2))


@draft.mistake(
    "You return a mean and a standard deviation (over splits, as the published script does); one "
    "number is asked for, the score of all samples."
)
def mean_and_deviation(table):
    scores = _of_splits(table, 1)
    return np.mean(scores), np.std(scores)


@draft.also_right
def by_loop(table):
    n, k = len(table), len(table[0])
    marginal = [sum(row[j] for row in table) / n for j in range(k)]
    total = 0.0
    for row in table:
        total += sum(p * math.log(p / q) for p, q in zip(row, marginal, strict=True) if p > 0)
    return math.exp(total / n)


@draft.also_right
def by_entropies(table):
    """exp(H(y) − H(y|x)): the score is a mutual information."""
    return np.exp(entropy(table.mean(0)) - entropy(table, axis=1).mean())


@draft.also_right
def with_a_guard(table):
    marginal = table.mean(axis=0, keepdims=True)
    ratio = np.log(table + 1e-16) - np.log(marginal + 1e-16)
    return np.exp((table * ratio).sum(axis=1).mean())


@draft.also_right
def by_torch(table):
    p = torch.from_numpy(table)
    terms = torch.xlogy(p, p) - torch.xlogy(p, p.mean(0))
    return terms.sum(1).mean().exp()


@draft.also_right
def in_bits_throughout(table):
    return 2 ** (_information(table).mean() / math.log(2))


draft.hints(
    "p(y) is the mean of the rows. Each sample has a divergence from it: D(p(y|x) ‖ p(y)).",
    "Where p(y|x) is 0 its term is 0; `scipy.special.rel_entr` knows that. Sum over classes, "
    "average over samples, exponential last.",
    "`marginal = probabilities.mean(axis=0)`, then `np.exp(rel_entr(probabilities, "
    "marginal).sum(axis=1).mean())`.",
)

EXERCISE = draft.exercise()
