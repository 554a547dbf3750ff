"""As a JupyterHub serves the course, and in Notebook 7: under a path of its own, with a token."""

import json

import lab
import pytest

from course_utils.lab import editions

CELL = "from course_utils import widgets\n\nwidgets.earth_piles()"
BASE = "/user/anna/"


@pytest.fixture(scope="module")
def hub(browser, tmp_path_factory):
    """A server under a hub's path; yields the address of its Lab."""
    tmp_path = tmp_path_factory.mktemp("hub")
    with lab.served(tmp_path, f"--ServerApp.base_url={BASE}") as address:
        notebook = editions.dump({
            "cells": [{"cell_type": "code", "id": "live", "metadata": {}, "source": CELL,
                       "outputs": [], "execution_count": None}],
            "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3"}},
            "nbformat": 4, "nbformat_minor": 5,
        })  # fmt: skip
        (tmp_path / "work" / "live.ipynb").write_bytes(notebook)
        yield address


@pytest.mark.parametrize("app", ["notebooks", "lab/tree"], ids=["notebook 7", "lab"])
def test_a_live_view_is_there_under_a_hubs_path(browser, hub, app):
    front, token = hub.split("/lab")[0], hub.split("?")[1]
    assert front.endswith(BASE.rstrip("/"))
    page = browser.new_page(viewport=lab.WIDE)
    outside, failed = [], []
    page.on("request", lambda request: BASE in request.url or outside.append(request.url))
    page.on("response", lambda answer: answer.status < 500 or failed.append(answer.url))
    page.goto(f"{front}/{app}/live.ipynb?{token}")
    page.wait_for_selector(".jp-Notebook .jp-CodeCell", timeout=180_000)
    page.wait_for_selector(  # running before there is a kernel opens a dialog
        ".jp-Toolbar-kernelName:has-text('Python 3')", timeout=180_000
    )
    page.wait_for_selector(".jp-Notebook-ExecutionIndicator[data-status='idle']",
                           timeout=180_000, state="attached")  # fmt: skip
    page.locator(".jp-CodeCell .jp-InputArea-editor").first.click()
    page.keyboard.press("Shift+Enter")
    page.locator(".course-panel").get_by_text("area between the CDFs").wait_for(timeout=180_000)
    page.screenshot(path=lab.SCREENSHOTS / f"hub_{app.replace('/', '_')}.png")
    page.context.close()
    assert [url for url in outside if not url.startswith(("data:", "blob:"))] == []
    assert failed == []


def test_without_the_hubs_token_nobody_gets_in(browser, hub):
    page = browser.new_page()
    page.goto(hub.split("?")[0])
    assert "/login" in page.url
    answer = page.request.get(hub.split("/lab")[0] + "/api/contents")
    assert answer.status == 403 and "live" not in json.dumps(answer.text())
    page.context.close()
