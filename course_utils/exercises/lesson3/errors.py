"""Lesson 3: errors to find.

The errors are real: they stand in published course notes and blog posts, whose exhibits the
lesson retells line by line above each table.
"""

from __future__ import annotations

from course_utils.exercises.engine import Entry, Table
from course_utils.exercises.tables import choice

# Course notes give Q = (0.33, 0.33, 0.33) on three states and ask for its distances from P.
DEALS = {
    "divides by the sum": "Does its result change when Q is scaled to sum to 1?",
    "adds q − p to each term": "Its result is the plain sum if it does not.",
    "takes Q as it is": "Compare its result with that for Q = (⅓, ⅓, ⅓).",
    "has no solution": "It printed a number.",
}


def _deals(how: str, **otherwise: str) -> Entry:
    """A choice of what a tool does with masses that do not sum to 1."""
    wrong = {other: why for other, why in DEALS.items() if other != how}
    return choice(how, wrong | otherwise)


THIRDS = Table(
    id="thirds_trap",
    lesson=3,
    title="Find the error: a distribution of thirds",
    entries={
        "scipy.stats.entropy(P, Q)": _deals("divides by the sum"),
        "scipy.special.kl_div(P, Q), summed": _deals("adds q − p to each term"),
        "scipy.stats.wasserstein_distance": _deals("divides by the sum"),
        "the area between the raw CDFs": _deals("takes Q as it is"),
    },
    hints=(
        "Run each tool a second time, on `Q33 / Q33.sum()`: which results change, and by how much?",
        "Σ (q − p) = 0.99 − 1 = −0.01. Which two results differ by just that?",
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

# A blog post solves the dual of the ten-state problem with two potentials, here u and v:
#   A  A = constraint_matrix(n, n).toarray();  b = np.concatenate([p, q])
#   B  primal = linprog(cost.ravel(), A_eq=A, b_eq=b)
#   C  dual = linprog(-b, A_ub=A, b_ub=cost.ravel(), bounds=(None, None))
#   D  u, v = dual.x[:n], dual.x[n:]
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
        "what A must become in line C": choice(
            "A.T",
            {
                "-A": "A has 20 rows, and the dual needs one inequality per pair of states.",
                "A[:-1]": "The redundant row does no harm; count rows and columns.",
                "A @ A.T": "Which row of the new matrix says u_i + v_j ≤ cost_ij?",
            },
        ),
        "is u of line D sure to be 1-Lipschitz where p = 0?": choice(
            "no", {"yes": "Where p is 0, the objective does not see u: nothing holds it up."}
        ),
    },
    hints=(
        "Which shape has A, and how many entries has cost.ravel()?",
        "Every column of A belongs to one cell (i, j) of the plan: its two ones pick u_i and v_j.",
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
    title="Find the errors: six statements from print",
    entries={
        "1. W1 is finite for any two distributions on the line": _fails(
            "How far does a grain travel on average if one of them is Cauchy's, without a mean?"
        ),
        "2. W1 between two distributions on [0, 1] is at most 1": _holds(
            "No grain can travel further than from end to end."
        ),
        "3. the slope of W1 shrinks as a shifted model gets closer": _fails(
            "Look at |θ| once more: how steep is it just beside 0?"
        ),
        "4. on a convex domain, |gradient| <= 1 everywhere makes f 1-Lipschitz": _holds(
            "Walk from x to y in a straight line: f changes by at most 1 per unit."
        ),
        "5. on any domain, |gradient| <= 1 everywhere makes f 1-Lipschitz": _fails(
            "Take two separate intervals close together, f = 0 on one and f = 9 on the other."
        ),
        "6. clipping a critic's weights makes it 1-Lipschitz": _fails(
            "It makes it K-Lipschitz for some K that depends on the network and the clip value."
        ),
    },
    hints=(
        "For each one, look for a single counterexample in this lesson.",
        "Two of the six hold.",
    ),
)
