"""The critic's slope at each sample of a batch.

Gulrajani et al. (2017), section 4.
"""

from __future__ import annotations

import numpy as np
import torch

from course_utils import objectives
from course_utils.exercises import networks
from course_utils.exercises.draft import Draft, named_after
from course_utils.exercises.engine import array
from course_utils.exercises.lesson5.input_gradients import (
    GUARDED_NORMS,
    input_gradient,
    norms_by_vmap,
    norms_in_a_loop,
    norms_with_grad_outputs,
)
from course_utils.exercises.lesson5.penalty_probe import DIFFERENTIATED
from course_utils.exercises.lesson5.penalty_telltales import no_slope_taken
from course_utils.exercises.lesson5.watched_networks import (
    Notebook,
    TwoSlopes,
    Watched,
    flag,
    parameter_gradient,
    rows_in,
)

draft = Draft("gradient_norms", lesson=5, title="The critic's slope", atol=2e-5)

draft.reference(objectives.gradient_norms)


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


@draft.probe
def observe(answer, rng):
    share = rng.uniform(0.5, 2.0, 8)  # uneven weights: a gradient that is right on average only
    for label, critic, x in list(_critics(rng)):
        norms = answer(critic, x)
        where = f"{label} critic, x of shape {tuple(x.shape)}"
        value = array(norms)
        if isinstance(norms, (list, tuple)):
            norms = torch.stack([torch.as_tensor(n) for n in norms])
        weighted = norms
        if isinstance(norms, torch.Tensor) and norms.shape == (len(x),):
            weighted = norms * networks.tensor(share[: len(x)])
        yield {
            f"gradient_norms ({where})": value,
            f"their gradient, in the critic's parameters ({where})": parameter_gradient(
                weighted, critic
            ),
        }
    notes = Notebook()
    array(answer(Watched(networks.mlp(rng, 3, 4, 1), notes), networks.normal(rng, 4, 3)))
    yield {DIFFERENTIATED: flag(len(rows_in(notes, "scored")) > 0)}
    flat_critic = networks.LinearCritic(np.zeros(3), 1.5)
    at_rest = array(answer(flat_critic, networks.normal(rng, 4, 3)))
    # no more than finite: a small number may keep the root's derivative finite at 0
    yield {"gradient_norms (a constant critic) are finite (1 = yes)": 1.0 * np.isfinite(at_rest)}


def reduced(reduce, **options):
    """The norms with another way to reduce a gradient of shape (batch, …)."""

    @named_after(reduce)
    def answer(critic, x):
        return reduce(input_gradient(critic, x, **options))

    return answer


@draft.mistake(
    "You took one norm over the whole batch; every sample has a slope of its own, and this number "
    "grows with the batch."
)
@reduced
def whole_batch(gradient):
    return gradient.norm()


@draft.mistake(
    "On images your norm runs over the channels only, so there is one for each pixel; a sample's "
    "gradient includes all of its axes."
)
@reduced
def per_pixel(gradient):
    return gradient.norm(2, dim=1)


@draft.mistake(
    "On images your norm runs over the last axis only; a sample's gradient includes all axes but "
    "the first."
)
@reduced
def last_axis_only(gradient):
    return gradient.norm(dim=-1)


@draft.mistake(
    "Your norm runs over the batch axis and keeps the others; it is the other way round."
)
@reduced
def across_the_batch(gradient):
    return gradient.norm(dim=0)


@draft.mistake("These are squared norms: the root is missing.")
@reduced
def squared(gradient):
    return gradient.flatten(1).square().sum(1)


@draft.mistake(
    "You averaged the squares where they are to be summed, so the slope shrinks with the number "
    "of pixels."
)
@reduced
def mean_under_the_root(gradient):
    return gradient.flatten(1).square().mean(1).sqrt()


@draft.mistake("This is the sum of absolute values, the 1-norm; the Euclidean norm is asked for.")
@reduced
def sum_of_absolute_values(gradient):
    return gradient.flatten(1).abs().sum(1)


@draft.mistake("This is the largest entry, the ∞-norm; the Euclidean norm is asked for.")
@reduced
def largest_entry(gradient):
    return gradient.flatten(1).abs().amax(1)


@draft.mistake(
    "The norms are right, but no gradient leads from them back to the critic's parameters, so a "
    "penalty made of them would teach the critic nothing."
)
def not_differentiable(critic, x):
    return reduced(lambda gradient: gradient.flatten(1).norm(dim=1), create_graph=False)(critic, x)


@draft.mistake("You differentiated the mean score, so every slope is divided by the batch size.")
def gradient_of_mean_score(critic, x):
    x = x.detach().requires_grad_(True)
    (gradient,) = torch.autograd.grad(critic(x).mean(), x, create_graph=True)
    return gradient.flatten(1).norm(dim=1)


@draft.mistake(
    "This is the slope in the critic's parameters; how fast the score changes when the *sample* "
    "moves is asked for."
)
def slope_in_parameters(critic, x):
    scores = critic(x).flatten()
    parameters = list(critic.parameters())
    norms = []
    for score in scores:
        found = torch.autograd.grad(score, parameters, create_graph=True, allow_unused=True)
        norms.append(sum(g.square().sum() for g in found if g is not None).sqrt())
    return torch.stack(norms)


@draft.mistake("You returned the mean of the norms; return one norm for each sample.")
@reduced
def averaged(gradient):
    return gradient.flatten(1).norm(dim=1).mean()


@draft.mistake(
    "The norms are right, but in a column of shape (batch, 1); subtracted from something of shape "
    "(batch,) it would silently make a square."
)
@reduced
def column(gradient):
    return gradient.flatten(1).norm(dim=1, keepdim=True)


draft.also_right(norms_with_grad_outputs)
draft.also_right(norms_by_vmap)
draft.also_right(norms_in_a_loop)
for guarded in GUARDED_NORMS:
    draft.also_right(guarded)


draft.hints(
    "`torch.autograd.grad(outputs, inputs)` differentiates with respect to a *sample*. The batch "
    "must ask for gradients before the critic is called on it.",
    "Each score depends on its own sample only, so the gradient of the *sum* of all scores holds "
    "every sample's gradient. Keep it differentiable: `create_graph=True`.",
    "`gradient, = torch.autograd.grad(critic(x).sum(), x, create_graph=True)`, then the norm over "
    "everything but the batch: `gradient.flatten(1).norm(dim=1)`. A small number (up to 1e-7) "
    "under the root, or added to the gradient, is allowed.",
)

draft.telltale(no_slope_taken)

EXERCISE = draft.exercise()
