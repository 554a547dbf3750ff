"""Lesson 5: right and wrong ways to make a gradient penalty, put together from their parts.

A penalty is made of points, the norms of the critic's gradient there, and a cost. The same
mistakes spoil the penalty, its one-sided form, and the loss that contains it.
"""

from __future__ import annotations

import random

import torch
from torch.nn.functional import relu

from course_utils.exercises import networks
from course_utils.exercises.draft import Draft
from course_utils.exercises.lesson5.input_gradients import column, input_gradient, norms_in_a_loop

RTOL, ATOL = 2e-4, 2e-5  # an addend of 1e-12 under the root moves a penalty by about 1e-5

# --- right and wrong ways to make a penalty ---------------------------------------------


def between(epsilon):
    """Points for which ``epsilon(real)`` gives the weight of the real samples."""

    def points(real, fake):
        weight = epsilon(real)
        return weight * real + (1 - weight) * fake

    return points


def paired_anew(real, fake):
    """Points between real samples and fake ones that are drawn for them by lot."""
    return between(own)(real, fake[torch.randperm(len(fake))])


def own(real):
    return column(torch.rand(len(real)), real)


def python_epsilon(real):
    return column(networks.tensor([random.random() for _ in real]), real)


def same_every_time(real):
    stream = torch.Generator().manual_seed(42)
    return column(torch.rand(len(real), generator=stream), real)


def sample_norms(critic, x):
    return input_gradient(critic, x).flatten(1).norm(dim=1)


def two_sided_cost(norms):
    return (norms - 1).square().mean()


def one_sided_cost(norms):
    return relu(norms - 1).square().mean()


def penalty_with(points=None, norms=sample_norms, cost=two_sided_cost):
    """A penalty put together from where, which norm, and how it is charged."""
    points = points or between(own)

    def function(critic, real, fake, lambda_gp=10.0):
        return lambda_gp * cost(norms(critic, points(real, fake)))

    return function


def in_a_loop(cost):
    """Sample by sample, with an ε for the fake sample, drawn one at a time."""

    def function(critic, real, fake, lambda_gp=10.0):
        total = 0.0
        for r, f in zip(real, fake, strict=True):
            x_hat = torch.lerp(r, f, torch.rand(()))[None]
            total = total + cost(norms_in_a_loop(critic, x_hat))
        return lambda_gp * total / len(real)

    return function


def norm_of_the_whole_batch(critic, x):
    return input_gradient(critic, x).norm()


def per_pixel(critic, x):
    return input_gradient(critic, x).norm(2, dim=1)


def unguarded(critic, x):
    return input_gradient(critic, x).flatten(1).square().sum(1).sqrt()


def squared_norms(critic, x):
    return input_gradient(critic, x).flatten(1).square().sum(1)


def norms_cut_off(critic, x):
    return input_gradient(critic, x, create_graph=False).flatten(1).norm(dim=1)


def of_mean_score(critic, x):
    return sample_norms(critic, x) / len(x)


def sum_of(cost):
    """The cost as a sum over the batch."""
    return lambda norms: len(norms) * cost(norms)


REAL_ONLY = between(lambda real: 1.0)
FAKE_ONLY = between(lambda real: 0.0)


# --- the mistakes -----------------------------------------------------------------------

POINTS = (
    (
        "one_epsilon_per_batch",
        "One ε serves the whole batch, so all points lie equally far along their lines; draw "
        "one for each sample.",
        between(lambda real: torch.rand(())),
    ),
    (
        "normal_epsilon",
        "ε comes from a normal distribution, so half of your points or more lie outside the "
        "line between real and fake; it is uniform on [0, 1].",
        between(lambda real: column(torch.randn(len(real)), real)),
    ),
    (
        "epsilon_per_pixel",
        "Every entry of a sample has an ε of its own, so that your points are not on the line "
        "between the two samples but somewhere in the box around it.",
        between(torch.rand_like),
    ),
    (
        "epsilon_along_last_axis",
        "ε of shape (batch,) meets the last axis of a sample, because broadcasting aligns shapes "
        "from the right.",
        between(lambda real: torch.rand(len(real))),
    ),
    (
        "epsilon_per_row",
        "ε of shape (batch, 1) suits flat data; in a batch of images it meets the rows, and "
        "fails, or mixes row by row in silence where there are as many rows as samples.",
        between(lambda real: torch.rand(len(real), 1)),
    ),
    (
        "epsilon_per_channel",
        "ε of shape (batch, 1, 1) meets the channel axis of a batch of images; count the axes "
        "that a batch has.",
        between(lambda real: torch.rand(len(real), 1, 1)),
    ),
    (
        "images_only",
        "ε of shape (batch, 1, 1, 1) suits images alone; flat data gain two axes from it. Take "
        "the number of axes from the data.",
        between(lambda real: torch.rand(len(real), 1, 1, 1)),
    ),
    (
        "fixed_batch_size",
        "ε has a fixed number of entries; batches come in other sizes, the last one of an epoch "
        "for instance.",
        between(lambda real: column(torch.rand(32), real)),
    ),
    (
        "midpoint",
        "You always ask in the middle between real and fake; the points are to be spread over "
        "the whole line.",
        between(lambda real: 0.5),
    ),
    (
        "epsilon_never_changes",
        "The same ε come back in every call, because your function seeds its own random "
        "numbers; draw fresh ones.",
        between(same_every_time),
    ),
    (
        "epsilon_not_from_torch",
        "ε does not come from torch's random stream, so `torch.manual_seed` no longer makes a "
        "run repeatable; use `torch.rand`.",
        between(python_epsilon),
    ),
)


NORMS = (
    (
        "whole_batch_norm",
        "You took one norm over the gradients of the whole batch, which grows with the "
        "batch: a critic of slope exactly 1 is punished as soon as there are two samples.",
        norm_of_the_whole_batch,
    ),
    (
        "per_pixel_norm",
        "On images your norm runs over the channels only, one for each pixel; the slope at "
        "a sample takes in all of its axes.",
        per_pixel,
    ),
    (
        "root_missing",
        "You compare the *squared* norm with 1; the root is missing.",
        squared_norms,
    ),
    (
        "gradient_of_mean_score",
        "You differentiated the mean score, so every slope is divided by the batch size.",
        of_mean_score,
    ),
    (
        "no_gradient_to_critic",
        "The value is right, but no gradient leads from it to the critic's parameters: a "
        "critic trained with it would never notice the penalty.",
        norms_cut_off,
    ),
    (
        "nan_at_zero_slope",
        "Where the slope is exactly 0 your gradient is NaN, for a root has no derivative at "
        "0; one such sample would spoil every weight.",
        unguarded,
    ),
)


def itself(penalise):
    """The penalty as it is, in no loss."""
    return penalise


def mistakes_in_the_points(draft: Draft, cost, within=itself, leaving_out=()) -> None:
    """Add mistakes in where the slope is taken, to a penalty with the given cost.

    ``within(penalty)`` is the answer that contains the penalty.
    """
    for name, sentence, points in POINTS:
        if name not in leaving_out:
            draft.mistake(sentence, name)(within(penalty_with(points, cost=cost)))


def mistakes_in_the_norms(draft: Draft, cost, within=itself) -> None:
    """Add mistakes in the norm itself, to a penalty with the given cost."""
    for name, sentence, norms in NORMS:
        draft.mistake(sentence, name)(within(penalty_with(norms=norms, cost=cost)))


def mistakes_in_the_weight(draft: Draft, penalise, within=itself) -> None:
    """Add mistakes in what is done with a right penalty as a whole."""

    def without_lambda(critic, real, fake, lambda_gp=10.0):
        return penalise(critic, real, fake, 1.0)

    def always_ten(critic, real, fake, lambda_gp=10.0):
        return penalise(critic, real, fake, 10.0)

    draft.mistake("The weight λ is not in your result.", "lambda_missing")(within(without_lambda))
    draft.mistake(
        "You always weigh with 10; use the λ that is handed over.",
        "lambda_fixed",
    )(within(always_ten))
