"""A student's own copies of the lessons: made once, whole or not at all, never written over."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator
from pathlib import Path

from course_utils import durable
from course_utils.lab import editions


class WorkFolderError(RuntimeError):
    """The folder for a student's work cannot be used; says why and what to do."""


def copy_notebooks(source: Path, work: Path) -> list[Path]:
    """Copy each notebook that ``work`` does not have yet; never touch one that is there.

    Two of these may run at once, as when a course is opened twice.

    Returns
    -------
    list of Path
        The copies made. A student's answers live in these files, which updates of the course
        therefore never overwrite and never conflict with.

    Raises
    ------
    WorkFolderError
        If the folder cannot be made or written to.
    """
    made = []
    with explained(work):
        work.mkdir(parents=True, exist_ok=True)
        for notebook in sorted(source.glob("*.ipynb")):
            copy = work / notebook.name
            if not copy.exists() and place(editions.copy_of(notebook), copy):
                made.append(copy)
    return made


def place(content: bytes, path: Path) -> bool:
    """Make the file `path`, whole or not at all; ``False`` if there is one already."""
    part = durable.part_beside(path)  # what a kill leaves of it, the server clears away
    try:
        part.write_bytes(content)
        try:
            os.link(part, path)  # unlike a rename, never takes another file's place
        except FileExistsError:
            return False
        except OSError:  # a file system without links
            if path.exists():
                return False
            durable.replace(part, path)
        return True
    finally:
        part.unlink(missing_ok=True)


@contextlib.contextmanager
def explained(work: Path) -> Iterator[None]:
    """Turn what the system says of `work` into a sentence with the way on."""
    try:
        yield
    except OSError as error:
        raise WorkFolderError(f"{_why(error, work)} {_WAY_ON}") from error


_WAY_ON = (
    "Or name another folder for your work: COURSE_WORK=some/folder before the command "
    "(in PowerShell: $env:COURSE_WORK = 'some/folder')."
)


def _why(error: OSError, work: Path) -> str:
    in_the_way = next((p for p in (work, *work.parents) if p.exists() and not p.is_dir()), None)
    if in_the_way is not None:
        return f"{in_the_way} is a file, where a folder for your work should be; move it."
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"The disk is full: your notebooks need about 1 MB in {work}; make some room."
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"You may not write in {work}; ask its owner."
    return f"{work} cannot be used: {error.strerror or error}."
