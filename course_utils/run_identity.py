"""What makes two training runs the same run: networks and objective, written down as plain facts.

A checkpoint records these facts with the settings, so that no other run can go on from it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from types import CodeType

from torch import nn

from course_utils.objectives import Objective


def architecture(network: nn.Module) -> str:
    """The layers of a network with their sizes and slopes, and the kind of its numbers."""
    layers = " ".join(repr(network).split())
    return f"{layers}, {next(network.parameters()).dtype}"


def objective_facts(objective: Objective) -> dict[str, object]:
    """Its name, its loss and its constraint, with every parameter (λ, the clip value …)."""
    facts: dict[str, object] = {"objective": objective.name}
    for kind in ("loss", "constraint"):
        part = getattr(objective, kind)
        facts[kind] = type(part).__name__
        for name, value in vars(part).items():
            facts[f"{kind}.{name}"] = _named(value) if callable(value) else value
    return facts


def _named(function: Callable) -> str:
    """A function's name; of one that is not the package's, also which code it is."""
    module = getattr(function, "__module__", "")
    name = f"{module}.{getattr(function, '__qualname__', type(function).__qualname__)}"
    code = getattr(function, "__code__", None)
    if code is None or str(module).startswith("course_utils."):
        return name
    return f"{name} {_digest(code)}"


def _digest(code: CodeType) -> str:
    """Of what a function does, whatever line or file it stands on."""
    constants = [_digest(c) if isinstance(c, CodeType) else repr(c) for c in code.co_consts[1:]]
    told = repr((code.co_code, code.co_names, constants))
    return hashlib.sha256(told.encode()).hexdigest()[:8]
