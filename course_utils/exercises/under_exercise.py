"""What stands under an ``@exercise``: is it a function that can be judged, and for which exercise?

Everything that can be put there is read here, and nothing raises: whatever it is, the cell says
so in a sentence and the notebook runs on.
"""

from __future__ import annotations

import ast
import difflib
import inspect
import linecache
import textwrap
from collections.abc import Callable, Iterable
from typing import Any

from course_utils.exercises.stubs import plain_function


def name_of(thing: Any) -> str:
    """The name a function goes by: of a wrapped, partial or scripted one too; "" for a lambda."""
    try:
        seen = plain_function(inspect.unwrap(thing) if callable(thing) else thing)
        name = getattr(seen, "__name__", None) or getattr(seen, "name", None)
    except Exception:  # it wraps itself, or answers no question
        name = ""
    return name if isinstance(name, str) and name.isidentifier() else ""


def complaint(thing: Any) -> str:
    """Why nothing but 'wrong' can be said of it, whatever it computes; "" if it is a function."""
    name = name_of(thing)
    if inspect.isclass(thing):
        return f"`{name}` is a class here, and a function is asked for: begin with `def`."
    if is_coroutine(thing):
        return f"`async def` makes a coroutine, which has to be awaited; write `def {name}(…)`."
    return ""


def is_coroutine(thing: Any) -> bool:
    """Whether calling it gives something that has to be awaited."""
    return inspect.iscoroutinefunction(plain_function(thing))


def suggestions(thing: Any, names: Iterable[str], parameters: Callable[[str], tuple]) -> list[str]:
    """The exercises that may be meant: the one with a near name, or all with its parameters.

    Parameters
    ----------
    thing : object
        A function whose name is that of no exercise.
    names : iterable of str
        The exercises.
    parameters : callable
        The names of the parameters of an exercise.
    """
    names, name = list(names), name_of(thing)
    near = [other for other in names if name and other.startswith(f"{name}_")]
    near += [other for other in names if len(name) > 3 and other in name]
    near += difflib.get_close_matches(name, names, n=1)
    if near:
        return near[:1]
    try:
        own = tuple(inspect.signature(thing).parameters)
    except (TypeError, ValueError):
        return []
    return [other for other in names if own and parameters(other) == own]


def named_in_cell(cell: str, names: Iterable[str]) -> str:
    """The only function under an ``@exercise`` in a cell that has an exercise's name, or ""."""
    try:
        tree = ast.parse(cell)
    except (SyntaxError, ValueError):  # magics and the like
        return ""
    found = [
        node.name
        for node in tree.body
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
        and any(_is_exercise(ast.unparse(each)) for each in node.decorator_list)
    ]
    known = [name for name in found if name in set(names)]
    return known[0] if len(found) == len(known) == 1 else ""


def _source_of(function: Any) -> ast.Module | None:
    """The parsed definition of a function, with its decorators."""
    try:
        source = inspect.getsource(plain_function(inspect.unwrap(function)))
        return ast.parse(textwrap.dedent(source))
    except Exception:  # no source, or source that no longer parses
        return None


def decorators_above(function: object) -> list[str]:
    """The decorators that stand above ``@exercise`` and will change what was judged."""
    tree = _source_of(function)
    if tree is None or not tree.body or not hasattr(tree.body[0], "decorator_list"):
        return []
    written = [ast.unparse(each) for each in tree.body[0].decorator_list]
    places = [n for n, text in enumerate(written) if _is_exercise(text)]
    return written[: places[0]] if places else []


def _is_exercise(text: str) -> bool:
    return text.split("(")[0].split(".")[-1] == "exercise"


def applied(decorators: list[str], function: Callable) -> Callable | None:
    """`function` as the decorators above it will leave it; None if that cannot be known."""
    space = getattr(plain_function(inspect.unwrap(function)), "__globals__", {})
    try:
        for text in reversed(decorators):
            function = eval(text, space)(function)
    except Exception:
        return None
    return function


def defined_below(function: Any, name: str) -> bool:
    """Whether the cell defines `name` after the function, too late for a check at once."""
    code = getattr(plain_function(inspect.unwrap(function)), "__code__", None)
    if code is None:
        return False
    try:
        tree = ast.parse("".join(linecache.getlines(code.co_filename)))
    except (SyntaxError, ValueError):
        return False
    return any(
        statement.lineno > code.co_firstlineno and name in _names_bound(statement)
        for statement in tree.body
    )


def _names_bound(statement: ast.stmt) -> set[str]:
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return {statement.name}
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        return {(alias.asname or alias.name).split(".")[0] for alias in statement.names}
    nodes = ast.walk(statement)
    return {node.id for node in nodes if isinstance(node, ast.Name) and _is_stored(node)}


def _is_stored(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
