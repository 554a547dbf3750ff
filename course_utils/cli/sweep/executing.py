"""Running cases on an executor, here or on a cluster, and outliving the workers that are lost.

One loop serves both: a :class:`LocalPool` is a ``ProcessPoolExecutor``, a :class:`DaskCluster` is
Dask's executor interface. They differ in who finds out which case killed a worker. Dask does; a
broken process pool only says that it broke, so this loop keeps no more cases in it than it has
workers, and tries those that were running one at a time.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import (
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    ProcessPoolExecutor,
    wait,
)
from multiprocessing import connection

from course_utils.cli.sweep.plans import Case
from course_utils.cli.sweep.space import SweepError
from course_utils.waiting import finished

Outcome = dict[str, object]
ATTEMPTS = 3  # of a case whose worker dies: it may have died of something else


class LocalPool:
    """Processes of this machine, one thread each, started afresh (not forked).

    Parameters
    ----------
    workers : int
    """

    gives_up: tuple[type[Exception], ...] = ()  # a process pool never gives up a single case

    def __init__(self, workers: int):
        self.at_once = workers
        self._others: set[multiprocessing.Process] = set()

    def open(self) -> Executor:
        self._others = set(multiprocessing.active_children())
        return ProcessPoolExecutor(
            self.at_once,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=_prepare_worker,
        )

    def close(self, executor: Executor) -> None:
        executor.shutdown()

    def stop(self, executor: Executor) -> None:
        """End at once, whatever is running."""
        executor.shutdown(wait=False, cancel_futures=True)
        for child in set(multiprocessing.active_children()) - self._others:
            child.kill()


def _prepare_worker() -> None:
    """One thread for the numeric libraries, which read this when they are first imported."""
    for library in ("OMP", "OPENBLAS", "MKL"):
        os.environ[f"{library}_NUM_THREADS"] = "1"
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the command's to deal with
    threading.Thread(target=_die_with_parent, daemon=True).start()


def _die_with_parent() -> None:
    connection.wait([multiprocessing.parent_process().sentinel])
    os._exit(1)


class DaskCluster:
    """The workers of a Dask scheduler; it re-runs the cases of a lost worker by itself.

    A case that was with more workers at their end than the scheduler's ``allowed-failures`` is
    run again alone, and given up if it kills as many then.

    Parameters
    ----------
    address : str
        Of the scheduler, ``tcp://host:port``.
    """

    at_once = None  # all cases are handed over: workers may come and go

    def __init__(self, address: str):
        try:
            import distributed
        except ImportError:
            raise SweepError("--scheduler needs Dask: python -m pip install distributed.") from None
        self.gives_up = (distributed.scheduler.KilledWorker,)
        self.address = address

    def open(self) -> Executor:
        import distributed

        # what its client logs of a lost scheduler, with tracebacks, is said in a sentence below
        logging.getLogger("distributed").setLevel(logging.CRITICAL)
        try:
            self._client = distributed.Client(self.address, timeout=10, set_as_default=False)
        except (OSError, ValueError) as error:
            raise SweepError(f"no Dask scheduler answers at {self.address} ({error}).") from None
        return self._client.get_executor(pure=False)  # each case is its own task, under its own key

    def close(self, executor: Executor) -> None:
        executor.shutdown()
        self._client.close()

    def stop(self, executor: Executor) -> None:
        """Take back all cases, also those that are running, and leave the cluster."""
        executor.shutdown(wait=False)
        self._client.close()


Place = LocalPool | DaskCluster


def outcomes(
    cases: Iterable[Case],
    function: Callable[[Case], Outcome],
    place: Place,
    attempts: int = ATTEMPTS,
) -> Iterator[tuple[Case, Outcome]]:
    """Each case with its outcome, as they finish.

    A case whose worker dies is run again, ``attempts`` times at most; then its outcome is an
    ``error``. Closing the generator stops the workers.

    Parameters
    ----------
    function : callable
        From a case to its outcome; must be importable by the workers. What it raises ends all.
    """
    waiting, suspects = deque(cases), deque()
    died: Counter[str] = Counter()
    executor: Executor | None = None
    running: dict[Future, Case] = {}
    try:
        while waiting or suspects:
            # two cases of a broken pool are both suspect; alone in it, a case is either guilty
            # or done
            queue, limit = (suspects, 1) if suspects else (waiting, place.at_once or len(waiting))
            executor = executor or place.open()
            running = {}
            try:
                gives_up = place.gives_up
                yield from _finishing(queue, limit, running, function, executor, gives_up, suspects)
            except BrokenExecutor:
                place.stop(executor)
                executor = None
                wait(running)
                for future, case in running.items():
                    if future.cancelled():  # had not begun
                        waiting.append(case)
                        continue
                    if future.exception() is None:
                        yield case, future.result()
                        continue
                    died[case.id] += 1
                    if died[case.id] < attempts:
                        suspects.append(case)
                    else:
                        yield case, _failed(f"its process died {attempts} times")
        if executor is not None:
            place.close(executor)
            executor = None
    finally:
        if executor is not None:
            place.stop(executor)


def _finishing(queue, limit, running, function, executor, gives_up, suspects):
    """Submit from the queue, ``limit`` at a time, and yield; ``running`` is kept current."""
    while queue or running:
        while queue and len(running) < limit:
            future = executor.submit(function, queue[0])
            running[future] = queue.popleft()
        for future in finished(running):
            try:
                outcome = future.result()
            except gives_up as error:
                if limit > 1:  # it may have shared each of these workers with the guilty one
                    suspects.append(running.pop(future))
                    continue
                outcome = _failed(f"it killed {error.allowed_failures + 1} workers")
            except CancelledError:
                raise SweepError(
                    "the Dask scheduler is gone. The rows of the cases that finished are on disk; "
                    "the same command, with a scheduler that is up, goes on from there."
                ) from None
            yield running.pop(future), outcome


def _failed(why: str) -> Outcome:
    return {"diverged": False, "error": f"worker lost: {why}"}
