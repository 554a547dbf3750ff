"""The lines of the derivations, checked with numbers; and that the wrong lines are wrong.

Each test computes both sides of a claim by other means than the proof does.
"""

import math

import numpy as np
import pytest
from scipy import integrate, optimize, stats

RNG = np.random.default_rng(0)
PAIRS = [(RNG.dirichlet(np.ones(n)), RNG.dirichlet(np.ones(n))) for n in (2, 3, 6)]


def kl(p, q):
    return float(np.sum(stats.entropy(p, q)))


def test_bayes_rule_by_counting():
    a, given_a, given_not_a = 0.01, 0.95, 0.05
    people = RNG.random((2_000_000, 2))
    ill = people[:, 0] < a
    positive = people[:, 1] < np.where(ill, given_a, given_not_a)
    formula = given_a * a / (given_a * a + given_not_a * (1 - a))
    assert ill[positive].mean() == pytest.approx(formula, abs=0.004)
    assert formula == pytest.approx(0.161, abs=5e-4)
    assert given_a + given_not_a != pytest.approx(positive.mean(), abs=0.1), "line F is wrong"


@pytest.mark.parametrize(("p", "q"), PAIRS)
def test_gibbs_inequality(p, q):
    assert kl(p, q) > 0
    assert -kl(p, q) <= np.sum(p * (q / p - 1)) + 1e-15
    assert np.any(p * np.log(p / q) < 0), "line B is wrong"
    assert np.sum(p * np.log(q / p)) < math.log(q.sum()), "line D is wrong"


@pytest.mark.parametrize(("p", "q"), PAIRS)
def test_a_small_divergence_is_seen_by_enough_samples(p, q):
    twice = kl(np.outer(p, p).ravel(), np.outer(q, q).ravel())
    assert twice == pytest.approx(2 * kl(p, q)), "line H of the zero divergence"


@pytest.mark.parametrize(("m1", "s1", "m2", "s2"), [(0, 1, 1, 2), (1, 2, 0, 1), (-1, 0.7, 2, 1.3)])
def test_the_divergence_of_two_gaussians(m1, s1, m2, s2):
    p, q = stats.norm(m1, s1), stats.norm(m2, s2)

    def mean(function):
        return integrate.quad(lambda x: p.pdf(x) * function(x), m1 - 12 * s1, m1 + 12 * s1)[0]

    claim = math.log(s2 / s1) + (s1**2 + (m1 - m2) ** 2) / (2 * s2**2) - 0.5
    assert mean(lambda x: p.logpdf(x) - q.logpdf(x)) == pytest.approx(claim, rel=1e-7)
    square = mean(lambda x: (x - m2) ** 2)
    assert square == pytest.approx(s1**2 + (m1 - m2) ** 2)
    assert square != pytest.approx(s2**2) and square != pytest.approx((m1 - m2) ** 2)


def test_least_squares_is_maximum_likelihood_for_one_sigma_only():
    x = RNG.normal(size=40)
    y = 1.5 * x + RNG.normal(size=40)

    def best(sigma):
        loss = lambda slope: -stats.norm(slope * x, sigma).logpdf(y).sum()  # noqa: E731
        return optimize.minimize_scalar(loss).x

    squares = np.sum(x * y) / np.sum(x * x)
    assert best(0.3) == pytest.approx(squares, rel=1e-6)
    assert best(3.0) == pytest.approx(squares, rel=1e-6)
    assert best(np.linspace(0.1, 3, 40)) != pytest.approx(squares, rel=1e-3), "line G is wrong"


def test_likelihood_tends_to_the_forward_divergence():
    data = np.array([0.5, 0.3, 0.2])
    thetas = np.linspace(0.05, 0.95, 181)
    models = np.stack([thetas**2, 2 * thetas * (1 - thetas), (1 - thetas) ** 2], axis=1)
    draws = np.bincount(RNG.choice(3, size=200_000, p=data), minlength=3) / 200_000
    likeliest = thetas[np.argmax(np.log(models) @ draws)]
    forward = thetas[np.argmin([kl(data, model) for model in models])]
    reverse = thetas[np.argmin([kl(model, data) for model in models])]
    assert likeliest == pytest.approx(forward, abs=0.006)
    assert abs(forward - reverse) > 0.01, "line H is another question"


@pytest.mark.parametrize(("p", "q"), PAIRS)
def test_the_gan_value_at_its_maximum(p, q):
    def value(logits):
        d = 1 / (1 + np.exp(-logits))
        return p @ np.log(d) + q @ np.log(1 - d)

    found = -optimize.minimize(lambda logits: -value(logits), np.zeros(len(p)), tol=1e-10).fun
    m = (p + q) / 2
    js = kl(p, m) / 2 + kl(q, m) / 2
    assert found == pytest.approx(2 * js - 2 * math.log(2), abs=1e-6)
    assert found != pytest.approx(js - 2 * math.log(2), abs=1e-4), "line F loses a factor"


@pytest.mark.parametrize(("p", "q"), PAIRS)
def test_weak_duality_and_the_triangle_inequality(p, q):
    n = len(p)
    points, r = RNG.normal(size=(n, 2)), RNG.dirichlet(np.ones(n))
    d = np.linalg.norm(points[:, None] - points[None], axis=2)
    f = np.min(d[:, : n // 2 + 1] - RNG.normal(size=n // 2 + 1), axis=1)  # 1-Lipschitz
    plan, onward = np.outer(p, r), np.outer(r, q)
    assert f @ p - f @ r == pytest.approx(np.sum(plan * (f[:, None] - f)))
    assert f @ p - f @ r < np.sum(plan * d), "line C would be an equality"
    glued = (plan / r) @ onward  # π(x, z) ρ(z, y) / r(z), summed over z
    assert np.allclose(glued.sum(1), p) and np.allclose(glued.sum(0), q)
    assert np.sum(glued * d) <= np.sum(plan * d) + np.sum(onward * d)
    assert not np.allclose((plan + onward).sum(1), p), "line D of the triangle is no plan"


@pytest.mark.parametrize(("p", "q"), PAIRS)
def test_kantorovich_rubinstein(p, q):
    n = len(p)
    points = RNG.normal(size=(n, 2))
    cost = np.linalg.norm(points[:, None] - points[None], axis=2)
    marginals = np.vstack([np.kron(np.eye(n), np.ones(n)), np.kron(np.ones(n), np.eye(n))])
    primal = optimize.linprog(cost.ravel(), A_eq=marginals, b_eq=np.concatenate([p, q]))
    both = np.vstack(
        [np.kron(np.eye(n)[i] - np.eye(n)[j], 1.0) for i in range(n) for j in range(n)]
    )
    dual = optimize.linprog(q - p, A_ub=both, b_ub=cost.ravel(), bounds=(None, None))
    assert primal.fun == pytest.approx(-dual.fun, abs=1e-8)
    f, g = primal.eqlin.marginals[:n], primal.eqlin.marginals[n:]
    h = np.min(cost - g, axis=1)
    assert np.all(f <= h + 1e-9) and np.all(g <= -h + 1e-9)
    assert np.all(np.abs(h[:, None] - h) <= cost + 1e-9)


def test_the_gradient_of_an_optimal_critic():
    """Between two points 3 apart, the optimal critics are known in closed form."""
    x, y = np.array([0.0, 0.0]), np.array([3.0, 0.0])
    centre = np.array([-1.0, 0.0])
    critic = lambda at: np.linalg.norm(at - centre)  # 1-Lipschitz, and optimal  # noqa: E731
    assert critic(y) - critic(x) == pytest.approx(np.linalg.norm(y - x))
    for t in (0.0, 0.25, 1.0):
        at = (1 - t) * x + t * y
        assert optimize.approx_fprime(at, critic) == pytest.approx([1, 0], abs=1e-6)
    other = np.array([3.0, 2.0])
    assert critic(other) - critic(x) < np.linalg.norm(other - x) - 0.1, "line C is wrong"
    weaker = lambda at: np.clip(at[0], 0, 3)  # noqa: E731
    assert weaker(y) - weaker(x) == pytest.approx(3)
    assert optimize.approx_fprime(np.array([5.0, 1.0]), weaker) == pytest.approx([0, 0])
