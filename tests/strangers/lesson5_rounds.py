"""Lesson 5, rounds of WGAN-GP and scores of samples, as strangers write them."""

import math

import numpy as np
import pandas as pd
import scipy.linalg
import scipy.stats
import torch
from scipy.special import kl_div, xlogy
from torch import autograd

from strangers import right, wrong


def _gp(critic, real, fake, lambda_gp):
    alpha = torch.rand(len(real), *[1] * (real.dim() - 1))
    x = (alpha * real + (1 - alpha) * fake).detach().requires_grad_(True)
    g = autograd.grad(critic(x).sum(), x, create_graph=True)[0]
    return lambda_gp * ((g.flatten(1).norm(2, dim=1) - 1) ** 2).mean()


# --- wgan_gp_training_step, right -------------------------------------------------------


@right("wgan_gp_training_step")
def round_published(generator, critic, sample_real, latent_dim, n_critic, lambda_gp, opt_g, opt_c):
    for _ in range(n_critic):
        real = sample_real()
        noise = torch.randn(real.size(0), latent_dim)
        fake = generator(noise)
        critic_real = critic(real).reshape(-1)
        critic_fake = critic(fake.detach()).reshape(-1)
        gp = _gp(critic, real, fake.detach(), lambda_gp)
        loss_critic = -(torch.mean(critic_real) - torch.mean(critic_fake)) + gp
        critic.zero_grad()
        loss_critic.backward()
        opt_c.step()
    gen_fake = critic(generator(torch.randn(real.size(0), latent_dim))).reshape(-1)
    loss_gen = -torch.mean(gen_fake)
    generator.zero_grad()
    loss_gen.backward()
    opt_g.step()
    return (torch.mean(critic_real) - torch.mean(critic_fake)).item(), loss_gen.item()


@right("wgan_gp_training_step")
def round_frozen_by_turns(
    generator, critic, sample_real, latent_dim, n_critic, lambda_gp, opt_g, opt_c
):
    for p in critic.parameters():
        p.requires_grad = True
    for i in range(n_critic):
        data = sample_real()
        opt_c.zero_grad()
        with torch.no_grad():
            noise = torch.randn(data.shape[0], latent_dim)
        fake = autograd.Variable(generator(noise).data)
        d_real = critic(data).mean()
        d_fake = critic(fake).mean()
        cost = d_fake - d_real + _gp(critic, data, fake, lambda_gp)
        cost.backward()
        wasserstein_d = d_real - d_fake
        opt_c.step()
        print(i, "cost", cost.item(), "W", wasserstein_d.item())
    for p in critic.parameters():
        p.requires_grad = False
    opt_g.zero_grad()
    g_cost = -critic(generator(torch.randn(data.shape[0], latent_dim))).mean()
    g_cost.backward()
    opt_g.step()
    for p in critic.parameters():
        p.requires_grad = True
    return wasserstein_d, g_cost


@right("wgan_gp_training_step")
def round_backward_in_pieces(
    generator, critic, sample_real, latent_dim, n_critic, lambda_gp, opt_g, opt_c
):
    one = torch.tensor(1.0)
    for _ in range(n_critic):
        opt_c.zero_grad(set_to_none=True)
        real = sample_real()
        d_real = critic(real).mean()
        d_real.backward(-one)
        fake = generator(torch.randn(len(real), latent_dim)).detach()
        d_fake = critic(fake).mean()
        d_fake.backward(one)
        _gp(critic, real, fake, lambda_gp).backward()
        opt_c.step()
    generator.zero_grad(set_to_none=True)
    g = critic(generator(torch.randn(len(real), latent_dim))).mean()
    g.backward(-one)
    opt_g.step()
    return [(d_real - d_fake).item(), -g.item()]


@right("wgan_gp_training_step")
def round_with_history(
    generator, critic, sample_real, latent_dim, n_critic, lambda_gp, opt_g, opt_c
):
    history = {"w": [], "gp": [], "loss": []}
    step = 0
    while step < n_critic:
        real = sample_real()
        with torch.no_grad():
            fake = generator(torch.randn(real.shape[0], latent_dim))
        w = critic(real).mean() - critic(fake).mean()
        gp = _gp(critic, real, fake, lambda_gp)
        history["w"].append(w.item())
        history["gp"].append(gp.item())
        history["loss"].append((gp - w).item())
        opt_c.zero_grad()
        (gp - w).backward()
        opt_c.step()
        step += 1
    fake = generator(torch.randn(real.shape[0], latent_dim))
    g_loss = critic(fake).mean().neg()
    opt_g.zero_grad()
    g_loss.backward()
    opt_g.step()
    return history["w"][-1], g_loss.item()


@right("wgan_gp_training_step")
def round_logs_penalties(
    generator, critic, sample_real, latent_dim, n_critic, lambda_gp, opt_g, opt_c
):
    for _ in range(n_critic):
        real = sample_real()
        fake = generator(torch.randn(len(real), latent_dim)).detach()
        print("penalty before", _gp(critic, real, fake, 1.0).item())
        w = critic(real).mean() - critic(fake).mean()
        loss = _gp(critic, real, fake, lambda_gp) - w
        opt_c.zero_grad()
        loss.backward()
        opt_c.step()
        print("penalty after", _gp(critic, real, fake, 1.0).item())
    g_loss = -critic(generator(torch.randn(len(real), latent_dim))).mean()
    opt_g.zero_grad()
    g_loss.backward()
    opt_g.step()
    print("penalty at last", _gp(critic, real, fake, 1.0).item())
    return w.item(), g_loss.item()


@right("wgan_gp_training_step")
def round_separate_functions(
    generator, critic, sample_real, latent_dim, n_critic, lambda_gp, opt_g, opt_c
):
    def latent(n):
        return torch.normal(0.0, 1.0, size=(n, latent_dim))

    def critic_update(real):
        fake = generator(latent(len(real))).detach()
        scores = critic(torch.cat((real, fake)))
        gap = scores[: len(real)].mean() - scores[len(real) :].mean()
        opt_c.zero_grad()
        (-gap + _gp(critic, real, fake, lambda_gp)).backward()
        opt_c.step()
        return float(gap)

    def generator_update(n):
        opt_g.zero_grad()
        loss = -critic(generator(latent(n))).mean()
        loss.backward()
        opt_g.step()
        return float(loss)

    gaps = [critic_update(sample_real()) for _ in range(n_critic)]
    return gaps[-1], generator_update(64)


@right("wgan_gp_training_step")
def round_train_mode(generator, critic, sample_real, latent_dim, n_critic, lambda_gp, opt_g, opt_c):
    generator.train()
    critic.train()
    n = None
    estimate = float("nan")
    for real in (sample_real() for _ in range(n_critic)):
        n = real.shape[0]
        z = torch.empty(n, latent_dim).normal_()
        fake = generator(z).detach()
        opt_c.zero_grad()
        loss = critic(fake).mean() - critic(real).mean()
        estimate = -loss.item()
        loss = loss + _gp(critic, real, fake, lambda_gp=lambda_gp)
        loss.backward()
        opt_c.step()
    opt_g.zero_grad()
    opt_c.zero_grad()
    loss_g = -critic(generator(torch.randn((n, latent_dim)))).mean()
    loss_g.backward()
    opt_g.step()
    opt_c.zero_grad()
    return np.array([estimate, loss_g.item()])


@right("wgan_gp_training_step")
def round_eager_checks(
    generator, critic, sample_real, latent_dim, n_critic, lambda_gp, opt_g, opt_c
):
    if n_critic < 1:
        raise ValueError("n_critic must be at least 1")
    for _ in range(n_critic):
        real = sample_real()
        fake = generator(torch.randn(len(real), latent_dim)).detach()
        assert fake.shape == real.shape
        gap = (critic(real) - critic(fake)).mean()
        loss = _gp(critic, real, fake, lambda_gp) - gap
        if not torch.isfinite(loss):
            raise FloatingPointError("the critic's loss is not finite")
        critic.zero_grad()
        loss.backward()
        opt_c.step()
    z = torch.randn(len(real), latent_dim)
    loss_g = -critic(generator(z)).mean()
    generator.zero_grad()
    loss_g.backward()
    opt_g.step()
    with torch.no_grad():
        print("after:", critic(generator(z)).mean().item())
    return gap.detach(), loss_g.detach()


# --- wgan_gp_training_step, wrong -------------------------------------------------------


@wrong("wgan_gp_training_step", "cleared_once")
def round_cleared_once(
    generator, critic, sample_real, latent_dim, n_critic, lambda_gp, opt_g, opt_c
):
    opt_g.zero_grad()
    opt_c.zero_grad()
    for _ in range(n_critic):
        real = sample_real()
        fake = generator(torch.randn(len(real), latent_dim)).detach()
        w = critic(real).mean() - critic(fake).mean()
        (_gp(critic, real, fake, lambda_gp) - w).backward()
        opt_c.step()
    g_loss = -critic(generator(torch.randn(len(real), latent_dim))).mean()
    g_loss.backward()
    opt_g.step()
    return w.item(), g_loss.item()


@wrong("wgan_gp_training_step", "generator_cut_off")
def round_generator_detached(
    generator, critic, sample_real, latent_dim, n_critic, lambda_gp, opt_g, opt_c
):
    for _ in range(n_critic):
        real = sample_real()
        fake = generator(torch.randn(len(real), latent_dim)).detach()
        w = critic(real).mean() - critic(fake).mean()
        opt_c.zero_grad()
        (_gp(critic, real, fake, lambda_gp) - w).backward()
        opt_c.step()
    g_loss = -critic(generator(torch.randn(len(real), latent_dim)).detach()).mean()
    opt_g.zero_grad()
    g_loss.backward()
    opt_g.step()
    return w.item(), g_loss.item()


@wrong("wgan_gp_training_step", "optimisers_swapped")
def round_optimisers_swapped(
    generator, critic, sample_real, latent_dim, n_critic, lambda_gp, opt_c, opt_g
):
    for _ in range(n_critic):
        real = sample_real()
        fake = generator(torch.randn(len(real), latent_dim)).detach()
        w = critic(real).mean() - critic(fake).mean()
        opt_c.zero_grad()
        (_gp(critic, real, fake, lambda_gp) - w).backward()
        opt_c.step()
    g_loss = -critic(generator(torch.randn(len(real), latent_dim))).mean()
    opt_g.zero_grad()
    g_loss.backward()
    opt_g.step()
    return w.item(), g_loss.item()


@wrong("wgan_gp_training_step", "lambda_twice")
def round_lambda_twice(
    generator, critic, sample_real, latent_dim, n_critic, lambda_gp, opt_g, opt_c
):
    for _ in range(n_critic):
        real = sample_real()
        fake = generator(torch.randn(len(real), latent_dim)).detach()
        w = critic(real).mean() - critic(fake).mean()
        opt_c.zero_grad()
        (lambda_gp * _gp(critic, real, fake, lambda_gp) - w).backward()
        opt_c.step()
    g_loss = -critic(generator(torch.randn(len(real), latent_dim))).mean()
    opt_g.zero_grad()
    g_loss.backward()
    opt_g.step()
    return w.item(), g_loss.item()


@wrong("wgan_gp_training_step", "penalty_scaled")
def round_lambda_halved(
    generator, critic, sample_real, latent_dim, n_critic, lambda_gp, opt_g, opt_c
):
    for _ in range(n_critic):
        real = sample_real()
        fake = generator(torch.randn(len(real), latent_dim)).detach()
        w = critic(real).mean() - critic(fake).mean()
        opt_c.zero_grad()
        (0.5 * _gp(critic, real, fake, lambda_gp) - w).backward()
        opt_c.step()
    g_loss = -critic(generator(torch.randn(len(real), latent_dim))).mean()
    opt_g.zero_grad()
    g_loss.backward()
    opt_g.step()
    return w.item(), g_loss.item()


@wrong("wgan_gp_training_step", "critic_loss_scaled")
def round_loss_halved(
    generator, critic, sample_real, latent_dim, n_critic, lambda_gp, opt_g, opt_c
):
    for _ in range(n_critic):
        real = sample_real()
        fake = generator(torch.randn(len(real), latent_dim)).detach()
        w = critic(real).mean() - critic(fake).mean()
        opt_c.zero_grad()
        ((_gp(critic, real, fake, lambda_gp) - w) / 2).backward()
        opt_c.step()
    g_loss = -critic(generator(torch.randn(len(real), latent_dim))).mean()
    opt_g.zero_grad()
    g_loss.backward()
    opt_g.step()
    return w.item(), g_loss.item()


@wrong("wgan_gp_training_step", "one_real_batch")
def round_batch_outside(
    generator, critic, sample_real, latent_dim, n_critic, lambda_gp, opt_g, opt_c
):
    real = sample_real()
    for _ in range(n_critic):
        fake = generator(torch.randn(len(real), latent_dim)).detach()
        w = critic(real).mean() - critic(fake).mean()
        opt_c.zero_grad()
        (_gp(critic, real, fake, lambda_gp) - w).backward()
        opt_c.step()
    g_loss = -critic(generator(torch.randn(len(real), latent_dim))).mean()
    opt_g.zero_grad()
    g_loss.backward()
    opt_g.step()
    return w.item(), g_loss.item()


@wrong("wgan_gp_training_step", "noise_reused")
def round_one_noise(generator, critic, sample_real, latent_dim, n_critic, lambda_gp, opt_g, opt_c):
    z = None
    for _ in range(n_critic):
        real = sample_real()
        z = torch.randn(len(real), latent_dim) if z is None else z
        fake = generator(z).detach()
        w = critic(real).mean() - critic(fake).mean()
        opt_c.zero_grad()
        (_gp(critic, real, fake, lambda_gp) - w).backward()
        opt_c.step()
    g_loss = -critic(generator(z)).mean()
    opt_g.zero_grad()
    g_loss.backward()
    opt_g.step()
    return w.item(), g_loss.item()


@wrong("wgan_gp_training_step", "backward_twice")
def round_stale_fakes(
    generator, critic, sample_real, latent_dim, n_critic, lambda_gp, opt_g, opt_c
):
    for _ in range(n_critic):
        real = sample_real()
        fake = generator(torch.randn(len(real), latent_dim))
        w = critic(real).mean() - critic(fake).mean()
        opt_c.zero_grad()
        (_gp(critic, real, fake, lambda_gp) - w).backward()
        opt_c.step()
    g_loss = -critic(fake).mean()
    opt_g.zero_grad()
    g_loss.backward()
    opt_g.step()
    return w.item(), g_loss.item()


@wrong("wgan_gp_training_step", "penalty_without_effect")
def round_no_penalty_logged_only(
    generator, critic, sample_real, latent_dim, n_critic, lambda_gp, opt_g, opt_c
):
    for _ in range(n_critic):
        real = sample_real()
        fake = generator(torch.randn(len(real), latent_dim)).detach()
        w = critic(real).mean() - critic(fake).mean()
        print("gradient penalty", _gp(critic, real, fake, lambda_gp).item())
        opt_c.zero_grad()
        (-w).backward()
        opt_c.step()
    g_loss = -critic(generator(torch.randn(len(real), latent_dim))).mean()
    opt_g.zero_grad()
    g_loss.backward()
    opt_g.step()
    return w.item(), g_loss.item()


@wrong("wgan_gp_training_step", "estimate_is_loss")
def round_returns_loss(
    generator, critic, sample_real, latent_dim, n_critic, lambda_gp, opt_g, opt_c
):
    for _ in range(n_critic):
        real = sample_real()
        fake = generator(torch.randn(len(real), latent_dim)).detach()
        loss = critic(fake).mean() - critic(real).mean() + _gp(critic, real, fake, lambda_gp)
        opt_c.zero_grad()
        loss.backward()
        opt_c.step()
    g_loss = -critic(generator(torch.randn(len(real), latent_dim))).mean()
    opt_g.zero_grad()
    g_loss.backward()
    opt_g.step()
    return loss.item(), g_loss.item()


@wrong("wgan_gp_training_step", "generator_in_the_loop")
def round_generator_inside(
    generator, critic, sample_real, latent_dim, n_critic, lambda_gp, opt_g, opt_c
):
    for _ in range(n_critic):
        real = sample_real()
        fake = generator(torch.randn(len(real), latent_dim)).detach()
        w = critic(real).mean() - critic(fake).mean()
        opt_c.zero_grad()
        (_gp(critic, real, fake, lambda_gp) - w).backward()
        opt_c.step()
        g_loss = -critic(generator(torch.randn(len(real), latent_dim))).mean()
        opt_g.zero_grad()
        g_loss.backward()
        opt_g.step()
    return w.item(), g_loss.item()


@wrong("wgan_gp_training_step", "axis_out_of_range")
def round_uniform_noise(
    generator, critic, sample_real, latent_dim, n_critic, lambda_gp, opt_g, opt_c
):
    for _ in range(n_critic):
        real = sample_real()
        fake = generator(torch.randn(latent_dim)).detach()
        w = critic(real).mean() - critic(fake).mean()
        opt_c.zero_grad()
        (_gp(critic, real, fake, lambda_gp) - w).backward()
        opt_c.step()
    g_loss = -critic(generator(torch.randn(latent_dim))).mean()
    opt_g.zero_grad()
    g_loss.backward()
    opt_g.step()
    return w.item(), g_loss.item()


@wrong("wgan_gp_training_step", "weights_clipped")
def round_clips_too(generator, critic, sample_real, latent_dim, n_critic, lambda_gp, opt_g, opt_c):
    for _ in range(n_critic):
        real = sample_real()
        fake = generator(torch.randn(len(real), latent_dim)).detach()
        w = critic(real).mean() - critic(fake).mean()
        opt_c.zero_grad()
        (_gp(critic, real, fake, lambda_gp) - w).backward()
        opt_c.step()
        for p in critic.parameters():
            p.data.clamp_(-0.1, 0.1)
    g_loss = -critic(generator(torch.randn(len(real), latent_dim))).mean()
    opt_g.zero_grad()
    g_loss.backward()
    opt_g.step()
    return w.item(), g_loss.item()


@wrong("wgan_gp_training_step", "left_frozen")
def round_critic_frozen(
    generator, critic, sample_real, latent_dim, n_critic, lambda_gp, opt_g, opt_c
):
    for _ in range(n_critic):
        real = sample_real()
        fake = generator(torch.randn(len(real), latent_dim)).detach()
        w = critic(real).mean() - critic(fake).mean()
        opt_c.zero_grad()
        (_gp(critic, real, fake, lambda_gp) - w).backward()
        opt_c.step()
    for p in critic.parameters():
        p.requires_grad = False
    g_loss = -critic(generator(torch.randn(len(real), latent_dim))).mean()
    opt_g.zero_grad()
    g_loss.backward()
    opt_g.step()
    return w.item(), g_loss.item()


@wrong("wgan_gp_training_step", "backward_twice")
def round_backward_twice(
    generator, critic, sample_real, latent_dim, n_critic, lambda_gp, opt_g, opt_c
):
    real = sample_real()
    fake = generator(torch.randn(len(real), latent_dim))
    for _ in range(n_critic):
        w = critic(real).mean() - critic(fake).mean()
        opt_c.zero_grad()
        (_gp(critic, real, fake, lambda_gp) - w).backward()
        opt_c.step()
        real = sample_real()
    g_loss = -critic(fake).mean()
    opt_g.zero_grad()
    g_loss.backward()
    opt_g.step()
    return w.item(), g_loss.item()


@wrong("wgan_gp_training_step", "slope_at_the_samples")
def round_penalty_at_the_data(
    generator, critic, sample_real, latent_dim, n_critic, lambda_gp, opt_g, opt_c
):
    for _ in range(n_critic):
        real = sample_real()
        fake = generator(torch.randn(len(real), latent_dim)).detach()
        w = critic(real).mean() - critic(fake).mean()
        opt_c.zero_grad()
        (_gp(critic, real, real, lambda_gp) - w).backward()
        opt_c.step()
    g_loss = -critic(generator(torch.randn(len(real), latent_dim))).mean()
    opt_g.zero_grad()
    g_loss.backward()
    opt_g.step()
    return w.item(), g_loss.item()


@wrong("wgan_gp_training_step", "points_off_the_line")
def round_dragan(generator, critic, sample_real, latent_dim, n_critic, lambda_gp, opt_g, opt_c):
    for _ in range(n_critic):
        real = sample_real()
        fake = generator(torch.randn(len(real), latent_dim)).detach()
        w = critic(real).mean() - critic(fake).mean()
        near = real + 0.5 * real.std() * torch.rand_like(real)
        opt_c.zero_grad()
        (_gp(critic, near, near, lambda_gp) - w).backward()
        opt_c.step()
    g_loss = -critic(generator(torch.randn(len(real), latent_dim))).mean()
    opt_g.zero_grad()
    g_loss.backward()
    opt_g.step()
    return w.item(), g_loss.item()


# --- frechet_distance, right ------------------------------------------------------------


@right("frechet_distance")
def fid_published(mu1, sigma1, mu2, sigma2, eps=1e-6):
    mu1, mu2 = np.atleast_1d(mu1), np.atleast_1d(mu2)
    sigma1, sigma2 = np.atleast_2d(sigma1), np.atleast_2d(sigma2)
    diff = mu1 - mu2
    covmean, _ = scipy.linalg.sqrtm(sigma1.dot(sigma2), disp=False)
    if not np.isfinite(covmean).all():
        offset = np.eye(sigma1.shape[0]) * eps
        covmean = scipy.linalg.sqrtm((sigma1 + offset).dot(sigma2 + offset))
    if np.iscomplexobj(covmean):
        if not np.allclose(np.diagonal(covmean).imag, 0, atol=1e-3):
            raise ValueError("Imaginary component")
        covmean = covmean.real
    return diff.dot(diff) + np.trace(sigma1) + np.trace(sigma2) - 2 * np.trace(covmean)


@right("frechet_distance")
def fid_torchmetrics_float32(mu1, sigma1, mu2, sigma2):
    mu1, sigma1, mu2, sigma2 = (torch.Tensor(a) for a in (mu1, sigma1, mu2, sigma2))
    a = (mu1 - mu2).square().sum(dim=-1)
    b = sigma1.trace() + sigma2.trace()
    c = torch.linalg.eigvals(sigma1 @ sigma2).sqrt().real.sum(dim=-1)
    return a + b - 2 * c


@right("frechet_distance")
def fid_symmetric_root(m1, c1, m2, c2):
    values, vectors = np.linalg.eigh(c1)
    root = vectors @ np.diag(np.sqrt(values)) @ vectors.T
    inner = np.linalg.eigvalsh(root @ c2 @ root)
    return np.sum((m1 - m2) ** 2) + np.trace(c1 + c2) - 2 * np.sum(np.sqrt(inner.clip(0)))


@right("frechet_distance")
def fid_norm_squared(mean1, cov1, mean2, cov2):
    root = scipy.linalg.sqrtm(cov1 @ cov2)
    root = root.real if np.iscomplexobj(root) else root
    return float(np.linalg.norm(mean1 - mean2) ** 2 + np.trace(cov1 + cov2 - 2 * root))


@right("frechet_distance")
def fid_singular_values(mean1, cov1, mean2, cov2):
    l1, l2 = scipy.linalg.cholesky(cov1, lower=True), scipy.linalg.cholesky(cov2, lower=True)
    nuclear = np.linalg.norm(l1.T @ l2, ord="nuc")
    d = np.asarray(mean1) - np.asarray(mean2)
    return d @ d + cov1.trace() + cov2.trace() - 2 * nuclear


@right("frechet_distance")
def fid_loops(mean1, cov1, mean2, cov2):
    total = 0.0
    for a, b in zip(mean1, mean2, strict=True):
        total += (a - b) ** 2
    for i in range(len(mean1)):
        total += cov1[i][i] + cov2[i][i]
    for value in np.linalg.eigvals(np.matmul(cov1, cov2)):
        total -= 2 * math.sqrt(max(value.real, 0.0))
    return total


@right("frechet_distance")
def fid_prints(mean1, cov1, mean2, cov2):
    mean_term = ((mean1 - mean2) ** 2).sum()
    print("mean term:", mean_term)
    cov_term = np.trace(cov1) + np.trace(cov2)
    cov_term -= 2 * np.trace(scipy.linalg.sqrtm(np.dot(cov1, cov2))).real
    print("covariance term:", cov_term)
    return mean_term + cov_term


@right("frechet_distance")
def fid_torch_eigh(mean1, cov1, mean2, cov2):
    m1, c1, m2, c2 = map(torch.as_tensor, (mean1, cov1, mean2, cov2))
    w, v = torch.linalg.eigh(c1)
    half = (v * w.clamp(min=0).sqrt()) @ v.mT
    s = torch.linalg.eigvalsh(half @ c2 @ half).clamp(min=0).sqrt().sum()
    return torch.dot(m1 - m2, m1 - m2) + torch.trace(c1) + torch.trace(c2) - 2 * s


# --- frechet_distance, wrong ------------------------------------------------------------


@wrong("frechet_distance", "elementwise_root")
def fid_np_sqrt(mean1, cov1, mean2, cov2):
    root = np.sqrt(cov1 @ cov2)
    return np.sum((mean1 - mean2) ** 2) + np.trace(cov1 + cov2 - 2 * root)


@wrong("frechet_distance", "elementwise_product")
def fid_star(mean1, cov1, mean2, cov2):
    root = scipy.linalg.sqrtm(cov1 * cov2).real
    return np.sum((mean1 - mean2) ** 2) + np.trace(cov1 + cov2 - 2 * root)


@wrong("frechet_distance", "means_not_squared")
def fid_means_plain(mean1, cov1, mean2, cov2):
    root = scipy.linalg.sqrtm(cov1 @ cov2).real
    return np.linalg.norm(mean1 - mean2) + np.trace(cov1 + cov2 - 2 * root)


@wrong("frechet_distance", "root_taken")
def fid_rooted(mean1, cov1, mean2, cov2):
    root = scipy.linalg.sqrtm(cov1 @ cov2).real
    squared = np.sum((mean1 - mean2) ** 2) + np.trace(cov1 + cov2 - 2 * root)
    return np.sqrt(abs(squared))


@wrong("frechet_distance", "factor_two_missing")
def fid_no_two(mean1, cov1, mean2, cov2):
    root = scipy.linalg.sqrtm(cov1 @ cov2).real
    return np.sum((mean1 - mean2) ** 2) + np.trace(cov1 + cov2 - root)


@wrong("frechet_distance", "sum_of_entries")
def fid_summed_matrix(mean1, cov1, mean2, cov2):
    root = scipy.linalg.sqrtm(cov1 @ cov2).real
    return np.sum((mean1 - mean2) ** 2) + np.sum(cov1 + cov2 - 2 * root)


@wrong("frechet_distance", "product_of_roots")
def fid_roots_apart(mean1, cov1, mean2, cov2):
    root = scipy.linalg.sqrtm(cov1) @ scipy.linalg.sqrtm(cov2)
    return np.sum((mean1 - mean2) ** 2) + np.trace(cov1 + cov2 - 2 * root)


@wrong("frechet_distance", "product_of_roots")
def fid_difference_of_roots(mean1, cov1, mean2, cov2):
    gap = scipy.linalg.sqrtm(cov1) - scipy.linalg.sqrtm(cov2)
    return np.sum((mean1 - mean2) ** 2) + np.sum(gap**2)


@wrong("frechet_distance", "elementwise_product_and_root")
def fid_diagonal_only(mean1, cov1, mean2, cov2):
    s1, s2 = np.sqrt(np.diag(cov1)), np.sqrt(np.diag(cov2))
    return np.sum((mean1 - mean2) ** 2) + np.sum((s1 - s2) ** 2)


@wrong("frechet_distance", "trace_forgotten")
def fid_no_trace(mean1, cov1, mean2, cov2):
    return np.sum((mean1 - mean2) ** 2) + cov1 + cov2 - 2 * scipy.linalg.sqrtm(cov1 @ cov2).real


@wrong("frechet_distance", "mean_over_coordinates")
def fid_means_averaged(mean1, cov1, mean2, cov2):
    root = scipy.linalg.sqrtm(cov1 @ cov2).real
    return np.mean((mean1 - mean2) ** 2) + np.trace(cov1 + cov2 - 2 * root)


@wrong("frechet_distance", "root_not_a_pair")
def fid_pairs(mean1, cov1, mean2, cov2):
    root, _error = scipy.linalg.sqrtm(cov1 @ cov2)
    return np.sum((mean1 - mean2) ** 2) + np.trace(cov1 + cov2 - 2 * root.real)


@wrong("frechet_distance", None)
def fid_determinants(mean1, cov1, mean2, cov2):
    root = np.sqrt(np.linalg.det(cov1) * np.linalg.det(cov2))
    return np.sum((mean1 - mean2) ** 2) + np.trace(cov1) + np.trace(cov2) - 2 * root


# --- inception_score, right -------------------------------------------------------------


@right("inception_score")
def score_published(preds):
    py = np.mean(preds, axis=0)
    scores = []
    for i in range(preds.shape[0]):
        pyx = preds[i, :]
        scores.append(scipy.stats.entropy(pyx, py))
    return np.exp(np.mean(scores))


@right("inception_score")
def score_eps(p_yx, eps=1e-16):
    p_y = np.expand_dims(p_yx.mean(axis=0), 0)
    kl_d = p_yx * (np.log(p_yx + eps) - np.log(p_y + eps))
    sum_kl_d = kl_d.sum(axis=1)
    return np.exp(np.mean(sum_kl_d))


@right("inception_score")
def score_xlogy(probabilities):
    marginal = probabilities.mean(0)
    conditional = -xlogy(probabilities, probabilities).sum(1).mean()
    return math.exp(-xlogy(marginal, marginal).sum() - conditional)


@right("inception_score")
def score_pandas(probabilities):
    df = pd.DataFrame(probabilities)
    ratio = df.div(df.mean()).where(df > 0, 1.0)
    return np.exp((df * np.log(ratio)).sum(axis=1).mean())


@right("inception_score")
def score_torch_float32(probabilities):
    p = torch.tensor(np.asarray(probabilities), dtype=torch.float32)
    q = p.mean(dim=0, keepdim=True)
    kl = torch.where(p > 0, p * (p / q.clamp(min=1e-12)).log(), torch.zeros_like(p))
    return kl.sum(dim=1).mean().exp().item()


@right("inception_score")
def score_torch_distribution(probabilities):
    p = torch.from_numpy(probabilities)
    conditional = torch.distributions.Categorical(probs=p).entropy().mean()
    marginal = torch.distributions.Categorical(probs=p.mean(0)).entropy()
    return (marginal - conditional).exp()


@right("inception_score")
def score_nan_to_zero(probabilities):
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = probabilities * np.log(probabilities / np.average(probabilities, axis=0))
    return np.exp(np.nansum(terms) / len(probabilities))


@right("inception_score")
def score_scipy_kl_div(probabilities):
    # kl_div adds q - p, which sums to 0 for distributions
    return np.exp(kl_div(probabilities, probabilities.mean(axis=0)).sum(axis=-1).mean())


@right("inception_score")
def score_geometric_mean(probabilities):
    marginal = probabilities.mean(axis=0)
    each = [np.exp(scipy.stats.entropy(row, qk=marginal)) for row in probabilities]
    print("scores of single samples:", each)
    return scipy.stats.gmean(each)


# --- inception_score, wrong -------------------------------------------------------------


@wrong("inception_score", "zero_gives_nan")
def score_plain(probabilities):
    q = probabilities.mean(axis=0)
    return np.exp((probabilities * np.log(probabilities / q)).sum(axis=1).mean())


@wrong("inception_score", "no_exponential")
def score_no_exp(probabilities):
    return np.mean([scipy.stats.entropy(row, probabilities.mean(0)) for row in probabilities])


@wrong("inception_score", "divergence_reversed")
def score_swapped(probabilities):
    q = probabilities.mean(axis=0)
    return np.exp(np.mean([scipy.stats.entropy(q, row) for row in probabilities]))


@wrong("inception_score", "bits")
def score_base_two(probabilities):
    q = probabilities.mean(axis=0)
    return np.exp(np.mean([scipy.stats.entropy(row, q, base=2) for row in probabilities]))


@wrong("inception_score", "uniform_marginal")
def score_other_axis(probabilities):
    q = probabilities.mean(axis=1, keepdims=True)
    terms = np.where(probabilities > 0, probabilities, 1)
    return np.exp((probabilities * np.log(terms / q)).sum(axis=1).mean())


@wrong("inception_score", "wrong_type")
def score_ten_splits(preds, splits=10):
    scores = []
    for k in range(splits):
        part = preds[k * (len(preds) // splits) : (k + 1) * (len(preds) // splits), :]
        py = np.mean(part, axis=0)
        scores.append(np.exp(np.mean([scipy.stats.entropy(row, py) for row in part])))
    return np.mean(scores), np.std(scores)


@wrong("inception_score", "too_many_results")
def score_mean_and_std(preds):
    py = preds.mean(axis=0)
    each = [scipy.stats.entropy(row, py) for row in preds]
    return np.exp(np.mean(each)), np.std(np.exp(each))


@wrong("inception_score", "mean_of_exponentials")
def score_mean_of_exp(preds):
    py = preds.mean(axis=0)
    return np.mean([np.exp(scipy.stats.entropy(row, py)) for row in preds])


@wrong("inception_score", "summed_over_samples")
def score_summed(preds):
    py = preds.mean(axis=0)
    return np.exp(np.sum([scipy.stats.entropy(row, py) for row in preds]))


@wrong("inception_score", "uniform_marginal")
def score_uniform(preds):
    k = preds.shape[1]
    return np.exp(np.mean([scipy.stats.entropy(row, np.ones(k) / k) for row in preds]))


@wrong("inception_score", "negated")
def score_minus(preds):
    py = preds.mean(axis=0)
    return np.exp(-np.mean([scipy.stats.entropy(row, py) for row in preds]))


@wrong("inception_score", "divergence_reversed")
def score_torch_kl_reversed(preds):
    p = torch.from_numpy(preds)
    q = p.mean(0).expand_as(p)
    return torch.nn.functional.kl_div(p.log(), q, reduction="batchmean").exp()


@wrong("inception_score", "mean_over_classes")
def score_torch_kl_default(preds):
    p = torch.from_numpy(preds)
    q = p.mean(0, keepdim=True).expand_as(p)
    return torch.nn.functional.kl_div(q.log(), p).exp()


@wrong("inception_score", None)
def score_median(preds):
    py = np.median(preds, axis=0)
    py = py / py.sum()
    return np.exp(np.mean([scipy.stats.entropy(row, py) for row in preds]))
