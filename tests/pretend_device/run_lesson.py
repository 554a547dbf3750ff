"""Run a lesson on the pretend device: ``python run_lesson.py BUILD NOTEBOOK``."""

import os
import sys
import tempfile
from pathlib import Path

import nbformat

HERE = Path(__file__).resolve()
sys.path[:0] = [str(HERE.parents[2]), str(HERE.parents[1])]


def main(build: Path, notebook: Path) -> int:
    """Run every code cell, the solutions among them; the number that failed."""
    import matplotlib as mpl
    from IPython.core.interactiveshell import InteractiveShell

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
    shell = InteractiveShell.instance()
    failed = [
        cell.id
        for cell in nbformat.read(notebook, 4).cells
        if cell.cell_type == "code" and not shell.run_cell(cell.source).success
    ]
    print(f"{len(failed)} cells failed: {' '.join(failed)}")
    return len(failed)


if __name__ == "__main__":
    sys.exit(bool(main(*map(Path, sys.argv[1:]))))
