"""General ways in which a result is the right one, spoilt: negated, in bits, summed, transposed.

Each holds for every call of the check or is not said. Results are held against the right ones
part by part: a function that returns a mean and a covariance has two.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from course_utils.exercises.patterns import ARRANGEMENTS, ELEMENTWISE, OF_THE_RIGHT

ENOUGH = 3  # numbers that must agree before a pattern is more than chance


@dataclass(frozen=True)
class Finding:
    """A named observation: what is true of an answer in every call that was looked at.

    Attributes
    ----------
    name : str
        The misconception's name: "negated".
    message : str
        One sentence to the student.
    left : tuple of int
        Calls whose result is wrong and which the observation does not cover.
    """

    name: str
    message: str
    left: tuple[int, ...] = ()


@dataclass(frozen=True)
class Pair:
    """What one call gave and what it should have given.

    Attributes
    ----------
    got, right : tuple of array, or None
        The parts of the results; None where a call failed or gave no numbers.
    sizes : dict of str to int
        Lengths that the call's arguments have: "the number of samples".
    """

    got: tuple[np.ndarray, ...] | Any
    right: tuple[np.ndarray, ...] | Any
    sizes: dict[str, int] = field(default_factory=dict)


def _quiet(function: Callable) -> Callable:
    """`function` without warnings; None where it does not apply."""

    def run(values):
        try:
            with np.errstate(all="ignore"):
                return function(values)
        except ValueError:  # too many axes for it
            return None

    return run


def find(pairs: Sequence[Pair], rtol: float, atol: float) -> Finding | None:
    """The first general pattern that fits every call, or None."""
    usable = [(n, pair) for n, pair in enumerate(pairs) if pair.right is not None]
    answered = [(n, pair) for n, pair in usable if pair.got is not None]
    if not answered:
        return None
    compared = Compared(rtol, atol)
    for finder in (_opposite, _all_parts, _exchanged, _one_part, _count, _shapes):
        found = finder([pair for _, pair in answered], compared)
        if found is not None:
            left = [n for n, pair in answered if not _finite(pair)]
            left += [n for n, pair in usable if pair.got is None]
            name, message = found
            if left:
                message = message.replace("every call", "every call with a finite result")
            return Finding(name, message, tuple(sorted(left)))
    return None


NEAR = 0.02  # how far off, relatively, results are that are nearly right


def nearly(pairs: Sequence[Pair], rtol: float, atol: float) -> Finding | None:
    """Whether every result is near the right one, and some are not near enough."""
    flat = [
        (got, right)
        for pair in pairs
        for got, right in itertools.zip_longest(pair.got or (), pair.right or ())
    ]
    if not flat or any(a is None or b is None or a.shape != b.shape for a, b in flat):
        return None
    got, right = (
        np.concatenate([np.ravel(part) for part in parts]) for parts in zip(*flat, strict=True)
    )
    wrong = ~np.isclose(got, right, rtol=rtol, atol=atol, equal_nan=True)
    if len({float(f"{x:.5g}") for x in got[wrong]}) < ENOUGH or not (right[wrong] != 0).all():
        return None
    with np.errstate(all="ignore"):
        off = float(np.abs(got[wrong] / right[wrong] - 1).max())
    if not off <= NEAR:
        return None
    return Finding(
        "nearly_right",
        f"Your results are near the right ones, at most {100 * off:.2g} % off, but not equal to "
        "them. Is something rounded, sampled, in half precision, shifted by a small number, or "
        "stopped too early?",
    )


def _finite(pair: Pair) -> bool:
    return all(
        not (np.isfinite(right) & ~np.isfinite(got)).any() if got.shape == right.shape else True
        for got, right in zip(pair.got, pair.right, strict=False)
    )


class Compared:
    """Comparison of arrays with the tolerances of one exercise."""

    def __init__(self, rtol: float, atol: float):
        self.rtol, self.atol = rtol, atol

    def same(self, a: np.ndarray, b: np.ndarray) -> bool:
        """Whether `a` is `b`, wherever `a` is finite; shapes must agree."""
        a, b = np.asarray(a), np.asarray(b)
        if a.shape != b.shape:
            return False
        where = np.isfinite(a)
        return bool(np.isclose(a[where], b[where], rtol=self.rtol, atol=self.atol).all())

    def equal(self, a: np.ndarray, b: np.ndarray) -> bool:
        """Whether `a` is `b`, nan and infinities included."""
        if a.shape != b.shape:
            return False
        return bool(np.isclose(a, b, rtol=self.rtol, atol=self.atol, equal_nan=True).all())

    def fits(self, makes: Callable, pairs: list[tuple[np.ndarray, np.ndarray, Pair]]) -> bool:
        """Whether every result is ``makes(right, pair)``, and this says something."""
        telling = set()
        for got, right, pair in pairs:
            made = makes(right, pair)
            if made is None or not self.same(got, made):
                return False
            telling |= self._telling(got, right)
        return len(telling) >= ENOUGH

    def _telling(self, got: np.ndarray, right: np.ndarray) -> set[float]:
        """The distinct numbers in `got` that are not the right ones."""
        numbers = np.isfinite(got)
        if got.shape == right.shape:
            numbers &= ~np.isclose(got, right, rtol=self.rtol, atol=self.atol)
        return {float(f"{x:.5g}") for x in np.ravel(got[numbers])}


def _all_parts(pairs: list[Pair], compared: Compared) -> tuple[str, str] | None:
    """All parts of the results are spoilt in the same way."""
    flat = [
        (got, right, pair)
        for pair in pairs
        if len(pair.got) == len(pair.right)
        for got, right in zip(pair.got, pair.right, strict=True)
    ]
    if len(flat) < sum(len(pair.right) for pair in pairs):
        return None
    found = _pattern(flat, compared)
    return found and (found[0], _sentence(found[1]))


def _opposite(pairs: list[Pair], compared: Compared) -> tuple[str, str] | None:
    """True for False and False for True, every time."""
    flat = [(p.got[0], p.right[0]) for p in pairs if len(p.got) == len(p.right) == 1]
    sizes = {part.size for pair in flat for part in pair}
    if len(flat) < len(pairs) or sizes != {1}:
        return None
    if {float(right.item()) for _, right in flat} != {0.0, 1.0}:
        return None
    if all(float(got.item()) == 1.0 - float(right.item()) for got, right in flat):
        return "opposite", "In every call your answer is the opposite of the right one."
    return None


def _shapes(pairs: list[Pair], compared: Compared) -> tuple[str, str] | None:
    """Right numbers in another shape, or every entry met every other."""
    flat = [
        (got, right)
        for pair in pairs
        if len(pair.got) == len(pair.right)
        for got, right in zip(pair.got, pair.right, strict=True)
    ]
    wrong = [(got, right) for got, right in flat if not compared.equal(got, right)]
    if not wrong or any(got.shape == right.shape for got, right in wrong):
        return None
    got, right = wrong[0]
    for name, reduce in (("mean", np.mean), ("sum", np.sum)) if len(wrong) > 1 else ():
        if all(b.shape == () and compared.equal(np.asarray(reduce(a)), b) for a, b in wrong):
            return (
                f"no_{name}_taken",
                f"Your result is an array of shape {got.shape}, where one number is asked for: its "
                f"{name} would be right.",
            )
    shapes = f"of shape {got.shape} where {right.shape} is asked for"
    if all(a.size == b.size and compared.equal(a.ravel(), b.ravel()) for a, b in wrong):
        return "wrong_shape", f"The numbers are right, but they come in an array {shapes}."
    square = [
        len(b.ravel()) > 1 and a.shape == (b.size, b.size) and b.shape in ((b.size,), (b.size, 1))
        for a, b in wrong
    ]
    if all(square):
        return (
            "broadcast_to_square",
            f"Your result is {shapes}. That is what comes of an array of shape (n,) against one "
            "of shape (n, 1): every entry is combined with every other.",
        )
    return None


def _exchanged(pairs: list[Pair], compared: Compared) -> tuple[str, str] | None:
    """Two parts of the result have changed places."""
    count = len(pairs[0].right)
    if count < 2 or any(len(p.got) != count or len(p.right) != count for p in pairs):
        return None
    for one, two in itertools.combinations(range(count), 2):
        order = list(range(count))
        order[one], order[two] = two, one
        fits = all(compared.same(p.got[i], p.right[order[i]]) for p in pairs for i in range(count))
        differ = any(not compared.same(p.right[one], p.right[two]) for p in pairs)
        if fits and differ:
            text = (
                f"the {_ordinal(one)} and the {_ordinal(two)} of your results have changed places."
            )
            return "results_swapped", text[0].upper() + text[1:]
    return None


def _count(pairs: list[Pair], compared: Compared) -> tuple[str, str] | None:
    """One result too many, or too few, and the rest right."""
    got, right = len(pairs[0].got), len(pairs[0].right)
    if got == right or any((len(p.got), len(p.right)) != (got, right) for p in pairs):
        return None
    for part in range(max(got, right)) if min(got, right) == 1 else ():
        if got > right and all(compared.equal(p.got[part], p.right[0]) for p in pairs):
            return (
                "too_many_results",
                f"You return {got} results, and the {_ordinal(part)} alone is asked for.",
            )
        if right > got and all(compared.equal(p.got[0], p.right[part]) for p in pairs):
            return (
                "too_few_results",
                f"{right} results are asked for, and you return the {_ordinal(part)} alone.",
            )
    return None


def _one_part(pairs: list[Pair], compared: Compared) -> tuple[str, str] | None:
    """All parts but one are right, and that one is spoilt in a way that has a name."""
    count = len(pairs[0].right)
    if count < 2 or any(len(p.got) != count or len(p.right) != count for p in pairs):
        return None
    wrong = [
        i for i in range(count) if not all(compared.equal(p.got[i], p.right[i]) for p in pairs)
    ]
    if len(wrong) != 1:
        return None
    part = wrong[0]
    found = _pattern([(p.got[part], p.right[part], p) for p in pairs], compared)
    if found is None:
        return None
    name, text = found
    text = text.replace("your result is", "it is")
    return name, f"Of your {count} results only the {_ordinal(part)} is wrong: {text}"


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:]


def _ordinal(n: int) -> str:
    return ("first", "second", "third", "fourth", "fifth", "sixth")[n] if n < 6 else f"{n + 1}th"


def _pattern(flat: list, compared: Compared) -> tuple[str, str] | None:
    """The name and the sentence of the first pattern that fits."""
    for name, words, makes in _patterns(flat):
        if compared.fits(makes, flat):
            return name, words
    return _constants(flat, compared)


def _patterns(flat: list) -> Iterator[tuple[str, str, Callable]]:
    for name, words, function in ELEMENTWISE:
        quiet = _quiet(function)
        yield name, OF_THE_RIGHT.format(words), lambda right, _, f=quiet: f(right)
    for name, words, function, axes in ARRANGEMENTS:
        made = _quiet(_arranged(function, axes))
        yield name, OF_THE_RIGHT.format(words), lambda right, _, f=made: f(right)
    yield from _by_size(flat)


def _arranged(function: Callable, axes: int) -> Callable:
    def run(values):
        return function(values) if values.ndim >= axes and values.size else None

    return run


def _by_size(flat: list) -> Iterator[tuple[str, str, Callable]]:
    """Sums for means and means for sums: the factor is a length of the call's own arguments."""
    names = dict.fromkeys(name for *_, pair in flat for name in pair.sizes)
    for name in names:
        lengths = {pair.sizes.get(name, 0) for *_, pair in flat}
        if len(lengths) < 2 or 0 in lengths:
            continue  # only one length: no telling it from a constant
        yield (
            "summed_not_averaged",
            f"in every call your result is the right one times {name}, which is what a sum in "
            "place of a mean gives.",
            lambda right, pair, name=name: right * pair.sizes[name],
        )
        yield (
            "averaged_not_summed",
            f"in every call your result is the right one divided by {name}, which is what a mean "
            "in place of a sum gives.",
            lambda right, pair, name=name: right / pair.sizes[name],
        )
        yield (
            "divided_by_n_minus_one",
            f"in every call your result is the right one times n/(n − 1), n being {name}: that "
            "is a division by n − 1 in place of n.",
            lambda right, pair, name=name: _bessel(right, pair.sizes[name]),
        )
        yield (
            "root_of_n",
            f"in every call your result is the right one times the root of {name}.",
            lambda right, pair, name=name: right * math.sqrt(pair.sizes[name]),
        )
        yield (
            "root_of_n",
            f"in every call your result is the right one divided by the root of {name}.",
            lambda right, pair, name=name: right / math.sqrt(pair.sizes[name]),
        )


def _bessel(right: np.ndarray, n: int) -> np.ndarray | None:
    return right * n / (n - 1) if n > 1 else np.full_like(right, np.nan)


def _constants(flat: list, compared: Compared) -> tuple[str, str] | None:
    """One factor, or one amount, between every result and the right one."""
    if any(got.shape != right.shape for got, right, _ in flat):
        return None
    got = np.concatenate([got.ravel() for got, *_ in flat])
    right = np.concatenate([right.ravel() for _, right, _ in flat])
    used = np.isfinite(got) & np.isfinite(right)
    got, right = got[used], right[used]
    with np.errstate(all="ignore"):
        largest = int(np.argmax(np.abs(right))) if right.size else 0
        factor = got[largest] / right[largest] if right.size and right[largest] else math.nan
    if math.isfinite(factor) and factor != 0:
        text = f"in every call your result is {factor:.4g} times the right one."
        if compared.fits(lambda value, _: value * factor, flat):
            return "constant_factor", text
    if right.size:
        amount = float(np.median(got - right))
        more = "more" if amount > 0 else "less"
        text = f"in every call your result is {abs(amount):.4g} {more} than the right one."
        if compared.fits(lambda value, _: value + amount, flat):
            return "constant_offset", text
    return None
