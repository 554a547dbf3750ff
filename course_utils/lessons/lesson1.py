"""Lesson 1: probability, divergences and a first generative model."""

from course_utils.lessons.lesson import Concept, Lesson

EXERCISES = """
    bayes_rule disease_posterior medical_test count_moments urn_counts z_statistic_law
    z_values urn_posterior next_ball_black eleven_urns waiting_for_a_six three_brothers
    entropy cross_entropy kl_divergence hand_entropies gibbs_inequality densities
    gaussian_kl_derivation gaussian_kl gaussian_kl_numbers absolute_continuity mse_is_mle
    gaussian_log_likelihood mle_is_min_kl faulty_proof two_modes divergence_map
    divergence_choice fit_gaussian gaussian_density iris_density condition_gaussian
    iris_conditional iris_given_sepal sample_gaussian zero_divergence noise_mixture
    rounded_data model_kinds
"""

PREDICTIONS = """
    positive_test next_ball clock_gap model_width forward_fit impossible_flowers
    cost_of_noise shifted_digit
"""

LESSON = Lesson(
    number=1,
    title="Probability, divergences and a first generative model",
    notebook="01_probability_and_kl.ipynb",
    colour="DATA",
    exercises=tuple(EXERCISES.split()),
    predictions=tuple(PREDICTIONS.split()),
    concepts=(
        Concept(
            "probability,\nBayes' rule",
            at=(9, 70),
            cell="bayes-text",
            minutes=16,
            exercises=("bayes_rule", "disease_posterior", "medical_test", "urn_posterior"),
        ),
        Concept(
            "entropy, KL",
            at=(27, 70),
            cell="entropy-text",
            minutes=22,
            exercises=("entropy", "cross_entropy", "kl_divergence", "gibbs_inequality"),
            needs=("probability,\nBayes' rule",),
        ),
        Concept(
            "maximum\nlikelihood",
            at=(27, 24),
            cell="likelihood-text",
            minutes=18,
            exercises=("mse_is_mle", "gaussian_log_likelihood", "mle_is_min_kl"),
            needs=("entropy, KL",),
        ),
        Concept(
            "generative\nmodels",
            at=(9, 24),
            cell="iris-text",
            minutes=29,
            exercises=("fit_gaussian", "gaussian_density", "condition_gaussian"),
            needs=(
                "probability,\nBayes' rule",
                "maximum\nlikelihood",
            ),
            deeper=True,
        ),
    ),
)
