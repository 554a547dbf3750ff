"""Figures of lesson 2: two players, the best discriminator, and what reaches the generator."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from course_utils.plots import guesses
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
from course_utils.plots.words import course, courses, listed, number, one_line

STYLES = ("-", "--", "-.", ":")
SKETCHED_AT = (0, 1, 2, 3, 4)  # where students sketch the best discriminator


def two_players() -> Figure:
    """A diagram: noise through the generator, and data, both to the discriminator."""
    fig, ax = plt.subplots(figsize=(5.9, 2.9))
    ax.set(xlim=(0, 10), ylim=(0, 3.6))
    ax.set_axis_off()

    def box(x, y, text, colour, line="-"):
        patch = FancyBboxPatch(
            (x - 0.85, y - 0.4), 1.7, 0.8, boxstyle="round,pad=0.08", fc="white", ec=colour,
            lw=2, ls=line,
        )  # fmt: skip
        ax.add_patch(patch)
        ax.text(x, y, text, ha="center", va="center")

    def arrow(start, end, **line):
        style = {"arrowstyle": "-|>", "color": NEUTRAL, "lw": 1.6} | line
        ax.annotate("", end, start, arrowprops=style)

    box(1.1, 0.8, "noise z", NEUTRAL, ":")
    box(3.9, 0.8, "generator G", MODEL)
    box(3.9, 2.8, "data", DATA, "--")
    box(6.9, 1.8, "discriminator D", CRITIC)
    arrow((2.05, 0.8), (2.95, 0.8))
    arrow((4.85, 0.9), (6.3, 1.3))
    arrow((4.85, 2.7), (6.3, 2.3))
    arrow((7.85, 1.8), (8.6, 1.8))
    ax.text(8.7, 1.8, "real or\ngenerated?", va="center")
    ax.text(5.35, 0.75, "G(z)", color=MODEL, fontsize="small")
    ax.text(5.35, 2.65, "x", color=DATA, fontsize="small")
    arrow((6.9, 1.28), (3.9, 0.28), connectionstyle="arc3,rad=-0.35", ls="--", color=MODEL, lw=1.4)
    ax.text(6.5, 0.15, "the only thing G learns from: D's gradient", color=MODEL, fontsize="small")
    ax.set_title("D sees data and fakes; G never sees data, only what D thinks of its fakes")
    return described(
        fig,
        """A diagram. Noise z enters the generator G, whose sample G(z) goes to the discriminator
        D. Data x go to D too. D answers real or generated. A dashed arrow leads from D back to
        G: its gradient is all that G learns from.""",
    )


def scores_at_a_point(d, linear: dict, logarithmic: dict, best: dict) -> Figure:
    """What a discriminator earns at one point, by its answer d, with and without logarithms.

    Parameters
    ----------
    d : array, shape (n,)
        Answers between 0 and 1.
    linear, logarithmic : dict of arrays
        The scores by label ("P 0.5, Q 0.75").
    best : dict of float
        Where the logarithmic score is largest.
    """
    fig, (left, right) = plt.subplots(1, 2, figsize=(10, 3.4))
    for k, (label, score) in enumerate(linear.items()):
        left.plot(d, score, STYLES[k], color=PALETTE[k], lw=2, label=label)
        end = int(score[-1] > score[0])
        left.plot(end, score[-end], "o", color=PALETTE[k], ms=8, clip_on=False)
    for k, (label, score) in enumerate(logarithmic.items()):
        right.plot(d, score, STYLES[k], color=PALETTE[k], lw=2, label=label)
        right.plot(best[label], np.nanmax(score), "o", color=PALETTE[k], ms=8)
        right.axvline(best[label], color=PALETTE[k], lw=0.8, ls=":")
    left.set(ylabel="score at this point", title="Linear score: the best answer is 0 or 1")
    right.set(title="With logarithms: the best answer is D*", ylim=(-3, 0))
    for ax in (left, right):
        ax.set(xlabel="discriminator's answer D(x)", xlim=(-0.02, 1.02))
    left.legend(fontsize="small")
    ends = {label: float(score[-1] > score[0]) for label, score in linear.items()}
    return described(
        fig,
        f"""Score at one point against the discriminator's answer. Left, the linear score: straight
        lines, best at an end: {listed(ends)}. Right, the logarithmic score: domes with their
        tops at {listed(best)}.""",
    )


def best_discriminator(
    x, p, q, best, trained=None, error: float | None = None, guess=None
) -> Figure:
    """Two densities and the best discriminator between them, with a trained one if there is one.

    Parameters
    ----------
    x, p, q, best : array, shape (n,)
        A grid, the densities of data and generator, D*.
    trained : array, shape (n,), optional
    error : float, optional
        The largest difference of the two, for the title.
    guess : tuple of float, optional
        Where a student thought D* lies, at ``SKETCHED_AT``.
    """
    fig, ax = plt.subplots(figsize=(5.9, 3.4))
    ax.fill_between(x, p, color=DATA, alpha=0.25, lw=0)
    ax.plot(x, p, color=DATA, lw=1.5, label="data, p")
    ax.fill_between(x, q, color=MODEL, alpha=0.2, hatch="///", lw=0)
    ax.plot(x, q, color=MODEL, lw=1.5, ls="--", label="generator, q")
    ax.plot(x, best, color=CRITIC, lw=2.5, label="best discriminator, D*")
    title = "Where data are likelier D* is above ½, and it answers 'maybe' only between the two"
    if trained is not None:
        ax.plot(x, trained, color=NEUTRAL, lw=2, ls=":", label="trained discriminator")
        title = f"A trained discriminator lies within {error:.3f} of the best one"
    ax.set(xlabel="x", ylabel="density; probability of being real", title=title)
    sketched = guesses.sketch(ax, SKETCHED_AT, guess)
    ax.legend(loc="center right", fontsize="small")
    tops = x[np.argmax(p)], x[np.argmax(q)]
    middle = x[np.argmin(np.abs(best - 0.5) + (np.maximum(p, q) < 1e-9))]
    fitted = (
        "" if trained is None else f" A trained one, dotted, lies within {number(error)} of it."
    )
    return described(
        fig,
        f"""Two bell curves, data around {number(tops[0], 2)} and generator around
        {number(tops[1], 2)}. The best discriminator is a smooth step:
        {number(best[np.argmax(p)])} over the data, one half near {number(middle, 2)},
        {number(best[np.argmax(q)])} over the generator.{fitted}{sketched}""",
    )


def value_and_divergences(shift, value, js, kl, gap: float, guess=None) -> Figure:
    """V(D*) and its two parts against the distance of the generator's Gaussian from the data's.

    Parameters
    ----------
    shift, value, js, kl : array, shape (n,)
    gap : float
        Largest difference between V(D*) and 2 JS − ln 4.
    guess : float, optional
        What a student took for the last JS.
    """
    fig, (left, right) = plt.subplots(1, 2, figsize=(10, 3.5))
    left.plot(shift, value, color=CRITIC, lw=3.5, alpha=0.5, label="V(G, D*)")
    left.plot(shift, 2 * js - np.log(4), "--", color=NEUTRAL, lw=1.6, label="2 JS − ln 4")
    left.axhline(0, color=NEUTRAL, lw=0.8)
    left.axhline(-np.log(4), color=NEUTRAL, lw=0.8, ls=":")
    left.annotate("−ln 4: equal", (shift[-1], -np.log(4)), (0, 4), textcoords="offset points",
                  ha="right", fontsize="small")  # fmt: skip
    left.annotate("0: told apart for certain", (0, 0), (0, -12), textcoords="offset points",
                  fontsize="small")  # fmt: skip
    left.set(
        xlabel="distance of the means", ylabel="value of the game (nats)", ylim=(-1.6, 0.15),
        title=f"V(G, D*) is 2 JS − ln 4, to {gap:.0e}",
    )  # fmt: skip
    left.legend(loc="center right")
    right.plot(shift, kl, color=MODEL, lw=2, ls="--", label="KL")
    right.plot(shift, js, color=DATA, lw=2, label="JS")
    right.axhline(np.log(2), color=NEUTRAL, lw=0.8, ls=":")
    right.annotate("ln 2", (shift[-1], np.log(2)), (0, 4), textcoords="offset points", ha="right")
    guessed = guesses.mark(right, guess)
    right.set(
        xlabel="distance of the means", ylabel="nats", ylim=(0, 4),
        title="KL grows for ever, JS has a ceiling",
    )  # fmt: skip
    right.legend(loc="center right")
    return described(
        fig,
        f"""Left: the value of the game at the best discriminator against the distance of two
        Gaussians, {course(shift)}; it goes {course(value)} and lies on 2 JS − ln 4 to
        {gap:.0e}. Right: KL goes {course(kl)} and leaves the picture; JS levels off at
        {number(js[-1])}, under the line at ln 2.{guessed}""",
    )


def losses_and_slopes(logit, losses: dict, slopes: dict) -> Figure:
    """The two generator losses and the size of their slopes against the logit of a fake."""
    fig, (left, right) = plt.subplots(1, 2, figsize=(10, 3.4), sharex=True)
    for k, name in enumerate(losses):
        style = {"color": (DATA, MODEL)[k], "ls": STYLES[k], "lw": 2, "label": name}
        left.plot(logit, losses[name], **style)
        right.plot(logit, slopes[name], **style)
    left.set(ylabel="generator's loss", title="Both losses fall as D is fooled")
    left.set_xticks(range(-10, 11, 5))  # shared with the right
    right.set(
        ylabel="size of the slope", yscale="log",
        title="One is flat where D is sure, the other steep",
    )  # fmt: skip
    for ax in (left, right):
        ax.axvline(0, color=NEUTRAL, lw=0.8)
        ax.set_xlabel("logit of a fake  (D is sure it is fake ← → D is fooled)")
    left.legend()
    return described(
        fig,
        f"""Generator losses against the logit of a fake, {course(logit)}. Losses:
        {courses(losses)}. On a logarithmic scale, the sizes of their slopes:
        {courses(slopes)}; they cross at logit 0.""",
    )


def push_by_place(x, q, exact: dict, trained: dict, marks: dict, guess=None) -> Figure:
    """How hard each generator loss pushes a fake at x: for D*, and for a trained network.

    Parameters
    ----------
    x, q : array, shape (n,)
        A grid, and the generator's density.
    exact, trained : dict of arrays
        Sizes of the slopes by the loss's name.
    marks : dict of (x, value)
        Points to label.
    guess : float, optional
        How many times lower than the first point a student took the last one to be.
    """
    fig, ax = plt.subplots(figsize=(5.9, 3.6))
    for k, name in enumerate(exact):
        colour = (DATA, MODEL)[k]
        ax.plot(x, exact[name], color=colour, lw=2.2, ls=STYLES[k], label=f"{name}, with D*")
        ax.plot(x, trained[name], color=colour, lw=1.4, ls=":", label=f"{name}, trained network")
    for label, point in marks.items():
        ax.plot(*point, "o", color=NEUTRAL, ms=6)
        ax.annotate(
            label, point, (-8, -8), textcoords="offset points", ha="right", fontsize="small"
        )
    ax.set(
        xlabel="position x of a fake", ylabel="size of the slope", yscale="log", ylim=(1e-8, 30),
        title="The further a fake is from the data, the less log(1 − D) pushes it",
    )  # fmt: skip
    guessed = ""
    if guess is not None and guess > 0:
        (_, first), *_, (place, _) = marks.values()
        ax.plot(place, first / guess, "x", color=ACCENT, ms=11, mew=3, label=guesses.LABEL)
        guessed = f" Your guess at {number(place)}, {number(first / guess)}, is a cross."
    right = ax.twinx()
    right.fill_between(x, q, color=NEUTRAL, alpha=0.12, lw=0)
    right.set(ylim=(0, 1.4), yticks=[])
    right.grid(False)
    right.annotate("where the fakes are", (4, 0.03), ha="center", fontsize="small")
    ax.legend(fontsize="small", loc="lower left")
    marked = [
        f"{one_line(label)} at {number(x0)}: {number(value)}"
        for label, (x0, value) in marks.items()
    ]
    return described(
        fig,
        f"""Slope of both generator losses against the position of a fake, {course(x)}, on a
        logarithmic scale. With D*: {courses(exact)}. With the trained network, dotted:
        {courses(trained)}. Marked points: {"; ".join(marked)}.{guessed}""",
    )


def value_while_training(steps, values, best: float, gap: float) -> Figure:
    """V of a discriminator in training against the bound that no discriminator passes."""
    fig, ax = plt.subplots(figsize=(6.4, 3))
    ax.plot(steps, values, "o-", color=CRITIC, lw=2, ms=4, label="V(G, D) of the network")
    ax.axhline(best, color=NEUTRAL, ls="--", lw=1.4, label="V(G, D*) = 2 JS − ln 4")
    ax.set(
        xlabel="discriminator step", ylabel="value of the game (nats)",
        title=f"Training climbs towards 2 JS − ln 4 from below and stops {gap:.4f} short",
    )  # fmt: skip
    ax.legend(loc="lower right")
    return described(
        fig,
        f"""Value of the game against the discriminator's training steps: it goes {course(values)}
        towards the dashed line at {best:.4f} and ends {gap:.4f} below it.""",
    )


def vanishing_gradient(curves: dict[str, tuple], drop: float, spread: float) -> Figure:
    """Gradient norms that reach a generator standing still, against the critic's steps.

    Parameters
    ----------
    curves : dict of (steps, norms)
    drop : float
        How many times smaller than at first the saturating gradient became.
    spread : float
        Largest over smallest norm of the penalised critic, after its first steps.
    """
    fig, ax = plt.subplots(figsize=(5.9, 3.8))
    for k, (name, (steps, norms)) in enumerate(curves.items()):
        colour = (DATA, MODEL, CRITIC)[k]
        ax.plot(steps, norms, color=colour, ls=STYLES[k], lw=2, marker="os^"[k], ms=3, label=name)
    ax.set(
        xlabel="discriminator or critic step, the generator standing still",
        ylabel="gradient norm at the generator",
        yscale="log",
        title=f"The better D, the less log(1 − D) teaches: {drop:,.0f} times less at the lowest.\n"
        f"The critic with a penalty, once settled, varies by a factor of {spread:.1f}",
    )
    ax.legend(fontsize="small")
    norms = {name: values for name, (_, values) in curves.items()}
    return described(
        fig,
        f"""Gradient norm at the generator, on a logarithmic scale, against discriminator steps:
        {courses(norms)}. Under log(1 − D) its lowest value is {drop:,.0f} times smaller than
        its first; for the critic with a penalty it varies, once settled, by a factor of
        {spread:.1f}.""",
    )


def variants(scores: dict[str, np.ndarray], title: str) -> Figure:
    """Fréchet distances of short runs: one row a setting, one dot a seed, the first is the base."""
    fig, ax = plt.subplots(figsize=(6.4, 0.42 * len(scores) + 1.2))
    names = list(scores)[::-1]
    for row, name in enumerate(names):
        finite = scores[name][np.isfinite(scores[name])]
        base = name == names[-1]
        ax.plot(finite, np.full(len(finite), row), "s" if base else "o", ms=8,
                color=NEUTRAL if base else MODEL)  # fmt: skip
    ax.axvline(np.mean(scores[names[-1]]), color=NEUTRAL, lw=1, ls="--")
    ax.set_yticks(range(len(names)), names)
    ax.set(xlabel="Fréchet distance to test images (lower is better)", title=title)
    means = {one_line(name): np.mean(values) for name, values in scores.items()}
    return described(
        fig,
        f"""Fréchet distance of short runs, one row for each setting, one dot for each seed. Means:
        {listed(means)}. {one_line(title)}.""",
    )


def loss_against_quality(losses, distances, rank_correlation: float, label: str) -> Figure:
    """One dot a stage: a loss against the Fréchet distance, joined in the order of training."""
    fig, ax = plt.subplots(figsize=(6.4, 3.4))
    ax.plot(losses, distances, "-", color=NEUTRAL, lw=0.8)
    ax.scatter(losses, distances, s=50, c=np.arange(len(losses)), zorder=3, edgecolors=NEUTRAL)
    for name, end, next_to_it in (("first", 0, 1), ("last", -1, -2)):
        left = losses[end] < losses[next_to_it]  # on the side where no line leads
        ax.annotate(name, (losses[end], distances[end]), (-8 if left else 8, 0), va="center",
                    ha="right" if left else "left", textcoords="offset points")  # fmt: skip
    ax.set(
        xlabel=label, ylabel="Fréchet distance", yscale="log",
        title=f"Loss against quality over {len(losses)} stages: rank correlation "
        f"{rank_correlation:+.2f}",
    )  # fmt: skip
    plain_numbers(ax.yaxis)
    return described(
        fig,
        f"""Fréchet distance against the {one_line(label)}, one dot for each of {len(losses)}
        stages in the order of training: the distance goes {course(distances)}, the loss
        {course(losses)}. The rank correlation is {rank_correlation:+.2f}.""",
    )


def blurred_lines(theta, curves: dict[float, np.ndarray]) -> Figure:
    """JS between two parallel lines against their distance, for several amounts of noise."""
    fig, ax = plt.subplots(figsize=(6.4, 3.2))
    for k, (noise, js) in enumerate(curves.items()):
        colour = (DATA, MODEL, CRITIC, ACCENT)[k]
        if noise == 0:  # a jump, not a slope: a line with a hole, and a dot below it
            js = np.where(theta == 0, np.nan, js)
            ax.plot(0, 0, "o", color=colour)
            ax.plot(0, np.log(2), "o", color=colour, mfc="white", zorder=3)
        ax.plot(theta, js, STYLES[k % 4], color=colour, lw=2, label=f"noise {noise:g}")
    ax.annotate("ln 2", (theta[0], np.log(2)), (0, 3), textcoords="offset points")
    ax.set(
        xlabel="distance of the lines, θ", ylabel="JS (nats)", ylim=(-0.04, 0.78),
        title="Without noise JS jumps; noise gives it a slope",
    )  # fmt: skip
    fig.legend(loc="outside right center")
    at_half = {
        f"noise {noise:g}": js[np.argmin(np.abs(np.asarray(theta) - 0.5))]
        for noise, js in curves.items()
    }
    return described(
        fig,
        f"""JS between two parallel lines against their distance, {course(theta)}. Without noise it
        is ln 2 everywhere but at 0, where it jumps to 0; noise makes a valley, the wider the
        more noise. At a distance of 0.5: {listed(at_half)} nats.""",
    )


def f_functions(t, functions: dict[str, np.ndarray]) -> Figure:
    """The functions f that make an f-divergence, against the ratio t = p/q."""
    fig, ax = plt.subplots(figsize=(6.4, 3.2))
    colours = (MODEL, ACCENT, DATA, CRITIC, HIGHLIGHT)
    for k, (name, f) in enumerate(functions.items()):
        ax.plot(t, f, STYLES[k % 4], color=colours[k], lw=2, label=name)
    ax.plot(1, 0, "o", color=NEUTRAL)
    ax.set(
        xlabel="ratio t = p(x) / q(x)", ylabel="f(t)", ylim=(-0.4, 2),
        title="Each f is convex with f(1) = 0, and each makes a divergence",
    )  # fmt: skip
    fig.legend(loc="outside right center")
    halves = {
        one_line(name): f[np.argmin(np.abs(np.asarray(t) - 0.5))] for name, f in functions.items()
    }
    return described(
        fig,
        f"""{len(functions)} convex curves f(t) that pass through the point (1, 0). At t = ½ they
        are {listed(halves)}.""",
    )
