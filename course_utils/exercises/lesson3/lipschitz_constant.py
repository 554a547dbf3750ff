"""How steep is a sampled function? The largest slope over all pairs of points."""

from __future__ import annotations

import itertools
import math

import numpy as np
from scipy.spatial.distance import pdist, squareform

from course_utils import integral_metrics, transport
from course_utils.exercises.draft import Draft, named_after
from course_utils.exercises.engine import call, number

draft = Draft("lipschitz_constant", lesson=3, title="How steep is a sampled function?")

draft.reference(integral_metrics.lipschitz_constant)


def _sampled_functions(rng):
    zigzag = np.array([[0.0, 0.0], [1.0, 10.0], [2.0, 0.5], [3.0, -9.0]])
    return [
        (rng.normal(size=6), rng.permutation(6) + rng.uniform(-0.4, 0.4, 6)),
        (np.array([0.0, 1.0, -4.0]), np.array([0.0, 3.0, 1.0])),  # steepest next to each other
        (rng.normal(size=5), rng.normal(size=(5, 2))),
        (np.array([0.0, 5.0, 9.0, 4.0]) + rng.normal(size=4), zigzag),
        (rng.normal(size=7), rng.normal(size=(7, 3)) * [1.0, 0.2, 4.0]),
        (rng.normal(size=2), rng.normal(size=(2, 4))),
        (np.array([2.0, 2.0, 2.0]), np.array([5.0, -1.0, 0.5])),
    ]


@draft.probe
def observe(answer, rng):
    cases = _sampled_functions(rng)
    return {call("lipschitz_constant", f, x): number(answer(f, x)) for f, x in cases}


def _pairs(f_values, positions, norm=None, power=1):
    """Rises and distances of all pairs i < j."""
    x = np.reshape(positions, (len(f_values), -1))
    norm = norm or (lambda step: np.linalg.norm(step))
    steps = [
        (f_values[j] - f_values[i], norm(x[j] - x[i]) ** power)
        for i, j in itertools.combinations(range(len(f_values)), 2)
    ]
    return np.array(steps).T


def reduced(reduce, **how):
    """An answer that reduces the rises and distances of all pairs to a number."""

    @named_after(reduce)
    def answer(f_values, positions):
        rises, runs = _pairs(f_values, positions, **how)
        return reduce(rises, runs)

    return answer


def largest(rises, runs):
    return np.max(np.abs(rises) / runs)


@draft.mistake(
    "You compare consecutive entries only; the positions are in no particular order, so compare "
    "all pairs."
)
def neighbours_in_given_order(f_values, positions):
    x = np.reshape(positions, (len(f_values), -1))
    return np.max(np.abs(np.diff(f_values)) / np.linalg.norm(np.diff(x, axis=0), axis=1))


@draft.mistake(
    "You sort and compare neighbours, which is enough on the line. In the plane nothing can be "
    "put in order: compare all pairs."
)
def neighbours_after_sorting(f_values, positions):
    x = np.reshape(positions, (len(f_values), -1))
    order = np.argsort(x[:, 0])
    return neighbours_in_given_order(f_values[order], x[order])


@draft.mistake("You take the largest slope with its sign, so a steep descent goes unnoticed.")
@reduced
def signed_slopes(rises, runs):
    return np.max(rises / runs)


@draft.mistake(
    "Your function fails for positions of shape (n, d): there the distance of two points is the "
    "norm of their difference."
)
def one_dimension_only(f_values, positions):
    with np.errstate(invalid="ignore"):
        slopes = np.abs(f_values[:, None] - f_values) / np.abs(positions[:, None] - positions)
    return np.nanmax(slopes)


@draft.mistake(
    "With positions of shape (n, d), x[i] − x[j] is a vector, and so is your slope: divide by the "
    "norm of the difference."
)
def vectors_compared(f_values, positions):
    pairs = itertools.combinations(range(len(f_values)), 2)
    return max(abs(f_values[i] - f_values[j]) / abs(positions[i] - positions[j]) for i, j in pairs)


@draft.mistake(
    "np.gradient estimates a derivative from neighbours in the order given, and only on the line; "
    "a Lipschitz constant compares every pair."
)
def numerical_derivative(f_values, positions):
    return np.abs(np.gradient(f_values, positions)).max()


@draft.mistake(
    "You divide by each coordinate's difference on its own; the distance of two points combines "
    "all coordinates."
)
def per_coordinate(f_values, positions):
    rises, steps = _pairs(f_values, positions, norm=lambda step: np.abs(step).min())
    return np.max(np.abs(rises) / steps)


@draft.mistake("You also compare each point with itself, and 0/0 is nan: leave those pairs out.")
def nan_diagonal(f_values, positions):
    with np.errstate(invalid="ignore"):
        distances = transport.cost_matrix(positions)
        return np.max(np.abs(f_values[:, None] - f_values) / distances)


@draft.mistake(
    "You measure distances as sums of absolute differences; the course uses Euclidean distances."
)
def manhattan_distance(f_values, positions):
    return reduced(largest, norm=lambda step: np.abs(step).sum())(f_values, positions)


@draft.mistake(
    "You measure distances by the largest coordinate difference; the course uses Euclidean "
    "distances."
)
def maximum_distance(f_values, positions):
    return reduced(largest, norm=lambda step: np.abs(step).max())(f_values, positions)


@draft.mistake("You look at the first coordinate only; distances use all of them.")
def first_coordinate_only(f_values, positions):
    return reduced(largest, norm=lambda step: abs(step[0]))(f_values, positions)


@draft.mistake("You divided by the squared distance; take the root.")
def squared_distance(f_values, positions):
    return reduced(largest, power=2)(f_values, positions)


@draft.mistake("You averaged the slopes; a Lipschitz constant has to bound every one of them.")
@reduced
def mean_slope(rises, runs):
    return np.mean(np.abs(rises) / runs)


@draft.mistake(
    "You divided the largest rise by the largest distance, and these come from different pairs."
)
@reduced
def range_over_span(rises, runs):
    return np.abs(rises).max() / runs.max()


@draft.mistake(
    "You divided the largest rise by the smallest distance, and these come from different pairs."
)
@reduced
def rise_over_nearest(rises, runs):
    return np.abs(rises).max() / runs.min()


@draft.mistake("This is the largest difference of two values; a slope divides it by the distance.")
@reduced
def largest_rise(rises, runs):
    return np.abs(rises).max()


@draft.mistake("This is the smallest slope; the constant has to bound the largest.")
@reduced
def smallest_slope(rises, runs):
    return np.min(np.abs(rises) / runs)


@draft.mistake(
    "You also compare each point with itself, and 0/0 has become infinite: leave those pairs out."
)
def infinite_diagonal(f_values, positions):
    return math.inf


@draft.also_right
def by_loop(f_values, positions):
    best = 0.0
    for i in range(len(f_values)):
        for j in range(i):
            step = np.atleast_1d(positions[i] - positions[j])
            best = max(best, abs(f_values[i] - f_values[j]) / math.sqrt(sum(step**2)))
    return best


@draft.also_right
def by_pdist(f_values, positions):
    x = np.asarray(positions).reshape(len(f_values), -1)
    return [(pdist(f_values[:, None]) / pdist(x)).max()]


@draft.also_right
def by_matrices(f_values, positions):
    x = positions[:, None] if positions.ndim == 1 else positions
    distances = squareform(pdist(x)) + np.eye(len(x))
    return np.max((f_values[:, None] - f_values[None, :]) / distances)


draft.hints(
    "For every pair of positions: how far do the values rise, and over what distance?",
    "Give positions of shape (n,) a second axis, `x = np.reshape(positions, (n, -1))`; then the "
    "distance of points i and j is `np.linalg.norm(x[i] - x[j])`.",
    "`max(abs(f_values[i] - f_values[j]) / np.linalg.norm(x[i] - x[j]) for i in range(n) for j in "
    "range(i))`.",
)

EXERCISE = draft.exercise()
