"""Lesson 3: numbers worked out by hand or read off, pair by pair.

*Depth First Learning*, Wasserstein GAN curriculum, week 4, question 3; Weng (2019),
arXiv:1904.08994, for the four piles.
"""

from __future__ import annotations

import math

from course_utils.exercises.engine import Entry, Table
from course_utils.exercises.lesson3.errors import THIRDS
from course_utils.exercises.lesson3.more_tables import LATER_TABLES, number
from course_utils.exercises.tables import BITS, choice

SPACING = "You added the CDF gaps but not the distance each one spans."
NO_SPREAD = "That is the mass out of place; it also has to travel."
LN2 = math.log(2)


def nats(key: float, *mistakes: tuple[float | str, str]) -> Entry:
    """A divergence in nats; the same in bits is a known mistake."""
    bits = () if key in (0.0, math.inf) else ((key / LN2, BITS),)
    return Entry(key, mistakes=(*mistakes, *bits))


PLANS_BY_HAND = Table(
    id="plans_by_hand",
    lesson=3,
    title="Three plans for one job",
    entries={
        "cost of plan B": number(
            0.9,
            (0.6, "Two amounts move: 0.3 over 1 unit, and 0.3 over 2 units."),
            (0.3, "Two amounts move: 0.3 over 1 unit, and 0.3 over 2 units."),
        ),
        "cost of the independent plan": number(
            1.5,
            (0.9, "That is the cost of the best plans; this one sends 0.5 · 0.5 over 3 units, …"),
        ),
        "how many cheapest plans are there?": choice(
            "infinitely many",
            {
                "one": "A and B cost the same and are different.",
                "two": "Half of plan A plus half of plan B is a plan too. What does it cost?",
            },
        ),
    },
    hints=(
        "The cost of a plan adds mass × distance over all of its cells; the diagonal is free.",
        "Independent plan: 0.5·0.3·1 + 0.5·0.5·3 + 0.3·0.2·1 + 0.3·0.5·2 + 0.2·0.2·3 + 0.2·0.3·2.",
    ),
)

FOUR_PILES = Table(
    id="four_piles",
    lesson=3,
    title="Four piles of earth",
    entries={
        "shovelfuls carried from pile 2 to pile 3": number(
            2,
            (0, "Pile 2 has 2 and needs 2, but two more have just arrived from pile 1."),
        ),
        "total work, in shovelfuls × steps": number(
            5,
            (
                3,
                "Three shovelfuls are out of place, but some go more than one step; and with "
                "signs, 2 + 2 − 1, carrying back would earn work.",
            ),
            (6, "That is Σ|p − q| over the piles, which counts each shovelful at both ends."),
        ),
        "W1 of the two distributions": number(
            0.5,
            (5, "For a distribution the masses sum to 1, and there are 10 shovelfuls."),
            (1.25, "Divide by the number of shovelfuls, not by the number of piles."),
            (0.3, NO_SPREAD),
        ),
    },
    hints=(
        "Start at the left: pile 1 has two too many. They must all cross to pile 2; what then?",
        "The surpluses that cross the three gaps are 2, 2 and −1 shovelfuls.",
    ),
)

THREE_MASSES = Table(
    id="three_masses",
    lesson=3,
    title="Three masses, unevenly spaced",
    entries={
        "W1 of (0.2, 0.5, 0.3) and (0.4, 0.1, 0.5)": number(
            0.6,
            (0.4, SPACING + " (Or you counted only the mass out of place.)"),
            (
                0.2,
                "Surplus and deficit cancelled: add absolute values gap by gap. (0.2 is the "
                "distance between the means.)",
            ),
        ),
    },
    hints=(
        "Write both CDFs at 0, 1 and 3, and the gap between them on [0, 1] and on [1, 3].",
        "First pair: 0.3 · 1 + 0.3 · 2. Second pair: |−0.2| · 1 + |0.2| · 2.",
    ),
)

HALF_4_3 = 0.5 * math.log(4 / 3)
QP_1 = 0.75 * math.log(1.5) + 0.25 * math.log(0.5)
HALF_3 = 0.5 * math.log(3)
SWAPPED = "That is the divergence the other way round."

DFL_1 = Table(
    id="dfl_4_3_1",
    lesson=3,
    title="P = (½, ½), Q = (¾, ¼), R = (¼, ¾)",
    entries={
        "KL(P, Q)": nats(HALF_4_3, (QP_1, SWAPPED)),
        "KL(Q, P)": nats(QP_1, (HALF_4_3, SWAPPED)),
        "KL(Q, R)": nats(HALF_3, (math.log(3), "Weigh both terms: ¾ log 3 + ¼ log ⅓.")),
        "W1(Q, R)": number(0.5, (1.0, "A half moves by 1; |p − q| counts it at both ends.")),
    },
    hints=(
        "`kl_divergence(P, Q)` and `wasserstein_1d([0, 1], P, Q)` may stand in the table as they "
        "are.",
        "With two states 1 apart, W₁ is the mass that changes sides.",
    ),
)

DFL_2 = Table(
    id="dfl_4_3_2",
    lesson=3,
    title="Thirds, and distributions that never meet",
    entries={
        "KL(P, Q)": nats(
            math.log(1.5),
            (math.inf, SWAPPED),
            (0.415515, "Your Q is (0.33, 0.33, 0.33), which is not a distribution; use 1/3."),
        ),
        "KL(Q, P)": nats(math.inf, (math.log(1.5), SWAPPED)),
        "W1(P, Q)": number(
            0.5,
            (0.51, "Your Q is (0.33, 0.33, 0.33), which is not a distribution; use 1/3."),
            (1 / 3, NO_SPREAD),
        ),
    },
    hints=(
        "P and R are the same masses on more or fewer states. Where q is 0 and p is not, KL is "
        "`np.inf`.",
        "To turn P into Q, a sixth leaves state 0 for state 2 and a sixth leaves state 1 for it.",
    ),
)

DFL_3 = Table(
    id="dfl_4_3_3",
    lesson=3,
    title="The same shape, shifted, mirrored and carried away",
    entries={
        "W1(P, Q)": number(
            0.5, (0.25, "A quarter goes from state 0 to state 2: two steps, not one.")
        ),
        "W1(P, S)": number(2.0, (1.0, NO_SPREAD)),
    },
    hints=(
        "Each of R and S can be had from another one by moving everything one step to the right. "
        "Which?",
        "Positions are 0, 1, 2, 3; give every distribution four masses.",
    ),
)

DISJOINT = Table(
    id="disjoint_manifolds",
    lesson=3,
    title="Two thin manifolds that do not meet",
    entries={
        "JS(data, model)": choice(
            "ln 2",
            {
                "0": "Only equal distributions have JS 0.",
                "infinite": "JS compares with the mixture of both, so it cannot be infinite.",
                "shrinks with the distance": "JS compares densities point by point; where the "
                "points lie plays no part.",
            },
        ),
        "KL(data‖model)": choice(
            "infinite",
            {
                "0": "Only equal distributions have KL 0.",
                "ln 2": "It is JS that saturates there: KL divides by the mass that is missing.",
                "shrinks with the distance": "KL compares densities point by point; where the "
                "points lie plays no part.",
            },
        ),
        "gradient of JS as the model approaches": choice(
            "zero",
            {
                "points to the data": "JS is the same at every distance.",
                "infinite": "JS is the same at every distance: a flat function has no slope.",
            },
        ),
    },
    hints=(
        "In the limit case, think of the data as a curve in the plane and of the model as another.",
        "At each point, at least one of the two has no mass at all.",
    ),
)

AXIOMS = Table(
    id="axioms_by_hand",
    lesson=3,
    title="What the axioms say, with numbers",
    entries={
        "W1(P, R) = 5 and W1(R, Q) = 2: the least that W1(P, Q) can be": number(
            3.0,
            (7.0, "That is the most it can be. Go from P to R by way of Q."),
            (0.0, "Then P = Q, and W₁(P, R) = W₁(Q, R)."),
            (-3.0, "A distance has no sign."),
            (2.0, "Then going from P by way of Q to R would take 2 + 2, and not 5."),
        ),
        "states at least 0.5 apart, and TV(P, Q) = 0.2: the least that W1(P, Q) can be": number(
            0.1,
            (0.2, "That much mass moves; it need not go further than 0.5."),
            (0.5, "Not all of the mass has to move."),
            (0.0, "W₁ is 0 only if nothing moves, and here something must."),
            (0.4, "Multiply by the gap."),
        ),
        "a metric has all four; KL has": choice(
            "the first and the second",
            {
                "the first only": "KL is 0 only where P = Q: that is Gibbs' inequality.",
                "the first three": "Compare KL(P, Q) and KL(Q, P) in the first table.",
                "all four": "Look at the crosses in the figure.",
            },
        ),
    },
    hints=(
        "The triangle inequality holds for every order of the three: which one bounds W₁(P, Q) "
        "from below?",
        "W₁(P, R) ≤ W₁(P, Q) + W₁(Q, R). And mass that moves at all moves at least 0.5.",
    ),
)

TABLES = (
    PLANS_BY_HAND,
    THREE_MASSES,
    FOUR_PILES,
    DISJOINT,
    DFL_1,
    DFL_2,
    THIRDS,
    DFL_3,
    AXIOMS,
    *LATER_TABLES,
)
