"""Make the recordings of ``data/runs/``: run what is missing, one run after another.

Each finished run is in the files at once, so that a command that was stopped goes on with the
next run when it is given again.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import platform
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import save as bytes_of

from course_utils import durable
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
        },
        "runs": facts,
        "quick": short,
    }
    where.mkdir(parents=True, exist_ok=True)
    durable.write_whole(where / f"{name}.json", _readable(content))
    durable.write_whole(where / f"{name}.safetensors", bytes_of(tensors))
    files = sorted(p for p in where.iterdir() if p.suffix in (".json", ".safetensors"))
    sums = [f"{hashlib.sha256(p.read_bytes()).hexdigest()}  {p.name}\n" for p in files]
    durable.write_whole(where / "SHA256SUMS", "".join(sums))


def _readable(content: dict) -> str:
    """JSON with a line for each run, so that a change shows up as one."""
    runs = ",\n".join(json.dumps(run, ensure_ascii=False) for run in content["runs"])
    rest = {key: value for key, value in content.items() if key != "runs"}
    head = json.dumps(rest, ensure_ascii=False, indent=1)
    return f'{head[:-2]},\n "runs": [\n{runs}\n ]\n}}\n'


def main(arguments: Sequence[str] | None = None) -> int:
    """The command."""
    from course_utils.experiments.recorded.plans import PLANS

    parser = argparse.ArgumentParser(
        prog=recorded.COMMAND, description="Make the recorded runs of data/runs/."
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of: {', '.join(PLANS)}")
    parser.add_argument("--again", action="store_true", help="afresh, not only what is missing")
    parser.add_argument("--seeds", type=int, nargs="+", default=(), help="in place of the plan's")
    parser.add_argument("--only", default="", help="labels that begin so, as in WGAN-GP")
    parser.add_argument("--out", type=Path, default=None, help="a folder in place of data/runs")
    given = parser.parse_args(arguments)
    unknown = [name for name in given.names if name not in PLANS]
    if unknown:
        parser.error(f"there is no {unknown[0]!r}; there are: {', '.join(PLANS)}")
    torch.set_num_threads(1)  # so that seconds of the processor compare
    for name in given.names or PLANS:
        where = given.out or recorded.folder()
        record(name, PLANS[name], where, again=given.again, seeds=given.seeds, only=given.only)
    return 0


if __name__ == "__main__":
    sys.exit(main())
