"""Other right ways to play one step of the game."""

from __future__ import annotations

import torch
from torch.nn.functional import binary_cross_entropy_with_logits, logsigmoid

from course_utils.exercises.lesson2.discriminator_loss import discriminator_loss
from course_utils.exercises.lesson2.non_saturating_generator_loss import (
    non_saturating_generator_loss,
)


def by_cross_entropy(g, d, real, z, g_optimizer, d_optimizer):
    with torch.no_grad():
        fake = g(z)
    d_optimizer.zero_grad()
    real_logits, fake_logits = d(real), d(fake)
    d_loss = binary_cross_entropy_with_logits(real_logits, torch.ones_like(real_logits))
    d_loss = d_loss + binary_cross_entropy_with_logits(fake_logits, torch.zeros_like(fake_logits))
    d_loss.backward()
    d_optimizer.step()
    g_optimizer.zero_grad()
    fake_logits = d(g(z))
    g_loss = binary_cross_entropy_with_logits(fake_logits, torch.ones_like(fake_logits))
    g_loss.backward()
    g_optimizer.step()
    return d_loss, g_loss


def of_a_joined_batch(g, d, real, z, g_optimizer, d_optimizer):
    """One forward pass for both halves; gradients cleared before and after."""
    d_optimizer.zero_grad(set_to_none=False)
    g_optimizer.zero_grad(set_to_none=False)
    real_logits, fake_logits = d(torch.cat([real, g(z).detach()])).chunk(2)
    d_loss = -logsigmoid(real_logits).mean() - logsigmoid(-fake_logits).mean()
    d_loss.backward()
    d_optimizer.step()
    d_optimizer.zero_grad()
    d.requires_grad_(False)
    g_loss = -logsigmoid(d(g(z))).mean()
    g_loss.backward()
    g_optimizer.step()
    d.requires_grad_(True)
    g_optimizer.zero_grad()
    return [float(d_loss), float(g_loss)]


def not_detached_but_cleared(g, d, real, z, g_optimizer, d_optimizer):
    """Wasteful, and right: what leaks into the generator is cleared before its own update."""
    d.zero_grad()
    d_loss = discriminator_loss(d(real), d(g(z)))
    d_loss.backward()
    d_optimizer.step()
    g.zero_grad()
    g_loss = non_saturating_generator_loss(d(g(z)))
    g_loss.backward()
    g_optimizer.step()
    return torch.stack([d_loss.detach(), g_loss.detach()])


def by_explicit_gradients(g, d, real, z, g_optimizer, d_optimizer):
    """Gradients asked for by name, network by network."""

    def update(network, loss, optimizer):
        parameters = list(network.parameters())
        gradients = torch.autograd.grad(loss, parameters)
        for parameter, gradient in zip(parameters, gradients, strict=True):
            parameter.grad = gradient
        optimizer.step()
        return loss.item()

    d_loss = update(d, discriminator_loss(d(real), d(g(z).detach())), d_optimizer)
    return d_loss, update(g, non_saturating_generator_loss(d(g(z))), g_optimizer)


def with_everything_logged(g, d, real, z, g_optimizer, d_optimizer):
    """Looking is free: before, between and after the updates, with gradients on or off."""
    print("at first", d(real).mean().item(), d(g(z)).mean().item())
    fake = g(z)
    d_optimizer.zero_grad()
    d_loss = discriminator_loss(d(real), d(fake.detach()))
    d_loss.backward()
    d_optimizer.step()
    with torch.no_grad():
        print("between", torch.sigmoid(d(real)).mean(), torch.sigmoid(d(fake)).mean())
    g_optimizer.zero_grad()
    g_loss = non_saturating_generator_loss(d(fake))
    g_loss.backward()
    g_optimizer.step()
    print("at last", d(g(torch.zeros_like(z))).mean().item())
    return d_loss.item(), g_loss.item()
