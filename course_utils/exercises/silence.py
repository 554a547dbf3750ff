"""Whatever an answer shows while it is checked is not shown: the check calls it many times.

Displays of a notebook, figures and the lines of loggers go nowhere, or to the captured output;
everything that was there before stays.
"""

from __future__ import annotations

import contextlib
import logging
import sys
from collections.abc import Iterator
from typing import Any


@contextlib.contextmanager
def no_displays() -> Iterator[None]:
    """Take what the block displays in a notebook, and what it would clear there."""
    ipython = sys.modules.get("IPython")
    shell = getattr(ipython, "get_ipython", lambda: None)()
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
    before = dict(_open_figures())
    _open_figures().clear()
    try:
        yield
    finally:
        if _open_figures() or before:
            with contextlib.suppress(Exception):
                sys.modules["matplotlib._pylab_helpers"].Gcf.destroy_all()
            _open_figures().clear()
            _open_figures().update(before)


def _open_figures() -> dict:
    """Matplotlib's own list of them, by number; without Matplotlib one that nobody sees."""
    helpers = sys.modules.get("matplotlib._pylab_helpers")
    return getattr(getattr(helpers, "Gcf", None), "figs", {})


@contextlib.contextmanager
def logs_to(stream: Any) -> Iterator[None]:
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
        if root.level != level:  # it empties the caches of all loggers
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
