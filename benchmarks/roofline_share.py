"""The share of the machine's matrix-product rate that a training step of ours achieves."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from dataclasses import replace

import torch

from benchmarks import operations, recipe
from benchmarks.report import Line
from benchmarks.timing import interleaved, ratio
from course_utils import datasets
from course_utils.training import train

SIZE = 2048  # of the square float32 product that sets the rate
ROUNDS = 5
SECONDS = 3.0  # of training a round
TARGET = 0.5


def measure(
    save: Callable[[dict], None], *, rounds: int = ROUNDS, seconds: float = SECONDS
) -> dict:
    """Rate of a large product and time of a default step, by turns, with equal threads."""
    generator, critic = recipe.networks(0)
    data = datasets.mnist("train")
    config = recipe.config(240.0, 0)

    def steps(n: int) -> None:
        train(generator, critic, data.sample, recipe.OBJECTIVE, replace(config, n_steps=n))

    one_step = operations.counted(lambda: steps(2)) - operations.counted(lambda: steps(1))
    a, b = torch.randn(SIZE, SIZE), torch.randn(SIZE, SIZE)
    warm = interleaved({"step": lambda: steps(50), "product": lambda: a @ b}, 1)
    n = max(50, int(50 * seconds / warm["step"]["wall"][0]))
    spent = interleaved(
        {"step": lambda: steps(n), "product": lambda: a @ b}, rounds, {"product": 5}
    )
    rate = 2 * SIZE**3 / statistics.median(spent["product"]["wall"])
    step = statistics.median(spent["step"]["wall"]) / n
    # what a step would take at the rate of its round, over what it took
    share = ratio(spent["product"]["wall"], spent["step"]["wall"]) * n * one_step / (2 * SIZE**3)
    by_hand = operations.by_hand(
        operations.widths(generator), operations.widths(critic),
        config.batch_size, config.n_critic, double_backward=False,
    )  # fmt: skip
    return {
        "rounds": rounds,
        "threads": torch.get_num_threads(),
        "operations_a_step": one_step,
        "operations_by_hand": by_hand,
        "seconds_a_step": step,
        "cpu_seconds_a_step": statistics.median(spent["step"]["cpu"]) / n,
        "critic_images_per_second": round(config.batch_size * config.n_critic / step),
        "achieved_gflops": round(one_step / step / 1e9, 1),
        "product_gflops": round(rate / 1e9, 1),
        "share": round(share, 3),
    }


def lines(value: dict) -> list[Line]:
    """Rows of the table."""
    return [
        Line(
            f"default step {value['achieved_gflops']:g} of {value['product_gflops']:g} GFLOP/s "
            f"({value['threads']} threads)",
            f"{100 * value['share']:.0f} %",
            f">= {100 * TARGET:.0f} %",
            value["share"] >= TARGET,
        )
    ]
