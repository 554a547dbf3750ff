"""JupyterLab as a student meets it: served by the course's own command, driven in Chromium."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import short_trainings
from panels import PanelOnPage
from playwright.sync_api import Browser, Locator, Page, sync_playwright

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
SCREENSHOTS = Path(__file__).parents[2] / "build" / "screenshots"
PATIENCE = 180_000  # milliseconds: a busy machine draws a cell when it has nothing better to do
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
LIVE = ".course-panel, .course-card, [aria-label='Concepts of the course']"
WIDE, NARROW = {"width": 1280, "height": 1000}, {"width": 620, "height": 1000}


def find_browser() -> str | None:
    """The first Chromium on the path, or None."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


@contextlib.contextmanager
def served(folder: Path, *options: str) -> Iterator[str]:
    """Serve ``folder/work`` as ``make lab`` does; yields the address with its token."""
    # two servers that start at once must not find the same port free
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    (folder / "config").mkdir()
    (folder / "config" / "jupyter_lab_config.json").write_text(
        json.dumps({"LabApp": {"expose_app_in_browser": True}})  # as window.jupyterapp
    )
    environment = os.environ | {
        "JUPYTER_PORT": str(8900 + 50 * worker),
        "COURSE_WORK": str(folder / "work"),
        "COURSE_PACE": "quick",
        "COURSE_MODE": "student",
        "JUPYTER_CONFIG_DIR": str(folder / "config"),
        "JUPYTER_DATA_DIR": str(folder / "data"),
        "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
        "IPYTHONDIR": str(short_trainings.write_profile(folder / "ipython")),
        "MPLCONFIGDIR": os.environ.get("MPLCONFIGDIR", str(folder / "matplotlib")),
        "OMP_NUM_THREADS": "1",
    }
    command = [sys.executable, "-m", "course_utils", "lab", "--no-browser", "--", *options]
    server = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        yield _address(server)
    finally:
        server.terminate()  # Jupyter shuts its kernels down with it
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()


def _address(server: subprocess.Popen) -> str:
    said = []
    for line in server.stdout:
        said.append(line)
        if found := re.search(r"http://127\.0\.0\.1:\d+/\S*lab\S*\?token=\w+", line):
            # keep reading, or the server would wait for room in the pipe
            threading.Thread(target=lambda: [None for _ in server.stdout], daemon=True).start()
            return found.group()
    raise RuntimeError("JupyterLab did not start:\n" + "".join(said[-30:]))


@contextlib.contextmanager
def chromium(path: str) -> Iterator[Browser]:
    """A headless browser without a sandbox of its own: containers have no namespaces to give."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield browser
        browser.close()


class Notebook:
    """One notebook, open in JupyterLab in a window of its own."""

    def __init__(self, browser: Browser, address: str, name: str):
        self._parts, self.name, self._number = urlsplit(address), name, name.partition("_")[0]
        self.refused: list[str] = []  # addresses outside this machine that the page asked for
        self._browser = browser
        self._open()

    def _open(self) -> None:
        name = self.name
        self.page: Page = self._browser.new_page(viewport=WIDE, reduced_motion="reduce")
        self.page.set_default_timeout(PATIENCE)
        self.page.route("**/*", self._route)
        self.page.goto(self._url(f"lab/workspaces/lesson{self._number}/tree/{name}", "&reset"))
        self.page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=PATIENCE)
        self.page.wait_for_selector(  # running before there is a kernel opens a dialog
            ".jp-Toolbar-kernelName:has-text('Python 3')", timeout=PATIENCE
        )
        self.wait_idle()

    def _url(self, path: str, also: str = "") -> str:
        return f"{self._parts.scheme}://{self._parts.netloc}/{path}?{self._parts.query}{also}"

    def _route(self, route) -> None:
        host = urlsplit(route.request.url).hostname
        if host is None or host in LOOPBACK:
            route.continue_()
        else:
            self.refused.append(route.request.url)
            route.abort()

    # --- running ---

    def wait_idle(self, timeout: float = 300) -> None:
        """Until the kernel has nothing to do."""
        self.page.wait_for_selector(
            ".jp-NotebookPanel .jp-Notebook-ExecutionIndicator[data-status='idle']",
            timeout=1000 * timeout,
            state="attached",
        )

    def menu(self, *names: str) -> None:
        """Choose from the menu bar."""
        self.page.get_by_role("menuitem", name=names[0], exact=True).click()
        for name in names[1:]:  # a click on the name of a further menu opens it
            self.page.locator(".lm-Menu-itemLabel").get_by_text(name, exact=True).click()

    def run_all(self, limit: float = 900) -> list[str]:
        """Run > Run All Cells, until all have run or one fails; the ids of those left out."""
        self.menu("Run", "Run All Cells")
        with contextlib.suppress(AssertionError):  # whoever asks says what is wrong
            self.wait_until(
                lambda: not self.running() and (not self.not_run() or self.errors()), limit
            )
        return self.not_run()

    def running(self) -> bool:
        """Whether the kernel works or a cell waits for it."""
        return (
            self.page.locator(
                ".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Notebook-ExecutionIndicator"
            ).get_attribute("data-status")
            != "idle"
        ) or bool(self._code_cells("cell.executionState !== 'idle'"))

    def not_run(self) -> list[str]:
        """The ids of the code cells that have no number."""
        return self._code_cells("!cell.executionCount")

    def _code_cells(self, condition: str) -> list[str]:
        """Which code cells of the notebook in front meet a condition on their model.

        The model knows the cells that are out of view, which are not on the page. The file would
        not do: Jupyter's server takes a notebook that is read while it is saved for a broken one,
        and puts its backup in its place.
        """
        return self.page.evaluate(
            f"""() => [...jupyterapp.shell.currentWidget.content.model.cells]
                .filter((cell) => cell.type === "code" && ({condition}))
                .map((cell) => cell.id)"""
        )

    def run_last(self, code: str) -> Locator:
        """Write a cell at the end, as a student does, and run it; gives the cell."""
        cells = self.page.locator(".jp-CodeCell")
        count = cells.count()
        self.steady_box(cells.last)
        cells.last.locator(".jp-InputPrompt").click()
        self.page.keyboard.press("b")  # a cell below
        self.wait_until(lambda: cells.count() > count)
        self.page.keyboard.press("Enter")
        self.page.keyboard.insert_text(code)
        self.menu("Run", "Run Selected Cell and Do not Advance")
        return cells.last

    def run_again(self, text: str) -> None:
        """Run the cell whose code holds a text once more."""
        cell = self.page.locator(".jp-CodeCell", has_text=text).first
        self.steady_box(cell)
        cell.locator(".jp-InputPrompt").click()
        self.menu("Run", "Run Selected Cell and Do not Advance")
        self.wait_until(lambda: not self.running())

    def restart(self) -> None:
        """A fresh kernel, while the page stays open."""
        self.menu("Kernel", "Restart Kernel…")
        self.page.locator(".jp-Dialog .jp-mod-accept").click()
        self.page.locator(".course-gone:visible").first.wait_for(state="attached")
        self.wait_idle()

    def next_day(self) -> None:
        """Save, close, and open the notebook again with a new kernel."""
        self.menu("File", "Save Notebook")
        self.wait_until(lambda: not self._dirty())
        self.close()
        self._open()

    def _dirty(self) -> bool:
        return self.page.evaluate("window.jupyterapp.shell.currentWidget.context.model.dirty")

    def run_above(self, text: str) -> None:
        """Run > Run All Above Selected Cell, then the cell that holds a text itself."""
        cell = self.page.locator(".jp-CodeCell", has_text=text).first
        self.steady_box(cell)
        cell.locator(".jp-InputPrompt").click()
        self.menu("Run", "Run All Above Selected Cell")
        self.wait_until(lambda: not self.running(), 600)
        self.run_again(text)

    def close(self) -> None:
        """Close the page and end its kernel."""
        sessions = self._url("api/sessions")
        for session in self.page.request.get(sessions).json():
            if session["path"].endswith(self.name):
                self.page.request.delete(self._url(f"api/sessions/{session['id']}"))
        self.page.context.close()

    # --- its look ---

    def screenshot(self, name: str) -> None:
        """Keep a picture of the page in build/screenshots."""
        self.page.screenshot(path=SCREENSHOTS / f"{self._number}_{name}.png")

    def portraits(self, look: str) -> None:
        """Keep a picture of each exploration and card, as it has been left, if asked to."""
        if os.environ.get("COURSE_PORTRAITS") != "1":
            return
        for box in self.live_boxes():
            name = re.sub(r"\W+", "_", box.get_attribute("aria-label").lower())
            self.steady_box(box)
            box.screenshot(path=SCREENSHOTS / f"{self._number}_{name}_{look}.png")

    def theme(self, name: str) -> None:
        """Settings > Theme."""
        self.menu("Settings", "Theme", f"JupyterLab {name}")
        light = str(name == "Light").lower()
        self.page.wait_for_selector(f"body[data-jp-theme-light='{light}']", state="attached")

    @contextlib.contextmanager
    def narrow(self) -> Iterator[None]:
        """As on half a screen, with the side bar folded away."""
        self.page.keyboard.press("Control+b")
        self.page.set_viewport_size(NARROW)
        yield
        self.page.set_viewport_size(WIDE)
        self.page.keyboard.press("Control+b")

    # --- what is on the page ---

    def live_boxes(self) -> list[Locator]:
        """Everything that is alive: explorations, cards, and the map."""
        return self.page.locator(LIVE).all()

    def panels(self) -> list[PanelOnPage]:
        """All explorations."""
        return [PanelOnPage(self, root) for root in self.page.locator(".course-panel").all()]

    def panel(self, title: str) -> PanelOnPage:
        """An exploration, by its title."""
        found = self.page.get_by_role("group", name=title, exact=True)
        self.steady_box(found)
        found.locator("img[data-frame]").wait_for()
        return PanelOnPage(self, found)

    def card(self, title: str) -> Locator:
        """A box of ipywidgets controls, by its title."""
        found = self.page.get_by_role("group", name=title, exact=True)
        self.steady_box(found)
        return found

    def errors(self) -> list[str]:
        """The tracebacks on the page."""
        shown = self.page.locator("[data-mime-type='application/vnd.jupyter.error']")
        return [text[:500] for text in shown.all_inner_texts()]

    def follow(self, link: str, file: str, text: str) -> None:
        """Click a link of the map until a notebook is at the front and a cell of it in view.

        Until: where opening the other notebook takes long, JupyterLab sometimes scrolls to the
        cell and then back to the top; a second click finds it open.
        """
        for _ in range(3):
            self.page.get_by_role("tab", name=self.name).click()
            map_ = self.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) nav")
            map_.get_by_role("link", name=link).first.click()
            self.page.get_by_role("tab", name=file, selected=True).wait_for(timeout=PATIENCE)
            with contextlib.suppress(AssertionError):
                self.wait_until(lambda: self._in_view(text), timeout=15)
                return
        raise AssertionError(f"the link {link} does not lead to '{text}'")

    def _in_view(self, text: str) -> bool:
        return self.page.evaluate(
            """(text) => [...document.querySelectorAll(".jp-NotebookPanel:not(.lm-mod-hidden)")]
                .flatMap((panel) => [...panel.querySelectorAll(".jp-Cell")])
                .filter((cell) => cell.textContent.includes(text))
                .map((cell) => cell.getBoundingClientRect())
                .some((box) => box.bottom > 150 && box.top < window.innerHeight - 150)""",
            text,
        )

    def steady_box(self, element: Locator) -> dict[str, float]:
        """Where an element comes to rest: cells above it get their height only once in view."""
        boxes = [None]

        def at_rest() -> bool:
            element.evaluate("node => node.scrollIntoView({ block: 'center' })")
            boxes.append(element.bounding_box())
            return boxes[-1] is not None and boxes[-1] == boxes[-2]

        self.wait_until(at_rest)
        return boxes[-1]

    def wait_until(self, holds, timeout: float = 180) -> None:
        """Ask again and again; the page is what changes, so there is no event to wait for."""
        for _ in range(int(timeout / 0.1)):
            if holds():
                return
            self.page.wait_for_timeout(100)
        raise AssertionError(f"it did not come about within {timeout} seconds")
