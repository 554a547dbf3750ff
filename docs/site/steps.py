"""States of an exploration, one behind the other, to step through without a kernel.

Each state is a picture, its numbers and a sentence on what was set. The page's script (site.js)
brings up one at a time, by buttons, a slider and the arrow keys; where no script
runs, all of them are there, one below the other.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class State:
    """One state: what was set, the picture as HTML, what is read beside it."""

    caption: str
    picture: str
    numbers: Sequence[tuple[str, str]] = ()


def steps(title: str, states: Sequence[State], goals: Sequence[str] = ()) -> str:
    """The states as HTML."""
    shown = "".join(_state(k, state) for k, state in enumerate(states, start=1))
    aims = "".join(f"<p>Goal in the notebook: {html.escape(goal)}</p>" for goal in goals)
    return (
        f'<section class="course-steps" aria-label="{html.escape(title)}">'
        f"<p><strong>{html.escape(title)}</strong> · {len(states)} states of what moves under your "
        f"hand in the notebook</p>{aims}{shown}</section>"
    )


def _state(number: int, state: State) -> str:
    numbers = "".join(
        f"<div><dt>{html.escape(label)}</dt><dd>{html.escape(text)}</dd></div>"
        for label, text in state.numbers
    )
    return (
        f'<div class="course-step" data-caption="{html.escape(state.caption)}">'
        f"<p>{number}. {html.escape(state.caption)}</p>{state.picture}<dl>{numbers}</dl></div>"
    )
