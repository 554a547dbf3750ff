"""The course as students get it: no solution cells, and nbgrader's marks on every exercise."""

from __future__ import annotations

import copy
import json
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

from course_utils import places
from course_utils.exercises.index import LESSONS
from course_utils.exercises.release_mark import MARK
from course_utils.grading.extract import exercise_of
from course_utils.grading.notebooks import Cell
from course_utils.grading.store import course_version, write_atomically

LEFT_OUT = (
    "tests", "benchmarks", ".ci", ".github", "docs/instructor.md", "docs/teaching.md",
    "docs/site",
)  # fmt: skip
CHECK = """from course_utils.exercises import graded

graded("{0}")  # what another grader runs; it does nothing while you work"""


class CannotRelease(RuntimeError):
    """There is nothing to release, or no place for it; the text says why."""


def release(out: Path, with_solutions: Iterable[int], weights: dict[str, float]) -> list[str]:
    """Write the course for students into `out`; returns the files, relative to it.

    Parameters
    ----------
    out : Path
        A new or empty folder, or an earlier release, which is brought up to date.
    with_solutions : iterable of int
        Lessons that keep their solution cells.
    weights : dict of str to float
        Points by exercise for nbgrader; 1 for every other.

    Raises
    ------
    CannotRelease
        If this is no clone of the course, or `out` holds something else.
    """
    kept = sorted(set(with_solutions))
    files = [name for name in _files() if not _left_out(name)]
    mark = MARK.relative_to(places.ROOT).as_posix()
    earlier = _earlier(out, mark)
    for name in files:
        target = out / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if name.startswith("notebooks/") and name.endswith(".ipynb"):
            text = (places.ROOT / name).read_text(encoding="utf-8")
            lesson = int(Path(name).name[:2])
            target.write_bytes(_dump(handout(json.loads(text), lesson in kept, weights)))
        else:
            shutil.copyfile(places.ROOT / name, target)
        target.chmod(0o755 if (places.ROOT / name).stat().st_mode & 0o100 else 0o644)
    for name in set(earlier) - set(files):
        (out / name).unlink(missing_ok=True)
    record = {"solutions": kept, "course": course_version(), "files": files}
    write_atomically(out / mark, _dump(record))
    return files


def handout(notebook: dict, keep_solutions: bool, weights: dict[str, float]) -> dict:
    """A lesson without its solution cells, every exercise marked and followed by its check."""
    notebook = copy.deepcopy(notebook)
    cells = []
    for cell in notebook["cells"]:
        text = "".join(cell["source"])
        if text.startswith("%%solution"):
            if keep_solutions:
                cells.append(cell)
            continue
        cells.append(cell)
        name = exercise_of(Cell(0, cell["cell_type"], text))
        if name is not None:
            points = weights.get(name, 1.0)
            cell["metadata"]["nbgrader"] = _marks(name, points, check=False)
            cells.append(_check(cell, name, points))
    notebook["cells"] = cells
    return notebook


def _marks(name: str, points: float, *, check: bool) -> dict:
    """nbgrader's metadata: of the answer, or of the check that earns its points.

    An answer is not called a ``solution``: of such cells nbgrader hands out nothing but its own
    stub, and the docstring, the labels of a table and the blanks would be gone. As it stands it
    is handed out, and handed in, whole.
    """
    return {
        "cell_type": "code",
        "grade": check,
        "grade_id": f"{name}-check" if check else name,
        "locked": check,
        "points": points,
        "schema_version": 3,
        "solution": False,
        "task": False,
    }


def _check(cell: dict, name: str, points: float) -> dict:
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": f"{cell['id'][:57]}-check",
        "metadata": {
            "jupyter": {"source_hidden": True},
            "nbgrader": _marks(name, points, check=True),
        },
        "outputs": [],
        "source": CHECK.format(name).splitlines(keepends=True),
    }


def _files() -> list[str]:
    """Every file that belongs to the course, as git knows them."""
    if not places.IN_CLONE:
        raise CannotRelease("A release is made from a clone of the course, not an installed copy.")
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z"],  # an instructor's own files beside them are none of it
            cwd=places.ROOT,
            capture_output=True,
            check=True,
        ).stdout.decode()
    except (OSError, subprocess.CalledProcessError) as error:
        raise CannotRelease(
            f"git cannot say which files belong to the course ({error}): "
            "a release is made from a git clone."
        ) from None
    names = sorted(filter(None, listed.split("\0")))
    return [name for name in names if (places.ROOT / name).is_file()]


def _left_out(name: str) -> bool:
    return any(name == out or name.startswith(f"{out}/") for out in LEFT_OUT)


def _earlier(out: Path, mark: str) -> list[str]:
    """The files of an earlier release in `out`."""
    if out.exists() and not out.is_dir():
        raise CannotRelease(f"{out} is a file.")
    if not out.exists() or not any(out.iterdir()):
        return []
    try:
        names = json.loads((out / mark).read_text(encoding="utf-8"))["files"]
    except (OSError, ValueError, KeyError, TypeError):
        raise CannotRelease(
            f"{out} is not empty, and holds no earlier release: name a new folder."
        ) from None
    return [name for name in names if ".." not in Path(name).parts and not Path(name).is_absolute()]


def _dump(value: dict) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


def lesson(text: str) -> int:
    """A lesson's number, for the command line."""
    if not text.isdigit() or int(text) not in LESSONS:
        raise ValueError(text)
    return int(text)
