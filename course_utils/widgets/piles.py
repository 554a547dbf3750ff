"""Explorations of lesson 3: move piles of earth; pull two parallel lines apart."""

from __future__ import annotations

import math

import numpy as np

from course_utils import integral_metrics, transport
from course_utils.divergences import wasserstein_1d
from course_utils.moving_earth import nearest_first
from course_utils.plots.explore_transport import LinesScene, PilesScene
from course_utils.plots.scene import Picture
from course_utils.widgets.lifecycle import only_one
from course_utils.widgets.panel import Panel, Reading, Slider

SPAN = 10.0
SHOVELS = 6


GOALS = {
    "piles_tie": "Make ‘nearest hole first’ as cheap as the cheapest plan, with W₁ at least 1.",
    "piles_none": "Bring W₁ to 0 with earth on every pile.",
}


def earth_piles(
    sources=((0.5, 2), (4.0, 2), (9.5, 2)), targets=((3.0, 2), (7.5, 2), (8.5, 2))
) -> Panel:
    """Lesson 3: drag the piles; cost, plan, CDF area and potential follow at once.

    To begin with there is one best plan, and filling the nearest hole first costs more.

    Parameters
    ----------
    sources, targets : sequences of (position, shovelfuls)
        Where earth lies and where holes are: positions from 0 to 10, shovelfuls from 0 to 6. No
        plan is shown while both sides differ in total, or where there is nothing to move.
    """
    scene = PilesScene(SPAN, len(sources), len(targets))

    def draw(**values):
        side = [
            [
                np.array([values[f"{name}{k + 1}{what}"] for k in range(count)], dtype=float)
                for what in ("", "_mass")
            ]
            for name, count in (("p", len(sources)), ("q", len(targets)))
        ]
        (x, earth), (y, room) = side
        total = max(earth.sum(), room.sum(), 1)
        if earth.sum() != room.sum() or not earth.sum():
            return _no_plan(scene, (x, earth / total), (y, room / total), earth.sum(), room.sum())
        return _best_plan(scene, (x, earth / total), (y, room / total))

    return only_one(
        "earth_piles", Panel("Piles of earth", _controls(scene, sources, targets), draw, GOALS)
    )


def _best_plan(scene: PilesScene, heaps, holes) -> tuple[Picture, Reading]:
    (x, p), (y, q) = heaps, holes
    n, m = len(p), len(q)
    points = np.concatenate([x, y])
    solution = transport.solve_transport(
        transport.cost_matrix(points),
        np.concatenate([p, np.zeros(m)]),
        np.concatenate([np.zeros(n), q]),
    )
    plan, far = solution.plan[:n, n:], transport.cost_matrix(x, y)
    obvious = transport.transport_cost(nearest_first(far, p, q), far)
    flows = [(x[i], y[j], plan[i, j]) for i, j in zip(*np.nonzero(plan > 1e-9), strict=True)]
    order = np.argsort(points)
    scene.show(
        (x, p), (y, q), flows, plan, _steps(points, p, q),
        (points[order], solution.source_potential[order]),
        (
            f"The cheapest way costs {solution.value:.2f}",
            f"{len(flows)} journeys",
            f"Area {solution.value:.2f}",
            f"Σ f (p − q) = {solution.dual_value:.2f}",
        ),
    )  # fmt: skip
    said = ", ".join(f"{mass:.2f} from {a:g} to {b:g}" for a, b, mass in flows)
    alt = (
        f"Piles of earth at {_list(x)} and holes at {_list(y)}, with arrows for the cheapest "
        f"plan: {said}. Beside them the plan as a heat map, the area between the two "
        "cumulative distribution functions, and a potential of slope at most 1."
    )
    numbers = {
        "W₁ = cost of the plan": f"{solution.value:.3f}",
        "area between the CDFs": f"{_area(points, p, q):.3f}",
        "dual value": f"{solution.dual_value:.3f}",
        "nearest hole first": f"{obvious:.3f}",
    }
    tie = solution.value >= 1 and abs(obvious - solution.value) < 1e-9
    nothing_moves = solution.value < 1e-9 and p.all()
    reached = [name for name, yes in zip(GOALS, (tie, nothing_moves), strict=True) if yes]
    return scene.jpeg(), Reading(alt, numbers, reached)


def _no_plan(scene: PilesScene, heaps, holes, earth: float, room: float) -> tuple[Picture, Reading]:
    """What is shown where no plan exists, and what to do about it."""
    if earth == room:
        title, advice = "Nothing to move", "put earth on a pile, and dig a hole for it"
    else:
        title = f"No plan: {earth:g} shovelfuls, room for {room:g}"
        more, side = abs(earth - room), "holes" if earth > room else "piles"
        advice = f"add {more:g} to the {side}, or take {more:g} from the other side"
    (x, p), (y, q) = heaps, holes
    scene.show(
        (x, p), (y, q), [], np.zeros((len(p), len(q))), _steps(np.concatenate([x, y]), p, q),
        ([], []), (title, "No plan", "Totals differ" if earth != room else "No mass", "No value"),
    )  # fmt: skip
    alt = (
        f"Piles of earth at {_list(x)} with {earth:g} shovelfuls in all, holes at {_list(y)} for "
        f"{room:g}. No plan is drawn: {advice}."
    )
    return scene.jpeg(), Reading(alt, {title: advice})


def _controls(scene: PilesScene, sources, targets) -> list[Slider]:
    left, top, width, height = scene.place(scene.axes[0])
    inset = 0.5 / (SPAN + 1)  # the axes show half a unit more on either side
    controls = []
    for side, kind, piles, row in (("p", "pile P", sources, 0.07), ("q", "hole Q", targets, 0.93)):
        for k, (position, shovels) in enumerate(piles, start=1):
            controls.append(
                Slider(
                    f"{side}{k}_mass", f"{kind}{k}, shovelfuls", 0, SHOVELS, shovels, 1, digits=0
                )
            )
            place = (left + inset * width, width * (1 - 2 * inset), top + row * height)
            controls.append(
                Slider(
                    f"{side}{k}", f"position of {kind}{k}", 0, SPAN, position, 0.25, digits=2,
                    place=place, symbol="data" if side == "p" else "model",
                )
            )  # fmt: skip
    return controls


def _steps(points, p, q):
    """Corners of both CDFs, for drawing."""
    order = np.argsort(points, kind="stable")
    edges = np.concatenate([[-0.5], points[order], [SPAN + 0.5]])
    zeros_p, zeros_q = np.zeros(len(q)), np.zeros(len(p))
    rises = np.concatenate([p, zeros_p])[order], np.concatenate([zeros_q, q])[order]
    levels = [np.concatenate([[0], np.cumsum(rise)]) for rise in rises]
    return (np.repeat(edges, 2)[1:-1], *(np.repeat(level, 2) for level in levels))


def _area(points, p, q) -> float:
    return wasserstein_1d(
        points, np.concatenate([p, np.zeros(len(q))]), np.concatenate([np.zeros(len(p)), q])
    )


def _list(values) -> str:
    return ", ".join(f"{value:g}" for value in values)


def parallel_lines() -> Panel:
    """Lesson 3: pull two lines apart; only W₁ notices how far."""
    theta = np.linspace(-1, 1, 201)
    theta[100] = 0.0
    w1, js, _, tv = np.array([integral_metrics.parallel_lines(t) for t in theta]).T
    scene = LinesScene(theta, w1, js, tv)

    def draw(theta):
        w1, js, kl, tv = integral_metrics.parallel_lines(theta)
        slope = (
            "±1, a corner" if theta == 0 else f"{math.copysign(1, theta):+.0f}".replace("-", "−")
        )
        infinite = "∞" if math.isinf(kl) else f"{kl:g}"
        scene.show(
            theta, (w1, tv, js),
            (
                f"Every grain moves straight across by {abs(theta):.2f}",
                f"W₁ {w1:.2f} with slope {slope}; JS {js:.3f}, TV {tv:g}, KL {infinite}",
            ),
        )  # fmt: skip
        alt = (
            f"Left: two vertical lines at 0 and at θ = {theta:g}. Right: W₁ = |θ| as a V; total "
            "variation and JS are flat at 1 and ln 2 except at θ = 0, where all are 0."
        )
        numbers = {
            "W₁": f"{w1:.2f}", "slope of W₁": slope, "JS": f"{js:.3f} nats",
            "TV": f"{tv:g}", "KL": infinite,
        }  # fmt: skip
        return scene.jpeg(), Reading(alt, numbers, ["lines_js"] if js < 0.6 else [])

    left, top, width, height = scene.place(scene.axes[0])
    return only_one(
        "parallel_lines",
        Panel(
            "Two parallel lines",
            [
                Slider(
                    "theta", "θ, position of the second line", -1, 1, 0.5, 0.05, digits=2,
                    place=(left, width, top + height), symbol="model",
                )
            ],
            draw,
            {"lines_js": "Bring JS below 0.6. How near must the second line come?"},
        ),
    )  # fmt: skip
