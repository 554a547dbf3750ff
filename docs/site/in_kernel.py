"""What a lesson's kernel shows when its outputs are to be read without one.

Explorations show a tour of their states, quizzes their questions, and the map of concepts leads to
pages instead of notebooks. IPython asks these functions first, so no lesson knows of them.
"""

from __future__ import annotations

import re

from IPython.display import display

from course_utils.quiz.show import Flashcards, SelfCheck
from course_utils.widgets.concepts import ConceptMap
from course_utils.widgets.panel import Panel
from docs.site import questions, tours

NOTEBOOK_LINK = re.compile(r'href="(0([1-5])_\w+)\.ipynb#cell-id=([\w-]+)"')
COUNT = re.compile(r'<br><span style="font-size:11px"><span aria-hidden="true">.*? done</span>')


def install() -> None:
    """Tell IPython; run in a lesson's kernel before its first cell."""
    from IPython import get_ipython

    formatter = get_ipython().display_formatter
    shows = formatter.ipython_display_formatter.for_type
    shows(Panel, _panel)
    shows(SelfCheck, lambda shown: _display(questions.self_check(shown.lesson), "Self-check"))
    shows(Flashcards, lambda shown: _display(questions.flashcards(shown.lesson), "Flashcards"))
    formatter.formatters["text/html"].for_type(ConceptMap, map_of_pages)


def map_of_pages(concept_map: ConceptMap, to_lessons: str = "") -> str:
    """The map of concepts as HTML whose boxes lead to the sections of the site's pages."""
    address = rf'href="{to_lessons}\1.html#lesson\2-\3"'
    return COUNT.sub("", NOTEBOOK_LINK.sub(address, concept_map._repr_html_()))


def _panel(panel: Panel) -> None:
    tour, text = tours.shown(panel)
    _display(tour, text)


def _display(content: str, text: str) -> None:
    display({"text/html": content, "text/plain": text}, raw=True)
