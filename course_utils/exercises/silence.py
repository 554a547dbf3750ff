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
    publisher, shell.display_pub = shell.display_pub, _NOWHERE
    try:
        yield
    finally:
        shell.display_pub = publisher


class _Nowhere:
    """Takes the place of a notebook's display."""

    is_publishing = False

    def publish(self, *_, **__) -> None:
        pass

    clear_output = set_parent = publish


_NOWHERE = _Nowhere()


@contextlib.contextmanager
def no_figures() -> Iterator[None]:
    """Begin without figures, so that nobody else's is drawn on, and leave none; no imports."""
    figures = _open_figures()
    before = dict(figures or {})
    if before:
        figures.clear()
    try:
        yield
    finally:
        figures = _open_figures()
        if figures or before:
            with contextlib.suppress(Exception):
                sys.modules["matplotlib._pylab_helpers"].Gcf.destroy_all()
            figures.clear()
            figures.update(before)


def _open_figures() -> dict | None:
    """Matplotlib's own list of them, by number."""
    helpers = sys.modules.get("matplotlib._pylab_helpers")
    return getattr(getattr(helpers, "Gcf", None), "figs", None)


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
