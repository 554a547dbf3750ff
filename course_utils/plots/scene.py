"""Pictures that move: a figure that stays, of which only what changes is drawn again.

A fresh figure takes a large part of a second; axes, ticks and labels are most of it. A scene
draws them once, keeps the pixels, and puts lines, bars and titles on top for each new state.
"""

from __future__ import annotations

import io
from collections.abc import Sequence

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from course_utils.plots import legible
from course_utils.plots.in_theme import is_filled

DPI = 110


class Picture(bytes):
    """A JPEG file.

    Attributes
    ----------
    size : tuple of int
        Width and height in pixels.
    rows : list of list of Box
        The pieces it may be shown in (:mod:`.legible`).
    least : float
        By what factor it may be made smaller.
    filled : tuple of Box
        The parts of it that a dark theme must not turn.
    """

    size: tuple[int, int] = (1, 1)
    rows: Sequence[Sequence[legible.Box]] = ()
    least: float = 1.0
    filled: tuple[legible.Box, ...] = ()


class Scene:
    """A figure with a fixed background and some moving artists.

    Subclasses draw everything once in their initialiser, hand over what moves to
    :meth:`moving`, and have a method that sets new data on it. The figure belongs to no pyplot
    window, so there is nothing to close.

    Parameters
    ----------
    width, height : float
        In inches.
    columns : sequence of float
        Relative widths of the columns of axes.
    mosaic : list of list of str, optional
        Names of the axes, as for ``subplot_mosaic``; one row by default.
    """

    def __init__(self, width: float, height: float, columns=(1,), mosaic=None):
        self.figure = Figure((width, height), dpi=DPI, layout="constrained")
        self._canvas = FigureCanvasAgg(self.figure)
        mosaic = mosaic or [[str(k) for k in range(len(columns))]]
        self.by_name: dict[str, Axes] = self.figure.subplot_mosaic(mosaic, width_ratios=columns)
        self.axes: list[Axes] = list(self.by_name.values())
        self._moving: list[Artist] = []
        self._background = None

    def moving(self, *artists: Artist) -> None:
        """Declare artists that are drawn anew for each state, in this order."""
        for artist in artists:
            artist.set_animated(True)
        self._moving += artists

    def finding(self, ax: Axes, longest: str) -> Artist:
        """A title that changes; room is kept for the longest."""
        title = ax.set_title(longest)
        self.moving(title)
        return title

    def redraw_background(self) -> None:
        """Have the fixed part drawn again, after a change of its limits."""
        self._background = None

    def place(self, ax: Axes) -> tuple[float, float, float, float]:
        """Left, top, width and height of some axes as fractions of the picture."""
        self._draw_background()
        box = ax.get_position()
        return box.x0, 1 - box.y1, box.width, box.height

    def jpeg(self) -> Picture:
        """The picture of the present state."""
        self._draw_background()
        self._canvas.restore_region(self._background)
        for artist in self._moving:
            if artist.get_visible():
                artist.axes.draw_artist(artist)
        picture = Image.frombuffer(
            "RGBA", self._canvas.get_width_height(), self._canvas.buffer_rgba(), "raw", "RGBA", 0, 1
        )
        stream = io.BytesIO()
        # without colour subsampling thin coloured lines stay sharp; PNG takes twenty times longer
        picture.convert("RGB").save(stream, "JPEG", quality=92, subsampling=0)
        jpeg = Picture(stream.getvalue())
        jpeg.size, jpeg.rows, jpeg.least = picture.size, self._rows, self._least
        jpeg.filled = tuple(self.place(ax) for ax in self.axes if is_filled(ax))
        return jpeg

    def hard_to_read(self) -> list[str]:
        """What cannot be read where the window is narrow, in sentences; for tests."""
        self._draw_background()
        return legible.faults(self.figure, self.figure.bbox, legible.ROOM_IN_PANEL)

    def _draw_background(self) -> None:
        if self._background is None:
            self._canvas.draw()
            self.figure.set_layout_engine("none")  # the axes stay where they are
            self._background = self._canvas.copy_from_bbox(self.figure.bbox)
            frame = self.figure.bbox
            self._rows = legible.rows(self.figure, frame, legible.ROOM_IN_PANEL)
            self._least = legible.least(self.figure)


def legend_below(ax: Axes, handles: Sequence[Artist] | None = None, columns: int = 4) -> None:
    """A legend under the axes, where no curve can run into it."""
    ax.legend(
        handles=handles, ncols=columns, fontsize="small", loc="upper center",
        bbox_to_anchor=(0.5, -0.16), frameon=False,
    )  # fmt: skip
