"""nbgrader itself takes a release as it is: full points, none, or exactly the right ones.

It needs an environment of its own, which is made only when asked for:
``COURSE_NBGRADER=/path/to/a/new/venv`` (a few minutes, once). Without it these tests are skipped.
"""

import csv
import json
import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
from class_of_students import answer, solutions

from course_utils import places
from course_utils.exercises.index import LESSONS
from course_utils.grading.handout import release

PLACE = os.environ.get("COURSE_NBGRADER")
pytestmark = pytest.mark.skipif(
    not PLACE, reason="set COURSE_NBGRADER to a folder for nbgrader's own environment"
)
LESSON = 1
MIXED = ("disease_posterior", "three_brothers", "bayes_rule", "entropy", "kl_divergence")


@pytest.fixture(scope="module")
def python():
    """The Python of an environment with nbgrader and, after its own, the course's libraries."""
    place = Path(PLACE)
    if not (place / "bin" / "nbgrader").exists():
        subprocess.run([sys.executable, "-m", "venv", place], check=True)
        pip = [place / "bin" / "python", "-m", "pip", "install", "-q", "nbgrader==0.9.6"]
        subprocess.run(pip, check=True)
    (site,) = place.glob("lib/python*/site-packages")
    (site / "the_courses_libraries.pth").write_text(sysconfig.get_paths()["purelib"] + "\n")
    return place / "bin" / "python"


@pytest.fixture(scope="module")
def course(python, tmp_path_factory):
    """nbgrader's course folder, with three submissions made from what it hands out."""
    folder = tmp_path_factory.mktemp("nbgrader")
    release(folder / "handout", [], {"kl_divergence": 3.0})
    source = folder / "source" / "lesson"
    source.mkdir(parents=True)
    (notebook,) = (folder / "handout" / "notebooks").glob(f"{LESSON:02d}_*.ipynb")
    (source / notebook.name).write_bytes(notebook.read_bytes())
    (folder / "nbgrader_config.py").write_text(
        "c = get_config()\n"
        "c.CourseDirectory.course_id = 'wgan'\n"
        "c.ExecutePreprocessor.timeout = 600\n"
    )
    nbgrader(python, folder, "generate_assignment", "lesson")
    given = json.loads((folder / "release" / "lesson" / notebook.name).read_text())
    (path,) = places.notebooks_dir().glob(notebook.name)
    answers = solutions(json.loads(path.read_text()))
    for student, names in {"full": LESSONS[LESSON], "stub": (), "mixed": MIXED}.items():
        copy = json.loads(json.dumps(given))
        for name in names:
            answer(copy, name, answers[name])
        if student == "mixed":
            answer(copy, "kl_divergence", "@exercise\ndef kl_divergence(p, q):\n    return 0.0")
        place = folder / "submitted" / student / "lesson"
        place.mkdir(parents=True)
        (place / notebook.name).write_text(json.dumps(copy))
    return folder, notebook.name


def nbgrader(python, folder, *command):
    environment = {k: v for k, v in os.environ.items() if k != "COURSE_MODE"}
    environment |= {
        "PYTHONPATH": str(folder / "handout"),
        "COURSE_PACE": "quick",
        "COURSE_WORK": str(folder / "work"),
        "OMP_NUM_THREADS": "1",
        "PATH": f"{python.parent}:{os.environ['PATH']}",
    }
    done = subprocess.run(
        [python, "-m", "nbgrader", *command],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-6000:]
    return done.stdout + done.stderr


def test_autograde_gives_full_points_none_and_exactly_the_right_ones(python, course):
    folder, _ = course
    nbgrader(python, folder, "autograde", "lesson", "--create")
    nbgrader(python, folder, "export", "--to", "grades.csv")
    with open(folder / "grades.csv") as file:
        found = {row["student_id"]: row for row in csv.DictReader(file)}
    whole = len(LESSONS[LESSON]) + 2  # kl_divergence is worth three
    assert {float(row["max_score"]) for row in found.values()} == {whole}
    scores = {student: float(row["score"]) for student, row in found.items()}
    assert scores == {"full": whole, "stub": 0, "mixed": len(MIXED) - 1}


def test_validate_passes_a_solved_copy_and_names_what_a_stub_lacks(python, course):
    folder, name = course
    solved = nbgrader(python, folder, "validate", f"submitted/full/lesson/{name}")
    assert "Success! Your notebook passes all the tests" in solved
    stub = nbgrader(python, folder, "validate", f"submitted/stub/lesson/{name}")
    assert "failed" in stub and "disease_posterior: not attempted" in stub
