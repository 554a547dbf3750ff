"""Training on several processes: the numbers of one, and an end that can be gone on from.

The ranks are real processes, connected over loopback; torchrun takes a port that is free.
"""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch
from distributed_ranks import digits_run, plane_run
from safetensors.torch import load_file

from course_utils import __main__ as command_line
from course_utils import checkpoints
from course_utils.cli import train as train_command
from course_utils.objectives import OBJECTIVES
from course_utils.parallel import Alone, Ranks

RANKS = Path(__file__).with_name("distributed_ranks.py")
QUICK = ["--steps", "20", "--batch-size", "16", "--checkpoint-every", "4"]


def torchrun(*arguments, n_ranks=2):
    """Run a program on ``n_ranks`` processes of one thread each; what they said."""
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone"]
    command += [f"--nproc-per-node={n_ranks}", *map(str, arguments)]
    environment = os.environ | {"OMP_NUM_THREADS": "1", "COURSE_PACE": "quick",
                                "COURSE_DEVICE": "cpu"}  # fmt: skip
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=240, check=False
    )


@pytest.fixture(scope="module")
def compared(tmp_path_factory):
    """What two ranks made of the tasks in ``distributed_ranks.compare``: folder and tensors."""
    folder = tmp_path_factory.mktemp("compared")
    result = torchrun(RANKS, "compare", folder)
    assert result.returncode == 0, result.stderr
    return folder, [load_file(folder / f"{rank}.safetensors") for rank in (0, 1)]


@pytest.fixture(scope="module")
def killed(tmp_path_factory):
    """A run of two ranks of which rank 1 was killed at step 10: its folder, and what was said."""
    folder = tmp_path_factory.mktemp("killed")
    return folder, torchrun(RANKS, "die", 1, 10, *QUICK, "--out", folder)


def gaps(ours, theirs):
    """The largest difference in each column of two runs' rows, but for the clock's."""
    assert [row.keys() for row in ours] == [row.keys() for row in theirs]
    names = set(ours[0]) - {"seconds", "processor_seconds"}
    return {n: max(abs(a[n] - b[n]) for a, b in zip(ours, theirs, strict=True)) for n in names}


# --- the same numbers -----------------------------------------------------------------------


@pytest.mark.parametrize("name", OBJECTIVES)
def test_two_ranks_play_the_game_of_one_process(name, compared):
    """Half a batch on each, the same noise and data: losses, batch norm, averages and all."""
    folder, (tensors, _) = compared
    theirs = json.loads((folder / f"{name}.0.json").read_text())
    weights, rows = digits_run(OBJECTIVES[name])
    assert max(gaps(theirs["digits"], rows).values()) < 1e-9
    for key, value in weights.items():
        torch.testing.assert_close(tensors[f"{name}.weights.{key}"], value, atol=1e-9, rtol=0)
    losses = gaps(theirs["plane"], plane_run(OBJECTIVES[name]))
    assert losses["critic_loss"] < 1e-4 and losses["generator_loss"] < 1e-4
    assert len(rows) == len(theirs["plane"]) == 20


@pytest.mark.parametrize("name", OBJECTIVES)
def test_the_averaged_gradients_are_those_of_ddp(name, compared):
    _, (tensors, _) = compared
    # DDP goes the general way, by a double backward: zeros there may be rounding errors here
    torch.testing.assert_close(
        tensors[f"{name}.ours"], tensors[f"{name}.ddp"], rtol=1e-5, atol=1e-7
    )


def test_ranks_end_alike_but_never_draw_alike(compared):
    folder, (first, second) = compared
    for key in first.keys() - {"drawn"}:
        assert torch.equal(first[key], second[key]), key
    for name in OBJECTIVES:
        rows = [json.loads((folder / f"{name}.{rank}.json").read_text()) for rank in (0, 1)]
        assert max(gaps(rows[0]["plane"], rows[1]["plane"]).values()) == 0
    drawn = torch.cat([first["drawn"], second["drawn"]]).flatten(1)
    assert len(drawn) == 2 * 2 * 16, "two steps of two critic updates, 8 images on each rank"
    assert len(drawn.unique(dim=0)) == len(drawn)


def test_a_rank_has_one_stream_for_each_seed():
    def seed_of(rank, seed):
        ranks = Ranks.__new__(Ranks)
        ranks.rank = rank
        return ranks.seed(seed)

    seeds = [seed_of(rank, seed) for rank in range(8) for seed in range(8)]
    assert len(set(seeds)) == 64 and seeds == [seed_of(r, s) for r in range(8) for s in range(8)]
    assert Alone().seed(5) == 5


# --- a rank dies ----------------------------------------------------------------------------


def test_a_lost_rank_ends_the_run_with_one_clear_sentence(killed):
    folder, result = killed
    assert result.returncode != 0
    said = "rank 1 of 2 was lost after step 10 (killed, or out of memory?)"
    assert result.stderr.count(said) == 1
    assert f"The same command goes on from step 8, the checkpoint in {folder}" in result.stderr
    assert "PeerLost" not in result.stderr and "Connection closed" not in result.stderr
    assert checkpoints.load(folder)["step"] == 8


def test_a_roll_call_names_the_dead_and_nobody_who_waits(tmp_path):
    """Of four in a ring, rank 0 is no neighbour of rank 2: it hangs, but it is alive."""
    torchrun(RANKS, "lose", 2, tmp_path, n_ranks=4)
    told = {path.name: json.loads(path.read_text()) for path in tmp_path.iterdir()}
    assert told == {"0": [2], "1": [2], "3": [2]}


def test_the_same_command_goes_on_bit_for_bit(killed, tmp_path):
    folder, _ = killed
    ends = []
    for out in (tmp_path / "resumed", tmp_path / "whole"):
        if out.name == "resumed":
            copy(folder, out)
        result = torchrun("-m", "course_utils", "train", *QUICK, "--out", out)
        assert result.returncode == 0, result.stderr
        ends.append(checkpoints.load(out))
        names = {path.name for path in out.iterdir() if path.suffix != ".safetensors"}
        assert names == {
            ".lock", "checkpoint.json", "previous.json", "history.csv", "samples.png",
        }  # fmt: skip
    for name, part in flat(ends[0]["parts"]).items():
        assert torch.equal(part, flat(ends[1]["parts"])[name]), name
    assert max(gaps(ends[0]["rows"], ends[1]["rows"]).values()) == 0


def test_one_process_can_take_over_from_two(killed, tmp_path, monkeypatch, capsys):
    folder, _ = killed
    monkeypatch.setenv("COURSE_PACE", "quick")
    before = checkpoints.load(folder)
    copy(folder, tmp_path / "run")
    command_line.main(["train", *QUICK, "--out", str(tmp_path / "run")])
    after = checkpoints.load(tmp_path / "run")
    assert after["step"] == 20 and after["rows"][: len(before["rows"])] == before["rows"]
    assert all(part.isfinite().all() for part in flat(after["parts"]).values())
    assert "Fréchet distance" in capsys.readouterr().out


def copy(folder, out):
    out.mkdir()
    for path in folder.iterdir():
        (out / path.name).write_bytes(path.read_bytes())


def flat(tree, prefix=""):
    """The tensors of a nested state by their paths."""
    if isinstance(tree, torch.Tensor):
        return {prefix: tree}
    pairs = tree.items() if isinstance(tree, dict) else enumerate(tree)
    pairs = [(k, v) for k, v in pairs if isinstance(v, dict | list | torch.Tensor)]
    return {name: t for k, v in pairs for name, t in flat(v, f"{prefix}.{k}").items()}


# --- the command line -----------------------------------------------------------------------


def options(*arguments):
    parser = train_command.argparse.ArgumentParser()
    train_command.add_arguments(parser)
    return parser.parse_args(arguments)


def test_a_batch_that_ranks_cannot_share_is_refused_once():
    result = torchrun("-m", "course_utils", "train", "--batch-size", "15")
    said = "a batch of 15 cannot be shared equally by 2 ranks; use a batch of 14 or 16"
    assert result.returncode != 0 and result.stderr.count(said) == 1
    assert "goes on from" not in result.stderr, "there is nothing to resume"


def test_an_unknown_objective_is_told_the_seven(capsys):
    with pytest.raises(SystemExit):
        options("--objective", "wgan")
    said = capsys.readouterr().err
    assert all(name in said for name in OBJECTIVES)


def test_settings_are_the_lessons_or_the_papers_and_what_was_asked(monkeypatch):
    monkeypatch.setenv("COURSE_PACE", "standard")
    ours = train_command.config_from(options())
    assert (ours.n_steps, ours.batch_size, ours.lr, ours.ema) == (4_000, 256, 7e-3, 0.998)
    clip = train_command.config_from(options("--objective", "wgan_clip", "--n-critic", "3"))
    assert (clip.optimizer, clip.lr, clip.n_critic) == ("rmsprop", 5e-5, 3)
    assert (ours.critic_lr_factor, clip.critic_lr_factor) == (0.15, 1.0)
    asked = train_command.config_from(options("--ema", "0", "--seed", "7", "--steps", "3"))
    assert (asked.ema, asked.seed, asked.n_steps) == (0, 7, 3)


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--lr", "0.5", "lr: 0.007 there, 0.5 here"),
        ("--data", "fashion_mnist", "data: 'mnist' there, 'fashion_mnist' here"),
    ],
)
def test_a_folder_of_another_run_is_refused_in_one_line(
    option, value, said, killed, monkeypatch, capsys
):
    folder, _ = killed
    monkeypatch.setenv("COURSE_PACE", "quick")
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(SystemExit) as end:
        command_line.main(["train", *QUICK, option, value, "--out", str(folder)])
    told = capsys.readouterr().err.strip().splitlines()[-1]
    assert end.value.code == 1 and signal.getsignal(signal.SIGINT) is before
    assert told.startswith("train: the checkpoint belongs to another run (") and said in told


def test_a_run_in_the_background_stops_in_good_order_when_it_is_asked_to(tmp_path):
    """As `nohup … &` starts it, Ctrl-C is ignored; schedulers and shut-downs send SIGTERM."""
    command = [sys.executable, "-m", "course_utils", "train", "--steps", "1000000"]
    command += ["--batch-size", "16", "--checkpoint-every", "1", "--out", str(tmp_path)]
    with subprocess.Popen(
        ["sh", "-c", "trap '' INT; exec \"$@\"", "sh", *command],
        env=os.environ | {"COURSE_PACE": "quick", "COURSE_DEVICE": "cpu"},
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        try:
            deadline = time.monotonic() + 120
            while not (tmp_path / "checkpoint.json").exists():
                assert running.poll() is None and time.monotonic() < deadline
                time.sleep(0.05)
            running.send_signal(signal.SIGINT)
            running.send_signal(signal.SIGTERM)
            told = running.stderr.read()
            running.wait(timeout=120)
        finally:
            running.kill()
    step = checkpoints.load(tmp_path)["step"]
    assert running.returncode == 130 and "Traceback" not in told
    assert f"Stopped after step {step}. The same command goes on from step {step}" in told
