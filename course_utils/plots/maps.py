"""Diagrams: how the concepts of the course, the divergences and the models hang together."""

from __future__ import annotations

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Ellipse
from matplotlib.text import Text

from course_utils.lessons import LESSONS, Concept
from course_utils.plots import style
from course_utils.plots.style import CRITIC, DATA, HIGHLIGHT, MODEL, NEUTRAL, described
from course_utils.plots.words import one_line


def _canvas(width: float, height: float, title: str) -> tuple[Figure, Axes]:
    """A blank sheet with coordinates 0…100 both ways."""
    fig, ax = plt.subplots(figsize=(width, height))
    ax.set(xlim=(0, 100), ylim=(0, 100), title=title)
    ax.axis("off")
    return fig, ax


def _box(ax: Axes, x: float, y: float, text: str, colour: str, size: float = 9.5) -> Text:
    return ax.text(
        x, y, text, ha="center", va="center", fontsize=size,
        bbox={"boxstyle": "round,pad=0.45", "fc": "white", "ec": colour, "lw": 2},
    )  # fmt: skip


def _arrow(ax: Axes, start: Text, end: Text) -> None:
    """An arrow from the edge of one box to the edge of another."""
    ax.annotate(
        "", end.get_position(), start.get_position(), zorder=5,
        arrowprops={
            "arrowstyle": "->", "color": NEUTRAL, "lw": 1.3, "shrinkA": 2, "shrinkB": 2,
            "patchA": start.get_bbox_patch(), "patchB": end.get_bbox_patch(),
        },
    )  # fmt: skip


CONCEPTS: dict[str, Concept] = {
    concept.name: concept for lesson in LESSONS.values() for concept in lesson.concepts
}
NEEDS = [(first, then.name) for then in CONCEPTS.values() for first in then.needs]
TOP = 50  # a lesson's name stands above its boxes where they are in the upper half, else below


def colour_of(name: str) -> str:
    """The colour of a concept's box, which is its lesson's."""
    lesson = next(one for one in LESSONS.values() if CONCEPTS[name] in one.concepts)
    return getattr(style, lesson.colour)


def concepts() -> Figure:
    """Which concept of the course needs which, and the lesson in which it is taught."""
    fig, ax = _canvas(12, 3.6, "Every step to WGAN-GP rests on one or two before it")
    boxes = {
        name: _box(ax, *concept.at, name, colour_of(name), 11.5)
        for name, concept in CONCEPTS.items()
    }
    for name, concept in CONCEPTS.items():
        boxes[name].get_bbox_patch().set_linestyle("--" if concept.deeper else "-")
    for first, then in NEEDS:
        _arrow(ax, boxes[first], boxes[then])
    for number, lesson in LESSONS.items():
        across, up = zip(*(concept.at for concept in lesson.concepts), strict=True)
        y = 94 if max(up) > TOP else 6
        ax.text(sum(across) / len(across), y, f"lesson {number}", ha="center", weight="bold")
    needs = "; ".join(f"{one_line(then)} needs {one_line(first)}" for first, then in NEEDS)
    return described(fig, f"{len(CONCEPTS)} concepts and the arrows between them: {needs}.")


def divergence_families() -> Figure:
    """f-divergences and integral probability metrics as two overlapping sets."""
    fig, ax = _canvas(6.4, 4.4, "Two families of divergences share exactly one member")
    ax.add_patch(Ellipse((31.5, 46), 62, 90, fc=MODEL, ec=MODEL, alpha=0.12, lw=2))
    ax.add_patch(Ellipse((68.5, 46), 62, 90, fc=CRITIC, ec=CRITIC, alpha=0.12, lw=2, hatch=".."))
    ax.text(22, 94, "f-divergences\nE_Q f(p/q)", ha="center", weight="bold", color=MODEL)
    ax.text(
        76, 94, "integral probability metrics\nsup over F of E_P f − E_Q f",
        ha="center", weight="bold", color="#00664A",
    )  # fmt: skip
    ax.text(19, 36, "KL: t log t\nreverse KL: −log t\nJensen–Shannon\nχ²: (t − 1)²", ha="center")
    ax.text(50, 44, "total\nvariation", ha="center", weight="bold")
    ax.text(
        81, 34,
        "Wasserstein-1:\nslope at most 1\n\nmaximum mean\ndiscrepancy:\na kernel's unit ball",
        ha="center",
    )  # fmt: skip
    ax.text(27, 12, "compare by ratio", ha="center", style="italic")
    ax.text(72, 12, "compare by witness", ha="center", style="italic")
    return described(
        fig,
        """Two overlapping sets. Left, f-divergences, which compare by ratio: KL, reverse KL,
        Jensen–Shannon, chi-squared. Right, integral probability metrics, which compare by
        witness: Wasserstein-1 and maximum mean discrepancy. Total variation lies in the
        overlap.""",
    )


def paradigms() -> Figure:
    """Four ways to make a generative model, by what they can say about the likelihood."""
    fig, ax = _canvas(6.4, 4.6, "Four families, told apart by how much likelihood they give")
    rows = (
        ("exact likelihood", "autoregressive models,\nnormalising flows", "forward KL", DATA),
        (
            "a lower bound on it",
            "variational\nautoencoders",
            "a bound above\nforward KL",
            CRITIC,
        ),
        ("none, only samples", "GANs", "JS, W₁, other\nf-divergences, IPMs", MODEL),
        ("its gradient", "score models,\ndiffusion", "score matching", HIGHLIGHT),
    )
    for x, heading in ((16, "likelihood"), (50, "models"), (84, "trained by reducing")):
        ax.text(x, 95, heading, ha="center", va="center", color=NEUTRAL)
    for y, (likelihood, models, measure, colour) in zip((80, 57, 34, 11), rows, strict=True):
        _box(ax, 16, y, likelihood, colour, 11)
        ax.text(50, y, models, ha="center", va="center", weight="bold")
        ax.text(84, y, measure, ha="center", va="center", style="italic")
    families = "; ".join(
        f"{likelihood}: {one_line(models)}, trained by reducing {one_line(measure)}"
        for likelihood, models, measure, _ in rows
    )
    return described(
        fig,
        f"""Four families of generative models, by the likelihood they give. {families}.""",
    )
