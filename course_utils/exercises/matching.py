"""How much of what an answer did a known mistake explains.

A mistake in the bank spoils a robust answer; a student spoils the plain formula, which is nan at
a mass of 0 besides. So a mistake need not agree in everything: it is held against the numbers
that differ from the right ones, and what is not finite is left over, to be said afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from course_utils.exercises.compare import Values, same_array


@dataclass(frozen=True)
class Match:
    """One answer held against one mistake.

    Attributes
    ----------
    differing : int
        Keys under which the answer's finite numbers are not the right ones.
    explained : int
        How many of these the mistake has too.
    contradicted : int
        Keys under which the answer is right and the mistake is not.
    telling : int
        Numbers in the explained keys that are no mere 0 or 1.
    left : tuple of str
        Keys that are wrong and not explained.
    """

    differing: int
    explained: int
    contradicted: int
    telling: int
    left: tuple[str, ...]

    @property
    def share(self) -> float:
        """The part of the differing keys that is explained."""
        return self.explained / self.differing if self.differing else 0.0

    @property
    def convincing(self) -> bool:
        """Whether the mistake may be said to be the student's.

        Most of what differs is explained, by numbers that do not agree by chance, and hardly any
        agreement with the reference speaks against it.
        """
        if self.share == 1.0 and not self.contradicted:
            return self.telling >= 1
        return self.share > 0.5 and self.telling >= 3 and 5 * self.contradicted <= self.explained

    @property
    def merit(self) -> int:
        """What to choose the best match by."""
        return self.explained - self.contradicted


def match(seen: Values, expected: Values, other: Values, rtol: float, atol: float) -> Match:
    """Hold what an answer did against what a mistake would have done.

    Parameters
    ----------
    seen, expected, other : dict of str to array
        Of the answer, of the reference and of the mistake, under the same keys.
    """
    differing = explained = contradicted = telling = 0
    left = []
    for key, right in expected.items():
        got, wrong = seen.get(key), other.get(key)
        if got is None:
            left.append(key)
            continue
        alike = wrong is not None and same_array(got, wrong, rtol, atol)
        if same_array(got, right, rtol, atol):
            contradicted += not alike
            continue
        finite = _differs_where_finite(got, right, rtol, atol)
        differing += finite
        if not alike and finite and wrong is not None and got.shape == wrong.shape:
            where = np.isfinite(got)
            if same_array(got[where], wrong[where], rtol, atol):
                explained += 1
                telling += _telling(got[where], right[where], rtol, atol)
            left.append(key)  # its numbers may be explained, what is not finite in it is not
        elif alike:
            explained += finite
            telling += _telling(got, right, rtol, atol)
        else:
            left.append(key)
    return Match(differing, explained, contradicted, telling, tuple(left))


def _differs_where_finite(got: np.ndarray, right: np.ndarray, rtol: float, atol: float) -> bool:
    if got.shape != right.shape:
        return bool(np.isfinite(got).any())
    where = np.isfinite(got)
    return not same_array(got[where], right[where], rtol, atol)


def _telling(got: np.ndarray, right: np.ndarray, rtol: float, atol: float) -> int:
    """How many numbers differ from the right ones and are no flag."""
    number = np.isfinite(got) & (got != 0) & (np.abs(got) != 1)
    if got.shape == right.shape:
        number &= ~np.isclose(got, right, rtol=rtol, atol=atol)
    return int(number.sum())
