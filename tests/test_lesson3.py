"""Lesson 3: references and keys against other oracles, and answers that the bank does not list."""

import math

import numpy as np
import ot
import pytest
from scipy import integrate, special, stats
from scipy.optimize import linprog

from course_utils import transport
from course_utils.exercises import EXERCISES
from course_utils.exercises.precision import is_right

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
    assert table["cost of plan A"] == table["cost of plan B"] == pytest.approx(w1(x, p, q))
    pairs = [(a, b, i, j) for a, i in zip(p, x, strict=True) for b, j in zip(q, x, strict=True)]
    assert table["cost of the independent plan"] == pytest.approx(
        sum(a * b * abs(i - j) for a, b, i, j in pairs)
    )
    three = list(keys("three_masses").values())
    assert three == pytest.approx([w1(x, p, q), w1(x, [0.2, 0.5, 0.3], [0.4, 0.1, 0.5])])


def test_four_piles():
    have, want = [3, 2, 1, 4], [1, 2, 4, 3]
    table = keys("four_piles")
    grains = [np.repeat(np.arange(4), piles) for piles in (have, want)]
    work = np.abs(np.sort(grains[0]) - np.sort(grains[1])).sum()
    assert table["total work, in shovelfuls × steps"] == work
    assert table["W1 of the two distributions"] == work / sum(have)


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


def test_thirds_with_the_tools_themselves():
    p, q, x = np.array([0.5, 0.5, 0]), np.full(3, 0.33), np.arange(3)
    table = list(keys("thirds_trap").values())
    assert table[:6] == pytest.approx([
        0.99,
        np.sum(p[:2] * np.log(p[:2] / q[:2])),
        special.kl_div(p, q).sum(),
        stats.entropy(p, q),
        w1(x, p, q),
        abs(0.5 - 0.33) + abs(1 - 0.66),
    ])  # fmt: skip
    a = transport.constraint_matrix(3, 3).toarray()
    cost = np.abs(np.subtract.outer(x, x)).ravel()
    assert linprog(cost, A_eq=a, b_eq=np.r_[p, q]).status == 2  # infeasible
    assert table[6] == "has no solution"
    with pytest.raises(AssertionError):
        ot.emd2(p, q, np.abs(np.subtract.outer(x, x)).astype(float))


def test_thirds_can_be_told_apart():
    """The three KLs differ in the fourth and fifth digit; the tolerance must not merge them."""
    entries = EXERCISES["thirds_trap"].entries
    close = [label for label in entries if label.endswith("six digits")]
    assert len(close) == 3
    for label in close:
        others = [entries[other].key for other in close if other != label]
        assert not any(is_right(other, entries[label]) for other in others)


def test_ten_states_and_their_broken_dual():
    p = np.array([12, 7, 4, 1, 19, 14, 9, 6, 3, 2]) / 77
    q = np.array([1, 5, 11, 17, 13, 9, 6, 4, 3, 2]) / 71
    x = np.arange(10)
    table = keys("ten_states")
    assert table["W1 by the primal"] == table["W1 by the dual"] == pytest.approx(w1(x, p, q))
    assert table["W1 if the states lie 2 apart"] == pytest.approx(w1(2 * x, p, q))
    a, b = transport.constraint_matrix(10, 10).toarray(), np.r_[p, q]
    assert (table["unknowns of the primal"], table["equality constraints of the primal"]) == (
        a.shape[1], a.shape[0],
    )  # fmt: skip
    assert table["rank of the constraint matrix"] == np.linalg.matrix_rank(a)
    cost = np.abs(np.subtract.outer(x, x)).ravel().astype(float)
    with pytest.raises(ValueError, match="A_ub"):
        linprog(-b, A_ub=a, b_ub=cost, bounds=(None, None))
    assert -linprog(-b, A_ub=a.T, b_ub=cost, bounds=(None, None)).fun == pytest.approx(351 / 497)
    broken = keys("error_dual_program")
    label = "the value, repaired, if bounds=(None, None) is left out"
    assert -linprog(-b, A_ub=a.T, b_ub=cost).fun == pytest.approx(broken[label])
    assert (broken["unknowns of the dual"], broken["inequalities of the dual"]) == a.T.shape[::-1]


@pytest.mark.parametrize("label", list(keys("gaussians_w1")))
def test_gaussians_by_quadrature_of_the_cdfs(label):
    order, law = int(label[1]), label[label.index("N(0,1), N(") + 10 : label.index("))")]
    mu, sigma = map(float, law.split(","))
    if order == 1:
        gap = integrate.quad(
            lambda x: abs(stats.norm.cdf(x) - stats.norm.cdf(x, mu, sigma)),
            -25, 25, points=[-4, mu], limit=500, epsabs=1e-12,
        )[0]  # fmt: skip
    else:
        gap = math.hypot(mu, sigma - 1)
    shown = gap - 4 if label.endswith("- 4") else gap
    assert keys("gaussians_w1")[label] == pytest.approx(shown, rel=1e-4)


def test_slopes_by_hand_numerically():
    x = np.linspace(0, 3, 30_001)
    table = keys("slopes_by_hand")
    for label, f in {
        "x^2 on [0, 3]": x**2,
        "sin(5x)": np.sin(5 * x),
        "|x| on the line": abs(x),
    }.items():
        assert table[label] == pytest.approx(np.abs(np.diff(f) / np.diff(x)).max(), rel=1e-3)
    angles = np.linspace(0, 2 * np.pi, 100_000)
    rise = 3 * np.cos(angles) - 4 * np.sin(angles)  # per unit step in every direction
    assert table["3x - 4y + 7"] == pytest.approx(rise.max(), rel=1e-6)
    assert table["a factor that makes 3x - 4y + 7 exactly 1-Lipschitz"] == pytest.approx(
        1 / rise.max(), rel=1e-6
    )


def test_sample_floor_over_five_seeds():
    table = EXERCISES["sample_floor"].entries
    for n in (64, 256, 1024):
        for seed in SEEDS:
            rng = np.random.default_rng(seed)
            pairs = np.sort(rng.normal(size=(400, 2, n)), axis=2)
            mean = np.abs(pairs[:, 0] - pairs[:, 1]).mean()
            entry = table[f"mean W1, n = {n}"]
            assert is_right(mean, entry), (n, seed, mean)


def test_parallel_lines_table():
    table = keys("lines_by_program")
    for label, key in table.items():
        theta = float(label.rsplit("= ")[-1])
        step = 1e-6
        column = 1 if "JS" in label else 0
        if label.startswith("slope"):
            ahead, behind = (reference("parallel_lines")(theta + s)[column] for s in (step, -step))
            assert key == pytest.approx((ahead - behind) / (2 * step))
        else:
            assert key == pytest.approx(reference("parallel_lines")(theta)[column])


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
    for seed in SEEDS:
        outcome = EXERCISES[name].evaluate(answer, seed=seed)
        assert outcome.status in ("incorrect", "error"), outcome.message


def test_the_message_on_forgotten_spacing_names_the_spacing():
    outcome = EXERCISES["wasserstein_1d"].evaluate(
        lambda x, p, q: sum(abs(g) for g in np.cumsum((p - q)[np.argsort(x)])), seed=1
    )
    assert outcome.misconception == "spacing_forgotten"
    assert "not the distance each one spans" in outcome.message
