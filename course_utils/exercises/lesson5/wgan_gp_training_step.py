"""One round of WGAN-GP: several critic updates, then one of the generator.

Gulrajani et al. (2017), Algorithm 1.
"""

from __future__ import annotations

import itertools

import torch
from torch.nn.functional import softplus

from course_utils.exercises.draft import Draft
from course_utils.exercises.lesson5.input_gradients import GUARDED_NORMS
from course_utils.exercises.lesson5.penalty_variants import (
    between,
    norm_of_the_whole_batch,
    norms_cut_off,
    penalty_with,
)
from course_utils.exercises.lesson5.right_rounds import (
    all_drawn_first,
    explicit_gradients,
    not_detached_but_cleared,
    with_closures,
    with_everything_logged,
    with_guarded_norms,
    with_samples_paired_anew,
)
from course_utils.exercises.lesson5.round_probe import observe_round
from course_utils.exercises.lesson5.round_telltales import tell_of_the_round
from course_utils.exercises.lesson5.round_variants import (
    descend,
    estimate_with_penalty,
    gap_and,
    round_with,
)
from course_utils.exercises.lesson5.wgan_gp_critic_loss import score_gap, wgan_gp_critic_loss

draft = Draft("wgan_gp_training_step", lesson=5, title="One round of WGAN-GP", may_mutate=True)


@draft.reference
def wgan_gp_training_step(
    generator,
    critic,
    sample_real,
    latent_dim,
    n_critic,
    lambda_gp,
    generator_optimizer,
    critic_optimizer,
):
    """`n_critic` critic updates, each on a fresh batch and fresh noise, then one of the generator.

    Gulrajani et al. (2017), Algorithm 1.

    Returns
    -------
    (wasserstein_estimate, generator_loss)
        Mean real − mean fake score at the last critic update before it, without penalty; the
        generator's loss before its update.
    """
    for _ in range(n_critic):
        real = sample_real()
        fake = generator(torch.randn(len(real), latent_dim)).detach()
        loss = wgan_gp_critic_loss(critic, real, fake, lambda_gp)
        estimate = (critic(real).mean() - critic(fake).mean()).item()
        critic_optimizer.zero_grad()
        loss.backward()
        critic_optimizer.step()

    generator_loss = -critic(generator(torch.randn(len(real), latent_dim))).mean()
    generator_optimizer.zero_grad()
    generator_loss.backward()
    generator_optimizer.step()
    return estimate, generator_loss.item()


draft.probe(observe_round)


@draft.mistake(
    "All critic updates of a round learn from the same real batch; each is to have a fresh one."
)
def one_real_batch(*arguments):
    return round_with(one_batch=True)(*arguments)


@draft.mistake(
    "All critic updates of a round see fakes of the same noise; draw fresh noise for each."
)
def one_noise_batch(*arguments):
    return round_with(one_noise=True)(*arguments)


@draft.mistake(
    "The generator's update reuses the noise of the last critic update; draw fresh noise, or it "
    "is judged on the very samples that the critic has just learned to reject."
)
def generator_reuses_noise(*arguments):
    return round_with(generator_noise=False)(*arguments)


@draft.mistake(
    "The generator moves after every critic update; it is to wait until the critic has had all of "
    "its updates."
)
def generator_in_the_loop(*arguments):
    return round_with(generator_after=lambda update, n_critic: True)(*arguments)


@draft.mistake(
    "The generator moves after the first critic update of the round, not after the last."
)
def generator_after_first_update(*arguments):
    return round_with(generator_after=lambda update, n_critic: update == 1)(*arguments)


@draft.mistake(
    "The critic moves once more, on what the generator's loss has left in its gradients, and so "
    "in the generator's favour."
)
def critic_moves_with_generator(*arguments):
    result = wgan_gp_training_step(*arguments)
    arguments[-1].step()
    return result


@draft.mistake("The critic is updated once, whatever `n_critic` says.")
def one_critic_update(*arguments):
    return round_with(critic_updates=lambda n_critic: 1)(*arguments)


@draft.mistake("The critic gets one update less than `n_critic`.")
def one_update_short(*arguments):
    return round_with(critic_updates=lambda n_critic: max(n_critic - 1, 1))(*arguments)


@draft.mistake("The critic gets one update more than `n_critic`.")
def one_update_too_many(*arguments):
    return round_with(critic_updates=lambda n_critic: n_critic + 1)(*arguments)


@draft.mistake(
    "One real batch is drawn and never learned from; `sample_real` is to be called `n_critic` "
    "times."
)
def batch_drawn_for_nothing(g, f, sample_real, *rest):
    sample_real()  # only to learn the batch size
    return wgan_gp_training_step(g, f, sample_real, *rest)


@draft.mistake("The generator moves before the critic; it is to face the updated critic.")
def generator_first(g, f, sample_real, latent_dim, n_critic, lambda_gp, g_optimizer, f_optimizer):
    real = sample_real()
    g_loss = -f(g(torch.randn(len(real), latent_dim))).mean()
    descend(g_loss, g_optimizer, True)
    batches = itertools.chain([real], (sample_real() for _ in range(n_critic - 1)))
    for real in batches:
        fake = g(torch.randn(len(real), latent_dim)).detach()
        estimate = -score_gap(f, real, fake).item()
        descend(wgan_gp_critic_loss(f, real, fake, lambda_gp), f_optimizer, True)
    return estimate, g_loss.item()


@draft.mistake("The generator's optimiser never takes its step.")
def generator_never_steps(
    g, f, sample_real, latent_dim, n_critic, lambda_gp, g_optimizer, f_optimizer
):
    for _ in range(n_critic):
        real = sample_real()
        fake = g(torch.randn(len(real), latent_dim)).detach()
        estimate = -score_gap(f, real, fake).item()
        descend(wgan_gp_critic_loss(f, real, fake, lambda_gp), f_optimizer, True)
    return estimate, -f(g(torch.randn(len(real), latent_dim))).mean().item()


@draft.mistake(
    "No gradient reaches the generator: the path from its loss back to its weights is cut."
)
def generator_cut_off(g, f, sample_real, latent_dim, n_critic, lambda_gp, g_optimizer, f_optimizer):
    return round_with(generator_loss=lambda scores: -scores.detach().mean().requires_grad_(True))(
        g, f, sample_real, latent_dim, n_critic, lambda_gp, g_optimizer, f_optimizer
    )


@draft.mistake(
    "Your generator *lowers* the scores of its samples, and so does the critic's work for it: "
    "mind the sign of its loss."
)
def generator_helps_critic(*arguments):
    return round_with(generator_loss=lambda scores: scores.mean())(*arguments)


@draft.mistake("The generator minimises the loss of a GAN; here it is minus the mean score.")
def generator_logistic_loss(*arguments):
    return round_with(generator_loss=lambda scores: softplus(-scores).mean())(*arguments)


@draft.mistake("The critic learns to score fakes high and data low.")
def critic_sign_swapped(*arguments):
    return round_with(
        critic_loss=lambda f, real, fake, w: (
            -score_gap(f, real, fake) + penalty_with()(f, real, fake, w)
        )
    )(*arguments)


@draft.mistake("The critic is trained without a gradient penalty, so nothing bounds its slope.")
def no_penalty(*arguments):
    return round_with(critic_loss=gap_and(lambda *_: 0.0))(*arguments)


@draft.mistake(
    "The penalty is computed, but it does not change the critic's update: no gradient leads from "
    "it to the critic's weights."
)
def penalty_without_effect(*arguments):
    return round_with(critic_loss=gap_and(penalty_with(norms=norms_cut_off)))(*arguments)


@draft.mistake("The penalty is subtracted from the critic's loss.")
def penalty_subtracted(*arguments):
    return round_with(critic_loss=gap_and(lambda *arguments: -penalty_with()(*arguments)))(
        *arguments
    )


@draft.mistake("The penalty is not weighed with `lambda_gp`.")
def lambda_missing(*arguments):
    return round_with(critic_loss=lambda f, real, fake, w: wgan_gp_critic_loss(f, real, fake, 1.0))(
        *arguments
    )


@draft.mistake("The penalty always has weight 10; use the `lambda_gp` that is handed over.")
def lambda_fixed(*arguments):
    return round_with(critic_loss=lambda f, real, fake, w: wgan_gp_critic_loss(f, real, fake))(
        *arguments
    )


@draft.mistake("The penalty uses one ε for the whole batch.")
def one_epsilon_per_batch(*arguments):
    return round_with(critic_loss=gap_and(penalty_with(between(lambda real: torch.rand(())))))(
        *arguments
    )


@draft.mistake(
    "The critic's gradient is not that of the two mean scores and the two-sided penalty at the "
    "points x̂: is it one-sided, or a norm over the whole batch?"
)
def another_penalty(*arguments):
    return round_with(critic_loss=gap_and(penalty_with(norms=norm_of_the_whole_batch)))(*arguments)


@draft.mistake(
    "Old gradients are added to the critic's new ones: backward accumulates, and nobody has "
    "cleared them before the update."
)
def critic_not_cleared(*arguments):
    return round_with(clear_critic=False)(*arguments)


@draft.mistake(
    "Old gradients are added to the generator's new ones: backward accumulates, and nobody has "
    "cleared them before the update."
)
def generator_not_cleared(*arguments):
    return round_with(clear_generator=False)(*arguments)


@draft.mistake("Old gradients are added to the new ones in both networks; backward accumulates.")
def never_cleared(*arguments):
    return round_with(clear_critic=False, clear_generator=False)(*arguments)


@draft.mistake(
    "The critic's losses have sent their gradients into the generator too, and its update "
    "contains them: detach the fakes, or clear the generator's gradients later."
)
def critic_loss_reaches_generator(
    g, f, sample_real, latent_dim, n_critic, lambda_gp, g_optimizer, f_optimizer
):
    g_optimizer.zero_grad()
    for _ in range(n_critic):
        real = sample_real()
        fake = g(torch.randn(len(real), latent_dim))
        estimate = -score_gap(f, real, fake).item()
        descend(wgan_gp_critic_loss(f, real, fake, lambda_gp), f_optimizer, True)
    g_loss = -f(g(torch.randn(len(real), latent_dim))).mean()
    descend(g_loss, g_optimizer, False)
    return estimate, g_loss.item()


@draft.mistake("Your estimate contains the penalty; it is the difference of the mean scores alone.")
def estimate_is_minus_loss(*arguments):
    return estimate_with_penalty(-1)(*arguments)


@draft.mistake(
    "You return the critic's loss; the estimate is the difference of the mean scores alone, real "
    "minus fake."
)
def estimate_is_loss(*arguments):
    return estimate_with_penalty(1)(*arguments)


@draft.mistake(
    "The estimate has the wrong sign: it is the mean real score minus the mean fake score."
)
def estimate_negated(*arguments):
    return round_with(estimates=lambda seen: -seen[-1])(*arguments)


@draft.mistake(
    "Your estimate is that of the first critic update of the round; the last one is asked for."
)
def first_estimate(*arguments):
    return round_with(estimates=lambda seen: seen[0])(*arguments)


@draft.mistake(
    "You averaged the estimates of the round; that of the last critic update is asked for."
)
def average_estimate(*arguments):
    return round_with(estimates=lambda seen: sum(seen) / len(seen))(*arguments)


@draft.mistake(
    "You computed the estimate after the critic's update, on the batch it has just learned from; "
    "take the scores from before it."
)
def estimate_after_update(
    g, f, sample_real, latent_dim, n_critic, lambda_gp, g_optimizer, f_optimizer
):
    for _ in range(n_critic):
        real = sample_real()
        fake = g(torch.randn(len(real), latent_dim)).detach()
        descend(wgan_gp_critic_loss(f, real, fake, lambda_gp), f_optimizer, True)
        estimate = -score_gap(f, real, fake).item()
    g_loss = -f(g(torch.randn(len(real), latent_dim))).mean()
    descend(g_loss, g_optimizer, True)
    return estimate, g_loss.item()


@draft.mistake(
    "You computed the generator's loss again after its update; return the value before it."
)
def generator_loss_after_update(*arguments):
    return round_with(loss_after=True)(*arguments)


@draft.mistake("The two results have changed places: the estimate comes first.")
def results_swapped(*arguments):
    return wgan_gp_training_step(*arguments)[::-1]


@draft.mistake(
    "The critic is left with requires_grad switched off, so that the next round cannot train it."
)
def left_frozen(*arguments):
    return round_with(afterwards=lambda g, f: f.requires_grad_(False))(*arguments)


def _clip(g, f):
    with torch.no_grad():
        for parameter in f.parameters():
            parameter.clamp_(-0.01, 0.01)


@draft.mistake(
    "Something other than the two optimisers changes the weights. Are the critic's clipped? That "
    "was WGAN's constraint, and the penalty stands in its place."
)
def weights_clipped(*arguments):
    return round_with(afterwards=_clip)(*arguments)


draft.also_right(all_drawn_first)
draft.also_right(not_detached_but_cleared)
draft.also_right(explicit_gradients)
draft.also_right(with_closures)
draft.also_right(with_everything_logged)
draft.also_right(with_samples_paired_anew)
for guarded in GUARDED_NORMS:
    draft.also_right(with_guarded_norms(guarded))

draft.hints(
    "A loop of `n_critic` critic updates, and after the loop one generator update. Each critic "
    "update draws its own real batch, its own noise, and sees the fakes detached.",
    "One critic update: batch, noise, fakes, loss; `zero_grad`, `backward`, `step`. Keep mean "
    "real score − mean fake score from before the step; the last one is returned.",
    "In the loop: `real = sample_real()`, `fake = generator(torch.randn(len(real), "
    "latent_dim)).detach()`, `loss = wgan_gp_critic_loss(critic, real, fake, lambda_gp)`. After "
    "it: `-critic(generator(fresh noise)).mean()` for the generator.",
)

tell_of_the_round(draft)

EXERCISE = draft.exercise()
