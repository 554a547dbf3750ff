"""Forbid an answer the system calls that no exercise needs: signals, processes, sockets.

A filter in the kernel, which any process may put on itself and none can take off again. With it
an answer can start threads but no process, reach no network and send no signal, also where there
are no namespaces. Linux on x86-64 and 64-bit ARM; elsewhere :func:`forbid` does nothing.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
import sys

PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2
ALLOW, REFUSE, KILL = 0x7FFF0000, 0x00050000, 0x80000000
LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
CLONE_THREAD = 0x00010000

# audit architecture, number of clone, and the numbers of the calls that are refused, in turn:
# kill tkill tgkill rt_sigqueueinfo rt_tgsigqueueinfo ptrace process_vm_readv process_vm_writev,
# execve execveat socket unshare setns mount umount2 add_key request_key keyctl,
# bpf perf_event_open userfaultfd setpriority prlimit64, and on x86-64 fork and vfork
_X86 = """62 200 234 129 297 101 310 311 59 322 41 272 308 165 166 248 249 250 321 298 323 141 302
    57 58"""
_ARM = """129 130 131 138 240 117 270 271 221 281 198 97 268 40 39 217 218 219 280 241 282 140
    261"""
_BOTH = "424 425 434 438"  # pidfd_send_signal io_uring_setup pidfd_open pidfd_getfd
MACHINES = {"x86_64": (0xC000003E, 56, _X86), "aarch64": (0xC00000B7, 220, _ARM)}


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def forbid() -> bool:
    """Put the filter on this process; whether it is on."""
    machine = MACHINES.get(platform.machine())
    if sys.platform != "linux" or machine is None:
        return False
    code = _program(*machine)
    buffer = ctypes.create_string_buffer(code)
    program = _Program(len(code) // 8, ctypes.addressof(buffer))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    return libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0) == 0


def works() -> bool:
    """Whether the filter can be had here: tried in a child, which then may not signal itself."""
    if sys.platform != "linux":
        return False
    pid = os.fork()
    if pid == 0:
        try:
            on = forbid()
            try:
                os.kill(os.getpid(), 0)
                on = False
            except PermissionError:
                pass
            os._exit(0 if on else 1)
        except BaseException:
            os._exit(1)
    return os.waitpid(pid, 0)[1] == 0


def _program(architecture: int, clone: int, refused: str) -> bytes:
    """The filter, as the kernel's small virtual machine reads it: 8 bytes a step."""
    steps = [
        (LOAD, 0, 0, 4),  # the architecture of the call
        (EQUAL, 1, 0, architecture),
        (RETURN, 0, 0, KILL),
        (LOAD, 0, 0, 0),  # its number
        (AT_LEAST, 0, 1, 0x40000000),  # x86-64's second table of numbers
        (RETURN, 0, 0, KILL),
        (EQUAL, 0, 1, 435),  # clone3 hides its flags: the C library falls back to clone
        (RETURN, 0, 0, REFUSE | errno.ENOSYS),
    ]
    for number in map(int, (refused + " " + _BOTH).split()):
        steps += [(EQUAL, 0, 1, number), (RETURN, 0, 0, REFUSE | errno.EPERM)]
    steps += [
        (EQUAL, 0, 3, clone),
        (LOAD, 0, 0, 16),  # its first argument, the flags
        (ANY_BIT, 1, 0, CLONE_THREAD),
        (RETURN, 0, 0, REFUSE | errno.EPERM),
        (RETURN, 0, 0, ALLOW),
    ]
    return b"".join(struct.pack("=HBBI", *step) for step in steps)
