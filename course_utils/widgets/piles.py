"""Explorations of lesson 3: move piles of earth; pull two parallel lines apart."""

from __future__ import annotations

import math

import numpy as np

from course_utils import integral_metrics, transport
from course_utils.divergences import wasserstein_1d
from course_utils.plots.explore_transport import LinesScene, PilesScene
from course_utils.widgets.lifecycle import only_one
from course_utils.widgets.panel import Panel, Reading, Slider

SPAN = 10.0
SHOVELS = 6


def earth_piles(
    sources=((1.0, 3), (3.0, 2), (4.5, 1)), targets=((5.0, 1), (7.0, 3), (9.0, 2))
) -> Panel:
    """Lesson 3: drag the piles; cost, plan, CDF area and potential follow at once.

    Parameters
    ----------
    sources, targets : sequences of (position, shovelfuls)
        Where earth lies and where holes are: positions from 0 to 10, shovelfuls from 0 to 6.
        Either side is scaled to a total of 1.
    """
    n, m = len(sources), len(targets)
    scene = PilesScene(SPAN, n, m)

    def draw(**values):
        where = [
            values[f"{side}{k + 1}"] for side, count in (("p", n), ("q", m)) for k in range(count)
        ]
        heaps = [
            np.array([values[f"{side}{k + 1}_mass"] for k in range(count)], dtype=float)
            for side, count in (("p", n), ("q", m))
        ]
        p, q = (
            heap / heap.sum() if heap.sum() else np.full(len(heap), 1 / len(heap)) for heap in heaps
        )
        x, y = np.array(where[:n], dtype=float), np.array(where[n:], dtype=float)
        points = np.concatenate([x, y])
        solution = transport.solve_transport(
            transport.cost_matrix(points),
            np.concatenate([p, np.zeros(m)]),
            np.concatenate([np.zeros(n), q]),
        )
        plan = solution.plan[:n, n:]
        flows = [(x[i], y[j], plan[i, j]) for i, j in zip(*np.nonzero(plan > 1e-9), strict=True)]
        order = np.argsort(points)
        scene.show(
            (x, p), (y, q), flows, plan, _steps(points, p, q),
            (points[order], solution.source_potential[order]),
            (
                f"The cheapest way costs {solution.value:.2f}",
                "Its plan",
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
        }
        return scene.jpeg(), Reading(alt, numbers)

    return only_one(
        "earth_piles", Panel("Piles of earth", _controls(scene, sources, targets), draw)
    )


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
        return scene.jpeg(), Reading(alt, numbers)

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
        ),
    )  # fmt: skip
