"""Predictions are taken down, shown, remembered, and never hold anything up."""

import pytest

from course_utils.exercises import claim, predict, progress_file
from course_utils.exercises.predictions.bank import PREDICTIONS


@pytest.fixture(autouse=True)
def student(monkeypatch, tmp_path):
    monkeypatch.setenv("COURSE_WORK", str(tmp_path))
    monkeypatch.setenv("COURSE_MODE", "student")


def test_a_guess_comes_back_as_it_was_meant(capsys):
    assert predict("positive_test", 0.95) == 0.95
    assert "You say: 0.95" in capsys.readouterr().out
    assert predict("model_width", "Twice as wide") == "twice as wide"
    assert predict("forward_fit", [0, "1/2"]) == (0.0, 0.5)


def test_a_blank_is_asked_for_and_gives_nothing(capsys):
    assert predict("positive_test", ...) is None
    assert predict("positive_test", "  ") is None
    assert predict("forward_fit", (..., ...)) is None
    assert "predict first" in capsys.readouterr().out
    assert progress_file.kept("predictions") == {}


@pytest.mark.parametrize(
    ("name", "strange", "said"),
    [
        ("positive_test", "a lot", "a number is asked for"),
        ("positive_test", [1, 2], "a number is asked for"),
        ("model_width", 2, "choose one of"),
        ("forward_fit", (0, 1, 2), "and here are 3"),
        ("forward_fit", 2.0, "2 numbers in brackets"),
    ],
)
def test_what_cannot_be_read_is_said_and_holds_nothing_up(name, strange, said, capsys):
    assert predict(name, strange) is None
    assert said in capsys.readouterr().out


def test_a_fresh_copy_of_the_lesson_finds_the_guess_made_earlier():
    predict("forward_fit", (0, 1))
    predict("positive_test", 0.9)
    assert predict("forward_fit") == (0.0, 1.0)
    predict("positive_test", 0.5)
    assert predict("positive_test", ...) == 0.5
    assert progress_file.load() == ({}, "")  # they are no exercises


def test_an_exercise_and_a_prediction_share_the_file():
    progress_file.record("entropy", "correct")
    predict("positive_test", 0.9)
    progress_file.record("entropy", "incorrect")
    assert predict("positive_test") == 0.9
    assert progress_file.solved(progress_file.load()[0]["entropy"])


def test_instructor_mode_fills_in_the_truth(monkeypatch):
    monkeypatch.setenv("COURSE_MODE", "instructor")
    for name, item in PREDICTIONS.items():
        assert predict(name, ...) == item.truth
    assert progress_file.kept("predictions") == {}
    assert predict("positive_test", 0.3) == 0.3


def test_a_claim_shows_both(capsys):
    claim("It is small.", True, "0.161", guess=predict("positive_test", 0.95))
    assert "You predicted: 0.95" in capsys.readouterr().out
    claim("It is small.", True, "0.161", guess=None)
    assert "predicted" not in capsys.readouterr().out


def test_no_such_prediction():
    with pytest.raises(LookupError, match="positive_test"):
        predict("positive_tests")


@pytest.mark.parametrize("item", PREDICTIONS.values(), ids=lambda item: item.id)
def test_the_truth_is_of_the_kind_that_is_asked_for(item):
    assert item.read(item.truth) == item.truth
    assert item.question.endswith((".", "?")) and not (item.choices and item.parts)
