"""What the site is made of, without building it: tours, addresses, the picture's words."""

import json
import re
import tomllib

import nbformat
import pytest
from lesson_minutes import sections

from course_utils import places
from course_utils.exercises import EXERCISES, boxes
from course_utils.lessons import LESSONS
from docs.site import execute, inspect_pages, lists, numbers, questions, tours
from docs.site.steps import State, steps

WIDGETS = places.PACKAGE / "widgets"


def cell_ids(lesson):
    path = next(places.notebooks_dir().glob(f"{lesson:02d}_*.ipynb"))
    return {cell["id"] for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]}


def test_every_exploration_has_a_tour():
    code = "\n".join(path.read_text(encoding="utf-8") for path in WIDGETS.glob("*.py"))
    titles = re.findall(r'\bPanel\(\s*"([^"]+)"', code)
    assert len(titles) > 10 and set(titles) == set(tours.TOURS)
    assert all(1 < len(tour) < 9 for tour in tours.TOURS.values())


def test_the_map_leads_to_cells_that_are_there():
    links = re.findall(r'href="notebooks/0(\d)_\w+\.html#lesson(\d)-([\w-]+)"', lists.home_map())
    assert len(links) == sum(len(lesson.concepts) for lesson in LESSONS.values())
    for file, lesson, cell in links:
        assert file == lesson and cell in cell_ids(int(lesson))
    assert " done" not in lists.home_map()


def test_every_question_and_card_can_be_read():
    for number in LESSONS:
        shown = questions.self_check(f"lesson{number}")
        assert shown.count("<summary>Answer</summary>") == shown.count("<details>") > 5
        assert questions.flashcards(f"lesson{number}").count("<details>") > 5


def test_what_a_state_says_is_escaped():
    shown = steps("a <title>", [State("p < q", "<img>", [("p < q", "1")])])
    assert "<title>" not in shown and "p < q" not in shown


def test_claims_are_read_as_a_lesson_writes_them():
    said = [boxes.claim("It *rises*.", True, "slope 1.00", "2").text,
            boxes.claim("It falls.", False, "").text, "✔ correct: something else"]  # fmt: skip
    outputs = [nbformat.v4.new_output("display_data", {"text/plain": text}) for text in said]
    cell = nbformat.v4.new_code_cell(outputs=outputs, id="rises")
    lesson = nbformat.v4.new_notebook(cells=[cell])
    assert list(numbers.claims(lesson)) == [
        numbers.Claim("rises", "It *rises*.", True, "slope 1.00"),
        numbers.Claim("rises", "It falls.", False, ""),
    ]


def test_a_lesson_runs_again_only_when_something_has_changed(tmp_path, monkeypatch):
    runs = []

    def run(notebook, pace, seed):
        runs.append(pace)
        notebook.metadata["spent"] = {"seconds": 0, "peak_mb": 0}
        return notebook

    monkeypatch.setattr(execute, "KEPT", tmp_path / "kept")
    monkeypatch.setattr(execute, "run", run)
    path = tmp_path / "01_lesson.ipynb"
    lesson = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1 + 1", id="sum")])
    for source, pace in (("1 + 1", "quick"), ("1 + 1", "quick"), ("1 + 2", "quick"),
                         ("1 + 2", "standard"), ("1 + 2", "standard")):  # fmt: skip
        lesson.cells[0].source = source
        nbformat.write(lesson, path)
        execute.executed(path, pace)
    assert runs == ["quick", "quick", "standard"]


@pytest.mark.parametrize("changed, again", [("training.py", True), ("cli/train.py", False)])
def test_of_the_package_what_lessons_use_counts(tmp_path, monkeypatch, changed, again):
    package = tmp_path / "course_utils"
    for name in ("training.py", "cli/train.py"):
        (package / name).parent.mkdir(parents=True, exist_ok=True)
        (package / name).write_text("old", encoding="utf-8")
    for name in ("data/SHA256SUMS", "requirements.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("", encoding="utf-8")
    monkeypatch.setattr(places, "PACKAGE", package)
    monkeypatch.setattr(places, "ROOT", tmp_path)
    monkeypatch.setattr(execute, "IN_KERNEL", ())
    path = tmp_path / "01_lesson.ipynb"
    nbformat.write(nbformat.v4.new_notebook(), path)
    before = execute.digest(path, "quick", 0)
    (package / changed).write_text("new", encoding="utf-8")
    assert (execute.digest(path, "quick", 0) != before) == again


def test_spreads_are_those_that_calibrate_wrote():
    found = numbers.spreads(places.ROOT / "benchmarks" / "claims-quick.md")
    assert len(found) > 100 and all(len(values) >= 5 for values in found.values())


def test_faults_of_pages_are_found(tmp_path):
    (tmp_path / "one.html").write_text(
        '<img src="a.png" alt=""><script src="https://example.org/x.js"></script>'
        '<a href="two.html#here">x</a><a href="three.html">y</a>',
        encoding="utf-8",
    )
    (tmp_path / "two.html").write_text('<p id="there">', encoding="utf-8")
    (tmp_path / "a.css").write_text("@import url(//example.org/f.css)", encoding="utf-8")
    found = "\n".join(inspect_pages.faults(tmp_path))
    for said in ("https://example.org/x.js", "no text alternative for a.png", "no such place",
                 "three.html, which is not there", "//example.org/f.css"):  # fmt: skip
        assert said in found


def test_the_readme_says_what_its_picture_shows():
    said = (places.ROOT / "docs" / "pictures" / "digits.txt").read_text(encoding="utf-8")
    for page in ("README.md", "docs/index.md"):
        text = (places.ROOT / page).read_text(encoding="utf-8")
        assert f"![{' '.join(said.split())}](docs/pictures/digits.png)" in " ".join(text.split())
    assert (places.ROOT / "docs" / "pictures" / "digits.png").stat().st_size < 200_000


def test_the_times_that_pages_give_are_those_of_the_lessons():
    """Within a few minutes: a text that gains a paragraph need not change three pages."""
    readme = (places.ROOT / "README.md").read_text(encoding="utf-8")
    syllabus = (places.ROOT / "docs" / "teaching.md").read_text(encoding="utf-8")
    given = re.findall(r"\((?:notebooks/)\d\w+\.ipynb\) \|.*\| (\d+) min, and", readme)
    taught = re.findall(r"\d\w+\.ipynb\) \| (\d+) min \| (\d+) min \|", syllabus)
    measured = [sections(path) for path in places.lessons()]
    for core, (core_again, deeper), lesson in zip(given, taught, measured, strict=True):
        minutes = sum(section.minutes for section in lesson if not section.deeper)
        beside = sum(section.minutes for section in lesson if section.deeper)
        assert abs(int(core) - minutes) <= 4 and core == core_again
        assert abs(int(deeper) - beside) <= 8


def test_how_often_a_mistake_is_expected_names_mistakes_that_the_checks_know():
    expected = tomllib.loads((places.ROOT / "docs" / "expected.toml").read_text(encoding="utf-8"))
    for name, labels in expected["tables"].items():
        entries = EXERCISES[name].entries
        assert all(0 < place <= len(entries[label].mistakes) for label, place in labels.items())
    banks = {name: {m.name for m in e.misconceptions}
             for name, e in EXERCISES.items() if hasattr(e, "misconceptions")}  # fmt: skip
    assert expected["often"].keys() == expected["sometimes"].keys() == banks.keys()
    for name, known in banks.items():
        often, sometimes = expected["often"][name], expected["sometimes"][name]
        assert set(often) | set(sometimes) <= known and not set(often) & set(sometimes), name
    page = lists.mistakes()
    assert "* **often**: This is P(positive | disease)" in page and "* seldom: " in page
