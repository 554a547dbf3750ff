"""The exercises of lesson 3: couplings, the earth mover's distance, potentials and slopes."""

from __future__ import annotations

from course_utils.exercises.derivations import transport
from course_utils.exercises.lesson3 import (
    is_coupling,
    kantorovich_dual,
    linear_lipschitz_constant,
    lipschitz_constant,
    optimal_transport,
    parallel_lines,
    transport_cost,
    wasserstein_1d,
)
from course_utils.exercises.lesson3.tables import TABLES

# in the order of the notebook
EXERCISES = (
    is_coupling,
    transport_cost,
    wasserstein_1d,
    parallel_lines,
    optimal_transport,
    kantorovich_dual,
    linear_lipschitz_constant,
    lipschitz_constant,
)

BANK = (*(module.EXERCISE for module in EXERCISES), *TABLES, *transport.BANK)
