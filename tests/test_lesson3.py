"""Lesson 3: references and keys against other oracles, and answers that the bank does not list."""

import math

import numpy as np
import ot
import pytest
from scipy import integrate, special, stats
from scipy.optimize import linprog
from verdicts import verdict_of_the_wrong

from course_utils import transport
from course_utils.exercises import EXERCISES
from course_utils.exercises.predictions.bank import PREDICTIONS

SEEDS = range(5)


def reference(name):
    return EXERCISES[name].reference


def keys(table):
    return {label: entry.key for label, entry in EXERCISES[table].entries.items()}


def w1(x, p, q):
    """SciPy's, for masses that sum to 1."""
    return stats.wasserstein_distance(x, x, p, q)


# --- keys -------------------------------------------------------------------------------------


def test_plans_by_hand():
    x, p, q = [0, 1, 3], np.array([0.5, 0.3, 0.2]), np.array([0.2, 0.3, 0.5])
    table = keys("plans_by_hand")
    assert table["cost of plan B"] == pytest.approx(w1(x, p, q)) == pytest.approx(0.9)
    pairs = [(a, b, i, j) for a, i in zip(p, x, strict=True) for b, j in zip(q, x, strict=True)]
    assert table["cost of the independent plan"] == pytest.approx(
        sum(a * b * abs(i - j) for a, b, i, j in pairs)
    )
    assert list(keys("three_masses").values()) == pytest.approx(
        [w1(x, [0.2, 0.5, 0.3], [0.4, 0.1, 0.5])]
    )


def test_four_piles():
    have, want = [3, 2, 1, 4], [1, 2, 4, 3]
    table = keys("four_piles")
    grains = [np.repeat(np.arange(4), piles) for piles in (have, want)]
    journeys = list(zip(np.sort(grains[0]), np.sort(grains[1]), strict=True))
    work = sum(abs(a - b) for a, b in journeys)
    assert table["total work, in shovelfuls × steps"] == work
    assert table["W1 of the two distributions"] == work / sum(have)
    crossing = sum(a <= 1 < b for a, b in journeys)
    assert table["shovelfuls carried from pile 2 to pile 3"] == crossing


DFL = {
    "dfl_4_3_1": {"P": (0.5, 0.5), "Q": (0.75, 0.25), "R": (0.25, 0.75)},
    "dfl_4_3_2": {
        "P": (0.5, 0.5, 0, 0), "Q": (1 / 3, 1 / 3, 1 / 3, 0),
        "R": (0.5, 0.5, 0, 0), "S": (0, 0, 0.5, 0.5),
    },
    "dfl_4_3_3": {
        "P": (0.25, 0.75, 0, 0), "Q": (0, 0.75, 0.25, 0),
        "R": (0, 0.25, 0.75, 0), "S": (0, 0, 0.25, 0.75),
    },
}  # fmt: skip


@pytest.mark.parametrize("table", DFL)
def test_pairs_of_depth_first_learning(table):
    laws = DFL[table]

    def value(label):
        name, a, b = label[: label.index("(")], label[-5], label[-2]
        p, q = np.array(laws[a]), np.array(laws[b])
        if name == "KL":
            return stats.entropy(p, q)
        if name == "JS":
            return (stats.entropy(p, (p + q) / 2) + stats.entropy(q, (p + q) / 2)) / 2
        return np.abs(p - q).sum() / 2 if name == "TV" else w1(range(len(p)), p, q)

    for label, key in keys(table).items():
        assert key == pytest.approx(sum(value(part) for part in label.split(" + "))), label


TOOLS = {
    "scipy.stats.entropy(P, Q)": lambda p, q: stats.entropy(p, q),
    "scipy.special.kl_div(P, Q), summed": lambda p, q: special.kl_div(p, q).sum(),
    "scipy.stats.wasserstein_distance": lambda p, q: w1(range(3), p, q),
    "the area between the raw CDFs": lambda p, q: np.abs(np.cumsum(p - q))[:-1].sum(),
}


@pytest.mark.parametrize("tool", TOOLS)
def test_what_the_tools_do_with_thirds_that_do_not_sum_to_one(tool):
    p, q = np.array([0.5, 0.5, 0]), np.full(3, 0.33)
    literal, scaled = TOOLS[tool](p, q), TOOLS[tool](p, q / q.sum())
    plain = special.rel_entr(p, q).sum()
    if literal == pytest.approx(scaled, abs=1e-12):
        found = "divides by the sum"
    else:
        missing = literal == pytest.approx(plain + (q - p).sum(), abs=1e-12)
        found = "adds q − p to each term" if missing else "takes Q as it is"
    assert keys("thirds_trap")[tool] == found
    assert set(keys("thirds_trap")) == set(TOOLS)


def test_thirds_have_no_plan_and_the_certificate_says_so():
    p, q, x = np.array([0.5, 0.5, 0]), np.full(3, 0.33), np.arange(3)
    a, b = transport.constraint_matrix(3, 3).toarray(), np.r_[p, q]
    cost = np.abs(np.subtract.outer(x, x)).ravel()
    assert linprog(cost, A_eq=a, b_eq=b).status == 2  # infeasible
    with pytest.raises(AssertionError):
        ot.emd2(p, q, np.abs(np.subtract.outer(x, x)).astype(float))
    fits = {
        (row, column)
        for row in (-1, 0, 1)
        for column in (-1, 0, 1)
        if (a.T @ np.repeat([row, column], 3)).min() >= 0 and np.repeat([row, column], 3) @ b < 0
    }
    assert fits == {tuple(keys("farkas_certificate").values())}, "one answer, and no other"


def test_two_states_have_one_price_to_set():
    x, p, q = [0, 2], np.array([0.7, 0.3]), np.array([0.4, 0.6])
    drops = np.linspace(-2, 2, 4001)
    earned = drops * p[0] - drops * q[0]  # f(2) = 0
    assert list(keys("two_states_duality").values()) == pytest.approx(
        [drops[np.argmax(earned)], w1(x, p, q)]
    )


def test_bounds_that_follow_from_the_axioms_are_attained():
    least, moved, _ = keys("axioms_by_hand").values()
    at = {"P": 0.0, "Q": 3.0, "R": 5.0}  # point masses on a line
    assert (abs(at["P"] - at["R"]), abs(at["R"] - at["Q"])) == (5, 2)
    assert least == abs(at["P"] - at["Q"]) == 5 - 2
    assert moved == pytest.approx(w1([0, 0.5, 2], [0.6, 0.2, 0.2], [0.4, 0.4, 0.2]))


def test_ten_states_and_their_broken_dual():
    p = np.array([12, 7, 4, 1, 19, 14, 9, 6, 3, 2]) / 77
    q = np.array([1, 5, 11, 17, 13, 9, 6, 4, 3, 2]) / 71
    x = np.arange(10)
    table = keys("ten_states")
    assert w1(x, p, q) == pytest.approx(351 / 497)
    assert table["W1 if the states lie 2 apart"] == pytest.approx(w1(2 * x, p, q))
    a, b = transport.constraint_matrix(10, 10).toarray(), np.r_[p, q]
    assert table["rank of the constraint matrix"] == np.linalg.matrix_rank(a)
    cost = np.abs(np.subtract.outer(x, x)).ravel().astype(float)
    with pytest.raises(ValueError, match="A_ub"):
        linprog(-b, A_ub=a, b_ub=cost, bounds=(None, None))
    dual = linprog(-b, A_ub=a.T, b_ub=cost, bounds=(None, None))
    assert -dual.fun == pytest.approx(351 / 497)
    assert keys("error_dual_program")["what A must become in line C"] == "A.T"


@pytest.mark.parametrize("label", list(keys("gaussians_w1")))
def test_gaussians_by_quadrature_of_the_cdfs(label):
    order, law = int(label[1]), label[label.index("N(0, 1), N(") + 11 : label.index("²))")]
    mu, sigma = map(float, law.split(","))
    if order == 1:
        gap = integrate.quad(
            lambda x: abs(stats.norm.cdf(x) - stats.norm.cdf(x, mu, sigma)),
            -25, 25, points=[-4, mu], limit=500, epsabs=1e-12,
        )[0]  # fmt: skip
    else:
        gap = math.hypot(mu, sigma - 1)
    assert keys("gaussians_w1")[label] == pytest.approx(gap, rel=1e-4)


def test_slopes_by_hand_numerically():
    x = np.linspace(0, 3, 30_001)
    table = keys("slopes_by_hand")
    steepest = np.abs(np.diff(x**2) / np.diff(x)).max()
    assert table["x^2 on [0, 3]"] == pytest.approx(steepest, rel=1e-3)
    angles = np.linspace(0, 2 * np.pi, 100_000)
    rise = 3 * np.cos(angles) - 4 * np.sin(angles)  # per unit step in every direction
    assert table["3x - 4y + 7"] == pytest.approx(rise.max(), rel=1e-6)
    assert table["a factor that makes 3x - 4y + 7 exactly 1-Lipschitz"] == pytest.approx(
        1 / rise.max(), rel=1e-6
    )


def test_predictions_are_told_what_is_found():
    for theta, w1_at, js_at in zip(
        (-1, -0.5, 0, 0.5, 1), PREDICTIONS["w1_of_lines"].truth, PREDICTIONS["js_of_lines"].truth,
        strict=True,
    ):  # fmt: skip
        assert reference("parallel_lines")(theta)[:2] == pytest.approx((w1_at, js_at))
    widths = integrate.quad(lambda x: abs(stats.norm.cdf(x) - stats.norm.cdf(x / 2)), -25, 25)[0]
    assert PREDICTIONS["w1_of_widths"].truth == pytest.approx(widths, rel=1e-6)
    rng = np.random.default_rng(0)
    pairs = np.sort(rng.normal(size=(20_000, 2, 64)), axis=2)
    floor = np.abs(pairs[:, 0] - pairs[:, 1]).mean()
    assert PREDICTIONS["floor_of_64"].truth == pytest.approx(floor, abs=0.004)
    broken = 0
    for p, q, r in rng.dirichlet(np.ones(6), size=(5000, 3)):
        broken += stats.entropy(p, r) + stats.entropy(r, q) < stats.entropy(p, q)
    assert PREDICTIONS["kl_detours"].truth == pytest.approx(broken / 5000, abs=0.03)


# --- answers that are nowhere in the bank -----------------------------------------------------


def evaluate(name, answer, status):
    for seed in SEEDS:
        outcome = EXERCISES[name].evaluate(answer, seed=seed)
        assert outcome.status == status, outcome.message
    return outcome


def by_pot(cost, p, q):
    plan = ot.emd(p, q, np.ascontiguousarray(cost))
    return np.float32((plan * cost).sum()), plan.tolist()


def dual_by_pot(cost, p, q):
    _, log = ot.emd2(p, q, np.ascontiguousarray(cost), log=True)
    f = (cost - log["v"]).min(axis=1)
    return f @ (p - q), tuple(f - 100)


def prices_of_sources(cost, p, q):
    """Two potentials, f and g; f alone, raised to the largest function that g permits."""
    n = len(p)
    a = transport.constraint_matrix(n, n).toarray().T
    solution = linprog(-np.r_[p, q], A_ub=a, b_ub=cost.ravel(), bounds=(None, None))
    return [-solution.fun], (cost - solution.x[n:]).min(axis=1)


def line_by_mass_sorting(positions, p, q):
    """Match the earth grain by grain from the left, two pointers."""
    left = sorted([x, m] for x, m in zip(positions, p, strict=True) if m > 0)
    right = sorted([x, m] for x, m in zip(positions, q, strict=True) if m > 0)
    total = 0.0
    while left and right:
        amount = min(left[0][1], right[0][1])
        total += amount * abs(left[0][0] - right[0][0])
        for side in (left, right):
            side[0][1] -= amount
            if side[0][1] < 1e-12:
                side.pop(0)
    return total


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("optimal_transport", by_pot),
        ("kantorovich_dual", dual_by_pot),
        ("kantorovich_dual", prices_of_sources),
        ("wasserstein_1d", line_by_mass_sorting),
        ("wasserstein_1d", lambda x, p, q: np.float32(w1(x, p, q))),
        ("wasserstein_1d", lambda x, p, q: ot.wasserstein_1d(x, x, p, q)),
        ("transport_cost", lambda plan, cost: np.tensordot(plan, cost)),
        ("linear_lipschitz_constant", lambda w: float(np.sqrt(sum(x * x for x in w.tolist())))),
        ("parallel_lines", lambda t: (abs(t), (t != 0) * np.log(2), np.inf if t else 0, t != 0)),
        ("is_coupling", lambda a, p, q: np.bool_(transport.is_coupling(a, p, q))),
    ],
)
def test_other_valid_answers_pass(name, answer):
    evaluate(name, answer, "correct")


def off_by_a_thousandth(function):
    def answer(*args):
        return function(*args) * 1.001

    return answer


def sorts_in_place(positions, p, q):
    positions.sort()
    return w1(positions, p, q)


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("wasserstein_1d", off_by_a_thousandth(reference("wasserstein_1d"))),
        ("transport_cost", off_by_a_thousandth(reference("transport_cost"))),
        ("lipschitz_constant", off_by_a_thousandth(reference("lipschitz_constant"))),
        ("linear_lipschitz_constant", off_by_a_thousandth(reference("linear_lipschitz_constant"))),
        ("wasserstein_1d", sorts_in_place),
        # right for sorted positions, for unit spacing, for the worked example
        ("wasserstein_1d", lambda x, p, q: np.abs(np.cumsum(p - q)[:-1]) @ np.abs(np.diff(x))),
        ("wasserstein_1d", lambda x, p, q: w1(np.arange(len(x)), p, q)),
        ("wasserstein_1d", lambda x, p, q: w1(np.argsort(np.argsort(x)), p, q)),
        ("wasserstein_1d", lambda x, p, q: abs(x @ (p - q))),
        # right only where the cost is a metric on a sorted line, or square, or symmetric
        ("optimal_transport", lambda c, p, q: by_pot((c + c.T) / 2, p, q)),
        ("optimal_transport", lambda c, p, q: by_pot(c**2, p, q)),
        # a plan blurred by entropy: feasible, a little dear
        (
            "optimal_transport",
            lambda c, p, q: (by_pot(c, p, q)[0], transport.sinkhorn(c, p, q, 0.3)),
        ),
        # a potential with the right value that is a little too steep at one state
        (
            "kantorovich_dual",
            lambda c, p, q: (dual_by_pot(c, p, q)[0], 1.001 * np.array(dual_by_pot(c, p, q)[1])),
        ),
        ("lipschitz_constant", lambda f, x: np.abs(np.gradient(f)).max()),
        ("parallel_lines", lambda t: (abs(t), np.log(2) * (t > 0), np.inf if t else 0, t != 0)),
        ("is_coupling", lambda a, p, q: True),
        ("is_coupling", lambda a, p, q: bool(np.isclose(a.sum(), 1))),
    ],
)
def test_subtle_mistakes_do_not_pass(name, answer):
    outcome = verdict_of_the_wrong(EXERCISES[name], answer, SEEDS)
    assert outcome.status in ("incorrect", "error"), outcome.message


def test_the_message_on_forgotten_spacing_names_the_spacing():
    outcome = EXERCISES["wasserstein_1d"].evaluate(
        lambda x, p, q: sum(abs(g) for g in np.cumsum((p - q)[np.argsort(x)])), seed=1
    )
    assert outcome.misconception == "spacing_forgotten"
    assert "not the distance each one spans" in outcome.message
