"""Entropies, divergences and the 1-D Wasserstein distance against independent oracles."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.integrate import quad

from course_utils import divergences as dv

ot = pytest.importorskip("ot")

# a slow machine is no reason to fail
for_all = settings(deadline=None)
PAIRWISE = (dv.cross_entropy, dv.kl_divergence, dv.jensen_shannon, dv.total_variation)


@st.composite
def masses(draw, n: int | None = None):
    """Masses of a distribution on n states; about a third of them are exactly 0."""
    size = draw(st.integers(2, 7)) if n is None else n
    weight = st.one_of(st.just(0.0), st.floats(0.01, 1.0), st.floats(0.5, 1.0))
    raw = np.array(draw(st.lists(weight, min_size=size, max_size=size)))
    assume(raw.sum() > 0)
    return raw / raw.sum()


@st.composite
def tuples_of_masses(draw, count: int):
    n = draw(st.integers(2, 7))
    return tuple(draw(masses(n)) for _ in range(count))


@st.composite
def line_problems(draw, count: int):
    """Distinct, unsorted, uneven positions and `count` distributions on them."""
    n = draw(st.integers(2, 7))
    steps = draw(st.lists(st.integers(1, 40), min_size=n, max_size=n))
    positions = np.cumsum(steps) / 10 - 3
    order = draw(st.permutations(range(n)))
    return (positions[list(order)], *(draw(masses(n)) for _ in range(count)))


# --- values ---------------------------------------------------------------------------------


@for_all
@given(tuples_of_masses(2))
def test_the_definitions_written_out(pq):
    p, q = pq
    h = -sum(a * math.log(a) for a in p if a > 0)
    if any(a > 0 and b == 0 for a, b in zip(p, q, strict=True)):
        cross = math.inf
    else:
        cross = -sum(a * math.log(b) for a, b in zip(p, q, strict=True) if a > 0)
    assert dv.entropy(p) == pytest.approx(h, abs=1e-12)
    assert dv.cross_entropy(p, q) == pytest.approx(cross, abs=1e-12)
    assert dv.kl_divergence(p, q) == pytest.approx(cross - h, abs=1e-12)


@for_all
@given(tuples_of_masses(2))
def test_scipy_agrees(pq):
    p, q = pq
    assert dv.kl_divergence(p, q) == pytest.approx(stats.entropy(p, q), abs=1e-12)
    distance = 0.0 if np.array_equal(p, q) else _scipy_jensen_shannon(p, q)
    assert dv.jensen_shannon(p, q) == pytest.approx(distance, abs=1e-9)


def _scipy_jensen_shannon(p, q):
    from scipy.spatial.distance import jensenshannon

    return jensenshannon(p, q) ** 2  # SciPy returns the root


def test_the_worked_example():
    p, q, r = [0.5, 0.5], [0.75, 0.25], [0.25, 0.75]
    assert dv.kl_divergence(p, q) == pytest.approx(0.5 * math.log(4 / 3))
    assert dv.kl_divergence(q, p) == pytest.approx(0.130812, abs=1e-6)
    assert dv.kl_divergence(q, r) == pytest.approx(0.5 * math.log(3))
    assert dv.jensen_shannon(p, q) == pytest.approx(0.033822, abs=1e-6)
    assert dv.jensen_shannon([1, 0], [0, 1]) == pytest.approx(math.log(2))
    assert dv.total_variation(p, q) == 0.25


def test_no_warning_where_masses_are_zero(recwarn):
    p, q = np.array([0.5, 0.5, 0.0]), np.array([0.0, 0.4, 0.6])
    assert dv.cross_entropy(p, q) == math.inf
    assert dv.kl_divergence(p, q) == math.inf
    assert math.isfinite(dv.jensen_shannon(p, q))
    assert dv.entropy(p) == pytest.approx(math.log(2))
    assert not recwarn.list


@pytest.mark.parametrize("seed", range(5))
def test_gaussian_kl_is_the_integral(seed):
    rng = np.random.default_rng(seed)
    mu1, mu2 = rng.normal(0, 2, 2)
    sigma1, sigma2 = rng.uniform(0.3, 3, 2)
    p, q = stats.norm(mu1, sigma1), stats.norm(mu2, sigma2)
    integral, _ = quad(
        lambda x: p.pdf(x) * (p.logpdf(x) - q.logpdf(x)), mu1 - 12 * sigma1, mu1 + 12 * sigma1
    )
    assert dv.gaussian_kl(mu1, sigma1, mu2, sigma2) == pytest.approx(integral, abs=1e-7)


def test_gaussian_kl_broadcasts():
    values = dv.gaussian_kl(0.0, 1.0, np.array([0.0, 4.0]), 1.0)
    np.testing.assert_allclose(values, [0.0, 8.0])


@for_all
@given(line_problems(2))
def test_wasserstein_is_the_cheapest_plan(problem):
    x, p, q = problem
    cost = np.abs(x[:, None] - x)
    assert dv.wasserstein_1d(x, p, q) == pytest.approx(ot.emd2(p, q, cost), abs=1e-9)


@for_all
@given(
    st.lists(st.floats(-5, 5), min_size=1, max_size=9),
    st.lists(st.floats(-5, 5), min_size=1, max_size=9),
)
def test_wasserstein_between_samples_of_any_size(x, y):
    expected = stats.wasserstein_distance(x, y)
    assert dv.wasserstein_samples(x, y) == pytest.approx(expected, abs=1e-12)


def test_positions_may_repeat():
    assert dv.wasserstein_1d([2.0, 0.0, 2.0], [0.5, 0.0, 0.5], [0.0, 1.0, 0.0]) == 2.0


def test_densities_on_a_grid():
    x = np.linspace(-9, 13, 4401)
    p, q = stats.norm.pdf(x, 0, 1), stats.norm.pdf(x, 4, 1)
    assert dv.kl_on_grid(x, p, q) == pytest.approx(8, abs=1e-6)
    assert dv.jensen_shannon_on_grid(x, p, q) == pytest.approx(0.632720, abs=1e-6)
    assert dv.wasserstein_on_grid(x, p, q) == pytest.approx(4, abs=1e-6)
    assert dv.total_variation_on_grid(x, p, q) == pytest.approx(2 * stats.norm.cdf(2) - 1, abs=1e-5)
    wide = stats.norm.pdf(x, 0, 2)
    assert dv.wasserstein_on_grid(x, p, wide) == pytest.approx(math.sqrt(2 / math.pi), abs=1e-4)
    assert dv.kl_on_grid(x, p, np.where(x < 0, p, 0)) == math.inf


def test_an_uneven_grid_is_taken_as_it_is():
    x = np.sort(np.random.default_rng(0).uniform(-9, 13, 6000))
    p, q = stats.norm.pdf(x, 0, 1), stats.norm.pdf(x, 4, 1)
    assert dv.kl_on_grid(x, p, q) == pytest.approx(8, abs=1e-3)
    assert dv.wasserstein_on_grid(x, p, q) == pytest.approx(4, abs=1e-3)


# --- laws -----------------------------------------------------------------------------------


@for_all
@given(tuples_of_masses(2))
def test_gibbs_and_the_bounds(pq):
    p, q = pq
    kl, js, tv = dv.kl_divergence(p, q), dv.jensen_shannon(p, q), dv.total_variation(p, q)
    assert kl >= 0 and dv.kl_divergence(p, p) == 0
    assert 0 <= js <= math.log(2) and 0 <= tv <= 1 + 1e-12
    assert tv <= math.sqrt(kl / 2) + 1e-9  # Pinsker
    assert tv**2 / 2 - 1e-9 <= js <= math.log(2) * tv + 1e-9  # Lin
    assert 0 <= dv.entropy(p) <= math.log(len(p)) + 1e-12


@for_all
@given(tuples_of_masses(3))
def test_metrics_on_masses(pqr):
    p, q, r = pqr
    for distance in (dv.total_variation, lambda a, b: math.sqrt(dv.jensen_shannon(a, b))):
        assert distance(p, q) == pytest.approx(distance(q, p), abs=1e-12)
        assert distance(p, r) <= distance(p, q) + distance(q, r) + 1e-7


@for_all
@given(line_problems(3), st.floats(-4, 4), st.floats(0.1, 5))
def test_wasserstein_is_a_metric_in_the_unit_of_the_line(problem, shift, scale):
    x, p, q, r = problem
    w = dv.wasserstein_1d(x, p, q)
    assert w == pytest.approx(dv.wasserstein_1d(x, q, p), abs=1e-12)
    assert dv.wasserstein_1d(x, p, r) <= w + dv.wasserstein_1d(x, q, r) + 1e-9
    assert dv.wasserstein_1d(scale * x + shift, p, q) == pytest.approx(scale * w, abs=1e-9)
    assert w >= abs(x @ (p - q)) - 1e-9  # the mean is 1-Lipschitz
    assert (w < 1e-12) == (np.abs(p - q).max() < 1e-12)


# --- inputs ---------------------------------------------------------------------------------


@pytest.mark.parametrize("function", PAIRWISE)
def test_masses_are_checked(function):
    good = [0.5, 0.5]
    with pytest.raises(ValueError, match=r"p must be a non-empty 1-D array; its shape is \(1, 2\)"):
        function([good], good)
    with pytest.raises(ValueError, match="one entry per state is needed, but p has 2, q has 3"):
        function(good, [0.2, 0.3, 0.5])
    with pytest.raises(ValueError, match=r"q must not be negative; its smallest entry is -0\.5"):
        function(good, [1.5, -0.5])
    with pytest.raises(ValueError, match=r"q must sum to 1; it sums to 0\.99"):
        function([0.5, 0.5, 0.0], [0.33, 0.33, 0.33])
    with pytest.raises(ValueError, match="p must be finite"):
        function([np.nan, 0.5], good)
    with pytest.raises(ValueError, match="non-empty"):
        function([], [])


def test_single_precision_masses_are_accepted():
    p = np.random.default_rng(0).dirichlet(np.ones(1000)).astype(np.float32)
    assert math.isfinite(dv.entropy(p))


def test_other_inputs_are_checked():
    with pytest.raises(ValueError, match="positions has 3, p has 2"):
        dv.wasserstein_1d([0, 1, 2], [0.5, 0.5], [0.5, 0.5])
    with pytest.raises(ValueError, match="positions must be finite"):
        dv.wasserstein_1d([0, np.inf], [0.5, 0.5], [0.5, 0.5])
    with pytest.raises(ValueError, match="standard deviations"):
        dv.gaussian_kl(0, 0, 0, 1)
    with pytest.raises(ValueError, match="standard deviations"):
        dv.gaussian_kl(0, 1, 0, np.nan)
    with pytest.raises(ValueError, match="increase from left to right"):
        dv.kl_on_grid([0, 2, 1], [1, 1, 1], [1, 1, 1])
    with pytest.raises(ValueError, match="densities must not be negative"):
        dv.wasserstein_on_grid([0, 1], [1, 1], [1, -1])
    with pytest.raises(ValueError, match="x must be a non-empty 1-D array"):
        dv.wasserstein_samples([[1.0]], [1.0])


def test_arguments_stay_as_they_are():
    p, q = np.array([0.0, 0.4, 0.6]), np.array([0.3, 0.3, 0.4])
    x, before = np.array([2.0, 0.0, 5.0]), (p.copy(), q.copy())
    dv.wasserstein_1d(x, p, q), dv.kl_divergence(p, q), dv.jensen_shannon(p, q)
    np.testing.assert_array_equal(x, [2.0, 0.0, 5.0])
    np.testing.assert_array_equal((p, q), before)
