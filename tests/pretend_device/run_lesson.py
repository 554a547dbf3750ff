"""Run a lesson on the pretend device: ``python run_lesson.py BUILD NOTEBOOK [--whole]``.

On the way each figure is looked at, as a narrow window shows it.

Whether a tensor is where it should be shows at the first step of a training as at the last. So
unless ``--whole`` is said, every training is cut to a few steps; a claim may then come out false.
"""

import os
import sys
import tempfile
import time
from pathlib import Path

import nbformat

HERE = Path(__file__).resolve()
sys.path[:0] = [str(HERE.parents[2]), str(HERE.parents[1])]

FIGURES = 10  # that a lesson has at least


def main(build: Path, notebook: Path, *, whole: bool) -> int:
    """Run every code cell, the solutions among them; how many failed, and texts are unreadable."""
    import matplotlib as mpl
    import short_trainings
    from IPython.core.interactiveshell import InteractiveShell
    from looking import look

    import pretend_device

    mpl.use("agg")
    pretend_device.install(build)
    work = tempfile.TemporaryDirectory()
    os.environ |= {
        "COURSE_DEVICE": pretend_device.NAME,
        "COURSE_MODE": "instructor",
        "COURSE_PACE": "quick",
        "COURSE_WORK": work.name,
    }
    if not whole:
        short_trainings.cut()
    shell = InteractiveShell.instance()
    seen = look()
    failed = []
    for cell in nbformat.read(notebook, 4).cells:
        if cell.cell_type != "code":
            continue
        start = time.process_time()
        ran = shell.run_cell(cell.source)
        error = ran.error_before_exec or ran.error_in_exec
        print(f"[{cell.id}: {time.process_time() - start:.2f} s, {type(error).__name__}]")
        if error and (whole or type(error).__name__ != "ClaimFailed"):
            failed.append(cell.id)
    print(f"{len(failed)} cells failed: {' '.join(failed)}")
    print("\n".join([f"{len(seen.figures)} figures were looked at.", *seen.unreadable]))
    return len(failed) + len(seen.unreadable) + (len(seen.figures) < FIGURES)


if __name__ == "__main__":
    sys.exit(bool(main(*map(Path, sys.argv[1:3]), whole="--whole" in sys.argv)))
