"""The scene of *Beat the planner*: loads and prices under the hand, two numbers closing in."""

from __future__ import annotations

import itertools

import numpy as np

from course_utils.moving_earth import Job
from course_utils.plots.scene import Scene
from course_utils.plots.style import CRITIC, DATA, HIGHLIGHT, MODEL, NEUTRAL

HEAD, FOOT = 0.3, 1.1  # room above the dearest price, and below 0 for the surpluses


class PlannerScene(Scene):
    """Where every shovelful goes; the price of every place; the bounds that follow from both.

    Parameters
    ----------
    job : Job
    ceiling : float
        The largest price that can be shown.
    dearest : float
        The largest cost that can be shown.
    """

    def __init__(self, job: Job, ceiling: float, dearest: float):
        super().__init__(10.2, 4.6, columns=(1.5, 1.2, 0.6))
        self._job = job
        loads, prices, bounds = self.axes
        where, n = np.array(job.positions), job.total
        margin = (where[0] - 0.4, where[-1] + 0.4)
        for place in where:
            loads.axvline(place, color=NEUTRAL, lw=1, alpha=0.5)
        self._journeys = [
            loads.plot([x, x], [row, row], color=DATA, lw=3, solid_capstyle="butt")[0]
            for row, x in zip(self.rows, job.sources, strict=True)
        ]
        loads.plot(job.sources, self.rows, "o", color=DATA, ms=9)
        self._counts = [
            loads.text(x, -0.15, "+0", ha="center", va="bottom", size="small") for x in where
        ]
        loads.set(xlim=margin, ylim=(n + 0.7, -1.6), xlabel="position; every dot is a shovelful")
        loads.set_xticks(where)
        loads.set_yticks([])
        loads.grid(False)

        prices.set(xlim=margin, ylim=(-FOOT, ceiling + HEAD), xlabel="position", ylabel="price f")
        prices.set_xticks(where)
        prices.set_yticks(range(int(ceiling) + 1))
        (self._f,) = prices.plot(where, 0 * where, color=CRITIC, lw=2)
        self._cone = [
            prices.plot([a, b], [0, 0], ":", color=NEUTRAL, lw=1)[0]
            for a, b in itertools.pairwise(where)
        ]
        for x, amount in zip(where, job.surplus, strict=True):
            prices.text(
                x, -0.35, f"p − q\n{amount:+.1f}".replace("-", "−").replace("+0.0", "0"),
                ha="center", va="top", size="small",
            )  # fmt: skip

        self._gap = bounds.bar([0], [1], 0.8, color=HIGHLIGHT, alpha=0.35)[0]
        (self._cost,) = bounds.plot([-0.5, 0.5], [1, 1], color=MODEL, lw=4)
        (self._value,) = bounds.plot([-0.5, 0.5], [0, 0], color=CRITIC, lw=4)
        self._labels = [
            bounds.text(0, 0, "", ha="center", va=side, size="small") for side in ("bottom", "top")
        ]
        bounds.set(xlim=(-0.6, 0.6), ylim=(-0.45, dearest + 0.3), ylabel="cost, and bound on cost")
        bounds.set_xticks([])
        self.moving(
            *self._journeys, *self._counts, self._f, *self._cone, self._gap, self._cost,
            self._value, *self._labels,
        )  # fmt: skip
        self._titles = [
            self.finding(loads, "Not yet a plan: look at the counts"),
            self.finding(prices, "These prices prove 0.00"),
            self.finding(bounds, "0.00 to 0.00"),
        ]

    @property
    def rows(self) -> np.ndarray:
        """The height of each shovelful's line in the first axes, from the top."""
        return np.arange(1, self._job.total + 1)

    def show(self, targets, misfit, prices, cost: float, value: float, titles) -> None:
        """Set where the shovelfuls go, the prices, and the best bounds so far."""
        for line, start, end in zip(self._journeys, self._job.sources, targets, strict=True):
            line.set_xdata([start, end])
        for text, extra, want in zip(self._counts, misfit, self._job.want, strict=True):
            word = (
                "full" if extra == 0 else f"{abs(extra)} {'too many' if extra > 0 else 'missing'}"
            )
            text.set_text(f"wants {want}:\n{word}")
            text.set_color(CRITIC if extra == 0 else MODEL)
            text.set_weight("bold")
        self._f.set_ydata(prices)
        where = self._job.positions
        for line, a, b, f_a, f_b in zip(
            self._cone, where[:-1], where[1:], prices[:-1], prices[1:], strict=True
        ):
            line.set_ydata([f_a, f_a + (b - a) * (1 if f_b >= f_a else -1)])
        self._gap.set(y=value, height=max(cost - value, 0))
        self._cost.set_ydata([cost, cost])
        self._value.set_ydata([value, value])
        self._labels[0].set(y=cost + 0.04, text=f"cheapest plan\nso far {cost:.2f}")
        self._labels[1].set(y=value - 0.05, text=f"best proof\nso far {value:.2f}")
        for title, text in zip(self._titles, titles, strict=True):
            title.set_text(text)
