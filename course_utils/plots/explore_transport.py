"""Scenes of lesson 3: piles of earth under the hand, and two parallel lines."""

from __future__ import annotations

import numpy as np
from matplotlib.patches import FancyArrowPatch

from course_utils.plots.scene import Scene, legend_below
from course_utils.plots.style import CRITIC, DATA, HIGHLIGHT, MODEL, NEUTRAL

ARROWS = 10  # a best plan between m and n piles needs at most m + n − 1


class PilesScene(Scene):
    """Piles with the flows between them, the plan, the CDFs, and a potential."""

    def __init__(self, span: float, n_sources: int, n_targets: int):
        super().__init__(12.6, 4.0, columns=(1.5, 0.75, 1, 1))
        self._span = span
        piles, plan, cdf, dual = self.axes
        self._sources = piles.bar(range(n_sources), [0.3] * n_sources, 0.5, color=DATA)
        self._targets = piles.bar(range(n_targets), [-0.3] * n_targets, 0.5, color=MODEL)
        for bar in self._targets:
            bar.set_hatch("//")
        self._names = [
            piles.text(0, 0, f"{letter}{k + 1}", ha="center", va=va, weight="bold")
            for letter, count, va in (("P", n_sources, "bottom"), ("Q", n_targets, "top"))
            for k in range(count)
        ]
        self._arrows = [
            FancyArrowPatch((0, 0), (1, 0), color=NEUTRAL, arrowstyle="-|>", mutation_scale=11)
            for _ in range(ARROWS)
        ]
        for arrow in self._arrows:
            piles.add_patch(arrow)
        piles.axhline(0, color=NEUTRAL, lw=1)
        piles.set(
            xlim=(-0.5, span + 0.5), ylim=(-1.05, 1.05), xlabel="position",
            ylabel="earth of P (up), holes Q (down)",
        )  # fmt: skip
        piles.set_yticks([-1, -0.5, 0, 0.5, 1], ["1", "0.5", "0", "0.5", "1"])
        self._plan = plan.imshow(np.zeros((n_sources, n_targets)), vmin=0, vmax=0.6)
        self._cells = [
            [plan.text(j, i, "0.00", ha="center", va="center") for j in range(n_targets)]
            for i in range(n_sources)
        ]
        plan.set_xticks(range(n_targets), [f"Q{k + 1}" for k in range(n_targets)])
        plan.set_yticks(range(n_sources), [f"P{k + 1}" for k in range(n_sources)])
        plan.set(xlabel="to", ylabel="from")
        plan.grid(False)
        edge = np.array([0.0, span])
        self._area = cdf.fill_between(edge, 0 * edge, color=HIGHLIGHT, alpha=0.4, lw=0)
        (self._f_p,) = cdf.plot(edge, edge, color=DATA, lw=2, label="F of P")
        (self._f_q,) = cdf.plot(edge, edge, "--", color=MODEL, lw=2, label="F of Q")
        cdf.set(xlim=(-0.5, span + 0.5), ylim=(-0.03, 1.05), xlabel="position")
        legend_below(cdf, columns=2)
        (self._f,) = dual.plot(edge, edge, "o-", color=CRITIC, lw=2, ms=5)
        dual.set(xlim=(-0.5, span + 0.5), ylim=(-0.5, span + 0.5), xlabel="position")
        dual.set_ylabel("potential f")
        self.moving(
            self._area, self._f_p, self._f_q, self._f, *self._sources, *self._targets,
            *self._arrows, *self._names, self._plan, *(c for row in self._cells for c in row),
        )  # fmt: skip
        self._titles = [
            self.finding(piles, "The cheapest way costs 12.34"),
            self.finding(plan, "12 journeys"),
            self.finding(cdf, "Area 12.34"),
            self.finding(dual, "Σ f (p − q) = 12.34"),
        ]

    def show(self, sources, targets, flows, plan, steps, potential, titles) -> None:
        """Set everything.

        Parameters
        ----------
        sources, targets : pair of arrays
            Positions and masses.
        flows : list of (from, to, mass)
            Positions; at most ``ARROWS`` of them.
        plan : ndarray
            Mass from each source to each target.
        steps : (edges, cdf of P, cdf of Q)
            As drawn: corners of the steps.
        potential : (positions, values)
        """
        names = iter(self._names)
        for bars, (positions, masses), sign in (
            (self._sources, sources, 1), (self._targets, targets, -1),
        ):  # fmt: skip
            for bar, position, mass in zip(bars, positions, masses, strict=True):
                bar.set(x=position - 0.25, height=sign * mass)
                next(names).set(x=position, y=sign * (mass + 0.02))
        for arrow, flow in zip(self._arrows, [*flows, *[None] * ARROWS], strict=False):
            arrow.set_visible(flow is not None)
            if flow is not None:
                start, end, mass = flow
                arrow.set_positions((start, 0.04), (end, -0.04))
                bend = 0.25 if end >= start else -0.25
                arrow.set_connectionstyle(f"arc3,rad={-bend}")
                arrow.set_linewidth(1 + 6 * mass)
        self._plan.set_data(plan)
        for row, amounts in zip(self._cells, plan, strict=True):
            for text, mass in zip(row, amounts, strict=True):
                text.set(text=f"{mass:.2f}" if mass > 5e-4 else "")
                text.set_color("black" if mass > 0.36 else "white")
        edges, f_p, f_q = steps
        self._area.set_data(edges, f_p, f_q)
        self._f_p.set_data(edges, f_p)
        self._f_q.set_data(edges, f_q)
        self._f.set_data(*potential)
        for title, text in zip(self._titles, titles, strict=True):
            title.set_text(text)


class LinesScene(Scene):
    """Two parallel lines; W₁, JS and TV against the distance between them."""

    def __init__(self, theta: np.ndarray, w1, js, tv):
        super().__init__(10.2, 3.8, columns=(1, 1.2))
        left, right = self.axes
        left.plot([0, 0], [0, 1], color=DATA, lw=4, label="P, at 0")
        (self._line,) = left.plot([1, 1], [0, 1], "--", color=MODEL, lw=4, label="Q, at θ")
        self._arrows = [
            FancyArrowPatch((1, y), (0, y), color=NEUTRAL, arrowstyle="-|>", mutation_scale=12)
            for y in (0.2, 0.5, 0.8)
        ]
        for arrow in self._arrows:
            left.add_patch(arrow)
        left.set(xlim=(theta[0], theta[-1]), ylim=(-0.08, 1.08), xlabel="θ", ylabel="height")
        left.set_xticks(np.linspace(theta[0], theta[-1], 5))
        legend_below(left)
        for values, colour, style, name in (
            (w1, CRITIC, "-", "W₁"), (tv, DATA, ":", "TV"), (js, MODEL, "--", "JS (nats)"),
        ):  # fmt: skip
            away = np.where(theta == 0, np.nan, values)
            right.plot(theta, values if name == "W₁" else away, style, color=colour, lw=2)
            right.plot([], [], style, color=colour, lw=2, label=name)
        (self._points,) = right.plot([0, 0, 0], [0, 0, 0], "o", color=NEUTRAL, ms=9, mfc="none")
        self._points.set_markeredgewidth(2)
        right.set(xlim=(theta[0], theta[-1]), ylim=(-0.05, 1.25), xlabel="θ", ylabel="distance")
        right.set_xticks(np.linspace(theta[0], theta[-1], 5))
        legend_below(right)
        self.moving(self._line, *self._arrows, self._points)
        self._left = self.finding(left, "Every grain moves straight across by 0.00")
        self._right = self.finding(right, "W₁ 0.00 with slope −1; JS 0.693, TV 1, KL ∞")

    def show(self, theta: float, heights, titles) -> None:
        """Set the second line and the three points (W₁, TV, JS) above θ."""
        self._line.set_xdata([theta, theta])
        for arrow, y in zip(self._arrows, (0.2, 0.5, 0.8), strict=True):
            arrow.set_visible(abs(theta) > 0.05)
            arrow.set_positions((theta, y), (0, y))
        self._points.set_data([theta] * 3, heights)
        self._left.set_text(titles[0])
        self._right.set_text(titles[1])
