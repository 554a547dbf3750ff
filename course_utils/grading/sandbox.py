"""Start a sandbox, hand it work, and read what comes back with a stranger's care."""

from __future__ import annotations

import functools
import json
import os
import select
import shutil
import struct
import subprocess
import sys
import sysconfig
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from course_utils import places
from course_utils.exercises.run_probe import Observation
from course_utils.grading.confine import HOME, MIB, Limits, is_root
from course_utils.grading.wire import BadMessage, read_observation, unpack

NOBODY = 65534
START_SECONDS = 180  # to import torch on a busy machine
HIDDEN = ("exercises", "grading", "notebooks")  # of the package: nothing an answer needs
NAMESPACES, PLAIN = "namespaces", "limits only"
WORDS = {
    NAMESPACES: "Each answer runs in a sandbox: no network, nothing to write to, no other process "
    "in sight, and limits on time, memory, processes and files.",
    PLAIN: "CAUTION: this machine offers no namespaces (bubblewrap is missing, or not permitted). "
    "Answers run with limits on time, memory and files only: they could read what you can read, "
    "and use the network. Grade in a container or a virtual machine if you do not trust them.",
}
ROOT = (
    "You are root, and there are no namespaces here (bubblewrap is missing, or not permitted): an "
    "answer could end every process and change every file of this machine. Install bubblewrap, or "
    "grade as an ordinary user."
)


@dataclass(frozen=True)
class Seen:
    """What came out of the sandbox for one answer.

    Attributes
    ----------
    ended : str
        "" if all went well, else why it ended: "cpu time", "wall time", "output", "signal 11",
        "exit 3" or "nothing".
    observation : Observation
        What was seen, empty unless `ended` is "".
    header : dict
        What else the sandbox said: for tables the entries, for derivations the order.
    seconds : float
        On the clock.
    """

    ended: str
    observation: Observation
    header: dict
    seconds: float


class SandboxFailed(RuntimeError):
    """The sandbox itself could not be started, or died."""


class Sandbox:
    """A fork server in a sandbox, started when first needed and again whenever it is gone.

    Parameters
    ----------
    limits : Limits
        For each answer.
    bubblewrap : bool
        Whether to use namespaces where they are to be had.
    once : bool
        A fresh process for every answer: what Windows has in place of a fork.
    """

    def __init__(
        self, limits: Limits | None = None, *, bubblewrap: bool = True, once: bool = False
    ):
        self._limits = limits or Limits()
        self._wrapped = bubblewrap and bubblewrap_works()
        if not self._wrapped and is_root():
            raise SandboxFailed(ROOT)
        self._once = once or not hasattr(os, "fork")
        self._can_select = os.name == "posix"
        self._process: subprocess.Popen | None = None
        # a killed grader must leave nothing behind: only where answers have no home of their own
        self._home = "" if self._wrapped else tempfile.mkdtemp(prefix="grading-")
        self.kind = NAMESPACES if self._wrapped else PLAIN

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(self, *problem: object) -> None:
        self.close()

    def close(self) -> None:
        """End the sandbox and everything in it."""
        self._stop()
        if self._home:
            shutil.rmtree(self._home, ignore_errors=True)

    def run(self, work: dict) -> Seen:
        """Observe one answer; raises SandboxFailed only if no sandbox can be had."""
        self._start()
        home = self._new_home()
        try:
            begun = time.monotonic()
            self._write(json.dumps({**work, "home": home}).encode())
            # a fork server keeps the time itself, and may have a bank to load before
            more = self._limits.wall_seconds + (0 if self._once else START_SECONDS)
            return _read_reply(self._read(more))
        except (OSError, EOFError, TimeoutError):
            self._stop()
            late = time.monotonic() - begun >= self._limits.wall_seconds
            ended = "wall time" if self._once and late else "nothing"
            return Seen(ended, Observation(), {}, 0.0)
        except BadMessage as problem:
            return Seen(f"nonsense: {problem}", Observation(), {}, 0.0)
        finally:
            if not self._wrapped:
                shutil.rmtree(home, ignore_errors=True)
            if self._once:
                self._stop()

    def _new_home(self) -> str:
        return HOME if self._wrapped else tempfile.mkdtemp(dir=self._home)

    def _start(self) -> None:
        if self._process is not None and self._process.poll() is None:
            return
        self._stop()
        options = {
            "limits": self._limits.as_dict(),
            "namespaces": self._wrapped,
            "hidden": [str(places.PACKAGE / name) for name in HIDDEN],
            "once": self._once,
        }
        inner = [sys.executable, "-m", "course_utils.grading.fork_server", json.dumps(options)]
        command = [*_bubblewrap(), *inner] if self._wrapped else inner
        with tempfile.TemporaryFile() as log:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env=_environment(self._home or HOME),
                cwd=self._home or "/",
                start_new_session=True,
                bufsize=0,
            )
            try:
                header, _ = unpack(self._read(START_SECONDS))
            except (OSError, EOFError, TimeoutError, BadMessage) as problem:
                self._stop()
                log.seek(0)
                words = log.read().decode(errors="replace")[-2000:]
                raise SandboxFailed(f"The sandbox did not start ({problem!r}).\n{words}") from None
        if self._wrapped and not header.get("namespaces"):
            self._stop()
            raise SandboxFailed("Bubblewrap started, but gave no namespaces to the answers.")

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()  # bubblewrap's --die-with-parent takes all of its world along
        process.wait()
        process.stdin.close()
        process.stdout.close()

    def _write(self, message: bytes) -> None:
        message = struct.pack("<Q", len(message)) + message
        while message:
            message = message[self._process.stdin.write(message) :]

    def _read(self, seconds: float) -> bytes:
        deadline = time.monotonic() + seconds
        (size,) = struct.unpack("<Q", self._read_bytes(8, deadline))
        if size > (self._limits.output_mib + 8) * MIB:
            raise EOFError
        return self._read_bytes(size, deadline)

    def _read_bytes(self, size: int, deadline: float) -> bytes:
        parts = []
        pipe = self._process.stdout
        while size:
            part = self._read_some(pipe, size, max(deadline - time.monotonic(), 0))
            if not part:
                raise EOFError("it closed its output")
            parts.append(part)
            size -= len(part)
        return b"".join(parts)

    def _read_some(self, pipe, size: int, wait: float) -> bytes:
        if self._can_select:
            if not select.select([pipe], [], [], wait)[0]:
                raise TimeoutError
            return pipe.read(min(size, 1 << 20))
        timer = threading.Timer(wait, self._process.kill)  # Windows cannot wait for a pipe
        timer.start()
        try:
            return pipe.read(min(size, 1 << 20))
        finally:
            timer.cancel()


def _read_reply(reply: bytes) -> Seen:
    header, rest = unpack(reply)
    ended, seconds = str(header["ended"]), float(header["seconds"])
    if ended or not rest:
        return Seen(ended or "nothing", Observation(), {}, seconds)
    told, numbers = unpack(rest)
    if "broken" in told:
        return Seen(f"broken: {str(told['broken'])[:300]}", Observation(), {}, seconds)
    return Seen("", read_observation(told, numbers), told, seconds)


def _environment(home: str) -> dict[str, str]:
    kept = {
        name: os.environ[name] for name in ("SYSTEMROOT", "LD_LIBRARY_PATH") if name in os.environ
    }
    return {
        **kept,
        "PYTHONPATH": str(places.ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUNBUFFERED": "1",
        "PATH": "/usr/bin:/bin",
        "HOME": home,
        "TMPDIR": home,
        "LANG": "C.UTF-8",
        "OMP_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "COURSE_MODE": "student",
        "MPLBACKEND": "agg",
        "MPLCONFIGDIR": home,
    }


@functools.cache
def bubblewrap_works() -> bool:
    """Whether bubblewrap is here and the system lets it make namespaces, also one in another."""
    if sys.platform != "linux" or shutil.which("bwrap") is None:
        return False
    check = "import sys, course_utils.grading.confine as c; sys.exit(not c.namespaces_work())"
    try:
        done = subprocess.run(
            [*_bubblewrap(), sys.executable, "-c", check],
            env=_environment(HOME),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=60,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _bubblewrap() -> list[str]:
    """The command in front: a read-only Python, course and data, and nothing else of the disk."""
    readable = _readable_paths()
    command = ["bwrap", "--die-with-parent", "--new-session", "--unshare-pid", "--unshare-net"]
    command += ["--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"]
    root = is_root()
    if root:  # answers run as nobody: root could not be limited
        command += ["--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    else:
        command += ["--unshare-user"]
    command += ["--tmpfs", "/tmp", "--perms", "0777", "--tmpfs", HOME]
    made = {Path("/tmp")}
    for path in readable:
        for parent in reversed(path.parents):
            if parent not in made and not any(parent.is_relative_to(other) for other in readable):
                made.add(parent)
                if parent != Path("/"):
                    command += ["--perms", "0755", "--dir", str(parent)]
    for path in readable:
        command += ["--ro-bind", str(path), str(path)]
    if places.IN_CLONE:  # by these the course knows where its data lie; the lessons stay outside
        mark = str(places.ROOT / "pyproject.toml")
        command += ["--ro-bind", mark, mark]
        command += ["--perms", "0755", "--dir", str(places.notebooks_dir())]
    for name in ("bin", "lib", "lib64", "lib32", "sbin"):
        link = Path("/") / name
        if link.is_symlink():
            command += ["--symlink", os.readlink(link), str(link)]
        elif link.is_dir():
            command += ["--ro-bind", str(link), str(link)]
    for name in ("/etc/ld.so.cache", "/etc/localtime", "/etc/alternatives"):
        if os.path.exists(name):
            command += ["--ro-bind", name, name]
    command += ["--proc", "/proc", "--dev", "/dev"]
    command += ["--remount-ro", "/tmp", "--remount-ro", "/", "--"]
    if root:
        ids = ["--reuid", str(NOBODY), "--regid", str(NOBODY), "--clear-groups"]
        command += [shutil.which("setpriv") or "setpriv", *ids, "--no-new-privs"]
    return command


def _readable_paths() -> list[Path]:
    """What an answer may read: the interpreter, its packages, the course and its data."""
    names = [sys.prefix, sys.base_prefix, sys.exec_prefix, sysconfig.get_paths()["purelib"]]
    executable = Path(sys.executable)
    names += [executable.parent, executable.resolve().parent]
    paths = [Path(name).absolute() for name in names]
    paths += [Path(name).resolve() for name in names]
    paths += [places.PACKAGE, places.data_dir().resolve(), Path("/usr")]
    kept: list[Path] = []
    for path in sorted(set(paths), key=lambda path: len(path.parts)):
        if path.is_dir() and not any(path.is_relative_to(other) for other in kept):
            kept.append(path)
    return kept
