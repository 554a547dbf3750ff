"""The earth mover's distance on a line: the area between two CDFs.

Peyré & Cuturi, *Computational Optimal Transport*, section 2.6.
"""

from __future__ import annotations

import math

import numpy as np
from scipy import stats

from course_utils import divergences, transport
from course_utils.exercises.draft import Draft, named_after
from course_utils.exercises.engine import call, number

draft = Draft("wasserstein_1d", lesson=3, title="W₁ on a line, by the area between two CDFs")

draft.reference(divergences.wasserstein_1d)


def _on_the_line(rng):
    """Unsorted and uneven first; then sorted and even, moved left and right, and equal ones."""
    cases = []
    for n in (4, 7, 3):
        x = rng.permutation(n) * 1.5 + rng.uniform(-0.6, 0.6, n)
        cases.append((x, rng.dirichlet(np.ones(n)), rng.dirichlet(np.ones(n))))
    p = rng.dirichlet(np.ones(6))
    crossing = np.array([0.4, 0.0, 0.1, 0.0, 0.1, 0.4])  # the sign of F_P − F_Q changes
    return [
        *cases,
        (np.array([2.0, -1.0, 10.0, 0.5, 4.0, 3.5]), p, crossing),
        (np.arange(5.0), np.eye(5)[1], np.eye(5)[4]),
        (np.array([0.0, 1.0, 3.0]), np.array([0.2, 0.3, 0.5]), np.array([0.5, 0.3, 0.2])),
        (np.array([3.0, -2.0, 0.25, 1.0]), p[:4] / p[:4].sum(), p[:4] / p[:4].sum()),
    ]


@draft.probe
def observe(answer, rng):
    cases = _on_the_line(rng)
    return {call("wasserstein_1d", x, p, q): number(answer(x, p, q)) for x, p, q in cases}


def sorted_gaps(x, p, q):
    """Sorted positions and F_P − F_Q at each of them."""
    order = np.argsort(x)
    return x[order], np.cumsum((p - q)[order])


def by_gaps(reduce):
    """An answer that reduces F_P − F_Q between neighbours, and their distances, to a number."""

    @named_after(reduce)
    def answer(positions, p, q):
        x, surplus = sorted_gaps(positions, p, q)
        return reduce(surplus[:-1], np.diff(x))

    return answer


@draft.mistake(
    "You added the CDF gaps but not the distance each one spans: a surplus of 0.2 that must cross "
    "3 units costs three times one that crosses 1."
)
def spacing_forgotten(x, p, q):
    return np.abs(sorted_gaps(x, p, q)[1]).sum()


@draft.mistake(
    "You added the CDF gaps but not the distance each one spans, and you accumulate the masses in "
    "the order given, which need not be from left to right."
)
def spacing_and_order_forgotten(x, p, q):
    return np.abs(np.cumsum(p - q)).sum()


@draft.mistake(
    "You accumulate the masses in the order they arrive; a CDF sweeps the line from left to "
    "right, so sort first."
)
def forgot_to_sort(positions, p, q):
    return np.abs(np.cumsum(p - q)[:-1]) @ np.diff(positions)


@draft.mistake(
    "The distances are made positive, but the masses are still accumulated in the order they "
    "arrive; a CDF sweeps from left to right, so sort first."
)
def forgot_to_sort_absolute(x, p, q):
    return np.abs(np.cumsum(p - q)[:-1] * np.diff(x)).sum()


@draft.mistake(
    "You sorted the positions but left the masses where they were: each mass must travel with its "
    "position (np.argsort gives the order for all three)."
)
def masses_not_sorted(positions, p, q):
    return np.abs(np.cumsum(p - q)[:-1]) @ np.diff(np.sort(positions))


@draft.mistake(
    "Without an absolute value, surplus and deficit cancel: what is left is the difference of the "
    "means, with its sign."
)
@by_gaps
def no_absolute_value(surplus, gaps):
    return surplus @ gaps


@draft.mistake(
    "You take the absolute value of the whole sum, so surplus and deficit cancel before it: that "
    "is the distance between the means."
)
@by_gaps
def absolute_value_too_late(surplus, gaps):
    return abs(surplus @ gaps)


@draft.mistake(
    "You squared the CDF gaps: ∫ (F_P − F_Q)² is the Cramér distance. W₁ takes their absolute "
    "value."
)
@by_gaps
def squared(surplus, gaps):
    return surplus**2 @ gaps


@draft.mistake(
    "This is √∫ (F_P − F_Q)²; W₁ takes the absolute value of the gaps, without square or root."
)
@by_gaps
def root_of_squares(surplus, gaps):
    return math.sqrt(surplus**2 @ gaps)


@draft.mistake(
    "You integrated the gap between the masses, not between the CDFs: |p − q| knows how much is "
    "out of place but not how far it has to go. Accumulate first."
)
def density_gap(x, p, q):
    return np.abs(p - q)[np.argsort(x)][:-1] @ np.diff(np.sort(x))


@draft.mistake(
    "This is the total variation, half of Σ|p − q|: how much is out of place. How far it must "
    "travel is missing."
)
def total_variation(positions, p, q):
    return divergences.total_variation(p, q)


@draft.mistake(
    "This is the largest CDF gap, the Kolmogorov–Smirnov distance; W₁ is the area, over all gaps."
)
def largest_gap(x, p, q):
    return np.abs(sorted_gaps(x, p, q)[1]).max()


@draft.mistake(
    "You multiplied every gap by the same spacing; here the positions are unevenly spaced."
)
@by_gaps
def one_spacing_for_all(surplus, gaps):
    return np.abs(surplus).sum() * gaps[0]


@draft.mistake(
    "You multiplied every gap by the average spacing; here the positions are unevenly spaced, so "
    "each gap needs its own."
)
@by_gaps
def mean_spacing(surplus, gaps):
    return np.abs(surplus).sum() * gaps.mean()


@draft.mistake(
    "Your gaps are shifted by one: between x[i] and x[i+1] the CDF holds what has accumulated up "
    "to x[i], not x[i+1]."
)
def gap_shifted(x, p, q):
    return np.abs(sorted_gaps(x, p, q)[1][1:]) @ np.diff(np.sort(x))


@draft.mistake(
    "The trapezoidal rule draws slopes between the points, but the CDF of point masses is a "
    "staircase: flat until the next mass."
)
def trapezoid(positions, p, q):
    x, surplus = sorted_gaps(positions, p, q)
    return np.trapezoid(np.abs(surplus), x)


@draft.mistake(
    "The trapezoidal rule draws slopes between the points, but the CDF of point masses is a "
    "staircase; and the points must be swept from left to right, so sort first."
)
def trapezoid_out_of_order(x, p, q):
    return np.trapezoid(np.abs(np.cumsum(p - q)), x)


@draft.mistake(
    "You sorted positions and masses each for themselves, so that they no longer belong together: "
    "one order, that of the positions, must serve all three."
)
def each_sorted_on_its_own(x, p, q):
    return forgot_to_sort(np.sort(x), np.sort(p), np.sort(q))


@draft.mistake(
    "This is the cost of the independent plan, p[i]·q[j] from everywhere to everywhere. It is not "
    "0 even where p equals q; W₁ takes the cheapest plan."
)
def independent_plan(x, p, q):
    return p @ transport.cost_matrix(x) @ q


@draft.mistake(
    "Between n positions there are n − 1 gaps, but your CDF has n values. What lies beyond the "
    "last position: is there anything left to carry?"
)
def one_gap_too_few(positions, p, q):
    x, surplus = sorted_gaps(positions, p, q)
    return np.sum(np.abs(surplus) * np.diff(x))


@draft.mistake("You return one area for each gap; add them up.")
@by_gaps
def not_added(surplus, gaps):
    return np.abs(surplus) * gaps


@draft.mistake(
    "You gave the masses to SciPy as if they were samples; its first two arguments are positions, "
    "the masses are the weights."
)
def masses_as_samples(x, p, q):
    return stats.wasserstein_distance(p, q)


@draft.mistake("You averaged over the gaps (np.mean?); the area is their sum.")
@by_gaps
def mean_over_gaps(surplus, gaps):
    return np.mean(np.abs(surplus) * gaps)


@draft.mistake(
    "You squared the distances, as POT's emd2_1d does unless told metric='euclidean': that is the "
    "cost behind W₂."
)
def squared_distance(positions, p, q):
    return transport.optimal_transport(transport.cost_matrix(positions) ** 2, p, q)[0]


@draft.mistake(
    "This is W₂, the root of the mean squared distance; W₁ takes the distances as they are, "
    "without square or root."
)
def w2(positions, p, q):
    return math.sqrt(max(0.0, squared_distance(positions, p, q)))


@draft.mistake(
    "This is SciPy's energy distance, √(2∫ (F_P − F_Q)²); W₁ takes the absolute value of the gaps."
)
@by_gaps
def energy_distance(surplus, gaps):
    return math.sqrt(2 * (surplus**2 @ gaps))


@draft.mistake(
    "The masses play no part: the positions are compared with themselves. SciPy wants p and q as "
    "u_weights and v_weights."
)
def weights_forgotten(positions, p, q):
    return stats.wasserstein_distance(positions, positions)


@draft.also_right
def by_loop(positions, p, q):
    total, carried, last = 0.0, 0.0, None
    for x, a, b in sorted(zip(positions, p, q, strict=True)):
        if last is not None:
            total += abs(carried) * (x - last)
        carried += a - b
        last = x
    return total


@draft.also_right
def by_quantiles(positions, p, q):
    """∫ |F_P⁻¹(t) − F_Q⁻¹(t)| dt, exactly, over the levels at which either quantile jumps."""
    order = np.argsort(positions)
    x, p, q = positions[order], p[order], q[order]
    a, b = np.cumsum(p), np.cumsum(q)
    levels = np.unique(np.clip(np.concatenate([[0.0], a, b]), 0, 1))
    middle = (levels[1:] + levels[:-1]) / 2
    last = len(x) - 1
    i = np.minimum(np.searchsorted(a, middle), last)
    j = np.minimum(np.searchsorted(b, middle), last)
    return [np.sum(np.abs(x[i] - x[j]) * np.diff(levels))]


@draft.also_right
def by_scipy(positions, p, q):
    return stats.wasserstein_distance(positions, positions, p, q)


@draft.also_right
def by_linear_program(x, p, q):
    return transport.optimal_transport(transport.cost_matrix(x), p, q)[0]


draft.hints(
    "Walk along the line from left to right, carrying what is left over. How much do you carry "
    "between one position and the next, and how far?",
    "`order = np.argsort(positions)` puts positions and masses in order, all three. What you "
    "carry past each position is `np.cumsum(p − q)`; each amount crosses one gap, "
    "`np.diff(positions)`.",
    "`x, s = positions[order], np.cumsum((p - q)[order])`, then `np.sum(np.abs(s[:-1]) * "
    "np.diff(x))`.",
)

EXERCISE = draft.exercise()
