"""The notebooks as files: clean, ordered, with stable ids and cells of a readable size.

That they run is checked by executing them, as shipped and in instructor mode (see the Makefile).
"""

import ast
import re

import nbformat
import pytest

from course_utils import settings
from course_utils.widgets import still

PATHS = sorted((settings.ROOT / "notebooks").glob("*.ipynb"))
NAMES = [
    "01_probability_and_kl",
    "02_gan_and_jsd",
    "03_earth_movers_distance",
    "04_wgan_weight_clipping",
    "05_wgan_gp_mnist",
]
EACH = pytest.mark.parametrize("path", PATHS, ids=lambda p: p.stem[:2])


def cells(path, kind):
    return [c for c in nbformat.read(path, 4).cells if c.cell_type == kind]


def code_only(source):
    return "\n".join(line for line in source.splitlines() if not line.startswith("%%"))


def test_all_five_are_there():
    assert [p.stem for p in PATHS] == NAMES


@EACH
def test_clean(path):
    for cell in cells(path, "code"):
        assert not cell.outputs and cell.execution_count is None, cell.id


@EACH
def test_ids_are_given_by_hand(path):
    ids = [c.id for c in nbformat.read(path, 4).cells]
    assert len(set(ids)) == len(ids)
    generated = [i for i in ids if re.fullmatch(r"[0-9a-f]{8}(-.*)?", i)]
    assert not generated, "ids of a new cell: give them names, so that they stay"


@EACH
def test_cells_are_short(path):
    for cell in cells(path, "code"):
        lines = [ln for ln in cell.source.splitlines() if ln.strip() and not ln.startswith("#")]
        assert len(lines) <= 30, f"{cell.id}: {len(lines)} lines; the package does the work"


@EACH
def test_solutions_are_hidden_and_named(path):
    for cell in cells(path, "code"):
        is_solution = "solution" in cell.metadata.get("tags", [])
        assert is_solution == cell.source.startswith("%%solution "), cell.id
        if is_solution:
            assert cell.metadata.jupyter.source_hidden, cell.id


@EACH
def test_every_exercise_has_its_solution_beneath(path):
    waiting = None
    for cell in cells(path, "code"):
        found = re.search(r"^@exercise\s+def (\w+)", cell.source, re.MULTILINE)
        if cell.source.startswith("%%solution "):
            waiting = None if waiting == cell.source.split()[1] else waiting
        elif found:
            assert waiting is None, f"no solution for {waiting}"
            waiting = found.group(1)
    assert waiting is None, f"no solution for {waiting}"


@EACH
def test_a_figure_is_shown_without_plumbing(path):
    """What is seen is written where it is drawn: ``show(draw.something(data))``, nothing else."""
    for cell in cells(path, "code"):
        for node in ast.walk(ast.parse(code_only(cell.source))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "show":
                assert len(node.args) == 1 and not node.keywords, cell.id
            if isinstance(node, ast.keyword):
                assert node.arg != "alt", cell.id
            if isinstance(node, ast.Attribute):
                assert node.attr != "trapz", f"{cell.id}: gone from NumPy 2"


@EACH
def test_sections_every_lesson_has(path):
    headings = "\n".join(
        line for c in cells(path, "markdown") for line in c.source.splitlines() if line[:1] == "#"
    ).lower()
    for wanted in ("what you will be able to do", "reading", "1. "):
        assert wanted in headings, wanted


@EACH
def test_each_lesson_says_how_precise_to_be_and_how_to_go_on_another_day(path):
    text = "\n".join(c.source for c in cells(path, "markdown"))
    assert "Three significant digits are enough" in text
    assert "Run All Above Selected Cell" in text and "Run All Above Selected Cell" in still.HOW
