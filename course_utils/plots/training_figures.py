"""Curves of a training run, slopes of a critic, and what a live run shows."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from course_utils.plots import image_figures as pictures
from course_utils.plots import style
from course_utils.plots.style import described
from course_utils.plots.words import course, listed, one_line


def _smoothed(values: np.ndarray, span: int) -> np.ndarray:
    """A running median: a picture's choice, as in Figure 3 of the WGAN paper."""
    if span < 2 or len(values) < 3:
        return values
    padded = np.pad(values, span // 2, mode="edge")
    return np.median(np.lib.stride_tricks.sliding_window_view(padded, span), axis=-1)[: len(values)]


def loss_beside_quality(
    loss_curve, quality_curve, title: str, *, loss_label: str, quality_label: str
) -> Figure:
    """A loss and an independent measure of quality against the step, one above the other.

    Parameters
    ----------
    loss_curve, quality_curve : pair of arrays
        Steps and values, as ``History.curve`` gives them.
    """
    fig, (top, bottom) = plt.subplots(2, 1, figsize=(6.4, 4.6), sharex=True)
    steps, values = loss_curve
    top.plot(steps, values, color=style.CRITIC, alpha=0.3, linewidth=1)
    top.plot(steps, _smoothed(values, 9), color=style.CRITIC, linewidth=2)
    top.set(ylabel=loss_label, title=title)
    bottom.plot(*quality_curve, color=style.MODEL, marker="o")
    bottom.set(xlabel="generator step", ylabel=quality_label, yscale="log")
    style.plain_numbers(bottom.yaxis)
    return described(
        fig,
        f"""Two curves over the generator steps, one above the other. Above,
        {one_line(loss_label)}, which goes {course(values)}; below, {one_line(quality_label)},
        which goes {course(quality_curve[1])}. {one_line(title)}.""",
    )


def slope_histogram(slopes: dict[str, np.ndarray], title: str) -> Figure:
    """Histogram and box plot of a critic's slopes at several kinds of point.

    Parameters
    ----------
    slopes : dict of arrays
        ‖∇f‖ at each point, by the kind of point ("interpolates", "real", ...).
    """
    fig, (left, right) = plt.subplots(1, 2, figsize=(10, 3.6), width_ratios=(3, 2))
    top = max(values.max() for values in slopes.values())
    bins = np.linspace(0, max(1.5, top), 60)
    line_styles = ("-", "--", ":", "-.")
    for k, (kind, values) in enumerate(slopes.items()):
        left.hist(
            values, bins, density=True, histtype="step", linewidth=1.8,
            color=style.PALETTE[k], linestyle=line_styles[k % 4], label=kind,
        )  # fmt: skip
    left.axvline(1, color=style.NEUTRAL, linewidth=1)
    left.set(xlabel=r"slope $\|\nabla f(x)\|_2$", ylabel="density", title=title)
    left.legend()
    names = [kind.replace(" ", "\n") for kind in slopes]
    right.boxplot(list(slopes.values()), tick_labels=names, whis=(1, 99), sym=".")
    right.axhline(1, color=style.NEUTRAL, linewidth=1)
    right.set(ylabel=r"slope $\|\nabla f(x)\|_2$", title="whiskers: 1 % and 99 %")
    middles = {kind: np.median(values) for kind, values in slopes.items()}
    return described(
        fig,
        f"""Histograms and box plots of a critic's slopes. Medians: {listed(middles)}.
        {one_line(title)}.""",
    )


def class_shares(shares: np.ndarray, names, bounds: tuple[float, float], title: str) -> Figure:
    """Bars of the share of samples in each class, with the bounds that a claim speaks of."""
    fig, ax = plt.subplots(figsize=(6.4, 3.2))
    ax.bar(names, 100 * shares, color=style.MODEL)
    if max(map(len, names)) > 2:  # words would run into each other
        ax.tick_params(axis="x", rotation=90)
    for bound in bounds:
        ax.axhline(100 * bound, color=style.NEUTRAL, linestyle="--", linewidth=1)
    ax.set(xlabel="class, as our classifier decides", ylabel="share of samples (%)", title=title)
    return described(
        fig,
        f"""Bars: the share of the samples in each class,
        {listed({name: 100 * s for name, s in zip(names, shares, strict=True)})} per cent, with
        dashed lines at {" and ".join(f"{b:.0%}" for b in dict.fromkeys(bounds))}.
        {one_line(title)}.""",
    )


def live_training(samples, rows: list[dict[str, float]], quantity: str, label: str) -> Figure:
    """What a run shows while it goes on: a grid of samples beside a curve."""
    fig, (left, right) = plt.subplots(1, 2, figsize=(9.5, 3.4), width_ratios=(3, 4))
    if samples.dim() == 4:
        pictures.draw_grid(left, samples, columns=8)
    else:
        left.scatter(*np.asarray(samples).T, s=6, alpha=0.6, color=style.MODEL)
        left.set(xlabel="$x_1$", ylabel="$x_2$", aspect="equal")
    left.set_title(f"samples at step {rows[-1]['step']:,}")
    points = [(row["step"], row[quantity]) for row in rows if quantity in row]
    right.plot(*zip(*points, strict=True), color=style.CRITIC)
    right.set(xlabel="generator step", ylabel=label, title=label)
    return described(
        fig,
        f"""{len(samples)} samples at step {rows[-1]["step"]:,}, and the {one_line(label)} against
        the step, which goes {course([value for _, value in points])}.""",
    )
