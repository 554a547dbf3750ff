"""Which bank holds which exercise, known without loading any bank."""

from __future__ import annotations

import difflib
import importlib
from collections.abc import Iterator, Mapping

# the ids of each lesson, in the order of its notebook; tests hold this against banks and notebooks
_IDS = {
    1: """
        bayes_rule disease_posterior medical_test count_moments urn_counts z_statistic_law
        z_values urn_posterior next_ball_black eleven_urns waiting_for_a_six three_brothers
        entropy cross_entropy kl_divergence hand_entropies gibbs_inequality densities
        gaussian_kl_derivation gaussian_kl gaussian_kl_numbers absolute_continuity
        mse_is_mle gaussian_log_likelihood mle_is_min_kl faulty_proof two_modes
        divergence_map divergence_choice fit_gaussian gaussian_density iris_density
        condition_gaussian iris_conditional iris_given_sepal sample_gaussian zero_divergence
        noise_mixture rounded_data model_kinds""",
    2: """
        gan_value optimal_discriminator error_taking_logs jensen_shannon jsd_proof
        gan_two_points js_ceiling error_js_proof discriminator_loss
        saturating_generator_loss non_saturating_generator_loss generator_slopes
        error_perfect_discriminator gan_training_step gan_pathologies error_image_scale
        gan_statements""",
    3: """
        is_coupling transport_cost plans_by_hand three_masses four_piles wasserstein_1d
        parallel_lines disjoint_manifolds dfl_4_3_1 dfl_4_3_2 thirds_trap
        dfl_4_3_3 w1_triangle axioms_by_hand optimal_transport ten_states weak_duality
        two_states_duality kantorovich_dual kantorovich_rubinstein farkas_certificate
        error_dual_program linear_lipschitz_constant slopes_by_hand lipschitz_constant
        error_gaussian_formula gaussians_w1 sample_floor ipm_compared overstated""",
    4: """
        wgan_theorems critic_or_discriminator wasserstein_critic_loss
        wasserstein_generator_loss clip_weights clipped_lipschitz_bound algorithm_one
        wgan_critic_step clipped_corner wgan_scheduling clipped_slope error_no_mode_collapse
        scaled_into_the_box training_hours wgan_time error_wgan_listing error_forum_summary""",
    5: """
        interpolate error_epsilon_shapes gradient_norms penalty_by_hand batch_norm_bug
        gradient_penalty wgan_gp_critic_loss wgan_gp_proposition_1 proposition_1_says
        why_interpolates error_justification lambda_and_slope algorithm_1
        wgan_gp_training_step error_slope_verdict frechet_distance inception_score
        one_sided_gradient_penalty error_overfitting error_wgan_gp_listing
        paper_architectures what_is_fixed""",
}
_DERIVATIONS = {
    "bayes_rule",
    "gibbs_inequality",
    "gaussian_kl_derivation",
    "mse_is_mle",
    "mle_is_min_kl",
    "zero_divergence",
    "jsd_proof",
    "w1_triangle",
    "weak_duality",
    "kantorovich_rubinstein",
    "wgan_gp_proposition_1",
}
LESSONS: dict[int, tuple[str, ...]] = {lesson: tuple(ids.split()) for lesson, ids in _IDS.items()}
BANK_OF: dict[str, str] = {
    name: "derivations.bank" if name in _DERIVATIONS else f"lesson{lesson}"
    for lesson, names in LESSONS.items()
    for name in names
}


class _Exercises(Mapping):
    """id → Exercise, Table or Derivation; a bank is imported when one of its ids is asked for."""

    def __init__(self):
        self._loaded: dict[str, object] = {}

    def __getitem__(self, name: str):
        if name not in self._loaded:
            if name not in BANK_OF:
                raise KeyError(_unknown(name))
            bank = importlib.import_module(f"course_utils.exercises.{BANK_OF[name]}").BANK
            self._loaded.update({item.id: item for item in bank})
        return self._loaded[name]

    def __iter__(self) -> Iterator[str]:
        return iter(BANK_OF)

    def __len__(self) -> int:
        return len(BANK_OF)


def _unknown(name: object) -> str:
    near = difflib.get_close_matches(str(name), BANK_OF, n=3)
    hint = f" Do you mean {' or '.join(near)}?" if near else ""
    return f"There is no exercise named {name!r}.{hint}"


EXERCISES = _Exercises()
