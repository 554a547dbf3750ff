"""Vector fields of the Dirac-GAN, and a film of games on them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from course_utils.plots.film import show_film
from course_utils.plots.scene import Scene
from course_utils.plots.style import CRITIC, HIGHLIGHT, MODEL

HALF_WIDTH = 2.0


class _FieldScene(Scene):
    """Fields of arrows side by side, each with the path of a game that grows."""

    def __init__(self, fields: Mapping[str, Callable], limits: Mapping[str, float]):
        super().__init__(3.0 * len(fields), 3.5, columns=(1,) * len(fields))
        line = np.linspace(-HALF_WIDTH, HALF_WIDTH, 13)
        theta, psi = np.meshgrid(line, line)
        self._paths, self._heads, self._titles = [], [], []
        for ax, (name, field) in zip(self.axes, fields.items(), strict=True):
            right, up = field(theta, psi)
            length = np.maximum(np.hypot(right, up), 1e-9)
            shown = np.minimum(length, 1.5) / length
            ax.quiver(theta, psi, right * shown, up * shown, color=CRITIC, alpha=0.55, width=0.006)
            for edge in {-limits[name], limits[name]}:
                if abs(edge) < HALF_WIDTH:
                    ax.axhline(edge, color=HIGHLIGHT, linestyle="--", linewidth=1.5)
            ax.plot(0, 0, "+", color="black", markersize=12)
            ax.set(
                xlim=(-HALF_WIDTH, HALF_WIDTH), ylim=(-HALF_WIDTH, HALF_WIDTH), aspect="equal",
                xlabel="θ: where the samples are", title=name,
            )  # fmt: skip
            ax.grid(False)
            self._paths += ax.plot([], [], color=MODEL, linewidth=1.3)
            self._heads += ax.plot([], [], "o", color=MODEL, markersize=7)
        self.axes[0].set_ylabel("ψ: the critic's slope")
        self.moving(*self._paths, *self._heads)

    def show(self, paths) -> bytes:
        for line, head, path in zip(self._paths, self._heads, paths, strict=True):
            line.set_data(*path.T)
            head.set_data(*path[-1:].T)
        return self.jpeg()


def show_dirac_film(
    fields: Mapping[str, Callable], limits: Mapping[str, float], paths: Mapping[str, np.ndarray],
    n_frames: int = 31,
) -> None:  # fmt: skip
    """Show games on two numbers, side by side, with what drives them.

    Parameters
    ----------
    fields : mapping of callables
        By name; ``field(theta, psi)`` gives both velocities.
    limits : mapping of float
        How far ψ may go; drawn where it is within the picture.
    paths : mapping of arrays, shape (n, 2)
        (θ, ψ) after each round.
    """
    scene = _FieldScene(fields, limits)
    n_rounds = min(map(len, paths.values())) - 1
    pictures, captions, alts = [], [], []
    for k in np.linspace(0, n_rounds, n_frames).round().astype(int):
        pictures.append(scene.show([path[: k + 1] for path in paths.values()]))
        away = "; ".join(f"{name}: {np.linalg.norm(path[k]):.2f}" for name, path in paths.items())
        captions.append(f"After {k} rounds, distance from (0, 0): {away}.")
        alts.append(
            "Four fields of arrows over θ and ψ, with a game's path in each. " + captions[-1]
        )
    show_film(pictures, captions, alts, "rounds of the game")
