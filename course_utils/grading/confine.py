"""Inside the sandbox: shut one answer in, in the process that will run it.

The limits are the kernel's: a time, a size of memory, of files and of output, a number of
processes. With namespaces (Linux) the process also becomes the first of a world of its own: it
sees no other process, has an empty home that is gone afterwards, and cannot read the course's
answers; whatever it starts dies with it.
"""

from __future__ import annotations

import ctypes
import os
import struct
from dataclasses import asdict, dataclass

try:
    import resource
except ImportError:  # Windows has no such limits
    resource = None  # type: ignore[assignment]

CLONE_NEWNS, CLONE_NEWIPC = 0x00020000, 0x08000000
CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET = 0x10000000, 0x20000000, 0x40000000
MS_RDONLY, MS_NOSUID, MS_NODEV = 1, 2, 4
PR_SET_DUMPABLE, PR_SET_NO_NEW_PRIVS, PR_CAPBSET_DROP, PR_SET_CHILD_SUBREAPER = 4, 38, 24, 36
CAPABILITY_VERSION_3 = 0x20080522
MIB = 2**20
HOME = "/answer"  # where a sandboxed answer may write


@dataclass(frozen=True)
class Limits:
    """What one answer may use.

    Attributes
    ----------
    cpu_seconds, wall_seconds : float
        Processor time, and time on the clock.
    memory_mib : int
        Beyond what Python, NumPy and torch take.
    processes : int
        Processes and threads together.
    file_mib : int
        The size of any one file, and of the home.
    output_mib : int
        What is read back.
    """

    cpu_seconds: int = 20
    wall_seconds: float = 60.0
    memory_mib: int = 1024
    processes: int = 32
    file_mib: int = 16
    output_mib: int = 24

    def as_dict(self) -> dict:
        """For JSON."""
        return asdict(self)


def libc() -> ctypes.CDLL:
    """The C library, with errno."""
    return ctypes.CDLL(None, use_errno=True)


def namespaces_work() -> bool:
    """Whether a process may have a world of its own here: tried in a child that ends at once."""
    if not hasattr(os, "fork") or not os.path.exists("/proc/self/uid_map"):
        return False
    pid = os.fork()
    if pid == 0:
        try:
            enter_namespaces()
            os._exit(0)
        except BaseException:
            os._exit(1)
    return os.waitpid(pid, 0)[1] == 0


def enter_namespaces() -> None:
    """A user, mount, process, network and IPC namespace; the next fork is its first process."""
    uid, gid = os.getuid(), os.getgid()
    c = libc()
    c.prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)  # or the files below belong to root
    flags = CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC
    _check(c.unshare(flags), "unshare")
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{uid} {uid} 1"),
        ("gid_map", f"{gid} {gid} 1"),
    ):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(text)


def furnish(hidden: list[str], limits: Limits) -> None:
    """An empty home, no /proc, and nothing to read in the folders `hidden`."""
    c = libc()

    def mount(place: str, options: str, flags: int) -> None:
        done = c.mount(b"tmpfs", place.encode(), b"tmpfs", flags, options.encode())
        _check(done, f"mount {place}")

    plain = MS_NOSUID | MS_NODEV
    mount(HOME, f"size={limits.file_mib}m,nr_inodes=2000,mode=700", plain)
    for place in ("/proc", "/dev/shm", *hidden):
        if os.path.isdir(place):
            mount(place, "size=4k,mode=555", plain | MS_RDONLY)


def drop_privileges() -> None:
    """No capability is left, and none can be got back."""
    c = libc()
    _check(c.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs")
    for capability in range(64):
        c.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)
    header = ctypes.create_string_buffer(struct.pack("II", CAPABILITY_VERSION_3, 0))
    nothing = ctypes.create_string_buffer(24)
    _check(c.capset(header, nothing), "capset")


def set_limits(limits: Limits, alone: bool) -> None:
    """Kernel limits for this process and all it starts.

    Parameters
    ----------
    limits : Limits
        How much of each.
    alone : bool
        Whether processes are counted in a namespace of their own. If not, the limit would count
        everything the user runs, and is left as it is.
    """
    if resource is None:
        return
    size = _address_space() + limits.memory_mib * MIB
    _limit("RLIMIT_CPU", int(limits.cpu_seconds), int(limits.cpu_seconds) + 1)
    _limit("RLIMIT_AS", size, size)
    _limit("RLIMIT_FSIZE", limits.file_mib * MIB, limits.file_mib * MIB)
    no_core_files()
    _limit("RLIMIT_NOFILE", 64, 64)
    _limit("RLIMIT_MEMLOCK", 0, 0)
    _limit("RLIMIT_MSGQUEUE", 0, 0)
    if alone:
        _limit("RLIMIT_NPROC", limits.processes, limits.processes)


def is_root() -> bool:
    """Whether this process may do anything to anybody."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def no_core_files() -> None:
    """A crash leaves no file behind."""
    if resource is not None:
        _limit("RLIMIT_CORE", 0, 0)


def _limit(name: str, soft: int, hard: int) -> None:
    number = getattr(resource, name, None)
    if number is None:
        return
    ceiling = resource.getrlimit(number)[1]
    if ceiling != resource.RLIM_INFINITY:
        soft, hard = min(soft, ceiling), min(hard, ceiling)
    try:
        resource.setrlimit(number, (soft, hard))
    except (ValueError, OSError):  # macOS refuses some, for instance RLIMIT_AS
        return


def _address_space() -> int:
    """Bytes of address space in use now."""
    try:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[0]) * resource.getpagesize()
    except OSError:
        return 8192 * MIB


def adopt_orphans() -> None:
    """Become the parent of whatever a descendant leaves behind (Linux), so that it can be found."""
    if os.path.exists("/proc/self"):
        libc().prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def make_unreadable() -> None:
    """No process of the same user may look into this one's memory."""
    if os.path.exists("/proc/self"):
        libc().prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)


def descendants(pid: int) -> list[int]:
    """All processes below `pid`, from /proc; [] where there is none."""
    children: dict[int, list[int]] = {}
    for entry in os.listdir("/proc") if os.path.isdir("/proc") else ():
        if entry.isdigit():
            try:
                with open(f"/proc/{entry}/stat") as file:
                    parent = int(file.read().rpartition(")")[2].split()[1])
            except (OSError, ValueError, IndexError):
                continue
            children.setdefault(parent, []).append(int(entry))
    found, waiting = [], [pid]
    while waiting:
        below = children.get(waiting.pop(), [])
        found += below
        waiting += below
    return found


def _check(result: int, what: str) -> None:
    if result != 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{what}: {os.strerror(code)}")
