"""Lesson 2: the adversarial game and the divergence that it hides."""

from course_utils.lessons.lesson import Concept, Lesson

EXERCISES = """
    gan_value optimal_discriminator error_taking_logs jensen_shannon jsd_proof
    gan_two_points js_ceiling error_js_proof discriminator_loss saturating_generator_loss
    non_saturating_generator_loss generator_slopes error_perfect_discriminator
    gan_training_step gan_pathologies error_image_scale gan_statements
"""

PREDICTIONS = """
    best_between_bells js_at_eight push_at_six minus_log_d_gradient circling_distance
    modes_with_64
"""

LESSON = Lesson(
    number=2,
    title="The adversarial game and what it minimises",
    notebook="02_gan_and_jsd.ipynb",
    colour="MODEL",
    exercises=tuple(EXERCISES.split()),
    predictions=tuple(PREDICTIONS.split()),
    concepts=(
        Concept(
            "GAN",
            at=(46, 24),
            cell="game-text",
            minutes=6,
            exercises=(
                "discriminator_loss",
                "saturating_generator_loss",
                "non_saturating_generator_loss",
                "gan_training_step",
            ),
            needs=(
                "maximum\nlikelihood",
                "Jensen–Shannon\ndivergence",
            ),
        ),
        Concept(
            "Jensen–Shannon\ndivergence",
            at=(46, 70),
            cell="js-text",
            minutes=16,
            exercises=("optimal_discriminator", "gan_value", "jensen_shannon", "jsd_proof"),
            needs=("entropy, KL",),
        ),
    ),
)
