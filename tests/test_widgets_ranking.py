"""Blind ranking and the concept map."""

import io
import json

import numpy as np
import pytest
from PIL import Image
from scipy import stats
from widget_data import four_stages, numbers, stage

from course_utils import settings, widgets
from course_utils.plots.explore_images import RankingScene
from course_utils.plots.maps import CONCEPTS
from course_utils.widgets import concepts
from course_utils.widgets.ranking import TOGETHER, agreement


@pytest.fixture(autouse=True)
def quick(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_PACE", "quick")
    monkeypatch.setenv("COURSE_WORK", str(tmp_path))
    monkeypatch.setenv("COURSE_DEVICE", "cpu")


@pytest.fixture(scope="module")
def stages():
    return four_stages()


# --- blind ranking ---


def order_by_steps(panel, stages, worst_first=True):
    """Rank as one who knows the truth would: by reading the captions of a second panel."""
    shuffled = [c["name"] for c in panel.controls if c["label"].startswith("place of")]
    panel.press("reveal")
    truth = {}
    for part in panel.alt.split("In truth: ")[1].split("; "):
        letter, rest = part.split(" ", 1)
        truth[letter] = int(rest.split("step ")[1].split(",")[0])
    panel.press("again")
    right = sorted(shuffled, key=truth.get, reverse=not worst_first)
    for place, letter in enumerate(right, start=1):
        panel.set(**{letter: str(place)})
    return right


def test_a_perfect_and_a_reversed_ranking(stages):
    panel = widgets.blind_ranking(stages)
    assert "shown once" in numbers(panel)["rank correlation"]
    order_by_steps(panel, stages)
    panel.press("reveal")
    (said,) = numbers(panel).values()
    assert said == "step +1.00, critic's loss +1.00, Fréchet distance +1.00"
    panel.press("again")
    order_by_steps(panel, stages, worst_first=False)
    panel.press("reveal")
    (said,) = numbers(panel).values()
    assert said == "step −1.00, critic's loss −1.00, Fréchet distance −1.00"


def test_places_stay_a_permutation_and_what_is_hidden_stays_hidden(stages):
    panel = widgets.blind_ranking(stages)
    for letter, place in (("A", "4"), ("C", "1"), ("B", "1"), ("D", "2"), ("D", "2")):
        panel.set(**{letter: place})
        assert panel.values[letter] == place
        assert sorted(panel.values[name] for name in "ABCD") == ["1", "2", "3", "4"]
    assert "step" not in panel.alt and "truth" not in panel.alt
    panel.press("reveal")
    before = panel.values
    panel.set(A="1")
    assert panel.values == before, "after the truth is out, the order is fixed"


def test_each_model_keeps_its_own_order_and_result(stages):
    panel = widgets.blind_ranking({"GAN": stages, "WGAN": stages[::-1]})
    order_by_steps(panel, stages)
    panel.press("reveal")
    kept = panel.values["A"]
    panel.set(model="WGAN")
    assert panel.disabled == ["again"]
    order_by_steps(panel, stages, worst_first=False)
    panel.press("reveal")
    said = numbers(panel)
    assert said["GAN: your order agrees with"].startswith("step +1.00")
    assert said["WGAN: your order agrees with"].startswith("step −1.00")
    panel.set(model="GAN")
    assert panel.values["A"] == kept


def test_all_models_are_ranked_together_by_the_distance_alone(stages):
    panel = widgets.blind_ranking({"GAN": stages, "WGAN": stages[::-1]})
    panel.set(model=TOGETHER)
    panel.press("reveal")
    told = panel.alt.split("In truth: ")[1]
    assert told.count(" GAN, step") == told.count(" WGAN, step") == 2 and "loss" not in told
    said = numbers(panel)[f"{TOGETHER}: your order agrees with"]
    assert said.startswith("Fréchet distance") and "step" not in said


def test_thumbnails_are_wide_enough_in_a_narrow_window():
    scene = RankingScene(6, 4, 2)
    across = Image.open(io.BytesIO(scene.jpeg())).width
    share = scene.place(scene.axes[0])[2] / 4  # of one of four samples in a grid
    assert across <= 620 and 540 * share >= 56


def test_rank_correlation_against_scipy_and_where_there_is_none():
    rng = np.random.default_rng(1)
    looks = [stage(s, loss, f, rng) for s, loss, f in ((3, 1.0, 9.0), (1, 1.0, 4.0), (2, 1.0, 7.0))]
    found = agreement(looks)
    assert found.step == pytest.approx(stats.spearmanr([0, 1, 2], [3, 1, 2]).statistic)
    assert found.frechet == pytest.approx(stats.spearmanr([0, 1, 2], [-9, -4, -7]).statistic)
    assert np.isnan(found.loss), "equal losses rank nothing"


def test_long_runs_are_thinned_from_the_first_stage_to_the_last(stages):
    rng = np.random.default_rng(2)
    long = [stage(k, -k, 100.0 - k, rng) for k in range(1, 13)]
    panel = widgets.blind_ranking({"long": long, "short": stages}, n_stages=3)
    panel.press("reveal")
    steps = {int(part.split(",")[0]) for part in panel.alt.split("step ")[1:]}
    assert len(steps) == 3 and {1, 12} <= steps
    with pytest.raises(ValueError, match="two stages"):
        widgets.blind_ranking({"GAN": stages, "WGAN": stages[:1]})


# --- the concept map ---


def test_the_concept_map_shows_what_is_done(tmp_path):
    fresh = widgets.concept_map()
    assert {done for done, _ in fresh.done.values()} == {0}
    name, section = next(iter(concepts.SECTIONS.items()))
    exercises = section.concept.exercises
    entries = {exercise: {"status": "correct"} for exercise in exercises}
    (tmp_path / "progress.json").write_text(json.dumps({"exercises": entries}))
    shown = widgets.concept_map()
    n = len(exercises)
    assert shown.done[name] == (n, n)
    assert f"{n} of {n} done" in shown._repr_html_() and "✔" in shown._repr_html_()
    assert f"{n} of {n} exercises done" in repr(shown)
    for each in concepts.SECTIONS.values():
        assert f'href="{each.address}"' in shown._repr_html_()


def test_the_picture_for_the_readme_holds_every_concept():
    text = (settings.ROOT / "course_utils" / "widgets" / "assets" / "concept_map.svg").read_text()
    for name in CONCEPTS:
        for line_of_name in name.split("\n"):
            assert line_of_name.replace("'", "&#x27;") in text or line_of_name in text
    assert "<title>" in text
