"""Lesson 3, second half: programs, slopes, Gaussians, samples and other metrics, in numbers.

Herrmann (2017), *Wasserstein GAN and the Kantorovich–Rubinstein duality*, for the ten states.
"""

from __future__ import annotations

import math

from course_utils.exercises.engine import Entry, Table
from course_utils.exercises.lesson3.errors import ERROR_DUAL, ERROR_GAUSSIAN, OVERSTATED
from course_utils.exercises.tables import choice, exact


def number(key: float, *mistakes: tuple[float | str, str], rtol: float = 5e-3) -> Entry:
    """A number that may be 0."""
    return Entry(key, rtol=rtol, mistakes=mistakes)


W1_HERRMANN = 351 / 497

HERRMANN = Table(
    id="ten_states",
    lesson=3,
    title="Ten states: the size of the program, and its value",
    entries={
        "unknowns of the primal": number(
            100, (10, "One per pair of states."), (19, "One per pair.")
        ),
        "equality constraints of the primal": number(
            20,
            (19, "That is the rank; count the rows first."),
            (2, "One per row and one per column."),
        ),
        "rank of the constraint matrix": number(
            19, (20, "The row sums and the column sums share one total."), (10, "Rows and columns.")
        ),
        "W1 by the primal": exact(
            W1_HERRMANN,
            (0.0, "Did you normalise both histograms?"),
            (W1_HERRMANN / 10, "Divided by the number of states: the masses are weights already."),
            rtol=1e-3,
        ),
        "W1 by the dual": exact(
            W1_HERRMANN, (-W1_HERRMANN, "linprog minimises −Σ f (p − q); turn it round."), rtol=1e-3
        ),
        "W1 if the states lie 2 apart": exact(
            2 * W1_HERRMANN, (W1_HERRMANN, "Every journey is now twice as long."), rtol=1e-3
        ),
    },
    hints=(
        "A plan has 10 × 10 cells; there are 10 row sums and 10 column sums.",
        "`np.linalg.matrix_rank(A)`, `optimal_transport(cost, p, q)[0]` and "
        "`kantorovich_dual(cost, p, q)[0]`.",
    ),
)

NORM_5 = "Cauchy–Schwarz: the steepest direction is along w = (3, −4), not along an axis."

SLOPES = Table(
    id="slopes_by_hand",
    lesson=3,
    title="Lipschitz constants by hand",
    entries={
        "3x - 4y + 7": number(
            5.0, (7.0, NORM_5), (4.0, NORM_5), (25.0, "Take the root."), (-1.0, NORM_5)
        ),
        "the slope of 3x - 4y + 7 along the x-axis": number(3.0, (5.0, "Along the axis only.")),
        "0.6x + 0.8y": number(1.0, (1.4, "Add squares, not absolute values."), (0.8, NORM_5)),
        "a factor that makes 3x - 4y + 7 exactly 1-Lipschitz": number(
            0.2, (5.0, "Divide by it instead."), (1 / 7, NORM_5)
        ),
        "|x| on the line": number(
            1.0, (0.0, "The slope is ±1."), (math.inf, "The kink has slopes −1 and +1, no more.")
        ),
        "x^2 on [0, 3]": number(
            6.0, (3.0, "That is (9 − 0)/3, the mean slope."), (9.0, "A slope.")
        ),
        "x^2 on the whole line": number(math.inf, (2.0, "The slope is 2x, and x is not bounded.")),
        "sin(5x)": number(5.0, (1.0, "That bounds its values, not its slope.")),
    },
    hints=(
        "In one dimension, the constant is the largest |f′|.",
        "For w·x + b it is ‖w‖₂ = √(3² + 4²).",
    ),
)

ABS_MEAN = "That is |Δμ|: right only where the two standard deviations are equal."
VARIANCE = "N(0, 2) has standard deviation 2 here, not variance 2."

GAUSSIANS = Table(
    id="gaussians_w1",
    lesson=3,
    title="W₁ and W₂ between Gaussians (second number: standard deviation)",
    entries={
        "W1(N(0,1), N(4,1))": number(4.0, (8.0, "That is the KL divergence.")),
        "W1(N(0,1), N(0,2))": exact(
            math.sqrt(2 / math.pi),
            (0.0, ABS_MEAN),
            (1.0, "That is W₂, |Δσ|; W₁ is the mean of |Z|."),
            ((math.sqrt(2) - 1) * math.sqrt(2 / math.pi), VARIANCE),
        ),
        "W1(N(0,1), N(1,2))": exact(
            1.1666309411753726,
            (1.0, ABS_MEAN),
            (math.sqrt(2), "That is W₂; W₁ is the mean of |1 + Z|."),
            (1 + math.sqrt(2 / math.pi), "E|1 + Z| is less than 1 + E|Z|."),
        ),
        "W1(N(0,1), N(4,2)) - 4": Entry(
            1.4290516865e-5,
            rtol=2e-2,
            atol=0.0,
            mistakes=(
                (0.0, "Not quite: the two CDFs cross, far out on the left."),
                (0.12310562561766, "That is W₂ − 4."),
            ),
        ),
        "W2(N(0,1), N(0,2))": exact(1.0, (math.sqrt(2 / math.pi), "That is W₁.")),
        "W2(N(0,1), N(1,2))": exact(
            math.sqrt(2), (2.0, "Take the root of Δμ² + Δσ²."), (1.1666309, "That is W₁.")
        ),
        "W2(N(0,1), N(4,2))": exact(
            math.sqrt(17), (17.0, "Take the root of Δμ² + Δσ²."), (5.0, "Add squares."), rtol=2e-3
        ),
    },
    hints=(
        "The best plan sends each quantile to the same quantile: a standard normal Z is moved by "
        "Δμ + Δσ·Z.",
        "W₁ = E|Δμ + Δσ Z| (`gaussian_wasserstein` has it in closed form); W₂ = √(Δμ² + Δσ²).",
    ),
)

FLOOR = Table(
    id="sample_floor",
    lesson=3,
    title="The floor under W₁ between samples",
    entries={
        "mean W1, n = 64": Entry(0.226, rtol=0.12, mistakes=((0.0, "The truth is 0; read off."),)),
        "mean W1, n = 256": Entry(0.110, rtol=0.12),
        "mean W1, n = 1024": Entry(0.056, rtol=0.12),
        "n must grow by this factor to halve the floor": Entry(
            4.0,
            rtol=0.05,
            mistakes=((2.0, "From 64 to 256 is a factor of 4: by how much does the floor fall?"),),
        ),
        "two samples of 1024 are 0.06 apart: are their sources shown to differ?": choice(
            "no", {"yes": "Two samples of one and the same Gaussian lie that far apart on average."}
        ),
    },
    hints=(
        "Read the means off the figure, or off the dict `floor`.",
        "In one dimension the floor falls like 1/√n.",
    ),
)

KIND = ("1-Lipschitz", "values between -1/2 and 1/2", "unit ball of a kernel space")


def _family(key: str, wrong: dict[str, str]) -> Entry:
    return Entry(key, mistakes=tuple(wrong.items()), choices=KIND)


IPM = Table(
    id="ipm_compared",
    lesson=3,
    title="Three integral probability metrics",
    entries={
        "witnesses of W1": _family(
            KIND[0], {KIND[1]: "That bounds values; W₁ bounds slopes.", KIND[2]: "That is MMD."}
        ),
        "witnesses of TV": _family(
            KIND[1], {KIND[0]: "TV does not care how steep f is.", KIND[2]: "That is MMD."}
        ),
        "witnesses of MMD": _family(KIND[2], {KIND[0]: "That is W₁.", KIND[1]: "That is TV."}),
        "TV between point masses 0.001 apart": number(
            1.0, (0.001, "That is W₁."), (2.0, "With the half it is at most 1.")
        ),
        "W1 between point masses 0.001 apart": Entry(
            0.001, atol=0.0, mistakes=((1.0, "That is TV: it does not see how near they are."),)
        ),
        "MMD between point masses infinitely far apart": number(
            math.sqrt(2),
            (2.0, "That is its square: k(x,x) + k(y,y) − 2k(x,y). Take the root."),
            (1.0, "k(x,x) + k(y,y) − 2k(x,y) = 1 + 1 − 0 under the root."),
            (math.inf, "The kernel is bounded, so MMD is."),
        ),
        "is one of the three an f-divergence as well?": choice(
            "TV",
            {
                "W1": "An f-divergence sees only the ratio p/q, not where the states lie.",
                "MMD": "An f-divergence sees only the ratio p/q, not where the states lie.",
                "none": "Σ|p − q|/2 = Σ q·f(p/q) with f(r) = |r − 1|/2.",
            },
        ),
    },
    hints=(
        "Each is the largest E_P f − E_Q f over a class of functions f.",
        "For a Gaussian kernel, MMD² between two point masses is 2 − 2k(x, y).",
    ),
)

LATER_TABLES = (
    HERRMANN,
    ERROR_DUAL,
    SLOPES,
    GAUSSIANS,
    ERROR_GAUSSIAN,
    FLOOR,
    IPM,
    OVERSTATED,
)
