"""What a lesson is: the names of its parts, and its place on the map of concepts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Concept:
    """One box on the map of concepts, and the section that teaches it.

    Attributes
    ----------
    name : str
        Unique over the course; a line break where the box breaks it.
    at : (float, float)
        The middle of the box on the map, in per cent from the left and from the bottom.
    cell : str
        The id of the cell that begins the section.
    minutes : int
        As the title of the section states them.
    exercises : tuple of str
        Ids of what practises it; they count as done on the map.
    needs : tuple of str
        The concepts it rests on, of this lesson or of another.
    deeper : bool
        Whether it lies beside the core path of 90 minutes a lesson.
    """

    name: str
    at: tuple[float, float]
    cell: str
    minutes: int
    exercises: tuple[str, ...]
    needs: tuple[str, ...] = ()
    deeper: bool = False


@dataclass(frozen=True)
class Lesson:
    """All that the course has to be told of a lesson; the rest is found by its number.

    Attributes
    ----------
    number : int
        Lesson 5 has its exercises in ``exercises/lesson5``, its questions and cards in
        ``quiz/lesson5.py``, and its predictions, if any, in ``exercises/predictions/lesson5.py``.
    title : str
        As its notebook has it, after ``Lesson 5:``.
    notebook : str
        The name of the file in ``notebooks/``, which begins with the number: ``05_….ipynb``.
    colour : str
        Of its boxes on the map, by its name in :mod:`course_utils.plots.style`.
    exercises : tuple of str
        The ids of its exercises, tables and derivations, in the order of the notebook.
    predictions : tuple of str
        The ids of what students are asked to predict.
    concepts : tuple of Concept
        What it puts on the map.
    """

    number: int
    title: str
    notebook: str
    colour: str
    exercises: tuple[str, ...]
    concepts: tuple[Concept, ...]
    predictions: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """``lesson5``: what its modules are called, and what a quiz is asked for by."""
        return f"lesson{self.number}"
