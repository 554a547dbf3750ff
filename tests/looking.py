"""Looks at each figure that a lesson shows, as a narrow window shows it."""

from __future__ import annotations

from typing import NamedTuple


class Seen(NamedTuple):
    """What was shown.

    Attributes
    ----------
    figures : list of str
        The beginning of each description.
    unreadable : list of str
        What cannot be read where the window is narrow, in sentences.
    """

    figures: list[str]
    unreadable: list[str]


def look() -> Seen:
    """From now on ``plots.show`` looks at a figure instead of displaying it."""
    import matplotlib.pyplot as plt

    from course_utils import plots

    seen = Seen([], [])

    def show(fig) -> None:
        seen.figures.append(plots.style.description(fig)[:60])
        faults = plots.style.hard_to_read(fig)
        seen.unreadable.extend(f"{seen.figures[-1]}…: {fault}" for fault in faults)
        plt.close("all")

    plots.show = show
    return seen
