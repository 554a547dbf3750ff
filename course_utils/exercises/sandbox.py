"""Run an answer and leave everything as it was found.

What is put back: Python's, NumPy's and torch's random state, NumPy's error settings, torch's
default dtype, gradient mode and default device, the warnings filters, the recursion limit,
standard output and error. Printed output is captured and cut; nothing is displayed or plotted.
"""

from __future__ import annotations

import contextlib
import io
import os
import random
import signal
import sys
import warnings
from collections.abc import Callable, Iterator
from typing import TypeVar

import numpy as np

from course_utils.exercises.silence import logs_to, no_displays, no_figures

T = TypeVar("T")

OUTPUT_LIMIT = 2000  # characters of printed output that are kept
TORCH_FIRST_SEED = 67280421310721  # the seed of a freshly imported torch


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
        if self.closed_to_more:
            return len(text)
        self._written += len(text)
        if self._kept < self._limit:
            part = str(text[: self._limit - self._kept])
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


class Interrupts:
    """Tells a student's Ctrl-C from a KeyboardInterrupt that the answer raised itself.

    Attributes
    ----------
    real : BaseException or None
        What the real interrupt raised, once there has been one.
    """

    def __init__(self):
        self.real: BaseException | None = None

    def check(self) -> None:
        """Raise the real interrupt again, if an answer swallowed it."""
        if self.real is not None:
            raise self.real


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
        if installed:
            signal.signal(signal.SIGINT, previous)


def unraising(work: Callable[[], T], failed: Callable[[BaseException], T]) -> T:
    """`work()` in a neutral block, or what `failed` makes of its exception.

    Only a real interrupt passes through.
    """
    with watch_interrupts() as interrupts:
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
    torch = _torch()
    if torch is not None:
        torch.manual_seed(seed)


@contextlib.contextmanager
def neutral() -> Iterator[Capture]:
    """Run the block with known settings, and put everything back; yields the captured output."""
    captured = Capture()
    with contextlib.ExitStack() as stack:
        for keep in (_streams, _python_settings, _numpy_settings, _torch_settings):
            stack.enter_context(keep())
        stack.enter_context(warnings.catch_warnings())
        warnings.simplefilter("ignore")
        for hush in (logs_to(captured), no_displays(), no_figures()):
            stack.enter_context(hush)
        sys.stdout = sys.stderr = captured
        yield captured


@contextlib.contextmanager
def _streams() -> Iterator[None]:
    out, err = sys.stdout, sys.stderr
    try:
        yield
    finally:
        sys.stdout, sys.stderr = out, err


@contextlib.contextmanager
def _python_settings() -> Iterator[None]:
    state, limit = random.getstate(), sys.getrecursionlimit()
    try:
        yield
    finally:
        random.setstate(state)
        sys.setrecursionlimit(limit)


@contextlib.contextmanager
def _numpy_settings() -> Iterator[None]:
    state, errors = np.random.get_state(), np.geterr()  # noqa: NPY002
    np.seterr(all="warn")
    try:
        yield
    finally:
        np.random.set_state(state)  # noqa: NPY002
        np.seterr(**errors)


def _torch():
    """The torch module if it is fully imported, else None."""
    torch = sys.modules.get("torch")
    return torch if hasattr(torch, "manual_seed") else None


@contextlib.contextmanager
def _torch_settings() -> Iterator[None]:
    torch = _torch()
    if torch is None:
        try:
            yield
        finally:
            torch = _torch()
            if torch is not None:  # the answer imported it: as if it were fresh
                torch.manual_seed(TORCH_FIRST_SEED)
                torch.set_default_dtype(torch.float32)
                torch.set_grad_enabled(True)
        return
    state, dtype, grad = torch.get_rng_state(), torch.get_default_dtype(), torch.is_grad_enabled()
    device = torch.get_default_device()
    cuda = torch.cuda.get_rng_state_all() if torch.cuda.is_initialized() else None
    try:
        torch.set_default_dtype(torch.float32)
        with contextlib.ExitStack() as stack:
            if device.type != "cpu":
                stack.enter_context(torch.device("cpu"))
            if torch.is_inference_mode_enabled():
                stack.enter_context(torch.inference_mode(False))
            torch.set_grad_enabled(True)
            yield
    finally:
        torch.set_rng_state(state)
        torch.set_default_dtype(dtype)
        torch.set_grad_enabled(grad)
        if torch.get_default_device() != device:
            torch.set_default_device(None if device.type == "cpu" else device)
        if cuda is not None:
            torch.cuda.set_rng_state_all(cuda)


@contextlib.contextmanager
def settings_of_one_call() -> Iterator[None]:
    """Put back what one call may have switched, so that the probe goes on as it began."""
    errors = np.geterr()
    torch = _torch()
    if torch is not None:
        dtype, grad = torch.get_default_dtype(), torch.is_grad_enabled()
    try:
        yield
    finally:
        np.seterr(**errors)
        if torch is not None:
            torch.set_default_dtype(dtype)
            torch.set_grad_enabled(grad)
