"""Figures of lesson 1, second half: the flower model, and what likelihood does not see."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from course_utils.pixel_distance import Overtaken, move_right
from course_utils.plots import guesses
from course_utils.plots.style import CRITIC, DATA, HIGHLIGHT, MODEL, NEUTRAL, described
from course_utils.plots.words import course, listed, number, one_line, span


def flowers_and_samples(data, samples, grid, model_density) -> Figure:
    """Petals of real flowers and of the model's, and petal length under both.

    Parameters
    ----------
    data, samples : ndarray, shapes (n, 2) and (m, 2)
        Petal length and petal width in cm.
    grid, model_density : ndarray, shape (k,)
        The model's marginal density of petal length.
    """
    fig, (left, right) = plt.subplots(1, 2, figsize=(11, 3.8))
    left.axhspan(-1.5, 0, color=HIGHLIGHT, alpha=0.25, hatch="//", lw=0)
    left.axvspan(-3, 0, color=HIGHLIGHT, alpha=0.25, hatch="//", lw=0)
    left.scatter(*samples.T, s=14, marker="x", color=MODEL, label="model", lw=1)
    left.scatter(*data.T, s=16, color=DATA, label="flowers", alpha=0.8)
    left.text(4.6, -0.35, "impossible", ha="center", va="top")
    left.set(
        xlim=(-1.2, 9),
        ylim=(-0.9, 3.6),
        xlabel="petal length (cm)",
        ylabel="petal width (cm)",
        title="The model draws flowers with negative petals",
    )
    left.legend(loc="upper left")
    right.hist(
        data[:, 0], bins=np.arange(0.75, 7.3, 0.25), density=True, color=DATA, alpha=0.45,
        hatch="..", label="flowers",
    )  # fmt: skip
    right.plot(grid, model_density, color=MODEL, lw=2, label="model")
    right.axvspan(1.95, 2.95, color=NEUTRAL, alpha=0.15)
    right.text(2.45, right.get_ylim()[1] * 0.5, "no\nflower", ha="center", fontsize="small")
    right.set(
        xlabel="petal length (cm)",
        ylabel="density (per cm)",
        title="It covers a gap where no flower is",
    )
    right.legend()
    negative = np.mean((np.asarray(samples) < 0).any(axis=1))
    gap = np.max(model_density[(grid > 2) & (grid < 2.9)])
    return described(
        fig,
        f"""Left: petal length and width of {len(data)} real flowers and of {len(samples)} of the
        model's. The real ones form two separate groups; the model's form one tilted cloud that
        fills the gap, and {negative:.1%} of them have a negative length or width. Right: petal
        length; the data leave 2 to 2.9 cm empty, and the model's density there is up to
        {number(gap, 2)} per cm.""",
    )


def conditional_flowers(data, samples, value: float) -> Figure:
    """Sepal and petal length of all flowers; draws given one sepal length."""
    fig, ax = plt.subplots(figsize=(6.4, 3.6))
    ax.scatter(*data.T, s=16, color=DATA, alpha=0.7, label="flowers")
    ax.axvline(value, color=NEUTRAL, lw=1)
    ax.scatter(
        np.full(len(samples), value), samples, marker="x", color=MODEL, label="20 draws given 6.3"
    )
    ax.set(
        xlabel="sepal length (cm)",
        ylabel="petal length (cm)",
        title="Conditioning cuts the cloud along one line and keeps what is probable there",
    )
    ax.legend(loc="upper left")
    return described(
        fig,
        f"""Sepal length against petal length for {len(data)} flowers, with {len(samples)} draws of
        the model on the vertical line at sepal length {value:g} cm; they lie {span(samples)}
        cm.""",
    )


def good_likelihood_bad_samples(real, panels: dict[str, tuple[np.ndarray, float]]) -> Figure:
    """Samples of several models, each with its mean log-likelihood on held-out data.

    Parameters
    ----------
    real : ndarray, shape (n, 2)
    panels : dict of (samples (m, 2), mean log-likelihood in nats)
    """
    fig, axes = plt.subplots(1, len(panels), figsize=(12, 3.8), sharex=True, sharey=True)
    for ax, (name, (samples, score)) in zip(axes, panels.items(), strict=True):
        ax.scatter(*real.T, s=6, color=DATA, alpha=0.35, label="held-out data")
        ax.scatter(*samples.T, s=14, marker="x", lw=1, color=MODEL, label="samples of the model")
        ax.set(title=f"{name}:\n{score:.3g} nats per point", xlabel="x₁")
    axes[0].set_ylabel("x₂")
    axes[0].legend(loc="lower left", fontsize="small")
    fig.suptitle("Likelihood ranks these models by something other than their samples")
    near = []
    for name, (samples, score) in panels.items():
        share = np.mean([np.linalg.norm(real - s, axis=1).min() < 0.5 for s in samples])
        near.append(f"{share:.0%} of {one_line(name)}, which scores {number(score)} nats per point")
    return described(
        fig,
        f"""{len(panels)} panels of samples over held-out data in clusters. Within 0.5 of a
        held-out point lie {listed(near)}.""",
    )


def cost_of_noise(dimensions, log_likelihood, noisy, guess=None) -> Figure:
    """Log-likelihood of the true model and of 99 % noise by dimension, and their difference.

    `guess` is what a student took for the difference.
    """
    fig, (left, right) = plt.subplots(1, 2, figsize=(11, 3.6))
    left.plot(dimensions, log_likelihood, "o-", color=DATA, lw=2, label="true model")
    left.plot(dimensions, noisy, "x--", color=MODEL, lw=2, label="1 % true model, 99 % noise")
    left.set(
        xlabel="dimension of the data",
        ylabel="mean log-likelihood (nats)",
        title="By likelihood they look the same",
    )
    left.legend()
    right.plot(dimensions, log_likelihood - noisy, "s-", color=NEUTRAL, lw=2)
    right.axhline(np.log(100), color=CRITIC, ls="--", lw=1.5)
    right.annotate(
        "ln 100", (dimensions[0], np.log(100)), xytext=(0, 3), textcoords="offset points",
        color=CRITIC,
    )  # fmt: skip
    guessed = guesses.mark(right, guess)
    right.set(
        xscale="log",
        ylim=(0, max(5.4, min(guess or 0, 800) * 1.1)),
        xlabel="dimension of the data",
        ylabel="difference (nats)",
        title="The noise costs less than 4.61 nats",
    )
    return described(
        fig,
        f"""Left: mean log-likelihood against dimension for the true model and for 99 % noise; both
        lines go {course(log_likelihood)} nats, one on the other. Right: their difference,
        which goes {course(log_likelihood - noisy)} nats, under the line at ln 100 =
        4.61.{guessed}""",
    )


def spikes(widths, raw, dequantised, ceiling: float) -> Figure:
    """Mean log-likelihood of spikes on the recorded values, raw and with noise added."""
    fig, ax = plt.subplots(figsize=(6.4, 3.6))
    ax.plot(widths, raw, color=MODEL, lw=2, label="values as recorded")
    ax.plot(widths, dequantised, "--", color=DATA, lw=2, label="uniform noise added")
    ax.axhline(ceiling, color=NEUTRAL, lw=1.2, ls=":")
    ax.annotate(
        "best discrete model", (widths[-1], ceiling), xytext=(-4, 4), textcoords="offset points",
        ha="right", color=NEUTRAL,
    )  # fmt: skip
    ax.set(
        xscale="log",
        ylim=(min(dequantised[-1], raw[-1]) - 4, raw.max() + 0.5),
        xlabel="width of the spikes (cm)",
        ylabel="log-likelihood per flower (nats)",
        title="On rounded data likelihood has no upper bound; with noise added it has one",
    )
    ax.legend()
    best = np.argmax(dequantised)
    return described(
        fig,
        f"""Log-likelihood per flower against the width of the spikes, {course(widths)} cm. On the
        recorded values it goes {course(raw)} nats and reaches {number(np.max(raw))}. With
        uniform noise added its highest value is {number(dequantised[best])}, at a width of
        {number(widths[best], 2)} cm; the best discrete model has {number(ceiling)}.""",
    )


def parzen(shrinkage, scores, best: float) -> Figure:
    """Parzen-window score of samples that are pulled towards the mean."""
    fig, ax = plt.subplots(figsize=(6.4, 3.4))
    ax.plot(shrinkage, scores, "o-", color=MODEL, lw=2)
    ax.axvline(1, color=DATA, lw=1.5, ls="--")
    ax.text(0.99, np.mean(ax.get_ylim()), "samples of the\ntrue law", color=DATA, ha="right")
    ax.plot([best], [np.max(scores)], "o", ms=12, mfc="none", color=CRITIC, mew=2)
    ax.set(
        xlabel="spread of the samples (true spread = 1)",
        ylabel="Parzen score (nats)",
        title=f"The Parzen window prefers samples of {best:.2g} times the true spread",
    )
    at_truth = np.argmin(np.abs(np.asarray(shrinkage) - 1))
    return described(
        fig,
        f"""Parzen score against the spread of the samples. It is highest, {number(np.max(scores))}
        nats, for samples of {best:.2g} times the true spread, and {number(scores[at_truth])}
        for samples of the true law.""",
    )


def moved_digits(images: np.ndarray, found: Overtaken, pixels: int, n_shown: int = 4) -> Figure:
    """Digits, the same moved to the right, and other digits that are now nearer.

    Parameters
    ----------
    images : ndarray, shape (m, height, width)
    found : Overtaken
        For the first of them, moved by `pixels`.
    n_shown : int
        How many are shown: the first that another digit overtakes.
    """
    chosen = np.flatnonzero(found.other < found.own)[:n_shown]
    moved = move_right(images, pixels)
    fig, axes = plt.subplots(3, n_shown, figsize=(1.7 * n_shown + 2.2, 5.4))
    for column, k in zip(axes.T, chosen, strict=False):
        rows = (
            (images[k], f"{found.own[k]:.2f} away"),
            (moved[k], f"moved by {pixels}"),
            (images[found.nearest[k]], f"{found.other[k]:.2f} away"),
        )
        for ax, (picture, caption) in zip(column, rows, strict=True):
            ax.imshow(picture, cmap="gray_r", vmin=0, vmax=1)
            ax.set(xticks=[], yticks=[])
            ax.set_xlabel(caption, fontsize="small")
            ax.grid(False)
    for ax, name in zip(axes[:, 0], ("itself", "moved", "another\ndigit"), strict=True):
        ax.set_ylabel(name, rotation=0, ha="right", va="center")
    side = "pixel" if pixels == 1 else "pixels"
    fig.suptitle(
        f"{pixels} {side} to the right: for {found.share:.0%} of the digits another one is nearer",
        fontsize="medium", weight="bold",
    )  # fmt: skip
    pairs = [f"{found.own[k]:.2f} and {found.other[k]:.2f}" for k in chosen]
    return described(
        fig,
        f"""{n_shown} digits in three rows: a digit, the same digit moved to the right by {pixels}
        {side}, and another digit that is nearer to the moved one than the first is. The two
        distances are {listed(pairs)}. This is so for {found.share:.0%} of {len(found.own)}
        digits.""",
    )
