"""The look of every figure: one palette, one size, one way to show it with alt text."""

from __future__ import annotations

import io

import matplotlib.pyplot as plt
import seaborn as sns
from IPython.display import display
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullLocator
from matplotlib.transforms import Bbox
from PIL import Image

from course_utils.plots import in_theme, legible
from course_utils.plots.words import one_line

# Wong's colour-blind-safe palette (Nature Methods 8:441, 2011); a colour keeps its meaning
# through all five lessons, and no figure tells things apart by colour alone.
DATA = "#0072B2"  # blue: real data, the distribution P
MODEL = "#D55E00"  # vermillion: what the model makes, the distribution Q
CRITIC = "#009E73"  # green: critic, discriminator, potential
ACCENT = "#CC79A7"  # purple: a fourth thing to tell apart
HIGHLIGHT = "#E69F00"  # orange: look here
SKY = "#56B4E9"  # light blue: a second kind of data
NEUTRAL = "#4D4D4D"  # dark grey: bounds, floors, reference lines
PALETTE = (DATA, MODEL, CRITIC, ACCENT, HIGHLIGHT, SKY)

SEQUENTIAL = "cividis"  # magnitudes; reads the same in grey and to colour-blind eyes
DIVERGING = "PuOr"  # signed quantities around zero

MARGIN = 0.1  # inches around a figure


def use_course_style() -> None:
    """Set Matplotlib's defaults for a lesson; call it once, at the top."""
    sns.set_theme(
        context="notebook",
        style="whitegrid",
        palette=list(PALETTE),
        rc={
            "figure.figsize": (6.4, 3.6),
            "figure.dpi": 96,
            "figure.constrained_layout.use": True,
            "axes.titlesize": "medium",
            "axes.titleweight": "bold",
            "axes.titlelocation": "left",
            "grid.alpha": 0.4,
            "legend.frameon": False,
            "image.cmap": SEQUENTIAL,
        },
    )


def described(fig: Figure, text: str) -> Figure:
    """The figure, with what a reader who cannot see it needs to know; line breaks do not count.

    Each drawing function ends with it: the text is made from the data that were drawn, and so is
    true for any data.
    """
    fig.course_description = " ".join(text.split())
    return fig


def show(fig: Figure) -> None:
    """Display a figure once, with its text alternative, and free it.

    Parameters
    ----------
    fig : Figure
        From one of the drawing functions, which describe what they draw (:func:`described`).

    Raises
    ------
    ValueError
        If nothing describes the figure.
    """
    display(picture(fig, description(fig)), raw=True)
    plt.close(fig)


def plain_numbers(axis: Axis) -> None:
    """Label a logarithmic axis, after all is drawn on it, with 20, 50, 100 in place of powers."""
    low, high = axis.get_view_interval()
    subs = (1, 2, 5) if high < 1000 * low else (1,)
    axis.set_major_locator(LogLocator(subs=subs if high > 5 * low else range(1, 10)))
    axis.set_major_formatter("{x:,g}")
    axis.set_minor_locator(NullLocator())


def description(fig: Figure) -> str:
    """What :func:`described` left with a figure; "" if nothing."""
    return getattr(fig, "course_description", "")


def picture(fig: Figure, alt: str) -> dict[str, str]:
    """A figure as a notebook output whose text alternative reaches the page.

    JupyterLab leaves out the text alternative of a plain image output, so the image goes into
    HTML; the text is also what a front end without pictures shows. The ground is transparent, and
    a dark theme turns black into white and keeps the hues (:mod:`.in_theme`); a narrow window
    shows the panels one below the other (:mod:`.legible`).

    Returns
    -------
    dict
        By MIME type, for ``display(…, raw=True)``.
    """
    if not alt.strip():
        raise ValueError("every figure needs alt text: say what is drawn and what is seen.")
    title = _taken_out(fig)
    fig.canvas.draw()  # puts the axes in their places
    inches = fig.get_tightbbox().padded(MARGIN)
    frame = Bbox(inches.get_points() * fig.dpi)
    stream = io.BytesIO()
    fig.savefig(stream, format="png", bbox_inches=inches, transparent=True)
    shown = in_theme.figure(
        Image.open(stream), alt,
        rows=legible.rows(fig, frame), least=legible.least(fig),
        filled=[legible.place(ax, frame) for ax in fig.axes if in_theme.is_filled(ax)],
        title=title,
    )  # fmt: skip
    return {"text/html": shown, "text/plain": alt}


def hard_to_read(fig: Figure) -> list[str]:
    """What of a figure cannot be read where the window is narrow, in sentences; for tests."""
    _taken_out(fig)
    fig.canvas.draw()
    return legible.faults(fig, Bbox(fig.get_tightbbox().padded(MARGIN).get_points() * fig.dpi))


def _taken_out(fig: Figure) -> str:
    """The title of the whole figure: it becomes text of the page, which breaks where it must."""
    title = fig.get_suptitle()
    fig.suptitle("")
    titled = [ax for ax in fig.axes if ax.get_title("left")]
    if not title and len(titled) == 1:
        title = titled[0].get_title("left")
        titled[0].set_title("")
    return one_line(title)
