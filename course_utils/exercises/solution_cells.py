"""``%%solution <id>``: a solution that students read and instructors run."""

from __future__ import annotations

import sys

from course_utils import settings
from course_utils.exercises import notebook
from course_utils.exercises.engine import Exercise
from course_utils.exercises.index import EXERCISES

READ_ME = (
    "This cell holds a solution of `{0}`. Click on the “…” to read it; it does not run here, so "
    "copy what you need into your own cell and make it yours."
)


class SolutionFailed(AssertionError):
    """A solution cell ended with another verdict than 'correct'."""


def solution(line: str, cell: str) -> None:
    """Run a solution cell in instructor mode; in student mode say what it is.

    Parameters
    ----------
    line : str
        The id of the exercise, table or derivation.
    cell : str
        The solution: an ``@exercise`` function, a plain function of that name, or a call of
        ``answers`` or ``derivation``.

    Raises
    ------
    LookupError
        If no exercise has that id.
    SolutionFailed
        In instructor mode, if the verdict is not 'correct' or there is none.
    """
    name = line.strip()
    try:
        item = EXERCISES[name]
    except KeyError as error:
        raise LookupError(f"%%solution: {error.args[0]}") from None
    if settings.mode() != "instructor":
        print(READ_ME.format(name))
        return
    begun = len(notebook.HISTORY)
    shell = notebook._shell()
    before = shell.user_ns.get(name)
    shell.run_cell(cell, store_history=False).raise_error()
    verdicts = [outcome for id_, outcome in notebook.HISTORY[begun:] if id_ == name]
    plain = shell.user_ns.get(name)
    if not verdicts and isinstance(item, Exercise) and callable(plain) and plain is not before:
        verdicts = [item.evaluate(plain)]
    if not verdicts:
        raise SolutionFailed(f"The solution cell of {name!r} holds no answer to it.")
    if not verdicts[-1].correct:
        raise SolutionFailed(f"{name}: {verdicts[-1].status}. {verdicts[-1].message}")


def register() -> None:
    """Make ``%%solution`` known to the notebook this runs in, if it is one."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    if shell is not None:
        shell.register_magic_function(solution, magic_kind="cell", magic_name="solution")
