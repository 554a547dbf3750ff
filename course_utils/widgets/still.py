"""What a live cell shows where nothing lives: on the next day, and on pages without a kernel.

A still picture goes before the live view, as an output of its own. JupyterLab hides it while the
live view is there, and, when it is not, hides the error that stands in its place. Elsewhere the
live view itself hides the picture.
"""

from __future__ import annotations

import html

from IPython.display import display

from course_utils.theme import EDGE, INK, PAPER, QUIET

HOW = (
    "Still as it began: the kernel that moved it is gone. To bring this page to life, choose "
    "Run › Run All Above Selected Cell, then run this cell."
)
_LIVE = ":is(.course-panel, .course-card)"
_CHILD = ".jp-OutputArea-child"
STYLE = (
    f"<style>{_CHILD}:has(.course-still):has(+ {_CHILD} {_LIVE}),"
    f"{_CHILD}:has(.course-still) + {_CHILD}:not(:has({_LIVE})){{display:none}}</style>"
)


def still(title: str, content: str) -> str:
    """The HTML of a still: `content` with its title and how to bring it to life."""
    return (
        f'{STYLE}<div class="course-still" role="group" aria-label="{html.escape(title)}" '
        f'style="color:{INK};background:{PAPER};border:1px solid {EDGE};border-radius:4px;'
        'padding:8px 12px;max-width:1100px;box-sizing:border-box">'
        f'<b>{html.escape(title)}</b><div style="color:{QUIET}">{HOW}</div>{content}</div>'
    )


class Lasting:
    """A widget that leaves a still behind; `as_still` says what is in it."""

    def as_still(self) -> str:
        raise NotImplementedError

    def _ipython_display_(self, **options) -> None:
        display({"text/html": self.as_still(), "text/plain": "(still)"}, raw=True)
        bundle = self._repr_mimebundle_(**options)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
        display(data, metadata=metadata, raw=True)
