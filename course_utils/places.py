"""Where the course's own files lie, and where a student's may: in a clone and once installed.

In a clone the lessons and the data lie beside the package, and a student's work in ``work/``.
Once installed they lie inside the package, which may belong to somebody else, so nothing is ever
written there.
"""

from __future__ import annotations

import os
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
ROOT = PACKAGE.parent
IN_CLONE = (ROOT / "pyproject.toml").is_file() and (ROOT / "notebooks").is_dir()
FOLDER = "wasserstein-gan-course"  # the name of a student's folder, where we have to make one
LESSON_FILES = "[0-9][0-9]_*.ipynb"


def data_dir() -> Path:
    """Where the shipped data files live."""
    return ROOT / "data" if IN_CLONE else PACKAGE / "data"


def notebooks_dir() -> Path:
    """Where the lessons lie as shipped."""
    return ROOT / "notebooks" if IN_CLONE else PACKAGE / "notebooks"


def lessons() -> list[Path]:
    """The lessons as shipped, in order."""
    return sorted(notebooks_dir().glob(LESSON_FILES))


def default_work() -> Path:
    """Where a student's work is if ``COURSE_WORK`` does not say: an absolute path.

    ``work/`` of a clone that may be written to; else the current folder, if there are lessons in
    it; else a folder among the user's documents.
    """
    if IN_CLONE and _writable(ROOT / "work"):
        return ROOT / "work"
    here = Path.cwd()
    return here if holds_lessons(here) else users_folder()


def users_folder() -> Path:
    """A folder of this user's own, which no other user of the same installation shares."""
    import platformdirs

    return platformdirs.user_documents_path() / FOLDER


def holds_lessons(folder: Path) -> bool:
    """Whether a student's copies of the lessons are in `folder`."""
    return folder != notebooks_dir() and any(
        (folder / lesson.name).exists() for lesson in lessons()
    )


def command(words: str) -> str:
    """How a student starts one of the course's commands here."""
    return f"python start.py {words}" if IN_CLONE else f"python -m course_utils {words}"


def _writable(folder: Path) -> bool:
    while not folder.exists():
        folder = folder.parent
    return os.access(folder, os.W_OK)
