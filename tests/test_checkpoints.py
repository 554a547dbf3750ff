"""Checkpoints: of this run and no other, whole or not used, not lost to kills or full disks."""

import json
from dataclasses import replace

import pytest
import torch

from course_utils import checkpoints, durable, models
from course_utils.datasets import eight_gaussians
from course_utils.objectives import (
    OBJECTIVES,
    FunctionPenalty,
    GradientPenalty,
    WeightClipping,
)
from course_utils.training import TrainConfig, train

# --- what they belong to --------------------------------------------------------------------


def run(folder, objective="wgan_gp", *, data="ring", hidden=(4,), leak=0.2, **settings):
    """Two steps of a small run; ``objective`` is a name or an objective."""
    objective = OBJECTIVES.get(objective, objective)
    config = TrainConfig(**{"n_steps": 2, "batch_size": 4, "n_critic": 1, **settings})
    torch.manual_seed(0)
    pair = models.mlp_generator(2, hidden=hidden), models.mlp_critic(hidden=hidden, leak=leak)
    return train(*pair, eight_gaussians, objective, config, checkpoint=folder, data=data)


def with_constraint(constraint):
    return replace(OBJECTIVES["wgan_gp"], constraint=constraint)


def zero_penalty(critic, real, fake):
    return 0 * critic(real).sum()


def other_penalty(critic, real, fake):
    return 1 * critic(real).sum().square()


def edited(function, other):
    """A function of the same name with another body: a cell that was changed and run again."""
    other.__qualname__, other.__module__ = function.__qualname__, function.__module__
    return other


@pytest.mark.parametrize(
    ("first", "then", "said"),
    [
        ({}, {"data": "mnist"}, r"data: 'ring' there, 'mnist' here"),
        ({}, {"lr": 0.01}, r"lr: 0\.0001 there, 0\.01 here"),
        ({}, {"objective": "wgan_lp"}, "objective: 'wgan_gp' there, 'wgan_lp' here"),
        ({}, {"objective": "gan"}, "loss: 'WassersteinLoss' there"),
        ({}, {"objective": with_constraint(GradientPenalty(5.0))}, r"lambda_gp: 10\.0 there, 5\.0"),
        ({}, {"hidden": (8,)}, "critic: another one"),
        ({}, {"leak": 0.0}, "critic: another one"),
        (
            {"objective": "wgan_clip"},
            {"objective": replace(OBJECTIVES["wgan_clip"], constraint=WeightClipping(0.1))},
            r"clip_value: 0\.01 there, 0\.1 here",
        ),
        (
            {"objective": with_constraint(FunctionPenalty(zero_penalty))},
            {"objective": with_constraint(FunctionPenalty(edited(zero_penalty, other_penalty)))},
            "constraint.function",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_checkpoint_of_another_run_is_refused(first, then, said, tmp_path):
    run(tmp_path, **first)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(checkpoints.CheckpointError, match=said):
        run(tmp_path, **(first | then))
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
    run(tmp_path, **first)


def test_more_steps_and_other_logging_are_the_same_run(tmp_path):
    run(tmp_path)
    history = run(tmp_path, n_steps=3, log_every=1, evaluate_every=1, checkpoint_every=1)
    assert history.rows[-1]["step"] == 3


def test_a_checkpoint_of_the_first_edition_is_refused(tmp_path):
    (tmp_path / "checkpoint.json").write_text(json.dumps({"tensors": "step-1", "state": {}}))
    with pytest.raises(checkpoints.CheckpointError, match=r"another edition.*Choose another"):
        run(tmp_path)


# --- damage ---------------------------------------------------------------------------------


def state(step):
    """A small state in which every tensor and number tells its step."""
    tensors = {"weight": torch.full((3, 2), float(step)), "count": torch.tensor(step)}
    return {"step": step, "run": {"lr": 0.1}, "rows": [{"loss": step / 7}], "parts": tensors}


def same(found, wanted):
    return str(found) == str(wanted)


@pytest.fixture
def saved(tmp_path):
    """A folder with the checkpoints of steps 1 and 2."""
    for step in (1, 2):
        checkpoints.save(tmp_path, state(step))
    return tmp_path


def tensors_of(folder, index=checkpoints.INDEX):
    return folder / json.loads((folder / index).read_text())["tensors"]


def test_two_checkpoints_are_kept_and_none_is_a_pickle(saved):
    checkpoints.save(saved, state(3))
    names = {path.name for path in saved.iterdir()}
    assert names == {
        checkpoints.INDEX, checkpoints.PREVIOUS,
        tensors_of(saved).name, tensors_of(saved, checkpoints.PREVIOUS).name,
    }  # fmt: skip
    assert same(checkpoints.load(saved), state(3))
    assert all(path.suffix in (".json", ".safetensors") for path in saved.iterdir())


@pytest.mark.parametrize("kind", ["index", "tensors"])
def test_whatever_bit_flips_the_state_is_this_one_or_the_one_before(kind, saved, capsys):
    path = saved / checkpoints.INDEX if kind == "index" else tensors_of(saved)
    whole = path.read_bytes()
    for place in range(len(whole)):
        damaged = bytearray(whole)
        damaged[place] ^= 1 << place % 8
        path.write_bytes(damaged)
        found = checkpoints.load(saved)
        told = capsys.readouterr().err
        if not same(found, state(2)):
            assert same(found, state(1))
            assert str(saved) in told and "Going on from the one before it, step 1" in told
        else:
            assert kind == "index" and not told


def test_tensors_of_another_run_are_not_taken(saved, tmp_path_factory, capsys):
    other = tmp_path_factory.mktemp("other")
    checkpoints.save(other, state(9))
    tensors_of(saved).write_bytes(tensors_of(other).read_bytes())
    assert same(checkpoints.load(saved), state(1))
    assert (
        f"{tensors_of(saved)}, the tensors of a checkpoint, is damaged" in capsys.readouterr().err
    )


@pytest.mark.parametrize("lost", ["cut", "missing", "emptied"])
def test_damage_to_both_is_one_sentence_with_the_way_on(lost, saved):
    for index in (checkpoints.INDEX, checkpoints.PREVIOUS):
        tensors = tensors_of(saved, index)
        if lost == "missing":
            tensors.unlink()
        else:
            tensors.write_bytes(tensors.read_bytes()[: 50 if lost == "cut" else 0])
    named = tensors_of(saved).name
    with pytest.raises(checkpoints.CheckpointError, match=f"{named}.*Remove the folder .* afresh"):
        checkpoints.load(saved)


def test_going_on_from_the_one_before_keeps_it_until_the_next_is_on_disk(saved):
    tensors_of(saved).write_bytes(b"")
    checkpoints.save(saved, state(2))
    assert same(checkpoints.load(saved), state(2))
    tensors_of(saved).write_bytes(b"")
    assert same(checkpoints.load(saved), state(1))


def test_a_disk_that_does_not_answer_is_not_damage(saved, monkeypatch):
    def fails(*_, **__):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(type(saved), "read_bytes", fails)
    with pytest.raises(checkpoints.CheckpointError, match=r"Input/output error.*Try again"):
        checkpoints.load(saved)


# --- kills and full disks -------------------------------------------------------------------


class Killed(BaseException):
    pass


@pytest.mark.parametrize("writes", [0, 1, 2])  # tensors, the old index, the new one
def test_a_kill_between_any_two_writes_leaves_a_whole_checkpoint(writes, saved, monkeypatch):
    done = iter(range(writes))
    really = durable.write_whole

    def write_or_die(path, content):
        if next(done, None) is None:
            raise Killed
        really(path, content)

    with monkeypatch.context() as dying, pytest.raises(Killed):
        dying.setattr(durable, "write_whole", write_or_die)
        checkpoints.save(saved, state(3))
    assert same(checkpoints.load(saved), state(2))
    checkpoints.save(saved, state(3))
    assert same(checkpoints.load(saved), state(3)) and len(list(saved.iterdir())) == 4


def test_tensors_reach_the_disk_before_the_index_that_names_them(tmp_path, monkeypatch):
    written = []
    really = durable.write_whole
    monkeypatch.setattr(
        durable, "write_whole", lambda path, c: (written.append(path.suffix), really(path, c))
    )
    checkpoints.save(tmp_path, state(1))
    assert written == [".safetensors", ".json"]


def test_a_full_disk_leaves_the_checkpoint_there_was(saved):
    resource = pytest.importorskip("resource")
    big = state(3) | {"parts": {"weight": torch.zeros(100_000)}}
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, limits[1]))  # every larger write is cut
    try:
        with pytest.raises(OSError, match="File too large"):
            checkpoints.save(saved, big)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert same(checkpoints.load(saved), state(2)) and len(list(saved.iterdir())) == 4


# --- the folder -----------------------------------------------------------------------------


def test_two_runs_do_not_share_a_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(durable, "PATIENCE", 0.05)
    with (
        checkpoints.run_folder(tmp_path),
        pytest.raises(checkpoints.CheckpointError, match="another run is at work in"),
    ):
        run(tmp_path)
    run(tmp_path)


def test_a_folder_that_cannot_be_written_is_said_before_the_first_step(tmp_path):
    (tmp_path / "file").write_text("")

    def sample(n):
        raise AssertionError("a step was made")

    pair = models.mlp_generator(2, hidden=(4,)), models.mlp_critic(hidden=(4,))
    with pytest.raises(checkpoints.CheckpointError, match="nothing can be written in"):
        train(
            *pair, sample, OBJECTIVES["gan"], TrainConfig(n_steps=1000, n_critic=1),
            checkpoint=tmp_path / "file" / "run",
        )  # fmt: skip


def test_the_end_is_saved_also_where_nothing_is_saved_on_the_way(tmp_path):
    run(tmp_path, n_steps=3, checkpoint_every=0)
    assert checkpoints.load(tmp_path)["step"] == 3


def test_what_a_killed_run_left_unfinished_is_cleared_away(tmp_path):
    left = tmp_path / f".part-{durable._HOST}-{2**22 + 1}-01234567"  # no process has this number
    left.write_text("half")
    run(tmp_path)
    assert not left.exists()
