"""Which names each cell of a notebook gives and takes."""

from __future__ import annotations

import ast
import symtable
from dataclasses import dataclass


@dataclass(frozen=True)
class Cell:
    """One code cell: its id, and the names it assigns, takes from before, and its functions read.

    A `pair` is an exercise and its solution: both bind the same names, and count as one place.
    """

    id: str
    pair: str
    assigns: frozenset[str]
    takes: frozenset[str]
    kept: frozenset[str]


def read_cells(notebook) -> list[Cell]:
    """The code cells of a notebook, in order."""
    cells, pair = [], ""
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        solution = cell.source.startswith("%%solution ")
        lines = [line for line in cell.source.splitlines() if not line.startswith(("%", "!"))]
        pair = pair if solution else cell.id
        cells.append(Cell(cell.id, pair, *_names("\n".join(lines))))
    return cells


def ambiguous(cells: list[Cell]) -> list[str]:
    """Every name that some cell takes from before, and that more than one place binds.

    Whoever runs such a cell again gets what ran last, not what stands above it. A cell that binds
    what it takes counts as a second place: each run of it builds on the last.
    """
    found = []
    for cell in cells:
        for name in cell.takes | cell.kept:
            places = {other.pair: other.id for other in cells if name in other.assigns}
            if len(places) > 1 or name in cell.takes & cell.assigns:
                found.append(f"{cell.id} reads {name}, bound by {', '.join(places.values())}")
    return sorted(found)


def _names(source: str) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    assigned: set[str] = set()
    taken: set[str] = set()
    kept: set[str] = set()
    for statement in ast.parse(source).body:
        table = symtable.symtable(ast.unparse(statement), "cell", "exec")
        here = {s.get_name() for s in table.get_symbols() if s.is_assigned() or s.is_imported()}
        reads = {s.get_name() for s in table.get_symbols() if s.is_referenced()}
        inner, lasting = _inner_reads(table)
        reads |= inner
        compound = not isinstance(statement, (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Expr))
        taken |= reads - assigned - (here if compound else set())
        kept |= lasting
        if isinstance(statement, ast.AugAssign) and isinstance(statement.target, ast.Name):
            taken |= {statement.target.id} - assigned
        assigned |= here
    return frozenset(assigned), frozenset(taken), frozenset(kept - assigned)


def _inner_reads(table: symtable.SymbolTable) -> tuple[set[str], set[str]]:
    """Module names that inner scopes read; and those that functions will read when called."""
    reads: set[str] = set()
    lasting: set[str] = set()
    for child in table.get_children():
        free = {s.get_name() for s in child.get_symbols() if s.is_global() and s.is_referenced()}
        deeper, deeper_lasting = _inner_reads(child)
        reads |= free | deeper
        lasting |= deeper_lasting
        if child.get_type() == "function" and child.get_name() not in COMPREHENSIONS:
            lasting |= free | deeper
    return reads, lasting


COMPREHENSIONS = ("listcomp", "setcomp", "dictcomp", "genexpr", "<listcomp>", "<genexpr>")
