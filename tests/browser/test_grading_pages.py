"""The grader's pages: nobody is shut out, and nothing a student wrote comes alive."""

import sys
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from test_grading_outputs import HOSTILE, row

from course_utils.exercises import outcome as o
from course_utils.grading import pages
from course_utils.grading.similarity import Pair

STATUSES = (o.CORRECT, o.INCORRECT, o.ERROR, o.NOT_ATTEMPTED, o.CLOSE, o.INCORRECT, o.BROKEN)


def made():
    """A page of the class and one of a student, with every kind of row on them."""
    rows = [
        row(name, status=status, misconception="negated", flags=["held for review: gc"])
        for name, status in zip(HOSTILE, STATUSES, strict=True)
    ]
    pairs = [Pair(HOSTILE[4], HOSTILE[0], rows[0].exercise, 0.9)]
    yield pages.class_page(rows, pairs, {}, "1", 2, HOSTILE)
    yield pages.student_page(rows[4].person, rows, "1", 2)


def test_the_pages_pass_axe_and_nothing_on_them_runs(browser, tmp_path):
    for number, data in enumerate(made()):
        path = tmp_path / f"{number}.html"
        path.write_bytes(data)
        page = browser.new_page()
        try:
            asked, said = [], []
            page.on("request", lambda request, asked=asked: asked.append(request.url))
            page.on("dialog", lambda dialog, said=said: said.append(dialog.message))
            page.goto(path.as_uri())
            for summary in page.locator("summary").all():
                summary.click()
            found = Axe().run(page).response["violations"]
            assert [(v["id"], v["impact"]) for v in found] == []
            assert asked == [path.as_uri()] and said == []
            assert page.locator("main h1").count() == 1
            page.set_viewport_size({"width": 390, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            found = Axe().run(page).response["violations"]
            assert [(v["id"], v["impact"]) for v in found] == []
        finally:
            page.close()
