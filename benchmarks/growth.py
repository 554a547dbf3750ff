"""How time and memory grow with what a user may enlarge; exponents rather than single figures.

Each point is measured in a process of its own, since the peak of a process's memory never falls.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from collections.abc import Callable

import numpy as np

from benchmarks.report import Line
from course_utils import settings

ROUNDS = 3
AXES: dict[str, tuple[int, ...]] = {
    "images": (1_000, 4_000, 16_000, 60_000, 240_000),
    "batch": (16, 64, 256, 1_024),
    "width": (64, 128, 256, 512, 1_024),
    "steps": (250, 500, 1_000, 2_000, 4_000),
    "exercises": (43, 86, 172),
}
UNITS = dict.fromkeys(AXES, "step") | {"exercises": "check"}
# the largest exponent that counts as flat: 1.04x for a fourfold size
FLAT = 0.03
TARGETS = {
    ("images", "seconds"): FLAT,
    ("steps", "memory"): FLAT,
    ("exercises", "memory"): FLAT,
}


def point(axis: str, size: int) -> dict:
    """Seconds a step and peak memory in MB, in a fresh process."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.growth_point", axis, str(size)],
        capture_output=True, text=True, check=True, cwd=settings.ROOT,
    )  # fmt: skip
    return json.loads(done.stdout.splitlines()[-1])


def exponent(sizes, values) -> float:
    """Slope of log(value) against log(size): 0 is flat, 1 proportional."""
    return float(np.polyfit(np.log(sizes), np.log(values), 1)[0])


def measure(save: Callable[[dict], None], *, rounds: int = ROUNDS, axes: dict = AXES) -> dict:
    """Every axis, its points by turns."""
    value: dict = {"rounds": rounds, "axes": {}}
    for axis, sizes in axes.items():
        taken = {size: [] for size in sizes}
        for k in range(rounds):
            for size in sizes[:: 1 if k % 2 == 0 else -1]:
                taken[size].append(point(axis, size))
        value["axes"][axis] = _fit(taken)
        save(value)
    return value


def _fit(taken: dict[int, list[dict]]) -> dict:
    def median(name: str) -> list[float]:
        return [statistics.median(p[name] for p in points) for points in taken.values()]

    sizes = list(taken)
    seconds, memory, base = median("seconds"), median("memory_mb"), median("base_mb")
    return {
        "sizes": sizes,
        "seconds": seconds,
        "cpu_seconds": median("cpu_seconds"),
        "memory_mb": memory,
        "base_mb": base,
        "exponents": {
            "seconds": round(exponent(sizes, seconds), 3),
            "cpu_seconds": round(exponent(sizes, median("cpu_seconds")), 3),
            "memory": round(exponent(sizes, memory), 3),
        },
    }


def lines(value: dict) -> list[Line]:
    """Rows of the table."""
    rows = []
    for axis, fit in value["axes"].items():
        sizes, seconds, memory = fit["sizes"], fit["seconds"], fit["memory_mb"]
        scope = f"{sizes[0]:,} to {sizes[-1]:,} {axis}"
        for what, first, last, unit in (
            ("seconds", 1e3 * seconds[0], 1e3 * seconds[-1], f"ms a {UNITS[axis]}"),
            ("memory", memory[0], memory[-1], "MB at most"),
        ):
            target = TARGETS.get((axis, what))
            power = fit["exponents"][what]
            rows.append(
                Line(
                    f"{scope}: {first:.3g} to {last:.3g} {unit}",
                    f"size^{power:.2f}",
                    "" if target is None else f"flat: <= {target:g}",
                    None if target is None else power <= target,
                )
            )
    return rows
