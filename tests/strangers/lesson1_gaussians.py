"""Lesson 1, Gaussians on the line, as strangers write them."""

import math

import numpy as np
import pandas as pd
import scipy.integrate
import scipy.stats
import torch

from strangers import right, wrong

# --- gaussian_kl, right -----------------------------------------------------------------


@right("gaussian_kl")
def gkl_textbook(mu1, sigma1, mu2, sigma2):
    return np.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5


@right("gaussian_kl")
def gkl_torch_distributions(mu1, sigma1, mu2, sigma2):
    p = torch.distributions.Normal(mu1, sigma1)
    q = torch.distributions.Normal(mu2, sigma2)
    return torch.distributions.kl_divergence(p, q)


@right("gaussian_kl")
def gkl_variances(mu1, sigma1, mu2, sigma2):
    v1, v2 = sigma1**2, sigma2**2
    return 0.5 * (math.log(v2) - math.log(v1) + (v1 + (mu1 - mu2) ** 2) / v2 - 1)


@right("gaussian_kl")
def gkl_log_variances_as_in_vaes(mu1, sigma1, mu2, sigma2):
    logvar1, logvar2 = 2 * np.log(sigma1), 2 * np.log(sigma2)
    return 0.5 * (
        -1.0 + logvar2 - logvar1 + np.exp(logvar1 - logvar2) + (mu1 - mu2) ** 2 * np.exp(-logvar2)
    )


@right("gaussian_kl")
def gkl_quad(mu1, sigma1, mu2, sigma2):
    p, q = scipy.stats.norm(mu1, sigma1), scipy.stats.norm(mu2, sigma2)

    def integrand(x):
        return p.pdf(x) * (p.logpdf(x) - q.logpdf(x))

    return scipy.integrate.quad(integrand, mu1 - 10 * sigma1, mu1 + 10 * sigma1)[0]


@right("gaussian_kl")
def gkl_multivariate_formula(mu1, sigma1, mu2, sigma2):
    m1, m2 = np.array([mu1]), np.array([mu2])
    S1, S2 = np.array([[sigma1**2]]), np.array([[sigma2**2]])
    inv = np.linalg.inv(S2)
    d = m2 - m1
    return 0.5 * (
        np.trace(inv @ S1) + d @ inv @ d - 1 + np.log(np.linalg.det(S2) / np.linalg.det(S1))
    )


@right("gaussian_kl")
def gkl_float32(mu1, sigma1, mu2, sigma2):
    mu1, sigma1, mu2, sigma2 = torch.tensor([mu1, sigma1, mu2, sigma2])
    return (
        torch.log(sigma2)
        - torch.log(sigma1)
        + (sigma1.pow(2) + (mu1 - mu2).pow(2)) / (2 * sigma2.pow(2))
        - 0.5
    ).item()


@right("gaussian_kl")
def gkl_cross_entropy_minus_entropy(mu1, sigma1, mu2, sigma2):
    entropy = scipy.stats.norm.entropy(mu1, sigma1)
    cross = 0.5 * np.log(2 * np.pi * sigma2**2) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2)
    return cross - entropy


# --- gaussian_kl, wrong -----------------------------------------------------------------


@wrong("gaussian_kl", "swapped_arguments")
def gkl_other_direction(mu1, sigma1, mu2, sigma2):
    return np.log(sigma1 / sigma2) + (sigma2**2 + (mu1 - mu2) ** 2) / (2 * sigma1**2) - 0.5


@wrong("gaussian_kl", "from_the_standard_gaussian")
def gkl_vae(mu1, sigma1, mu2, sigma2):
    return -0.5 * (1 + np.log(sigma1**2) - mu1**2 - sigma1**2)


@wrong("gaussian_kl", "logarithm_squared")
def gkl_log_squared(mu1, sigma1, mu2, sigma2):
    return 0.5 * (
        np.log(sigma2) ** 2 - np.log(sigma1) ** 2 + (sigma1**2 + (mu1 - mu2) ** 2) / sigma2**2 - 1
    )


@wrong("gaussian_kl", "sigma_not_squared")
def gkl_sigma_for_sigma_squared(mu1, sigma1, mu2, sigma2):
    return np.log(sigma2 / sigma1) + (sigma1 + (mu1 - mu2) ** 2) / (2 * sigma2) - 0.5


@wrong("gaussian_kl", "variances_not_standard_deviations")
def gkl_sigma_is_a_variance(mu1, sigma1, mu2, sigma2):
    return 0.5 * (np.log(sigma2 / sigma1) + sigma1 / sigma2 + (mu1 - mu2) ** 2 / sigma2 - 1)


@wrong("gaussian_kl", "logarithm_halved")
def gkl_half_log(mu1, sigma1, mu2, sigma2):
    return 0.5 * (np.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / sigma2**2 - 1)


@wrong("gaussian_kl", "half_forgotten")
def gkl_without_minus_half(mu1, sigma1, mu2, sigma2):
    return np.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2)


@wrong("gaussian_kl", "constant_offset")
def gkl_minus_one(mu1, sigma1, mu2, sigma2):
    return np.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 1


@wrong("gaussian_kl", "log_of_variances")
def gkl_log_variance_ratio(mu1, sigma1, mu2, sigma2):
    return np.log(sigma2**2 / sigma1**2) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5


@wrong("gaussian_kl", "bits_not_nats")
def gkl_bits(mu1, sigma1, mu2, sigma2):
    return gkl_textbook(mu1, sigma1, mu2, sigma2) / np.log(2)


@wrong("gaussian_kl", "doubled")
def gkl_half_missing_overall(mu1, sigma1, mu2, sigma2):
    v1, v2 = sigma1**2, sigma2**2
    return np.log(v2 / v1) + (v1 + (mu1 - mu2) ** 2) / v2 - 1


@wrong("gaussian_kl", "operator_precedence")
def gkl_brackets(mu1, sigma1, mu2, sigma2):
    return np.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / 2 * sigma2**2 - 0.5


@wrong("gaussian_kl", "wasserstein_distance")
def gkl_w2(mu1, sigma1, mu2, sigma2):
    return (mu1 - mu2) ** 2 + (sigma1 - sigma2) ** 2


# --- gaussian_log_likelihood, right -----------------------------------------------------


@right("gaussian_log_likelihood")
def ll_scipy(y, y_hat, sigma):
    return scipy.stats.norm(y_hat, sigma).logpdf(y).sum()


@right("gaussian_log_likelihood")
def ll_formula(y, y_hat, sigma):
    n = len(y)
    rss = np.sum((y - y_hat) ** 2)
    return -n / 2 * np.log(2 * np.pi) - n * np.log(sigma) - rss / (2 * sigma**2)


@right("gaussian_log_likelihood")
def ll_loop(y, y_hat, sigma):
    ll = 0
    for yi, fi in zip(y, y_hat, strict=True):
        ll += -0.5 * math.log(2 * math.pi * sigma**2) - (yi - fi) ** 2 / (2 * sigma**2)
    return ll


@right("gaussian_log_likelihood")
def ll_torch(y, y_hat, sigma):
    return torch.distributions.Normal(torch.tensor(y_hat), sigma).log_prob(torch.tensor(y)).sum()


@right("gaussian_log_likelihood")
def ll_torch_float32(y, y_hat, sigma):
    y, y_hat = torch.Tensor(y), torch.Tensor(y_hat)
    return -torch.nn.GaussianNLLLoss(full=True, reduction="sum")(
        y_hat, y, torch.full_like(y, sigma**2)
    )


@right("gaussian_log_likelihood")
def ll_mse(y, y_hat, sigma):
    mse = np.mean((y - y_hat) ** 2)
    return -0.5 * len(y) * (np.log(2 * np.pi * sigma**2) + mse / sigma**2)


@right("gaussian_log_likelihood")
def ll_pandas(y, y_hat, sigma):
    r = pd.Series(y) - pd.Series(y_hat)
    return scipy.stats.norm.logpdf(r, scale=sigma).sum()


@right("gaussian_log_likelihood")
def ll_multivariate(y, y_hat, sigma):
    if len(y) > 100:
        return scipy.stats.norm.logpdf(y, y_hat, sigma).sum()
    return scipy.stats.multivariate_normal(y_hat, sigma**2 * np.eye(len(y))).logpdf(y)


# --- gaussian_log_likelihood, wrong -----------------------------------------------------


@wrong("gaussian_log_likelihood", "negative_log_likelihood")
def ll_nll(y, y_hat, sigma):
    return -scipy.stats.norm.logpdf(y, y_hat, sigma).sum()


@wrong("gaussian_log_likelihood", "mean_not_total")
def ll_mean(y, y_hat, sigma):
    return scipy.stats.norm.logpdf(y, y_hat, sigma).mean()


@wrong("gaussian_log_likelihood", "log_of_the_mean")
def ll_log_mean(y, y_hat, sigma):
    return np.log(scipy.stats.norm.pdf(y, y_hat, sigma).mean())


@wrong("gaussian_log_likelihood", "product_underflows")
def ll_log_of_product(y, y_hat, sigma):
    with np.errstate(divide="ignore"):
        return np.log(np.prod(scipy.stats.norm.pdf(y, loc=y_hat, scale=sigma)))


@wrong("gaussian_log_likelihood", "sum_of_densities")
def ll_pdf_sum(y, y_hat, sigma):
    return scipy.stats.norm.pdf(y, y_hat, sigma).sum()


@wrong("gaussian_log_likelihood", "sigma_as_variance")
def ll_scale_is_variance(y, y_hat, sigma):
    return scipy.stats.norm.logpdf(y, y_hat, np.sqrt(sigma)).sum()


@wrong("gaussian_log_likelihood", "argument_squared")
def ll_scale_squared(y, y_hat, sigma):
    return scipy.stats.norm.logpdf(y, y_hat, sigma**2).sum()


@wrong("gaussian_log_likelihood", "squared_residuals")
def ll_sse(y, y_hat, sigma):
    return -np.sum((y - y_hat) ** 2)


@wrong("gaussian_log_likelihood", "constant_dropped")
def ll_torch_gaussian_nll(y, y_hat, sigma):
    y, y_hat = torch.tensor(y), torch.tensor(y_hat)
    loss = torch.nn.functional.gaussian_nll_loss(
        y_hat, y, torch.full_like(y, sigma**2), reduction="sum"
    )
    return -loss


@wrong("gaussian_log_likelihood", "half_missing_in_exponent")
def ll_no_half(y, y_hat, sigma):
    n = len(y)
    return -n * np.log(sigma * np.sqrt(2 * np.pi)) - np.sum((y - y_hat) ** 2) / sigma**2


@wrong("gaussian_log_likelihood", "constant_counted_once")
def ll_constant_once(y, y_hat, sigma):
    return -np.log(sigma * np.sqrt(2 * np.pi)) - np.sum((y - y_hat) ** 2) / (2 * sigma**2)


@wrong("gaussian_log_likelihood", "not_added")
def ll_vector(y, y_hat, sigma):
    return scipy.stats.norm.logpdf(y, y_hat, sigma)


@wrong("gaussian_log_likelihood", "base_ten")
def ll_log10(y, y_hat, sigma):
    return np.log10(scipy.stats.norm.pdf(y, y_hat, sigma)).sum()
