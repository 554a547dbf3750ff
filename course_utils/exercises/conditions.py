"""Right here and wrong there: what the calls with a wrong result have in common."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from course_utils.exercises.convert import is_module, is_tensor
from course_utils.exercises.explore import Call, Reply
from course_utils.exercises.transforms import Finding

# conditions on random numbers, which few calls may fulfil by chance
BY_CHANCE = {"wrong_for_negative", "wrong_for_large_values", "wrong_where_arguments_agree"}


def find(calls: Sequence[Call], wrong: Sequence[bool], got: Sequence[Reply]) -> Finding | None:
    """The first condition on the arguments that tells the wrong calls from the right ones.

    Parameters
    ----------
    calls : sequence of Call
    wrong : sequence of bool
        Which of them the answer got wrong.
    got : sequence of Reply
        What it gave.
    """
    if all(wrong) or not any(wrong) or len(calls) < 3:
        return None
    if any(map(_with_network, calls)) and sum(wrong) > len(wrong) - 2:
        return None  # a single right result may be one of the network's making
    for name, words, condition in _conditions(calls):
        try:
            holds = [condition(call) for call in calls]
        except Exception:
            continue
        if holds == list(wrong) and (name not in BY_CHANCE or 2 <= sum(wrong) <= len(wrong) - 2):
            failed = all(reply.error is not None for reply, bad in zip(got, wrong) if bad)  # noqa: B905
            how = "your function fails" if failed else "your result is wrong"
            return Finding(name, f"Right in all other calls of the check, but {how} {words}.")
    return None


def _conditions(calls: Sequence[Call]):
    """(name, the end of a sentence, condition on a call)."""
    names = list(dict.fromkeys(name for call in calls for name in call.arguments))
    for name in names:
        values: list[Any] = [call.arguments.get(name) for call in calls]
        if any(map(is_module, values)) or any(isinstance(v, str) for v in values):
            continue
        yield from _of_one(name, single=all(np.ndim(value) == 0 for value in values))
    for one, two in itertools.pairwise(names):
        yield (
            "wrong_where_arguments_agree",
            f"wherever `{one}` and `{two}` are equal",
            lambda call, x=one, y=two: _equal(call.arguments[x], call.arguments[y]),
        )
        yield (
            "wrong_where_both_are_zero",
            f"wherever an entry of `{one}` and of `{two}` are both 0",
            lambda call, x=one, y=two: bool(
                ((_array(call, x) == 0) & (_array(call, y) == 0)).any()
            ),
        )


def _of_one(name: str, single: bool):
    shape: list[tuple[str, str, Callable]] = [
        ("batch_of_one_only", "unless `len({0})` is 1", lambda s: s[0] != 1),
        ("wrong_for_batch_of_one", "wherever `len({0})` is 1", lambda s: s[0] == 1),
        ("wrong_for_columns", "wherever `{0}` has shape (n, 1)", lambda s: s[1:] == (1,)),
        ("columns_only", "unless `{0}` has shape (n, 1)", lambda s: s[1:] != (1,)),
        ("images_only", "unless `{0}` has four axes, as images do", lambda s: len(s) != 4),
        ("flat_only", "unless `{0}` has two axes", lambda s: len(s) != 2),
        ("wrong_for_images", "wherever `{0}` has four axes, as images do", lambda s: len(s) == 4),
        ("wrong_for_flat", "wherever `{0}` has two axes", lambda s: len(s) == 2),
        ("wrong_for_vectors", "wherever `{0}` has one axis", lambda s: len(s) == 1),
        (
            "wrong_unless_square",
            "unless the first two axes of `{0}` have the same length",
            lambda s: s[0] != s[1],
        ),
    ]
    for kind, words, test in shape:
        yield kind, words.format(name), lambda c, t=test: t(np.shape(c.arguments[name]))
    yield (
        "wrong_for_several",
        f"wherever `{name}` holds more than one number",
        lambda c: np.size(_array(c, name)) > 1,
    )
    yield (
        "wrong_at_zero",
        f"wherever `{name}` has an entry that is 0",
        lambda c: bool(_array(c, name).ndim and (_array(c, name) == 0).any()),
    )
    yield "wrong_at_zero", f"wherever `{name}` is 0", lambda c: bool((_array(c, name) == 0).all())
    yield "wrong_at_one", f"wherever `{name}` is 1", lambda c: bool((_array(c, name) == 1).all())
    yield (
        "wrong_for_negative",
        f"wherever `{name}` {'is negative' if single else 'has a negative entry'}",
        lambda c: bool((_array(c, name) < 0).any()),
    )
    yield "default_only", f"wherever `{name}` is handed over", lambda c: name in c.arguments
    yield "wrong_for_default", f"wherever `{name}` is left out", lambda c: name not in c.arguments
    yield (
        "wrong_for_large_values",
        f"wherever `{name}` {'is' if single else 'has an entry'} beyond ±50",
        lambda c: bool((np.abs(_array(c, name)) > 50).any()),
    )


def _array(call: Call, name: str) -> np.ndarray:
    value: Any = call.arguments[name]
    return np.asarray(value.detach().cpu() if is_tensor(value) else value, dtype=float)


def _with_network(call: Call) -> bool:
    return any(map(is_module, call.arguments.values()))


def _equal(a: object, b: object) -> bool:
    a, b = (np.asarray(v.detach() if is_tensor(v) else v, dtype=float) for v in (a, b))
    return a.shape == b.shape and bool(np.allclose(a, b))
