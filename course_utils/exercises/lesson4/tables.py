"""Lesson 4: what the theorems say, what clipping does to the critic's number.

Arjovsky, Chintala and Bottou (2017): theorems 1 to 3, Algorithm 1.
"""

from __future__ import annotations

import math

from course_utils.exercises.engine import Entry, Table
from course_utils.exercises.tables import choice, exact, judged

# --- what the theorems say --------------------------------------------------------------

THEOREMS = Table(
    id="wgan_theorems",
    lesson=4,
    title="Three theorems, said exactly",
    entries={
        "theorem 1 is about the parameters of the": choice(
            "generator",
            {
                "critic": "θ parametrises g_θ, which makes the samples; the critic does not occur.",
                "discriminator": "There is none here; θ parametrises g_θ.",
            },
        ),
        "theorem 2: W → 0 implies JS → 0": judged(
            False, "Parallel segments come as near as you like while JS stays log 2."
        ),
        "theorem 3: the gradient of W in θ is": choice(
            "-E[grad f(G(z))]",
            {
                "E[grad f(G(z))]": "Only the generated term depends on θ; look at its sign in W.",
                "E[grad f(x)]": "Data do not depend on θ.",
                "0": "That is what a saturating loss comes to, not this.",
            },
        ),
        "theorem 3 speaks of an f that is": choice(
            "optimal",
            {
                "clipped": "Clipping is Algorithm 1's makeshift, not part of the theorem.",
                "trained for 5 steps": "Five steps are a makeshift; the theorem needs more.",
                "any 1-Lipschitz one": "Any other f gives the gradient of a lower bound.",
            },
        ),
    },
    hints=(
        "θ are the parameters of g_θ. The critic f appears in theorem 3 alone.",
        "Order of strength on a compact set: KL implies JS, JS and TV are equivalent, and either "
        "implies W; no arrow points back from W.",
        "W = E[f(x)] − E[f(g_θ(z))] at the best f: differentiate what depends on θ.",
    ),
)

SCHEDULING = Table(
    id="wgan_scheduling",
    lesson=4,
    title="Why the critic may be trained further",
    entries={
        "a better 1-Lipschitz critic gives the generator gradients that are": choice(
            "more accurate",
            {
                "smaller": "The slope of the best critic does not shrink with its skill.",
                "larger": "The slope is at most 1 however good the critic.",
            },
        ),
        "five critic steps train the critic to optimality": judged(
            False,
            "Five steps are what Algorithm 1 affords; nothing says that the optimum is reached.",
        ),
        "W as a loss means that training must converge": judged(
            False,
            "With finitely many critic steps a WGAN can circle like any game (Mescheder et al. "
            "2018).",
        ),
    },
    hints=(
        "Compare what happens to the generator's gradient as the other network gets better.",
        "How many critic steps does Algorithm 1 take in a round? Does the xy-game settle?",
    ),
)

_TRAITS = {
    "critic": "Would a classifier of real against fake do this too?",
    "discriminator": "Does the Wasserstein loss need this?",
    "both": "One of the two does without it.",
}


def _trait(key: str) -> Entry:
    return choice(key, {name: text for name, text in _TRAITS.items() if name != key})


CRITIC_OR_DISCRIMINATOR = Table(
    id="critic_or_discriminator",
    lesson=4,
    title="Critic, discriminator, or both",
    entries={
        "it is trained with labels 1 and 0": _trait("discriminator"),
        "its gradient with respect to the sample trains the generator": _trait("both"),
        "adding a constant to its output leaves its loss unchanged": _trait("critic"),
    },
    hints=(
        "A discriminator classifies: how probable is it that x is real? A critic scores.",
        "The critic's loss is a difference of two means: no label, no logarithm, no zero point.",
    ),
)

ALGORITHM = Table(
    id="algorithm_one",
    lesson=4,
    title="Algorithm 1 in numbers",
    entries={
        "critic updates in generator iterations 0 to 999, in the authors' code": exact(
            7470.0,
            (5000.0, "The code warms the critic up, and does so again every 500 iterations."),
            (7375.0, "The warm-up comes again at iteration 500."),
            (7500.0, "Iterations of the warm-up have 100 updates instead of 5, not besides."),
            (7565.0, "Iteration 0 already belongs to the first 25."),
            (7600.0, "Iterations of the warm-up have 100 updates instead of 5, not besides."),
            rtol=1e-3,
        ),
        "real batches of 64 drawn for 1000 generator updates without warm-up": exact(
            5000.0,
            (1000.0, "Each critic update draws a fresh batch."),
            (320_000.0, "This counts samples, not batches."),
            rtol=1e-3,
        ),
    },
    hints=(
        "The authors' code takes 100 critic updates in each of the first 25 generator iterations "
        "and in every iteration whose number is divisible by 500; otherwise 5.",
        "Of iterations 0 to 999, how many are warm-ups? 0 to 24, and 500.",
    ),
)

# --- what the clipped number means ------------------------------------------------------

SOURCE_CRITIC_SLOPE = 0.01**3 * 128**2 * math.sqrt(2)  # c√(2·128) · c·128 · c√128

CLIPPED_SLOPE = Table(
    id="clipped_slope",
    lesson=4,
    title="What a critic 2-128-128-1 clipped at 0.01 can print",
    entries={
        "its printed number is at most W1 divided by": exact(
            1 / SOURCE_CRITIC_SLOPE,
            (SOURCE_CRITIC_SLOPE, "This is K; what does one divide by?"),
            (1.0, "That would be a 1-Lipschitz critic."),
        ),
        "the bound for hidden widths 512 and c = 0.01": exact(
            16 * SOURCE_CRITIC_SLOPE,
            (
                4 * SOURCE_CRITIC_SLOPE,
                "The hidden width enters squared: whole in the middle layer, as a root in the "
                "outer two.",
            ),
            (64 * SOURCE_CRITIC_SLOPE, "The hidden width enters squared, not cubed."),
            (SOURCE_CRITIC_SLOPE, "The widths have changed."),
        ),
    },
    hints=(
        "A layer with entries in [−c, c] has slope at most c√(in · out); layers multiply.",
        "c√(2 · 128) · c√(128 · 128) · c√(128 · 1)",
        "A critic of slope K finds at most K · W₁.",
    ),
)

TIME = Table(
    id="wgan_time",
    lesson=4,
    title="A forum question: 50 hours for 2 million samples",
    entries={
        "samples per second through the generator": exact(
            2e6 / 180_000,
            (40_000.0, "This is samples per hour."),
            (666.7, "This is samples per minute."),
            (0.09, "This is seconds per sample."),
        ),
        "hours for 100 000 iterations": exact(
            160.0,
            (576_000.0, "These are seconds."),
            (9600.0, "These are minutes."),
            (2.5, "Each iteration takes 64 samples."),
            (6.67, "These are days."),
        ),
    },
    hints=(
        "An hour has 3600 seconds.",
        "2 million samples in 50 hours are 40 000 an hour; 100 000 iterations of 64 are 6.4 "
        "million samples.",
    ),
)

# --- what the box holds -----------------------------------------------------------------

_OTHER_CORNER = "Try it in the cell above: another corner proves more."

CORNER = Table(
    id="clipped_corner",
    lesson=4,
    title="The best corner of the box",
    entries={
        "signs of the layers' weights that prove most": choice(
            "+ + -",
            {
                "+ + +": "This one scores the right bell higher: turn the last layer's sign.",
                "+ - +": _OTHER_CORNER,
                "- + +": _OTHER_CORNER,
            },
        ),
        "so what kept the trained critic at half of it is": choice(
            "the training",
            {
                "the class of functions": "The corner lies in the same box, so the class holds a "
                "function that proves nearly everything."
            },
        ),
    },
    hints=(
        "The data lie left of the samples, and must score higher: the function has to fall.",
        "Keep the first two layers at +c, so that most units are active between the bells.",
    ),
)

SCALED = Table(
    id="scaled_into_the_box",
    lesson=4,
    title="A copy inside the box",
    entries={
        "a critic of three layers, shrunk by s = 0.1: its scores are multiplied by": exact(
            0.001,
            (0.1, "Each of the three layers contributes a factor."),
            (0.01, "There are three layers."),
        ),
        "value ÷ steepest slope, after shrinking": choice(
            "the same",
            {
                "smaller": "Value and slope are multiplied by the same factor.",
                "larger": "Value and slope are multiplied by the same factor.",
            },
        ),
    },
    hints=(
        "Pull the factor through one layer at a time: φ(s·z) = s·φ(z) for s > 0.",
        "Scores and slopes are multiplied by the same power of s; their ratio is not.",
    ),
)

TABLES = (
    THEOREMS,
    SCHEDULING,
    CRITIC_OR_DISCRIMINATOR,
    ALGORITHM,
    CLIPPED_SLOPE,
    TIME,
    CORNER,
    SCALED,
)
