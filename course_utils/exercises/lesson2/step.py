"""Lesson 2: one step of the adversarial game, played with real networks and optimisers.

The probe starts every game from stale gradients, and reads off the two losses, how far both
networks have moved, and whether all of them can still be trained.
"""

from __future__ import annotations

import numpy as np
import torch
from torch.nn.functional import binary_cross_entropy_with_logits, logsigmoid

from course_utils.exercises import networks
from course_utils.exercises.engine import Exercise, Misconception, array
from course_utils.exercises.lesson2.losses import (
    discriminator_loss,
    non_saturating_generator_loss,
    saturating_generator_loss,
)


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


# --- the probe --------------------------------------------------------------------------


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


def _probe_step(answer, rng):
    seen: dict[str, np.ndarray] = {}
    for label, generator, discriminator, optimizer, batches in list(_games(rng)):
        make = networks.OPTIMIZERS[optimizer]
        g_optimizer, d_optimizer = make(generator.parameters()), make(discriminator.parameters())
        networks.leave_gradients(generator, rng)
        networks.leave_gradients(discriminator, rng)
        for step, (real, z) in enumerate(batches):
            where = f"({label}{', second step' if step else ''})"
            g_before, d_before = networks.weights(generator), networks.weights(discriminator)
            losses = answer(generator, discriminator, real, z, g_optimizer, d_optimizer)
            seen[f"(d_loss, g_loss) {where}"] = array(losses, ndim=1)
            seen[f"how far the discriminator's weights moved {where}"] = (
                networks.weights(discriminator) - d_before
            )
            seen[f"how far the generator's weights moved {where}"] = (
                networks.weights(generator) - g_before
            )
            seen[f"which parameters are still trainable {where}"] = np.concatenate(
                [networks.trainable(discriminator), networks.trainable(generator)]
            )
    return seen


# --- other valid answers ----------------------------------------------------------------


def _with_cross_entropy(g, d, real, z, g_optimizer, d_optimizer):
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


def _joined_batch(g, d, real, z, g_optimizer, d_optimizer):
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


def _not_detached_but_cleared(g, d, real, z, g_optimizer, d_optimizer):
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


def _explicit_gradients(g, d, real, z, g_optimizer, d_optimizer):
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


# --- ways to go wrong -------------------------------------------------------------------


def _update(loss, optimizer, *, clear: bool = True) -> float:
    if clear:
        optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


def _variant(
    d_objective=discriminator_loss,
    g_objective=non_saturating_generator_loss,
    *,
    clear_d: bool = True,
    clear_g: bool = True,
):
    """The right step with another loss, or without clearing the gradients of a network."""

    def step(g, d, real, z, g_optimizer, d_optimizer):
        d_loss = _update(d_objective(d(real), d(g(z).detach())), d_optimizer, clear=clear_d)
        return d_loss, _update(g_objective(d(g(z))), g_optimizer, clear=clear_g)

    return step


def _cleared_only_afterwards(g, d, real, z, g_optimizer, d_optimizer):
    d_loss = _update(discriminator_loss(d(real), d(g(z).detach())), d_optimizer, clear=False)
    d_optimizer.zero_grad()
    g_loss = _update(non_saturating_generator_loss(d(g(z))), g_optimizer, clear=False)
    d_optimizer.zero_grad()
    g_optimizer.zero_grad()
    return d_loss, g_loss


def _not_detached(g, d, real, z, g_optimizer, d_optimizer):
    d_optimizer.zero_grad()
    g_optimizer.zero_grad()
    d_loss = _update(discriminator_loss(d(real), d(g(z))), d_optimizer, clear=False)
    return d_loss, _update(non_saturating_generator_loss(d(g(z))), g_optimizer, clear=False)


def _not_detached_not_cleared(g, d, real, z, g_optimizer, d_optimizer):
    d_loss = _update(discriminator_loss(d(real), d(g(z))), d_optimizer)
    return d_loss, _update(non_saturating_generator_loss(d(g(z))), g_optimizer, clear=False)


def _generator_cut_off(g, d, real, z, g_optimizer, d_optimizer):
    fake = g(z).detach()
    d_loss = _update(discriminator_loss(d(real), d(fake)), d_optimizer)
    return d_loss, _update(non_saturating_generator_loss(d(fake)), g_optimizer)


def _old_discriminator(g, d, real, z, g_optimizer, d_optimizer):
    d_optimizer.zero_grad()
    g_optimizer.zero_grad()
    fake = g(z)
    g_loss = non_saturating_generator_loss(d(fake))
    g_loss.backward()
    d_loss = _update(discriminator_loss(d(real), d(fake.detach())), d_optimizer)
    g_optimizer.step()
    return d_loss, g_loss.item()


def _generator_first(g, d, real, z, g_optimizer, d_optimizer):
    g_loss = _update(non_saturating_generator_loss(d(g(z))), g_optimizer)
    return _update(discriminator_loss(d(real), d(g(z).detach())), d_optimizer), g_loss


def _generator_first_and_halved(g, d, real, z, g_optimizer, d_optimizer):
    fake = g(z)
    g_loss = _update(non_saturating_generator_loss(d(fake)), g_optimizer)
    d_loss = discriminator_loss(d(real), d(fake.detach())) / 2
    return _update(d_loss, d_optimizer), g_loss


def _fresh_noise(g, d, real, z, g_optimizer, d_optimizer):
    d_loss = _update(discriminator_loss(d(real), d(g(z).detach())), d_optimizer)
    return d_loss, _update(non_saturating_generator_loss(d(g(torch.randn_like(z)))), g_optimizer)


def _losses_afterwards(g, d, real, z, g_optimizer, d_optimizer):
    _update(discriminator_loss(d(real), d(g(z).detach())), d_optimizer)
    d_loss = discriminator_loss(d(real), d(g(z))).item()
    _update(non_saturating_generator_loss(d(g(z))), g_optimizer)
    return d_loss, non_saturating_generator_loss(d(g(z))).item()


def _losses_at_the_end(g, d, real, z, g_optimizer, d_optimizer):
    gan_training_step(g, d, real, z, g_optimizer, d_optimizer)
    logits = d(g(z))
    return discriminator_loss(d(real), logits).item(), non_saturating_generator_loss(logits).item()


def _discriminator_moves_twice(g, d, real, z, g_optimizer, d_optimizer):
    losses = gan_training_step(g, d, real, z, g_optimizer, d_optimizer)
    d_optimizer.step()  # on what the generator's loss has left in its gradients
    return losses


def _left_frozen(g, d, real, z, g_optimizer, d_optimizer):
    d_loss = _update(discriminator_loss(d(real), d(g(z).detach())), d_optimizer)
    d.requires_grad_(False)
    return d_loss, _update(non_saturating_generator_loss(d(g(z))), g_optimizer)


def _thawed_only_at_the_start(g, d, *arguments):
    d.requires_grad_(True)
    return _left_frozen(g, d, *arguments)


def _discriminator_never_steps(g, d, real, z, g_optimizer, d_optimizer):
    d_loss = discriminator_loss(d(real), d(g(z).detach()))
    d_optimizer.zero_grad()
    d_loss.backward()
    return d_loss.item(), _update(non_saturating_generator_loss(d(g(z))), g_optimizer)


def _swapped_result(*arguments):
    return gan_training_step(*arguments)[::-1]


GAN_TRAINING_STEP = Exercise(
    id="gan_training_step",
    lesson=2,
    title="One step of the game",
    reference=gan_training_step,
    probe=_probe_step,
    may_mutate=True,
    misconceptions=(
        Misconception(
            "saturating_generator",
            "The generator minimises log(1 − D), the saturating loss; the step is to use the "
            "non-saturating one.",
            _variant(g_objective=saturating_generator_loss),
        ),
        Misconception(
            "generator_helps_discriminator",
            "Your generator is trained towards the label 'fake': it helps the discriminator "
            "instead of deceiving it.",
            _variant(g_objective=lambda logits: -saturating_generator_loss(logits)),
        ),
        Misconception(
            "discriminator_labels_swapped",
            "The discriminator learns to call data fake and generated samples real.",
            _variant(lambda real, fake: discriminator_loss(fake, real)),
        ),
        Misconception(
            "halved_discriminator_loss",
            "The discriminator's loss is half of what was agreed: it is the sum of the two means, "
            "without a factor ½.",
            _variant(lambda real, fake: discriminator_loss(real, fake) / 2),
        ),
        Misconception(
            "gradients_never_cleared",
            "Gradients left over from an earlier step are added to the new ones: backward "
            "accumulates, and nobody cleared either network.",
            _variant(clear_d=False, clear_g=False),
        ),
        Misconception(
            "discriminator_not_cleared",
            "The discriminator's update still contains old gradients; backward adds to what is "
            "there.",
            _variant(clear_d=False),
        ),
        Misconception(
            "generator_not_cleared",
            "The generator's update still contains old gradients; backward adds to what is there.",
            _variant(clear_g=False),
        ),
        Misconception(
            "cleared_only_afterwards",
            "You clear gradients after your updates, but those that were there when your step "
            "began have been used.",
            _cleared_only_afterwards,
        ),
        Misconception(
            "discriminator_loss_reaches_generator",
            "The discriminator's loss has sent its gradient into the generator too, and the "
            "generator's update contains it: the fakes were not detached.",
            _not_detached,
        ),
        Misconception(
            "leak_and_never_cleared",
            "The generator's update contains old gradients and the discriminator's loss as well: "
            "the fakes were not detached, and nobody cleared the generator.",
            _not_detached_not_cleared,
        ),
        Misconception(
            "generator_never_moves",
            "The generator never moves: either its optimiser does not step, or its loss is "
            "computed on detached samples and no gradient finds its way back.",
            _generator_cut_off,
        ),
        Misconception(
            "old_discriminator",
            "The generator was trained against the discriminator as it was before its update; "
            "it is to face the updated one.",
            _old_discriminator,
        ),
        Misconception(
            "generator_first",
            "You updated the generator before the discriminator; the order is the other one.",
            _generator_first,
        ),
        Misconception(
            "generator_first_and_halved",
            "You updated the generator before the discriminator, and halved the discriminator's "
            "loss, as a well-known listing does; here it is the other order, without the ½.",
            _generator_first_and_halved,
        ),
        Misconception(
            "double_sigmoid",
            "The discriminator's outputs go through a sigmoid before losses that take logits and "
            "apply one themselves.",
            _variant(
                lambda real, fake: discriminator_loss(torch.sigmoid(real), torch.sigmoid(fake)),
                lambda logits: non_saturating_generator_loss(torch.sigmoid(logits)),
            ),
        ),
        Misconception(
            "own_noise",
            "You drew noise of your own; use the z that is given, for both updates.",
            lambda g, d, real, z, *rest: gan_training_step(g, d, real, torch.randn_like(z), *rest),
        ),
        Misconception(
            "fresh_noise",
            "You drew new noise for the generator's update; here the same z serves both updates.",
            _fresh_noise,
        ),
        Misconception(
            "losses_after_update",
            "The networks are right, but each loss was computed again after its own update; "
            "return the value from before it.",
            _losses_afterwards,
        ),
        Misconception(
            "losses_at_the_end",
            "The networks are right, but both losses were computed after both updates; return "
            "each as it was before its own update.",
            _losses_at_the_end,
        ),
        Misconception(
            "discriminator_moves_twice",
            "The discriminator moves again in the generator's half of the step, and in the "
            "generator's favour: only the generator's optimiser may step there.",
            _discriminator_moves_twice,
        ),
        Misconception(
            "left_frozen",
            "The discriminator is left with requires_grad switched off, so that the next step has "
            "nothing to train; what you freeze for the generator's update must be thawed again.",
            _left_frozen,
        ),
        Misconception(
            "thawed_only_at_the_start",
            "The discriminator comes back with requires_grad switched off; leave both networks "
            "as trainable as you found them.",
            _thawed_only_at_the_start,
        ),
        Misconception(
            "discriminator_never_steps",
            "The discriminator's optimiser never takes its step.",
            _discriminator_never_steps,
        ),
        Misconception(
            "result_swapped",
            "The networks are right; the two losses come back in the wrong order.",
            _swapped_result,
        ),
    ),
    hints=(
        "Two updates, each with the same three lines: clear the gradients, `backward()`, "
        "`step()`. The discriminator comes first.",
        "For the discriminator's loss use `generator(z).detach()`, so that the generator is not "
        "touched. For the generator's loss the samples must not be detached, and the "
        "discriminator must be called again, for it has changed.",
        "`d_loss = discriminator_loss(discriminator(real), discriminator(fake.detach()))`, clear, "
        "backward, step; then `g_loss = non_saturating_generator_loss(discriminator(fake))`, "
        "clear, backward, step; return `d_loss.item(), g_loss.item()`.",
    ),
    alternatives=(
        _with_cross_entropy,
        _joined_batch,
        _not_detached_but_cleared,
        _explicit_gradients,
    ),
)

STEP = (GAN_TRAINING_STEP,)
