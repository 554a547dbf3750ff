"""The concept map to click on: every concept leads to its section and shows what is done there.

Drawn on the data of :mod:`course_utils.plots.maps`. It is plain HTML with links, so it works
without a kernel, and a screen reader finds a list.
"""

from __future__ import annotations

import html
import io
from dataclasses import dataclass
from pathlib import Path

import matplotlib.pyplot as plt

from course_utils.exercises import progress_file
from course_utils.plots import maps
from course_utils.plots.maps import CONCEPTS, DEEPER, NEEDS
from course_utils.theme import EDGE, INK, PAPER, shade

NOTEBOOKS = {
    1: "01_probability_and_kl.ipynb",
    2: "02_gan_and_jsd.ipynb",
    3: "03_earth_movers_distance.ipynb",
    4: "04_wgan_weight_clipping.ipynb",
    5: "05_wgan_gp_mnist.ipynb",
}

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
    """Where a concept is taught: lesson, cell, and the exercises that practise it."""

    lesson: int
    cell: str
    exercises: tuple[str, ...]

    @property
    def address(self) -> str:
        """Relative to the lessons' own folder."""
        return f"{NOTEBOOKS[self.lesson]}#cell-id={self.cell}"


def _section(lesson: int, cell: str, exercises: str) -> Section:
    return Section(lesson, cell, tuple(exercises.split()))


SECTIONS: dict[str, Section] = dict(
    zip(
        CONCEPTS,
        (
            _section(1, "bayes-text", "bayes_rule disease_posterior medical_test urn_posterior"),
            _section(1, "entropy-text", "entropy cross_entropy kl_divergence gibbs_inequality"),
            _section(1, "likelihood-text", "mse_is_mle gaussian_log_likelihood mle_is_min_kl"),
            _section(1, "iris-text", "fit_gaussian gaussian_density condition_gaussian"),
            _section(
                2, "game-text",
                "discriminator_loss saturating_generator_loss non_saturating_generator_loss "
                "gan_training_step",
            ),
            _section(2, "js-text", "optimal_discriminator gan_value jensen_shannon jsd_proof"),
            _section(3, "moving-text", "is_coupling transport_cost wasserstein_1d parallel_lines"),
            _section(3, "dual-text", "weak_duality kantorovich_rubinstein kantorovich_dual"),
            _section(
                4, "clipping-text",
                "wasserstein_critic_loss clip_weights wgan_critic_step clipped_lipschitz_bound",
            ),
            _section(
                5, "penalty-text",
                "interpolate gradient_norms gradient_penalty wgan_gp_training_step",
            ),
        ),
        strict=True,
    )
)  # fmt: skip

# minutes of a section, as its title states them, by its cell; where it states any
MINUTES = {
    "bayes-text": 17,
    "entropy-text": 22,
    "likelihood-text": 21,
    "iris-text": 29,
    "game-text": 6,
    "js-text": 23,
    "moving-text": 18,
    "dual-text": 19,
    "clipping-text": 10,
    "penalty-text": 36,
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
            name: (len(solved.intersection(section.exercises)), len(section.exercises))
            for name, section in SECTIONS.items()
        }

    def _repr_html_(self) -> str:
        boxes = "".join(self._box(name) for name in CONCEPTS)
        arrows = "".join(_arrow(CONCEPTS[first], CONCEPTS[then]) for first, then in NEEDS)
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
            place = _place(name).replace("<br>", ", ")
            lines.append(
                f"  {_flat(name)} ({place}): {section.address}, {done} of {count} exercises done"
            )
        return "\n".join(lines)

    def _box(self, name: str) -> str:
        x, y, colour = CONCEPTS[name]
        done, count = self.done[name]
        mark = "✔" if done == count else "○"
        lines = "<br>".join(html.escape(line) for line in name.split("\n"))
        return (
            f'<li style="margin:0;--x:{x}%;--y:{100 - y}%">'
            f'<a href="{SECTIONS[name].address}" style="display:block;width:112px;'
            f"padding:4px 6px;text-align:center;line-height:1.25;font-size:13px;color:{INK};"
            f"background:{PAPER};border:2px {'dashed' if name in DEEPER else 'solid'} "
            f'{shade(colour, 80)};border-radius:6px">'
            f'<span style="font-size:11px">{_place(name)}</span><br>'
            f"<b>{lines}</b><br>"
            f'<span style="font-size:11px"><span aria-hidden="true">{mark}</span> '
            f"{done} of {count} done</span></a></li>"
        )


def _place(name: str) -> str:
    """``lesson 1, 22 min``; ``deeper`` where it lies beside the core path."""
    section = SECTIONS[name]
    minutes = MINUTES.get(section.cell)
    said = f"lesson {section.lesson}" + (f", {minutes} min" if minutes else "")
    return said + ("<br>deeper" if name in DEEPER else "")


def concept_map() -> ConceptMap:
    """The concepts of the course, what depends on what, and what is done; click to go there."""
    return ConceptMap()


def _flat(name: str) -> str:
    return name.replace("–\n", "–").replace("\n", " ")


def _arrow(start: tuple, end: tuple) -> str:
    """A line between two boxes, and an arrowhead in the middle of what is seen of it."""
    (x1, y1), (x2, y2) = ((box[0], 100 - box[1]) for box in (start, end))
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
