"""Scenes on one axis: two densities, a test for a disease, two Gaussians drifting apart."""

from __future__ import annotations

import numpy as np

from course_utils.plots.scene import Scene, legend_below
from course_utils.plots.style import CRITIC, DATA, HIGHLIGHT, MODEL, NEUTRAL


class DensitiesScene(Scene):
    """P, Q and the Gaussians closest to P; beside them, where each divergence is paid."""

    def __init__(self, x: np.ndarray, top: float):
        super().__init__(10.2, 3.9, columns=(1.25, 1))
        self._x = x
        left, right = self.axes
        self._area = left.fill_between(x, 0 * x, color=DATA, alpha=0.25, lw=0)
        (self._p,) = left.plot(x, 0 * x, color=DATA, lw=2, label="P")
        (self._q,) = left.plot(x, 0 * x, "--", color=MODEL, lw=2, label="Q")
        (self._forward,) = left.plot(x, 0 * x, "-.", color=NEUTRAL, lw=1.8, label="best forward")
        (self._reverse,) = left.plot(x, 0 * x, ":", color=CRITIC, lw=2.6, label="best reverse")
        left.set(xlim=(x[0], x[-1]), ylim=(0, top), xlabel="x", ylabel="density (per unit of x)")
        legend_below(left)
        (self._pay_forward,) = right.plot(x, 0 * x, color=DATA, lw=2, label="p log(p/q)")
        (self._pay_reverse,) = right.plot(x, 0 * x, "--", color=MODEL, lw=2, label="q log(q/p)")
        right.axhline(0, color=NEUTRAL, lw=1)
        right.set(xlim=(x[0], x[-1]), ylim=(-0.5, 3), xlabel="x", ylabel="nats per unit of x")
        legend_below(right)
        self.moving(
            self._area, self._p, self._q, self._forward, self._reverse,
            self._pay_forward, self._pay_reverse,
        )  # fmt: skip
        self._left = self.finding(left, "JS 0.693 of at most 0.693 nats; W₁ 12.34")
        self._right = self.finding(right, "D(P‖Q) 12.3 nats, D(Q‖P) 12.3 nats")

    def show(self, p, q, forward, reverse, pay_forward, pay_reverse, titles) -> None:
        """Set the curves; ``forward`` and ``reverse`` may be None for a hidden fit."""
        self._area.set_data(self._x, 0, p)
        self._p.set_ydata(p)
        self._q.set_ydata(q)
        for line, curve in ((self._forward, forward), (self._reverse, reverse)):
            line.set_visible(curve is not None)
            if curve is not None:
                line.set_ydata(curve)
        self._pay_forward.set_ydata(pay_forward)
        self._pay_reverse.set_ydata(pay_reverse)
        self._left.set_text(titles[0])
        self._right.set_text(titles[1])


class PosteriorScene(Scene):
    """Who tests positive, and the posterior against the prevalence."""

    def __init__(self, prevalence: np.ndarray):
        super().__init__(10.2, 3.6, columns=(1, 1.4))
        left, right = self.axes
        self._bars = left.bar(["ill", "healthy"], [1, 1], color=[MODEL, DATA], width=0.6)
        self._bars[1].set_hatch("//")
        self._counts = [left.text(k, 1, "10 000", ha="center", va="bottom") for k in range(2)]
        left.set(ylabel="positive tests per 10 000 people", yscale="symlog", ylim=(0, 2e4))
        left.set_yticks([0, 1, 10, 100, 1000, 10000], ["0", "1", "10", "100", "1 000", "10 000"])
        (self._curve,) = right.plot(prevalence, prevalence, color=DATA, lw=2)
        (self._point,) = right.plot([0.01], [0.5], "o", color=MODEL, ms=10)
        self._line = right.axvline(0.01, color=NEUTRAL, lw=1)
        right.set(
            xscale="log",
            xlim=(prevalence[0], prevalence[-1]),
            ylim=(0, 1.03),
            xlabel="prevalence (share of the population that is ill)",
            ylabel="P(ill | positive)",
        )
        right.set_xticks([1e-4, 1e-3, 1e-2, 1e-1], ["0.01 %", "0.1 %", "1 %", "10 %"])
        self.moving(*self._bars, *self._counts, self._curve, self._line, self._point)
        self._left = self.finding(left, "100 % of the positives are healthy")
        self._right = self.finding(right, "At 12.34 % a positive test means 100.0 %")

    def show(self, positives, curve, prevalence: float, posterior: float, titles) -> None:
        """Set the bars (ill, healthy), the curve and the present point on it."""
        for bar, text, height in zip(self._bars, self._counts, positives, strict=True):
            bar.set_height(height)
            text.set(y=height, text=f"{height:,.0f}".replace(",", " "))
        self._curve.set_ydata(curve)
        self._point.set_data([prevalence], [posterior])
        self._line.set_xdata([prevalence, prevalence])
        self._left.set_text(titles[0])
        self._right.set_text(titles[1])


class DriftingScene(Scene):
    """Two Gaussians and D*; the slopes of both generator losses; JS and W₁ against the gap."""

    def __init__(self, x: np.ndarray, gaps: np.ndarray, ceiling: float):
        super().__init__(12.4, 3.9, columns=(1.15, 1.15, 1))
        self._x = x
        left, middle, right = self.axes
        (self._p,) = left.plot(x, 0 * x, color=DATA, lw=2, label="data")
        (self._q,) = left.plot(x, 0 * x, "--", color=MODEL, lw=2, label="generator")
        (self._d,) = left.plot(x, 0 * x, "-.", color=CRITIC, lw=2, label="D*")
        left.set(xlim=(x[0], x[-1]), ylim=(0, 1.05), xlabel="x", ylabel="density; probability D*")
        legend_below(left, columns=3)
        (self._flat,) = middle.plot(x, x, color=NEUTRAL, lw=2, label="log(1 − D*)")
        (self._steep,) = middle.plot(x, x, "--", color=HIGHLIGHT, lw=2, label="−log D*")
        (self._at,) = middle.plot([0, 0], [1, 1], "o", color=MODEL, ms=8, label="mean fake")
        middle.set(
            xlim=(x[0], x[-1]), yscale="log", ylim=(1e-9, 60),
            xlabel="x", ylabel="slope of the loss at x",
        )  # fmt: skip
        legend_below(middle, columns=3)
        (self._w1,) = right.plot(gaps, gaps, color=CRITIC, lw=2, label="W₁ (left)")
        right.set(
            xlim=(gaps[0], gaps[-1]), ylim=(0, 10.5), xlabel="mean of the generator", ylabel="W₁"
        )
        twin = right.twinx()
        twin.grid(visible=False)
        (self._js,) = twin.plot(gaps, gaps, "--", color=MODEL, lw=2, label="JS (right)")
        twin.set(ylim=(0, 0.8), ylabel="JS (nats)")
        bound = twin.axhline(ceiling, color=NEUTRAL, lw=1, ls=":", label="ln 2")
        (self._now_w1,) = right.plot([0], [0], "o", color=CRITIC, ms=8)
        (self._now_js,) = twin.plot([0], [0], "s", color=MODEL, ms=8)
        legend_below(right, [self._w1, self._js, bound], columns=3)
        self.moving(
            self._p, self._q, self._d, self._flat, self._steep, self._at,
            self._w1, self._js, self._now_w1, self._now_js,
        )  # fmt: skip
        self._titles = [
            self.finding(left, "D* is sure of 100 % of the fakes"),
            self.finding(middle, "At the fakes: 1.2e-09 against 12.3"),
            self.finding(right, "JS 0.693, W₁ 12.34"),
        ]

    def show(self, p, q, d_star, slopes, at, curves, now, titles) -> None:
        """Set everything: slopes, curves and now are pairs (saturating, other), (w1, js)."""
        for line, values in (
            (self._p, p), (self._q, q), (self._d, d_star), (self._flat, slopes[0]),
            (self._steep, slopes[1]), (self._w1, curves[0]), (self._js, curves[1]),
        ):  # fmt: skip
            line.set_ydata(values)
        self._at.set_data(*at)
        self._now_w1.set_data([now[0][0]], [now[1][0]])
        self._now_js.set_data([now[0][1]], [now[1][1]])
        for title, text in zip(self._titles, titles, strict=True):
            title.set_text(text)
