"""The cell that is running: its source, and the names that it binds."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator

from course_utils.exercises.stubs import plain_function
from course_utils.exercises.under_exercise import name_of


def shell():
    """IPython's shell, None outside of a notebook."""
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython else None


def source() -> str:
    """The source of the cell that is running, "" where there is none."""
    typed = getattr(shell(), "user_ns", {}).get("In", [""])
    return typed[-1] if typed else ""


def space_of(function: object) -> dict:
    """The names that the cell sees in which a function was defined."""
    space = getattr(plain_function(function), "__globals__", None)
    return getattr(shell(), "user_ns", {}) if space is None else space


def bind(
    function: object,
    name: str,
    value: object,
    *,
    again: bool = False,
    only_if_missing: bool = False,
) -> None:
    """Give an exercise's name a value that works, whatever the cell itself binds.

    A function of another name leaves the exercise's own unbound. A decorator above ``@exercise``
    wraps what we return: then `name` is bound `again`, when the cell has run.
    """
    running, space = shell(), space_of(function)
    if only_if_missing and name in space:
        return
    if name_of(function) != name:
        space[name] = value
    elif again and running is not None:

        def afterwards(*_):
            running.events.unregister("post_run_cell", afterwards)
            space[name] = value

        running.events.register("post_run_cell", afterwards)


@contextlib.contextmanager
def bound_to_itself(function: Callable, name: str) -> Iterator[None]:
    """A recursive answer must find itself, not what an earlier cell bound to its name."""
    space = getattr(function, "__globals__", {})
    missing = object()
    before = space.get(name, missing)
    space[name] = function
    try:
        yield
    finally:
        if before is missing:
            space.pop(name, None)
        else:
            space[name] = before
