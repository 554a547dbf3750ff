"""One point of the growth curves, in a process of its own: prints one line of JSON."""

from __future__ import annotations

import itertools
import json
import resource
import sys
import time
from collections.abc import Callable

import torch

from course_utils import datasets, models
from course_utils.objectives import OBJECTIVES
from course_utils.training import TrainConfig, train

SECONDS = 2.0  # of training that a point is judged by, where the steps are not the question
WARM_UP = 20


def peak_mb() -> float:
    """The most memory this process ever held (resident), in MB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1e6 if sys.platform == "darwin" else 1e3)  # bytes there, kilobytes elsewhere


def training(
    images: int = 16_000, batch: int = 64, width: int = 256, steps: int = 0
) -> tuple[Callable[[], None], int]:
    """Steps of WGAN-GP on random pixels; critic ``width``–``width/2``, generator the reverse."""
    torch.manual_seed(0)
    data = datasets.ImageSet(
        "mnist",
        torch.randint(256, (images, 28, 28), dtype=torch.uint8),
        torch.zeros(images, dtype=torch.int64),
        datasets.DIGITS,
    )
    generator = models.mlp_generator(64, models.IMAGE_SHAPE, (width // 2, width), batch_norm=True)
    critic = models.mlp_critic(models.IMAGE_SHAPE, (width, width // 2))

    def run(n: int) -> None:
        config = TrainConfig(n_steps=n, batch_size=batch, latent_dim=64, n_critic=1)
        train(generator, critic, data.sample, OBJECTIVES["wgan_gp"], config)

    run(1)
    start = time.perf_counter()
    run(WARM_UP)
    steps = steps or max(WARM_UP, int(WARM_UP * SECONDS / (time.perf_counter() - start)))
    return lambda: run(steps), steps


def checking(exercises: int) -> tuple[Callable[[], None], int]:
    """So many checks, round and round the bank, each of its own reference as the answer."""
    from course_utils.exercises import EXERCISES
    from course_utils.exercises.engine import Exercise

    bank = [e for e in EXERCISES.values() if isinstance(e, Exercise)]

    def run(n: int) -> None:
        for exercise in itertools.islice(itertools.cycle(bank), n):
            outcome = exercise.evaluate(exercise.reference)
            if outcome.status != "correct":
                raise RuntimeError(f"{exercise.id}: {outcome.message}")

    run(len(bank))  # what a check loads, the first one of its kind loads
    return lambda: run(exercises), exercises


def main(axis: str, size: int) -> None:
    """Measure one point; ``axis`` names what ``size`` sizes."""
    base = peak_mb()
    run, n = checking(size) if axis == "exercises" else training(**{axis: size})
    wall, cpu = time.perf_counter(), time.process_time()
    run()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    point = {"seconds": wall / n, "cpu_seconds": cpu / n, "memory_mb": peak_mb(), "base_mb": base}
    print(json.dumps(point))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
