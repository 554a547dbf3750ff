"""What a notebook shows and binds: decorator, tables, proofs, claims, solutions."""

import html.parser
import math

import numpy as np
import pytest
import torch
from IPython.core.interactiveshell import InteractiveShell

from course_utils.exercises import boxes, notebook, solution_cells
from course_utils.exercises import outcome as o
from course_utils.exercises.derivations.probability import BAYES_RULE
from course_utils.exercises.engine import Entry, Exercise, Misconception, Table, number
from course_utils.exercises.index import EXERCISES
from course_utils.exercises.outcome import Outcome

HALF = Exercise(
    id="half",
    lesson=1,
    title="Half <of> it",
    reference=lambda x: x / 2,
    probe=lambda answer, rng: {"half": number(answer(float(rng.normal())))},
    misconceptions=(Misconception("double", "This is twice as much.", lambda x: 2 * x),),
    hints=("Divide.", "By `2`."),
)
NUMBERS = Table(
    id="numbers",
    lesson=1,
    title="Numbers",
    entries={
        "ln 2": Entry(math.log(2), mistakes=((1.0, "bits, not nats."),)),
        "KL": Entry(math.inf),
        "holds": Entry(True),
        "family": Entry("f-divergence", choices=("f-divergence", "IPM")),
    },
    hints=("Look.", "Read."),
)
RIGHT = {"ln 2": 0.693, "KL": "inf", "holds": "yes", "family": "f-divergence"}


@pytest.fixture(autouse=True)
def course(monkeypatch, tmp_path):
    """Two small items in the course, a work folder of its own, student mode."""
    monkeypatch.setenv("COURSE_WORK", str(tmp_path))
    monkeypatch.delenv("COURSE_MODE", raising=False)
    monkeypatch.setattr(notebook, "HISTORY", [])
    for item in (HALF, NUMBERS):
        monkeypatch.setitem(EXERCISES._loaded, item.id, item)
    return tmp_path


@pytest.fixture
def instructor(monkeypatch):
    monkeypatch.setenv("COURSE_MODE", "instructor")


# ---------------------------------------------------------------- @exercise


def test_a_right_function_is_bound_and_a_wrong_one_replaced(capsys):
    def half(x):
        return x * 0.5

    assert notebook.exercise(half) is half
    assert "`half` is now your own function" in capsys.readouterr().out

    def half(x):
        return 2 * x

    assert notebook.exercise(half) is HALF.reference
    shown = capsys.readouterr().out
    assert "incorrect" in shown and "This is twice as much." in shown
    assert "the course's own function" in shown


def test_the_wrong_kind_of_call_says_which_is_right():
    with pytest.raises(LookupError, match="put @exercise above it"):
        notebook.answers("half", {})
    with pytest.raises(LookupError, match=r'answers\("numbers"'):
        notebook.derivation("numbers")


def test_a_recursive_answer_finds_itself():
    space = {"__name__": "cell", "half": lambda x: 1 / 0}
    exec("def half(x, deep=3):\n    return half(x, deep - 1) if deep else x / 2", space)
    before = dict(space, half=None)
    assert notebook.exercise(space["half"]) is space["half"]
    assert dict(space, half=None) == before


# ---------------------------------------------------------------- answers, derivation, claim


def test_answers_returns_the_right_numbers_whatever_was_given(capsys):
    blank = notebook.answers("numbers", dict.fromkeys(RIGHT, ...))
    assert blank == {label: entry.key for label, entry in NUMBERS.entries.items()}
    assert "not attempted" in capsys.readouterr().out
    mixed = notebook.answers("numbers", {**RIGHT, "ln 2": 1.0, "family": "IPM"})
    assert mixed["ln 2"] == math.log(2) and mixed["family"] == "f-divergence"
    shown = capsys.readouterr().out
    assert "2 of 4 right" in shown and "bits, not nats." in shown
    own = notebook.answers("numbers", RIGHT)
    assert own["ln 2"] == 0.693 and own["KL"] == math.inf and own["holds"] is True


@pytest.mark.parametrize(
    "given",
    [
        {"KL": math.inf},
        {"KL": " ∞ "},
        {"KL": np.float64("inf")},
        {"KL": torch.tensor(math.inf)},
        {"ln 2": "0.6931"},
        {"ln 2": "693/1000"},
        {"ln 2": np.array([0.6931])},
        {"holds": np.True_},
        {"holds": 1},
        {"family": " F-Divergence "},
    ],
)
def test_a_cell_accepts_every_reasonable_form(given):
    verdicts = {entry.label: entry.status for entry in NUMBERS.evaluate(given).entries}
    assert verdicts.pop(next(iter(given))) == "correct"
    assert set(verdicts.values()) == {"not attempted"}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"ln 2": "abc"}, "'abc'"),
        ({"ln 2": math.nan}, "NaN"),
        ({"ln 2": -0.6931}, "sign"),
        ({"ln 2": [1, 2]}, "number is asked"),
        ({"KL": 3.0}, "3 is not right"),
        ({"holds": "perhaps"}, "True or False"),
        ({"family": "metric"}, "choose one of"),
        ({"ln2": 0.693}, "do you mean 'ln 2'"),
        ([1, 2], "a list of 2"),
        (7, "the number 7"),
    ],
)
def test_what_is_wrong_with_a_cell_is_said(given, words):
    outcome = NUMBERS.evaluate(given)
    assert outcome.status == "incorrect" and words in outcome.message


def test_a_derivation_shows_its_lines_then_judges_then_opens(capsys):
    notebook.derivation("bayes_rule")
    shown = capsys.readouterr().out
    assert "not attempted" in shown and all(step.text in shown for step in BAYES_RULE.shuffled)
    notebook.derivation("bayes_rule", "C")
    shown = capsys.readouterr().out
    assert BAYES_RULE.distractors[0].misplaced in shown and BAYES_RULE.full not in shown
    notebook.derivation("bayes_rule", BAYES_RULE.order)
    assert BAYES_RULE.full in capsys.readouterr().out


@pytest.mark.parametrize("order", ["A-Z?", 3, ["A", 1], "EE", "Z"])
def test_what_is_no_order_is_explained(order):
    outcome = BAYES_RULE.evaluate(order)
    assert outcome.status == "incorrect" and outcome.message


def test_a_claim_shows_the_figure_and_fails_only_for_instructors(capsys, monkeypatch):
    notebook.claim("W1 is 4.", np.bool_(True), measured=4.00001)
    assert "✔ holds: W1 is 4.\n  Measured: 4" in capsys.readouterr().out
    notebook.claim("It converges.", torch.tensor(False), measured="0.3")
    assert "✘ does not hold in this run" in capsys.readouterr().out
    monkeypatch.setenv("COURSE_MODE", "instructor")
    with pytest.raises(notebook.ClaimFailed, match=r"0\.3"):
        notebook.claim("It converges.", np.array(False), measured="0.3")


class Unescaped(str):
    """Text that would rather not be escaped."""

    def replace(self, *_):
        return self

    def translate(self, *_):
        return self

    def __format__(self, _):
        return str(self)

    def __str__(self):
        return "<script>"

    def __len__(self):
        return 1

    def __getitem__(self, _):
        return self


def test_text_of_a_class_of_its_own_is_escaped_like_any_other():
    script = Unescaped("<script>alert(1)</script>" + 50 * "!")
    shown = [
        boxes.claim(script, True, script, script),
        boxes.remark(script),
        boxes.verdict(HALF, Outcome("error", None, script, script), script, script),
        boxes.verdict(NUMBERS, NUMBERS.evaluate({script: script, "KL": script}), "", ""),
        boxes.verdict(HALF, HALF.evaluate(lambda x: script), "", ""),
    ]
    for bundle in shown:
        assert "script" not in {tag for tag, _ in read(bundle.html).tags}
        assert "<script" not in bundle.html


def test_a_claim_of_such_text_is_escaped(monkeypatch):
    shown = []
    monkeypatch.setattr(notebook, "show", shown.append)
    notebook.claim(Unescaped("<script>"), True, Unescaped("<script>"))
    assert shown[0].html.count("&lt;script&gt;") == 2 and "<script" not in shown[0].html


@pytest.mark.parametrize("holds", [1, 0.5, None, "yes", np.array([True]), torch.tensor(1.0)])
def test_a_claim_needs_a_bool(holds):
    with pytest.raises(TypeError, match="True or False"):
        notebook.claim("text", holds)


# ---------------------------------------------------------------- the box


class Reader(html.parser.HTMLParser):
    """Collects tags, attributes and text; notices tags that are not closed."""

    def __init__(self):
        super().__init__()
        self.open, self.styles, self.text, self.tags = [], [], "", []

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def read(source):
    reader = Reader()
    reader.feed(source)
    assert not reader.open
    return reader


@pytest.mark.parametrize("status", o.STATUSES)
def test_a_box_has_an_icon_a_word_a_role_and_escapes_what_students_wrote(status):
    outcome = Outcome(status, None, "<script>alert(1)</script> `a<b`", "<img src=x>")
    bundle = boxes.verdict(HALF, outcome, "bound", "")
    reader = read(bundle.html)
    assert reader.tags[0][1]["role"] == "status"
    assert boxes.LOOKS[status].icon in reader.text and status in reader.text
    assert not {"script", "img", "of"} & {tag for tag, _ in reader.tags}
    assert boxes.LOOKS[status].icon in bundle.text and status in bundle.text


def test_hints_open_one_inside_the_other_and_end_at_the_solution():
    wrong = boxes.verdict(HALF, HALF.evaluate(lambda x: 2 * x), "", "")
    places = [wrong.html.index(text) for text in ("Hint 1 of 2", "Hint 2 of 2", "%%solution half")]
    assert places == sorted(places)
    between = wrong.html[places[0] : places[1]]
    assert "</details>" not in between
    correct = boxes.verdict(HALF, HALF.evaluate(HALF.reference), "", "")
    assert "Hint" not in correct.html


def test_every_text_element_brings_its_own_colour():
    """What the notebook's own style sheets say of tables and code must not win."""
    outcome = NUMBERS.evaluate({"ln 2": 1.0})
    for source in (
        boxes.verdict(NUMBERS, outcome, "bound `x`", "").html,
        boxes.verdict(HALF, Outcome("error", None, "`m`", "printed"), "", "").html,
    ):
        for tag, attributes in read(source).tags:
            if tag in ("td", "th", "code", "pre", "summary", "table"):
                assert f"color:{boxes.INK}" in attributes["style"], tag


# ---------------------------------------------------------------- solution cells


@pytest.fixture
def shell(monkeypatch):
    shell = InteractiveShell()
    monkeypatch.setattr(notebook, "_shell", lambda: shell)
    monkeypatch.setattr(notebook, "show", lambda bundle: None)
    monkeypatch.setattr(notebook, "show_markdown", lambda text: None)
    shell.user_ns.update(
        exercise=notebook.exercise, answers=notebook.answers, derivation=notebook.derivation
    )
    return shell


SOLUTIONS = {
    "half": "@exercise\ndef half(x):\n    return x / 2",
    "numbers": f"values = answers('numbers', {RIGHT!r})",
    "bayes_rule": f"derivation('bayes_rule', {BAYES_RULE.order!r})",
}


@pytest.mark.parametrize("name", SOLUTIONS)
def test_a_solution_only_speaks_to_students(name, shell, capsys):
    solution_cells.solution(name, "raise ValueError")
    assert "holds a solution" in capsys.readouterr().out


@pytest.mark.parametrize(("name", "cell"), SOLUTIONS.items())
def test_a_right_solution_runs_for_instructors(name, cell, shell, instructor):
    solution_cells.solution(name, cell)


def test_what_a_solution_binds_stays_bound(shell, instructor):
    solution_cells.solution("half", "def half(x):\n    return x / 2\nother = 5")
    assert shell.user_ns["half"](3) == 1.5 and shell.user_ns["other"] == 5


@pytest.mark.parametrize(
    ("cell", "error", "words"),
    [
        ("@exercise\ndef half(x):\n    return 2 * x", solution_cells.SolutionFailed, "twice"),
        ("@exercise\ndef half(x):\n    pass", solution_cells.SolutionFailed, "not attempted"),
        ("def half(x):\n    return x", solution_cells.SolutionFailed, "incorrect"),
        ("x = 3", solution_cells.SolutionFailed, "no answer"),
        ("def half(x) return", SyntaxError, None),
        ("1 / 0", ZeroDivisionError, None),
    ],
)
def test_a_solution_that_is_not_correct_raises(cell, error, words, shell, instructor, capsys):
    shell.user_ns["half"] = HALF.reference  # what an earlier cell had bound does not count
    with pytest.raises(error, match=words):
        solution_cells.solution("half", cell)


@pytest.mark.parametrize("mode", ["student", "instructor"])
def test_an_unknown_solution_raises(mode, shell, monkeypatch):
    monkeypatch.setenv("COURSE_MODE", mode)
    with pytest.raises(LookupError, match="hald"):
        solution_cells.solution("hald", "")


def test_the_magic_is_registered_in_a_notebook(shell, monkeypatch):
    monkeypatch.setattr("IPython.get_ipython", lambda: shell)
    solution_cells.register()
    assert "solution" in shell.magics_manager.magics["cell"]
