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
        "D(model‖data) for the model N(2, 0.5²)": Entry(
            math.log(2),
            mistakes=(
                (0.0, "At its own mode, the model is twice as dense as the data are there."),
                (1.0, BITS),
                (math.inf, "The data have mass wherever this model has."),
            ),
        ),
    },
    hints=(
        "The mean is taken under the model: where does it put its mass?",
        "Near its mode this model has twice the data's density: what is the mean of its logarithm?",
    ),
)

IRIS_DENSITY = Table(
    id="iris_density",
    lesson=1,
    title="The flower (7.9, 4.4, 6.9, 2.5)",
    entries={
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
        "Per what is the printed number measured?",
        "The cell has volume 0.1⁴ cm⁴.",
    ),
)

IRIS_CONDITIONAL = Table(
    id="iris_conditional",
    lesson=1,
    title="Petal width of a flower with sepals 6.3 × 4.8 and petal length 6.0",
    entries={
        "standard deviation (cm, four decimals)": exact(
            0.18939021,
            (0.19002468, UNBIASED),
            (0.03586865, "This is the variance."),
            (0.75969263, "This is the spread of all flowers: the observation has not been used."),
            rtol=2.5e-3,
        ),
        "so the prediction is": options(
            "an extrapolation",
            an_interpolation="No flower in the data has sepals as wide as that.",
        ),
    },
    hints=(
        "`condition_gaussian(mean, cov, [0, 1, 2], [6.3, 4.8, 6.0])` returns a covariance: mind "
        "variance and standard deviation.",
        "`flowers['sepal_width'].max()` tells how far the data reach.",
    ),
)

IRIS_GIVEN_SEPAL = Table(
    id="iris_given_sepal",
    lesson=1,
    title="What sepal length says about petal length",
    entries={
        "share of petal length's variance that sepal length explains": exact(
            1 - 0.74306103 / 3.09550267,
            (0.74306103 / 3.09550267, "This is the share that is left: take it from 1."),
            (3.09550267 - 0.74306103, "This is the variance explained; divide by what there was."),
            (math.sqrt(1 - 0.74306103 / 3.09550267), "This is the correlation: square it."),
        ),
    },
    hints=(
        "Compare petal length's variance in the covariance of all flowers with that in the "
        "conditional covariance.",
        "1 − `given_cov[1, 1] / cov[2, 2]`: petal length is the third of all coordinates and the "
        "second of those that are left.",
    ),
)

NOISE_MIXTURE = Table(
    id="noise_mixture",
    lesson=1,
    title="Ninety-nine per cent noise",
    entries={
        "most that 99 % noise can cost an image of 784 pixels (nats)": Entry(
            math.log(100),
            mistakes=(
                (784 * math.log(100), "The 1 % stands before the whole image, not each pixel."),
            ),
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
        "learns p(measurements | species) and p(species)": options(
            "generative", discriminative="It can draw flowers; Bayes' rule gives labels as well."
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
        "Likelihood exact: autoregressive models and flows. A lower bound: variational "
        "autoencoders. None: GANs. The slope of its logarithm: score models.",
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
    },
    hints=(
        "For which lines does it matter that N is finite?",
        "In line 4 the divergence has a minus sign. What does that make of line 5?",
    ),
)

ROUNDED_DATA = Table(
    id="rounded_data",
    lesson=1,
    title="Noise for rounded data",
    entries={
        "width of the noise for pixels 0, 1, …, 255 that are divided by 255": exact(
            1 / 255,
            (1.0, "That is the step before the division."),
            (1 / 510, "That is half a step: the noise must fill the whole gap."),
            (255.0, "Divide, do not multiply."),
            rtol=2e-3,
        ),
        "a density's mean score on noisy data, beside the discrete model's on the data": options(
            "a lower bound",
            an_upper_bound="Jensen: the mean of a logarithm is at most the logarithm of the mean.",
            equal="Only if the density is flat in every cell.",
        ),
    },
    hints=(
        "The noise is as wide as the step from one recorded value to the next.",
        "Which way round is the inequality above?",
    ),
)

CHOICES = ("W₁", "forward KL", "reverse KL", "MMD")


def _design(key: str, **wrong: str) -> Entry:
    """Which divergence to choose; `wrong` by the first letter of the others."""
    full = {"W": "W₁", "F": "forward KL", "R": "reverse KL", "M": "MMD"}
    mistakes = tuple((full[letter], why) for letter, why in wrong.items())
    return Entry(key, mistakes=mistakes, choices=CHOICES)


DIVERGENCE_CHOICE = Table(
    id="divergence_choice",
    lesson=1,
    title="Which divergence for the job?",
    entries={
        "the model's density is known, the data are samples, and no mode may be missed": _design(
            "forward KL",
            W="It would do, but it needs a plan or a critic, and the likelihood is at hand.",
            R="It needs the density of the data, and it gives modes up.",
            M="It would do, but its kernel's width decides what it sees.",
        ),
        "the target's density is known up to a factor, and there are no data": _design(
            "reverse KL",
            W="It needs samples of both sides.",
            F="Its mean is over the target, which nobody can draw from yet.",
            M="It needs samples of both sides.",
        ),
        "both sides are samples, far apart; the model needs to know which way to move": _design(
            "W₁",
            F="There is no density, and without overlap it is infinite.",
            R="There is no density, and without overlap it is infinite.",
            M="Beyond its kernel's width it is flat.",
        ),
    },
    hints=(
        "Ask of each: over what is the mean taken, and can that be sampled? Whose density is "
        "needed?",
        "Each of three of the four is the answer once.",
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
    ROUNDED_DATA,
    DIVERGENCE_CHOICE,
)
