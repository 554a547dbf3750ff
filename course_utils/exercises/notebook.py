"""What a notebook calls: ``@exercise``, ``answers``, ``derivation``, ``claim``, ``progress``.

Each shows its verdict under the cell and never stops the notebook, whatever the student did;
in instructor mode a false claim and a solution that is not correct do. In grade mode, which other
graders run notebooks in, every answer that is not correct does, and its name stays unbound: a test
that calls it then meets the student's work or nothing, never the course's.
"""

from __future__ import annotations

import functools
import inspect
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, cast

import numpy as np

from course_utils import settings
from course_utils.exercises import boxes, cell, progress_file
from course_utils.exercises import outcome as o
from course_utils.exercises.cell import shell as _shell
from course_utils.exercises.convert import exact_text, is_tensor, shorten, type_name
from course_utils.exercises.engine import Derivation, Exercise, Table
from course_utils.exercises.index import EXERCISES, LESSONS
from course_utils.exercises.outcome import Outcome
from course_utils.exercises.predictions.prediction import shown
from course_utils.exercises.still_running import StillRunning
from course_utils.exercises.under_exercise import (
    applied,
    complaint,
    decorators_above,
    defined_below,
    is_coroutine,
    name_of,
    named_in_cell,
    suggestions,
)

_KINDS = {
    Exercise: "a function to write: put @exercise above it",
    Table: 'a table to fill in: answers("{0}", {{…}})',
    Derivation: 'a derivation to put in order: derivation("{0}", "…")',
}
COURSES_OWN = "`{0}` is now the course's own function, so that the notebook can go on."
_NOTES: set[str] = set()  # remarks on progress already made, each once
HISTORY: list[tuple[str, Outcome]] = []  # every verdict of this session, for solution cells


class ClaimFailed(AssertionError):
    """A statement did not hold in this run, in instructor mode."""


class NotCorrect(AssertionError):
    """An answer is not correct, in grade mode."""


def exercise(function: Any = None, *, name: str = "") -> Callable:
    """Check a student's function and bind its name to something that works.

    Written ``@exercise`` above a function of the exercise's name; ``@exercise()`` and
    ``@exercise("entropy")``, above a function of any name, will do as well.

    Parameters
    ----------
    function : callable or str
        Named like the exercise; or the exercise's name, and a decorator is returned.
    name : str
        The exercise, where the function has another name.

    Returns
    -------
    callable
        The student's own function if it is correct, else the reference. Whatever cannot be
        judged is said to be so and returned as it is.

    Raises
    ------
    LookupError
        Outside of student mode, if there is no exercise of that name.
    NotCorrect
        In grade mode, if it is not correct; the name is then unbound.
    """
    if function is None or isinstance(function, str):
        return functools.partial(exercise, name=function or name)
    name = name or name_of(function)
    if name not in EXERCISES:
        name = named_in_cell(cell.source(), EXERCISES) or name
    try:
        item = _find(name, Exercise)
    except LookupError as error:
        return _unjudged(function, name, error)
    above = decorators_above(function)
    try:
        with StillRunning(boxes.waiting(item)):
            outcome = _judged(item, applied(above, function) or function, name)
    except KeyboardInterrupt:
        _stopped(item, function, name)
        raise KeyboardInterrupt from None
    bound = f"`{name}` is now your own function."
    if not outcome.correct:
        bound = COURSES_OWN.format(name)
    if above:
        bound += f" It was judged together with `@{above[0]}`, which stands above @exercise."
    if settings.mode() == "grade" and not outcome.correct:
        cell.space_of(function).pop(name, None)
    _announce(item, outcome, bound)
    kept = function if outcome.correct else item.reference
    cell.bind(function, name, kept, again=bool(above) and not outcome.correct)
    return kept


def _stopped(item: Exercise, function: object, name: str) -> None:
    """The student pressed stop: this cell binds nothing now, and later ones need the name."""
    bound = ""
    if settings.mode() != "grade":
        cell.space_of(function)[name] = item.reference
        bound = COURSES_OWN.format(name)
    show(boxes.stopped(item, bound))


def _judged(item: Exercise, function: Callable, name: str) -> Outcome:
    """The verdict, with what only the cell can tell."""
    reason = complaint(function)
    wrong = Outcome(o.INCORRECT, "no_function", reason)
    if is_coroutine(function):
        return wrong
    with cell.bound_to_itself(function, name):
        outcome = item.evaluate(function)
    if outcome.correct:
        return outcome
    missing = re.search(r"NameError: name '(\w+)' is not defined", outcome.message)
    if missing and defined_below(function, missing[1]):
        text = (
            f"`{missing[1]}` is defined further down, and @exercise checks your function at once: "
            "move that definition above the @exercise."
        )
        return replace(outcome, misconception="helper_below", message=text)
    return wrong if reason else outcome


def _unjudged(function: Any, name: str, error: LookupError) -> Any:
    """Say that there is no such exercise, bind what is probably meant, and go on."""
    if settings.mode() != "student":
        raise error
    names = [n for each in LESSONS.values() for n in each if isinstance(EXERCISES[n], Exercise)]
    meant = suggestions(function, names, _parameters) if name not in EXERCISES else []
    text = str(error)
    if not callable(function):
        text = "@exercise stands above a function, `def …`, and judges it."
    elif not name:
        which = meant[0] if len(meant) == 1 else "entropy"
        text = (
            "@exercise cannot tell which exercise this is, for a lambda has no name: write "
            f'`def {which}(…): …` under `@exercise`, or `exercise("{which}")(lambda …)`.'
        )
    elif len(meant) == 1:
        text = (
            f"There is no exercise named `{name}`. If `{meant[0]}` is meant, call your function "
            f'that, or write `@exercise("{meant[0]}")` above it.'
        )
    for each in meant:
        cell.bind(function, each, EXERCISES[each].reference, only_if_missing=True)
    show(boxes.remark(text))
    return function


def _parameters(name: str) -> tuple[str, ...]:
    return tuple(inspect.signature(EXERCISES[name].reference).parameters)


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
    NotCorrect
        In grade mode, if a cell is wrong or blank.
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
    NotCorrect
        In grade mode, if the order is not right.
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
    true, text = _as_bool(holds), exact_text(text)
    figure = measured if isinstance(measured, str) else shorten(measured)
    show(boxes.claim(text, true, figure, "" if guess is None else shown(cast(Any, guess))))
    if not true and settings.mode() == "instructor":
        raise ClaimFailed(f"{text} Measured: {figure or 'nothing given'}.")


def progress() -> None:
    """Show what is done, by lesson, and what is next."""
    entries, note = progress_file.load()
    guesses, goals = (len(progress_file.kept(section)) for section in ("predictions", "goals"))
    if guesses or goals:
        note = " ".join(
            filter(None, (note, f"Predictions made: {guesses}; goals reached: {goals}."))
        )
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
    if settings.mode() == "grade":
        _stop_unless_correct(item.id, outcome)


def graded(name: str) -> None:
    """Stand in a cell that another grader runs after an answer: it fails unless that is correct.

    Outside grade mode it does nothing.

    Parameters
    ----------
    name : str
        The id of the exercise, table or derivation.

    Raises
    ------
    NotCorrect
        In grade mode, unless the latest verdict on it in this session is 'correct'.
    """
    if settings.mode() != "grade":
        return
    verdicts = [outcome for id_, outcome in HISTORY if id_ == name]
    if not verdicts:
        raise NotCorrect(f"{name}: no answer was run.")
    _stop_unless_correct(name, verdicts[-1])


def _stop_unless_correct(name: str, outcome: Outcome) -> None:
    if not outcome.correct:
        raise NotCorrect(f"{name}: {outcome.status}. {outcome.message}")


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


def _as_bool(holds: Any) -> bool:
    if is_tensor(holds) and holds.dim() == 0:
        holds = holds.item()
    if isinstance(holds, np.ndarray) and holds.ndim == 0:
        holds = holds[()]
    if isinstance(holds, (bool, np.bool_)):
        return bool(holds)
    kind = type_name(holds)
    number = isinstance(holds, (int, float)) and not math.isnan(holds)
    more = "; compare it with a threshold" if number else ""
    raise TypeError(f"a claim needs True or False, and `holds` is of type {kind}{more}.")
