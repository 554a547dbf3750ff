"""Lesson 4: a critic instead of a judge, kept tame by clipping its weights."""

from course_utils.lessons.lesson import Concept, Lesson

EXERCISES = """
    wgan_theorems critic_or_discriminator wasserstein_critic_loss wasserstein_generator_loss
    clip_weights clipped_lipschitz_bound algorithm_one wgan_critic_step clipped_corner
    wgan_scheduling clipped_slope error_no_mode_collapse scaled_into_the_box training_hours
    wgan_time error_wgan_listing error_forum_summary
"""

PREDICTIONS = """
    found_between_bells five_updates w1_after_clipping printed_at_a_tenth weights_at_limit
    gradient_at_a_hundredth
"""

LESSON = Lesson(
    number=4,
    title="A critic instead of a judge",
    notebook="04_wgan_weight_clipping.ipynb",
    colour="HIGHLIGHT",
    exercises=tuple(EXERCISES.split()),
    predictions=tuple(PREDICTIONS.split()),
    concepts=(
        Concept(
            "WGAN:\nweight clipping",
            at=(73, 24),
            cell="clipping-text",
            minutes=10,
            exercises=(
                "wasserstein_critic_loss",
                "clip_weights",
                "wgan_critic_step",
                "clipped_lipschitz_bound",
            ),
            needs=(
                "Kantorovich–\nRubinstein",
                "GAN",
            ),
        ),
    ),
)
