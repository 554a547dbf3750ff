"""How near a number must come: right, right to fewer digits than asked, or a known mistake.

A value counts as right if it lies within the tolerance of the key, or is the key rounded to three
or more digits. A mistake is named only if it lies nearer to what was given than the key does. So a
right value is never called wrong, and two values that agree to three digits are told apart only
where more digits are given.
"""

from __future__ import annotations

import math
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from typing import Protocol

from course_utils.exercises import outcome as o

DIGITS = 3  # significant digits that are asked for, and always enough
ASKED = "Three significant digits are asked for; `1/3`, `'16.1 %'` and `'ln 2/2'` are read as well."
_WORDS = {1: "one significant digit", 2: "two significant digits", 3: "three significant digits"}


class Target(Protocol):
    """What a number is held against: an entry of a table, or a question of a quiz."""

    key: float
    rtol: float
    atol: float
    mistakes: tuple[tuple[float, str], ...]


def judge_number(value: float, target: Target) -> tuple[str, str]:
    """The status of a number, and a sentence for whoever gave it: "" where none is known."""
    if is_right(value, target):
        return o.CORRECT, ""
    mistake = _nearest_mistake(value, target)
    if _is_rounded(value, target.key, 1) or _is_rounded(value, target.key, 2, cut=True):
        said = f"close: {_WORDS[digits_asked(target)]}, please."
        if mistake and math.isclose(value, mistake[0], rel_tol=1e-9):
            said += f" If {value:.6g} is your exact value: {mistake[1]}"
        return o.CLOSE, said
    if mistake:
        return o.INCORRECT, mistake[1]
    if target.key != 0 and is_right(-value, target):
        return o.INCORRECT, "the sign is wrong."
    return o.INCORRECT, ""


def is_right(value: float, target: Target) -> bool:
    """Whether a number is the key, as precisely as is asked."""
    if _near(value, target.key, target):
        return True
    return any(_is_rounded(value, target.key, digits) for digits in range(DIGITS, 16))


def digits_asked(target: Target) -> int:
    """Three, or fewer where the tolerance is wide: a value read off a figure."""
    return next((d for d in (1, 2) if target.rtol >= 0.5 * 10 ** (1 - d)), DIGITS)


def _near(value: float, key: float, target: Target) -> bool:
    if math.isinf(key) or math.isinf(value):
        return value == key
    return abs(value - key) <= target.atol + target.rtol * abs(key)


def _nearest_mistake(value: float, target: Target) -> tuple[float, str] | None:
    """The mistake that gives this value, if any lies nearer to it than the key does."""
    found = [
        (wrong, sentence)
        for wrong, sentence in target.mistakes
        if _near(value, wrong, target) or _is_rounded(value, wrong, 2)
    ]
    if not found:
        return None
    wrong, sentence = min(found, key=lambda mistake: _distance(value, mistake[0]))
    return (wrong, sentence) if _distance(value, wrong) < _distance(value, target.key) else None


def _distance(a: float, b: float) -> float:
    return 0.0 if a == b else abs(a - b)


def _is_rounded(value: float, key: float, digits: int, *, cut: bool = False) -> bool:
    """Whether `value` is `key` rounded (or with `cut` cut off) to `digits` significant digits.

    A whole number keeps at least three digits: 20 is not 19, nor 7500 7475.
    """
    if key == 0 or not (math.isfinite(key) and math.isfinite(value)):
        return False
    if digits < DIGITS and key == round(key):
        return False
    exact = Decimal(repr(float(key)))
    unit = Decimal(1).scaleb(exact.adjusted() - digits + 1)
    ways = (ROUND_HALF_UP, ROUND_HALF_EVEN, *((ROUND_DOWN,) if cut else ()))
    return any(math.isclose(value, exact.quantize(unit, way), rel_tol=1e-9) for way in ways)
