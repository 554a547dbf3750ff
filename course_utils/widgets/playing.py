"""The game of lesson 2: play, pause, single steps, and a look at everything on the way."""

from __future__ import annotations

import numpy as np

from course_utils import settings
from course_utils.experiments import board
from course_utils.plots.explore_game import GameScene
from course_utils.widgets.lifecycle import only_one
from course_utils.widgets.panel import Button, Check, Choice, Panel, Reading, Slider

LAST_STEP = 3000


def gan_game(data: str = "three blobs", players: str = "GAN") -> Panel:
    """Lesson 2: two networks play before your eyes.

    Parameters
    ----------
    data, players : str
        What to begin with: keys of ``board.DATA`` and ``board.PLAYERS``.
    """
    scene = GameScene(board.EXTENT, board.CELLS, board.N_SHOWN)
    table = _Table()

    def draw(data, players, pace, grid, pulls):
        view = table.at(data, players)
        bounded = not table.game.objective.wasserstein
        meaning = "purple is taken for data" if bounded else "purple scores high, like data"
        titles = (
            f"Step {view.step}: {meaning}",
            f"KL {view.kl:.2f} and JS {view.js:.3f} nats",
            f"W₁ {view.w1:.2f}",
        )
        scene.show(view, table.rows(), titles, bounded=bounded, grid=grid, pulls=pulls)
        alt = (
            f"{players} on {data} after {view.step} generator steps. A heat map of the "
            f"{'discriminator' if bounded else 'critic'} over the plane ({meaning}), data as "
            "dots, samples as crosses with arrows for the pull on each, and the image of a grid "
            "on the noise as lines. Beside it curves of KL, JS and W₁ against the step."
        )
        numbers = {
            "step": str(view.step),
            "D(data‖samples)": f"{view.kl:.3f} nats",
            "JS": f"{view.js:.3f} nats",
            "W₁": f"{view.w1:.3f}",
        }
        closer = view.step > 0 and view.w1 < table.first.w1 / 2
        return scene.jpeg(), Reading(alt, numbers, ["game_half"] if closer else [])

    panel = only_one(
        "gan_game",
        Panel(
            "The two-player game",
            (
                Choice("players", "players", tuple(board.PLAYERS), players),
                Choice("data", "data", tuple(board.DATA), data),
                Slider("pace", "generator steps per picture", 1, 25, 5, step=1, digits=0),
                Check("grid", "the generator's grid", True),
                Check("pulls", "the pull on each sample", True),
                Button("play", "Play"),
                Button("pause", "Pause"),
                Button("step", "One step"),
                Button("reset", "Reset"),
            ),
            draw,
            {"game_half": "Bring W₁ below half of what it was before the first step."},
        ),
    )

    def advance(n_steps=None):
        table.game.play(n_steps or int(panel.values["pace"]))
        return table.game.step_number < LAST_STEP

    def reset():
        panel.stop()
        table.begin()

    panel.on_press(
        play=lambda: panel.play(advance),
        pause=panel.stop,
        step=lambda: advance(1),
        reset=reset,
    )

    def can_press(_change=None):
        panel.disabled = ["play", "step"] if panel.running else ["pause"]

    panel.observe(can_press, "running")
    can_press()
    return panel


class _Table:
    """The game being played, and the meters' rows so far."""

    def __init__(self):
        self.game: board.Game | None = None
        self._players: tuple[str, str] | None = None
        self._views: dict[int, board.View] = {}

    def at(self, data: str, players: str) -> board.View:
        """The present state; another choice of data or players begins a new game."""
        if (data, players) != self._players:
            self._players = data, players
            self.begin()
        step = self.game.step_number
        if step not in self._views:
            self._views[step] = self.game.view()
        return self._views[step]

    def begin(self) -> None:
        """Set up the pieces."""
        self.game = board.Game(*self._players, seed=settings.seed())
        self._views = {}

    @property
    def first(self) -> board.View:
        """The state before the first step."""
        return self._views[0]

    def rows(self) -> np.ndarray:
        """Step, KL, JS and W₁ of every state looked at."""
        return np.array([(v.step, v.kl, v.js, v.w1) for v in self._views.values()])
