"""Recorded: GAN, WGAN with clipping and WGAN-GP on digits, each tuned on the same budget.

First every model is tried at the same four settings, each for the same processor time
(:data:`TUNING`). Then each trains for longer at its best one, with five seeds (:data:`PLAN`);
real images seen and processor time are in the history, so that one run answers for both.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from functools import cache
from itertools import permutations

import numpy as np
import torch

from course_utils import datasets
from course_utils.experiments import images, recorded
from course_utils.experiments.images import Stage
from course_utils.experiments.recorded import RecordedRun, Recording
from course_utils.experiments.recorded.make import Plan
from course_utils.objectives import OBJECTIVES
from course_utils.training import TrainConfig

MODELS = {"GAN": "gan", "WGAN, clipped": "wgan_clip", "WGAN-GP": "wgan_gp"}
RATES, CRITIC_STEPS = (5e-4, 2e-3), (1, 5)
BATCH, N_SCORED, N_SHOWN, N_LOOKS = 64, 2000, 8, 8
TUNING_SECONDS, LONG_SECONDS = 5.0, 20.0  # of one thread, about
# milliseconds of one thread that a step takes with one critic update, and each further update
MILLISECONDS = {"GAN": (6.2, 3.1), "WGAN, clipped": (6.2, 3.1), "WGAN-GP": (7.7, 4.6)}


def config_of(model: str, lr: float, n_critic: int, seconds: float, seed: int) -> TrainConfig:
    """The optimiser of the model's paper; as many steps as fit the time."""
    first, further = MILLISECONDS[model]
    n_steps = round(1000 * seconds / (first + (n_critic - 1) * further))
    return TrainConfig.for_objective(
        OBJECTIVES[MODELS[model]], lr=lr, n_critic=n_critic, n_steps=n_steps, batch_size=BATCH,
        ema=0.98 if seconds < LONG_SECONDS else 0.995, seed=seed, log_every=5,
    )  # fmt: skip


def trained(
    label: str, model: str, config: TrainConfig, n_evaluations: int, quick: bool
) -> RecordedRun:
    """Train one model as configured; inf for a run that broke off."""
    objective, data = OBJECTIVES[MODELS[model]], datasets.mnist()
    if quick:
        config = replace(config, n_steps=8, log_every=2)
    n_scored = 200 if quick else N_SCORED
    run = images.train_on_images(
        objective, data, config, lambda _record: None, n_stages=2 if quick else n_evaluations,
        n_images=N_SHOWN, n_scored=n_scored, networks=images.he_networks,
    )  # fmt: skip
    reached = run.stages[-1]
    scores = {"frechet": reached.frechet, "images seen": run.history.last("samples_seen")}
    return RecordedRun(
        label, config.seed, {"objective": objective.name, **asdict(config)}, scores,
        run.history.last("processor_seconds"), run.history,
        {"stages": torch.cat([stage.images for stage in run.stages])},
    )  # fmt: skip


# --- the same four settings for every model --------------------------------------------------

SETTINGS = {
    f"{model}, rate {lr:g}, {n} critic step{'s' if n > 1 else ''}": (model, lr, n)
    for model in MODELS for lr in RATES for n in CRITIC_STEPS
}  # fmt: skip


def tune(label: str, seed: int, quick: bool) -> RecordedRun:
    """A short run at one setting."""
    model, lr, n_critic = SETTINGS[label]
    return trained(label, model, config_of(model, lr, n_critic, TUNING_SECONDS, seed), 1, quick)


TUNING = Plan(
    about="three models on digits, each at the same four settings, for the same processor time",
    labels=list(SETTINGS),
    seeds=range(5),
    run=tune,
)


def tuning_table(tuning: Recording) -> dict[str, dict[tuple[float, int], list[float]]]:
    """By model and by (rate, critic steps): the Fréchet distances, one for each seed."""
    table: dict = {model: {} for model in MODELS}
    for label, (model, *setting) in SETTINGS.items():
        table[model][tuple(setting)] = [run.scores["frechet"] for run in tuning[label]]
    return table


def tuned(tuning: Recording) -> dict[str, tuple[float, int]]:
    """By model the rate and the number of critic steps that were best, on average over seeds."""
    return {
        model: min(row, key=lambda setting: np.mean(row[setting]))
        for model, row in tuning_table(tuning).items()
    }


# --- each at its best -----------------------------------------------------------------------


@cache
def _best() -> dict[str, tuple[float, int]]:
    return tuned(recorded.load("tuning"))


def run(label: str, seed: int, quick: bool) -> RecordedRun:
    """A longer run of one model at the setting that suited it best."""
    lr, n_critic = _best()[label]
    return trained(label, label, config_of(label, lr, n_critic, LONG_SECONDS, seed), N_LOOKS, quick)


PLAN = Plan(
    about="three models on digits, each at its best setting, for the same processor time",
    labels=list(MODELS),
    seeds=range(5),
    run=run,
)


# --- what the long runs say -----------------------------------------------------------------


def stages(run: RecordedRun) -> tuple[Stage, ...]:
    """The evaluations of a run, as blind ranking takes them."""
    rows = [row for row in run.history.rows if "frechet" in row]
    pictures = run.tensors["stages"].split(N_SHOWN)
    return tuple(
        Stage(int(row["step"]), shown, -row["critic_loss"], row["frechet"])
        for row, shown in zip(rows, pictures, strict=True)
    )


def curve(run: RecordedRun, against: str) -> tuple[np.ndarray, np.ndarray]:
    """``"processor_seconds"`` or ``"samples_seen"``, and the Fréchet distance, at each of them."""
    return run.history.curve("frechet", against)


def at_equal(recording: Recording, against: str) -> tuple[float, dict[str, list[float]]]:
    """The largest budget that every run had, and what each had reached by then.

    Between two evaluations the logarithm of the distance is interpolated.
    """
    curves = {
        label: [curve(run, against) for run in recording[label]] for label in recording.labels
    }
    budget = min(x[-1] for runs in curves.values() for x, _ in runs)
    return float(budget), {
        label: [float(np.exp(np.interp(budget, x, np.log(y)))) for x, y in runs]
        for label, runs in curves.items()
    }


def verdicts(reached: dict[str, list[float]]) -> list[str]:
    """What may be said of each pair: one is ahead if its worst seed beats the other's best."""
    n_seeds = min(map(len, reached.values()))
    if n_seeds < 3:
        return [f"{n_seeds} seed{'s' if n_seeds > 1 else ''}: too few for a verdict"]
    told = []
    for first, second in permutations(reached, 2):
        if max(reached[first]) < min(reached[second]):
            told.append(f"{first} is ahead of {second}")
        elif first < second and max(reached[second]) >= min(reached[first]):
            told.append(f"{first} and {second} are not separated by these seeds")
    return told
