"""The house: imports run one way, and every public name says what it takes, gives and raises."""

import ast
import functools
import graphlib
import re
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "course_utils"
FILES = sorted(PACKAGE.rglob("*.py"))

# A room may import from its own floor and from those above it in this list, never from below.
FLOORS = """
places theme progress_bar lessons
durable waiting divergences network_simplex piecewise run_context moving_earth pixel_distance
settings
datasets history transport models objectives
features integral_metrics gaussians_1d checkpoints
parallel run_identity training_config training_run training
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
MATHEMATICS += ["piecewise", "network_simplex", "moving_earth", "pixel_distance", "features"]


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


def imported_files(path):
    """The files of the package that a file imports, anywhere in it, for types too."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("course_utils"):
            home = PACKAGE.parent.joinpath(*node.module.split("."))
            named = [home.joinpath(f"{alias.name}.py") for alias in node.names]
            if not all(file.exists() for file in named):
                named += [home.with_suffix(".py"), home / "__init__.py"]
            yield from (file for file in named if file.exists())


def test_no_files_import_each_other_in_a_circle():
    graph = {path: set(imported_files(path)) - {path} for path in FILES}
    # what a package hands on in its __init__ is no circle with what it is made of
    graph = {
        path: {other for other in others if other.name != "__init__.py"}
        for path, others in graph.items()
    }
    list(graphlib.TopologicalSorter(graph).static_order())  # raises CycleError, which names it


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
        assert lines <= 420, f"{path}: {lines} lines; which two things does it hold?"


SHAPE = re.compile(
    r"[Ss]hapes?\b|\((?:[nmkcd]|batch|n_\w+|\d+|\.\.\.)(?:,[^)]*)?\)|\(\)|\b[0-2]-[dD]\b|[Ss]calar"
)
SOURCE = re.compile(r"\b(19|20)\d\d\b|arXiv|[Ss]ection|[Cc]hapter|:mod:|:func:")
ARRAYS = re.compile(r"\b(Tensor|ndarray|ArrayLike)\b")
# what a divergence, a distance or a log-likelihood is measured in
UNIT = re.compile(r"\bnats?\b|\bbits?\b|unit|log 2|between 0 and 1|at most 1|positions|distance")


def of_arrays(node):
    """Whether a function takes or gives arrays."""
    stated = [a.annotation for a in node.args.args] + [node.returns]
    return any(ARRAYS.search(ast.unparse(note)) for note in stated if note is not None)


def raised_in(node):
    """The names of the errors that a function raises itself."""
    raised = (n.exc for n in ast.walk(node) if isinstance(n, ast.Raise))
    return {ast.unparse(error.func) for error in raised if isinstance(error, ast.Call)}


def what_is_not_said(path):
    """Public names without a docstring, and functions that leave out shapes or errors."""
    of_class = ""
    for name, node in public(path):
        text = ast.get_docstring(node) or ""
        if isinstance(node, ast.ClassDef):
            of_class = text
        if not text:
            if not overrides(node):
                yield f"{name}: no docstring"
        elif isinstance(node, ast.FunctionDef):
            known = text + of_class if "." in name else text
            if of_arrays(node) and not SHAPE.search(known):
                yield f"{name}: no shapes"
            yield from (f"{name}: does not say that it raises {e}" for e in raised_in(node)
                        if e not in text)  # fmt: skip


@pytest.mark.parametrize("module", MATHEMATICS)
def test_public_names_say_shapes_errors_and_source(module):
    path = PACKAGE / f"{module}.py"
    assert not list(what_is_not_said(path))
    assert SOURCE.search(path.read_text("utf-8")), "says nowhere where it comes from"


def test_divergences_say_their_unit():
    for name, node in public(PACKAGE / "divergences.py"):
        if isinstance(node, ast.FunctionDef):
            assert UNIT.search(ast.get_docstring(node)), f"{name}: no unit"


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("def f(x: Tensor): pass", "f: no docstring"),
        ("def f(x: Tensor):\n    'Of (some) samples.'", "f: no shapes"),
        ("def f(n: int) -> np.ndarray:\n    'Samples.'", "f: no shapes"),
        ("def f(n):\n    'A number.'\n    raise ValueError('no')", "raises ValueError"),
        ("class A:\n    'A.'\n    def f(self, x: Tensor):\n        'B.'", "A.f: no shapes"),
    ],
)
def test_what_is_not_said_is_found(tmp_path, code, said):
    (tmp_path / "module.py").write_text(code)
    (found,) = what_is_not_said(tmp_path / "module.py")
    assert said in found
