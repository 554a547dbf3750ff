"""Lesson 3: beat the planner with a plan, then prove with prices that nobody can beat you."""

from __future__ import annotations

from course_utils.moving_earth import CROSSING, ROAD
from course_utils.plots.explore_planner import FOOT, HEAD, PlannerScene
from course_utils.widgets.lifecycle import only_one
from course_utils.widgets.panel import Button, Panel, Reading, Slider

CEILING, FIRST_PRICE = 4.0, 1.0
MET = 1e-9

GOALS = {
    "planner_beaten": "Every place full, at less than the planner's 2.1.",
    "planner_proof": "Prices that prove that no plan costs less than 0.6.",
    "planner_met": "A plan and prices that give the same number: then both are the best there are.",
}


def beat_the_planner() -> Panel:
    """Lesson 3: move ten shovelfuls, set three prices; cost and proof close in on each other."""
    job, n = ROAD, ROAD.total
    scene = PlannerScene(job, CEILING, job.cost(CROSSING))
    loads = [f"load{k}" for k in range(1, n + 1)]
    places = [f"price{k}" for k in range(len(job.positions))]
    best = {"cost": job.cost(CROSSING), "value": 0.0}

    def draw(**values):
        targets = [values[name] for name in loads]
        prices = [values[name] for name in places]
        misfit, cost, value = job.misfit(targets), job.cost(targets), job.proven(prices)
        complete = not misfit.any()
        if complete:
            best["cost"] = min(best["cost"], cost)
        best["value"] = max(best["value"], value)
        gap = best["cost"] - best["value"]
        reached = {
            "planner_beaten": complete and cost < job.cost(CROSSING) - MET,
            "planner_proof": value >= 0.6 - MET,
            "planner_met": gap < MET,
        }
        plan_says = f"This plan costs {cost:.2f}" if complete else "Not yet a plan: see the counts"
        titles = (
            plan_says, f"These prices prove {value:.2f}".replace("-", "−"),
            "They meet" if gap < MET else f"Gap {gap:.2f}",
        )  # fmt: skip
        scene.show(targets, misfit, prices, best["cost"], best["value"], titles)
        numbers = {
            "this plan": f"{cost:.2f}" if complete else f"incomplete; {_short(misfit)}",
            "these prices prove": f"{value:.2f}".replace("-", "−"),
            "cheapest plan so far": f"{best['cost']:.2f}",
            "best proof so far": f"{best['value']:.2f}",
            "between them": f"{max(gap, 0):.2f}",
        }
        return scene.jpeg(), Reading(
            _in_words(targets, prices, numbers), numbers, [k for k, yes in reached.items() if yes]
        )

    def settled(before, after):
        """Loads go to places only, and no price is steeper than 1 from any other."""
        after = dict(after)
        for name in loads:
            after[name] = job.nearest_place(after[name], before[name])
        for k, name in enumerate(places):
            if after[name] != before[name]:
                low, high = job.price_range([after[other] for other in places], k)
                after[name] = min(max(after[name], low, 0.0), high, CEILING)
        return after

    panel = only_one("beat_the_planner", Panel("Beat the planner", _controls(scene), draw, GOALS))

    def again():
        best.update(cost=job.cost(CROSSING), value=0.0)
        start = dict(zip(loads, CROSSING, strict=True)) | dict.fromkeys(places, FIRST_PRICE)
        panel.settle = None  # back to the start in one leap
        panel.set(**start)
        panel.settle = settled

    panel.settle = settled
    panel.on_press(again=again)
    return panel


def _controls(scene: PlannerScene) -> list[Slider | Button]:
    job = ROAD
    controls: list[Slider | Button] = []
    left, top, width, height = scene.place(scene.axes[0])
    first, last = job.positions[0], job.positions[-1]
    span, edge = last - first + 0.8, 0.4  # the axes show 0.4 more on either side
    tall = job.total + 2.3
    for k, (source, target, row) in enumerate(
        zip(job.sources, CROSSING, scene.rows, strict=True), start=1
    ):
        place = (
            left + edge / span * width, width * (last - first) / span,
            top + height * (row + 1.6) / tall,
        )  # fmt: skip
        controls.append(
            Slider(
                f"load{k}", f"shovelful {k}, from {source:g}, goes to", first, last, target, 1,
                digits=0, place=place, symbol="model",
            )
        )  # fmt: skip
    left, top, width, height = scene.place(scene.axes[1])
    for k, position in enumerate(job.positions):
        place = (
            left + width * (position - first + edge) / span,
            height * CEILING / (CEILING + HEAD + FOOT),
            top + height * HEAD / (CEILING + HEAD + FOOT),
        )
        controls.append(
            Slider(
                f"price{k}", f"price at {position:g}", 0, CEILING, FIRST_PRICE, 0.25, digits=2,
                place=place, upright=True, symbol="critic",
            )
        )  # fmt: skip
    return [*controls, Button("again", "Start again")]


def _short(misfit) -> str:
    return ", ".join(
        f"{abs(extra)} {'too many' if extra > 0 else 'missing'} at {place:g}"
        for place, extra in zip(ROAD.positions, misfit, strict=True)
        if extra
    )


def _in_words(targets, prices, numbers) -> str:
    going = ", ".join(
        f"{start:g} to {end:g}" for start, end in zip(ROAD.sources, targets, strict=True)
    )
    asked = ", ".join(
        f"{price:g} at {place:g}" for place, price in zip(ROAD.positions, prices, strict=True)
    )
    return (
        f"Ten shovelfuls on a road, each with a line to where it goes: {going}. This plan: "
        f"{numbers['this plan']}. Prices: {asked}; they prove {numbers['these prices prove']}. "
        f"The cheapest plan so far costs {numbers['cheapest plan so far']}, the best proof so far "
        f"is {numbers['best proof so far']}."
    )
