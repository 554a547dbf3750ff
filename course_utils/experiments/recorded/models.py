"""Recorded: GAN, WGAN with clipping and WGAN-GP on digits, each tuned on the same budget.

First every model is tried at the same six settings, each for the same processor time
(:data:`TUNING`). Then each trains for longer at its best one, with three seeds (:data:`PLAN`);
real images seen and processor time are in the history, so that one run answers for both.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from functools import cache

from course_utils import datasets
from course_utils.experiments import images, recorded
from course_utils.experiments.recorded import RecordedRun, Recording
from course_utils.experiments.recorded.make import Plan
from course_utils.objectives import OBJECTIVES
from course_utils.training import TrainConfig

MODELS = {"GAN": "gan", "WGAN, clipped": "wgan_clip", "WGAN-GP": "wgan_gp"}
RATES, CRITIC_STEPS = (5e-4, 2e-3, 8e-3), (1, 5)
BATCH, N_SCORED = 64, 5000
TUNING_SECONDS, LONG_SECONDS = 6.0, 30.0  # of one thread, about
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


def trained(label: str, model: str, config: TrainConfig, n_looks: int, quick: bool) -> RecordedRun:
    """Train one model as configured; inf for a run that broke off."""
    objective, data = OBJECTIVES[MODELS[model]], datasets.mnist()
    if quick:
        config = replace(config, n_steps=8, log_every=2)
    n_scored = 200 if quick else N_SCORED
    run = images.train_on_images(
        objective, data, config, lambda _record: None, n_stages=2 if quick else n_looks,
        n_images=20, n_scored=n_scored, networks=images.mnist_networks,
    )  # fmt: skip
    reached = run.stages[-1]
    scores = {"frechet": reached.frechet, "images seen": run.history.last("samples_seen")}
    return RecordedRun(
        label, config.seed, {"objective": objective.name, **asdict(config)}, scores,
        run.history.last("processor_seconds"), run.history, {"samples": reached.images},
    )  # fmt: skip


# --- the same six settings for every model --------------------------------------------------

SETTINGS = {
    f"{model}, rate {lr:g}, {n} critic step{'s' if n > 1 else ''}": (model, lr, n)
    for model in MODELS for lr in RATES for n in CRITIC_STEPS
}  # fmt: skip


def tune(label: str, seed: int, quick: bool) -> RecordedRun:
    """A short run at one setting."""
    model, lr, n_critic = SETTINGS[label]
    return trained(label, model, config_of(model, lr, n_critic, TUNING_SECONDS, seed), 1, quick)


TUNING = Plan(
    about="three models on digits, each at the same six settings, for the same processor time",
    labels=list(SETTINGS),
    seeds=(0,),
    run=tune,
)


def tuned(tuning: Recording) -> dict[str, tuple[float, int]]:
    """By model the rate and the number of critic steps that came out best."""
    best = {}
    for model in MODELS:
        labels = [label for label, setting in SETTINGS.items() if setting[0] == model]
        label = min(labels, key=lambda label: tuning[label][0].scores["frechet"])
        best[model] = SETTINGS[label][1:]
    return best


# --- each at its best -----------------------------------------------------------------------


@cache
def _best() -> dict[str, tuple[float, int]]:
    return tuned(recorded.load("tuning"))


def run(label: str, seed: int, quick: bool) -> RecordedRun:
    """A longer run of one model at the setting that suited it best."""
    lr, n_critic = _best()[label]
    return trained(label, label, config_of(label, lr, n_critic, LONG_SECONDS, seed), 10, quick)


PLAN = Plan(
    about="three models on digits, each at its best setting, for the same processor time",
    labels=list(MODELS),
    seeds=(0, 1, 2),
    run=run,
)
