"""Has an answer been begun? Read from the source, or else from the bytecode, never by running it.

A function such as ``clip_weights`` rightly returns ``None``, so that an untouched body of
``pass`` cannot be told from an attempt by what it returns.
"""

from __future__ import annotations

import ast
import dis
import functools
import inspect
import textwrap
from collections.abc import Callable
from typing import Any

_NO_CODE = {"RESUME", "NOP", "CACHE", "COPY_FREE_VARS", "PRECALL", "PUSH_NULL", "KW_NAMES"}
MOST_PARTIALS = 1000
_EMPTY = {("LOAD_CONST", "RETURN_VALUE"), ("RETURN_CONST",)}


def is_stub(answer: object) -> bool:
    """Whether the body is only ``pass``, ``...`` or ``raise NotImplementedError``.

    A docstring does not count. A lambda, a built-in or a class is never a stub.
    """
    if answer is None or answer is Ellipsis:
        return True
    function = plain_function(answer)
    if not inspect.isfunction(function) or function.__name__ == "<lambda>":
        return False
    body = _body(function)
    return _empty_bytecode(function) if body is None else all(map(_says_nothing, body))


def plain_function(answer: Any) -> Any:
    """The Python function behind partials and bound methods, if there is one."""
    for _ in range(MOST_PARTIALS):  # one may hold itself
        if not isinstance(answer, functools.partial):
            break
        answer = answer.func
    return answer.__func__ if inspect.ismethod(answer) else answer


def holds_itself(answer: object) -> bool:
    """Whether it is a partial of a partial without end, which brings Python down when called."""
    return isinstance(plain_function(answer), functools.partial)


def _body(function: Callable) -> list[ast.stmt] | None:
    """The statements of `function`, or None where its source cannot be had."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except Exception:  # no source, or source that no longer parses
        return None
    definition = tree.body[0] if tree.body else None
    if not isinstance(definition, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return None
    return definition.body if definition.name == function.__name__ else None


def _says_nothing(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Expr):
        return isinstance(statement.value, ast.Constant)
    if isinstance(statement, ast.Raise):
        raised = statement.exc.func if isinstance(statement.exc, ast.Call) else statement.exc
        return isinstance(raised, ast.Name) and raised.id == "NotImplementedError"
    return isinstance(statement, ast.Pass)


def _empty_bytecode(function: Callable) -> bool:
    code = [step for step in dis.get_instructions(function) if step.opname not in _NO_CODE]
    names = tuple(step.opname for step in code)
    if names in _EMPTY:
        return code[0].argval is None
    loads = [step.argval for step in code if step.opname == "LOAD_GLOBAL"]
    return names[-1:] == ("RAISE_VARARGS",) and loads == ["NotImplementedError"]
