"""Lesson 2: what to predict before it is computed or measured."""

import math

from course_utils.exercises.predictions.prediction import Prediction

BANK = (
    Prediction(
        "best_between_bells", 2,
        "The data are N(0, 1), the generator makes N(4, 1). Sketch the best discriminator: how "
        "high is D*?",
        truth=tuple(1 / (1 + math.exp(4 * x - 8)) for x in range(5)),
        parts=("at x = 0", "at 1", "at 2", "at 3", "at 4"),
    ),
    Prediction(
        "js_at_eight", 2,
        "JS between N(0, 1) and N(4, 1) is 0.633 nats. What is it between N(0, 1) and N(8, 1)?",
        truth=0.693054,
    ),
    Prediction(
        "push_at_six", 2,
        "Data N(0, 1), fakes N(4, 1), the best discriminator, the loss log(1 − D). How many times "
        "weaker is a fake at x = 6 pushed than one at x = 4?",
        truth=math.exp(8),
    ),
    Prediction(
        "minus_log_d_gradient", 2,
        "The generator stands still, and the discriminator gets better and better. What becomes of "
        "the gradient of −log D that reaches the generator?",
        truth="it grows",
        choices=("it vanishes", "it stays about the same", "it grows"),
    ),
    Prediction(
        "circling_distance", 2,
        "Both players of the xy-game move at the same time, 300 times. How far from (0, 0) are "
        "they then?",
        truth=math.sqrt(2) * math.sqrt(1.01) ** 300,
    ),
    Prediction(
        "modes_with_64", 2,
        "Eight modes on a ring, 64 noise dimensions, five discriminator steps for each of the "
        "generator. How many of the eight does a generator reach in the end, on average?",
        truth=1.8,
    ),
)  # fmt: skip
