"""The references and keys of lesson 1 against oracles that share no code with them."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
from scipy import stats
from scipy.integrate import quad
from scipy.optimize import minimize_scalar

from course_utils import datasets, gaussians_1d, pixel_distance
from course_utils.exercises import EXERCISES
from course_utils.exercises.predictions.bank import PREDICTIONS


def reference(name: str):
    return EXERCISES[name].reference


def key(table: str, label: str):
    return EXERCISES[table].entries[label].key


# --- references -----------------------------------------------------------------------------


def test_disease_posterior_counts_people():
    people = (
        [("ill", True)] * 19 + [("ill", False)] + [("well", True)] * 99 + [("well", False)] * 1881
    )
    # 20 of 2000 are ill; 19 of those and 99 of the 1980 healthy test positive
    positive = [state for state, test in people if test]
    assert reference("disease_posterior")(0.95, 0.95, 0.01) == pytest.approx(
        positive.count("ill") / len(positive)
    )
    assert reference("disease_posterior")(0.95, 0.95, 0.01) == pytest.approx(0.161017, abs=1e-6)


def _sequences(n: int, f: Fraction):
    """Every sequence of n draws, as (number of black balls, exact probability)."""
    for draws in itertools.product((0, 1), repeat=n):
        yield sum(draws), math.prod(f if black else 1 - f for black in draws)


@pytest.mark.parametrize(
    ("n", "f"), [(1, Fraction(1, 3)), (5, Fraction(1, 5)), (8, Fraction(1, 2))]
)
def test_count_moments_over_all_sequences(n, f):
    mean = sum(count * mass for count, mass in _sequences(n, f))
    variance = sum((count - mean) ** 2 * mass for count, mass in _sequences(n, f))
    expected = float(mean), float(variance), math.sqrt(variance)
    np.testing.assert_allclose(reference("count_moments")(n, float(f)), expected, rtol=1e-12)


@pytest.mark.parametrize(
    ("n", "f"),
    [(5, Fraction(1, 5)), (4, Fraction(1, 2)), (7, Fraction(2, 7)), (6, Fraction(3, 11))],
)
def test_z_statistic_law_over_all_sequences(n, f):
    law: dict[Fraction, Fraction] = {}
    for count, mass in _sequences(n, f):
        z = (count - n * f) ** 2 / (n * f * (1 - f))  # exact, so ties need no tolerance
        law[z] = law.get(z, Fraction(0)) + mass
    values, masses = reference("z_statistic_law")(n, float(f))
    np.testing.assert_allclose(values, [float(z) for z in sorted(law)], atol=1e-12)
    np.testing.assert_allclose(masses, [float(law[z]) for z in sorted(law)], rtol=1e-12)
    assert values @ masses == pytest.approx(1)


def test_ties_up_to_rounding_are_merged():
    values, masses = reference("z_statistic_law")(25, 0.28)  # 25 · 0.28 is not exactly 7
    assert np.all(np.diff(values) > 1e-8)
    assert masses.sum() == pytest.approx(1)


@pytest.mark.parametrize(("black", "draws", "urns"), [(3, 10, 11), (0, 0, 4), (2, 2, 5), (4, 9, 7)])
def test_urn_posterior_in_exact_fractions(black, draws, urns):
    joint = []
    for u in range(urns):
        f = Fraction(u, urns - 1)
        joint.append(math.comb(draws, black) * f**black * (1 - f) ** (draws - black))
    posterior = [weight / sum(joint) for weight in joint]
    got = reference("urn_posterior")(black, draws, urns)
    np.testing.assert_allclose(got, [float(p) for p in posterior], rtol=1e-12)
    predictive = sum(p * Fraction(u, urns - 1) for u, p in enumerate(posterior))
    assert reference("next_ball_black")(got) == pytest.approx(float(predictive))


def test_log_likelihood_is_that_of_scipy():
    rng = np.random.default_rng(0)
    y, y_hat = rng.normal(size=(2, 30))
    expected = stats.norm(y_hat, 0.7).logpdf(y).sum()
    assert reference("gaussian_log_likelihood")(y, y_hat, 0.7) == pytest.approx(expected)


def test_no_other_gaussian_is_more_likely_than_the_fit():
    rng = np.random.default_rng(1)
    x = rng.normal(size=(40, 3)) @ rng.normal(size=(3, 3))
    mean, cov = reference("fit_gaussian")(x)

    def log_likelihood(m, c):
        return stats.multivariate_normal(m, c).logpdf(x).sum()

    best = log_likelihood(mean, cov)
    assert best > log_likelihood(mean, cov * len(x) / (len(x) - 1))
    for _ in range(200):
        tilt = np.eye(3) + 0.02 * rng.normal(size=(3, 3))
        assert best > log_likelihood(mean + 0.01 * rng.normal(size=3), tilt @ cov @ tilt.T)


@pytest.mark.parametrize("d", [1, 2, 4])
def test_density_is_that_of_scipy_and_integrates_to_one(d):
    rng = np.random.default_rng(d)
    root = rng.normal(size=(d, d))
    mean, cov = rng.normal(size=d), root @ root.T + 0.1 * np.eye(d)
    x = rng.normal(size=d)
    density = reference("gaussian_density")
    assert density(x, mean, cov) == pytest.approx(stats.multivariate_normal(mean, cov).pdf(x))
    if d == 1:
        area, _ = quad(lambda t: density(np.array([t]), mean, cov), -30, 30, points=[mean[0]])
        assert area == pytest.approx(1)


@pytest.mark.parametrize("observed", [0, [2], [3, 1], [0, 1, 2]])
def test_the_conditional_is_joint_over_marginal(observed):
    rng = np.random.default_rng(3)
    root = rng.normal(size=(4, 4))
    mean, cov = rng.normal(size=4), root @ root.T + 0.3 * np.eye(4)
    seen = np.atleast_1d(observed)
    other = [i for i in range(4) if i not in seen]
    value = rng.normal(size=len(seen))
    given = float(value[0]) if np.ndim(observed) == 0 else value
    cond_mean, cond_cov = reference("condition_gaussian")(mean, cov, observed, given)
    marginal = stats.multivariate_normal(mean[seen], cov[np.ix_(seen, seen)]).pdf(value)
    for _ in range(5):
        x = np.empty(4)
        x[seen], x[other] = value, rng.normal(size=len(other))
        ratio = stats.multivariate_normal(mean, cov).pdf(x) / marginal
        conditional = stats.multivariate_normal(cond_mean, cond_cov).pdf(x[other])
        assert conditional == pytest.approx(ratio, rel=1e-9)


def test_draws_have_the_law_asked_for():
    rng = np.random.default_rng(5)
    mean, cov = np.array([1.0, -2.0]), np.array([[2.0, -0.9], [-0.9, 0.5]])
    draws = reference("sample_gaussian")(mean, cov, 40_000, rng)
    np.testing.assert_allclose(draws.mean(0), mean, atol=5 * math.sqrt(2 / 40_000))
    np.testing.assert_allclose(np.cov(draws.T), cov, atol=5 * 2 * math.sqrt(2 / 40_000))
    along = draws @ [0.6, 0.8]
    spread = math.sqrt(np.array([0.6, 0.8]) @ cov @ [0.6, 0.8])
    assert stats.kstest(along, stats.norm(mean @ [0.6, 0.8], spread).cdf).pvalue > 1e-6


# --- subtly wrong answers that no misconception names ---------------------------------------


def _scaled(answer, factor):
    """The answer with every number off by a factor."""

    def wrong(*args):
        result = answer(*args)
        if isinstance(result, tuple):
            return tuple(np.asarray(part) * factor for part in result)
        return np.asarray(result) * factor

    return wrong


@pytest.mark.parametrize("factor", [1.001, 0.999])
@pytest.mark.parametrize(
    "name",
    [
        "disease_posterior", "count_moments", "z_statistic_law", "urn_posterior",
        "next_ball_black", "entropy", "cross_entropy", "kl_divergence", "gaussian_kl",
        "gaussian_log_likelihood", "fit_gaussian", "gaussian_density", "condition_gaussian",
        "sample_gaussian",
    ],
)  # fmt: skip
def test_an_error_of_one_in_a_thousand_is_seen(name, factor):
    assert EXERCISES[name].evaluate(_scaled(reference(name), factor)).status == "incorrect"


def _only_where_uniform(p, q):
    return math.log(len(p)) - reference("entropy")(q)


def _spread_off(mean, cov, n_samples, rng):
    return reference("sample_gaussian")(mean, 1.002 * cov, n_samples, rng)


def _uniform_noise(mean, cov, n_samples, rng):
    z = math.sqrt(12) * (rng.random((n_samples, len(mean))) - 0.5)
    return mean + z @ np.linalg.cholesky(cov).T


def _half_the_stream(mean, cov, n_samples, rng):
    """Right moments, but every draw occurs twice."""
    half = reference("sample_gaussian")(mean, cov, (n_samples + 1) // 2, rng)
    return np.concatenate([half, half])[:n_samples]


def _one_coordinate_only(mean, cov, index, value):
    first = index if np.ndim(index) == 0 else index[0]
    return reference("condition_gaussian")(mean, cov, first, np.atleast_1d(value)[0])


SUBTLE = [
    ("kl_divergence", _only_where_uniform),
    ("entropy", lambda p: math.log(len(p))),
    ("disease_posterior", lambda se, sp, pr: reference("disease_posterior")(se, se, pr)),
    ("urn_posterior", lambda b, n, m=11: reference("urn_posterior")(3, 10, m)),
    ("gaussian_kl", lambda m1, s1, m2, s2: (m1 - m2) ** 2 / (2 * s1 * s2)),
    ("sample_gaussian", _spread_off),
    ("sample_gaussian", _uniform_noise),
    ("sample_gaussian", _half_the_stream),
    ("condition_gaussian", _one_coordinate_only),
]


@pytest.mark.parametrize(("name", "wrong"), SUBTLE)
def test_answers_right_only_in_special_cases_are_rejected(name, wrong):
    assert EXERCISES[name].evaluate(wrong).status != "correct"


# --- keys -----------------------------------------------------------------------------------


def truth(name: str):
    return PREDICTIONS[name].truth


def test_the_doctor_and_the_urns():
    ill, well = Fraction(1, 100), Fraction(99, 100)
    right, wrong = Fraction(19, 20), Fraction(1, 20)
    positive = ill * right + well * wrong
    assert truth("positive_test") == pytest.approx(float(ill * right / positive))
    assert key("medical_test", "P(ill | negative)") == pytest.approx(
        float(ill * wrong / (1 - positive))
    )
    odds = ill * right / (well * wrong)
    assert key("medical_test", "odds, ill : healthy, after a positive") == pytest.approx(
        float(odds)
    )

    likelihood = [Fraction(u, 10) ** 3 * Fraction(10 - u, 10) ** 7 * 120 for u in range(11)]
    assert key("eleven_urns", "evidence P(3 black in 10)") == pytest.approx(
        float(sum(likelihood) / 11), rel=1e-9
    )
    predictive = sum(x * Fraction(u, 10) for u, x in enumerate(likelihood)) / sum(likelihood)
    assert truth("next_ball") == pytest.approx(float(predictive), rel=1e-7)
    laplace = stats.beta(4, 8).mean()
    label = "the same with every fraction equally probable"
    assert key("eleven_urns", label) == pytest.approx(laplace)


def test_counts_and_z_by_enumeration():
    law: dict[float, Fraction] = {}
    for count, mass in _sequences(5, Fraction(1, 5)):
        z = float((count - 1) ** 2 / Fraction(4, 5))
        law[z] = law.get(z, Fraction(0)) + mass
    assert key("z_values", "P(z = 1.25)") == pytest.approx(float(law[1.25]))
    assert key("z_values", "P(z < 1)") == pytest.approx(float(sum(law[z] for z in law if z < 1)))
    for n in (5, 400):
        assert key("urn_counts", f"standard deviation, {n} draws") == pytest.approx(
            stats.binom.std(n, 0.2)
        )


def test_waiting_times_and_brothers():
    k = np.arange(1, 2000)
    gap = stats.geom.pmf(k, 1 / 6)
    for label in ("(b) mean rolls from the clock to the next six", "(c) mean rolls back to the "
                  "most recent six"):  # fmt: skip
        assert key("waiting_for_a_six", label) == pytest.approx(k @ gap)  # no memory, either way
    struck = k * gap / (k @ gap)  # a gap is hit in proportion to its length
    assert truth("clock_gap") == pytest.approx(k @ struck)
    orders = list(itertools.permutations("ABF"))  # youngest to oldest
    older = [o for o in orders if o.index("F") > o.index("A")]
    share = sum(o.index("F") > o.index("B") for o in older) / len(older)
    label = "P(Fred older than Bob | Fred older than Alf)"
    assert key("three_brothers", label) == pytest.approx(share)


def test_information_by_quadrature_and_by_scipy():
    p, q = np.array([3, 1, 0]) / 4, np.array([2, 1, 1]) / 4
    assert key("hand_entropies", "H(P)") == pytest.approx(stats.entropy(p))
    assert key("hand_entropies", "H(P, Q)") == pytest.approx(stats.entropy(p) + stats.entropy(p, q))
    assert key("hand_entropies", "D(Q‖P)") == stats.entropy(q, p) == math.inf
    gaussians = {
        "D(N(0, 1)‖N(4, 1))": (0, 1, 4, 1),
        "D(N(0, 0.1²)‖N(0.3, 0.1²))": (0, 0.1, 0.3, 0.1),
    }
    assert set(gaussians) == set(EXERCISES["gaussian_kl_numbers"].entries)
    for label, (m1, s1, m2, s2) in gaussians.items():
        p, q = stats.norm(m1, s1), stats.norm(m2, s2)
        area, _ = quad(
            lambda x, p=p, q=q: p.pdf(x) * (p.logpdf(x) - q.logpdf(x)), m1 - 10 * s1, m1 + 10 * s1
        )
        assert key("gaussian_kl_numbers", label) == pytest.approx(area, abs=1e-6)


def test_densities_and_modes():
    narrow = stats.norm(0, 0.1)
    assert key("densities", "peak of the density of N(0, 0.1²)") == pytest.approx(narrow.pdf(0))
    label = "change of one log-density when metres become millimetres"
    in_mm = stats.norm(0, 100).logpdf(50) - narrow.logpdf(0.05)
    assert key("densities", label) == pytest.approx(in_mm)

    def data(x):
        return (stats.norm.pdf(x, -2, 0.5) + stats.norm.pdf(x, 2, 0.5)) / 2

    def forward(sd):
        return quad(lambda x: -data(x) * stats.norm.logpdf(x, 0, sd), -8, 8, points=[-2, 2])[0]

    best = minimize_scalar(forward, bounds=(0.5, 4), method="bounded", options={"xatol": 1e-6}).x
    assert truth("forward_fit") == pytest.approx((0, best), abs=1e-3)
    model = stats.norm(2, 0.5)
    reverse, _ = quad(lambda x: model.pdf(x) * (model.logpdf(x) - np.log(data(x))), -3, 7)
    label = "D(model‖data) for the model N(2, 0.5²)"
    assert key("two_modes", label) == pytest.approx(reverse, abs=1e-3)


@pytest.fixture(scope="module")
def iris():
    x = datasets.iris().drop(columns="species").to_numpy()
    return x, x.mean(0), np.cov(x.T, bias=True)


FLOWER = np.array([7.9, 4.4, 6.9, 2.5])


def test_iris_densities(iris):
    x, mean, cov = iris
    law = stats.multivariate_normal(mean, cov)
    np.testing.assert_allclose(mean, [5.84333, 3.05733, 3.758, 1.19933], atol=1e-5)
    label = "probability of a cell 0.1 cm wide around it (density × volume)"
    assert key("iris_density", label) == pytest.approx(0.1**4 * law.pdf(FLOWER), rel=1e-6)
    wrong = dict(EXERCISES["iris_density"].entries[label].mistakes)
    unbiased = stats.multivariate_normal(mean, np.cov(x.T))
    assert any(w == pytest.approx(0.1**4 * unbiased.pdf(FLOWER), rel=1e-6) for w in wrong)
    negative = 1 - stats.multivariate_normal(-mean, cov).cdf(np.zeros(4))
    assert truth("impossible_flowers") == pytest.approx(negative, abs=5e-4)


def test_iris_conditionals_are_regressions(iris):
    """The conditional mean is the least-squares prediction, its variance the mean residual."""
    x, *_ = iris

    def regress(targets, inputs, at):
        design = np.column_stack([np.ones(len(x)), x[:, inputs]])
        weights, *_ = np.linalg.lstsq(design, x[:, targets], rcond=None)
        residual = x[:, targets] - design @ weights
        return np.array([1, *at]) @ weights, residual.T @ residual / len(x)

    _, cov = regress([3], [0, 1, 2], [6.3, 4.8, 6.0])
    label = "standard deviation (cm, four decimals)"
    assert key("iris_conditional", label) == pytest.approx(math.sqrt(cov[0, 0]), rel=1e-6)
    label = "share of petal length's variance that sepal length explains"
    correlation = np.corrcoef(x[:, 0], x[:, 2])[0, 1]
    assert key("iris_given_sepal", label) == pytest.approx(correlation**2, rel=1e-6)


@pytest.mark.parametrize(
    ("table", "label", "close"),
    [
        ("iris_conditional", "standard deviation (cm, four decimals)", 0.19002),  # 1/(N − 1)
        (
            "iris_density",
            "probability of a cell 0.1 cm wide around it (density × volume)",
            5.72e-10,
        ),
    ],
)
def test_close_but_different_numbers_are_told_apart(table, label, close):
    outcome = EXERCISES[table].evaluate({label: close})
    verdict = next(v for v in outcome.entries if v.label == label)
    assert verdict.status == "incorrect" and "not right" not in verdict.message


def test_squared_mmd_by_its_closed_form():
    x = np.linspace(-12, 12, 4001)
    parts = [(-2.0, 0.25, 0.5), (2.0, 0.25, 0.5), (0.3, 4.0, -1.0)]  # mean, variance, weight
    p = (stats.norm.pdf(x, -2, 0.5) + stats.norm.pdf(x, 2, 0.5)) / 2
    q = stats.norm.pdf(x, 0.3, 2)
    for h in (0.5, 1.0, 2.0):
        exact = 0.0
        for (a, va, wa), (b, vb, wb) in itertools.product(parts, parts):
            spread = h * h + va + vb
            exact += wa * wb * h / math.sqrt(spread) * math.exp(-((a - b) ** 2) / 2 / spread)
        assert gaussians_1d.squared_mmd(x, p, q, h) == pytest.approx(exact, rel=1e-6)


def test_a_moved_digit_is_overtaken_as_often_as_a_plain_search_finds():
    digits = datasets.mnist_pixels(400).astype(float)
    found = pixel_distance.overtaken(digits, n_moved=25, pixels=1)
    for k in range(25):
        moved = np.pad(digits[k], ((0, 0), (1, 0)))[:, :-1]
        distances = np.sqrt(((digits - moved) ** 2).sum(axis=(1, 2)))
        assert found.own[k] == pytest.approx(distances[k], abs=1e-9)
        distances[k] = np.inf
        assert (found.nearest[k], found.other[k]) == (
            distances.argmin(),
            pytest.approx(distances.min()),
        )
    assert found.share == np.mean(found.other < found.own)
    everywhere = pixel_distance.overtaken(datasets.mnist_pixels(10_000), n_moved=500, pixels=1)
    assert truth("shifted_digit") == pytest.approx(everywhere.share, abs=0.04)
