"""What the three losses on logits share: the probe, and ways to go wrong.

Probes look at the value and at the gradient with respect to every score, for scores of shape
(n,) and (n, 1), and for logits as large as ±1e4, where a sigmoid rounds to 0 or 1.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from course_utils.exercises.draft import Draft
from course_utils.exercises.engine import call, scalar_tensor
from course_utils.exercises.networks import tensor

# Where sigmoid(logit) rounds to 0 or 1 in float32, on either side, and where it begins to. No
# logit is exactly 0: a stable form with |logit| in it may choose any subgradient there.
EXTREME = np.array([1e4, -1e4, 100.0, -100.0, 20.0, -20.0, 9.0, -9.0])


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


def observe_scores(name: str, n_arguments: int, answer, rng) -> dict:
    batches = []
    for shape in ((5,), (4, 1), (1,), (3, 1)):
        batches.append([rng.normal(0.0, 2.0, shape) for _ in range(n_arguments)])
    batches.append([rng.permutation(EXTREME) for _ in range(n_arguments)])
    batches.append([rng.permutation(EXTREME)[:, None] for _ in range(n_arguments)])
    seen: dict = {}
    for scores in batches:
        seen |= observe_loss(answer, name, *scores)
    return seen


def rounded_log_sigmoid(logits: Tensor) -> Tensor:
    return torch.log(torch.sigmoid(logits))


def branching_softplus(logits: Tensor) -> Tensor:
    """Right in value; but the branch not taken overflows, and 0 · inf enters the gradient."""
    return torch.where(
        logits > 0, logits + torch.log1p(torch.exp(-logits)), torch.log1p(torch.exp(logits))
    )


def stable_softplus(logits: Tensor) -> Tensor:
    return logits.clamp(min=0) + torch.log1p(torch.exp(-logits.abs()))


ROUNDED = (
    "The sigmoid of a logit beyond about ±17 rounds to exactly 0 or 1 and its logarithm to −∞. Do "
    "not form the sigmoid at all: work on the logit."
)


OVERFLOWS = (
    "At large logits your exponential overflows or your sigmoid rounds to 0, and the logarithm "
    "becomes infinite; log(1 + e^l) needs a form that overflows at no logit."
)


BRANCHED = (
    "The values are right, but the gradient is NaN at large logits: torch.where differentiates "
    "the branch that was not taken too, and that one overflows."
)


CLAMPED = (
    "binary_cross_entropy on a sigmoid cuts each logarithm off at −100, so that large logits get "
    "the wrong loss and no gradient; the variant that takes logits does not."
)


TWICE = (
    "The logits go through a sigmoid twice: a loss that takes logits applies one itself, so it "
    "must be given the logits as they are."
)


SUMMED = "This sums over the batch; a loss is a mean, so that it does not grow with the batch."


CRITIC = (
    "Those are raw scores without any logarithm, as in the Wasserstein GAN; this game is played "
    "with logarithms of probabilities."
)

LEAST_SQUARES = (
    "These are squared distances from labels, as in least-squares GANs; this game is played with "
    "logarithms of probabilities."
)


HINGE = (
    "This is the hinge loss of other GANs, which has a margin; this game is played with logarithms "
    "of probabilities."
)


AS_PROBABILITIES = (
    "You took the logits for probabilities; they are any real numbers, and become probabilities "
    "only through a sigmoid."
)


RELATIVISTIC = (
    "This is a relativistic loss, which looks at differences between real and fake scores; here "
    "each sample is judged by itself."
)


def mistakes_of_small_numbers(draft: Draft, loss_with: Callable) -> None:
    """Add ``loss_with(eps)`` for the small numbers that students add inside a logarithm."""
    for digits in (6, 7, 8, 10, 12):
        sentence = (
            f"The 1e-{digits} inside the logarithm stops it at {-digits * math.log(10):.1f} and "
            "kills the gradient at large logits, just where it matters; work on the logit and "
            "nothing needs stopping."
        )
        draft.mistake(sentence, f"epsilon_inside_log_1e{digits}")(loss_with(10.0**-digits))


def smoothed_real(eps: float) -> Callable:
    return lambda logits: -torch.log(torch.sigmoid(logits) + eps).mean()


def smoothed_fake(eps: float) -> Callable:
    return lambda logits: torch.log(1 - torch.sigmoid(logits) + eps).mean()


def smoothed_both(eps: float) -> Callable:
    on_real, on_fake = smoothed_real(eps), smoothed_fake(eps)
    return lambda real, fake: on_real(real) - on_fake(fake)
