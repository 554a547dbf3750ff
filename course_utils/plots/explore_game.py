"""The scene of the two-player game in the plane."""

from __future__ import annotations

import numpy as np
from matplotlib.collections import LineCollection

from course_utils.plots.scene import Scene, legend_below
from course_utils.plots.style import ACCENT, CRITIC, DATA, DIVERGING, MODEL, NEUTRAL

WINDOW = 400  # steps on the axes of the meters to begin with; doubled whenever it is too short


class GameScene(Scene):
    """The field with data, samples, pulls and the generator's grid; three meters beside it."""

    def __init__(self, extent: tuple[float, float, float, float], cells: int, n_shown: int):
        super().__init__(10.2, 5.2, mosaic=[["game", "kl"], ["game", "w1"]], columns=(1.15, 1))
        game, kl, w1 = (self.by_name[name] for name in ("game", "kl", "w1"))
        self._field = game.imshow(
            np.zeros((cells, cells)), cmap=DIVERGING, extent=extent, origin="lower",
            aspect="auto", alpha=0.75, interpolation="bilinear",
        )  # fmt: skip
        game.grid(False)
        self._mesh = LineCollection([], colors=NEUTRAL, linewidths=0.9, alpha=0.8)
        game.add_collection(self._mesh, autolim=False)
        (self._real,) = game.plot([], [], "o", color=DATA, ms=5, mec="white", mew=0.5, label="data")
        (self._fake,) = game.plot([], [], "x", color=MODEL, ms=6, mew=1.8, label="samples")
        nothing = np.zeros(n_shown // 2)  # an arrow on every other sample keeps them apart
        self._push = game.quiver(
            nothing, nothing, nothing, nothing, angles="xy", scale_units="xy", scale=1,
            width=0.0035, color="black",
        )  # fmt: skip
        game.plot([], [], color=NEUTRAL, lw=1, label="the generator's grid")
        game.set(xlim=extent[:2], ylim=extent[2:], xlabel="x₁", ylabel="x₂")
        legend_below(game, columns=3)
        (self._kl,) = kl.plot([], [], color=ACCENT, lw=2, label="D(data‖samples)")
        (self._js,) = kl.plot([], [], "--", color=MODEL, lw=2, label="JS")
        kl.set(xlim=(0, WINDOW), ylim=(0, 8.5), ylabel="nats (binned)")
        kl.legend(loc="upper right", ncols=2, fontsize="small")
        (self._w1,) = w1.plot([], [], color=CRITIC, lw=2)
        w1.set(xlim=(0, WINDOW), ylim=(0, 4), xlabel="generator step", ylabel="W₁ (matched)")
        self.moving(
            self._field, self._mesh, self._push, self._real, self._fake,
            self._kl, self._js, self._w1,
        )  # fmt: skip
        self._titles = [
            self.finding(game, "Step 2000: purple is taken for data"),
            self.finding(kl, "KL 8.88 and JS 0.693 nats"),
            self.finding(w1, "W₁ 8.88"),
        ]

    def show(self, view, rows: np.ndarray, titles, *, bounded, grid: bool, pulls: bool) -> None:
        """Set one state.

        Parameters
        ----------
        view : View
            Of :mod:`course_utils.experiments.board`.
        rows : ndarray, shape (n, 4)
            Step, KL, JS and W₁ of the states so far.
        bounded : bool
            Whether the field is a probability; else a score between −1 and 1.
        grid, pulls : bool
            Whether to draw the generator's grid, and the pull on each sample.
        """
        self._field.set_data(view.field)
        self._field.set_clim(0 if bounded else -1, 1)
        self._mesh.set_visible(grid)
        self._mesh.set_segments(view.mesh)
        self._real.set_data(*view.real.T)
        self._fake.set_data(*view.fake.T)
        self._push.set_visible(pulls)
        if pulls:
            self._push.set_offsets(view.fake[::2])
            self._push.set_UVC(*_arrows(view.push[::2]).T)
        steps, kl, js, w1 = rows.T
        for line, values in ((self._kl, kl), (self._js, js), (self._w1, w1)):
            line.set_data(steps, values)
        self._make_room(steps[-1])
        for title, text in zip(self._titles, titles, strict=True):
            title.set_text(text)

    def _make_room(self, step: float) -> None:
        width = WINDOW
        while step > width:
            width *= 2
        if self.by_name["w1"].get_xlim()[1] != width:
            for name in ("kl", "w1"):
                self.by_name[name].set_xlim(0, width)
            self.redraw_background()


def _arrows(push: np.ndarray, longest: float = 0.9) -> np.ndarray:
    """Arrows to the scale of the picture; directions stay, extreme lengths are compressed."""
    length = np.linalg.norm(push, axis=1, keepdims=True)
    return push * (longest * np.tanh(3 * length) / np.maximum(length, 1e-12))
