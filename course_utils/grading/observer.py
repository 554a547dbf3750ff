"""Inside the sandbox: run one answer under its exercise's probe, and say what it did.

Everything here happens in a process of its own that is thrown away afterwards. It holds no
expected number: the references, the misconceptions and the keys of the tables are taken out
before a student's first line runs, and the comparing is done outside.
"""

from __future__ import annotations

import ast
import contextlib
import gc
import linecache
import math
import numbers
import sys
import types
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

from course_utils import places
from course_utils.exercises import notebook, run_probe
from course_utils.exercises.convert import WrongType, describe, number
from course_utils.exercises.derivations.derivation import Derivation
from course_utils.exercises.index import BANK_OF, EXERCISES
from course_utils.exercises.interrupts import Interrupts
from course_utils.exercises.kinds import Task
from course_utils.exercises.run_probe import Fault, Observation, observe, parameter_names
from course_utils.exercises.sandbox import neutral
from course_utils.exercises.tables import Entry
from course_utils.grading.course import TABLE
from course_utils.grading.wire import pack, pack_observation

WATCHED = """builtins math random numpy numpy.random numpy.linalg scipy.stats scipy.special
    scipy.linalg scipy.optimize torch torch.autograd torch.nn torch.nn.functional torch.optim
    inspect linecache traceback json struct warnings"""
LOADED: set[str] = set()  # banks
TASKS: dict[str, tuple[Callable, tuple[str, ...], bool]] = {}  # probe, parameters, may mutate


class UsesTheCourse(BaseException):
    """Raised where an answer calls the course's own function for its exercise."""


def prepare(names: list[str]) -> None:
    """Load the banks of these exercises, keep their probes, and take the answers out.

    The fork server does so before it forks. A lesson that needs torch brings it in, once; the
    others never wait for it.
    """
    banks = {BANK_OF[name] for name in names if name in BANK_OF} - LOADED
    if not banks:
        return
    for name in BANK_OF:
        if BANK_OF[name] in banks:
            task = EXERCISES[name]
            if isinstance(task, Task):
                TASKS[name] = task.probe, parameter_names(task.reference), task.may_mutate
    gc.unfreeze()
    for thing in gc.get_objects():
        if isinstance(thing, Entry):
            object.__setattr__(thing, "key", None)
            object.__setattr__(thing, "mistakes", ())
        elif isinstance(thing, Derivation):
            object.__setattr__(thing, "steps", ())
    if not LOADED:
        _quieten()
    LOADED.update(banks)
    if "torch" in sys.modules:
        _warm_torch_up()
    gc.collect()
    gc.freeze()


def _quieten() -> None:
    """In the sandbox the notebook's functions show nothing and judge nothing."""
    notebook.exercise = lambda function: function
    for module in (notebook, sys.modules["course_utils.exercises"]):
        module.exercise = notebook.exercise
        module.claim = module.derivation = module.progress = lambda *args, **kwargs: None


def _warm_torch_up() -> None:
    """What torch does only the first time, done before the forks."""
    import torch

    x = torch.ones(2, 2, requires_grad=True)
    for optimizer in (torch.optim.SGD([x]), torch.optim.Adam([x]), torch.optim.RMSprop([x])):
        (x @ x).sum().backward()
        optimizer.step()


def observe_work(work: dict) -> bytes:
    """Run one piece of work and pack what was seen; never raises an ordinary exception."""
    space = types.ModuleType("__main__").__dict__
    _disarm(work["exercise"])
    _bind_the_course(space, work)
    before = _identities()
    seen = Observation()
    entries: list = []
    value = None
    with neutral() as output:
        fault = _run_parts(work, space)
        if fault is None and work["kind"] == TABLE:
            entries, fault = _table(work, space)
        elif fault is None and work["kind"] != "function":
            value, fault = _order(work, space)
    if work["kind"] == "function" and fault is None:
        seen = _probe(work, space)
    else:
        seen.fault, seen.output = fault, output.text
    return pack_observation(
        seen, {"entries": entries, "order": value, "tampered": _changed(before)}
    )


def failure(error: BaseException) -> bytes:
    """The message of an observer that could not do its work."""
    return pack({"broken": f"{type(error).__name__}: {error}"[:500]})


def _probe(work: dict, space: dict) -> Observation:
    probe, parameters, may_mutate = TASKS[work["exercise"]]
    answer = space[work["exercise"]] = space.get(work["function"])
    if not callable(answer):
        fault = Fault("wrong type", 0, describe(answer), wanted="a function")
        return Observation(fault=fault)
    with _the_answers_own_file(work):
        return observe(
            probe,
            answer,
            work["seed"],
            Interrupts(),
            name=work["exercise"],
            parameters=parameters,
            may_mutate=may_mutate,
        )


@contextlib.contextmanager
def _the_answers_own_file(work: dict):
    """Let a crash find the student's line: their cells are files that exist in memory alone."""
    for part in work["cells"]:
        lines = part["source"].splitlines(keepends=True)
        linecache.cache[part["name"]] = (len(part["source"]), None, lines, part["name"])
    yield


def _bind_the_course(space: dict, work: dict) -> None:
    """Names that the notebook had bound to the course's functions, and other tables' values."""
    for name in work["references"]:
        if name != work["exercise"]:
            space[name] = EXERCISES[name].reference
    given = work["given"]

    def answers(name: str, values: Mapping[str, object]) -> dict:
        return {**values, **given.get(name, {})} if isinstance(values, Mapping) else {}

    for module in (notebook, sys.modules["course_utils.exercises"]):
        module.answers = answers
    space.update(answers=answers, exercise=notebook.exercise)


def _disarm(exercise: str) -> None:
    """Make the course's own answers to this exercise, right and wrong, raise when called."""
    task = EXERCISES[exercise]
    if not isinstance(task, Task):
        return
    answers = [task.reference, *task.alternatives]
    answers += [misconception.answer for misconception in task.misconceptions]
    for function in {id(_plain(answer)): _plain(answer) for answer in answers}.values():
        if isinstance(function, types.FunctionType) and _is_the_courses(function):
            code = _refuse.__code__.replace(co_freevars=function.__code__.co_freevars)
            function.__globals__["__uses_the_course__"] = UsesTheCourse
            function.__code__ = code


def _is_the_courses(function: types.FunctionType) -> bool:
    """Not SciPy's, say: a library's function may be among the bank's right answers."""
    return Path(function.__code__.co_filename).is_relative_to(places.PACKAGE)


def _refuse(*args, **kwargs):
    raise __uses_the_course__  # noqa: F821 (put into the function's own module)


def _plain(function: object) -> object:
    return getattr(function, "func", function)


def _run_parts(work: dict, space: dict) -> Fault | None:
    """Execute the carried statements; the answer's own is the last, and is left out for a table."""
    for statement in work["imports"]:
        with contextlib.suppress(ImportError):
            exec(compile(statement, "<the course's imports>", "exec"), space)
    for part in work["cells"]:
        tree = ast.parse(part["source"])
        own = [tree.body[at] for at in part["take"]]
        own = [_undecorated(node) for node in own]
        code = compile(ast.Module(own, []), part["name"], "exec")
        try:
            with _the_answers_own_file(work):
                exec(code, space)
        except BaseException as error:
            return _crash(error, part)
    return None


def _undecorated(node: ast.stmt) -> ast.stmt:
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        node.decorator_list = [d for d in node.decorator_list if not _is_exercise(d)]
    return node


def _is_exercise(node: ast.expr) -> bool:
    node = node.func if isinstance(node, ast.Call) else node
    return (node.id if isinstance(node, ast.Name) else getattr(node, "attr", "")) == "exercise"


def _crash(error: BaseException, part: dict) -> Fault:
    line = 0
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == part["name"]:
            line = trace.tb_lineno
        trace = trace.tb_next
    lines = part["source"].splitlines()
    where = f"line {line}: {lines[line - 1].strip()}" if 0 < line <= len(lines) else ""
    where = f"{part['name']}, {where}".rstrip(", ")
    return Fault("crash", 0, type(error).__name__, run_probe.words(error), where)


def _call(work: dict) -> ast.Call:
    """The ``answers(…)`` or ``derivation(…)`` call itself."""
    last = work["call"]
    tree = ast.parse(last["source"])
    calls = [
        node
        for node in ast.walk(tree.body[last["statement"]])
        if isinstance(node, ast.Call)
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and node.args[0].value == work["exercise"]
    ]
    return calls[-1]


def _given(work: dict) -> ast.expr:
    call = _call(work)
    return call.args[1] if len(call.args) > 1 else call.keywords[0].value


def _evaluate(node: ast.expr, work: dict, space: dict) -> object:
    return eval(compile(ast.Expression(node), work["call"]["name"], "eval"), space)


def _table(work: dict, space: dict) -> tuple[list, Fault | None]:
    """``[[label, kind, value], …]``; a cell that fails spoils no other."""
    given = _given(work)
    if not isinstance(given, ast.Dict) or None in given.keys:
        try:
            values = dict(_evaluate(given, work, space))
        except BaseException as error:
            return [], _crash(error, work["call"])
        return [[str(label), *_plain_value(value)] for label, value in values.items()], None
    entries = []
    for key, node in zip(given.keys, given.values, strict=True):
        try:
            label = str(_evaluate(key, work, space))
        except BaseException as error:
            return [], _crash(error, work["call"])
        try:
            entries.append([label, *_plain_value(_evaluate(node, work, space))])
        except BaseException as error:
            entries.append([label, "error", f"{type(error).__name__}: {run_probe.words(error)}"])
    return entries, None


def _order(work: dict, space: dict) -> tuple[str | None, Fault | None]:
    try:
        value = _evaluate(_given(work), work, space)
        if isinstance(value, (list, tuple)):
            value = " ".join(map(str, value))
        return str(value), None
    except BaseException as error:
        return None, _crash(error, work["call"])


def _plain_value(value: object) -> tuple[str, object]:
    """A cell's value as something JSON holds: a text, a truth or a number."""
    if value is None or value is Ellipsis:
        return "blank", None
    if isinstance(value, str):
        return "text", value[:500]
    if isinstance(value, (bool, np.bool_)):
        return "truth", bool(value)
    try:
        plain = number(value)
    except WrongType as wrong:
        return "other", wrong.problem
    integer = isinstance(value, numbers.Integral) and abs(plain) < 2**53
    return "number", int(plain) if integer else _finite(plain)


def _finite(value: float) -> float | str:
    return value if math.isfinite(value) else str(value)


def _identities() -> list[tuple[str, dict, dict]]:
    """Every function and class of the modules that probes rely on, as they are now."""
    modules = [name for name in WATCHED.split() if name in sys.modules]
    modules += [name for name in sys.modules if name.startswith("course_utils")]
    spaces = [(name, vars(sys.modules[name])) for name in modules]
    torch = sys.modules.get("torch")
    if torch is not None:
        spaces += [
            ("torch.Tensor", vars(torch.Tensor)),
            ("torch.nn.Module", vars(torch.nn.Module)),
        ]
    return [
        (name, space, {k: v for k, v in space.items() if callable(v)}) for name, space in spaces
    ]


def _changed(before: list[tuple[str, dict, dict]]) -> list[str]:
    """What is no longer what it was: names of functions that an answer put something else for."""
    return [
        f"{name}.{key}"
        for name, space, kept in before
        for key, value in kept.items()
        if space.get(key) is not value and not key.startswith("__uses")
    ][:20]
