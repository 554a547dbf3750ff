"""Long experiments, run once and shipped: what a lesson shows where a laptop would need hours.

``load("plane")`` reads a recording from ``data/runs/``: numbers from a JSON file, samples and
weights from a safetensors file beside it. ``python -m course_utils.experiments.recorded`` makes
them (:mod:`course_utils.experiments.recorded.make`), and a test makes a short piece of each again
and compares.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load as load_tensors
from torch import Tensor

from course_utils import datasets, settings
from course_utils.history import History

COMMAND = "python -m course_utils.experiments.recorded"


@dataclass(frozen=True)
class RecordedRun:
    """One training run of a recording.

    Attributes
    ----------
    label : str
        What distinguishes it from the others, such as the name of the model.
    seed : int
    settings : dict
        All that it was run with: objective, networks, rates, numbers of steps.
    scores : dict
        How it was judged at the end: numbers, or lists of them.
    processor_seconds : float
        Of training, without evaluation; where there was no GPU, on one thread.
    history : History
        The logged rows. Its ``generator`` is None: what was kept of the networks is in ``tensors``.
    tensors : dict of Tensor
        Samples and weights, float32; images in [−1, 1].
    """

    label: str
    seed: int
    settings: Mapping[str, Any]
    scores: Mapping[str, Any]
    processor_seconds: float
    history: History
    tensors: Mapping[str, Tensor] = field(default_factory=dict)


@dataclass(frozen=True)
class Recording:
    """What one command recorded.

    Attributes
    ----------
    name, about, command : str
    made_with : dict
        Versions, date and processor.
    runs : tuple of RecordedRun
        By label, then by seed.
    quick : RecordedRun
        A short piece of the first run, for the test that makes it again.
    """

    name: str
    about: str
    command: str
    made_with: Mapping[str, str]
    runs: tuple[RecordedRun, ...]
    quick: RecordedRun

    @property
    def device(self) -> str:
        """What it was made on: ``"cpu"``, or the name of a GPU."""
        return self.made_with.get("device", "cpu")

    @property
    def labels(self) -> tuple[str, ...]:
        """Of the runs, each once."""
        return tuple(dict.fromkeys(run.label for run in self.runs))

    def __getitem__(self, label: str) -> tuple[RecordedRun, ...]:
        """The runs of this label, by seed."""
        found = tuple(run for run in self.runs if run.label == label)
        if not found:
            raise KeyError(f"{self.name} has no run {label!r}; there are: {', '.join(self.labels)}")
        return found

    def scores(self, name: str) -> dict[str, list]:
        """One score of every run, by label, in the order of the seeds."""
        return {label: [run.scores[name] for run in self[label]] for label in self.labels}

    def __str__(self) -> str:
        seeds = sorted({run.seed for run in self.runs})
        if self.device == "cpu":
            seconds, what = sum(run.processor_seconds for run in self.runs), "one processor"
        else:
            seconds, what = sum(run.history.last("seconds") for run in self.runs), self.device
        return (
            f"Recorded, not run now: {self.about}\n"
            f"{len(self.runs)} runs, seeds {', '.join(map(str, seeds))}, {seconds / 60:.0f} "
            f"minutes of {what} in all. Made by: {self.command}"
        )


def folder() -> Path:
    """Where the recordings lie."""
    return settings.data_dir() / "runs"


def load(name: str, where: Path | None = None) -> Recording:
    """Read a recording.

    Parameters
    ----------
    name : str
        Such as ``"plane"``; ``data/runs/README.md`` lists them.
    where : Path, optional
        A folder other than ``data/runs/``.

    Raises
    ------
    DataError
        If a file is missing or damaged; the message says how to mend it.
    """
    where = where or folder()
    facts = json.loads(datasets.verified(f"{name}.json", where))
    tensors = load_tensors(datasets.verified(f"{name}.safetensors", where))
    return Recording(
        name, facts["about"], facts["command"], facts["made_with"],
        tuple(_run(run, tensors) for run in facts["runs"]),
        _run(facts["quick"], tensors),
    )  # fmt: skip


# --- to and from the two files --------------------------------------------------------------


def _run(facts: dict[str, Any], tensors: Mapping[str, Tensor]) -> RecordedRun:
    columns = facts["history"]
    length = max(map(len, columns.values()), default=0)
    rows = [
        {name: values[k] for name, values in columns.items() if values[k] is not None}
        for k in range(length)
    ]
    prefix = f"{facts['label']}/{facts['seed']}/"
    own = {
        name.removeprefix(prefix): _unpacked(tensor)
        for name, tensor in tensors.items() if name.startswith(prefix)
    }  # fmt: skip
    return RecordedRun(
        facts["label"], facts["seed"], facts["settings"], facts["scores"],
        facts["processor_seconds"], History(rows), own,
    )  # fmt: skip


def pack(runs: Iterable[RecordedRun]) -> tuple[list[dict[str, Any]], dict[str, Tensor]]:
    """Runs as JSON values and tensors: images as bytes, all else in half precision."""
    facts, tensors = [], {}
    for run in runs:
        names = list(dict.fromkeys(name for row in run.history.rows for name in row))
        facts.append({
            "label": run.label,
            "seed": run.seed,
            "settings": dict(run.settings),
            "scores": dict(run.scores),
            "processor_seconds": round(run.processor_seconds, 1),
            "history": {n: [_short(row.get(n)) for row in run.history.rows] for n in names},
        })  # fmt: skip
        for name, tensor in run.tensors.items():
            tensors[f"{run.label}/{run.seed}/{name}"] = _packed(tensor)
    return facts, tensors


def _short(value: float | None) -> float | None:
    """Five significant digits: a curve needs no more."""
    return None if value is None else float(f"{float(value):.5g}")


def _packed(tensor: Tensor) -> Tensor:
    tensor = tensor.detach().cpu()
    if tensor.dim() == 4:  # images: as many shades as the data have
        return ((tensor + 1) * 127.5).round().clamp(0, 255).to(torch.uint8)
    return tensor.half() if tensor.is_floating_point() else tensor


def _unpacked(tensor: Tensor) -> Tensor:
    return tensor.float() / 127.5 - 1 if tensor.dtype == torch.uint8 else tensor.float()


def differences(first: RecordedRun, second: RecordedRun) -> dict[str, float]:
    """By column, the largest relative difference between the histories of two runs.

    Seconds are left out. A difference is measured against the largest value of its column.
    """
    found = {}
    for name in {key for row in first.history.rows for key in row}:
        if name.endswith("seconds"):
            continue
        a, b = (run.history.curve(name)[1] for run in (first, second))
        scale = max(np.abs(a).max(), 1e-12)
        found[name] = float(np.abs(a - b).max() / scale) if len(a) == len(b) else float("inf")
    return found
