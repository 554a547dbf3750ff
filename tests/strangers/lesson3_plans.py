"""Lesson 3, plans and distances, as strangers write them."""

import itertools
import math

import numpy as np
import ot
import pandas as pd
import scipy.optimize
import scipy.sparse
import scipy.stats
import torch

from strangers import right, wrong

# --- is_coupling, right -----------------------------------------------------------------


@right("is_coupling")
def coupling_allclose(plan, p, q):
    if plan.shape != (p.size, q.size):
        return False
    return (
        np.all(plan >= 0) and np.allclose(plan.sum(axis=1), p) and np.allclose(plan.sum(axis=0), q)
    )


@right("is_coupling")
def coupling_isclose_python_bool(plan, p, q):
    n, m = len(p), len(q)
    if plan.ndim != 2 or plan.shape[0] != n or plan.shape[1] != m:
        return False
    nonnegative = bool((plan > -1e-9).all())
    rows = all(math.isclose(plan[i].sum(), p[i], abs_tol=1e-8) for i in range(n))
    cols = all(math.isclose(plan[:, j].sum(), q[j], abs_tol=1e-8) for j in range(m))
    return nonnegative and rows and cols


@right("is_coupling")
def coupling_norms(plan, p, q):
    try:
        row_error = np.linalg.norm(plan @ np.ones(len(q)) - p)
        column_error = np.linalg.norm(plan.T @ np.ones(len(p)) - q)
    except ValueError:
        return False
    return max(row_error, column_error) < 1e-8 and plan.min() >= -1e-8


@right("is_coupling")
def coupling_try_assert(plan, p, q):
    try:
        assert plan.shape == (len(p), len(q))
        np.testing.assert_allclose(plan.sum(1), p, atol=1e-8)
        np.testing.assert_allclose(plan.sum(0), q, atol=1e-8)
        assert (plan >= -1e-8).all()
    except AssertionError:
        return False
    return True


@right("is_coupling")
def coupling_torch_float32(plan, p, q):
    plan, p, q = torch.Tensor(plan), torch.Tensor(p), torch.Tensor(q)
    if plan.shape != (len(p), len(q)):
        return torch.tensor(False)
    ok = torch.allclose(plan.sum(1), p, atol=1e-6) and torch.allclose(plan.sum(0), q, atol=1e-6)
    return ok and bool((plan >= -1e-6).all())


@right("is_coupling")
def coupling_pandas(plan, p, q):
    df = pd.DataFrame(plan)
    if df.shape != (len(p), len(q)):
        return False
    return bool(
        ((df.sum(axis=1) - p).abs() < 1e-8).all()
        and ((df.sum(axis=0) - q).abs() < 1e-8).all()
        and (df >= -1e-10).all(axis=None)
    )


@right("is_coupling")
def coupling_as_integer(plan, p, q):
    return int(coupling_allclose(plan, p, q))


@right("is_coupling")
def coupling_not_any(plan, p, q):
    if np.shape(plan) != (len(p), len(q)):
        return False
    bad_rows = np.abs(plan.sum(axis=1) - p) > 1e-8
    bad_columns = np.abs(plan.sum(axis=0) - q) > 1e-8
    return not (np.any(bad_rows) or np.any(bad_columns) or np.any(plan < -1e-8))


# --- is_coupling, wrong -----------------------------------------------------------------


@wrong("is_coupling", "no_sign_check")
def coupling_sums_only(plan, p, q):
    if plan.shape != (len(p), len(q)):
        return False
    return np.allclose(plan.sum(axis=1), p) and np.allclose(plan.sum(axis=0), q)


@wrong("is_coupling", "axes_swapped")
def coupling_axes(plan, p, q):
    return (
        np.allclose(plan.sum(axis=0), p) and np.allclose(plan.sum(axis=1), q) and (plan >= 0).all()
    )


@wrong("is_coupling", "rows_only")
def coupling_rows(plan, p, q):
    return plan.shape == (len(p), len(q)) and np.allclose(plan.sum(axis=1), p) and (plan >= 0).all()


@wrong("is_coupling", "total_only")
def coupling_total(plan, p, q):
    return plan.shape == (len(p), len(q)) and bool((plan >= 0).all()) and np.isclose(plan.sum(), 1)


@wrong("is_coupling", "exact_equality")
def coupling_equals(plan, p, q):
    if plan.shape != (len(p), len(q)):
        return False
    return bool(
        (plan.sum(axis=1) == p).all() and (plan.sum(axis=0) == q).all() and (plan >= 0).all()
    )


@wrong("is_coupling", "only_the_independent_one")
def coupling_outer(plan, p, q):
    return plan.shape == (len(p), len(q)) and np.allclose(plan, np.outer(p, q))


@wrong("is_coupling", "opposite")
def coupling_negated(plan, p, q):
    return not coupling_allclose(plan, p, q)


@wrong("is_coupling", "no_shape_check")
def coupling_no_shape(plan, p, q):
    return bool(
        np.allclose(plan.sum(axis=1) - p, 0)
        and np.allclose(plan.sum(axis=0) - q, 0)
        and (plan >= 0).all()
    )


@wrong("is_coupling", "wrong_type")
def coupling_array_of_bools(plan, p, q):
    if plan.shape != (len(p), len(q)):
        return False
    return np.isclose(plan.sum(axis=1), p)


@wrong("is_coupling", "tolerance_too_wide")
def coupling_loose(plan, p, q):
    if plan.shape != (len(p), len(q)):
        return False
    return (
        np.allclose(plan.sum(axis=1), p, atol=1e-2)
        and np.allclose(plan.sum(axis=0), q, atol=1e-2)
        and bool((plan >= -1e-2).all())
    )


@wrong("is_coupling", "either_marginal")
def coupling_or(plan, p, q):
    if plan.shape != (len(p), len(q)):
        return False
    return bool((plan >= 0).all()) and (
        np.allclose(plan.sum(axis=1), p) or np.allclose(plan.sum(axis=0), q)
    )


# --- transport_cost, right --------------------------------------------------------------


@right("transport_cost")
def cost_sum(plan, cost):
    return (plan * cost).sum()


@right("transport_cost")
def cost_np_vdot(plan, cost):
    return np.vdot(cost, plan)


@right("transport_cost")
def cost_tensordot(plan, cost):
    return np.tensordot(plan, cost)


@right("transport_cost")
def cost_flat(plan, cost):
    return plan.ravel().dot(cost.ravel())


@right("transport_cost")
def cost_loops(plan, cost):
    total = 0
    for i, row in enumerate(plan):
        for j, mass in enumerate(row):
            total += mass * cost[i, j]
    return total


@right("transport_cost")
def cost_torch_float32(plan, cost):
    return torch.sum(torch.Tensor(plan) * torch.Tensor(cost)).item()


@right("transport_cost")
def cost_pandas(plan, cost):
    return pd.DataFrame(plan).mul(cost).to_numpy().sum()


@right("transport_cost")
def cost_generator(plan, cost):
    return sum(
        m * c for pr, cr in zip(plan, cost, strict=True) for m, c in zip(pr, cr, strict=True)
    )


@right("transport_cost")
def cost_sparse(plan, cost):
    return scipy.sparse.csr_matrix(plan).multiply(cost).sum()


@right("transport_cost")
def cost_trace(plan, cost):
    return np.trace(cost.T @ plan)


# --- transport_cost, wrong --------------------------------------------------------------


@wrong("transport_cost", "matrix_product")
def cost_np_dot(plan, cost):
    return np.dot(plan, cost).sum()


@wrong("transport_cost", "not_added")
def cost_hadamard(plan, cost):
    return plan * cost


@wrong("transport_cost", "mean_of_journeys")
def cost_np_mean(plan, cost):
    return np.mean(plan * cost)


@wrong("transport_cost", "squared_distance")
def cost_squared(plan, cost):
    return (plan * cost**2).sum()


@wrong("transport_cost", "distance_ignored")
def cost_plan_sum(plan, cost):
    return np.sum(plan)


@wrong("transport_cost", "off_by_source")
def cost_row_sums(plan, cost):
    return np.sum(plan * cost, axis=1)


@wrong("transport_cost", "off_by_target")
def cost_python_sum(plan, cost):
    return sum(plan * cost)


@wrong("transport_cost", "diagonal_only")
def cost_trace_of_product(plan, cost):
    return np.trace(plan * cost)


@wrong("transport_cost", "longest_journey")
def cost_max(plan, cost):
    return np.max(plan * cost)


@wrong("transport_cost", "products_squared")
def cost_frobenius(plan, cost):
    return np.linalg.norm(plan * cost) ** 2


@wrong("transport_cost", "rooted")
def cost_root(plan, cost):
    return np.sqrt((plan * cost).sum())


@wrong("transport_cost", "plan_ignored")
def cost_of_everything(plan, cost):
    return cost.sum()


# --- wasserstein_1d, right --------------------------------------------------------------


@right("wasserstein_1d")
def w1_scipy(positions, p, q):
    return scipy.stats.wasserstein_distance(positions, positions, u_weights=p, v_weights=q)


@right("wasserstein_1d")
def w1_pot_emd2(positions, p, q):
    return ot.emd2_1d(positions, positions, p / p.sum(), q / q.sum(), metric="euclidean")


@right("wasserstein_1d")
def w1_pot_wasserstein(positions, p, q):
    return ot.wasserstein_1d(positions, positions, p / p.sum(), q / q.sum(), p=1)


@right("wasserstein_1d")
def w1_cumsum(positions, p, q):
    idx = np.argsort(positions)
    x = positions[idx]
    F, G = np.cumsum(p[idx]), np.cumsum(q[idx])
    return np.sum(np.abs(F - G)[:-1] * (x[1:] - x[:-1]))


@right("wasserstein_1d")
def w1_pandas(positions, p, q):
    df = pd.DataFrame({"x": positions, "p": p, "q": q}).sort_values("x")
    gap = (df.p.cumsum() - df.q.cumsum()).abs()
    return (gap * (df.x.shift(-1) - df.x)).sum()


@right("wasserstein_1d")
def w1_sorted_zip(positions, p, q):
    pts = sorted(zip(positions, p, q, strict=True), key=lambda t: t[0])
    work, flow = 0.0, 0.0
    for (x0, a, b), (x1, _, _) in itertools.pairwise(pts):
        flow += a - b
        work += abs(flow) * (x1 - x0)
    return work


@right("wasserstein_1d")
def w1_two_pointers(positions, p, q):
    order = sorted(range(len(positions)), key=lambda i: positions[i])
    supply = [[positions[i], p[i]] for i in order]
    demand = [[positions[i], q[i]] for i in order]
    i = j = 0
    cost = 0
    while i < len(supply) and j < len(demand):
        moved = min(supply[i][1], demand[j][1])
        cost += moved * abs(supply[i][0] - demand[j][0])
        supply[i][1] -= moved
        demand[j][1] -= moved
        if supply[i][1] <= 1e-15:
            i += 1
        if demand[j][1] <= 1e-15:
            j += 1
    return cost


@right("wasserstein_1d")
def w1_torch_float32(positions, p, q):
    x, idx = torch.sort(torch.Tensor(positions))
    gap = torch.cumsum(torch.Tensor(p)[idx] - torch.Tensor(q)[idx], dim=0)
    return (gap.abs()[:-1] * x.diff()).sum().item()


@right("wasserstein_1d")
def w1_linprog(positions, p, q):
    n = len(p)
    C = np.abs(positions[:, None] - positions[None, :])
    A = np.vstack([np.kron(np.eye(n), np.ones(n)), np.kron(np.ones(n), np.eye(n))])
    return scipy.optimize.linprog(C.ravel(), A_eq=A, b_eq=np.r_[p, q]).fun


@right("wasserstein_1d")
def w1_fine_integration(positions, p, q):
    xs = np.unique(positions)
    F = np.array([p[positions <= x].sum() for x in xs])
    G = np.array([q[positions <= x].sum() for x in xs])
    return np.dot(np.abs(F - G)[:-1], np.diff(xs))


# --- wasserstein_1d, wrong --------------------------------------------------------------


@wrong("wasserstein_1d", "spacing_and_order_forgotten")
def w1_unit_grid(positions, p, q):
    return np.sum(np.abs(np.cumsum(p) - np.cumsum(q)))


@wrong("wasserstein_1d", "masses_as_samples")
def w1_scipy_of_masses(positions, p, q):
    return scipy.stats.wasserstein_distance(p, q)


@wrong("wasserstein_1d", "weights_forgotten")
def w1_scipy_samples_only(positions, p, q):
    return scipy.stats.wasserstein_distance(positions, positions)


@wrong("wasserstein_1d", "squared_distance")
def w1_pot_default_metric(positions, p, q):
    return ot.emd2_1d(positions, positions, p / p.sum(), q / q.sum())


@wrong("wasserstein_1d", "w2")
def w1_pot_p2(positions, p, q):
    return ot.wasserstein_1d(positions, positions, p / p.sum(), q / q.sum(), p=2) ** 0.5


@wrong("wasserstein_1d", "forgot_to_sort")
def w1_not_sorted(positions, p, q):
    return np.sum(np.abs(np.cumsum(p - q))[:-1] * np.diff(positions))


@wrong("wasserstein_1d", "absolute_value_too_late")
def w1_difference_of_means(positions, p, q):
    return abs(positions @ p - positions @ q)


@wrong("wasserstein_1d", "no_absolute_value")
def w1_signed(positions, p, q):
    order = np.argsort(positions)
    s = np.cumsum((p - q)[order])
    return np.sum(s[:-1] * np.diff(positions[order]))


@wrong("wasserstein_1d", "trapezoid")
def w1_trapz(positions, p, q):
    order = np.argsort(positions)
    gap = np.abs(np.cumsum(p[order]) - np.cumsum(q[order]))
    return np.trapezoid(gap, positions[order])


@wrong("wasserstein_1d", "masses_not_sorted")
def w1_sort_positions_only(positions, p, q):
    x = np.sort(positions)
    return np.sum(np.abs(np.cumsum(p) - np.cumsum(q))[:-1] * np.diff(x))


@wrong("wasserstein_1d", "root_of_squares")
def w1_energy_distance(positions, p, q):
    return scipy.stats.energy_distance(positions, positions, p, q) / np.sqrt(2)


@wrong("wasserstein_1d", "energy_distance")
def w1_scipy_energy_distance(positions, p, q):
    return scipy.stats.energy_distance(positions, positions, p, q)


@wrong("wasserstein_1d", "gap_shifted")
def w1_shifted(positions, p, q):
    order = np.argsort(positions)
    gap = np.abs(np.cumsum((p - q)[order]))
    return np.sum(gap[1:] * np.diff(positions[order]))


@right("wasserstein_1d")
def w1_with_a_gap_of_nothing(positions, p, q):
    order = np.argsort(positions)
    x = positions[order]
    gap = np.abs(np.cumsum((p - q)[order]))
    return np.sum(gap * np.diff(x, append=0))


@wrong("wasserstein_1d", "one_gap_too_few")
def w1_shapes(positions, p, q):
    order = np.argsort(positions)
    return np.sum(np.abs(np.cumsum(p[order]) - np.cumsum(q[order])) * np.diff(positions[order]))


# --- parallel_lines, right --------------------------------------------------------------


@right("parallel_lines")
def lines_if_else(theta):
    if theta == 0:
        return 0, 0, 0, 0
    return abs(theta), np.log(2), np.inf, 1


@right("parallel_lines")
def lines_array(theta):
    return np.array([np.abs(theta), np.log(2), np.inf, 1.0]) if theta != 0.0 else np.zeros(4)


@right("parallel_lines")
def lines_float_inf(theta):
    w1 = math.fabs(theta)
    return (w1, math.log(2), float("inf"), 1.0) if w1 > 0 else (0.0, 0.0, 0.0, 0.0)


@right("parallel_lines")
def lines_tensor(theta):
    apart = torch.tensor([abs(theta), math.log(2), math.inf, 1.0])
    return torch.where(torch.tensor(theta != 0), apart, torch.zeros(4))


@right("parallel_lines")
def lines_dict_in_order(theta):
    same = theta == 0
    result = {
        "w1": abs(theta),
        "js": 0.0 if same else math.log(2),
        "kl": 0.0 if same else math.inf,
        "tv": 0.0 if same else 1.0,
    }
    return tuple(result.values())


@right("parallel_lines")
def lines_booleans(theta):
    apart = theta != 0
    return [abs(theta), apart * math.log(2), math.inf if apart else 0, int(apart)]


@right("parallel_lines")
def lines_series(theta):
    apart = float(theta != 0)
    kl = np.inf if apart else 0.0
    return pd.Series({"w1": abs(theta), "js": apart * np.log(2), "kl": kl, "tv": apart})


@right("parallel_lines")
def lines_not_theta(theta):
    if not theta:
        return (0.0,) * 4
    return np.sqrt(theta**2) if abs(theta) > 1e-100 else abs(theta), np.log(2.0), np.inf, 1.0


# --- parallel_lines, wrong --------------------------------------------------------------


@wrong("parallel_lines", "zero_forgotten")
def lines_no_special_case(theta):
    return abs(theta), np.log(2), np.inf, 1.0


@wrong("parallel_lines", "w1_without_abs")
def lines_theta_itself(theta):
    return (theta, np.log(2), np.inf, 1.0) if theta != 0 else (0, 0, 0, 0)


@wrong("parallel_lines", "close_counts_as_equal")
def lines_isclose(theta):
    if np.isclose(theta, 0):
        return 0.0, 0.0, 0.0, 0.0
    return abs(theta), np.log(2), np.inf, 1.0


@wrong("parallel_lines", "js_in_bits")
def lines_js_one(theta):
    return (abs(theta), 1.0, np.inf, 1.0) if theta != 0 else (0, 0, 0, 0)


@wrong("parallel_lines", "js_is_a_root")
def lines_js_root(theta):
    return (abs(theta), np.sqrt(np.log(2)), np.inf, 1.0) if theta != 0 else (0, 0, 0, 0)


@wrong("parallel_lines", "tv_without_half")
def lines_tv_two(theta):
    return (abs(theta), np.log(2), np.inf, 2.0) if theta != 0 else (0, 0, 0, 0)


@wrong("parallel_lines", "w1_squared")
def lines_squared(theta):
    return (theta**2, np.log(2), np.inf, 1.0) if theta != 0 else (0, 0, 0, 0)


@wrong("parallel_lines", "kl_zero")
def lines_kl_zero(theta):
    return (abs(theta), np.log(2), 0.0, 1.0) if theta != 0 else (0, 0, 0, 0)


@wrong("parallel_lines", "kl_nan")
def lines_kl_nan(theta):
    return (abs(theta), np.log(2), np.nan, 1.0) if theta != 0 else (0, 0, 0, 0)


@wrong("parallel_lines", "kl_stopped_at_1e10")
def lines_kl_large(theta):
    return (abs(theta), np.log(2), 1e10, 1.0) if theta != 0 else (0, 0, 0, 0)


@wrong("parallel_lines", "positive_theta_only")
def lines_greater(theta):
    if theta > 0:
        return theta, np.log(2), np.inf, 1.0
    return 0.0, 0.0, 0.0, 0.0


@wrong("parallel_lines", "w1_last")
def lines_alphabetical(theta):
    return (np.log(2), np.inf, 1.0, abs(theta)) if theta != 0 else (0, 0, 0, 0)
