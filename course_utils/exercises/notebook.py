"""What a notebook calls: ``@exercise``, ``answers``, ``derivation``, ``claim``, ``progress``.

Each shows its verdict under the cell and never stops the notebook, whatever the student did;
in instructor mode a false claim and a solution that is not correct do.
"""

from __future__ import annotations

import contextlib
import math
import re
import sys
from collections.abc import Callable, Iterator, Mapping

import numpy as np

from course_utils import settings
from course_utils.exercises import boxes, progress_file
from course_utils.exercises.convert import is_tensor, shorten
from course_utils.exercises.engine import Derivation, Exercise, Table
from course_utils.exercises.index import EXERCISES, LESSONS
from course_utils.exercises.outcome import Outcome
from course_utils.exercises.predictions.prediction import shown

_KINDS = {
    Exercise: "a function to write: put @exercise above it",
    Table: 'a table to fill in: answers("{0}", {{…}})',
    Derivation: 'a derivation to put in order: derivation("{0}", "…")',
}
_NOTES: set[str] = set()  # remarks on progress already made, each once
HISTORY: list[tuple[str, Outcome]] = []  # every verdict of this session, for solution cells


class ClaimFailed(AssertionError):
    """A statement did not hold in this run, in instructor mode."""


def exercise(function: Callable) -> Callable:
    """Check a student's function and bind its name to something that works.

    Parameters
    ----------
    function : callable
        Named like the exercise.

    Returns
    -------
    callable
        The student's own function if it is correct, else the reference.

    Raises
    ------
    LookupError
        If no exercise has that name.
    """
    name = getattr(function, "__name__", type(function).__name__)
    item = _find(name, Exercise)
    with _bound_to_itself(function, name):
        outcome = item.evaluate(function)
    if outcome.correct:
        bound = f"`{name}` is now your own function."
    else:
        bound = f"`{name}` is now the course's own function, so that the notebook can go on."
    _announce(item, outcome, bound)
    return function if outcome.correct else item.reference


def answers(name: str, values: Mapping[str, object]) -> dict[str, float | bool | str]:
    """Check a table of numbers and choices, cell by cell.

    Parameters
    ----------
    name : str
        The table's id.
    values : dict
        By label; ``...`` for a blank.

    Returns
    -------
    dict
        The right values: the student's where they are right, the key's elsewhere.

    Raises
    ------
    LookupError
        If no table has that id.
    """
    item = _find(name, Table)
    outcome = item.evaluate(values)
    bound = "" if outcome.correct else "The notebook goes on with the right values."
    _announce(item, outcome, bound)
    right = {entry.label: entry.value for entry in outcome.entries}
    return {label: right.get(label, entry.key) for label, entry in item.entries.items()}


def derivation(name: str, order: object = ...) -> None:
    """Show the shuffled lines of a proof, or check the order a student gives them.

    Parameters
    ----------
    name : str
        The derivation's id.
    order : str, optional
        Letters: ``"C A D B"``. Left out, or wrong, the lines are shown; right, the whole proof.

    Raises
    ------
    LookupError
        If no derivation has that id.
    """
    item = _find(name, Derivation)
    outcome = item.evaluate(order)
    if not outcome.correct:
        show_markdown(_statement(item))
    _announce(item, outcome, "")
    if outcome.correct:
        show_markdown(_full(item))


def claim(text: str, holds: object, measured: object = "", guess: object = None) -> None:
    """Show a statement beside what was measured.

    Parameters
    ----------
    text : str
        The statement.
    holds : bool
        Whether it held; a NumPy bool or a 0-d array or tensor of bool will do.
    measured : str or number
        The figure it rests on.
    guess : number, str or tuple, optional
        What the student predicted, to be shown beside it.

    Raises
    ------
    ClaimFailed
        In instructor mode, if it did not hold.
    TypeError
        If `holds` is anything but a bool.
    """
    true = _as_bool(holds)
    figure = measured if isinstance(measured, str) else shorten(measured)
    show(boxes.claim(text, true, figure, "" if guess is None else shown(guess)))
    if not true and settings.mode() == "instructor":
        raise ClaimFailed(f"{text} Measured: {figure or 'nothing given'}.")


def progress() -> None:
    """Show what is done, by lesson, and what is next."""
    entries, note = progress_file.load()
    lessons = []
    for lesson, names in LESSONS.items():
        done = [name for name in names if progress_file.solved(entries.get(name, {}))]
        following = next((name for name in names if name not in done), None)
        title = f"Lesson {lesson}: {len(done)} of {len(names)} done"
        title += f"; next: {following}" if following else ""
        rows = [_progress_row(name, entries.get(name, {}), name == following) for name in names]
        lessons.append((title, rows))
    show(boxes.progress(lessons, note))


def _progress_row(name: str, entry: dict, following: bool) -> tuple[str, str, str]:
    attempts = str(entry.get("attempts") or "")
    if progress_file.solved(entry):
        return name, "✔ done", attempts
    state = "✘ tried" if attempts else "○ to do"
    return name, state + (", next" if following else ""), attempts


def show(bundle: boxes.Bundle) -> None:
    """Display one output in both forms, or print it where there is no notebook."""
    if _shell() is None:
        print(bundle.text)
        return
    from IPython.display import display

    display({"text/html": bundle.html, "text/plain": bundle.text}, raw=True)


def show_markdown(text: str) -> None:
    """Display markdown with formulas, or print it where there is no notebook."""
    if _shell() is None:
        print(text)
        return
    from IPython.display import display

    display({"text/markdown": text, "text/plain": text}, raw=True)


def _shell():
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython else None


def _find(name: str, kind: type):
    try:
        item = EXERCISES[name]
    except KeyError as error:
        raise LookupError(error.args[0]) from None
    if not isinstance(item, kind):
        raise LookupError(f"{name!r} is {_KINDS[type(item)].format(name)}.")
    return item


def _announce(item, outcome: Outcome, bound: str) -> None:
    HISTORY.append((item.id, outcome))
    note = ""
    if settings.mode() == "student":
        said = progress_file.record(item.id, outcome.status)
        note = "" if said in _NOTES else said
        _NOTES.add(said)
    show(boxes.verdict(item, outcome, bound, note))


@contextlib.contextmanager
def _bound_to_itself(function: Callable, name: str) -> Iterator[None]:
    """A recursive answer must find itself, not what an earlier cell bound to its name."""
    space = getattr(function, "__globals__", {})
    missing = object()
    before = space.get(name, missing)
    space[name] = function
    try:
        yield
    finally:
        if before is missing:
            space.pop(name, None)
        else:
            space[name] = before


def _statement(item: Derivation) -> str:
    lines = "\n\n".join(f"**{step.letter}.** {step.text}" for step in item.shuffled)
    return (
        f"**To show.** {item.claim}\n\n"
        f"Put {len(item.steps)} of these {len(item.shuffled)} lines in order; "
        f"the rest are wrong or prove nothing.\n\n{lines}"
    )


def _full(item: Derivation) -> str:
    lines = "\n\n".join(
        f"{number}. {step.text}\n\n   *{_plain(step.why)}*"
        for number, step in enumerate(item.steps, 1)
    )
    return f"**Shown.** {item.claim}\n\n{lines}\n\n{item.full}"


def _plain(text: str) -> str:
    """`text` with markdown's own signs escaped: D* is no emphasis."""
    return re.sub(r"([*_])", r"\\\1", text)


def _as_bool(holds: object) -> bool:
    if is_tensor(holds) and holds.dim() == 0:
        holds = holds.item()
    if isinstance(holds, np.ndarray) and holds.ndim == 0:
        holds = holds[()]
    if isinstance(holds, (bool, np.bool_)):
        return bool(holds)
    kind = type(holds).__name__
    number = isinstance(holds, (int, float)) and not math.isnan(holds)
    more = "; compare it with a threshold" if number else ""
    raise TypeError(f"a claim needs True or False, and `holds` is of type {kind}{more}.")
