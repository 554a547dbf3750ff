"""What the course itself hands out: the notebooks' own cells, read as any submission is."""

from __future__ import annotations

import ast
import functools
from dataclasses import dataclass, field
from pathlib import Path

from course_utils import places
from course_utils.exercises.index import EXERCISES, LESSONS
from course_utils.exercises.kinds import Task
from course_utils.exercises.tables import Table
from course_utils.grading.notebooks import read_notebook
from course_utils.grading.syntax import ParsedCell, defined_names, parse_cell


@dataclass(frozen=True)
class Shipped:
    """One lesson's notebook as it was handed out.

    Attributes
    ----------
    signatures : dict of str to str
        For each function to write: its parameters.
    imports : dict of str to str
        For each imported name: the statement that imports it.
    solutions : dict of str to str
        For each id: the source of its solution cell.
    """

    signatures: dict[str, str] = field(default_factory=dict)
    imports: dict[str, str] = field(default_factory=dict)
    solutions: dict[str, str] = field(default_factory=dict)


FUNCTION, TABLE, DERIVATION = "function", "table", "derivation"


def kind_of(name: str) -> str:
    """ "function", "table" or "derivation"."""
    item = EXERCISES[name]
    if isinstance(item, Task):
        return FUNCTION
    return TABLE if isinstance(item, Table) else DERIVATION


@functools.cache
def functions() -> frozenset[str]:
    """The ids of all functions to write."""
    return frozenset(name for name in EXERCISES if kind_of(name) == FUNCTION)


@functools.cache
def notebook_path(lesson: int) -> Path | None:
    """The shipped notebook of a lesson, if this installation has it."""
    return next((path for path in places.lessons() if path.name.startswith(f"0{lesson}_")), None)


@functools.cache
def shipped(lesson: int) -> Shipped:
    """What lesson `lesson` handed out; empty if the notebooks are not installed."""
    path = notebook_path(lesson)
    result = Shipped()
    if path is None:
        return result
    cells, _ = read_notebook(path.read_bytes())
    for cell in cells:
        if cell.kind == "code":
            _note(result, parse_cell(cell), cell.source)
    return result


def _note(result: Shipped, cell: ParsedCell, source: str) -> None:
    if cell.solution:
        first, _, rest = source.partition("\n")
        result.solutions[first.split()[-1]] = rest
        return
    for statement in cell.statements:
        if isinstance(statement, ast.FunctionDef) and statement.name in functions():
            result.signatures[statement.name] = ast.unparse(statement.args)
        if isinstance(statement, (ast.Import, ast.ImportFrom)):
            for name in defined_names(statement):
                result.imports.setdefault(name, ast.unparse(statement))


def lesson_of(names: set[str]) -> int | None:
    """The lesson that most of these ids belong to; None if none of them is of the course."""
    counts = {lesson: len(names & set(ids)) for lesson, ids in LESSONS.items()}
    best = max(counts, key=lambda lesson: counts[lesson])
    return best if counts[best] else None
