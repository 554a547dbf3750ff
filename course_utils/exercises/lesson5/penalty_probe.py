"""Lesson 5: how an answer that computes a gradient penalty is observed.

Right answers draw different ε. So the probe uses critics whose slope is the same all along each
line, where the penalty does not depend on ε, and critics that write down where their slopes
count, where the penalty can be computed again.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch import nn

from course_utils.exercises import networks
from course_utils.exercises.engine import number
from course_utils.exercises.lesson5.input_gradients import IMAGE_SHAPES
from course_utils.exercises.lesson5.watched_networks import (
    Notebook,
    TwoSlopes,
    Watched,
    close,
    flag,
    locate,
    own_epsilon,
    parameter_gradient,
    rows_in,
    slopes,
    uniform,
)

# --- what is seen of the points ---------------------------------------------------------

DIFFERENTIATED = "the critic's scores were differentiated somewhere (1 = yes)"
ON_LINE = "share of the points x̂ on the line through a real sample and a fake one"
COVERED = "share of the samples that got a point (rounded)"
IN_BOX = "share of the points x̂ in the box between a real sample and its fake one (rounded)"
AT_REAL = "share of the points x̂ that are real samples (rounded)"
AT_FAKE = "share of the points x̂ that are fake samples (rounded)"
FROM_REAL = "other real samples give other points x̂ (1 = yes)"
FROM_FAKE = "other fake samples give other points x̂ (1 = yes)"
INSIDE = "every ε is between 0 and 1 (1 = yes)"
OWN = "every sample has an ε of its own (1 = yes)"
EVEN = "the ε are spread evenly over [0, 1] (1 = yes)"
AFRESH = "ε is drawn afresh in the next call (1 = yes)"
REPEATS = "ε repeats after torch.manual_seed (1 = yes)"

# --- the probe --------------------------------------------------------------------------


def _batches(rng, *shape):
    """Real and fake samples of a shape, which share their first entry, well away from 0."""
    real, fake = networks.normal(rng, *shape), networks.normal(rng, *shape, shift=0.5)
    first = networks.tensor(rng.choice([-1.0, 1.0], shape[0]) * rng.uniform(0.5, 2, shape[0]))
    first[:2] = networks.tensor([0.8, -0.8])[: shape[0]]  # both sides, in every batch
    real.flatten(1)[:, 0] = first
    fake.flatten(1)[:, 0] = first
    return real, fake


def _direction(rng, size: int, slope: float):
    """A vector of length `slope` whose first entry is 0."""
    weight = rng.standard_normal(size)
    weight[0] = 0.0
    return slope * weight / np.linalg.norm(weight)


def _known_slopes(rng):
    """(label, critic, real, fake, λ or None for the default) where ε does not matter."""
    first, second, third = IMAGE_SHAPES
    cases = [
        ("slope 3", (4, 4, 4, 4), networks.LinearCritic(_direction(rng, 64, 3.0)), None),
        ("slope 2", third, networks.LinearCritic(_direction(rng, 80, 2.0)), None),
        ("slope 1", (1, 4), networks.LinearCritic(_direction(rng, 4, 1.0), 0.3), None),
        ("slope 1", (9, 4), networks.LinearCritic(_direction(rng, 4, 1.0), flat=True), None),
        ("slopes 2.5 and 0.3", (6, 3), TwoSlopes(_direction(rng, 3, 1.0), 2.5, 0.3), 0.7),
        ("slopes 1.8 and 0.1", first, TwoSlopes(_direction(rng, 80, 1.0), 1.8, 0.1), 5.0),
        ("slope 0.4", second, networks.LinearCritic(_direction(rng, 80, 0.4), flat=True), 2.5),
    ]
    for label, shape, critic, weight in cases:
        yield label, critic, *_batches(rng, *shape), weight


def observe_penalty(answer, rng, name: str, excess: Callable, gap: Callable | None = None):
    """Observe a penalty on ``excess(slope)²``, with ``gap(critic, real, fake)`` before it."""
    values = {}
    for label, critic, real, fake, weight in list(_known_slopes(rng)):
        where = f"critic of {label}, samples of shape {tuple(real.shape)}, λ = {weight or 10:g}"
        given = [] if weight is None else [weight]
        if isinstance(critic, TwoSlopes):
            value, gradient = _as_paired_in_order(
                answer, critic, (real, fake, *given), weight or 10.0, excess
            )
        else:
            result = answer(critic, real, fake, *given)
            value, gradient = number(result), parameter_gradient(result, critic)
        values[f"{name} ({where})"] = value
        values[f"its gradient, in the critic's parameters ({where})"] = gradient
    yield values | _constant_critic(answer, name, rng)
    yield _points(answer, rng)
    yield from _networks(answer, rng, name, excess, gap)


def _as_paired_in_order(answer, critic, arguments, weight: float, excess: Callable):
    """A penalty and its gradient, as they would be if samples of the same place were paired.

    The slope is the same all along the line through two samples of the same place. An answer that
    pairs them otherwise has other slopes; what its own points cost is replaced.
    """
    notes = Notebook()
    result = answer(Watched(critic, notes), *arguments)
    value = number(result)
    seen, gradient = _counted(result, critic, notes)
    real, fake, *_ = arguments
    points = locate(seen, real, fake)
    if not points.shuffled:
        return value, gradient
    in_order, as_it_is = (excess(slopes(critic, x)).square().mean() for x in (real, points.x))
    other = weight * (in_order - as_it_is)
    return value + number(other), gradient + parameter_gradient(other, critic)


def _constant_critic(answer, name, rng):
    critic = networks.LinearCritic(np.zeros(3), 0.5)
    value = answer(critic, *_batches(rng, 5, 3), 4.0)
    # No more than finite: at 0 a norm has many subgradients, and a small number under its root,
    # or added to the gradient, is a way to choose one.
    return {
        f"{name} (a constant critic, slope 0, λ = 4) is finite (1 = yes)": flag(
            np.isfinite(number(value))
        ),
        "its gradient (a constant critic) is finite (1 = yes)": flag(
            np.isfinite(parameter_gradient(value, critic)).all()
        ),
    }


MANY = 400  # pairs, for whatever has to be seen by a margin


def _points(answer, rng):
    """Where the critic was asked for the slopes that count, and which ε were drawn."""
    notes = Notebook()
    real, fake = networks.normal(rng, MANY, 6), networks.normal(rng, MANY, 6, shift=1.0)
    critic = Watched(networks.LinearCritic(_direction(rng, 6, 2.0)), notes)

    def draw(real, fake):
        notes.clear()
        return _counted(answer(critic, real, fake, 10.0), critic.network, notes)[0]

    points = draw(real, fake)
    many = locate(points, real, fake)
    again = []
    seed = int(rng.integers(2**31))
    some, others = (real[:10], fake[:10]), (real[10:20], fake[10:20])
    for pair in (some, some, (some[0], others[1]), (others[0], some[1])):
        torch.default_generator.manual_seed(seed)
        again.append(draw(*pair))
    repeats = [locate(batches, *some).epsilon for batches in again[:2]]
    in_any_order = map(np.sort, repeats)  # it is the ε that repeat, not who is paired with whom
    epsilon = many.epsilon
    inside = (epsilon > -1e-4) & (epsilon < 1 + 1e-4)
    return {
        DIFFERENTIATED: flag(many.shown > 0),
        ON_LINE: many.on_line,
        COVERED: round(many.covered, 1),
        IN_BOX: round(_in_box(points, real, fake), 1),
        AT_REAL: round(_share_of(points, real), 1),
        AT_FAKE: round(_share_of(points, fake), 1),
        FROM_REAL: flag(not _same_rows(again[0], again[3])),
        FROM_FAKE: flag(not _same_rows(again[0], again[2])),
        INSIDE: flag(inside.all()),
        OWN: own_epsilon(epsilon),
        EVEN: uniform(epsilon),
        AFRESH: 1 - close(repeats[0], epsilon[:10]),
        REPEATS: close(*in_any_order),
    }


def _counted(value, network: nn.Module, notes: Notebook):
    """The rows whose slopes are in a value, and the value's gradient in the critic's parameters.

    Where no gradient leads from the value to any slope: the rows whose scores were differentiated
    on the way to it.
    """
    looked_at = rows_in(notes, "scored")
    notes.clear()
    gradient = parameter_gradient(value, network)
    counted = rows_in(notes, "sloped")[::-1]  # backward passes go from the last to the first
    return counted or looked_at, gradient


def _rows(batches: list[torch.Tensor], width: int) -> torch.Tensor:
    return torch.cat([torch.empty(0, width), *(b.reshape(-1, width) for b in batches)])


def _share_of(batches: list[torch.Tensor], samples: torch.Tensor) -> float:
    """The share of some rows that are samples of a batch."""
    samples = samples.flatten(1)
    rows = _rows(batches, samples.shape[1])
    if not len(rows):
        return 0.0
    return float((torch.cdist(rows.double(), samples.double()).amin(1) < 1e-5).double().mean())


def _in_box(batches: list[torch.Tensor], real: torch.Tensor, fake: torch.Tensor) -> float:
    """The share of the rows that lie in the box with a real sample and its fake one as corners.

    Rows come in the order of the pairs, or else lie on a line through a pair.
    """
    rows, start, end = _rows(batches, real[0].numel()), fake.flatten(1), real.flatten(1)
    if not len(rows):
        return 0.0
    found = locate(batches, real, fake)
    if found.on_line == 1.0:
        return float(np.mean((found.epsilon > -1e-4) & (found.epsilon < 1 + 1e-4)))
    pair = torch.arange(len(rows)) % len(start)
    low, high = torch.minimum(start, end)[pair] - 1e-4, torch.maximum(start, end)[pair] + 1e-4
    return float(((rows > low) & (rows < high)).all(1).double().mean())


def _same_rows(some: list[torch.Tensor], others: list[torch.Tensor]) -> bool:
    one, two = (
        torch.cat([torch.empty(0), *(b.flatten() for b in rows)]) for rows in (some, others)
    )
    return one.shape == two.shape and bool(torch.allclose(one, two, rtol=0, atol=1e-5))


def _networks(answer, rng, name, excess, gap):
    """Networks with a slope that varies: is the value the penalty at the points that count?"""
    shape = (4, 3, 3)
    images = networks.image_critic(rng, shape, gain=2.0, flat=True)
    cases = [
        ("two-layer critic", networks.mlp(rng, 6, 8, 1, gain=2.0), (12, 6)),
        ("convolutional critic", images, (5, *shape)),
    ]
    for label, network, size in cases:
        notes = Notebook()
        real, fake = networks.normal(rng, *size), networks.normal(rng, *size, shift=1.0)
        critic = Watched(network, notes)
        value = answer(critic, real, fake, 3.0)
        batches, gradient = _counted(value, network, notes)
        points = locate(batches, real, fake)
        expected = torch.zeros(())
        if len(points.x):
            expected = 3.0 * excess(slopes(network, points.x)).square().mean()
        if gap is not None:
            expected = expected + gap(network, real, fake)
        yield {
            f"share of the points x̂ between real and fake ({label})": points.on_line,
            f"every sample has an ε of its own ({label}; 1 = yes)": own_epsilon(points.epsilon),
            f"{name} is right at the points that count with the {label} (1 = yes)": close(
                number(value), number(expected)
            ),
            f"its gradient in the parameters of the {label} is right there (1 = yes)": close(
                gradient, parameter_gradient(expected, network)
            ),
        }
