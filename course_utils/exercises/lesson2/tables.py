"""Lesson 2: numbers of the game worked out by hand, and choices.

Goodfellow et al. (2014), section 4; Arjovsky and Bottou (2017), theorems 2.4 to 2.6.
"""

from __future__ import annotations

import math

from course_utils.exercises.engine import Entry, Table
from course_utils.exercises.tables import BITS, choice, exact, judged

LN2, LN4 = math.log(2), math.log(4)


# --- worked numbers ---------------------------------------------------------------------

TWO_POINTS = Table(
    id="gan_two_points",
    lesson=2,
    title="The game on two points: data P = (0.5, 0.5), generator Q = (0.75, 0.25)",
    entries={
        "D*(1)": exact(
            2 / 3,
            (1 / 3, "This is the probability of being generated; D is that of being real."),
            (2.0, "This is the ratio of the two masses, the odds; D is a probability."),
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
    ),
)

CEILING = Table(
    id="js_ceiling",
    lesson=2,
    title="The ceiling of the Jensen–Shannon divergence",
    entries={
        "JS of two parallel unit segments, 0.01 apart": exact(
            LN2,
            (0.01, "This is how far one has to move the other; JS does not measure distance."),
            (0.0, "0 would mean that the segments coincide; near is not enough."),
        ),
        "the same without the two halves (WGAN paper)": exact(
            LN4,
            (LN2, "With the halves it is this; without them it is larger."),
            (2.0, BITS),
        ),
    },
    hints=(
        "Where only one of the two distributions has mass, the middle has exactly half of it.",
        "Each of D(p‖m) and D(q‖m) is then log 2. Two parallel segments share no point.",
    ),
)


# |d log(1 − D*)/dx| and |d(−log D*)/dx| at x = 4, for data N(0, 1), fakes N(4, 1): D* = σ(8 − 4x)
_BEST_4 = 1 / (1 + math.exp(8))
_SATURATING_4, _STEEP_4 = 4 * _BEST_4, 4 * (1 - _BEST_4)

SLOPES = Table(
    id="generator_slopes",
    lesson=2,
    title="How hard the generator is pushed: data N(0, 1), generated N(4, 1), discriminator D*",
    entries={
        "slope of log(1 - D*) at x = 4": exact(
            _SATURATING_4,
            (_BEST_4, "The logit 8 − 4x has a slope of its own, which the chain rule brings in."),
            (_STEEP_4, "This is the slope of the other loss."),
            (0.0, "It is small, but not 0: give it to three digits."),
            rtol=1e-2,
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
        "At x = 4 the logit is −8, at x = 6 it is −16. The ratio of the two slopes is (1 − D) / D.",
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
        "min max V and max min V are the same for networks": judged(
            False,
            "The one is at least the other; for games that are not convex-concave they can differ.",
        ),
        "smooth latent walks are evidence against memorised training images": judged(
            True,
            "A generator that had memorised single images would jump from one to the next.",
        ),
    },
    hints=(
        "Answer True or False.",
        "Ask of each statement for which loss, which discriminator and which supports it holds.",
    ),
)

TABLES = (TWO_POINTS, CEILING, SLOPES, PATHOLOGIES, STATEMENTS)
