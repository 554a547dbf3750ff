"""The references and keys of lesson 5 against oracles that share no code with them."""

from __future__ import annotations

import math

import numpy as np
import ot
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.integrate import quad
from scipy.optimize import minimize_scalar
from torch import nn

from course_utils.exercises import EXERCISES
from course_utils.exercises.predictions.bank import PREDICTIONS
from course_utils.experiments import recorded
from course_utils.experiments.recorded import models

SHAPES = [(1, 2), (3, 5), (64, 2), (5, 2, 5, 3), (4, 4, 4, 4)]


def reference(name: str):
    return EXERCISES[name].reference


def entries(table: str):
    return {label: entry.key for label, entry in EXERCISES[table].entries.items()}


class Linear(nn.Module):
    """x ↦ w·x with ‖w‖ given, for samples of any shape."""

    def __init__(self, size: int, slope: float):
        super().__init__()
        weight = torch.linspace(-1.0, 2.0, size) if size > 1 else torch.ones(1)
        self.weight = nn.Parameter(slope * weight / weight.norm())

    def forward(self, x):
        return x.flatten(1) @ self.weight


def batches(shape, seed=0):
    rng = torch.Generator().manual_seed(seed)
    return torch.randn(shape, generator=rng), 2 + torch.randn(shape, generator=rng)


# --- points and slopes ----------------------------------------------------------------------


@pytest.mark.parametrize("shape", [*SHAPES, (6,)])
def test_interpolate_entry_by_entry(shape):
    real, fake = batches(shape)
    epsilon = torch.linspace(0.0, 1.0, shape[0])
    mixed = reference("interpolate")(real, fake, epsilon)
    for index in np.ndindex(*shape):
        e = float(epsilon[index[0]])
        expected = e * float(real[index]) + (1 - e) * float(fake[index])
        assert float(mixed[index]) == pytest.approx(expected, abs=1e-6)


def test_gradient_norms_against_finite_differences():
    torch.manual_seed(1)
    critic = nn.Sequential(nn.Flatten(), nn.Linear(12, 9), nn.Tanh(), nn.Linear(9, 1)).double()
    x = torch.randn(5, 3, 2, 2, dtype=torch.double)
    norms = reference("gradient_norms")(critic, x)
    step = 1e-5
    for i, sample in enumerate(x):
        slopes = []
        for index in np.ndindex(3, 2, 2):
            up, down = sample.clone(), sample.clone()
            up[index] += step
            down[index] -= step
            with torch.no_grad():
                slopes.append(float(critic(up[None]) - critic(down[None])) / (2 * step))
        assert norms[i].item() == pytest.approx(np.linalg.norm(slopes), rel=1e-6)


# --- the penalties --------------------------------------------------------------------------


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("slope", [0.25, 1.0, 3.0])
def test_penalties_of_linear_critics(shape, slope):
    """λ(c − 1)² whatever the batch, and its derivative 2λ(c − 1) along w."""
    critic = Linear(math.prod(shape[1:]), slope)
    real, fake = batches(shape)
    two_sided = reference("gradient_penalty")(critic, real, fake, 7.0)
    assert float(two_sided) == pytest.approx(7 * (slope - 1) ** 2, abs=1e-5)
    (gradient,) = torch.autograd.grad(two_sided, critic.weight)
    expected = 14 * (slope - 1) * critic.weight.detach() / slope
    np.testing.assert_allclose(gradient, expected, atol=1e-4)
    one_sided = reference("one_sided_gradient_penalty")(critic, real, fake)
    assert float(one_sided) == pytest.approx(10 * max(0.0, slope - 1) ** 2, abs=1e-5)


def test_penalties_average_over_a_uniform_epsilon():
    """For ½‖x‖² the slope is ‖x̂‖: the mean over ε is an integral along the line."""
    n = 40_000
    start, end = np.array([0.2, -0.3]), np.array([1.9, 0.8])
    fake, real = (torch.tensor(np.tile(p, (n, 1)), dtype=torch.float32) for p in (start, end))

    def excess(e):
        return np.linalg.norm(e * end + (1 - e) * start) - 1

    torch.manual_seed(0)
    for name, cost in [
        ("gradient_penalty", lambda e: excess(e) ** 2),
        ("one_sided_gradient_penalty", lambda e: max(0.0, excess(e)) ** 2),
    ]:
        mean = quad(cost, 0, 1)[0]
        spread = math.sqrt(quad(lambda e, c=cost, m=mean: (c(e) - m) ** 2, 0, 1)[0])
        value = float(reference(name)(lambda x: x.square().sum(1) / 2, real, fake, 1.0))
        assert abs(value - mean) < 6 * spread / math.sqrt(n)


@pytest.mark.parametrize(
    "name", ["gradient_penalty", "one_sided_gradient_penalty", "wgan_gp_critic_loss"]
)
def test_penalties_are_finite_where_the_slope_is_zero(name):
    critic = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 1))
    with torch.no_grad():
        critic[0].bias.fill_(-100.0)  # every unit is dead
    reference(name)(critic, *batches((6, 3))).backward()
    assert all(p.grad is None or p.grad.isfinite().all() for p in critic.parameters())


@pytest.mark.parametrize("shape", SHAPES)
def test_critic_loss_of_a_linear_critic(shape):
    critic = Linear(math.prod(shape[1:]), 2.5)
    real, fake = batches(shape)
    weight = critic.weight.detach().numpy()
    gap = fake.flatten(1).numpy().mean(0) - real.flatten(1).numpy().mean(0)
    loss = reference("wgan_gp_critic_loss")(critic, real, fake, 4.0)
    assert float(loss) == pytest.approx(gap @ weight + 4 * 1.5**2, abs=1e-4)


# --- one round ------------------------------------------------------------------------------


def test_a_round_by_hand():
    """Linear critic w·x and generator z + b, plain SGD: every update has a closed form."""

    class Shift(nn.Module):
        def __init__(self):
            super().__init__()
            self.b = nn.Parameter(torch.tensor([1.0, -2.0]))

        def forward(self, z):
            return z + self.b

    n, n_critic, weight, lr = 5, 3, 3.0, 0.05
    real = [batches((n, 2), seed)[0] for seed in range(n_critic)]
    generator, critic = Shift(), Linear(2, 1.7)
    w, b = critic.weight.detach().double().numpy().copy(), np.array([1.0, -2.0])
    torch.manual_seed(9)
    result = reference("wgan_gp_training_step")(
        generator,
        critic,
        iter(real).__next__,
        2,
        n_critic,
        weight,
        torch.optim.SGD(generator.parameters(), lr),
        torch.optim.SGD(critic.parameters(), lr),
    )
    torch.manual_seed(9)
    for batch in real:
        fake = torch.randn(n, 2).double().numpy() + b
        torch.rand(n)  # ε, which a linear critic does not notice
        gap = batch.double().numpy().mean(0) - fake.mean(0)
        estimate, slope = w @ gap, np.linalg.norm(w)
        w = w - lr * (-gap + 2 * weight * (slope - 1) * w / slope)
    z = torch.randn(n, 2).double().numpy()
    np.testing.assert_allclose(result, (estimate, -(z + b).mean(0) @ w), rtol=1e-5)
    np.testing.assert_allclose(critic.weight.detach(), w, rtol=1e-5)
    np.testing.assert_allclose(generator.b.detach(), b + lr * w, rtol=1e-5)


# --- numbers that judge samples -------------------------------------------------------------


@pytest.mark.parametrize("d", [1, 2, 5])
def test_frechet_distance_is_the_squared_bures_wasserstein_distance(d):
    rng = np.random.default_rng(d)
    means = rng.standard_normal((2, d))
    covs = [root @ root.T + 0.1 * np.eye(d) for root in rng.standard_normal((2, d, d))]
    expected = ot.gaussian.bures_wasserstein_distance(*means, *covs) ** 2
    value = reference("frechet_distance")(means[0], covs[0], means[1], covs[1])
    assert value == pytest.approx(expected, rel=1e-6)
    if d == 1:
        gap, spread = np.diff(means[:, 0])[0], np.diff(np.sqrt([c[0, 0] for c in covs]))[0]
        assert value == pytest.approx(gap**2 + spread**2)


@given(arrays(float, (6, 4), elements=st.floats(0.0, 1.0)))
def test_inception_score_lies_between_one_and_the_number_of_classes(table):
    table = table + np.eye(4)[[0, 1, 2, 3, 0, 1]] * (table.sum(1, keepdims=True) == 0)
    table = table / table.sum(1, keepdims=True)
    score = reference("inception_score")(table)
    assert 1 - 1e-9 <= score <= 4 + 1e-9
    assert reference("inception_score")(table[::-1]) == pytest.approx(score)


@pytest.mark.parametrize("counts", [(5, 5, 5), (9, 1, 2), (4, 0, 4)])
def test_inception_score_of_sure_samples_counts_classes(counts):
    """Sure of every sample: the exponential of the entropy of the class shares."""
    table = np.repeat(np.eye(3), counts, axis=0)
    shares = [c / sum(counts) for c in counts if c]
    expected = math.exp(-sum(s * math.log(s) for s in shares))
    assert reference("inception_score")(table) == pytest.approx(expected)


# --- tables ---------------------------------------------------------------------------------


def test_penalties_by_hand():
    real, fake = batches((50, 2))

    def penalty(slope):
        return float(reference("gradient_penalty")(Linear(2, slope), real, fake, 10.0))

    steep = nn.Linear(2, 1)
    with torch.no_grad():
        steep.weight.copy_(torch.tensor([[3.0, 4.0]]))
    flat = float(reference("one_sided_gradient_penalty")(Linear(2, 0.5), real, fake, 10.0))
    expected = [
        10.0,
        flat,
        float(reference("gradient_penalty")(steep, real, fake)),
        (10.0 + penalty(2.0)) / 2,
    ]
    assert list(entries("penalty_by_hand").values()) == pytest.approx(expected, abs=1e-4)


def test_batch_norm_bug():
    def faulty(n, slope=1.0):
        x = torch.randn(n, 3, requires_grad=True)
        (gradient,) = torch.autograd.grad(Linear(3, slope)(x).sum(), x)
        return float((gradient.norm() - 1) ** 2)

    key = list(entries("batch_norm_bug").values())
    assert key[0] == pytest.approx(faulty(64), abs=1e-3)
    assert faulty(64, key[1]) == pytest.approx(0, abs=1e-6)


def test_lambda_and_slope():
    def best(weight, cost=np.square):
        return minimize_scalar(lambda a: -4 * a + weight * cost(a - 1)).x

    slope = best(10)
    one_sided = best(10, lambda excess: max(excess, 0.0) ** 2)
    expected = [slope, 4 * slope, one_sided]
    assert list(entries("lambda_and_slope").values()) == pytest.approx(expected, rel=1e-4)
    assert PREDICTIONS["estimate_at_ten"].truth == pytest.approx(4 * slope, rel=1e-4)


def outcome_of(epsilon_shape, shape):
    real, fake = torch.zeros(shape), torch.ones(shape)
    epsilon = torch.rand(epsilon_shape)
    try:
        mixed = epsilon * real + (1 - epsilon) * fake  # 1 − ε, entry by entry
    except RuntimeError:
        return "raises an error"
    if mixed.shape != shape:
        return "makes a batch of every pair"
    constant = (mixed.flatten(1) == mixed.flatten(1)[:, :1]).all()
    return "right" if constant else "mixes row by row"


def test_epsilon_shapes():
    key = list(entries("error_epsilon_shapes").values())
    cases = [
        ((64, 1), (64, 1, 28, 28)),
        ((28, 1), (28, 1, 28, 28)),
        ((64, 1, 1), (64, 1, 28, 28)),
    ]
    assert key[:3] == [outcome_of(*case) for case in cases]
    assert key[3] == torch.zeros(64, 1, 28, 28).norm(2, dim=1).numel()


def test_slope_verdict():
    slopes = np.array([0.2, 0.6, 1.0, 1.0, 2.2])
    key = list(entries("error_slope_verdict").values())
    assert key[:2] == pytest.approx([(slopes > 1).mean(), slopes.max()])


def test_listing_and_paper_numbers():
    listing = entries("error_wgan_gp_listing")
    assert listing["H: what white, 1, becomes"] == 0.5 * 1 + 1
    assert entries("paper_architectures")["score 7: share on which both fail"] == 90 / 200


def test_the_recorded_tuning_answers_its_prediction():
    table = models.tuning_table(recorded.load("tuning"))
    best = {model: min(map(np.mean, row.values())) for model, row in table.items()}
    assert min(best, key=best.get) == PREDICTIONS["closest_when_tuned"].truth
