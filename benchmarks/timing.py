"""Timing by turns: what is compared runs in the same minutes, and medians are what is said."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping


def interleaved(
    work: Mapping[str, Callable[[], object]],
    rounds: int = 3,
    repeats: Mapping[str, int] | None = None,
    after_round: Callable[[dict], object] = lambda spent: None,
) -> dict[str, dict[str, list[float]]]:
    """Run each piece of work once a round, in an order that changes from round to round.

    Parameters
    ----------
    work : mapping of name to callable
    rounds : int
        At least 3, or a median means little.
    repeats : mapping of name to int
        How often a quick one is repeated within a round (1 if not named).
    after_round : callable
        Told of what there is so far, so that a run cut short keeps it.

    Returns
    -------
    dict
        By name: ``{"wall": [...], "cpu": [...]}``, seconds a call, one entry for each round.
        ``cpu`` adds up all threads of this process.
    """
    names = list(work)
    spent = {name: {"wall": [], "cpu": []} for name in names}
    for k in range(rounds):
        for name in names[k % len(names) :] + names[: k % len(names)]:
            n = (repeats or {}).get(name, 1)
            wall, cpu = time.perf_counter(), time.process_time()
            for _ in range(n):
                work[name]()
            spent[name]["wall"].append((time.perf_counter() - wall) / n)
            spent[name]["cpu"].append((time.process_time() - cpu) / n)
        after_round(spent)
    return spent


def enough(run: Callable[[], object], seconds: float = 0.05, most: int = 1000) -> int:
    """How often to repeat a call so that a round of it takes about ``seconds``."""
    shortest = float("inf")
    for _ in range(3):  # the first call may have to load something
        start = time.perf_counter()
        run()
        shortest = min(shortest, time.perf_counter() - start)
        if shortest > seconds:
            break
    return max(1, min(most, int(seconds / max(shortest, 1e-9))))


def ratio(slow: list[float], fast: list[float]) -> float:
    """Median over the rounds of ``slow / fast``: a drift of the machine cancels in each."""
    return statistics.median(a / b for a, b in zip(slow, fast, strict=True))
