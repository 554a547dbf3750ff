"""All five lessons, as those write who come from MATLAB, R, statistics or other frameworks.

Matrices, exact fractions, decimals, masks, reductions, classes, one line where others take five.
"""

import functools
import itertools
import math
import operator
from collections import Counter, namedtuple
from decimal import Decimal
from fractions import Fraction

import numpy as np
import scipy.special
import scipy.stats
import torch
import torch.nn.functional as F
from scipy.optimize import linprog
from torch import nn

from strangers import right, wrong

# --- lesson 1, right --------------------------------------------------------------------


@right("disease_posterior")
def style_decimal(sensitivity, specificity, prevalence):
    se, sp, pr = (Decimal(str(float(v))) for v in (sensitivity, specificity, prevalence))
    return se * pr / (se * pr + (1 - sp) * (1 - pr))


@right("disease_posterior")
def style_matrix(sens, spec, prev):
    likelihood, prior = np.asmatrix([sens, 1 - spec]), np.asmatrix([prev, 1 - prev]).T
    return likelihood[0, 0] * prior[0, 0] / (likelihood * prior)


class Bayes:
    """A number that is computed when it is asked for."""

    def __init__(self, sensitivity, specificity, prevalence):
        self.hit, self.alarm = sensitivity * prevalence, (1 - specificity) * (1 - prevalence)

    def __float__(self):
        return float(self.hit / (self.hit + self.alarm))


@right("disease_posterior")
def style_object_with_float(sensitivity, specificity, prevalence):
    return Bayes(sensitivity, specificity, prevalence)


@right("count_moments")
def style_generating_function(n_draws, fraction):
    first = (np.poly1d([fraction, 1 - fraction]) ** n_draws).deriv()
    mean = first(1.0)
    variance = first.deriv()(1.0) + mean - mean**2
    return namedtuple("Moments", "mean var std")(mean, variance, math.sqrt(variance))


@right("count_moments")
def style_long_double(n_draws, fraction):
    f = np.longdouble(fraction)
    return n_draws * f, n_draws * f * (1 - f), np.sqrt(n_draws * f * (1 - f))


@right("z_statistic_law")
def style_counter(n_draws, fraction):
    law, f = Counter(), fraction
    for k in range(n_draws + 1):
        z = (k - n_draws * f) ** 2 / (n_draws * f * (1 - f))
        law[round(z, 8)] += math.comb(n_draws, k) * f**k * (1 - f) ** (n_draws - k)
    return zip(*sorted(law.items()), strict=True)


@right("urn_posterior")
def style_exact_generator(n_black, n_draws, n_urns=11):
    last = n_urns - 1
    weights = [Fraction(u, last) ** n_black * Fraction(last - u, last) ** (n_draws - n_black)
               for u in range(n_urns)]  # fmt: skip
    return (w / sum(weights) for w in weights)


@right("urn_posterior")
def style_masked(n_black, n_draws, n_urns=11):
    f = np.linspace(0, 1, n_urns)
    weights = f**n_black * (1 - f) ** (n_draws - n_black)
    return np.ma.masked_invalid(weights / weights.sum())


@right("next_ball_black")
def style_reduce(posterior):
    last = len(posterior) - 1
    return functools.reduce(lambda total, up: total + up[0] * up[1] / last, enumerate(posterior), 0)


@right("next_ball_black")
def style_row_times_column(posterior):
    return np.asmatrix(posterior) @ np.asmatrix(np.linspace(0, 1, len(posterior))).T


@right("entropy")
def style_product_of_powers(p):
    return -math.log(math.prod(float(x) ** float(x) for x in p))


@right("entropy")
def style_mutated_copy(p):
    p = p.copy()
    p[p == 0] = 1
    p *= -np.log(p)
    return p.sum()


@right("cross_entropy")
def style_fsum(p, q):
    return math.fsum(
        math.inf if y == 0 else -x * math.log(y) for x, y in zip(p, q, strict=True) if x
    )


@right("kl_divergence")
def style_starmap(p, q):
    def term(a, b):
        return 0.0 if a == 0 else math.inf if b == 0 else a * (math.log(a) - math.log(b))

    return sum(itertools.starmap(term, zip(p, q, strict=True)))


@right("gaussian_kl")
def style_quadrature(mu1, sigma1, mu2, sigma2):
    x, w = np.polynomial.hermite_e.hermegauss(20)
    x = mu1 + sigma1 * x
    one, two = scipy.stats.norm(mu1, sigma1), scipy.stats.norm(mu2, sigma2)
    return (w / w.sum()) @ (one.logpdf(x) - two.logpdf(x))


@right("gaussian_log_likelihood")
def style_partial(y, y_hat, sigma):
    density = functools.partial(scipy.stats.norm.logpdf, scale=sigma)
    return functools.reduce(operator.add, map(density, y, y_hat))


@right("fit_gaussian")
def style_welford(x):
    mean, scatter = np.zeros(x.shape[1]), np.zeros((x.shape[1],) * 2)
    for n, row in enumerate(x, 1):
        before = row - mean
        mean = mean + before / n
        scatter = scatter + np.outer(before, row - mean)
    return mean, scatter / n


@right("gaussian_density")
def style_chain_rule(x, mean, cov):
    density = 1.0
    for i in range(len(x)):
        gain = np.linalg.solve(cov[:i, :i], cov[:i, i])
        at, variance = mean[i] + gain @ (x[:i] - mean[:i]), cov[i, i] - gain @ cov[:i, i]
        density *= scipy.stats.norm.pdf(x[i], at, math.sqrt(variance))
    return density


@right("condition_gaussian")
def style_one_at_a_time(mean, cov, observed_index, observed_value):
    m, s, seen = mean.copy(), cov.copy(), np.atleast_1d(observed_index)
    for i, value in zip(seen, np.atleast_1d(observed_value), strict=True):
        gain = s[:, i] / s[i, i]
        m, s = m + gain * (value - m[i]), s - np.outer(gain, s[i])
    rest = np.setdiff1d(np.arange(len(mean)), seen)
    return m[rest], s[np.ix_(rest, rest)]


@right("sample_gaussian")
def style_box_muller(mean, cov, n_samples, rng):
    shape = (n_samples, len(mean))
    z = np.sqrt(-2 * np.log(1 - rng.random(shape))) * np.cos(2 * np.pi * rng.random(shape))
    return mean + z @ np.linalg.cholesky(cov).T


# --- lesson 1, wrong --------------------------------------------------------------------


@wrong("disease_posterior", "rounded")
def style_rounded(s, c, p):
    return round(s * p / (s * p + (1 - c) * (1 - p)), 3)


@wrong("disease_posterior", "wrong_type")
def style_as_text(s, c, p):
    return f"{s * p / (s * p + (1 - c) * (1 - p)):.2%}"


@wrong("count_moments", "wrong_type")
def style_as_dict(n_draws, fraction):
    variance = n_draws * fraction * (1 - fraction)
    return {"mean": n_draws * fraction, "var": variance, "std": math.sqrt(variance)}


@wrong("entropy", "nearly_right")
def style_half_precision(p):
    p = p.astype(np.float16)
    return -(p[p > 0] * np.log(p[p > 0])).sum()


@wrong("condition_gaussian", "pairs_not_a_block")
def style_pairs_of_indices(mean, cov, observed_index, observed_value):
    o = np.atleast_1d(observed_index)
    u = np.array([i for i in range(len(mean)) if i not in o])
    gain = cov[u, o] @ np.linalg.inv(cov[o, o])
    return mean[u] + gain @ (observed_value - mean[o]), cov[u, u] - gain @ cov[o, u]


@wrong("condition_gaussian", "wrong_for_several")
def style_divided_by_variances(mean, cov, observed_index, observed_value):
    o = np.atleast_1d(observed_index)
    u = [i for i in range(len(mean)) if i not in o]
    gain = cov[np.ix_(u, o)] / np.diag(cov)[o]
    new = mean[u] + gain @ (np.atleast_1d(observed_value) - mean[o])
    return new, cov[np.ix_(u, u)] - gain @ cov[np.ix_(o, u)]


# --- lesson 2 ---------------------------------------------------------------------------


@right("jensen_shannon")
def style_decimal_logs(p, q):
    total = Decimal(0)
    for a, b in zip(map(Decimal, p.tolist()), map(Decimal, q.tolist()), strict=True):
        total += sum((x * (2 * x / (a + b)).ln() for x in (a, b) if x), Decimal(0)) / 2
    return total


@right("optimal_discriminator")
def style_masked_division(p_data, p_generator):
    return np.ma.filled(np.ma.divide(p_data, p_data + p_generator), 0.5)


@right("discriminator_loss")
def style_two_classes(real_logits, fake_logits):
    def classes(x):
        return torch.stack([torch.zeros_like(x.reshape(-1)), x.reshape(-1)], 1)

    ones, zeros = (torch.full((x.numel(),), k) for x, k in ((real_logits, 1), (fake_logits, 0)))
    return F.cross_entropy(classes(real_logits), ones) + F.cross_entropy(
        classes(fake_logits), zeros
    )


class AdversarialLoss(nn.Module):
    """As frameworks have it."""

    def __init__(self):
        super().__init__()
        self.criterion = nn.BCEWithLogitsLoss()

    def forward(self, logits, is_real):
        target = logits.new_tensor(float(is_real)).expand_as(logits)
        return self.criterion(logits, target)


@right("discriminator_loss")
def style_module(real_logits, fake_logits):
    criterion = AdversarialLoss()
    return criterion(real_logits, True) + criterion(fake_logits, False)


@right("non_saturating_generator_loss")
def style_vmap(fake_logits):
    def stable(x):
        return torch.log1p(torch.exp(-x.abs())) + torch.relu(-x)

    return torch.vmap(stable)(fake_logits.reshape(-1)).mean()


@right("gan_training_step")
def style_lightning(generator, discriminator, real, z, g_opt, d_opt):
    criterion = AdversarialLoss()
    generator.requires_grad_(False)
    with torch.no_grad():
        fake = generator(z)
    d_loss = criterion(discriminator(real), True) + criterion(discriminator(fake), False)
    d_opt.zero_grad(set_to_none=True)
    d_loss.backward()
    d_opt.step()
    generator.requires_grad_(True)
    discriminator.requires_grad_(False)
    g_loss = criterion(discriminator(generator(z)), True)
    g_opt.zero_grad()
    g_loss.backward()
    g_opt.step()
    discriminator.requires_grad_(True)
    return {"d": d_loss, "g": g_loss}.values()


@wrong("discriminator_loss", "overflows")
def style_soft_margin(r, f):
    return F.soft_margin_loss(r, torch.ones_like(r)) + F.soft_margin_loss(f, -torch.ones_like(f))


def _gan_step(generator, discriminator, real, z, g_opt, d_opt):
    fake = generator(z)
    d_loss = F.softplus(-discriminator(real)).mean()
    d_loss = d_loss + F.softplus(discriminator(fake.detach())).mean()
    d_opt.zero_grad()
    d_loss.backward()
    d_opt.step()
    g_loss = F.softplus(-discriminator(fake)).mean()
    g_opt.zero_grad()
    g_loss.backward()
    g_opt.step()
    return d_loss.item(), g_loss.item()


@wrong("gan_training_step", "networks_swapped")
def style_networks_swapped(discriminator, generator, real, z, g_opt, d_opt):
    return _gan_step(generator, discriminator, real, z, g_opt, d_opt)


@wrong("gan_training_step", "networks_swapped")
def style_batches_swapped(generator, discriminator, z, real, g_opt, d_opt):
    return _gan_step(generator, discriminator, real, z, g_opt, d_opt)


# --- lesson 3 ---------------------------------------------------------------------------


@right("is_coupling")
def style_try(plan, p, q):
    try:
        rows = np.allclose(plan @ np.ones(len(q)), p, rtol=0, atol=1e-8)
        columns = np.allclose(np.ones(len(p)) @ plan, q, rtol=0, atol=1e-8)
        return int(rows and columns and (plan >= -1e-8).all())
    except ValueError:
        return 0


@right("transport_cost")
def style_flat_iterators(plan, cost):
    return sum(itertools.starmap(operator.mul, zip(plan.flat, cost.flat, strict=True)))


@right("wasserstein_1d")
def style_quantile_functions(positions, p, q):
    order = np.argsort(positions)
    x, below_p, below_q = positions[order], np.cumsum(p[order]), np.cumsum(q[order])
    levels = np.sort(np.concatenate([[0.0], below_p, below_q])).clip(0, 1)
    middle = (levels[1:] + levels[:-1]) / 2
    at_p, at_q = (x[np.searchsorted(b, middle).clip(0, len(x) - 1)] for b in (below_p, below_q))
    return np.diff(levels) @ np.abs(at_p - at_q)


@right("parallel_lines")
def style_match(theta):
    match theta:
        case 0:
            return (0,) * 4
        case _:
            return abs(theta), math.log(2), math.inf, 1


@right("kantorovich_dual")
def style_c_transform_of_marginals(cost, p, q):
    n = len(p)
    sums = np.vstack([np.kron(np.eye(n), np.ones(n)), np.tile(np.eye(n), n)])
    prices = linprog(cost.ravel(), A_eq=sums, b_eq=np.r_[p, q]).eqlin.marginals[n:]
    f = (cost - prices).min(axis=1)
    return f @ (p - q), f


@right("lipschitz_constant")
def style_masked_distances(f_values, positions):
    x = positions[:, None] if positions.ndim == 1 else positions
    distance = np.linalg.norm(x[:, None] - x, axis=-1)
    rise = np.ma.abs(np.subtract.outer(f_values, f_values))
    return np.ma.max(rise / np.ma.masked_equal(distance, 0))


@right("linear_lipschitz_constant")
def style_hypot(weight):
    return math.hypot(*weight)


@wrong("parallel_lines", "wrong_type")
def style_infinity_as_text(theta):
    return (abs(theta), math.log(2), "inf", 1) if theta else (0, 0, 0, 0)


@wrong("optimal_transport", "wrong_type")
def style_result_of_linprog(cost, p, q):
    n, m = cost.shape
    sums = np.vstack([np.kron(np.eye(n), np.ones(m)), np.tile(np.eye(m), n)])
    return linprog(cost.ravel(), A_eq=sums, b_eq=np.r_[p, q])


# --- lesson 5: pairs drawn anew ---------------------------------------------------------


def _slopes(critic, x):
    x = x.detach().requires_grad_(True)
    (gradient,) = torch.autograd.grad(critic(x).sum(), x, create_graph=True)
    return (gradient.flatten(1).square().sum(1) + 1e-12).sqrt()


def _mixed(one, other, weight=None):
    weight = torch.rand(len(one)) if weight is None else weight
    weight = weight.reshape(-1, *[1] * (one.dim() - 1))
    return weight * one + (1 - weight) * other


@right("gradient_penalty")
def style_fakes_shuffled(critic, real, fake, lambda_gp=10.0):
    x = _mixed(real, fake[torch.randperm(fake.size(0))])
    return lambda_gp * ((_slopes(critic, x) - 1) ** 2).mean()


@right("gradient_penalty")
def style_both_shuffled(critic, real, fake, lambda_gp=10.0):
    x = _mixed(fake[torch.randperm(len(fake))], real[torch.randperm(len(real))])
    return lambda_gp * ((_slopes(critic, x) - 1) ** 2).mean()


@right("one_sided_gradient_penalty")
def style_rolled(critic, real, fake, lambda_gp=10.0):
    excess = torch.relu(_slopes(critic, _mixed(real.roll(1, 0), fake)) - 1)
    return lambda_gp * (excess**2).mean()


@right("wgan_gp_critic_loss")
def style_sorted_by_lot(critic, real, fake, lambda_gp=10.0):
    x = _mixed(real[torch.rand(len(real)).argsort()], fake)
    gap = critic(fake).mean() - critic(real).mean()
    return gap + lambda_gp * ((_slopes(critic, x) - 1) ** 2).mean()


@right("wgan_gp_training_step")
def style_round_of_shuffled(g, f, sample_real, latent_dim, n_critic, lambda_gp, g_opt, f_opt):
    for _ in range(n_critic):
        real = sample_real()
        fake = g(torch.randn(len(real), latent_dim)).detach()
        x = _mixed(real[torch.randperm(len(real))], fake)
        gap = f(real).mean() - f(fake).mean()
        f_opt.zero_grad()
        (lambda_gp * ((_slopes(f, x) - 1) ** 2).mean() - gap).backward()
        f_opt.step()
    loss = -f(g(torch.randn(len(real), latent_dim))).mean()
    g_opt.zero_grad()
    loss.backward()
    g_opt.step()
    return gap.item(), loss.item()


@wrong("gradient_penalty", "points_without_fakes")
def style_between_real_and_real(critic, real, fake, lambda_gp=10.0):
    x = _mixed(real, real[torch.randperm(len(real))])
    return lambda_gp * ((_slopes(critic, x) - 1) ** 2).mean()


@wrong("gradient_penalty", "samples_left_out")
def style_with_replacement(critic, real, fake, lambda_gp=10.0):
    x = _mixed(real, fake[torch.randint(len(fake), (len(fake),))])
    return lambda_gp * ((_slopes(critic, x) - 1) ** 2).mean()


@wrong("gradient_penalty", "one_epsilon_per_batch")
def style_shuffled_with_one_epsilon(critic, real, fake, lambda_gp=10.0):
    x = _mixed(real, fake[torch.randperm(len(fake))], torch.rand(1).expand(len(real)))
    return lambda_gp * ((_slopes(critic, x) - 1) ** 2).mean()


@wrong("gradient_penalty", "points_off_the_line")
def style_shuffled_per_pixel(critic, real, fake, lambda_gp=10.0):
    weight = torch.rand_like(real)
    x = weight * real + (1 - weight) * fake[torch.randperm(len(fake))]
    return lambda_gp * ((_slopes(critic, x) - 1) ** 2).mean()
