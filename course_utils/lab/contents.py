"""Saving a notebook at once: whoever reads it meanwhile gets the old one or the new, never half.

Jupyter's own manager writes into the file itself. A second window that opens the notebook just
then reads half of it, takes it for broken, and puts the last backup in its place, or nothing at
all; an answer is lost (github.com/jupyter-server/jupyter_server/issues/1416).
"""

from __future__ import annotations

import contextlib
import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager
from traitlets import Bool


class WholeFiles(AsyncLargeFileManager):
    """Jupyter's manager of files, except that a save puts a whole file in the old one's place."""

    use_atomic_writing = Bool(False)  # the other way of being safe, and the one that guesses

    @contextlib.contextmanager
    def atomic_writing(self, os_path: str, *args, **kwargs) -> Iterator[IO]:
        """A file to write to, which becomes ``os_path`` if nothing goes wrong meanwhile."""
        whole = Path(os_path).resolve()  # through a link, so that it stays one
        part = whole.with_name(f".{whole.name}.{uuid.uuid4().hex}.part")
        try:
            with super().atomic_writing(str(part), *args, **kwargs) as file:
                yield file
                file.flush()
                os.fsync(file.fileno())  # or a power cut might leave the new name without content
            with contextlib.suppress(FileNotFoundError):  # there is none yet
                shutil.copymode(whole, part)
            os.replace(part, whole)
        finally:
            part.unlink(missing_ok=True)
