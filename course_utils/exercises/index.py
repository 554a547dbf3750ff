"""Which bank holds which exercise, known without loading any bank."""

from __future__ import annotations

import difflib
import importlib
import importlib.util
from collections.abc import Iterator, Mapping

# lesson → bank → ids, in the order of the notebooks
_INDEX: dict[int, dict[str, str]] = {
    1: {
        "lesson1": """
            disease_posterior medical_test count_moments urn_counts z_statistic_law z_values
            urn_posterior next_ball_black eleven_urns waiting_for_a_six three_brothers entropy
            cross_entropy kl_divergence hand_entropies densities gaussian_kl gaussian_kl_numbers
            absolute_continuity gaussian_log_likelihood faulty_proof two_modes divergence_map
            fit_gaussian gaussian_density iris_density condition_gaussian iris_conditional
            iris_given_sepal sample_gaussian noise_mixture model_kinds""",
        "derivations": """
            bayes_rule gibbs_inequality gaussian_kl_derivation mse_is_mle mle_is_min_kl""",
    },
    2: {
        "lesson2": """
            optimal_discriminator gan_value gan_two_points error_taking_logs jensen_shannon
            js_ceiling error_js_proof discriminator_loss saturating_generator_loss
            non_saturating_generator_loss generator_slopes error_perfect_discriminator
            gan_training_step error_image_scale gan_pathologies gan_statements""",
        "derivations": "jsd_proof",
    },
    3: {
        "lesson3": """
            is_coupling transport_cost plans_by_hand three_masses four_piles wasserstein_1d
            parallel_lines lines_by_program disjoint_manifolds dfl_4_3_1 dfl_4_3_2 thirds_trap
            dfl_4_3_3 optimal_transport kantorovich_dual ten_states error_dual_program
            linear_lipschitz_constant slopes_by_hand lipschitz_constant error_gaussian_formula
            gaussians_w1 sample_floor ipm_compared overstated""",
        "derivations": "kantorovich_rubinstein",
    },
    4: {
        "lesson4": """
            wgan_theorems wgan_scheduling critic_or_discriminator wasserstein_critic_loss
            wasserstein_generator_loss clip_weights wgan_critic_step algorithm_one
            error_wgan_listing clipped_lipschitz_bound clipped_slope error_forum_summary
            error_no_mode_collapse training_hours wgan_time""",
    },
    5: {
        "lesson5": """
            proposition_1_says error_justification why_interpolates interpolate
            error_epsilon_shapes gradient_norms penalty_by_hand batch_norm_bug gradient_penalty
            lambda_and_slope one_sided_gradient_penalty wgan_gp_critic_loss algorithm_1
            wgan_gp_training_step error_wgan_gp_listing error_slope_verdict frechet_distance
            inception_score error_overfitting paper_architectures what_is_fixed""",
        "derivations": "wgan_gp_proposition_1",
    },
}

BANK_OF: dict[str, str] = {
    name: bank
    for banks in _INDEX.values()
    for bank, names in banks.items()
    for name in names.split()
}
LESSONS: dict[int, tuple[str, ...]] = {
    lesson: tuple(name for names in banks.values() for name in names.split())
    for lesson, banks in _INDEX.items()
}


class _Exercises(Mapping):
    """id → Exercise, Table or Derivation; a bank is imported on first use."""

    def __init__(self):
        self._loaded: dict[str, object] = {}
        self._open: set[str] = set()

    def __getitem__(self, name: str):
        if name not in self._loaded:
            banks = [BANK_OF[name]] if name in BANK_OF else list(dict.fromkeys(BANK_OF.values()))
            for bank in banks:
                self._load(bank)
        if name not in self._loaded:
            raise KeyError(self._unknown(name))
        return self._loaded[name]

    def __iter__(self) -> Iterator[str]:
        for bank in dict.fromkeys(BANK_OF.values()):
            self._load(bank)
        return iter(self._loaded)

    def __len__(self) -> int:
        return len(list(iter(self)))

    def __contains__(self, name: object) -> bool:
        return name in BANK_OF or name in list(iter(self))

    def _load(self, bank: str) -> None:
        path = f"course_utils.exercises.{bank}"
        if bank in self._open or importlib.util.find_spec(path) is None:
            return
        items = importlib.import_module(path).BANK
        self._loaded.update({item.id: item for item in items})
        self._open.add(bank)

    def _unknown(self, name: str) -> str:
        near = difflib.get_close_matches(str(name), [*BANK_OF, *self._loaded], n=3)
        hint = f" Do you mean {' or '.join(dict.fromkeys(near))}?" if near else ""
        return f"There is no exercise named {name!r}.{hint}"


EXERCISES = _Exercises()
