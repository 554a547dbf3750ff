"""Lesson 5's probes: other valid forms pass, and near misses outside the bank do not."""

from __future__ import annotations

import copy
import itertools
import random

import numpy as np
import pytest
import torch
from torch import nn
from verdicts import verdict_of_the_wrong

from course_utils.exercises import EXERCISES
from course_utils.exercises.lesson5.watched_networks import (
    Notebook,
    Watched,
    locate,
    own_epsilon,
    rows_in,
    uniform,
)

# --- what a watched network sees ------------------------------------------------------------


def watched(*sizes):
    notes = Notebook()
    return Watched(nn.Linear(3, 1) if not sizes else networks_of(*sizes), notes), notes


def networks_of(*sizes):
    layers = [nn.Linear(a, b) for a, b in itertools.pairwise(sizes)]
    return nn.Sequential(layers[0], nn.Tanh(), *layers[1:])


@pytest.mark.parametrize("transform", [torch.func.grad, torch.func.jacrev, torch.func.jacfwd])
def test_a_watched_network_sees_through_torch_func(transform):
    critic, notes = watched()
    x = torch.randn(6, 3)
    gradient = torch.func.vmap(transform(lambda one: critic(one[None]).squeeze()))(x)
    np.testing.assert_allclose(
        gradient.detach(), critic.network.weight.detach().expand(6, 3), rtol=1e-6
    )
    assert not rows_in(notes, "sloped"), "so far nobody has asked for the gradient of a slope"
    gradient.norm(dim=1).sum().backward()
    torch.testing.assert_close(torch.cat(rows_in(notes, "sloped")), x)


def test_a_watched_network_does_not_change_a_double_backward():
    critic, _ = watched(3, 4, 1)
    plain = copy.deepcopy(critic.network)
    x = torch.randn(4, 3, requires_grad=True)
    found = []
    for network in (critic, plain):
        (gradient,) = torch.autograd.grad(network(x).square().sum(), x, create_graph=True)
        gradient.norm().backward()
        found.append([p.grad.clone() for p in network.parameters() if p.grad is not None])
    for a, b in zip(*found, strict=True):
        torch.testing.assert_close(a, b)


def test_a_copied_network_writes_into_the_same_notes():
    critic, notes = watched()
    copy.deepcopy(critic)(torch.zeros(1, 3)).sum().backward()
    assert len(rows_in(notes, "scored")) == 1


def test_scores_that_are_only_looked_at_leave_no_trace():
    critic, notes = watched()
    print(critic(torch.zeros(1, 3)).mean().item())
    with torch.no_grad():
        critic(torch.zeros(1, 3))
    scores = critic(torch.ones(2, 3)).sum()
    assert not notes
    scores.backward()
    assert [batch.shape for batch in rows_in(notes, "scored")] == [(2, 3)]


def test_slopes_count_where_they_are_in_the_value_and_in_no_other_row():
    """Three batches in one pass, and a slope that is only printed."""
    critic, notes = watched(3, 4, 1)
    one, two, between = torch.randn(4, 3), torch.randn(5, 3), torch.randn(2, 3).requires_grad_()
    aside = torch.randn(6, 3, requires_grad=True)
    print(torch.autograd.grad(critic(aside).sum(), aside, create_graph=True)[0].norm())
    scores, others, at_points = critic(torch.cat([one, two, between])).split([4, 5, 2])
    (gradient,) = torch.autograd.grad(at_points.sum(), between, create_graph=True)
    notes.clear()
    (scores.mean() - others.mean() + gradient.square().sum()).backward()
    torch.testing.assert_close(torch.cat(rows_in(notes, "sloped")), between.detach())
    torch.testing.assert_close(torch.cat(rows_in(notes, "scored")), torch.cat([one, two]))


@pytest.mark.parametrize("order", ["in order", "shuffled", "one by one"])
def test_points_are_found_in_any_order(order):
    real, fake, epsilon = torch.randn(9, 5), torch.randn(9, 5), torch.rand(9)
    x_hat = torch.lerp(fake, real, epsilon[:, None])
    seen = {
        "in order": [x_hat],
        "shuffled": [x_hat[torch.randperm(9)]],
        "one by one": list(x_hat.flip(0).split(1)),
    }[order]
    points = locate(seen, real, fake)
    assert (points.shown, points.on_line, points.covered) == (9, 1.0, 1.0)
    np.testing.assert_allclose(points.epsilon, epsilon, atol=1e-5)
    torch.testing.assert_close(points.x, x_hat)


def test_uniform_has_power_and_hardly_ever_a_false_alarm():
    rng = np.random.default_rng(0)
    assert all(uniform(rng.random(400)) for _ in range(2000))
    assert all(own_epsilon(rng.random(12)) for _ in range(2000))
    for wrong in (rng.normal(size=400), rng.random(400) / 2, np.full(400, 0.5), np.zeros(0)):
        assert not uniform(wrong)
    assert not any(uniform(rng.beta(2, 2, 400)) for _ in range(2000)), "too many in the middle"
    assert not own_epsilon(np.repeat(rng.random(3), 4))


# --- answers that the bank does not hold ----------------------------------------------------


def column(x):
    return torch.rand(len(x), *[1] * (x.dim() - 1))


def penalty(norms_of, points=lambda real, fake: torch.lerp(fake, real, column(real))):
    def answer(critic, real, fake, lambda_gp=10.0):
        x_hat = points(real, fake).requires_grad_()
        return lambda_gp * norms_of(critic, x_hat)

    return answer


def gradient_of(critic, x):
    return torch.autograd.grad(critic(x).sum(), x, create_graph=True)[0]


def cost(critic, x):
    return ((gradient_of(critic, x).flatten(1).norm(dim=1) - 1) ** 2).mean()


def guarded(addend):
    def value(critic, x):
        squares = gradient_of(critic, x).square().sum(dim=tuple(range(1, x.dim())))
        return ((squares + addend).sqrt() - 1).square().mean()

    return penalty(value)


def looks_twice(critic, x):
    print(critic(x).mean())
    return cost(critic, x)


def by_jacobian(critic, x):
    rows = torch.autograd.functional.jacobian(lambda y: critic(y).sum(), x, create_graph=True)
    return ((rows.flatten(1).norm(dim=1) - 1) ** 2).mean()


def mapped_whole(critic, real, fake, lambda_gp=10.0):
    """ε is drawn inside the map."""

    def one(r, f):
        x_hat = torch.lerp(f, r, torch.rand(()))
        gradient = torch.func.grad(lambda x: critic(x[None]).squeeze())(x_hat)
        return (gradient.norm() - 1) ** 2

    return lambda_gp * torch.func.vmap(one, randomness="different")(real, fake).mean()


def in_chunks(critic, real, fake, lambda_gp=10.0):
    """Two samples at a time, from the back."""
    parts = zip(reversed(real.split(2)), reversed(fake.split(2)), strict=True)
    return sum(len(r) * penalty(cost)(critic, r, f, lambda_gp) for r, f in parts) / len(real)


RIGHT = {
    "norm": penalty(cost),
    "1e-12 under the root": guarded(1e-12),
    "1e-10 under the root": guarded(1e-10),
    "jacobian": penalty(by_jacobian),
    "critic called twice": penalty(looks_twice),
    "vmap of everything": mapped_whole,
    "chunks": in_chunks,
    "shape (1,)": lambda *arguments: penalty(cost)(*arguments).reshape(1),
    "uniform_": penalty(
        cost, lambda real, fake: torch.lerp(real, fake, torch.empty_like(column(real)).uniform_())
    ),
}


@pytest.mark.parametrize("name", RIGHT)
@pytest.mark.parametrize("exercise", ["gradient_penalty", "wgan_gp_critic_loss"])
def test_valid_penalties_of_any_form_pass(exercise, name):
    answer = RIGHT[name]
    if exercise == "wgan_gp_critic_loss":
        answer = in_loss(answer)
    for seed in range(3):
        outcome = EXERCISES[exercise].evaluate(answer, seed=seed)
        assert outcome.status == "correct", outcome.message


def in_loss(answer):
    return lambda critic, real, fake, lambda_gp=10.0: (
        critic(fake).mean() - critic(real).mean() + answer(critic, real, fake, lambda_gp)
    )


def on_half_the_batch(critic, real, fake, lambda_gp=10.0):
    half = max(1, len(real) // 2)
    return penalty(cost)(critic, real[:half], fake[:half], lambda_gp)


WRONG = {
    "root mean square of the batch": penalty(
        lambda critic, x: (gradient_of(critic, x).norm() / len(x) ** 0.5 - 1) ** 2
    ),
    "ε in the middle half": penalty(
        cost, lambda real, fake: torch.lerp(fake, real, 0.25 + column(real) / 2)
    ),
    "ε is 0 or 1": penalty(cost, lambda real, fake: torch.lerp(fake, real, column(real).round())),
    "off by a thousandth": lambda *arguments: 1.001 * penalty(cost)(*arguments),
    "half of the batch": on_half_the_batch,
    "detached": lambda *arguments: penalty(cost)(*arguments).detach(),
    "1e-3 under the root": guarded(1e-3),
    "ε from Python": penalty(
        cost, lambda real, fake: torch.lerp(fake, real, column(real) * 0 + random.random())
    ),
    "worst sample only": penalty(
        lambda critic, x: (gradient_of(critic, x).flatten(1).norm(dim=1) - 1).square().max()
    ),
}


@pytest.mark.parametrize("name", WRONG)
@pytest.mark.parametrize("exercise", ["gradient_penalty", "wgan_gp_critic_loss"])
def test_near_misses_do_not_pass(exercise, name):
    answer = in_loss(WRONG[name]) if exercise == "wgan_gp_critic_loss" else WRONG[name]
    outcome = verdict_of_the_wrong(EXERCISES[exercise], answer, range(3))
    assert outcome.status == "incorrect" and outcome.message


def test_a_penalty_that_leaves_gradients_behind_is_told_so():
    def by_backward(critic, real, fake, lambda_gp=10.0):
        x_hat = torch.lerp(fake, real, column(real)).requires_grad_()
        critic(x_hat).sum().backward(create_graph=True)
        return lambda_gp * ((x_hat.grad.flatten(1).norm(dim=1) - 1) ** 2).mean()

    outcome = EXERCISES["gradient_penalty"].evaluate(by_backward, seed=0)
    assert outcome.status == "incorrect"
    assert "gradients" in outcome.message


# --- one round ------------------------------------------------------------------------------


def round_with(**changes):
    """A round in the form that most tutorials give it, with something changed."""

    def answer(g, f, sample_real, latent_dim, n_critic, lambda_gp, g_optimizer, f_optimizer):
        for _ in range(n_critic):
            real = sample_real()
            with torch.no_grad():
                fake = g(torch.randn(real.size(0), latent_dim))
            f_optimizer.zero_grad()
            real_score, fake_score = f(real).mean(), f(fake).mean()
            charge = changes.get("penalty", penalty(cost))(f, real, fake, lambda_gp)
            (fake_score - real_score + charge).backward()
            if "cap" in changes:
                nn.utils.clip_grad_norm_(f.parameters(), changes["cap"])
            f_optimizer.step()
        f.requires_grad_(not changes.get("freeze", False))
        g_optimizer.zero_grad()
        loss = -f(g(torch.randn(real.size(0), latent_dim))).mean()
        loss.backward()
        g_optimizer.step()
        f.requires_grad_(True)
        return changes.get("result", lambda *pair: pair)(real_score - fake_score, loss)

    return answer


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"freeze": True},
        {"penalty": mapped_whole},
        {"result": lambda *pair: [*map(float, pair)]},
    ],
)
def test_rounds_of_any_form_pass(changes):
    for seed in range(3):
        outcome = EXERCISES["wgan_gp_training_step"].evaluate(round_with(**changes), seed=seed)
        assert outcome.status == "correct", outcome.message


@pytest.mark.parametrize(
    "changes",
    [
        {"cap": 0.01},
        {"penalty": WRONG["off by a thousandth"]},
        {"penalty": WRONG["ε in the middle half"]},
        {"penalty": WRONG["detached"]},
        {"penalty": on_half_the_batch},
        {"result": lambda estimate, loss: (estimate, loss, 0.0)},
        {"result": lambda estimate, loss: (1.001 * estimate, loss)},
        {"result": lambda estimate, loss: (estimate, 1.001 * loss)},
    ],
)
def test_rounds_that_nearly_fit_do_not_pass(changes):
    item, answer = EXERCISES["wgan_gp_training_step"], round_with(**changes)
    outcome = verdict_of_the_wrong(item, answer, range(3))
    assert outcome.status == "incorrect", outcome.message
