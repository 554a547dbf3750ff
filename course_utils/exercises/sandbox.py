"""Run an answer and leave everything as it was found.

What is put back stands in :mod:`course_utils.exercises.put_back`. Printed output is captured and
cut; nothing is displayed or plotted.
"""

from __future__ import annotations

import contextlib
import io
import os
import random
import sys
import warnings
from collections.abc import Callable, Iterator
from typing import TypeVar

import numpy as np

from course_utils.exercises import put_back
from course_utils.exercises.convert import exact_text
from course_utils.exercises.interrupts import watch_interrupts
from course_utils.exercises.silence import logs_to, no_displays, no_figures

T = TypeVar("T")

KEEPERS = (
    put_back.streams,
    put_back.python_settings,
    put_back.numpy_settings,
    put_back.torch_settings,
)
OUTPUT_LIMIT = 2000  # characters of printed output that are kept


class Capture(io.TextIOBase):
    """A stream that keeps the first characters written to it and counts the rest.

    Attributes
    ----------
    closed_to_more : bool
        What is written from now on goes nowhere.
    """

    def __init__(self, limit: int = OUTPUT_LIMIT):
        super().__init__()
        self._limit = limit
        self._parts: list[str] = []
        self._kept = 0
        self._written = 0
        self.closed_to_more = False

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        text = exact_text(text)
        if self.closed_to_more:
            return len(text)
        self._written += len(text)
        if self._kept < self._limit:
            part = text[: self._limit - self._kept]
            self._parts.append(part)
            self._kept += len(part)
        return len(text)

    def close(self) -> None:
        """Do nothing: an answer that closes its output must not silence the verdict."""

    @property
    def text(self) -> str:
        cut = self._written - self._kept
        note = f"\n… ({cut:,} more characters cut)" if cut else ""
        return "".join(self._parts) + note


def unraising(work: Callable[[], T], failed: Callable[[BaseException], T]) -> T:
    """`work()` in a neutral block, or what `failed` makes of its exception.

    Only a real interrupt passes through.
    """
    with watch_interrupts() as interrupts, put_back.untouched():
        try:
            with neutral():
                return work()
        except BaseException as error:
            interrupts.check()
            return failed(error)


def fresh_seed() -> int:
    """A seed from the operating system: no random stream is read."""
    return int.from_bytes(os.urandom(4), "big")


def seed_everything(seed: int) -> None:
    """Start every global stream from `seed`; call it inside :func:`neutral` only."""
    random.seed(seed)
    np.random.seed(seed % 2**32)  # noqa: NPY002
    torch = put_back.torch_module()
    if torch is not None:
        torch.default_generator.manual_seed(seed)
        gpu = put_back.gpu_in_use(torch)  # torch.manual_seed also makes notes for GPUs not in use
        if gpu is not None:
            gpu.manual_seed_all(seed) if hasattr(gpu, "manual_seed_all") else gpu.manual_seed(seed)


@contextlib.contextmanager
def neutral() -> Iterator[Capture]:
    """Run the block with known settings, and put everything back; yields the captured output."""
    captured = Capture()
    with contextlib.ExitStack() as stack:
        for keep in KEEPERS:
            stack.enter_context(keep())
        stack.enter_context(warnings.catch_warnings())
        warnings.simplefilter("ignore")
        for hush in (logs_to(captured), no_displays(), no_figures()):
            stack.enter_context(hush)
        sys.stdout = sys.stderr = captured
        yield captured
