"""Other right ways to play one round of WGAN-GP."""

from __future__ import annotations

import torch

from course_utils.exercises.lesson5.penalty_variants import paired_anew, penalty_with
from course_utils.exercises.lesson5.round_variants import gap_and, round_with
from course_utils.exercises.lesson5.wgan_gp_critic_loss import score_gap, wgan_gp_critic_loss


def all_drawn_first(g, f, sample_real, latent_dim, n_critic, lambda_gp, g_optimizer, f_optimizer):
    """Batches, noise and fakes before the loop: the generator does not change within it."""
    batches = [sample_real() for _ in range(n_critic)]
    n = len(batches[0])
    with torch.no_grad():
        fakes = g(torch.randn(n_critic * n, latent_dim)).split(n)
    for real, fake in zip(batches, fakes, strict=True):
        f_optimizer.zero_grad()
        real_scores, fake_scores = f(torch.cat([real, fake])).chunk(2)
        gap = real_scores.mean() - fake_scores.mean()
        (penalty_with()(f, real, fake, lambda_gp) - gap).backward()
        f_optimizer.step()
    f.requires_grad_(False)
    g_optimizer.zero_grad()
    g_loss = -f(g(torch.randn(n, latent_dim))).mean()
    g_loss.backward()
    g_optimizer.step()
    f.requires_grad_(True)
    return gap, g_loss.detach()


def not_detached_but_cleared(
    g, f, sample_real, latent_dim, n_critic, lambda_gp, g_optimizer, f_optimizer
):
    """Wasteful, and right: what leaks into the generator is cleared before its own update."""
    for _ in range(n_critic):
        f.zero_grad()
        real = sample_real()
        fake = g(torch.randn(real.shape[0], latent_dim))
        with torch.no_grad():
            estimate = f(real).mean() - f(fake).mean()
        wgan_gp_critic_loss(f, real, fake, lambda_gp).backward()
        f_optimizer.step()
    g.zero_grad()
    g_loss = -f(g(torch.randn(real.shape[0], latent_dim))).mean()
    g_loss.backward()
    g_optimizer.step()
    return [float(estimate), float(g_loss)]


def explicit_gradients(
    g, f, sample_real, latent_dim, n_critic, lambda_gp, g_optimizer, f_optimizer
):
    """Gradients asked for by name, and assigned."""

    def update(network, loss, optimizer):
        parameters = list(network.parameters())
        gradients = torch.autograd.grad(loss, parameters)
        for parameter, gradient in zip(parameters, gradients, strict=True):
            parameter.grad = gradient
        optimizer.step()

    for _ in range(n_critic):
        real = sample_real()
        fake = g(torch.randn(len(real), latent_dim)).detach()
        charge = penalty_with()(f, real, fake, lambda_gp)
        gap = score_gap(f, real, fake)
        update(f, gap + charge, f_optimizer)
    g_loss = -f(g(torch.randn(len(real), latent_dim))).mean()
    update(g, g_loss, g_optimizer)
    return torch.stack([-gap.detach(), g_loss.detach()])


def with_closures(g, f, sample_real, latent_dim, n_critic, lambda_gp, g_optimizer, f_optimizer):
    """Each optimiser calls for its loss itself."""
    result = {}

    def critic_closure():
        f_optimizer.zero_grad()
        gap = score_gap(f, real, fake)
        loss = gap + penalty_with()(f, real, fake, lambda_gp)
        loss.backward()
        result["estimate"] = -gap.item()
        return loss

    def generator_closure():
        g_optimizer.zero_grad()
        loss = -f(g(z)).mean()
        loss.backward()
        result["loss"] = loss.item()
        return loss

    for _ in range(n_critic):
        real = sample_real()
        fake = g(torch.randn(len(real), latent_dim)).detach()
        f_optimizer.step(critic_closure)
    z = torch.randn(len(real), latent_dim)
    g_optimizer.step(generator_closure)
    return result["estimate"], result["loss"]


def with_everything_logged(
    g, f, sample_real, latent_dim, n_critic, lambda_gp, g_optimizer, f_optimizer
):
    """Looking is free: before, between and after the updates, with gradients on or off."""
    look = torch.linspace(-1, 1, 4 * latent_dim).reshape(4, latent_dim)
    print("at first", f(g(look)).mean().item())
    for _ in range(n_critic):
        real = sample_real()
        fake = g(torch.randn(len(real), latent_dim)).detach()
        gap = f(real).mean() - f(fake).mean()
        loss = penalty_with()(f, real, fake, lambda_gp) - gap
        f_optimizer.zero_grad()
        loss.backward()
        f_optimizer.step()
        print("now", (f(real).mean() - f(fake).mean()).item())
        with torch.no_grad():
            print(f(g(look)).mean(), f(torch.zeros_like(real)).mean())
    g_loss = -f(g(torch.randn(len(real), latent_dim))).mean()
    g_optimizer.zero_grad()
    g_loss.backward()
    g_optimizer.step()
    with torch.no_grad():
        print("at last", f(real).mean(), f(fake).mean(), f(g(look)).mean())
    return gap.item(), g_loss.item()


def with_samples_paired_anew(*arguments):
    """Each real sample with a fake one drawn by lot."""
    return round_with(critic_loss=gap_and(penalty_with(paired_anew)))(*arguments)


def with_guarded_norms(norms):
    """The right round, its norms kept differentiable at 0."""
    return round_with(critic_loss=gap_and(penalty_with(norms=norms)))
