"""Training state on disk: tensors in a safetensors file, everything else in a JSON file.

No pickle is written or read. The JSON file names the tensors it belongs to and replaces its
predecessor in one move, so that a run killed at any moment leaves the last whole checkpoint.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from course_utils.run_context import random_state, set_random_state

INDEX = "checkpoint.json"


class CheckpointError(RuntimeError):
    """A checkpoint is damaged, or belongs to another run."""


def _split(tree: Any, prefix: str, tensors: dict[str, Tensor]) -> Any:
    """Move the tensors of a nested state out into ``tensors``, leaving their names behind."""
    if isinstance(tree, Tensor):
        tensors[prefix] = tree.detach().cpu().contiguous().clone()
        return {"__tensor__": prefix}
    if isinstance(tree, dict):
        pairs = [[key, _split(value, f"{prefix}.{key}", tensors)] for key, value in tree.items()]
        return {"__dict__": pairs}  # as pairs, since JSON would turn an optimiser's 0 into "0"
    if isinstance(tree, list | tuple):
        return [_split(value, f"{prefix}.{i}", tensors) for i, value in enumerate(tree)]
    return tree


def _join(tree: Any, tensors: dict[str, Tensor]) -> Any:
    if isinstance(tree, dict):
        if "__tensor__" in tree:
            return tensors[tree["__tensor__"]]
        return {key: _join(value, tensors) for key, value in tree["__dict__"]}
    if isinstance(tree, list):
        return [_join(value, tensors) for value in tree]
    return tree


def save(folder: Path, state: dict[str, Any]) -> None:
    """Write ``state`` as the one checkpoint in ``folder``, which is created if need be.

    ``state`` nests dicts and lists of tensors and JSON values; its ``"step"`` names the file.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    tensors: dict[str, Tensor] = {}
    index = {
        "tensors": f"step-{state['step']:08d}.safetensors",
        "state": _split(state, "state", tensors),
    }
    save_file(tensors, folder / f"{index['tensors']}.part")
    os.replace(folder / f"{index['tensors']}.part", folder / index["tensors"])
    part = folder / f"{INDEX}.part"
    with open(part, "w", encoding="utf-8") as file:
        json.dump(index, file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(part, folder / INDEX)
    for old in folder.glob("step-*.safetensors*"):
        if old.name != index["tensors"]:
            old.unlink(missing_ok=True)


def load(folder: Path) -> dict[str, Any] | None:
    """The state last saved in ``folder``, or None if there is none.

    Raises
    ------
    CheckpointError
        If the files are there but damaged.
    """
    index = Path(folder) / INDEX
    if not index.exists():
        return None
    try:
        facts = json.loads(index.read_text(encoding="utf-8"))
        return _join(facts["state"], load_file(Path(folder) / facts["tensors"]))
    except (OSError, ValueError, KeyError, TypeError, SafetensorError) as error:
        raise CheckpointError(
            f"the checkpoint in {folder} cannot be read ({error}). "
            "Remove that folder to start this run afresh."
        ) from None


def snapshot(parts: dict[str, Any]) -> dict[str, Any]:
    """The states of networks and optimisers, and torch's random streams."""
    states = {name: part.state_dict() for name, part in parts.items()}
    return {"parts": states, "random": random_state()}


def check_same_run(state: dict[str, Any], run: dict[str, Any]) -> None:
    """Raise a :class:`CheckpointError` that names what differs between two runs' settings."""
    differ = [name for name in run if state["run"].get(name) != run[name]]
    if differ:
        told = "; ".join(f"{n}: {state['run'].get(n)!r} there, {run[n]!r} here" for n in differ)
        raise CheckpointError(
            f"the checkpoint belongs to another run ({told}). "
            "Use another folder, or the settings it was made with."
        )


def restore(state: dict[str, Any], parts: dict[str, Any]) -> None:
    """Put networks, optimisers and random streams back as :func:`snapshot` found them."""
    for name, part in parts.items():
        try:
            part.load_state_dict(state["parts"][name])
        except (RuntimeError, ValueError, KeyError) as error:
            raise CheckpointError(
                f"the checkpoint does not fit this {name.replace('_', ' ')}: {error}"
            ) from None
    set_random_state(state["random"])
