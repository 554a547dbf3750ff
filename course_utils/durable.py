"""Files that are whole or not there, and locks that never wait for ever.

A file is written under another name beside its own, forced to disk, and moved into place in one
step: a kill, a full disk or a power cut leaves the old file or the new one. What a kill leaves
beside it is named after the process that wrote it, so that the next start can tell it from a
write that is still going on, and removes it.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import shutil
import socket
import time
import uuid
import zlib
from collections.abc import Iterator
from pathlib import Path

import filelock
import psutil

WINDOWS = os.name == "nt"
PATIENCE = 2.0  # seconds, with a program that holds a file or a lock for a moment
DAY = 86_400.0  # seconds

# file systems without locks, as many network homes are, answer with one of these
_NO_LOCKS = {errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTSUP, errno.EINVAL}
_HOST = f"{zlib.crc32(socket.gethostname().encode()):08x}"
_PART = re.compile(r"\.part-([0-9a-f]{8})-(\d+)-[0-9a-f]{8}")
# what the course's first edition called its parts: .a.ipynb.<32 digits>.part, .progress.json.7.tmp
_OLD_PART = re.compile(r"\..+\.[0-9a-f]{32}\.part|\.progress\.json\.\d+\.tmp")


class Busy(OSError):
    """A lock is held by someone else and did not come free in time."""


# --- whole files ----------------------------------------------------------------------------


def part_beside(path: Path) -> Path:
    """A name for a file in the making, in the folder of `path`; short, whatever `path` is called.

    It names this machine and process, for :func:`remove_leftovers`.
    """
    return path.with_name(f".part-{_HOST}-{os.getpid()}-{uuid.uuid4().hex[:8]}")


def write_whole(path: Path, content: bytes | str) -> None:
    """Put `content`, text as UTF-8, in place of the file at `path`, all of it or none.

    It is on disk when this returns. A link stays a link, and the file keeps its permissions.

    Raises
    ------
    OSError
        If it cannot be written; the file is as it was.
    """
    path = Path(path).resolve()
    part = part_beside(path)
    try:
        with open(part, "wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(OSError):  # there is none yet
            shutil.copymode(path, part)
        replace(part, path)
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
    sync_folder(path.parent)


def replace(part: Path, path: Path) -> None:
    """Move `part` to `path` in one step.

    On Windows this fails while another program (a search index, a virus scanner) has the file
    open; then it is tried again for :data:`PATIENCE` seconds.
    """
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return os.replace(part, path)
        except PermissionError:
            if not WINDOWS or time.monotonic() > deadline:
                raise
            time.sleep(0.02)


def sync_folder(folder: Path) -> None:
    """Force the folder's list of names to disk, where the system can."""
    with contextlib.suppress(OSError):  # Windows opens no folders; some file systems sync none
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def remove_leftovers(folder: Path) -> None:
    """Remove what writers that were killed have left in `folder`; never a write in progress."""
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            with contextlib.suppress(OSError):
                if _is_left_over(entry):
                    os.unlink(entry.path)


def _is_left_over(entry: os.DirEntry) -> bool:
    part = _PART.fullmatch(entry.name)
    if part is None:
        return bool(_OLD_PART.fullmatch(entry.name)) and _age(entry) > 3600
    host, process = part.groups()
    if host == _HOST and not psutil.pid_exists(int(process)):
        return True
    return _age(entry) > DAY  # of another machine, or of a process whose number is taken again


def _age(entry: os.DirEntry) -> float:
    return time.time() - entry.stat(follow_symlinks=False).st_mtime


# --- locks ----------------------------------------------------------------------------------


@contextlib.contextmanager
def locked(path: Path, seconds: float | None = None) -> Iterator[None]:
    """Hold the lock of the file or folder at `path`; the system frees it if its holder dies.

    The lock is a file beside `path`, or in it if it is a folder, so that `path` itself can be
    replaced meanwhile. Where the file system has no locks there is none to hold, and the block
    runs without.

    Parameters
    ----------
    path : Path
    seconds : float, optional
        How long to wait for it; :data:`PATIENCE` if not said.

    Raises
    ------
    Busy
        If another holder has not freed it by then.
    OSError
        If there can be no lock file: the folder cannot be written.
    """
    path = Path(path).resolve()
    name = path / ".lock" if path.is_dir() else path.with_name(f".{path.name}.lock")
    lock = filelock.FileLock(
        name,
        timeout=PATIENCE if seconds is None else seconds,
        poll_interval=0.02,
        fallback_to_soft=False,  # a marker file outlives a holder that is killed elsewhere
    )
    try:
        lock.acquire()
    except filelock.Timeout:
        raise Busy(errno.EBUSY, "in use by another process", str(path)) from None
    except OSError as error:
        if error.errno not in _NO_LOCKS:
            raise
    try:
        yield
    finally:
        lock.release()  # nothing, where there is none
