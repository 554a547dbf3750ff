"""Pages that are gathered from elsewhere: the reading of all lessons, the mistakes that are named,
the reference, and the map of concepts."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence

import nbformat

from course_utils import places
from course_utils.exercises import EXERCISES
from course_utils.exercises.index import LESSONS
from course_utils.widgets.concepts import concept_map
from docs.site.in_kernel import map_of_pages

REFERENCE = {
    "Data, networks, training": (
        "datasets", "models", "objectives", "training", "history", "checkpoints", "evaluation",
        "parallel", "piecewise",
    ),
    "Mathematics": (
        "divergences", "transport", "integral_metrics", "gaussians_1d", "network_simplex",
    ),
    "What a notebook calls": (
        "exercises.notebook", "exercises.outcome", "plots.style", "plots.film", "plots.maps",
        "quiz.show", "quiz.bank", "quiz.questions", "settings", "places", "lessons", "theme",
    ),
    "Exercises as data": (
        "exercises.kinds", "exercises.engine", "exercises.draft", "exercises.run_probe",
    ),
    "Explorations": ("widgets.panel", "widgets.still", "widgets.concepts", "widgets.live"),
}  # fmt: skip

ORDER = ("often", "sometimes", "seldom")
MARKS = {"often": "**often**", "sometimes": "*sometimes*", "seldom": "seldom"}


def bibliography(lessons: Sequence[nbformat.NotebookNode]) -> str:
    """The reading of every lesson, with what to look for."""
    parts = [
        "# Bibliography\n\nWhat to read beside each lesson, and what to look for in it. "
        "Nothing here is needed to do the exercises."
    ]
    for number, lesson in enumerate(lessons, start=1):
        cell = next(cell for cell in lesson.cells if cell.id == "reading")
        text = cell.source.partition("\n")[2].strip()
        parts.append(f"## Lesson {number}\n\n{text}")
    return "\n\n".join(parts) + "\n"


def mistakes() -> str:
    """The sentence for every wrong answer that the checks know, and how often it is expected."""
    parts = [
        "# The mistakes that the course names\n\nFor whoever teaches: what a student is told, "
        "exercise by exercise, and how often the authors expect it among those who are wrong at "
        "first: **often** (a third of them or more), *sometimes* (a tenth to a third), or seldom. "
        "These are expectations (`docs/expected.toml`), not counts: before a first class, nobody "
        "has counted. How often yours makes each is in the grader's `class.html`. A wrong answer "
        "that is none of these is told on which input it differs, and how."
    ]
    with (places.ROOT / "docs" / "expected.toml").open("rb") as file:
        expected = tomllib.load(file)
    for number, names in LESSONS.items():
        parts.append(f"## Lesson {number}")
        for name in names:
            said = {}  # each sentence once, as often as the most expected of its mistakes
            for sentence, how_often in _sentences(EXERCISES[name], expected):
                said[sentence] = min(said.get(sentence, "seldom"), how_often, key=ORDER.index)
            in_order = sorted(said.items(), key=lambda each: ORDER.index(each[1]))
            if in_order:
                listed = "\n".join(f"* {MARKS[often]}: {sentence}" for sentence, often in in_order)
                parts.append(f"### `{name}`\n\n{listed}")
    return "\n\n".join(parts) + "\n"


def _sentences(exercise, expected: dict) -> Iterator[tuple[str, str]]:
    """What is said to those who were wrong in a known way, and how often that is expected."""
    for mistake in getattr(exercise, "misconceptions", ()):
        found = [o for o in ORDER[:2] if mistake.name in expected[o].get(exercise.id, ())]
        yield " ".join(mistake.message.split()), (found or ["seldom"])[0]
    if hasattr(exercise, "misconceptions"):
        return
    often = expected["tables"].get(exercise.id, {})
    for label, entry in getattr(exercise, "entries", {}).items():
        for place, (_value, text) in enumerate(entry.mistakes, start=1):
            how_often = "often" if often.get(label) == place else "sometimes"
            yield f"{label}: {' '.join(text.split())}", how_often


def reference() -> dict[str, str]:
    """Pages by name: the list of modules, and one page for each."""
    pages, listed = {}, ["# Reference\n\nThe package under the lessons, `course_utils`."]
    for title, modules in REFERENCE.items():
        entries = []
        for module in modules:
            name = f"course_utils.{module}"
            body = f".. automodule:: {name}\n   :members:\n   :show-inheritance:\n"
            pages[module] = f"# `{name}`\n\n```{{eval-rst}}\n{body}```\n"
            entries.append(module)
        tree = "\n".join(entries)
        listed.append(f"## {title}\n\n```{{toctree}}\n:maxdepth: 1\n\n{tree}\n```")
    return pages | {"index": "\n\n".join(listed) + "\n"}


def home_map() -> str:
    """The map of concepts for the home page, as HTML with its style."""
    return map_of_pages(concept_map(), to_lessons="notebooks/")
