"""Seconds of training until the Fréchet distance is what the reference reaches at the end."""

from __future__ import annotations

import copy
import statistics
import time
from collections.abc import Callable
from dataclasses import replace

import torch
from torch import nn

from benchmarks import recipe, reference
from benchmarks.report import Line
from course_utils import datasets
from course_utils.evaluation import generate, score_images
from course_utils.run_context import seeded
from course_utils.training import train

BUDGET = 240.0  # seconds of training
REFERENCE_LOOKS = (5, 10, 20, 30, 45, 60, 90, 120, 180, 240)  # seconds of training
LOOKS = (*(k / 4 for k in range(1, 61)), *REFERENCE_LOOKS[2:])  # ours
N_SAMPLES = 5000  # behind each distance
CLOCK_EVERY = 10  # of our generator steps between glances at the clock
TARGETS = {"in_memory": 25.0, "as_published": 40.0}


class Enough(Exception):
    """The time is up."""


class Stopwatch:
    """Copies of a generator at given seconds of training; copying takes no time.

    Nothing is scored before the run is over: thousands of samples leave the processor's caches
    so that the steps after them are slower than they are in a run that nobody looks at.

    Parameters
    ----------
    times : sequence of float
        Seconds of training after which to look; the last ends the run.
    latent_dim : int
    """

    def __init__(self, times: tuple[float, ...], latent_dim: int):
        self.times, self.latent_dim = times, latent_dim
        self.seconds: list[float] = []
        self.copies: list[nn.Module] = []
        self.away = 0.0
        self.start = time.perf_counter()

    def glance(self, generator: nn.Module) -> None:
        """Copy if it is time; raises :class:`Enough` after the last copy."""
        device = next(generator.parameters()).device
        if device.type == "cuda":
            torch.cuda.synchronize(device)  # what is only queued has not been trained
        begun = time.perf_counter()
        seconds = begun - self.start - self.away
        if seconds < self.times[len(self.seconds)]:
            return
        self.seconds.append(seconds)
        self.copies.append(copy.deepcopy(generator))
        self.away += time.perf_counter() - begun
        if len(self.seconds) == len(self.times):
            raise Enough

    def distances(self) -> list[float]:
        """The Fréchet distance of each copy, in the order of :attr:`seconds`."""
        return [frechet(generator, self.latent_dim) for generator in self.copies]


def frechet(generator: nn.Module, latent_dim: int) -> float:
    """Distance to MNIST's test images, in evaluation mode, from the same noise each time."""
    with seeded(0):
        images = generate(generator, N_SAMPLES, latent_dim)
    return score_images(images, "mnist").frechet


def times_within(budget: float, looks: tuple[float, ...]) -> tuple[float, ...]:
    """The looks before the end of the budget, and one at its end."""
    return (*(float(t) for t in looks if t < budget), float(budget))


# --- the runs -------------------------------------------------------------------------------


def reference_curve(feed: str, seed: int, budget: float, device: str = "cpu") -> dict:
    """Train the reference recipe for ``budget`` seconds."""
    data = datasets.mnist("train").to(device)
    with torch.random.fork_rng():
        run = reference.Run(data, feed, seed, device)
        watch = Stopwatch(times_within(budget, REFERENCE_LOOKS), reference.LATENT_DIM)
        try:
            while True:
                run.step()
                watch.glance(run.generator)
        except Enough:
            return _curve(feed, seed, watch, run.images_seen)


def our_curve(seed: int, budget: float, device: str = "cpu") -> dict:
    """Train the course's default networks for ``budget`` seconds."""
    data = datasets.mnist("train").to(device)
    config = replace(recipe.config(budget, seed), evaluate_every=CLOCK_EVERY)
    generator, critic = recipe.networks(seed)
    watch = Stopwatch(times_within(budget, LOOKS), config.latent_dim)
    seen = 0

    def sample(n: int):
        nonlocal seen
        seen += n
        return data.sample(n)

    def glance(network: nn.Module) -> dict:
        watch.glance(network)
        return {}

    try:
        train(generator, critic, sample, recipe.OBJECTIVE, config, evaluate=glance)
        watch.times = (*watch.times[: len(watch.seconds)], 0.0)  # it ended by itself: look now
        glance(generator)
    except Enough:
        pass
    return _curve("ours", seed, watch, seen)


def _curve(kind: str, seed: int, watch: Stopwatch, seen: int) -> dict:
    return {
        "kind": kind,
        "seed": seed,
        "due": list(watch.times),
        "seconds": [round(t, 3) for t in watch.seconds],
        "frechet": [round(f, 2) for f in watch.distances()],
        "critic_images_per_second": round(seen / watch.seconds[-1]),
    }


def measure(
    save: Callable[[dict], None],
    *,
    budget: float = BUDGET,
    seeds: tuple[int, ...] = (0, 1, 2),
    device: str = "cpu",
) -> dict:
    """Run all three by turns for each seed, in an order that changes; keep each curve at once."""
    value: dict = {"budget": budget, "samples": N_SAMPLES, "curves": []}
    runs = {
        "in_memory": lambda seed: reference_curve("in_memory", seed, budget, device),
        "ours": lambda seed: our_curve(seed, budget, device),
        "as_published": lambda seed: reference_curve("as_published", seed, budget, device),
    }
    names = list(runs)
    for k, seed in enumerate(seeds):
        for name in names[k % 3 :] + names[: k % 3]:
            value["curves"].append(runs[name](seed))
            value["against"] = {feed: compare(value["curves"], feed) for feed in TARGETS}
            save(value)
    return value


# --- what they say --------------------------------------------------------------------------


def compare(curves: list[dict], feed: str) -> dict:
    """Our curves against the reference's, seed by seed; see README.md for each entry."""
    ours = {curve["seed"]: curve for curve in curves if curve["kind"] == "ours"}
    theirs = {curve["seed"]: curve for curve in curves if curve["kind"] == feed}
    seeds = sorted(ours.keys() & theirs.keys())
    rows = [_compare_one(ours[seed], theirs[seed]) for seed in seeds]
    if not rows:
        return {"per_seed": []}
    return {
        "per_seed": rows,
        "ratio": statistics.median(row["ratio"] for row in rows),
        "better_at_every_later_time": _better_later(
            [ours[seed] for seed in seeds], [theirs[seed] for seed in seeds]
        ),
    }


def _compare_one(ours: dict, theirs: dict) -> dict:
    goal, end = theirs["frechet"][-1], theirs["seconds"][-1]
    reached = [t for t, f in zip(ours["seconds"], ours["frechet"], strict=True) if f <= goal]
    return {
        "seed": ours["seed"],
        "goal": goal,
        "seconds": reached[0] if reached else None,  # of the first look at or below: no guessing
        "ratio": round(end / reached[0], 2) if reached else 0.0,
    }


def _better_later(ours: list[dict], theirs: list[dict]) -> bool:
    """Whether our median is below theirs at each common look from the first such one on."""

    def medians(curves: list[dict]) -> dict[float, float]:
        by_time: dict[float, list[float]] = {}
        for curve in curves:
            for due, distance in zip(curve["due"], curve["frechet"], strict=True):
                by_time.setdefault(due, []).append(distance)
        return {due: statistics.median(distances) for due, distances in by_time.items()}

    mine, reference_ = medians(ours), medians(theirs)
    goal = reference_[max(reference_)]
    reached = [due for due, distance in mine.items() if distance <= goal]
    later = [due for due in reference_ if reached and due >= min(reached) and due in mine]
    return bool(later) and all(mine[due] <= reference_[due] for due in later)


def lines(value: dict) -> list[Line]:
    """Rows of the table."""
    rows = []
    for feed, target in TARGETS.items():
        found = value.get("against", {}).get(feed, {})
        if not found.get("per_seed"):
            continue
        seconds = [row["seconds"] for row in found["per_seed"]]
        spread = ", ".join("never" if s is None else f"{s:.1f}" for s in seconds)
        times, n = found["ratio"], len(seconds)
        rows.append(
            Line(
                f"{value['budget']:g} s of {feed}, reached in {spread} s: median of {n} seeds",
                f"{times:.1f}x",
                f">= {target:g}x",
                times >= target,
            )
        )
        better = found["better_at_every_later_time"]
        rows.append(
            Line(
                f"better than {feed} at every later time", "yes" if better else "no", "yes", better
            )
        )
    return rows
