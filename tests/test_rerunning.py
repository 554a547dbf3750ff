"""Cells may be run again in any order: none depends on a name that another cell has rebound.

On the way each figure is looked at, as a narrow window shows it.

Lessons 1 and 3 are run twice; the others, which train, too where COURSE_FULL_TESTS=1.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from notebook_names import ambiguous, read_cells
from variants import FULL

from course_utils import settings

PATHS = sorted((settings.ROOT / "notebooks").glob("*.ipynb"))
LIGHT = ("01", "03")
TWICE = [p for p in PATHS if p.name[:2] in LIGHT or FULL]


def cells_of(*sources):
    new = nbformat.v4.new_code_cell
    return read_cells(
        nbformat.v4.new_notebook(cells=[new(s, id=str(k)) for k, s in enumerate(sources)])
    )


@pytest.mark.parametrize("path", PATHS, ids=lambda p: p.stem[:2])
def test_each_name_that_a_cell_takes_is_bound_in_one_place(path):
    assert ambiguous(read_cells(nbformat.read(path, 4))) == []


@pytest.mark.parametrize(
    ("sources", "names"),
    [
        (("p = 1", "q = p", "p = 2"), {"p"}),
        (("p = 1", "p = 2\nq = p"), set()),  # what a cell makes for itself is its own affair
        (("p = 1", "print([p for p in (1, 2)])", "x = p"), set()),
        (("runs = {}", "runs |= {1: 2}"), {"runs"}),
        (("c = 1", "def f():\n    return c", "c = 2"), {"c"}),
        (("def f(p):\n    return p", "%%solution f\ndef f(p):\n    return p", "f(1)"), set()),
        (("for k in range(3):\n    pass", "print(k)", "k = 2"), {"k"}),
    ],
)
def test_the_finder_finds(sources, names):
    found = ambiguous(cells_of(*sources))
    assert {line.split(" reads ")[1].split(",")[0] for line in found} == names


@pytest.mark.timeout(1000)  # lesson 5, whole, on a busy machine
@pytest.mark.parametrize("path", TWICE, ids=lambda p: p.stem[:2])
def test_checked_cells_say_the_same_again_in_reverse_order(path, tmp_path):
    environment = os.environ | {
        "COURSE_MODE": "instructor", "COURSE_PACE": "quick", "COURSE_WORK": str(tmp_path),
        "IPYTHONDIR": str(tmp_path / "ipython"), "MPLBACKEND": "agg",
    }  # fmt: skip
    command = [sys.executable, Path(__file__).with_name("reordered.py"), path]
    run = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=900)
    assert run.returncode == 0, run.stderr
    said = json.loads(run.stdout.splitlines()[-1])
    assert not [v for cell in said["first"].values() for v in cell if v[0] == "error"], "first run"
    assert len(said["again"]) > 20
    for cell, again in said["again"].items():
        assert again == said["first"][cell], cell
    assert len(said["figures"]) > 10 and said["unreadable"] == []
