"""Optimal transport against SciPy, exact fractions and the laws that hold for every input.

The package solves with POT, so the oracle here is a solver of another kind: SciPy's HiGHS.
"""

import math
import subprocess
import sys
from fractions import Fraction

import numpy as np
import ot
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from scipy.integrate import quad
from scipy.optimize import linprog

from course_utils import divergences, integral_metrics, network_simplex, transport

HERRMANN_P = (12, 7, 4, 1, 19, 14, 9, 6, 3, 2)
HERRMANN_Q = (1, 5, 11, 17, 13, 9, 6, 4, 3, 2)


def random_masses(rng, n, zeros=0.0):
    masses = rng.exponential(size=n)
    masses[rng.random(n) < zeros] = 0.0
    if masses.sum() == 0:
        masses[rng.integers(n)] = 1.0
    return masses / masses.sum()


def by_highs(cost, p, q):
    """The least cost, from the linear program written out row by row."""
    n, m = cost.shape
    rows = [np.kron(np.eye(n)[i], np.ones(m)) for i in range(n)]
    columns = [np.kron(np.ones(n), np.eye(m)[j]) for j in range(m)]
    solution = linprog(
        cost.ravel(), A_eq=np.array(rows + columns[:-1]), b_eq=np.r_[p, q[:-1]], bounds=(0, None)
    )
    assert solution.status == 0, solution.message
    return solution.fun


@st.composite
def problems(draw, measures=2, metric=True):
    """Positions (on the line or in the plane) and `measures` distributions, many with zeros."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n = draw(st.integers(2, 9))
    d = draw(st.integers(1, 3))
    zeros = draw(st.sampled_from([0.0, 0.5]))
    positions = rng.normal(size=(n, d)) * draw(st.sampled_from([0.01, 1.0, 300.0]))
    return positions, *(random_masses(rng, n, zeros) for _ in range(measures))


# --- the linear program -----------------------------------------------------------------------


@given(problems())
def test_plan_potential_and_value_agree(problem):
    positions, p, q = problem
    cost = transport.cost_matrix(positions)
    solution = transport.solve_transport(cost, p, q)
    unit = cost.max()
    assert transport.is_coupling(solution.plan, p, q)
    assert transport.transport_cost(solution.plan, cost) == pytest.approx(solution.value)
    assert abs(solution.gap) <= 1e-8 * unit
    assert solution.value == pytest.approx(unit * by_highs(cost / unit, p, q), abs=1e-8 * unit)


@given(problems())
def test_potential_is_one_lipschitz_at_every_point_even_without_mass(problem):
    positions, p, q = problem
    cost = transport.cost_matrix(positions)
    value, f = transport.kantorovich_dual(cost, p, q)
    solution = transport.solve_transport(cost, p, q)
    assert integral_metrics.lipschitz_constant(f, positions) <= 1 + 1e-9
    assert value == pytest.approx(float(f @ (p - q)))
    assert value == pytest.approx(solution.value, abs=1e-8 * cost.max())
    np.testing.assert_allclose(solution.target_potential, -f, atol=1e-9 * cost.max())


@given(seed=st.integers(0, 2**32 - 1), n=st.integers(2, 7), m=st.integers(2, 7))
def test_any_cost_rectangular_or_not(seed, n, m):
    rng = np.random.default_rng(seed)
    cost = rng.normal(size=(n, m)) * 10
    p, q = random_masses(rng, n, 0.3), random_masses(rng, m, 0.3)
    solution = transport.solve_transport(cost, p, q)
    assert solution.value == pytest.approx(by_highs(cost, p, q), rel=1e-7, abs=1e-7)
    assert transport.is_coupling(solution.plan, p, q)
    assert abs(solution.gap) <= 1e-8
    slack = cost - solution.source_potential[:, None] - solution.target_potential
    assert slack.min() >= -1e-9
    assert np.all((solution.plan < 1e-9) | (slack < 1e-7))  # mass moves only where it is tight


@pytest.mark.parametrize("q", [[0.2, 0.3, 0.5], [0.2, 0.8, 0]])
def test_the_memory_order_of_the_cost_does_not_matter(q):
    rng = np.random.default_rng(5)
    cost, p = rng.random((4, 3)), random_masses(rng, 4)
    value, plan = transport.optimal_transport(cost, p, q)
    for same in (np.asfortranarray(cost), np.repeat(cost, 2, axis=1)[:, ::2], cost.tolist()):
        same_value, same_plan = transport.optimal_transport(same, p, q)
        assert same_value == pytest.approx(value)
        np.testing.assert_array_equal(same_plan, plan)


@given(problems())
def test_on_the_line_it_is_the_cdf_formula_and_scipy(problem):
    positions, p, q = problem
    x = positions[:, 0]
    value = transport.solve_transport(transport.cost_matrix(x), p, q).value
    scale = np.ptp(x) + 1e-12
    assert value == pytest.approx(divergences.wasserstein_1d(x, p, q), abs=1e-8 * scale)
    assert value == pytest.approx(stats.wasserstein_distance(x, x, p, q), abs=1e-8 * scale)


@given(problems(measures=3))
def test_metric_axioms(problem):
    positions, p, q, r = problem
    cost = transport.cost_matrix(positions)

    def w(a, b):
        return transport.solve_transport(cost, a, b).value

    slack = 1e-8 * cost.max()
    assert w(p, p) <= slack
    assert w(p, q) == pytest.approx(w(q, p), abs=slack)
    assert w(p, q) <= w(p, r) + w(r, q) + slack
    # zero only between equals: moving mass δ costs at least δ times the shortest distance
    shortest = cost[~np.eye(len(cost), dtype=bool)].min()
    assert w(p, q) >= shortest * divergences.total_variation(p, q) - slack


def test_herrmann_histogram_exactly():
    p, q = (np.array(h) / sum(h) for h in (HERRMANN_P, HERRMANN_Q))
    surplus, exact = Fraction(0), Fraction(0)
    for a, b in zip(HERRMANN_P[:-1], HERRMANN_Q[:-1], strict=True):
        surplus += Fraction(a, sum(HERRMANN_P)) - Fraction(b, sum(HERRMANN_Q))
        exact += abs(surplus)
    assert exact == Fraction(351, 497)
    solution = transport.solve_transport(transport.cost_matrix(np.arange(10)), p, q)
    assert solution.value == pytest.approx(351 / 497, abs=1e-10)
    assert solution.dual_value == pytest.approx(351 / 497, abs=1e-10)
    a = transport.constraint_matrix(10, 10).toarray()
    assert a.shape == (20, 100)
    assert np.linalg.matrix_rank(a) == 19


@pytest.mark.parametrize(("n", "m"), [(1, 1), (2, 3), (4, 4), (5, 2)])
def test_constraint_matrix_sums_rows_then_columns_and_loses_one_rank(n, m):
    plan = np.random.default_rng(0).random((n, m))
    a = transport.constraint_matrix(n, m).toarray()
    np.testing.assert_allclose(a @ plan.ravel(), np.r_[plan.sum(1), plan.sum(0)])
    assert np.linalg.matrix_rank(a) == n + m - 1


def test_masses_need_not_be_probabilities():
    four_piles = transport.solve_transport(
        transport.cost_matrix(np.arange(4)), (3, 2, 1, 4), (1, 2, 4, 3)
    )
    assert four_piles.value == pytest.approx(5)
    assert transport.is_coupling(four_piles.plan, (3, 2, 1, 4), (1, 2, 4, 3))


def test_parallel_lines_by_the_linear_program():
    heights = np.linspace(0, 1, 6)
    weights = np.full(6, 1 / 6)
    for theta in (1, 0, 0.25, -1):
        left = np.column_stack([np.zeros(6), heights])
        right = np.column_stack([np.full(6, theta), heights])
        value = transport.solve_transport(
            transport.cost_matrix(left, right), weights, weights
        ).value
        assert value == pytest.approx(integral_metrics.parallel_lines(theta)[0], abs=1e-9)


@pytest.mark.parametrize(
    ("cost", "p", "q", "message"),
    [
        (np.zeros((2, 2)), [0.5, 0.5], [0.33, 0.33], "no plan exists"),
        (np.zeros((2, 2)), [1.5, -0.5], [0.5, 0.5], "negative"),
        (np.zeros((2, 2)), [0.5, 0.5], [0.2, 0.3, 0.5], "shape"),
        (np.zeros((2, 2)), [[0.5, 0.5]], [0.5, 0.5], "shape"),
        (np.zeros(2), [0.5, 0.5], [0.5, 0.5], "matrix"),
        (np.array([[0, math.inf], [1, 0]]), [0.5, 0.5], [0.5, 0.5], "finite"),
        (np.zeros((2, 2)), [0.5, math.nan], [0.5, 0.5], "finite"),
        (np.zeros((2, 2)), [0, 0], [0, 0], "nothing"),
    ],
)
def test_impossible_problems_are_explained(cost, p, q, message):
    with pytest.raises(ValueError, match=message):
        transport.solve_transport(cost, p, q)


def test_a_single_potential_needs_a_metric():
    squares = transport.cost_matrix([0.0, 1.0, 3.0]) ** 2  # breaks the triangle inequality
    uniform = np.full(3, 1 / 3)
    with pytest.raises(ValueError, match="metric"):
        transport.kantorovich_dual(squares, uniform, uniform)
    asymmetric = np.array([[0, 1.0], [2.0, 0]])
    assert not transport.is_metric(asymmetric)
    assert not transport.is_metric(np.ones((2, 2)))
    assert not transport.is_metric(np.ones((2, 3)))
    assert transport.is_metric(transport.cost_matrix([0.0, 1.0, 3.0]))


@pytest.mark.parametrize("before", ["", "import torch; "])
def test_solving_never_loads_torch_and_leaves_pot_as_it_would_be(before):
    """A lesson without networks must not wait for torch; one with them may hand POT tensors."""
    check = (
        "import os, sys; from course_utils import transport; "
        "transport.optimal_transport([[0.0, 1], [1, 0]], [0.5, 0.5], [0.2, 0.8]); "
        "assert not any(name.startswith('POT_') for name in os.environ); "
        "assert sys.modules['ot'].backend.torch is sys.modules.get('torch', False)"
    )
    subprocess.run([sys.executable, "-c", before + check], check=True)


# --- couplings --------------------------------------------------------------------------------


def test_coupling_needs_sign_rows_columns_and_shape():
    p, q = np.array([0.3, 0.7]), np.array([0.2, 0.5, 0.3])
    plan = np.outer(p, q)
    assert transport.is_coupling(plan, p, q)
    assert transport.is_coupling(plan + 1e-10, p, q)
    shift_rows = plan + np.array([[1e-3], [-1e-3]]) / 3
    shift_columns = plan + np.array([1e-3, -1e-3, 0]) / 2
    negative = plan + 0.2 * np.array([[1, -1, 0], [-1, 1, 0]])
    assert negative.min() < 0
    assert np.allclose(negative.sum(0), q)
    for wrong in (shift_rows, shift_columns, negative, plan.T, plan.ravel(), plan[:, :2]):
        assert not transport.is_coupling(wrong, p, q)


def test_cost_of_a_plan_needs_equal_shapes():
    assert transport.transport_cost([[0.5, 0.5]], [[2, 4]]) == 3
    with pytest.raises(ValueError, match="agree"):
        transport.transport_cost(np.ones((2, 1)), np.ones((1, 2)))


# --- samples, Gaussians, Sinkhorn -------------------------------------------------------------


@pytest.mark.parametrize(("n", "m"), [(30, 30), (12, 30)])
def test_samples_in_the_plane(n, m):
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(n, 2)), rng.normal(size=(m, 2)) + 1
    cost = np.linalg.norm(x[:, None] - y, axis=2)
    assert transport.empirical_wasserstein(x, y) == pytest.approx(
        by_highs(cost, np.full(n, 1 / n), np.full(m, 1 / m)), rel=1e-7
    )


def test_samples_on_the_line_against_scipy():
    rng = np.random.default_rng(2)
    x, y = rng.normal(size=50), rng.normal(size=50) ** 2
    assert transport.empirical_wasserstein(x, y) == pytest.approx(stats.wasserstein_distance(x, y))


def test_samples_of_different_dimension_are_refused():
    with pytest.raises(ValueError, match="dimensions"):
        transport.empirical_wasserstein(np.zeros((3, 2)), np.zeros((3, 1)))


@pytest.mark.parametrize(
    "law", [(0, 1, 4, 1), (0, 1, 0, 2), (0, 1, 1, 2), (0, 1, 4, 2), (3, 0.5, -1, 0.1), (0, 0, 2, 0)]
)
def test_gaussians_against_quadrature_of_the_quantiles(law):
    mu1, sigma1, mu2, sigma2 = law

    def moved(z):
        return abs(mu1 - mu2 + (sigma1 - sigma2) * z)

    first = quad(lambda z: moved(z) * stats.norm.pdf(z), -12, 12, limit=200)[0]
    second = quad(lambda z: moved(z) ** 2 * stats.norm.pdf(z), -12, 12)[0]
    assert transport.gaussian_wasserstein(*law) == pytest.approx(first, rel=1e-7)
    assert transport.gaussian_wasserstein(*law, order=2) == pytest.approx(second**0.5, rel=1e-7)


def test_gaussians_refuse_what_is_no_gaussian():
    with pytest.raises(ValueError, match="standard deviations"):
        transport.gaussian_wasserstein(0, -1, 0, 1)
    with pytest.raises(ValueError, match="order"):
        transport.gaussian_wasserstein(0, 1, 0, 1, order=3)


def test_sinkhorn_against_pot_and_towards_both_limits():
    rng = np.random.default_rng(3)
    p, q = random_masses(rng, 5), random_masses(rng, 6)
    cost = transport.cost_matrix(rng.normal(size=5), rng.normal(size=6))
    ours = transport.sinkhorn(cost, p, q, 0.3)
    assert transport.is_coupling(ours, p, q)
    theirs = ot.sinkhorn(p, q, cost, 0.3, method="sinkhorn_log", numItermax=20_000, stopThr=1e-12)
    np.testing.assert_allclose(ours, theirs, atol=1e-8)
    best = transport.solve_transport(cost, p, q).value
    costs = [
        transport.transport_cost(transport.sinkhorn(cost, p, q, epsilon), cost)
        for epsilon in (0.01, 0.1, 1, 100)
    ]
    assert costs == sorted(costs)
    assert costs[0] == pytest.approx(best, abs=1e-3)
    np.testing.assert_allclose(transport.sinkhorn(cost, p, q, 1e4), np.outer(p, q), atol=1e-4)


def test_sinkhorn_copes_with_empty_states_and_says_when_it_fails():
    cost = transport.cost_matrix(np.arange(3))
    plan = transport.sinkhorn(cost, [0.5, 0.5, 0], [0, 0.5, 0.5], 0.1)
    assert transport.is_coupling(plan, np.array([0.5, 0.5, 0]), np.array([0, 0.5, 0.5]))
    with pytest.raises(ValueError, match="epsilon"):
        transport.sinkhorn(cost, [0.5, 0.5, 0], [0, 0.5, 0.5], 0)
    with pytest.raises(RuntimeError, match="no convergence"):
        transport.sinkhorn(cost, [0.5, 0.3, 0.2], [0.1, 0.4, 0.5], 0.01, max_iterations=2)


# --- Lipschitz constants and integral probability metrics -------------------------------------


@given(st.integers(0, 2**32 - 1), st.integers(1, 4))
def test_linear_functions_have_the_norm_as_lipschitz_constant(seed, d):
    rng = np.random.default_rng(seed)
    weight = rng.normal(size=d)
    constant = integral_metrics.linear_lipschitz_constant(weight)
    x = rng.normal(size=(20, d))
    assert integral_metrics.lipschitz_constant(x @ weight + 3, x) <= constant + 1e-9
    along = np.vstack([np.zeros(d), weight])  # the direction that attains it
    assert integral_metrics.lipschitz_constant(along @ weight, along) == pytest.approx(constant)


def test_lipschitz_constant_by_hand_and_at_repeated_positions():
    assert integral_metrics.lipschitz_constant([0, 1, 5], [0, 1, 3]) == 2
    assert integral_metrics.lipschitz_constant([0, 3], [[0, 0], [3, 4]]) == pytest.approx(0.6)
    assert integral_metrics.lipschitz_constant([7], [1]) == 0
    assert integral_metrics.lipschitz_constant([1, 1, 2], [0, 0, 1]) == 1
    assert integral_metrics.lipschitz_constant([1, 2], [0, 0]) == math.inf
    with pytest.raises(ValueError, match="one value per position"):
        integral_metrics.lipschitz_constant([1, 2, 3], [0, 1])
    with pytest.raises(ValueError, match="vector"):
        integral_metrics.linear_lipschitz_constant([[1, 2]])


@given(problems())
def test_mmd_is_a_distance_below_its_ceiling_and_its_witness_attains_it(problem):
    positions, p, q = problem
    distance = integral_metrics.maximum_mean_discrepancy(positions, p, q, bandwidth=0.7)
    assert 0 <= distance <= math.sqrt(2) + 1e-12
    assert integral_metrics.maximum_mean_discrepancy(positions, p, p) == 0
    f = integral_metrics.mmd_witness(positions, positions, p, q, bandwidth=0.7)
    assert f @ (p - q) == pytest.approx(distance, abs=1e-6)


def test_mmd_against_expectations_over_pairs():
    rng = np.random.default_rng(4)
    x, p, q = rng.normal(size=4), random_masses(rng, 4), random_masses(rng, 4)

    def mean_kernel(a, b):
        return sum(
            a[i] * b[j] * math.exp(-((x[i] - x[j]) ** 2) / 2) for i in range(4) for j in range(4)
        )

    square = mean_kernel(p, p) + mean_kernel(q, q) - 2 * mean_kernel(p, q)
    assert integral_metrics.maximum_mean_discrepancy(x, p, q) == pytest.approx(square**0.5)
    with pytest.raises(ValueError, match="bandwidth"):
        integral_metrics.maximum_mean_discrepancy(x, p, q, bandwidth=0)


# --- without POT ------------------------------------------------------------------------------


@pytest.fixture
def no_pot(monkeypatch):
    """A machine for which there is no POT, such as Windows on ARM."""
    for name in [name for name in sys.modules if name.split(".")[0] == "ot"]:
        monkeypatch.setitem(sys.modules, name, None)
    network_simplex._solver.cache_clear()
    yield
    network_simplex._solver.cache_clear()


def test_without_pot_highs_gives_plans_potentials_and_the_same_value(no_pot):
    assert network_simplex._solver() is network_simplex._highs
    rng = np.random.default_rng(0)
    for n, zeros in [(2, 0.0), (9, 0.5), (30, 0.5), (30, 0.0)]:
        positions = 300 * rng.normal(size=(n, 2))
        p, q = random_masses(rng, n, zeros), random_masses(rng, n, zeros)
        cost = transport.cost_matrix(positions)
        solution = transport.solve_transport(cost, p, q)
        value, f = transport.kantorovich_dual(cost, p, q)
        assert transport.is_coupling(solution.plan, p, q)
        assert solution.value == pytest.approx(value) == pytest.approx(ot.emd2(p, q, cost))
        assert abs(solution.gap) <= 1e-9 * cost.max()
        assert integral_metrics.lipschitz_constant(f, positions) <= 1 + 1e-9


def test_without_pot_one_state_and_negative_costs_are_solved_too(no_pot):
    value, plan = transport.optimal_transport([[-3.0]], [2.0], [2.0])
    assert value == -6 and plan.tolist() == [[2.0]]
    value, _ = transport.optimal_transport([[-1.0, 5.0], [0.0, -2.0]], [1, 1], [1, 1])
    assert value == pytest.approx(-3)
