"""Lesson 4: losses without logarithms, clipping, and what clipping bounds; the bank of the lesson.

Arjovsky, Chintala and Bottou (2017), section 3 and Algorithm 1. Clipping is in
:mod:`.clipping`, the critic's step in :mod:`.step`, numbers and choices in
:mod:`.tables`, errors to find in :mod:`.errors`.
"""

from __future__ import annotations

import itertools
import math

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import softplus

from course_utils.exercises.engine import Exercise, Misconception, call, number
from course_utils.exercises.lesson2.losses import observe_loss
from course_utils.exercises.lesson4.clipping import CLIPPING
from course_utils.exercises.lesson4.errors import ERRORS
from course_utils.exercises.lesson4.step import STEP
from course_utils.exercises.lesson4.tables import TABLES
from course_utils.objectives import WassersteinLoss

# --- wasserstein_critic_loss and wasserstein_generator_loss -----------------------------


def wasserstein_critic_loss(real_scores: Tensor, fake_scores: Tensor) -> Tensor:
    """E[f(G(z))] − E[f(x)], to be minimised."""
    return WassersteinLoss().critic_loss(real_scores, fake_scores)


def wasserstein_generator_loss(fake_scores: Tensor) -> Tensor:
    """−E[f(G(z))], to be minimised."""
    return WassersteinLoss().generator_loss(fake_scores)


def _probe_losses(name: str, n_arguments: int, answer, rng) -> dict:
    seen: dict = {}
    for shape, shift in (((5,), 3.0), ((4, 1), -3.0), ((1,), 1.0), ((6, 1), 0.0), ((3,), -1.0)):
        # Real scores lie above the fake ones in some batches and below them in others.
        scores = [rng.normal((-1) ** i * shift, 1.5, shape) for i in range(n_arguments)]
        seen |= observe_loss(answer, name, *scores)
    extreme = np.array([1e4, -1e4, 2e4, 500.0])
    return seen | observe_loss(answer, name, *[rng.permutation(extreme)] * n_arguments)


_SUMMED = "This sums over the batch; a loss is a mean, so that it does not grow with the batch."
_SQUASHED = (
    "You put the scores through a sigmoid; a critic's score is any real number, and squashing it "
    "brings the vanishing gradient back."
)
_LOGARITHMS = (
    "These are the logarithmic losses of the original game; the Wasserstein losses are plain "
    "means of raw scores."
)

CRITIC_LOSS = Exercise(
    id="wasserstein_critic_loss",
    lesson=4,
    title="The critic's loss",
    reference=wasserstein_critic_loss,
    probe=lambda answer, rng: _probe_losses("wasserstein_critic_loss", 2, answer, rng),
    misconceptions=(
        Misconception(
            "negated",
            "The sign is turned: this is what the critic maximises. An optimiser minimises.",
            lambda real, fake: real.mean() - fake.mean(),
        ),
        Misconception(
            "absolute_value",
            "An absolute value hides which side scores higher: real samples are to score higher "
            "than generated ones, not merely differently.",
            lambda real, fake: -(real.mean() - fake.mean()).abs(),
        ),
        Misconception(
            "absolute_value_minimised",
            "You minimise the distance between the two mean scores, and even hide which is "
            "larger; the critic wants them far apart, the real score above.",
            lambda real, fake: (real.mean() - fake.mean()).abs(),
        ),
        Misconception(
            "paired_distances",
            "You compare real and generated samples pair by pair; only the two means enter.",
            lambda real, fake: -(real - fake).abs().mean(),
        ),
        Misconception("summed", _SUMMED, lambda real, fake: fake.sum() - real.sum()),
        Misconception(
            "halved",
            "A factor ½ has crept in: the loss is the plain difference of the two means.",
            lambda real, fake: (fake.mean() - real.mean()) / 2,
        ),
        Misconception(
            "same_sign",
            "Both means carry the same sign, so that the critic raises all scores alike; their "
            "difference is what counts.",
            lambda real, fake: -(real.mean() + fake.mean()),
        ),
        Misconception(
            "sigmoid",
            _SQUASHED,
            lambda real, fake: torch.sigmoid(fake).mean() - torch.sigmoid(real).mean(),
        ),
        Misconception(
            "logarithms",
            _LOGARITHMS,
            lambda real, fake: softplus(-real).mean() + softplus(fake).mean(),
        ),
        Misconception(
            "hinge",
            "This is the hinge loss of other GANs; the Wasserstein loss has no margin.",
            lambda real, fake: (1 - real).clamp(min=0).mean() + (1 + fake).clamp(min=0).mean(),
        ),
        Misconception(
            "squared",
            "These are squared distances from the labels 1 and 0, as in least-squares GANs; here "
            "scores have no target.",
            lambda real, fake: (real - 1).square().mean() + fake.square().mean(),
        ),
        Misconception(
            "real_only",
            "Only real samples enter; the critic must also push generated ones down.",
            lambda real, fake: -real.mean(),
        ),
    ),
    hints=(
        "The dual form of W₁ is a maximum over f of E[f(x)] − E[f(G(z))].",
        "The critic climbs that difference, and an optimiser descends: turn the sign.",
        "`fake_scores.mean() - real_scores.mean()`: no sigmoid, no logarithm, no absolute value.",
    ),
    alternatives=(
        lambda real, fake: -(real.mean() - fake.mean()),
        lambda real, fake: (fake - real).mean(),
        lambda real, fake: fake.sum() / len(fake) - real.sum() / len(real),
        lambda real, fake: sum(fake.flatten()) / len(fake) - torch.mean(real),
    ),
)

GENERATOR_LOSS = Exercise(
    id="wasserstein_generator_loss",
    lesson=4,
    title="The generator's loss",
    reference=wasserstein_generator_loss,
    probe=lambda answer, rng: _probe_losses("wasserstein_generator_loss", 1, answer, rng),
    misconceptions=(
        Misconception(
            "negated",
            "The sign is turned: minimising this drives the critic's opinion of the samples down.",
            lambda fake: fake.mean(),
        ),
        Misconception("summed", _SUMMED, lambda fake: -fake.sum()),
        Misconception("sigmoid", _SQUASHED, lambda fake: -torch.sigmoid(fake).mean()),
        Misconception("logarithms", _LOGARITHMS, lambda fake: softplus(-fake).mean()),
        Misconception(
            "saturating",
            _LOGARITHMS + " This is the saturating one.",
            lambda fake: -softplus(fake).mean(),
        ),
        Misconception(
            "absolute_value",
            "An absolute value counts a very low score as good as a very high one.",
            lambda fake: -fake.mean().abs(),
        ),
        Misconception(
            "squared",
            "You pull the scores to a target; the generator simply wants them as high as can be.",
            lambda fake: (fake - 1).square().mean(),
        ),
        Misconception(
            "one_minus",
            "The gradient is right, but a constant has been added: scores are no probabilities, "
            "so there is no 1 to subtract from.",
            lambda fake: 1 - fake.mean(),
        ),
        Misconception("halved", "A factor ½ has crept in.", lambda fake: -fake.mean() / 2),
    ),
    hints=(
        "Of E[f(x)] − E[f(G(z))] the generator moves only the second term, and wants the "
        "difference small.",
        "It raises the mean score of its samples. An optimiser descends: which sign?",
        "Minus the mean of `fake_scores`.",
    ),
    alternatives=(
        lambda fake: torch.mean(-fake),
        lambda fake: -fake.sum() / len(fake),
        lambda fake: sum(-score for score in fake.flatten()) / fake.numel(),
    ),
)

# --- clipped_lipschitz_bound ------------------------------------------------------------


def clipped_lipschitz_bound(layer_sizes, clip_value):
    """∏ c·√(in · out) over the layers: no clipped MLP is steeper.

    A matrix of shape (out, in) with entries in [−c, c] has Frobenius norm, and hence spectral
    norm, at most c·√(in · out); the matrix whose entries are all c attains it.
    """
    layers = itertools.pairwise(layer_sizes)
    return math.prod(clip_value * math.sqrt(n_in * n_out) for n_in, n_out in layers)


def _probe_bound(answer, rng):
    cases = [((2, 128, 128, 1), 0.01), ((2, 128, 128, 1), 0.1), ((784, 512, 256, 1), 0.01)]
    cases += [((3, 5), 0.7), ((1, 1), 0.25), ((6, 1), 2.0), ([4, 9, 2], 1.0)]
    for depth in (2, 3, 5):
        sizes = tuple(int(n) for n in rng.integers(2, 40, depth + 1))
        cases.append((sizes, float(rng.uniform(0.02, 0.5))))
    return {call("clipped_lipschitz_bound", *case): number(answer(*case)) for case in cases}


def _bound_by_norm(layer_sizes, clip_value):
    bound = 1.0
    for i in range(len(layer_sizes) - 1):
        matrix = np.full((layer_sizes[i + 1], layer_sizes[i]), clip_value)
        bound *= np.sqrt((matrix**2).sum())  # Frobenius norm, equal to the spectral one: rank 1
    return bound


def _bound_closed_form(layer_sizes, clip_value):
    *rest, last = layer_sizes
    first, *hidden = rest
    return clip_value ** len(rest) * math.sqrt(first * last) * np.prod(hidden)


def _bound_torch(layer_sizes, clip_value):
    sizes = torch.tensor(layer_sizes, dtype=torch.get_default_dtype())
    return (clip_value * (sizes[1:] * sizes[:-1]).sqrt()).prod()


def _pairs_of(combine, gather=math.prod):
    """A wrong bound: `gather` over layers of ``combine(in, out, c)``."""
    return lambda sizes, c: gather(combine(i, o, c) for i, o in itertools.pairwise(sizes))


LIPSCHITZ_BOUND = Exercise(
    id="clipped_lipschitz_bound",
    lesson=4,
    title="How steep a clipped critic can be",
    reference=clipped_lipschitz_bound,
    probe=_probe_bound,
    rtol=1e-4,
    atol=0.0,
    misconceptions=(
        Misconception(
            "widths_ignored",
            "Each layer contributes more than c: a unit adds up many inputs, so the widths count "
            "as well.",
            _pairs_of(lambda i, o, c: c),
        ),
        Misconception(
            "clip_value_itself",
            "c bounds a single weight; the slope of the network compounds over widths and layers.",
            lambda sizes, c: c,
        ),
        Misconception(
            "root_missing",
            "You bound the norm of a layer by the sum of its entries; a bound with a root is "
            "smaller, and still attained.",
            _pairs_of(lambda i, o, c: c * i * o),
        ),
        Misconception(
            "input_width_forgotten",
            "Only the number of outputs enters your layers; each output also adds up all its "
            "inputs.",
            _pairs_of(lambda i, o, c: c * math.sqrt(o)),
        ),
        Misconception(
            "output_width_forgotten",
            "Only the number of inputs enters your layers; all their outputs move at once.",
            _pairs_of(lambda i, o, c: c * math.sqrt(i)),
        ),
        Misconception(
            "largest_row_sum",
            "c · in is the norm of a layer when single coordinates are measured; in Euclidean "
            "length another bound holds.",
            _pairs_of(lambda i, o, c: c * i),
        ),
        Misconception(
            "largest_column_sum",
            "c · out is the norm of a layer when coordinates are summed up; in Euclidean length "
            "another bound holds.",
            _pairs_of(lambda i, o, c: c * o),
        ),
        Misconception(
            "largest_width",
            "You took the larger width of each layer; that bounds the slope, but not as closely "
            "as can be.",
            _pairs_of(lambda i, o, c: c * max(i, o)),
        ),
        Misconception(
            "ends_forgotten",
            "Only the hidden widths enter; the widths of the input and the output count too.",
            lambda sizes, c: c ** (len(sizes) - 1) * math.prod(sizes[1:-1]),
        ),
        Misconception(
            "clip_value_under_the_root",
            "The clip value has slipped under the root: each squared entry is at most c², whose "
            "root is c.",
            _pairs_of(lambda i, o, c: math.sqrt(c * i * o)),
        ),
        Misconception(
            "clip_value_once",
            "The clip value enters once; every layer's weights are clipped.",
            lambda sizes, c: c * clipped_lipschitz_bound(sizes, 1.0),
        ),
        Misconception(
            "layers_added",
            "You added the layers' bounds; layers act one after the other, so their bounds "
            "multiply.",
            _pairs_of(lambda i, o, c: c * math.sqrt(i * o), sum),
        ),
        Misconception(
            "one_layer_too_many",
            "There is one factor c too many: n sizes make n − 1 weight matrices.",
            lambda sizes, c: c * clipped_lipschitz_bound(sizes, c),
        ),
        Misconception(
            "last_layer_missing",
            "The last weight matrix is missing from your product.",
            lambda sizes, c: clipped_lipschitz_bound(sizes[:-1], c),
        ),
        Misconception(
            "squared",
            "This is the square of the bound: the root of the product of the two widths is taken "
            "layer by layer, and c is not squared.",
            lambda sizes, c: clipped_lipschitz_bound(sizes, c) ** 2,
        ),
    ),
    hints=(
        "The slope of a composition is at most the product of the slopes: find one layer's bound.",
        "A layer's slope is the spectral norm of its matrix, which is at most its Frobenius norm: "
        "the root of the sum of the squared entries. How large can that be?",
        "For a matrix with `n_in * n_out` entries, each at most c: `c * sqrt(n_in * n_out)`. "
        "Multiply over `zip(layer_sizes[:-1], layer_sizes[1:])`.",
    ),
    alternatives=(_bound_by_norm, _bound_closed_form, _bound_torch),
)

# --- training_hours ---------------------------------------------------------------------


def training_hours(n_generator_steps, batch_size, samples_per_second):
    """Hours that a run takes, from the rate at which samples pass through the generator."""
    return n_generator_steps * batch_size / samples_per_second / 3600


def _probe_hours(answer, rng):
    cases = [(100_000, 64, 2e6 / (50 * 3600)), (31_250, 64, 11.1), (1, 1, 1.0), (300_000, 50, 900)]
    for _ in range(4):
        steps, batch = (int(n) for n in rng.integers((1_000, 16), (200_000, 512)))
        cases.append((steps, batch, float(rng.uniform(5, 5_000))))
    return {call("training_hours", *case): number(answer(*case)) for case in cases}


def _hours_by_steps(n_generator_steps, batch_size, samples_per_second):
    seconds_per_step = batch_size / samples_per_second
    return np.float64(n_generator_steps) * seconds_per_step / 60 / 60


TRAINING_HOURS = Exercise(
    id="training_hours",
    lesson=4,
    title="How long will it take",
    reference=training_hours,
    probe=_probe_hours,
    misconceptions=(
        Misconception("seconds", "These are seconds, not hours.", lambda n, b, s: n * b / s),
        Misconception("minutes", "These are minutes, not hours.", lambda n, b, s: n * b / s / 60),
        Misconception("days", "These are days, not hours.", lambda n, b, s: n * b / s / 86_400),
        Misconception(
            "batch_forgotten",
            "A generator step processes a whole batch; you counted one sample for each.",
            lambda n, b, s: n / s / 3600,
        ),
        Misconception(
            "divided_by_batch",
            "You divided by the batch size: larger batches mean more samples for the same number "
            "of steps.",
            lambda n, b, s: n / b / s / 3600,
        ),
        Misconception(
            "rate_upside_down",
            "You multiplied by the speed: a faster machine would take longer.",
            lambda n, b, s: n * b * s / 3600,
        ),
        Misconception(
            "hours_multiplied",
            "You multiplied by 3600 where seconds are to become hours.",
            lambda n, b, s: n * b / s * 3600,
        ),
        Misconception(
            "critic_steps_counted",
            "You multiplied by five for the critic's updates; the speed given counts samples "
            "through the generator's updates, with all that goes with them.",
            lambda n, b, s: 5 * n * b / s / 3600,
        ),
        Misconception(
            "rounded_down",
            "You dropped the fraction of an hour; whole-number division rounds down.",
            lambda n, b, s: n * b / s // 3600,
        ),
        Misconception(
            "rounded", "You rounded to whole hours.", lambda n, b, s: round(n * b / s / 3600)
        ),
    ),
    hints=(
        "How many samples is that in all? Each generator step takes one batch.",
        "Samples divided by samples per second are seconds; an hour has 3600 of them.",
        "`n_generator_steps * batch_size / samples_per_second / 3600`",
    ),
    alternatives=(
        _hours_by_steps,
        lambda n, b, s: torch.tensor(n * b / s / 3600, dtype=torch.float64),
        lambda n, b, s: [n * b / (3600 * s)],
    ),
)

BANK = (
    CRITIC_LOSS,
    GENERATOR_LOSS,
    *CLIPPING,
    LIPSCHITZ_BOUND,
    *STEP,
    TRAINING_HOURS,
    *TABLES,
    *ERRORS,
)
