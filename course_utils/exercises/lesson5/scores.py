"""Lesson 5: two numbers that judge generated samples, the Fréchet distance and the score."""

from __future__ import annotations

import math

import numpy as np
import torch
from scipy.linalg import sqrtm
from scipy.special import rel_entr
from scipy.stats import entropy

from course_utils import evaluation
from course_utils.exercises.engine import Exercise, Misconception, call, number

# --- frechet_distance -------------------------------------------------------------------


def _covariance(rng: np.random.Generator, d: int) -> np.ndarray:
    """A positive definite matrix with uneven eigenvalues and correlated coordinates."""
    root = rng.standard_normal((d, d)) * rng.uniform(0.5, 2.0, d)
    return root @ root.T + 0.3 * np.eye(d)


def _probe_frechet(answer, rng):
    cases = []
    for d in (2, 1, 3, 6):
        means = rng.standard_normal(d), 1 + 2 * rng.standard_normal(d)
        cases.append((means[0], _covariance(rng, d), means[1], _covariance(rng, d)))
    mean, cov = rng.standard_normal(3), _covariance(rng, 3)
    spread = np.diag(rng.uniform(0.2, 4.0, 3))
    cases += [
        (mean, cov, mean.copy(), _covariance(rng, 3)),  # means agree
        (mean, cov, mean + 0.3, cov.copy()),  # covariances agree
        (mean, cov, mean.copy(), cov.copy()),
        (mean, spread, mean - 1.0, np.diag(rng.uniform(0.2, 4.0, 3))),
    ]
    return {call("frechet_distance", *case): number(answer(*case)) for case in cases}


def frechet(cross=None, *, gap=None, spread=np.trace, weight=2.0):
    """The distance with another cross term, distance of means, or size of a matrix."""
    cross = cross or (lambda c1, c2: spread(np.real(sqrtm(c1 @ c2))))
    gap = gap or (lambda m1, m2: ((m1 - m2) ** 2).sum())

    def distance(mean1, cov1, mean2, cov2):
        return gap(mean1, mean2) + spread(cov1) + spread(cov2) - weight * cross(cov1, cov2)

    return distance


def _by_cholesky(mean1, cov1, mean2, cov2):
    """‖L₁ᵀ L₂‖ in the nuclear norm is the trace of the root."""
    factors = np.linalg.cholesky(cov1).T @ np.linalg.cholesky(cov2)
    trace = np.linalg.svd(factors, compute_uv=False).sum()
    return ((mean1 - mean2) ** 2).sum() + np.trace(cov1 + cov2) - 2 * trace


def _with_torch(mean1, cov1, mean2, cov2):
    mean1, cov1, mean2, cov2 = map(torch.tensor, (mean1, cov1, mean2, cov2))
    roots = torch.linalg.eigvals(cov1 @ cov2).sqrt().real.sum()
    return (mean1 - mean2).square().sum() + cov1.trace() + cov2.trace() - 2 * roots


def _elementwise(matrix):
    with np.errstate(invalid="ignore"):
        return np.trace(np.sqrt(matrix))


FRECHET = Exercise(
    id="frechet_distance",
    lesson=5,
    title="The Fréchet distance",
    reference=evaluation.frechet_distance,
    probe=_probe_frechet,
    atol=1e-5,
    misconceptions=(
        Misconception(
            "root_taken",
            "You took a root at the end; the FID, and this function, is the squared distance.",
            lambda *case: math.sqrt(max(evaluation.frechet_distance(*case), 0.0)),
        ),
        Misconception(
            "means_not_squared",
            "The distance between the means enters squared.",
            frechet(gap=lambda m1, m2: np.linalg.norm(m1 - m2)),
        ),
        Misconception(
            "means_missing",
            "The means play no part in your result.",
            frechet(gap=lambda m1, m2: 0.0),
        ),
        Misconception(
            "means_only",
            "The covariances play no part in your result: a generator that makes one and the "
            "same sample could score 0.",
            lambda m1, c1, m2, c2: ((m1 - m2) ** 2).sum(),
        ),
        Misconception(
            "mean_over_coordinates",
            "You averaged the squared differences of the means; they are summed.",
            frechet(gap=lambda m1, m2: ((m1 - m2) ** 2).mean()),
        ),
        Misconception(
            "elementwise_root",
            "`np.sqrt` takes the root of each entry (and NaN comes of negative ones); a matrix "
            "root is meant, the matrix whose *product* with itself is C₁C₂.",
            frechet(lambda c1, c2: _elementwise(c1 @ c2)),
        ),
        Misconception(
            "elementwise_product",
            "`*` multiplies entry by entry; the matrix product is meant.",
            frechet(lambda c1, c2: np.trace(np.real(sqrtm(c1 * c2)))),
        ),
        Misconception(
            "elementwise_product_and_root",
            "Product and root are taken entry by entry here, so only the variances count and "
            "every correlation is ignored; both are meant for matrices.",
            frechet(lambda c1, c2: _elementwise(c1 * c2)),
        ),
        Misconception(
            "product_of_roots",
            "C₁^½ C₂^½ is not (C₁C₂)^½ unless the two covariances commute.",
            frechet(lambda c1, c2: np.trace(np.real(sqrtm(c1) @ sqrtm(c2)))),
        ),
        Misconception(
            "root_missing_in_cross_term",
            "The root of the product C₁C₂ is missing.",
            frechet(lambda c1, c2: np.trace(c1 @ c2)),
        ),
        Misconception(
            "factor_two_missing",
            "The cross term counts twice, so that equal Gaussians are at distance 0.",
            frechet(weight=1.0),
        ),
        Misconception(
            "cross_term_added",
            "The cross term has the wrong sign: equal Gaussians should be at distance 0.",
            frechet(weight=-2.0),
        ),
        Misconception(
            "cross_term_missing",
            "The cross term is missing, so equal Gaussians come out at a positive distance.",
            frechet(weight=0.0),
        ),
        Misconception(
            "sum_of_entries",
            "You summed all entries of the matrix; the trace takes the diagonal alone.",
            frechet(spread=np.sum),
        ),
        Misconception(
            "difference_of_covariances",
            "This compares the covariances entry by entry (the Frobenius norm); the Fréchet "
            "distance compares their roots.",
            lambda m1, c1, m2, c2: ((m1 - m2) ** 2).sum() + ((c1 - c2) ** 2).sum(),
        ),
    ),
    hints=(
        "Two parts: the squared Euclidean distance of the means, and the trace of a matrix made "
        "of the covariances.",
        "`@` multiplies matrices; `scipy.linalg.sqrtm` takes the root of one (drop an imaginary "
        "part that is only rounding: `.real`).",
        "`((mean1 - mean2) ** 2).sum() + np.trace(cov1 + cov2 - 2 * sqrtm(cov1 @ cov2).real)`.",
    ),
    alternatives=(
        frechet(),
        _by_cholesky,
        _with_torch,
        frechet(lambda c1, c2: np.sqrt(np.linalg.eigvals(c1 @ c2).real).sum()),
        frechet(lambda c1, c2: np.trace(sqrtm(sqrtm(c1) @ c2 @ sqrtm(c1)).real)),
    ),
)

# --- inception_score --------------------------------------------------------------------


def _probe_score(answer, rng):
    tables = [rng.dirichlet(np.full(k, 0.5), n) for n, k in ((6, 3), (4, 4), (9, 5), (1, 3))]
    tables.append(np.tile(rng.dirichlet(np.ones(4)), (5, 1)))  # every sample looks alike
    tables.append(np.eye(3)[[0, 1, 2, 1, 0, 2]])  # sure of every sample, all classes alike
    tables.append(np.eye(4)[[0, 0, 0, 2]])  # two classes never seen
    mixed = rng.dirichlet(np.ones(4), 5)
    mixed[:2] = np.eye(4)[:2]
    tables.append(mixed)
    return {call("inception_score", table): number(answer(table)) for table in tables}


def _score_loop(table):
    n, k = len(table), len(table[0])
    marginal = [sum(row[j] for row in table) / n for j in range(k)]
    total = 0.0
    for row in table:
        total += sum(p * math.log(p / q) for p, q in zip(row, marginal, strict=True) if p > 0)
    return math.exp(total / n)


def _score_entropies(table):
    """exp(H(y) − H(y|x)): the score is a mutual information."""
    return np.exp(entropy(table.mean(0)) - entropy(table, axis=1).mean())


def _score_guarded(table):
    marginal = table.mean(axis=0, keepdims=True)
    ratio = np.log(table + 1e-16) - np.log(marginal + 1e-16)
    return np.exp((table * ratio).sum(axis=1).mean())


def _score_torch(table):
    p = torch.from_numpy(table)
    terms = torch.xlogy(p, p) - torch.xlogy(p, p.mean(0))
    return terms.sum(1).mean().exp()


def _information(table):
    """D(p(y|x) ‖ p(y)) for each sample."""
    return rel_entr(table, table.mean(0)).sum(1)


def _score_nan(table):
    with np.errstate(all="ignore"):
        return np.exp((table * np.log(table / table.mean(0))).sum(1).mean())


INCEPTION_SCORE = Exercise(
    id="inception_score",
    lesson=5,
    title="The inception score",
    reference=evaluation.inception_score,
    probe=_probe_score,
    misconceptions=(
        Misconception(
            "divergence_reversed",
            "The arguments of the divergence are swapped; it is infinite here as soon as a "
            "sample rules a class out.",
            lambda table: np.exp(
                rel_entr(np.broadcast_to(table.mean(0), table.shape), table).sum(1).mean()
            ),
        ),
        Misconception(
            "no_exponential",
            "This is the mean divergence, in nats; the score is its exponential.",
            lambda table: _information(table).mean(),
        ),
        Misconception(
            "mean_of_exponentials",
            "You averaged the exponentials; the exponential of the average is asked for.",
            lambda table: np.exp(_information(table)).mean(),
        ),
        Misconception(
            "diversity_only",
            "Only the entropy of all samples together is in your score: pure noise would win.",
            lambda table: np.exp(entropy(table.mean(0))),
        ),
        Misconception(
            "sureness_only",
            "Only the entropy of each sample is in your score: one perfect picture, made again "
            "and again, would win.",
            lambda table: np.exp(-entropy(table, axis=1).mean()),
        ),
        Misconception(
            "zero_gives_nan",
            "A class that a sample rules out gives 0 · log 0, which the computer calls NaN; it "
            "adds nothing.",
            _score_nan,
        ),
        Misconception(
            "bits",
            "The divergence is in bits, but the exponential is that of nats: use one unit.",
            lambda table: np.exp(_information(table).mean() / math.log(2)),
        ),
        Misconception(
            "summed_over_samples",
            "You summed the divergences over the samples; the score takes their mean.",
            lambda table: np.exp(_information(table).sum()),
        ),
        Misconception(
            "mean_over_classes",
            "You averaged over the classes too; a divergence is a sum over classes.",
            lambda table: np.exp(rel_entr(table, table.mean(0)).mean()),
        ),
        Misconception(
            "uniform_marginal",
            "You compare with the uniform law, be it as 1/k or as a mean over the classes, which "
            "is the same; p(y) says how often *these samples* show each class.",
            lambda table: np.exp(
                rel_entr(table, np.full(table.shape, 1 / table.shape[1])).sum(1).mean()
            ),
        ),
        Misconception(
            "negated",
            "The sign in the exponent is wrong: a score below 1 is impossible.",
            lambda table: np.exp(-_information(table).mean()),
        ),
    ),
    hints=(
        "p(y) is the mean of the rows. Each sample has a divergence from it: D(p(y|x) ‖ p(y)).",
        "Where p(y|x) is 0 its term is 0; `scipy.special.rel_entr` knows that. Sum over classes, "
        "average over samples, exponential last.",
        "`marginal = probabilities.mean(axis=0)`, then "
        "`np.exp(rel_entr(probabilities, marginal).sum(axis=1).mean())`.",
    ),
    alternatives=(
        _score_loop,
        _score_entropies,
        _score_guarded,
        _score_torch,
        lambda table: 2 ** (_information(table).mean() / math.log(2)),
    ),
)
