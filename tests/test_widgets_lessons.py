"""Each exploration says what is true, at values other than its first."""

import asyncio
import itertools

import numpy as np
import pytest
import torch
from scipy import stats
from widget_data import first_number, numbers, small_generator

from course_utils import gaussians_1d, widgets
from course_utils.experiments import board, morphing, penalty, snapshots
from course_utils.objectives import OBJECTIVES
from course_utils.widgets import lifecycle


@pytest.fixture(autouse=True)
def quick(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_PACE", "quick")
    monkeypatch.setenv("COURSE_WORK", str(tmp_path))
    monkeypatch.setenv("COURSE_DEVICE", "cpu")


@pytest.fixture(scope="module")
def generator():
    return small_generator()


# --- lesson 1 ---


def test_divergences_are_those_of_the_laws_on_the_sliders():
    panel = widgets.compare_densities()
    panel.set(shape="one Gaussian", sd_p=1.0, mean=-3, sd=1.0)
    said = numbers(panel)
    assert first_number(said["D(P‖Q)"]) == pytest.approx(4.5, abs=2e-3)
    assert first_number(said["W₁"]) == pytest.approx(3.0, abs=2e-3)
    panel.set(mean=0, sd=2.0)
    forward = np.log(2) + 1 / 8 - 0.5
    assert first_number(numbers(panel)["D(P‖Q)"]) == pytest.approx(forward, abs=1e-3)
    assert first_number(numbers(panel)["D(Q‖P)"]) == pytest.approx(1.5 - np.log(2), abs=1e-2)


def test_the_closest_gaussians_cover_or_seek():
    panel = widgets.compare_densities()
    panel.set(shape="two modes", gap=4.0, sd_p=0.5, forward=True, reverse=True)
    said = numbers(panel)
    assert said["best forward"] == "N(0.00, 2.06²)"
    assert said["best reverse"] in ("N(−2.00, 0.50²)", "N(2.00, 0.50²)")
    panel.set(forward=False)
    assert "best forward" not in numbers(panel)


def test_a_reverse_fit_is_at_least_as_good_as_any_on_a_grid():
    x = np.linspace(-9, 9, 721)
    p = gaussians_1d.mixture(x, (-2.5, 1.0), (0.6, 1.4), (0.3, 0.7))

    def cost(mean, sd):
        return gaussians_1d.compare(x, p, stats.norm.pdf(x, mean, sd)).reverse

    found = cost(*gaussians_1d.reverse_fit(x, p))
    tried = [cost(m, s) for m in np.linspace(-4, 4, 41) for s in np.linspace(0.3, 3, 28)]
    assert found <= min(tried) + 1e-3


def test_a_test_result_means_what_bayes_says_at_every_prevalence():
    panel = widgets.bayes()
    assert numbers(panel)["P(ill | positive)"] == "0.161"
    labels = panel.controls[0]["labels"]
    for level, text in ((0, labels[0]), (len(labels) - 1, labels[-1])):
        panel.set(prevalence=level, sensitivity=80, specificity=90)
        share = float(text.split()[0]) / 100
        right = 0.8 * share / (0.8 * share + 0.1 * (1 - share))
        assert first_number(numbers(panel)["P(ill | positive)"]) == pytest.approx(right, abs=6e-4)


def test_the_students_own_posterior_is_drawn():
    panel = widgets.bayes(lambda sensitivity, specificity, prevalence: 0.123)
    assert numbers(panel)["P(ill | positive)"] == "0.123"


# --- lesson 2 ---


def test_slopes_of_both_losses_as_the_generator_moves():
    panel = widgets.moving_gaussians()
    panel.set(mean=4.0, sd=1.0)
    said = numbers(panel)
    assert first_number(said["slope of log(1 − D*) at the mean fake"]) == pytest.approx(1.34e-3)
    assert first_number(said["slope of −log D* there"]) == pytest.approx(4.0, abs=5e-3)
    assert first_number(said["JS"]) == pytest.approx(0.632720, abs=1e-4)
    panel.set(mean=0.0)
    assert first_number(numbers(panel)["JS"]) == pytest.approx(0, abs=1e-4)
    panel.set(mean=10.0)
    assert first_number(numbers(panel)["JS"]) == pytest.approx(np.log(2), abs=1e-4)
    assert first_number(numbers(panel)["W₁"]) == pytest.approx(10.0, abs=1e-2)


def test_the_game_moves_resets_and_repeats():
    panel = widgets.gan_game()
    start = numbers(panel)
    panel.press("step")
    panel.press("step")
    after = numbers(panel)
    assert (start["step"], after["step"]) == ("0", "2") and start["W₁"] != after["W₁"]
    panel.press("reset")
    assert numbers(panel) == start
    panel.press("step")
    panel.press("step")
    assert numbers(panel) == after
    panel.set(players="WGAN-GP", data="ring of eight")
    assert numbers(panel)["step"] == "0" and "critic" in panel.alt


def test_the_game_plays_on_its_own_until_it_is_stopped():
    panel = widgets.gan_game()
    panel.set(pace=1)

    async def evening():
        panel.press("play")
        assert panel.running and panel.disabled == ["play", "step"]
        while panel.frame < 8:
            panel._heard(panel, {"shown": panel.frame}, [])  # what a browser says
            await asyncio.sleep(0)
        panel.press("pause")
        await panel._player

    asyncio.run(evening())
    step = int(numbers(panel)["step"])
    assert step >= 2 and not panel.running and panel.disabled == ["pause"]


def test_closing_a_panel_ends_its_game():
    panel = widgets.gan_game()

    async def evening():
        panel.press("play")
        await asyncio.sleep(0)
        lifecycle.close_all(panel)
        await asyncio.wait_for(panel._player, 5)

    asyncio.run(evening())
    assert not panel.running


def test_the_game_leaves_the_random_stream_alone():
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    game = board.Game(players="WGAN-GP")
    game.play(2)
    game.view()
    assert torch.equal(torch.rand(3), expected)


@pytest.mark.parametrize("players", list(board.PLAYERS))
def test_pulls_point_where_the_loss_falls(players):
    game = board.Game(players=players)
    game.play(3)
    view = game.view()
    fake, push = torch.tensor(view.fake), torch.tensor(view.push)
    loss = game.objective.loss.generator_loss
    with torch.no_grad():
        before = loss(game.critic(fake))
        after = loss(game.critic(fake + 1e-3 * push / push.norm(dim=1).max()))
    assert after < before


def test_binned_divergences_vanish_for_equal_samples_and_see_a_shift():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(2000, 2))
    assert board.binned_divergences(x, x) == (0.0, 0.0)
    kl, js = board.binned_divergences(x, x + 3)
    assert kl > 2 and 0.5 < js <= np.log(2)
    assert board.binned_divergences(x, x + 100)[1] <= np.log(2)


# --- lesson 3 ---


def piles_of(panel):
    values = panel.values
    sides = []
    for side in "pq":
        places = np.array([values[f"{side}{k}"] for k in (1, 2, 3)])
        masses = np.array([values[f"{side}{k}_mass"] for k in (1, 2, 3)], dtype=float)
        sides.append((places, masses / masses.sum()))
    return sides


@pytest.mark.parametrize(
    "moves",
    [
        {},
        {"p1": 8.25, "q3": 0.5},
        {"p1": 5.0, "p2": 5.0, "q1": 5.0},
        {"p1_mass": 0, "p2_mass": 4, "q2_mass": 1, "q1_mass": 3, "q3": 2.75},
        {"p1": 0.0, "p2": 0.0, "p3": 0.0, "q1": 10.0, "q2": 10.0, "q3": 10.0},
    ],
)
def test_cost_area_and_dual_of_the_piles_agree_with_scipy(moves):
    panel = widgets.earth_piles()
    panel.set(**moves)
    (x, p), (y, q) = piles_of(panel)
    right = stats.wasserstein_distance(x, y, p, q)
    said = [first_number(text) for text in numbers(panel).values()]
    assert said[:3] == pytest.approx([right] * 3, abs=6e-4)
    assert said[3] >= right - 6e-4  # nearest hole first


def test_the_piles_open_on_one_best_plan_that_beats_the_obvious_one():
    panel = widgets.earth_piles()
    (x, p), (y, q) = piles_of(panel)
    best, *others = sorted(abs(x - y[list(way)]).mean() for way in itertools.permutations(range(3)))
    assert np.allclose(p, 1 / 3) and np.allclose(q, 1 / 3)
    assert best < min(others) - 0.1, "another plan is as cheap"
    said = [first_number(text) for text in numbers(panel).values()]
    assert said[0] == pytest.approx(best, abs=6e-4) and said[3] > best + 0.5


@pytest.mark.parametrize(
    ("moves", "said", "advice"),
    [
        ({"p1_mass": 3}, "No plan: 7 shovelfuls, room for 6", "add 1 to the holes"),
        ({"q1_mass": 5}, "No plan: 6 shovelfuls, room for 9", "add 3 to the piles"),
        (
            {f"{side}{k}_mass": 0 for side in "pq" for k in (1, 2, 3)},
            "Nothing to move",
            "put earth",
        ),
    ],
)
def test_piles_without_a_plan_say_what_to_do(moves, said, advice):
    panel = widgets.earth_piles()
    panel.set(**moves)
    assert list(numbers(panel)) == [said] and advice in numbers(panel)[said]
    assert advice in panel.alt


def test_only_w1_notices_how_far_the_lines_are_apart():
    panel = widgets.parallel_lines()
    panel.set(theta=-0.25)
    near = numbers(panel)
    panel.set(theta=-1.0)
    far = numbers(panel)
    assert (near["W₁"], far["W₁"]) == ("0.25", "1.00")
    assert near["slope of W₁"] == far["slope of W₁"] == "−1"
    assert near["JS"] == far["JS"] == "0.693 nats" and far["KL"] == "∞"
    panel.set(theta=0.0)
    assert set(numbers(panel).values()) == {"0.00", "±1, a corner", "0.000 nats", "0"}


# --- lessons 4 and 5 ---


def test_the_clipping_panel_reports_the_critic_of_the_chosen_value():
    fits = {
        0.1: penalty.DeepCritic(10.0 ** np.arange(5), np.array([0.1, -0.1, 0.05, 0.0])),
        0.01: penalty.DeepCritic(np.full(5, 2.0), np.full(4, 0.01)),
    }
    panel = widgets.clipping(fits)
    panel.set(clip=0)
    assert numbers(panel)["weights within 1 % of ±c"] == "100.0%"
    assert numbers(panel)["factor per layer"] == "1"
    panel.set(clip=1)
    assert numbers(panel)["weights within 1 % of ±c"] == "50.0%"
    assert numbers(panel)["factor per layer"] == "0.1"


def test_no_snapshot_proves_more_than_there_is():
    growth = snapshots.growing_critic(OBJECTIVES["wgan_gp"], 60, seed=1)
    assert [look.step for look in growth.snapshots] == [5 * k for k in range(13)]
    assert all(look.proven <= growth.w1 * (1 + 1e-6) for look in growth.snapshots)
    assert growth.snapshots[-1].proven > growth.snapshots[0].proven
    panel = widgets.critic_surface({"it": growth})
    panel.set(snapshot=3)
    said = numbers(panel)
    assert "after 15 steps" in panel.alt
    assert first_number(said["dual value / slope"]) == pytest.approx(
        growth.snapshots[3].proven, abs=6e-4
    )


def test_interpolates_lie_between_their_pairs_and_slopes_are_those_of_the_critic():
    study = snapshots.penalty_study((0.0, 10.0), 10, seed=0)
    batch = snapshots.interpolates(study, study.fits[1], draw=4)
    between = np.linalg.norm(batch.x_hat - batch.real, axis=1)
    between += np.linalg.norm(batch.x_hat - batch.fake, axis=1)
    assert between == pytest.approx(np.linalg.norm(batch.real - batch.fake, axis=1), rel=1e-4)
    x = torch.tensor(batch.x_hat, requires_grad=True)
    study.fits[1].critic(x).sum().backward()
    assert batch.slopes == pytest.approx(x.grad.norm(dim=1).numpy(), rel=1e-4)
    panel = widgets.interpolation(study)
    panel.set(weight=1, batch=4)
    assert first_number(numbers(panel)["mean slope at x̂"]) == pytest.approx(
        batch.slopes.mean(), abs=6e-4
    )


@pytest.mark.parametrize("name", ["clipping", "critic_surface", "interpolation"])
def test_critics_are_trained_on_the_spot_where_none_are_given(name):
    panel = getattr(widgets, name)()
    assert len(numbers(panel)) >= 3


def test_moved_ink_begins_at_one_image_ends_at_the_other_and_loses_none():
    first, second = np.full((28, 28), -1.0), np.full((28, 28), -1.0)
    first[4:8, 4:8], second[16:20, 20:24] = 1.0, 1.0
    paths = morphing.match_ink(first, second)
    assert paths.mean_distance == pytest.approx(np.hypot(12, 16), rel=0.02)
    for t, image in ((0, first), (1, second)):
        assert np.abs(morphing.moved_ink(paths, t) - image).mean() < 0.02
    half = morphing.moved_ink(paths, 0.5)
    assert (half + 1).sum() == pytest.approx((first + 1).sum(), rel=0.05)
    assert half[10:14, 12:16].mean() > 0.8, "halfway the square stands between the two"
    mixed = (first + second) / 2
    assert mixed[10:14, 12:16].max() == -1.0, "mixing pixels puts nothing there"


def test_a_latent_arc_ends_at_the_samples_themselves(generator):
    z, images = morphing.samples_of(generator, 64, 4, seed=0)
    for t, k in ((0.0, 1), (1.0, 3)):
        arc = morphing.latent_arc(generator, z, 1, 3, t)
        assert torch.allclose(arc, images[k, 0], atol=1e-5)
