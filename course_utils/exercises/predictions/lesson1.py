"""Lesson 1: what to predict before it is computed or measured."""

import math

from course_utils.exercises.predictions.prediction import Prediction

BANK = (
    Prediction(
        "positive_test", 1,
        "A disease affects 1 % of a population. A test is right 95 % of the time, for the ill and "
        "for the healthy. Yours is positive. How probable is it that you are ill?",
        truth=19 / 118,
    ),
    Prediction(
        "next_ball", 1,
        "Eleven urns hold 0 to 10 black balls of 10; one was picked at random. Three of ten draws "
        "(with replacement) were black. How probable is it that the next ball is black, to three "
        "digits?",
        truth=0.33303778,
    ),
    Prediction(
        "clock_gap", 1,
        "A die is rolled once a second; sixes come 6 rolls apart on average. A clock strikes. How "
        "long, on average, is the gap between sixes in which it strikes?",
        truth=11.0,
    ),
    Prediction(
        "model_width", 1,
        "The data are N(0, 1²). Which model costs more nats of D(data‖model): one that is half as "
        "wide, or one that is twice as wide?",
        truth="half as wide",
        choices=("half as wide", "twice as wide", "both the same"),
    ),
    Prediction(
        "forward_fit", 1,
        "The data are ½ N(−2, 0.5²) + ½ N(2, 0.5²), the model is one Gaussian. Which one makes "
        "D(data‖model) smallest?",
        truth=(0.0, math.sqrt(4.25)),
        parts=("its mean", "its standard deviation"),
    ),
    Prediction(
        "impossible_flowers", 1,
        "One Gaussian, fitted to 150 irises, makes up new ones. What share of them has at least "
        "one negative measurement?",
        truth=0.0573,
    ),
    Prediction(
        "cost_of_noise", 1,
        "A perfect model of images with 784 pixels has a log-likelihood of about 690 nats. "
        "Replace 99 of 100 of its samples by noise. How many nats does it lose?",
        truth=math.log(100),
    ),
    Prediction(
        "shifted_digit", 1,
        "Move a digit of 28 × 28 pixels to the right by one pixel. For what share of digits is "
        "some other one among 10 000 digits now nearer than the digit itself before it was moved?",
        truth=0.5,
    ),
)  # fmt: skip
