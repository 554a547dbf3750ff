"""Pages that are gathered from elsewhere: the reading of all lessons, the mistakes that are named,
the reference, and the map of concepts."""

from __future__ import annotations

from collections.abc import Sequence

import nbformat

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


def bibliography(lessons: Sequence[nbformat.NotebookNode]) -> str:
    """The reading of every lesson, with what to look for."""
    parts = [
        "# Bibliography\n\nWhat to read beside each lesson, and what to look for in it. "
        "Nothing here is needed to do the exercises; `deeper` sections say when they rest on it."
    ]
    for number, lesson in enumerate(lessons, start=1):
        cell = next(cell for cell in lesson.cells if cell.id == "reading")
        text = cell.source.partition("\n")[2].strip()
        parts.append(f"## Lesson {number}\n\n{text}")
    return "\n\n".join(parts) + "\n"


def mistakes() -> str:
    """The sentence for every wrong answer that the checks know, exercise by exercise."""
    parts = [
        "# The mistakes that the course names\n\nFor whoever teaches: what a student is told, "
        "exercise by exercise. A wrong answer that is none of these is told on which input it "
        "differs, and how. How often a class makes each is in the grader's `class.html`; before a "
        "first class, nobody has counted."
    ]
    for number, names in LESSONS.items():
        parts.append(f"## Lesson {number}")
        for name in names:
            sentences = _sentences(EXERCISES[name])
            if sentences:
                listed = "\n".join(f"* {sentence}" for sentence in sentences)
                parts.append(f"### `{name}`\n\n{listed}")
    return "\n\n".join(parts) + "\n"


def _sentences(exercise) -> list[str]:
    """What is said to those who were wrong in a known way, each once."""
    if hasattr(exercise, "misconceptions"):
        said = [" ".join(m.message.split()) for m in exercise.misconceptions]
    elif hasattr(exercise, "entries"):
        said = [
            f"{label}: {' '.join(text.split())}"
            for label, entry in exercise.entries.items()
            for _value, text in entry.mistakes
        ]
    else:
        said = []
    return list(dict.fromkeys(said))


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
