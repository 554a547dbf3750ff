"""What a student predicted, drawn beside what was found."""

from __future__ import annotations

from matplotlib.axes import Axes

from course_utils.plots.style import ACCENT
from course_utils.plots.words import number

LABEL = "your guess"


def mark(ax: Axes, guess: float | None, *, upright: bool = False, scale: float = 1.0) -> str:
    """A dotted line at a guess (nothing if there is none); returns a sentence for the description.

    Parameters
    ----------
    ax : Axes
    guess : float or None
    upright : bool
        The guess lies on the horizontal axis.
    scale : float
        What the axis shows for 1.
    """
    if guess is None:
        return ""
    line = ax.axvline if upright else ax.axhline
    line(guess * scale, color=ACCENT, ls=":", lw=2.5, label=f"{LABEL}: {number(guess)}")
    return f" Your guess, {number(guess)}, is a dotted line."


def sketch(ax: Axes, x, guess: tuple[float, ...] | None) -> str:
    """Crosses where a student's sketch goes; returns a sentence for the description."""
    if guess is None:
        return ""
    ax.plot(x, guess, "x:", color=ACCENT, ms=9, mew=2.5, label="your sketch")
    return f" Your sketch, {_shown(guess)}, is drawn with crosses."


def in_words(guess: tuple[float, ...] | None) -> str:
    """A sentence for the description of a figure that draws a guess in its own way."""
    return "" if guess is None else f" Your guess, {_shown(guess)}, is dotted."


def _shown(guess: tuple[float, ...]) -> str:
    return ", ".join(map(number, guess))
