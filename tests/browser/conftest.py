"""A JupyterLab and a browser for each process of the tests, a fresh notebook for each test."""

import json
import os
import shutil

import lab
import pytest
from variants import FULL

from course_utils import lessons, settings

LATENCY = settings.ROOT / "build" / "latency.json"
NEEDED = os.environ.get("COURSE_NEEDS_BROWSER") == "1"  # continuous integration says so
EVERYWHERE = (2, 3)  # one lesson with torch and one without; each takes a minute or two


def pytest_collection_modifyitems(items):
    # a browser, a server and two kernels on two busy cores may come late; what is broken stays so
    for item in items:
        if "opened" in getattr(item, "fixturenames", ()):  # a notebook's cells have none
            item.add_marker(pytest.mark.flaky(reruns=2))
            if item.module.LESSON not in EVERYWHERE and not NEEDED and not FULL:
                why = (
                    "in continuous integration, and by `python -m course_utils test --only browser`"
                )
                item.add_marker(pytest.mark.skip(reason=f"this lesson: {why}"))


@pytest.fixture(scope="module")  # while one is driven, its loop runs, and asyncio allows no other
def browser():
    path = lab.find_browser()
    if path is None:
        said = f"no browser found; install one of: {', '.join(lab.BROWSERS)}"
        pytest.fail(said) if NEEDED else pytest.skip(said)
    with lab.chromium(path) as chromium:
        yield chromium


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("lab")


@pytest.fixture(scope="session")
def address(folder):
    with lab.served(folder) as address:
        yield address


@pytest.fixture
def opened(browser, folder, address, request):
    """The test file's LESSON as shipped, after Run All Cells; looked at once more afterwards."""
    name = lessons.LESSONS[request.module.LESSON].notebook
    shutil.copy(settings.ROOT / "notebooks" / name, folder / "work")  # also when run again
    notebook = lab.Notebook(browser, address, name)
    try:
        left_out = notebook.run_all()
        assert notebook.errors() == []
        assert left_out == [], "Run All Cells left cells out"
        yield notebook
        notebook.screenshot("used")
        assert notebook.refused == [], "the page asked for something outside this machine"
    finally:
        notebook.close()


@pytest.fixture
def keep_latency(request):
    """Write down how long key presses took to show; speed belongs to the machine, not to a test."""

    def keep(name, times):
        times = sorted(times)
        found = {
            "median": round(times[len(times) // 2]),
            "p95": round(times[int(0.95 * (len(times) - 1))]),
            "n": len(times),
        }
        request.node.user_properties.append((f"latency of {name}", found))

    return keep


def pytest_terminal_summary(terminalreporter):
    """Gather the latencies from all processes, and say why a test was run again."""
    for report in terminalreporter.stats.get("rerun", ()):
        terminalreporter.section(f"run again: {report.nodeid} ({report.when})")
        terminalreporter.line(report.longreprtext)
    found = {
        key.removeprefix("latency of "): value
        for report in terminalreporter.stats.get("passed", ())
        for key, value in report.user_properties
        if key.startswith("latency of ")
    }
    if found:
        LATENCY.parent.mkdir(exist_ok=True)
        LATENCY.write_text(json.dumps(found, indent=1) + "\n")
        terminalreporter.section("from a key press to the new picture, in milliseconds")
    for name, took in found.items():
        terminalreporter.line(
            f"{name}: median {took['median']}, p95 {took['p95']} of {took['n']} presses"
        )
