"""Lesson 3: how steep is a function, sampled or linear?"""

from __future__ import annotations

import itertools
import math

import numpy as np
from scipy.spatial.distance import pdist, squareform

from course_utils import integral_metrics, transport
from course_utils.exercises.engine import Exercise, Misconception, call, number

# --- lipschitz_constant -----------------------------------------------------------------


def _sampled_functions(rng):
    zigzag = np.array([[0.0, 0.0], [1.0, 10.0], [2.0, 0.5], [3.0, -9.0]])
    return [
        (rng.normal(size=6), rng.permutation(6) + rng.uniform(-0.4, 0.4, 6)),
        (np.array([0.0, 1.0, -4.0]), np.array([0.0, 1.0, 3.0])),
        (rng.normal(size=5), rng.normal(size=(5, 2))),
        (np.array([0.0, 5.0, 9.0, 4.0]) + rng.normal(size=4), zigzag),
        (rng.normal(size=7), rng.normal(size=(7, 3)) * [1.0, 0.2, 4.0]),
        (rng.normal(size=2), rng.normal(size=(2, 4))),
        (np.array([2.0, 2.0, 2.0]), np.array([5.0, -1.0, 0.5])),
    ]


def _probe_lipschitz_constant(answer, rng):
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


def _slopes(reduce, **how):
    def answer(f_values, positions):
        rises, runs = _pairs(f_values, positions, **how)
        return reduce(rises, runs)

    return answer


def _largest(rises, runs):
    return np.max(np.abs(rises) / runs)


def _consecutive(f_values, positions):
    x = np.reshape(positions, (len(f_values), -1))
    return np.max(np.abs(np.diff(f_values)) / np.linalg.norm(np.diff(x, axis=0), axis=1))


def _sorted_consecutive(f_values, positions):
    x = np.reshape(positions, (len(f_values), -1))
    order = np.argsort(x[:, 0])
    return _consecutive(f_values[order], x[order])


def _one_dimension(f_values, positions):
    with np.errstate(invalid="ignore"):
        slopes = np.abs(f_values[:, None] - f_values) / np.abs(positions[:, None] - positions)
    return np.nanmax(slopes)


def _compared(f_values, positions):
    pairs = itertools.combinations(range(len(f_values)), 2)
    return max(abs(f_values[i] - f_values[j]) / abs(positions[i] - positions[j]) for i, j in pairs)


def _per_coordinate(f_values, positions):
    rises, steps = _pairs(f_values, positions, norm=lambda step: np.abs(step).min())
    return np.max(np.abs(rises) / steps)


def _nan_diagonal(f_values, positions):
    with np.errstate(invalid="ignore"):
        distances = transport.cost_matrix(positions)
        return np.max(np.abs(f_values[:, None] - f_values) / distances)


def _lipschitz_by_loop(f_values, positions):
    best = 0.0
    for i in range(len(f_values)):
        for j in range(i):
            step = np.atleast_1d(positions[i] - positions[j])
            best = max(best, abs(f_values[i] - f_values[j]) / math.sqrt(sum(step**2)))
    return best


def _lipschitz_by_pdist(f_values, positions):
    x = np.asarray(positions).reshape(len(f_values), -1)
    return [(pdist(f_values[:, None]) / pdist(x)).max()]


def _lipschitz_by_matrices(f_values, positions):
    x = positions[:, None] if positions.ndim == 1 else positions
    distances = squareform(pdist(x)) + np.eye(len(x))
    return np.max((f_values[:, None] - f_values[None, :]) / distances)


LIPSCHITZ_CONSTANT = Exercise(
    id="lipschitz_constant",
    lesson=3,
    title="How steep is a sampled function?",
    reference=integral_metrics.lipschitz_constant,
    probe=_probe_lipschitz_constant,
    misconceptions=(
        Misconception(
            "neighbours_in_given_order",
            "You compare consecutive entries only; the positions are in no particular order, so "
            "compare all pairs.",
            _consecutive,
        ),
        Misconception(
            "neighbours_after_sorting",
            "You sort and compare neighbours, which is enough on the line. In the plane nothing "
            "can be put in order: compare all pairs.",
            _sorted_consecutive,
        ),
        Misconception(
            "signed_slopes",
            "You take the largest slope with its sign, so a steep descent goes unnoticed.",
            _slopes(lambda rises, runs: np.max(rises / runs)),
        ),
        Misconception(
            "one_dimension_only",
            "Your function fails for positions of shape (n, d): there the distance of two points "
            "is the norm of their difference.",
            _one_dimension,
        ),
        Misconception(
            "vectors_compared",
            "With positions of shape (n, d), x[i] − x[j] is a vector, and so is your slope: "
            "divide by the norm of the difference.",
            _compared,
        ),
        Misconception(
            "numerical_derivative",
            "np.gradient estimates a derivative from neighbours in the order given, and only on "
            "the line; a Lipschitz constant compares every pair.",
            lambda f_values, positions: np.abs(np.gradient(f_values, positions)).max(),
        ),
        Misconception(
            "per_coordinate",
            "You divide by each coordinate's difference on its own; the distance of two points "
            "combines all coordinates.",
            _per_coordinate,
        ),
        Misconception(
            "nan_diagonal",
            "You also compare each point with itself, and 0/0 is nan: leave those pairs out.",
            _nan_diagonal,
        ),
        Misconception(
            "manhattan_distance",
            "You measure distances as sums of absolute differences; the course uses Euclidean "
            "distances.",
            _slopes(_largest, norm=lambda step: np.abs(step).sum()),
        ),
        Misconception(
            "maximum_distance",
            "You measure distances by the largest coordinate difference; the course uses "
            "Euclidean distances.",
            _slopes(_largest, norm=lambda step: np.abs(step).max()),
        ),
        Misconception(
            "first_coordinate_only",
            "You look at the first coordinate only; distances use all of them.",
            _slopes(_largest, norm=lambda step: abs(step[0])),
        ),
        Misconception(
            "squared_distance",
            "You divided by the squared distance; take the root.",
            _slopes(_largest, power=2),
        ),
        Misconception(
            "mean_slope",
            "You averaged the slopes; a Lipschitz constant has to bound every one of them.",
            _slopes(lambda rises, runs: np.mean(np.abs(rises) / runs)),
        ),
        Misconception(
            "range_over_span",
            "You divided the largest rise by the largest distance, and these come from different "
            "pairs.",
            _slopes(lambda rises, runs: np.abs(rises).max() / runs.max()),
        ),
        Misconception(
            "rise_over_nearest",
            "You divided the largest rise by the smallest distance, and these come from different "
            "pairs.",
            _slopes(lambda rises, runs: np.abs(rises).max() / runs.min()),
        ),
        Misconception(
            "largest_rise",
            "This is the largest difference of two values; a slope divides it by the distance.",
            _slopes(lambda rises, runs: np.abs(rises).max()),
        ),
        Misconception(
            "smallest_slope",
            "This is the smallest slope; the constant has to bound the largest.",
            _slopes(lambda rises, runs: np.min(np.abs(rises) / runs)),
        ),
    ),
    hints=(
        "For every pair of positions: how far do the values rise, and over what distance?",
        "Give positions of shape (n,) a second axis, `x = np.reshape(positions, (n, -1))`; then "
        "the distance of points i and j is `np.linalg.norm(x[i] - x[j])`.",
        "`max(abs(f_values[i] - f_values[j]) / np.linalg.norm(x[i] - x[j]) for i in range(n) for "
        "j in range(i))`.",
    ),
    alternatives=(_lipschitz_by_loop, _lipschitz_by_pdist, _lipschitz_by_matrices),
)

# --- linear_lipschitz_constant ----------------------------------------------------------


def _probe_linear(answer, rng):
    weights = [rng.normal(size=n) * 2 for n in (2, 3, 5)]
    weights += [np.array([3.0, -4.0]), np.array([-2.5]), np.zeros(3)]
    return {call("linear_lipschitz_constant", w): number(answer(w)) for w in weights}


LINEAR_LIPSCHITZ_CONSTANT = Exercise(
    id="linear_lipschitz_constant",
    lesson=3,
    title="How steep is a linear function?",
    reference=integral_metrics.linear_lipschitz_constant,
    probe=_probe_linear,
    misconceptions=(
        Misconception(
            "manhattan_norm",
            "You added absolute values, the L1 norm. Which unit step makes w·x rise fastest, and "
            "by how much? It does not go along the axes.",
            lambda weight: np.abs(weight).sum(),
        ),
        Misconception(
            "largest_weight",
            "This is the steepest of the axes; a step that is not along an axis can climb faster.",
            lambda weight: np.abs(weight).max(),
        ),
        Misconception(
            "squared_norm",
            "This is the squared norm; take the root.",
            lambda weight: weight @ weight,
        ),
        Misconception(
            "signed_sum",
            "You added the weights with their signs: that is the rise along (1, …, 1), not the "
            "fastest one.",
            lambda weight: weight.sum(),
        ),
        Misconception(
            "root_mean_square",
            "You averaged the squared weights under the root; add them instead.",
            lambda weight: np.sqrt(np.mean(weight**2)),
        ),
        Misconception(
            "signed_largest",
            "This is the largest weight with its sign; a steep descent counts just as much.",
            lambda weight: weight.max(),
        ),
        Misconception(
            "one_slope_per_axis",
            "You return one slope for each axis; which step of length 1, in any direction, "
            "makes w·x change most?",
            np.abs,
        ),
        Misconception(
            "number_of_weights_as_slope",
            "You bounded the slope by the number of weights times the largest; a bound, but not "
            "the best one.",
            lambda weight: len(weight) * np.abs(weight).max(),
        ),
        Misconception(
            "loose_product_bound",
            "√n·max|w| bounds the slope but is not attained; the best constant is smaller.",
            lambda weight: np.sqrt(len(weight)) * np.abs(weight).max(),
        ),
    ),
    hints=(
        "Take a step of length 1 in some direction. By how much does w·x change? In which "
        "direction is that most?",
        "Cauchy–Schwarz: |w·(x − y)| ≤ ‖w‖₂ ‖x − y‖₂, and the step along w itself attains it.",
        "`np.linalg.norm(weight)`.",
    ),
    alternatives=(
        lambda weight: math.hypot(*weight),
        lambda weight: np.sqrt(np.sum(np.square(weight))),
        lambda weight: [math.sqrt(sum(w * w for w in weight))],
    ),
)

EXERCISES = (LIPSCHITZ_CONSTANT, LINEAR_LIPSCHITZ_CONSTANT)
