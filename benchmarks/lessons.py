"""What a student's session takes: each lesson with its solutions, at the pace it ships with."""

from __future__ import annotations

import os
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import nbformat
import psutil
from nbclient import NotebookClient

from benchmarks.report import Line
from course_utils import settings


class Watch(threading.Thread):
    """Follows the processes below this one: their CPU seconds and most memory at a time.

    They are asked again and again, since a process that has ended tells nothing more.
    """

    def __init__(self):
        super().__init__(daemon=True)
        self.cpu: dict[int, float] = {}
        self.peak_mb = 0.0
        self._done = threading.Event()

    def run(self) -> None:
        while not self._done.wait(0.2):
            memory = 0.0
            for process in psutil.Process().children(recursive=True):
                try:
                    spent = process.cpu_times()
                    memory += process.memory_info().rss / 1e6
                except psutil.Error:  # it ended between the list and the question
                    continue
                self.cpu[process.pid] = spent.user + spent.system
            self.peak_mb = max(self.peak_mb, memory)

    def stop(self) -> None:
        """End watching."""
        self._done.set()
        self.join()


def session(path: Path) -> dict:
    """Run one notebook from its first cell to its last."""
    notebook = nbformat.read(path, as_version=4)
    watch, start = Watch(), time.perf_counter()
    watch.start()
    try:
        NotebookClient(notebook, timeout=3600, kernel_name="python3").execute()
    finally:
        watch.stop()
    return {
        "minutes": round((time.perf_counter() - start) / 60, 2),
        "cpu_minutes": round(sum(watch.cpu.values()) / 60, 2),
        "peak_mb": round(watch.peak_mb),
    }


def measure(save: Callable[[dict], None]) -> dict:
    """All five, one after the other, in instructor mode."""
    value: dict = {"pace": settings.pace(), "lessons": {}}
    before = dict(os.environ)
    with tempfile.TemporaryDirectory() as work:
        os.environ |= {"COURSE_MODE": "instructor", "COURSE_WORK": work}
        try:
            for path in sorted((settings.ROOT / "notebooks").glob("*.ipynb")):
                value["lessons"][path.name[:2]] = session(path)
                save(value)
        finally:
            os.environ.clear()
            os.environ.update(before)
    return value


def lines(value: dict) -> list[Line]:
    """Rows of the table."""
    return [
        Line(
            f"lesson {number} at pace {value['pace']}: {lesson['cpu_minutes']:.1f} CPU minutes, "
            f"{lesson['peak_mb']:,} MB",
            f"{lesson['minutes']:.1f} min",
        )
        for number, lesson in value["lessons"].items()
    ]
