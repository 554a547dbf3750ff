"""One file tells the course of a lesson; each part that it lacks has a sentence of its own."""

import json
import subprocess
import sys
from dataclasses import replace

import pytest

from course_utils import lessons, settings
from course_utils.exercises import index, lesson3
from course_utils.exercises.predictions import lesson3 as predictions3
from course_utils.exercises.predictions.bank import PREDICTIONS
from course_utils.lessons.parts import missing_parts
from course_utils.plots import maps
from course_utils.quiz import bank
from course_utils.quiz import lesson3 as quiz3

NOTEBOOKS = settings.ROOT / "notebooks"
LESSON = lessons.LESSONS[3]
CONCEPT = LESSON.concepts[0]


@pytest.mark.parametrize("number", lessons.LESSONS)
def test_every_lesson_is_whole(number):
    assert missing_parts(lessons.LESSONS[number], NOTEBOOKS) == []


def test_every_notebook_belongs_to_a_lesson():
    assert {path.name for path in NOTEBOOKS.glob("*.ipynb")} == {
        lesson.notebook for lesson in lessons.LESSONS.values()
    }


def test_what_lists_lessons_is_derived_from_them():
    assert list(index.LESSONS) == list(lessons.LESSONS) == sorted(lessons.LESSONS)
    assert list(bank.LESSONS) == [lesson.key for lesson in lessons.LESSONS.values()]
    assert set(PREDICTIONS) == {n for one in lessons.LESSONS.values() for n in one.predictions}
    assert set(maps.CONCEPTS) == {c.name for one in lessons.LESSONS.values() for c in one.concepts}


def without(notebook, find, put):
    """A notebook in which `find` is replaced in every cell."""
    for cell in notebook["cells"]:
        cell["source"] = [line.replace(find, put) for line in cell["source"]]


@pytest.mark.parametrize(
    ("find", "put", "sentence"),
    [
        ("# Lesson 3:", "# Lesson 4:", "is to begin with \"# Lesson 3: The earth mover's"),
        ("%%solution is_coupling", "pass", "transport_cost where is_coupling is named"),
        ('self_check("lesson3")', "self_check()", 'no cell with quiz.self_check("lesson3")'),
        (f" · {CONCEPT.minutes} min", " · 999 min", "and the title of its section · 999 min"),
        (f" · {CONCEPT.minutes} min", "", "no title that ends in minutes"),
    ],
)
def test_a_part_of_the_notebook_that_is_missing(tmp_path, find, put, sentence):
    notebook = json.loads((NOTEBOOKS / LESSON.notebook).read_text(encoding="utf-8"))
    without(notebook, find, put)
    (tmp_path / LESSON.notebook).write_text(json.dumps(notebook), encoding="utf-8")
    (found,) = missing_parts(LESSON, tmp_path)
    assert found.startswith("Lesson 3: ") and sentence in found


@pytest.mark.parametrize(
    ("module", "name", "sentence"),
    [
        (lesson3, "BANK", "exercises/lesson3/__init__.py with its BANK is not there"),
        (quiz3, "QUESTIONS", "quiz/lesson3.py with its QUESTIONS and CARDS is not there"),
        (quiz3, "CARDS", "quiz/lesson3.py with its QUESTIONS and CARDS is not there"),
        (predictions3, "BANK", f"has no prediction {LESSON.predictions[0]} in its BANK"),
    ],
)
def test_a_part_of_the_package_that_is_missing(monkeypatch, module, name, sentence):
    monkeypatch.delattr(module, name)
    assert sentence in missing_parts(LESSON, NOTEBOOKS)[0]


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"notebook": "03_none.ipynb"}, "notebooks/03_none.ipynb is not there"),
        ({"concepts": ()}, "nowhere on the map"),
        ({"predictions": ()}, f"does not name the prediction {min(LESSON.predictions)}"),
        ({"exercises": (*LESSON.exercises, "more")}, "nothing where more is named"),
        ({"exercises": (*LESSON.exercises, "more")}, "has no exercise more"),
        (
            {"exercises": LESSON.exercises[:-1]},
            f"does not name the exercise {LESSON.exercises[-1]}",
        ),
        (
            {"concepts": (replace(CONCEPT, cell="gone"),)},
            "leads to the cell 'gone', which is not there",
        ),
        (
            {"concepts": (replace(CONCEPT, exercises=("entropy",)),)},
            "names entropy, which is no exercise of the lesson",
        ),
        ({"concepts": (replace(CONCEPT, deeper=True),)}, "says deeper, "),
    ],
)
def test_a_name_that_is_missing(changed, sentence):
    assert any(sentence in found for found in missing_parts(replace(LESSON, **changed), NOTEBOOKS))


def test_a_lesson_of_which_nothing_is_there_yet():
    found = missing_parts(replace(LESSON, number=9), NOTEBOOKS)
    for part in ("begin with '# Lesson 9", "exercises/lesson9/__init__", "quiz/lesson9.py"):
        assert any(part in sentence.replace('"', "'") for sentence in found), part


def test_an_exercise_that_is_named_and_not_there(monkeypatch):
    monkeypatch.setattr(index, "BANK_OF", {"ghost": "lesson3", "spirit": "lesson9"})
    with pytest.raises(LookupError, match="'ghost' that is not in the BANK of exercises/lesson3"):
        index.EXERCISES["ghost"]
    with pytest.raises(LookupError, match="there is no exercises/lesson9 with a BANK"):
        index.EXERCISES["spirit"]


def test_a_quiz_that_is_named_and_not_there(monkeypatch):
    monkeypatch.setattr(bank, "LESSONS", ("lesson9",))
    with pytest.raises(LookupError, match=r"no quiz/lesson9\.py with the QUESTIONS and CARDS"):
        bank.bank("lesson9")


def test_lessons_that_contradict_each_other_or_are_not_there(monkeypatch, tmp_path):
    again = replace(LESSON, number=6, concepts=())
    with pytest.raises(LookupError, match="'is_coupling' is in lesson 3 and again in lesson 6"):
        lessons._in_order([LESSON, again])
    with pytest.raises(LookupError, match="which no lesson teaches"):
        lessons._in_order([LESSON])
    (tmp_path / "lesson6.py").write_text("TITLE = 'nothing else'\n")
    monkeypatch.syspath_prepend(tmp_path.parent)
    with pytest.raises(LookupError, match=r"lesson6\.py .* LESSON = Lesson\(number=6"):
        lessons._found(tmp_path.name, [str(tmp_path)])


def test_the_registry_loads_nothing_else():
    code = "import course_utils.lessons, sys; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
