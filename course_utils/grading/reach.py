"""What an answer reaches for, read from its syntax: the course's functions, the interpreter.

An answer that calls the course's own function for the exercise has not answered it. One that
touches the interpreter's inside (frames, ``gc``, ``ctypes``, other modules' attributes) may be
harmless, but no exercise needs it: its points are *held* until an instructor has looked.
"""

from __future__ import annotations

import ast
import functools
from dataclasses import dataclass, field

from course_utils.exercises.index import EXERCISES
from course_utils.grading import course


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


PUBLIC = {"answers", "claim", "derivation", "exercise", "predict", "progress", "show"}
INSIDES = _words(
    """_thread ast asyncio atexit bdb builtins cffi code codeop concurrent ctypes dis
    faulthandler fcntl gc importlib inspect io linecache marshal mmap multiprocessing os pathlib
    pdb pickle pkgutil pty requests resource runpy select shelve shutil signal site socket sqlite3
    subprocess sysconfig tempfile threading trace traceback types unittest urllib zipimport"""
)
CALLS = _words(
    """__import__ breakpoint compile delattr eval exec globals input locals memoryview open
    setattr vars"""
)
ATTRIBUTES = _words(
    """_current_frames _getframe cpp_extension exc_info f_back f_globals f_locals fromfile
    gi_frame load load_library loadtxt memmap meta_path ops path_hooks register_buffer_hook save
    savetxt setprofile settrace tb_frame tofile"""
)
PLAIN_DUNDERS = _words(
    "__name__ __doc__ __init__ __call__ __len__ __version__ __getitem__ __iter__ __class__"
)


@dataclass
class Reach:
    """What a piece of code reaches for.

    Attributes
    ----------
    own : list of str
        Names of the course's functions that do this very exercise.
    others : list of str
        Functions of the course that do another exercise.
    insides : list of str
        What belongs to the interpreter or to the course's checks.
    """

    own: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    insides: list[str] = field(default_factory=list)


def reach(statements: list[ast.stmt], exercise: str) -> Reach:
    """What `statements`, an answer and all it carries, reach for."""
    return _Reader(exercise).read(statements)


@functools.cache
def _names() -> dict[str, set[str]]:
    """For each name under which the course holds an exercise's function: the exercises."""
    found: dict[str, set[str]] = {}
    for name in course.functions():
        for known in (name, getattr(EXERCISES[name].reference, "__name__", name)):
            found.setdefault(known, set()).add(name)
    return found


class _Reader:
    def __init__(self, exercise: str):
        self._exercise = exercise
        self._result = Reach()
        self._modules: dict[str, str] = {}  # local name → dotted module

    def read(self, statements: list[ast.stmt]) -> Reach:
        nodes = [node for statement in statements for node in ast.walk(statement)]
        for node in nodes:
            if isinstance(node, ast.Import):
                self._import(node)
            elif isinstance(node, ast.ImportFrom):
                self._import_from(node)
        for node in nodes:
            if isinstance(node, ast.Attribute):
                self._attribute(node)
            elif isinstance(node, ast.Name):
                self._name(node)
            elif isinstance(node, ast.Call):
                self._call(node)
            elif isinstance(node, ast.Constant):
                self._constant(node.value)
        return self._result

    def _constant(self, value: object) -> None:
        if isinstance(value, str) and ("course_utils" in value or "__globals__" in value):
            self._inside(repr(value[:40]))

    def _inside(self, what: str) -> None:
        if what not in self._result.insides:
            self._result.insides.append(what)

    def _course(self, name: str) -> None:
        for exercise in sorted(_names().get(name, ())):
            kept = self._result.own if exercise == self._exercise else self._result.others
            if name not in kept:
                kept.append(name)

    def _import(self, node: ast.Import) -> None:
        for alias in node.names:
            top = alias.name.partition(".")[0]
            self._modules[alias.asname or top] = alias.name if alias.asname else top

    def _import_from(self, node: ast.ImportFrom) -> None:
        module = node.module or ""
        for alias in node.names:
            if module != "course_utils.exercises" or alias.name not in PUBLIC:
                self._modules[alias.asname or alias.name] = f"{module}.{alias.name}"
            if alias.name == "*":
                self._module(module)

    def _module(self, dotted: str) -> None:
        parts = dotted.split(".")
        if parts[0] in INSIDES or dotted == "sys.modules":
            self._inside(dotted)
        if parts[:2] in (["course_utils", "exercises"], ["course_utils", "grading"]):
            self._inside(dotted)

    def _attribute(self, node: ast.Attribute) -> None:
        dotted = self._dotted(node)
        if dotted is not None:
            self._module(dotted)
            if dotted.startswith("course_utils."):
                self._course(node.attr)
        dunder = node.attr.startswith("__") and node.attr.endswith("__")
        if node.attr in ATTRIBUTES or (dunder and node.attr not in PLAIN_DUNDERS):
            self._inside(f".{node.attr}")
        if node.attr in ("__file__", "__dict__"):
            self._opens(node.value)
        stored = isinstance(node.ctx, (ast.Store, ast.Del))
        if stored and self._dotted(node.value) is not None:
            self._inside(f"sets {ast.unparse(node)[:60]}")

    def _name(self, node: ast.Name) -> None:
        dotted = self._modules.get(node.id)
        if dotted is not None and isinstance(node.ctx, ast.Load):
            self._module(dotted)
            if dotted.startswith("course_utils."):
                self._course(dotted.rpartition(".")[2])
        if node.id == "EXERCISES" or node.id in ("__builtins__", "__loader__", "__spec__"):
            self._inside(node.id)
        if node.id == "get_ipython":
            self._inside(node.id)

    def _call(self, node: ast.Call) -> None:
        function = node.func
        if self._dotted(function, "").startswith("inspect."):
            for argument in node.args:
                self._opens(argument)
        if not isinstance(function, ast.Name):
            return
        if function.id in CALLS:
            self._inside(f"{function.id}()")
        if function.id == "getattr" and len(node.args) > 1:
            name = node.args[1]
            plain = isinstance(name, ast.Constant) and isinstance(name.value, str)
            if not plain or name.value.startswith("_"):
                self._inside("getattr()")
            elif self._dotted(node.args[0], "").startswith("course_utils"):
                self._course(name.value)

    def _opens(self, node: ast.expr) -> None:
        """A module read as text or as a dict: if it holds the course's function, that is used."""
        reference = getattr(EXERCISES[self._exercise], "reference", None)
        if reference is not None and self._dotted(node) == reference.__module__:
            self._course(reference.__name__)

    def _dotted(self, node: ast.expr, default: str | None = None) -> str | None:
        """``np.linalg`` as "numpy.linalg", where the name is an imported module's."""
        parts = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if isinstance(node, ast.Name) and node.id in self._modules:
            return ".".join([self._modules[node.id], *reversed(parts)])
        return default
