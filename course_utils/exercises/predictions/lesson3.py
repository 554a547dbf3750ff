"""Lesson 3: what to predict before it is computed or measured."""

import math

from course_utils.exercises.predictions.prediction import Prediction

AT = ("at θ = −1", "at −½", "at 0", "at ½", "at 1")

BANK = (
    Prediction(
        "w1_of_lines", 3,
        "Sketch W₁ between the two parallel lines against θ: five heights, from left to right.",
        truth=(1.0, 0.5, 0.0, 0.5, 1.0),
        parts=AT,
    ),
    Prediction(
        "js_of_lines", 3,
        "Sketch the Jensen–Shannon divergence between the same two lines (it is never above "
        "ln 2 = 0.69).",
        truth=(math.log(2), math.log(2), 0.0, math.log(2), math.log(2)),
        parts=AT,
    ),
    Prediction(
        "kl_detours", 3,
        "Draw P, Q and R at random on six states. In what share of cases is the detour shorter "
        "under KL: D(P‖R) + D(R‖Q) < D(P‖Q)?",
        truth=0.17,
    ),
    Prediction(
        "cells_used", 3,
        "A plan between two histograms of ten states has 100 cells. How many of them does a "
        "best plan need at most?",
        truth=19.0,
    ),
    Prediction(
        "w1_of_widths", 3,
        "N(0, 1) and N(0, 2²) have the same mean. What is W₁ between them?",
        truth=math.sqrt(2 / math.pi),
    ),
    Prediction(
        "floor_of_64", 3,
        "Draw 64 numbers from N(0, 1), and 64 more from the same N(0, 1). What is W₁ between the "
        "two samples, on average?",
        truth=0.218,
    ),
    Prediction(
        "entropic_cost", 3,
        "The cheapest plan of the ten states costs 0.706. Blur it with ε = 10 until it is nearly "
        "the independent plan. What does it cost then?",
        truth=2.38,
    ),
)  # fmt: skip
