"""Lesson 3, programs, potentials and slopes, as strangers write them."""

import itertools
import math

import numpy as np
import ot
import pandas as pd
import scipy.optimize
import scipy.sparse
import scipy.spatial
import torch

from strangers import right, wrong

# --- optimal_transport, right -----------------------------------------------------------


@right("optimal_transport")
def ot_pot(cost, p, q):
    plan = ot.emd(p / p.sum(), q / q.sum(), cost)
    return np.sum(plan * cost), plan


@right("optimal_transport")
def ot_pot_emd2(cost, p, q):
    a, b = p / p.sum(), q / q.sum()
    value, log = ot.emd2(a, b, cost, return_matrix=True)
    return value, log["G"]


@right("optimal_transport")
def ot_linprog_blog(cost, p, q):
    n, m = cost.shape
    A_r = np.zeros((n, n * m))
    A_t = np.zeros((m, n * m))
    for i in range(n):
        for j in range(m):
            A_r[i, i * m + j] = 1
            A_t[j, i * m + j] = 1
    A = np.concatenate((A_r, A_t), axis=0)
    b = np.concatenate((p, q), axis=0)
    res = scipy.optimize.linprog(cost.reshape(-1), A_eq=A, b_eq=b, bounds=[(0, None)] * (n * m))
    return res.fun, res.x.reshape(n, m)


@right("optimal_transport")
def ot_sparse(cost, p, q):
    n, m = cost.shape
    A = scipy.sparse.vstack(
        [
            scipy.sparse.kron(scipy.sparse.eye(n), np.ones((1, m))),
            scipy.sparse.kron(np.ones((1, n)), scipy.sparse.eye(m)),
        ]
    )
    res = scipy.optimize.linprog(cost.ravel(), A_eq=A, b_eq=np.hstack([p, q]), method="highs-ds")
    return res.fun, res.x.reshape(n, m)


@right("optimal_transport")
def ot_interior_point(cost, p, q):
    n, m = cost.shape
    A = np.vstack([np.kron(np.eye(n), np.ones(m)), np.kron(np.ones(n), np.eye(m))])
    res = scipy.optimize.linprog(cost.ravel(), A_eq=A, b_eq=np.r_[p, q], method="highs-ipm")
    return float(res["fun"]), res["x"].reshape(cost.shape)


@right("optimal_transport")
def ot_last_constraint_dropped(cost, p, q):
    n, m = cost.shape
    A = np.vstack([np.kron(np.eye(n), np.ones(m)), np.kron(np.ones(n), np.eye(m))])[:-1]
    x = scipy.optimize.linprog(cost.ravel(), A_eq=A, b_eq=np.r_[p, q][:-1]).x
    plan = x.reshape(n, m)
    return (plan * cost).sum(), plan


@right("optimal_transport")
def ot_milp(cost, p, q):
    n, m = cost.shape
    A = np.vstack([np.kron(np.eye(n), np.ones(m)), np.kron(np.ones(n), np.eye(m))])
    rhs = np.r_[p, q]
    tolerance = 1e-9
    res = scipy.optimize.milp(
        cost.ravel(),
        constraints=scipy.optimize.LinearConstraint(A, rhs - tolerance, rhs + tolerance),
    )
    return res.fun, res.x.reshape(n, m)


@right("optimal_transport")
def ot_list_and_dataframe(cost, p, q):
    value, plan = ot_linprog_blog(cost, p, q)
    print(pd.DataFrame(plan).round(3))
    return [value, pd.DataFrame(plan)]


@right("optimal_transport")
def ot_torch(cost, p, q):
    value, plan = ot_linprog_blog(cost, p, q)
    return torch.tensor(value), torch.from_numpy(plan)


# --- optimal_transport, wrong -----------------------------------------------------------


def sinkhorn(cost, p, q, reg, steps=2000):
    K = np.exp(-cost / reg)
    u = np.ones(len(p))
    for _ in range(steps):
        v = q / (K.T @ u)
        u = p / (K @ v)
    return u[:, None] * K * v


@wrong("optimal_transport", "regularised_1e1")
def ot_sinkhorn_01(cost, p, q):
    plan = sinkhorn(cost, p, q, 0.1)
    return (plan * cost).sum(), plan


@wrong("optimal_transport", None)
def ot_pot_sinkhorn_001(cost, p, q):
    plan = ot.sinkhorn(p / p.sum(), q / q.sum(), cost, 0.01, numItermax=200, warn=False)
    return (plan * cost).sum(), plan


@wrong("optimal_transport", "regularised_1e0")
def ot_pot_sinkhorn_1(cost, p, q):
    plan = ot.sinkhorn(p / p.sum(), q / q.sum(), cost, 1.0)
    return (plan * cost).sum(), plan


@wrong("optimal_transport", "independent_coupling")
def ot_outer(cost, p, q):
    plan = np.outer(p, q)
    return np.sum(plan * cost), plan


@wrong("optimal_transport", "nothing_moved")
def ot_inequalities(cost, p, q):
    n, m = cost.shape
    A = np.vstack([np.kron(np.eye(n), np.ones(m)), np.kron(np.ones(n), np.eye(m))])
    res = scipy.optimize.linprog(cost.ravel(), A_ub=A, b_ub=np.r_[p, q])
    return res.fun, res.x.reshape(n, m)


@wrong("optimal_transport", "one_to_one")
def ot_linear_sum_assignment(cost, p, q):
    rows, columns = scipy.optimize.linear_sum_assignment(cost)
    plan = np.zeros(cost.shape)
    plan[rows, columns] = 1 / len(rows)
    return cost[rows, columns].sum() / len(rows), plan


@wrong("optimal_transport", "pair_reversed")
def ot_plan_first(cost, p, q):
    plan = ot.emd(p / p.sum(), q / q.sum(), cost)
    return plan, (plan * cost).sum()


@wrong("optimal_transport", "value_only")
def ot_emd2_only(cost, p, q):
    return ot.emd2(p / p.sum(), q / q.sum(), cost)


@wrong("optimal_transport", "plan_only")
def ot_emd_only(cost, p, q):
    return ot.emd(p / p.sum(), q / q.sum(), cost)


@wrong("optimal_transport", "flat_plan")
def ot_not_reshaped(cost, p, q):
    n, m = cost.shape
    A = np.vstack([np.kron(np.eye(n), np.ones(m)), np.kron(np.ones(n), np.eye(m))])
    res = scipy.optimize.linprog(cost.ravel(), A_eq=A, b_eq=np.r_[p, q])
    return res.fun, res.x


@wrong("optimal_transport", "maximised")
def ot_sign(cost, p, q):
    n, m = cost.shape
    A = np.vstack([np.kron(np.eye(n), np.ones(m)), np.kron(np.ones(n), np.eye(m))])
    plan = scipy.optimize.linprog(-cost.ravel(), A_eq=A, b_eq=np.r_[p, q]).x.reshape(n, m)
    return (plan * cost).sum(), plan


@wrong("optimal_transport", "squared_distance")
def ot_squared_cost(cost, p, q):
    plan = ot.emd(p / p.sum(), q / q.sum(), cost**2)
    return (plan * cost**2).sum(), plan


@wrong("optimal_transport", "targets_ignored")
def ot_rows_only(cost, p, q):
    n, m = cost.shape
    res = scipy.optimize.linprog(cost.ravel(), A_eq=np.kron(np.eye(n), np.ones(m)), b_eq=p)
    return res.fun, res.x.reshape(n, m)


# --- kantorovich_dual, right ------------------------------------------------------------


@right("kantorovich_dual")
def dual_all_pairs(cost, p, q):
    n = len(p)
    A, b = [], []
    for i in range(n):
        for j in range(n):
            if i != j:
                row = np.zeros(n)
                row[i], row[j] = 1, -1
                A.append(row)
                b.append(cost[i, j])
    res = scipy.optimize.linprog(-(p - q), A_ub=A, b_ub=b, bounds=(None, None))
    return -res.fun, res.x


@right("kantorovich_dual")
def dual_pinned_at_zero(cost, p, q):
    n = len(p)
    pairs = list(itertools.permutations(range(n), 2))
    A = np.zeros((len(pairs), n))
    for k, (i, j) in enumerate(pairs):
        A[k, i], A[k, j] = 1.0, -1.0
    bounds = [(0, 0)] + [(None, None)] * (n - 1)
    res = scipy.optimize.linprog(q - p, A_ub=A, b_ub=[cost[i, j] for i, j in pairs], bounds=bounds)
    return float((p - q) @ res.x), res.x


@right("kantorovich_dual")
def dual_pot_extended(cost, p, q):
    log = ot.emd(p / p.sum(), q / q.sum(), cost, log=True)[1]
    v = log["v"]
    used = q > 0
    f = np.min(cost[:, used] - v[used], axis=1)
    return f @ (p - q), f


@right("kantorovich_dual")
def dual_c_transform(cost, p, q):
    n = len(p)
    A = np.vstack([np.kron(np.eye(n), np.ones(n)), np.kron(np.ones(n), np.eye(n))])
    res = scipy.optimize.linprog(cost.ravel(), A_eq=A, b_eq=np.r_[p, q])
    v = res.eqlin.marginals[n:]
    f = (cost - v[None, :]).min(axis=1)
    f = f - f.mean()
    return res.fun, f


@right("kantorovich_dual")
def dual_two_potentials(cost, p, q):
    n = len(p)
    A = np.hstack([np.kron(np.eye(n), np.ones((n, 1))), np.kron(np.ones((n, 1)), np.eye(n))])
    res = scipy.optimize.linprog(-np.r_[p, q], A_ub=A, b_ub=cost.ravel(), bounds=(None, None))
    g = res.x[n:]
    f = np.min(cost - g, axis=1)
    return -res.fun, f


@right("kantorovich_dual")
def dual_interior_point(cost, p, q):
    n = len(p)
    i, j = np.where(~np.eye(n, dtype=bool))
    A = np.eye(n)[i] - np.eye(n)[j]
    res = scipy.optimize.linprog(
        q - p, A_ub=A, b_ub=cost[i, j], bounds=(None, None), method="highs-ipm"
    )
    return -res.fun, res.x


@right("kantorovich_dual")
def dual_sparse_and_list(cost, p, q):
    n = len(p)
    i, j = np.where(~np.eye(n, dtype=bool))
    A = scipy.sparse.csr_matrix(np.eye(n)[i] - np.eye(n)[j])
    res = scipy.optimize.linprog(q - p, A_ub=A, b_ub=cost[i, j], bounds=[(None, None)] * n)
    return [-res.fun, list(res.x)]


@right("kantorovich_dual")
def dual_shifted_to_positive(cost, p, q):
    value, f = dual_all_pairs(cost, p, q)
    return value, f - f.min()


@right("kantorovich_dual")
def dual_diagonal_included(cost, p, q):
    n = len(p)
    A = np.array([np.eye(n)[i] - np.eye(n)[j] for i in range(n) for j in range(n)])
    res = scipy.optimize.linprog(-(p - q), A_ub=A, b_ub=cost.ravel(), bounds=(None, None))
    return np.dot(res.x, p - q), res.x


# --- kantorovich_dual, wrong ------------------------------------------------------------


@wrong("kantorovich_dual", "steep_between_empty_states")
def dual_carriers_only(cost, p, q):
    used = np.flatnonzero(p + q > 0)
    pairs = list(itertools.permutations(used, 2))
    A = np.zeros((len(pairs), len(p)))
    for k, (i, j) in enumerate(pairs):
        A[k, i], A[k, j] = 1.0, -1.0
    res = scipy.optimize.linprog(
        q - p, A_ub=A, b_ub=[cost[i, j] for i, j in pairs], bounds=(None, None)
    )
    return -res.fun, res.x


@wrong("kantorovich_dual", "steep_between_empty_states")
def dual_sources_to_targets_only(cost, p, q):
    pairs = [
        (i, j) for i in range(len(p)) for j in range(len(p)) if p[i] > 0 and q[j] > 0 and i != j
    ]
    A = np.zeros((len(pairs), len(p)))
    for k, (i, j) in enumerate(pairs):
        A[k, i], A[k, j] = 1.0, -1.0
    res = scipy.optimize.linprog(
        q - p, A_ub=A, b_ub=[cost[i, j] for i, j in pairs], bounds=(None, None)
    )
    return -res.fun, res.x


@wrong("kantorovich_dual", "multipliers_not_extended")
def dual_pot_u(cost, p, q):
    log = ot.emd(p / p.sum(), q / q.sum(), cost, log=True)[1]
    return log["cost"], log["u"]


@wrong("kantorovich_dual", "multipliers_not_extended")
def dual_marginals(cost, p, q):
    n = len(p)
    A = np.vstack([np.kron(np.eye(n), np.ones(n)), np.kron(np.ones(n), np.eye(n))])
    res = scipy.optimize.linprog(cost.ravel(), A_eq=A, b_eq=np.r_[p, q])
    return res.fun, res.eqlin.marginals[:n]


@wrong("kantorovich_dual", "value_negative")
def dual_fun_not_negated(cost, p, q):
    value, f = dual_all_pairs(cost, p, q)
    return -value, f


@wrong("kantorovich_dual", "minimised")
def dual_minimum(cost, p, q):
    value, f = dual_all_pairs(cost, q, p)
    return -value, f


@wrong("kantorovich_dual", "value_negative")
def dual_default_bounds(cost, p, q):
    n = len(p)
    i, j = np.where(~np.eye(n, dtype=bool))
    A = np.eye(n)[i] - np.eye(n)[j]
    res = scipy.optimize.linprog(-(p - q), A_ub=A, b_ub=cost[i, j])
    return res.fun, res.x


@wrong("kantorovich_dual", "neighbours_only")
def dual_neighbours(cost, p, q):
    n = len(p)
    A, b = [], []
    for i in range(n - 1):
        row = np.zeros(n)
        row[i], row[i + 1] = 1, -1
        A += [row, -row]
        b += [cost[i, i + 1]] * 2
    res = scipy.optimize.linprog(-(p - q), A_ub=A, b_ub=b, bounds=(None, None))
    return -res.fun, res.x


@wrong("kantorovich_dual", "sign_flipped")
def dual_upside_down(cost, p, q):
    value, f = dual_all_pairs(cost, p, q)
    return value, -f


@wrong("kantorovich_dual", "value_only")
def dual_value(cost, p, q):
    return dual_all_pairs(cost, p, q)[0]


@wrong("kantorovich_dual", "bounded_values")
def dual_bounded_values(cost, p, q):
    f = np.sign(p - q)
    return f @ (p - q), f


@wrong("kantorovich_dual", "pair_reversed")
def dual_f_first(cost, p, q):
    value, f = dual_all_pairs(cost, p, q)
    return f, value


# --- lipschitz_constant, right ----------------------------------------------------------


@right("lipschitz_constant")
def lip_double_loop(f_values, positions):
    n = len(f_values)
    L = 0
    for i in range(n):
        for j in range(n):
            if i != j:
                L = max(
                    L, abs(f_values[i] - f_values[j]) / np.linalg.norm(positions[i] - positions[j])
                )
    return L


@right("lipschitz_constant")
def lip_cdist(f_values, positions):
    x = positions.reshape(len(f_values), -1)
    D = scipy.spatial.distance.cdist(x, x)
    np.fill_diagonal(D, np.inf)
    return (np.abs(np.subtract.outer(f_values, f_values)) / D).max()


@right("lipschitz_constant")
def lip_triu(f_values, positions):
    x = np.atleast_2d(positions.T).T
    i, j = np.triu_indices(len(f_values), k=1)
    return np.max(np.abs(f_values[i] - f_values[j]) / np.linalg.norm(x[i] - x[j], axis=-1))


@right("lipschitz_constant")
def lip_combinations(f_values, positions):
    return max(
        abs(a - b) / np.sqrt(np.sum((x - y) ** 2))
        for (a, x), (b, y) in itertools.combinations(zip(f_values, positions, strict=True), 2)
    )


@right("lipschitz_constant")
def lip_nanmax(f_values, positions):
    x = positions[:, None] if positions.ndim == 1 else positions
    d = np.sqrt(((x[:, None, :] - x[None, :, :]) ** 2).sum(-1))
    with np.errstate(invalid="ignore"):
        return np.nanmax(np.abs(f_values[:, None] - f_values[None, :]) / d)


@right("lipschitz_constant")
def lip_torch_float32(f_values, positions):
    x = torch.Tensor(positions).reshape(len(f_values), -1)
    return (
        torch.nn.functional.pdist(torch.Tensor(f_values)[:, None]) / torch.nn.functional.pdist(x)
    ).max()


@right("lipschitz_constant")
def lip_pdist(f_values, positions):
    pdist = scipy.spatial.distance.pdist
    return np.max(pdist(f_values.reshape(-1, 1)) / pdist(positions.reshape(f_values.size, -1)))


@right("lipschitz_constant")
def lip_math_dist(f_values, positions):
    points = [tuple(np.atleast_1d(x)) for x in positions]
    slopes = [
        abs(f_values[i] - f_values[j]) / math.dist(points[i], points[j])
        for i in range(len(points))
        for j in range(i + 1, len(points))
    ]
    return sorted(slopes)[-1]


# --- lipschitz_constant, wrong ----------------------------------------------------------


@wrong("lipschitz_constant", "neighbours_in_given_order")
def lip_diff(f_values, positions):
    x = positions.reshape(len(f_values), -1)
    return np.max(np.abs(np.diff(f_values)) / np.linalg.norm(np.diff(x, axis=0), axis=1))


@wrong("lipschitz_constant", "numerical_derivative")
def lip_gradient(f_values, positions):
    return np.max(np.abs(np.gradient(f_values, positions)))


@wrong("lipschitz_constant", "nan_diagonal")
def lip_zero_over_zero(f_values, positions):
    x = positions.reshape(len(f_values), -1)
    d = scipy.spatial.distance.cdist(x, x)
    with np.errstate(all="ignore"):
        return np.max(np.abs(f_values[:, None] - f_values[None, :]) / d)


@wrong("lipschitz_constant", None)
def lip_epsilon(f_values, positions):
    x = positions.reshape(len(f_values), -1)
    d = scipy.spatial.distance.cdist(x, x) + 1e-2
    return np.max(np.abs(f_values[:, None] - f_values[None, :]) / d)


@wrong("lipschitz_constant", "squared_distance")
def lip_sqeuclidean(f_values, positions):
    x = positions.reshape(len(f_values), -1)
    i, j = np.triu_indices(len(x), 1)
    return np.max(np.abs(f_values[i] - f_values[j]) / ((x[i] - x[j]) ** 2).sum(1))


@wrong("lipschitz_constant", "manhattan_distance")
def lip_cityblock(f_values, positions):
    pdist = scipy.spatial.distance.pdist
    return np.max(
        pdist(f_values[:, None]) / pdist(positions.reshape(len(f_values), -1), "cityblock")
    )


@wrong("lipschitz_constant", "signed_slopes")
def lip_no_abs(f_values, positions):
    x = positions.reshape(len(f_values), -1)
    i, j = np.triu_indices(len(x), 1)
    return np.max((f_values[j] - f_values[i]) / np.linalg.norm(x[j] - x[i], axis=1))


@wrong("lipschitz_constant", "range_over_span")
def lip_range(f_values, positions):
    x = positions.reshape(len(f_values), -1)
    return np.ptp(f_values) / scipy.spatial.distance.pdist(x).max()


@wrong("lipschitz_constant", "vectors_compared")
def lip_flat(f_values, positions):
    n = len(f_values)
    return max(
        abs(f_values[i] - f_values[j]) / abs(positions[i] - positions[j])
        for i in range(n)
        for j in range(i)
    )


@wrong("lipschitz_constant", "mean_slope")
def lip_mean(f_values, positions):
    pdist = scipy.spatial.distance.pdist
    return np.mean(pdist(f_values[:, None]) / pdist(positions.reshape(len(f_values), -1)))


@wrong("lipschitz_constant", "infinite_diagonal")
def lip_inf(f_values, positions):
    x = positions.reshape(len(f_values), -1)
    d = scipy.spatial.distance.cdist(x, x)
    with np.errstate(all="ignore"):
        return np.max(np.nan_to_num(np.abs(f_values[:, None] - f_values[None, :]) / d, nan=np.inf))


# --- linear_lipschitz_constant, right ---------------------------------------------------


@right("linear_lipschitz_constant")
def linear_norm(weight):
    return np.linalg.norm(weight, ord=2)


@right("linear_lipschitz_constant")
def linear_sqrt_dot(weight):
    return np.sqrt(weight.dot(weight))


@right("linear_lipschitz_constant")
def linear_python(weight):
    return sum(w**2 for w in weight) ** 0.5


@right("linear_lipschitz_constant")
def linear_torch_float32(weight):
    return torch.linalg.vector_norm(torch.tensor(weight, dtype=torch.float32))


@right("linear_lipschitz_constant")
def linear_spectral_norm(weight):
    return np.linalg.norm(weight.reshape(1, -1), 2)


@right("linear_lipschitz_constant")
def linear_svd(weight):
    return np.linalg.svd(weight[None, :], compute_uv=False)[0]


@right("linear_lipschitz_constant")
def linear_direction(weight):
    length = math.sqrt(np.sum(weight**2))
    if length == 0:
        return 0.0
    return weight @ (weight / length)


@right("linear_lipschitz_constant")
def linear_einsum(weight):
    return np.einsum("i,i->", weight, weight) ** 0.5


# --- linear_lipschitz_constant, wrong ---------------------------------------------------


@wrong("linear_lipschitz_constant", "manhattan_norm")
def linear_l1(weight):
    return np.linalg.norm(weight, 1)


@wrong("linear_lipschitz_constant", "largest_weight")
def linear_max(weight):
    return np.linalg.norm(weight, np.inf)


@wrong("linear_lipschitz_constant", "squared_norm")
def linear_dot(weight):
    return np.dot(weight, weight)


@wrong("linear_lipschitz_constant", "root_mean_square")
def linear_rms(weight):
    return np.sqrt(np.mean(weight**2))


@wrong("linear_lipschitz_constant", "signed_sum")
def linear_sum(weight):
    return np.sum(weight)


@wrong("linear_lipschitz_constant", "one_slope_per_axis")
def linear_abs(weight):
    return abs(weight)


@wrong("linear_lipschitz_constant", "ignores_its_arguments")
def linear_one(weight):
    return 1.0


@wrong("linear_lipschitz_constant", "signed_largest")
def linear_signed_max(weight):
    return max(weight)


@wrong("linear_lipschitz_constant", "standard_deviation")
def linear_std(weight):
    return np.std(weight)


@wrong("linear_lipschitz_constant", "mean_of_absolute_values")
def linear_mean_abs(weight):
    return np.abs(weight).mean()
