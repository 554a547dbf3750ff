"""Carry along what an answer uses: definitions, imports and constants from earlier cells.

They are found by name, from the answer backwards; no other statement of a submission ever runs.
"""

from __future__ import annotations

import builtins
import functools
from dataclasses import dataclass, field

from course_utils.grading import course
from course_utils.grading.extract import PRESENT, Answer, Extracted
from course_utils.grading.syntax import decorator_name, defined_names, free_names

PROVIDED = ("exercise", "answers", "derivation")  # by the sandbox, where they show nothing
BUILTINS = frozenset(dir(builtins))


@dataclass
class Carried:
    """What goes into the sandbox with an answer.

    Attributes
    ----------
    parts : list of (int, int)
        Statements to run, as indices of cell and statement, in the notebook's order; the answer's
        own is the last.
    imports : list of str
        Import statements of the notebook handed out, for names that this one does not define.
    references : list of str
        Functions of other exercises that the notebook had bound to the course's own.
    tables : list of str
        Other answer tables whose values are used.
    """

    parts: list[tuple[int, int]] = field(default_factory=list)
    imports: list[str] = field(default_factory=list)
    references: list[str] = field(default_factory=list)
    tables: list[str] = field(default_factory=list)


def carry(extracted: Extracted, answer: Answer, right: set[str]) -> Carried:
    """What `answer` needs, where the functions of the exercises in `right` are the student's own.

    As in the notebook, the name of an exercise stands for the student's function once that is
    right, and for the course's until then.
    """
    return _Search(extracted, answer, right).run()


class _Search:
    def __init__(self, extracted: Extracted, answer: Answer, right: set[str]):
        self._extracted, self._answer, self._right = extracted, answer, right
        self._here = (answer.cell, answer.statement)
        self._definitions: dict[str, tuple[int, int]] = {}
        self._stars: set[tuple[int, int]] = set()
        for place, at, statement in self._earlier():
            for name in defined_names(statement):
                if name == "*":
                    self._stars.add((place, at))
                else:
                    self._definitions[name] = (place, at)

    def _earlier(self):
        for place, cell in enumerate(self._extracted.cells[: self._answer.cell + 1]):
            for at, statement in enumerate(() if cell.solution else cell.statements):
                if (place, at) < self._here:
                    yield place, at, statement

    def _statement(self, part: tuple[int, int]):
        return self._extracted.cells[part[0]].statements[part[1]]

    def run(self) -> Carried:
        carried = Carried()
        parts = {self._here, *self._stars}
        waiting = sorted(parts)
        seen = {self._answer.id, *PROVIDED}
        while waiting:
            for name in sorted(free_names(self._statement(waiting.pop())) - seen):
                seen.add(name)
                part = self._resolve(name, carried)
                if part is not None and part not in parts:
                    parts.add(part)
                    waiting.append(part)
        carried.parts = sorted(parts)
        carried.tables = self._tables(carried.parts)
        return carried

    def _resolve(self, name: str, carried: Carried) -> tuple[int, int] | None:
        part = self._definitions.get(name)
        other = self._extracted.answers.get(name)
        if name in course.functions():
            mine = other is not None and other.state == PRESENT
            if mine and name in self._right and (other.cell, other.statement) < self._here:
                return other.cell, other.statement
            if part is None or (mine and part == (other.cell, other.statement)) or self._asks(part):
                carried.references.append(name)
                return None
        if part is None and name not in BUILTINS:
            statement = _imports(self._extracted.lesson).get(name)
            if statement is not None and statement not in carried.imports:
                carried.imports.append(statement)
        return part

    def _asks(self, part: tuple[int, int]) -> bool:
        """Whether a statement is an exercise cell's own, perhaps an untouched one."""
        decorators = getattr(self._statement(part), "decorator_list", [])
        return any(decorator_name(decorator) == "exercise" for decorator in decorators)

    def _tables(self, parts: list[tuple[int, int]]) -> list[str]:
        places = {(a.cell, a.statement): name for name, a in self._extracted.answers.items()}
        used = [places[part] for part in parts if part in places and part != self._here]
        return [name for name in used if course.kind_of(name) == course.TABLE]


@functools.cache
def _imports(lesson: int) -> dict[str, str]:
    plain = {"np": "import numpy as np", "torch": "import torch", "math": "import math"}
    return {**plain, **course.shipped(lesson).imports}
