"""Run the lessons in instructor mode, and run none twice that has not changed.

An executed lesson is kept with a digest of what its outputs depend on: its own cells, the package
without what no lesson uses (``cli``, ``grading``, ``lab``), the data, the pinned packages, what
this folder does inside the kernel, the pace, the seed and Python's version. While the digest
stays, so do the outputs.
"""

from __future__ import annotations

import copy
import hashlib
import os
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError

from benchmarks.lessons import Watch
from course_utils import places

KEPT = places.ROOT / "build" / "site" / "executed"
UNUSED = ("cli", "grading", "lab")
IN_KERNEL = ("in_kernel.py", "steps.py", "tours.py", "questions.py")
SETUP = "from docs.site import in_kernel\n\nin_kernel.install()"


def digest(notebook: Path, pace: str, seed: int) -> str:
    """What the outputs of a lesson depend on, in short."""
    package = places.PACKAGE
    files = [
        *(p for p in package.rglob("*.py") if p.relative_to(package).parts[0] not in UNUSED),
        *(places.ROOT / "data").rglob("*.json"),
        places.ROOT / "data" / "SHA256SUMS",
        places.ROOT / "requirements.txt",
        *(Path(__file__).with_name(name) for name in IN_KERNEL),
    ]
    total = hashlib.sha256(f"{pace} {seed} {sys.version_info[:2]}".encode())
    for cell in nbformat.read(notebook, as_version=4).cells:
        total.update(f"{cell.id} {cell.cell_type} {cell.metadata} {cell.source}".encode())
    for path in sorted(files):
        total.update(path.relative_to(places.ROOT).as_posix().encode() + path.read_bytes())
    return total.hexdigest()


def executed(notebook: Path, pace: str, seed: int = 0) -> Path:
    """The lesson with its outputs, run now unless it was run before as it is.

    Raises
    ------
    nbclient.exceptions.CellExecutionError
        If a cell fails: in instructor mode also a claim that does not hold.
    """
    wanted, kept = digest(notebook, pace, seed), KEPT / pace / notebook.name
    if kept.exists() and nbformat.read(kept, as_version=4).metadata.get("digest") == wanted:
        return kept
    print(f"running {notebook.stem} at pace {pace} ...", flush=True)
    try:
        lesson = run(nbformat.read(notebook, as_version=4), pace, seed)
    except (CellExecutionError, DeadKernelError) as error:
        print(f"{notebook.stem} failed: {error}", flush=True)  # at once; others may run for minutes
        raise
    lesson.metadata["digest"] = wanted
    kept.parent.mkdir(parents=True, exist_ok=True)
    draft = kept.with_suffix(".draft")
    nbformat.write(lesson, draft)
    draft.replace(kept)
    spent = lesson.metadata["spent"]
    print(f"{notebook.stem}: {spent['seconds']:.0f} s, {spent['peak_mb']:.0f} MB", flush=True)
    return kept


def run(notebook: nbformat.NotebookNode, pace: str, seed: int = 0) -> nbformat.NotebookNode:
    """A copy with outputs; its metadata say what it took, and at which pace and seed."""
    notebook = copy.deepcopy(notebook)
    notebook.cells.insert(0, nbformat.v4.new_code_cell(SETUP, id="site-setup"))
    watch, began, before = Watch(), time.perf_counter(), dict(os.environ)
    with tempfile.TemporaryDirectory() as work:
        os.environ |= {
            "COURSE_MODE": "instructor", "COURSE_SEED": str(seed), "COURSE_PACE": pace,
            "COURSE_WORK": work, "OMP_NUM_THREADS": os.environ.get("OMP_NUM_THREADS", "1"),
            "PYTHONPATH": str(places.ROOT),
        }  # fmt: skip
        watch.start()
        try:
            NotebookClient(
                notebook, timeout=3600, kernel_name="python3", store_widget_state=False,
                resources={"metadata": {"path": str(places.ROOT)}},
            ).execute()  # fmt: skip
        finally:
            watch.stop()
            os.environ.clear()
            os.environ.update(before)
    notebook.cells.pop(0)
    notebook.metadata["spent"] = {
        "seconds": round(time.perf_counter() - began, 1),
        "cpu_seconds": round(sum(watch.cpu.values()), 1),
        "peak_mb": round(watch.peak_mb),
    }
    notebook.metadata["pace"], notebook.metadata["seed"] = pace, seed
    return notebook


def all_executed(notebooks: list[Path], pace: str, processes: int) -> list[Path]:
    """The lessons with their outputs, in order; those to run, several at a time."""
    longest_first = sorted(notebooks, key=lambda path: path.stat().st_size, reverse=True)
    if processes == 1:
        return [executed(path, pace) for path in notebooks]
    with ProcessPoolExecutor(processes) as pool:
        waiting = {path: pool.submit(executed, path, pace) for path in longest_first}
        return [waiting[path].result() for path in notebooks]
