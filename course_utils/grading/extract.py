"""Find the answers in a notebook, by exercise id."""

from __future__ import annotations

import ast
import difflib
import re
from dataclasses import dataclass, field

from course_utils.exercises.index import LESSONS
from course_utils.grading import course
from course_utils.grading.notebooks import Cell
from course_utils.grading.syntax import (
    ParsedCell,
    calls_of,
    decorator_name,
    exercise_named,
    parse_cell,
    says_nothing,
)

MISSING, UNTOUCHED, UNPARSED, PRESENT = "missing", "untouched", "unparsed", "present"


@dataclass
class Answer:
    """What a submission holds for one exercise.

    Attributes
    ----------
    id : str
        The exercise, table or derivation.
    state : str
        MISSING, UNTOUCHED, UNPARSED or PRESENT.
    found : int
        How many cells answer it.
    cell, statement : int
        Where the answer that counts stands: indices into the parsed cells and their statements.
    problem : str
        For UNPARSED: why the cell is no Python.
    remarks : list of str
        For the report.
    """

    id: str
    state: str = MISSING
    found: int = 0
    cell: int = -1
    statement: int = -1
    problem: str = ""
    remarks: list[str] = field(default_factory=list)


@dataclass
class Extracted:
    """All answers of one notebook, and the parsed code cells they stand in."""

    lesson: int
    cells: list[ParsedCell]
    answers: dict[str, Answer]
    remarks: list[str]


@dataclass(frozen=True)
class _Candidate:
    cell: int
    statement: int
    begun: bool
    decorated: bool


def parse_cells(cells: list[Cell]) -> list[ParsedCell]:
    """Every code cell as syntax."""
    return [parse_cell(cell) for cell in cells if cell.kind == "code"]


def ids_in(parsed: list[ParsedCell]) -> set[str]:
    """The exercise ids that occur in a notebook, whatever lesson they belong to."""
    found = {name for cell in parsed for _, name, _ in _answers_in(cell)}
    return found & set().union(*map(set, LESSONS.values()))


def exercise_of(cell: Cell) -> str | None:
    """The exercise that one cell of a lesson is the place for, if any."""
    if cell.kind != "code":
        return None
    known = set().union(*map(set, LESSONS.values()))
    return next((name for _, name, _ in _answers_in(parse_cell(cell)) if name in known), None)


def extract(lesson: int, cells: list[Cell], parsed: list[ParsedCell] | None = None) -> Extracted:
    """The answers to every exercise of `lesson`."""
    parsed = parse_cells(cells) if parsed is None else parsed
    ids = LESSONS[lesson]
    candidates: dict[str, list[_Candidate]] = {name: [] for name in ids}
    remarks: list[str] = []
    for place, cell in enumerate(parsed):
        for at, name, candidate in _answers_in(cell):
            if name in candidates:
                begun, decorated = candidate
                candidates[name].append(_Candidate(place, at, begun, decorated))
            elif candidate[1]:
                remarks.append(_stranger(name, cell.number, ids))
    answers = {name: _choose(name, found, parsed) for name, found in candidates.items()}
    for name, answer in answers.items():
        if answer.state in (MISSING, UNTOUCHED):
            _look_elsewhere(answer, name, cells, parsed)
    _note_moves(answers, ids)
    for name, text in course.shipped(lesson).signatures.items():
        if name in answers:
            _note_edits(answers[name], parsed, text)
    return Extracted(lesson, parsed, answers, remarks)


def _answers_in(cell: ParsedCell) -> list[tuple[int, str, tuple[bool, bool]]]:
    """``(statement, id, (begun, meant for the course))`` for everything like an answer."""
    if cell.solution:
        return []
    found = []
    for at, statement in enumerate(cell.statements):
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
            marks = [d for d in statement.decorator_list if decorator_name(d) == "exercise"]
            name = exercise_named(marks[0]) if marks else ""
            if marks or statement.name in course.functions():
                begun = not says_nothing(statement.body)
                found.append((at, name or statement.name, (begun, bool(marks))))
        elif isinstance(statement, ast.Assign) and len(statement.targets) == 1:
            target = statement.targets[0]
            if isinstance(target, ast.Name) and target.id in course.functions():
                found.append((at, target.id, (True, False)))
        for function, name, call in calls_of(statement, ("answers", "derivation")):
            given = call.args[1] if len(call.args) > 1 else None
            given = given or next((k.value for k in call.keywords if k.arg), None)
            begun = not (_blank_table(given) if function == "answers" else _blank(given))
            found.append((at, name, (begun, True)))
    return found


def _blank(node: ast.expr | None) -> bool:
    return node is None or (isinstance(node, ast.Constant) and node.value in (..., None, ""))


def _blank_table(node: ast.expr | None) -> bool:
    return _blank(node) or (isinstance(node, ast.Dict) and all(map(_blank, node.values)))


def _choose(name: str, found: list[_Candidate], parsed: list[ParsedCell]) -> Answer:
    """The last answer counts; copies that were never begun are no answers."""
    begun = [candidate for candidate in found if candidate.begun]
    begun = [candidate for candidate in begun if candidate.decorated] or begun
    if not begun:
        return Answer(name, UNTOUCHED if found else MISSING, len(found))
    last = begun[-1]
    answer = Answer(name, PRESENT, len(found), last.cell, last.statement)
    if len(found) > 1:
        places = ", ".join(str(parsed[candidate.cell].number) for candidate in found)
        counts = parsed[last.cell].number
        answer.remarks.append(f"found in cells {places}; the one in cell {counts} counts")
    if not last.decorated:
        answer.remarks.append("the cell no longer has @exercise above the function")
    return answer


def _look_elsewhere(answer: Answer, name: str, cells: list[Cell], parsed: list[ParsedCell]) -> None:
    """An answer that is in no readable code cell: is it anywhere else?"""
    pattern = re.compile(rf"\bdef\s+{re.escape(name)}\s*\(|[\"']{re.escape(name)}[\"']\s*,")
    for place, cell in enumerate(parsed):
        if cell.problem and not cell.solution and pattern.search(cell.source):
            answer.state, answer.cell, answer.problem = UNPARSED, place, cell.problem
            answer.found = max(answer.found, 1)
            answer.remarks.append(f"cell {cell.number} is no Python: {cell.problem}")
    if answer.state == MISSING:
        answer.remarks.append("the cell is missing")
        for cell in cells:
            if cell.kind != "code" and pattern.search(cell.source):
                answer.remarks.append(f"cell {cell.number} looks like it, but is {cell.kind}")
        for cell in parsed:
            if not cell.solution and not cell.problem and pattern.search(cell.source):
                answer.remarks.append(f"cell {cell.number} has it, but not at its top level")


def _stranger(name: str, number: int, ids: tuple[str, ...]) -> str:
    near = difflib.get_close_matches(name, ids, n=1)
    guess = f"; is it a renamed `{near[0]}`?" if near else ""
    return f"cell {number} answers `{name[:80]}`, which this lesson does not ask{guess}"


def _note_moves(answers: dict[str, Answer], ids: tuple[str, ...]) -> None:
    """Remark on answers that stand before one they came after in the notebook handed out."""
    latest = -1
    for name in ids:
        answer = answers[name]
        if answer.state == PRESENT:
            if answer.cell < latest:
                answer.remarks.append("the cell was moved")
            latest = max(latest, answer.cell)


def _note_edits(answer: Answer, parsed: list[ParsedCell], parameters: str) -> None:
    if answer.state != PRESENT:
        return
    statement = parsed[answer.cell].statements[answer.statement]
    if isinstance(statement, ast.FunctionDef) and ast.unparse(statement.args) != parameters:
        answer.remarks.append("its parameters were edited")
