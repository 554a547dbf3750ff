"""Inside the sandbox: a warm process that forks for every answer.

It imports torch and each bank once, and never runs a student's line itself. It reads one
piece of work after another from its standard input and answers each on its standard output with
what the fork wrote, or how the fork ended: a message as in :mod:`.wire`, after its length.
``python -m course_utils.grading.fork_server LIMITS`` starts it.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import struct
import sys
import tempfile
import time

from course_utils.grading import confine, observer, seccomp
from course_utils.grading.confine import Limits
from course_utils.grading.wire import pack

ENDED, SECONDS = "ended", "seconds"


def main() -> None:
    """Serve until standard input closes."""
    settings = json.loads(sys.argv[1])
    limits = Limits(**settings["limits"])
    requests, replies = os.dup(0), os.dup(1)
    quiet = os.open(os.devnull, os.O_RDWR)
    os.dup2(quiet, 0)
    os.dup2(quiet, 1)
    forks = hasattr(os, "fork") and not settings.get("once")
    apart = settings["namespaces"] and forks and confine.namespaces_work()
    if not apart and confine.is_root():
        sys.exit("no answer runs as root without namespaces")
    confine.no_core_files()
    confine.adopt_orphans()
    if forks:
        confine.make_unreadable()
    os.dup2(quiet, 2)  # up to here, what goes wrong is written to the sandbox's log
    _send(replies, pack({"ready": True, "namespaces": bool(apart), "forks": forks}))
    while (request := _receive(requests)) is not None:
        work = json.loads(request)
        observer.prepare([work["exercise"], *work["references"]])
        if forks:
            reply = _Fork(work, limits, apart, settings["hidden"], (requests, replies)).reply()
        else:
            confine.set_limits(limits, alone=False)
            seccomp.forbid()
            reply = pack({ENDED: "", SECONDS: 0.0}) + _observed(work)
        _send(replies, reply)


def _observed(work: dict) -> bytes:
    try:
        return observer.observe_work(work)
    except BaseException as error:
        return observer.failure(error)


class _Fork:
    """One answer, in a process of its own."""

    def __init__(self, work: dict, limits: Limits, apart: bool, hidden: list[str], private: tuple):
        self._limits, self._apart, self._hidden, self._private = limits, apart, hidden, private
        self._begun = time.monotonic()
        self._results, results = os.pipe()
        self._news, news = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:
            os.close(self._results)
            os.close(self._news)
            self._run(work, results, news)
            os._exit(0)
        os.close(results)
        os.close(news)
        self._inner = self._pid
        if apart:
            self._inner = self._told() or self._pid  # the first process of its own world

    def _told(self) -> int | None:
        told = os.read(self._news, 8)
        return struct.unpack("<Q", told)[0] if len(told) == 8 else None

    def _run(self, work: dict, results: int, news: int) -> None:
        """The child: shut itself in, observe, write."""
        os.setsid()
        for descriptor in self._private:
            os.close(descriptor)
        if self._apart:
            confine.enter_namespaces()
            self._become_grandchild(results, news)
            confine.set_limits(self._limits, alone=True)
            confine.drop_privileges()
        else:
            confine.set_limits(self._limits, alone=False)
        os.close(news)
        seccomp.forbid()
        os.environ.clear()
        os.environ.update(_environment(work["home"]))
        tempfile.tempdir = None  # found anew: what the server remembers is not the answer's
        os.makedirs(work["home"], exist_ok=True)
        os.chdir(work["home"])
        message = _observed(work)
        while message:
            message = message[os.write(results, message) :]
        os.close(results)

    def _become_grandchild(self, results: int, news: int) -> None:
        """Go on as the second process of the new world; the first one waits for it.

        With the first, the kernel ends all others. It is no place for an answer: signals, also
        that of a spent time limit, do not reach it.
        """
        first = os.fork()
        if first:
            os.close(results)
            os.write(news, struct.pack("<Q", first))
            os.waitpid(first, 0)
            os._exit(0)
        confine.furnish(self._hidden, self._limits)
        second = os.fork()
        if second:
            os.close(results)
            os.write(news, struct.pack("<Q", os.waitpid(second, 0)[1]))
            os._exit(0)

    def reply(self) -> bytes:
        """What came back, after a header that says how the process ended."""
        limit = self._limits.output_mib * confine.MIB
        deadline = self._begun + self._limits.wall_seconds
        parts, size, ended = [], 0, ""
        while not ended:
            wait = deadline - time.monotonic()
            ready, _, _ = select.select([self._results], [], [], max(wait, 0))
            if not ready:
                ended = "wall time"
                break
            part = os.read(self._results, 1 << 16)
            if not part:
                break
            parts.append(part)
            size += len(part)
            ended = "output" if size > limit else ""
        status = self._finish(bool(ended))
        os.close(self._results)
        os.close(self._news)
        if not ended:
            ended = _end_of(status)
        seconds = time.monotonic() - self._begun
        return pack({ENDED: ended, SECONDS: seconds}) + (b"" if ended else b"".join(parts))

    def _finish(self, at_once: bool) -> int:
        """Kill everything the answer started, and wait for it; returns the first one's status."""
        status = 0
        if not at_once:
            status = self._wait(2.0)
            at_once = status is None
        if at_once:
            _kill(self._inner)
            status = self._wait(10.0) or 0
        if not self._apart:
            self._kill_leftovers()
            return status
        told = self._told()
        return signal.SIGKILL if told is None else told

    def _wait(self, seconds: float) -> int | None:
        deadline = time.monotonic() + seconds
        pause = 0.0002
        while time.monotonic() < deadline:
            pid, status = os.waitpid(self._pid, os.WNOHANG)
            if pid:
                return status
            time.sleep(pause)
            pause = min(2 * pause, 0.02)
        return None

    def _kill_leftovers(self) -> None:
        """Without a namespace: the process group, then orphans, which this process adopts."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._pid, signal.SIGKILL)
        for _ in range(50):  # each round ends at least one, or finds none
            left = confine.descendants(os.getpid())
            if not left:
                return
            for pid in left:
                _kill(pid)
            try:
                while os.waitpid(-1, os.WNOHANG)[0]:
                    pass
            except ChildProcessError:
                return


def _environment(home: str) -> dict[str, str]:
    return {
        "HOME": home,
        "TMPDIR": home,
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "OMP_NUM_THREADS": "1",
        "MPLBACKEND": "agg",
        "MPLCONFIGDIR": home,
    }


def _end_of(status: int) -> str:
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        return "cpu time" if number == signal.SIGXCPU else f"signal {number}"
    code = os.WEXITSTATUS(status)
    return f"exit {code}" if code else ""


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, signal.SIGKILL)


def _send(descriptor: int, message: bytes) -> None:
    message = struct.pack("<Q", len(message)) + message
    while message:
        message = message[os.write(descriptor, message) :]


def _receive(descriptor: int) -> bytes | None:
    """The next message, None at the end."""
    head = _read(descriptor, 8)
    return None if head is None else _read(descriptor, struct.unpack("<Q", head)[0])


def _read(descriptor: int, size: int) -> bytes | None:
    parts = []
    while size:
        part = os.read(descriptor, min(size, 1 << 20))
        if not part:
            return None
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


if __name__ == "__main__":
    main()
