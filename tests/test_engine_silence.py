"""Looking is free: what an answer prints, logs or plots changes nothing and is not repeated."""

import contextlib
import logging
import sys

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.display import clear_output, display
from tqdm import tqdm

from course_utils.exercises.engine import Exercise
from course_utils.exercises.index import EXERCISES
from course_utils.exercises.sandbox import neutral

matplotlib.use("agg")
LOGGER = logging.getLogger("a student's own")
FUNCTIONS = [item for item in EXERCISES.values() if isinstance(item, Exercise)]


def looking(item):
    """The reference, with everything people do to look at what happens."""

    def answer(*args, **kwargs):
        print("looking at", args[0])
        LOGGER.warning("a log line")
        logging.basicConfig(level=logging.DEBUG)
        plt.plot([1, 2])
        plt.show()
        for _ in tqdm(range(2)):
            pass
        value = item.reference(*args, **kwargs)
        print("and at", value)
        return value

    return answer


@contextlib.contextmanager
def logging_to_the_screen():
    """A handler as a student sets it up before the check."""
    handler = logging.StreamHandler(sys.stderr)
    LOGGER.addHandler(handler)
    yield handler
    LOGGER.removeHandler(handler)


@pytest.mark.parametrize("item", FUNCTIONS, ids=lambda item: item.id)
def test_looking_changes_no_verdict_and_is_said_once(item, capfd):
    with logging_to_the_screen():
        outcome = item.evaluate(looking(item), seed=1)
    assert outcome.status == "correct", outcome.message
    assert outcome.output.count("looking at") == 1
    assert outcome.output.count("a log line") == 1
    assert plt.get_fignums() == []
    assert capfd.readouterr() == ("", "")


def test_figures_that_were_open_stay_open():
    number = plt.figure().number
    with neutral():
        plt.figure()
    assert plt.get_fignums() == [number]
    plt.close(number)


def test_nothing_is_displayed_or_cleared_in_a_notebook(monkeypatch):
    InteractiveShell.clear_instance()
    shell = InteractiveShell.instance()
    shown = []
    monkeypatch.setattr(shell.display_pub, "publish", lambda *args, **kw: shown.append(args))
    monkeypatch.setattr(shell.display_pub, "clear_output", lambda *args, **kw: shown.append(args))
    before = shell.display_pub
    with neutral():
        display("in the check")
        clear_output()
    assert shown == [] and shell.display_pub is before
    display("afterwards")
    assert len(shown) == 1
    InteractiveShell.clear_instance()


def test_handlers_that_write_to_the_screen_are_captured_and_put_back():
    level = logging.root.level
    with logging_to_the_screen() as handler:
        with neutral() as output:
            LOGGER.warning("in the check")
            logging.root.setLevel(logging.ERROR)
            logging.root.addHandler(logging.StreamHandler())
            count = len(logging.root.handlers)
        assert handler.stream is sys.stderr
    assert "in the check" in output.text
    assert logging.root.level == level and len(logging.root.handlers) == count - 1


def test_the_first_call_that_prints_is_the_one_that_is_shown():
    item = EXERCISES["entropy"]

    def answer(p):
        if len(p) > 2:
            print("three masses or more:", len(p))
        return item.reference(p)

    outcome = item.evaluate(answer, seed=0)
    assert outcome.correct and outcome.output == "three masses or more: 3\n"
    assert np.isclose(item.reference(np.ones(2) / 2), np.log(2))
