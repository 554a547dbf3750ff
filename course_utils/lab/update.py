"""``python -m course_utils update``: new lessons with a student's work carried over, or back again.

The old file stays beside the new one. Each update is noted in the work folder, so that
``update --undo`` can put the old files back; what was written since then is kept beside them too.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
from pathlib import Path

import course_utils
from course_utils import durable, places, settings
from course_utils.lab import editions, lesson_changes
from course_utils.lab.copies import WorkFolderError, explained, place
from course_utils.lab.merge import merge

RECORD = ".updates.json"
BEFORE, AFTER = "before", "after-update"  # marks of what is kept beside a lesson
_KEPT = re.compile(rf"\.({BEFORE}-|{AFTER})[^/]*\.ipynb$", re.IGNORECASE)
OPEN = (
    "JupyterLab has {} open: save your notebooks, stop it (Ctrl-C where it was started), and run "
    "this again."
)
UNOPENED = (
    "{} stays as it is, for a cell in it is damaged: open it, delete or retype that cell, save it, "
    "and run this again."
)


def outdated(work: Path) -> list[tuple[Path, str]]:
    """The copies that the course has newer lessons for, and the versions they were made from."""
    found = []
    for lesson in places.lessons():
        copy = work / lesson.name
        if not copy.exists():
            continue
        try:
            theirs = editions.load(copy)
            if editions.is_older(theirs, editions.load(lesson), lesson.name):
                found.append((copy, editions.version(theirs)))
        except (editions.UnreadableLesson, OSError):
            continue  # the lab will say so when it is opened
    return found


def news(work: Path) -> str:
    """What the course has newer than the copies in `work`, a sentence for each; "" if nothing."""
    lines = []
    for copy, version in outdated(work):
        changes = lesson_changes.since(version, int(copy.name[:2]))
        lines += [f"  {copy.stem}: {' '.join(changes) or 'corrections.'}"]
    if not lines:
        return ""
    return "\n".join([
        "The course has newer lessons than your copies:", *lines,
        f"To take them, with your answers carried over: {places.command('update')}",
    ])  # fmt: skip


def update(work: Path) -> list[str]:
    """Bring every older copy up to date; a sentence for each lesson.

    Raises
    ------
    WorkFolderError
        If the folder cannot be written to. Lessons that were done before stay done.
    """
    said, done = [], []
    with explained(work):
        for copy, version in outdated(work):
            before = copy.read_bytes()
            theirs, lesson = editions.load(copy), editions.load(places.notebooks_dir() / copy.name)
            made, report = merge(theirs, lesson, editions.shipped_digests(theirs, copy.name))
            content = editions.dump(made)
            if not _opens(content):
                said.append(UNOPENED.format(copy.name))
                continue
            kept = _beside(copy, f"{BEFORE}-{course_utils.__version__}", before)
            durable.write_whole(copy, content)
            done.append({"lesson": copy.name, "kept": kept.name, "made": _sum(content)})
            said.append(f"{copy.name} ({version}, now {editions.version(made)}): {report}. "
                        f"The old one is {kept.name}.")  # fmt: skip
        if done:
            _write_record(work, [*_read_record(work), done])
    return said


def undo(work: Path) -> list[str]:
    """Put the files of the last update back; a sentence for each lesson."""
    updates, said = _read_record(work), []
    if not updates:
        return []
    with explained(work):
        for entry in updates[-1]:
            copy, kept = work / entry["lesson"], work / entry["kept"]
            if not kept.exists():
                said.append(f"{copy.name} stays as it is: {kept.name} is not there any more.")
                continue
            now = copy.read_bytes() if copy.exists() else None
            more = ""
            if now is not None and _sum(now) != entry["made"]:
                later = _beside(copy, AFTER, now)
                more = f" What you have written since is in {later.name}."
            durable.replace(kept, copy)
            said.append(f"{copy.name} is again as it was before the update.{more}")
        _write_record(work, updates[:-1])
    return said


def is_kept(name: str) -> bool:
    """Whether a file is one that an update, or its undoing, kept beside a lesson."""
    return _KEPT.search(name) is not None


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``python -m course_utils update``."""
    parser.add_argument(
        "--undo", action="store_true", help="put the files before the last update back"
    )


def run(options: argparse.Namespace) -> None:
    """Do what ``python -m course_utils update`` was asked to."""
    try:
        work = settings.work_dir()
        if _is_open(work):
            sys.exit(OPEN.format(work))
        if options.undo:
            said = undo(work) or ["There is no update to undo."]
        else:
            said = update(work) or [f"The lessons in {work} are the newest."]
            if len(said) > 1 or "carried" in said[0]:
                said.append(f"To go back: {places.command('update --undo')}")
    except (WorkFolderError, settings.SettingError) as error:
        sys.exit(str(error))
    print("\n".join(said))


def _is_open(work: Path) -> bool:
    """Whether a Jupyter server of this user shows `work`: what it has open, it would write back."""
    from jupyter_server.serverapp import list_running_servers

    roots = (Path(server["root_dir"]).resolve() for server in list_running_servers())
    return any(work.resolve().is_relative_to(root) for root in roots)


def _opens(content: bytes) -> bool:
    """Whether Jupyter takes the notebook: better no update than one that does not open."""
    import nbformat

    try:
        nbformat.validate(nbformat.reads(content.decode(), as_version=4))
    except nbformat.ValidationError:
        return False
    return True


def _beside(copy: Path, mark: str, content: bytes) -> Path:
    """Keep `content` in a new file beside `copy`."""
    number = 1
    while True:
        suffix = "" if number == 1 else f"-{number}"
        path = copy.with_name(f"{copy.stem}.{mark}{suffix}{copy.suffix}")
        if not path.exists() and place(content, path):
            return path
        number += 1


def _sum(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _read_record(work: Path) -> list[list[dict]]:
    try:
        record = json.loads((work / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    return record if isinstance(record, list) else []


def _write_record(work: Path, updates: list[list[dict]]) -> None:
    durable.write_whole(work / RECORD, json.dumps(updates, indent=1))
