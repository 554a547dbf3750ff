"""What a lesson names and what is really there: each part that is missing gets a sentence."""

from __future__ import annotations

import importlib
import importlib.util
import json
import re
from collections.abc import Iterator
from pathlib import Path

from course_utils.lessons.lesson import Lesson

SOLUTION = re.compile(r"%%solution (\w+)")
TITLE_END = re.compile(r" · (?P<deeper>deeper, )?(?P<minutes>\d+) min$")


def missing_parts(lesson: Lesson, notebooks: Path) -> list[str]:
    """What a lesson still lacks, a sentence each; empty when it is whole.

    Parameters
    ----------
    lesson : Lesson
    notebooks : Path
        The folder of the notebooks.
    """
    path = notebooks / lesson.notebook
    if not path.is_file():
        cells, found = [], [f"notebooks/{lesson.notebook} is not there: write the lesson."]
    else:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        found = [*_notebook(lesson, cells), *_concepts(lesson, cells)]
    found += [*_exercises(lesson), *_predictions(lesson), *_quiz(lesson)]
    if not lesson.concepts:
        found.append("it is nowhere on the map: give it at least one Concept.")
    return [f"Lesson {lesson.number}: {sentence}" for sentence in found]


def _source(cell: dict) -> str:
    return "".join(cell["source"])


def _notebook(lesson: Lesson, cells: list[dict]) -> Iterator[str]:
    title = f"# Lesson {lesson.number}: {lesson.title}"
    if not cells or _source(cells[0]).partition("\n")[0] != title:
        yield f"the notebook is to begin with {title!r}."
    matches = (SOLUTION.match(_source(cell)) for cell in cells if cell["cell_type"] == "code")
    solved = tuple(dict.fromkeys(match[1] for match in matches if match))
    if solved != lesson.exercises:
        pairs = zip((*solved, "nothing"), (*lesson.exercises, "nothing"), strict=False)
        here, named = next((one, other) for one, other in pairs if one != other)
        yield (
            "the notebook has its solution cells in another order than lessons/"
            f"{lesson.key}.py names the exercises: {here} where {named} is named."
        )
    if f'self_check("{lesson.key}")' not in "\n".join(map(_source, cells)):
        yield f'the notebook has no cell with quiz.self_check("{lesson.key}").'


def _concepts(lesson: Lesson, cells: list[dict]) -> Iterator[str]:
    by_id = {cell["id"]: _source(cell).partition("\n")[0] for cell in cells}
    for concept in lesson.concepts:
        name = " ".join(concept.name.split())
        for exercise in concept.exercises:
            if exercise not in lesson.exercises:
                yield f"the concept {name!r} names {exercise}, which is no exercise of the lesson."
        if concept.cell not in by_id:
            yield f"the concept {name!r} leads to the cell {concept.cell!r}, which is not there."
        elif not (stated := TITLE_END.search(by_id[concept.cell])):
            yield f"the cell {concept.cell!r} has no title that ends in minutes, '… · 9 min'."
        elif (int(stated["minutes"]), bool(stated["deeper"])) != (concept.minutes, concept.deeper):
            yield (
                f"the concept {name!r} says {'deeper, ' if concept.deeper else ''}"
                f"{concept.minutes} min, and the title of its section{stated[0]}."
            )


def _exercises(lesson: Lesson) -> Iterator[str]:
    bank = _module(f"exercises.{lesson.key}", "BANK")
    if bank is None:
        yield f"exercises/{lesson.key}/__init__.py with its BANK is not there."
        return
    ids = {item.id for item in bank.BANK}
    for name in lesson.exercises:
        if name not in ids:
            yield f"the BANK of exercises/{lesson.key} has no exercise {name}."
    for name in sorted(ids.difference(lesson.exercises)):
        yield f"lessons/{lesson.key}.py does not name the exercise {name} of the BANK."


def _predictions(lesson: Lesson) -> Iterator[str]:
    bank = _module(f"exercises.predictions.{lesson.key}", "BANK")
    ids = {item.id for item in bank.BANK} if bank else set()
    for name in lesson.predictions:
        if name not in ids:
            yield f"exercises/predictions/{lesson.key}.py has no prediction {name} in its BANK."
    for name in sorted(ids.difference(lesson.predictions)):
        yield f"lessons/{lesson.key}.py does not name the prediction {name}."


def _quiz(lesson: Lesson) -> Iterator[str]:
    if _module(f"quiz.{lesson.key}", "QUESTIONS", "CARDS") is None:
        yield f"quiz/{lesson.key}.py with its QUESTIONS and CARDS is not there."


def _module(name: str, *needed: str):
    """A module of the course that holds what is needed, or None."""
    name = f"course_utils.{name}"
    module = importlib.import_module(name) if importlib.util.find_spec(name) else None
    return module if module and all(hasattr(module, each) for each in needed) else None
