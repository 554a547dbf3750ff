"""Lesson 2: one step of the adversarial game, played with real networks and optimisers.

The probe starts every game from stale gradients, and reads off the two losses, how far both
networks have moved, and whether all of them can still be trained.
"""

from __future__ import annotations

import numpy as np
import torch

from course_utils.exercises import networks
from course_utils.exercises.draft import Draft, named_after
from course_utils.exercises.engine import array
from course_utils.exercises.lesson2.discriminator_loss import discriminator_loss
from course_utils.exercises.lesson2.non_saturating_generator_loss import (
    non_saturating_generator_loss,
)
from course_utils.exercises.lesson2.right_steps import (
    by_cross_entropy,
    by_explicit_gradients,
    not_detached_but_cleared,
    of_a_joined_batch,
    with_everything_logged,
)
from course_utils.exercises.lesson2.saturating_generator_loss import saturating_generator_loss

draft = Draft("gan_training_step", lesson=2, title="One step of the game", may_mutate=True)


@draft.reference
def gan_training_step(
    generator, discriminator, real, z, generator_optimizer, discriminator_optimizer
):
    """One discriminator update, then one non-saturating generator update, on the same noise."""
    fake = generator(z)

    d_loss = discriminator_loss(discriminator(real), discriminator(fake.detach()))
    discriminator_optimizer.zero_grad()
    d_loss.backward()
    discriminator_optimizer.step()

    g_loss = non_saturating_generator_loss(discriminator(fake))
    generator_optimizer.zero_grad()
    g_loss.backward()
    generator_optimizer.step()
    return d_loss.item(), g_loss.item()


def _games(rng: np.random.Generator):
    """(label, generator, discriminator, optimiser's name, batches of (real, z))."""
    points, images = (4, 2), (2, 2, 5, 4)
    yield (
        "2-D points, SGD",
        networks.mlp(rng, 3, 5, 2),
        networks.mlp(rng, 2, 6, 1),
        "SGD",
        [(networks.normal(rng, *points, shift=1.0), networks.normal(rng, 4, 3))],
    )
    yield (
        "2-D points, Adam",
        networks.mlp(rng, 2, 4, 2),
        networks.mlp(rng, 2, 5, 1),
        "Adam",
        [(networks.normal(rng, 8, 2, shift=-1.0), networks.normal(rng, 8, 2)) for _ in range(2)],
    )
    yield (
        "images, RMSprop",
        networks.image_generator(rng, 3),
        networks.image_critic(rng),
        "RMSprop",
        [(networks.normal(rng, *images), networks.normal(rng, 2, 3))],
    )


@draft.probe
def observe(answer, rng):
    for label, generator, discriminator, optimizer, batches in list(_games(rng)):
        make = networks.OPTIMIZERS[optimizer]
        g_optimizer, d_optimizer = make(generator.parameters()), make(discriminator.parameters())
        real, z = batches[0]
        networks.refuse_the_other(generator, discriminator, z.shape[1:], real.shape[1:])
        networks.leave_gradients(generator, rng)
        networks.leave_gradients(discriminator, rng)
        for step, (real, z) in enumerate(batches):
            where = f"({label}{', second step' if step else ''})"
            g_before, d_before = networks.weights(generator), networks.weights(discriminator)
            losses = answer(generator, discriminator, real, z, g_optimizer, d_optimizer)
            yield {
                f"(d_loss, g_loss) {where}": array(losses, ndim=1),
                f"how far the discriminator's weights moved {where}": (
                    networks.weights(discriminator) - d_before
                ),
                f"how far the generator's weights moved {where}": (
                    networks.weights(generator) - g_before
                ),
                f"which parameters are still trainable {where}": np.concatenate(
                    [networks.trainable(discriminator), networks.trainable(generator)]
                ),
            }


def descend(loss, optimizer, *, clear: bool = True) -> float:
    if clear:
        optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


def step_with(
    d_objective=discriminator_loss,
    g_objective=non_saturating_generator_loss,
    *,
    clear_d: bool = True,
    clear_g: bool = True,
):
    """The right step with another loss, or without clearing the gradients of a network."""

    @named_after(d_objective)
    def step(g, d, real, z, g_optimizer, d_optimizer):
        d_loss = descend(d_objective(d(real), d(g(z).detach())), d_optimizer, clear=clear_d)
        return d_loss, descend(g_objective(d(g(z))), g_optimizer, clear=clear_g)

    return step


@draft.mistake(
    "The generator minimises log(1 − D), the saturating loss; the step is to use the "
    "non-saturating one."
)
def saturating_generator(*arguments):
    return step_with(g_objective=saturating_generator_loss)(*arguments)


@draft.mistake(
    "Your generator is trained towards the label 'fake': it helps the discriminator instead of "
    "deceiving it."
)
def generator_helps_discriminator(*arguments):
    return step_with(g_objective=lambda logits: -saturating_generator_loss(logits))(*arguments)


@draft.mistake("The discriminator learns to call data fake and generated samples real.")
@step_with
def discriminator_labels_swapped(real, fake):
    return discriminator_loss(fake, real)


@draft.mistake(
    "The discriminator's loss is half of what was agreed: it is the sum of the two means, without "
    "a factor ½."
)
@step_with
def halved_discriminator_loss(real, fake):
    return discriminator_loss(real, fake) / 2


@draft.mistake(
    "Gradients left over from an earlier step are added to the new ones: backward accumulates, "
    "and nobody cleared either network."
)
def gradients_never_cleared(*arguments):
    return step_with(clear_d=False, clear_g=False)(*arguments)


@draft.mistake(
    "The discriminator's update still contains old gradients; backward adds to what is there."
)
def discriminator_not_cleared(*arguments):
    return step_with(clear_d=False)(*arguments)


@draft.mistake(
    "The generator's update still contains old gradients; backward adds to what is there."
)
def generator_not_cleared(*arguments):
    return step_with(clear_g=False)(*arguments)


@draft.mistake(
    "You clear gradients after your updates, but those that were there when your step began have "
    "been used."
)
def cleared_only_afterwards(g, d, real, z, g_optimizer, d_optimizer):
    d_loss = descend(discriminator_loss(d(real), d(g(z).detach())), d_optimizer, clear=False)
    d_optimizer.zero_grad()
    g_loss = descend(non_saturating_generator_loss(d(g(z))), g_optimizer, clear=False)
    d_optimizer.zero_grad()
    g_optimizer.zero_grad()
    return d_loss, g_loss


@draft.mistake(
    "The discriminator's loss has sent its gradient into the generator too, and the generator's "
    "update contains it: the fakes were not detached."
)
def discriminator_loss_reaches_generator(g, d, real, z, g_optimizer, d_optimizer):
    d_optimizer.zero_grad()
    g_optimizer.zero_grad()
    d_loss = descend(discriminator_loss(d(real), d(g(z))), d_optimizer, clear=False)
    return d_loss, descend(non_saturating_generator_loss(d(g(z))), g_optimizer, clear=False)


@draft.mistake(
    "The generator's update contains old gradients and the discriminator's loss as well: the "
    "fakes were not detached, and nobody cleared the generator."
)
def leak_and_never_cleared(g, d, real, z, g_optimizer, d_optimizer):
    d_loss = descend(discriminator_loss(d(real), d(g(z))), d_optimizer)
    return d_loss, descend(non_saturating_generator_loss(d(g(z))), g_optimizer, clear=False)


@draft.mistake(
    "The generator never moves: either its optimiser does not step, or its loss is computed on "
    "detached samples and no gradient finds its way back."
)
def generator_never_moves(g, d, real, z, g_optimizer, d_optimizer):
    fake = g(z).detach()
    d_loss = descend(discriminator_loss(d(real), d(fake)), d_optimizer)
    return d_loss, descend(non_saturating_generator_loss(d(fake)), g_optimizer)


@draft.mistake(
    "The generator was trained against the discriminator as it was before its update; it is to "
    "face the updated one."
)
def old_discriminator(g, d, real, z, g_optimizer, d_optimizer):
    d_optimizer.zero_grad()
    g_optimizer.zero_grad()
    fake = g(z)
    g_loss = non_saturating_generator_loss(d(fake))
    g_loss.backward()
    d_loss = descend(discriminator_loss(d(real), d(fake.detach())), d_optimizer)
    g_optimizer.step()
    return d_loss, g_loss.item()


@draft.mistake("You updated the generator before the discriminator; the order is the other one.")
def generator_first(g, d, real, z, g_optimizer, d_optimizer):
    g_loss = descend(non_saturating_generator_loss(d(g(z))), g_optimizer)
    return descend(discriminator_loss(d(real), d(g(z).detach())), d_optimizer), g_loss


@draft.mistake(
    "You updated the generator before the discriminator, and halved the discriminator's loss, as "
    "a well-known listing does; here it is the other order, without the ½."
)
def generator_first_and_halved(g, d, real, z, g_optimizer, d_optimizer):
    fake = g(z)
    g_loss = descend(non_saturating_generator_loss(d(fake)), g_optimizer)
    d_loss = discriminator_loss(d(real), d(fake.detach())) / 2
    return descend(d_loss, d_optimizer), g_loss


@draft.mistake(
    "The discriminator's outputs go through a sigmoid before losses that take logits and apply "
    "one themselves."
)
def double_sigmoid(*arguments):
    return step_with(
        lambda real, fake: discriminator_loss(torch.sigmoid(real), torch.sigmoid(fake)),
        lambda logits: non_saturating_generator_loss(torch.sigmoid(logits)),
    )(*arguments)


@draft.mistake("You drew noise of your own; use the z that is given, for both updates.")
def own_noise(g, d, real, z, *rest):
    return gan_training_step(g, d, real, torch.randn_like(z), *rest)


@draft.mistake(
    "You drew new noise for the generator's update; here the same z serves both updates."
)
def fresh_noise(g, d, real, z, g_optimizer, d_optimizer):
    d_loss = descend(discriminator_loss(d(real), d(g(z).detach())), d_optimizer)
    return d_loss, descend(non_saturating_generator_loss(d(g(torch.randn_like(z)))), g_optimizer)


@draft.mistake(
    "The networks are right, but each loss was computed again after its own update; return the "
    "value from before it."
)
def losses_after_update(g, d, real, z, g_optimizer, d_optimizer):
    descend(discriminator_loss(d(real), d(g(z).detach())), d_optimizer)
    d_loss = discriminator_loss(d(real), d(g(z))).item()
    descend(non_saturating_generator_loss(d(g(z))), g_optimizer)
    return d_loss, non_saturating_generator_loss(d(g(z))).item()


@draft.mistake(
    "The networks are right, but both losses were computed after both updates; return each as it "
    "was before its own update."
)
def losses_at_the_end(g, d, real, z, g_optimizer, d_optimizer):
    gan_training_step(g, d, real, z, g_optimizer, d_optimizer)
    logits = d(g(z))
    return discriminator_loss(d(real), logits).item(), non_saturating_generator_loss(logits).item()


@draft.mistake(
    "The discriminator moves again in the generator's half of the step, and in the generator's "
    "favour: only the generator's optimiser may step there."
)
def discriminator_moves_twice(g, d, real, z, g_optimizer, d_optimizer):
    losses = gan_training_step(g, d, real, z, g_optimizer, d_optimizer)
    d_optimizer.step()  # on what the generator's loss has left in its gradients
    return losses


@draft.mistake(
    "The discriminator is left with requires_grad switched off, so that the next step has nothing "
    "to train; what you freeze for the generator's update must be thawed again."
)
def left_frozen(g, d, real, z, g_optimizer, d_optimizer):
    d_loss = descend(discriminator_loss(d(real), d(g(z).detach())), d_optimizer)
    d.requires_grad_(False)
    return d_loss, descend(non_saturating_generator_loss(d(g(z))), g_optimizer)


@draft.mistake(
    "The discriminator comes back with requires_grad switched off; leave both networks as "
    "trainable as you found them."
)
def thawed_only_at_the_start(g, d, *arguments):
    d.requires_grad_(True)
    return left_frozen(g, d, *arguments)


@draft.mistake(
    "The discriminator never moves: either its optimiser does not step, or its gradients are gone "
    "when it does."
)
def discriminator_never_steps(g, d, real, z, g_optimizer, d_optimizer):
    d_loss = discriminator_loss(d(real), d(g(z).detach()))
    d_optimizer.zero_grad()
    d_loss.backward()
    return d_loss.item(), descend(non_saturating_generator_loss(d(g(z))), g_optimizer)


@draft.mistake(
    "The generator's optimiser steps after the discriminator's loss, and the discriminator's after "
    "the generator's: the two optimisers have changed places."
)
def optimisers_swapped(g, d, real, z, g_optimizer, d_optimizer):
    return gan_training_step(g, d, real, z, d_optimizer, g_optimizer)


@draft.mistake(
    "The two losses are sent back together, so that each network descends both of them; each has "
    "a loss and an update of its own."
)
def one_backward_for_both(g, d, real, z, g_optimizer, d_optimizer):
    fake = g(z)
    d_loss = discriminator_loss(d(real), d(fake.detach()))
    g_loss = non_saturating_generator_loss(d(fake))
    d_optimizer.zero_grad()
    descend(d_loss + g_loss, g_optimizer)
    d_optimizer.step()
    return d_loss.item(), g_loss.item()


@draft.mistake(
    "These are the losses of a Wasserstein GAN; here both networks are trained with logarithms."
)
def wasserstein_losses(*arguments):
    return step_with(lambda real, fake: fake.mean() - real.mean(), lambda fake: -fake.mean())(
        *arguments
    )


@draft.mistake(
    "These are the losses of a least-squares GAN; here both networks are trained with logarithms."
)
def least_squares_losses(*arguments):
    return step_with(
        lambda real, fake: (real - 1).square().mean() + fake.square().mean(),
        lambda fake: (fake - 1).square().mean(),
    )(*arguments)


@draft.mistake(
    "These are the losses of a least-squares GAN, halved; here both networks are trained with "
    "logarithms."
)
def least_squares_losses_halved(*arguments):
    return step_with(
        lambda real, fake: ((real - 1).square().mean() + fake.square().mean()) / 2,
        lambda fake: (fake - 1).square().mean() / 2,
    )(*arguments)


@draft.mistake("The networks are right; the two losses come back in the wrong order.")
def result_swapped(*arguments):
    return gan_training_step(*arguments)[::-1]


draft.also_right(by_cross_entropy)
draft.also_right(of_a_joined_batch)
draft.also_right(not_detached_but_cleared)
draft.also_right(by_explicit_gradients)
draft.also_right(with_everything_logged)

draft.hints(
    "Two updates, each with the same three lines: clear the gradients, `backward()`, `step()`. "
    "The discriminator comes first.",
    "For the discriminator's loss use `generator(z).detach()`, so that the generator is not "
    "touched. For the generator's loss the samples must not be detached, and the discriminator "
    "must be called again, for it has changed.",
    "`d_loss = discriminator_loss(discriminator(real), discriminator(fake.detach()))`, clear, "
    "backward, step; then `g_loss = non_saturating_generator_loss(discriminator(fake))`, clear, "
    "backward, step; return `d_loss.item(), g_loss.item()`.",
)

EXERCISE = draft.exercise()
