"""The stop button during a check: told from the answer's own exceptions, and not to be swallowed.

A bare ``except:`` in a loop catches the interrupt and goes round again. After a real interrupt,
therefore, every further line of the student's raises it once more, also the lines of the
``except`` that caught it, until the answer has ended.
"""

from __future__ import annotations

import contextlib
import functools
import os
import signal
import sys
import sysconfig
from collections.abc import Iterator
from types import FrameType

_LIBRARIES = tuple(
    os.path.realpath(sysconfig.get_paths()[name]) for name in ("stdlib", "purelib", "platlib")
)
_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


@functools.lru_cache(maxsize=1000)
def is_student_file(filename: str) -> bool:
    """Whether code of this file is neither the course's nor a library's."""
    path = os.path.realpath(filename)
    return not path.startswith((_PACKAGE, *_LIBRARIES)) and not filename.startswith("<frozen")


class _Again(KeyboardInterrupt):
    """The interrupt, raised once more; when one has been swallowed and is gone, the next is due."""

    def __init__(self, interrupts: Interrupts):
        super().__init__()
        self._interrupts = interrupts

    def __del__(self):
        self._interrupts.insist(sys._getframe())


class Interrupts:
    """Tells a student's Ctrl-C from a KeyboardInterrupt that the answer raised itself.

    Attributes
    ----------
    real : BaseException or None
        What the real interrupt raised, once there has been one.
    """

    def __init__(self) -> None:
        self.real: BaseException | None = None
        self._traced: list[FrameType] = []
        self._over = False
        self._before = sys.gettrace()

    def check(self) -> None:
        """Raise the real interrupt again, if an answer swallowed it."""
        if self.real is not None:
            self.relent()
            raise self.real

    def insist(self, frame: FrameType | None) -> None:
        """Raise in each line of the student's from now on, `frame` and its callers among them."""
        if self._over:
            return
        inside: list[FrameType] = []
        while frame is not None:
            if is_student_file(frame.f_code.co_filename):
                inside.append(frame)
            elif frame.f_code.co_filename.startswith(_PACKAGE):
                for each in inside:
                    each.f_trace = self._raise
                self._traced += inside
                inside = []  # what is left at the end is the cell that asked for the check
            frame = frame.f_back
        sys.settrace(self._raise)

    def relent(self) -> None:
        """The answer has ended: let the lines of others be."""
        if self._traced and not self._over:
            sys.settrace(self._before)
            for frame in self._traced:
                frame.f_trace = None
        self._over = True

    def _raise(self, frame: FrameType, event: str, _argument: object):
        if not is_student_file(frame.f_code.co_filename):
            return None
        if event == "line":
            raise _Again(self)
        return self._raise


@contextlib.contextmanager
def watch_interrupts() -> Iterator[Interrupts]:
    """Note real interrupts while they pass. Only the main thread ever receives them."""
    interrupts = Interrupts()
    previous = signal.getsignal(signal.SIGINT)

    def handler(signum, frame):
        try:
            previous(signum, frame)
        except BaseException as error:
            interrupts.real = error
            interrupts.insist(frame)
            raise

    installed = False
    if callable(previous):
        with contextlib.suppress(ValueError):  # not the main thread
            signal.signal(signal.SIGINT, handler)
            installed = True
    try:
        yield interrupts
        interrupts.check()
    finally:
        interrupts.relent()
        if installed:
            signal.signal(signal.SIGINT, previous)
