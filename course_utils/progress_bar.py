"""Progress bars that a saved notebook keeps: on a page plain HTML, elsewhere tqdm's line of text.

tqdm's own bar for notebooks is a widget, and on the next day, without its kernel, an error.
"""

from __future__ import annotations

import html
import io
import sys
from collections.abc import Iterable, Iterator
from typing import TypeVar

from tqdm import tqdm

K = TypeVar("K")
METER = "{n_fmt}/{total_fmt} [{elapsed}<{remaining}, {rate_fmt}{postfix}]"


class PageBar(tqdm):
    """A bar drawn by the browser, with tqdm's figures beside it."""

    def __init__(self, *args, **options):
        from IPython.display import DisplayHandle

        self._handle, self._begun = DisplayHandle(), False
        super().__init__(*args, **options, file=io.StringIO(), bar_format=METER)

    def display(self, msg: str | None = None, pos: int | None = None) -> bool:
        """Show how far it is; an empty message takes the bar away."""
        content = "" if msg == "" else self._as_html()
        show = self._handle.update if self._begun else self._handle.display
        show({"text/html": content, "text/plain": "" if msg == "" else str(self)}, raw=True)
        self._begun = True
        return True

    def _as_html(self) -> str:
        name = html.escape(self.desc.removesuffix(": ") or "progress")
        total = self.total or 1
        return (
            '<div style="display:flex;gap:10px;align-items:center;flex-wrap:wrap">'
            f'<span>{name}</span><progress aria-label="{name}" max="{total}" value="{self.n}">'
            f"</progress><span>{html.escape(str(self))}</span></div>"
        )


def bar(*args, **options) -> tqdm:
    """A progress bar with the time that remains; arguments as for ``tqdm``."""
    return (PageBar if _on_a_page() else tqdm)(*args, **options)


def steps(name: str, keys: Iterable[K]) -> Iterator[K]:
    """Go through `keys` with a bar that shows how long it will take, and is gone afterwards."""
    yield from bar(tuple(keys), desc=name, leave=False)


def _on_a_page() -> bool:
    ipython = sys.modules.get("IPython")
    return hasattr(ipython and ipython.get_ipython(), "kernel")
