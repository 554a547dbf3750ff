"""Lesson 5: one round of WGAN-GP as it should be, and the ways in which it goes wrong."""

from __future__ import annotations

import itertools

import torch
from torch.nn.functional import softplus

from course_utils.exercises.engine import Misconception
from course_utils.exercises.lesson5.critic import score_gap, wgan_gp_critic_loss
from course_utils.exercises.lesson5.variants import between, cut_off, penalty, whole_batch


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


# --- ways to go wrong -------------------------------------------------------------------


def _update(loss, optimizer, clear: bool) -> None:
    if clear:
        optimizer.zero_grad()
    loss.backward()
    optimizer.step()


def _variant(
    *,
    critic_loss=wgan_gp_critic_loss,
    generator_loss=lambda scores: -scores.mean(),
    clear_critic: bool = True,
    clear_generator: bool = True,
    one_batch: bool = False,
    one_noise: bool = False,
    generator_noise: bool = True,
    critic_updates=lambda n_critic: n_critic,
    generator_after=lambda update, n_critic: update == n_critic,
    estimates=lambda seen: seen[-1],
    loss_after: bool = False,
    afterwards=lambda g, f: None,
):
    """The right round, except for what is said."""

    def step(g, f, sample_real, latent_dim, n_critic, lambda_gp, g_optimizer, f_optimizer):
        seen, real, z = [], None, None

        def generator_update(noise):
            g_loss = generator_loss(f(g(noise)))
            _update(g_loss, g_optimizer, clear_generator)
            return generator_loss(f(g(noise))) if loss_after else g_loss

        updates = critic_updates(n_critic)
        for update in range(1, updates + 1):
            real = real if one_batch and real is not None else sample_real()
            z = z if one_noise and z is not None else torch.randn(len(real), latent_dim)
            fake = g(z).detach()
            seen.append(-score_gap(f, real, fake).item())
            _update(critic_loss(f, real, fake, lambda_gp), f_optimizer, clear_critic)
            if generator_after(update, updates):
                z = torch.randn(len(real), latent_dim) if generator_noise else z
                g_loss = generator_update(z)
        afterwards(g, f)
        return estimates(seen), g_loss.item()

    return step


def _gap_and(charge):
    return lambda f, real, fake, lambda_gp: (
        score_gap(f, real, fake) + charge(f, real, fake, lambda_gp)
    )


def _estimate_with_penalty(sign):
    def step(g, f, sample_real, latent_dim, n_critic, lambda_gp, g_optimizer, f_optimizer):
        losses = []

        def loss(*arguments):
            losses.append(wgan_gp_critic_loss(*arguments))
            return losses[-1]

        right = _variant(critic_loss=loss)
        _, g_loss = right(
            g, f, sample_real, latent_dim, n_critic, lambda_gp, g_optimizer, f_optimizer
        )
        return sign * losses[-1].item(), g_loss

    return step


def _estimate_after_update(
    g, f, sample_real, latent_dim, n_critic, lambda_gp, g_optimizer, f_optimizer
):
    for _ in range(n_critic):
        real = sample_real()
        fake = g(torch.randn(len(real), latent_dim)).detach()
        _update(wgan_gp_critic_loss(f, real, fake, lambda_gp), f_optimizer, True)
        estimate = -score_gap(f, real, fake).item()
    g_loss = -f(g(torch.randn(len(real), latent_dim))).mean()
    _update(g_loss, g_optimizer, True)
    return estimate, g_loss.item()


def _not_detached(g, f, sample_real, latent_dim, n_critic, lambda_gp, g_optimizer, f_optimizer):
    g_optimizer.zero_grad()
    for _ in range(n_critic):
        real = sample_real()
        fake = g(torch.randn(len(real), latent_dim))
        estimate = -score_gap(f, real, fake).item()
        _update(wgan_gp_critic_loss(f, real, fake, lambda_gp), f_optimizer, True)
    g_loss = -f(g(torch.randn(len(real), latent_dim))).mean()
    _update(g_loss, g_optimizer, False)
    return estimate, g_loss.item()


def _generator_cut_off(
    g, f, sample_real, latent_dim, n_critic, lambda_gp, g_optimizer, f_optimizer
):
    return _variant(generator_loss=lambda scores: -scores.detach().mean().requires_grad_(True))(
        g, f, sample_real, latent_dim, n_critic, lambda_gp, g_optimizer, f_optimizer
    )


def _generator_first(g, f, sample_real, latent_dim, n_critic, lambda_gp, g_optimizer, f_optimizer):
    real = sample_real()
    g_loss = -f(g(torch.randn(len(real), latent_dim))).mean()
    _update(g_loss, g_optimizer, True)
    batches = itertools.chain([real], (sample_real() for _ in range(n_critic - 1)))
    for real in batches:
        fake = g(torch.randn(len(real), latent_dim)).detach()
        estimate = -score_gap(f, real, fake).item()
        _update(wgan_gp_critic_loss(f, real, fake, lambda_gp), f_optimizer, True)
    return estimate, g_loss.item()


def _generator_never_steps(
    g, f, sample_real, latent_dim, n_critic, lambda_gp, g_optimizer, f_optimizer
):
    for _ in range(n_critic):
        real = sample_real()
        fake = g(torch.randn(len(real), latent_dim)).detach()
        estimate = -score_gap(f, real, fake).item()
        _update(wgan_gp_critic_loss(f, real, fake, lambda_gp), f_optimizer, True)
    return estimate, -f(g(torch.randn(len(real), latent_dim))).mean().item()


def _extra_batch(g, f, sample_real, *rest):
    sample_real()  # only to learn the batch size
    return wgan_gp_training_step(g, f, sample_real, *rest)


def _critic_moves_too(*arguments):
    result = wgan_gp_training_step(*arguments)
    arguments[-1].step()
    return result


def _clip(g, f):
    with torch.no_grad():
        for parameter in f.parameters():
            parameter.clamp_(-0.01, 0.01)


def _swapped_result(*arguments):
    return wgan_gp_training_step(*arguments)[::-1]


MISTAKES = (
    Misconception(
        "one_real_batch",
        "All critic updates of a round learn from the same real batch; each is to have a fresh "
        "one.",
        _variant(one_batch=True),
    ),
    Misconception(
        "one_noise_batch",
        "All critic updates of a round see fakes of the same noise; draw fresh noise for each.",
        _variant(one_noise=True),
    ),
    Misconception(
        "generator_reuses_noise",
        "The generator's update reuses the noise of the last critic update; draw fresh noise, or "
        "it is judged on the very samples that the critic has just learned to reject.",
        _variant(generator_noise=False),
    ),
    Misconception(
        "generator_in_the_loop",
        "The generator moves after every critic update; it is to wait until the critic has had "
        "all of its updates.",
        _variant(generator_after=lambda update, n_critic: True),
    ),
    Misconception(
        "generator_after_first_update",
        "The generator moves after the first critic update of the round, not after the last.",
        _variant(generator_after=lambda update, n_critic: update == 1),
    ),
    Misconception(
        "critic_moves_with_generator",
        "The critic moves once more, on what the generator's loss has left in its gradients, and "
        "so in the generator's favour.",
        _critic_moves_too,
    ),
    Misconception(
        "one_critic_update",
        "The critic is updated once, whatever `n_critic` says.",
        _variant(critic_updates=lambda n_critic: 1),
    ),
    Misconception(
        "one_update_short",
        "The critic gets one update less than `n_critic`.",
        _variant(critic_updates=lambda n_critic: max(n_critic - 1, 1)),
    ),
    Misconception(
        "one_update_too_many",
        "The critic gets one update more than `n_critic`.",
        _variant(critic_updates=lambda n_critic: n_critic + 1),
    ),
    Misconception(
        "batch_drawn_for_nothing",
        "One real batch is drawn and never learned from; `sample_real` is to be called "
        "`n_critic` times.",
        _extra_batch,
    ),
    Misconception(
        "generator_first",
        "The generator moves before the critic; it is to face the updated critic.",
        _generator_first,
    ),
    Misconception(
        "generator_never_steps",
        "The generator's optimiser never takes its step.",
        _generator_never_steps,
    ),
    Misconception(
        "generator_cut_off",
        "No gradient reaches the generator: the path from its loss back to its weights is cut.",
        _generator_cut_off,
    ),
    Misconception(
        "generator_helps_critic",
        "Your generator *lowers* the scores of its samples, and so does the critic's work for "
        "it: mind the sign of its loss.",
        _variant(generator_loss=lambda scores: scores.mean()),
    ),
    Misconception(
        "generator_logistic_loss",
        "The generator minimises the loss of a GAN; here it is minus the mean score.",
        _variant(generator_loss=lambda scores: softplus(-scores).mean()),
    ),
    Misconception(
        "critic_sign_swapped",
        "The critic learns to score fakes high and data low.",
        _variant(
            critic_loss=lambda f, real, fake, w: (
                -score_gap(f, real, fake) + penalty()(f, real, fake, w)
            )
        ),
    ),
    Misconception(
        "no_penalty",
        "The critic is trained without a gradient penalty, so nothing bounds its slope.",
        _variant(critic_loss=_gap_and(lambda *_: 0.0)),
    ),
    Misconception(
        "penalty_without_effect",
        "The penalty is computed, but it does not change the critic's update: no gradient leads "
        "from it to the critic's weights.",
        _variant(critic_loss=_gap_and(penalty(norms=cut_off))),
    ),
    Misconception(
        "penalty_subtracted",
        "The penalty is subtracted from the critic's loss.",
        _variant(critic_loss=_gap_and(lambda *arguments: -penalty()(*arguments))),
    ),
    Misconception(
        "lambda_missing",
        "The penalty is not weighed with `lambda_gp`.",
        _variant(critic_loss=lambda f, real, fake, w: wgan_gp_critic_loss(f, real, fake, 1.0)),
    ),
    Misconception(
        "lambda_fixed",
        "The penalty always has weight 10; use the `lambda_gp` that is handed over.",
        _variant(critic_loss=lambda f, real, fake, w: wgan_gp_critic_loss(f, real, fake)),
    ),
    Misconception(
        "one_epsilon_per_batch",
        "The penalty uses one ε for the whole batch.",
        _variant(critic_loss=_gap_and(penalty(between(lambda real: torch.rand(()))))),
    ),
    Misconception(
        "another_penalty",
        "The critic's gradient is not that of the two mean scores and the two-sided penalty at "
        "the points x̂: is it one-sided, or a norm over the whole batch?",
        _variant(critic_loss=_gap_and(penalty(norms=whole_batch))),
    ),
    Misconception(
        "critic_not_cleared",
        "Old gradients are added to the critic's new ones: backward accumulates, and nobody has "
        "cleared them before the update.",
        _variant(clear_critic=False),
    ),
    Misconception(
        "generator_not_cleared",
        "Old gradients are added to the generator's new ones: backward accumulates, and nobody "
        "has cleared them before the update.",
        _variant(clear_generator=False),
    ),
    Misconception(
        "never_cleared",
        "Old gradients are added to the new ones in both networks; backward accumulates.",
        _variant(clear_critic=False, clear_generator=False),
    ),
    Misconception(
        "critic_loss_reaches_generator",
        "The critic's losses have sent their gradients into the generator too, and its update "
        "contains them: detach the fakes, or clear the generator's gradients later.",
        _not_detached,
    ),
    Misconception(
        "estimate_is_minus_loss",
        "Your estimate contains the penalty; it is the difference of the mean scores alone.",
        _estimate_with_penalty(-1),
    ),
    Misconception(
        "estimate_is_loss",
        "You return the critic's loss; the estimate is the difference of the mean scores alone, "
        "real minus fake.",
        _estimate_with_penalty(1),
    ),
    Misconception(
        "estimate_negated",
        "The estimate has the wrong sign: it is the mean real score minus the mean fake score.",
        _variant(estimates=lambda seen: -seen[-1]),
    ),
    Misconception(
        "first_estimate",
        "Your estimate is that of the first critic update of the round; the last one is asked for.",
        _variant(estimates=lambda seen: seen[0]),
    ),
    Misconception(
        "average_estimate",
        "You averaged the estimates of the round; that of the last critic update is asked for.",
        _variant(estimates=lambda seen: sum(seen) / len(seen)),
    ),
    Misconception(
        "estimate_after_update",
        "You computed the estimate after the critic's update, on the batch it has just learned "
        "from; take the scores from before it.",
        _estimate_after_update,
    ),
    Misconception(
        "generator_loss_after_update",
        "You computed the generator's loss again after its update; return the value before it.",
        _variant(loss_after=True),
    ),
    Misconception(
        "results_swapped",
        "The two results have changed places: the estimate comes first.",
        _swapped_result,
    ),
    Misconception(
        "left_frozen",
        "The critic is left with requires_grad switched off, so that the next round cannot train "
        "it.",
        _variant(afterwards=lambda g, f: f.requires_grad_(False)),
    ),
    Misconception(
        "weights_clipped",
        "The critic's weights are clipped as well: that was WGAN's constraint, and the penalty "
        "stands in its place.",
        _variant(afterwards=_clip),
    ),
)
