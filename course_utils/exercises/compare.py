"""Compare what two answers did, and say in a sentence how the first difference looks."""

from __future__ import annotations

import math

import numpy as np

from course_utils.exercises.run_probe import Fault, Observation, same_words

Values = dict[str, np.ndarray]


def same_array(got: np.ndarray, expected: np.ndarray, rtol: float, atol: float) -> bool:
    """Same shape, and every entry within ``atol + rtol · |expected|``; NaN equals NaN."""
    if got.shape != expected.shape:
        return False
    return bool(np.isclose(got, expected, rtol=rtol, atol=atol, equal_nan=True).all())


def same_values(got: Values, expected: Values, rtol: float, atol: float) -> bool:
    """Whether two probes agree in every key."""
    return got.keys() == expected.keys() and all(
        same_array(got[key], expected[key], rtol, atol) for key in expected
    )


def same_fault(a: Fault | None, b: Fault | None, rtol: float, atol: float) -> bool:
    """Whether two answers failed alike: at the same call, in the same way."""
    if a is None or b is None:
        return a is b
    if (a.kind, a.at, a.untouched) != (b.kind, b.at, b.untouched):
        return False
    if a.kind == "crash":
        return a.name == b.name and same_words(a.text, b.text)
    if a.values is not None and b.values is not None:
        return a.wanted == b.wanted and same_array(a.values, b.values, rtol, atol)
    texts = a.name == b.name and same_words(a.text, b.text)
    return texts and a.values is None and b.values is None


def same_behaviour(a: Observation, b: Observation, rtol: float, atol: float) -> bool:
    """Whether two answers cannot be told apart by their values and failures."""
    return same_fault(a.fault, b.fault, rtol, atol) and same_values(a.values, b.values, rtol, atol)


def same_changes(a: Observation, b: Observation) -> bool:
    """Whether two answers changed the same arguments."""
    return {(c.argument, c.what) for c in a.changes} == {(c.argument, c.what) for c in b.changes}


def explain(got: Values, expected: Values, rtol: float, atol: float) -> str:
    """What differs, and where first. The two must not agree in every key."""
    wrong = [
        key
        for key in expected
        if key not in got or not same_array(got[key], expected[key], rtol, atol)
    ]
    if not wrong:
        return "Your function made the check look at things that the reference does not have."
    key = wrong[0]
    if key not in got:
        return f"{key}: nothing came of this, where {_show(expected[key])} was expected."
    pattern = _pattern(got, expected, wrong, rtol, atol)
    right = len(expected) - len(wrong)
    agreed = f" ({right} of {len(expected)} checks agree.)" if right else ""
    return f"{pattern} {_where(key, got[key], expected[key], rtol, atol)}{agreed}".strip()


def _where(key: str, got: np.ndarray, expected: np.ndarray, rtol: float, atol: float) -> str:
    """The first differing number under `key`, expected and received."""
    if got.shape == expected.shape and got.size > 6:
        close = np.isclose(got, expected, rtol=rtol, atol=atol, equal_nan=True)
        index = tuple(int(i) for i in np.argwhere(~close)[0])
        place = ", ".join(map(str, index))
        right, wrong = _one(expected[index]), _one(got[index])
        return f"{key}, entry [{place}]: expected {right}, received {wrong}."
    return f"{key}: expected {_show(expected)}, received {_show(got)}."


def _pattern(got: Values, expected: Values, wrong: list[str], rtol: float, atol: float) -> str:
    """The general form of the difference, if it has one."""
    a, b = got[wrong[0]], expected[wrong[0]]
    if a.shape != b.shape:
        return _shape_pattern(a, b, rtol, atol)
    if np.isnan(a).any() and not np.isnan(b).any():
        return "There is NaN in the result: 0·log 0, 0/0, inf − inf or the root of a negative?"
    if not np.isposinf(a[np.isposinf(b)]).all():
        return "The right value is infinite here."
    if np.isinf(a).any() and not np.isinf(b).any():
        return "The result is infinite where it should be finite."
    if all(k in got and same_array(got[k], -expected[k], rtol, atol) for k in wrong):
        return "The sign is wrong."
    factor = _constant_factor([(got.get(k), expected[k]) for k in wrong], rtol)
    if factor is not None:
        return f"A constant factor is off: your values are {factor:.4g} times the right ones."
    if a.ndim == 2 and a.shape[0] == a.shape[1] and same_array(a.T, b, rtol, atol):
        return "The result is transposed."
    if a.size > 1 and same_array(np.sort(a, axis=None), np.sort(b, axis=None), rtol, atol):
        return "The numbers are right, in another order."
    return _offset_pattern(a, b, rtol)


def _shape_pattern(a: np.ndarray, b: np.ndarray, rtol: float, atol: float) -> str:
    if same_array(a.T, b, rtol, atol):
        return "The result is transposed."
    if a.size == b.size and same_array(a.ravel(), b.ravel(), rtol, atol):
        return f"The numbers are right, but the shape is {a.shape} where {b.shape} was expected."
    return f"The shape is {a.shape} where {b.shape} was expected."


def _constant_factor(pairs: list, rtol: float) -> float | None:
    """The number c with received = c · expected wherever they differ, if there is one."""
    if any(a is None or a.shape != b.shape for a, b in pairs):
        return None
    a = np.concatenate([a.ravel() for a, _ in pairs])
    b = np.concatenate([b.ravel() for _, b in pairs])
    used = (b != 0) & np.isfinite(b) & np.isfinite(a)
    if used.sum() < 2 or np.any(a[b == 0] != 0):
        return None
    with np.errstate(over="ignore", invalid="ignore"):
        ratio = a[used] / b[used]
    factor = float(ratio[0])
    alike = np.allclose(ratio, factor, rtol=10 * rtol, atol=0)
    return factor if alike and math.isfinite(factor) and factor != 0 else None


def _offset_pattern(a: np.ndarray, b: np.ndarray, rtol: float) -> str:
    if a.size < 2 or not (np.isfinite(a).all() and np.isfinite(b).all()):
        return ""
    offsets = a - b
    if np.allclose(offsets, offsets.flat[0], rtol=10 * rtol, atol=1e-9):
        return f"Every entry is off by the same amount, {_one(offsets.flat[0])}."
    return ""


def _one(value: float) -> str:
    return f"{float(value):.6g}"


def _show(values: np.ndarray) -> str:
    if values.ndim == 0:
        return _one(values)
    if values.size <= 6:
        return np.array2string(values, precision=6, separator=", ").replace("\n", "")
    first = ", ".join(_one(value) for value in values.ravel()[:3])
    return f"[{first}, … {values.size} numbers of shape {values.shape}]"
