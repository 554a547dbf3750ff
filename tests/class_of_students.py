"""Notebooks as students hand them in: made from those of the course, for the grader's tests."""

import ast
import copy
import json
from pathlib import Path

from course_utils.exercises.index import LESSONS
from course_utils.grading.course import FUNCTION, kind_of

NOTEBOOKS = Path(__file__).resolve().parent.parent / "notebooks"


def shipped(lesson):
    """The lesson's notebook, as JSON."""
    (path,) = NOTEBOOKS.glob(f"{lesson:02d}_*.ipynb")
    return path.name, json.loads(path.read_text(encoding="utf-8"))


def source(cell):
    return "".join(cell["source"])


def cell_of(notebook, name):
    """The cell in which exercise `name` is to be answered."""
    marks = (f"def {name}(", f'answers("{name}"', f'derivation("{name}"')
    for cell in notebook["cells"]:
        text = source(cell)
        code = cell["cell_type"] == "code" and not text.startswith("%%")
        if code and any(mark in text for mark in marks):
            return cell
    raise LookupError(name)


def solutions(notebook):
    """The source of every solution cell, by id."""
    found = {}
    for cell in notebook["cells"]:
        first, _, rest = source(cell).partition("\n")
        if first.startswith("%%solution"):
            found[first.split()[-1]] = rest
    return found


def answer(notebook, name, text):
    """Put `text` in place of the answer; what the cell has before it stays."""
    cell = cell_of(notebook, name)
    if kind_of(name) != FUNCTION:
        statements = ast.parse(source(cell)).body
        lines = source(cell).split("\n")[: statements[-1].lineno - 1]
        text = "\n".join([*lines, text])
    cell["source"] = text


def submission(lesson, answers=None, solved=True):
    """``(file name, notebook)``: all solved, or all stubs, but for `answers` by id."""
    name, notebook = shipped(lesson)
    notebook = copy.deepcopy(notebook)
    given = solutions(notebook) if solved else {}
    for exercise in LESSONS[lesson]:
        text = (answers or {}).get(exercise, given.get(exercise))
        if text is not None:
            answer(notebook, exercise, text)
    return name, notebook


def hand_in(folder, student, lesson, answers=None, solved=True, name=None):
    """Write a submission into ``folder/student``; returns its path."""
    filename, notebook = submission(lesson, answers, solved)
    place = Path(folder) / student
    place.mkdir(parents=True, exist_ok=True)
    path = place / (name or filename)
    path.write_text(json.dumps(notebook), encoding="utf-8")
    return path
