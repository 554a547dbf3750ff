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
from course_utils.exercises.index import LESSONS
from course_utils.grading import run, sandbox
from course_utils.grading.sandbox import bubblewrap_works

STUDENTS = 200 if FULL else 40
KILLS = 20 if FULL else 2
FULL_MARKS = ("correct", "1")
pytestmark = pytest.mark.skipif(
    not bubblewrap_works(), reason="no bubblewrap with namespaces here: hostile code must not run"
)


def outputs(folder):
    """Every output, by name: all but the records, which say how long things took."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "records" not in path.parts
    }


def grade(submissions, out, *more):
    main(["grade", str(submissions), "--out", str(out / "grades.csv"), "--seed", "11", *more])
    return outputs(out)


@pytest.fixture(scope="module")
def class_(tmp_path_factory):
    """The class, what each verdict must be, and the outputs of one run."""
    folder = tmp_path_factory.mktemp("class")
    expected = synthetic_class.make(folder / "submissions", STUDENTS)
    out = folder / "out"
    out.mkdir()
    return folder, expected, grade(folder / "submissions", out, "--workers", "2", "--similar")


def test_every_verdict_of_the_class_is_the_one_it_must_be(class_):
    _, expected, made = class_
    rows = list(csv.DictReader(made["grades.csv"].decode().splitlines()))
    found = {
        (r["student"], r["exercise"]): (r["status"], r["misconception"], float(r["points"]))
        for r in rows
    }
    assert found.keys() == expected.keys()
    for key, (status, misconception, share) in expected.items():
        wanted = found[key][1] if misconception == "*" else misconception
        if not misconception and status != "correct":
            wanted = found[key][1]  # whatever more general word was found for it
        assert found[key] == (status, wanted, share), key


def test_the_gradebook_adds_up(class_):
    _, expected, made = class_
    book = list(csv.DictReader(made["grades/gradebook.csv"].decode().splitlines()))
    assert len(book) == STUDENTS
    for line in book:
        points = sum(v[2] for (student, _), v in expected.items() if student == line["student"])
        (total,) = (value for name, value in line.items() if name.startswith("total"))
        assert float(total) == points
        assert line["seed"] == "11" and line["course"]


def test_who_used_the_courses_function_is_marked_and_feedback_names_no_seed(class_):
    _, _, made = class_
    table = made["grades.csv"].decode()
    assert "uses the course's function: entropy" in table
    pages = [data.decode() for name, data in made.items() if name.startswith("grades/students/")]
    assert len(pages) == STUDENTS
    assert all("seed 11" not in page and "seed with digest" in page for page in pages)
    assert "seed 11" in made["grades/class.html"].decode()


def test_a_second_run_repeats_nothing_and_ends_with_the_same_bytes(class_, monkeypatch):
    folder, _, made = class_

    def refuse(*args, **kwargs):
        raise AssertionError("a finished submission was graded again")

    monkeypatch.setattr(run, "grade_notebook", refuse)
    assert grade(folder / "submissions", folder / "out", "--similar") == made


def test_a_changed_submission_is_graded_again_and_the_others_are_not(class_, tmp_path, monkeypatch):
    folder, _, made = class_
    shutil.copytree(folder, tmp_path / "copy", symlinks=True)
    submissions, out = tmp_path / "copy" / "submissions", tmp_path / "copy" / "out"
    hand_in(submissions, "student 000", 1, {}, solved=False)
    graded = []
    grade_ = run.grade_notebook
    monkeypatch.setattr(
        run, "grade_notebook", lambda *given: (graded.append(given[1]), grade_(*given))[1]
    )
    again = grade(submissions, out, "--similar")
    assert graded == [1]
    assert again["grades.csv"] != made["grades.csv"]
    rest = [line for line in made["grades.csv"].splitlines() if b"student 000" not in line]
    assert [x for x in again["grades.csv"].splitlines() if b"student 000" not in x] == rest


def test_the_courses_own_solutions_earn_every_point_and_its_stubs_none(tmp_path):
    for lesson in LESSONS:
        hand_in(tmp_path / "in", "solved", lesson)
        hand_in(tmp_path / "in", "untouched", lesson, solved=False)
    made = grade(tmp_path / "in", tmp_path, "--workers", "1")
    rows = list(csv.DictReader(made["grades.csv"].decode().splitlines()))
    lost = [
        r for r in rows if r["student"] == "solved" and (r["status"], r["points"]) != FULL_MARKS
    ]
    assert lost == []
    assert not any("held" in row["remarks"] for row in rows)
    stubs = {(r["status"], r["points"]) for r in rows if r["student"] == "untouched"}
    assert stubs == {("not attempted", "0")}
    assert len(rows) == 2 * sum(map(len, LESSONS.values()))


@pytest.fixture(scope="module")
def few(tmp_path_factory):
    """Six students, and the outputs of a run that nobody disturbed."""
    folder = tmp_path_factory.mktemp("few")
    lessons = (1, 4) if FULL else (1,)  # lesson 1 needs no torch: its sandboxes start in a second
    synthetic_class.make(folder / "submissions", 24 if FULL else 4, lessons)
    out = folder / "out"
    out.mkdir()
    return folder / "submissions", grade(folder / "submissions", out, "--workers", "2")


def test_order_and_number_of_workers_change_no_byte(few, tmp_path, monkeypatch):
    submissions, made = few
    grade_all = run.grade_all
    from course_utils.cli import grade as command

    monkeypatch.setattr(
        command, "grade_all", lambda wanted, *given: grade_all(wanted[::-1], *given)
    )
    assert grade(submissions, tmp_path, "--workers", "1") == made


def test_a_dask_cluster_gives_the_same_bytes(few, tmp_path):
    from distributed import LocalCluster

    submissions, made = few
    options = {"n_workers": 1, "threads_per_worker": 1, "dashboard_address": None}
    with LocalCluster(processes=False, **options) as cluster:
        assert grade(submissions, tmp_path, "--scheduler", cluster.scheduler_address) == made


def sandboxes():
    """Processes of fork servers that belong to no living grader of ours."""
    listed = subprocess.run(["ps", "-eo", "ppid,args"], capture_output=True, text=True).stdout
    return [line for line in listed.splitlines() if "grading.fork_server" in line]


def test_a_grader_killed_at_any_moment_goes_on_to_the_same_bytes(few, tmp_path):
    submissions, made = few
    chance = random.Random(5)
    out = tmp_path / "grades.csv"
    command = [sys.executable, "-m", "course_utils", "grade", str(submissions), "--out", str(out)]
    command += ["--seed", "11", "--workers", "2"]
    records = tmp_path / "grades" / "records"
    finished = set()
    for kill in range(KILLS):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
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
    main(["grade", str(submissions), "--out", str(out), "--seed", "11", "--workers", "2"])
    assert outputs(tmp_path) == made
    assert finished <= {(p.name, p.stat().st_mtime_ns) for p in records.glob("*.json")}


def test_only_one_student_is_graded_when_asked(few, tmp_path):
    submissions, _ = few
    made = grade(submissions, tmp_path, "--only", "Student 003")
    rows = list(csv.DictReader(made["grades.csv"].decode().splitlines()))
    assert {r["student"] for r in rows} == {"student 003"}


def test_a_refused_sandbox_is_one_sentence(few, tmp_path, monkeypatch):
    monkeypatch.setattr(sandbox, "bubblewrap_works", lambda: False)
    monkeypatch.setattr(sandbox, "is_root", lambda: True)
    with pytest.raises(SystemExit, match="You are root"):
        grade(few[0], tmp_path)


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
        grade(few[0], tmp_path, *more)
