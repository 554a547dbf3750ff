"""Which edition of a lesson a notebook is, and which of its cells are as the course shipped them.

Every lesson says in its metadata which version of the course it belongs to. A student's copy also
carries a digest of each cell as it was shipped, by cell id: that is all it takes to tell later what
the student wrote from what the course did.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import course_utils
from course_utils import places

KEY = "course"  # our place in a notebook's metadata
FIRST = "1.0.0"  # its notebooks said nothing about their version


class UnreadableLesson(ValueError):
    """A file that should be a notebook is none."""


def load(path: Path) -> dict:
    """The notebook at `path`, its cells' sources as text.

    Raises
    ------
    UnreadableLesson
        If it is no notebook of a format this course writes (nbformat 4).
    """
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        if notebook["nbformat"] != 4:
            raise ValueError(f"its format is {notebook['nbformat']}, not 4")
        for cell in notebook["cells"]:
            cell["source"] = "".join(cell["source"])
        notebook.setdefault("metadata", {})
    except (ValueError, KeyError, TypeError) as error:
        raise UnreadableLesson(
            f"{path.name} is not a notebook that can be read ({error})"
        ) from None
    return notebook


def dump(notebook: dict) -> bytes:
    """A notebook as the bytes of a file, laid out as Jupyter does."""
    cells = [
        {**cell, "source": cell["source"].splitlines(keepends=True)} for cell in notebook["cells"]
    ]
    text = json.dumps({**notebook, "cells": cells}, ensure_ascii=False, indent=1)
    return (text + "\n").encode()


def version(notebook: dict) -> str:
    """The version of the course that a notebook belongs to."""
    return str(_ours(notebook).get("version", FIRST))


def digest(cell: dict) -> str:
    """What tells a cell's text from another; blanks at the ends of lines do not count."""
    lines = [line.rstrip() for line in cell["source"].strip().splitlines()]
    text = "\n".join([cell["cell_type"], *lines])
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def digests(notebook: dict) -> dict[str, str]:
    """The digest of every cell, by id."""
    return {cell["id"]: digest(cell) for cell in notebook["cells"]}


def copy_of(shipped: Path) -> bytes:
    """A student's copy of a lesson, which knows what it was made from."""
    notebook = load(shipped)
    return dump({**notebook, "metadata": stamped(notebook["metadata"], notebook)})


def stamped(metadata: dict, shipped: dict) -> dict:
    """`metadata` of a copy made from the lesson `shipped`."""
    return {**metadata, KEY: {"version": version(shipped), "shipped": digests(shipped)}}


def shipped_digests(copy: dict, name: str) -> dict[str, str]:
    """The cells of the lesson that `copy` was made from, by id; empty if nobody knows."""
    known = _ours(copy).get("shipped")
    if isinstance(known, dict):
        return known
    record = Path(__file__).with_name(f"edition-{version(copy)}.json")
    if not record.exists():
        return {}
    return json.loads(record.read_text(encoding="utf-8")).get(name, {})


def is_older(copy: dict, shipped: dict, name: str) -> bool:
    """Whether the course has changed the lesson since `copy` was made of it."""
    base = shipped_digests(copy, name)
    if not base:
        return order(version(copy)) < order(version(shipped))
    return order(version(copy)) <= order(version(shipped)) and base != digests(shipped)


def is_newer(copy: dict) -> bool:
    """Whether `copy` was made by a later version of the course than the one installed."""
    return order(version(copy)) > order(course_utils.__version__)


def _ours(notebook: dict) -> dict:
    ours = notebook["metadata"].get(KEY)
    return ours if isinstance(ours, dict) else {}


def order(text: str) -> tuple[int, ...]:
    """What puts versions in order."""
    return tuple(int(part) if part.isdigit() else 0 for part in text.split("."))


def main() -> None:
    """Write the course's version into its lessons: ``make version``, after changing it."""
    for path in places.lessons():
        lesson = load(path)
        lesson["metadata"][KEY] = {"version": course_utils.__version__}
        path.write_bytes(dump(lesson))


if __name__ == "__main__":
    main()
