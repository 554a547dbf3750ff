"""Scenes of critics: clipped weights, a surface that grows, slopes under a penalty."""

from __future__ import annotations

import numpy as np
from matplotlib.collections import LineCollection

from course_utils.plots.scene import Scene, legend_below
from course_utils.plots.style import CRITIC, DATA, DIVERGING, HIGHLIGHT, MODEL, NEUTRAL

BINS = np.linspace(-1.05, 1.05, 43)


class ClippingScene(Scene):
    """Where the clipped weights lie, and the gradient from layer to layer.

    Parameters
    ----------
    gradients : list of ndarray
        Gradient norm at each layer, one array for each clip value.
    """

    def __init__(self, gradients: list[np.ndarray]):
        super().__init__(10.2, 3.9, columns=(1, 1.3))
        left, right = self.axes
        self._bars = left.bar(BINS[:-1], 0 * BINS[1:], np.diff(BINS), align="edge", color=CRITIC)
        left.set(xlim=(-1.08, 1.08), ylim=(0, 1), xlabel="weight / c", ylabel="share of weights")
        layers = np.arange(1, len(gradients[0]) + 1)
        for curve in gradients:
            right.plot(layers, curve, color=NEUTRAL, lw=0.8, alpha=0.5)
        (self._curve,) = right.plot(layers, gradients[0], "o-", color=MODEL, lw=2.5)
        everything = np.concatenate(gradients)
        right.set(
            yscale="log",
            ylim=(everything.min() / 3, everything.max() * 3),
            xlabel="layer, from the input to the score",
            ylabel="size of the gradient",
        )
        right.plot([], [], color=NEUTRAL, lw=0.8, label="the other values of c")
        legend_below(right)
        self.moving(*self._bars, self._curve)
        self._left = self.finding(left, "100 % of the weights within 1 % of ±c")
        self._right = self.finding(right, "Each layer multiplies by 10.000")

    def show(self, weights_over_c: np.ndarray, gradient: np.ndarray, titles) -> None:
        """Set the histogram and the highlighted curve."""
        shares = np.histogram(np.clip(weights_over_c, -1.04, 1.04), BINS)[0] / len(weights_over_c)
        for bar, share in zip(self._bars, shares, strict=True):
            bar.set_height(share)
        self._curve.set_ydata(gradient)
        self._left.set_text(titles[0])
        self._right.set_text(titles[1])


class SurfaceScene(Scene):
    """A critic over the plane, and how much of W₁ it proves, step by step."""

    def __init__(self, half_width: float, real: np.ndarray, fake: np.ndarray):
        super().__init__(10.2, 4.6, columns=(1, 1.2))
        left, right = self.axes
        square = (-half_width, half_width, -half_width, half_width)
        self._field = left.imshow(
            np.zeros((2, 2)), cmap=DIVERGING, extent=square, origin="lower", vmin=-1, vmax=1,
            interpolation="bilinear", alpha=0.8,
        )  # fmt: skip
        left.grid(False)
        (fakes,) = left.plot(*fake[:150].T, "x", color=MODEL, ms=4, label="fixed samples")
        (reals,) = left.plot(*real[:150].T, "o", color=DATA, ms=4, mec="white", mew=0.4)
        reals.set_label("data")
        left.set(xlim=square[:2], ylim=square[2:], xlabel="x₁", ylabel="x₂")
        legend_below(left, columns=2)
        (self._exact,) = right.plot([0, 1], [1, 1], color=NEUTRAL, ls="--", lw=1.5)
        self._exact.set_label("exact W₁")
        (self._proven,) = right.plot([0], [0], "o-", color=CRITIC, lw=2, ms=4)
        self._proven.set_label("dual value / steepest slope")
        (self._now,) = right.plot([0], [0], "o", color=HIGHLIGHT, ms=11, mec="black")
        right.set(xlabel="critic step", ylabel="distance")
        legend_below(right, columns=2)
        self.moving(self._field, fakes, reals, self._exact, self._proven, self._now)
        self._left = self.finding(left, "WGAN, clipping after 1000 steps")
        self._right = self.finding(right, "Proven: 0.000 of W₁ = 0.000")

    def show(self, values, steps, proven, now: int, w1: float, titles) -> None:
        """Set one snapshot, number `now` of those with these steps and proven values."""
        self._field.set_data(values)
        top = max(float(np.abs(values).max()), 1e-12)
        self._field.set_clim(-top, top)
        if self.axes[1].get_xlim() != (-0.02 * steps[-1], 1.02 * steps[-1]):
            self.axes[1].set(xlim=(-0.02 * steps[-1], 1.02 * steps[-1]), ylim=(-0.1 * w1, 1.2 * w1))
            self.redraw_background()
        self._exact.set_data([0, steps[-1]], [w1, w1])
        self._proven.set_data(steps, proven)
        self._now.set_data([steps[now]], [proven[now]])
        self._left.set_text(titles[0])
        self._right.set_text(titles[1])


class InterpolatesScene(Scene):
    """The critic's slope over the plane with pairs and the points between; their histogram."""

    def __init__(self, half_width: float, shown: int):
        super().__init__(10.2, 4.9, columns=(1.2, 1))
        self._shown = shown
        left, right = self.axes
        square = (-half_width, half_width, -half_width, half_width)
        self._field = left.imshow(
            np.zeros((2, 2)), extent=square, origin="lower", vmin=0, vmax=2,
            interpolation="bilinear", alpha=0.75, aspect="auto",
        )  # fmt: skip
        left.grid(False)
        self._pairs = LineCollection([], colors="black", linewidths=0.8, alpha=0.6)
        left.add_collection(self._pairs, autolim=False)
        (self._real,) = left.plot([], [], "o", color=DATA, ms=5, mec="white", mew=0.6)
        (self._fake,) = left.plot([], [], "X", color=MODEL, ms=6, mec="white", mew=0.6)
        marks = (("v", "slope < 0.9"), ("D", "within 0.1 of 1"), ("^", "slope > 1.1"))
        self._points = [
            left.plot([], [], mark, color="white", mec="black", ms=7, label=label)[0]
            for mark, label in marks
        ]
        left.set(xlim=square[:2], ylim=square[2:], xlabel="x₁", ylabel="x₂")
        self._real.set_label("real")
        self._fake.set_label("fake")
        legend_below(left, [self._real, self._fake, *self._points], columns=3)
        self.figure.colorbar(self._field, ax=left, label="slope ‖∇f‖", shrink=0.9)
        self._bins = np.linspace(0, 2.5, 26)
        self._bars = right.bar(
            self._bins[:-1], 0 * self._bins[1:], np.diff(self._bins), align="edge", color=CRITIC
        )
        right.axvline(1, color=NEUTRAL, lw=1.5, ls="--")
        right.set(
            xlim=(0, 2.5),
            ylim=(0, 1),
            xlabel="slope at x̂ (2.5 and more: last bar)",
            ylabel="share of the points",
        )
        self.moving(self._field, self._pairs, self._real, self._fake, *self._points, *self._bars)
        self._left = self.finding(left, "λ = 100: dual value 12.34, exact W₁ 12.34")
        self._right = self.finding(right, "Slopes: mean 2012.30, largest 4012.30")

    def show(self, field: np.ndarray, batch, titles) -> None:
        """Set the field and a batch (``Interpolates``); slopes beyond the axis pile at its end."""
        self._field.set_data(field)
        n = self._shown
        real, fake, x_hat, slopes = (
            values[:n] for values in (batch.real, batch.fake, batch.x_hat, batch.slopes)
        )
        self._pairs.set_segments(np.stack([real, fake], axis=1))
        self._real.set_data(*real.T)
        self._fake.set_data(*fake.T)
        kinds = (slopes < 0.9, np.abs(slopes - 1) <= 0.1, slopes > 1.1)
        for line, kind in zip(self._points, kinds, strict=True):
            line.set_data(*x_hat[kind].T)
        inside = np.clip(batch.slopes, 0, self._bins[-1] - 1e-6)
        shares = np.histogram(inside, self._bins)[0] / len(inside)
        for bar, share in zip(self._bars, shares, strict=True):
            bar.set_height(share)
        self._left.set_text(titles[0])
        self._right.set_text(titles[1])
