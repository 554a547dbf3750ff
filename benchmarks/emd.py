"""Exact transport: ours against SciPy and POT, for the same answers."""

from __future__ import annotations

import statistics
from collections.abc import Callable

import numpy as np
import ot
from scipy import stats
from scipy.optimize import linprog

from benchmarks.report import Line
from benchmarks.timing import enough, interleaved, ratio
from course_utils import divergences, transport

LINE_SIZES = (100, 1_000, 10_000)
PLAN_SIZES = (10, 100, 1_000)
ROUNDS = 5
LIMIT = 60.0  # seconds for HiGHS, which at 1,000 × 1,000 needs far more
TARGET = 1.2
ACCURACY = 1e-7  # relative; answers further apart are not answers to the same question


def _masses(rng: np.random.Generator, n: int) -> np.ndarray:
    masses = rng.exponential(size=n)
    return masses / masses.sum()


def line_problem(n: int, rng: np.random.Generator) -> dict[str, Callable[[], float]]:
    """Two histograms over the same n positions."""
    x, p, q = rng.normal(size=n), _masses(rng, n), _masses(rng, n)
    return {
        "ours": lambda: divergences.wasserstein_1d(x, p, q),
        "scipy": lambda: stats.wasserstein_distance(x, x, p, q),
        "POT": lambda: float(ot.emd2_1d(x, x, p, q, metric="euclidean")),
    }


def samples_problem(n: int, rng: np.random.Generator) -> dict[str, Callable[[], float]]:
    """Two samples of size n."""
    x, y = rng.normal(size=n), rng.normal(size=n) + 1
    return {
        "ours": lambda: divergences.wasserstein_samples(x, y),
        "scipy": lambda: stats.wasserstein_distance(x, y),
        "POT": lambda: float(ot.emd2_1d(x, y, metric="euclidean")),
    }


def uneven_samples_problem(n: int, rng: np.random.Generator) -> dict[str, Callable[[], float]]:
    """Samples of sizes n and 4 n / 3."""
    x, y = rng.normal(size=n), rng.normal(size=n + n // 3) + 1
    return {
        "ours": lambda: divergences.wasserstein_samples(x, y),
        "scipy": lambda: stats.wasserstein_distance(x, y),
        "POT": lambda: float(ot.emd2_1d(x, y, metric="euclidean")),
    }


def plan_problem(n: int, rng: np.random.Generator) -> dict[str, Callable[[], float]]:
    """Uneven masses on n and n points of the plane."""
    cost = transport.cost_matrix(rng.normal(size=(n, 2)), rng.normal(size=(n, 2)) + 1)
    p, q = _masses(rng, n), _masses(rng, n)

    def pot() -> float:
        return float((ot.emd(p, q, cost, numItermax=10**9) * cost).sum())

    return {
        "ours": lambda: transport.optimal_transport(cost, p, q)[0],
        "POT": pot,
        "scipy (HiGHS)": lambda: by_highs(cost, p, q),
    }


def by_highs(cost: np.ndarray, p: np.ndarray, q: np.ndarray) -> float:
    """The linear program as SciPy would be given it; nan if it takes longer than ``LIMIT``."""
    n, m = cost.shape
    solution = linprog(
        cost.ravel(),
        A_eq=transport.constraint_matrix(n, m)[:-1],
        b_eq=np.concatenate([p, q])[:-1],
        method="highs",
        options={"time_limit": LIMIT},
    )
    return float(solution.fun) if solution.status == 0 else float("nan")


PROBLEMS = {
    "1-D, histograms": (line_problem, LINE_SIZES),
    "1-D, samples": (samples_problem, LINE_SIZES),
    "1-D, n and 4n/3 samples": (uneven_samples_problem, LINE_SIZES),
    "plan": (plan_problem, PLAN_SIZES),
}


def measure(save: Callable[[dict], None], *, rounds: int = ROUNDS) -> dict:
    """Every problem at every size, all solvers by turns."""
    value: dict = {"rounds": rounds, "highs_limit_seconds": LIMIT, "cases": []}
    rng = np.random.default_rng(0)
    for problem, (make, sizes) in PROBLEMS.items():
        for n in sizes:
            value["cases"].append({"problem": problem, "n": n} | _case(make(n, rng), rounds))
            save(value)
    return value


def _case(work: dict[str, Callable[[], float]], rounds: int) -> dict:
    answers, gave_up = {}, []
    for name in list(work):
        answers[name] = work[name]()
        if np.isnan(answers[name]):
            gave_up.append(name)
            del answers[name], work[name]
    spread = (max(answers.values()) - min(answers.values())) / max(answers.values())
    spent = interleaved(work, rounds, {name: enough(run) for name, run in work.items()})
    seconds = {name: statistics.median(times["wall"]) for name, times in spent.items()}
    rivals = {name: t for name, t in seconds.items() if name != "ours"}
    best = min(rivals, key=rivals.__getitem__)
    return {
        "seconds": seconds,
        "gave_up": gave_up,
        "best_rival": best,
        "ours_over_best": round(ratio(spent["ours"]["wall"], spent[best]["wall"]), 3),
        "ours_over_best_by_cpu_time": round(ratio(spent["ours"]["cpu"], spent[best]["cpu"]), 3),
        "relative_disagreement": float(spread),
    }


def lines(value: dict) -> list[Line]:
    """Rows of the table."""
    rows = []
    for case in value["cases"]:
        milliseconds = ", ".join(f"{k} {1e3 * t:.3g}" for k, t in case["seconds"].items())
        late = "".join(
            f", {name} not in {value['highs_limit_seconds']:g} s" for name in case["gave_up"]
        )
        rows.append(
            Line(
                f"{case['problem']}, n = {case['n']:,}: {milliseconds} ms{late}",
                f"{case['ours_over_best']:.2f}x {case['best_rival']}",
                f"<= {TARGET:g}x",
                case["ours_over_best"] <= TARGET and case["relative_disagreement"] <= ACCURACY,
            )
        )
    return rows
