"""How steep is x ↦ w·x + b? As steep as the length of w, by Cauchy and Schwarz."""

from __future__ import annotations

import math

import numpy as np

from course_utils import integral_metrics
from course_utils.exercises.draft import Draft
from course_utils.exercises.engine import call, number

draft = Draft("linear_lipschitz_constant", lesson=3, title="How steep is a linear function?")

draft.reference(integral_metrics.linear_lipschitz_constant)


@draft.probe
def observe(answer, rng):
    weights = [rng.normal(size=n) * 2 for n in (2, 3, 5)]
    weights += [np.array([3.0, -4.0]), np.array([-2.5]), np.zeros(3)]
    return {call("linear_lipschitz_constant", w): number(answer(w)) for w in weights}


@draft.mistake(
    "You added absolute values, the L1 norm. Which unit step makes w·x rise fastest, and by how "
    "much? It does not go along the axes."
)
def manhattan_norm(weight):
    return np.abs(weight).sum()


@draft.mistake(
    "This is the steepest of the axes; a step that is not along an axis can climb faster."
)
def largest_weight(weight):
    return np.abs(weight).max()


@draft.mistake("This is the squared norm; take the root.")
def squared_norm(weight):
    return weight @ weight


@draft.mistake(
    "You added the weights with their signs: that is the rise along (1, …, 1), not the fastest one."
)
def signed_sum(weight):
    return weight.sum()


@draft.mistake("You averaged the squared weights under the root; add them instead.")
def root_mean_square(weight):
    return np.sqrt(np.mean(weight**2))


@draft.mistake("This is the largest weight with its sign; a steep descent counts just as much.")
def signed_largest(weight):
    return weight.max()


@draft.mistake(
    "You return one slope for each axis; which step of length 1, in any direction, makes w·x "
    "change most?"
)
def one_slope_per_axis(weight):
    return np.abs(weight)


@draft.mistake(
    "You bounded the slope by the number of weights times the largest; a bound, but not the best "
    "one."
)
def number_of_weights_as_slope(weight):
    return len(weight) * np.abs(weight).max()


@draft.mistake("√n·max|w| bounds the slope but is not attained; the best constant is smaller.")
def loose_product_bound(weight):
    return np.sqrt(len(weight)) * np.abs(weight).max()


@draft.mistake(
    "This is the standard deviation of the weights; their squares are to be added as they are, "
    "with no mean taken off and no division."
)
def standard_deviation(weight):
    return np.std(weight)


@draft.mistake(
    "You averaged the absolute values of the weights; which unit step makes w·x rise fastest, and "
    "by how much?"
)
def mean_of_absolute_values(weight):
    return np.abs(weight).mean()


@draft.also_right
def by_hypot(weight):
    return math.hypot(*weight)


@draft.also_right
def by_root_of_squares(weight):
    return np.sqrt(np.sum(np.square(weight)))


@draft.also_right
def by_loop(weight):
    return [math.sqrt(sum(w * w for w in weight))]


draft.hints(
    "Take a step of length 1 in some direction. By how much does w·x change? In which direction "
    "is that most?",
    "Cauchy–Schwarz: |w·(x − y)| ≤ ‖w‖₂ ‖x − y‖₂, and the step along w itself attains it.",
    "`np.linalg.norm(weight)`.",
)

EXERCISE = draft.exercise()
