"""What a verdict costs for leaving everything as it was: with that and without it, by turns."""

from __future__ import annotations

import contextlib
import statistics
import time
from collections.abc import Callable, Iterator
from unittest import mock

from benchmarks.report import Line
from course_utils.exercises import EXERCISES, judging, run_probe
from course_utils.exercises.interrupts import Interrupts

NAMES = (
    "entropy",
    "discriminator_loss",
    "wasserstein_1d",
    "wgan_critic_step",
    "gradient_penalty",
    "wgan_gp_training_step",
)
ROUNDS = 15
TARGET = 20.0  # milliseconds


@contextlib.contextmanager
def careless() -> Iterator[None]:
    """Without the watch on the stop button, patched functions, settings and arguments."""
    nothing = contextlib.nullcontext
    with (
        mock.patch.object(judging, "watch_interrupts", lambda: nothing(Interrupts())),
        mock.patch.object(judging, "untouched", nothing),
        mock.patch.object(run_probe, "settings_of_one_call", nothing),
        mock.patch.object(run_probe, "keep", lambda value: None),
    ):
        yield


def milliseconds(name: str, surroundings: Callable) -> float:
    """Processor time of one verdict on the course's own answer."""
    exercise = EXERCISES[name]
    with surroundings():
        begun = time.process_time()
        exercise.evaluate(exercise.reference)
        return 1e3 * (time.process_time() - begun)


def measure(save: Callable[[dict], None], rounds: int = ROUNDS) -> dict:
    """Medians over rounds, for a light and a heavy exercise of each kind."""
    for name in EXERCISES:  # as at the end of the course: all modules are there to be looked after
        EXERCISES[name]
    value: dict = {"exercises": {}}
    for name in NAMES:
        milliseconds(name, contextlib.nullcontext)
        pairs = [
            (milliseconds(name, contextlib.nullcontext), milliseconds(name, careless))
            for _ in range(rounds)
        ]
        value["exercises"][name] = {
            "whole_ms": statistics.median(whole for whole, _ in pairs),
            "cost_ms": statistics.median(whole - bare for whole, bare in pairs),
        }
        save(value)
    return value


def lines(value: dict) -> list[Line]:
    """Rows of the table."""
    return [
        Line(
            f"{name}: processor time for leaving all as it was, of a verdict of "
            f"{found['whole_ms']:.0f} ms",
            f"{found['cost_ms']:.1f} ms",
            f"≤ {TARGET:.0f} ms",
            found["cost_ms"] <= TARGET,
        )
        for name, found in value["exercises"].items()
    ]
