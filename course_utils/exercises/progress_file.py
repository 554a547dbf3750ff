"""A student's progress, by exercise id, in ``progress.json`` of the work folder.

The file is replaced in one step, so a kill leaves the old one or the new one; whoever writes
reads it first under a lock, so two notebooks lose nothing of each other's. What is not
understood, from an older or a newer course, is carried along; a file that is no JSON is set aside
under another name. What cannot be saved just now (a full disk, a lock that does not come free, a
network home that does not answer) is kept in memory and saved together with what comes next.
"""

from __future__ import annotations

import functools
import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from course_utils import durable, settings
from course_utils.exercises import outcome as o

VERSION = 1
Change = Callable[[dict], None]  # of the file's content, in place
_UNSAVED: list[tuple[Path, Change]] = []
_tidy = functools.cache(durable.remove_leftovers)  # each folder once: the first save finds all


def progress_path() -> Path:
    """Where the progress is kept."""
    return settings.work_dir() / "progress.json"


def load() -> tuple[dict[str, dict], str]:
    """The entries by exercise id, and a message if the file could not be read (else "")."""
    content, note = _read(progress_path(), set_aside=False)
    return content["exercises"], note


def record(name: str, status: str) -> str:
    """Note one evaluation of exercise `name`; returns a message if that failed (else "")."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return _save(lambda content: _update(content["exercises"].setdefault(name, {}), status, now))


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

    def change(content: dict) -> None:
        place = content.get(section)
        content[section] = {**(place if isinstance(place, dict) else {}), name: value}

    return _save(change)


def kept(section: str) -> dict[str, object]:
    """What :func:`keep` remembers in a section, by name."""
    content, _note = _read(progress_path(), set_aside=False)
    place = content.get(section)
    return place if isinstance(place, dict) else {}


def solved(entry: dict) -> bool:
    """Whether the exercise has been right at least once."""
    return bool(entry.get("first_correct")) or entry.get("status") == o.CORRECT


def _save(change: Change) -> str:
    """Make `change`, and those that could not be saved before; returns a message, or ""."""
    path = progress_path()
    _UNSAVED.append((path, change))
    due = [(place, waiting) for place, waiting in _UNSAVED if place == path]
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with durable.locked(path):
            content, note = _read(path, set_aside=True)
            for _, waiting in due:
                waiting(content)
            durable.write_whole(path, json.dumps(content, indent=1))
            _tidy(path.parent)
    except OSError as error:
        return (
            f"Your progress could not be saved ({error}). This notebook remembers it, and saves it "
            "with the next check that can."
        )
    _UNSAVED[:] = [entry for entry in _UNSAVED if entry not in due]
    return note


def _update(entry: dict, status: str, now: str) -> None:
    entry["status"] = status
    entry["attempts"] = _count(entry) + (status not in (o.NOT_ATTEMPTED, o.BROKEN))
    if status == o.CORRECT and not entry.get("first_correct"):
        entry["first_correct"] = now


def _count(entry: dict) -> int:
    attempts = entry.get("attempts", 0)
    return attempts if isinstance(attempts, int) else 0


def _read(path: Path, *, set_aside: bool) -> tuple[dict, str]:
    """The content and a remark on it; with `set_aside`, an OSError where reading itself fails.

    Only a file that was read and is no JSON is set aside: a disk or a network that fails for a
    moment says nothing about it.
    """
    empty = {"version": VERSION, "exercises": {}}
    try:
        return _understood(json.loads(path.read_text(encoding="utf-8"))), ""
    except FileNotFoundError:
        return empty, ""
    except OSError as error:
        if set_aside:
            raise
        return empty, f"{path.name} could not be read just now ({error}); it stays as it is."
    except (ValueError, RecursionError) as error:
        problem = f"{path.name} could not be read ({error})"
    if not set_aside:
        return empty, problem + "."
    found = path.resolve()  # through a link, so that it stays one
    moved = _free_name(found)
    os.replace(found, moved)
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
