"""Lesson 5: how an answer that computes a gradient penalty is observed.

Right answers draw different ε. So the probe uses critics whose slope is the same all along each
line, where the penalty does not depend on ε, and critics that write down the points they are
shown, where the penalty can be computed again.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch

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
    slopes,
    uniform,
)

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
        value = answer(critic, real, fake, *([] if weight is None else [weight]))
        values[f"{name} ({where})"] = number(value)
        values[f"its gradient, in the critic's parameters ({where})"] = parameter_gradient(
            value, critic
        )
    values |= _constant_critic(answer, name, rng)
    # a mistake in the points shows in every value too, and is the better thing to say
    yield _points(answer, rng) | values
    yield from _networks(answer, rng, name, excess, gap)


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


def _points(answer, rng):
    """Where the critic was asked for its slope, and which ε were drawn."""
    notes = Notebook()
    real, fake = networks.normal(rng, 200, 6), networks.normal(rng, 200, 6, shift=1.0)
    critic = Watched(networks.LinearCritic(_direction(rng, 6, 2.0)), notes, "points")

    def draw(size: int):
        notes.clear()
        answer(critic, real[:size], fake[:size], 10.0)
        batches = [batch for _, batch in notes]
        return locate(batches, real[:size], fake[:size])

    many = draw(200)
    repeats = []
    seed = int(rng.integers(2**31))
    for _ in range(2):
        torch.default_generator.manual_seed(seed)
        repeats.append(draw(10).epsilon)
    epsilon = many.epsilon
    inside = (epsilon > -1e-4) & (epsilon < 1 + 1e-4)
    return {
        "the critic's scores were differentiated somewhere (1 = yes)": flag(many.shown > 0),
        "share of the points x̂ on the line through a real sample and its fake one": many.on_line,
        "share of the pairs that got a point (rounded)": round(many.covered, 1),
        "every ε is between 0 and 1 (1 = yes)": flag(inside.all()),
        "every sample has an ε of its own (1 = yes)": own_epsilon(epsilon),
        "the ε are spread evenly over [0, 1] (1 = yes)": uniform(epsilon),
        "x̂ is nearly always a real sample (1 = yes)": flag((epsilon > 1 - 1e-4).sum() > 180),
        "x̂ is nearly always a fake sample (1 = yes)": flag((epsilon < 1e-4).sum() > 180),
        "ε is drawn afresh in the next call (1 = yes)": 1 - close(repeats[0], epsilon[:10]),
        "ε repeats after torch.manual_seed (1 = yes)": close(repeats[0], repeats[1]),
    }


def _networks(answer, rng, name, excess, gap):
    """Networks with a slope that varies: is the value the penalty at the points shown?"""
    shape = (4, 3, 3)
    images = networks.image_critic(rng, shape, gain=2.0, flat=True)
    cases = [
        ("two-layer critic", networks.mlp(rng, 6, 8, 1, gain=2.0), (12, 6)),
        ("convolutional critic", images, (5, *shape)),
    ]
    for label, network, size in cases:
        notes = Notebook()
        real, fake = networks.normal(rng, *size), networks.normal(rng, *size, shift=1.0)
        value = answer(Watched(network, notes, "points"), real, fake, 3.0)
        points = locate([batch for _, batch in notes], real, fake)
        expected = torch.zeros(())
        if len(points.x):
            expected = 3.0 * excess(slopes(network, points.x)).square().mean()
        if gap is not None:
            expected = expected + gap(network, real, fake)
        yield {
            f"share of the points x̂ between real and fake ({label})": points.on_line,
            f"every sample has an ε of its own ({label}; 1 = yes)": own_epsilon(points.epsilon),
            f"{name} is right at the points that the {label} was shown (1 = yes)": close(
                number(value), number(expected)
            ),
            f"its gradient in the parameters of the {label} is right there (1 = yes)": close(
                parameter_gradient(value, network), parameter_gradient(expected, network)
            ),
        }
