"""Figures of lesson 2: players that circle, and modes that come and go."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from course_utils.plots import guesses
from course_utils.plots.style import (
    DATA,
    MODEL,
    NEUTRAL,
    PALETTE,
    described,
)
from course_utils.plots.words import listed, number, one_line, span

STYLES = ("-", "--", "-.", ":")


def circling(paths: dict[str, np.ndarray], radii: dict[str, float], guess=None) -> Figure:
    """Paths of the xy-game in the plane, and their distance from the equilibrium.

    `guess` is what a student took for the last distance of the players that move together.
    """
    fig, (left, right) = plt.subplots(1, 2, figsize=(10, 3.8), width_ratios=(2, 3))
    for k, (name, path) in enumerate(paths.items()):
        style = {"color": (MODEL, DATA)[k], "ls": STYLES[k], "lw": 1.8, "label": name}
        left.plot(*path.T, **style)
        right.plot(np.linalg.norm(path, axis=1), **style)
    left.plot(0, 0, "*", color=NEUTRAL, ms=12)
    left.plot(1, 1, "o", color=NEUTRAL, ms=6)
    left.annotate("start", (1, 1), (6, 4), textcoords="offset points")
    left.set(xlabel="x (minimises xy)", ylabel="y (maximises xy)", aspect="equal")
    left.set_title("Round and round the equilibrium ★")
    ends = ", ".join(f"{name} {radius:.1f}" for name, radius in radii.items())
    right.set(xlabel="step", ylabel="distance from (0, 0)", title=f"At the end: {ends}")
    guessed = guesses.mark(right, guess)
    right.legend()
    reach = {name: np.linalg.norm(path, axis=1) for name, path in paths.items()}
    ways = [f"{name} {span(r)} from it, at the end {number(r[-1])}" for name, r in reach.items()]
    return described(
        fig,
        f"""Paths of the xy-game from (1, 1) around the equilibrium at (0, 0), and their distance
        from it: {"; ".join(ways)}.{guessed}""",
    )


def ring_samples(data, panels: dict[str, tuple[np.ndarray, int]], title: str) -> Figure:
    """Samples of several runs on the eight Gaussians.

    Parameters
    ----------
    data : array, shape (n, 2)
    panels : dict of (samples, modes)
        The samples of each run and the number of modes they reach.
    """
    fig, axes = plt.subplots(1, len(panels), figsize=(2.5 * len(panels), 2.9), squeeze=False)
    for ax, (label, (samples, modes)) in zip(axes[0], panels.items(), strict=True):
        ax.plot(*data.T, "o", color=DATA, ms=7, mfc="none", alpha=0.15)
        ax.plot(*np.asarray(samples).T, "x", color=MODEL, ms=3, alpha=0.5)
        ax.set(xlim=(-3, 3), ylim=(-3, 3), aspect="equal", xticks=[-2, 0, 2], yticks=[-2, 0, 2])
        ax.set_title(f"{label}\n{modes} of 8 modes", fontweight="normal", fontsize="small")
    fig.suptitle(title, x=0.01, ha="left", fontweight="bold", fontsize="medium")
    reached = {one_line(label): modes for label, (_, modes) in panels.items()}
    return described(
        fig,
        f"""Samples on the ring of eight modes. Modes reached: {listed(reached)}.
        {one_line(title)}.""",
    )


def modes_over_time(runs: dict[str, list], title: str, guess=None) -> Figure:
    """How many modes each run reaches while it trains; one thin line a seed.

    Parameters
    ----------
    runs : dict of lists of (steps, modes)
        The runs of each setting.
    guess : float, optional
        How many modes a student expected of the last setting.
    """
    fig, axes = plt.subplots(1, len(runs), figsize=(3.4 * len(runs), 3), sharey=True, squeeze=False)
    for ax, (label, curves) in zip(axes[0], runs.items(), strict=True):
        for k, (steps, modes) in enumerate(curves):
            nudge = 0.08 * (k - (len(curves) - 1) / 2)  # equal counts stay visible side by side
            ax.plot(steps, modes + nudge, color=PALETTE[k % 6], ls=STYLES[k % 4], marker="o", ms=3)
        ax.axhline(8, color=NEUTRAL, lw=0.8)
        ax.set(xlabel="generator step", ylim=(-0.4, 8.6))
        ax.set_title(label, fontweight="normal", fontsize="small")
    axes[0, 0].set_ylabel("modes reached, of 8")
    guessed = guesses.mark(axes[0, -1], guess)
    if guessed:
        axes[0, -1].legend(fontsize="small")
    fig.suptitle(title, x=0.01, ha="left", fontweight="bold", fontsize="medium")
    last = {
        one_line(label): ", ".join(str(int(modes[-1])) for _, modes in curves)
        for label, curves in runs.items()
    }
    last = "; ".join(f"{label}: {ends}" for label, ends in last.items())
    return described(
        fig,
        f"""Modes reached against generator steps, one line a seed. In the end, {last}.
        {one_line(title)}.{guessed}""",
    )
