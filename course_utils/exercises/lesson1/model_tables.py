"""Lesson 1: numbers and choices about densities, models and what makes a model good.

Theis, van den Oord & Bethge, *A note on the evaluation of generative models* (2016); Bishop,
*Pattern Recognition and Machine Learning*, sections 1.2.5 and 2.3.
"""

from __future__ import annotations

import math

from course_utils.exercises.engine import Entry, Table
from course_utils.exercises.tables import BITS, exact

UNBIASED = "This divides by N − 1; maximum likelihood divides by N."


def options(key: str, **wrong: str) -> Entry:
    """A choice between short words: `key` and the names of the wrong ones."""
    mistakes = tuple((word.replace("_", " "), why) for word, why in wrong.items())
    return Entry(key, mistakes=mistakes, choices=tuple(sorted((key, *(w for w, _ in mistakes)))))


DENSITIES = Table(
    id="densities",
    lesson=1,
    title="Densities are not probabilities",
    entries={
        "peak of the density of N(0, 0.1²)": Entry(
            3.9894228040,
            mistakes=(
                (0.3989422804, "This is the peak for σ = 1."),
                (1.0, "A density may exceed 1; only its integral may not."),
                (1.2615662610, "You read 0.1 as the variance; 0.1² is the variance."),
            ),
        ),
        "density of the uniform law on [0, ¼]": Entry(
            4.0, mistakes=((0.25, "Then the integral over [0, ¼] would be 1/16."),)
        ),
        "P(−0.1 < X < 0.1) for X ~ N(0, 0.1²)": Entry(
            0.6826894921,
            mistakes=(
                (0.7978845608, "This is peak times width; the density falls off on the way."),
                (0.3413447461, "This is one side."),
            ),
        ),
        "change of one log-density when metres become millimetres": exact(
            -math.log(1000),
            (math.log(1000), "Numbers spread over a wider scale: the density falls."),
            (-3.0, "This is a logarithm to base 10; the course uses natural ones."),
            (0.0, "The density is per unit of length, and the unit has changed."),
        ),
    },
    hints=(
        "The peak of N(μ, σ²) is 1 / (σ√(2π)). A density integrates to 1.",
        "One metre is 1000 millimetres: the same probability spreads over 1000 times as many "
        "units, so the density is divided by 1000.",
    ),
)

ABSOLUTE_CONTINUITY = Table(
    id="absolute_continuity",
    lesson=1,
    title="Finite or infinite?",
    entries={
        "D(U[0, 1]‖U[0, 2])": Entry(
            math.log(2),
            mistakes=(
                (1.0, BITS),
                (math.inf, "Wherever the first has mass, so has the second."),
                (-math.log(2), "A divergence is never negative."),
            ),
        ),
        "D(U[0, 2]‖U[0, 1])": Entry(
            math.inf,
            mistakes=(
                (math.log(2), "Half of the first law lies where the second is 0."),
                (-math.log(2), "A divergence is never negative."),
            ),
        ),
        "D(U[0, 1]‖N(0, 1))": Entry(
            1.0856051999,
            mistakes=(
                (math.inf, "The Gaussian has mass everywhere, so on [0, 1] too."),
                (0.9189385332, "The mean of x²/2 under U[0, 1] is still missing."),
            ),
        ),
        "D(N(0, 1)‖U[0, 1])": Entry(math.inf),
        "D(150 data points, 1/150 each‖a Gaussian)": Entry(
            math.inf,
            mistakes=(
                (0.0, "A good fit is close, but points carry mass where a density has none."),
                (math.log(150), "The Gaussian gives each single point probability 0."),
            ),
        ),
    },
    hints=(
        "D(P‖Q) is finite only if P puts no mass where Q has none. Type `np.inf` for infinity.",
        "For D(U[0, 1]‖N(0, 1)): −∫ log q over [0, 1] is ½ ln 2π plus half the mean of x².",
    ),
)

TWO_MODES = Table(
    id="two_modes",
    lesson=1,
    title="One Gaussian for two modes",
    entries={
        "mean of the forward fit": Entry(
            0.0, mistakes=((2.0, "This sits on one mode: the reverse divergence does that."),)
        ),
        "standard deviation of the forward fit": exact(
            math.sqrt(4.25),
            (0.5, "This is the width of one mode."),
            (2.0, "The modes have a width of their own."),
            (4.25, "This is the variance."),
            (2.5, "Variances add, standard deviations do not."),
        ),
        "D(model‖data) for the model N(2, 0.5²)": Entry(
            math.log(2),
            mistakes=(
                (0.0, "The model is half as probable again under the data as under itself."),
                (1.0, BITS),
                (math.inf, "The data have mass wherever this model has."),
            ),
        ),
    },
    hints=(
        "The forward divergence is smallest where mean and variance agree with the data's.",
        "The variance of a mixture: the mean variance inside a mode plus the variance of the "
        "modes' centres.",
        "Near its mode this model has twice the data's density: what is the mean of its logarithm?",
    ),
)

IRIS_DENSITY = Table(
    id="iris_density",
    lesson=1,
    title="The flower (7.9, 4.4, 6.9, 2.5)",
    entries={
        "density at the flower": exact(
            5.369875640549922e-06,
            (5.724602136e-06, UNBIASED),
            (-12.134728, "This is the log-density."),
            (-12.070757, "This is the log-density, and of the fit that divides by N − 1."),
        ),
        "density at the mean": exact(0.5869801939790887, (0.5791798794, UNBIASED)),
        "squared distance from the mean, in units of the spread": exact(
            23.20388321416175,
            (4.817040918, "This is the distance; its square is asked for."),
            (23.0491906594, UNBIASED),
            (8.95, "This is close to a plain squared distance: divide by the covariance."),
        ),
        "probability of a cell 0.1 cm wide around it (density × volume)": exact(
            5.369875640549922e-10,
            (5.369875640549922e-06, "This is still the density."),
            (5.369875640549922e-07, "The cell is 0.1 cm wide in each of four directions."),
            (5.724602136e-10, UNBIASED),
            rtol=1e-2,
        ),
        "what 5.4e-6 is": options(
            "a density",
            a_probability="A single point has probability 0; per what is 5.4e-6 measured?",
            a_likelihood_ratio="Nothing has been compared with it yet.",
        ),
    },
    hints=(
        "Fit with your `fit_gaussian`, evaluate with your `gaussian_density`.",
        "`v = flower - mean`; the squared distance is `v @ np.linalg.solve(cov, v)`.",
        "The cell has volume 0.1⁴ cm⁴.",
    ),
)

IRIS_CONDITIONAL = Table(
    id="iris_conditional",
    lesson=1,
    title="Petal width of a flower with sepals 6.3 × 4.8 and petal length 6.0",
    entries={
        "mean petal width (cm)": exact(
            2.66799205,
            (1.1993333, "This is the mean of all flowers: the observation has not been used."),
        ),
        "standard deviation (cm, four decimals)": exact(
            0.18939021,
            (0.19002468, UNBIASED),
            (0.03586865, "This is the variance."),
            (0.75969263, "This is the spread of all flowers: the observation has not been used."),
            rtol=2.5e-3,
        ),
        "widest sepal in the data (cm)": Entry(
            4.4, rtol=0.0, atol=0.01, mistakes=((4.8, "This is what is asked about."),)
        ),
        "so the prediction is": options(
            "an extrapolation",
            an_interpolation="No flower in the data has sepals as wide as that.",
        ),
    },
    hints=(
        "`condition_gaussian(mean, cov, [0, 1, 2], [6.3, 4.8, 6.0])`; mind variance and standard "
        "deviation.",
        "`flowers['sepal_width'].max()` tells how far the data reach.",
    ),
)

IRIS_GIVEN_SEPAL = Table(
    id="iris_given_sepal",
    lesson=1,
    title="Flowers with sepals 6.3 cm long",
    entries={
        "mean sepal width": exact(3.02907261),
        "mean petal length": exact(4.60668439, (3.758, "This is the mean of all flowers.")),
        "mean petal width": exact(1.54316569, (1.1993333, "This is the mean of all flowers.")),
        "variance of sepal width": exact(0.18610438, (0.1873534, UNBIASED)),
        "variance of petal length": exact(
            0.74306103,
            (0.74804802, UNBIASED),
            (3.09550267, "This is the variance among all flowers."),
        ),
        "variance of petal width": exact(
            0.19101501,
            (0.19229699, UNBIASED),
            (0.57713289, "This is the variance among all flowers."),
        ),
        "covariance of sepal width and petal length": exact(
            -0.24912365, (0.24912365, "Mind the sign."), (-0.25079562, UNBIASED)
        ),
        "covariance of sepal width and petal width": exact(
            -0.08909213, (0.08909213, "Mind the sign."), (-0.08969007, UNBIASED)
        ),
        "covariance of petal length and petal width": exact(
            0.33391388, (0.33615491, UNBIASED), (1.286972, "This is that of all flowers.")
        ),
    },
    hints=(
        "`condition_gaussian(mean, cov, 0, 6.3)` returns the three means and the 3 × 3 covariance.",
        "The other coordinates keep their order: sepal width, petal length, petal width.",
    ),
)

NOISE_MIXTURE = Table(
    id="noise_mixture",
    lesson=1,
    title="Ninety-nine per cent noise",
    entries={
        "most that 99 % noise can cost (nats)": Entry(
            math.log(100),
            mistakes=(
                (math.log2(100), BITS),
                (2.0, "This is a logarithm to base 10."),
                (-math.log(0.99), "1 % of the mixture is the good model, not 99 %."),
                (-math.log(100), "A cost: take the sign off."),
            ),
        ),
        "the same for an image of 784 pixels (nats)": Entry(
            math.log(100),
            mistakes=(
                (784 * math.log(100), "The 1 % stands before the whole image, not each pixel."),
            ),
        ),
        "per pixel of that image (nats)": exact(
            math.log(100) / 784, (math.log(100), "This is the total; divide by the pixels.")
        ),
        "share of samples that are noise": Entry(
            0.99, mistakes=((0.01, "This is the share that is good."),)
        ),
    },
    hints=(
        "0.01 p(x) + 0.99 q(x) ≥ 0.01 p(x), whatever x and q are. Take logarithms.",
        "The dimension of x does not appear in ln 0.01.",
    ),
)

DIVERGENCE_MAP = Table(
    id="divergence_map",
    lesson=1,
    title="Two families",
    entries={
        "KL": options("f-divergence", IPM="It compares by a ratio p/q.", both="Only one has both."),
        "Jensen–Shannon": options(
            "f-divergence", IPM="It compares by a ratio p/q.", both="Only one has both."
        ),
        "total variation": Entry(
            "both",
            mistakes=(
                ("IPM", "It is also ½ E_Q |p/q − 1|."),
                ("f-divergence", "It is also a supremum over functions with values in [0, 1]."),
            ),
            choices=("IPM", "both", "f-divergence"),
        ),
        "Wasserstein-1": Entry(
            "IPM",
            mistakes=(
                ("f-divergence", "It knows how far points are apart; a ratio does not."),
                ("both", "Only one has both."),
            ),
            choices=("IPM", "both", "f-divergence"),
        ),
        "maximum mean discrepancy": Entry(
            "IPM",
            mistakes=(
                ("f-divergence", "It is a supremum over functions in a kernel's unit ball."),
                ("both", "Only one has both."),
            ),
            choices=("IPM", "both", "f-divergence"),
        ),
    },
    hints=(
        "Does the definition use the ratio p/q, or a largest difference of means E_P f − E_Q f?",
        "Exactly one of the five can be written both ways.",
    ),
)

MODEL_KINDS = Table(
    id="model_kinds",
    lesson=1,
    title="Generative or discriminative?",
    entries={
        "learns p(species | measurements)": options(
            "discriminative", generative="It cannot draw a flower."
        ),
        "learns p(measurements)": options(
            "generative", discriminative="It can draw flowers, and needs no labels."
        ),
        "learns p(measurements | species) and p(species)": options(
            "generative", discriminative="It can draw flowers; Bayes' rule gives labels as well."
        ),
        "learns one boundary between two species": options(
            "discriminative", generative="It cannot draw a flower."
        ),
        "a model that gives samples but no density": options(
            "GAN", VAE="It has a bound on the likelihood.", flow="Its density is exact."
        ),
        "a model whose likelihood is exact, by a change of variables": options(
            "flow", VAE="It has only a bound on the likelihood.", GAN="It has no density at all."
        ),
        "a model that learns the gradient of the log-density": options(
            "score or diffusion",
            GAN="Its generator maps noise to samples directly.",
            flow="It has the density itself.",
        ),
    },
    hints=(
        "Ask of each: could it draw a new flower? Would it need labels to be trained?",
        "Likelihood exact: autoregressive models and flows. A bound: variational autoencoders. "
        "None: GANs. The slope of its logarithm: score models.",
    ),
)

FAULTY_PROOF = Table(
    id="faulty_proof",
    lesson=1,
    title="Find the error: likelihood and divergence",
    entries={
        "first wrong line": Entry(
            3.0,
            rtol=0.0,
            atol=0.1,
            mistakes=(
                (1.0, "Line 1 is right for independent points."),
                (2.0, "Line 2 is right: a positive factor moves no maximum."),
            ),
        ),
        "what is wrong there": options(
            "equal only in the limit of many points",
            the_logarithm_does_not_exist="q is positive, so it does.",
            the_mean_should_be_under_Q="The points come from the data, P.",
        ),
        "second wrong line": Entry(
            5.0,
            rtol=0.0,
            atol=0.1,
            mistakes=((4.0, "Line 4 is right: E_P log q = −H(P) − D(P‖Q)."),),
        ),
        "what line 5 should say": options(
            "the divergence is minimised",
            the_entropy_is_minimised="H(P) does not depend on the model.",
            the_reverse_divergence_is_minimised="The mean is taken under P.",
        ),
    },
    hints=(
        "For which lines does it matter that N is finite?",
        "In line 4 the divergence has a minus sign. What does that make of line 5?",
    ),
)

MODEL_TABLES = (
    DENSITIES,
    ABSOLUTE_CONTINUITY,
    TWO_MODES,
    IRIS_DENSITY,
    IRIS_CONDITIONAL,
    IRIS_GIVEN_SEPAL,
    NOISE_MIXTURE,
    DIVERGENCE_MAP,
    MODEL_KINDS,
    FAULTY_PROOF,
)
