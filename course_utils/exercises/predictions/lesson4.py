"""Lesson 4: what to predict before it is measured."""

from course_utils.exercises.predictions.prediction import Prediction

BANK = (
    Prediction(
        "found_between_bells", 4,
        "A clipped critic is trained between N(0, 1) and N(4, 1), where W₁ = 4. Divide its value "
        "by its steepest slope: what comes out?",
        truth=2.1,
    ),
    Prediction(
        "five_updates", 4,
        "A fresh critic gets 500 updates against a generator that stands still. What share of the "
        "value that it finds has it found after five?",
        truth=0.053,
    ),
    Prediction(
        "w1_after_clipping", 4,
        "Three modes in the plane, weights clipped at 0.01, the paper's settings. What is the "
        "exact W₁ of the best run when training ends?",
        truth=1.0,
    ),
    Prediction(
        "printed_at_a_tenth", 4,
        "A critic with three layers, clipped at 0.1 and not at 0.01, looks at the same two "
        "batches. How many times as much does it print?",
        truth=937.0,
    ),
    Prediction(
        "weights_at_limit", 4,
        "What share of a trained critic's weights lies within 1 % of ±c?",
        truth=0.73,
    ),
    Prediction(
        "gradient_at_a_hundredth", 4,
        "Twelve hidden layers of 128 units, weights clipped at 0.01. What becomes of the gradient "
        "on its way from the score to the input?",
        truth="it fades",
        choices=("it fades", "it stays about the same", "it grows"),
    ),
)  # fmt: skip
