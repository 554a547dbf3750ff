"""Whatever an answer shows while it is checked is not shown: the check calls it many times.

Displays of a notebook, figures and the lines of loggers go nowhere, or to the captured output;
everything that was there before stays.
"""

from __future__ import annotations

import contextlib
import logging
import sys
from collections.abc import Iterator
from typing import TextIO


@contextlib.contextmanager
def no_displays() -> Iterator[None]:
    """Take what the block displays in a notebook, and what it would clear there."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if hasattr(ipython, "get_ipython") else None
    if shell is None:
        yield
        return
    from IPython.core.displaypub import CapturingDisplayPublisher

    publisher = shell.display_pub
    shell.display_pub = CapturingDisplayPublisher()
    try:
        yield
    finally:
        shell.display_pub = publisher


@contextlib.contextmanager
def no_figures() -> Iterator[None]:
    """Close the figures that the block leaves open; never imports Matplotlib."""
    before = _open_figures()
    try:
        yield
    finally:
        for number in _open_figures() - before:
            with contextlib.suppress(Exception):
                sys.modules["matplotlib.pyplot"].close(number)


def _open_figures() -> set[int]:
    pyplot = sys.modules.get("matplotlib.pyplot")
    return set(pyplot.get_fignums()) if hasattr(pyplot, "get_fignums") else set()


@contextlib.contextmanager
def logs_to(stream: TextIO) -> Iterator[None]:
    """Send the lines of loggers that would reach the screen to `stream`."""
    screens = (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__)
    root, level, handlers = logging.root, logging.root.level, list(logging.root.handlers)
    moved = [
        (handler, handler.stream)
        for handler in _stream_handlers()
        if any(handler.stream is screen for screen in screens)
    ]
    for handler, _ in moved:
        handler.stream = stream
    try:
        yield
    finally:
        for handler, screen in moved:
            handler.stream = screen
        root.handlers[:] = handlers
        root.setLevel(level)


def _stream_handlers() -> list[logging.StreamHandler]:
    loggers = [logging.root, *logging.root.manager.loggerDict.values()]
    return [
        handler
        for logger in loggers
        for handler in getattr(logger, "handlers", ())
        if isinstance(handler, logging.StreamHandler)
        and not isinstance(handler, logging.FileHandler)
    ]
