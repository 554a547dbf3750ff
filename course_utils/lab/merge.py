"""A lesson's new edition with everything that a student wrote into the old one.

Cells are told apart by id, or by the exercise they hold, or by their text where a program gave them
new ids. What only the course changed is new; what only the student changed stays; where both did,
an answer stays live with the course's new form beneath it, and of every other cell the course's new
form is live with the student's beneath it. Cells of the student's own stay after the cell they
followed. So nothing is lost, and no cell is ever half one text and half another.

Nothing here reads or writes files. A text merge (nbdime's, say) cannot take its place: it knows no
exercises, and leaves marks of conflict in cells.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from course_utils.lab.editions import digest, digests, stamped

_EXERCISE = re.compile(
    r"""^@exercise\s+def\s+(\w+)|\b(?:answers|derivation|predict)\(\s*["'](\w+)["']""", re.MULTILINE
)
NEW_FORM = "**The course has changed this cell since you worked on it.** Its new form, to compare:"
YOUR_FORM = "**What you had written in the cell above, before the update:**"
OWN = "\0"  # marks an id that must give way to the course's, until all are known
GONE = "**The course no longer has this exercise.** What you had written:"


@dataclass
class Report:
    """What became of a student's work, in numbers of cells."""

    answers: int = 0  # exercises that keep the student's text
    own: int = 0  # cells that the student added, or changed and the course has dropped
    changed: int = 0  # other cells of the course that keep the student's text
    both: list[str] = field(default_factory=list)  # changed by the course and by the student

    def __str__(self) -> str:
        parts = [
            _count(self.answers, "answer"),
            _count(self.own, "cell", " of your own"),
            _count(self.changed, "cell", " that you had changed"),
        ]
        said = "carried over: " + (
            ", ".join(filter(None, parts)) or "nothing, for it was untouched"
        )
        if self.both:
            said += f"; changed by you and by the course, so both forms are there: {len(self.both)}"
        return said


def merge(copy: dict, shipped: dict, base: dict[str, str]) -> tuple[dict, Report]:
    """The lesson `shipped` with what a student wrote into `copy`.

    Parameters
    ----------
    copy, shipped : dict
        Notebooks (nbformat 4): the student's, and the course's new edition.
    base : dict
        The digest of each cell of the edition that `copy` was made from, by id.

    Returns
    -------
    notebook : dict
        The new copy; its metadata say what it was made from.
    report : Report
        What was carried over.
    """
    theirs = _match(copy["cells"], shipped["cells"], base)
    own, anchor, report = {}, None, Report()
    for place, cell in enumerate(copy["cells"]):
        if place in theirs.values():
            anchor = next(id_ for id_, at in theirs.items() if at == place)
        elif not _is_shipped(cell, base):
            own.setdefault(anchor, []).append(cell)
    names = {name for cell in shipped["cells"] for name in exercises(cell)}
    cells = _own(own.get(None, []), names, report)
    new = digests(shipped)
    for cell in shipped["cells"]:
        id_ = cell["id"]
        student = copy["cells"][theirs[id_]] if id_ in theirs else None
        cells += _merged(cell, student, base, new[id_], report)
        cells += _own(own.get(id_, []), names, report)
    metadata = {**shipped["metadata"], **copy["metadata"]}
    return {
        "cells": _with_ids(cells, list(new)), "metadata": stamped(metadata, shipped),
        "nbformat": 4, "nbformat_minor": max(5, shipped["nbformat_minor"]),
    }, report  # fmt: skip


def exercises(cell: dict) -> list[str]:
    """The ids of the exercises that a cell holds, if it is no solution."""
    source = cell["source"]
    if cell["cell_type"] != "code" or source.startswith("%%solution"):
        return []
    return [first or second for first, second in _EXERCISE.findall(source)]


def _match(cells: list[dict], shipped: list[dict], base: dict[str, str]) -> dict[str, int]:
    """Where in the student's notebook each shipped cell is: by id, else exercise, else text."""
    found: dict[str, int] = {}
    taken: set[int] = set()

    def match(key_of, wanted) -> None:
        for place, cell in enumerate(cells):
            for key in key_of(cell) if place not in taken else ():
                id_ = wanted.get(key)
                if id_ is not None and id_ not in found:
                    found[id_] = place
                    taken.add(place)
                    break

    match(lambda cell: [_id(cell)], {cell["id"]: cell["id"] for cell in shipped})
    match(exercises, {name: cell["id"] for cell in reversed(shipped) for name in exercises(cell)})
    match(lambda cell: [digest(cell)], {digest(cell): cell["id"] for cell in reversed(shipped)})
    ids = {cell["id"] for cell in shipped}
    old = {text: id_ for id_, text in base.items() if id_ in ids}
    match(lambda cell: [digest(cell)], old)
    return found


def _merged(
    cell: dict, student: dict | None, base: dict[str, str], new: str, report: Report
) -> list[dict]:
    """One shipped cell as it stands in the student's new copy, with a note where both changed."""
    if student is None or _is_shipped(student, base) or digest(student) == new:
        return [_fresh(cell, student)]
    if not student["source"].strip() and not student.get("attachments"):
        return [_fresh(cell, None)]  # emptied, not written in
    if base.get(cell["id"]) == new:  # the course has not touched it
        _count_kept(cell, report)
        return [_kept(cell, student)]
    report.both.append(cell["id"])
    if exercises(cell):
        report.answers += 1
        return [_kept(cell, student), _note(cell, NEW_FORM, cell)]
    return [_fresh(cell, None), _note(cell, YOUR_FORM, student)]


def _own(cells: list[dict], names: set[str], report: Report) -> list[dict]:
    """A student's own cells; one whose exercise is no more becomes text: to run, it would fail."""
    kept = []
    for cell in cells:
        report.own += 1
        gone = exercises(cell) and not names.intersection(exercises(cell))
        kept.append(_note(cell, GONE, cell) if gone else {**cell, "id": f"{_id(cell)}{OWN}"})
    return kept


def _is_shipped(cell: dict, base: dict[str, str]) -> bool:
    """Whether a cell is as the course shipped it, under its own id or one a program gave it."""
    return digest(cell) in base.values()


def _fresh(cell: dict, student: dict | None) -> dict:
    """The course's cell, with the student's outputs if they belong to this very text."""
    made = {key: value for key, value in cell.items() if key not in ("outputs", "execution_count")}
    if cell["cell_type"] == "code":
        same = student is not None and digest(student) == digest(cell)
        made["execution_count"] = student.get("execution_count") if same else None
        made["outputs"] = student.get("outputs", []) if same else []
    return made


def _kept(cell: dict, student: dict) -> dict:
    """The student's cell, in the course's place for it."""
    metadata = {**student.get("metadata", {}), **cell.get("metadata", {})}
    return {**student, "id": cell["id"], "metadata": metadata}


def _note(cell: dict, heading: str, content: dict) -> dict:
    """A cell of text that quotes `content`; markdown with its pictures, code as a listing."""
    source = content["source"]
    if content["cell_type"] == "code":
        fence = "```"
        while fence in source:
            fence += "`"
        source = f"{fence}python\n{source}\n{fence}"
    note = {
        "cell_type": "markdown", "id": f"{_id(cell)[:40]}-before-update", "metadata": {},
        "source": f"{heading}\n\n{source}",
    }  # fmt: skip
    if content["cell_type"] != "code" and content.get("attachments"):
        note["attachments"] = content["attachments"]
    return note


def _count_kept(cell: dict, report: Report) -> None:
    if exercises(cell):
        report.answers += 1
    else:
        report.changed += 1


def _with_ids(cells: list[dict], ids: list[str]) -> list[dict]:
    """Every cell with an id that no other has; the course's cells keep theirs, `ids`."""
    taken = set(ids)
    for cell in cells:
        if cell["id"] in ids:
            continue
        wanted = cell["id"].removesuffix(OWN) or "own"
        number, id_ = 1, wanted
        while id_ in taken:
            number += 1
            id_ = f"{wanted[:56]}-{number}"
        cell["id"] = id_
        taken.add(id_)
    return cells


def _id(cell: dict) -> str:
    """A cell's id; Colab keeps it among the metadata."""
    return str(cell.get("id") or cell.get("metadata", {}).get("id") or "")


def _count(number: int, thing: str, more: str = "") -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}{more}" if number else ""
