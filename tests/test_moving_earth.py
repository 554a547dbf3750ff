"""Beat the planner: its mathematics against SciPy, and the panel under a hand."""

import itertools

import numpy as np
import pytest
from scipy import stats
from widget_data import numbers

from course_utils import transport, widgets
from course_utils.exercises import progress_file
from course_utils.moving_earth import CROSSING, ROAD, nearest_first

W1 = stats.wasserstein_distance(ROAD.positions, ROAD.positions, ROAD.have, ROAD.want)


@pytest.fixture(autouse=True)
def own_work(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_WORK", str(tmp_path))


def test_the_instance_is_the_lessons_and_its_w1_is_nine_tenths():
    assert pytest.approx(0.9) == W1
    assert np.allclose(ROAD.surplus, [0.3, 0, -0.3])


def test_no_complete_plan_is_cheaper_than_w1_and_the_planners_is_the_dearest():
    costs = {
        ROAD.cost(targets)
        for targets in set(itertools.permutations(np.repeat(ROAD.positions, ROAD.want)[:6]))
        for targets in [(*targets, *np.repeat(ROAD.positions, ROAD.want)[6:])]
        if not ROAD.misfit(targets).any()
    }
    assert min(costs) >= W1 - 1e-9 and max(costs) <= ROAD.cost(CROSSING) + 1e-9
    assert not ROAD.misfit(CROSSING).any() and ROAD.cost(CROSSING) == pytest.approx(2.1)


def slopes(prices):
    pairs = itertools.combinations(range(3), 2)
    return [abs(prices[a] - prices[b]) / (ROAD.positions[b] - ROAD.positions[a]) for a, b in pairs]


def test_no_hand_makes_prices_too_steep_or_proves_more_than_w1():
    panel, rng = widgets.beat_the_planner(), np.random.default_rng(0)
    for _ in range(60):
        panel.set(**{f"price{rng.integers(3)}": rng.choice([0, 4, rng.uniform(0, 4)])})
        prices = [panel.values[f"price{k}"] for k in range(3)]
        assert max(slopes(prices)) <= 1 + 1e-9
        assert ROAD.proven(prices) <= W1 + 1e-9


def test_the_numbers_close_in_until_they_meet():
    panel = widgets.beat_the_planner()
    assert numbers(panel)["between them"] == "2.10"
    panel.set(load9=3)
    assert "1 missing at 0" in numbers(panel)["this plan"]
    assert numbers(panel)["cheapest plan so far"] == "2.10", "an incomplete plan counts for nothing"
    panel.set(load1=0)
    assert numbers(panel)["this plan"] == "1.50"
    panel.set(load10=3, load2=0)
    assert numbers(panel)["cheapest plan so far"] == "0.90"
    assert [reached for _, reached in panel.goals] == [True, False, False]
    for name, value in (("price0", 4), ("price1", 4), ("price0", 4), ("price2", 0)):
        panel.set(**{name: value})
    assert numbers(panel)["best proof so far"] == "0.90", panel.values
    assert all(reached for _, reached in panel.goals)
    assert set(progress_file.kept("goals")) == {"planner_beaten", "planner_proof", "planner_met"}
    panel.press("again")
    assert numbers(panel)["between them"] == "2.10"


@pytest.mark.parametrize(("before", "hand", "lands"), [(3, 2, 1), (1, 2, 3), (0, 2, 3), (0, 1, 1)])
def test_a_load_lands_where_the_hand_was_going(before, hand, lands):
    assert ROAD.nearest_place(hand, before) == lands


@pytest.mark.parametrize("seed", range(20))
def test_the_obvious_plan_is_a_plan_and_never_cheaper(seed):
    rng = np.random.default_rng(seed)
    p, q = rng.dirichlet(np.ones(4)), rng.dirichlet(np.ones(3))
    cost = transport.cost_matrix(rng.uniform(0, 10, 4), rng.uniform(0, 10, 3))
    plan = nearest_first(cost, p, q)
    assert transport.is_coupling(plan, p, q)
    assert (
        transport.transport_cost(plan, cost) >= transport.solve_transport(cost, p, q).value - 1e-9
    )
