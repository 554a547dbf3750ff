"""The critic's step of Algorithm 1 (Arjovsky et al. 2017).

The probe starts every step from stale gradients in both networks, and reads off the estimate,
the critic's parameters, and everything of the generator that was to stay as it was.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import nn
from torch.nn.functional import softplus

from course_utils import objectives
from course_utils.exercises import networks
from course_utils.exercises.draft import Draft
from course_utils.exercises.engine import number

draft = Draft("wgan_critic_step", lesson=4, title="The critic's step", may_mutate=True)


@draft.reference
def wgan_critic_step(critic, generator, real, z, optimizer, clip_value):
    """One critic update, then clipping; the Wasserstein estimate from before the update."""
    fake = generator(z).detach()
    loss = objectives.WassersteinLoss().critic_loss(critic(real), critic(fake))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    objectives.clip_weights(critic, clip_value)
    return -loss.item()


@torch.no_grad()
def _oriented(sign: float, label, critic, generator, optimizer, clip_value, batches):
    """The same duel, the critic's scores turned so that its first estimate has this sign."""
    real, z = batches[0]
    if sign * (critic(real).mean() - critic(generator(z)).mean()) < 0:
        last = [layer for layer in critic if isinstance(layer, nn.Linear)][-1]
        last.weight.neg_()
    return label, critic, generator, optimizer, clip_value, batches


def _duels(rng: np.random.Generator):
    """(label, critic, generator, optimiser's name, clip value, batches of (real, z)).

    Estimates of both signs occur.

    Batches are powers of two: the gradient of the last bias is then exactly 0 in any order of
    summation, where a rounding error would become a full step of RMSprop or Adam.
    """
    yield _oriented(
        -1,
        "2-D points, RMSprop",
        networks.mlp(rng, 2, 6, 1),
        networks.mlp(rng, 3, 4, 2),
        "RMSprop",
        0.3,
        [(networks.normal(rng, 8, 2, shift=1.0), networks.normal(rng, 8, 3)) for _ in range(2)],
    )
    yield _oriented(
        1,
        "2-D points, SGD",
        networks.mlp(rng, 2, 5, 1, flat=True),
        networks.mlp(rng, 2, 4, 2),
        "SGD",
        0.2,
        [(networks.normal(rng, 4, 2, shift=-1.0), networks.normal(rng, 4, 2))],
    )
    yield _oriented(
        -1,
        "images, Adam",
        networks.image_critic(rng),
        networks.image_generator(rng, 3),
        "Adam",
        0.15,
        [(networks.normal(rng, 2, 2, 5, 4), networks.normal(rng, 2, 3))],
    )


@draft.probe
def observe(answer, rng):
    for label, critic, generator, name, clip_value, batches in list(_duels(rng)):
        real, z = batches[0]
        networks.refuse_the_other(generator, critic, z.shape[1:], real.shape[1:])
        networks.leave_gradients(critic, rng)
        networks.leave_gradients(generator, rng)
        optimizer = networks.OPTIMIZERS[name](critic.parameters())
        generator_before = networks.weights(generator)
        for step, (real, z) in enumerate(batches):
            where = f"({label}{', second step' if step else ''})"
            estimate = answer(critic, generator, real, z, optimizer, clip_value)
            yield {
                f"the estimate {where}": number(estimate),
                f"the critic's parameters afterwards {where}": networks.weights(critic),
                f"how far the generator's weights moved {where}": (
                    networks.weights(generator) - generator_before
                ),
                f"the generator's gradients afterwards {where}": networks.gradients(generator),
                f"which parameters are still trainable {where}": np.concatenate(
                    [networks.trainable(critic), networks.trainable(generator)]
                ),
            }


def step_with(
    *,
    loss=lambda real, fake: fake.mean() - real.mean(),
    clear: bool = True,
    clip=objectives.clip_weights,
    report=lambda estimate: estimate,
):
    """The critic's step with its loss, clearing, clipping or report exchanged."""

    def step(critic, generator, real, z, optimizer, clip_value):
        real_scores, fake_scores = critic(real), critic(generator(z).detach())
        if clear:
            optimizer.zero_grad()
        loss(real_scores, fake_scores).backward()
        optimizer.step()
        clip(critic, clip_value)
        return report((real_scores.mean() - fake_scores.mean()).item())

    return step


@draft.mistake(
    "The critic is trained to score generated samples above real ones: the sign of the loss is "
    "turned."
)
def ascends_the_wrong_way(*arguments):
    return step_with(loss=lambda real, fake: real.mean() - fake.mean())(*arguments)


@draft.mistake(
    "The sign is turned throughout: the critic is trained to score generated samples above real "
    "ones, and the estimate has the same wrong sign."
)
def wrong_way_and_negated(*arguments):
    return step_with(
        loss=lambda real, fake: real.mean() - fake.mean(), report=lambda value: -value
    )(*arguments)


@draft.mistake(
    "The update is right, but you return the loss; the estimate is mean real score minus mean "
    "fake score."
)
def returns_loss(*arguments):
    return step_with(report=lambda value: -value)(*arguments)


@draft.mistake(
    "The update is right, but an absolute value hides when the critic scores generated samples "
    "higher; an estimate may be negative."
)
def absolute_estimate(*arguments):
    return step_with(report=abs)(*arguments)


@draft.mistake(
    "The update is right, but the estimate comes from after it; return the one from before."
)
def estimate_after_update(critic, generator, real, z, optimizer, clip_value):
    wgan_critic_step(critic, generator, real, z, optimizer, clip_value)
    return (critic(real).mean() - critic(generator(z)).mean()).item()


@draft.mistake(
    "You clip before the optimiser steps, so that the step carries the weights out of the "
    "interval again."
)
def clipped_before_step(critic, generator, real, z, optimizer, clip_value):
    real_scores, fake_scores = critic(real), critic(generator(z).detach())
    loss = fake_scores.mean() - real_scores.mean()
    optimizer.zero_grad()
    loss.backward()
    objectives.clip_weights(critic, clip_value)
    optimizer.step()
    return -loss.item()


@draft.mistake(
    "You clip before the scores are computed and not after the update: the critic that you hand "
    "back is not clipped."
)
def clipped_at_the_start(critic, generator, real, z, optimizer, clip_value):
    objectives.clip_weights(critic, clip_value)
    step = step_with(clip=lambda critic, clip_value: None)
    return step(critic, generator, real, z, optimizer, clip_value)


@draft.mistake("The weights are never clipped, so nothing bounds the critic's slope.")
def never_clipped(*arguments):
    return step_with(clip=lambda critic, clip_value: None)(*arguments)


@torch.no_grad()
def _clip_matrices(critic, clip_value):
    for parameter in critic.parameters():
        if parameter.dim() > 1:
            parameter.clamp_(-clip_value, clip_value)


@draft.mistake("The biases are left out of the clipping; Algorithm 1 clips every parameter.")
def biases_not_clipped(*arguments):
    return step_with(clip=_clip_matrices)(*arguments)


@draft.mistake("You clip to ±0.01 whatever clip_value says.")
def clip_value_ignored(*arguments):
    return step_with(clip=lambda critic, clip_value: objectives.clip_weights(critic, 0.01))(
        *arguments
    )


@draft.mistake(
    "You clipped the gradients before the step and left the weights alone; it is the other way "
    "round."
)
def gradients_clipped(critic, generator, real, z, optimizer, clip_value):
    loss = critic(generator(z).detach()).mean() - critic(real).mean()
    optimizer.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_value_(critic.parameters(), clip_value)
    optimizer.step()
    return -loss.item()


@draft.mistake(
    "The gradients are clipped as well as the weights; the update is to use the gradient as it is."
)
def gradients_clipped_too(critic, generator, real, z, optimizer, clip_value):
    estimate = gradients_clipped(critic, generator, real, z, optimizer, clip_value)
    objectives.clip_weights(critic, clip_value)
    return estimate


@draft.mistake(
    "Gradients left over from an earlier step are added to the new ones: backward accumulates."
)
def gradients_never_cleared(*arguments):
    return step_with(clear=False)(*arguments)


@draft.mistake(
    "You clear gradients after your update, but those that were there when your step began have "
    "been used."
)
def cleared_only_afterwards(critic, generator, real, z, optimizer, clip_value):
    estimate = step_with(clear=False)(critic, generator, real, z, optimizer, clip_value)
    optimizer.zero_grad()
    return estimate


@draft.mistake(
    "The critic is right, but the loss has also sent gradients into the generator, where they "
    "will spoil its next update."
)
def generator_gradients_filled(critic, generator, real, z, optimizer, clip_value):
    loss = critic(generator(z)).mean() - critic(real).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    objectives.clip_weights(critic, clip_value)
    return -loss.item()


@draft.mistake(
    "The critic is right, but the generator's gradients are gone; keep the critic's loss out of "
    "the generator, and there is nothing to clear."
)
def generator_gradients_cleared(critic, generator, *arguments):
    generator.zero_grad()
    return wgan_critic_step(critic, generator, *arguments)


@draft.mistake("The generator is left with requires_grad switched off and can no longer learn.")
def generator_left_frozen(critic, generator, *arguments):
    generator.requires_grad_(False)
    return wgan_critic_step(critic, generator, *arguments)


@draft.mistake("The generator has moved; this step trains the critic alone.")
def generator_moves_too(critic, generator, real, z, optimizer, clip_value):
    """The generator climbs the critic's scores by a gradient step of its own."""
    estimate = wgan_critic_step(critic, generator, real, z, optimizer, clip_value)
    generator_optimizer = torch.optim.RMSprop(generator.parameters(), lr=5e-5)
    generator_optimizer.zero_grad()
    (-critic(generator(z)).mean()).backward()
    generator_optimizer.step()
    return estimate


@draft.mistake(
    "The critic descends the logarithmic loss of the original game; here it is the plain "
    "difference of the mean scores."
)
def logarithms(*arguments):
    return step_with(loss=lambda real, fake: softplus(-real).mean() + softplus(fake).mean())(
        *arguments
    )


@draft.mistake("Your loss sums over the batch; it is a difference of means.")
def summed_loss(*arguments):
    return step_with(loss=lambda real, fake: fake.sum() - real.sum())(*arguments)


@draft.mistake(
    "The critic is clipped and moves in no other way: either its optimiser does not step, or its "
    "gradients are gone when it does."
)
def never_steps(critic, generator, real, z, optimizer, clip_value):
    estimate = critic(real).mean() - critic(generator(z).detach()).mean()
    optimizer.zero_grad()
    (-estimate).backward()
    objectives.clip_weights(critic, clip_value)
    return estimate.item()


@draft.mistake("A factor ½ has crept into the loss, and so into your estimate.")
def halved(*arguments):
    return step_with(
        loss=lambda real, fake: (fake.mean() - real.mean()) / 2, report=lambda value: value / 2
    )(*arguments)


@draft.mistake("The generator's weights are clipped as well; only the critic's are to be.")
def generator_clipped(critic, generator, real, z, optimizer, clip_value):
    estimate = wgan_critic_step(critic, generator, real, z, optimizer, clip_value)
    objectives.clip_weights(generator, clip_value)
    return estimate


@draft.mistake("You drew noise of your own; use the z that is given.")
def fresh_noise(critic, generator, real, z, *arguments):
    return wgan_critic_step(critic, generator, real, torch.randn_like(z), *arguments)


@draft.also_right
def of_a_joined_batch(critic, generator, real, z, optimizer, clip_value):
    with torch.no_grad():
        fake = generator(z)
    optimizer.zero_grad()
    real_scores, fake_scores = critic(torch.cat([real, fake])).chunk(2)
    estimate = real_scores.mean() - fake_scores.mean()
    (-estimate).backward()
    optimizer.step()
    for parameter in critic.parameters():
        parameter.data.clamp_(-clip_value, clip_value)
    return estimate


@draft.also_right
def by_two_backwards(critic, generator, real, z, optimizer, clip_value):
    """Real and fake terms sent back one after the other; gradients cleared before and after."""
    critic.zero_grad()
    on_real = -critic(real).mean()
    on_real.backward()
    on_fake = critic(generator(z).detach()).mean()
    on_fake.backward()
    optimizer.step()
    optimizer.zero_grad()
    with torch.no_grad():
        for parameter in critic.parameters():
            parameter.copy_(parameter.clamp(-clip_value, clip_value))
    return -(on_real + on_fake).item()


@draft.also_right
def with_a_frozen_generator(critic, generator, real, z, optimizer, clip_value):
    generator.requires_grad_(False)
    loss = (critic(generator(z)) - critic(real)).mean()
    optimizer.zero_grad(set_to_none=False)
    loss.backward()
    optimizer.step()
    for parameter in critic.parameters():
        parameter.data = parameter.data.clamp(-clip_value, clip_value)
    generator.requires_grad_(True)
    return float(-loss)


@draft.also_right
def by_explicit_gradients(critic, generator, real, z, optimizer, clip_value):
    parameters = list(critic.parameters())
    estimate = critic(real).mean() - critic(generator(z)).mean()
    gradients = torch.autograd.grad(-estimate, parameters)
    for parameter, gradient in zip(parameters, gradients, strict=True):
        parameter.grad = gradient
    optimizer.step()
    objectives.clip_weights(critic, clip_value)
    return estimate.detach().numpy()


@draft.also_right
def with_scores_logged(critic, generator, real, z, optimizer, clip_value):
    """Looking is free: before and after the update, with gradients on or off."""
    print(critic(real).mean().item(), critic(generator(z)).mean().item())
    estimate = wgan_critic_step(critic, generator, real, z, optimizer, clip_value)
    with torch.no_grad():
        print(critic(real).mean() - critic(generator(z)).mean())
    return estimate


draft.hints(
    "In order: scores, loss, clear the gradients, `backward()`, `step()`, clip.",
    "`generator(z).detach()` keeps the critic's loss out of the generator. The loss is mean fake "
    "score minus mean real score; the estimate is the same with the other sign.",
    "`loss = critic(fake).mean() - critic(real).mean()`, `optimizer.zero_grad()`, "
    "`loss.backward()`, `optimizer.step()`, `clip_weights(critic, clip_value)`, `return "
    "-loss.item()`.",
)

EXERCISE = draft.exercise()
