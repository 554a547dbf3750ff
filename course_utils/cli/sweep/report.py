"""What came out of a sweep: rates with their intervals, and who succeeds where others fail."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from course_utils.cli.sweep.plans import Plan
from course_utils.cli.sweep.rows import Criterion, Row

Z = 1.959964  # of the normal law's middle 95 %


def wilson(successes: int, trials: int) -> tuple[float, float]:
    """Wilson's 95 % interval for a rate; sensible also at 0 of n and n of n.

    ``(r + z²/2n ± z √(r (1 − r)/n + z²/4n²)) / (1 + z²/n)`` with r the observed rate
    (Wilson 1927).
    """
    rate, scale = successes / trials, 1 + Z**2 / trials
    centre = (rate + Z**2 / (2 * trials)) / scale
    half = Z * math.sqrt(rate * (1 - rate) / trials + Z**2 / (4 * trials**2)) / scale
    return max(0.0, centre - half), min(1.0, centre + half)


@dataclass(frozen=True)
class Rate:
    """How an objective fared.

    Attributes
    ----------
    values : tuple of float
        The measure of each case that has one, ascending.
    diverged, failed : int
        Cases without: training diverged; an error, or a lost worker.
    """

    successes: int
    cases: int
    diverged: int
    failed: int
    values: tuple[float, ...]

    @property
    def interval(self) -> tuple[float, float]:
        return wilson(self.successes, self.cases)


def rates(plan: Plan, rows: Mapping[str, Row], judge: Criterion) -> dict[str, Rate]:
    """For each objective, over its finished cases; objectives without one are left out."""
    found = {}
    for objective in plan.objectives:
        mine = [row for row in rows.values() if row["objective"] == objective]
        if mine:
            diverged = sum(row["diverged"] == "1" for row in mine)
            found[objective] = Rate(
                sum(map(judge.met, mine)),
                len(mine),
                diverged,
                sum(bool(row["error"]) for row in mine) - diverged,
                tuple(sorted(float(row[judge.measure]) for row in mine if row[judge.measure])),
            )
    return found


def finding(found: Mapping[str, Rate]) -> str:
    """The title of the picture: who succeeds most often, if the intervals bear it out."""
    order = sorted(found, key=lambda name: -found[name].successes / found[name].cases)
    best = found[order[0]]
    if not best.successes:
        return "No case succeeds"
    count = f"{best.successes} of {best.cases} cases"
    if len(order) == 1:
        return f"{order[0]} succeeds in {count}"
    if best.interval[0] > max(found[name].interval[1] for name in order[1:]):
        return f"{order[0]} succeeds most often, in {count}"
    return "No objective is clearly ahead of all others: intervals overlap"


def _row(cells, widths) -> str:
    first, *others = zip(cells, widths, strict=True)
    return first[0].ljust(first[1]) + "".join(f"{cell:>{width}}" for cell, width in others)


def summary(plan: Plan, rows: Mapping[str, Row], judge: Criterion) -> str:
    """The table of rates, and a table like Gulrajani et al. (2017), Table 2."""
    found = rates(plan, rows, judge)
    widths = (16, 7, 10, 18, 10, 8)
    lines = [
        f"success: {judge}",
        _row(("objective", "cases", "success", "95 % interval", "diverged", "failed"), widths),
    ]
    for name, rate in found.items():
        low, high = rate.interval
        cells = (rate.cases, rate.successes, f"{low:.0%} to {high:.0%}", rate.diverged, rate.failed)
        lines.append(_row((name, *cells), widths))
    lines += ["", *_thresholds(plan, rows, judge)]
    return "\n".join(lines)


def _thresholds(plan: Plan, rows: Mapping[str, Row], judge: Criterion) -> list[str]:
    """Successes at each threshold, in the trials that every objective has finished.

    For two objectives: in how many trials, of one choice of settings and one seed, only the
    one, only the other, both or neither succeeded.
    """
    names = plan.objectives
    whole = [t for t in plan.trials if all(case.id in rows for case in t.values())]
    pair = len(names) == 2
    heads = [f"only {name}" for name in names] + ["both", "neither"] if pair else list(names)
    widths = [24, *(len(head) + 3 for head in heads)]
    lines = [
        f"the same settings and seed, in {len(whole)} of {len(plan.trials)} trials:",
        _row((f"{judge.measure} {'above' if judge.above else 'below'}", *heads), widths),
    ]
    for threshold in sorted(judge.thresholds):
        met = [tuple(judge.met(rows[t[name].id], threshold) for name in names) for t in whole]
        if pair:
            counts = [met.count(way) for way in [(True, False), (False, True)]]
            counts += [met.count((True, True)), met.count((False, False))]
        else:
            counts = [sum(column) for column in zip(*met, strict=True)] or [0] * len(names)
        lines.append(_row((f"{threshold:g}", *counts), widths))
    return lines
