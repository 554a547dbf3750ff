"""Lesson 2's experiments: what they measure, and that they disturb nothing."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from scipy import integrate, stats
from torch import nn
from torch.nn.functional import softplus

from course_utils import models
from course_utils.datasets import DIGITS, EIGHT_MEANS, ImageSet, mnist
from course_utils.experiments import digits, game
from course_utils.experiments.images import (
    CLOTHES_LATENT_DIM,
    LATENT_DIM,
    clothes_networks,
    he_networks,
    image_networks,
    networks_for,
    train_on_images,
)
from course_utils.objectives import OBJECTIVES, NonSaturatingLoss, SaturatingLoss
from course_utils.plots import circling_figures
from course_utils.plots import game_figures as draw
from course_utils.plots.style import use_course_style
from course_utils.run_context import seeded
from course_utils.training import TrainConfig

GAN = OBJECTIVES["gan"]


@pytest.fixture
def few_images():
    generator = torch.Generator().manual_seed(0)
    images = torch.randint(0, 256, (64, 28, 28), generator=generator, dtype=torch.uint8)
    return ImageSet("mnist", images, torch.zeros(64, dtype=torch.long), DIGITS)


def weights(network):
    return torch.cat([p.detach().flatten() for p in network.parameters()])


# --- the xy-game ----------------------------------------------------------------------------


@pytest.mark.parametrize("eta", [0.1, 0.37])
def test_xy_paths_are_powers_of_two_linear_maps(eta):
    paths = game.xy_paths(eta, 40)
    maps = {
        "at the same time": np.array([[1, -eta], [eta, 1]]),
        "in turn": np.array([[1, -eta], [eta, 1 - eta**2]]),  # y answers x − η y
    }
    assert paths.keys() == maps.keys()
    for name, step in maps.items():
        expected = [np.linalg.matrix_power(step, k) @ [1, 1] for k in range(41)]
        np.testing.assert_allclose(paths[name], expected, rtol=1e-10)


# --- counting modes -------------------------------------------------------------------------


def cloud(counts, offset=(0.0, 0.0)):
    """counts[k] points at an offset from mode k, the rest of 1,000 far away."""
    near = np.repeat(np.array(EIGHT_MEANS)[: len(counts)] + offset, counts, axis=0)
    return np.vstack([near, np.full((1000 - len(near), 2), 9.0)])


@pytest.mark.parametrize(
    ("samples", "reached"),
    [
        (cloud([1000]), 1),
        (cloud([10, 9, 10]), 2),  # at least 1 %: nine points are too few
        (cloud([100] * 8), 8),
        (cloud([100] * 8, (0.29, 0.0)), 8),
        (cloud([100] * 8, (0.0, 0.31)), 0),
        (cloud([]), 0),
    ],
)
def test_modes_reached(samples, reached):
    assert game.modes_reached(samples) == reached


# --- the discriminator between two Gaussians ------------------------------------------------


@pytest.fixture(scope="module")
def fitted():
    return game.fit_discriminator(GAN, 80, seed=3, mean=2.0)


def test_value_is_that_of_its_discriminator(fitted):
    d = fitted.probability
    p, q = stats.norm.pdf(fitted.x), stats.norm.pdf(fitted.x, 2)
    value = integrate.simpson(p * np.log(d) + q * np.log1p(-d), x=fitted.x)
    assert fitted.values[-1] == pytest.approx(value, abs=1e-5)
    assert fitted.steps[-1] == 80


def test_no_discriminator_beats_the_bound(fitted):
    def integrand(x):
        p, q = stats.norm.pdf(x), stats.norm.pdf(x, 2)
        return p * np.log(p / (p + q)) + q * np.log(q / (p + q))

    bound = integrate.quad(integrand, -10, 12)[0]
    assert fitted.values.max() <= bound + 1e-6
    assert fitted.values[-1] > bound - 0.05  # it has learnt


def test_logit_slope_is_the_derivative_of_the_logit(fitted):
    rise = np.diff(fitted.logit) / np.diff(fitted.x)
    middle = (fitted.logit_slope[1:] + fitted.logit_slope[:-1]) / 2
    # ReLU-like units make the slope jump at a few places, between two grid points
    assert np.mean(np.abs(rise - middle) < 1e-2) > 0.9


def test_same_seed_same_discriminator(fitted):
    torch.manual_seed(99)
    again = game.fit_discriminator(GAN, 80, seed=3, mean=2.0)
    np.testing.assert_array_equal(again.logit, fitted.logit)


def test_loss_and_slope_one_logit_at_a_time():
    logits = np.array([-20.0, -1.0, 0.0, 3.0])
    values, slopes = game.loss_and_slope(NonSaturatingLoss().generator_loss, logits)
    np.testing.assert_allclose(values, np.logaddexp(0, -logits))
    np.testing.assert_allclose(slopes, -1 / (1 + np.exp(logits)))


# --- what reaches a generator that stands still ---------------------------------------------


def test_watching_leaves_the_generator_alone_and_scales_with_the_loss(few_images):
    generator, _ = image_networks(GAN, 0)
    generator.eval()
    before = weights(generator)
    loss = NonSaturatingLoss().generator_loss
    losses = {"once": loss, "twice": lambda scores: 2 * loss(scores)}
    seen = game.watch_gradients(generator, few_images, GAN, losses, n_steps=4, seed=1)
    assert torch.equal(weights(generator), before)
    assert all(p.grad is None for p in generator.parameters())
    steps, once = seen["once"]
    np.testing.assert_array_equal(steps, [1, 2, 3, 4])
    np.testing.assert_allclose(seen["twice"][1], 2 * once, rtol=1e-5)
    assert len(set(once)) == 4  # the critic moves between two looks


def test_gradient_norm_is_over_all_weights():
    generator, critic = nn.Linear(2, 3), nn.Linear(3, 1)
    z = torch.randn(5, 2)
    loss = SaturatingLoss().generator_loss
    norm = game._gradient_norm(generator, critic, loss, z)
    loss(critic(generator(z))).backward()
    expected = np.sqrt(sum(float((p.grad**2).sum()) for p in generator.parameters()))
    assert norm == pytest.approx(expected, rel=1e-5)


def test_a_generator_made_for_digits_is_born_near_their_mean():
    data = mnist()
    mean = data.scaled().mean(0)

    def off(make):
        generator, critic = make(GAN, 3)
        with torch.no_grad(), seeded(1):
            made = generator(torch.randn(500, LATENT_DIM))
        assert critic(made).shape == (500, 1)
        return float((made.mean(0) - mean).norm() / mean.norm())

    assert off(networks_for(data)) < 0.1 < 0.5 < off(he_networks)


def test_the_long_run_has_wide_networks_and_comparisons_the_common_pair():
    def hidden(make):
        layers = ([m for m in net if isinstance(m, nn.Linear)] for net in make(GAN, 3))
        return tuple(tuple(layer.out_features for layer in found[:-1]) for found in layers)

    assert hidden(networks_for(mnist())) == ((128, 384), (384, 256))
    assert hidden(he_networks) == hidden(image_networks) == ((128, 256), (256, 128))


def test_brief_generator_is_trained_and_ready(few_images):
    start, _ = image_networks(GAN, 5)
    generator = game.brief_generator(GAN, few_images, 2, seed=5)
    assert not generator.training
    assert not torch.equal(weights(generator), weights(start))


# --- the ring -------------------------------------------------------------------------------


def test_play_on_ring_hands_over_what_a_step_needs():
    calls = []

    def step(generator, discriminator, real, z, generator_optimizer, discriminator_optimizer):
        calls.append((real.shape, z.shape, discriminator(generator(z)).shape))
        for network, optimizer in (
            (generator, generator_optimizer),
            (discriminator, discriminator_optimizer),
        ):
            held = {id(p) for group in optimizer.param_groups for p in group["params"]}
            assert held == {id(p) for p in network.parameters()}

    config = game.ring_config(3, 1, 20, seed=2)
    state = torch.random.get_rng_state()
    run = game.play_on_ring(step, config)
    assert torch.equal(torch.random.get_rng_state(), state)
    assert calls == [((64, 2), (64, 3), (64, 1))] * 20
    np.testing.assert_array_equal(run.steps, np.arange(2, 21, 2))
    assert run.samples.shape == (1000, 2)


@pytest.mark.parametrize("seed", [0, 1])
def test_train_on_ring_repeats_itself(seed):
    config = game.ring_config(2, 2, 20, seed)
    runs = []
    for other in (7, 8):
        torch.manual_seed(other)  # what was drawn before must not matter
        runs.append(game.train_on_ring(GAN, config))
    np.testing.assert_array_equal(runs[0].samples, runs[1].samples)
    np.testing.assert_array_equal(runs[0].modes, runs[1].modes)
    assert game.modes_reached(runs[0].samples) >= 0
    assert 0 <= runs[0].within <= 1


def test_scores_by_variant_runs_each_seed(monkeypatch, few_images):
    def pretend(objective, data, config, networks):
        assert objective is GAN and data is few_images and networks is he_networks
        return 100 * config.lr + config.seed

    monkeypatch.setattr(digits, "short_run", pretend)
    variants = {"slow": (GAN, TrainConfig(lr=0.01)), "fast": (GAN, TrainConfig(lr=0.1))}
    scores = game.scores_by_variant(variants, few_images, (4, 5), he_networks)
    np.testing.assert_allclose(scores["slow"], [5, 6])
    np.testing.assert_allclose(scores["fast"], [14, 15])


def test_loss_on_is_minus_the_value():
    network = nn.Linear(2, 1)
    real, fake = torch.randn(7, 2), torch.randn(5, 2)
    expected = softplus(-network(real)).mean() + softplus(network(fake)).mean()
    assert game.loss_on(network, GAN.loss, real, fake) == pytest.approx(expected.item())


def test_latent_dim_of_images_is_that_of_the_generator(few_images):
    generator, _ = image_networks(GAN, 0)
    assert generator[0].in_features == LATENT_DIM
    generator, discriminator = clothes_networks(GAN, 0)
    assert generator[0].in_features == CLOTHES_LATENT_DIM != LATENT_DIM
    kinds = [type(layer) for layer in discriminator]
    assert models.BatchDeviation in kinds and nn.LeakyReLU in kinds and nn.ReLU not in kinds
    first = discriminator[1].weight.detach()
    assert float(first.var()) == pytest.approx(2 / 784, rel=0.1)  # He's start
    config = TrainConfig(2, batch_size=8, n_critic=1, latent_dim=LATENT_DIM)
    run = train_on_images(GAN, few_images, config, n_stages=1, networks=clothes_networks)
    walk = digits.latent_walks(run.generator, 2, 3, seed=0)
    assert walk.shape == (6, 1, 28, 28)
    assert np.isfinite(digits.short_run(GAN, few_images, config, networks=clothes_networks))


# --- figures --------------------------------------------------------------------------------


def test_titles_state_what_was_measured():
    use_course_style()  # which puts titles on the left
    steps, norms = np.arange(1, 9.0), np.geomspace(1, 1e-4, 8)
    watched = draw.vanishing_gradient({"a": (steps, norms), "b": (steps, norms)}, 12345.6, 1.23)
    assert "12,346 times" in watched.axes[0].get_title("left")
    assert "1.2" in watched.axes[0].get_title("left")
    dots = draw.loss_against_quality([1.0, 2.0, 3.0], [9.0, 8.0, 7.0], -1.0, "loss")
    assert "3 stages" in dots.axes[0].get_title("left")
    assert "-1.00" in dots.axes[0].get_title("left")
    panels = circling_figures.ring_samples(
        np.zeros((4, 2)), {"seed 0": (np.zeros((5, 2)), 3)}, "finding"
    )
    assert "3 of 8 modes" in panels.axes[0].get_title("left")
    plt.close("all")


def test_broken_runs_leave_a_row_without_dots():
    scores = {"base": np.array([50.0]), "broken": np.array([np.inf])}
    (ax,) = draw.variants(scores, "finding").axes
    assert [label.get_text() for label in ax.get_yticklabels()] == ["broken", "base"]
    assert sum(len(line.get_xdata()) for line in ax.lines if line.get_marker() in "os") == 1
    plt.close("all")
