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
    title="Ten states: what follows without computing",
    entries={
        "rank of the constraint matrix": number(
            19, (20, "The row sums and the column sums share one total."), (10, "Rows and columns.")
        ),
        "W1 if the states lie 2 apart": exact(
            2 * W1_HERRMANN, (W1_HERRMANN, "Every journey is now twice as long."), rtol=1e-3
        ),
    },
    hints=(
        "There are 10 row sums and 10 column sums. Add up all of either kind: what do you get?",
        "Every journey is twice as long, and the plan may stay as it is.",
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
        "a factor that makes 3x - 4y + 7 exactly 1-Lipschitz": number(
            0.2, (5.0, "Divide by it instead."), (1 / 7, NORM_5)
        ),
        "x^2 on [0, 3]": number(
            6.0, (3.0, "That is (9 − 0)/3, the mean slope."), (9.0, "A slope.")
        ),
    },
    hints=(
        "In one dimension, the constant is the largest |f′|.",
        "For w·x + b it is ‖w‖₂ = √(3² + 4²).",
    ),
)

ABS_MEAN = "That is |Δμ|: right only where the two standard deviations are equal."

GAUSSIANS = Table(
    id="gaussians_w1",
    lesson=3,
    title="W₁ and W₂ between Gaussians",
    entries={
        "W1(N(0, 1), N(1, 2²))": exact(
            1.1666309411753726,
            (1.0, ABS_MEAN),
            (math.sqrt(2), "That is W₂; W₁ is the mean of |1 + Z|."),
            (1 + math.sqrt(2 / math.pi), "E|1 + Z| is less than 1 + E|Z|."),
        ),
        "W2(N(0, 1), N(1, 2²))": exact(
            math.sqrt(2), (2.0, "Take the root of Δμ² + Δσ²."), (1.1666309, "That is W₁.")
        ),
        "W2(N(0, 1), N(4, 2²))": exact(
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
        "Compare the means at 64, 256 and 1024 in the figure.",
        "In one dimension the floor falls like 1/√n.",
    ),
)

IPM = Table(
    id="ipm_compared",
    lesson=3,
    title="Three integral probability metrics",
    entries={
        "MMD (kernel exp(−(x − y)²/2)) between point masses infinitely far apart": number(
            math.sqrt(2),
            (2.0, "That is its square: k(x,x) + k(y,y) − 2k(x,y). Take the root."),
            (1.0, "k(x,x) + k(y,y) − 2k(x,y) = 1 + 1 − 0 under the root."),
            (math.inf, "The kernel is bounded, so MMD is."),
        ),
        "which of W1, TV and MMD is an f-divergence as well?": choice(
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

TWO_STATES = Table(
    id="two_states_duality",
    lesson=3,
    title="Strong duality, checked where there is one price to set",
    entries={
        "the best t = f(0) − f(2)": number(
            2.0,
            (1.0, "The states lie 2 apart, so the slope is t/2."),
            (-2.0, "The surplus lies at 0: the price must be high where mass has to leave."),
            (0.0, "Then the prices earn nothing."),
            (0.3, "That is the mass that moves."),
        ),
        "what it earns, the largest Σ f (p − q)": number(
            0.6,
            (0.3, "That is the mass that moves; each shovelful earns t."),
            (1.4, "Each place counts with its surplus p − q, not with p."),
            (-0.6, "Set the price high where the surplus lies."),
        ),
    },
    hints=(
        "Only the difference t of the two prices counts: Σ f (p − q) = 0.3 · f(0) − 0.3 · f(2).",
        "The slope limit says |t| ≤ 2.",
    ),
)

FARKAS = Table(
    id="farkas_certificate",
    lesson=3,
    title="A certificate that no plan exists",
    entries={
        "c for each of the three rows": number(
            -1.0,
            (1.0, "The sign: c · b must be negative, and the rows hold more mass here."),
            (0.0, "Then columns alone decide, and the cells of those columns need Aᵀc ≥ 0."),
        ),
        "c for each of the three columns": number(
            1.0,
            (-1.0, "The sign: every cell (one row, one column) needs a sum of at least 0."),
            (0.0, "Then c for its row must not be negative, and c · b is not negative either."),
        ),
    },
    hints=(
        "Every cell of a plan lies in one row and one column, so each entry of Aᵀc is the c of a "
        "row plus the c of a column.",
        "c · b = (c of a row) · Σp + (c of a column) · Σq, with Σp = 1 and Σq = 0.99.",
    ),
)

LATER_TABLES = (
    TWO_STATES,
    FARKAS,
    HERRMANN,
    ERROR_DUAL,
    SLOPES,
    GAUSSIANS,
    ERROR_GAUSSIAN,
    FLOOR,
    IPM,
    OVERSTATED,
)
