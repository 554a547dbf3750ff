"""The critic's loss: the difference of the mean scores, and the gradient penalty.

Gulrajani et al. (2017), equation 3.
"""

from __future__ import annotations

import torch
from torch.nn.functional import relu, softplus

from course_utils.exercises.draft import Draft, named_after
from course_utils.exercises.lesson5.gradient_penalty import gradient_penalty
from course_utils.exercises.lesson5.input_gradients import GUARDED_NORMS, norms_by_vmap
from course_utils.exercises.lesson5.one_sided_gradient_penalty import one_sided_gradient_penalty
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
    penalty_with,
    two_sided_cost,
)

draft = Draft("wgan_gp_critic_loss", lesson=5, title="The critic's loss", rtol=RTOL, atol=ATOL)


@draft.reference
def wgan_gp_critic_loss(critic, real, fake, lambda_gp=10.0):
    """``E[f(G(z))] − E[f(x)] + λ E[(‖∇f(x̂)‖ − 1)²]`` (Gulrajani et al. 2017, eq. 3)."""
    return score_gap(critic, real, fake) + gradient_penalty(critic, real, fake, lambda_gp)


def score_gap(critic, real, fake):
    """``E[f(G(z))] − E[f(x)]``, the Wasserstein part of the critic's loss."""
    return critic(fake).mean() - critic(real).mean()


@draft.probe
def observe(answer, rng):
    return observe_penalty(answer, rng, "wgan_gp_critic_loss", lambda norms: norms - 1, score_gap)


def loss_with(penalise, gap=score_gap):
    """Another Wasserstein part, or another penalty."""

    @named_after(penalise)
    def function(critic, real, fake, lambda_gp=10.0):
        return gap(critic, real, fake) + penalise(critic, real, fake, lambda_gp)

    return function


@draft.mistake(
    "The critic is taught to score fakes high and data low: mind which mean is subtracted when "
    "the loss is *minimised*."
)
def scores_swapped(critic, real, fake, lambda_gp=10.0):
    return loss_with(penalty_with(), lambda *batches: -score_gap(*batches))(
        critic, real, fake, lambda_gp
    )


@draft.mistake(
    "You subtract the penalty, so that minimising the loss makes slopes as wrong as can be."
)
@loss_with
def penalty_subtracted(*arguments):
    return -penalty_with()(*arguments)


@draft.mistake("This is the quantity to maximise; an optimiser minimises.")
def everything_negated(*arguments):
    return -wgan_gp_critic_loss(*arguments)


@draft.mistake(
    "There is no penalty in your loss, so nothing keeps the critic from becoming ever steeper."
)
@loss_with
def penalty_missing(*_):
    return 0.0


@draft.mistake(
    "You compute a penalty, or at least the slopes for it, but it is not in the loss that you "
    "return."
)
def penalty_not_added(*arguments):
    gradient_penalty(*arguments)
    return score_gap(*arguments[:3])


@draft.mistake("The penalty is halved; no factor stands before it but λ.")
@loss_with
def penalty_halved(*arguments):
    return penalty_with()(*arguments) / 2


@draft.mistake("Your scores go through the hinge loss of other GANs; here they are used raw.")
def hinge_loss(critic, real, fake, lambda_gp=10.0):
    return loss_with(
        penalty_with(),
        lambda critic, real, fake: relu(1 - critic(real)).mean() + relu(1 + critic(fake)).mean(),
    )(critic, real, fake, lambda_gp)


@draft.mistake("Your whole loss is halved.")
def everything_halved(critic, real, fake, lambda_gp=10.0):
    return wgan_gp_critic_loss(critic, real, fake, lambda_gp) / 2


@draft.mistake("The two mean scores are added, with a minus before both; their difference counts.")
def minus_the_sum(critic, real, fake, lambda_gp=10.0):
    return loss_with(
        penalty_with(), lambda critic, real, fake: -(critic(real) + critic(fake)).mean()
    )(critic, real, fake, lambda_gp)


@draft.mistake("This is the penalty alone; the critic is also to tell real from fake.")
def gap_missing(critic, real, fake, lambda_gp=10.0):
    return penalty_with()(critic, real, fake, lambda_gp)


@draft.mistake("The real scores are missing from your loss.")
def fakes_only(critic, real, fake, lambda_gp=10.0):
    return loss_with(penalty_with(), lambda critic, real, fake: critic(fake).mean())(
        critic, real, fake, lambda_gp
    )


@draft.mistake(
    "You summed the scores over the batch; take means, or the balance with the penalty changes "
    "with the batch size."
)
def scores_summed(critic, real, fake, lambda_gp=10.0):
    return loss_with(
        penalty_with(), lambda critic, real, fake: len(real) * score_gap(critic, real, fake)
    )(critic, real, fake, lambda_gp)


@draft.mistake("With an absolute value the critic may score fakes above data just as well.")
def absolute_gap(critic, real, fake, lambda_gp=10.0):
    return loss_with(penalty_with(), lambda *batches: -score_gap(*batches).abs())(
        critic, real, fake, lambda_gp
    )


@draft.mistake(
    "The scores go through the logistic loss of a GAN; the Wasserstein critic uses them raw."
)
def logistic_loss(critic, real, fake, lambda_gp=10.0):
    return loss_with(
        penalty_with(),
        lambda critic, real, fake: softplus(-critic(real)).mean() + softplus(critic(fake)).mean(),
    )(critic, real, fake, lambda_gp)


@draft.mistake("λ weighs your whole loss; it belongs to the penalty alone.")
def lambda_on_everything(critic, real, fake, lambda_gp=10.0):
    return lambda_gp * wgan_gp_critic_loss(critic, real, fake, 1.0)


@draft.mistake("λ weighs the penalty twice: your penalty function has multiplied by it already.")
def lambda_twice(critic, real, fake, lambda_gp=10.0):
    return wgan_gp_critic_loss(critic, real, fake, lambda_gp**2)


@draft.mistake(
    "You punish the slope at the samples themselves; the points are to lie between real and fake "
    "ones."
)
def slope_at_the_samples(critic, real, fake, lambda_gp=10.0):
    return loss_with(penalty_with(REAL_ONLY))(critic, real, fake, lambda_gp)


@draft.mistake("Slopes below 1 cost nothing here: that is WGAN-LP's loss, not WGAN-GP's.")
def one_sided(critic, real, fake, lambda_gp=10.0):
    return loss_with(one_sided_gradient_penalty)(critic, real, fake, lambda_gp)


@draft.mistake("The penalty is on the norm itself; what costs is its distance from 1, squared.")
def penalty_on_the_norm(critic, real, fake, lambda_gp=10.0):
    return loss_with(penalty_with(cost=lambda norms: norms.mean()))(critic, real, fake, lambda_gp)


@draft.mistake(
    "You average the norms before you compare with 1; every sample pays for its own slope."
)
def mean_before_square(critic, real, fake, lambda_gp=10.0):
    return loss_with(penalty_with(cost=lambda norms: (norms.mean() - 1).square()))(
        critic, real, fake, lambda_gp
    )


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


mistakes_in_the_points(draft, two_sided_cost, within=loss_with, leaving_out=RARE)
mistakes_in_the_norms(draft, two_sided_cost, within=loss_with)
mistakes_in_the_weight(draft, penalty_with(), within=loss_with)


draft.also_right(loss_with(penalty_with()))


@draft.also_right
def one_batch_through(critic, real, fake, lambda_gp=10.0):
    """Scores of both halves in one pass, gradients by torch.func."""
    real_scores, fake_scores = critic(torch.cat([real, fake])).chunk(2)
    return (
        fake_scores.mean()
        - real_scores.mean()
        + penalty_with(norms=norms_by_vmap)(critic, real, fake, lambda_gp)
    )


@draft.also_right
def all_in_a_loop(critic, real, fake, lambda_gp=10.0):
    pairs = zip(real, fake, strict=True)
    gap = sum(critic(f[None]).squeeze() - critic(r[None]).squeeze() for r, f in pairs)
    return gap / len(real) + in_a_loop(two_sided_cost)(critic, real, fake, lambda_gp)


for guarded in GUARDED_NORMS:
    draft.also_right(loss_with(penalty_with(norms=guarded)))


draft.hints(
    "Two parts: the critic of lesson 4, which minimises mean fake score − mean real score, and "
    "the gradient penalty, which is added.",
    "Let your `gradient_penalty` weigh itself: hand `lambda_gp` on to it, once.",
    "`critic(fake).mean() - critic(real).mean() + gradient_penalty(critic, real, fake, "
    "lambda_gp)`. A small number (1e-16 to 1e-7) under the root of the norm is allowed.",
)

tell_of_the_points(draft)

EXERCISE = draft.exercise()
