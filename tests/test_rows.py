"""Every topic of the course's plan for lessons 1 and 3 stands in its cell.

A row is a topic, the cell that teaches, asks or measures it, and words that must be found there.
"""

import nbformat
import pytest

from course_utils import settings

LESSON_1 = {
    "random variables; joint, marginal, conditional": ("bayes-text", "**marginal**"),
    "entropy and cross-entropy": ("entropy-text", "**Cross-entropy**"),
    "estimators and maximum likelihood: reading": ("reading", "5.1.4 and 5.5"),
    "GANs and divergence minimisation: reading": ("reading", "Colin Raffel"),
    "the note on MLE and MSE: reading": ("reading", "maximum likelihood and mean squared error"),
    "IPMs against φ-divergences: reading": ("reading", "φ-divergences"),
    "a test that is right 95 % of the time: 19/118": ("medical-claims", "19 / 118"),
    "its odds, 19/99": ("medical-solution", "19 / 99"),
    "counts: 1, 0.8, 0.894 and 80, 64, 8": ("counts-claim", "80, 64, 8"),
    "the law of z": ("z-claims", "1.25: 0.53248, 5: 0.0512, 11.25: 0.0064, 20: 0.00032"),
    "eleven urns": ("urns-claims", "0.06307, 0.22124, 0.29322"),
    "the next ball": ("next-guess", "next_ball"),
    "Laplace's rule": ("urns-claims", "1/3"),
    "Gibbs' inequality": ("gibbs-derivation", "gibbs_inequality"),
    "waiting for a six": ("waiting-simulation", "lasts 11 rolls"),
    "Fred, Alf and Bob": ("brothers-solution", "2 / 3"),
    "Bayes' rule, derived": ("bayes-derivation", "bayes_rule"),
    "KL of two Gaussians, derived": ("gaussian-kl-derivation", "gaussian_kl_derivation"),
    "0.443147 and 1.306853": ("width-claims", "[0.443147, 1.306853]"),
    "N(0, 1) and N(4, 1): 8": ("gaussian-kl-table-solution", '"D(N(0, 1)‖N(4, 1))": 8'),
    "least squares is maximum likelihood": ("mse-derivation", "mse_is_mle"),
    "and where it ends": ("unequal-claim", "1/σ²"),
    "maximum likelihood is minimum KL": ("limit-derivation", "mle_is_min_kl"),
    "densities may exceed 1": ("density-text", "A density may exceed one"),
    "absolute continuity": ("continuity-text", "**absolutely continuous**"),
    "MAP is regularised likelihood": ("map-estimate-text", "**regularised** maximum likelihood"),
    "two families of divergences": ("map-of-divergences", "**integral probability metric**"),
    "generative models, overview: reading": ("reading", "David Duvenaud"),
    "Theis: three fits, MMD the third": ("modes-claims", "The third fit, by MMD"),
    "DL 20.10 and 20.14: reading": ("reading", "20.10.2"),
    "irises: density 5.37e-6, or 5.72e-6": ("unbiased-claims", "5.36988e-6, 5.72460e-6"),
    "squared distance 23.204, tail 1.15e-4": ("unbiased-claims", "23.204"),
    "petal width N(2.668, 0.189²)": ("condition-claims", "[2.66799, 0.18939]"),
    "given 6.3 cm: means": ("condition-2-claims", "3.02907, 4.60668, 1.54317"),
    "given 6.3 cm: covariances": ("condition-2-claims", "0.18610, -0.24912, -0.08909"),
    "twenty flowers": ("twenty-flowers", "sample_gaussian(mean, cov, 20, rng)"),
    "5.7 % impossible flowers": ("impossible-claims", "0.0574"),
    "generative and discriminative": ("kinds-text", "but it needs labels"),
    "zero KL means perfect samples, derived": ("zero-derivation", "zero_divergence"),
    "99 % noise costs ln 100": ("noise-claims", "ln 100"),
    "covering and seeking": ("modes-moral", "**mode-covering**"),
    "√JS is a metric": ("metric-claims", "Its square root does not"),
    "MMD from a table of distances": ("energy-text", "*square* of a maximum mean discrepancy"),
    "dequantisation and Jensen": ("dequantise-text", "Jensen's inequality"),
    "nearest neighbours, fooled by a pixel": ("shift-claims", "Move a digit by one pixel"),
    "Parzen windows": ("parzen-claims", "much too timid"),
    "the concept map": ("live-map", "concept_map"),
    "four families; the ELBO's direction": ("kinds-text", "an *upper* bound on the divergence"),
    "which divergence? score and diffusion": ("design-table", "divergence_choice"),
}
LESSON_3 = {
    "plans and couplings": ("moving-text", "**coupling**"),
    "the primal": ("definition-text", r"\min_{\pi \in \Pi(P, Q)}"),
    "the axioms at work": ("axioms-table", "axioms_by_hand"),
    "the triangle inequality, derived": ("triangle-derivation", "w1_triangle"),
    "a detour that costs nothing: 2": ("axioms-trial-text", "W_1(P, R) + W_1(R, S) = 2"),
    "the line: area between CDFs": ("line-text", r"\int_{-\infty}^{\infty} |F_P(x) - F_Q(x)|"),
    "N(0, 1) and N(4, 1): 3.99999995 on a grid": ("gaussians-text", "3.99999995"),
    "unequal variances": ("gaussians-claims", "0.797885, 1.166631, 4.0000143"),
    "KL and JS on thin manifolds": ("manifolds-text", "**manifold hypothesis**"),
    "three pairs on two states": ("dfl-1-claims", "0.207519, 0.188722, 0, 0.207519, 0.792481"),
    "their W₁": ("dfl-1-claims", "[0.25, 0.25, 0, 0.25, 0.5]"),
    "thirds; R and S never meet": ("dfl-2-claims", "[np.inf, np.log(2), 1, 2]"),
    "literal 0.33": ("thirds-claims", "0.415515, 0.405516, 0.405465, 0.5, 0.51"),
    "shift, mirror, carry away": ("heatmap-claims", "[0.5, 1, 0.5, 2, 1]"),
    "0.9 and 0.6 on the road": ("area-claims", "[0.9, 0.6, 0.5]"),
    "linear functions": ("linear-exercise", "linear_lipschitz_constant"),
    "beat the planner": ("live-planner", "beat_the_planner"),
    "weak duality in two lines": ("weak-derivation", "weak_duality"),
    "strong duality on two states": ("two-states-claim", "costs"),
    "Kantorovich and Rubinstein, derived": ("duality-derivation", "kantorovich_rubinstein"),
    "ten states: 351/497, rank 19": ("herrmann-claims", "rank == 19"),
    "the theorem of alternatives, whole": ("farkas-text", "*Not neither*"),
    "from there to strong duality": ("farkas-text", "*From there to strong duality.*"),
    "parallel lines by LP: 1, 0, 0.25, 1": ("lines-figure", "[-1.0, 0.0, 0.25, 1.0]"),
    "optional reading": ("reading", "Marco Cuturi, three lectures"),
    "integral probability metrics": ("ipm-text", "**maximum mean discrepancy**"),
    "MMD needs a characteristic kernel": ("ipm-text", "*characteristic*"),
    "the floor under W₁ between samples": ("floor-claims", "[0.218, 0.110, 0.056]"),
    "but two samples of coins may coincide": ("coins-claim", "7 % of the time"),
}
ROWS = [
    *(("01_probability_and_kl.ipynb", row, *place) for row, place in LESSON_1.items()),
    *(("03_earth_movers_distance.ipynb", row, *place) for row, place in LESSON_3.items()),
]
CELLS = {
    (name, cell.id): cell.source
    for name in {row[0] for row in ROWS}
    for cell in nbformat.read(settings.ROOT / "notebooks" / name, 4).cells
}


@pytest.mark.parametrize(("notebook", "row", "cell", "words"), ROWS, ids=lambda v: str(v)[:40])
def test_each_row_is_found_in_its_cell(notebook, row, cell, words):
    assert (notebook, cell) in CELLS, f"{row}: there is no cell {cell}"
    assert words in CELLS[notebook, cell], f"{row}: not in cell {cell}"


@pytest.mark.parametrize(("number", "most"), [(1, 45), (3, 54)])
def test_no_lesson_asks_for_more_cells_to_type_in_than_half_of_what_it_did(number, most):
    from course_utils.exercises import EXERCISES

    tables = [t for t in EXERCISES.values() if t.lesson == number and hasattr(t, "entries")]
    assert sum(len(table.entries) for table in tables) <= most


def test_each_lesson_asks_for_predictions_and_uses_each_of_them():
    from course_utils.exercises.predictions.bank import PREDICTIONS

    for name in {row[0] for row in ROWS}:
        sources = [source for (notebook, _), source in CELLS.items() if notebook == name]
        asked = [item.id for item in PREDICTIONS.values() if item.lesson == int(name[:2])]
        assert len(asked) >= 5
        for prediction in asked:
            taken = [s for s in sources if f'predict("{prediction}"' in s]
            assert len(taken) == 1, prediction
            line = next(ln for ln in taken[0].splitlines() if prediction in ln)
            variable = line.partition(" = ")[0]
            assert any(variable in s for s in sources if s != taken[0]), f"{variable} is not shown"
