"""A whole class: graded exactly, and with the same bytes whoever does it, killed or not."""

import csv
import random
import shutil
import signal
import subprocess
import sys
import time

import pytest
import synthetic_class
from class_of_students import hand_in
from variants import FULL

from course_utils.__main__ import main
from course_utils.cli import grade as cli
from course_utils.exercises.index import LESSONS
from course_utils.grading import run, sandbox
from course_utils.grading.sandbox import bubblewrap_works

STUDENTS = 200 if FULL else 40
KILLS = 20 if FULL else 2
pytestmark = pytest.mark.skipif(
    not bubblewrap_works(), reason="no bubblewrap with namespaces here: hostile code must not run"
)


def outputs(folder):
    """Every output, by name: all but the records, which say how long things took."""
    paths = [folder / "grades.csv", *sorted((folder / "grades").rglob("*"))]
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in paths
        if path.is_file() and "records" not in path.parts
    }


def command(submissions, out, *more):
    out = str(out / "grades.csv")
    return ["grade", str(submissions), "--out", out, "--seed", "11", "--similar", *more]


def grade(submissions, out, *more):
    main(command(submissions, out, *more))
    return outputs(out)


def rows_of(made):
    return list(csv.DictReader(made["grades.csv"].decode().splitlines()))


@pytest.fixture(scope="module")
def class_(tmp_path_factory):
    """What each verdict of the class must be, and the outputs of one run.

    Two of its students handed in every lesson: the course's own solutions, and what it hands out.
    """
    folder = tmp_path_factory.mktemp("class")
    expected = synthetic_class.make(folder / "in", STUDENTS)
    for lesson, names in LESSONS.items():
        hand_in(folder / "in", "solved", lesson)
        hand_in(folder / "in", "untouched", lesson, solved=False)
        expected |= {("solved", name): ("correct", "", 1.0) for name in names}
        expected |= {("untouched", name): ("not attempted", "", 0.0) for name in names}
    return expected, grade(folder / "in", folder, "--workers", "2" if FULL else "1")


def test_every_verdict_of_the_class_is_the_one_it_must_be(class_):
    expected, made = class_
    found = {
        (r["student"], r["exercise"]): (r["status"], r["misconception"], float(r["points"]))
        for r in rows_of(made)
    }
    assert found.keys() == expected.keys()
    for key, (status, misconception, share) in expected.items():
        wanted = found[key][1] if misconception == "*" else misconception
        if not misconception and status != "correct":
            wanted = found[key][1]  # whatever more general word was found for it
        assert found[key] == (status, wanted, share), key


def test_the_gradebook_adds_up(class_):
    expected, made = class_
    book = list(csv.DictReader(made["grades/gradebook.csv"].decode().splitlines()))
    assert len(book) == STUDENTS + 2
    for line in book:
        points = sum(v[2] for (student, _), v in expected.items() if student == line["student"])
        (total,) = (value for name, value in line.items() if name.startswith("total"))
        assert float(total) == points
        assert line["seed"] == "11" and line["course"]


def test_who_used_the_courses_function_is_marked_and_feedback_names_no_seed(class_):
    _, made = class_
    table = made["grades.csv"].decode()
    assert "uses the course's function: entropy" in table
    pages = [data.decode() for name, data in made.items() if name.startswith("grades/students/")]
    assert len(pages) == STUDENTS + 2
    assert all("seed 11" not in page and "seed with digest" in page for page in pages)
    assert "seed 11" in made["grades/class.html"].decode()


def test_the_courses_own_solutions_earn_every_point_and_its_stubs_none(class_):
    rows = rows_of(class_[1])
    for student, wanted in {
        "solved": ("correct", "1"),
        "untouched": ("not attempted", "0"),
    }.items():
        own = [row for row in rows if row["student"] == student]
        assert [row for row in own if (row["status"], row["points"]) != wanted] == []
        assert not any("held" in row["remarks"] for row in own)
        assert len(own) == sum(map(len, LESSONS.values()))


@pytest.fixture(scope="module")
def few(tmp_path_factory):
    """A few students, and the outputs of a run that nobody disturbed."""
    folder = tmp_path_factory.mktemp("few")
    lessons = (1, 4) if FULL else (1,)  # lesson 1 needs no torch: its sandboxes start in a second
    synthetic_class.make(folder / "in", 24 if FULL else 4, lessons)
    return folder, grade(folder / "in", folder, "--workers", "2")


@pytest.fixture
def copied(few, tmp_path):
    """The same, to be changed."""
    shutil.copytree(few[0], tmp_path / "copy", symlinks=True)
    return tmp_path / "copy", few[1]


@pytest.fixture
def graded(monkeypatch):
    """The notebooks that are really graded, as they come."""
    contents = []
    grade_ = run.grade_notebook
    monkeypatch.setattr(
        run, "grade_notebook", lambda *given: (contents.append(given[0]), grade_(*given))[1]
    )
    return contents


def test_a_second_run_repeats_nothing_and_ends_with_the_same_bytes(copied, graded):
    folder, made = copied
    assert grade(folder / "in", folder) == made
    assert graded == []


def test_a_changed_submission_is_graded_again_and_the_others_are_not(copied, graded):
    folder, made = copied
    changed = hand_in(folder / "in", "student 000", 1, {}, solved=False)
    again = grade(folder / "in", folder)
    assert graded == [changed.read_bytes()]
    own, theirs = (
        [
            [row for row in rows_of(m) if (row["student"] == "student 000") == mine]
            for m in (again, made)
        ]
        for mine in (True, False)
    )
    assert own[0] != own[1] and theirs[0] == theirs[1]


def test_only_one_student_is_graded_when_asked(copied, graded, capsys):
    folder, made = copied
    one = hand_in(folder / "in", "student 000", 1, {}, solved=False)
    hand_in(folder / "in", "student 002", 1, {"bayes_rule": 'derivation("bayes_rule", "A")'}, False)
    again = grade(folder / "in", folder, "--only", "Student 000")
    assert graded == [one.read_bytes()]
    kept = [row for row in rows_of(made) if row["student"] not in ("student 000", "student 002")]
    assert [row for row in rows_of(again) if row["student"] != "student 000"] == kept
    book = csv.DictReader(again["grades/gradebook.csv"].decode().splitlines())
    assert [line["student"] for line in book if not line[book.fieldnames[1]]] == ["student 002"]
    pages = {name for name in made if name.startswith("grades/students/student-002")}
    assert pages and pages <= again.keys()  # the earlier one stays
    assert "Not graded yet: 1." in capsys.readouterr().out


def test_order_and_number_of_workers_change_no_byte(few, tmp_path, monkeypatch):
    folder, made = few
    grade_all = run.grade_all
    monkeypatch.setattr(cli, "grade_all", lambda wanted, *given: grade_all(wanted[::-1], *given))
    assert grade(folder / "in", tmp_path, "--workers", "1") == made


def test_a_dask_cluster_gives_the_same_bytes(few, tmp_path):
    from distributed import LocalCluster

    folder, made = few
    options = {"n_workers": 1, "threads_per_worker": 1, "dashboard_address": None}
    with LocalCluster(processes=False, **options) as cluster:
        assert grade(folder / "in", tmp_path, "--scheduler", cluster.scheduler_address) == made


def test_a_grader_killed_at_any_moment_goes_on_to_the_same_bytes(few, tmp_path):
    folder, made = few
    chance = random.Random(5)
    given = command(folder / "in", tmp_path, "--workers", "2" if FULL else "1")
    records = tmp_path / "grades" / "records"
    finished = set()
    for kill in range(KILLS):
        process = subprocess.Popen(
            [sys.executable, "-m", "course_utils", *given],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        enough = len(finished) + (kill + 1 if not FULL else 1)
        moment = chance.uniform(0.0, 0.3)  # somewhere in the next submission
        while process.poll() is None and len(list(records.glob("*.json"))) < enough:
            time.sleep(0.01)  # waiting for a file, which the loop looks for
        time.sleep(moment)
        process.send_signal(signal.SIGKILL)
        process.wait()
        now = {path.name: path.stat().st_mtime_ns for path in records.glob("*.json")}
        assert finished <= set(now.items())  # nothing finished was lost, or done twice
        finished = set(now.items())
    assert finished
    main(given)
    assert outputs(tmp_path) == made
    assert finished <= {(p.name, p.stat().st_mtime_ns) for p in records.glob("*.json")}


def test_a_refused_sandbox_is_one_sentence(few, tmp_path, monkeypatch):
    monkeypatch.setattr(sandbox, "bubblewrap_works", lambda: False)
    monkeypatch.setattr(sandbox, "is_root", lambda: True)
    with pytest.raises(SystemExit, match="You are root"):
        grade(few[0] / "in", tmp_path)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--due", "soon"], "no time"),
        (["--late", "a lot"], "no rule"),
        (["--roster", "nowhere.csv"], "nowhere.csv"),
    ],
)
def test_what_cannot_be_meant_is_one_sentence(few, tmp_path, more, said):
    with pytest.raises(SystemExit, match=said):
        grade(few[0] / "in", tmp_path, *more)
