"""The critic's loss: E[f(G(z))] − E[f(x)].

Arjovsky, Chintala & Bottou (2017), section 3.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import softplus

from course_utils.exercises.draft import Draft
from course_utils.exercises.lesson4.score_losses import LOGARITHMS, SQUASHED, SUMMED, observe_scores
from course_utils.objectives import WassersteinLoss

draft = Draft("wasserstein_critic_loss", lesson=4, title="The critic's loss")


@draft.reference
def wasserstein_critic_loss(real_scores: Tensor, fake_scores: Tensor) -> Tensor:
    """E[f(G(z))] − E[f(x)], to be minimised."""
    return WassersteinLoss().critic_loss(real_scores, fake_scores)


@draft.probe
def observe(answer, rng):
    return observe_scores("wasserstein_critic_loss", 2, answer, rng)


@draft.mistake("The sign is turned: this is what the critic maximises. An optimiser minimises.")
def negated(real, fake):
    return real.mean() - fake.mean()


@draft.mistake(
    "An absolute value hides which side scores higher: real samples are to score higher than "
    "generated ones, not merely differently."
)
def absolute_value(real, fake):
    return -(real.mean() - fake.mean()).abs()


@draft.mistake(
    "You minimise the distance between the two mean scores, and even hide which is larger; the "
    "critic wants them far apart, the real score above."
)
def absolute_value_minimised(real, fake):
    return (real.mean() - fake.mean()).abs()


@draft.mistake("You compare real and generated samples pair by pair; only the two means enter.")
def paired_distances(real, fake):
    return -(real - fake).abs().mean()


@draft.mistake(SUMMED)
def summed(real, fake):
    return fake.sum() - real.sum()


@draft.mistake("A factor ½ has crept in: the loss is the plain difference of the two means.")
def halved(real, fake):
    return (fake.mean() - real.mean()) / 2


@draft.mistake(
    "Both means carry the same sign, so that the critic raises all scores alike; their difference "
    "is what counts."
)
def same_sign(real, fake):
    return -(real.mean() + fake.mean())


@draft.mistake(SQUASHED)
def sigmoid(real, fake):
    return torch.sigmoid(fake).mean() - torch.sigmoid(real).mean()


@draft.mistake(LOGARITHMS)
def logarithms(real, fake):
    return softplus(-real).mean() + softplus(fake).mean()


@draft.mistake("This is the hinge loss of other GANs; the Wasserstein loss has no margin.")
def hinge(real, fake):
    return (1 - real).clamp(min=0).mean() + (1 + fake).clamp(min=0).mean()


@draft.mistake(
    "These are squared distances from the labels 1 and 0, as in least-squares GANs; here scores "
    "have no target."
)
def squared(real, fake):
    return (real - 1).square().mean() + fake.square().mean()


@draft.mistake("Only real samples enter; the critic must also push generated ones down.")
def real_only(real, fake):
    return -real.mean()


@draft.mistake("This is a relativistic loss of other GANs; here only the two mean scores enter.")
def relativistic(real, fake):
    return softplus(fake - real).mean()


@draft.mistake(
    "These are squared distances from the labels 1 and −1, as in least-squares GANs; here scores "
    "have no target."
)
def squared_from_minus_one(real, fake):
    return (real - 1).square().mean() + (fake + 1).square().mean()


@draft.mistake(
    "Half the squared distances from the labels 1 and 0, as in least-squares GANs; here scores "
    "have no target."
)
def squared_and_halved(real, fake):
    return squared(real, fake) / 2


@draft.mistake("Only generated samples enter; the critic must also pull real ones up.")
def fake_only(real, fake):
    return fake.mean()


@draft.mistake("The two means are added: the critic lowers all scores alike; subtract one.")
def sum_of_means(real, fake):
    return real.mean() + fake.mean()


@draft.also_right
def by_minus(real, fake):
    return -(real.mean() - fake.mean())


@draft.also_right
def by_pairs(real, fake):
    return (fake - real).mean()


@draft.also_right
def by_sums(real, fake):
    return fake.sum() / len(fake) - real.sum() / len(real)


@draft.also_right
def by_python_sum(real, fake):
    return sum(fake.flatten()) / len(fake) - torch.mean(real)


draft.hints(
    "The dual form of W₁ is a maximum over f of E[f(x)] − E[f(G(z))].",
    "The critic climbs that difference, and an optimiser descends: turn the sign.",
    "`fake_scores.mean() - real_scores.mean()`: no sigmoid, no logarithm, no absolute value.",
)

EXERCISE = draft.exercise()
