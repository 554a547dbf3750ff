"""The generator's side of the minimax game, on logits: E[log(1 − D(G(z)))].

Goodfellow et al. (2014), section 3.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import (
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    logsigmoid,
    softplus,
)

from course_utils.exercises.draft import Draft
from course_utils.exercises.lesson2.logit_losses import (
    AS_PROBABILITIES,
    BRANCHED,
    CLAMPED,
    CRITIC,
    HINGE,
    LEAST_SQUARES,
    OVERFLOWS,
    ROUNDED,
    SUMMED,
    TWICE,
    branching_softplus,
    mistakes_of_small_numbers,
    observe_scores,
    rounded_log_sigmoid,
    smoothed_fake,
    stable_softplus,
)
from course_utils.objectives import SaturatingLoss

draft = Draft("saturating_generator_loss", lesson=2, title="The saturating generator loss")


@draft.reference
def saturating_generator_loss(fake_logits: Tensor) -> Tensor:
    """E[log(1 − D(G(z)))], to be minimised: the generator's side of the minimax game."""
    return SaturatingLoss().generator_loss(fake_logits)


@draft.probe
def observe(answer, rng):
    return observe_scores("saturating_generator_loss", 1, answer, rng)


@draft.mistake(
    "This is the non-saturating loss, −E[log D]; here the generator's own side of the minimax "
    "game is asked for."
)
def non_saturating(fake):
    return softplus(-fake).mean()


@draft.mistake(
    "The sign is turned: minimising this trains the generator to be found out. It is the "
    "discriminator's term, and the generator wants the opposite."
)
def negated(fake):
    return softplus(fake).mean()


@draft.mistake(
    "You minimise E[log D], which drives the discriminator's opinion of the samples down; the "
    "generator wants to be called real."
)
def minimises_log_d(fake):
    return logsigmoid(fake).mean()


@draft.mistake(ROUNDED)
def sigmoid_rounds(fake):
    return torch.log(1 - torch.sigmoid(fake)).mean()


@draft.mistake(OVERFLOWS)
def overflows(fake):
    return rounded_log_sigmoid(-fake).mean()


mistakes_of_small_numbers(draft, smoothed_fake)


@draft.mistake(TWICE)
def double_sigmoid(fake):
    return saturating_generator_loss(torch.sigmoid(fake))


@draft.mistake(CLAMPED)
def clamped_cross_entropy(fake):
    return -binary_cross_entropy(torch.sigmoid(fake), torch.zeros_like(fake))


@draft.mistake(BRANCHED)
def nan_gradient(fake):
    return -branching_softplus(fake).mean()


@draft.mistake(SUMMED)
def summed(fake):
    return -softplus(fake).sum()


@draft.mistake(CRITIC)
def no_logarithm(fake):
    return -fake.mean()


@draft.mistake(HINGE)
def hinge(fake):
    return (1 - fake).clamp(min=0).mean()


@draft.mistake(AS_PROBABILITIES)
def logits_as_probabilities(fake):
    return torch.log(1 - fake).mean()


@draft.mistake("You took the logarithm of the mean; the loss is the mean of the logarithms.")
def log_of_mean(fake):
    return torch.log(1 - torch.sigmoid(fake).mean())


@draft.mistake("This is E[1 − D]; the logarithm is missing.")
def logarithm_missing(fake):
    return (1 - torch.sigmoid(fake)).mean()


@draft.mistake(LEAST_SQUARES)
def least_squares(fake):
    return (fake - 1).square().mean()


@draft.mistake(LEAST_SQUARES + " It is halved, too.")
def least_squares_halved(fake):
    return (fake - 1).square().mean() / 2


@draft.mistake(LEAST_SQUARES + " The distances are those of the probabilities.")
def least_squares_of_probabilities(fake):
    return (torch.sigmoid(fake) - 1).square().mean()


@draft.also_right
def by_logsigmoid(fake):
    return logsigmoid(-fake).mean()


@draft.also_right
def by_cross_entropy(fake):
    return -binary_cross_entropy_with_logits(fake, torch.zeros_like(fake))


@draft.also_right
def by_a_stable_softplus(fake):
    return -stable_softplus(fake).sum() / len(fake)


@draft.also_right
def by_subtraction(fake):
    return (logsigmoid(fake) - fake).mean()


draft.hints(
    "In V(G, D) only one term depends on the generator. The generator minimises it as it stands.",
    "That term is E[log(1 − D)], never positive. With D = sigmoid(l), log(1 − D) = −log(1 + e^l).",
    "`softplus(fake_logits)` is log(1 + e^l): take its mean and mind the sign.",
)

EXERCISE = draft.exercise()
