"""Lesson 4's experiments: forces, slopes and layers against hand-made networks and POT."""

from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np
import ot
import pytest
import torch
from torch import nn

from course_utils import evaluation, models
from course_utils.experiments import clipping as lab
from course_utils.history import History
from course_utils.objectives import OBJECTIVES, WeightClipping
from course_utils.plots import clipping_figures as draw
from course_utils.training import TrainConfig

CLIP = OBJECTIVES["wgan_clip"]
SHORT = TrainConfig.for_objective(CLIP, n_steps=6, lr=5e-4, log_every=1)


def linear_critic(*weights):
    layer = nn.Linear(len(weights), 1)
    with torch.no_grad():
        layer.weight.copy_(torch.tensor([weights]))
    return nn.Sequential(layer)


# --- whole games ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def run():
    return lab.train_in_plane(CLIP, lab.THREE, replace(SHORT, seed=3), n_looks=2, n_judged=60)


def test_a_run_is_judged_by_exact_transport_on_what_it_keeps(run):
    cost = ot.dist(run.real, run.fake, metric="euclidean")
    assert run.w1 == pytest.approx(ot.emd2([], [], cost), rel=1e-5)


def test_the_printed_number_is_the_critics_on_the_same_batch(run):
    scores = [run.critic(torch.tensor(x)).mean().item() for x in (run.real, run.fake)]
    assert run.printed == pytest.approx(scores[0] - scores[1], abs=1e-6)


def test_a_clipped_number_never_exceeds_the_bound_times_w1(run):
    bound = 0.01**3 * 128**2 * np.sqrt(2)
    printed, w1 = (np.array(run.history.curve(name)[1]) for name in ("printed", "w1"))
    assert len(w1) == 2 and (printed <= bound * w1).all() and run.printed <= bound * run.w1


def test_the_same_seed_gives_the_same_run_and_another_another(run):
    torch.manual_seed(123)
    before = torch.get_rng_state()
    again = lab.train_in_plane(CLIP, lab.THREE, replace(SHORT, seed=3), n_looks=2, n_judged=60)
    other = lab.train_in_plane(CLIP, lab.THREE, replace(SHORT, seed=4), n_judged=60)
    assert np.array_equal(run.fake, again.fake) and run.w1 == again.w1
    assert not np.array_equal(run.fake, other.fake)
    assert torch.equal(before, torch.get_rng_state()), "the caller's random stream was used"


def test_looking_on_the_way_changes_nothing(run):
    unseen = lab.train_in_plane(CLIP, lab.THREE, replace(SHORT, seed=3), n_judged=60)
    assert np.array_equal(run.fake, unseen.fake)


def test_a_floor_is_what_two_samples_of_the_data_score():
    floor = lab.THREE.floor(200, seed=1)
    assert floor == lab.THREE.floor(200, seed=1) != lab.THREE.floor(200, seed=2)
    torch.manual_seed(9)
    points = [np.asarray(lab.THREE.sample(200)) for _ in range(2)]
    assert 0.5 < floor / ot.emd2([], [], ot.dist(*points, metric="euclidean")) < 2


def test_a_sweep_changes_what_it_is_told():
    changes = {"as is": {}, "faster": {"lr_factor": 5.0}, "twice": {"n_critic": 2, "lr": 0.1}}
    runs = lab.sweep({"W": CLIP}, changes, (0, 1), lab.EIGHT, n_steps=1, n_judged=20)
    assert list(runs) == [("W", label) for label in changes]
    found = {label: runs["W", label][0].config for label in changes}
    assert [c.lr for c in found.values()] == pytest.approx([5e-5, 2.5e-4, 0.1])
    assert [c.n_critic for c in found.values()] == [5, 5, 2]
    assert [r.config.seed for r in runs["W", "as is"]] == [0, 1]


@pytest.mark.parametrize("sign", [1, -1])
def test_ranks_of_loss_and_quality(sign):
    rows, quality = [], [50.0, 30.0, 20.0, 10.0]
    for step in range(1, 9):  # losses 1..8, so means since the last look 1.5, 3.5, 5.5, 7.5
        rows.append({"step": step, "critic_loss": sign * step})
        if step % 2 == 0:
            rows[-1]["frechet"] = quality[step // 2 - 1]
    found = lab.does_loss_follow(History(rows))
    assert found.loss == pytest.approx(-sign * np.array([1.5, 3.5, 5.5, 7.5]))
    assert found.spearman == pytest.approx(sign)
    assert found.steps.tolist() == [2, 4, 6, 8]


# --- a critic alone -------------------------------------------------------------------------


def test_a_critic_can_start_inside_its_limits_and_is_judged_on_given_points():
    objective = replace(CLIP, constraint=WeightClipping(0.002))
    judges = lab.THREE.sample(50), torch.zeros(50, 2)
    config = replace(SHORT, n_steps=3, evaluate_every=1)
    free, clipped = (
        lab.train_critic(
            objective, lab.THREE.sample, lambda n: torch.zeros(n, 2), config,
            clip_first=first, judged_on=judges,
        )
        for first in (False, True)
    )  # fmt: skip
    first_gap = [history.curve("wasserstein_estimate")[1][0] for _, history in (free, clipped)]
    assert abs(first_gap[1]) < 0.002 * abs(first_gap[0]), "the first scores were not clipped"
    for critic, history in (free, clipped):
        assert max(p.abs().max() for p in critic.parameters()) <= 0.002 * (1 + 1e-6)
        scores = [critic(x).mean().item() for x in judges]
        assert history.last("value") == pytest.approx(scores[0] - scores[1], rel=1e-4)


def test_blurring_adds_noise_of_the_given_size():
    torch.manual_seed(0)
    assert torch.equal(lab.blurred(lambda n: torch.ones(n, 2), 0.0)(4), torch.ones(4, 2))
    noise = lab.blurred(lambda n: torch.full((n, 2), 5.0), 2.0)(20_000)
    assert noise.mean().item() == pytest.approx(5, abs=0.05)
    assert noise.std().item() == pytest.approx(2, rel=0.03)


def test_the_steepest_slope_of_a_linear_critic_is_its_length():
    clouds = torch.randn(7, 2), torch.randn(7, 2)
    assert lab.steepest_slope(linear_critic(3.0, -4.0), *clouds) == pytest.approx(5, rel=1e-5)


def test_a_steep_spot_between_the_clouds_is_found():
    critic = nn.Sequential(nn.Linear(1, 2), nn.ReLU(), nn.Linear(2, 1))
    with torch.no_grad():  # slope 6 on [1, 2] only
        critic[0].weight.fill_(1.0)
        critic[0].bias.copy_(torch.tensor([-1.0, -2.0]))
        critic[2].weight.copy_(torch.tensor([[6.0, -6.0]]))
    left, right = torch.zeros(20, 1), torch.full((20, 1), 3.0)
    assert lab.steepest_slope(critic, left, right) == pytest.approx(6, rel=1e-5)


def test_the_spectral_bound_is_a_product_of_singular_values():
    critic = models.mlp_critic((3,), (5, 4))
    product = np.prod([
        np.linalg.svd(p.detach().numpy(), compute_uv=False)[0]
        for p in critic.parameters() if p.dim() > 1
    ])  # fmt: skip
    assert lab.spectral_bound(critic) == pytest.approx(product, rel=1e-5)
    assert evaluation.slopes(critic, torch.randn(200, 3)).max() <= product


def test_weights_at_the_limit_are_counted_without_biases():
    critic = nn.Sequential(nn.Linear(4, 1), nn.ReLU(), nn.Linear(1, 1))
    with torch.no_grad():
        critic[0].weight.copy_(torch.tensor([[0.1, -0.1, 0.0995, 0.098]]))  # three of four
        critic[2].weight.fill_(0.0)
        for layer in (critic[0], critic[2]):
            layer.bias.fill_(0.1)
    assert lab.share_at_limit(critic, 0.1) == pytest.approx(3 / 5)


def test_a_grid_of_values_has_x1_along_its_columns():
    grid = lab.values_on_grid(linear_critic(1.0, 10.0), 2.0, n_points=5)
    line = np.linspace(-2, 2, 5)
    assert grid - grid[2, 2] == pytest.approx(line[None, :] + 10 * line[:, None], abs=1e-5)


# --- depth ----------------------------------------------------------------------------------


@pytest.mark.parametrize("leak", [0.0, 0.2])
def test_gradients_by_layer_agree_with_finite_differences(leak):
    torch.manual_seed(1)
    critic = models.mlp_critic((2,), (5, 4, 3), leak=leak)
    real, fake = torch.randn(6, 2), torch.randn(6, 2)
    layers = [(p.detach().double().numpy()) for p in critic.parameters()]

    def score(hidden, start):  # from the output of linear layer `start` to the score
        for k in range(start + 1, 4):
            hidden = np.where(hidden > 0, hidden, leak * hidden)
            hidden = hidden @ layers[2 * k].T + layers[2 * k + 1]
        return hidden[:, 0]

    hidden, expected = torch.cat([real, fake]).double().numpy(), []
    for k in range(3):
        hidden = hidden @ layers[2 * k].T + layers[2 * k + 1]
        steps = 1e-6 * np.eye(hidden.shape[1])
        slopes = np.stack([(score(hidden + e, k) - score(hidden - e, k)) / 2e-6 for e in steps])
        expected.append(np.sqrt((slopes**2).sum(axis=0).mean()))
        hidden = np.where(hidden > 0, hidden, leak * hidden)
    assert lab.gradient_by_layer(critic, real, fake) == pytest.approx(expected, rel=1e-5)


def test_gradients_too_small_for_single_precision_are_still_seen():
    torch.manual_seed(2)
    critic = models.mlp_critic((2,), (16,) * 14, leak=0.0)
    with torch.no_grad():
        for p in critic.parameters():
            p.fill_(1e-6)
    sizes = lab.gradient_by_layer(critic, torch.ones(3, 2), torch.ones(3, 2))
    assert sizes[0] == pytest.approx(1e-6 * 4 * (16e-6) ** 13, rel=1e-4)  # √16 · c · (16c)^13


# --- forces ---------------------------------------------------------------------------------


def test_particles_ignore_the_noise_and_feel_the_slope():
    start = torch.tensor([[0.0, 0.0], [1.0, 1.0], [2.0, 5.0]])
    particles = lab.Particles(start)
    assert torch.equal(particles(torch.randn(5, 9)), start[[0, 1, 2, 0, 1]])
    forces = particles.forces(linear_critic(3.0, -4.0))
    assert torch.allclose(forces, torch.tensor([3.0, -4.0]).expand(3, 2))
    particles.push(forces, 0.5)
    moved = particles.positions.detach() - start
    assert torch.allclose(moved, torch.tensor([0.3, -0.4]).expand(3, 2), atol=1e-6)
    assert particles.positions.requires_grad


def test_pulls_are_slopes_of_a_best_potential():
    """Moving every point a little changes W₁ (by POT) as the pulls say."""
    rng = np.random.default_rng(5)
    fake, real, direction = rng.normal(size=(40, 2)), rng.normal(2, 1, (40, 2)), rng.normal(size=2)
    pull = lab.pulls(fake, real)
    assert np.linalg.norm(pull, axis=1) == pytest.approx(np.ones(40))

    def w1(shift):
        return ot.emd2([], [], ot.dist(fake + shift * direction, real, metric="euclidean"))

    assert -(pull @ direction).mean() == pytest.approx((w1(1e-5) - w1(-1e-5)) / 2e-5, abs=1e-4)


# --- figures --------------------------------------------------------------------------------

LINE, POINTS = np.linspace(0.1, 1, 12), np.random.default_rng(0).normal(size=(30, 2))
FIGURES = {
    "discriminator_and_critic": lambda t: draw.discriminator_and_critic(
        LINE, (LINE, LINE), LINE, LINE, {"saturating": LINE, "clipped critic": LINE}, t
    ),
    "schedule": lambda t: draw.schedule(LINE, {"a": LINE}, {"5 updates": 5}, t),
    "three_panels": lambda t: draw.three_panels(POINTS, POINTS, (LINE, LINE), "p", t),
    "verdict": lambda t: draw.verdict({"a": [1.0, 2.0], "b": [0.5]}, 0.2, "W1", t),
    "w1_along": lambda t: draw.w1_along({"a": [(LINE, LINE)] * 2, "b": [(LINE, LINE)]}, 0.1, t),
    "printed_and_bound": lambda t: draw.printed_and_bound(LINE, LINE, LINE, 0.1, t),
    "value_surfaces": lambda t: draw.value_surfaces({"a": np.outer(LINE, LINE)}, 2, POINTS, t),
    "weight_histograms": lambda t: draw.weight_histograms({"a": LINE}, {"a": 0.5}, t),
    "gradients_through_depth": lambda t: draw.gradients_through_depth({"a": LINE}, {"a": 1.28}, t),
    "forces": lambda t: draw.forces(POINTS, {"a": (POINTS, POINTS), "b": (POINTS, POINTS)}, 1, t),
    "stability": lambda t: draw.stability(
        {("GAN", "x"): [1.0], ("WGAN", "x"): [2.0]}, ["x"], ("GAN", "WGAN"), 0.1, t
    ),
    "loss_against_quality": lambda t: draw.loss_against_quality(
        {"a": (LINE, LINE, LINE), "b": (LINE, LINE, LINE)}, t, ("loss", "quality")
    ),
    "settings_bars": lambda t: draw.settings_bars({"a": [1, 2], "b": [3, 4]}, "xy", "score", t),
}


@pytest.mark.parametrize("name", FIGURES)
def test_figures_carry_their_finding_and_label_their_axes(name):
    fig = FIGURES[name]("what was found")
    titles = [fig.get_suptitle()]
    titles += [ax.get_title(loc=side) for ax in fig.axes for side in ("left", "center")]
    assert "what was found" in titles
    for ax in fig.axes:
        if ax.get_label() != "<colorbar>":
            assert ax.get_xlabel() or ax.get_xticklabels()[0].get_text()
            assert ax.get_ylabel() or ax.get_yticklabels()[0].get_text()
    fig.canvas.draw()
    plt.close(fig)
