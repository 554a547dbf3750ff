"""Images per second and time to quality on a CUDA device, where there is one."""

from __future__ import annotations

import os
from collections.abc import Callable

import torch

from benchmarks import throughput, time_to_quality
from benchmarks.report import Line


def measure(
    save: Callable[[dict], None],
    *,
    budget: float = time_to_quality.BUDGET,
    seeds: tuple[int, ...] = (0, 1, 2),
) -> dict:
    """The two comparisons again with networks and data on the device; or why there is nothing."""
    if not torch.cuda.is_available():
        return {"absent": "torch finds no CUDA device on this machine"}
    before = os.environ["COURSE_DEVICE"]
    os.environ["COURSE_DEVICE"] = "cuda"  # the default networks are built where it says
    value: dict = {"device": torch.cuda.get_device_name()}
    try:
        value["throughput"] = throughput.measure(save, device="cuda")
        save(value)
        value["time_to_quality"] = time_to_quality.measure(
            lambda part: save(value | {"time_to_quality": part}),
            budget=budget, seeds=seeds, device="cuda",
        )  # fmt: skip
    finally:
        os.environ["COURSE_DEVICE"] = before
    return value


def lines(value: dict) -> list[Line]:
    """Rows of the table: the figures without their CPU targets."""
    if "absent" in value:
        return [Line(value["absent"], "not measured")]
    parts = [throughput.lines(value["throughput"])] if "throughput" in value else []
    if "time_to_quality" in value:
        parts.append(time_to_quality.lines(value["time_to_quality"]))
    return [Line(line.what, line.measured) for part in parts for line in part]
