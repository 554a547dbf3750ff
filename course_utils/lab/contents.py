"""Saving a notebook at once: whoever reads it meanwhile gets the old one or the new, never half.

Jupyter's own manager writes into the file itself. A second window that opens the notebook just
then reads half of it, takes it for broken, and puts the last backup in its place, or nothing at
all; an answer is lost (github.com/jupyter-server/jupyter_server/issues/1416).
"""

from __future__ import annotations

import contextlib
import errno
import functools
import os
import shutil
import stat
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from anyio.to_thread import run_sync
from jupyter_server.services.contents.fileio import FileManagerMixin
from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager
from traitlets import Bool

from course_utils import durable

# what a folder says that lets a file be written but not replaced: a mount, a read-only or a
# sticky folder, a folder on another disk
_NOT_REPLACED = {errno.EBUSY, errno.EACCES, errno.EPERM, errno.EROFS, errno.EXDEV}


class WholeFiles(AsyncLargeFileManager):
    """Jupyter's manager of files, except that a save puts a whole file in the old one's place.

    Where another file in its place would not be the same (it has hard links, another owner,
    attributes that cannot be given again; it is mounted; its folder is read-only), the content is
    written into the file, once all of it is known, and reads wait for that. Only a kill or a
    crash in that very moment can then leave half of it, as with Jupyter's own manager.
    """

    use_atomic_writing = Bool(False)  # the other way of being safe, and the one that guesses

    def __init__(self, **settings):
        super().__init__(**settings)
        self._writing_into = threading.Lock()
        self._tidy = functools.cache(durable.remove_leftovers)
        self._tidy(Path(self.root_dir))

    @contextlib.contextmanager
    def atomic_writing(
        self, os_path: str, text: bool = True, encoding: str = "utf-8", **_
    ) -> Iterator[IO]:
        """A file to write to, which becomes ``os_path`` if nothing goes wrong meanwhile.

        Raises
        ------
        HTTPError
            403, if the file is read-only, or there is none and the folder is.
        """
        path = Path(os_path).resolve()  # through a link, so that it stays one
        how = {"encoding": encoding, "newline": "\n"} if text else {}
        with self.perm_to_403(os_path):
            if path.exists() and not os.access(path, os.W_OK):
                raise PermissionError(errno.EACCES, "the file is read-only", str(path))
            part = _part_for(path)
            try:
                with open(part, "w" if text else "wb", **how) as file:
                    yield file
                    file.flush()
                    os.fsync(file.fileno())  # or a power cut leaves a name without content
                if not _put_in_place(part, path):
                    self._write_into(path, part.read_bytes())
            finally:
                part.unlink(missing_ok=True)
        self._tidy(path.parent)

    def _write_into(self, path: Path, content: bytes) -> None:
        with self._writing_into, open(path, "r+b") as file:
            before = file.read()
            try:
                _fill(file, content)
            except BaseException:  # a full disk: the old content has its room still
                _fill(file, before)
                raise

    async def _read_file(self, os_path: str, format: str | None, raw: bool = False):
        """As Jupyter's, and never while a file is being written into."""

        def read():
            with self._writing_into:
                return FileManagerMixin._read_file(self, os_path, format, raw)

        return await run_sync(read)


def _part_for(path: Path) -> Path:
    """A new file to write to first: beside `path`, or anywhere if no file can be made there."""
    part = durable.part_beside(path)
    try:
        part.touch(exist_ok=False)
    except OSError as error:
        if error.errno not in _NOT_REPLACED or not path.exists():
            raise
        handle, name = tempfile.mkstemp()
        os.close(handle)
        return Path(name)
    return part


def _put_in_place(part: Path, path: Path) -> bool:
    """Make `part` the file at `path`, if nothing of the file that is there would be lost."""
    try:
        before = path.stat()
    except FileNotFoundError:
        before = None
    if before is not None and not _made_alike(part, path, before):
        return False
    try:
        durable.replace(part, path)
    except OSError as error:
        if error.errno in _NOT_REPLACED and before is not None:
            return False
        raise
    durable.sync_folder(path.parent)
    return True


def _made_alike(part: Path, path: Path, before: os.stat_result) -> bool:
    """Give `part` the owner, permissions and attributes of `path`; whether that makes it alike."""
    if before.st_nlink != 1 or not stat.S_ISREG(before.st_mode) or part.parent != path.parent:
        return False
    try:
        now = part.stat()
        if (now.st_uid, now.st_gid) != (before.st_uid, before.st_gid):
            os.chown(part, before.st_uid, before.st_gid)
        shutil.copymode(path, part)
        if hasattr(os, "listxattr"):
            _copy_attributes(path, part)
    except OSError:
        return False
    return True


def _copy_attributes(path: Path, part: Path) -> None:
    """Extended attributes, access control lists among them."""
    wanted = {name: os.getxattr(path, name) for name in _attributes(path)}
    for name in _attributes(part):  # what a folder gives to its new files
        if name not in wanted:
            os.removexattr(part, name)
        elif os.getxattr(part, name) == wanted[name]:
            del wanted[name]
    for name, value in wanted.items():
        os.setxattr(part, name, value)


def _attributes(path: Path) -> list[str]:
    try:
        return os.listxattr(path)
    except OSError as error:
        if error.errno in (errno.ENOTSUP, errno.EOPNOTSUPP):
            return []
        raise


def _fill(file: IO[bytes], content: bytes) -> None:
    file.seek(0)
    file.write(content)
    file.truncate()
    file.flush()
    os.fsync(file.fileno())
