"""The house: imports run one way, and every public name says what it takes, gives and raises."""

import ast
import functools
import re
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "course_utils"
FILES = sorted(PACKAGE.rglob("*.py"))

# A room may import from its own floor and from those above it in this list, never from below.
FLOORS = """
places theme progress_bar lessons
durable divergences network_simplex piecewise run_context moving_earth pixel_distance
settings
datasets history transport objectives
features models integral_metrics gaussians_1d checkpoints
parallel run_identity training_run training
evaluation
plots
exercises
experiments
widgets
quiz
lab grading
cli
""".strip().splitlines()
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms.split()}

MATHEMATICS = ["divergences", "transport", "integral_metrics", "gaussians_1d", "objectives"]
MATHEMATICS += ["evaluation", "models", "datasets", "training"]


@functools.cache
def tree(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def room_of(path):
    inside = path.relative_to(PACKAGE).parts
    return inside[0].removesuffix(".py")


def imported_rooms(path):
    """The rooms that a file imports from, anywhere in it."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("course_utils"):
            inside = node.module.split(".")[1:2]
            yield from inside or (alias.name for alias in node.names)
        elif isinstance(node, ast.Import):
            names = (alias.name.split(".") for alias in node.names)
            yield from (name[1] for name in names if name[0] == "course_utils" and len(name) > 1)


def test_every_room_has_a_floor():
    rooms = {room_of(path) for path in FILES} - {"__init__", "__main__"}
    assert rooms <= FLOOR.keys()


@pytest.mark.parametrize("room", FLOOR)
def test_imports_run_one_way(room):
    for path in FILES:
        if room_of(path) == room:
            for other in imported_rooms(path):
                if other in FLOOR and not is_type_only(path, other):
                    assert FLOOR[other] <= FLOOR[room], f"{path.name} imports {other}"


def is_type_only(path, room):
    """Whether a room is imported for its types alone."""
    guarded = [
        node
        for node in ast.walk(tree(path))
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
    ]
    return any(f"course_utils.{room}" in ast.unparse(node) for node in guarded)


def test_figures_are_drawn_without_networks():
    for path in (PACKAGE / "plots").glob("*.py"):
        assert not re.search(r"^\s*(import|from) torch", path.read_text("utf-8"), re.MULTILINE)


def public(path):
    """Public functions, classes and methods of a module, with their qualified names."""

    def inside(body, prefix=""):
        for node in body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
                yield prefix + node.name, node
                if isinstance(node, ast.ClassDef):
                    yield from inside(node.body, f"{node.name}.")

    yield from inside(tree(path).body)


def overrides(node):
    """Methods that only answer what their base class documents need no docstring of their own."""
    return isinstance(node, ast.FunctionDef) and node.args.args[:1] and node.args.args[0].arg in (
        "self", "ctx", "cls",
    )  # fmt: skip


def test_files_are_short_and_say_what_they_are():
    for path in FILES:
        lines = path.read_text(encoding="utf-8").count("\n")
        assert ast.get_docstring(tree(path)), f"{path}: no module docstring"
        assert lines <= 450, f"{path}: {lines} lines; which two things does it hold?"


@pytest.mark.parametrize("module", MATHEMATICS)
def test_public_names_say_shapes_errors_and_source(module):
    path = PACKAGE / f"{module}.py"
    missing = []
    for name, node in public(path):
        text = ast.get_docstring(node) or ""
        if not text and not overrides(node):
            missing.append(f"{name}: no docstring")
        if isinstance(node, ast.FunctionDef) and text:
            raised = {
                ast.unparse(statement.exc.func)
                for statement in ast.walk(node)
                if isinstance(statement, ast.Raise) and isinstance(statement.exc, ast.Call)
            }
            missing += [f"{name}: does not say that it raises {e}" for e in raised if e not in text]
            takes = {ast.unparse(a.annotation) for a in node.args.args if a.annotation}
            if takes & {"Tensor", "np.ndarray"} and "(" not in text and "-d" not in text:
                missing.append(f"{name}: no shapes")
    assert not missing
    source = re.compile(r"\b(19|20)\d\d\b|arXiv|[Ss]ection|[Cc]hapter|:mod:|:func:")
    assert source.search(path.read_text(encoding="utf-8")), "says nowhere where it comes from"
