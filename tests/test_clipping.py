"""Lesson 4's experiments: forces, slopes and layers against hand-made networks and POT."""

from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np
import ot
import pytest
import torch
from torch import nn

from course_utils.experiments import clipping as lab
from course_utils.objectives import OBJECTIVES, WeightClipping
from course_utils.plots import clipping_figures as draw
from course_utils.plots import plane_figures
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
    return lab.train_in_plane(CLIP, lab.THREE, replace(SHORT, seed=3), n_evaluations=2, n_judged=60)


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
    again = lab.train_in_plane(
        CLIP, lab.THREE, replace(SHORT, seed=3), n_evaluations=2, n_judged=60
    )
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
    "verdict": lambda t: plane_figures.verdict({"a": [1.0, 2.0], "b": [0.5]}, 0.2, "W1", t),
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
