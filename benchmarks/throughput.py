"""Critic images per second on identical networks: our loop against the reference's."""

from __future__ import annotations

import statistics
from collections.abc import Callable

import torch

from benchmarks import reference
from benchmarks.report import Line
from benchmarks.timing import interleaved, ratio
from course_utils import datasets
from course_utils.objectives import OBJECTIVES
from course_utils.training import TrainConfig, train

STEPS = 40  # generator steps a round: 200 critic updates, 12,800 real images
ROUNDS = 5
TARGETS = {"as_published": 3.0, "in_memory": 1.5}


def our_loop(steps: int, device: str = "cpu") -> Callable[[], None]:
    """Our loop on the reference's networks, batch and optimiser settings."""
    data = datasets.mnist("train").to(device)
    generator, critic = reference.make_generator().to(device), reference.make_critic().to(device)
    config = TrainConfig(
        n_steps=steps,
        batch_size=reference.BATCH_SIZE,
        latent_dim=reference.LATENT_DIM,
        n_critic=reference.N_CRITIC,
        lr=reference.LR,
        betas=reference.BETAS,
        log_every=steps,
    )

    def work() -> None:
        train(generator, critic, data.sample, OBJECTIVES["wgan_gp"], config)
        _wait(device)

    return work


def reference_loop(feed: str, steps: int, device: str = "cpu") -> Callable[[], None]:
    """The reference's own loop, going on from round to round."""
    run = reference.Run(datasets.mnist("train").to(device), feed, 0, device)

    def work() -> None:
        for _ in range(steps):
            run.step()
        _wait(device)

    return work


def _wait(device: str) -> None:
    if device.startswith("cuda"):
        torch.cuda.synchronize()


def measure(
    save: Callable[[dict], None],
    *,
    rounds: int = ROUNDS,
    steps: int = STEPS,
    device: str = "cpu",
) -> dict:
    """All three by turns, after a round that does not count."""
    work = {
        "ours": our_loop(steps, device),
        **{feed: reference_loop(feed, steps, device) for feed in TARGETS},
    }
    for run in work.values():
        run()
    images = steps * reference.N_CRITIC * reference.BATCH_SIZE

    def keep(spent: dict) -> None:
        save(_summary(spent, images))

    return _summary(interleaved(work, rounds, after_round=keep), images)


def _summary(spent: dict, images: int) -> dict:
    return {
        "rounds": len(spent["ours"]["wall"]),
        "critic_images_per_second": {
            name: round(images / statistics.median(times["wall"])) for name, times in spent.items()
        },
        "ratio": {f: round(ratio(spent[f]["wall"], spent["ours"]["wall"]), 2) for f in TARGETS},
        "ratio_by_cpu_time": {
            f: round(ratio(spent[f]["cpu"], spent["ours"]["cpu"]), 2) for f in TARGETS
        },
        "slowest_and_fastest": {
            name: [round(images / max(t["wall"])), round(images / min(t["wall"]))]
            for name, t in spent.items()
        },
    }


def lines(value: dict) -> list[Line]:
    """Rows of the table."""
    rates = value["critic_images_per_second"]
    return [
        Line(
            f"ours {rates['ours']:,} over {feed} {rates[feed]:,} images/s",
            f"{value['ratio'][feed]:.2f}x",
            f">= {target:g}x",
            value["ratio"][feed] >= target,
        )
        for feed, target in TARGETS.items()
    ]
