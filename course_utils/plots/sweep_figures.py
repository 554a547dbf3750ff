"""The picture of a sweep: how often each objective succeeds, at one threshold and at all."""

from __future__ import annotations

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from course_utils.plots.style import NEUTRAL, PALETTE, described
from course_utils.plots.words import one_line

LINES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (1, 3)))
MARKERS = "osD^vP"


def success_rates(
    rates: Mapping, title: str, *, measure: str, threshold: float, above: bool
) -> Figure:
    """Success rates with their intervals, beside the share of cases that pass any threshold.

    Parameters
    ----------
    rates : mapping
        By objective: ``successes``, ``cases``, ``interval`` (low, high) and ``values``, the
        measure of the cases that have one, ascending.
    measure : str
        What the measure is called on the axis.
    threshold : float
        Of the left panel; marked in the right one.
    above : bool
        Whether a success lies above the threshold, or below it.
    """
    fig, (left, right) = plt.subplots(1, 2, figsize=(11, 1.9 + 0.45 * len(rates)))
    seen = [threshold, *(value for rate in rates.values() for value in rate.values)]
    margin = 0.04 * (max(seen) - min(seen)) or 1
    start, end = min(seen) - margin, max(seen) + margin
    if above:
        start, end = end, start
    for k, (name, rate) in enumerate(rates.items()):
        low, high = (100 * edge for edge in rate.interval)
        drawn = {"color": PALETTE[k], "linewidth": 2}
        left.plot([low, high], [k, k], **drawn)
        left.plot(100 * rate.successes / rate.cases, k, MARKERS[k], color=PALETTE[k], markersize=9)
        left.text(103, k, f"{rate.successes} of {rate.cases}", va="center")
        shares = 100 * np.arange(len(rate.values) + 1) / rate.cases
        places = [start, *(rate.values[::-1] if above else rate.values), end]
        # from the threshold that no case passes to the one that all pass, a step at each case
        right.step(
            places, [*shares, shares[-1]], where="post", linestyle=LINES[k], label=name, **drawn
        )
    left.set(xlim=(-2, 100), xlabel="cases that succeed (%), with 95 % interval")
    left.set_yticks(range(len(rates)), list(rates))
    left.set_ylim(len(rates) - 0.5, -0.5)
    side = "above" if above else "below"
    right.axvline(threshold, color=NEUTRAL, linewidth=1)
    right.set(
        xlabel=measure, ylabel=f"cases {side} (%)", ylim=(-3, 103),
        title=f"the line: {side} {threshold:g} is a success",
    )  # fmt: skip
    right.legend(loc="best")
    fig.suptitle(title, x=0.01, ha="left", fontweight="bold")
    seen = [
        f"{one_line(name)} {rate.successes} of {rate.cases}, interval {rate.interval[0]:.0%} to "
        f"{rate.interval[1]:.0%}"
        for name, rate in rates.items()
    ]
    return described(
        fig,
        f"""Left: success rates with their intervals, where a success has a {one_line(measure)}
        {side} {threshold:g}: {"; ".join(seen)}. Right: the share of cases that pass any other
        threshold. {one_line(title)}.""",
    )
