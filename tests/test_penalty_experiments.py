"""Lesson 5's experiments against things known otherwise: theory, brute force, simple networks."""

import itertools
import math

import numpy as np
import pytest
import torch
from torch import nn

from course_utils import evaluation
from course_utils.datasets import DIGITS, ImageSet
from course_utils.experiments import critics
from course_utils.experiments import digits as looks
from course_utils.experiments import penalty as clean
from course_utils.experiments.images import LATENT_DIM, ImageRun, image_networks
from course_utils.history import History
from course_utils.objectives import OBJECTIVES, FunctionPenalty, Objective, WassersteinLoss
from course_utils.training import TrainConfig


@pytest.fixture(scope="module")
def few_images():
    torch.manual_seed(3)
    return ImageSet(
        "mnist",
        torch.randint(0, 256, (60, 28, 28), dtype=torch.uint8),
        torch.arange(60) % 10,
        DIGITS,
    )


# --- on a line ------------------------------------------------------------------------------


@pytest.mark.parametrize("lambda_gp", [0.5, 10.0])
@pytest.mark.parametrize("x", [0.3, 2.0, 3.1])
def test_optimal_slope_maximises_gain_minus_price(x, lambda_gp):
    """Against a grid search, with the density of interpolates counted from samples."""
    torch.manual_seed(0)
    epsilon = torch.rand(400_000)
    x_hat = epsilon * torch.randn(400_000) + (1 - epsilon) * (4 + torch.randn(400_000))
    density = float(((x_hat - x).abs() < 0.1).float().mean()) / 0.2
    flow = 0.5 * (math.erf(x / math.sqrt(2)) - math.erf((x - 4) / math.sqrt(2)))
    slopes = np.linspace(0, 20, 200_001)
    best = slopes[np.argmax(slopes * flow - lambda_gp * (slopes - 1) ** 2 * density)]
    assert clean.optimal_slope(np.array([x]), lambda_gp)[0] == pytest.approx(best, rel=0.02)


def test_a_fitted_critic_is_as_steep_as_theory_says():
    x = np.linspace(0.5, 3.5, 31)
    critic = clean.critic_between_gaussians(OBJECTIVES["wgan_gp"], x, n_steps=300, seed=0)
    assert critic.slopes.mean() == pytest.approx(clean.optimal_slope(x, 10).mean(), rel=0.1)
    assert critic.dual == pytest.approx(4.8, abs=0.4)
    assert np.all(np.diff(critic.values) < 0)  # data lie at 0, fakes at 4


def test_a_two_sided_penalty_traps_a_critic_that_starts_the_wrong_way():
    """Sloping wrongly costs −4s + λ(s − 1)² with its minimum at s = 1 − 4/2λ = 0.8."""
    x = np.linspace(0.5, 3.5, 31)
    trapped, freed = (
        clean.critic_between_gaussians(OBJECTIVES[name], x, n_steps=300, seed=1, rising=False)
        for name in ("wgan_gp", "wgan_lp")
    )
    assert trapped.dual == pytest.approx(-3.2, abs=0.4)
    assert trapped.slopes.mean() == pytest.approx(0.8, abs=0.1)
    assert freed.dual == pytest.approx(4.8, abs=0.5)


@pytest.mark.parametrize("seed", range(3))
def test_under_spectral_normalisation_no_slope_exceeds_one_whatever_the_start(seed):
    x = np.linspace(0.5, 3.5, 31)
    critic = clean.critic_between_gaussians(OBJECTIVES["wgan_sn"], x, n_steps=150, seed=seed)
    assert critic.slopes.max() < 1.02
    assert critic.dual > 2, "it has started the right way and stayed so"


def test_somebodys_penalty_is_charged_with_its_weight():
    def counted(critic, real, fake, lambda_gp):
        return lambda_gp * (real.sum() - fake.sum())

    objective = clean.with_penalty("wgan_lp", counted, 3.0)
    real, fake = torch.ones(4, 2), torch.zeros(4, 2)
    assert float(objective.constraint.penalty(None, real, fake)) == 24
    assert (objective.name, objective.paper) == ("wgan_lp", OBJECTIVES["wgan_lp"].paper)


# --- on the plane ---------------------------------------------------------------------------


def test_transport_pairs_are_the_cheapest_of_all_permutations():
    torch.manual_seed(1)
    real, fake = torch.randn(6, 2), torch.randn(6, 2)
    partner = clean.transport_pairs(real, fake)
    cheapest = min(
        float((real - fake[list(order)]).norm(dim=1).sum())
        for order in itertools.permutations(range(6))
    )
    assert sorted(partner) == list(range(6))
    assert float((real - fake[partner]).norm(dim=1).sum()) == pytest.approx(cheapest, rel=1e-6)


def test_a_surface_never_proves_more_than_exact_transport():
    torch.manual_seed(0)
    before = torch.random.get_rng_state()
    surface = clean.fit_surface(
        lambda n: torch.randn(n, 2), OBJECTIVES["wgan_gp"], critics.plane_grid(3, 9), 30, seed=0
    )
    assert surface.values.shape == (9, 9)
    assert surface.certified <= surface.w1
    assert torch.equal(before, torch.random.get_rng_state())


# --- in depth -------------------------------------------------------------------------------


def test_decades_per_layer_is_positive_where_gradients_vanish_towards_the_input():
    assert clean.DeepCritic(np.array([1e-6, 1e-4, 1e-2]), np.zeros(1)).decades_per_layer == (
        pytest.approx(2)
    )


def test_a_deep_clipped_critic_keeps_to_its_bound():
    critic = clean.fit_deep_critic(clean.clipped(0.01), lambda n: torch.randn(n, 2), 10, seed=0)
    assert np.abs(critic.weights).max() <= 0.01 + 1e-9
    assert np.all(critic.gradients[:-1] <= clean.WIDTH * 0.01 * critic.gradients[1:])


# --- on digits ------------------------------------------------------------------------------


def test_places_are_what_they_are_called(few_images):
    generator, critic = image_networks(OBJECTIVES["wgan_gp"], 0)
    run = ImageRun(OBJECTIVES["wgan_gp"], few_images, generator, critic, History(), ())
    where = looks.places(run, 40, seed=5)
    x, y, between = (
        where[k].flatten(1) for k in ("real digits", "generated digits", "interpolates")
    )
    epsilon = ((between - y) * (x - y)).sum(1) / (x - y).square().sum(1)
    assert torch.allclose(epsilon[:, None] * x + (1 - epsilon[:, None]) * y, between, atol=1e-4)
    assert 0 <= epsilon.min() < 0.2 and 0.8 < epsilon.max() <= 1
    known = {image.numpy().tobytes() for image in few_images.scaled()}
    assert all(image.numpy().tobytes() in known for image in where["real digits"])
    assert all(torch.equal(a, b) for a, b in zip(
        where.values(), looks.places(run, 40, seed=5).values(), strict=True))  # fmt: skip


def test_walks_follow_arcs():
    generator = nn.Sequential(nn.Linear(LATENT_DIM, LATENT_DIM, bias=False))
    with torch.no_grad():
        generator[0].weight.copy_(torch.eye(LATENT_DIM))  # samples are the noise itself
    z = looks.latent_walks(generator, 3, 5, seed=0).reshape(3, 5, LATENT_DIM)
    assert torch.allclose(z[:, 2], (z[:, 0] + z[:, -1]) / math.sqrt(2), atol=1e-5)
    assert not torch.allclose(z[0, 0], z[1, 0])


def test_the_rank_of_a_generator_of_known_rank():
    torch.manual_seed(0)
    layer = nn.Linear(LATENT_DIM, 784)
    with torch.no_grad():
        layer.weight.copy_(torch.randn(784, 5) @ torch.randn(5, LATENT_DIM))
    assert looks.jacobian_rank(nn.Sequential(layer), seed=0) == 5


def test_a_run_that_breaks_off_counts_as_infinitely_bad(few_images):
    broken = Objective(
        "broken", WassersteinLoss(), FunctionPenalty(lambda critic, x, y: critic(x).sum() * np.nan)
    )
    assert looks.short_run(broken, few_images, TrainConfig(n_steps=2, n_critic=1)) == np.inf


def test_a_sweep_varies_the_rate_and_nothing_else(monkeypatch, few_images):
    configs = []
    monkeypatch.setattr(
        looks, "short_run", lambda objective, data, config: configs.append(config) or config.lr
    )
    table = looks.sweep(
        [OBJECTIVES["gan"], OBJECTIVES["wgan_clip"]], (1e-3, 1e-2), few_images, 7, 4
    )
    assert table == {name: {1e-3: 1e-3, 1e-2: 1e-2} for name in ("gan", "wgan_clip")}
    assert {(c.n_steps, c.n_critic, c.seed) for c in configs} == {(7, 1, 4)}
    assert [c.optimizer for c in configs] == ["adam", "adam", "rmsprop", "rmsprop"]


def test_overfit_scores_both_sets_against_the_same_fakes(few_images):
    config = TrainConfig(n_steps=4, n_critic=1, evaluate_every=2)
    same = looks.overfit(OBJECTIVES["wgan_gp"], few_images, few_images, config)
    assert np.array_equal(same.curve("train")[1], same.curve("held_out")[1])
    other = looks.overfit(OBJECTIVES["wgan_gp"], few_images, few_images[:30], config)
    assert np.array_equal(same.curve("train")[1], other.curve("train")[1])
    assert not np.array_equal(other.curve("train")[1], other.curve("held_out")[1])


def test_the_force_of_a_wasserstein_critic_is_its_slope(few_images):
    """At a vanishing learning rate the critic is still the one it was at birth."""
    objective = OBJECTIVES["wgan_clip"]
    still = Objective("still", objective.loss)
    _, norms = looks.forces(still, few_images, 1, seed=2)
    generator, critic = image_networks(still, 2)
    torch.manual_seed(0)
    with torch.no_grad():
        fakes = generator(torch.randn(500, LATENT_DIM))
    assert norms[-1] == pytest.approx(evaluation.slopes(critic, fakes).mean(), rel=0.15)


def test_critics_to_try_are_the_same_for_the_same_seed():
    first, second = looks.critics_to_try(1), looks.critics_to_try(1)
    x = torch.randn(4, 1, 28, 28)
    for name in first:
        assert torch.equal(first[name](x), second[name](x)), name
    assert any(isinstance(m, nn.BatchNorm1d) for m in first["with batch norm"])


def test_a_score_with_layer_norm_minds_no_company():
    critic = looks.critics_to_try(1)["with layer norm"]
    assert any(isinstance(m, nn.LayerNorm) for m in critic)
    mine, friends, strangers = torch.randn(1, 1, 28, 28), *torch.randn(2, 7, 1, 28, 28)
    scores = [critic(torch.cat([mine, others]))[0] for others in (friends, strangers)]
    assert torch.allclose(*scores, atol=1e-6)
