"""What surrounds a run: its clock, random stream, stop button and bar; a network at rest."""

from __future__ import annotations

import contextlib
import signal
import threading
import time
from collections.abc import Iterator

import torch
from torch import Tensor, nn

from course_utils.progress_bar import bar


class Clock:
    """Adds up the seconds while it runs, by the wall and by the processor.

    The processor's count all threads, and do not run while other programs have their turn. To
    ask for them can cost as much as a layer of a small network: start it once for many steps.
    """

    seconds = processor_seconds = 0.0
    _start: tuple[float, float] | None = None

    def start(self) -> None:
        """Run, if it does not."""
        if self._start is None:
            self._start = time.perf_counter(), time.process_time()

    def pause(self) -> None:
        """Stand still, and have ``seconds`` and ``processor_seconds`` up to now."""
        if self._start is not None:
            self.seconds += time.perf_counter() - self._start[0]
            self.processor_seconds += time.process_time() - self._start[1]
            self._start = None


class LateBar:
    """A progress bar with the time that remains, for runs that turn out to be long.

    It comes once a run has gone on for two seconds, so that many short runs do not flicker, and
    is gone at the end.
    """

    patience = 2.0  # seconds

    def __init__(self, n_steps: int, *, shown: bool):
        self._n_steps, self._shown, self._bar = n_steps, shown, None
        self._start = time.monotonic()

    def __enter__(self) -> LateBar:
        return self

    def __exit__(self, *_):
        if self._bar is not None:
            self._bar.close()

    def reach(self, step: int) -> None:
        """Show that this many steps are done."""
        if self._bar is not None:
            self._bar.update(step - self._bar.n)
        elif self._shown and time.monotonic() - self._start > self.patience:
            self._bar = bar(total=self._n_steps, initial=step, desc="training", leave=False)


def random_state() -> dict[str, Tensor]:
    """Where every random stream of torch stands: the CPU's, and the accelerator's if there is one.

    Returns
    -------
    dict of str to Tensor
        States by kind of device, for :func:`set_random_state`.
    """
    state = {"cpu": torch.get_rng_state()}
    accelerator = torch.accelerator.current_accelerator(check_available=True)
    if accelerator is not None:
        state[accelerator.type] = torch.get_device_module(accelerator).get_rng_state()
    return state


def set_random_state(state: dict[str, Tensor]) -> None:
    """Let the random streams go on from where :func:`random_state` found them."""
    for kind, where in state.items():
        if kind == "cpu":
            torch.set_rng_state(where)
        else:
            torch.get_device_module(kind).set_rng_state(where)


@contextlib.contextmanager
def seeded(seed: int | None = None) -> Iterator[None]:
    """Draw from a stream of its own meanwhile; the caller's goes on as if nothing had been.

    Parameters
    ----------
    seed : int, optional
        Where it starts; without one it starts where the caller's stands.
    """
    before = random_state()
    if seed is not None:
        torch.manual_seed(seed)  # of every kind of device
    try:
        yield
    finally:
        set_random_state(before)


@contextlib.contextmanager
def evaluating(network: nn.Module) -> Iterator[nn.Module]:
    """The network in evaluation mode, without gradients; each of its parts as before after."""
    modes = {part: part.training for part in network.modules()}
    try:
        with torch.no_grad():
            yield network.eval()
    finally:
        for part, was_training in modes.items():
            part.training = was_training


@contextlib.contextmanager
def graceful_stop() -> Iterator[threading.Event]:
    """Turn the first interrupt into a request to stop after this step; a second one is obeyed.

    A process in the background, which the shell has told to ignore interrupts, goes on doing so.
    """
    stop = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield stop  # only the main thread may listen for signals
        return
    before = signal.getsignal(signal.SIGINT)
    if before == signal.SIG_IGN:
        yield stop
        return

    def on_interrupt(_number, _frame):
        stop.set()
        signal.signal(signal.SIGINT, before)

    signal.signal(signal.SIGINT, on_interrupt)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)
