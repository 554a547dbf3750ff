"""``predict``: a student commits to an answer, and the next figure shows both."""

from __future__ import annotations

import difflib

from course_utils import settings
from course_utils.exercises import boxes, progress_file
from course_utils.exercises.notebook import show
from course_utils.exercises.predictions.bank import PREDICTIONS
from course_utils.exercises.predictions.prediction import Guess, shown
from course_utils.exercises.tables import Unreadable

KEPT = "predictions"  # their place in the progress file


def predict(name: str, guess: object = ...) -> Guess | None:
    """Take a prediction down, show it, and hand it on to the figure or claim that answers it.

    Nothing is judged and nothing is held up: without a guess the figure shows only the truth.

    Parameters
    ----------
    name : str
        The prediction's id.
    guess : number, str or sequence of numbers, optional
        As the question asks; ``...`` for a blank.

    Returns
    -------
    float, str, tuple of float or None
        The guess; for a blank the one made earlier, if there was one. In instructor mode a
        blank gives the truth.

    Raises
    ------
    LookupError
        If there is no such prediction.
    """
    item = _find(name)
    try:
        made, problem = item.read(guess), ""
    except Unreadable as unreadable:
        made, problem = None, f"{unreadable}."
    note = ""
    if made is not None:
        note = progress_file.keep(KEPT, name, made)
    elif settings.mode() == "instructor":
        made = item.truth
    elif not problem:
        made = _made_earlier(item)
    show(
        boxes.prediction(
            item.question, item.asked, "" if made is None else shown(made), problem or note
        )
    )
    return made


def _made_earlier(item) -> Guess | None:
    kept = progress_file.kept(KEPT).get(item.id)
    try:
        return item.read(tuple(kept) if isinstance(kept, list) else kept)
    except Unreadable:  # the question has changed since
        return None


def _find(name: str):
    if name in PREDICTIONS:
        return PREDICTIONS[name]
    near = difflib.get_close_matches(str(name), PREDICTIONS, n=3)
    hint = f" Do you mean {' or '.join(near)}?" if near else ""
    raise LookupError(f"There is no prediction named {name!r}.{hint}")
