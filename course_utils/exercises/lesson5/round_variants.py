"""Rounds of WGAN-GP that are right except for one thing."""

from __future__ import annotations

import torch

from course_utils.exercises.lesson5.wgan_gp_critic_loss import score_gap, wgan_gp_critic_loss


def descend(loss, optimizer, clear: bool) -> None:
    """One step of an optimiser, on cleared gradients or on what has piled up."""
    if clear:
        optimizer.zero_grad()
    loss.backward()
    optimizer.step()


def round_with(
    *,
    critic_loss=wgan_gp_critic_loss,
    generator_loss=lambda scores: -scores.mean(),
    clear_critic: bool = True,
    clear_generator: bool = True,
    one_batch: bool = False,
    one_noise: bool = False,
    generator_noise: bool = True,
    critic_updates=lambda n_critic: n_critic,
    generator_after=lambda update, n_critic: update == n_critic,
    estimates=lambda seen: seen[-1],
    loss_after: bool = False,
    afterwards=lambda g, f: None,
):
    """The right round, except for what is said."""

    def step(g, f, sample_real, latent_dim, n_critic, lambda_gp, g_optimizer, f_optimizer):
        seen, real, z = [], None, None

        def generator_update(noise):
            g_loss = generator_loss(f(g(noise)))
            descend(g_loss, g_optimizer, clear_generator)
            return generator_loss(f(g(noise))) if loss_after else g_loss

        updates = critic_updates(n_critic)
        for update in range(1, updates + 1):
            real = real if one_batch and real is not None else sample_real()
            z = z if one_noise and z is not None else torch.randn(len(real), latent_dim)
            fake = g(z).detach()
            seen.append(-score_gap(f, real, fake).item())
            descend(critic_loss(f, real, fake, lambda_gp), f_optimizer, clear_critic)
            if generator_after(update, updates):
                z = torch.randn(len(real), latent_dim) if generator_noise else z
                g_loss = generator_update(z)
        afterwards(g, f)
        return estimates(seen), g_loss.item()

    return step


def gap_and(charge):
    """A critic's loss with another penalty."""
    return lambda f, real, fake, lambda_gp: (
        score_gap(f, real, fake) + charge(f, real, fake, lambda_gp)
    )


def estimate_with_penalty(sign):
    """The right round, but the critic's loss for an estimate."""

    def step(g, f, sample_real, latent_dim, n_critic, lambda_gp, g_optimizer, f_optimizer):
        losses = []

        def loss(*arguments):
            losses.append(wgan_gp_critic_loss(*arguments))
            return losses[-1]

        right = round_with(critic_loss=loss)
        _, g_loss = right(
            g, f, sample_real, latent_dim, n_critic, lambda_gp, g_optimizer, f_optimizer
        )
        return sign * losses[-1].item(), g_loss

    return step
