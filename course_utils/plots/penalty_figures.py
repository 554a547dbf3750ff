"""Figures of lesson 5: critics under a penalty, on known ground and on digits."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure

from course_utils.plots.style import (
    ACCENT,
    CRITIC,
    DATA,
    HIGHLIGHT,
    MODEL,
    NEUTRAL,
    PALETTE,
    described,
    plain_numbers,
)
from course_utils.plots.words import course, courses, number, one_line, span

LINES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)))
MARKERS = "osD^v"


def gradients_by_depth(gradients: dict, weights: dict, title: str) -> Figure:
    """Gradient norm at each layer of several deep critics, and the weights of each.

    Parameters
    ----------
    gradients : dict of arrays
        By the critic's name, the norm at the output of each layer, input first.
    weights : dict of arrays
        By the same names, all weights of the critic.
    """
    fig = plt.figure(figsize=(11, 4.2))
    left, right = fig.subfigures(1, 2, width_ratios=(5, 6))
    ax = left.subplots()
    for k, (name, values) in enumerate(gradients.items()):
        ax.plot(
            range(1, len(values) + 1), values, color=PALETTE[k], linestyle=LINES[k],
            marker=MARKERS[k], label=name,
        )  # fmt: skip
    ax.set(
        yscale="log", xlabel="layer, from the input", ylabel="mean gradient norm at its output",
        title=title,
    )  # fmt: skip
    ax.legend(fontsize="small")
    panels = right.subplots(2, -(-len(weights) // 2), squeeze=False).ravel()
    for k, (panel, (name, values)) in enumerate(zip(panels, weights.items(), strict=False)):
        panel.hist(values, bins=60, histtype="stepfilled", color=PALETTE[k])
        panel.set(title=name, yticks=[], xlabel="weight")
        panel.ticklabel_format(axis="x", style="sci", scilimits=(-2, 2))
    ends = {one_line(name): values for name, values in gradients.items()}
    spreads = [f"{one_line(name)} {span(values)}" for name, values in weights.items()]
    return described(
        fig,
        f"""Left: mean gradient norm at the output of each layer, on a logarithmic scale, from the
        layer nearest the input to the last: {courses(ends)}. Right: histograms of the weights:
        {"; ".join(spreads)}.""",
    )


def random_and_optimal_pairs(real, fake, partner, lengths: tuple[float, float]) -> Figure:
    """The same points joined at random and by the cheapest plan.

    Parameters
    ----------
    real, fake : array, shape (n, 2)
    partner : array of int, shape (n,)
        Row of ``fake`` that the plan pairs with each real point; at random, rows agree.
    lengths : pair of float
        Mean length of the lines, at random and under the plan.
    """
    fig, axes = plt.subplots(1, 2, figsize=(9, 4.3), sharex=True, sharey=True)
    headings = ("The penalty: random pairs", "The proposition: optimal pairs")
    for ax, heading, ends, length in zip(
        axes, headings, (fake, fake[partner]), lengths, strict=True
    ):
        ax.plot(*np.stack([real, ends]).transpose(2, 0, 1), color=CRITIC, lw=0.7, alpha=0.6)
        ax.scatter(*real.T, s=18, color=DATA, zorder=3, label="real")
        ax.scatter(*fake.T, s=20, color=MODEL, marker="x", zorder=3, label="generated")
        ax.set(xlabel="$x_1$", aspect="equal", title=f"{heading}\nmean length {length:.2f}")
    axes[0].set_ylabel("$x_2$")
    axes[1].legend(loc="upper center", bbox_to_anchor=(0.5, -0.15), ncols=2)
    return described(
        fig,
        f"""Two panels with the same {len(real)} real and {len(fake)} generated points. Left,
        random pairs, joined by lines of mean length {number(lengths[0])}; right, the cheapest
        plan's pairs, of mean length {number(lengths[1])}.""",
    )


def slopes_and_theory(x, slopes: dict, predicted: dict, title: str) -> Figure:
    """A critic's slope along the line for several λ, with what theory predicts for each.

    Parameters
    ----------
    x : array, shape (k,)
    slopes, predicted : dict of arrays, shape (k,)
        By λ.
    """
    fig, ax = plt.subplots(figsize=(5.9, 3.8))
    for k, (weight, values) in enumerate(slopes.items()):
        ax.plot(x, values, color=PALETTE[k], linestyle=LINES[k], lw=2, label=f"λ = {weight:g}")
        label = "predicted" if k == 0 else None
        ax.plot(x, predicted[weight], color=NEUTRAL, lw=1, label=label)
    ax.axhline(1, color=NEUTRAL, lw=0.8, ls=":")
    ax.axvspan(0, 4, color=HIGHLIGHT, alpha=0.1)
    ax.text(2, 0.05, "between the means", ha="center", color=NEUTRAL)
    top = 1.15 * max(values[(x > 0) & (x < 4)].max() for values in predicted.values())
    ax.set(
        xlabel="x (data around 0, fakes around 4)",
        ylabel="slope |f'(x)|",
        ylim=(0, top),
        title=title,
    )
    ax.legend(ncols=2, fontsize="small")
    middle = np.argmin(np.abs(x - 2))
    found = [
        f"λ = {weight:g}: {number(values[middle])}, predicted {number(predicted[weight][middle])}"
        for weight, values in slopes.items()
    ]
    return described(
        fig,
        f"""The slope of {len(slopes)} trained critics along the line, each close to a thin line
        that theory predicts. Halfway between the means 0 and 4: {"; ".join(found)}.""",
    )


def value_surfaces(panels: dict, points: dict, half_widths: dict, title: str) -> Figure:
    """Level lines of critics on the plane; columns are data sets, rows are constraints.

    Parameters
    ----------
    panels : dict of dict of (array (k, k), str)
        ``panels[constraint][data] = (values, caption)``.
    points : dict of array, shape (n, 2)
        Some data, by data set.
    half_widths : dict of float
        Of the square shown, by data set.
    """
    rows, columns = len(panels), len(points)
    fig, axes = plt.subplots(rows, columns, figsize=(3.5 * columns, 3.6 * rows), squeeze=False)
    for row, (constraint, surfaces) in zip(axes, panels.items(), strict=True):
        for ax, (name, (values, caption)) in zip(row, surfaces.items(), strict=True):
            width = half_widths[name]
            line = np.linspace(-width, width, len(values))
            ax.contour(line, line, values, levels=14, linewidths=1)
            ax.scatter(*points[name].T, s=4, color=DATA, alpha=0.6)
            ax.set(xticks=[], yticks=[], aspect="equal", xlabel=caption)
            ax.set_title(f"{constraint}: {name}")
            ax.grid(False)
    heading = f"{title}\n(level lines of f: yellow is high)"
    fig.suptitle(heading, x=0.01, ha="left", fontweight="bold", fontsize="medium")
    seen = [
        f"{constraint}, {name}: values {span(values)}, {one_line(caption)}"
        for constraint, surfaces in panels.items()
        for name, (values, caption) in surfaces.items()
    ]
    return described(
        fig,
        f"""{rows} rows of {columns} contour plots of critics around their data. {"; ".join(seen)}.
        {one_line(title)}.""",
    )


def sweep(distances: dict, title: str, label: str = "learning rate") -> Figure:
    """Fréchet distance by objective (rows) and setting (columns).

    Parameters
    ----------
    distances : dict of dict of float
        ``distances[objective][setting]``; ``inf`` where a run broke off. A setting is a number or
        a text.
    label : str
        What the settings are.
    """
    names, rates = list(distances), list(next(iter(distances.values())))
    table = np.array([[distances[name][rate] for rate in rates] for name in names])
    finite = table[np.isfinite(table)]
    fig, ax = plt.subplots(figsize=(1.05 * len(rates) + 2.1, 0.55 * len(names) + 1.4))
    scale = LogNorm(finite.min(), finite.max())
    ax.imshow(np.where(np.isfinite(table), table, finite.max()), norm=scale, aspect="auto")
    for (i, j), value in np.ndenumerate(table):
        light = not np.isfinite(value) or scale(value) > 0.6  # as what broke off is drawn
        text = f"{value:.0f}" if np.isfinite(value) else "broke off"
        ax.text(j, i, text, ha="center", va="center", color="black" if light else "white")
    ax.set_xticks(range(len(rates)), [_setting(rate) for rate in rates])
    ax.set_yticks(range(len(names)), names)
    ax.set(xlabel=label, title=title)
    ax.grid(False)
    cells = [
        f"{name}: "
        + ", ".join(
            f"{distances[name][rate]:.0f} at {_setting(rate)}"
            if np.isfinite(distances[name][rate])
            else f"broke off at {_setting(rate)}"
            for rate in rates
        )
        for name in names
    ]
    return described(
        fig,
        f"""A table of Fréchet distances by objective and {label}. {"; ".join(cells)}.
        {one_line(title)}.""",
    )


def _setting(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:g}"


def losses_and_quality(runs: dict, title: str) -> Figure:
    """For each run, its loss and its Fréchet distance against the step.

    Parameters
    ----------
    runs : dict of (steps, losses, distances, caption)
    """
    fig, axes = plt.subplots(2, len(runs), figsize=(4 * len(runs), 4.6), sharex="col")
    axes = np.reshape(axes, (2, len(runs)))
    for (top, bottom), (name, (steps, losses, distances, caption)) in zip(
        axes.T, runs.items(), strict=True
    ):
        top.plot(steps, losses, color=CRITIC, marker="o", lw=2)
        top.set_title(f"{name}: {caption}")
        bottom.plot(steps, distances, color=MODEL, marker="s", lw=2)
        wide = max(distances) > 3 * min(distances)
        bottom.set(xlabel="generator step", yscale="log" if wide else "linear")
        if wide:
            plain_numbers(bottom.yaxis)
    axes[0, 0].set_ylabel("negative critic loss")
    axes[1, 0].set_ylabel("Fréchet distance")
    fig.suptitle(title, x=0.01, ha="left", fontweight="bold", fontsize="medium")
    seen = [
        f"{name} ({one_line(caption)}): loss {course(losses)}, Fréchet distance {course(distances)}"
        for name, (_, losses, distances, caption) in runs.items()
    ]
    return described(
        fig,
        f"""For each model two curves against the step: above, the negative critic loss; below, the
        Fréchet distance. {"; ".join(seen)}. {one_line(title)}.""",
    )


def overfitting(steps, train, held_out, title: str) -> Figure:
    """A critic's estimate with its training digits and with held-out ones; their difference."""
    fig, (left, right) = plt.subplots(1, 2, figsize=(10, 3.6), sharex=True)
    left.plot(steps, train, color=CRITIC, marker="o", label="on its 1,000 training digits")
    left.plot(steps, held_out, color=ACCENT, marker="s", ls="--", label="on 1,000 held-out digits")
    left.set(xlabel="generator step", ylabel="mean real − mean fake score", title=title)
    left.legend(fontsize="small")
    right.plot(steps, train - held_out, color=NEUTRAL, marker="D")
    right.axhline(0, color=NEUTRAL, lw=0.8, ls=":")
    right.set(
        xlabel="generator step",
        ylabel="training − held-out",
        title=f"The gap ends at {train[-1] - held_out[-1]:.2f}",
    )
    gaps = train - held_out
    return described(
        fig,
        f"""Left: the critic's estimate with its training digits and with held-out digits against
        the step; they go {course(train)} and {course(held_out)}. Right: their difference,
        which goes {course(gaps)}. {one_line(title)}.""",
    )


def gradients_for_the_generator(steps, forces: dict, title: str) -> Figure:
    """Size of the gradient that fakes receive while the critic alone is trained.

    Parameters
    ----------
    steps : array
        Critic updates.
    forces : dict of arrays
        By objective.
    """
    fig, ax = plt.subplots(figsize=(6.4, 3.6))
    for k, (name, values) in enumerate(forces.items()):
        ax.plot(
            steps, values, color=PALETTE[k], linestyle=LINES[k], marker=MARKERS[k], label=name
        )  # fmt: skip
    ax.set(
        yscale="log", xlabel="critic updates, the generator fixed",
        ylabel="mean gradient norm at a fake", title=title,
    )  # fmt: skip
    ax.legend()
    return described(
        fig,
        f"""Mean gradient norm at a fake, on a logarithmic scale, against {steps[0]:g} to
        {steps[-1]:g} critic updates: {courses(forces)}. {one_line(title)}.""",
    )


def clouds_and_numbers(runs: dict, title: str) -> Figure:
    """Real and generated points of several models, with the critic's number beside exact W₁.

    Parameters
    ----------
    runs : dict of (real, fake, printed, w1)
        Points ``(n, 2)``, mean real − mean fake score, and W₁ between the same points.
    """
    fig, axes = plt.subplots(1, len(runs), figsize=(4.6 * len(runs), 4), sharex=True, sharey=True)
    for ax, (name, (real, fake, printed, w1)) in zip(
        np.atleast_1d(axes), runs.items(), strict=True
    ):
        ax.scatter(*real.T, s=8, color=DATA, alpha=0.5, label="real")
        ax.scatter(*fake.T, s=14, color=MODEL, marker="x", lw=0.8, label="generated")
        ax.set(xlabel="$x_1$", aspect="equal")
        ax.set_title(f"{name}: prints {printed:.3f}, exact $W_1$ = {w1:.2f}", fontweight="normal")
    np.atleast_1d(axes)[0].set_ylabel("$x_2$")
    handles, labels = np.atleast_1d(axes)[0].get_legend_handles_labels()
    fig.legend(handles, labels, loc="outside lower center", ncols=2)
    fig.suptitle(title, x=0.01, ha="left", fontweight="bold", fontsize="medium")
    seen = [
        f"{name}: the critic prints {number(printed)}, exact W₁ is {number(w1)}"
        for name, (_, _, printed, w1) in runs.items()
    ]
    return described(
        fig,
        f"""{len(runs)} panels of real and generated points. {"; ".join(seen)}.
        {one_line(title)}.""",
    )
