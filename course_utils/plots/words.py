"""Numbers of a figure in words, for the texts that stand for it (see :func:`.style.described`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np


def number(value: float, digits: int = 3) -> str:
    """``0.161``, ``5.4e-06``, ``−2``, ``∞``."""
    value = float(value)
    if np.isinf(value):
        return "∞" if value > 0 else "−∞"
    return f"{value:.{digits}g}".replace("-", "−", 1) if value < 0 else f"{value:.{digits}g}"


def course(values: Iterable[float]) -> str:
    """``from 0.69 to 0.001``: the first value and the last."""
    values = _finite(values)
    return f"from {number(values[0])} to {number(values[-1])}" if len(values) else "nowhere"


def span(values: Iterable[float]) -> str:
    """``between 0.1 and 3``: the least value and the greatest."""
    values = _finite(values)
    return f"between {number(values.min())} and {number(values.max())}" if len(values) else "none"


def courses(curves: Mapping[str, Iterable[float]]) -> str:
    """``GAN from 3 to 1; WGAN from 2 to 0.5``: the ends of each named curve."""
    return "; ".join(f"{name} {course(values)}" for name, values in curves.items())


def listed(values: Mapping[str, float] | Iterable[str]) -> str:
    """``a: 1, b: 2 and c: 3``, or ``a, b and c``."""
    if isinstance(values, Mapping):
        values = [f"{name}: {number(value)}" for name, value in values.items()]
    *head, last = map(str, values)
    return f"{', '.join(head)} and {last}" if head else last


def one_line(label: object) -> str:
    """A label of a figure without its line breaks and formula signs."""
    return " ".join(str(label).replace("$", "").replace("_1", "₁").replace("_2", "₂").split())


def _finite(values: Iterable[float]) -> np.ndarray:
    values = np.ravel(np.asarray(values, dtype=float))
    return values[np.isfinite(values)]
