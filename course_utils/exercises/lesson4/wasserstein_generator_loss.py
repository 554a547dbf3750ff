"""The generator's loss: −E[f(G(z))].

Arjovsky, Chintala & Bottou (2017), section 3.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import softplus

from course_utils.exercises.draft import Draft
from course_utils.exercises.lesson4.score_losses import LOGARITHMS, SQUASHED, SUMMED, observe_scores
from course_utils.objectives import WassersteinLoss

draft = Draft("wasserstein_generator_loss", lesson=4, title="The generator's loss")


@draft.reference
def wasserstein_generator_loss(fake_scores: Tensor) -> Tensor:
    """−E[f(G(z))], to be minimised."""
    return WassersteinLoss().generator_loss(fake_scores)


@draft.probe
def observe(answer, rng):
    return observe_scores("wasserstein_generator_loss", 1, answer, rng)


@draft.mistake(
    "The sign is turned: minimising this drives the critic's opinion of the samples down."
)
def negated(fake):
    return fake.mean()


@draft.mistake(SUMMED)
def summed(fake):
    return -fake.sum()


@draft.mistake(SQUASHED)
def sigmoid(fake):
    return -torch.sigmoid(fake).mean()


@draft.mistake(LOGARITHMS)
def logarithms(fake):
    return softplus(-fake).mean()


@draft.mistake(LOGARITHMS + " This is the saturating one.")
def saturating(fake):
    return -softplus(fake).mean()


@draft.mistake("An absolute value counts a very low score as good as a very high one.")
def absolute_value(fake):
    return -fake.mean().abs()


@draft.mistake(
    "You pull the scores to a target; the generator simply wants them as high as can be."
)
def squared(fake):
    return (fake - 1).square().mean()


@draft.mistake(
    "The gradient is right, but a constant has been added: scores are no probabilities, so there "
    "is no 1 to subtract from."
)
def one_minus(fake):
    return 1 - fake.mean()


@draft.mistake("A factor ½ has crept in.")
def halved(fake):
    return -fake.mean() / 2


@draft.mistake(
    "You pull the scores to a target, and halve it too; the generator simply wants them as high "
    "as can be."
)
def squared_and_halved(fake):
    return (fake - 1).square().mean() / 2


@draft.mistake("This is a hinge loss: scores above 1 earn nothing more; here they have no limit.")
def hinge(fake):
    return (1 - fake).clamp(min=0).mean()


@draft.also_right
def by_minus(fake):
    return torch.mean(-fake)


@draft.also_right
def by_sum(fake):
    return -fake.sum() / len(fake)


@draft.also_right
def by_python_sum(fake):
    return sum(-score for score in fake.flatten()) / fake.numel()


draft.hints(
    "Of E[f(x)] − E[f(G(z))] the generator moves only the second term, and wants the difference "
    "small.",
    "It raises the mean score of its samples. An optimiser descends: which sign?",
    "Minus the mean of `fake_scores`.",
)

EXERCISE = draft.exercise()
