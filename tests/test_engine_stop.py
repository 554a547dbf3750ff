"""The stop button in a notebook: a long check says so; once it is stopped, the next cell works."""

import os
import queue
import signal
import threading

import pytest
from jupyter_client.manager import start_new_kernel

from course_utils.exercises import notebook, still_running
from course_utils.exercises.boxes import Bundle
from course_utils.exercises.index import EXERCISES
from course_utils.exercises.still_running import StillRunning

# what swallows every exception swallows the usual way of ending a test that hangs
pytestmark = pytest.mark.timeout(300, method="thread")


BOX = Bundle("<b>still running</b>", "still running")


class Notebook:
    """The display of a notebook: what was published, in order."""

    def __init__(self):
        self.published = queue.Queue()
        self.display_pub = self

    def publish(self, data, *, transient, update=False):
        self.published.put((data["text/plain"], transient["display_id"], update))


@pytest.fixture
def shell(monkeypatch):
    shell = Notebook()
    monkeypatch.setattr("IPython.get_ipython", lambda: shell)
    return shell


def test_a_check_that_takes_long_says_so_and_the_box_goes_when_it_ends(shell, monkeypatch):
    monkeypatch.setattr(still_running, "PATIENCE", 0.01)
    with StillRunning(BOX):
        text, place, update = shell.published.get(timeout=60)
        assert (text, update) == ("still running", False)
    assert shell.published.get_nowait() == ("", place, True)


def test_a_check_that_is_quick_says_nothing(shell, monkeypatch):
    monkeypatch.setattr(still_running, "PATIENCE", 3600)
    before = set(threading.enumerate())
    with StillRunning(BOX):
        pass
    assert shell.published.empty()
    assert all(thread.finished.is_set() for thread in set(threading.enumerate()) - before)


def stopped(space, capsys):
    """Let `entropy` run until the stop button is pressed; what was shown."""
    begun = threading.Event()
    space["begun"] = begun
    exec("def entropy(p):\n    begun.set()\n    while True: pass", space)

    def press():
        begun.wait()
        os.kill(os.getpid(), signal.SIGINT)

    pressing = threading.Thread(target=press)
    pressing.start()
    with pytest.raises(KeyboardInterrupt):
        notebook.exercise(space["entropy"])
    pressing.join()
    return capsys.readouterr().out


def test_a_stopped_check_binds_the_courses_function(interruptible, monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("COURSE_WORK", str(tmp_path))
    monkeypatch.delenv("COURSE_MODE", raising=False)
    space = {"__name__": "cell"}
    shown = stopped(space, capsys)
    assert "stopped: " in shown and "`entropy` is now the course's own function" in shown
    assert space["entropy"] is EXERCISES["entropy"].reference
    assert not (tmp_path / "progress.json").exists(), "a stopped check is no attempt"


def test_a_stopped_check_leaves_the_name_unbound_where_only_right_answers_count(
    interruptible, monkeypatch, capsys
):
    monkeypatch.setenv("COURSE_MODE", "grade")
    space = {"__name__": "cell"}
    stopped(space, capsys)
    assert space.get("entropy") is not EXERCISES["entropy"].reference


# --- in a real kernel -----------------------------------------------------------------------

FIRST = """
from course_utils.exercises import still_running
from course_utils.exercises.notebook import exercise
still_running.PATIENCE = 0.2
"""
ENDLESS = """
@exercise
def entropy(p):
    while True:
        try:
            n = sum(p)
        except:
            pass
"""


class Kernel:
    """A notebook's kernel, cell by cell."""

    def __init__(self, client):
        self._client = client

    def start(self, cell):
        self._cell = self._client.execute(cell)

    def outputs(self, wanted):
        """What the cell shows, until a text that is wanted has come or the cell has ended."""
        shown = ""
        while wanted not in shown:
            message = self._client.get_iopub_msg(timeout=120)
            if message["parent_header"].get("msg_id") != self._cell:
                continue
            content = message["content"]
            shown += content.get("data", {}).get("text/plain", "") + content.get("ename", "")
            shown += content.get("text", "")
            if content.get("execution_state") == "idle":
                break
        return shown


@pytest.fixture
def kernel(monkeypatch, tmp_path):
    monkeypatch.setenv("COURSE_WORK", str(tmp_path))
    monkeypatch.delenv("COURSE_MODE", raising=False)
    manager, client = start_new_kernel(kernel_name="python3")
    manager.notebook = Kernel(client)
    yield manager
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def test_the_stop_button_stops_an_answer_that_swallows_it_and_the_next_cell_runs(kernel):
    cells = kernel.notebook
    cells.start(FIRST)
    cells.outputs("never said")
    cells.start(ENDLESS)
    assert "still running" in cells.outputs("still running")
    kernel.interrupt_kernel()
    shown = cells.outputs("never said")
    assert "stopped: " in shown and shown.endswith("KeyboardInterrupt")
    cells.start("print('it is', round(entropy([0.5, 0.5]), 3))")
    assert "it is 0.693" in cells.outputs("never said")
