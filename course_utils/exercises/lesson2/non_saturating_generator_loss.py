"""The generator's loss that does not saturate, on logits: −E[log D(G(z))].

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
    SUMMED,
    TWICE,
    branching_softplus,
    mistakes_of_small_numbers,
    observe_scores,
    rounded_log_sigmoid,
    smoothed_real,
    stable_softplus,
)
from course_utils.objectives import NonSaturatingLoss

draft = Draft("non_saturating_generator_loss", lesson=2, title="The non-saturating generator loss")


@draft.reference
def non_saturating_generator_loss(fake_logits: Tensor) -> Tensor:
    """−E[log D(G(z))], to be minimised (Goodfellow et al. 2014, section 3)."""
    return NonSaturatingLoss().generator_loss(fake_logits)


@draft.probe
def observe(answer, rng):
    return observe_scores("non_saturating_generator_loss", 1, answer, rng)


@draft.mistake(
    "This is the saturating loss, E[log(1 − D)], which is flat where the discriminator is sure; "
    "the other one is asked for."
)
def saturating(fake):
    return -softplus(fake).mean()


@draft.mistake(
    "The sign is turned: minimising E[log D] drives the discriminator's opinion of the samples "
    "down."
)
def negated(fake):
    return logsigmoid(fake).mean()


@draft.mistake(
    "Your generator is trained towards the label 'fake': this is the discriminator's own term."
)
def labelled_fake(fake):
    return softplus(fake).mean()


@draft.mistake(OVERFLOWS)
def sigmoid_rounds(fake):
    return -rounded_log_sigmoid(fake).mean()


mistakes_of_small_numbers(draft, smoothed_real)


@draft.mistake(TWICE)
def double_sigmoid(fake):
    return non_saturating_generator_loss(torch.sigmoid(fake))


@draft.mistake(CLAMPED)
def clamped_cross_entropy(fake):
    return binary_cross_entropy(torch.sigmoid(fake), torch.ones_like(fake))


@draft.mistake(BRANCHED)
def nan_gradient(fake):
    return branching_softplus(-fake).mean()


@draft.mistake(SUMMED)
def summed(fake):
    return softplus(-fake).sum()


@draft.mistake(CRITIC)
def no_logarithm(fake):
    return -fake.mean()


@draft.mistake("This is −E[D]; the logarithm is missing.")
def logarithm_missing(fake):
    return -torch.sigmoid(fake).mean()


@draft.mistake(HINGE)
def hinge(fake):
    return (1 - fake).clamp(min=0).mean()


@draft.mistake(AS_PROBABILITIES)
def logits_as_probabilities(fake):
    return -torch.log(fake).mean()


@draft.mistake("You took the logarithm of the mean; the loss is the mean of the logarithms.")
def log_of_mean(fake):
    return -torch.log(torch.sigmoid(fake).mean())


@draft.mistake(LEAST_SQUARES)
def least_squares(fake):
    return (fake - 1).square().mean()


@draft.mistake(LEAST_SQUARES + " It is halved, too.")
def least_squares_halved(fake):
    return (fake - 1).square().mean() / 2


@draft.mistake(LEAST_SQUARES + " The distances are those of the probabilities.")
def least_squares_of_probabilities(fake):
    return (torch.sigmoid(fake) - 1).square().mean()


@draft.mistake("The label is 0.9 here (smoothing); the generator aims at the plain label 1.")
def smoothed_label(fake):
    return (softplus(-fake) + 0.1 * fake).mean()


@draft.also_right
def by_logsigmoid(fake):
    return -logsigmoid(fake).mean()


@draft.also_right
def by_cross_entropy(fake):
    return binary_cross_entropy_with_logits(fake, torch.ones_like(fake))


@draft.also_right
def by_a_stable_softplus(fake):
    return stable_softplus(-fake).mean()


@draft.also_right
def by_subtraction(fake):
    return (softplus(fake) - fake).mean()


@draft.also_right
def by_loop(fake):
    return sum(softplus(-x) for x in fake.flatten()) / len(fake)


draft.hints(
    "The generator is trained as though its samples carried the label 'real'.",
    "With D = sigmoid(l), −log D = log(1 + e^(−l)).",
    "`softplus(l)` is log(1 + e^l) without overflow: which sign of the logit goes in? Then the "
    "mean.",
)

EXERCISE = draft.exercise()
