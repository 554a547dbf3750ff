"""Lesson 2: the three losses of the original game, on logits, in torch.

Probes look at the value and at the gradient with respect to every score, for scores of shape
(n,) and (n, 1), and for logits as large as ±1e4, where a sigmoid rounds to 0 or 1.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import (
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    logsigmoid,
    softplus,
)

from course_utils.exercises.engine import Exercise, Misconception, call, scalar_tensor
from course_utils.exercises.networks import tensor
from course_utils.objectives import NonSaturatingLoss, SaturatingLoss

# Where sigmoid(logit) rounds to 0 or 1 in float32, on either side, and where it begins to. No
# logit is exactly 0: a stable form with |logit| in it may choose any subgradient there.
_EXTREME = np.array([1e4, -1e4, 100.0, -100.0, 20.0, -20.0, 9.0, -9.0])


def observe_loss(loss: Callable, name: str, *scores: np.ndarray) -> dict:
    """The value of a loss at `scores` and its gradient with respect to each of them."""
    inputs = [tensor(s).requires_grad_() for s in scores]
    value = scalar_tensor(loss(*inputs))
    slopes = torch.autograd.grad(value, inputs, allow_unused=True)
    label = call(name, *scores)
    ordinals = ("",) if len(scores) == 1 else (" (real)", " (fake)")
    seen = {label: float(value.detach())}
    for ordinal, scored, slope in zip(ordinals, inputs, slopes, strict=True):
        slope = torch.zeros_like(scored) if slope is None else slope
        seen[f"the gradient of {label}{ordinal}"] = slope.double().numpy()
    return seen


def _probe(name: str, n_arguments: int, answer, rng) -> dict:
    batches = []
    for shape in ((5,), (4, 1), (1,), (3, 1)):
        batches.append([rng.normal(0.0, 2.0, shape) for _ in range(n_arguments)])
    batches.append([rng.permutation(_EXTREME) for _ in range(n_arguments)])
    batches.append([rng.permutation(_EXTREME)[:, None] for _ in range(n_arguments)])
    seen: dict = {}
    for scores in batches:
        seen |= observe_loss(answer, name, *scores)
    return seen


# --- ways to go wrong that all three losses share ----------------------------------------


def _rounded_log_sigmoid(logits: Tensor) -> Tensor:
    return torch.log(torch.sigmoid(logits))


def _branching_softplus(logits: Tensor) -> Tensor:
    """Right in value; but the branch not taken overflows, and 0 · inf enters the gradient."""
    return torch.where(
        logits > 0, logits + torch.log1p(torch.exp(-logits)), torch.log1p(torch.exp(logits))
    )


def _stable_softplus(logits: Tensor) -> Tensor:
    return logits.clamp(min=0) + torch.log1p(torch.exp(-logits.abs()))


_ROUNDED = (
    "The sigmoid of a logit beyond about ±17 rounds to exactly 0 or 1 and its logarithm to −∞. Do "
    "not form the sigmoid at all: work on the logit."
)
_OVERFLOWS = (
    "At large logits your exponential overflows or your sigmoid rounds to 0, and the logarithm "
    "becomes infinite; log(1 + e^l) needs a form that overflows at no logit."
)
_BRANCHED = (
    "The values are right, but the gradient is NaN at large logits: torch.where differentiates "
    "the branch that was not taken too, and that one overflows."
)
_CLAMPED = (
    "binary_cross_entropy on a sigmoid cuts each logarithm off at −100, so that large logits get "
    "the wrong loss and no gradient; the variant that takes logits does not."
)
_TWICE = (
    "The logits go through a sigmoid twice: a loss that takes logits applies one itself, so it "
    "must be given the logits as they are."
)
_SUMMED = "This sums over the batch; a loss is a mean, so that it does not grow with the batch."
_CRITIC = (
    "Those are raw scores without any logarithm, as in the Wasserstein GAN; this game is played "
    "with logarithms of probabilities."
)


def _smoothed(loss_with: Callable) -> tuple[Misconception, ...]:
    """``loss_with(eps)`` for the small numbers that students add inside a logarithm."""
    return tuple(
        Misconception(
            f"epsilon_inside_log_1e{digits}",
            f"The 1e-{digits} inside the logarithm stops it at {-digits * math.log(10):.1f} and "
            "kills the gradient at large logits, just where it matters; work on the logit and "
            "nothing needs stopping.",
            loss_with(10.0**-digits),
        )
        for digits in (6, 7, 8, 10, 12)
    )


def _smoothed_real(eps: float) -> Callable:
    return lambda logits: -torch.log(torch.sigmoid(logits) + eps).mean()


def _smoothed_fake(eps: float) -> Callable:
    return lambda logits: torch.log(1 - torch.sigmoid(logits) + eps).mean()


def _smoothed_both(eps: float) -> Callable:
    on_real, on_fake = _smoothed_real(eps), _smoothed_fake(eps)
    return lambda real, fake: on_real(real) - on_fake(fake)


# --- discriminator_loss -----------------------------------------------------------------


def discriminator_loss(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """−E[log D(x)] − E[log(1 − D(G(z)))] with D = sigmoid(logit), to be minimised."""
    return SaturatingLoss().critic_loss(real_logits, fake_logits)


def _bce(real: Tensor, fake: Tensor) -> Tensor:
    on_real = binary_cross_entropy_with_logits(real, torch.ones_like(real))
    return on_real + binary_cross_entropy_with_logits(fake, torch.zeros_like(fake))


def _bce_of_sigmoid(real: Tensor, fake: Tensor) -> Tensor:
    on_real = binary_cross_entropy(torch.sigmoid(real), torch.ones_like(real))
    return on_real + binary_cross_entropy(torch.sigmoid(fake), torch.zeros_like(fake))


def _bce_on_one_batch(real: Tensor, fake: Tensor) -> Tensor:
    logits = torch.cat([real, fake])
    labels = torch.cat([torch.ones_like(real), torch.zeros_like(fake)])
    return 2 * binary_cross_entropy_with_logits(logits, labels)


def _loss_loop(real: Tensor, fake: Tensor) -> Tensor:
    zero = torch.zeros(())
    terms = [torch.logaddexp(zero, -x) for x in real.flatten()]
    terms += [torch.logaddexp(zero, x) for x in fake.flatten()]
    return sum(terms) / real.numel()


DISCRIMINATOR_LOSS = Exercise(
    id="discriminator_loss",
    lesson=2,
    title="The discriminator's loss",
    reference=discriminator_loss,
    probe=lambda answer, rng: _probe("discriminator_loss", 2, answer, rng),
    misconceptions=(
        Misconception(
            "halved",
            "Half the value: you averaged the two terms, or averaged over the joined batch; the "
            "loss is the sum of a mean over real and a mean over fake.",
            lambda real, fake: discriminator_loss(real, fake) / 2,
        ),
        Misconception(
            "labels_swapped",
            "Real and fake have changed places: this discriminator learns to call data fake.",
            lambda real, fake: discriminator_loss(fake, real),
        ),
        Misconception(
            "negated",
            "This is V, which the discriminator maximises; a loss is minimised, so its sign is "
            "the other one.",
            lambda real, fake: -discriminator_loss(real, fake),
        ),
        Misconception(
            "sigmoid_rounds",
            _ROUNDED,
            lambda real, fake: (
                -_rounded_log_sigmoid(real).mean() - torch.log(1 - torch.sigmoid(fake)).mean()
            ),
        ),
        Misconception(
            "sigmoid_rounds_on_real",
            _ROUNDED + " Here it is the term on real samples.",
            lambda real, fake: -_rounded_log_sigmoid(real).mean() + softplus(fake).mean(),
        ),
        Misconception(
            "overflows",
            _OVERFLOWS,
            lambda real, fake: (
                -_rounded_log_sigmoid(real).mean() - _rounded_log_sigmoid(-fake).mean()
            ),
        ),
        *_smoothed(_smoothed_both),
        Misconception(
            "double_sigmoid",
            _TWICE,
            lambda real, fake: discriminator_loss(torch.sigmoid(real), torch.sigmoid(fake)),
        ),
        Misconception("clamped_cross_entropy", _CLAMPED, _bce_of_sigmoid),
        Misconception(
            "nan_gradient",
            _BRANCHED,
            lambda real, fake: _branching_softplus(-real).mean() + _branching_softplus(fake).mean(),
        ),
        Misconception(
            "summed",
            _SUMMED,
            lambda real, fake: softplus(-real).sum() + softplus(fake).sum(),
        ),
        Misconception(
            "fake_term_missing",
            "Only real samples are judged; without the second term, calling everything real is "
            "perfect.",
            lambda real, fake: softplus(-real).mean(),
        ),
        Misconception(
            "real_term_missing",
            "Only generated samples are judged; without the first term, calling everything fake "
            "is perfect.",
            lambda real, fake: softplus(fake).mean(),
        ),
        Misconception(
            "same_label_twice",
            "Both terms carry the label 'real'; generated samples are to be called fake.",
            lambda real, fake: softplus(-real).mean() + softplus(-fake).mean(),
        ),
        Misconception("no_logarithm", _CRITIC, lambda real, fake: fake.mean() - real.mean()),
        Misconception(
            "logits_as_probabilities",
            "You took the logits for probabilities; they are any real numbers, and become "
            "probabilities only through a sigmoid.",
            lambda real, fake: -torch.log(real).mean() - torch.log(1 - fake).mean(),
        ),
    ),
    hints=(
        "With D = sigmoid(l): −log D = log(1 + e^(−l)) and −log(1 − D) = log(1 + e^l).",
        "log(1 + e^l) has a name and a stable implementation: `torch.nn.functional.softplus(l)`.",
        "Which sign belongs inside for a real sample, which for a generated one? `softplus(...)"
        ".mean() + softplus(...).mean()`.",
    ),
    alternatives=(
        _bce,
        _bce_on_one_batch,
        _loss_loop,
        lambda real, fake: -logsigmoid(real).mean() - logsigmoid(-fake).mean(),
        lambda real, fake: _stable_softplus(-real).mean() + _stable_softplus(fake).mean(),
    ),
)

# --- saturating_generator_loss ----------------------------------------------------------


def saturating_generator_loss(fake_logits: Tensor) -> Tensor:
    """E[log(1 − D(G(z)))], to be minimised: the generator's side of the minimax game."""
    return SaturatingLoss().generator_loss(fake_logits)


SATURATING = Exercise(
    id="saturating_generator_loss",
    lesson=2,
    title="The saturating generator loss",
    reference=saturating_generator_loss,
    probe=lambda answer, rng: _probe("saturating_generator_loss", 1, answer, rng),
    misconceptions=(
        Misconception(
            "non_saturating",
            "This is the non-saturating loss, −E[log D]; here the generator's own side of the "
            "minimax game is asked for.",
            lambda fake: softplus(-fake).mean(),
        ),
        Misconception(
            "negated",
            "The sign is turned: minimising this trains the generator to be found out. It is the "
            "discriminator's term, and the generator wants the opposite.",
            lambda fake: softplus(fake).mean(),
        ),
        Misconception(
            "minimises_log_d",
            "You minimise E[log D], which drives the discriminator's opinion of the samples "
            "down; the generator wants to be called real.",
            lambda fake: logsigmoid(fake).mean(),
        ),
        Misconception(
            "sigmoid_rounds",
            _ROUNDED,
            lambda fake: torch.log(1 - torch.sigmoid(fake)).mean(),
        ),
        Misconception(
            "overflows",
            _OVERFLOWS,
            lambda fake: _rounded_log_sigmoid(-fake).mean(),
        ),
        *_smoothed(_smoothed_fake),
        Misconception(
            "double_sigmoid",
            _TWICE,
            lambda fake: saturating_generator_loss(torch.sigmoid(fake)),
        ),
        Misconception(
            "clamped_cross_entropy",
            _CLAMPED,
            lambda fake: -binary_cross_entropy(torch.sigmoid(fake), torch.zeros_like(fake)),
        ),
        Misconception("nan_gradient", _BRANCHED, lambda fake: -_branching_softplus(fake).mean()),
        Misconception("summed", _SUMMED, lambda fake: -softplus(fake).sum()),
        Misconception("no_logarithm", _CRITIC, lambda fake: -fake.mean()),
        Misconception(
            "logarithm_missing",
            "This is E[1 − D]; the logarithm is missing.",
            lambda fake: (1 - torch.sigmoid(fake)).mean(),
        ),
    ),
    hints=(
        "In V(G, D) only one term depends on the generator. The generator minimises it as it "
        "stands.",
        "That term is E[log(1 − D)], never positive. With D = sigmoid(l), log(1 − D) = "
        "−log(1 + e^l).",
        "`softplus(fake_logits)` is log(1 + e^l): take its mean and mind the sign.",
    ),
    alternatives=(
        lambda fake: logsigmoid(-fake).mean(),
        lambda fake: -binary_cross_entropy_with_logits(fake, torch.zeros_like(fake)),
        lambda fake: -_stable_softplus(fake).sum() / len(fake),
        lambda fake: (logsigmoid(fake) - fake).mean(),
    ),
)

# --- non_saturating_generator_loss ------------------------------------------------------


def non_saturating_generator_loss(fake_logits: Tensor) -> Tensor:
    """−E[log D(G(z))], to be minimised (Goodfellow et al. 2014, section 3)."""
    return NonSaturatingLoss().generator_loss(fake_logits)


NON_SATURATING = Exercise(
    id="non_saturating_generator_loss",
    lesson=2,
    title="The non-saturating generator loss",
    reference=non_saturating_generator_loss,
    probe=lambda answer, rng: _probe("non_saturating_generator_loss", 1, answer, rng),
    misconceptions=(
        Misconception(
            "saturating",
            "This is the saturating loss, E[log(1 − D)], which is flat where the discriminator "
            "is sure; the other one is asked for.",
            lambda fake: -softplus(fake).mean(),
        ),
        Misconception(
            "negated",
            "The sign is turned: minimising E[log D] drives the discriminator's opinion of the "
            "samples down.",
            lambda fake: logsigmoid(fake).mean(),
        ),
        Misconception(
            "labelled_fake",
            "Your generator is trained towards the label 'fake': this is the discriminator's own "
            "term.",
            lambda fake: softplus(fake).mean(),
        ),
        Misconception("sigmoid_rounds", _ROUNDED, lambda fake: -_rounded_log_sigmoid(fake).mean()),
        *_smoothed(_smoothed_real),
        Misconception(
            "double_sigmoid",
            _TWICE,
            lambda fake: non_saturating_generator_loss(torch.sigmoid(fake)),
        ),
        Misconception(
            "clamped_cross_entropy",
            _CLAMPED,
            lambda fake: binary_cross_entropy(torch.sigmoid(fake), torch.ones_like(fake)),
        ),
        Misconception("nan_gradient", _BRANCHED, lambda fake: _branching_softplus(-fake).mean()),
        Misconception("summed", _SUMMED, lambda fake: softplus(-fake).sum()),
        Misconception("no_logarithm", _CRITIC, lambda fake: -fake.mean()),
        Misconception(
            "logarithm_missing",
            "This is −E[D]; the logarithm is missing.",
            lambda fake: -torch.sigmoid(fake).mean(),
        ),
        Misconception(
            "log_of_mean",
            "You took the logarithm of the mean; the loss is the mean of the logarithms.",
            lambda fake: -torch.log(torch.sigmoid(fake).mean()),
        ),
    ),
    hints=(
        "The generator is trained as though its samples carried the label 'real'.",
        "With D = sigmoid(l), −log D = log(1 + e^(−l)).",
        "`softplus(l)` is log(1 + e^l) without overflow: which sign of the logit goes in? Then "
        "the mean.",
    ),
    alternatives=(
        lambda fake: -logsigmoid(fake).mean(),
        lambda fake: binary_cross_entropy_with_logits(fake, torch.ones_like(fake)),
        lambda fake: _stable_softplus(-fake).mean(),
        lambda fake: (softplus(fake) - fake).mean(),
        lambda fake: sum(softplus(-x) for x in fake.flatten()) / len(fake),
    ),
)

LOSSES = (DISCRIMINATOR_LOSS, SATURATING, NON_SATURATING)
