"""The concept map to click on: every concept leads to its section and shows what is done there.

Drawn from what the lessons say of themselves (:mod:`course_utils.lessons`). It is plain HTML with
links, so it works without a kernel, and a screen reader finds a list.
"""

from __future__ import annotations

import html
import io
from dataclasses import dataclass
from pathlib import Path

import matplotlib.pyplot as plt

from course_utils.exercises import progress_file
from course_utils.lessons import LESSONS, Concept, Lesson
from course_utils.plots import maps
from course_utils.theme import EDGE, INK, PAPER, shade

# where there is room a map with arrows, else the concepts folded into rows
STYLE = (
    "<style>.course-map{container-type:inline-size}@container (min-width:760px){"
    ".course-map>div{position:relative;height:330px}"
    ".course-map svg{display:block!important;position:absolute;inset:0;width:100%;height:100%}"
    ".course-map li{position:absolute;left:var(--x);top:var(--y);"
    "transform:translate(-50%,-50%)}}</style>"
)


@dataclass(frozen=True)
class Section:
    """Where a concept is taught."""

    lesson: Lesson
    concept: Concept

    @property
    def address(self) -> str:
        """Relative to the lessons' own folder."""
        return f"{self.lesson.notebook}#cell-id={self.concept.cell}"

    @property
    def place(self) -> tuple[str, ...]:
        """``lesson 1, 22 min``, and ``deeper`` where it lies beside the core path."""
        said = f"lesson {self.lesson.number}, {self.concept.minutes} min"
        return (said, "deeper") if self.concept.deeper else (said,)


SECTIONS: dict[str, Section] = {
    concept.name: Section(lesson, concept)
    for lesson in LESSONS.values()
    for concept in lesson.concepts
}


class ConceptMap:
    """What :func:`concept_map` shows.

    Attributes
    ----------
    done : dict of (int, int)
        Concept → exercises solved, and how many there are.
    """

    def __init__(self):
        entries, _note = progress_file.load()
        solved = {name for name, entry in entries.items() if progress_file.solved(entry)}
        self.done = {
            name: (len(solved.intersection(concept.exercises)), len(concept.exercises))
            for name, concept in maps.CONCEPTS.items()
        }

    def _repr_html_(self) -> str:
        boxes = "".join(self._box(name) for name in SECTIONS)
        arrows = "".join(
            _arrow(maps.CONCEPTS[first].at, maps.CONCEPTS[then].at) for first, then in maps.NEEDS
        )
        return (
            f'{STYLE}<nav class="course-map" aria-label="Concepts of the course" '
            f'style="color:{INK};'
            f'background:{PAPER};border:1px solid {EDGE};border-radius:4px;max-width:1080px"><div>'
            '<svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true" '
            'style="display:none">' + arrows + "</svg>"
            '<ul style="list-style:none;margin:0;padding:6px;display:flex;flex-wrap:wrap;gap:6px">'
            f"{boxes}</ul></div></nav>"
        )

    def __repr__(self) -> str:
        lines = ["Concepts of the course"]
        for name, section in SECTIONS.items():
            done, count = self.done[name]
            place = ", ".join(section.place)
            lines.append(
                f"  {_flat(name)} ({place}): {section.address}, {done} of {count} exercises done"
            )
        return "\n".join(lines)

    def _box(self, name: str) -> str:
        section = SECTIONS[name]
        x, y = section.concept.at
        done, count = self.done[name]
        mark = "✔" if done == count else "○"
        lines = "<br>".join(html.escape(line) for line in name.split("\n"))
        return (
            f'<li style="margin:0;--x:{x}%;--y:{100 - y}%">'
            f'<a href="{section.address}" style="display:block;width:112px;'
            f"padding:4px 6px;text-align:center;line-height:1.25;font-size:13px;color:{INK};"
            f"background:{PAPER};border:2px {'dashed' if section.concept.deeper else 'solid'} "
            f'{shade(maps.colour_of(name), 80)};border-radius:6px">'
            f'<span style="font-size:11px">{"<br>".join(section.place)}</span><br>'
            f"<b>{lines}</b><br>"
            f'<span style="font-size:11px"><span aria-hidden="true">{mark}</span> '
            f"{done} of {count} done</span></a></li>"
        )


def concept_map() -> ConceptMap:
    """The concepts of the course, what depends on what, and what is done; click to go there."""
    return ConceptMap()


def _flat(name: str) -> str:
    return name.replace("–\n", "–").replace("\n", " ")


def _arrow(start: tuple[float, float], end: tuple[float, float]) -> str:
    """A line between two boxes, and an arrowhead in the middle of what is seen of it."""
    (x1, y1), (x2, y2) = ((x, 100 - y) for x, y in (start, end))
    mid_x, mid_y = (x1 + x2) / 2, (y1 + y2) / 2
    # the picture is about three times as wide as high; the head is drawn in those proportions
    wide, high = (x2 - x1) * 3.2, y2 - y1
    length = (wide**2 + high**2) ** 0.5
    along, across = (wide / length, high / length), (-high / length, wide / length)
    corners = " ".join(
        f"{mid_x + (a * along[0] + b * across[0]) / 3.2:.2f},"
        f"{mid_y + a * along[1] + b * across[1]:.2f}"
        for a, b in ((2.6, 0), (-2.2, 2.2), (-2.2, -2.2))
    )
    return (
        f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="{EDGE}" stroke-width="1.5" '
        f'vector-effect="non-scaling-stroke"/><polygon points="{corners}" fill="{EDGE}"/>'
    )


def write_picture(path: Path) -> None:
    """Write the map as an SVG for pages that run nothing, such as the README."""
    import matplotlib as mpl

    # text stays text: small, searchable, and read out; a fixed salt keeps the ids the same
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "map"}):
        fig = maps.concepts()
        stream = io.StringIO()
        fig.savefig(stream, format="svg", bbox_inches="tight", metadata={"Date": None})
        plt.close(fig)
    title = "<title>Which concept of the course needs which, lesson by lesson</title>"
    head, tag, rest = stream.getvalue().partition("<metadata>")
    path.write_text(f"{head}{title}\n {tag}{rest}", encoding="utf-8")
