"""The site: a page of every kind of output, built by the real settings and met in Chromium.

With ``COURSE_FULL_TESTS=1`` (``make site-check``) every page that ``make site`` built is looked at
in the same way.
"""

import re

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from variants import FULL

from course_utils import places
from docs.site import __main__ as site
from docs.site import assemble, execute, inspect_pages, numbers
from docs.site.lesson_pages import Static, page

WINDOWS = [(1280, "light"), (390, "dark")] + ([(1280, "dark"), (390, "light")] if FULL else [])
PHONE = 390
CELLS = {
    "setup": """
import matplotlib.pyplot as plt
import numpy as np
from course_utils import quiz, widgets
from course_utils.exercises import claim, exercise
from course_utils.plots import show
from course_utils.plots.style import described
""",
    "figure": """
fig, ax = plt.subplots()
ax.plot([0, 1])
show(described(fig, "A line that rises."))
""",
    "claim": "claim('A line of $W_1$ rises.', True, measured='slope 1.00')",
    "own-answer": "@exercise\ndef entropy(p):\n    raise NotImplementedError",
    "solution": """%%solution entropy
@exercise
def entropy(p):
    return -(p[p > 0] @ np.log(p[p > 0]))
""",
    "wide": "print('x' * 300)",
    "panel": "widgets.parallel_lines()",
    "questions": "quiz.self_check('lesson3')",
    "cards": "quiz.flashcards('lesson3')",
}
KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}
TEXT = "# A lesson\n\nWith $W_1$ and\n\n$$\\sum_{i} x_i = 1$$\n\n## A section · 2 min\n\nThe end."


def build(folder, lesson):
    """A site of one lesson, its numbers and a home page."""
    static = Static(folder / "static")
    assemble.write_texts(folder / "source", {
        "index.md": "# Home\n\n```{toctree}\nnotebooks/03_lesson\ngenerated/numbers\n```\n",
        "notebooks/03_lesson.ipynb": nbformat.writes(page(lesson, 3, static)),
        "generated/numbers.md": numbers.write([lesson], ["03_lesson"], "quick"),
    })  # fmt: skip
    static.write()
    assemble.add_mathjax(folder / "static")
    assert site.build(folder / "source", folder / "static", folder / "html") == 0
    return folder / "html"


@pytest.fixture(scope="session")
def lesson():
    cells = [nbformat.v4.new_markdown_cell(TEXT, id="title")]
    for name, source in CELLS.items():
        cell = nbformat.v4.new_code_cell(source.strip("\n"), id=name)
        cell.metadata["tags"] = [name] if name == "solution" else []
        cells.append(cell)
    written = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": KERNEL})
    return execute.run(written, "quick")


@pytest.fixture(scope="session")
def html(lesson, tmp_path_factory):
    return build(tmp_path_factory.mktemp("site"), lesson)


@pytest.fixture
def visit(browser):
    """Opens a built page where nothing but files beside it can be reached."""
    opened = []

    def visit(path, width, theme="light", query=""):
        window = browser.new_page(
            viewport={"width": width, "height": 900}, color_scheme=theme, reduced_motion="reduce"
        )
        opened.append(window)
        window.set_default_timeout(120_000)  # a busy machine lays a long page out slowly
        window.strangers = []
        window.on("request", lambda asked: window.strangers.append(asked.url)
                  if not asked.url.startswith(("file:", "data:", "blob:")) else None)  # fmt: skip
        window.route(re.compile("^(?!file:|data:|blob:)"), lambda route: route.abort())
        window.goto(path.as_uri() + (f"?q={query}" if query else ""))
        if window.locator("span.math, div.math").count():
            window.wait_for_selector("mjx-container", state="attached")
        return window

    yield visit
    for window in opened:
        window.close()


def look(visit, path):
    """What is wrong with a page in either theme, on a desk and on a phone."""
    found = []
    for width, theme in WINDOWS:
        window = visit(path, width, theme)
        found += [f"{path.name} asks for {url}" for url in window.strangers]
        wide = window.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            found.append(f"{path.name} is {wide} wide where {width} are")
        for fault in Axe().run(window).response["violations"]:
            if fault["impact"] in ("serious", "critical"):
                nodes = [node["html"][:150] for node in fault["nodes"][:3]]
                found.append(f"{path.name}, {width}, {theme}: {fault['help']}: {nodes}")
        window.close()
    return found


def test_the_pages_are_whole_and_built_twice_the_same(html, lesson, tmp_path):
    assert list(inspect_pages.faults(html)) == []
    again = build(tmp_path, lesson)

    def files(folder):
        return {p.relative_to(folder): p.read_bytes() for p in folder.rglob("*") if p.is_file()}

    first, second = files(html), files(again)
    assert first.keys() == second.keys()
    assert [name for name in first if first[name] != second[name]] == []


def test_a_page_has_what_the_notebook_has(html):
    text = (html / "notebooks" / "03_lesson.html").read_text(encoding="utf-8")
    assert 'alt="A line that rises."' in text
    assert "widget-state" not in text and "kernel that moved it" not in text
    assert text.count('class="course-step"') == 5
    assert "Solution" in text and "slope 1.00" in text
    found = (html / "generated" / "numbers.html").read_text(encoding="utf-8")
    assert "slope 1.00" in found and "03_lesson.html#lesson3-claim" in found


def test_a_page_in_chromium(html, visit):
    lesson = html / "notebooks" / "03_lesson.html"
    assert [fault for path in (lesson, html / "generated" / "numbers.html")
            for fault in look(visit, path)] == []  # fmt: skip
    window = visit(lesson, PHONE)
    shown = window.locator(".course-step:visible")
    slider = window.get_by_label("State of: Two parallel lines")
    first = shown.inner_text()
    slider.press("ArrowRight")
    assert shown.count() == 1 and shown.inner_text() != first
    window.get_by_role("button", name="Previous").click()
    assert shown.inner_text() == first
    answer = window.locator(".course-questions details p").first
    assert not answer.is_visible()
    window.locator(".course-questions summary").first.press("Enter")
    assert answer.is_visible()


def test_search_finds_words_of_a_lesson_without_a_network(html, visit):
    window = visit(html / "search.html", PHONE, query="rises")
    found = window.locator("#search-results a").first
    found.wait_for()
    assert "notebooks/03_lesson.html" in found.get_attribute("href") and window.strangers == []


def built_pages():
    html = site.SITE / "html"
    return sorted(p for p in html.rglob("*.html") if "_static" not in p.relative_to(html).parts)


@pytest.mark.timeout(1800)  # axe takes its time over a lesson
@pytest.mark.skipif(not FULL, reason="every page of the site: make site-check")
@pytest.mark.parametrize("path", built_pages() if FULL else [], ids=lambda path: path.stem)
def test_every_page_that_was_built(path, visit):
    assert look(visit, path) == []


@pytest.mark.skipif(not FULL, reason="every page of the site: make site-check")
def test_every_picture_of_the_lessons_has_the_words_it_has_in_the_notebook():
    assert list(inspect_pages.faults(site.SITE / "html")) == []
    for path in places.lessons():
        found = inspect_pages.Page(
            (site.SITE / "html" / "notebooks" / f"{path.stem}.html").read_text(encoding="utf-8")
        )
        said = [alt for _src, alt in found.pictures]
        kept = max(execute.KEPT.glob(f"*/{path.name}"), key=lambda p: p.stat().st_mtime)
        for cell in nbformat.read(kept, as_version=4).cells:
            for output in cell.get("outputs", []):
                content = output.get("data", {}).get("text/html", "")
                for _src, alt in inspect_pages.Page(content).pictures:
                    assert alt in said
