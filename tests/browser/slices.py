"""The part of a lesson that its live cells need.

Lessons 2, 4 and 5 train for a while, which the notebook tests do anyway. For the browser a copy is
made of a lesson's text, its live cells, and the cells that define what those use, and so on back;
long runs are stood in for by networks that have just been made.
"""

from __future__ import annotations

import symtable
from pathlib import Path

import nbformat

LONG_RUNS = {"run", "gan_run", "clip_run", "gp_run", "three"}
STAND_IN = """
import torch
from course_utils import datasets
from course_utils.experiments.images import ImageRun, Stage, image_networks
from course_utils.objectives import OBJECTIVES

def short_run(n_stages=4):
    networks = [image_networks(OBJECTIVES["gan"], k)[0].eval() for k in range(n_stages)]
    stages = tuple(
        Stage(100 * (k + 1), net(torch.randn(16, 64)).detach(), -float(k), 900.0 - 100 * k)
        for k, net in enumerate(networks)
    )
    return ImageRun(OBJECTIVES["gan"], None, networks[-1], None, None, stages)

run = gan_run = clip_run = gp_run = short_run()
three = {"GAN": run, "WGAN, clipped": run, "WGAN-GP": run}
"""


def live_copy(source: Path, target: Path) -> None:
    """Write the slice of a notebook."""
    notebook = nbformat.read(source, 4)
    code = [k for k, cell in enumerate(notebook.cells) if cell.cell_type == "code"]
    live = [k for k in code if "live" in notebook.cells[k].metadata.get("tags", [])]
    parsed = {k: _names(notebook.cells[k].source) for k in code}
    setup = [k for k in code if notebook.cells[k].id == "setup"]  # for the look of the pictures
    needed, unread = {*live, *setup}, [*live, *setup]
    while unread:
        reader = unread.pop()
        for name in parsed[reader][1] - LONG_RUNS:
            makers = [k for k in code if k < reader and name in parsed[k][0]]
            if makers and makers[-1] not in needed:
                needed.add(makers[-1])
                unread.append(makers[-1])
    stands_in = any(parsed[k][1] & LONG_RUNS for k in live)
    kept = [c for k, c in enumerate(notebook.cells) if k in needed or c.cell_type != "code"]
    if stands_in:
        first = next(k for k, cell in enumerate(kept) if cell.cell_type == "code")
        kept.insert(first, nbformat.v4.new_code_cell(STAND_IN.strip(), id="stand-in"))
    notebook.cells = kept
    nbformat.write(notebook, target)


def _names(source: str) -> tuple[set[str], set[str]]:
    """Names that a cell binds, and names that it reads."""
    if source.startswith("%%"):
        return set(), set()
    binds, reads, scopes = set(), set(), [symtable.symtable(source, "cell", "exec")]
    cell = scopes[0]
    while scopes:  # functions and comprehensions read what is not their own
        scope = scopes.pop()
        scopes += scope.get_children()
        for symbol in scope.get_symbols():
            if scope is cell and (symbol.is_assigned() or symbol.is_imported()):
                binds.add(symbol.get_name())
            if symbol.is_referenced() and (scope is cell or symbol.is_global()):
                reads.add(symbol.get_name())
    return binds, reads
