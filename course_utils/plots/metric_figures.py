"""Figures of lesson 3, second half: axioms, slopes, Gaussians, samples, blur and witnesses."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from course_utils.plots import guesses
from course_utils.plots.style import (
    ACCENT,
    CRITIC,
    DATA,
    MODEL,
    NEUTRAL,
    PALETTE,
    described,
)
from course_utils.plots.words import course, courses, listed, number

STYLES = ("-", "--", "-.", ":")
MARKERS = ("o", "s", "^", "D")


def axioms(direct, detour, kl_direct, kl_detour, kl_broken: float) -> Figure:
    """Direct distance against the way through a third distribution, for W₁ and for KL.

    Parameters
    ----------
    direct, detour : ndarray, shape (n,)
        W₁(P, Q) and W₁(P, R) + W₁(R, Q).
    kl_direct, kl_detour : ndarray, shape (n,)
        The same with D(P‖Q).
    kl_broken : float
        The share of triples for which the detour is shorter under KL.
    """
    fig, axes = plt.subplots(1, 2, figsize=(10, 4))
    for ax, a, b, colour, name, title in (
        (axes[0], direct, detour, CRITIC, "W₁", "W₁: no detour is shorter"),
        (
            axes[1], kl_direct, kl_detour, MODEL, "D",
            f"KL: for {kl_broken:.0%} of the triples, one is",
        ),
    ):  # fmt: skip
        shorter = b < a - 1e-9  # not by rounding
        ax.plot(a[~shorter], b[~shorter], "o", color=colour, ms=3, alpha=0.6)
        ax.plot(a[shorter], b[shorter], "x", color=NEUTRAL, ms=5, label="detour shorter")
        top = max(a.max(), np.quantile(b, 0.98))
        ax.plot([0, top], [0, top], color=NEUTRAL, lw=1)
        ax.set(
            xlim=(0, top),
            ylim=(0, top),
            xlabel=f"{name} from P to Q",
            ylabel=f"{name} from P to R, plus from R to Q",
            title=title,
        )
        if shorter.any():
            ax.legend(loc="lower right")
    w1_broken = np.mean(detour < direct - 1e-9)
    return described(
        fig,
        f"""Two scatter plots of {len(direct)} triples: the distance from P to Q against the way
        through R. For W₁ {w1_broken:.0%} of the points lie below the diagonal; for KL
        {kl_broken:.0%} do, marked with crosses: there the detour is shorter.""",
    )


def steepest_pair(x, f, pair, curve, counts, bounds, truth: float) -> Figure:
    """A sampled function with its steepest pair, and how the estimate grows with the sample.

    Parameters
    ----------
    x, f : ndarray, shape (n,)
        The sample.
    pair : (int, int)
        Which two points are the steepest.
    curve : (ndarray, ndarray)
        The function itself.
    counts, bounds : ndarray, shape (k,)
        Sample sizes, and the largest slope found.
    truth : float
        The Lipschitz constant of the function.
    """
    fig, (left, right) = plt.subplots(1, 2, figsize=(10, 3.6))
    left.plot(*curve, color=NEUTRAL, lw=1, label="the function")
    left.plot(x, f, "o", color=DATA, label="the sample")
    ends = list(pair)
    left.plot(x[ends], f[ends], "s-", color=MODEL, lw=2.5, label="steepest pair")
    left.set(
        xlabel="x",
        ylabel="f(x)",
        title=f"The steepest of {len(x)} points has slope {bounds[0]:.2f}",
    )
    left.set_ylim(top=left.get_ylim()[1] + 0.45 * np.ptp(left.get_ylim()))
    left.legend(fontsize="small", loc="upper center", ncols=3)
    right.semilogx(counts, bounds, "o-", color=DATA, label="largest slope in the sample")
    right.axhline(truth, color=NEUTRAL, ls="--", label=f"Lipschitz constant {truth:g}")
    right.set(
        xlabel="points in the sample",
        ylabel="slope",
        ylim=(0, truth * 1.2),
        title="A sample only ever gives a lower bound",
    )
    right.legend(loc="lower right")
    return described(
        fig,
        f"""Left: a function with {len(x)} sample points; the steepest pair, at
        {number(x[pair[0]])} and {number(x[pair[1]])}, is joined by a line of slope
        {number(bounds[0])}. Right: the largest slope in samples of {counts[0]} to {counts[-1]}
        points goes {course(bounds)}, below the Lipschitz constant {truth:g}.""",
    )


def gaussian_spread(sigma, curves: dict[float, tuple], at: float = 1.0) -> Figure:
    """W₁ and W₂ between N(0, 1) and N(Δμ, σ²), against σ.

    Parameters
    ----------
    sigma : ndarray, shape (n,)
    curves : dict of (ndarray, ndarray)
        Per Δμ, W₁ and W₂.
    at : float
        The standard deviation at which both equal Δμ.
    """
    fig, ax = plt.subplots(figsize=(6.4, 4.8))
    for (shift, (w1, w2)), colour, marker in zip(curves.items(), PALETTE, MARKERS, strict=False):
        ax.plot(sigma, w1, color=colour, lw=2, label=f"W₁, Δμ = {shift:g}")
        ax.plot(sigma, w2, "--", color=colour, lw=1.5, label=f"W₂, Δμ = {shift:g}")
        ax.axhline(shift, color=NEUTRAL, lw=0.8, ls=":")
        ax.plot(at, shift, marker, color=colour, ms=8)
    ax.axvline(at, color=NEUTRAL, lw=0.8)
    ax.set(
        xlabel="standard deviation σ of Q",
        ylabel="distance (unit of x)",
        title="Both equal |Δμ| (dotted) only where the standard deviations agree",
    )
    ax.legend(ncols=2, loc="upper center", bbox_to_anchor=(0.5, -0.2))
    ends = [
        f"Δμ = {shift:g}: W₁ {course(w1)} and W₂ {course(w2)}, both {shift:g} at σ = {at:g}"
        for shift, (w1, w2) in curves.items()
    ]
    return described(
        fig,
        f"""W₁ and W₂ between N(0, 1) and N(Δμ, σ²) against σ, {course(sigma)}.
        {"; ".join(ends)}.""",
    )


def sample_floor(floors: dict[str, tuple], guess: float | None = None) -> Figure:
    """W₁ between two samples of the same distribution, against their size.

    Parameters
    ----------
    floors : dict of (sizes, means, standard deviations)
        By the name of the distribution.
    guess : float, optional
        What a student expected at the smallest size on the line, the first of the floors.
    """
    fig, ax = plt.subplots(figsize=(6.4, 4))
    for (name, (sizes, means, spread)), colour, marker, style in zip(
        floors.items(), (DATA, CRITIC, MODEL), MARKERS, STYLES, strict=False
    ):
        ax.errorbar(
            sizes,
            means,
            yerr=spread,
            fmt=marker,
            ls=style,
            color=colour,
            capsize=4,
            lw=2,
            label=name,
        )
    ax.set(
        xscale="log",
        yscale="log",
        xlabel="size of each sample",
        ylabel="W₁ between two samples (mean ± sd)",
        title="The true distance is 0; between samples it is not, least of all in high dimension",
    )
    sizes = next(iter(floors.values()))[0]
    ax.set_xticks(sizes, [str(size) for size in sizes])
    levels = [0.05, 0.1, 0.2, 0.5, 1, 2]
    ax.set_yticks(levels, [f"{level:g}" for level in levels])
    ax.minorticks_off()
    if guess is not None and guess > 0:
        ax.plot(sizes[0], guess, "x", color=ACCENT, ms=11, mew=3, label=guesses.LABEL)
    ax.legend()
    falls = {name: means for name, (_, means, _) in floors.items()}
    return described(
        fig,
        f"""Mean W₁ between two samples of one distribution against their size, {sizes[0]} to
        {sizes[-1]} points, both axes logarithmic: {courses(falls)}.""",
    )


def entropic_plans(
    plans: dict[float, np.ndarray], costs: dict[float, float], best: float
) -> Figure:
    """Plans blurred by entropy, from sharp to independent.

    Parameters
    ----------
    plans : dict of ndarray, shape (n, m)
        Per ε.
    costs : dict of float
        ⟨plan, cost⟩ per ε.
    best : float
        The cost of the best plan.
    """
    fig, axes = plt.subplots(1, len(plans), figsize=(3 * len(plans), 3.4))
    for ax, (epsilon, plan) in zip(axes, plans.items(), strict=True):
        ax.imshow(plan, vmin=0)
        ax.set(xticks=range(0, len(plan[0]), 3), xlabel="to state")
        ax.set(yticks=range(0, len(plan), 3), title=f"ε = {epsilon:g}\ncost {costs[epsilon]:.4f}")
        ax.grid(False)
    axes[0].set_ylabel("from state")
    fig.suptitle(
        f"The more entropy, the blurrier and the dearer (best: {best:.4f})", fontsize="medium"
    )
    spreads = {f"ε = {epsilon:g}": costs[epsilon] for epsilon in plans}
    filled = [np.mean(plan > 1e-3) for plan in plans.values()]
    return described(
        fig,
        f"""{len(plans)} heat maps of plans, ever more blurred. Their costs are, at
        {listed(spreads)}; the best plan costs {number(best, 4)}. The first has more than a
        thousandth of the mass in
        {filled[0]:.0%} of the cells, the last in {filled[-1]:.0%}.""",
    )


def integral_metrics(x, witnesses: dict[str, np.ndarray], points, theta, curves: dict) -> Figure:
    """Witness functions between two point masses, and three distances against their gap.

    Parameters
    ----------
    x : ndarray, shape (n,)
    witnesses : dict of ndarray, shape (n,)
    points : (float, float)
        Where P and Q sit.
    theta : ndarray, shape (k,)
        Gaps.
    curves : dict of ndarray, shape (k,)
        By the same names.
    """
    fig, (left, right) = plt.subplots(1, 2, figsize=(10.5, 3.8))
    styles = dict(zip(curves, ((CRITIC, "-"), (ACCENT, "--"), (DATA, ":")), strict=True))
    for name, values in witnesses.items():
        colour, style = styles[name]
        left.plot(x, values, style, color=colour, lw=2, label=name)
    for point, colour, letter in zip(points, (DATA, MODEL), "PQ", strict=True):
        left.annotate(
            letter, (point, -3.2), xytext=(point, -4.2), color=colour, ha="center", weight="bold",
            arrowprops={"arrowstyle": "->", "color": colour},
        )  # fmt: skip
    left.set_ylim(-4.5, 3.6)
    left.set(xlabel="x", ylabel="witness f(x)", title="Only W₁'s witness slopes everywhere between")
    left.legend(fontsize="small", loc="upper right")
    for name, values in curves.items():
        colour, style = styles[name]
        right.plot(theta, values, style, color=colour, lw=2, label=name)
    right.set(
        xlabel="gap between the two point masses",
        ylabel="distance",
        ylim=(0, 3),
        title="Far apart, only W₁ still grows",
    )
    right.legend(fontsize="small", loc="upper left")
    slopes = {
        name: np.abs(np.gradient(values, x))[np.argmin(np.abs(x - np.mean(points)))]
        for name, values in witnesses.items()
    }
    return described(
        fig,
        f"""Left: witnesses between a point mass at {points[0]:g} and one at {points[1]:g}; halfway
        between, their slopes are {listed(slopes)}. Right: the distances against the gap,
        {course(theta)}: {courses(curves)}.""",
    )
