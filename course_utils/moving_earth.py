"""Moving earth by hand: loads of whole shovelfuls, and prices that prove a bound on their cost.

Prices bound the cost by weak duality: Peyré & Cuturi (2019), *Computational Optimal Transport*,
section 2.5.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Job:
    """Earth that lies in some places and is wanted in others, in whole shovelfuls.

    Attributes
    ----------
    positions : tuple of float
        Places on a road.
    have, want : tuple of int
        Shovelfuls there, and wanted; both sum to the same total.
    """

    positions: tuple[float, ...]
    have: tuple[int, ...]
    want: tuple[int, ...]

    @property
    def total(self) -> int:
        """How many shovelfuls there are."""
        return sum(self.have)

    @property
    def sources(self) -> np.ndarray:
        """Where each shovelful lies, shape (total,)."""
        return np.repeat(self.positions, self.have)

    @property
    def surplus(self) -> np.ndarray:
        """``p − q`` at each place, shape (n,), as shares of the total."""
        return (np.array(self.have) - self.want) / self.total

    def misfit(self, targets: Sequence[float]) -> np.ndarray:
        """Shovelfuls too many (negative: missing) at each place, shape (n,), after these moves."""
        arrived = [np.sum(np.asarray(targets) == place) for place in self.positions]
        return np.array(arrived) - self.want

    def cost(self, targets: Sequence[float]) -> float:
        """Mass times distance, the total mass being 1."""
        return float(np.abs(np.asarray(targets) - self.sources).sum() / self.total)

    def proven(self, prices: Sequence[float]) -> float:
        """``Σ f (p − q)``: no complete plan costs less, if `prices` are nowhere too steep."""
        return float(self.surplus @ np.asarray(prices))

    def price_range(self, prices: Sequence[float], k: int) -> tuple[float, float]:
        """Between which bounds price k may lie, so that no slope exceeds 1."""
        others = [j for j in range(len(self.positions)) if j != k]
        far = np.abs(np.array(self.positions)[others] - self.positions[k])
        near = np.asarray(prices, dtype=float)[others]
        return float(np.max(near - far)), float(np.min(near + far))

    def nearest_place(self, value: float, before: float) -> float:
        """The place that a hand at `value` means, coming from `before`."""
        if value in self.positions:
            return value
        ahead = [x for x in self.positions if (x > value) == (value > before) and x != before]
        return min(ahead or self.positions, key=lambda x: abs(x - value))


# three places, as in lesson 3: W₁ is 0.9
ROAD = Job(positions=(0, 1, 3), have=(5, 3, 2), want=(2, 3, 5))
CROSSING = (3, 3, 3, 3, 3, 1, 1, 1, 0, 0)  # where a bad planner sends each shovelful: 2.1


def nearest_first(cost: np.ndarray, p: np.ndarray, q: np.ndarray) -> np.ndarray:
    """The obvious plan: again and again the shortest journey that is left; seldom the cheapest.

    Parameters
    ----------
    cost : ndarray, shape (n, m)
    p, q : ndarray, shape (n,) and (m,)
        Masses with equal totals.

    Returns
    -------
    ndarray, shape (n, m)
        A coupling of p and q.
    """
    plan, left, room = np.zeros(cost.shape), p.astype(float).copy(), q.astype(float).copy()
    for i, j in zip(*np.unravel_index(np.argsort(cost, axis=None), cost.shape), strict=True):
        plan[i, j] = min(left[i], room[j])
        left[i] -= plan[i, j]
        room[j] -= plan[i, j]
    return plan
