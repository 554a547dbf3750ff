"""The penalty that leaves gentle slopes alone: λ E[max(0, ‖∇f(x̂)‖ − 1)²].

Petzka, Fischer & Lukovnikov (2018), equation 8.
"""

from __future__ import annotations

import torch
from torch.nn.functional import relu

from course_utils import objectives
from course_utils.exercises.draft import Draft
from course_utils.exercises.lesson5.input_gradients import (
    GUARDED_NORMS,
    norms_by_vmap,
    norms_with_grad_outputs,
)
from course_utils.exercises.lesson5.penalty_probe import observe_penalty
from course_utils.exercises.lesson5.penalty_telltales import tell_of_the_points
from course_utils.exercises.lesson5.penalty_variants import (
    ATOL,
    REAL_ONLY,
    RTOL,
    in_a_loop,
    mistakes_in_the_norms,
    mistakes_in_the_points,
    mistakes_in_the_weight,
    one_sided_cost,
    paired_anew,
    penalty_with,
    sum_of,
)

draft = Draft(
    "one_sided_gradient_penalty", lesson=5, title="The one-sided penalty", rtol=RTOL, atol=ATOL
)


@draft.reference
def one_sided_gradient_penalty(critic, real, fake, lambda_gp=10.0):
    """``λ E[max(0, ‖∇f(x̂)‖ − 1)²]`` (WGAN-LP, Petzka et al. 2018, eq. 8)."""
    return objectives.gradient_penalty(critic, real, fake, lambda_gp, one_sided=True)


@draft.probe
def observe(answer, rng):
    return observe_penalty(answer, rng, "one_sided_gradient_penalty", lambda norms: relu(norms - 1))


@draft.mistake(
    "Slopes below 1 are punished as well: this is the two-sided penalty. A 1-Lipschitz function "
    "may be as flat as it likes."
)
def two_sided(critic, real, fake, lambda_gp=10.0):
    return penalty_with()(critic, real, fake, lambda_gp)


@draft.mistake("It is the wrong side: slopes below 1 pay, and steep ones go free.")
def punishes_gentle_slopes(critic, real, fake, lambda_gp=10.0):
    return penalty_with(cost=lambda norms: relu(1 - norms).square().mean())(
        critic, real, fake, lambda_gp
    )


@draft.mistake("The excess over 1 is not squared.")
def not_squared(critic, real, fake, lambda_gp=10.0):
    return penalty_with(cost=lambda norms: relu(norms - 1).mean())(critic, real, fake, lambda_gp)


@draft.mistake(
    "You average the norms before you cut at 0, so gentle slopes pay for steep ones; every sample "
    "is judged on its own."
)
def mean_before_cut(critic, real, fake, lambda_gp=10.0):
    return penalty_with(cost=lambda norms: relu(norms.mean() - 1).square())(
        critic, real, fake, lambda_gp
    )


@draft.mistake("Slopes up to 1 are free; yours pay from 0 on.")
def pulls_to_zero(critic, real, fake, lambda_gp=10.0):
    return penalty_with(cost=lambda norms: norms.square().mean())(critic, real, fake, lambda_gp)


def _mean_of_the_steep(norms):
    return relu(norms - 1).square().sum() / (norms > 1).sum().clamp(min=1)


@draft.mistake(
    "The gentle samples are left out (you average over the steep ones, or take the steepest); the "
    "mean is over the whole batch, in which the gentle ones count with 0."
)
def mean_of_the_steep(critic, real, fake, lambda_gp=10.0):
    return penalty_with(cost=_mean_of_the_steep)(critic, real, fake, lambda_gp)


@draft.mistake("You summed over the batch; take the mean.")
def summed(critic, real, fake, lambda_gp=10.0):
    return penalty_with(cost=sum_of(one_sided_cost))(critic, real, fake, lambda_gp)


@draft.mistake(
    "You ask for the slope at the real samples; the points are to lie between real and fake ones."
)
def real_samples_only(critic, real, fake, lambda_gp=10.0):
    return penalty_with(REAL_ONLY, cost=one_sided_cost)(critic, real, fake, lambda_gp)


mistakes_in_the_points(draft, one_sided_cost)


mistakes_in_the_norms(draft, one_sided_cost)
mistakes_in_the_weight(draft, one_sided_gradient_penalty)


draft.also_right(penalty_with(cost=one_sided_cost))
draft.also_right(
    penalty_with(norms=norms_by_vmap, cost=lambda norms: norms.clamp(min=1).sub(1).pow(2).mean())
)


draft.also_right(
    penalty_with(
        norms=norms_with_grad_outputs,
        cost=lambda norms: torch.where(norms > 1, (norms - 1) ** 2, 0.0).mean(),
    )
)


draft.also_right(in_a_loop(one_sided_cost))
draft.also_right(penalty_with(paired_anew, cost=one_sided_cost))


for guarded in GUARDED_NORMS:
    draft.also_right(penalty_with(norms=guarded, cost=one_sided_cost))


draft.hints(
    "Everything is as in the two-sided penalty, except what a slope below 1 costs: nothing.",
    "The excess over 1 is max(0, slope − 1), for each sample on its own: `clamp(min=0)` or "
    "`torch.relu`.",
    "`excess = (gradient_norms(critic, x_hat) - 1).clamp(min=0)`, then `lambda_gp * (excess ** "
    "2).mean()`. A small number (1e-16 to 1e-7) under the root of the norm is allowed.",
)

tell_of_the_points(draft)

EXERCISE = draft.exercise()
