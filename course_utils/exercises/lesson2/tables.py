"""Lesson 2: numbers of the game worked out by hand, and choices.

Goodfellow et al. (2014), section 4; Arjovsky and Bottou (2017), theorems 2.4 to 2.6.
"""

from __future__ import annotations

import math

from course_utils.exercises.engine import Entry, Table
from course_utils.exercises.tables import BITS, choice, exact, judged

LN2, LN4 = math.log(2), math.log(4)


# --- worked numbers ---------------------------------------------------------------------

JS_PQ = (math.log(4 / 5) + math.log(4 / 3)) / 4 + (3 * math.log(6 / 5) + math.log(2 / 3)) / 8

TWO_POINTS = Table(
    id="gan_two_points",
    lesson=2,
    title="The game on two points: data P = (0.5, 0.5), generator Q = (0.75, 0.25)",
    entries={
        "D*(0)": exact(
            0.4,
            (0.6, "This is the probability of being generated; D is that of being real."),
            (2 / 3, "This is the ratio of the two masses, the odds; D is a probability."),
        ),
        "D*(1)": exact(
            2 / 3,
            (1 / 3, "This is the probability of being generated; D is that of being real."),
            (2.0, "This is the ratio of the two masses, the odds; D is a probability."),
        ),
        "JS(P, Q)": exact(
            JS_PQ,
            (2 * JS_PQ, "Twice the value: each divergence to the middle counts one half."),
            (JS_PQ / LN2, BITS),
            (math.sqrt(JS_PQ), "This is the square root, the Jensen–Shannon distance."),
            (0.143841, "This is D(P‖Q), with no middle in it."),
        ),
        "V(D*)": exact(
            2 * JS_PQ - LN4,
            (JS_PQ - LN4, "The divergence has to count twice: a factor 2 is lost."),
            (JS_PQ, "This is the divergence itself; V is tied to it by a factor and a constant."),
            (2 * JS_PQ, "This is 2 JS; the constant is missing."),
            ((2 * JS_PQ - LN4) / LN2, BITS),
            rtol=2e-3,
        ),
        "V where D is 1/2 everywhere": exact(
            -LN4,
            (-LN2, "This is one of the two terms."),
            (LN2, "The logarithm of ½ is negative, and there are two terms."),
            (-2.0, BITS),
            (0.0, "A coin toss does not score 0: both terms take the logarithm of ½."),
        ),
        "smallest V(D*) over all generators": exact(
            -LN4,
            (-LN2, "There are two terms, each at least log ½."),
            (-math.inf, "V is unbounded below in D, but D* answers every generator."),
            (0.0, "This is the largest: the discriminator is always right."),
        ),
        "largest V(D*) over all generators": Entry(
            0.0,
            mistakes=(
                (LN2, "This is the largest JS; V is tied to it by a factor and a constant."),
                (-LN4, "This is the smallest: the discriminator can only guess."),
                (math.inf, "Logarithms of probabilities are never positive."),
            ),
        ),
    },
    hints=(
        "At each point D* is the share of real mass: P's mass over the sum of both.",
        "V(D*) = 2 JS − 2 log 2, and JS lies between 0 and log 2.",
        "D*(0) = 0.5 / 1.25 and D*(1) = 0.5 / 0.75; put them into Σ P log D + Σ Q log(1 − D).",
    ),
)

CEILING = Table(
    id="js_ceiling",
    lesson=2,
    title="The ceiling of the Jensen–Shannon divergence",
    entries={
        "JS, disjoint supports": exact(
            LN2,
            (LN4, "This is the convention without the two halves, as in the WGAN paper."),
            (1.0, BITS),
            (math.inf, "That is the Kullback–Leibler divergence; JS is never infinite."),
            (0.0, "0 would mean that the distributions are equal."),
        ),
        "the same without the two halves (WGAN paper)": exact(
            LN4,
            (LN2, "With the halves it is this; without them it is larger."),
            (2.0, BITS),
        ),
        "JS of two parallel unit segments, 0.5 apart": exact(
            LN2,
            (0.5, "This is how far one has to move the other; JS does not measure distance."),
            (math.inf, "That is the Kullback–Leibler divergence; JS is never infinite."),
            (0.0, "0 would mean that the segments coincide."),
        ),
        "JS of two parallel unit segments, 0.01 apart": exact(
            LN2,
            (0.01, "This is how far one has to move the other; JS does not measure distance."),
            (0.0, "0 would mean that the segments coincide; near is not enough."),
        ),
        "D(N(0, 1) ‖ N(4, 1))": exact(
            8.0,
            (16.0, "The squared distance is divided by 2σ²."),
            (4.0, "This is the distance between the means."),
            (2.0, "The distance between the means enters squared."),
        ),
        "JS(N(0, 1), N(4, 1))": exact(
            0.632720,
            (2 * 0.632720, "Twice the value: each divergence to the middle counts one half."),
            (0.632720 / LN2, BITS),
            (LN2, "This is the ceiling; the two still overlap a little."),
            (8.0, "This is the Kullback–Leibler divergence; JS cannot exceed log 2."),
        ),
        "D(N(0, 1) ‖ N(8, 1))": exact(
            32.0,
            (16.0, "The distance has doubled, and it enters squared."),
            (64.0, "The squared distance is divided by 2σ²."),
        ),
        "JS(N(0, 1), N(8, 1))": exact(
            0.693054,
            (2 * 0.632720, "Doubling the distance does not double JS: it has a ceiling."),
            (1.0, BITS),
            (2 * LN2, "Twice the value: each divergence to the middle counts one half."),
        ),
    },
    hints=(
        "Where only one of the two distributions has mass, the middle has exactly half of it.",
        "Each of D(p‖m) and D(q‖m) is then log 2. Two parallel segments share no point.",
        "For Gaussians of variance 1, D = (difference of means)² / 2; JS has no closed form: "
        "integrate on a grid.",
    ),
)


def sigmoid(logit: float) -> float:
    return 1 / (1 + math.exp(-logit))


def _slopes(x: float) -> tuple[float, float]:
    """|d log(1 − D*)/dx| and |d(−log D*)/dx| for data N(0, 1), fakes N(4, 1): D* = σ(8 − 4x)."""
    best = sigmoid(8 - 4 * x)
    return 4 * best, 4 * (1 - best)


_WITHOUT_LOGIT = "The logit 8 − 4x has a slope of its own, which the chain rule brings in."
OTHER = "This is the slope of the other loss."
_SATURATING_4, _STEEP_4 = _slopes(4)
_SATURATING_6, _STEEP_6 = _slopes(6)

SLOPES = Table(
    id="generator_slopes",
    lesson=2,
    title="How hard the generator is pushed: data N(0, 1), generated N(4, 1), discriminator D*",
    entries={
        "D*(2)": exact(
            0.5,
            (1.0, "Halfway between the means the two densities are equal."),
            (0.0, "Halfway between the means the two densities are equal."),
        ),
        "slope of log(1 - D*) at x = 4": exact(
            _SATURATING_4,
            (_SATURATING_4 / 4, _WITHOUT_LOGIT),
            (_STEEP_4, OTHER),
            (0.0, "It is small, but not 0: give it to three digits."),
            rtol=1e-2,
        ),
        "slope of -log D* at x = 4": exact(
            _STEEP_4,
            (_STEEP_4 / 4, _WITHOUT_LOGIT),
            (_SATURATING_4, OTHER),
        ),
        "slope of log(1 - D*) at x = 6": exact(
            _SATURATING_6,
            (_SATURATING_6 / 4, _WITHOUT_LOGIT),
            (_STEEP_6, OTHER),
            (0.0, "It is tiny, but not 0: give it to two digits."),
            (_SATURATING_4, "This is the slope at x = 4."),
            rtol=2e-2,
        ),
        "slope of -log D* at x = 6": exact(
            _STEEP_6,
            (_STEEP_6 / 4, _WITHOUT_LOGIT),
            (_SATURATING_6, OTHER),
        ),
        "how many times steeper -log D* is at x = 6": exact(
            math.exp(16),
            (math.exp(-16), "This is upside down."),
            (math.exp(8), "This is the ratio at x = 4."),
            rtol=2e-2,
        ),
    },
    hints=(
        "All slopes are taken without their sign. log p_data(x) − log p_g(x) = 8 − 4x is the "
        "logit of D*.",
        "With D* = σ(l): d log(1 − D*)/dl = −σ(l) and d(−log D*)/dl = −(1 − σ(l)); the chain "
        "rule multiplies by dl/dx = −4.",
        "At x = 4 the logit is −8, at x = 6 it is −16: `4 * sigmoid(-8)` and `4 * sigmoid(8)`.",
    ),
)

# --- choices ----------------------------------------------------------------------------

_PATHOLOGIES = {
    "vanishing gradient": "The generator receives next to nothing to learn from; is that so here?",
    "mode collapse": "Samples lack variety; does the symptom speak of variety?",
    "circling": "The players chase each other without settling; is that so here?",
    "no stopping rule": "The losses do not tell how good samples are; is that the complaint?",
}


def _pathology(key: str) -> Entry:
    wrong = {name: sentence for name, sentence in _PATHOLOGIES.items() if name != key}
    return choice(key, wrong)


PATHOLOGIES = Table(
    id="gan_pathologies",
    lesson=2,
    title="Four things that go wrong, by their symptoms",
    entries={
        "the discriminator is always right, and the samples stay noise": _pathology(
            "vanishing gradient"
        ),
        "every sample is convincing, and every sample is a sneaker": _pathology("mode collapse"),
        "the generator wanders from mode to mode and both losses swing for ever": _pathology(
            "circling"
        ),
        "the samples improve for an hour while both losses stay flat": _pathology(
            "no stopping rule"
        ),
        "in the xy-game both players take small steps and move away from (0, 0)": _pathology(
            "circling"
        ),
        "log(1 - D) is minimised, and D is near 0 on every sample": _pathology(
            "vanishing gradient"
        ),
    },
    hints=(
        "The four: vanishing gradient, mode collapse, circling, no stopping rule.",
        "Ask each symptom: what does it say of the gradient, of variety, of the path, of the loss?",
    ),
)

STATEMENTS = Table(
    id="gan_statements",
    lesson=2,
    title="What the game does and does not promise",
    entries={
        "a GAN always minimises JS": judged(
            False,
            "That holds for the saturating loss and the best discriminator; a discriminator of a "
            "few steps, or another loss, gives something else.",
        ),
        "two curves in the plane that cross at a point have JS = log 2": judged(
            True, "The crossing has no mass on either curve: almost nothing is shared."
        ),
        "JS stays log 2 when the same Gaussian noise is added to both curves": judged(
            False, "With noise both have density everywhere, and the supports overlap."
        ),
        "min max V and max min V are the same for networks": judged(
            False,
            "The one is at least the other; for games that are not convex-concave they can differ.",
        ),
        "if G may answer each D at leisure, one best sample is enough for it": judged(
            True,
            "In max min, G only has to find a point that this D likes most: mode collapse.",
        ),
        "smooth latent walks are evidence against memorised training images": judged(
            True,
            "A generator that had memorised single images would jump from one to the next.",
        ),
        "a GAN gives the likelihood of held-out data": judged(
            False, "A generator yields samples and no density."
        ),
        "a discriminator far better on training data than on held-out data has overfitted": judged(
            True, "It recognises the training images themselves."
        ),
        "the gradient of -log D* follows KL(P_g, P_data) - 2 JS": judged(
            True,
            "Arjovsky and Bottou's theorem 2.5: the JS comes with the wrong sign, and pushes the "
            "distributions apart.",
        ),
    },
    hints=(
        "Answer True or False.",
        "Ask of each statement for which loss, which discriminator and which supports it holds.",
    ),
)

TABLES = (TWO_POINTS, CEILING, SLOPES, PATHOLOGIES, STATEMENTS)
