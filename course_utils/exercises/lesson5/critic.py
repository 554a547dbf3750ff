"""Lesson 5: the gradient penalty, its one-sided form, and the critic's loss around it."""

from __future__ import annotations

from dataclasses import replace

import torch
from torch.nn.functional import relu, softplus

from course_utils import objectives
from course_utils.exercises.engine import Exercise, Misconception
from course_utils.exercises.lesson5.penalty import probe_penalty
from course_utils.exercises.lesson5.slopes import norms_by_vmap, norms_with_grad_outputs
from course_utils.exercises.lesson5.variants import (
    between,
    in_a_loop,
    of_the_norms,
    of_the_points,
    of_the_weight,
    penalty,
    summed,
    two_sided,
    upper,
)

RTOL, ATOL = 2e-4, 2e-5  # an addend of 1e-12 under the root moves a penalty by about 1e-5

REAL_ONLY = between(lambda real: 1.0)
FAKE_ONLY = between(lambda real: 0.0)


def gradient_penalty(critic, real, fake, lambda_gp=10.0):
    """``λ E[(‖∇f(x̂)‖ − 1)²]`` at random points x̂ between real and fake samples.

    Gulrajani et al. (2017), eq. 3.
    """
    return objectives.gradient_penalty(critic, real, fake, lambda_gp)


GRADIENT_PENALTY = Exercise(
    id="gradient_penalty",
    lesson=5,
    title="The gradient penalty",
    reference=gradient_penalty,
    probe=probe_penalty("gradient_penalty", lambda norms: norms - 1),
    rtol=RTOL,
    atol=ATOL,
    misconceptions=(
        *of_the_points(two_sided),
        Misconception(
            "real_samples_only",
            "You ask for the slope at the real samples; the points are to lie between real and "
            "fake ones.",
            penalty(REAL_ONLY),
        ),
        Misconception(
            "fake_samples_only",
            "You ask for the slope at the fake samples; the points are to lie between real and "
            "fake ones.",
            penalty(FAKE_ONLY),
        ),
        Misconception(
            "penalty_on_the_norm",
            "The penalty is on the norm itself, so its favourite critic is a constant; what "
            "costs is the distance of the norm from 1, squared.",
            penalty(cost=lambda norms: norms.mean()),
        ),
        Misconception(
            "pulls_to_zero",
            "Your penalty is smallest at slope 0 (others use that, under the name R1); here the "
            "slope is drawn towards 1.",
            penalty(cost=lambda norms: norms.square().mean()),
        ),
        Misconception(
            "not_squared",
            "The difference from 1 is not squared, so small slopes are rewarded without end.",
            penalty(cost=lambda norms: (norms - 1).mean()),
        ),
        Misconception(
            "absolute_difference",
            "You charge the absolute difference from 1; its square is asked for.",
            penalty(cost=lambda norms: (norms - 1).abs().mean()),
        ),
        Misconception(
            "mean_before_square",
            "You average the norms first: a slope of 0 here and of 2 there would cost nothing. "
            "Every sample pays for its own slope.",
            penalty(cost=lambda norms: (norms.mean() - 1).square()),
        ),
        Misconception(
            "one_sided",
            "Slopes below 1 cost nothing here: that is the one-sided penalty, the next exercise.",
            penalty(cost=upper),
        ),
        Misconception(
            "summed",
            "You summed over the batch; take the mean, or λ means something else at every batch "
            "size.",
            penalty(cost=summed(two_sided)),
        ),
        *of_the_norms(two_sided),
        *of_the_weight(penalty()),
    ),
    hints=(
        "Three steps: one fresh ε in [0, 1] for each sample and the points x̂; the critic's "
        "slope at each; λ times the mean squared difference of the slopes from 1.",
        "The first two steps are your functions `interpolate` and `gradient_norms`. ε has shape "
        "(batch,) and comes from `torch.rand`.",
        "`x_hat = interpolate(real, fake, torch.rand(len(real)))`, then "
        "`lambda_gp * ((gradient_norms(critic, x_hat) - 1) ** 2).mean()`. If a gradient becomes "
        "NaN, add 1e-12 under the root of the norm.",
    ),
    alternatives=(
        penalty(),
        penalty(norms=norms_by_vmap),
        penalty(norms=norms_with_grad_outputs),
        in_a_loop(two_sided),
    ),
)

# --- one_sided_gradient_penalty ---------------------------------------------------------


def one_sided_gradient_penalty(critic, real, fake, lambda_gp=10.0):
    """``λ E[max(0, ‖∇f(x̂)‖ − 1)²]`` (WGAN-LP, Petzka et al. 2018, eq. 8)."""
    return objectives.gradient_penalty(critic, real, fake, lambda_gp, one_sided=True)


def _mean_of_the_steep(norms):
    return relu(norms - 1).square().sum() / (norms > 1).sum().clamp(min=1)


ONE_SIDED = Exercise(
    id="one_sided_gradient_penalty",
    lesson=5,
    title="The one-sided penalty",
    reference=one_sided_gradient_penalty,
    probe=probe_penalty("one_sided_gradient_penalty", lambda norms: relu(norms - 1)),
    rtol=RTOL,
    atol=ATOL,
    misconceptions=(
        Misconception(
            "two_sided",
            "Slopes below 1 are punished as well: this is the two-sided penalty. A 1-Lipschitz "
            "function may be as flat as it likes.",
            penalty(),
        ),
        Misconception(
            "punishes_gentle_slopes",
            "It is the wrong side: slopes below 1 pay, and steep ones go free.",
            penalty(cost=lambda norms: relu(1 - norms).square().mean()),
        ),
        Misconception(
            "not_squared",
            "The excess over 1 is not squared.",
            penalty(cost=lambda norms: relu(norms - 1).mean()),
        ),
        Misconception(
            "mean_before_cut",
            "You average the norms before you cut at 0, so gentle slopes pay for steep ones; "
            "every sample is judged on its own.",
            penalty(cost=lambda norms: relu(norms.mean() - 1).square()),
        ),
        Misconception(
            "pulls_to_zero",
            "Slopes up to 1 are free; yours pay from 0 on.",
            penalty(cost=lambda norms: norms.square().mean()),
        ),
        Misconception(
            "mean_of_the_steep",
            "You average over the steep samples only; the mean is over the whole batch, in "
            "which the gentle ones count with 0.",
            penalty(cost=_mean_of_the_steep),
        ),
        Misconception(
            "summed",
            "You summed over the batch; take the mean.",
            penalty(cost=summed(upper)),
        ),
        Misconception(
            "real_samples_only",
            "You ask for the slope at the real samples; the points are to lie between real and "
            "fake ones.",
            penalty(REAL_ONLY, cost=upper),
        ),
        *of_the_points(upper),
        *of_the_norms(upper),
        *of_the_weight(one_sided_gradient_penalty),
    ),
    hints=(
        "Everything is as in the two-sided penalty, except what a slope below 1 costs: nothing.",
        "The excess over 1 is max(0, slope − 1), for each sample on its own: `clamp(min=0)` or "
        "`torch.relu`.",
        "`excess = (gradient_norms(critic, x_hat) - 1).clamp(min=0)`, then "
        "`lambda_gp * (excess ** 2).mean()`.",
    ),
    alternatives=(
        penalty(cost=upper),
        penalty(norms=norms_by_vmap, cost=lambda norms: norms.clamp(min=1).sub(1).pow(2).mean()),
        penalty(
            norms=norms_with_grad_outputs,
            cost=lambda norms: torch.where(norms > 1, (norms - 1) ** 2, 0.0).mean(),
        ),
        in_a_loop(upper),
    ),
)

# --- wgan_gp_critic_loss ----------------------------------------------------------------


def score_gap(critic, real, fake):
    """``E[f(G(z))] − E[f(x)]``, the Wasserstein part of the critic's loss."""
    return critic(fake).mean() - critic(real).mean()


def wgan_gp_critic_loss(critic, real, fake, lambda_gp=10.0):
    """``E[f(G(z))] − E[f(x)] + λ E[(‖∇f(x̂)‖ − 1)²]`` (Gulrajani et al. 2017, eq. 3)."""
    return score_gap(critic, real, fake) + gradient_penalty(critic, real, fake, lambda_gp)


def _loss(penalise, gap=score_gap):
    """Another Wasserstein part, or another penalty."""

    def function(critic, real, fake, lambda_gp=10.0):
        return gap(critic, real, fake) + penalise(critic, real, fake, lambda_gp)

    return function


def _one_batch_through(critic, real, fake, lambda_gp=10.0):
    """Scores of both halves in one pass, gradients by torch.func."""
    real_scores, fake_scores = critic(torch.cat([real, fake])).chunk(2)
    return (
        fake_scores.mean()
        - real_scores.mean()
        + penalty(norms=norms_by_vmap)(critic, real, fake, lambda_gp)
    )


def _all_in_a_loop(critic, real, fake, lambda_gp=10.0):
    pairs = zip(real, fake, strict=True)
    gap = sum(critic(f[None]).squeeze() - critic(r[None]).squeeze() for r, f in pairs)
    return gap / len(real) + in_a_loop(two_sided)(critic, real, fake, lambda_gp)


def _in_loss(mistakes):
    """Mistakes in a penalty, carried into the loss that contains it."""
    return tuple(replace(mistake, answer=_loss(mistake.answer)) for mistake in mistakes)


# Whoever writes the loss has a penalty by then: these are left to the exercise about it.
RARE = (
    "epsilon_along_last_axis",
    "epsilon_per_channel",
    "images_only",
    "fixed_batch_size",
    "midpoint",
    "epsilon_never_changes",
    "epsilon_not_from_torch",
)

CRITIC_LOSS = Exercise(
    id="wgan_gp_critic_loss",
    lesson=5,
    title="The critic's loss",
    reference=wgan_gp_critic_loss,
    probe=probe_penalty("wgan_gp_critic_loss", lambda norms: norms - 1, score_gap),
    rtol=RTOL,
    atol=ATOL,
    misconceptions=(
        Misconception(
            "scores_swapped",
            "The critic is taught to score fakes high and data low: mind which mean is "
            "subtracted when the loss is *minimised*.",
            _loss(penalty(), lambda *batches: -score_gap(*batches)),
        ),
        Misconception(
            "penalty_subtracted",
            "You subtract the penalty, so that minimising the loss makes slopes as wrong as can "
            "be.",
            _loss(lambda *arguments: -penalty()(*arguments)),
        ),
        Misconception(
            "everything_negated",
            "This is the quantity to maximise; an optimiser minimises.",
            lambda *arguments: -wgan_gp_critic_loss(*arguments),
        ),
        Misconception(
            "penalty_missing",
            "There is no penalty in your loss, so nothing keeps the critic from becoming ever "
            "steeper.",
            _loss(lambda *_: 0.0),
        ),
        Misconception(
            "gap_missing",
            "This is the penalty alone; the critic is also to tell real from fake.",
            penalty(),
        ),
        Misconception(
            "fakes_only",
            "The real scores are missing from your loss.",
            _loss(penalty(), lambda critic, real, fake: critic(fake).mean()),
        ),
        Misconception(
            "scores_summed",
            "You summed the scores over the batch; take means, or the balance with the penalty "
            "changes with the batch size.",
            _loss(penalty(), lambda critic, real, fake: len(real) * score_gap(critic, real, fake)),
        ),
        Misconception(
            "absolute_gap",
            "With an absolute value the critic may score fakes above data just as well.",
            _loss(penalty(), lambda *batches: -score_gap(*batches).abs()),
        ),
        Misconception(
            "logistic_loss",
            "The scores go through the logistic loss of a GAN; the Wasserstein critic uses them "
            "raw.",
            _loss(
                penalty(),
                lambda critic, real, fake: (
                    softplus(-critic(real)).mean() + softplus(critic(fake)).mean()
                ),
            ),
        ),
        Misconception(
            "lambda_on_everything",
            "λ weighs your whole loss; it belongs to the penalty alone.",
            lambda critic, real, fake, lambda_gp=10.0: (
                lambda_gp * wgan_gp_critic_loss(critic, real, fake, 1.0)
            ),
        ),
        Misconception(
            "lambda_twice",
            "λ weighs the penalty twice: your penalty function has multiplied by it already.",
            lambda critic, real, fake, lambda_gp=10.0: wgan_gp_critic_loss(
                critic, real, fake, lambda_gp**2
            ),
        ),
        Misconception(
            "slope_at_the_samples",
            "You punish the slope at the samples themselves; the points are to lie between real "
            "and fake ones.",
            _loss(penalty(REAL_ONLY)),
        ),
        Misconception(
            "one_sided",
            "Slopes below 1 cost nothing here: that is WGAN-LP's loss, not WGAN-GP's.",
            _loss(one_sided_gradient_penalty),
        ),
        Misconception(
            "penalty_on_the_norm",
            "The penalty is on the norm itself; what costs is its distance from 1, squared.",
            _loss(penalty(cost=lambda norms: norms.mean())),
        ),
        Misconception(
            "mean_before_square",
            "You average the norms before you compare with 1; every sample pays for its own slope.",
            _loss(penalty(cost=lambda norms: (norms.mean() - 1).square())),
        ),
        *_in_loss(m for m in of_the_points(two_sided) if m.name not in RARE),
        *_in_loss(of_the_norms(two_sided)),
        *_in_loss(of_the_weight(penalty())),
    ),
    hints=(
        "Two parts: the critic of lesson 4, which minimises mean fake score − mean real score, "
        "and the gradient penalty, which is added.",
        "Let your `gradient_penalty` weigh itself: hand `lambda_gp` on to it, once.",
        "`critic(fake).mean() - critic(real).mean() + gradient_penalty(critic, real, fake, "
        "lambda_gp)`.",
    ),
    alternatives=(_loss(penalty()), _one_batch_through, _all_in_a_loop),
)
