"""The cells of a notebook as syntax trees. Parsing runs nothing."""

from __future__ import annotations

import ast
import re
import symtable
import warnings
from dataclasses import dataclass

from course_utils.grading.notebooks import Cell

TOO_DEEP = (RecursionError, MemoryError)
_SHELL_LINE = re.compile(r"^(\s*)(%|!|\?).*$|^(\s*)\S+\?\??\s*$", re.MULTILINE)


@dataclass(frozen=True)
class ParsedCell:
    """A code cell.

    Attributes
    ----------
    number : int
        Its place in the notebook, from 1.
    source : str
        What was parsed: line by line as in the cell, shell and magic lines made empty.
    statements : tuple of ast.stmt
        Its top-level statements; empty if it could not be parsed.
    problem : str
        Why it could not be parsed, else "".
    solution : bool
        A ``%%solution`` cell: never a student's answer.
    """

    number: int
    source: str
    statements: tuple[ast.stmt, ...] = ()
    problem: str = ""
    solution: bool = False


def parse_cell(cell: Cell) -> ParsedCell:
    """`cell` as syntax; a cell that is no Python has a `problem` instead of statements."""
    source, solution = cell.source, False
    first, _, rest = source.lstrip().partition("\n")
    if first.startswith("%%"):
        solution = first.split()[0] == "%%solution"
        source = "\n" * (source.count("\n") - rest.count("\n")) + rest
    try:
        return ParsedCell(cell.number, source, tuple(parse(source)), solution=solution)
    except SyntaxError:
        pass
    except (*TOO_DEEP, ValueError) as error:
        return ParsedCell(cell.number, source, (), _why(error), solution)
    plain = _SHELL_LINE.sub(lambda match: (match[1] or match[3] or "") + "pass", source)
    try:
        return ParsedCell(cell.number, plain, tuple(parse(plain)), solution=solution)
    except (SyntaxError, *TOO_DEEP, ValueError) as error:
        return ParsedCell(cell.number, source, (), _why(error), solution)


def parse(source: str) -> list[ast.stmt]:
    """The top-level statements of `source`."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # "invalid escape sequence" is nobody's business here
        return ast.parse(source).body


def _why(error: BaseException) -> str:
    if isinstance(error, SyntaxError):
        return f"{error.msg or 'invalid syntax'} (line {error.lineno})"
    return "it is nested too deeply" if isinstance(error, TOO_DEEP) else str(error)


def defined_names(statement: ast.stmt) -> list[str]:
    """The names that a definition, an import or an assignment binds; [] for anything else."""
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return [statement.name]
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        return [alias.asname or alias.name.partition(".")[0] for alias in statement.names]
    if isinstance(statement, ast.Assign):
        return [name for target in statement.targets for name in _targets(target)]
    if isinstance(statement, ast.AnnAssign) and statement.value is not None:
        return _targets(statement.target)
    return []


def _targets(target: ast.expr) -> list[str]:
    if isinstance(target, ast.Name):
        return [target.id]
    if isinstance(target, (ast.Tuple, ast.List)):
        return [name for part in target.elts for name in _targets(part)]
    return _targets(target.value) if isinstance(target, ast.Starred) else []


def free_names(node: ast.AST) -> set[str]:
    """The names that `node` takes from its surroundings; built-ins are among them."""
    code = ast.unparse(node)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tables = [symtable.symtable(code, "cell", "exec")]
    names = {symbol.get_name() for symbol in tables[0].get_symbols() if symbol.is_referenced()}
    while tables:
        table = tables.pop()
        tables += table.get_children()
        if table.get_type() != "module":
            names |= {s.get_name() for s in table.get_symbols() if s.is_global()}
    return names


def decorator_name(node: ast.expr) -> str:
    """``exercise`` for ``@exercise``, ``@course.exercise`` and ``@exercise()``."""
    if isinstance(node, ast.Call):
        node = node.func
    return called_name(node)


def exercise_named(decorator: ast.expr) -> str:
    """The exercise in ``@exercise("entropy")`` or ``@exercise(name="entropy")``, "" if none is."""
    if not isinstance(decorator, ast.Call):
        return ""
    values = [*decorator.args, *(keyword.value for keyword in decorator.keywords)]
    named = [v.value for v in values if isinstance(v, ast.Constant) and isinstance(v.value, str)]
    return named[0] if named else ""


def called_name(node: ast.expr) -> str:
    """The last part of a dotted name, "" where there is none."""
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else ""


def calls_of(statement: ast.stmt, names: tuple[str, ...]) -> list[tuple[str, str, ast.Call]]:
    """``(function, id, call)`` for calls such as ``answers("dfl_4_3_1", …)`` in a statement."""
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return []
    return [
        (called_name(node.func), node.args[0].value, node)
        for node in ast.walk(statement)
        if isinstance(node, ast.Call)
        and called_name(node.func) in names
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    ]


def says_nothing(body: list[ast.stmt]) -> bool:
    """Whether a function's body is only a docstring, ``pass``, ``...`` or NotImplementedError."""
    return all(map(_empty, body))


def _empty(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Expr):
        return isinstance(statement.value, ast.Constant)
    if isinstance(statement, ast.Raise):
        raised = statement.exc.func if isinstance(statement.exc, ast.Call) else statement.exc
        return isinstance(raised, ast.Name) and raised.id == "NotImplementedError"
    return isinstance(statement, ast.Pass)
