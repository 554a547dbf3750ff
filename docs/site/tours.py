"""Which states of each exploration a page shows: a handful that make its point."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from course_utils.widgets.panel import Panel
from docs.site.steps import State, steps


@dataclass(frozen=True)
class Stop:
    """One stop of a tour: controls to set, buttons to press (and how often), what to say of it.

    Without a sentence of its own it says what the controls then say.
    """

    values: Mapping[str, object] = field(default_factory=dict)
    presses: Mapping[str, int] = field(default_factory=dict)
    caption: str = ""


def stops(name: str, *values: object) -> list[Stop]:
    """One control through several values."""
    return [Stop({name: value}) for value in values]


_STRAIGHT = {f"load{k}": place for k, place in enumerate((0, 0, 0, 1, 1, 2, 2, 2, 3, 3), start=1)}

# by the panel's title; a test holds that every panel of the lessons has a tour
TOURS: dict[str, list[Stop]] = {
    "What a positive test means": [
        Stop({"prevalence": 24}),
        Stop({"prevalence": 34}),
        Stop({"prevalence": 24, "sensitivity": 100}),
        Stop({"sensitivity": 95, "specificity": 99}),
        Stop({"specificity": 100}),
    ],
    "Two distributions under your hands": [
        Stop(),
        Stop({"mean": 0, "sd": 2.0}, caption="Q covers both modes of P"),
        Stop({"mean": 2, "sd": 0.5}, caption="Q sits on one mode of P"),
        Stop({"forward": True, "reverse": True}, caption="The best fit of either direction"),
        Stop({"shape": "one Gaussian", "mean": 4, "sd": 0.5, "forward": False, "reverse": False},
             caption="Two single Gaussians, far apart"),
    ],
    "Two Gaussians drifting apart": stops("mean", 0, 2, 4, 7, 10),
    "The two-player game": [
        Stop(caption="Before the first step"),
        Stop(presses={"step": 25}, caption="25 steps"),
        Stop(presses={"step": 75}, caption="100 steps"),
        Stop(presses={"step": 200}, caption="300 steps"),
        Stop(presses={"step": 500}, caption="800 steps"),
        Stop({"players": "WGAN-GP"}, {"step": 300}, "Another game: WGAN-GP, 300 steps"),
    ],
    "Piles of earth": [
        Stop(caption="To begin with: one best plan, and the nearest hole first costs more"),
        Stop({"p1": 3.0, "p2": 7.5, "p3": 8.5}, caption="Every pile above a hole: nothing moves"),
        Stop({"p1": 0.0, "p2": 0.0, "p3": 0.0}, caption="All earth at the left end"),
        Stop({"p1": 0.0, "p1_mass": 4, "p2": 4.0, "p2_mass": 1, "p3": 9.5, "p3_mass": 1},
             caption="The same six shovelfuls, most of them at the left"),
        Stop({"p1_mass": 5}, caption="One shovelful too many: there is no plan"),
    ],
    "Two parallel lines": stops("theta", 1, 0.5, 0.1, 0, -0.5),
    "Beat the planner": [
        Stop(caption="The planner's plan, every price 1"),
        Stop({"price0": 2.0, "price1": 1.0, "price2": 0.0}, caption="Prices that fall by 1 a step"),
        Stop({"price0": 0.0, "price1": 1.0, "price2": 2.0}, caption="Prices that rise by 1 a step"),
    ],
    "Clip value, weights and depth": stops("clip", 0, 1, 2, 3, 4),
    "A critic as it trains": [
        Stop({"name": "discriminator (GAN)", "snapshot": 12}),
        Stop({"name": "WGAN, clipping", "snapshot": 12}),
        Stop({"name": "WGAN-GP", "snapshot": 0}),
        Stop({"name": "WGAN-GP", "snapshot": 3}),
        Stop({"name": "WGAN-GP", "snapshot": 12}),
    ],
    "Where the penalty looks": stops("weight", 0, 1, 2, 3, 4),
    "A walk through latent space": stops("point", 1, 7, 13, 19, 24),
    "From one image to another": stops("part", 0, 25, 50, 75, 100),
    "Blind ranking": [
        Stop(caption="Stages of training under letters: order them from worst to best"),
        Stop(presses={"reveal": 1}, caption="What they were"),
    ],
}  # fmt: skip


def shown(panel: Panel) -> tuple[str, str]:
    """The tour of a panel: as HTML, and in words."""
    states = list(walk(panel, TOURS.get(panel.title, [Stop()])))
    goals = [text for text, _reached in panel.goals]
    return steps(panel.title, states, goals), "\n".join(
        [panel.title, *(state.caption for state in states)]
    )


def walk(panel: Panel, tour: Sequence[Stop]) -> Iterator[State]:
    """Go from stop to stop and look."""
    for stop in tour:
        if stop.values:
            panel.set(**stop.values)
        for button, times in stop.presses.items():
            panel.press(button, times)
        picture = panel.picture_html()
        numbers = [(label, text) for label, text in panel.numbers]
        yield State(stop.caption or _setting(panel, stop.values), picture, numbers)


def _setting(panel: Panel, values: Mapping[str, object]) -> str:
    """What the controls that were moved say; all of them, if none was."""
    said = []
    for control in panel.controls:
        value = panel.values.get(control["name"])
        if value is None or (values and control["name"] not in values):
            continue
        if control["kind"] == "slider":
            labels = control["labels"]
            text = labels[int(value)] if labels else f"{value:.{control['digits']}f}"
            text = f"{text} {control['unit']}".strip()
        else:
            text = {True: "yes", False: "no"}.get(value, str(value))
        said.append(f"{control['label']}: {text}")
    return "; ".join(said)
