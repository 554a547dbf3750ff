"""The discriminator's loss on logits: −E[log D(x)] − E[log(1 − D(G(z)))].

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
    RELATIVISTIC,
    ROUNDED,
    SUMMED,
    TWICE,
    branching_softplus,
    mistakes_of_small_numbers,
    observe_scores,
    rounded_log_sigmoid,
    smoothed_both,
    stable_softplus,
)
from course_utils.objectives import SaturatingLoss

draft = Draft("discriminator_loss", lesson=2, title="The discriminator's loss")


@draft.reference
def discriminator_loss(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """−E[log D(x)] − E[log(1 − D(G(z)))] with D = sigmoid(logit), to be minimised."""
    return SaturatingLoss().critic_loss(real_logits, fake_logits)


@draft.probe
def observe(answer, rng):
    return observe_scores("discriminator_loss", 2, answer, rng)


@draft.mistake(
    "Half the value: you averaged the two terms, or averaged over the joined batch; the loss is "
    "the sum of a mean over real and a mean over fake."
)
def halved(real, fake):
    return discriminator_loss(real, fake) / 2


@draft.mistake("Real and fake have changed places: this discriminator learns to call data fake.")
def labels_swapped(real, fake):
    return discriminator_loss(fake, real)


@draft.mistake(
    "This is V, which the discriminator maximises; a loss is minimised, so its sign is the other "
    "one."
)
def negated(real, fake):
    return -discriminator_loss(real, fake)


@draft.mistake(ROUNDED)
def sigmoid_rounds(real, fake):
    return -rounded_log_sigmoid(real).mean() - torch.log(1 - torch.sigmoid(fake)).mean()


@draft.mistake(OVERFLOWS + " Here it is the term on real samples.")
def sigmoid_rounds_on_real(real, fake):
    return -rounded_log_sigmoid(real).mean() + softplus(fake).mean()


@draft.mistake(OVERFLOWS)
def overflows(real, fake):
    return -rounded_log_sigmoid(real).mean() - rounded_log_sigmoid(-fake).mean()


mistakes_of_small_numbers(draft, smoothed_both)


@draft.mistake(TWICE)
def double_sigmoid(real, fake):
    return discriminator_loss(torch.sigmoid(real), torch.sigmoid(fake))


@draft.mistake(CLAMPED)
def clamped_cross_entropy(real: Tensor, fake: Tensor) -> Tensor:
    on_real = binary_cross_entropy(torch.sigmoid(real), torch.ones_like(real))
    return on_real + binary_cross_entropy(torch.sigmoid(fake), torch.zeros_like(fake))


@draft.mistake(BRANCHED)
def nan_gradient(real, fake):
    return branching_softplus(-real).mean() + branching_softplus(fake).mean()


@draft.mistake(SUMMED)
def summed(real, fake):
    return softplus(-real).sum() + softplus(fake).sum()


@draft.mistake(
    "Only real samples are judged; without the second term, calling everything real is perfect."
)
def fake_term_missing(real, fake):
    return softplus(-real).mean()


@draft.mistake(
    "Only generated samples are judged; without the first term, calling everything fake is perfect."
)
def real_term_missing(real, fake):
    return softplus(fake).mean()


@draft.mistake("Both terms carry the label 'real'; generated samples are to be called fake.")
def same_label_twice(real, fake):
    return softplus(-real).mean() + softplus(-fake).mean()


@draft.mistake(CRITIC)
def no_logarithm(real, fake):
    return fake.mean() - real.mean()


@draft.mistake(AS_PROBABILITIES)
def logits_as_probabilities(real, fake):
    return -torch.log(real).mean() - torch.log(1 - fake).mean()


@draft.mistake(LEAST_SQUARES)
def least_squares(real, fake):
    return (real - 1).square().mean() + fake.square().mean()


@draft.mistake(LEAST_SQUARES + " Each term is halved, too.")
def least_squares_halved(real, fake):
    return least_squares(real, fake) / 2


@draft.mistake(LEAST_SQUARES + " The distances are those of the probabilities.")
def least_squares_of_probabilities(real, fake):
    return least_squares(torch.sigmoid(real), torch.sigmoid(fake))


@draft.mistake(HINGE)
def hinge(real, fake):
    return (1 - real).clamp(min=0).mean() + (1 + fake).clamp(min=0).mean()


@draft.mistake(RELATIVISTIC)
def relativistic(real, fake):
    return softplus(fake - real).mean()


@draft.mistake(RELATIVISTIC + " Yours compares with the mean of the other batch, both ways.")
def relativistic_average(real, fake):
    return softplus(fake.mean() - real).mean() + softplus(fake - real.mean()).mean()


@draft.mistake(
    "The label of real samples is 0.9 here (one-sided smoothing); plain labels are asked."
)
def smoothed_label_09(real, fake):
    return discriminator_loss(real, fake) + 0.1 * real.mean()


@draft.mistake(
    "The label of real samples is 0.8 here (one-sided smoothing); plain labels are asked."
)
def smoothed_label_08(real, fake):
    return discriminator_loss(real, fake) + 0.2 * real.mean()


@draft.mistake("The labels are 0.9 and 0.1 here (smoothing on both sides); plain labels are asked.")
def smoothed_labels(real, fake):
    return discriminator_loss(real, fake) + 0.1 * real.mean() - 0.1 * fake.mean()


@draft.also_right
def by_cross_entropy(real: Tensor, fake: Tensor) -> Tensor:
    on_real = binary_cross_entropy_with_logits(real, torch.ones_like(real))
    return on_real + binary_cross_entropy_with_logits(fake, torch.zeros_like(fake))


@draft.also_right
def by_cross_entropy_of_one_batch(real: Tensor, fake: Tensor) -> Tensor:
    logits = torch.cat([real, fake])
    labels = torch.cat([torch.ones_like(real), torch.zeros_like(fake)])
    return 2 * binary_cross_entropy_with_logits(logits, labels)


@draft.also_right
def by_loop(real: Tensor, fake: Tensor) -> Tensor:
    zero = torch.zeros(())
    terms = [torch.logaddexp(zero, -x) for x in real.flatten()]
    terms += [torch.logaddexp(zero, x) for x in fake.flatten()]
    return sum(terms) / real.numel()


@draft.also_right
def by_logsigmoid(real, fake):
    return -logsigmoid(real).mean() - logsigmoid(-fake).mean()


@draft.also_right
def by_a_stable_softplus(real, fake):
    return stable_softplus(-real).mean() + stable_softplus(fake).mean()


draft.hints(
    "With D = sigmoid(l): −log D = log(1 + e^(−l)) and −log(1 − D) = log(1 + e^l).",
    "log(1 + e^l) has a name and a stable implementation: `torch.nn.functional.softplus(l)`.",
    "Which sign belongs inside for a real sample, which for a generated one? "
    "`softplus(...).mean() + softplus(...).mean()`.",
)

EXERCISE = draft.exercise()
