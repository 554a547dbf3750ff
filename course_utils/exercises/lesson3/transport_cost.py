"""⟨plan, cost⟩: what a plan costs.

Peyré & Cuturi, *Computational Optimal Transport*, section 2.3.
"""

from __future__ import annotations

import numpy as np

from course_utils import transport
from course_utils.exercises.draft import Draft
from course_utils.exercises.engine import call, number

draft = Draft("transport_cost", lesson=3, title="The cost of a plan")

draft.reference(transport.transport_cost)


def _plans_and_costs(rng):
    cases = []
    for n, m in ((2, 2), (3, 3), (3, 5), (4, 2)):
        p, q = rng.dirichlet(np.ones(n)), rng.dirichlet(np.ones(m))
        cost = rng.uniform(0.2, 5.0, size=(n, m))
        cases += [(np.outer(p, q), cost), (transport.solve_transport(cost, p, q).plan, cost)]
    line = transport.cost_matrix(np.arange(3))
    by_hand = np.array([[0.1, 0.2, 0.0], [0.0, 0.3, 0.0], [0.0, 0.1, 0.3]])
    return [*cases, (by_hand, line), (np.diag([0.2, 0.5, 0.3]), line)]


@draft.probe
def observe(answer, rng):
    return {
        call("transport_cost", plan, cost): number(answer(plan, cost))
        for plan, cost in _plans_and_costs(rng)
    }


@draft.mistake(
    "You multiplied the two tables as matrices (@ or np.dot); each journey's mass goes with its "
    "own distance, entry by entry."
)
def matrix_product(plan, cost):
    return (plan @ cost).sum()


@draft.mistake(
    "plan @ cost.T also pairs the journeys of one source with the distances of another; you added "
    "all of its entries."
)
def matrix_product_transposed(plan, cost):
    return (plan @ cost.T).sum()


@draft.mistake(
    "You divided by the number of table entries (np.mean?); the masses are the weights already."
)
def mean_of_journeys(plan, cost):
    return np.mean(plan * cost)


@draft.mistake(
    "You added the length of every journey made, however little it carries; a journey costs its "
    "distance times its mass."
)
def mass_ignored(plan, cost):
    return cost[plan > 1e-9].sum()


@draft.mistake("You added up the mass that is carried, however far it goes.")
def distance_ignored(plan, cost):
    return plan.sum()


@draft.mistake("This is the dearest single journey; the cost adds all of them.")
def longest_journey(plan, cost):
    return (plan * cost).max()


@draft.mistake(
    "You added only the diagonal of the table of products: the mass that goes from state i to "
    "state i, and on the line that is the mass that stays."
)
def diagonal_only(plan, cost):
    return np.trace(plan * cost)


@draft.mistake("You return one cost per source; add them up.")
def off_by_source(plan, cost):
    return (plan * cost).sum(axis=1)


@draft.mistake("You return the table of products; add up its entries.")
def not_added(plan, cost):
    return plan * cost


@draft.mistake(
    "You squared the distances: that is the cost behind W₂, and this one uses `cost` as it is."
)
def squared_distance(plan, cost):
    return (plan * cost**2).sum()


@draft.mistake("You return one cost per target; add them up.")
def off_by_target(plan, cost):
    return (plan * cost).sum(axis=0)


@draft.mistake(
    "You squared the products before adding them (a Frobenius norm?); a journey costs mass times "
    "distance, as it is."
)
def products_squared(plan, cost):
    return np.sum((plan * cost) ** 2)


@draft.mistake("You added up all distances in the table, whatever the plan carries.")
def plan_ignored(plan, cost):
    return cost.sum()


@draft.also_right
def by_loop(plan, cost):
    total = 0.0
    for i in range(len(plan)):
        for j in range(len(plan[0])):
            total += plan[i][j] * cost[i][j]
    return total


@draft.also_right
def by_trace(plan, cost):
    return np.trace(plan.T @ cost)


@draft.also_right
def by_einsum(plan, cost):
    return np.einsum("ij,ij->", plan, cost)


@draft.also_right
def by_vdot(plan, cost):
    return [np.vdot(plan, cost)]


draft.hints(
    "One journey, from source i to target j, costs mass times distance. What do all of them cost?",
    "Both arguments have the same shape. Multiply them entry by entry, then add.",
    "`np.sum(plan * cost)`.",
)

EXERCISE = draft.exercise()
