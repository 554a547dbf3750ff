"""How long until something can be done: importing, a lesson's first cell, the page in a browser."""

from __future__ import annotations

import json
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from jupyter_client.manager import start_new_kernel

from benchmarks.report import Line
from course_utils import settings

ROUNDS = 3
IMPORT_TARGET, LAB_TARGET = 0.2, 10.0
CELL_TARGETS = {1: 1.5, 2: 4.0, 3: 1.5, 4: 4.0, 5: 4.0}
PATIENCE = 120.0  # seconds after which something is wrong, not slow

_IMPORT = """
import sys, time
start = time.perf_counter()
import course_utils
print(time.perf_counter() - start, int("torch" in sys.modules))
"""


def import_seconds() -> tuple[float, bool]:
    """Seconds of ``import course_utils`` in a fresh process, and whether that loaded torch."""
    command = [sys.executable, "-c", _IMPORT]
    seconds, torch = subprocess.run(
        command, capture_output=True, text=True, check=True, cwd=settings.ROOT
    ).stdout.split()
    return float(seconds), torch == "1"


def first_code_cell(notebook: Path) -> str:
    """Source of a notebook's first code cell."""
    cells = json.loads(notebook.read_text())["cells"]
    return next("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")


def cell_seconds(source: str, work: Path) -> float:
    """Seconds from sending a cell to a fresh kernel until the kernel is idle again."""
    os.environ["COURSE_WORK"] = str(work)
    manager, client = start_new_kernel(
        kernel_name="python3", cwd=str(work), stderr=subprocess.DEVNULL
    )
    try:
        start = time.perf_counter()
        reply = client.execute_interactive(source, timeout=PATIENCE, output_hook=lambda _: None)
        seconds = time.perf_counter() - start
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    if reply["content"]["status"] != "ok":
        raise RuntimeError(f"the cell failed: {reply['content']['evalue']}")
    return seconds


def lab_seconds(work: Path) -> float:
    """Seconds from `make lab NO_BROWSER=1` until the address it prints answers with the page."""
    start = time.perf_counter()
    with open(work / "lab.log", "w+") as log:
        server = subprocess.Popen(
            ["make", "lab", "NO_BROWSER=1"],
            cwd=settings.ROOT,
            env=os.environ | {"COURSE_WORK": str(work / "lab"), "PYTHONUNBUFFERED": "1"},
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            while time.perf_counter() - start < PATIENCE:
                address = re.search(
                    r"http://127\.0\.0\.1:\d+/\S*token=\w+", _text(work / "lab.log")
                )
                if address and _answers(address.group()):
                    return time.perf_counter() - start
                if server.poll() is not None:
                    break
                time.sleep(0.05)
        finally:
            _stop(server)
    raise RuntimeError(f"no page within {PATIENCE:g} s:\n{_text(work / 'lab.log')}")


def _text(path: Path) -> str:
    return path.read_text(errors="replace")


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=10) as page:
            return page.status == 200 and b"JupyterLab" in page.read()
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def _stop(server: subprocess.Popen) -> None:
    """End make and the server that it started: they are a group of their own."""
    for how in (signal.SIGTERM, signal.SIGKILL):
        if server.poll() is None:
            os.killpg(server.pid, how)
            try:
                server.wait(timeout=10)
            except subprocess.TimeoutExpired:
                continue


def measure(save: Callable[[dict], None], *, rounds: int = ROUNDS) -> dict:
    """All of them by turns, after a round that warms the disk and does not count."""
    notebooks = sorted((settings.ROOT / "notebooks").glob("*.ipynb"))
    cells = {int(path.name[:2]): first_code_cell(path) for path in notebooks}
    spent: dict = {"import": [], "cells": {lesson: [] for lesson in cells}, "lab": []}
    torch_loaded = False
    with tempfile.TemporaryDirectory() as folder:
        work, before = Path(folder), os.environ.get("COURSE_WORK")
        (work / "lab").mkdir()
        try:
            for _ in range(rounds + 1):
                seconds, loaded = import_seconds()
                torch_loaded = torch_loaded or loaded
                spent["import"].append(seconds)
                for lesson, source in cells.items():
                    spent["cells"][lesson].append(cell_seconds(source, work))
                spent["lab"].append(lab_seconds(work))
        finally:
            os.environ.pop("COURSE_WORK")
            if before is not None:
                os.environ["COURSE_WORK"] = before

    def median(seconds: list[float]) -> float:
        return round(statistics.median(seconds[1:]), 4)

    return {
        "rounds": rounds,
        "import_seconds": median(spent["import"]),
        "import_loads_torch": torch_loaded,
        "first_cell_seconds": {str(n): median(times) for n, times in spent["cells"].items()},
        "lab_seconds": median(spent["lab"]),
    }


def lines(value: dict) -> list[Line]:
    """Rows of the table."""
    seconds, loads = value["import_seconds"], value["import_loads_torch"]
    rows = [
        Line(
            f"import course_utils ({'loads' if loads else 'without'} torch)",
            f"{seconds:.3f} s",
            f"<= {IMPORT_TARGET:g} s, no torch",
            seconds <= IMPORT_TARGET and not loads,
        )
    ]
    for lesson, spent in value["first_cell_seconds"].items():
        target = CELL_TARGETS[int(lesson)]
        rows.append(
            Line(
                f"first cell of lesson {lesson}",
                f"{spent:.2f} s",
                f"<= {target:g} s",
                spent <= target,
            )
        )
    lab = value["lab_seconds"]
    rows.append(
        Line("make lab to a page", f"{lab:.1f} s", f"<= {LAB_TARGET:g} s", lab <= LAB_TARGET)
    )
    return rows
