"""Lesson 5: points between real and fake samples, and the critic's slope at a point."""

from __future__ import annotations

import numpy as np
import torch

from course_utils import objectives
from course_utils.exercises import networks
from course_utils.exercises.engine import Exercise, Misconception, array, call
from course_utils.exercises.lesson5.watch import TwoSlopes, parameter_gradient

# Batch and one other axis agree in each image shape, so that an ε laid along the wrong axis
# broadcasts in silence where it can, and fails where it cannot, each mistake in its own place.
IMAGE_SHAPES = ((4, 4, 4, 5), (4, 4, 5, 4), (4, 5, 4, 4))


def column(epsilon, x):
    """`epsilon` of shape (batch,) as (batch, 1, …, 1), to go with x of shape (batch, …)."""
    return epsilon.reshape(-1, *[1] * (x.dim() - 1))


# --- interpolate ------------------------------------------------------------------------


def _probe_interpolate(answer, rng):
    cases = []
    for shape in ((3, 2), (5, 5), (1, 4), *IMAGE_SHAPES, (2, 1, 3, 5), (6,)):
        real, fake = networks.normal(rng, *shape), networks.normal(rng, *shape, shift=2.0)
        cases.append((real, fake, networks.tensor(rng.uniform(0.05, 0.95, shape[0]))))
    ends = networks.tensor([0.0, 1.0, 0.25])
    cases.append((networks.normal(rng, 3, 2), networks.normal(rng, 3, 2), ends))
    return {call("interpolate", *case): array(answer(*case)) for case in cases}


def _laid_along(*tail: int):
    """Mix with ε reshaped to (-1, *tail), whatever the shape of the samples."""

    def mix(real, fake, epsilon):
        epsilon = epsilon.reshape(-1, *tail)
        return epsilon * real + (1 - epsilon) * fake

    return mix


def _sample_by_sample(real, fake, epsilon):
    pairs = zip(real, fake, epsilon, strict=True)
    return torch.stack([fake_one + e * (real_one - fake_one) for real_one, fake_one, e in pairs])


def _last_axis_first(real, fake, epsilon):
    """Broadcasting works from the last axis, so the batch is put there and back."""
    mixed = epsilon * real.movedim(0, -1) + (1 - epsilon) * fake.movedim(0, -1)
    return mixed.movedim(-1, 0)


INTERPOLATE = Exercise(
    id="interpolate",
    lesson=5,
    title="Points between real and fake",
    reference=objectives.interpolate,
    probe=_probe_interpolate,
    misconceptions=(
        Misconception(
            "weights_swapped",
            "ε weighs the fake sample in your mixture; at ε = 1 the point is to be the real one.",
            lambda real, fake, epsilon: objectives.interpolate(fake, real, epsilon),
        ),
        Misconception(
            "epsilon_along_last_axis",
            "ε of shape (batch,) is laid along the last axis of a sample, because broadcasting "
            "aligns shapes from the right; it should belong to the first axis.",
            _laid_along(),
        ),
        Misconception(
            "epsilon_per_row",
            "With shape (batch, 1) ε is right for flat data, but in an image it meets the rows: "
            "it fails, or, if there are as many rows as samples, mixes row by row in silence.",
            _laid_along(1),
        ),
        Misconception(
            "epsilon_per_channel",
            "With shape (batch, 1, 1) ε meets the channel axis of a batch of images; count the "
            "axes that a batch has.",
            _laid_along(1, 1),
        ),
        Misconception(
            "images_only",
            "The shape (batch, 1, 1, 1) suits images and nothing else; flat data gain two axes "
            "from it. Take the number of axes from the data.",
            _laid_along(1, 1, 1),
        ),
        Misconception(
            "flat_batches_only",
            "Your points come out flattened; they are to keep the shape of the samples, for the "
            "critic will be called on them.",
            lambda real, fake, epsilon: objectives.interpolate(
                real.reshape(len(real), -1), fake.reshape(len(real), -1), epsilon
            ),
        ),
        Misconception(
            "one_epsilon_for_all",
            "Every sample is mixed with the first ε; each has one of its own.",
            lambda real, fake, epsilon: epsilon[0] * real + (1 - epsilon[0]) * fake,
        ),
        Misconception(
            "midpoint",
            "This is the middle of each line, whatever ε says.",
            lambda real, fake, epsilon: (real + fake) / 2,
        ),
        Misconception(
            "epsilon_drawn_again",
            "You drew an ε of your own; use the one that is handed over.",
            lambda real, fake, epsilon: objectives.interpolate(real, fake, torch.rand(len(real))),
        ),
        Misconception(
            "starts_at_real",
            "You walk from the real sample away from the fake one, so the points lie outside the "
            "line between them: the two weights must sum to 1.",
            lambda real, fake, epsilon: real + column(epsilon, real) * (real - fake),
        ),
        Misconception(
            "weights_sum_to_more",
            "The fake sample is added whole; the two weights must sum to 1.",
            lambda real, fake, epsilon: column(epsilon, real) * real + fake,
        ),
    ),
    hints=(
        "The two weights are ε and 1 − ε. The work is in the shapes: one number for each sample, "
        "but a sample may be a vector or an image.",
        "Broadcasting aligns shapes from the right, so ε needs as many trailing axes of size 1 "
        "as a sample has axes: (batch, 1) for flat data, (batch, 1, 1, 1) for images.",
        "`epsilon = epsilon.view(-1, *[1] * (real.dim() - 1))`, then "
        "`epsilon * real + (1 - epsilon) * fake`.",
    ),
    alternatives=(
        _sample_by_sample,
        _last_axis_first,
        lambda real, fake, epsilon: torch.lerp(fake, real, column(epsilon, real)),
        lambda real, fake, epsilon: torch.func.vmap(torch.lerp)(fake, real, epsilon),
        lambda real, fake, epsilon: np.stack(
            [
                e * r + (1 - e) * f
                for r, f, e in zip(real.numpy(), fake.numpy(), epsilon.numpy(), strict=True)
            ]
        ),
    ),
)

# --- gradient_norms ---------------------------------------------------------------------


def _critics(rng: np.random.Generator):
    """(label, critic, batch): slopes known in closed form, then networks, flat and images."""
    weight = rng.standard_normal(3)
    yield "linear", networks.LinearCritic(weight, 0.7), networks.normal(rng, 5, 3)
    yield "linear, one sample", networks.LinearCritic(weight), networks.normal(rng, 1, 3)
    image = (5, 2, 5, 3)
    yield (
        "linear, scores of shape (batch,)",
        networks.LinearCritic(0.4 * rng.standard_normal(30), flat=True),
        networks.normal(rng, *image),
    )
    yield "½ a ‖x‖²", networks.BowlCritic(1.7), networks.normal(rng, 4, 6)
    yield "½ a ‖x‖²", networks.BowlCritic(-0.6, flat=True), networks.normal(rng, 3, 1, 3, 4)
    two_slopes = TwoSlopes(rng.standard_normal(4), 2.0, 0.5)
    yield "two slopes", two_slopes, networks.normal(rng, 6, 4)
    yield "two layers", networks.mlp(rng, 4, 7, 1, gain=1.5), networks.normal(rng, 7, 4)
    shape = (3, 4, 3)
    yield (
        "convolutional",
        networks.image_critic(rng, shape, flat=True),
        networks.normal(rng, 4, *shape),
    )
    yield "convolutional, one image", networks.image_critic(rng), networks.normal(rng, 1, 2, 5, 4)


def _probe_gradient_norms(answer, rng):
    seen = {}
    share = rng.uniform(0.5, 2.0, 8)  # uneven weights: a gradient that is right on average only
    for label, critic, x in list(_critics(rng)):
        norms = answer(critic, x)
        where = f"{label} critic, x of shape {tuple(x.shape)}"
        seen[f"gradient_norms ({where})"] = array(norms)
        if isinstance(norms, (list, tuple)):
            norms = torch.stack([torch.as_tensor(n) for n in norms])
        weighted = norms
        if isinstance(norms, torch.Tensor) and norms.shape == (len(x),):
            weighted = norms * networks.tensor(share[: len(x)])
        seen[f"their gradient, in the critic's parameters ({where})"] = parameter_gradient(
            weighted, critic
        )
    flat_critic = networks.LinearCritic(np.zeros(3), 1.5)
    at_rest = array(answer(flat_critic, networks.normal(rng, 4, 3)))
    # rounded: an addend under the root that keeps the derivative finite is welcome
    seen["gradient_norms (a constant critic)"] = at_rest.round(3)
    return seen


def input_gradient(critic, x, **options):
    """d Σ f(x) / d x, with the graph kept unless the options say otherwise."""
    x = x.detach().requires_grad_(True)
    (gradient,) = torch.autograd.grad(critic(x).sum(), x, **{"create_graph": True} | options)
    return gradient


def _norms(reduce, **options):
    """The norms with another way to reduce a gradient of shape (batch, …)."""
    return lambda critic, x: reduce(input_gradient(critic, x, **options))


def norms_with_grad_outputs(critic, x):
    """The common form: a vector of ones as `grad_outputs`, the norm over flattened axes."""
    x = x.clone().requires_grad_(True)
    scores = critic(x)
    gradient = torch.autograd.grad(
        scores, x, grad_outputs=torch.ones_like(scores), create_graph=True, retain_graph=True
    )[0]
    return gradient.view(len(x), -1).norm(2, dim=1)


def norms_by_vmap(critic, x):
    """torch.func: the gradient of one score, mapped over the batch."""
    gradient = torch.func.vmap(torch.func.grad(lambda one: critic(one[None]).squeeze()))(x)
    return torch.linalg.vector_norm(gradient.flatten(1), dim=1)


def norms_in_a_loop(critic, x):
    """One sample at a time, with a guard under the root."""
    norms = []
    for sample in x:
        one = sample.detach()[None].requires_grad_(True)
        (gradient,) = torch.autograd.grad(critic(one).squeeze(), one, create_graph=True)
        norms.append((gradient.square().sum() + 1e-12).sqrt())
    return torch.stack(norms)


def _of_mean_score(critic, x):
    x = x.detach().requires_grad_(True)
    (gradient,) = torch.autograd.grad(critic(x).mean(), x, create_graph=True)
    return gradient.flatten(1).norm(dim=1)


def _parameter_slope(critic, x):
    scores = critic(x).flatten()
    parameters = list(critic.parameters())
    norms = []
    for score in scores:
        found = torch.autograd.grad(score, parameters, create_graph=True, allow_unused=True)
        norms.append(sum(g.square().sum() for g in found if g is not None).sqrt())
    return torch.stack(norms)


GRADIENT_NORMS = Exercise(
    id="gradient_norms",
    lesson=5,
    title="The critic's slope",
    reference=objectives.gradient_norms,
    probe=_probe_gradient_norms,
    atol=2e-5,
    misconceptions=(
        Misconception(
            "whole_batch",
            "You took one norm over the whole batch; every sample has a slope of its own, and "
            "this number grows with the batch.",
            _norms(lambda gradient: gradient.norm()),
        ),
        Misconception(
            "per_pixel",
            "On images your norm runs over the channels only, so there is one for each pixel; "
            "a sample's gradient includes all of its axes.",
            _norms(lambda gradient: gradient.norm(2, dim=1)),
        ),
        Misconception(
            "last_axis_only",
            "On images your norm runs over the last axis only; a sample's gradient includes all "
            "axes but the first.",
            _norms(lambda gradient: gradient.norm(dim=-1)),
        ),
        Misconception(
            "across_the_batch",
            "Your norm runs over the batch axis and keeps the others; it is the other way round.",
            _norms(lambda gradient: gradient.norm(dim=0)),
        ),
        Misconception(
            "squared",
            "These are squared norms: the root is missing.",
            _norms(lambda gradient: gradient.flatten(1).square().sum(1)),
        ),
        Misconception(
            "mean_under_the_root",
            "You averaged the squares where they are to be summed, so the slope shrinks with "
            "the number of pixels.",
            _norms(lambda gradient: gradient.flatten(1).square().mean(1).sqrt()),
        ),
        Misconception(
            "sum_of_absolute_values",
            "This is the sum of absolute values, the 1-norm; the Euclidean norm is asked for.",
            _norms(lambda gradient: gradient.flatten(1).abs().sum(1)),
        ),
        Misconception(
            "largest_entry",
            "This is the largest entry, the ∞-norm; the Euclidean norm is asked for.",
            _norms(lambda gradient: gradient.flatten(1).abs().amax(1)),
        ),
        Misconception(
            "not_differentiable",
            "The norms are right, but no gradient leads from them back to the critic's "
            "parameters, so a penalty made of them would teach the critic nothing.",
            _norms(lambda gradient: gradient.flatten(1).norm(dim=1), create_graph=False),
        ),
        Misconception(
            "gradient_of_mean_score",
            "You differentiated the mean score, so every slope is divided by the batch size.",
            _of_mean_score,
        ),
        Misconception(
            "slope_in_parameters",
            "This is the slope in the critic's parameters; how fast the score changes when the "
            "*sample* moves is asked for.",
            _parameter_slope,
        ),
        Misconception(
            "averaged",
            "You returned the mean of the norms; return one norm for each sample.",
            _norms(lambda gradient: gradient.flatten(1).norm(dim=1).mean()),
        ),
        Misconception(
            "column",
            "The norms are right, but in a column of shape (batch, 1); subtracted from something "
            "of shape (batch,) it would silently make a square.",
            _norms(lambda gradient: gradient.flatten(1).norm(dim=1, keepdim=True)),
        ),
    ),
    hints=(
        "`torch.autograd.grad(outputs, inputs)` differentiates with respect to a *sample*. The "
        "batch must ask for gradients before the critic is called on it.",
        "Each score depends on its own sample only, so the gradient of the *sum* of all scores "
        "holds every sample's gradient. Keep it differentiable: `create_graph=True`.",
        "`gradient, = torch.autograd.grad(critic(x).sum(), x, create_graph=True)`, then the norm "
        "over everything but the batch: `gradient.flatten(1).norm(dim=1)`.",
    ),
    alternatives=(norms_with_grad_outputs, norms_by_vmap, norms_in_a_loop),
)
