"""One JupyterLab and one browser for all lessons, which are run before they are driven."""

import json
import os

import lab
import pytest

from course_utils import settings

LATENCY = settings.ROOT / "build" / "latency.json"
MEASURED: dict[str, dict[str, int]] = {}


@pytest.fixture(scope="session")
def browser():
    path = lab.find_browser()
    if path is None:
        said = f"no browser found; install one of: {', '.join(lab.BROWSERS)}"
        needed = os.environ.get("COURSE_NEEDS_BROWSER") == "1"  # continuous integration says so
        pytest.fail(said) if needed else pytest.skip(said)
    with lab.chromium(path) as chromium:
        yield chromium


@pytest.fixture(scope="session")
def address(browser, tmp_path_factory):
    with lab.served(tmp_path_factory.mktemp("lab")) as address:
        yield address


@pytest.fixture(scope="session")
def lessons(browser, address, request):
    """Every lesson that is asked for, as shipped, after Run All Cells."""
    names = [item.callspec.params["opened"] for item in request.session.items
             if "opened" in getattr(item, "fixturenames", ())]  # fmt: skip
    # the longest first, or one core would wait for the last of them
    longest_first = sorted(names, key=lambda name: name[:2] in ("01", "03"))
    opened = {name: lab.Notebook(browser, address, name) for name in longest_first}
    lab.run_side_by_side(list(opened.values()))
    return opened


@pytest.fixture
def opened(lessons, request):
    """A lesson that has been run; afterwards look at what holds for all of them."""
    notebook = lessons[request.param]
    try:
        assert not notebook.running(), "its cells were still running when the others were done"
        assert notebook.errors() == []
        assert notebook.not_run() == [], "Run All Cells left cells out"
        notebook.page.bring_to_front()
        yield notebook
        notebook.screenshot("used")
        assert notebook.refused == [], "the page asked for something outside this machine"
    finally:
        notebook.close()


@pytest.fixture(scope="session")
def keep_latency():
    """Write down how long key presses took to show; speed belongs to the machine, not to a test."""

    def keep(name, times):
        times = sorted(times)
        MEASURED[name] = {
            "median": round(times[len(times) // 2]),
            "p95": round(times[int(0.95 * (len(times) - 1))]),
            "n": len(times),
        }
        LATENCY.parent.mkdir(exist_ok=True)
        LATENCY.write_text(json.dumps(MEASURED, indent=1) + "\n")

    return keep


def pytest_terminal_summary(terminalreporter):
    if MEASURED:
        terminalreporter.section("from a key press to the new picture, in milliseconds")
    for name, found in MEASURED.items():
        terminalreporter.line(
            f"{name}: median {found['median']}, p95 {found['p95']} of {found['n']} presses"
        )
