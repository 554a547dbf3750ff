"""The gradient penalty: λ E[(‖∇f(x̂)‖ − 1)²].

Gulrajani et al. (2017), equation 3.
"""

from __future__ import annotations

import torch

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
    FAKE_ONLY,
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
    two_sided_cost,
)

draft = Draft("gradient_penalty", lesson=5, title="The gradient penalty", rtol=RTOL, atol=ATOL)


@draft.reference
def gradient_penalty(critic, real, fake, lambda_gp=10.0):
    """``λ E[(‖∇f(x̂)‖ − 1)²]`` at random points x̂ between real and fake samples.

    Gulrajani et al. (2017), eq. 3.
    """
    return objectives.gradient_penalty(critic, real, fake, lambda_gp)


@draft.probe
def observe(answer, rng):
    return observe_penalty(answer, rng, "gradient_penalty", lambda norms: norms - 1)


mistakes_in_the_points(draft, two_sided_cost)


@draft.mistake(
    "You ask for the slope at the real samples; the points are to lie between real and fake ones."
)
def real_samples_only(critic, real, fake, lambda_gp=10.0):
    return penalty_with(REAL_ONLY)(critic, real, fake, lambda_gp)


@draft.mistake(
    "You ask for the slope at the fake samples; the points are to lie between real and fake ones."
)
def fake_samples_only(critic, real, fake, lambda_gp=10.0):
    return penalty_with(FAKE_ONLY)(critic, real, fake, lambda_gp)


@draft.mistake(
    "The penalty is on the norm itself, so its favourite critic is a constant; what costs is the "
    "distance of the norm from 1, squared."
)
def penalty_on_the_norm(critic, real, fake, lambda_gp=10.0):
    return penalty_with(cost=lambda norms: norms.mean())(critic, real, fake, lambda_gp)


@draft.mistake(
    "Your penalty is smallest at slope 0 (others use that, under the name R1); here the slope is "
    "drawn towards 1."
)
def pulls_to_zero(critic, real, fake, lambda_gp=10.0):
    return penalty_with(cost=lambda norms: norms.square().mean())(critic, real, fake, lambda_gp)


@draft.mistake("The difference from 1 is not squared, so small slopes are rewarded without end.")
def not_squared(critic, real, fake, lambda_gp=10.0):
    return penalty_with(cost=lambda norms: (norms - 1).mean())(critic, real, fake, lambda_gp)


@draft.mistake("You charge the absolute difference from 1; its square is asked for.")
def absolute_difference(critic, real, fake, lambda_gp=10.0):
    return penalty_with(cost=lambda norms: (norms - 1).abs().mean())(critic, real, fake, lambda_gp)


@draft.mistake(
    "You average the norms first: a slope of 0 here and of 2 there would cost nothing. Every "
    "sample pays for its own slope."
)
def mean_before_square(critic, real, fake, lambda_gp=10.0):
    return penalty_with(cost=lambda norms: (norms.mean() - 1).square())(
        critic, real, fake, lambda_gp
    )


@draft.mistake(
    "Slopes below 1 cost nothing here: that is the one-sided penalty, the next exercise."
)
def one_sided(critic, real, fake, lambda_gp=10.0):
    return penalty_with(cost=one_sided_cost)(critic, real, fake, lambda_gp)


@draft.mistake(
    "You summed over the batch; take the mean, or λ means something else at every batch size."
)
def summed(critic, real, fake, lambda_gp=10.0):
    return penalty_with(cost=sum_of(two_sided_cost))(critic, real, fake, lambda_gp)


mistakes_in_the_norms(draft, two_sided_cost)
mistakes_in_the_weight(draft, penalty_with())


draft.also_right(penalty_with())
draft.also_right(penalty_with(norms=norms_by_vmap))
draft.also_right(penalty_with(norms=norms_with_grad_outputs))
draft.also_right(in_a_loop(two_sided_cost))
draft.also_right(penalty_with(paired_anew))


for guarded in GUARDED_NORMS:
    draft.also_right(penalty_with(norms=guarded))


@draft.also_right
def with_scores_logged(critic, real, fake, lambda_gp=10.0):
    """Looking is free: scores and midpoints, with gradients switched off or not."""
    print(critic(real).mean().item(), critic(fake).mean().item())
    value = penalty_with()(critic, real, fake, lambda_gp)
    with torch.no_grad():
        print(critic((real + fake) / 2).mean(), critic(torch.cat([real, fake])).std())
    return value


draft.hints(
    "Three steps: one fresh ε in [0, 1] for each sample and the points x̂; the critic's slope at "
    "each; λ times the mean squared difference of the slopes from 1.",
    "The first two steps are your functions `interpolate` and `gradient_norms`. ε has shape "
    "(batch,) and comes from `torch.rand`.",
    "`x_hat = interpolate(real, fake, torch.rand(len(real)))`, then `lambda_gp * "
    "((gradient_norms(critic, x_hat) - 1) ** 2).mean()`. If a gradient becomes NaN, add a "
    "small number (1e-16 to 1e-7) under the root of the norm, or to the gradient: at slope 0 the "
    "result only has to be finite.",
)

tell_of_the_points(draft)

EXERCISE = draft.exercise()
