"""Lesson 1, Gaussians in several dimensions, as strangers write them."""

import numpy as np
import pandas as pd
import scipy.linalg
import scipy.stats
import torch

from strangers import right, wrong

# --- fit_gaussian, right ----------------------------------------------------------------


@right("fit_gaussian")
def fit_np_cov(x):
    return x.mean(axis=0), np.atleast_2d(np.cov(x.T, ddof=0))


@right("fit_gaussian")
def fit_scipy(x):
    return scipy.stats.multivariate_normal.fit(x)


@right("fit_gaussian")
def fit_outer_products(x):
    mu = np.mean(x, axis=0)
    S = np.zeros((x.shape[1], x.shape[1]))
    for row in x:
        S += np.outer(row - mu, row - mu)
    return mu, S / x.shape[0]


@right("fit_gaussian")
def fit_pandas(x):
    df = pd.DataFrame(x)
    return df.mean(), df.cov(ddof=0)


@right("fit_gaussian")
def fit_torch_float32(x):
    x = torch.tensor(x, dtype=torch.float32)
    mu = x.mean(0)
    xc = x - mu
    return mu, xc.T @ xc / x.shape[0]


@right("fit_gaussian")
def fit_torch_cov(x):
    x = torch.from_numpy(x)
    return x.mean(dim=0), torch.cov(x.T, correction=0).reshape(x.shape[1], x.shape[1])


@right("fit_gaussian")
def fit_einsum(x):
    mu = np.einsum("ni->i", x) / len(x)
    return [mu, np.einsum("ni,nj->ij", x - mu, x - mu) / len(x)]


@right("fit_gaussian")
def fit_lists(x):
    d = x.shape[1]
    mu = [float(np.mean(x[:, j])) for j in range(d)]
    cov = [
        [float(np.mean((x[:, i] - mu[i]) * (x[:, j] - mu[j]))) for j in range(d)] for i in range(d)
    ]
    return mu, cov


@right("fit_gaussian")
def fit_rescaled_bessel(x):
    n = x.shape[0]
    return np.average(x, axis=0), np.cov(x, rowvar=False).reshape(x.shape[1], -1) * (n - 1) / n


# --- fit_gaussian, wrong ----------------------------------------------------------------


@wrong("fit_gaussian", "np_cov_defaults")
def fit_plain_np_cov(x):
    return np.mean(x, axis=0), np.cov(x.T)


@wrong("fit_gaussian", "np_cov_of_rows")
def fit_np_cov_rows(x):
    return np.mean(x, axis=0), np.cov(x)


@wrong("fit_gaussian", "np_cov_of_rows_biased")
def fit_np_cov_rows_biased(x):
    return np.mean(x, axis=0), np.cov(x, bias=True)


@wrong("fit_gaussian", "divided_by_n_minus_one")
def fit_pandas_default(x):
    df = pd.DataFrame(x)
    return df.mean().to_numpy(), df.cov().to_numpy()


@wrong("fit_gaussian", "correlation_matrix")
def fit_corrcoef(x):
    return x.mean(0), np.atleast_2d(np.corrcoef(x, rowvar=False))


@wrong("fit_gaussian", "standard_deviations")
def fit_mean_std(x):
    return x.mean(axis=0), x.std(axis=0)


@wrong("fit_gaussian", "standard_deviations_on_the_diagonal")
def fit_diag_std(x):
    return x.mean(axis=0), np.diag(x.std(axis=0))


@wrong("fit_gaussian", "variances_as_a_vector")
def fit_variances(x):
    return x.mean(axis=0), x.var(axis=0)


@wrong("fit_gaussian", "one_number_each")
def fit_norm_fit(x):
    return scipy.stats.norm.fit(x)


@wrong("fit_gaussian", "not_centred")
def fit_second_moment(x):
    return x.mean(axis=0), x.T @ x / len(x)


@wrong("fit_gaussian", "not_divided")
def fit_scatter(x):
    xc = x - x.mean(axis=0)
    return x.mean(axis=0), xc.T @ xc


@wrong("fit_gaussian", "transposed_factor_last")
def fit_wrong_side(x):
    xc = x - x.mean(axis=0)
    return x.mean(axis=0), xc @ xc.T / len(x)


@wrong("fit_gaussian", "rows_as_variables")
def fit_axis_1(x):
    mu = x.mean(axis=1)
    xc = x.T - mu
    return mu, xc.T @ xc / x.shape[1]


@wrong("fit_gaussian", "median")
def fit_median(x):
    mu = np.median(x, axis=0)
    return mu, (x - mu).T @ (x - mu) / len(x)


# --- gaussian_density, right ------------------------------------------------------------


@right("gaussian_density")
def density_scipy(x, mean, cov):
    return scipy.stats.multivariate_normal.pdf(x, mean=mean, cov=cov)


@right("gaussian_density")
def density_inv(x, mean, cov):
    d = x.shape[0]
    norm = 1.0 / (np.power(2 * np.pi, d / 2) * np.sqrt(np.linalg.det(cov)))
    return norm * np.exp(-0.5 * (x - mean).T @ np.linalg.inv(cov) @ (x - mean))


@right("gaussian_density")
def density_column_vectors(x, mean, cov):
    v = np.asarray(x - mean).reshape(-1, 1)
    top = np.exp(-0.5 * v.T @ np.linalg.inv(cov) @ v)
    return top / np.sqrt(np.linalg.det(2 * np.pi * cov))


@right("gaussian_density")
def density_cholesky(x, mean, cov):
    L = np.linalg.cholesky(cov)
    z = scipy.linalg.solve_triangular(L, x - mean, lower=True)
    return np.exp(-0.5 * z @ z - np.log(np.diag(L)).sum() - 0.5 * len(x) * np.log(2 * np.pi))


@right("gaussian_density")
def density_torch(x, mean, cov):
    x, mean, cov = map(torch.from_numpy, (x, mean, cov))
    return torch.distributions.MultivariateNormal(mean, cov).log_prob(x).exp()


@right("gaussian_density")
def density_torch_float32(x, mean, cov):
    x, mean, cov = torch.Tensor(x), torch.Tensor(mean), torch.Tensor(cov)
    v = x - mean
    quad = v @ torch.linalg.solve(cov, v)
    return torch.exp(-0.5 * quad) / torch.sqrt((2 * torch.pi) ** len(v) * torch.linalg.det(cov))


@right("gaussian_density")
def density_pinv(x, mean, cov):
    v = x - mean
    return float(
        np.exp(-v.dot(np.linalg.pinv(cov)).dot(v) / 2) / np.linalg.det(2 * np.pi * cov) ** 0.5
    )


@right("gaussian_density")
def density_loops(x, mean, cov):
    inv = np.linalg.inv(cov)
    q = 0
    for i in range(len(x)):
        for j in range(len(x)):
            q += (x[i] - mean[i]) * inv[i][j] * (x[j] - mean[j])
    return np.exp(-q / 2) / ((2 * np.pi) ** (len(x) / 2) * np.linalg.det(cov) ** (1 / 2))


@right("gaussian_density")
def density_float32_eigh(x, mean, cov):
    w, v = torch.linalg.eigh(torch.tensor(cov, dtype=torch.float32))
    z = torch.tensor(x - mean, dtype=torch.float32) @ v
    return torch.prod(torch.exp(-(z**2) / (2 * w)) / torch.sqrt(2 * torch.pi * w)).item()


# --- gaussian_density, wrong ------------------------------------------------------------


@wrong("gaussian_density", "log_density")
def density_logpdf(x, mean, cov):
    return scipy.stats.multivariate_normal.logpdf(x, mean, cov)


@wrong("gaussian_density", "determinant_without_root")
def density_det(x, mean, cov):
    v = x - mean
    return np.exp(-0.5 * v @ np.linalg.inv(cov) @ v) / (
        (2 * np.pi) ** (len(x) / 2) * np.linalg.det(cov)
    )


@wrong("gaussian_density", "one_dimensional_constant")
def density_sqrt_two_pi(x, mean, cov):
    v = x - mean
    return np.exp(-0.5 * v @ np.linalg.inv(cov) @ v) / np.sqrt(2 * np.pi * np.linalg.det(cov))


@wrong("gaussian_density", "correlations_ignored")
def density_product_of_marginals(x, mean, cov):
    return np.prod(scipy.stats.norm.pdf(x, mean, np.sqrt(np.diag(cov))))


@wrong("gaussian_density", "variances_as_standard_deviations")
def density_variances_as_scales(x, mean, cov):
    return np.prod(scipy.stats.norm.pdf(x, mean, np.diag(cov)))


@wrong("gaussian_density", None)
def density_cdf(x, mean, cov):
    return scipy.stats.multivariate_normal(mean, cov).cdf(x)


@wrong("gaussian_density", "not_normalised")
def density_kernel(x, mean, cov):
    return np.exp(-0.5 * (x - mean) @ np.linalg.solve(cov, x - mean))


@wrong("gaussian_density", "half_missing_in_exponent")
def density_no_half(x, mean, cov):
    v = x - mean
    return np.exp(-v @ np.linalg.inv(cov) @ v) / np.sqrt(np.linalg.det(2 * np.pi * cov))


@wrong("gaussian_density", "covariance_squared")
def density_cov_twice(x, mean, cov):
    v = x - mean
    inv = np.linalg.inv(cov @ cov)
    return np.exp(-0.5 * v @ inv @ v) / np.sqrt(np.linalg.det(2 * np.pi * cov @ cov))


@wrong("gaussian_density", "entry_by_entry")
def density_elementwise_product(x, mean, cov):
    v = x - mean
    quad = v * np.linalg.inv(cov) * v
    return np.exp(-0.5 * quad) / np.sqrt(np.linalg.det(2 * np.pi * cov))


@wrong("gaussian_density", "negative_logarithm")
def density_nll(x, mean, cov):
    return -scipy.stats.multivariate_normal.logpdf(x, mean, cov)


# --- condition_gaussian, right ----------------------------------------------------------


@right("condition_gaussian")
def condition_formula(mean, cov, observed_index, observed_value):
    b = np.atleast_1d(observed_index)
    a = np.array([i for i in range(len(mean)) if i not in b])
    xb = np.atleast_1d(observed_value)
    Saa, Sab, Sbb = cov[np.ix_(a, a)], cov[np.ix_(a, b)], cov[np.ix_(b, b)]
    K = Sab @ np.linalg.inv(Sbb)
    return mean[a] + K @ (xb - mean[b]), Saa - K @ Sab.T


@right("condition_gaussian")
def condition_delete(mean, cov, observed_index, observed_value):
    b = [observed_index] if np.isscalar(observed_index) else list(observed_index)
    a = np.delete(np.arange(mean.size), b)
    gain = np.linalg.lstsq(cov[np.ix_(b, b)], cov[np.ix_(b, a)], rcond=None)[0].T
    return mean[a] + gain.dot(np.atleast_1d(observed_value) - mean[b]), cov[
        np.ix_(a, a)
    ] - gain.dot(cov[np.ix_(b, a)])


@right("condition_gaussian")
def condition_precision(mean, cov, observed_index, observed_value):
    b = np.atleast_1d(observed_index)
    a = np.setdiff1d(range(len(mean)), b)
    P = np.linalg.inv(cov)
    Paa, Pab = P[np.ix_(a, a)], P[np.ix_(a, b)]
    S = np.linalg.inv(Paa)
    return mean[a] - S @ Pab @ (np.atleast_1d(observed_value) - mean[b]), S


@right("condition_gaussian")
def condition_torch(mean, cov, observed_index, observed_value):
    mean, cov = torch.tensor(mean), torch.tensor(cov)
    b = torch.tensor(observed_index).reshape(-1)
    a = torch.tensor([i for i in range(len(mean)) if i not in b.tolist()])
    value = torch.tensor(observed_value, dtype=mean.dtype).reshape(-1)
    K = torch.linalg.solve(cov[b][:, b], cov[b][:, a]).T
    return mean[a] + K @ (value - mean[b]), cov[a][:, a] - K @ cov[b][:, a]


@right("condition_gaussian")
def condition_torch_float32(mean, cov, observed_index, observed_value):
    mean, cov = torch.Tensor(mean), torch.Tensor(cov)
    b = torch.as_tensor(observed_index).reshape(-1)
    a = torch.tensor([i for i in range(len(mean)) if i not in b.tolist()])
    value = torch.as_tensor(observed_value, dtype=torch.float32).reshape(-1)
    K = cov[a][:, b] @ torch.linalg.inv(cov[b][:, b])
    return (mean[a] + K @ (value - mean[b])).numpy(), (cov[a][:, a] - K @ cov[b][:, a]).numpy()


@right("condition_gaussian")
def condition_pandas(mean, cov, observed_index, observed_value):
    b = list(np.atleast_1d(observed_index))
    S, mu = pd.DataFrame(cov), pd.Series(mean)
    a = S.index.difference(b)
    K = S.loc[a, b].values @ np.linalg.inv(S.loc[b, b].values)
    return mu[a] + K @ (np.atleast_1d(observed_value) - mu[b].values), S.loc[a, a] - K @ S.loc[
        b, a
    ].values


@right("condition_gaussian")
def condition_cho(mean, cov, observed_index, observed_value):
    b = np.ravel(observed_index).astype(int)
    mask = np.ones(len(mean), dtype=bool)
    mask[b] = False
    a = np.where(mask)[0]
    c = scipy.linalg.cho_factor(cov[np.ix_(b, b)])
    return (
        mean[a] + cov[np.ix_(a, b)] @ scipy.linalg.cho_solve(c, np.ravel(observed_value) - mean[b]),
        cov[np.ix_(a, a)] - cov[np.ix_(a, b)] @ scipy.linalg.cho_solve(c, cov[np.ix_(b, a)]),
    )


@right("condition_gaussian")
def condition_sweep(mean, cov, observed_index, observed_value):
    mean, cov = mean.astype(float).copy(), cov.astype(float).copy()
    b = np.atleast_1d(observed_index)
    for i, v in zip(b, np.atleast_1d(observed_value), strict=True):
        k = cov[:, i] / cov[i, i]
        mean = mean + k * (v - mean[i])
        cov = cov - np.outer(k, cov[i, :])
    a = [i for i in range(len(mean)) if i not in set(b.tolist())]
    return mean[a], cov[a][:, a]


# --- condition_gaussian, wrong ----------------------------------------------------------


def blocks(mean, cov, index, value):
    b = np.atleast_1d(index)
    a = np.array([i for i in range(len(mean)) if i not in b])
    return a, b, np.atleast_1d(value)


@wrong("condition_gaussian", "marginal_not_conditional")
def condition_marginal(mean, cov, observed_index, observed_value):
    a, _, _ = blocks(mean, cov, observed_index, observed_value)
    return mean[a], cov[np.ix_(a, a)]


@wrong("condition_gaussian", "value_not_centred")
def condition_not_centred(mean, cov, observed_index, observed_value):
    a, b, v = blocks(mean, cov, observed_index, observed_value)
    K = cov[np.ix_(a, b)] @ np.linalg.inv(cov[np.ix_(b, b)])
    return mean[a] + K @ v, cov[np.ix_(a, a)] - K @ cov[np.ix_(b, a)]


@wrong("condition_gaussian", "surprise_with_wrong_sign")
def condition_sign(mean, cov, observed_index, observed_value):
    a, b, v = blocks(mean, cov, observed_index, observed_value)
    K = cov[np.ix_(a, b)] @ np.linalg.inv(cov[np.ix_(b, b)])
    return mean[a] + K @ (mean[b] - v), cov[np.ix_(a, a)] - K @ cov[np.ix_(b, a)]


@wrong("condition_gaussian", "covariance_grows")
def condition_plus(mean, cov, observed_index, observed_value):
    a, b, v = blocks(mean, cov, observed_index, observed_value)
    K = cov[np.ix_(a, b)] @ np.linalg.inv(cov[np.ix_(b, b)])
    return mean[a] + K @ (v - mean[b]), cov[np.ix_(a, a)] + K @ cov[np.ix_(b, a)]


@wrong("condition_gaussian", "inverse_of_the_wrong_block")
def condition_inverse_aa(mean, cov, observed_index, observed_value):
    b = np.atleast_1d(observed_index)
    a = np.array([i for i in range(len(mean)) if i not in b])
    K = np.linalg.inv(cov[np.ix_(a, a)]) @ cov[np.ix_(a, b)]
    return mean[a] + K @ (np.atleast_1d(observed_value) - mean[b]), cov[np.ix_(a, a)] - K @ cov[
        np.ix_(b, a)
    ]


@wrong("condition_gaussian", "values_out_of_step")
def condition_boolean_mask(mean, cov, observed_index, observed_value):
    mask = np.zeros(len(mean), dtype=bool)
    mask[observed_index] = True
    K = cov[~mask][:, mask] @ np.linalg.inv(cov[mask][:, mask])
    v = np.atleast_1d(observed_value)
    return mean[~mask] + K @ (v - mean[mask]), cov[~mask][:, ~mask] - K @ cov[mask][:, ~mask]


@wrong("condition_gaussian", "precision_returned")
def condition_precision_block(mean, cov, observed_index, observed_value):
    a, b, v = blocks(mean, cov, observed_index, observed_value)
    P = np.linalg.inv(cov)
    Paa, Pab = P[np.ix_(a, a)], P[np.ix_(a, b)]
    return mean[a] - np.linalg.solve(Paa, Pab @ (v - mean[b])), Paa


@wrong("condition_gaussian", "pairs_not_a_block")
def condition_scalar_index(mean, cov, observed_index, observed_value):
    others = [i for i in range(len(mean)) if i != observed_index]
    k = cov[others, observed_index] / cov[observed_index, observed_index]
    mu = mean[others] + k * (observed_value - mean[observed_index])
    return mu, cov[np.ix_(others, others)] - np.outer(k, cov[observed_index, others])


@wrong("condition_gaussian", "mean_only")
def condition_mean_only(mean, cov, observed_index, observed_value):
    a, b, v = blocks(mean, cov, observed_index, observed_value)
    return mean[a] + cov[np.ix_(a, b)] @ np.linalg.inv(cov[np.ix_(b, b)]) @ (v - mean[b])


@wrong("condition_gaussian", "all_coordinates_returned")
def condition_everything(mean, cov, observed_index, observed_value):
    _, b, v = blocks(mean, cov, observed_index, observed_value)
    K = cov[:, b] @ np.linalg.inv(cov[np.ix_(b, b)])
    return mean + K @ (v - mean[b]), cov - K @ cov[b, :]


@wrong("condition_gaussian", "standard_deviations_returned")
def condition_std(mean, cov, observed_index, observed_value):
    a, b, v = blocks(mean, cov, observed_index, observed_value)
    K = cov[np.ix_(a, b)] @ np.linalg.inv(cov[np.ix_(b, b)])
    c = cov[np.ix_(a, a)] - K @ cov[np.ix_(b, a)]
    return mean[a] + K @ (v - mean[b]), np.sqrt(np.diag(c))


# --- sample_gaussian, right -------------------------------------------------------------


@right("sample_gaussian")
def sample_numpy(mean, cov, n_samples, rng):
    return rng.multivariate_normal(mean, cov, n_samples)


@right("sample_gaussian")
def sample_numpy_cholesky(mean, cov, n_samples, rng):
    return rng.multivariate_normal(mean, cov, size=n_samples, method="cholesky")


@right("sample_gaussian")
def sample_scipy(mean, cov, n_samples, rng):
    x = scipy.stats.multivariate_normal(mean, cov).rvs(size=n_samples, random_state=rng)
    return x.reshape(n_samples, len(mean))


@right("sample_gaussian")
def sample_column_normals(mean, cov, n_samples, rng):
    L = np.linalg.cholesky(cov)
    u = rng.normal(loc=0, scale=1, size=len(mean) * n_samples).reshape(len(mean), n_samples)
    return (mean.reshape(-1, 1) + np.dot(L, u)).T


@right("sample_gaussian")
def sample_loop(mean, cov, n_samples, rng):
    L = np.linalg.cholesky(cov)
    out = []
    for _ in range(n_samples):
        out.append(mean + L @ rng.normal(size=mean.shape[0]))
    return np.array(out)


@right("sample_gaussian")
def sample_matrix_square_root(mean, cov, n_samples, rng):
    return mean + rng.standard_normal((n_samples, len(mean))) @ np.real(scipy.linalg.sqrtm(cov))


@right("sample_gaussian")
def sample_svd(mean, cov, n_samples, rng):
    u, s, _ = np.linalg.svd(cov)
    return mean + (rng.standard_normal((n_samples, len(mean))) * np.sqrt(s)) @ u.T


@right("sample_gaussian")
def sample_eigh(mean, cov, n_samples, rng):
    w, v = np.linalg.eigh(cov)
    A = v @ np.diag(np.sqrt(w))
    return mean + rng.standard_normal((n_samples, len(mean))) @ A.T


@right("sample_gaussian")
def sample_inverse_cdf(mean, cov, n_samples, rng):
    z = scipy.stats.norm.ppf(rng.random((n_samples, len(mean))))
    return mean + z @ np.linalg.cholesky(cov).T


@right("sample_gaussian")
def sample_conditionally(mean, cov, n_samples, rng):
    L = np.linalg.cholesky(cov)
    x = np.empty((n_samples, len(mean)))
    z = np.empty_like(x)
    for j in range(len(mean)):
        z[:, j] = rng.standard_normal(n_samples)
        x[:, j] = mean[j] + z[:, : j + 1] @ L[j, : j + 1]
    return x


@right("sample_gaussian")
def sample_torch_float32(mean, cov, n_samples, rng):
    z = torch.tensor(rng.standard_normal((n_samples, len(mean))), dtype=torch.float32)
    L = torch.linalg.cholesky(torch.tensor(cov, dtype=torch.float32))
    return torch.tensor(mean, dtype=torch.float32) + z @ L.T


# --- sample_gaussian, wrong -------------------------------------------------------------


@wrong("sample_gaussian", "cholesky_transposed")
def sample_L_on_the_wrong_side(mean, cov, n_samples, rng):
    L = np.linalg.cholesky(cov)
    return mean + rng.standard_normal((n_samples, len(mean))) @ L


@wrong("sample_gaussian", "global_random_state")
def sample_np_random(mean, cov, n_samples, rng):
    return np.random.multivariate_normal(mean, cov, n_samples)  # noqa: NPY002


@wrong("sample_gaussian", "global_random_state")
def sample_np_random_randn(mean, cov, n_samples, rng):
    L = np.linalg.cholesky(cov)
    return mean + np.random.randn(n_samples, len(mean)) @ L.T  # noqa: NPY002


@wrong("sample_gaussian", "not_from_rng")
def sample_torch_distribution(mean, cov, n_samples, rng):
    law = torch.distributions.MultivariateNormal(torch.tensor(mean), torch.tensor(cov))
    return law.sample((n_samples,))


@wrong("sample_gaussian", "not_from_rng")
def sample_default_rng(mean, cov, n_samples, rng):
    return np.random.default_rng().multivariate_normal(mean, cov, n_samples)


@wrong("sample_gaussian", "own_generator_same_seed")
def sample_seed_42(mean, cov, n_samples, rng):
    rng = np.random.default_rng(42)
    return rng.multivariate_normal(mean, cov, n_samples)


@wrong("sample_gaussian", "eigenvectors_transposed")
def sample_eigenvectors_transposed(mean, cov, n_samples, rng):
    w, v = np.linalg.eigh(cov)
    z = rng.standard_normal((n_samples, len(mean)))
    return mean + (z * np.sqrt(w)) @ v


@wrong("sample_gaussian", "covariance_as_factor")
def sample_eigenvalues(mean, cov, n_samples, rng):
    w, v = np.linalg.eigh(cov)
    return mean + (rng.standard_normal((n_samples, len(mean))) * w) @ v.T


@wrong("sample_gaussian", "correlations_lost")
def sample_independent(mean, cov, n_samples, rng):
    return rng.normal(mean, np.sqrt(np.diag(cov)), size=(n_samples, len(mean)))


@wrong("sample_gaussian", "variances_as_standard_deviations")
def sample_variances(mean, cov, n_samples, rng):
    return rng.normal(mean, np.diag(cov), size=(n_samples, len(mean)))


@wrong("sample_gaussian", "root_of_each_entry")
def sample_sqrt(mean, cov, n_samples, rng):
    return mean + rng.standard_normal((n_samples, len(mean))) @ np.sqrt(np.abs(cov))


@wrong("sample_gaussian", "covariance_as_factor")
def sample_cov(mean, cov, n_samples, rng):
    return mean + rng.standard_normal((n_samples, len(mean))) @ cov


@wrong("sample_gaussian", "uniform_numbers")
def sample_uniform(mean, cov, n_samples, rng):
    return mean + rng.random((n_samples, len(mean))) @ np.linalg.cholesky(cov).T


@wrong("sample_gaussian", "transposed")
def sample_d_by_n(mean, cov, n_samples, rng):
    return mean[:, None] + np.linalg.cholesky(cov) @ rng.standard_normal((len(mean), n_samples))


@wrong("sample_gaussian", "one_draw_repeated")
def sample_same_noise(mean, cov, n_samples, rng):
    z = rng.standard_normal(len(mean))
    return np.array([mean + np.linalg.cholesky(cov) @ z for _ in range(n_samples)])


@wrong("sample_gaussian", "mean_forgotten")
def sample_centred(mean, cov, n_samples, rng):
    return rng.multivariate_normal(np.zeros_like(mean), cov, n_samples)


@wrong("sample_gaussian", "one_normal_for_all_coordinates")
def sample_one_normal(mean, cov, n_samples, rng):
    z = rng.standard_normal((n_samples, 1))
    return mean + z * np.sqrt(np.diag(cov))
