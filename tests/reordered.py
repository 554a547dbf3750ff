"""Run a lesson, then each checked cell again from the last to the first; print both verdicts.

The first time each figure is looked at, as a narrow window shows it.

``python tests/reordered.py notebooks/01_….ipynb`` writes one JSON line: what each cell said the
first time and again, and what is hard to read. A process of its own, for the lesson's names and
modes.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
from pathlib import Path

import nbformat
from IPython.core.interactiveshell import InteractiveShell

CHECKED = ("@exercise", "answers(", "claim(", "derivation(")


def main(path: Path) -> None:
    shell = InteractiveShell.instance()  # first: the course finds it there and adds its magics
    import matplotlib.pyplot as plt
    from looking import look

    from course_utils import plots
    from course_utils.exercises import boxes, notebook

    seen = look()
    said: list[tuple[str, str]] = []
    drawn = boxes.claim

    def claim(text, holds, measured, *more, **options):
        said.append((text, "holds" if holds else "fails"))
        return drawn(text, holds, measured, *more, **options)

    boxes.claim = claim

    def verdicts(cell) -> list[tuple[str, str]]:
        said.clear()
        done = len(notebook.HISTORY)
        with contextlib.redirect_stdout(io.StringIO()):
            result = shell.run_cell(cell.source)
        checks = [(name, outcome.status) for name, outcome in notebook.HISTORY[done:]]
        error = result.error_before_exec or result.error_in_exec
        return checks + said + ([("error", repr(error))] if error else [])

    cells = [c for c in nbformat.read(path, 4).cells if c.cell_type == "code"]
    cells = [c for c in cells if "live" not in c.metadata.get("tags", [])]
    first = {cell.id: verdicts(cell) for cell in cells}
    plots.show = lambda *args, **kwargs: plt.close("all")  # once is enough
    again = {
        cell.id: verdicts(cell)
        for cell in reversed(cells)
        if any(word in cell.source for word in CHECKED)
    }
    print(json.dumps({"first": first, "again": again, **seen._asdict()}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
