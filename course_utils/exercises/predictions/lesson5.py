"""Lesson 5: what to predict before it is computed or measured."""

from course_utils.exercises.predictions.prediction import Prediction

BANK = (
    Prediction(
        "weights_at_the_wall", 5,
        "A critic of twelve layers, every weight clipped at 0.01. What share of the weights lies "
        "within 1 % of ±0.01 after training?",
        truth=0.89,
    ),
    Prediction(
        "random_lines", 5,
        "Sixty points of a swiss roll, and sixty of the same roll 0.7 higher. How many times as "
        "long as the lines of the cheapest plan are the lines between random pairs?",
        truth=2.2,
    ),
    Prediction(
        "estimate_at_ten", 5,
        "W₁ between data and fakes is 4. A critic under the penalty with λ = 10 has found all "
        "there is to find. What is its mean real score − mean fake score?",
        truth=4.8,
    ),
    Prediction(
        "wrong_way_round", 5,
        "A critic between two Gaussians starts out sloping the wrong way, and is trained with the "
        "two-sided penalty. Where does it end?",
        truth="it stays the wrong way round",
        choices=("it turns round", "it stays the wrong way round", "it goes flat"),
    ),
    Prediction(
        "game_at_rest", 5,
        "Two players with one number each. Which game comes to rest at (0, 0)?",
        truth="GAN with R1",
        choices=("GAN", "WGAN with clipping", "WGAN-GP", "GAN with R1", "all four"),
    ),
    Prediction(
        "closest_when_tuned", 5,
        "Three models on digits, each tried at the same four settings for about five seconds. "
        "Which is closest to real digits at its best setting?",
        truth="WGAN-GP",
        choices=("GAN", "WGAN with clipping", "WGAN-GP"),
    ),
)  # fmt: skip
