"""Lesson 5: the gradient penalty, and digits."""

from course_utils.lessons.lesson import Concept, Lesson

EXERCISES = """
    interpolate error_epsilon_shapes gradient_norms penalty_by_hand batch_norm_bug
    gradient_penalty wgan_gp_critic_loss wgan_gp_proposition_1 proposition_1_says
    why_interpolates error_justification lambda_and_slope algorithm_1 wgan_gp_training_step
    error_slope_verdict frechet_distance inception_score one_sided_gradient_penalty
    error_overfitting error_wgan_gp_listing paper_architectures what_is_fixed
"""

PREDICTIONS = """
    weights_at_the_wall random_lines estimate_at_ten wrong_way_round game_at_rest
    closest_when_tuned
"""

LESSON = Lesson(
    number=5,
    title="The gradient penalty, and ten kinds of digit",
    notebook="05_wgan_gp_mnist.ipynb",
    colour="HIGHLIGHT",
    exercises=tuple(EXERCISES.split()),
    predictions=tuple(PREDICTIONS.split()),
    concepts=(
        Concept(
            "WGAN-GP:\ngradient penalty",
            at=(92, 24),
            cell="penalty-text",
            minutes=27,
            exercises=(
                "interpolate",
                "gradient_norms",
                "gradient_penalty",
                "wgan_gp_training_step",
            ),
            needs=("WGAN:\nweight clipping",),
        ),
    ),
)
