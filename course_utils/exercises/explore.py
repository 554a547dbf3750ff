"""Call a wrong answer again, with the inputs of the check and with changed ones.

A probe reduces an answer to numbers and knows nothing of calls. Here its calls are collected,
with the reference in the answer's place, and can be repeated at will: with one argument changed,
with two exchanged, and always from the same random seed.
"""

from __future__ import annotations

import contextlib
import copy
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from course_utils.exercises import convert
from course_utils.exercises.argument_guard import keep
from course_utils.exercises.convert import is_module, is_tensor
from course_utils.exercises.interrupts import Interrupts
from course_utils.exercises.kinds import Task
from course_utils.exercises.put_back import settings_of_one_call
from course_utils.exercises.run_probe import call_parameters
from course_utils.exercises.sandbox import neutral, seed_everything

CALLS = 14  # of a probe's calls at most so many are repeated
WITH_NETWORKS = 7  # and so many where a network takes part
# A slow answer is not called for ever, only to find a better word for what it did: it may take
# so many seconds of computing, or so many times what the reference takes for the same calls.
# The verdict has fallen by then, and does not depend on this.
PATIENCE, TIMES_AS_LONG = 1.0, 10.0


class OutOfTime(Exception):
    """The answer has had its time."""


@dataclass(frozen=True)
class Call:
    """One call of the probe.

    Attributes
    ----------
    number : int
        Its place among the calls of the probe.
    arguments : dict of str to object
        By the name of the parameter, as the reference calls it.
    positional : tuple of str
        Which of them were given by position.
    seed : int
        What the random streams start from.
    """

    number: int
    arguments: dict[str, Any]
    positional: tuple[str, ...]
    seed: int

    def text(self, name: str) -> str:
        """As the student would write it."""
        shown = [convert.shorten(self.arguments[key]) for key in self.positional]
        shown += [
            f"{key}={convert.shorten(value)}"
            for key, value in self.arguments.items()
            if key not in self.positional
        ]
        return f"{name}({', '.join(shown)})"


@dataclass(frozen=True)
class Reply:
    """What came of a call.

    Attributes
    ----------
    value : object
        The result itself, None if there is none.
    parts : tuple of array, or None
        The numbers in it.
    error : BaseException or None
        What was raised.
    arguments : dict
        The very objects that were handed over: tensors to differentiate by.
    """

    value: Any
    parts: tuple[np.ndarray, ...] | None
    error: BaseException | None
    arguments: dict[str, Any]


class Explorer:
    """The calls of one exercise from one seed, to be repeated with any function.

    Parameters
    ----------
    task : Task
        The exercise; one whose answers change their arguments has no calls to repeat.
    seed : int
        Of the check.
    interrupts : Interrupts
        Tells a real interrupt from an exception of the answer's own.
    """

    def __init__(self, task: Task, seed: int, interrupts: Interrupts):
        self.task, self._interrupts = task, interrupts
        self._spent = {"reference": 0.0, "answer": 0.0}
        self._seed = seed

    @cached_property
    def calls(self) -> list[Call]:
        """Some of the probe's calls, or none where answers change their arguments."""
        return [] if self.task.may_mutate else self._collect(self._seed)

    def _collect(self, seed: int) -> list[Call]:
        calls: list[Call] = []
        reference = self.task.reference

        def visit(*args, **kwargs):
            with contextlib.suppress(TypeError):
                given = call_parameters(reference, args, kwargs)
                positional = tuple(given)[: len(args)]
                calls.append(Call(len(calls), fresh(given), positional, seed + len(calls)))
            return reference(*args, **kwargs)

        with neutral():
            seed_everything(seed)
            try:
                made = self.task.probe(visit, np.random.default_rng(seed))
                for _ in () if isinstance(made, dict) else made:
                    pass
            except BaseException:
                self._interrupts.check()
        return _spread(calls)

    def ask(self, function: Any, call: Call, **changed: object) -> Reply:
        """Make a call again, perhaps with other arguments; what it raises is part of the reply.

        Raises
        ------
        OutOfTime
            If the answer has taken too long in all.
        """
        whose = "reference" if function is self.task.reference else "answer"
        if self._spent["answer"] > max(PATIENCE, TIMES_AS_LONG * self._spent["reference"]):
            raise OutOfTime
        begun = time.process_time()
        try:
            return self._ask(function, call, **changed)
        finally:
            self._spent[whose] += time.process_time() - begun

    def _ask(self, function: Any, call: Call, **changed: object) -> Reply:
        arguments = fresh({**call.arguments, **changed})
        kept = [held for value in arguments.values() if (held := _guard(value)) is not None]
        by_name = {key: value for key, value in arguments.items() if key not in call.positional}
        with neutral():
            seed_everything(call.seed)
            try:
                with settings_of_one_call():
                    value = convert.read_once(
                        function(*(arguments[key] for key in call.positional), **by_name)
                    )
                self._interrupts.check()
                return Reply(value, parts_of(value), None, arguments)
            except BaseException as error:
                self._interrupts.check()
                return Reply(None, None, error, arguments)
            finally:
                for held in kept:
                    held.put_back()


def _guard(value: object):
    """Only networks are shared between calls; everything else is copied for each."""
    return keep(value) if is_module(value) else None


def _spread(calls: list[Call]) -> list[Call]:
    """Some calls of every kind: those whose arguments differ most in shape come first.

    Where networks take part, their type is what makes the kind.
    """
    networks = any(map(_with_network, calls))
    limit = WITH_NETWORKS if networks else CALLS
    if len(calls) <= limit:
        return calls
    seen: dict[tuple, int] = {}
    ranked = []
    for call in calls:
        values = call.arguments.values()
        if networks:
            kind = tuple(type(getattr(v, "network", v)) for v in values if is_module(v))
        else:
            kind = tuple(map(np.shape, values))
        seen[kind] = seen.get(kind, 0) + 1
        ranked.append((seen[kind], call.number))
    chosen = {number for _, number in sorted(ranked)[:limit]}
    return [call for call in calls if call.number in chosen]


def _with_network(call: Call) -> bool:
    return any(map(is_module, call.arguments.values()))


def fresh(value):
    """A copy of an argument that can be spoilt; networks stay what they are."""
    if isinstance(value, dict):
        return {key: fresh(item) for key, item in value.items()}
    if isinstance(value, np.ndarray):
        return value.copy()
    if isinstance(value, np.random.Generator):
        return copy.deepcopy(value)
    if is_tensor(value):
        return value.detach().clone().requires_grad_(value.requires_grad)
    if type(value) in (list, tuple):
        return type(value)(map(fresh, value))
    return value


def parts_of(value: Any) -> tuple[np.ndarray, ...] | None:
    """The numbers in a result: one array, or one for each entry where these differ in shape.

    A single number is 0-d, in whatever brackets it came.
    """
    try:
        whole = None if isinstance(value, tuple) and len(value) > 1 else convert.array(value)
        parts: list | None = [whole] if whole is not None else list(map(convert.array, value))
    except BaseException:
        try:
            parts = [convert.array(part) for part in value] if type(value) is list else None
        except BaseException:
            parts = None
    if parts is None:
        return None
    return tuple(part.reshape(()) if part.size == 1 else part for part in parts)


def others(value: object, rng: np.random.Generator) -> Iterator[object]:
    """Values of the same kind as an argument, to see whether a result depends on it."""
    for turn in range(2):
        with contextlib.suppress(Exception):
            made = _other(value, rng)
            if turn and _whole(made):  # other numbers, not only another order
                shifted = np.asarray(made) + 1
                made = type(made)(shifted.tolist()) if isinstance(made, list | tuple) else shifted
            yield made


def _other(value: object, rng: np.random.Generator):
    if isinstance(value, (bool, np.bool_)):
        return not value
    if isinstance(value, (int, np.integer)):
        return int(value) + int(rng.integers(1, 3)) * max(1, abs(int(value)) // 4)
    if isinstance(value, (float, np.floating)):
        inside = 0 <= value <= 1
        return float(rng.uniform(0.1, 0.9)) if inside else float(value * rng.uniform(1.1, 1.9))
    if is_module(value):
        return _other_network(value, rng)
    if is_tensor(value):
        import torch

        made = torch.as_tensor(_other_array(value.detach().double().cpu().numpy(), rng))
        return made.to(value.dtype).requires_grad_(value.requires_grad)
    if isinstance(value, np.ndarray):
        return _other_array(value, rng)
    if isinstance(value, (list, tuple)):
        return type(value)(_other_array(np.asarray(value), rng).tolist())
    raise TypeError(type(value).__name__)


def _whole(value: object) -> bool:
    """Whether this is an array, a list or a tuple of whole numbers."""
    kinds = isinstance(value, np.ndarray | list | tuple)
    return kinds and np.asarray(value).dtype.kind in "iu"


def _other_array(values: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    if values.dtype.kind in "iub":
        return np.roll(values, 1)
    simplex = values.min(initial=0.0) >= 0 and np.isclose(values.sum(axis=-1), 1.0).all()
    if simplex and values.ndim and values.shape[-1] > 1:
        return rng.dirichlet(np.ones(values.shape[-1]), values.shape[:-1])
    if values.ndim == 2 and values.shape[0] == values.shape[1] and np.allclose(values, values.T):
        return values * rng.uniform(1.2, 1.8) + np.diag(rng.uniform(0.1, 1, len(values)))
    if ((values >= 0) & (values <= 1)).all():
        return rng.uniform(0.05, 0.95, values.shape)
    return values + rng.normal(size=values.shape) * (0.3 + np.abs(values).mean())


def _other_network(network, rng: np.random.Generator):
    import torch

    twin = copy.deepcopy(network)
    with torch.no_grad():
        for parameter in twin.parameters():
            noise = torch.as_tensor(rng.normal(size=tuple(parameter.shape)))
            parameter.add_(noise.to(parameter.dtype))
    return twin
