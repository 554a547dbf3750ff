"""Points x̂ between real and fake samples, one ε for each pair.

Gulrajani et al. (2017), section 4.
"""

from __future__ import annotations

import numpy as np
import torch

from course_utils import objectives
from course_utils.exercises import networks
from course_utils.exercises.draft import Draft
from course_utils.exercises.engine import array, call
from course_utils.exercises.lesson5.input_gradients import IMAGE_SHAPES, column

draft = Draft("interpolate", lesson=5, title="Points between real and fake")

draft.reference(objectives.interpolate)


@draft.probe
def observe(answer, rng):
    cases = []
    for shape in (
        (3, 2),
        (5, 5),
        (1, 4),
        *IMAGE_SHAPES,
        (2, 1, 3, 5),
        (3, 4, 3),
        (2, 2, 3, 2, 3),
        (6,),
    ):
        real, fake = networks.normal(rng, *shape), networks.normal(rng, *shape, shift=2.0)
        cases.append((real, fake, networks.tensor(rng.uniform(0.05, 0.95, shape[0]))))
    ends = networks.tensor([0.0, 1.0, 0.25])
    cases.append((networks.normal(rng, 3, 2), networks.normal(rng, 3, 2), ends))
    return {call("interpolate", *case): array(answer(*case)) for case in cases}


def _laid_along(*tail: int):
    """Mix with ε reshaped to (-1, *tail), whatever the shape of the samples."""

    def mix(real, fake, epsilon):
        epsilon = epsilon.reshape(-1, *tail)
        return epsilon * real + (1 - epsilon) * fake

    return mix


@draft.mistake(
    "ε weighs the fake sample in your mixture; at ε = 1 the point is to be the real one."
)
def weights_swapped(real, fake, epsilon):
    return objectives.interpolate(fake, real, epsilon)


@draft.mistake(
    "ε of shape (batch,) is laid along the last axis of a sample, because broadcasting aligns "
    "shapes from the right; it should belong to the first axis."
)
def epsilon_along_last_axis(real, fake, epsilon):
    return _laid_along()(real, fake, epsilon)


@draft.mistake(
    "With shape (batch, 1) ε is right for flat data, but in an image it meets the rows: it fails, "
    "or, if there are as many rows as samples, mixes row by row in silence."
)
def epsilon_per_row(real, fake, epsilon):
    return _laid_along(1)(real, fake, epsilon)


@draft.mistake(
    "With shape (batch, 1, 1) ε meets the channel axis of a batch of images; count the axes that "
    "a batch has."
)
def epsilon_per_channel(real, fake, epsilon):
    return _laid_along(1, 1)(real, fake, epsilon)


@draft.mistake(
    "The shape (batch, 1, 1, 1) suits images and nothing else; flat data gain two axes from it. "
    "Take the number of axes from the data."
)
def images_only(real, fake, epsilon):
    return _laid_along(1, 1, 1)(real, fake, epsilon)


@draft.mistake(
    "Your points come out flattened; they are to keep the shape of the samples, for the critic "
    "will be called on them."
)
def flat_batches_only(real, fake, epsilon):
    return objectives.interpolate(real.reshape(len(real), -1), fake.reshape(len(real), -1), epsilon)


@draft.mistake("Every sample is mixed with the first ε; each has one of its own.")
def one_epsilon_for_all(real, fake, epsilon):
    return epsilon[0] * real + (1 - epsilon[0]) * fake


@draft.mistake("This is the middle of each line, whatever ε says.")
def midpoint(real, fake, epsilon):
    return (real + fake) / 2


@draft.mistake("You drew an ε of your own; use the one that is handed over.")
def epsilon_drawn_again(real, fake, epsilon):
    return objectives.interpolate(real, fake, torch.rand(len(real)))


@draft.mistake(
    "You walk from the real sample away from the fake one, so the points lie outside the line "
    "between them: the two weights must sum to 1."
)
def starts_at_real(real, fake, epsilon):
    return real + column(epsilon, real) * (real - fake)


@draft.mistake(
    "You give ε times the difference alone: at ε = 0 the point is to be the fake sample, not 0."
)
def difference_alone(real, fake, epsilon):
    return column(epsilon, real) * (real - fake)


@draft.mistake("Both samples weigh ε here; the two weights must sum to 1.")
def same_weight_twice(real, fake, epsilon):
    return column(epsilon, real) * (real + fake)


@draft.mistake("The fake sample is added whole; the two weights must sum to 1.")
def weights_sum_to_more(real, fake, epsilon):
    return column(epsilon, real) * real + fake


@draft.mistake(
    "You tell flat data from images and know no other shape: with two and four axes your points "
    "are right, with other numbers of axes they are not."
)
def two_or_four_axes(real, fake, epsilon):
    tail = (1,) if real.dim() == 2 else (1, 1, 1)
    return _laid_along(*tail)(real, fake, epsilon)


@draft.mistake(
    "Your points are right up to four axes; a batch may have more (a film has five). Take the "
    "number of axes from the data."
)
def up_to_four_axes(real, fake, epsilon):
    return _laid_along(*[1] * min(real.dim() - 1, 3))(real, fake, epsilon)


@draft.also_right
def sample_by_sample(real, fake, epsilon):
    pairs = zip(real, fake, epsilon, strict=True)
    return torch.stack([fake_one + e * (real_one - fake_one) for real_one, fake_one, e in pairs])


@draft.also_right
def last_axis_first(real, fake, epsilon):
    """Broadcasting works from the last axis, so the batch is put there and back."""
    mixed = epsilon * real.movedim(0, -1) + (1 - epsilon) * fake.movedim(0, -1)
    return mixed.movedim(-1, 0)


@draft.also_right
def by_lerp(real, fake, epsilon):
    return torch.lerp(fake, real, column(epsilon, real))


@draft.also_right
def by_vmap(real, fake, epsilon):
    return torch.func.vmap(torch.lerp)(fake, real, epsilon)


@draft.also_right
def by_numpy(real, fake, epsilon):
    return np.stack(
        [
            e * r + (1 - e) * f
            for r, f, e in zip(real.numpy(), fake.numpy(), epsilon.numpy(), strict=True)
        ]
    )


draft.hints(
    "The two weights are ε and 1 − ε. The work is in the shapes: one number for each sample, but "
    "a sample may be a vector or an image.",
    "Broadcasting aligns shapes from the right, so ε needs as many trailing axes of size 1 as a "
    "sample has axes: (batch, 1) for flat data, (batch, 1, 1, 1) for images.",
    "`epsilon = epsilon.view(-1, *[1] * (real.dim() - 1))`, then `epsilon * real + (1 - epsilon) "
    "* fake`.",
)

EXERCISE = draft.exercise()
