"""How a picture follows the notebook's theme: a dark one turns black into white and keeps hues.

The front end does it, with a filter, so a saved figure follows a change of theme at once. What
shows pictures or a scale of colours must stay as it is: over such axes the filter is undone.
"""

from __future__ import annotations

import html
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.contour import QuadContourSet
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from course_utils.theme import DARK

Box = tuple[float, float, float, float]  # left, top, width, height as fractions of the picture
TURNED = "invert(1) hue-rotate(180deg)"
# where a page strips style sheets, and so cannot turn the picture, it keeps a white ground
STYLE = (
    "<style>.course-figure img{background:transparent!important}"
    f"{DARK} .course-figure img{{filter:{TURNED};mix-blend-mode:screen}}"
    f"{DARK} .course-figure i{{backdrop-filter:{TURNED}}}</style>"
)


def figure(pixels: str, alt: str, filled: Sequence[Box] = (), kind: str = "png") -> str:
    """A picture, in base64, as HTML; `filled` are the parts that keep their colours."""
    return (
        f'{STYLE}<div class="course-figure" style="position:relative;width:fit-content;'
        'max-width:100%">'
        '<img style="display:block;max-width:100%;height:auto;background:#fff" '
        f'src="data:image/{kind};base64,{pixels}" alt="{html.escape(alt)}">'
        f"{plates(filled)}</div>"
    )


def plates(filled: Sequence[Box]) -> str:
    """What lies over the parts of a picture that keep their colours."""
    return "".join(
        '<i aria-hidden="true" style="position:absolute;pointer-events:none;'
        f'left:{left:.2%};top:{top:.2%};width:{width:.2%};height:{height:.2%}"></i>'
        for left, top, width, height in filled
    )


def is_filled(ax: Axes) -> bool:
    """Whether pictures or colours of a scale lie in these axes."""
    contours = (c for c in ax.collections if isinstance(c, QuadContourSet) and c.filled)
    return bool(ax.images) or any(contours)


def within(frame: Bbox, fig: Figure, ax: Axes) -> Box:
    """Where the axes lie in a picture that shows a part of the figure, given in inches."""
    place = ax.get_window_extent().transformed(fig.dpi_scale_trans.inverted())
    left, top = (place.x0 - frame.x0) / frame.width, (frame.y1 - place.y1) / frame.height
    return left, top, place.width / frame.width, place.height / frame.height
