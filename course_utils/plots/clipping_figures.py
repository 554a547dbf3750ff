"""Figures of lesson 4: a clipped critic's scores, its number beside W₁, and what clipping costs."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from course_utils.plots import guesses
from course_utils.plots.style import (
    ACCENT,
    CRITIC,
    DATA,
    HIGHLIGHT,
    MODEL,
    NEUTRAL,
    PALETTE,
    SEQUENTIAL,
    SKY,
    described,
)
from course_utils.plots.words import course, courses, listed, number, one_line, span

STYLES = ("-", "--", "-.", ":")
MARKERS = ("o", "s", "^", "D", "v")


def discriminator_and_critic(
    x, densities, d_star, critic, slopes: dict, title: str, felt: str = "what a sample feels"
) -> Figure:
    """The best discriminator and a critic between two bells, and the slopes they offer.

    Parameters
    ----------
    x : array, shape (n,)
    densities : pair of arrays
        Of the data and of the generator.
    d_star, critic : array, shape (n,)
        The optimal discriminator; the critic's scores, rescaled to [0, 1] for the eye.
    slopes : dict of arrays
        Size of the slope of each generator loss at x.
    felt : str
        Title of the slopes' panel.
    """
    fig, (left, right) = plt.subplots(1, 2, figsize=(11, 3.9))
    for density, colour, name in zip(densities, (DATA, MODEL), ("data", "generated"), strict=True):
        left.fill_between(x, density, color=colour, alpha=0.25)
        left.text(x[np.argmax(density)], 0.03, name, ha="center", color=colour, weight="bold")
    left.plot(x, d_star, color=NEUTRAL, linestyle="--", label="optimal discriminator $D^*$")
    left.plot(x, critic, color=CRITIC, label="clipped critic (rescaled)")
    left.set(xlabel="$x$", ylabel="density, probability, score", title=title)
    left.legend(loc="upper right", fontsize="small")
    for k, (name, values) in enumerate(slopes.items()):
        colour = CRITIC if "critic" in name else (NEUTRAL, ACCENT)[k % 2]
        right.plot(x, values, STYLES[(k + 1) % 4], color=colour, label=name)
    right.set(yscale="log", xlabel="$x$", ylabel="size of the slope", title=felt)
    right.legend(fontsize="small")
    where = [number(x[np.argmax(density)]) for density in densities]
    falls = {one_line(name): values.max() / values.min() for name, values in slopes.items()}
    return described(
        fig,
        f"""Left: bells of the data at {where[0]} and of the generator at {where[1]}; the best
        discriminator goes {course(d_star)} and is flat on either side, the critic, rescaled,
        {course(critic)}. Right, logarithmic, the sizes of the slopes from left to right:
        {courses(slopes)}. Steepest over flattest: {listed(falls)}.""",
    )


def schedule(updates, curves: dict, marks: dict, title: str, guess=None) -> Figure:
    """What a critic has found after so many updates against a generator that stands still.

    Parameters
    ----------
    updates : array, shape (n,)
    curves : dict of arrays
        Dual value as a share of the most that was found, by label.
    marks : dict
        Label → number of updates to mark.
    guess : float, optional
        The share that a student expected at the first mark.
    """
    fig, ax = plt.subplots(figsize=(5.9, 3.4))
    for k, (name, values) in enumerate(curves.items()):
        ax.plot(updates, 100 * values, STYLES[k], color=PALETTE[k], label=name)
    for name, at in marks.items():
        ax.axvline(at, color=NEUTRAL, linewidth=1)
        ax.text(at * 1.06, 2, name, color=NEUTRAL, fontsize="small")
    ax.set(xscale="log", ylim=(-5, 115), title=title)
    ax.set(xlabel="critic updates from a fresh start", ylabel="% of the largest value found")
    guessed = guesses.mark(ax, guess, scale=100)
    ax.legend(loc="upper left", fontsize="small")
    found = [
        f"{one_line(name)}: "
        + listed([f"{np.interp(at, updates, values):.0%} after {at}" for at in marks.values()])
        for name, values in curves.items()
    ]
    return described(
        fig,
        f"""Value that a fresh critic has found, in per cent of the most it finds, against the
        number of updates on a logarithmic axis, up to {updates[-1]:g}. {"; ".join(found)}.
        {guessed}""",
    )


def _cloud(ax: Axes, points, colour: str, title: str) -> None:
    ax.scatter(*np.asarray(points).T, s=6, alpha=0.45, color=colour, linewidth=0)
    ax.set(xlabel="$x_1$", ylabel="$x_2$", title=title, aspect="equal")


def three_panels(real, fake, curve, printed: str, judged: str) -> Figure:
    """Real data, generated data and the critic's printed number over training.

    Parameters
    ----------
    real, fake : array, shape (n, 2)
    curve : pair of arrays
        Steps and printed values.
    printed, judged : str
        Titles of the curve and of the generated panel: what was found.
    """
    fig, (left, middle, right) = plt.subplots(1, 3, figsize=(12, 3.8))
    _cloud(left, real, DATA, "data")
    _cloud(middle, fake, MODEL, judged)
    low = np.minimum(np.min(real, axis=0), np.min(fake, axis=0)) - 0.3
    high = np.maximum(np.max(real, axis=0), np.max(fake, axis=0)) + 0.3
    for ax in (left, middle):
        ax.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]))
    right.plot(*curve, color=CRITIC)
    right.set(xlabel="generator step", ylabel="mean real − mean fake score", title=printed)
    return described(
        fig,
        f"""Three panels. Data: {len(real)} points in the plane, x₁ {span(np.asarray(real)[:, 0])}.
        Generated: {len(fake)} points, x₁ {span(np.asarray(fake)[:, 0])}; {one_line(judged)}.
        The printed number against the generator step goes {course(curve[1])};
        {one_line(printed)}.""",
    )


def w1_along(curves: dict, floor: float, title: str) -> Figure:
    """Exact W₁ over training, one line for each run, against the floor.

    Parameters
    ----------
    curves : dict
        Label → list of (steps, w1), one pair for each run.
    """
    fig, ax = plt.subplots(figsize=(5.9, 3.5))
    for k, (name, runs) in enumerate(curves.items()):
        for which, (steps, w1) in enumerate(runs):
            ax.plot(
                steps, w1, STYLES[k] + MARKERS[k], color=(CRITIC, MODEL)[k % 2], alpha=0.8,
                markersize=4, label=None if which else name,
            )  # fmt: skip
    ax.axhline(floor, color=NEUTRAL, linestyle=":", label="floor")
    ax.set(xlabel="generator step", ylabel="exact $W_1$ to the data", ylim=(0, None), title=title)
    ax.legend(fontsize="small")
    runs = "; ".join(
        f"{one_line(name)} " + ", ".join(course(w1) for _, w1 in pairs)
        for name, pairs in curves.items()
    )
    return described(
        fig,
        f"""Exact W₁ over the training of each run, from the first look to the last: {runs}. The
        floor is {number(floor)}.""",
    )


def printed_and_bound(steps, w1, printed, slope_bound: float, title: str) -> Figure:
    """Exact W₁, the most a critic can print, and what it printed, on one logarithmic axis."""
    fig, ax = plt.subplots(figsize=(5.9, 3.7))
    for values, line, colour, name in (
        (w1, "-o", DATA, "exact $W_1$ of the batch"),
        (slope_bound * w1, "--", NEUTRAL, "$K\\,W_1$: the most it can print"),
        (printed, "-s", CRITIC, "printed by the critic, same batch"),
    ):
        ax.plot(steps, values, line, color=colour)
        ax.annotate(
            name, (steps[-1], values[-1]), (0, 8), textcoords="offset points",
            ha="right", color=colour, fontsize="small",
        )  # fmt: skip
    ax.set(yscale="log", xlabel="generator step", ylabel="score units, length (log)", title=title)
    ax.margins(y=0.15)
    return described(
        fig,
        f"""Three curves against the generator step on a logarithmic axis: exact W₁ of the batch
        {course(w1)}; the bound K·W₁ {course(slope_bound * np.asarray(w1))}; and the number the
        critic gives for the same batch, {course(printed)}.""",
    )


def value_surfaces(surfaces: dict, limit: float, real, title: str) -> Figure:
    """Contours of critics over the plane, with the data.

    Parameters
    ----------
    surfaces : dict of arrays
        Scores on a grid over [−limit, limit]², by label.
    """
    fig, axes = plt.subplots(1, len(surfaces), figsize=(3.5 * len(surfaces), 3.9), squeeze=False)
    for ax, (name, scores) in zip(axes[0], surfaces.items(), strict=True):
        line = np.linspace(-limit, limit, len(scores))
        ax.contourf(line, line, scores, 14, cmap=SEQUENTIAL)
        ax.contour(line, line, scores, 14, colors="white", linewidths=0.4)
        ax.scatter(*np.asarray(real).T, s=9, color=HIGHLIGHT, edgecolor="black", linewidth=0.3)
        ax.set(xlabel="$x_1$", ylabel="$x_2$", aspect="equal")
        ax.set_title(name, fontweight="normal", loc="center", fontsize="small")
        ax.grid(visible=False)
    fig.suptitle(title, x=0.01, ha="left", fontweight="bold", fontsize="medium")
    spans = [f"{one_line(name)}, scores {span(scores)}" for name, scores in surfaces.items()]
    return described(
        fig,
        f"""Contours of {len(surfaces)} critics over the plane with the data: {"; ".join(spans)}.
        {one_line(title)}.""",
    )


def weight_histograms(weights: dict, shares: dict, title: str) -> Figure:
    """Histograms of a critic's weights in units of c, with the share that lies at ±c.

    Parameters
    ----------
    weights : dict of arrays
        w / c, by label.
    shares : dict of float
        Share within 1 % of ±c, by the same labels.
    """
    fig, axes = plt.subplots(1, len(weights), figsize=(3.6 * len(weights), 3.2), squeeze=False)
    for ax, (name, values) in zip(axes[0], weights.items(), strict=True):
        ax.hist(values, np.linspace(-1, 1, 41), color=CRITIC)
        ax.set(xlabel="weight, in units of $c$", ylabel="how many")
        ax.set_title(f"{name}: {shares[name]:.0%} at ±c", fontweight="normal", loc="center")
    fig.suptitle(title, x=0.01, ha="left", fontweight="bold", fontsize="medium")
    tails = [
        f"{one_line(name)}: {shares[name]:.0%} of {len(np.ravel(weights[name]))}"
        for name in weights
    ]
    return described(
        fig,
        f"""Histograms of critics' weights in units of c, between −1 and 1. At either end, ±c:
        {"; ".join(tails)}.""",
    )


def gradients_through_depth(profiles: dict, bounds: dict, title: str) -> Figure:
    """Size of the gradient at each layer, from the score back to the input, for several c.

    Parameters
    ----------
    profiles : dict of arrays
        Gradient sizes from the layer nearest the input to the last, by label.
    bounds : dict of float
        The most by which one layer can multiply a gradient, by the same labels.
    """
    fig, ax = plt.subplots(figsize=(5.9, 4.2))
    for k, (name, sizes) in enumerate(profiles.items()):
        layers = np.arange(1, len(sizes) + 1)
        ax.plot(
            layers, sizes, STYLES[k] + MARKERS[k], color=PALETTE[k], markersize=5,
            label=f"{name} (at most ×{bounds[name]:.3g} a layer)",
        )  # fmt: skip
    ax.set(yscale="log", title=title, xlabel="layer (1 is nearest the input)")
    ax.set_ylabel("size of the gradient (log)")
    ax.legend(fontsize="small")
    return described(
        fig,
        f"""Size of the gradient at each layer, logarithmic, from the layer nearest the input to
        the last: {courses(profiles)}. {one_line(title)}.""",
    )


def forces(real, snapshots: dict, arrows, title: str) -> Figure:
    """Points that follow a critic's slope: where they are at some steps, and the last forces.

    Parameters
    ----------
    real : array, shape (m, 2)
    snapshots : dict
        Label → (positions, forces), arrays of shape (n, 2).
    arrows : float
        Length to draw the average force with.
    """
    fig, axes = plt.subplots(1, len(snapshots), figsize=(3.7 * len(snapshots), 3.9), squeeze=False)
    for ax, (name, (points, pushes)) in zip(axes[0], snapshots.items(), strict=True):
        ax.scatter(*np.asarray(real).T, s=5, color=SKY, alpha=0.5, linewidth=0)
        size = arrows / max(np.linalg.norm(pushes, axis=1).mean(), 1e-12)
        ax.quiver(
            *points.T, *(size * pushes).T, color=MODEL, angles="xy", scale_units="xy", scale=1,
            width=0.004,
        )  # fmt: skip
        ax.scatter(*points.T, s=9, color=MODEL)
        ax.set(xlabel="$x_1$", ylabel="$x_2$", aspect="equal", xlim=(-4.2, 5.2), ylim=(-2.2, 5.2))
        ax.set_title(name, fontweight="normal", loc="center")
    fig.suptitle(title, x=0.01, ha="left", fontweight="bold", fontsize="medium")
    reached = [
        f"{one_line(name)}, centred at " + listed([number(x, 2) for x in points.mean(axis=0)])
        for name, (points, _) in snapshots.items()
    ]
    return described(
        fig,
        f"""{len(snapshots)} snapshots of points over the data, with an arrow for the force on
        each: {"; ".join(reached)}. {one_line(title)}.""",
    )


def stability(scores: dict, changes, models, floor: float, title: str) -> Figure:
    """Exact W₁ of every run, by change of settings, one column of dots for each model.

    Parameters
    ----------
    scores : dict
        (model, change) → list of W₁, one for each seed.
    """
    fig, ax = plt.subplots(figsize=(5.9, 3.9))
    for k, model in enumerate(models):
        for column, change in enumerate(changes):
            values = scores[model, change]
            x = column + 0.3 * (k - (len(models) - 1) / 2) + np.linspace(-0.04, 0.04, len(values))
            ax.plot(
                x, values, MARKERS[k], color=(MODEL, CRITIC)[k % 2], alpha=0.8,
                label=model if column == 0 else None,
            )  # fmt: skip
    ax.axhline(floor, color=NEUTRAL, label="floor")
    ax.axhline(2 * floor, color=NEUTRAL, linestyle="--", label="twice the floor")
    ax.set_xticks(range(len(changes)), list(changes))
    ax.set(yscale="log", ylabel="exact $W_1$ to the data (log)", title=title)
    ax.legend(fontsize="small", ncols=2)
    seen = [
        f"{model} "
        + "; ".join(
            f"{one_line(change)}: {', '.join(number(w) for w in scores[model, change])}"
            for change in changes
        )
        for model in models
    ]
    return described(
        fig,
        f"""Exact W₁ of every run, by setting, {listed(models)} side by side, on a logarithmic axis
        with the floor, {number(floor)}. {". ".join(seen)}.""",
    )


def loss_against_quality(points: dict, title: str, labels: tuple[str, str]) -> Figure:
    """Smoothed loss against an independent score at the same steps, one panel for each model.

    Parameters
    ----------
    points : dict
        Label → (steps, loss, quality), arrays of equal length.
    labels : pair of str
        Of the loss and of the quality.
    """
    fig, axes = plt.subplots(1, len(points), figsize=(5.2 * len(points), 3.8), squeeze=False)
    for ax, (name, (steps, loss, quality)) in zip(axes[0], points.items(), strict=True):
        ax.plot(loss, quality, color=NEUTRAL, linewidth=0.8)
        dots = ax.scatter(loss, quality, c=steps, cmap=SEQUENTIAL, s=45, zorder=3)
        for at in (0, -1):
            ax.annotate(
                f" step {int(steps[at])}", (loss[at], quality[at]), fontsize="small", va="bottom"
            )
        ax.set(xlabel=labels[0], ylabel=labels[1])
        ax.set_title(name, fontweight="normal", loc="center")
    fig.colorbar(dots, ax=axes[0].tolist(), label="generator step")
    fig.suptitle(title, x=0.01, ha="left", fontweight="bold", fontsize="medium")
    seen = [
        f"{one_line(name)}: loss {course(loss)}, quality {course(quality)}"
        for name, (_, loss, quality) in points.items()
    ]
    return described(
        fig,
        f"""{len(points)} scatter plots of {one_line(labels[0])} against {one_line(labels[1])} at
        the same steps. {"; ".join(seen)}. {one_line(title)}.""",
    )


def settings_bars(scores: dict, settings, label: str, title: str) -> Figure:
    """Bars of a score by setting, one group for each setting and one bar for each model.

    Parameters
    ----------
    scores : dict
        Model → scores, one for each setting.
    """
    fig, ax = plt.subplots(figsize=(5.9, 3.6))
    width = 0.8 / len(scores)
    for k, (model, values) in enumerate(scores.items()):
        x = np.arange(len(settings)) + width * (k - (len(scores) - 1) / 2)
        bars = ax.bar(
            x, values, 0.94 * width, label=model, color=(CRITIC, MODEL)[k % 2],
            hatch=("", "//")[k % 2], edgecolor="white",
        )  # fmt: skip
        ax.bar_label(bars, fmt="%.0f", fontsize="small")
    ax.set_xticks(range(len(settings)), list(settings))
    highest = max(max(values) for values in scores.values())
    ax.set(ylim=(0, 1.25 * highest), ylabel=label, title=title)
    ax.legend(fontsize="small", loc="upper left", ncols=len(scores))
    ax.grid(axis="x", visible=False)
    seen = [
        f"{model}: " + listed({one_line(s): v for s, v in zip(settings, values, strict=True)})
        for model, values in scores.items()
    ]
    return described(
        fig,
        f"""Bars of the {one_line(label)} for each setting. {"; ".join(seen)}.""",
    )
