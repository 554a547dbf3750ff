"""Lesson 1: numbers worked out by hand, and choices between answers that sound alike.

MacKay, *Information Theory, Inference, and Learning Algorithms*, exercises 2.3 to 2.6, 2.35 and
2.36; Bishop, *Pattern Recognition and Machine Learning*, exercise 1.30.
"""

from __future__ import annotations

import math

from course_utils.exercises.engine import Entry, Table
from course_utils.exercises.tables import BITS, choice, exact

MEDICAL_TEST = Table(
    id="medical_test",
    lesson=1,
    title="A test that is right 95 % of the time",
    entries={
        "odds, ill : healthy, after a positive": exact(
            19 / 99,
            (99 / 19, "This is upside down: healthy against ill."),
            (19 / 118, "This is the probability; odds divide by the healthy positives only."),
            (19.0, "This is how much the test multiplies the odds, not the odds themselves."),
        ),
        "P(ill | negative)": exact(
            0.0005 / 0.941,
            (0.05, "This is P(negative | ill), the other way round."),
            (0.0005, "This is the joint probability; divide by the probability of a negative."),
        ),
    },
    hints=(
        "Imagine 10 000 people: 100 are ill, 9 900 healthy. How many of each test positive?",
        "95 of the ill and 495 of the healthy test positive; 5 and 9 405 test negative.",
    ),
)

URN_COUNTS = Table(
    id="urn_counts",
    lesson=1,
    title="Two black balls among ten",
    entries={
        "standard deviation, 5 draws": Entry(
            math.sqrt(0.8),
            mistakes=(
                (0.8, "This is the variance."),
                (2.0, "Variances add, standard deviations do not."),
            ),
        ),
        "standard deviation, 400 draws": Entry(
            8.0,
            mistakes=(
                (64.0, "This is the variance."),
                (160.0, "Variances add, standard deviations do not."),
            ),
        ),
    },
    hints=(
        "Each draw is black with probability f = 2/10, independently of the others.",
        "Mean Nf, variance Nf(1 − f), standard deviation its square root.",
    ),
)

ONE_SIDE = "Only one of the two counts that give this z is in here."

Z_VALUES = Table(
    id="z_values",
    lesson=1,
    title="z for five draws",
    entries={
        "P(z = 1.25)": Entry(0.53248, mistakes=((0.32768, ONE_SIDE), (0.2048, ONE_SIDE))),
        "P(z < 1)": Entry(
            0.4096,
            mistakes=((0.94208, "You counted z = 1.25, which is above 1."),),
        ),
    },
    hints=(
        "z = (n_B − 1)² / 0.8. Which z does each count n_B = 0, …, 5 give?",
        "The counts 0 and 2 give the same z. The variance of n_B is 0.8: what is E[z], then?",
    ),
)

ELEVEN_URNS = Table(
    id="eleven_urns",
    lesson=1,
    title="Three black balls in ten draws",
    entries={
        "evidence P(3 black in 10)": exact(
            0.08272660909,
            (0.90999270, "You added the likelihoods; the prior gives each urn a weight of 1/11."),
            (0.08272660909 / 120, "The draws can come in any of 120 orders."),
        ),
        "the same with every fraction equally probable": exact(
            1 / 3, (0.3, "This is the proportion seen; Laplace's rule is (3 + 1) / (10 + 2).")
        ),
    },
    hints=(
        "The evidence is the mean over the eleven urns of the binomial probability of 3 in 10.",
        "A continuum of urns, each as probable as another: Laplace's rule adds one black ball and "
        "one white to what was seen.",
    ),
)

WAITING_FOR_A_SIX = Table(
    id="waiting_for_a_six",
    lesson=1,
    title="Waiting for a six",
    entries={
        "(b) mean rolls from the clock to the next six": Entry(
            6.0,
            mistakes=(
                (3.0, "Halving the gap forgets that the die has no memory."),
                (5.5, "The gap in which the clock strikes is not a typical one."),
            ),
        ),
        "(c) mean rolls back to the most recent six": Entry(
            6.0,
            mistakes=(
                (3.0, "Halving the gap forgets that backwards the rolls look the same."),
                (5.0, "Count the roll that showed the six as well."),
            ),
        ),
        "(e) why (d) differs from (a)": choice(
            "the clock is more likely to strike inside a long gap",
            {
                "the die remembers its last six": "The rolls are independent of each other.",
                "the clock makes sixes rarer": "The clock does not touch the die.",
            },
        ),
    },
    hints=(
        "The number of rolls until the next six is geometric with probability 1/6, whenever you "
        "start.",
        "Backwards in time the rolls look the same. If the last six is k rolls back (this second "
        "is 1) and the next is m rolls ahead, they are k + m − 1 rolls apart.",
    ),
)

THREE_BROTHERS = Table(
    id="three_brothers",
    lesson=1,
    title="Fred, Alf and Bob",
    entries={
        "P(Fred older than Bob)": Entry(0.5),
        "P(Fred older than Bob | Fred older than Alf)": Entry(
            2 / 3,
            mistakes=(
                (0.5, "To learn that Fred is older than somebody makes him more likely to be old."),
                (1 / 3, "This is P(Fred older than both); divide by P(Fred older than Alf)."),
                (0.75, "The two comparisons share Fred: they are not independent."),
                (1 / 6, "This is one of the orders; several of them fit."),
            ),
        ),
    },
    hints=(
        "Write down all six orders of three ages. They are equally probable.",
        "In three of them Fred is older than Alf. In how many of those is he older than Bob?",
    ),
)

HAND_ENTROPIES = Table(
    id="hand_entropies",
    lesson=1,
    title="P = (¾, ¼, 0), Q = (½, ¼, ¼)",
    entries={
        "H(P)": Entry(0.5623351446, mistakes=((0.8112781245, BITS),)),
        "H(P, Q)": Entry(
            0.8664339757,
            mistakes=(
                (1.25, BITS),
                (math.inf, "This is H(Q, P): swapped."),
                (0.3040988311, "This is D(P‖Q): the entropy of P is still to be added."),
            ),
        ),
        "D(Q‖P)": Entry(
            math.inf,
            mistakes=(
                (0.3040988311, "This is D(P‖Q): the divergence is not symmetric."),
                (-0.2027325541, "You dropped the third state, which Q produces and P rules out."),
            ),
        ),
    },
    hints=(
        "Surprises under Q: ln 2, ln 4, ln 4. Infinity is typed `np.inf` or `float('inf')`.",
        "D(P‖Q) = H(P, Q) − H(P). For D(Q‖P), look at the third state first.",
    ),
)

GAUSSIAN_KL_NUMBERS = Table(
    id="gaussian_kl_numbers",
    lesson=1,
    title="Divergences between Gaussians",
    entries={
        "D(N(0, 1)‖N(4, 1))": Entry(
            8.0, mistakes=((2.0, "The shift must be squared."), (16.0, "A factor ½ is missing."))
        ),
        "D(N(0, 0.1²)‖N(0.3, 0.1²))": Entry(
            4.5,
            mistakes=(
                (0.045, "Divide the shift by the width before squaring."),
                (0.45, "You read 0.1 as the variance; 0.1² is the variance."),
            ),
        ),
    },
    hints=(
        "ln(σ₂/σ₁) + (σ₁² + (μ₁ − μ₂)²) / (2σ₂²) − ½, with the mean taken under the first.",
        "With equal widths only (μ₁ − μ₂)² / (2σ²) is left.",
    ),
)

BAYES_TABLES = (
    MEDICAL_TEST,
    URN_COUNTS,
    Z_VALUES,
    ELEVEN_URNS,
    WAITING_FOR_A_SIX,
    THREE_BROTHERS,
    HAND_ENTROPIES,
    GAUSSIAN_KL_NUMBERS,
)
