"""Compare what two answers did, and say in a sentence how the first difference looks."""

from __future__ import annotations

import numpy as np

from course_utils.exercises.run_probe import Fault, Observation, same_words

Values = dict[str, np.ndarray]
NOT_ALL = "That is not all:"


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


def explain(got: Values, expected: Values, rtol: float, atol: float) -> tuple[str | None, str]:
    """A name for how the two differ, if it has one, and what differs, and where first.

    The two must not agree in every key.
    """
    wrong = [
        key
        for key in expected
        if key not in got or not same_array(got[key], expected[key], rtol, atol)
    ]
    if not wrong:
        return None, "Your function made the check look at things that the reference does not have."
    key = wrong[0]
    if key not in got:
        return None, f"{key}: nothing came of this, where {show(expected[key])} was expected."
    name, pattern = _pattern(got, expected, wrong, rtol, atol)
    return name, f"{pattern} {first_difference(got, expected, rtol, atol)}".strip()


def first_difference(got: Values, expected: Values, rtol: float, atol: float) -> str:
    """The first key that differs, expected and received, and how many keys agree."""
    wrong = [
        key
        for key in expected
        if key not in got or not same_array(got[key], expected[key], rtol, atol)
    ]
    if not wrong or wrong[0] not in got:
        return ""
    right = len(expected) - len(wrong)
    agreed = f" ({right} of {len(expected)} checks agree.)" if right else ""
    return _where(wrong[0], got[wrong[0]], expected[wrong[0]], rtol, atol) + agreed


def left_over(
    keys: tuple[str, ...], got: Values, expected: Values, rtol: float, atol: float
) -> str:
    """What a mistake that is named leaves unexplained, "" if nothing."""
    if not keys:
        return ""
    odd = [key for key in keys if not np.isfinite(got.get(key, np.zeros(()))).all()]
    if key_set := odd[:1]:
        key = key_set[0]
        what = "nan" if np.isnan(got[key]).any() else "infinite"
        return f"Besides, there is {what} here. {_where(key, got[key], expected[key], rtol, atol)}"
    key = keys[0]
    if key not in got:
        return ""
    where = _where(key, got[key], expected[key], rtol, atol)
    return f"{NOT_ALL} {where}"


def _where(key: str, got: np.ndarray, expected: np.ndarray, rtol: float, atol: float) -> str:
    """The first differing number under `key`, expected and received."""
    if got.shape == expected.shape and got.size > 6:
        close = np.isclose(got, expected, rtol=rtol, atol=atol, equal_nan=True)
        index = tuple(int(i) for i in np.argwhere(~close)[0])
        place = ", ".join(map(str, index))
        right, wrong = _one(expected[index]), _one(got[index])
        return f"{key}, entry [{place}]: expected {right}, received {wrong}."
    return f"{key}: expected {show(expected)}, received {show(got)}."


def _pattern(
    got: Values, expected: Values, wrong: list[str], rtol: float, atol: float
) -> tuple[str | None, str]:
    """The name and the sentence for the general form of the difference, if it has one.

    What is said of all numbers holds for all that are wrong.
    """
    a, b = got[wrong[0]], expected[wrong[0]]
    if a.shape != b.shape:
        return _shape_pattern(a, b, rtol, atol)
    if np.isnan(a).any() and not np.isnan(b).any():
        return (
            "nan",
            "There is NaN in the result: 0·log 0, 0/0, inf − inf or the root of a negative?",
        )
    if not (a[np.isinf(b)] == b[np.isinf(b)]).all():
        return "infinite_missing", "The right value is infinite here."
    if np.isinf(a).any() and not np.isinf(b).any():
        return "infinite", "The result is infinite where it should be finite."
    if all(k in got and same_array(got[k], -expected[k], rtol, atol) for k in wrong):
        return "negated", "The sign is wrong."
    factor = _constant_factor([(got.get(k), expected[k]) for k in wrong], rtol, atol)
    if factor is not None:
        text = f"A constant factor is off: your values are {factor:.4g} times the right ones."
        return "constant_factor", text
    if a.ndim == 2 and a.shape[0] == a.shape[1] and same_array(a.T, b, rtol, atol):
        return "transposed", "The result is transposed."
    if a.size > 1 and same_array(np.sort(a, axis=None), np.sort(b, axis=None), rtol, atol):
        return "other_order", "The numbers are right, in another order."
    return _offset_pattern([(got.get(k), expected[k]) for k in wrong], rtol)


def _shape_pattern(a: np.ndarray, b: np.ndarray, rtol: float, atol: float) -> tuple[str, str]:
    if same_array(a.T, b, rtol, atol):
        return "transposed", "The result is transposed."
    text = f"shape is {a.shape} where {b.shape} was expected."
    if a.size == b.size and same_array(a.ravel(), b.ravel(), rtol, atol):
        return "wrong_shape", f"The numbers are right, but the {text}"
    return "wrong_shape", f"The {text}"


ENOUGH = 3  # numbers that one factor or one amount must explain, before it is said


def _together(pairs: list) -> tuple[np.ndarray, np.ndarray] | None:
    """All numbers of several arrays and the right ones, if the shapes agree and all are finite."""
    if any(a is None or a.shape != b.shape for a, b in pairs):
        return None
    a = np.concatenate([a.ravel() for a, _ in pairs])
    b = np.concatenate([b.ravel() for _, b in pairs])
    return (a, b) if np.isfinite(a).all() and np.isfinite(b).all() else None


def _constant_factor(pairs: list, rtol: float, atol: float) -> float | None:
    """The number c with received = c · expected wherever they differ, if there is one."""
    numbers = _together(pairs)
    if numbers is None:
        return None
    a, b = numbers
    used = np.abs(b) > 100 * atol  # what is nearly 0 has no ratio
    if len(np.unique(b[used].round(12))) < ENOUGH:
        return None
    ratio = a[used] / b[used]
    factor = float(np.median(ratio))
    near_one = abs(factor - 1) <= 100 * rtol  # to the precision in which it is constant
    if factor == 0 or near_one or not np.allclose(ratio, factor, rtol=10 * rtol, atol=0):
        return None
    alike = np.isclose(a, factor * b, rtol=10 * rtol, atol=atol).all()
    return factor if alike else None


def _offset_pattern(pairs: list, rtol: float) -> tuple[str | None, str]:
    numbers = _together(pairs)
    if numbers is None or len(np.unique(numbers[1].round(12))) < ENOUGH:
        return None, ""
    offsets = numbers[0] - numbers[1]
    if np.allclose(offsets, offsets[0], rtol=10 * rtol, atol=1e-9):
        text = f"Every entry is off by the same amount, {_one(offsets[0])}."
        return "constant_offset", text
    return None, ""


def _one(value: float | np.ndarray) -> str:
    return f"{float(value):.6g}"


def show(values: np.ndarray) -> str:
    """A few of the numbers in an array, for a message."""
    if values.ndim == 0:
        return _one(values)
    if values.size <= 6:
        return np.array2string(values, precision=6, separator=", ").replace("\n", "")
    first = ", ".join(_one(value) for value in values.ravel()[:3])
    return f"[{first}, … {values.size} numbers of shape {values.shape}]"
