"""Models compared on a budget: distance against time and against images, with reference lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from course_utils.plots.style import NEUTRAL, PALETTE, described, plain_numbers
from course_utils.plots.words import course, one_line

DASHES = ("-", "--", "-.", ":")
MARKERS = "osD^v"


def reference_lines(ax: Axes, lines: Mapping[str, float]) -> None:
    """Horizontal lines with a name at their right end: what a distance is to be compared with."""
    ordered = sorted(lines, key=lines.get)
    for name, value in lines.items():
        above = name != ordered[-2]  # the two uppermost lie close: one name on either side
        ax.axhline(value, color=NEUTRAL, linewidth=1, linestyle=":")
        ax.annotate(
            name, (1, value), xycoords=("axes fraction", "data"), xytext=(-2, 2 if above else -11),
            textcoords="offset points", ha="right", fontsize="small", color=NEUTRAL,
        )  # fmt: skip


def distance_on_a_budget(
    by_time: Mapping[str, Sequence], by_images: Mapping[str, Sequence],
    lines: Mapping[str, float], title: str, *, far_apart: bool = False,
) -> Figure:  # fmt: skip
    """Fréchet distance against processor time, and against real images seen.

    Parameters
    ----------
    by_time, by_images : mapping of sequences of (x, distance)
        By model, one curve for each seed.
    lines : mapping of float
        Distances of real images, of an untrained network, of noise.
    far_apart : bool
        Budgets differ by orders of magnitude, so they need logarithmic axes.
    """
    fig, axes = plt.subplots(1, 2, figsize=(11, 4.2), sharey=True)
    labels = ("seconds of one processor", "real images seen")
    for ax, runs, label in zip(axes, (by_time, by_images), labels, strict=True):
        for k, (name, curves) in enumerate(runs.items()):
            for number, (x, distance) in enumerate(curves):
                ax.plot(
                    x, distance, color=PALETTE[k], linestyle=DASHES[k], marker=MARKERS[k],
                    markersize=4, linewidth=1.5, label=name if number == 0 else None,
                )  # fmt: skip
        reference_lines(ax, lines)
        ax.set(xlabel=label, yscale="log")
        plain_numbers(ax.yaxis)
        if far_apart:
            ax.set_xscale("log")
            plain_numbers(ax.xaxis)
        else:
            ax.xaxis.set_major_locator(MaxNLocator(6))
            ax.xaxis.set_major_formatter("{x:,g}")
    axes[0].set_ylabel("Fréchet distance")
    axes[1].legend(loc="center", bbox_to_anchor=(0.2 if far_apart else 0.5, 0.35))
    fig.suptitle(title, x=0.01, ha="left", fontweight="bold", fontsize="medium")
    seen = "; ".join(
        f"{name}: " + " and ".join(course(distance) for _, distance in curves)
        for name, curves in by_time.items()
    )
    return described(
        fig,
        f"""Two panels of Fréchet distances, against the time of one processor and against the
        real images seen, one curve a seed. {seen}. Reference lines:
        {", ".join(f"{name} {value:.0f}" for name, value in lines.items())}. {one_line(title)}.""",
    )
