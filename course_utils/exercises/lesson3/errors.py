"""Lesson 3: errors to find.

The errors are real: they stand in published course notes and blog posts, whose exhibits the
lesson retells line by line above each table.
"""

from __future__ import annotations

import math

from course_utils.exercises.engine import Entry, Table
from course_utils.exercises.tables import choice, exact

# Course notes give Q = (0.33, 0.33, 0.33) on three states and ask for its distances from P.
KL_TERMS = "Summing scipy.special.kl_div adds q − p to every term, and here that is −0.01 in all."
LITERAL = "Use Q exactly as it is printed, (0.33, 0.33, 0.33)."


def six_digits(key: float, *mistakes: tuple[float, str]) -> Entry:
    """Close values to be told apart: six digits are asked for."""
    return Entry(key, rtol=2e-5, atol=0.0, mistakes=mistakes)


THIRDS = Table(
    id="thirds_trap",
    lesson=3,
    title="Find the error: a distribution of thirds",
    entries={
        "the sum of Q": exact(0.99, (1.0, "Add them up: 0.33 + 0.33 + 0.33."), rtol=1e-3),
        "Σ p log(p / q), six digits": six_digits(
            0.41551544396166573, (0.4054651081081643, LITERAL), (0.4055154439616658, KL_TERMS)
        ),
        "the sum of scipy.special.kl_div(P, Q), six digits": six_digits(
            0.4055154439616658, (0.4054651081081643, LITERAL), (0.41551544396166573, LITERAL)
        ),
        "scipy.stats.entropy(P, Q), six digits": six_digits(
            0.4054651081081643,
            (0.41551544396166573, "It divides both arguments by their sums first: run it."),
            (0.4055154439616658, "That is kl_div; entropy divides by the sums first."),
        ),
        "scipy.stats.wasserstein_distance": Entry(
            0.5, rtol=2e-3, mistakes=((0.51, "It divides the weights by their sum first: run it."),)
        ),
        "the area between the raw CDFs": Entry(
            0.51,
            rtol=2e-3,
            mistakes=(
                (0.5, LITERAL),
                (
                    0.52,
                    "The CDFs still differ to the right of the last state, where nothing spans.",
                ),
            ),
        ),
        "the linear program": choice(
            "has no solution",
            {
                "0.5": "Can all of P be carried into a Q that holds less?",
                "0.51": "Can all of P be carried into a Q that holds less?",
            },
        ),
    },
    hints=(
        "Five tools, one input: run each of them on Q as printed.",
        "`scipy.special.rel_entr` holds the plain terms p log(p/q); `kl_div` adds q − p to each. "
        "The area is wasserstein_1d's sum, without any check of the masses.",
    ),
)

# "For Gaussians, W₁ = |μ₁ − μ₂|", checked on the one pair for which it is true:
#   A  p, q = stats.norm(0, 1), stats.norm(0, 2)
#   B  x = np.linspace(-20, 20, 4001)
#   C  area = np.trapezoid(np.abs(p.cdf(x) - q.cdf(x)), x)
#   D  exact = abs(p.mean() - q.mean())
#   E  relative_error = abs(area - exact) / area
ERROR_GAUSSIAN = Table(
    id="error_gaussian_formula",
    lesson=3,
    title="Find the error: a closed form for Gaussians",
    entries={
        "the wrong line": choice(
            "D",
            {
                "A": "Two honest Gaussians; the second number is the standard deviation.",
                "B": "The grid is wide and fine enough.",
                "C": "This is the CDF formula.",
                "E": "It divides by the area, which is not 0.",
            },
        ),
        "what line D gives": Entry(0.0, mistakes=((0.797885, "That is line C."),)),
        "what line C gives": exact(
            math.sqrt(2 / math.pi), (0.0, "The CDFs cross at 0, so they are not equal."), rtol=2e-3
        ),
        "line D is right whenever these are equal": choice(
            "standard deviations",
            {
                "means": "The means are equal here, and it is wrong.",
                "both": "One of the two is enough. Which?",
            },
        ),
        "what then never happens": choice(
            "the CDFs cross",
            {
                "the densities cross": "They do cross, halfway between the means.",
                "the supports overlap": "Gaussians are positive everywhere.",
            },
        ),
    },
    hints=(
        "Run the five lines, and compare the two results.",
        "|∫ (F_P − F_Q)| = |Δμ| always. When is that ∫ |F_P − F_Q|?",
    ),
)

# A blog post solves the dual of the ten-state problem with two potentials, f and g:
#   A  A = constraint_matrix(n, n).toarray();  b = np.concatenate([p, q])
#   B  primal = linprog(cost.ravel(), A_eq=A, b_eq=b)
#   C  dual = linprog(-b, A_ub=A, b_ub=cost.ravel(), bounds=(None, None))
#   D  f, g = dual.x[:n], dual.x[n:]
#   E  value = -dual.fun
ERROR_DUAL = Table(
    id="error_dual_program",
    lesson=3,
    title="Find the error: the dual of ten states",
    entries={
        "the wrong line": choice(
            "C",
            {
                "A": "The marginals of a plan, and what they must be.",
                "B": "This is the primal as it should be.",
                "D": "The first n unknowns belong to the rows, the others to the columns.",
                "E": "The objective was negated, so the value is turned round.",
            },
        ),
        "unknowns of the dual": Entry(
            20, mistakes=((100, "Those are the primal's."), (10, "There are two potentials here."))
        ),
        "inequalities of the dual": Entry(
            100, mistakes=((20, "One per pair of states: f_i + g_j ≤ cost_ij."),)
        ),
        "what A must become in line C": choice(
            "A.T",
            {
                "-A": "A has 20 rows, and the dual needs one inequality per pair of states.",
                "A[:-1]": "The redundant row does no harm; count rows and columns.",
                "A @ A.T": "Which row of the new matrix says f_i + g_j ≤ cost_ij?",
            },
        ),
        "the value, repaired, if bounds=(None, None) is left out": Entry(
            0.0,
            mistakes=(
                (351 / 497, "linprog's default is (0, None): then f_i + g_i ≤ 0 leaves only 0."),
            ),
        ),
        "is f of line D sure to be 1-Lipschitz where p = 0?": choice(
            "no", {"yes": "Where p is 0, the objective does not see f: nothing holds it up."}
        ),
    },
    hints=(
        "Which shape has A, and how many entries has cost.ravel()?",
        "Every column of A belongs to one cell (i, j) of the plan: its two ones pick f_i and g_j.",
    ),
)

TRUE, FALSE = "holds", "fails"


def _fails(why: str) -> Entry:
    return Entry(FALSE, mistakes=((TRUE, why),), choices=(TRUE, FALSE))


def _holds(why: str) -> Entry:
    return Entry(TRUE, mistakes=((FALSE, why),), choices=(TRUE, FALSE))


OVERSTATED = Table(
    id="overstated",
    lesson=3,
    title="Find the errors: ten statements from print",
    entries={
        "1. KL and JS saturate at ln 2 on disjoint supports": _fails(
            "One of them does; the other is infinite."
        ),
        "2. Q = (3/4, 1/4) and R = (1/4, 3/4) show that KL is asymmetric": _fails(
            "Mirroring the states swaps Q and R: compare the two numbers."
        ),
        "3. W1 is finite for any two distributions on the line": _fails(
            "How far does a grain travel on average if one of them is Cauchy's, without a mean?"
        ),
        "4. W1 between two distributions on [0, 1] is at most 1": _holds(
            "No grain can travel further than from end to end."
        ),
        "5. W1 gives the generator a gradient everywhere": _fails(
            "Look at |θ| at θ = 0, where the model is exactly right."
        ),
        "6. the slope of W1 shrinks as a shifted model gets closer": _fails(
            "Look at |θ| once more: how steep is it just beside 0?"
        ),
        "7. on a convex domain, |gradient| <= 1 everywhere makes f 1-Lipschitz": _holds(
            "Walk from x to y in a straight line: f changes by at most 1 per unit."
        ),
        "8. on any domain, |gradient| <= 1 everywhere makes f 1-Lipschitz": _fails(
            "Take two separate intervals close together, f = 0 on one and f = 9 on the other."
        ),
        "9. every continuously differentiable function is Lipschitz": _fails(
            "How steep is x² far out?"
        ),
        "10. clipping a critic's weights makes it 1-Lipschitz": _fails(
            "It makes it K-Lipschitz for some K that depends on the network and the clip value."
        ),
    },
    hints=(
        "For each one, look for a single counterexample in this lesson.",
        "Two of the ten hold.",
    ),
)
