"""Recorded: does the critic's loss follow the quality of samples, or merely the time?

A loss and a distance that both fall all the time agree whatever they measure. So half way through
a run the generator is broken on purpose: its weights are mixed with those of a fresh network, and
it has to learn again. The critic is left alone. A loss that follows quality must notice both.
"""

from __future__ import annotations

from dataclasses import asdict, replace

import torch
from torch import nn

from course_utils import datasets, settings
from course_utils.evaluation import generate, score_images
from course_utils.experiments import images
from course_utils.experiments.recorded import RecordedRun
from course_utils.experiments.recorded.make import Plan
from course_utils.history import History
from course_utils.objectives import OBJECTIVES
from course_utils.training import TrainConfig, train

N_SCORED, N_EVALUATIONS = 2000, 16
HARM = 0.7  # share of a fresh network in the generator's weights, after half of the steps
MODELS = {"WGAN-GP": ("wgan_gp", 2e-3, 5, 480), "GAN": ("gan", 5e-4, 1, 1600)}


def run(label: str, seed: int, quick: bool) -> RecordedRun:
    """One run in two halves, the second of them harmed if the label says so."""
    model, harmed = label.split(", ")[0], label.endswith("harmed half way")
    objective_name, lr, n_critic, n_steps = MODELS[model]
    objective = OBJECTIVES[objective_name]
    n_steps, n_evaluations = (8, 4) if quick else (n_steps, N_EVALUATIONS)
    config = TrainConfig.for_objective(
        objective, lr=lr, n_critic=n_critic, n_steps=n_steps // 2, batch_size=64,
        latent_dim=images.LATENT_DIM, seed=seed, log_every=2 if n_critic > 1 else 5,
        evaluate_every=n_steps // n_evaluations,
    )  # fmt: skip
    generator, critic = images.image_networks(objective, seed)
    data = datasets.mnist().to(settings.device())

    def evaluate(network: nn.Module) -> dict[str, float]:
        torch.manual_seed(0)  # the same noise each time; the loop protects its own stream
        samples = generate(network, 200 if quick else N_SCORED, images.LATENT_DIM)
        return {"frechet": score_images(samples, data.name).frechet}

    rows: list[dict[str, float]] = []
    for half in range(2):
        if harmed and half:
            _harm(generator, images.image_networks(objective, seed + 1000)[0])
        part = replace(config, seed=seed + 1000 * half)
        history = train(
            generator, critic, data.sample, objective, part, lambda _record: None, evaluate=evaluate
        )
        rows += _moved(history.rows, rows[-1] if rows else {})
    whole = History(rows)
    facts = {
        "objective": objective.name,
        **asdict(config),
        "seed": seed,
        "harm": HARM if harmed else 0,
    }
    return RecordedRun(
        label, seed, facts, {"frechet": whole.last("frechet")},
        whole.last("processor_seconds"), whole,
    )  # fmt: skip


@torch.no_grad()
def _harm(generator: nn.Module, fresh: nn.Module) -> None:
    for old, new in zip(generator.parameters(), fresh.parameters(), strict=True):
        old.lerp_(new, HARM)


def _moved(rows: list[dict[str, float]], after: dict[str, float]) -> list[dict[str, float]]:
    """Rows of a second half, counted on from the first's last one."""
    counters = ("step", "seconds", "processor_seconds", "samples_seen")
    return [row | {name: row[name] + after.get(name, 0) for name in counters} for row in rows]


PLAN = Plan(
    about="critic's loss beside the Fréchet distance, also in runs that are harmed half way",
    labels=[f"{model}{end}" for model in MODELS for end in ("", ", harmed half way")],
    seeds=range(5),
    run=run,
)
