"""Lesson 3: couplings, the earth mover's distance and its dual."""

from course_utils.lessons.lesson import Concept, Lesson

EXERCISES = """
    is_coupling transport_cost plans_by_hand three_masses four_piles wasserstein_1d
    parallel_lines disjoint_manifolds dfl_4_3_1 dfl_4_3_2 thirds_trap dfl_4_3_3 w1_triangle
    axioms_by_hand optimal_transport ten_states weak_duality two_states_duality
    kantorovich_dual kantorovich_rubinstein farkas_certificate error_dual_program
    linear_lipschitz_constant slopes_by_hand lipschitz_constant error_gaussian_formula
    gaussians_w1 sample_floor ipm_compared overstated
"""

PREDICTIONS = """
    w1_of_lines js_of_lines kl_detours cells_used w1_of_widths floor_of_64 entropic_cost
"""

LESSON = Lesson(
    number=3,
    title="The earth mover's distance",
    notebook="03_earth_movers_distance.ipynb",
    colour="CRITIC",
    exercises=tuple(EXERCISES.split()),
    predictions=tuple(PREDICTIONS.split()),
    concepts=(
        Concept(
            "earth mover's\ndistance W₁",
            at=(64, 70),
            cell="moving-text",
            minutes=18,
            exercises=("is_coupling", "transport_cost", "wasserstein_1d", "parallel_lines"),
            needs=("Jensen–Shannon\ndivergence",),
        ),
        Concept(
            "Kantorovich–\nRubinstein",
            at=(82, 70),
            cell="dual-text",
            minutes=19,
            exercises=("weak_duality", "kantorovich_rubinstein", "kantorovich_dual"),
            needs=("earth mover's\ndistance W₁",),
        ),
    ),
)
