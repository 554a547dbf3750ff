"""Progress survives kills, other writers, older files and unreadable ones."""

import errno
import json
import multiprocessing
import os
import signal
import subprocess
import sys

import pytest

from course_utils import durable
from course_utils.exercises import notebook, progress_file
from course_utils.exercises.engine import Entry, Exercise, Table, number
from course_utils.exercises.index import EXERCISES, LESSONS

HALF = Exercise(
    id="half",
    lesson=1,
    title="Half",
    reference=lambda x: x / 2,
    probe=lambda answer, rng: {"half": number(answer(float(rng.normal())))},
    misconceptions=(),
    hints=("Divide.", "By two."),
)
NUMBERS = Table(id="numbers", lesson=1, title="Numbers", entries={"one": Entry(1.0)})
RIGHT = {"one": 1}


@pytest.fixture(autouse=True)
def course(monkeypatch, tmp_path):
    """Two small items in the course, a work folder of its own, student mode."""
    monkeypatch.setenv("COURSE_WORK", str(tmp_path))
    monkeypatch.delenv("COURSE_MODE", raising=False)
    for item in (HALF, NUMBERS):
        monkeypatch.setitem(EXERCISES._loaded, item.id, item)
    monkeypatch.setattr(notebook, "_NOTES", set())
    monkeypatch.setattr(progress_file, "_UNSAVED", [])
    return tmp_path


def saved(folder):
    return json.loads((folder / "progress.json").read_text())["exercises"]


def test_progress_counts_attempts_and_keeps_the_first_success(course):
    def half(x):
        raise NotImplementedError

    notebook.exercise(half)
    assert saved(course)["half"] == {"status": "not attempted", "attempts": 0}

    def half(x):
        return 2 * x

    notebook.exercise(half)

    def half(x):
        return x / 2

    notebook.exercise(half)
    first = saved(course)["half"]
    assert (first["status"], first["attempts"]) == ("correct", 2) and first["first_correct"]

    def half(x):
        return 2 * x

    notebook.exercise(half)
    later = saved(course)["half"]
    assert later["first_correct"] == first["first_correct"] and progress_file.solved(later)


def test_instructors_leave_no_progress(course, monkeypatch):
    monkeypatch.setenv("COURSE_MODE", "instructor")
    notebook.answers("numbers", RIGHT)
    assert not (course / "progress.json").exists()


def test_an_older_and_a_newer_file_are_carried_along(course):
    path = course / "progress.json"
    path.write_text(json.dumps({"half": "correct", "gone": {"status": "correct", "x": 1}}))
    progress_file.record("half", "incorrect")
    assert progress_file.solved(saved(course)["gone"])
    newer = {"version": 9, "exercises": {"half": {"attempts": 4, "medal": "gold"}}, "extra": [1]}
    path.write_text(json.dumps(newer))
    progress_file.record("half", "correct")
    content = json.loads(path.read_text())
    assert content["version"] == 9 and content["extra"] == [1]
    assert content["exercises"]["half"]["medal"] == "gold"
    assert content["exercises"]["half"]["attempts"] == 5


@pytest.mark.parametrize("broken", ["{", "[1]", "", '{"exercises": 3}', "\x00"])
def test_an_unreadable_file_is_set_aside_and_said_once(course, broken, capsys):
    path = course / "progress.json"
    path.write_text(broken)
    notebook.answers("numbers", RIGHT)
    notebook.answers("numbers", RIGHT)
    assert capsys.readouterr().out.count("could not be read") == 1
    kept = [file for file in course.iterdir() if "unreadable" in file.name]
    assert [file.read_text() for file in kept] == [broken]
    assert saved(course)["numbers"]["attempts"] == 2


def test_a_folder_that_cannot_be_written_stops_nothing(course, monkeypatch, capsys):
    (course / "file").write_text("")
    monkeypatch.setenv("COURSE_WORK", str(course / "file" / "work"))
    assert notebook.answers("numbers", RIGHT) == {"one": 1.0}
    assert "could not be saved" in capsys.readouterr().out


def write_many(name):
    for _ in range(20):
        progress_file.record(name, "incorrect")


def test_writers_at_the_same_time_lose_nothing(course):
    context = multiprocessing.get_context("fork")
    writers = [context.Process(target=write_many, args=(name,)) for name in ("a", "b", "a")]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert {name: entry["attempts"] for name, entry in saved(course).items()} == {"a": 40, "b": 20}


def test_a_kill_leaves_a_whole_file(course):
    code = (
        "from course_utils.exercises import progress_file as f\n"
        "print('ready', flush=True)\n"
        "while True: f.record('half', 'incorrect')"
    )
    for _ in range(3):
        writer = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
        writer.stdout.readline()
        while not (course / "progress.json").exists():
            pass
        os.kill(writer.pid, signal.SIGKILL)
        writer.wait()
        writer.stdout.close()
        assert progress_file.load()[1] == ""
        assert progress_file.record("half", "incorrect") == ""


# ---------------------------------------------------------------- file systems as they are


def test_a_file_system_without_locks_saves_progress_all_the_same(course, monkeypatch):
    fcntl = pytest.importorskip("fcntl")

    def refuse(*_):
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", refuse)
    assert progress_file.record("half", "correct") == ""
    assert progress_file.solved(saved(course)["half"])


def test_a_lock_that_does_not_come_free_is_not_waited_for_and_nothing_is_lost(course, monkeypatch):
    monkeypatch.setattr(durable, "PATIENCE", 0.05)
    with durable.locked(course / "progress.json"):  # as a notebook that is suspended holds it
        said = progress_file.record("half", "correct")
        assert "in use" in said and "remembers" in said
    assert progress_file.record("numbers", "incorrect") == ""
    assert progress_file.solved(saved(course)["half"]) and saved(course)["numbers"]["attempts"] == 1
    progress_file.record("numbers", "incorrect")
    assert saved(course)["half"]["attempts"] == 1, "what was remembered is saved once"


@pytest.mark.parametrize("number", [errno.EIO, errno.ESTALE, errno.EMFILE])
def test_good_progress_is_not_set_aside_when_reading_fails_for_a_moment(
    course, monkeypatch, number
):
    progress_file.record("half", "correct")
    before = (course / "progress.json").read_text()

    def fails(*_, **__):
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as moment:
        moment.setattr(type(course), "read_text", fails)
        assert os.strerror(number) in progress_file.record("numbers", "correct")
        assert "stays as it is" in progress_file.load()[1]
    assert (course / "progress.json").read_text() == before
    assert not [file for file in course.iterdir() if "unreadable" in file.name]
    progress_file.record("half", "incorrect")
    assert progress_file.solved(saved(course)["half"]) and saved(course)["numbers"]["attempts"] == 1


@pytest.mark.parametrize("content", ["{}", "no JSON"])
def test_a_link_to_the_progress_stays_one(course, content):
    (course / "elsewhere").mkdir()
    real, link = course / "elsewhere" / "mine.json", course / "progress.json"
    real.write_text(content)
    link.symlink_to(real)
    progress_file.record("half", "correct")
    assert link.is_symlink() and progress_file.solved(saved(course)["half"])


def test_a_full_disk_is_said_and_leaves_the_old_file(course, monkeypatch):
    progress_file.record("half", "correct")
    before = (course / "progress.json").read_text()

    def full(_handle):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as moment:
        moment.setattr(os, "fsync", full)
        assert "No space left" in progress_file.record("numbers", "correct")
    assert (course / "progress.json").read_text() == before
    assert not list(course.glob(".part-*"))


def test_progress_shows_every_exercise_and_what_is_next(capsys):
    first, second = LESSONS[1][:2]
    progress_file.record(first, "correct")
    notebook.progress()
    lines = capsys.readouterr().out.splitlines()
    shown = {line.split()[0]: line for line in lines if line.startswith(" ")}
    assert set(LESSONS[5]) <= set(shown)
    assert "✔ done" in shown[first] and "next" in shown[second]
    assert f"Lesson 1: 1 of {len(LESSONS[1])} done; next: {second}" in lines
