"""Whether a picture can be read in a narrow window, and where it may be cut so that it can.

A narrow window shrinks a picture, and the text in it. So a picture is shown in pieces, cut where
nothing lies, none wider than its text allows: side by side where there is room, else one below
the other (:mod:`.in_theme`).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

Box = tuple[float, float, float, float]  # left, top, width, height as fractions of a picture

ROOM = 478  # CSS pixels left for a picture where the notebook is 620 wide, as beside the file list
ROOM_IN_PANEL = 466  # the same inside the frame of an exploration, in a window of 900
SMALLEST = 11  # CSS pixels, of any text
AIR = 4.0  # pixels between the labels of ticks
CLOSE = 2.0  # pixels that two texts may share: the boxes around them are larger than the ink


def rows(fig: Figure, frame: Bbox, room: float = ROOM) -> list[list[Box]]:
    """The pieces of a drawn figure, in rows: from left to right, if need be from the top.

    Parameters
    ----------
    fig : Figure
        Drawn once, so that everything has its place.
    frame : Bbox
        The part of it that is shown, in pixels.
    room : float
        CSS pixels that there are for it, at least.
    """
    most = widest(fig, room)
    if frame.width <= most:
        return [[_within(frame, frame)]]
    things = [box.get_tightbbox() for box in _things(fig)]
    across = _parts(frame, things, most)
    if len(across) > 1:
        return [[_within(frame, part) for part in across]]
    down = _bands(frame, things)
    return [
        [
            _within(frame, part)
            for part in _parts(band, [b for b in things if band.y0 < b.y0 < band.y1], most)
        ]
        for band in down
    ]


def widest(fig: Figure, room: float = ROOM) -> float:
    """How many pixels wide a piece may be, so that its smallest text can be read in `room`."""
    sizes = [text.get_fontsize() * fig.dpi / 72 for text in _texts(fig)]
    return room * min(sizes, default=4 * SMALLEST) / SMALLEST


def least(fig: Figure) -> float:
    """By how much the picture may be made smaller, as a factor."""
    return ROOM / widest(fig)


def place(ax: Axes, frame: Bbox) -> Box:
    """Where axes lie in a picture that shows a part of the figure, given in pixels."""
    return _within(frame, ax.get_window_extent())


def faults(fig: Figure, frame: Bbox, room: float = ROOM) -> list[str]:
    """What cannot be read in a drawn figure, in sentences."""
    found = []
    most = widest(fig, room)
    for left, _top, width, _height in itertools.chain(*rows(fig, frame, room)):
        if width * frame.width > most + 1:
            found.append(
                f"the piece at {left:.0%} is {width * frame.width:.0f} pixels wide; with its text "
                f"of {most / room * SMALLEST:.1f} pixels it may have {most:.0f}."
            )
    for ax in fig.axes:
        if ax.get_visible() and ax.axison:
            found += _crowded(ax)
    still = [text for text in _texts(fig) if not text.get_animated()]
    texts = [(text, text.get_window_extent()) for text in still]
    for (one, a), (other, b) in itertools.combinations(texts, 2):
        over = Bbox.intersection(a, b)
        if over is not None and min(over.width, over.height) > CLOSE:
            found.append(f"'{one.get_text()}' and '{other.get_text()}' lie on each other.")
    return found


def _crowded(ax: Axes) -> Iterator[str]:
    """Labels of ticks with no air between them; they would read as one."""
    hidden = {id(text) for text in _unseen(ax)}
    labels = [t for t in ax.get_xticklabels() if t.get_text() and id(t) not in hidden]
    boxes = sorted((t.get_window_extent().intervalx.tolist(), t.get_text()) for t in labels)
    for ((_, end), one), ((start, _), other) in itertools.pairwise(boxes):
        if start - end < AIR:
            yield f"the ticks {one} and {other} have no air between them."


def _things(fig: Figure) -> list:
    """All that a cut must not go through."""
    loose = [*fig.axes, *fig.legends, *fig.texts, *fig.artists, *fig.lines, *fig.patches]
    return [
        thing
        for thing in loose
        if thing.get_visible() and not (isinstance(thing, Text) and not thing.get_text())
    ]


def _parts(band: Bbox, things: Iterable[Bbox], most: float) -> list[Bbox]:
    """A band cut from top to bottom where nothing lies, into as few pieces as may be."""
    edges = [*_gaps((box.x0, box.x1) for box in things), band.x1]
    found, start = [], band.x0
    for here, after in itertools.pairwise([*edges, edges[-1]]):
        if after - start > most or here == edges[-1]:
            found.append(Bbox.from_extents(start, band.y0, here, band.y1))
            start = here
    return found


def _bands(frame: Bbox, things: Iterable[Bbox]) -> list[Bbox]:
    """The frame cut from left to right where nothing lies, from the top."""
    edges = [frame.y0, *_gaps((box.y0, box.y1) for box in things), frame.y1]
    bands = [
        Bbox.from_extents(frame.x0, low, frame.x1, high) for low, high in itertools.pairwise(edges)
    ]
    return bands[::-1]


def _gaps(spans: Iterable[tuple[float, float]]) -> Iterator[float]:
    """The middles between spans that leave something free between them."""
    reach = None
    for low, high in sorted(spans):
        if reach is not None and low > reach + 1:
            yield (reach + low) / 2
        reach = high if reach is None else max(reach, high)


def _within(frame: Bbox, part: Bbox) -> Box:
    return (
        (part.x0 - frame.x0) / frame.width, (frame.y1 - part.y1) / frame.height,
        part.width / frame.width, part.height / frame.height,
    )  # fmt: skip


def _texts(fig: Figure) -> list[Text]:
    """Every text that is seen."""
    hidden = {id(text) for ax in fig.axes for text in _unseen(ax)}
    return [
        text
        for text in fig.findobj(Text)
        if text.get_visible() and text.get_text().strip() and id(text) not in hidden
    ]


def _unseen(ax: Axes) -> Iterator[Text]:
    """Texts of axes that are not shown, and of ticks outside the limits or switched off."""
    if not ax.get_visible():
        yield from ax.findobj(Text)
        return
    for axis in (ax.xaxis, ax.yaxis):
        if not (ax.axison and axis.get_visible()):
            yield from axis.findobj(Text)
            continue
        low, high = sorted(axis.get_view_interval())
        room = 1e-9 * (high - low)
        for tick in [*axis.get_major_ticks(), *axis.get_minor_ticks()]:
            if not low - room <= tick.get_loc() <= high + room:
                yield from (tick.label1, tick.label2)
