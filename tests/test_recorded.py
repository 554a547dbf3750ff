"""The recorded runs: a short piece of each made again, and files that say when they are damaged."""

import argparse
import shlex

import numpy as np
import pandas as pd
import pytest
import torch
from variants import FULL

from course_utils.cli import sweep
from course_utils.cli.sweep.cases import run_case
from course_utils.datasets import DataError
from course_utils.experiments import recorded
from course_utils.experiments.recorded import (
    RecordedRun,
    architectures,
    convolutional,
    losses,
    make,
    models,
    plane,
)
from course_utils.experiments.recorded.plans import PLANS
from course_utils.history import History

SHIPPED = sorted(path.stem for path in recorded.folder().glob("*.json"))


@pytest.mark.parametrize("name", SHIPPED)
def test_a_short_piece_made_again_gives_what_is_recorded(name):
    plan, shipped = PLANS[name], recorded.load(name).quick
    again = plan.run(shipped.label, shipped.seed, True)
    assert dict(again.settings).keys() == dict(shipped.settings).keys()
    off = recorded.differences(again, shipped)
    # another processor sums in another order, and a game enlarges that from step to step
    assert off and max(off.values()) < 0.01, off


@pytest.mark.parametrize("name", SHIPPED)
def test_a_recording_is_whole_and_made_by_the_settings_it_names(name):
    recording, plan = recorded.load(name), PLANS[name]
    assert set(recording.labels) <= set(plan.labels)
    assert recording.command == f"{recorded.COMMAND} {name}" in str(recording)
    for run in recording.runs:
        assert run.processor_seconds > 0 and run.history.rows
        assert run.settings["seed"] == run.seed


def test_all_recordings_together_stay_small():
    files = [path for path in recorded.folder().glob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 15e6


# --- the machinery, on a plan that trains nothing -------------------------------------------


def made(label, seed, quick):
    rows = [{"step": 1, "loss": 1 / 3, "w1": 2.0}, {"step": 2, "loss": -float(seed)}]
    tensors = {"images": torch.linspace(-1, 1, 12).reshape(3, 1, 2, 2), "weights": torch.eye(2) / 3}
    CALLS.append((label, seed, quick))
    return RecordedRun(label, seed, {"seed": seed}, {"w1": 0.5}, 1.5, History(rows), tensors)


CALLS: list = []
PLAN = make.Plan("Nothing is trained.", ("a, b", "c"), (0, 1), made)


def test_what_is_recorded_comes_back(tmp_path):
    make.record("none", PLAN, tmp_path, again=False)
    recording = recorded.load("none", tmp_path)
    assert recording.labels == ("a, b", "c") and [run.seed for run in recording["c"]] == [0, 1]
    assert recording.scores("w1") == {"a, b": [0.5, 0.5], "c": [0.5, 0.5]}
    run = recording["a, b"][1]
    assert run.history.curve("w1")[0].tolist() == [1]
    assert run.history.curve("loss")[1] == pytest.approx([1 / 3, -1], rel=1e-4)
    original = made("a, b", 1, False).tensors
    assert torch.allclose(run.tensors["weights"], original["weights"], atol=1e-3)
    assert torch.allclose(run.tensors["images"], original["images"], atol=1 / 127)
    assert "seeds 0, 1" in str(recording) and recorded.COMMAND in str(recording)
    with pytest.raises(KeyError, match="there are: a, b, c"):
        recording["d"]


def test_only_what_is_missing_is_run(tmp_path):
    make.record("none", PLAN, tmp_path, again=False, seeds=[1])
    CALLS.clear()
    make.record("none", PLAN, tmp_path, again=False)
    assert [call for call in CALLS if not call[2]] == [("a, b", 0, False), ("c", 0, False)]
    assert [(r.label, r.seed) for r in recorded.load("none", tmp_path).runs] == [
        ("a, b", 0), ("a, b", 1), ("c", 0), ("c", 1)
    ]  # fmt: skip


def test_a_recording_made_on_a_gpu_says_so_and_counts_other_seconds(tmp_path, monkeypatch):
    def run(label, seed, quick):
        history = History([{"step": 1, "seconds": 90.0}, {"step": 2, "seconds": 180.0}])
        return RecordedRun(label, seed, {}, {}, 600.0, history)

    plan = make.Plan("nothing", ("a",), (0, 1), run)
    make.record("here", plan, tmp_path, again=False)
    assert recorded.load("here", tmp_path).device == "cpu"
    assert "20 minutes of one processor" in str(recorded.load("here", tmp_path))
    monkeypatch.setattr(make, "_device", lambda: "Quick Card 9")
    make.record("there", plan, tmp_path, again=False)
    assert "6 minutes of Quick Card 9" in str(recorded.load("there", tmp_path))


def test_a_damaged_recording_says_so(tmp_path):
    make.record("none", PLAN, tmp_path, again=False)
    file = tmp_path / "none.json"
    file.write_text(file.read_text().replace("0.5", "0.6"))
    with pytest.raises(DataError, match=r"none\.json"):
        recorded.load("none", tmp_path)


def test_differences_are_relative_to_the_largest_value():
    rows = [{"step": 1, "loss": 10.0, "seconds": 1.0}, {"step": 2, "loss": 1.0, "seconds": 9.0}]
    other = [dict(rows[0]), rows[1] | {"loss": 1.5, "seconds": 2.0}]
    a, b = (RecordedRun("a", 0, {}, {}, 1.0, History(r)) for r in (rows, other))
    assert recorded.differences(a, b) == {"step": 0.0, "loss": pytest.approx(0.05)}
    assert np.isinf(
        recorded.differences(a, RecordedRun("a", 0, {}, {}, 1.0, History(rows[:1])))["loss"]
    )


# --- what is said of several models ---------------------------------------------------------


def test_a_model_is_ahead_only_if_its_worst_seed_beats_the_others_best():
    reached = {"A": [1.0, 2.0, 3.0], "B": [2.5, 4.0, 5.0], "C": [7.0, 8.0, 9.0]}
    assert set(models.verdicts(reached)) == {
        "A and B are not separated by these seeds",
        "A is ahead of C",
        "B is ahead of C",
    }
    assert models.verdicts({"A": [1.0], "B": [9.0]}) == ["1 seed: too few for a verdict"]


def test_equal_budgets_end_where_the_shortest_run_ends():
    def run(label, times):
        rows = [{"samples_seen": t, "frechet": np.exp(-t)} for t in times]
        return RecordedRun(label, 0, {}, {}, 1.0, History(rows))

    runs = (run("A", (1, 2, 4)), run("B", (1, 3)))
    recording = recorded.Recording("x", "", "", {}, runs, runs[0])
    budget, reached = models.at_equal(recording, "samples_seen")
    assert budget == 3
    assert reached == {"A": [pytest.approx(np.exp(-3))], "B": [pytest.approx(np.exp(-3))]}


@pytest.mark.parametrize("where", plane.MIXTURES)
def test_a_film_of_runs_of_unequal_length_ends_with_the_end_of_each(where):
    recording = recorded.load("plane")
    film = plane.film_of(recording, where)
    assert film["share"][0] == 0 and film["share"][-1] == 1
    for model, frames in film["frames"].items():
        run = recording[f"{model}, on {where}"][0]
        assert len(frames) == len(film["share"]) == len(film["facts"][model])
        assert np.array_equal(frames[0], run.tensors["frames"][0])
        assert np.array_equal(frames[-1], run.tensors["frames"][-1])
        assert film["facts"][model][-1] == (run.history.last("modes"), run.history.last("w1"))


@pytest.mark.parametrize("model", losses.MODELS)
def test_harm_comes_half_way_and_to_one_of_two_runs(model):
    usual, harmed = (
        losses.run(f"{model}{end}", 0, quick=True).history for end in ("", ", harmed half way")
    )
    (steps, before), (_, after) = usual.curve("critic_loss"), harmed.curve("critic_loss")
    first = steps <= steps[-1] / 2
    assert np.array_equal(before[first], after[first])
    assert not np.isclose(before[~first], after[~first]).any()


# --- architectures, which a sweep recorded --------------------------------------------------


def asked_for():
    """The cases of the command that the lesson prints."""
    options = argparse.ArgumentParser()
    sweep.add_arguments(options)
    return sweep._plan(options.parse_args(shlex.split(architectures.COMMAND)[4:])).cases


def test_the_recorded_architectures_are_those_that_the_command_asks_for():
    rows = pd.read_csv(recorded.folder() / architectures.FILE)
    assert set(rows["case"]) == {case.id for case in asked_for()}
    assert not rows["error"].notna().any(), "a case failed"
    assert architectures.load().groupby("seed").size().to_dict() == dict.fromkeys(range(5), 20)


@pytest.mark.skipif(not FULL, reason="a case again, whole: COURSE_FULL_TESTS=1")
def test_a_case_run_again_scores_as_recorded():
    rows = pd.read_csv(recorded.folder() / architectures.FILE).set_index("case")
    case = min(asked_for(), key=lambda case: rows.loc[case.id, "seconds"])
    again = run_case(case)
    # another processor sums in another order, and a game enlarges that from step to step
    assert again["frechet"] == pytest.approx(rows.loc[case.id, "frechet"], rel=0.2)


def test_pairs_are_counted_once_and_a_training_without_a_score_has_failed(tmp_path):
    shape = dict.fromkeys(("seed", *architectures.SHAPE), 1)
    scores = {"gan": (2.0, 6.0, 4.0, np.nan), "wgan_clip": (1.0,) * 4, "wgan_gp": (5.0, 6, 3, 2)}
    rows = [
        shape | {"critic_depth": k, "objective": name, "classifier_score": value}
        for name, values in scores.items()
        for k, value in enumerate(values)
    ]
    pd.DataFrame(rows).to_csv(tmp_path / architectures.FILE, index=False)
    make.write_sums(tmp_path)
    found = architectures.table(architectures.load(tmp_path), "GAN", "WGAN-GP", (2.5, 3.5, 7))
    assert found.to_numpy().tolist() == [[0, 1, 2, 1], [1, 1, 1, 1], [0, 0, 0, 4]]


# --- the convolutional run ------------------------------------------------------------------


def test_a_generator_comes_back_from_a_recording_with_its_weights(tmp_path):
    run = convolutional.run(convolutional.LABEL, 0, quick=True)
    plan = make.Plan("", (convolutional.LABEL,), (0,), lambda *_: run)
    make.record("conv", plan, tmp_path, again=False)
    (kept,) = recorded.load("conv", tmp_path).runs
    generator, z = convolutional.generator_of(kept), torch.randn(3, 64)
    original = run.history.generator.eval()
    assert torch.allclose(generator(z), original(z), atol=0.01)  # weights in half precision


def test_the_price_of_an_image_leaves_the_cold_first_step_out(monkeypatch):
    def pretend(generator, critic, sample, objective, config, *_, **__):
        spent = [100.0 + 2.0 * k for k in range(config.n_steps)]
        return History([{"step": k + 1, "processor_seconds": s} for k, s in enumerate(spent)])

    monkeypatch.setattr(convolutional, "train", pretend)
    images_in_a_step = 64
    assert convolutional.seconds_an_image(1) == 2.0 / images_in_a_step
    assert convolutional.seconds_an_image(5) == 2.0 / images_in_a_step
