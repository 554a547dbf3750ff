"""Every topic of the course's plan stands in its cell.

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
LESSON_2 = {
    "Goodfellow 2014; Arjovsky and Bottou 2017: reading": ("reading", "1701.04862"),
    "optional reading": ("reading", "145 lines"),
    "the game": ("value-text", r"\min_G \max_D V(G, D)"),
    "D* and V on two points": ("value-claims", "0.033822 = −1.318650"),
    "V(D*) = 2 JS − 2 log 2, derived": ("proof-derivation", "jsd_proof"),
    "its minimum, −ln 4": ("two-points-table", "smallest V(D*) over all generators"),
    "V, built by taking logarithms": ("logs-table", "error_taking_logs"),
    "E[log D] is not log E[D]": ("logs-claims", "not the mean of the logarithms"),
    "the balance of the two": ("balance-figure", "steps_of_d"),
    "a GAN on clothes": ("own-clothes", "gan_training_step"),
    "its settings": ("sweep-run", "variants"),
    "blind ranking": ("ranking-figure", "blind_ranking"),
    "four pathologies": ("pathologies-table", "gan_pathologies"),
    "JS has a ceiling, with or without the halves": ("ceiling-table", "WGAN paper"),
    "N(0, 1) and N(4, 1): KL 8, JS .632720": ("value-claims", "8 and 32"),
    "slopes of the two losses": ("push-claims", "1.34e-3 at x = 4 and 4.5e-7 at x = 6"),
    "theorem 2.5": ("theorem-claims", "holds to 1e-10"),
    "noise lets supports overlap": ("noise-claims", "useful one with noise"),
    "min max and max min": ("order-claims", "matching pennies"),
    "memory: latent walks": ("memory-walk", "latent_walks"),
    "memory: held-out images": ("memory-claims", "knows no training images by heart"),
    "a family of divergences": ("fdiv-text", "**$f$-divergences**"),
    "images on two scales": ("scale-table", "error_image_scale"),
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
LESSON_4 = {
    "the WGAN paper, and a read-through: reading": ("reading", "Alex Irpan"),
    "theorem 1 is about the generator": ("theorems-text", "is about the *generator*"),
    "theorem 2: no arrow points back": ("theorems-table", "theorem 2: W → 0 implies JS → 0"),
    "theorem 3": ("theorem-three-claim", "minus the mean slope of the best potential"),
    "Algorithm 1": ("algorithm-text", "**fresh** batch of data"),
    "its settings": ("algorithm-text", r"$5\cdot10^{-5}$; clip the critic's weights to $\pm0.01$"),
    "the warm-up: 25 iterations, and every 500th": ("algorithm-table", "iterations 0 to 999"),
    "why schedules are less delicate": ("scheduling-table", "wgan_scheduling"),
    "critic against discriminator": ("critic-table", "critic_or_discriminator"),
    "three modes": ("mixture-claims", "The printed number is less than a hundredth"),
    "K ≤ .0231705, W₁/43.16": ("point-claims", "W₁/43.16"),
    "and its table": ("printed-table", "its printed number is at most W1 divided by"),
    "a WGAN on clothes": ("own-clothes", "algorithm_1"),
    "blind ranking": ("live-ranking", "blind_ranking"),
    "loss and quality": ("fashion-claims", "the clipped critic's loss follows quality"),
    "throughput: 11.1/s, 31,250 iterations, 160 h": ("time-table", "hours for 100 000 iterations"),
    "and in words": ("time-text", "31,250 iterations"),
    "pretrained critics": ("outlook-text", "*Transferring GANs*"),
    "the critic's slope as a force": ("force-claims", "Free points that follow"),
    "stability, over seeds": ("stable-claims", "worst of the WGAN's runs"),
    "gain of a layer, c·h": ("depth-claims", "more than c·h"),
    "no mode collapse: unproven": ("collapse-table", "error_no_mode_collapse"),
}
LESSON_5 = {
    "WGAN-GP, Petzka, Hui: reading": ("reading", "How to measure GAN performance"),
    "interpolates": ("interpolate-exercise", "one ε for each sample"),
    "the loss, λ = 10": ("critic-loss-exercise", "lambda_gp=10.0"),
    "Proposition 1, derived": ("proposition", "wgan_gp_proposition_1"),
    "Corollary 1": ("pairs-text", "**Corollary 1**"),
    "clipping: exploding or vanishing": ("depth-claims", "vanishes on its way to the input"),
    "how the penalty avoids it": ("depth-after-text", "Why does the penalty escape?"),
    "overfitting": ("overfit-claims", "grown since the first three"),
    "the critic overfits, not the generator": ("overfit-table", "generator that overfits first"),
    "WGAN-GP on digits": ("own-loop", "wgan_gp_training_step"),
    "three models compared": ("three-claims", "below 40 % of what an untrained network"),
    "ease of tuning": ("sweep-claims", "worst of the four settings"),
    "blind ranking": ("live-ranking", "blind_ranking"),
    "slopes: histogram": ("slopes", "slope_histogram"),
    "slopes: maximum, not mean": ("verdict-table", "the Lipschitz constant is at least"),
    "clipping beside the penalty": ("surfaces-figure", "value_surfaces"),
    "what is fixed": ("fixed-table", "what_is_fixed"),
    "table 2, whole": ("fixed-list-text", "| 7 | 1 | 104 | 5 | 90 |"),
    "why interpolates": ("why-table", "why_interpolates"),
    "spectral normalisation": ("spectral-text", "**Spectral normalisation**"),
    "layer norm": ("batch-measure", "with layer norm"),
    "Fréchet distance": ("frechet-exercise", "frechet_distance"),
    "inception score": ("score-exercise", "inception_score"),
    "precision and recall": ("precision-text", "**Precision and recall.**"),
    "six questions, flashcards": ("check-yourself", "first six questions"),
    "14 and 16 minutes": ("objectives", "(14 minutes)"),
    "momentum": ("batch-measure", "Momentum hurts"),
    "β₁ = 0": ("algorithm-table", "β₁"),
    "batch norm ties samples together": ("batch-measure", "depends on its company"),
    "the shape of ε": ("epsilon-table", "error_epsilon_shapes"),
    "the argument for the penalty": ("justification-table", "error_justification"),
    "two published keys": ("listing-table", "error_wgan_gp_listing"),
}
ROWS = [
    *(("01_probability_and_kl.ipynb", row, *place) for row, place in LESSON_1.items()),
    *(("02_gan_and_jsd.ipynb", row, *place) for row, place in LESSON_2.items()),
    *(("03_earth_movers_distance.ipynb", row, *place) for row, place in LESSON_3.items()),
    *(("04_wgan_weight_clipping.ipynb", row, *place) for row, place in LESSON_4.items()),
    *(("05_wgan_gp_mnist.ipynb", row, *place) for row, place in LESSON_5.items()),
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


@pytest.mark.parametrize(("number", "most"), [(1, 45), (2, 30), (3, 54), (4, 34), (5, 46)])
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
