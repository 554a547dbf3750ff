"""Make the recordings of ``data/runs/``: run what is missing, one run after another.

Each finished run is in the files at once, so that a command that was stopped goes on with the
next run when it is given again.
"""

from __future__ import annotations

import hashlib
import json
import platform
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import save as bytes_of

from course_utils import durable, settings
from course_utils.experiments import recorded
from course_utils.experiments.recorded import RecordedRun

RunOne = Callable[[str, int, bool], RecordedRun]  # label, seed, only a short piece of it?


@dataclass(frozen=True)
class Plan:
    """What a recording consists of.

    Attributes
    ----------
    about : str
        One sentence for the reader of the lesson.
    labels : sequence of str
    seeds : sequence of int
        Every label is run with each of them.
    run : callable
        ``run(label, seed, quick)`` trains and judges.
    """

    about: str
    labels: Sequence[str]
    seeds: Sequence[int]
    run: RunOne


def record(
    name: str, plan: Plan, where: Path, *, again: bool, seeds: Sequence[int] = (), only: str = ""
) -> None:
    """Run what is missing in a recording, and write after each run.

    Parameters
    ----------
    again : bool
        Whether to make it afresh.
    seeds : sequence of int
        In place of the plan's own.
    only : str
        Run nothing whose label does not begin with it.
    """
    runs: dict[tuple[str, int], RecordedRun] = {}
    if not again and (where / f"{name}.json").exists():
        runs = {(run.label, run.seed): run for run in recorded.load(name, where).runs}
    quick = plan.run(plan.labels[0], plan.seeds[0], True)
    for seed in seeds or plan.seeds:
        for label in plan.labels:
            if (label, seed) in runs or not label.startswith(only):
                continue
            start = time.monotonic()
            run = runs[label, seed] = plan.run(label, seed, False)
            told = ", ".join(f"{k} {v:.4g}" for k, v in run.scores.items() if isinstance(v, float))
            print(f"{name}: {label}, seed {seed}: {told} "
                  f"({time.monotonic() - start:.0f} s)", flush=True)  # fmt: skip
            write(name, plan, _in_order(plan, runs), quick, where)


def _in_order(plan: Plan, runs: dict) -> list[RecordedRun]:
    place = {label: k for k, label in enumerate(plan.labels)}
    return [runs[key] for key in sorted(runs, key=lambda key: (place.get(key[0], 99), key[1]))]


def write(
    name: str, plan: Plan, runs: Sequence[RecordedRun], quick: RecordedRun, where: Path
) -> None:
    """Both files of a recording, and the sums that guard them."""
    facts, tensors = recorded.pack(runs)
    (short,), _ = recorded.pack([quick])
    content = {
        "about": plan.about,
        "command": f"{recorded.COMMAND} {name}",
        "made_with": {
            "torch": torch.__version__,
            "python": platform.python_version(),
            "machine": platform.machine(),
            "threads": str(torch.get_num_threads()),
            "device": _device(),
        },
        "runs": facts,
        "quick": short,
    }
    where.mkdir(parents=True, exist_ok=True)
    durable.write_whole(where / f"{name}.json", _readable(content))
    durable.write_whole(where / f"{name}.safetensors", bytes_of(tensors))
    write_sums(where)


def _device() -> str:
    device = settings.device()
    return torch.cuda.get_device_name(device) if device.type == "cuda" else device.type


def write_sums(where: Path) -> None:
    """The sums that guard all recordings of a folder, also those that a sweep has left there."""
    kept = (".json", ".safetensors", ".csv")
    files = sorted(p for p in where.iterdir() if p.suffix in kept)
    sums = [f"{hashlib.sha256(p.read_bytes()).hexdigest()}  {p.name}\n" for p in files]
    durable.write_whole(where / "SHA256SUMS", "".join(sums))


def _readable(content: dict) -> str:
    """JSON with a line for each run, so that a change shows up as one."""
    runs = ",\n".join(json.dumps(run, ensure_ascii=False) for run in content["runs"])
    rest = {key: value for key, value in content.items() if key != "runs"}
    head = json.dumps(rest, ensure_ascii=False, indent=1)
    return f'{head[:-2]},\n "runs": [\n{runs}\n ]\n}}\n'
