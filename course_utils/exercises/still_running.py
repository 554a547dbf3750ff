"""A box that says, after a few seconds, that a check has not ended yet, and how to stop it."""

from __future__ import annotations

import contextvars
import sys
import threading
import uuid

from course_utils.exercises.boxes import Bundle

PATIENCE = 5.0  # seconds


class StillRunning:
    """Shows `box` if the block takes long, and takes it away when the block has ended.

    The box comes from another thread, since this one is busy; what it is shown with is looked up
    before the check takes the notebook's display away from the answer.
    """

    def __init__(self, box: Bundle):
        self._box = box
        self._lock = threading.Lock()
        self._shown = self._over = False

    def __enter__(self) -> None:
        ipython = sys.modules.get("IPython")
        self._publisher = getattr(ipython and ipython.get_ipython(), "display_pub", None)
        self._stream = sys.stdout
        self._place = {"display_id": uuid.uuid4().hex}
        # the copied context says which cell the box belongs to
        say = contextvars.copy_context().run
        self._timer = threading.Timer(PATIENCE, say, (self._say,))
        self._timer.daemon = True
        self._timer.start()

    def __exit__(self, *_) -> None:
        self._timer.cancel()
        with self._lock:
            self._over = True
            if self._shown and self._publisher is not None:
                empty = {"text/html": "", "text/plain": ""}
                self._publisher.publish(empty, transient=self._place, update=True)

    def _say(self) -> None:
        with self._lock:
            if self._over:
                return
            self._shown = True
            if self._publisher is None:
                print(self._box.text, file=self._stream, flush=True)
                return
            forms = {"text/html": self._box.html, "text/plain": self._box.text}
            self._publisher.publish(forms, transient=self._place)
