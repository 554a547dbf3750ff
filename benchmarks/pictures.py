"""Pictures of what was measured, in the course's own style."""

from __future__ import annotations

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from benchmarks import report
from course_utils.plots import style

LOOK = {  # colour, line, marker: what a curve is, in every picture
    "ours": (style.MODEL, "-", "o"),
    "in_memory": (style.DATA, "--", "s"),
    "as_published": (style.CRITIC, ":", "^"),
    "scipy": (style.DATA, "--", "s"),
    "scipy (HiGHS)": (style.DATA, "--", "s"),
    "POT": (style.CRITIC, ":", "^"),
}


def time_to_quality(value: dict) -> Figure:
    """Fréchet distance against seconds of training, all runs; the reference's end as a line."""
    fig, ax = plt.subplots(figsize=(9, 4.8))
    for curve in value["curves"]:
        colour, line, marker = LOOK[curve["kind"]]
        first = curve["seed"] == value["curves"][0]["seed"]
        label = curve["kind"].replace("_", " ") if first else None
        ax.plot(
            curve["seconds"], curve["frechet"], color=colour, linestyle=line, marker=marker,
            markersize=5, alpha=0.8, label=label,
        )  # fmt: skip
    ratios = []
    for feed, found in value["against"].items():
        if found.get("per_seed"):
            goal = np.median([row["goal"] for row in found["per_seed"]])
            ax.axhline(goal, color=LOOK[feed][0], linewidth=1, alpha=0.6)
            ratios.append(f"{found['ratio']:.1f} times sooner than {feed.replace('_', ' ')}")
    ax.set(xscale="log", yscale="log", xlabel="seconds of training (evaluation excluded)")
    ax.set(ylabel="Fréchet distance to the test digits (lower is better)")
    for axis in (ax.xaxis, ax.yaxis):
        style.plain_numbers(axis)
    ax.set_title(f"Where the reference is after {value['budget']:g} s:\n{', '.join(ratios)}")
    ax.legend(title="a curve for each seed")
    return fig


def throughput(value: dict) -> Figure:
    """Bars of images per second on identical networks."""
    rates = value["critic_images_per_second"]
    fig, ax = plt.subplots(figsize=(7, 2.8))
    names = list(rates)[::-1]
    bars = ax.barh(
        [name.replace("_", " ") for name in names], [rates[name] for name in names],
        color=[LOOK[name][0] for name in names], hatch=["//", "..", ""][: len(names)],
        edgecolor="white",
    )  # fmt: skip
    ax.bar_label(bars, fmt="{:,.0f}", padding=4)
    gain = value["ratio"]
    ax.set(xlabel="critic images per second", xlim=(0, 1.15 * max(rates.values())))
    ax.set_title(
        f"Our loop: {gain['in_memory']:.2f} × in memory, {gain['as_published']:.2f} × as published"
    )
    return fig


def emd(value: dict) -> Figure:
    """Milliseconds against size, one panel for each problem."""
    problems = list(dict.fromkeys(case["problem"] for case in value["cases"]))
    fig, axes = plt.subplots(1, len(problems), figsize=(3.6 * len(problems), 3.6), squeeze=False)
    for ax, problem in zip(axes[0], problems, strict=True):
        cases = [case for case in value["cases"] if case["problem"] == problem]
        solvers = list(dict.fromkeys(name for case in cases for name in case["seconds"]))
        for name in solvers:
            points = [(c["n"], 1e3 * c["seconds"][name]) for c in cases if name in c["seconds"]]
            colour, line, marker = LOOK[name]
            ax.plot(
                *zip(*points, strict=True), color=colour, linestyle=line, marker=marker, label=name
            )
        worst = max(case["ours_over_best"] for case in cases)
        ax.set(
            xscale="log", yscale="log", xlabel="n", title=f"{problem}:\nat most {worst:.2f} × best"
        )
        ax.legend()
    axes[0][0].set_ylabel("milliseconds")
    return fig


def startup(value: dict) -> Figure:
    """Bars of seconds to something useful, with their limits."""
    from benchmarks.startup import CELL_TARGETS, IMPORT_TARGET, LAB_TARGET

    bars = {"import course_utils": (value["import_seconds"], IMPORT_TARGET)}
    for lesson, seconds in value["first_cell_seconds"].items():
        bars[f"first cell, lesson {lesson}"] = (seconds, CELL_TARGETS[int(lesson)])
    bars["make lab"] = (value["lab_seconds"], LAB_TARGET)
    fig, ax = plt.subplots(figsize=(8, 3.4))
    names = list(bars)[::-1]
    places = range(len(names))
    ax.barh(places, [bars[name][0] for name in names], color=style.DATA)
    ax.set_yticks(places, [f"{name}: {bars[name][0]:.2f} s" for name in names])
    ax.scatter(
        [bars[name][1] for name in names], places, marker="|", s=300, color=style.MODEL,
        label="limit", zorder=3,
    )  # fmt: skip
    late = sum(seconds > limit for seconds, limit in bars.values())
    ax.set(xlabel="seconds", title=f"{len(bars) - late} of {len(bars)} within their limits")
    ax.legend(loc="upper right")
    return fig


def growth(value: dict) -> Figure:
    """Time and memory against each size, doubly logarithmic, with the fitted exponents."""
    axes_ = value["axes"]
    fig, panels = plt.subplots(2, len(axes_), figsize=(3 * len(axes_), 5.2), squeeze=False)
    for column, (axis, fit) in zip(panels.T, axes_.items(), strict=True):
        for ax, name, unit, factor in (
            (column[0], "seconds", "ms each", 1e3),
            (column[1], "memory", "peak memory (MB)", 1.0),
        ):
            values = factor * np.array(fit["seconds" if name == "seconds" else "memory_mb"])
            ax.plot(fit["sizes"], values, marker="o", color=style.DATA)
            ax.set(xscale="log", yscale="log", xlabel=axis, ylabel=unit)
            ax.set_ylim(values.min() / 2, values.max() * 2)
            ax.set_title(f"grows as size$^{{{fit['exponents'][name]:.2f}}}$")
            style.plain_numbers(ax.yaxis)
            ax.minorticks_off()
            ax.set_xticks(fit["sizes"], [f"{size:,}" for size in fit["sizes"]], rotation=45)
    return fig


DRAWN = (time_to_quality, throughput, emd, startup, growth)


def draw_all(found: dict) -> None:
    """Save a picture for each key that has one and was measured."""
    style.use_course_style()
    report.PICTURES.mkdir(parents=True, exist_ok=True)
    for draw in DRAWN:
        value = found.get(draw.__name__, {})
        if any(value.get(part) for part in ("curves", "ratio", "cases", "import_seconds", "axes")):
            fig = draw(value)
            fig.savefig(report.PICTURES / f"{draw.__name__}.png", dpi=120)
            plt.close(fig)
