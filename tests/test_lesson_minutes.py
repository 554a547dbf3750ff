"""A lesson states the minutes that are measured, and its core path is one sitting."""

import ast
import re

import nbformat
import pytest
from lesson_minutes import CORE, doing, reading, sections

from course_utils import settings
from course_utils.lessons import LESSONS
from course_utils.widgets import concepts

PATHS = sorted((settings.ROOT / "notebooks").glob("*.ipynb"))
MEASURED = {path: sections(path) for path in PATHS}
STATING = [path for path in PATHS if any(s.stated is not None for s in MEASURED[path])]
EACH = pytest.mark.parametrize("path", STATING, ids=lambda p: p.stem[:2])
ADVICE = "python tests/lesson_minutes.py --write puts the minutes right"


def test_lessons_that_state_their_time():
    assert {path.name for path in STATING} == {lesson.notebook for lesson in LESSONS.values()}


@EACH
def test_titles_state_what_is_measured(path):
    for section in MEASURED[path]:
        assert section.stated is not None, f"{section.title}: no minutes; {ADVICE}"
        assert abs(section.stated - section.minutes) <= 1, f"{section.heading}; {ADVICE}"


@EACH
def test_the_core_path_is_one_sitting_and_the_first_cell_says_so(path):
    core = sum(s.minutes for s in MEASURED[path] if not s.deeper)
    deeper = sum(s.minutes for s in MEASURED[path] if s.deeper)
    assert CORE[0] <= core <= CORE[1], f"the core path takes {core} minutes"
    text = next(c.source for c in nbformat.read(path, 4).cells if c.id == "objectives")
    said = re.search(r"about (\d+) minutes, reading and doing.* another (\d+)", text)
    assert abs(int(said[1]) - core) <= 5 and abs(int(said[2]) - deeper) <= 5


def test_the_concept_map_carries_the_same_minutes():
    shown = concepts.ConceptMap()._repr_html_()
    assert "22 min" in shown and "dashed" in shown


@EACH
def test_the_core_path_needs_nothing_from_a_deeper_section(path):
    deep_cells, on_the_path, only_deeper = {s.cell for s in MEASURED[path] if s.deeper}, set(), {}
    starts, deeper = {s.cell for s in MEASURED[path]}, False
    for cell in nbformat.read(path, 4).cells:
        deeper = cell.id in deep_cells if cell.id in starts else deeper
        if cell.cell_type != "code":
            continue
        tree = ast.parse(re.sub(r"^%%.*\n", "", cell.source))
        names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
        made = {node.id for node in names if isinstance(node.ctx, ast.Store)}
        made |= {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
        made |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
        if deeper:
            only_deeper |= dict.fromkeys(made, cell.id)
            continue
        on_the_path |= made
        for node in names:
            place = only_deeper.get(node.id) if node.id not in on_the_path else None
            assert place is None, f"{cell.id} needs {node.id}, made in {place}"


def test_reading_and_doing_are_counted():
    assert reading("word " * 400) == pytest.approx(2.0)
    assert reading("$$a + b$$") == pytest.approx(10 / 200)
    assert reading("[name](https://a.b/c)") == pytest.approx(1 / 200)
    assert doing('x = answers("three_masses", {"…": ...})') == pytest.approx(0.75)
    assert doing('quiz.self_check("lesson1")') == pytest.approx(9 * 0.75)
    assert doing("@exercise\ndef f():\n    pass") == pytest.approx(4.0)
    assert doing('guess = predict("next_ball", ...)\nshow(draw.urns())') == pytest.approx(1.0)
