"""Blind ranking: order samples by eye, then see what your order agrees with."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from scipy.stats import spearmanr

from course_utils.plots.explore_images import RankingScene
from course_utils.widgets.lifecycle import only_one
from course_utils.widgets.panel import Button, Choice, Panel, Reading

LETTERS = "ABCDEFGHIJ"
AGREES = 0.8  # rank correlation
JUDGES = ("step", "critic's loss", "Fréchet distance")
TOGETHER = "all models together"


class Stage(Protocol):
    """A look at a run: see :class:`course_utils.experiments.images.Stage`."""

    step: int
    images: object
    loss: float
    frechet: float


@dataclass(frozen=True)
class Agreement:
    """Spearman's rank correlation of the student's order with each judge, from −1 to 1.

    With the step; with the critic's loss, which rises as fakes become harder to tell apart; and
    with the Fréchet distance turned round. So +1 is agreement each time. NaN where a judge does
    not tell the stages apart.
    """

    step: float
    loss: float
    frechet: float


def agreement(stages: Sequence[Stage]) -> Agreement:
    """How an order of stages, worst first, agrees with what was measured."""
    places = np.arange(len(stages))
    columns = (
        [stage.step for stage in stages],
        [-stage.loss for stage in stages],  # a stage keeps it with its sign turned
        [-stage.frechet for stage in stages],
    )
    return Agreement(*(_correlation(places, np.array(column, dtype=float)) for column in columns))


def _correlation(places: np.ndarray, values: np.ndarray) -> float:
    if len(places) < 2 or np.ptp(values) == 0 or not np.isfinite(values).all():
        return float("nan")
    return float(spearmanr(places, values).statistic)


@dataclass
class _Round:
    """One model's stages under letters, the student's order, and whether it is revealed."""

    stages: Sequence[Stage]
    lettered: list[int]
    models: Sequence[str] = ()  # whose each stage is, where several models meet
    order: list[int] = field(init=False)
    revealed: bool = False

    def __post_init__(self):
        self.order = list(range(len(self.lettered)))

    def stage(self, letter: int) -> Stage:
        return self.stages[self.lettered[letter]]

    def move(self, letter: int, place: int) -> None:
        """Put a letter at a place, counted from 0; the others close up."""
        self.order.remove(letter)
        self.order.insert(place, letter)

    def caption(self, letter: int, between: str = "\n") -> str:
        """What a stage was; losses of several models have no common scale, so there are none."""
        stage, number = self.stage(letter), self.lettered[letter]
        if self.models:
            told = (self.models[number], f"step {stage.step:,}")
        else:
            told = (f"step {stage.step:,}", f"critic's loss {_signed(-stage.loss, '.2f')}")
        return between.join((*told, f"Fréchet {stage.frechet:,.0f}"))

    def agreement(self) -> Agreement:
        return agreement([self.stage(letter) for letter in self.order])

    def result(self) -> str:
        """How the student's order agrees with each judge that can speak."""
        found = self.agreement()
        values = dict(zip(JUDGES, (found.step, found.loss, found.frechet), strict=True))
        if self.models:
            values = {"Fréchet distance": found.frechet}
        return ", ".join(f"{judge} {_signed(value)}" for judge, value in values.items())


def blind_ranking(
    stages: Sequence[Stage] | Mapping[str, Sequence[Stage]],
    *,
    n_stages: int = 6,
    n_images: int = 8,
    seed: int = 0,
) -> Panel:
    """Lessons 2, 4, 5: order samples from hidden stages of training, worst to best.

    Parameters
    ----------
    stages : sequence of Stage, or mapping of them
        As ``ImageRun.stages`` has them: ``images`` (n, 1, 28, 28), ``step``, ``loss`` (minus the
        critic's), ``frechet``. A mapping holds several models, by name; they are ranked each by
        itself, and then all together.
    n_stages : int
        How many are shown of each, evenly spaced from the first to the last.
    n_images : int
        How many images of each stage are shown.
    seed : int
        Shuffles the stages; another one for another round.
    """
    models = dict(stages) if isinstance(stages, Mapping) else {"samples": stages}
    count = _common_count(models, n_stages)
    rounds = {}
    for k, (name, looks) in enumerate(models.items()):
        looks = [looks[j] for j in np.linspace(0, len(looks) - 1, count).round().astype(int)]
        lettered = list(range(count))
        random.Random(f"{seed} {k}").shuffle(lettered)  # a stream of its own
        rounds[name] = _Round(looks, lettered)
    mixed = _mixed(models, count)
    if len(models) > 1 and len(mixed) == count:
        lettered = list(range(count))
        random.Random(f"{seed} {TOGETHER}").shuffle(lettered)
        rounds[TOGETHER] = _Round([s for _, s in mixed], lettered, [name for name, _ in mixed])
    columns = 4
    scene = RankingScene(count, columns, -(-n_images // columns))

    def draw(model, **_places):
        current = rounds[model]
        shown = [current.stage(letter) for letter in current.order]
        titles = [f"{place}. {LETTERS[k]}" for place, k in enumerate(current.order, start=1)]
        captions = [current.caption(k) if current.revealed else "" for k in current.order]
        scene.show([stage.images[:n_images] for stage in shown], titles, captions)
        letters = ", ".join(LETTERS[k] for k in current.order)
        alt = f"{count} grids of generated images ({model}) in your order, worst first: {letters}."
        if current.revealed:
            alt += " In truth: " + "; ".join(
                f"{LETTERS[k]} {current.caption(k, ', ')}" for k in current.order
            )
        agrees = any(r.revealed and r.agreement().frechet >= AGREES for r in rounds.values())
        return scene.jpeg(), Reading(alt, _results(rounds), ["rank_agrees"] if agrees else [])

    names = tuple(rounds)
    places = tuple(str(place) for place in range(1, count + 1))
    panel = only_one(
        "blind_ranking",
        Panel(
            "Blind ranking",
            (
                Choice("model", "model", names, names[0]),
                *(
                    Choice(letter, f"place of {letter}", places, places[k])
                    for k, letter in enumerate(LETTERS[:count])
                ),
                Button("reveal", "Show what they were"),
                Button("again", "Rank again"),
            ),
            draw,
            {"rank_agrees": f"Agree with the Fréchet distance: a rank correlation of {AGREES}."},
        ),
    )

    def settled(before, after):
        """Whatever was changed, the places stay a permutation: the present model's order."""
        current = rounds[after["model"]]
        if before["model"] == after["model"] and not current.revealed:
            for letter in range(count):
                name = LETTERS[letter]
                if before[name] != after[name]:
                    current.move(letter, int(after[name]) - 1)
                    break
        return after | {LETTERS[k]: str(place + 1) for place, k in enumerate(current.order)}

    def turn(revealed):
        rounds[panel.values["model"]].revealed = revealed
        lock()

    def lock(_change=None):
        revealed = rounds[panel.values["model"]].revealed
        panel.disabled = [*LETTERS[:count], "reveal"] if revealed else ["again"]

    panel.settle = settled
    panel.on_press(reveal=lambda: turn(True), again=lambda: turn(False))
    panel.observe(lock, "values")
    lock()
    return panel


def _common_count(models: Mapping[str, Sequence[Stage]], wanted: int) -> int:
    count = min(wanted, len(LETTERS), *(len(looks) for looks in models.values()))
    if count < 2:
        raise ValueError("two stages at least are needed of each model, or nothing is to rank.")
    return count


def _mixed(models: Mapping[str, Sequence[Stage]], count: int) -> list[tuple[str, Stage]]:
    """Stages of all models by turns, from the last backwards by thirds of a run."""
    picked = [
        (name, looks[-1 - back * max(1, len(looks) // 3)])
        for back in range(count)
        for name, looks in models.items() if back * max(1, len(looks) // 3) < len(looks)
    ]  # fmt: skip
    return picked[:count]


def _results(rounds: Mapping[str, _Round]) -> dict[str, str]:
    """One line for each model that has been revealed."""
    lines = {}
    for name, current in rounds.items():
        if current.revealed:
            lines[f"{name}: your order agrees with"] = current.result()
    if not lines:
        lines["rank correlation"] = "shown once you have ranked"
    return lines


def _signed(value: float, form: str = "+.2f") -> str:
    return "undefined" if np.isnan(value) else f"{value:{form}}".replace("-", "−")
