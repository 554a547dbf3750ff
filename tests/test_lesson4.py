"""Lesson 4's bank against oracles of its own, and against students who are not in the bank."""

import itertools
import math

import numpy as np
import pytest
import torch
from scipy.optimize import linprog
from torch import nn
from verdicts import verdict_of_the_wrong

from course_utils.exercises import EXERCISES
from course_utils.exercises import lesson4 as bank
from course_utils.exercises.engine import Exercise
from course_utils.exercises.lesson4.clipped_lipschitz_bound import clipped_lipschitz_bound
from course_utils.exercises.lesson4.training_hours import training_hours
from course_utils.exercises.lesson4.wasserstein_critic_loss import wasserstein_critic_loss
from course_utils.exercises.lesson4.wasserstein_generator_loss import wasserstein_generator_loss
from course_utils.exercises.lesson4.wgan_critic_step import wgan_critic_step

SEEDS = (0, 1, 2, 3)


def key(table, label):
    return EXERCISES[table].entries[label].key


# ---------------------------------------------------------------- references


def constant_network(sizes, c, activation):
    """Every weight c, every bias 0: the steepest network that clipping allows."""
    layers = []
    for n_in, n_out in itertools.pairwise(sizes):
        layers += [nn.Linear(n_in, n_out), activation()]
    network = nn.Sequential(*layers[:-1]).double()
    with torch.no_grad():
        for name, parameter in network.named_parameters():
            parameter.fill_(c if "weight" in name else 0.0)
    return network


def slopes(network, x):
    x = x.clone().requires_grad_()
    (gradient,) = torch.autograd.grad(network(x).sum(), x)
    return gradient.norm(dim=1)


@pytest.mark.parametrize("activation", [nn.ReLU, lambda: nn.LeakyReLU(0.2)])
@pytest.mark.parametrize(("sizes", "c"), [((2, 128, 128, 1), 0.01), ((3, 7, 5, 4, 1), 0.4)])
def test_the_bound_is_attained_by_the_network_of_all_c(sizes, c, activation):
    network = constant_network(sizes, c, activation)
    slope = slopes(network, torch.ones(1, sizes[0]).double()).item()
    assert clipped_lipschitz_bound(sizes, c) == pytest.approx(slope, rel=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_no_clipped_network_is_steeper_than_the_bound(seed):
    torch.manual_seed(seed)
    sizes, c = (3, 6, 5, 1), 0.3
    network = constant_network(sizes, c, nn.ReLU)
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.copy_(c * torch.randn_like(parameter).sign())
    steepest = slopes(network, 10 * torch.randn(500, 3).double()).max().item()
    assert 0 < steepest <= clipped_lipschitz_bound(sizes, c)


def test_the_bound_of_a_vector_valued_network_is_its_largest_singular_value():
    sizes, c = (4, 9, 3), 0.5
    network = constant_network(sizes, c, nn.Identity)
    jacobian = torch.autograd.functional.jacobian(network, torch.ones(4).double())
    largest = torch.linalg.matrix_norm(jacobian, 2).item()
    assert clipped_lipschitz_bound(sizes, c) == pytest.approx(largest)


def test_the_losses_are_differences_of_means():
    real, fake = torch.tensor([1.0, 4.0, -2.0]), torch.tensor([0.5, 0.5, 5.0])
    assert wasserstein_critic_loss(real, fake).item() == 1.0
    assert wasserstein_generator_loss(fake).item() == -2.0


def test_clipping_is_numpys_clip():
    torch.manual_seed(0)
    critic = nn.Sequential(nn.Conv2d(1, 2, 3), nn.Flatten(), nn.Linear(8, 1))
    before = [p.detach().numpy().copy() for p in critic.parameters()]
    EXERCISES["clip_weights"].reference(critic, 0.07)
    for old, new in zip(before, critic.parameters(), strict=True):
        np.testing.assert_array_equal(new.detach().numpy(), np.clip(old, -0.07, 0.07))


def test_the_critic_step_is_what_it_comes_to_by_hand_for_linear_networks():
    """f(x) = w·x + b and G(z) = g·z; SGD; gradients left over from before."""
    w, b, g, rate, c = np.array([0.4, -0.3]), 0.2, 0.5, 0.1, 0.45
    rng = np.random.default_rng(0)
    real, z = rng.normal(1, 1, (4, 2)), rng.normal(0, 1, (4, 2))
    critic, generator = nn.Linear(2, 1).double(), nn.Linear(2, 2, bias=False).double()
    with torch.no_grad():
        critic.weight.copy_(torch.tensor(w)[None])
        critic.bias.fill_(b)
        generator.weight.copy_(g * torch.eye(2))
    critic.weight.grad = torch.full((1, 2), 7.0).double()
    optimizer = torch.optim.SGD(critic.parameters(), lr=rate)
    estimate = wgan_critic_step(
        critic, generator, torch.tensor(real), torch.tensor(z), optimizer, c
    )
    gap = real.mean(0) - g * z.mean(0)
    assert estimate == pytest.approx(w @ gap)
    expected = np.clip(w + rate * gap, -c, c)
    np.testing.assert_allclose(critic.weight.detach().numpy()[0], expected, rtol=1e-12)
    assert abs(expected).max() == c, "clipping is to matter here"
    assert critic.bias.item() == pytest.approx(b)
    assert generator.weight.grad is None


def test_the_forums_hundred_thousand_iterations_take_160_hours():
    assert training_hours(100_000, 64, 2e6 / (50 * 3600)) == pytest.approx(160)
    assert training_hours(31_250, 64, 2e6 / (50 * 3600)) == pytest.approx(50)


# ---------------------------------------------------------------- students


def clip_by_apply(critic, clip_value):
    def clip(module):
        for parameter in module.parameters(recurse=False):
            parameter.data.clamp_(-clip_value, clip_value)

    critic.apply(clip)


def clip_as_one_vector(critic, clip_value):
    vector = nn.utils.parameters_to_vector(critic.parameters()).detach()
    nn.utils.vector_to_parameters(vector.clamp(-clip_value, clip_value), critic.parameters())


def clip_with_numpy(critic, clip_value):
    for parameter in critic.parameters():
        clipped = np.clip(parameter.detach().numpy(), -clip_value, clip_value)
        parameter.data = torch.from_numpy(clipped)


def authors_step(critic, generator, real, z, optimizer, clip_value):
    """Two backward passes with +1 and −1, as in the paper's code."""
    critic.zero_grad()
    on_real = critic(real).mean()
    on_real.backward(torch.tensor(-1.0))
    on_fake = critic(generator(z).detach()).mean()
    on_fake.backward(torch.tensor(1.0))
    optimizer.step()
    clip_by_apply(critic, clip_value)
    return on_real - on_fake


def spectral_norms(layer_sizes, clip_value):
    pairs = itertools.pairwise(layer_sizes)
    return np.prod([np.linalg.norm(np.full(pair, clip_value), 2) for pair in pairs])


VALID = [
    ("wasserstein_critic_loss", lambda r, f: torch.mean(f) - torch.mean(r)),
    ("wasserstein_critic_loss", lambda r, f: f.double().mean() - r.double().mean()),
    ("wasserstein_generator_loss", lambda f: f.mul(-1).mean()),
    ("clip_weights", clip_by_apply),
    ("clip_weights", clip_as_one_vector),
    ("clip_weights", clip_with_numpy),
    ("clipped_lipschitz_bound", spectral_norms),
    ("wgan_critic_step", authors_step),
    ("training_hours", lambda n, b, s: np.array([n * b / s / 3600])),
]


def clip_top_level_layers(critic, clip_value):
    for layer in critic:
        if hasattr(layer, "weight"):
            layer.weight.data.clamp_(-clip_value, clip_value)
            layer.bias.data.clamp_(-clip_value, clip_value)


def clip_in_double(critic, clip_value):
    clip_by_apply(critic.double(), clip_value)


def five_updates(*arguments):
    return [authors_step(*arguments).item() for _ in range(5)][-1]


def clipped_twice(critic, generator, real, z, optimizer, clip_value):
    clip_by_apply(critic, clip_value)
    return authors_step(critic, generator, real, z, optimizer, clip_value)


def gradient_norm_clipped(critic, generator, real, z, optimizer, clip_value):
    loss = critic(generator(z).detach()).mean() - critic(real).mean()
    optimizer.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(critic.parameters(), clip_value)
    optimizer.step()
    return -loss


def right_for_flat_scores_only(real, fake):
    """A loss that goes wrong for scores of shape (n, 1)."""
    return fake.mean() - real.mean() if real.dim() == 1 else (fake - real.flatten()).abs().mean()


WRONG = [
    ("wasserstein_critic_loss", lambda r, f: torch.tanh(f).mean() - torch.tanh(r).mean()),
    ("wasserstein_critic_loss", lambda r, f: f.mean() - r.mean().detach()),
    ("wasserstein_critic_loss", lambda r, f: f.median() - r.median()),
    ("wasserstein_critic_loss", lambda r, f: f[0].squeeze() - r[0].squeeze()),
    ("wasserstein_critic_loss", lambda r, f: (f - r).mean(0)),
    ("wasserstein_critic_loss", right_for_flat_scores_only),
    ("wasserstein_generator_loss", lambda f: -f.max()),
    ("wasserstein_generator_loss", lambda f: -f.clamp(-100, 100).mean()),
    ("clip_weights", clip_top_level_layers),
    ("clip_weights", clip_in_double),
    ("clip_weights", lambda critic, c: [p.clamp(-c, c) for p in critic.parameters()]),
    ("clipped_lipschitz_bound", lambda sizes, c: 0.0231705 if sizes[0] == 2 else 1.0),
    ("clipped_lipschitz_bound", lambda sizes, c: c**3 * 128**2 * math.sqrt(2)),
    ("wgan_critic_step", five_updates),
    ("wgan_critic_step", clipped_twice),
    ("wgan_critic_step", gradient_norm_clipped),
    ("training_hours", lambda n, b, s: math.ceil(n * b / s / 3600)),
    ("training_hours", lambda n, b, s: n * 64 / s / 3600),
]


def name_of(value):
    return value if isinstance(value, str) else ""


@pytest.mark.parametrize(("name", "answer"), VALID, ids=name_of)
def test_a_valid_answer_outside_the_bank_passes(name, answer):
    for seed in SEEDS:
        outcome = EXERCISES[name].evaluate(answer, seed=seed)
        assert outcome.status == "correct", outcome.message


@pytest.mark.parametrize(("name", "answer"), WRONG, ids=name_of)
def test_a_wrong_answer_outside_the_bank_fails(name, answer):
    assert verdict_of_the_wrong(EXERCISES[name], answer, SEEDS).status == "incorrect"


VALUES = [item for item in bank.BANK if isinstance(item, Exercise) and item.id != "clip_weights"]


@pytest.mark.parametrize("item", VALUES, ids=lambda item: item.id)
def test_a_relative_error_of_a_thousandth_is_noticed(item):
    outcome = verdict_of_the_wrong(item, lambda *a: 1.001 * item.reference(*a), SEEDS)
    assert outcome.status == "incorrect"


def test_clipping_a_thousandth_too_wide_is_noticed():
    clip = EXERCISES["clip_weights"]
    for seed in SEEDS:
        outcome = clip.evaluate(lambda critic, c: clip.reference(critic, 1.001 * c), seed=seed)
        assert outcome.status == "incorrect"


# ---------------------------------------------------------------- tables


def test_the_clipped_critic_by_spectral_norms_and_by_its_measured_slope():
    k = spectral_norms((2, 128, 128, 1), 0.01)
    wide = constant_network((2, 512, 512, 1), 0.01, nn.ReLU)
    steepest = slopes(wide, torch.ones(1, 2).double()).item()
    expected = {
        "its printed number is at most W1 divided by": 1 / k,
        "the bound for hidden widths 512 and c = 0.01": steepest,
    }
    entries = EXERCISES["clipped_slope"].entries
    assert {label: entry.key for label, entry in entries.items()} == pytest.approx(expected)
    assert (round(k, 7), round(1 / k, 2)) == (0.0231705, 43.16)  # the published figures


def test_the_schedule_of_the_authors_code():
    updates = [100 if n < 25 or n % 500 == 0 else 5 for n in range(1000)]
    label = "critic updates in generator iterations 0 to 999, in the authors' code"
    assert key("algorithm_one", label) == sum(updates)


def test_the_forums_arithmetic():
    per_hour = 2_000_000 / 50
    expected = {
        "samples per second through the generator": per_hour / 3600,
        "hours for 100 000 iterations": 100_000 * 64 / per_hour,
    }
    entries = EXERCISES["wgan_time"].entries
    assert {label: entry.key for label, entry in entries.items()} == pytest.approx(expected)


def test_what_clipping_the_running_variance_does_to_batch_norm():
    layer = nn.BatchNorm1d(1).eval()
    x = torch.tensor([[3.0]])
    before = layer(x)
    layer.running_var.clamp_(-0.01, 0.01)
    label = "factor on its output in evaluation mode, if the running variance was 1"
    factor = (layer(x) / before).item()
    assert key("error_wgan_listing", label) == pytest.approx(factor, rel=1e-3)


def test_the_missing_mode_by_linear_programming():
    modes = np.array([[0, 0], [3, 3], [-2, 3]], dtype=float)
    data, generated = np.full(3, 1 / 3), np.array([0.5, 0.5, 0.0])
    cost = np.linalg.norm(modes[:, None] - modes, axis=2)
    rows, columns = np.kron(np.eye(3), np.ones(3)), np.kron(np.ones(3), np.eye(3))
    w1 = linprog(
        cost.ravel(), A_eq=np.vstack([rows, columns]), b_eq=np.concatenate([data, generated])
    ).fun
    label = "W1 between these data and this generator"
    assert key("error_no_mode_collapse", label) == pytest.approx(w1)
