"""JupyterLab as a student meets it: served by the course's own command, driven in Chromium."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Locator, Page, sync_playwright

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
SCREENSHOTS = Path(__file__).parents[2] / "build" / "screenshots"
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def find_browser() -> str | None:
    """The first Chromium on the path, or None."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


@contextlib.contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve ``folder/work`` as ``make lab`` does; yields the address with its token."""
    environment = os.environ | {
        "COURSE_WORK": str(folder / "work"),
        "COURSE_PACE": "quick",
        "JUPYTER_CONFIG_DIR": str(folder / "config"),
        "JUPYTER_DATA_DIR": str(folder / "data"),
        "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
        "IPYTHONDIR": str(folder / "ipython"),
        "MPLCONFIGDIR": os.environ.get("MPLCONFIGDIR", str(folder / "matplotlib")),
        "OMP_NUM_THREADS": "1",
    }
    command = [sys.executable, "-m", "course_utils", "lab", "--no-browser"]
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
        if found := re.search(r"http://127\.0\.0\.1:\d+/lab\S*\?token=\w+", line):
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
    """One notebook, open in JupyterLab."""

    def __init__(self, browser: Browser, address: str, name: str, size=(1280, 1000)):
        self._address, self._number = address, name.partition("_")[0]
        self.refused: list[str] = []  # addresses outside this machine that the page asked for
        self.page: Page = browser.new_page(
            viewport={"width": size[0], "height": size[1]}, reduced_motion="reduce"
        )
        self.page.route("**/*", self._route)
        parts = urlsplit(address)
        self.page.goto(f"{parts.scheme}://{parts.netloc}/lab/tree/{name}?{parts.query}&reset")
        self.page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=60_000)
        self.page.wait_for_selector(  # running before there is a kernel opens a dialog
            ".jp-Toolbar-kernelName:has-text('Python 3')", timeout=60_000
        )
        self.wait_idle()

    def _route(self, route) -> None:
        host = urlsplit(route.request.url).hostname
        if host is None or host in LOOPBACK:
            route.continue_()
        else:
            self.refused.append(route.request.url)
            route.abort()

    def wait_idle(self, timeout: float = 120) -> None:
        """Until the kernel has nothing to do and no cell waits for its turn."""
        self.page.wait_for_selector(
            ".jp-NotebookPanel .jp-Notebook-ExecutionIndicator[data-status='idle']",
            timeout=1000 * timeout,
            state="attached",
        )

    def run_all(self, timeout: float = 180) -> None:
        """Run > Run All Cells, then wait until the last one is done."""
        self.page.get_by_role("menuitem", name="Run", exact=True).click()
        self.page.get_by_text("Run All Cells", exact=True).click()
        self.page.wait_for_function(
            """() => ![...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')]
                     .some(prompt => prompt.textContent.includes('*'))""",
            timeout=1000 * timeout,
        )
        self.wait_idle(timeout)

    def screenshot(self, name: str) -> None:
        """Keep a picture of the page in build/screenshots."""
        self.page.screenshot(path=SCREENSHOTS / f"{self._number}_{name}.png")

    def portraits(self) -> None:
        """Keep a picture of each exploration, as it has been left."""
        for panel in self.page.locator(".course-panel").all():
            name = panel.get_attribute("aria-label").lower().replace(" ", "_")
            self.steady_box(panel)
            panel.screenshot(path=SCREENSHOTS / f"{self._number}_{name}.png")

    def close(self) -> None:
        """Close the page and end its kernel."""
        parts = urlsplit(self._address)
        base, token = f"{parts.scheme}://{parts.netloc}/api/sessions", f"?{parts.query}"
        for session in self.page.request.get(base + token).json():
            self.page.request.delete(f"{base}/{session['id']}{token}")
        self.page.close()

    # --- what is on the page ---

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

    def went_to(self, file: str, text: str) -> None:
        """Wait until a notebook has come to the front with the cell that holds a text selected."""
        self.page.get_by_role("tab", name=file, selected=True).wait_for(timeout=60_000)
        self.page.wait_for_function(
            """(text) => [...document.querySelectorAll(".jp-Cell.jp-mod-selected")]
                         .some((cell) => cell.textContent.includes(text))""",
            arg=text,
            polling=200,
            timeout=60_000,
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

    def wait_until(self, holds, timeout: float = 60) -> None:
        """Ask again and again; the page is what changes, so there is no event to wait for."""
        for _ in range(int(timeout / 0.1)):
            if holds():
                return
            self.page.wait_for_timeout(100)
        raise AssertionError("it did not come about within a minute")


class PanelOnPage:
    """The controls, the picture and the numbers of one exploration."""

    def __init__(self, notebook: Notebook, root: Locator):
        self._notebook, self._root = notebook, root

    def control(self, label: str) -> Locator:
        return self._root.get_by_label(label, exact=True)

    def button(self, label: str) -> Locator:
        return self._root.get_by_role("button", name=label, exact=True)

    def number(self, label: str) -> Locator:
        """The value beside a label."""
        pair = self._root.locator("dl > div").filter(
            has=self._notebook.page.get_by_text(label, exact=True)
        )
        return pair.locator("dd")

    def alt(self) -> str:
        return self._root.locator("img").get_attribute("alt")

    def image(self) -> str:
        """Changes whenever another picture is shown."""
        return self._root.locator("img").get_attribute("src")

    def changed(self, before: str) -> None:
        """Wait for another picture than the one before."""
        self._notebook.wait_until(lambda: self.image() != before)

    def press(self, label: str, key: str, *, shows: bool = True) -> None:
        """Put the focus on a slider, press a key, wait for the picture."""
        before = self.image()
        self.control(label).press(key)
        if shows:
            self.changed(before)
            self._notebook.wait_idle()

    def tab_through(self) -> list[str]:
        """The controls that Tab reaches from the first on, each of which must show its focus."""
        page, reached = self._notebook.page, []
        self._root.locator("input, select, button").first.focus()
        for _ in range(self._root.locator("input, select, button").count()):
            name, outline = page.evaluate(
                """() => { const node = document.activeElement;
                           return [node.getAttribute("aria-label") || node.textContent,
                                   getComputedStyle(node).outlineStyle]; }"""
            )
            assert outline == "solid", f"{name} does not show that it has the focus"
            reached.append(name)
            page.keyboard.press("Tab")
        return reached

    def drag(self, label: str, by: float) -> None:
        """Drag the knob of a slider to the right by a share of its length."""
        slider, before = self.control(label), self.image()
        box = self._notebook.steady_box(slider)
        knob = 22  # its width; the middle of the knob moves over the rest
        low, high, value = (
            float(slider.get_attribute(name)) if name != "value" else float(slider.input_value())
            for name in ("min", "max", "value")
        )
        x = box["x"] + knob / 2 + (box["width"] - knob) * (value - low) / (high - low)
        y, way = box["y"] + box["height"] / 2, by * (box["width"] - knob)
        mouse = self._notebook.page.mouse
        mouse.move(x, y)
        mouse.down()
        mouse.move(x + way, y, steps=12)
        mouse.up()
        self.changed(before)
        moved = float(slider.input_value())
        assert abs(moved - value - by * (high - low)) < 0.06 * (high - low), "the knob went astray"
        self._notebook.wait_until(lambda: self._settled())

    def _settled(self) -> bool:
        """Whether the picture belongs to the newest value: no more pictures come."""
        before = self.image()
        self._notebook.page.wait_for_timeout(400)
        return self.image() == before

    def time_keys(self, label: str, n_keys: int) -> list[float]:
        """Milliseconds from a key press to the changed picture, for keys to and fro."""
        slider = self.control(label)
        slider.evaluate(
            """(input) => {
                const image = input.closest(".course-panel").querySelector("img");
                window.pressed = 0; window.took = [];
                input.addEventListener("keydown", () => { window.pressed = performance.now(); });
                new MutationObserver(() => {
                    if (!window.pressed) return;
                    window.took.push(performance.now() - window.pressed);
                    window.pressed = 0;
                }).observe(image, { attributes: true, attributeFilter: ["data-frame"] });
            }"""
        )
        for k in range(n_keys):
            slider.press("ArrowLeft" if k % 4 < 2 else "ArrowRight")
            self._notebook.page.wait_for_function(f"() => window.took.length > {k}")
        return self._notebook.page.evaluate("window.took")
