"""A student's progress, by exercise id, in ``progress.json`` of the work folder.

The file is replaced in one step, so a kill leaves the old one or the new one; whoever writes
reads it first under a lock, so two notebooks lose nothing of each other's. What is not
understood, from an older or a newer course, is carried along; a file that cannot be read at all
is set aside under another name.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from course_utils import settings
from course_utils.exercises import outcome as o

try:
    import fcntl
except ImportError:  # Windows: the replacement is still in one step
    fcntl = None

VERSION = 1


def progress_path() -> Path:
    """Where the progress is kept."""
    return settings.work_dir() / "progress.json"


def load() -> tuple[dict[str, dict], str]:
    """The entries by exercise id, and a message if the file could not be read (else "")."""
    content, note = _read(progress_path(), set_aside=False)
    return content["exercises"], note


def record(name: str, status: str) -> str:
    """Note one evaluation of exercise `name`; returns a message if that failed (else "")."""
    path = progress_path()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with _locked(path):
            content, note = _read(path, set_aside=True)
            _update(content["exercises"].setdefault(name, {}), status)
            _write(path, content)
    except OSError as error:
        return f"Your progress could not be saved: {error}."
    return note


def keep(section: str, name: str, value: object) -> str:
    """Remember something that is no exercise, such as a prediction or a goal reached.

    Parameters
    ----------
    section, name : str
        Where; an earlier value there is replaced.
    value : str, number, bool or list of these

    Returns
    -------
    str
        A message if that failed, else "".
    """
    path = progress_path()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with _locked(path):
            content, note = _read(path, set_aside=True)
            place = content.get(section)
            content[section] = {**(place if isinstance(place, dict) else {}), name: value}
            _write(path, content)
    except OSError as error:
        return f"Your progress could not be saved: {error}."
    return note


def kept(section: str) -> dict[str, object]:
    """What :func:`keep` remembers in a section, by name."""
    content, _note = _read(progress_path(), set_aside=False)
    place = content.get(section)
    return place if isinstance(place, dict) else {}


def solved(entry: dict) -> bool:
    """Whether the exercise has been right at least once."""
    return bool(entry.get("first_correct")) or entry.get("status") == o.CORRECT


def _update(entry: dict, status: str) -> None:
    entry["status"] = status
    entry["attempts"] = _count(entry) + (status not in (o.NOT_ATTEMPTED, o.BROKEN))
    if status == o.CORRECT and not entry.get("first_correct"):
        entry["first_correct"] = datetime.now(UTC).isoformat(timespec="seconds")


def _count(entry: dict) -> int:
    attempts = entry.get("attempts", 0)
    return attempts if isinstance(attempts, int) else 0


def _read(path: Path, *, set_aside: bool) -> tuple[dict, str]:
    empty = {"version": VERSION, "exercises": {}}
    try:
        return _understood(json.loads(path.read_text(encoding="utf-8"))), ""
    except FileNotFoundError:
        return empty, ""
    except (ValueError, OSError) as error:
        problem = f"{path.name} could not be read ({error})"
    if not set_aside:
        return empty, problem + "."
    moved = _free_name(path)
    os.replace(path, moved)
    return empty, f"{problem}; it is kept as {moved.name}, and a new one is begun."


def _understood(content: object) -> dict:
    """The file as this version writes it; unknown fields are kept."""
    if not isinstance(content, dict):
        raise ValueError("it holds no table of exercises")
    if "exercises" not in content:  # an older file: the table itself
        fields = {"version": content.pop("version", 0)}
        content = {**fields, "exercises": content}
    if not isinstance(content["exercises"], dict):
        raise ValueError("it holds no table of exercises")
    entries = {name: _entry(value) for name, value in content["exercises"].items()}
    return {**content, "version": content.get("version") or VERSION, "exercises": entries}


def _entry(value: object) -> dict:
    if isinstance(value, dict):
        return value
    if isinstance(value, bool):
        return {"status": o.CORRECT if value else o.INCORRECT}
    return {"status": str(value)}


def _free_name(path: Path) -> Path:
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")
    return path.with_name(f"{path.stem}.unreadable-{stamp}{path.suffix}")


def _write(path: Path, content: dict) -> None:
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    with open(temporary, "w", encoding="utf-8") as stream:
        json.dump(content, stream, indent=1, ensure_ascii=False)
        stream.flush()
        os.fsync(stream.fileno())
    os.replace(temporary, path)


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Only one writer at a time; the system frees the lock if its holder dies."""
    if fcntl is None:
        yield
        return
    with open(path.with_name(f".{path.name}.lock"), "w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield
