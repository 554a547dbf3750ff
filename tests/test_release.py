"""What students get: everything to work with, no solution, and marks that other graders read."""

import contextlib
import json
import os
import subprocess
import sys

import pytest
from class_of_students import solutions

from course_utils import places
from course_utils.exercises import EXERCISES, boxes, notebook, release_mark
from course_utils.exercises.index import LESSONS
from course_utils.exercises.outcome import INCORRECT, Outcome
from course_utils.grading import handout
from course_utils.grading.handout import CannotRelease, release


@pytest.fixture(scope="module")
def released(tmp_path_factory):
    folder = tmp_path_factory.mktemp("release") / "course"
    release(folder, [2], {"kl_divergence": 3.0})
    return folder


def contents(folder):
    return {p.relative_to(folder): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def notebooks(folder):
    return {
        int(path.name[:2]): json.loads(path.read_text(encoding="utf-8"))
        for path in sorted((folder / "notebooks").glob("*.ipynb"))
    }


def test_solution_cells_are_gone_but_for_the_lesson_that_is_closed(released):
    for lesson, book in notebooks(released).items():
        assert bool(solutions(book)) == (lesson == 2)


def test_no_solution_is_left_as_source_outside_the_package(released):
    shipped = notebooks(places.ROOT)
    sources = [
        text.strip()
        for lesson in shipped
        if lesson != 2
        for text in solutions(shipped[lesson]).values()
    ]
    assert len(sources) > 90
    for path, data in contents(released).items():
        if path.parts[0] != "course_utils":
            text = data.decode("utf-8", "replace")
            held = json.dumps(text, ensure_ascii=False) if path.suffix != ".ipynb" else text
            for source in sources:
                assert json.dumps(source, ensure_ascii=False)[1:-1] not in held, path
    assert not (released / "tests").exists() and not (released / "benchmarks").exists()


def test_everything_else_of_a_lesson_is_the_same(released):
    for lesson, book in notebooks(places.ROOT).items():
        theirs = {cell["id"]: cell for cell in notebooks(released)[lesson]["cells"]}
        ours = [c for c in book["cells"] if lesson == 2 or "%%solution" not in "".join(c["source"])]
        assert [cell["source"] for cell in ours] == [theirs[c["id"]]["source"] for c in ours]
        checks = [id_ for id_ in theirs if id_ not in {c["id"] for c in book["cells"]}]
        assert len(checks) == len(LESSONS[lesson])


def test_every_exercise_carries_nbgraders_marks_and_a_check_after_it(released):
    for lesson, book in notebooks(released).items():
        marked = [c for c in book["cells"] if "nbgrader" in c["metadata"]]
        answers, checks = marked[::2], marked[1::2]
        ids = [cell["metadata"]["nbgrader"]["grade_id"] for cell in answers]
        assert sorted(ids) == sorted(LESSONS[lesson])
        for cell, check in zip(answers, checks, strict=True):
            ours, theirs = cell["metadata"]["nbgrader"], check["metadata"]["nbgrader"]
            assert (ours["solution"], ours["grade"]) == (False, False)  # or it would be cleared
            assert (theirs["solution"], theirs["grade"], theirs["locked"]) == (False, True, True)
            points = 3.0 if ours["grade_id"] == "kl_divergence" else 1.0
            assert ours["points"] == theirs["points"] == points
            assert f'graded("{ours["grade_id"]}")' in "".join(check["source"])


def test_the_same_release_has_the_same_bytes_and_what_is_stale_goes(released, tmp_path):
    again = tmp_path / "again"
    release(again, [2], {"kl_divergence": 3.0})
    assert contents(again) == contents(released)
    record = json.loads((again / "course_utils/release.json").read_text())
    (again / "stale.txt").write_text("from an earlier release")
    record["files"].append("stale.txt")
    (again / "course_utils/release.json").write_text(json.dumps(record))
    (again / "mine.txt").write_text("not of the release")
    release(again, [2], {"kl_divergence": 3.0})
    assert not (again / "stale.txt").exists() and (again / "mine.txt").exists()


def test_a_folder_with_other_things_in_it_is_left_alone(tmp_path):
    (tmp_path / "thesis.tex").write_text("mine")
    with pytest.raises(CannotRelease, match="holds no earlier release"):
        release(tmp_path, [], {})
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


def test_an_installed_course_says_that_a_release_needs_a_clone(monkeypatch, tmp_path):
    monkeypatch.setattr(handout.places, "IN_CLONE", False)
    with pytest.raises(CannotRelease, match="clone"):
        release(tmp_path / "out", [], {})


def test_a_release_runs_and_shows_neither_solution_nor_last_hint(released):
    code = (
        "from course_utils.exercises import EXERCISES, boxes, exercise\n"
        "from course_utils.exercises.outcome import INCORRECT, Outcome\n"
        "for name in ('entropy', 'jensen_shannon'):\n"
        "    print(boxes.verdict(EXERCISES[name], Outcome(INCORRECT, None, 'no'), '').html)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=released,
        env=os.environ | {"PYTHONPATH": str(released), "COURSE_MODE": "student"},
        capture_output=True,
        text=True,
        check=True,
    )
    held, open_ = done.stdout.split("Jensen", 1)
    assert "%%solution" not in held and "%%solution" in open_
    hints = EXERCISES["entropy"].hints
    assert held.count("<summary") == len(hints) - 1


def test_the_course_itself_holds_nothing_back():
    assert not release_mark.holds_back(1)
    shown = boxes.verdict(EXERCISES["entropy"], Outcome(INCORRECT, None, "no"), "").html
    assert "%%solution" in shown


# ------------------------------------------------------------------ grade mode


@pytest.fixture
def grade_mode(monkeypatch, tmp_path):
    monkeypatch.setenv("COURSE_MODE", "grade")
    monkeypatch.setenv("COURSE_WORK", str(tmp_path))
    monkeypatch.setattr(notebook, "HISTORY", [])
    return tmp_path


def run(code):
    space = {"exercise": notebook.exercise, "answers": notebook.answers}
    space |= {"derivation": notebook.derivation, "graded": notebook.graded, "np": None}
    with contextlib.suppress(notebook.NotCorrect):
        exec(code, space)
    return space


WRONG = (
    "@exercise\ndef training_hours(n_generator_steps, batch_size, samples_per_second): return 1.0"
)
STUB = "@exercise\ndef training_hours(n, b, s): raise NotImplementedError"
CRASH = "@exercise\ndef training_hours(n, b, s): return 1 / 0"
RIGHT = "@exercise\ndef training_hours(n, b, s): return n * b / s / 3600"


@pytest.mark.parametrize("answer", [WRONG, STUB, CRASH], ids=["wrong", "stub", "crash"])
def test_in_grade_mode_what_is_not_right_raises_and_stays_unbound(grade_mode, answer):
    assert "training_hours" not in run(answer)
    with pytest.raises(notebook.NotCorrect, match="training_hours"):
        notebook.graded("training_hours")
    assert not list(grade_mode.iterdir())  # no progress is kept, and none is evidence


def test_in_grade_mode_a_right_answer_is_bound_and_a_worse_one_after_it_unbinds_it(grade_mode):
    space = run(RIGHT)
    assert space["training_hours"](3600, 1, 1) == 1
    notebook.graded("training_hours")
    assert "training_hours" not in run(f"{RIGHT}\n\n{WRONG}")
    with pytest.raises(notebook.NotCorrect):
        notebook.graded("training_hours")


def test_in_grade_mode_tables_and_derivations_raise_too(grade_mode):
    assert "table" not in run('table = answers("three_brothers", {})')
    run('derivation("bayes_rule", "A")')
    for name in ("three_brothers", "bayes_rule", "entropy"):
        with pytest.raises(notebook.NotCorrect, match=name):
            notebook.graded(name)


def test_nbgrader_at_work_means_grade_mode_and_students_see_nothing_of_it(monkeypatch):
    monkeypatch.delenv("COURSE_MODE", raising=False)
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    with pytest.raises(notebook.NotCorrect):
        notebook.graded("entropy")
    monkeypatch.delenv("NBGRADER_EXECUTION")
    notebook.graded("entropy")
