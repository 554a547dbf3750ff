"""Recorded: three models on three modes and on the ring, each with the same processor time."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace

import torch

from course_utils.experiments import clipping
from course_utils.experiments.recorded import RecordedRun
from course_utils.experiments.recorded.make import Plan
from course_utils.objectives import OBJECTIVES, Objective, WeightClipping
from course_utils.training import TrainConfig

N_JUDGED, N_KEPT, N_LOOKS = 1000, 300, 60
MIXTURES = {"three modes": clipping.THREE, "ring": clipping.EIGHT}


@dataclass(frozen=True)
class Model:
    """An objective and how many steps of it take as long as 3,000 of WGAN-GP."""

    objective: Objective
    n_steps: int


# the ring's narrow modes ask for steeper slopes than c = 0.01 permits: there c = 0.1, as elsewhere
MODELS = {
    "WGAN-GP": Model(OBJECTIVES["wgan_gp"], 3000),
    "WGAN, clipped": Model(replace(OBJECTIVES["wgan_clip"], constraint=WeightClipping(0.1)), 4000),
    "GAN": Model(OBJECTIVES["gan"], 12_000),
}


def settings_of(model: str, seed: int) -> tuple[Objective, TrainConfig]:
    """Optimiser and critic updates of its paper; batch, rate and average are the same for all."""
    objective = MODELS[model].objective
    return objective, TrainConfig.for_objective(
        objective, n_steps=MODELS[model].n_steps, batch_size=256, lr=2e-3, lr_decay=True, ema=0.99,
        seed=seed, log_every=25,
    )  # fmt: skip


def run(label: str, seed: int, quick: bool) -> RecordedRun:
    """One model on one mixture; the film's samples are kept of seed 0."""
    model, where = label.split(", on ")
    mixture = MIXTURES[where]
    objective, config = settings_of(model, seed)
    if quick:
        config = replace(config, n_steps=20, log_every=5)
    n_judged = 60 if quick else N_JUDGED
    filmed = seed == 0 and not quick
    n_looks = 2 if quick else N_LOOKS if filmed else N_LOOKS // 5
    found = clipping.train_in_plane(
        objective, mixture, config, n_looks=n_looks, n_judged=n_judged,
        n_kept=N_KEPT if filmed else 0,
    )  # fmt: skip
    floor = mixture.floor(n_judged, seed)
    scores = {
        "w1": found.w1,
        "floor": floor,
        "times the floor": found.w1 / floor,
        "modes": found.coverage.modes_hit,
        "within 3 sd": found.coverage.within,
        "printed": found.printed,
        "shares": [round(float(share), 4) for share in found.coverage.shares],
    }
    tensors = {"fake": torch.tensor(found.fake[:500]), "real": torch.tensor(found.real[:500])}
    if filmed:
        tensors["frames"] = torch.tensor(found.frames)
    return RecordedRun(
        label, seed, {"objective": objective.name, **asdict(config)}, scores,
        found.history.last("processor_seconds"), found.history, tensors,
    )  # fmt: skip


PLAN = Plan(
    about="GAN, WGAN with clipping and WGAN-GP in the plane, each for the same processor time.",
    labels=[f"{model}, on {where}" for where in MIXTURES for model in MODELS],
    seeds=range(5),
    run=run,
)
