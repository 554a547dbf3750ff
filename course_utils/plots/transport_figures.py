"""Figures of lesson 3, first half: plans, areas between CDFs, programs and potentials."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from course_utils.plots import guesses
from course_utils.plots.style import CRITIC, DATA, HIGHLIGHT, MODEL, NEUTRAL, described
from course_utils.plots.words import listed, number, span

SKETCHED_AT = (-1.0, -0.5, 0.0, 0.5, 1.0)  # where the lines' distances are sketched
BAR = 0.4  # width of a bar, where two stand side by side, in units of the spacing


def _cells(ax, plan: np.ndarray, labels_x, labels_y, vmax: float, digits: int = 2) -> None:
    """A heat map with the amounts written in the cells that carry something."""
    ax.imshow(plan, vmin=0, vmax=vmax, aspect="equal")
    for (i, j), mass in np.ndenumerate(plan):
        if mass > 1e-9:
            colour = "black" if mass > 0.6 * vmax else "white"
            ax.text(j, i, f"{mass:.{digits}g}", ha="center", va="center", color=colour)
    ax.set_xticks(range(plan.shape[1]), labels_x)
    ax.set_yticks(range(plan.shape[0]), labels_y)
    ax.grid(False)


def compare_plans(positions, plans: dict[str, np.ndarray], costs: dict[str, float]) -> Figure:
    """Several plans for the same job, cell by cell.

    Parameters
    ----------
    positions : array_like, shape (n,)
        Sources are rows, targets columns.
    plans : dict of ndarray, shape (n, n)
    costs : dict of float
        By the same names.
    """
    fig, axes = plt.subplots(1, len(plans), figsize=(3.6 * len(plans), 3.5))
    top = max(plan.max() for plan in plans.values())
    labels = [f"{x:g}" for x in positions]
    for ax, (name, plan) in zip(axes, plans.items(), strict=True):
        _cells(ax, plan, labels, labels, top)
        ax.set(xlabel="to position", ylabel="from position", title=f"{name}: {costs[name]:.3g}")
    least, most = min(costs.values()), max(costs.values())
    best = [name for name, cost in costs.items() if np.isclose(cost, least)]
    finding = f"{' and '.join(best)} cost least, {least:.3g}; one can spend {most:.3g}"
    fig.suptitle(finding, fontsize="medium", weight="bold")
    shapes = [
        f"{name} fills {np.count_nonzero(plan > 1e-9)} cells, moves "
        f"{number(plan.sum() - np.trace(plan))} of the mass and costs {number(costs[name])}"
        for name, plan in plans.items()
    ]
    return described(
        fig,
        f"""{len(plans)} tables of plans between the positions {", ".join(labels)}, the sources in
        rows: {"; ".join(shapes)}.""",
    )


def _pair_of_bars(ax, x, p, q, width: float) -> None:
    ax.bar(x - width / 2, p, width, color=DATA, label="P")
    ax.bar(x + width / 2, q, width, color=MODEL, hatch="//", label="Q")


def cdf_area(x, p, q, value: float) -> Figure:
    """Masses on the left, the area between their CDFs on the right.

    Parameters
    ----------
    x : ndarray, shape (n,)
        Positions in ascending order.
    p, q : ndarray, shape (n,)
    value : float
        The area.
    """
    fig, (left, right) = plt.subplots(1, 2, figsize=(10, 3.6), width_ratios=(1, 1.3))
    gaps = np.diff(x)
    _pair_of_bars(left, x, p, q, BAR * gaps.min())
    left.set(
        xlabel="position",
        ylabel="mass",
        title=f"{np.abs(p - q).sum() / 2:.0%} of the mass must move",
    )
    left.legend()
    margin = 0.25 * np.ptp(x)
    edges = np.concatenate([[x[0] - margin], x, [x[-1] + margin]])
    steps = [np.concatenate([[0], np.cumsum(masses)]) for masses in (p, q)]
    right.stairs(
        steps[0], edges, baseline=steps[1], fill=True, color=HIGHLIGHT, alpha=0.35, label="area"
    )
    right.stairs(steps[0], edges, baseline=None, color=DATA, lw=2, label="F of P")
    right.stairs(steps[1], edges, baseline=None, color=MODEL, lw=2, ls="--", label="F of Q")
    if len(x) <= 5:
        for start, gap, a, b in zip(x, gaps, steps[0][1:], steps[1][1:], strict=False):
            text = f"{abs(a - b):.2g} × {gap:.3g}"
            right.text(start + gap / 2, (a + b) / 2, text, ha="center", va="center")
    right.set(
        xlabel="position",
        ylabel="mass up to here",
        title=f"W₁ is the area between the CDFs: {value:.4g}",
    )
    right.legend(loc="upper left")
    return described(
        fig,
        f"""Left: bars of two distributions P and Q over {len(x)} positions on a line. Right: their
        staircase CDFs with the area between them shaded; the area is {value:.4g}.""",
    )


def density_and_cdf(x, densities, cdfs, names: tuple[str, str], title: str) -> Figure:
    """Two densities, and the area between their CDFs.

    Parameters
    ----------
    x : ndarray, shape (n,)
    densities, cdfs : pair of ndarray, shape (n,)
        Of P and of Q.
    names : pair of str
    title : str
        What the area shows.
    """
    fig, (left, right) = plt.subplots(1, 2, figsize=(10, 3.4))
    for ax, curves in ((left, densities), (right, cdfs)):
        ax.plot(x, curves[0], color=DATA, lw=2, label=names[0])
        ax.plot(x, curves[1], "--", color=MODEL, lw=2, label=names[1])
        ax.set(xlabel="x")
    right.fill_between(x, *cdfs, color=HIGHLIGHT, alpha=0.35)
    shared = np.trapezoid(np.minimum(*densities), x)
    left.set(ylabel="density", title=f"The two densities share {shared:.1%} of their area")
    right.set(ylabel="probability up to x", title=title)
    left.legend()
    peaks = [
        f"{name} peaks at {number(x[np.argmax(d)])}"
        for name, d in zip(names, densities, strict=True)
    ]
    return described(
        fig,
        f"""Left: two densities; {listed(peaks)}. Right: their CDFs, with the area between them
        shaded. {title}.""",
    )


def against_theta(theta, w1, w1_program, js, tv, sketches=(None, None)) -> Figure:
    """The distances between two parallel lines, against how far apart they are.

    Parameters
    ----------
    theta : ndarray, shape (n,)
        Contains 0.
    w1, js, tv : ndarray, shape (n,)
    w1_program : (ndarray, ndarray)
        A few θ, and W₁ there by linear programming.
    sketches : (tuple of float or None, tuple of float or None)
        What a student expected of W₁ and of JS at θ = −1, −½, 0, ½, 1.
    """
    fig, (left, right) = plt.subplots(1, 2, figsize=(10, 3.6))
    left.plot(theta, w1, color=CRITIC, lw=2, label="W₁ on the line")
    left.plot(*w1_program, "o", mfc="none", color=NEUTRAL, ms=8, label="W₁ by linear program")
    left.set(xlabel="θ", ylabel="W₁ (same unit as θ)", title="W₁ = |θ| says which way to go")
    drawn = guesses.sketch(left, SKETCHED_AT, sketches[0])
    drawn += guesses.sketch(right, SKETCHED_AT, sketches[1])
    left.legend(loc="upper center")
    away = theta != 0
    for values, colour, style, name in (
        (tv, DATA, "-", "total variation"),
        (js, MODEL, "--", "JS (nats)"),
    ):
        for side in (theta < 0, theta > 0):
            right.plot(theta[side], values[side], style, color=colour, lw=2)
        right.plot(0, values[~away][0], "o", color=colour, ms=7, zorder=4)
        right.plot(0, values[away][0], "o", mfc="white", color=colour, ms=7, zorder=4)
        height = values[away][0]
        right.annotate(
            f"{name} = {height:.3g}", (theta.max(), height), xytext=(0, 5),
            textcoords="offset points", ha="right", color=colour,
        )  # fmt: skip
    if sketches[1] is not None:
        right.legend(loc="lower left")
    right.text(
        0.5, 0.35, "KL = ∞ for every θ ≠ 0", transform=right.transAxes, ha="center", color=NEUTRAL
    )
    right.set(
        xlabel="θ",
        ylabel="divergence",
        ylim=(-0.08, 1.25),
        title="JS and TV jump at 0 and are flat elsewhere",
    )
    return described(
        fig,
        f"""Left: W₁ against θ is a V with its tip at 0; {len(w1_program[0])} linear programs lie
        on it. Right: JS is {js[away][0]:.3f} and total variation is {tv[away][0]:.3g} for
        every θ except 0, where both drop to 0; KL is infinite except at 0.{drawn}""",
    )


def pair_heatmaps(names, tables: dict[str, np.ndarray], findings: dict[str, str]) -> Figure:
    """All ordered pairs of some distributions, under several distances.

    Parameters
    ----------
    names : sequence of str
        Of the distributions: rows are the first argument, columns the second.
    tables : dict of ndarray, shape (n, n)
        By the name of the distance; ``inf`` allowed.
    findings : dict of str
        What each panel shows.
    """
    fig, axes = plt.subplots(1, len(tables), figsize=(3.9 * len(tables), 4))
    for ax, (title, table) in zip(np.atleast_1d(axes), tables.items(), strict=True):
        finite = table[np.isfinite(table)]
        top = max(finite.max(), 1e-12)
        ax.imshow(np.where(np.isfinite(table), table, np.nan), vmin=0, vmax=top)
        for (i, j), value in np.ndenumerate(table):
            infinite = np.isinf(value)
            if infinite:
                box = plt.Rectangle((j - 0.5, i - 0.5), 1, 1, hatch="///", fc="white", ec=NEUTRAL)
                ax.add_patch(box)
            light = not infinite and value <= 0.6 * top
            ax.text(
                j, i, "∞" if infinite else f"{value:.3g}", ha="center", va="center",
                color="white" if light else "black",
                bbox={"fc": "white", "ec": "none", "pad": 1} if infinite else None,
            )  # fmt: skip
        ax.set_xticks(range(len(names)), names)
        ax.set_yticks(range(len(names)), names)
        ax.set(xlabel="second argument", ylabel="first argument")
        ax.set_title(f"{title}\n{findings[title]}")
        ax.grid(False)
    seen = [
        f"{title}, {findings[title]}: "
        + ", ".join(
            f"{a} to {b} {number(table[i, j])}"
            for i, a in enumerate(names)
            for j, b in enumerate(names)
            if i != j
        )
        for title, table in tables.items()
    ]
    return described(
        fig,
        f"""{len(tables)} tables over all pairs of {listed(names)}. {". ".join(seen)}.""",
    )


def plan_with_margins(plan, p, q, value: float) -> Figure:
    """A plan as a heat map between the histograms that it joins.

    Parameters
    ----------
    plan : ndarray, shape (n, m)
    p, q : ndarray, shape (n,) and (m,)
    value : float
        Its cost.
    """
    fig, axes = plt.subplot_mosaic(
        [[".", "top", "."], ["side", "heat", "bar"]],
        figsize=(6.6, 6),
        width_ratios=(1, 4, 0.15),
        height_ratios=(1, 4),
    )
    heat, top, side = axes["heat"], axes["top"], axes["side"]
    image = heat.imshow(plan, aspect="auto", vmin=0)
    heat.plot([-0.5, len(q) - 0.5], [-0.5, len(p) - 0.5], ":", color="white", lw=1.5)
    heat.set(xlabel="to state", xticks=range(len(q)), yticks=[])
    heat.grid(False)
    top.bar(range(len(q)), q, color=MODEL, hatch="//")
    top.set(xlim=(-0.5, len(q) - 0.5), xticks=[], ylabel="Q")
    side.barh(range(len(p)), p, color=DATA)
    side.set(ylim=(len(p) - 0.5, -0.5), yticks=range(len(p)), xlabel="P", ylabel="from state")
    side.invert_xaxis()
    fig.colorbar(image, cax=axes["bar"], label="mass carried")
    fig.suptitle(
        f"The cheapest plan, {value:.4f}, keeps near the diagonal", fontsize="medium", weight="bold"
    )
    moves = [(i, j) for i, j in np.argwhere(np.asarray(plan) > 1e-9) if i != j]
    furthest = max((abs(i - j) for i, j in moves), default=0)
    return described(
        fig,
        f"""A {len(p)} by {len(q)} heat map of a plan between two histograms drawn along its sides,
        of cost {value:.4f}. {np.trace(plan):.0%} of the mass stays on the diagonal; what moves
        goes at most {furthest} states.""",
    )


def constraints(matrix: np.ndarray, rank: int) -> Figure:
    """The zeros and ones that turn a flattened plan into its marginals."""
    fig, ax = plt.subplots(figsize=(5.8, 2.6))
    ax.imshow(matrix, aspect="auto", cmap="binary")
    half = len(matrix) / 2 - 0.5
    ax.axhline(half, color=MODEL, lw=2)
    ax.set(
        xlabel="cell of the plan, row after row",
        ylabel="constraint",
        title=f"{len(matrix)} marginals, but rank {rank}: row sums and column sums share a total",
    )
    ax.yaxis.set_major_locator(MaxNLocator(integer=True))
    ax.text(matrix.shape[1] + 0.5, half / 2, "rows", va="center")
    ax.text(matrix.shape[1] + 0.5, 1.5 * half, "columns", va="center")
    ax.grid(False)
    return described(
        fig,
        f"""A matrix of {matrix.shape[0]} rows and {matrix.shape[1]} columns of zeros and ones, of
        rank {rank}. The upper half holds a block of neighbouring ones in each row, stepping to
        the right; each row of the lower half holds ones at equal distances, in diagonal
        stripes.""",
    )


def potential(x, f, p, q, value: float) -> Figure:
    """Surplus p − q, and the potential whose mean over it is W₁.

    Parameters
    ----------
    x : ndarray, shape (n,)
        Positions in ascending order.
    f : ndarray, shape (n,)
        A 1-Lipschitz function, constant of no matter.
    p, q : ndarray, shape (n,)
    value : float
        Σ f (p − q).
    """
    fig, (top, bottom) = plt.subplots(2, 1, figsize=(6.4, 5), sharex=True, height_ratios=(1, 1.4))
    surplus = p - q
    width = 0.7 * np.diff(x).min()
    over = surplus >= 0
    top.bar(x[over], surplus[over], width, color=DATA, label="too much: must leave")
    top.bar(x[~over], surplus[~over], width, color=MODEL, hatch="//", label="too little: arrives")
    top.axhline(0, color=NEUTRAL, lw=1)
    top.set(ylabel="p − q", title="Earth flows from where f is high to where it is low")
    top.legend(loc="upper right")
    bottom.plot(x, f, "o-", color=CRITIC, lw=2, label="potential f")
    low, high = f.min(), f.max()
    for start in np.arange(low - np.ptp(x), high + np.ptp(x), 1.0):
        bottom.plot(x, start + (x - x[0]), color=NEUTRAL, lw=0.5, alpha=0.35)
        bottom.plot(x, start - (x - x[0]), color=NEUTRAL, lw=0.5, alpha=0.35)
    bottom.set(
        xlabel="position",
        ylabel="f (unit of position)",
        ylim=(low - 0.6, high + 0.6),
        title=f"f: never steeper than ±1 (thin); Σ f (p − q) = {value:.4f}",
    )
    leaves, arrives = (", ".join(f"{at:g}" for at in x[side]) for side in (surplus > 1e-12, ~over))
    return described(
        fig,
        f"""Above: the surplus p − q, positive at {leaves} and negative at {arrives}. Below: the
        potential f, {span(f)}, highest at {number(x[np.argmax(f)])} and lowest at
        {number(x[np.argmin(f)])}; it is never steeper than the thin lines of slope ±1, and the
        sum of f times surplus is {value:.4f}.""",
    )
