"""How a picture lies in a page: it follows the notebook's theme, and the width of the window.

A dark theme turns black into white and keeps hues. The front end does it, with a filter, so a
saved figure follows a change of theme at once. What shows pictures or a scale of colours must stay
as it is: over such axes the filter is undone.

A picture comes in pieces (:mod:`.legible`): side by side where there is room, else one below the
other; none becomes so small that its text cannot be read.
"""

from __future__ import annotations

import base64
import html
import io
from collections.abc import Iterable, Sequence

from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from matplotlib.contour import QuadContourSet
from PIL import Image

from course_utils.plots.legible import Box
from course_utils.theme import DARK, INK

TURNED = "invert(1) hue-rotate(180deg)"
# where a page strips style sheets, and so cannot turn the picture, it keeps a white ground
STYLE = (
    "<style>.course-figure img{background:transparent!important}"
    f"{DARK} .course-figure img{{filter:{TURNED};mix-blend-mode:screen}}"
    f"{DARK} .course-figure i{{backdrop-filter:{TURNED}}}</style>"
)


def figure(
    image: Image.Image,
    alt: str,
    *,
    rows: Sequence[Sequence[Box]],
    least: float,
    filled: Sequence[Box] = (),
    title: str = "",
) -> str:
    """A picture as HTML.

    Parameters
    ----------
    image : PIL.Image.Image
        Shown at most as large as it is.
    alt : str
    rows : sequence of sequence of Box
        Its pieces.
    least : float
        By what factor it may be made smaller.
    filled : sequence of Box
        The parts that keep their colours.
    title : str
        Set above it.
    """
    said = [alt]  # by the first piece; the others say nothing
    parts = "".join(
        '<div style="display:flex;flex-wrap:wrap">'
        + "".join(_piece(image, box, said.pop() if said else "", least, filled) for box in row)
        + "</div>"
        for row in rows
    )
    heading = (
        f'<div style="color:{INK};font-weight:bold;font-size:16px;margin:4px 0">'
        f"{html.escape(title)}</div>"
    )
    return (
        f'{STYLE}<div class="course-figure" style="max-width:100%;overflow-x:auto">'
        f"{heading if title else ''}{parts}</div>"
    )


def _piece(image: Image.Image, box: Box, alt: str, least: float, filled: Iterable[Box]) -> str:
    left, top, width, height = box
    edges = [left * image.width, top * image.height]
    edges += [edges[0] + width * image.width, edges[1] + height * image.height]
    cut = image.crop(tuple(round(edge) for edge in edges))
    stream = io.BytesIO()
    kind = "PNG" if cut.mode == "RGBA" else "JPEG"
    cut.save(stream, kind, **({} if kind == "PNG" else {"quality": 92, "subsampling": 0}))
    pixels = base64.b64encode(stream.getvalue()).decode()
    said = f'alt="{html.escape(alt)}"' if alt else 'alt="" aria-hidden="true"'
    return (
        f'<div style="position:relative;flex:{cut.width} 1 {least * cut.width:.0f}px;'
        f'min-width:{least * cut.width:.0f}px;max-width:{cut.width}px">'
        '<img style="display:block;width:100%;height:auto;background:#fff" '
        f'src="data:image/{kind.lower()};base64,{pixels}" {said}>'
        f"{plates(seen_through(box, filled))}</div>"
    )


def plates(filled: Iterable[Box]) -> str:
    """What lies over the parts of a picture that keep their colours."""
    return "".join(
        '<i aria-hidden="true" style="position:absolute;pointer-events:none;'
        f'left:{left:.2%};top:{top:.2%};width:{width:.2%};height:{height:.2%}"></i>'
        for left, top, width, height in filled
    )


def seen_through(piece: Box, boxes: Iterable[Box]) -> list[Box]:
    """The boxes whose middle lies in a piece of the picture, as fractions of the piece."""
    left, top, width, height = piece
    return [
        ((x - left) / width, (y - top) / height, w / width, h / height)
        for x, y, w, h in boxes
        if left <= x + w / 2 <= left + width and top <= y + h / 2 <= top + height
    ]


def is_filled(ax: Axes) -> bool:
    """Whether pictures or colours of a scale lie in these axes."""
    scales = (
        isinstance(c, QuadMesh) or (isinstance(c, QuadContourSet) and c.filled)
        for c in ax.collections
    )  # fmt: skip
    return bool(ax.images) or any(scales)
