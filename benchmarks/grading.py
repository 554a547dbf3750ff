"""How many submissions a minute the grader gets through, and whether its memory stays flat.

The clock says so where nobody else uses the machine; processor seconds also where somebody does.
"""

from __future__ import annotations

import copy
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from benchmarks.report import Line
from course_utils import places
from course_utils.exercises.index import EXERCISES, LESSONS
from course_utils.exercises.kinds import Task
from course_utils.grading.collect import collect
from course_utils.grading.confine import Limits
from course_utils.grading.extract import exercise_of
from course_utils.grading.notebooks import Cell
from course_utils.grading.run import grade_all
from course_utils.grading.sandbox import Sandbox
from course_utils.grading.store import Store
from course_utils.grading.submissions import choose

WORKERS = 2
SUBMISSIONS = {3: 60, 5: 30}
TARGETS = {3: 60.0, 5: 20.0}  # submissions a minute on two cores
GROWTH_TARGET = 1.1  # memory at the end, in units of that after a third of the class


def make_class(folder: Path, lesson: int, students: int) -> None:
    """Write submissions: all right but for one function each, which is wrong in turn."""
    path = next(p for p in places.lessons() if p.name.startswith(f"0{lesson}_"))
    book = json.loads(path.read_text(encoding="utf-8"))
    given: dict[str, str] = {}
    for cell in book["cells"]:
        first, _, rest = "".join(cell["source"]).partition("\n")
        if first.startswith("%%solution"):
            given[first.split()[-1]] = rest
    functions = [name for name in LESSONS[lesson] if isinstance(EXERCISES[name], Task)]
    for number in range(students):
        mine = copy.deepcopy(book)
        wrong = functions[number % len(functions)]
        for cell in mine["cells"]:
            text = "".join(cell["source"])
            name = exercise_of(Cell(0, cell["cell_type"], text))
            if name == wrong:
                cell["source"] = f"@exercise\ndef {name}(*args, **kwargs):\n    return 0.5"
            elif name in functions:
                cell["source"] = given[name]
            elif name is not None:  # what stands before the table is used by it
                head = text.split("answers(")[0].split("derivation(")[0].rpartition("\n")[0]
                cell["source"] = f"{head}\n{given[name]}"
        place = folder / f"student {number:03d}"
        place.mkdir(parents=True)
        (place / path.name).write_text(json.dumps(mine), encoding="utf-8")


def megabytes() -> float:
    """Resident memory of this process and of all it started."""
    total = 0
    own = psutil.Process()
    for process in (own, *own.children(recursive=True)):
        try:
            total += process.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return total / 1e6


def processor_seconds() -> float:
    """Spent by this process and by all it started, those that ended among them."""
    total = 0.0
    own = psutil.Process()
    for process in (own, *own.children(recursive=True)):
        try:
            spent = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += spent.user + spent.system
        if process.pid != own.pid:  # of its own dead children, this one has earlier lessons'
            total += spent.children_user + spent.children_system
    return total


def grade(lesson: int, students: int) -> dict:
    """Grade a fresh class; the sandboxes' start is part of it."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        make_class(folder / "class", lesson, students)
        begun, spent = time.perf_counter(), [processor_seconds()]
        found, _ = collect(folder / "class")
        submissions = choose(found)
        store = Store(folder / "out", seed=1)
        memory = []
        for _ in grade_all(submissions, store, WORKERS, Limits()):
            memory.append(megabytes())
            spent.append(processor_seconds())
        seconds = time.perf_counter() - begun
    with Sandbox() as sandbox:
        kind = sandbox.kind
    third = max(len(memory) // 3, 1)
    early, late = memory[third - 1 : 2 * third], memory[-third:]
    return {
        "per_minute": 60 * students / seconds,
        "seconds": seconds,
        "cpu_seconds": (spent[-1] - spent[0]) / students,
        "students": students,
        # the least of each: an answer's fork shares nearly all it has, and would count twice
        "memory_mb": min(late),
        "growth": min(late) / min(early),
        "sandbox": kind,
    }


def measure(save: Callable[[dict], None]) -> dict:
    """Both lessons, one after the other."""
    value: dict = {"lessons": {}}
    for lesson, students in SUBMISSIONS.items():
        value["lessons"][str(lesson)] = grade(lesson, students)
        save(value)
    return value


def lines(value: dict) -> list[Line]:
    """Rows of the table."""
    out = []
    for lesson, found in value["lessons"].items():
        target = TARGETS[int(lesson)]
        out.append(
            Line(
                f"lesson {lesson}: submissions a minute, {WORKERS} workers ({found['sandbox']})",
                f"{found['per_minute']:.0f}",
                f"≥ {target:.0f}",
                found["per_minute"] >= target,
            )
        )
        most = 60 * WORKERS / target
        out.append(
            Line(
                f"lesson {lesson}: processor seconds of a submission, the sandboxes' start shared",
                f"{found['cpu_seconds']:.2f}",
                f"≤ {most:.0f}",
                found["cpu_seconds"] <= most,
            )
        )
        out.append(
            Line(
                f"lesson {lesson}: memory at the end, of that after a third of the class",
                f"{found['growth']:.2f} ({found['memory_mb']:.0f} MB)",
                f"≤ {GROWTH_TARGET}",
                found["growth"] <= GROWTH_TARGET,
            )
        )
    return out
