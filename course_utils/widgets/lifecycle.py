"""One live copy of each widget: running its cell again closes what the last run left behind.

ipywidgets keeps every widget in a table until it is closed, and the notebook keeps what its cells
returned; so without this each run would leave figures and observers in memory.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from typing import TypeVar

from ipywidgets import Widget

W = TypeVar("W", bound=Widget)
_SHOWN: dict[tuple[str | None, str], Widget] = {}


def only_one(name: str, widget: W) -> W:
    """Close the widget of this name that the same cell made before, and remember this one."""
    key = (_cell_id(), name)
    previous = _SHOWN.pop(key, None)
    if previous is not None:
        close_all(previous)
        del previous
        gc.collect()  # a figure is a web of cycles, and would stay until Python comes round to it
    _SHOWN[key] = widget
    return widget


def close_all(widget: Widget) -> None:
    """Close a widget and all that belongs to it: children, layouts, styles."""
    for member in list(_family(widget, set())):
        member.close()


def _family(widget: Widget, seen: set[int]) -> Iterator[Widget]:
    if id(widget) in seen or widget.comm is None:
        return
    seen.add(id(widget))
    yield widget
    for name in widget.keys:
        value = getattr(widget, name)
        for member in value if isinstance(value, (tuple, list)) else (value,):
            if isinstance(member, Widget):
                yield from _family(member, seen)


def _cell_id() -> str | None:
    """The notebook cell that is running, where the front end says so."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    if shell is None or not hasattr(shell, "get_parent"):
        return None
    return (shell.get_parent().get("metadata") or {}).get("cellId")
