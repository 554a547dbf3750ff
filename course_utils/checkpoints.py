"""Training state on disk: tensors in a safetensors file, everything else in a JSON file.

No pickle is written or read. The JSON file, the index, holds the digests of itself and of the
tensors, which are verified when they are read. It is written last and replaced in one step, and
the checkpoint before it stays until then and after: a run killed at any moment leaves a whole
checkpoint, and one that is damaged on the disk leaves the one before.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from safetensors import SafetensorError
from safetensors.torch import load as tensors_from
from safetensors.torch import save as bytes_of
from torch import Tensor

from course_utils import durable
from course_utils.run_context import random_state, set_random_state

FORMAT = 2  # of these files; the first had no digests
INDEX, PREVIOUS = "checkpoint.json", "previous.json"
AFRESH = "Remove the folder {} to start this run afresh."


class CheckpointError(RuntimeError):
    """A checkpoint is damaged, belongs to another run, or could not be kept where it is asked."""


class _Damaged(CheckpointError):
    """The files are there, and are not what was written."""


# --- the folder of a run --------------------------------------------------------------------


@contextlib.contextmanager
def run_folder(folder: Path) -> Iterator[None]:
    """Create the folder of a run, find out whether it can be written, and keep others out of it.

    Raises
    ------
    CheckpointError
        If another run is in it, or nothing can be written there.
    """
    folder = Path(folder)
    with contextlib.ExitStack() as held:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            held.enter_context(durable.locked(folder))
            trial = folder / ".trial"
            durable.write_whole(trial, "")
            trial.unlink()
        except durable.Busy:
            raise CheckpointError(
                f"another run is at work in {folder}. Wait for it to end, or choose another folder."
            ) from None
        except OSError as error:
            raise CheckpointError(
                f"nothing can be written in {folder} ({error.strerror}). Choose another folder."
            ) from None
        durable.remove_leftovers(folder)
        yield


# --- saving ---------------------------------------------------------------------------------


def save(folder: Path, state: dict[str, Any]) -> None:
    """Write ``state`` as the checkpoint in ``folder``; the one before it is kept as well.

    ``state`` nests dicts and lists of tensors and JSON values; its ``"step"`` names the file.

    Raises
    ------
    OSError
        If the disk is full or fails; the checkpoint is the one it was.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    tensors: dict[str, Tensor] = {}
    tree = _split(state, "state", tensors)
    content = bytes_of(tensors)
    digest = hashlib.sha256(content).hexdigest()
    index = {
        "format": FORMAT,
        "tensors": f"step-{state['step']:08d}-{digest[:8]}.safetensors",
        "tensors_sha256": digest,
        "state": tree,
    }
    index["sha256"] = _digest(index)
    kept = _to_keep(folder)
    durable.write_whole(folder / index["tensors"], content)
    if kept is not None and kept != index:
        durable.write_whole(folder / PREVIOUS, json.dumps(kept))
    durable.write_whole(folder / INDEX, json.dumps(index))
    _remove_unnamed(folder)


def _to_keep(folder: Path) -> dict[str, Any] | None:
    """The index that is there, if it and its tensors are as they were written."""
    try:
        index, _tensors = _verified(folder / INDEX)
    except (CheckpointError, FileNotFoundError):
        return None
    return index


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


def _digest(index: dict[str, Any]) -> str:
    """Of everything in the index but the digest itself."""
    rest = {name: value for name, value in index.items() if name != "sha256"}
    return hashlib.sha256(json.dumps(rest, sort_keys=True).encode()).hexdigest()


def _remove_unnamed(folder: Path) -> None:
    """Remove tensors that neither index names any more."""
    named = set()
    for index in (INDEX, PREVIOUS):
        with contextlib.suppress(OSError, ValueError, KeyError):
            named.add(json.loads((folder / index).read_text(encoding="utf-8"))["tensors"])
    for tensors in folder.glob("step-*.safetensors"):
        if tensors.name not in named:
            tensors.unlink(missing_ok=True)


# --- loading --------------------------------------------------------------------------------


def load(folder: Path) -> dict[str, Any] | None:
    """The state last saved in ``folder``, or None if there is none.

    If that is damaged, a sentence on standard error says so, and it is the state before it.

    Raises
    ------
    CheckpointError
        If there are checkpoints, and none that can be used.
    """
    folder = Path(folder)
    try:
        return _state(folder / INDEX)
    except FileNotFoundError:
        if not (folder / PREVIOUS).exists():
            return None
        damage = f"{folder / INDEX} is missing."
    except _Damaged as error:
        damage = str(error)
    try:
        state = _state(folder / PREVIOUS)
    except (CheckpointError, FileNotFoundError):
        raise CheckpointError(f"{damage} {AFRESH.format(folder)}") from None
    print(f"{damage} Going on from the one before it, step {state['step']}.", file=sys.stderr)
    return state


def _state(path: Path) -> dict[str, Any]:
    index, content = _verified(path)
    try:
        return _join(index["state"], tensors_from(content))
    except (SafetensorError, LookupError, TypeError, ValueError) as error:  # written so
        raise _Damaged(f"the checkpoint {path} makes no sense ({error}).") from None


def _verified(path: Path) -> tuple[dict[str, Any], bytes]:
    """An index and the bytes of its tensors, both as they were written."""
    try:
        index = json.loads(path.read_text(encoding="utf-8"))
        recorded = index.get("sha256")
    except (ValueError, AttributeError, RecursionError):
        raise _Damaged(f"the checkpoint {path} is damaged: it cannot be read.") from None
    except FileNotFoundError:
        raise
    except OSError as error:
        raise _unreadable(path, error) from None
    if recorded is None and "format" not in index:
        raise _other_edition(path, 1)
    if recorded != _digest(index):
        raise _Damaged(f"the checkpoint {path} is damaged: another digest.")
    if index["format"] != FORMAT:
        raise _other_edition(path, index["format"])
    tensors = path.with_name(index["tensors"])
    try:
        content = tensors.read_bytes()
    except FileNotFoundError:
        raise _Damaged(f"{tensors}, the tensors of a checkpoint, is missing.") from None
    except OSError as error:
        raise _unreadable(tensors, error) from None
    if hashlib.sha256(content).hexdigest() != index["tensors_sha256"]:
        raise _Damaged(f"{tensors}, the tensors of a checkpoint, is damaged: another digest.")
    return index, content


def _unreadable(path: Path, error: OSError) -> CheckpointError:
    return CheckpointError(
        f"{path} cannot be read just now ({error.strerror}). Try again; it stays as it is."
    )


def _other_edition(path: Path, number: object) -> CheckpointError:
    return CheckpointError(
        f"the checkpoint {path} is of another edition of this course (format {number}, not "
        f"{FORMAT}). Choose another folder, or end the run with the edition that began it."
    )


def _join(tree: Any, tensors: dict[str, Tensor]) -> Any:
    if isinstance(tree, dict):
        if "__tensor__" in tree:
            return tensors[tree["__tensor__"]]
        return {key: _join(value, tensors) for key, value in tree["__dict__"]}
    if isinstance(tree, list):
        return [_join(value, tensors) for value in tree]
    return tree


# --- the state of a run ---------------------------------------------------------------------


def snapshot(parts: dict[str, Any]) -> dict[str, Any]:
    """The states of networks and optimisers, and torch's random streams."""
    states = {name: part.state_dict() for name, part in parts.items()}
    return {"parts": states, "random": random_state()}


def check_same_run(state: dict[str, Any], run: dict[str, Any]) -> None:
    """Raise a :class:`CheckpointError` that names what differs between two runs."""
    there, here = state["run"], json.loads(json.dumps(run))
    differ = [name for name in {**here, **there} if there.get(name) != here.get(name)]
    if differ:
        told = "; ".join(_difference(name, there.get(name), here.get(name)) for name in differ)
        raise CheckpointError(
            f"the checkpoint belongs to another run ({told}). "
            "Use another folder, or the settings it was made with."
        )


def _difference(name: str, there: object, here: object) -> str:
    shown = [textwrap.shorten(repr(value), 40, placeholder=" …") for value in (there, here)]
    if shown[0] == shown[1] or max(len(repr(value)) for value in (there, here)) > 80:
        return f"{name}: another one"
    return f"{name}: {shown[0]} there, {shown[1]} here"


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
