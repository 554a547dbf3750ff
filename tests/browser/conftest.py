"""One JupyterLab and one browser for all lessons."""

import os
import shutil

import lab
import pytest
import slices

from course_utils import settings

WHOLE = ("01_probability_and_kl.ipynb", "03_earth_movers_distance.ipynb")


@pytest.fixture(scope="session")
def browser():
    path = lab.find_browser()
    if path is None:
        said = f"no browser found; install one of: {', '.join(lab.BROWSERS)}"
        pytest.fail(said) if os.environ.get("CI") else pytest.skip(said)
    with lab.chromium(path) as chromium:
        yield chromium


@pytest.fixture(scope="session")
def address(browser, tmp_path_factory):
    folder = tmp_path_factory.mktemp("lab")
    work = folder / "work"
    work.mkdir()
    for notebook in sorted((settings.ROOT / "notebooks").glob("*.ipynb")):
        if notebook.name in WHOLE:
            shutil.copyfile(notebook, work / notebook.name)
        else:
            slices.live_copy(notebook, work / notebook.name)
    with lab.served(folder) as address:
        yield address


@pytest.fixture
def opened(browser, address, request):
    """Open a lesson, run its cells, hand it over; afterwards look at what holds for all of them."""
    notebook = lab.Notebook(browser, address, request.param)
    try:
        notebook.run_all()
        notebook.screenshot("ran")
        yield notebook
        notebook.screenshot("used")
        assert notebook.refused == [], "the page asked for something outside this machine"
    finally:
        notebook.close()
