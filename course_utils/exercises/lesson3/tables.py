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
        "mass that plan A moves": number(
            0.3, (0.7, "That is what stays where it is."), (1.0, "What stays is not moved.")
        ),
        "cost of plan A": number(
            0.9,
            (0.3, "You counted the mass but not the 3 units that it travels."),
            (3.0, "You counted the distance but not the mass that travels it."),
        ),
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
        "shovelfuls carried from pile 1 to pile 2": number(
            2, (1, "Pile 1 has 3 and needs 1."), (3, "Pile 1 keeps the 1 that it needs.")
        ),
        "shovelfuls carried from pile 2 to pile 3": number(
            2,
            (0, "Pile 2 has 2 and needs 2, but two more have just arrived from pile 1."),
        ),
        "shovelfuls carried from pile 4 to pile 3": number(
            1, (0, "Pile 4 has 4 and needs 3."), (-1, "Count shovelfuls, without a sign.")
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
        "W1 of (0.5, 0.3, 0.2) and (0.2, 0.3, 0.5)": number(
            0.9,
            (0.6, SPACING),
            (0.3, NO_SPREAD),
            (1.2, "The second gap is 2 wide (from 1 to 3), the first is 1 wide."),
        ),
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
        "KL(P, P)": nats(0.0, (LN2, "That is the entropy of P; its divergence from itself is 0.")),
        "KL(P, R)": nats(HALF_4_3, (QP_1, SWAPPED)),
        "KL(Q, R)": nats(HALF_3, (math.log(3), "Weigh both terms: ¾ log 3 + ¼ log ⅓.")),
        "W1(P, Q)": number(0.25, (0.5, "A quarter moves by 1; |p − q| counts it at both ends.")),
        "W1(Q, P)": number(0.25, (-0.25, "A distance has no sign."), (0.5, "A quarter moves.")),
        "W1(P, P)": number(0.0),
        "W1(P, R)": number(0.25, (0.5, "A quarter moves by 1; |p − q| counts it at both ends.")),
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
        "KL(R, S)": nats(
            math.inf, (LN2, "That is JS, which saturates; KL divides by the mass S does not have.")
        ),
        "W1(P, Q)": number(
            0.5,
            (0.51, "Your Q is (0.33, 0.33, 0.33), which is not a distribution; use 1/3."),
            (1 / 3, NO_SPREAD),
        ),
        "W1(Q, P)": number(
            0.5, (1 / 3, NO_SPREAD), (math.inf, "W₁ is finite: nothing is divided.")
        ),
        "W1(R, S)": number(2.0, (1.0, NO_SPREAD), (math.inf, "W₁ is finite: nothing is divided.")),
        "JS(R, S)": nats(
            LN2,
            (2 * LN2, "With the two halves, JS is at most ln 2."),
            (math.inf, "JS compares with the mixture, which has mass wherever R or S has."),
        ),
        "TV(R, S)": number(1.0, (2.0, "With the half, total variation is at most 1.")),
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
        "W1(P, R)": number(1.0, (0.75, NO_SPREAD), (2.0, "The area between the CDFs: ¼ + ¾.")),
        "W1(Q, R)": number(0.5, (0.25, "Two states are involved, 1 and 2: a half changes sides.")),
        "W1(P, S)": number(2.0, (1.0, NO_SPREAD)),
        "W1(R, S)": number(1.0, (0.75, NO_SPREAD)),
        "W1(P, R) + W1(R, S)": number(2.0),
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
        "W1(data, model)": choice(
            "shrinks with the distance",
            {
                "0": "Only equal distributions have W₁ 0.",
                "ln 2": "W₁ is a length, in the unit of the data.",
                "infinite": "Every grain travels a finite distance.",
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

LINES = Table(
    id="lines_by_program",
    lesson=3,
    title="Parallel lines, by the linear program",
    entries={
        "W1 at theta = 1": number(1.0),
        "W1 at theta = 0": number(0.0, (LN2, "That is JS away from 0.")),
        "W1 at theta = 0.25": number(0.25, (1.0, "The total variation is 1; how far do they go?")),
        "W1 at theta = -1": number(1.0, (-1.0, "A distance has no sign.")),
        "slope of W1 at theta = 0.25": number(1.0, (0.25, "That is the value, not the slope.")),
        "slope of W1 at theta = -1": number(-1.0, (1.0, "Which way does |θ| go on the left?")),
        "slope of JS at theta = 0.25": number(0.0, (LN2, "That is the value, not the slope.")),
    },
    hints=(
        "The printed column is W₁ for each θ.",
        "W₁ = |θ|: slope +1 on the right of 0, −1 on the left. JS is a constant on either side.",
    ),
)

TABLES = (
    PLANS_BY_HAND,
    THREE_MASSES,
    FOUR_PILES,
    DISJOINT,
    LINES,
    DFL_1,
    DFL_2,
    THIRDS,
    DFL_3,
    *LATER_TABLES,
)
