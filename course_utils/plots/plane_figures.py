"""Games in the plane: a film of recorded ones, and how each seed ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from course_utils.plots import guesses
from course_utils.plots.film import show_film
from course_utils.plots.scene import Scene
from course_utils.plots.style import ACCENT, DATA, MODEL, NEUTRAL, PALETTE, described, plain_numbers
from course_utils.plots.words import number, one_line

MARKERS = "osD^v"


class _PlaneScene(Scene):
    """Clouds side by side: the data stay, the samples move."""

    def __init__(self, real, names: Sequence[str], half_width: float):
        super().__init__(3.3 * len(names), 3.6, columns=(1,) * len(names))
        self._clouds = []
        centre = (np.min(real, axis=0) + np.max(real, axis=0)) / 2
        for ax in self.axes:
            ax.scatter(*np.asarray(real).T, s=26, color=DATA, alpha=0.35, linewidths=0)
            ax.set(
                xlim=(centre[0] - half_width, centre[0] + half_width),
                ylim=(centre[1] - half_width, centre[1] + half_width),
                aspect="equal", xticks=[], yticks=[],
            )  # fmt: skip
            ax.grid(False)
            self._clouds.append(ax.scatter([], [], s=13, color=MODEL, marker="x", linewidths=0.9))
        self.moving(*self._clouds)
        longest = max(names, key=len) + ": 8 of 8, $W_1$ 0.00"
        self._titles = [self.finding(ax, longest) for ax in self.axes]

    def show(self, clouds, titles: Sequence[str]) -> bytes:
        for artist, heading, cloud, title in zip(
            self._clouds, self._titles, clouds, titles, strict=True
        ):
            artist.set_offsets(np.asarray(cloud))
            heading.set_text(title)
        return self.jpeg()


def show_plane_film(
    real, frames: Mapping[str, Sequence], facts: Mapping[str, Sequence[tuple[int, float]]],
    share: Sequence[float], n_modes: int, half_width: float,
) -> None:  # fmt: skip
    """Show a film of several games in the plane, side by side, each at the same share of its time.

    Parameters
    ----------
    real : array, shape (n, 2)
        Data.
    frames : mapping of sequences of array
        By model, samples ``(m, 2)`` at each evaluation, the first before training.
    facts : mapping of sequences of (modes, w1)
        By model, for each frame.
    share : sequence of float
        Of the time, at each frame; from 0 to 1.
    n_modes : int
        Of the data.
    half_width : float
        Of what is shown, in either direction from the middle of the data.
    """  # fmt: skip
    names = tuple(frames)
    scene = _PlaneScene(real, names, half_width)
    pictures, captions, alts = [], [], []
    for k, part in enumerate(share):
        seen = {name: facts[name][k] for name in names}
        pictures.append(
            scene.show(
                [frames[name][k] for name in names],
                [f"{name}: {m} of {n_modes}, $W_1$ {w1:.2f}" for name, (m, w1) in seen.items()],
            )
        )
        told = "; ".join(
            f"{name}: {m} of {n_modes} modes, W₁ {w1:.2f}" for name, (m, w1) in seen.items()
        )
        captions.append(f"After {part:.0%} of the time. {told}.")
        alts.append(f"Data and generated points of {len(names)} models. {captions[-1]}")
    show_film(pictures, captions, alts, "share of the training time")


def ends_by_seed(
    ends: Mapping[str, Sequence[float]], floor: float, title: str, *, label: str, limit: float
) -> Figure:
    """How each seed of each model ended, with the floor and a limit; lower is better.

    Parameters
    ----------
    ends : mapping of sequences of float
        By model, one number for each seed.
    floor, limit : float
        What a perfect model would score, and what is asked for.
    label : str
        What the numbers are.
    """
    fig, ax = plt.subplots(figsize=(5.9, 1.4 + 0.5 * len(ends)))
    for k, (name, values) in enumerate(ends.items()):
        ax.plot(
            values, [k] * len(values), MARKERS[k % 5], color=PALETTE[k % 6], markersize=9,
            markerfacecolor="none", markeredgewidth=2, label=name,
        )  # fmt: skip
    lines = ((floor, "-", "floor ", "right"), (limit, ":", f" {limit / floor:.1f} × floor", "left"))
    for value, style, name, side in lines:
        ax.axvline(value, color=NEUTRAL, linestyle=style, linewidth=1.2)
        ax.text(value, -0.5, name, color=NEUTRAL, fontsize="small", va="center", ha=side)
    ax.set_yticks(range(len(ends)), list(ends))
    ax.set(ylim=(len(ends) - 0.5, -0.7), xlabel=label, title=title, xscale="log")
    plain_numbers(ax.xaxis)
    seen = "; ".join(
        f"{name}: {', '.join(number(value) for value in values)}" for name, values in ends.items()
    )
    return described(
        fig,
        f"""{one_line(label)}, by model, one mark for each seed, on a logarithmic axis. {seen}. The
        floor is {number(floor)}, and {number(limit)} is asked for. {one_line(title)}.""",
    )


def verdict(
    scores: dict[str, list[float]], floor: float, label: str, title: str, guess=None
) -> Figure:
    """One dot for each run, against the floor, twice the floor and a student's guess."""
    fig, ax = plt.subplots(figsize=(5.9, 0.55 * len(scores) + 1.5))
    for k, values in enumerate(scores.values()):
        height = np.full(len(values), len(scores) - 1 - k) + np.linspace(-0.12, 0.12, len(values))
        ax.plot(values, height, MARKERS[k % 5], color=PALETTE[k % 6], alpha=0.8, markersize=8)
    ax.axvline(floor, color=NEUTRAL)
    ax.axvline(2 * floor, color=NEUTRAL, linestyle="--")
    top = len(scores) - 0.42
    for value, name, side in ((floor, "floor ", "right"), (2 * floor, " twice the floor", "left")):
        ax.text(value, top, name, color=NEUTRAL, fontsize="small", va="bottom", ha=side)
    ax.set_yticks(range(len(scores)), list(scores)[::-1])
    ax.set_ylim(-0.5, len(scores) - 0.1)
    guessed = guesses.mark(ax, guess, upright=True)
    if guessed:
        ax.text(guess, -0.48, f" {guesses.LABEL}", color=ACCENT, fontsize="small", va="bottom")
    ax.set(xlabel=label, xlim=(0, None))
    ax.set_title(title, pad=10)
    ax.grid(axis="y", visible=False)
    runs = "; ".join(
        f"{one_line(name)}: {', '.join(number(value) for value in values)}"
        for name, values in scores.items()
    )
    return described(
        fig,
        f"""One dot for each run, {one_line(label)}. {runs}. The floor is {number(floor)}, and
        twice the floor is marked.{guessed}""",
    )
