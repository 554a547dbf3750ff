"""Waiting for work that others do, such that Ctrl-C ends it."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import FIRST_COMPLETED, Future, wait

NAP = 1.0  # seconds


def finished(running: Iterable[Future]) -> set[Future]:
    """Those that are done, perhaps none, after waiting a while for the first of them.

    A Ctrl-C that comes as the main thread lies down to wait does not wake it, and on Windows none
    does; so it gets up now and then, and the caller calls again.
    """
    return wait(running, NAP, FIRST_COMPLETED).done
