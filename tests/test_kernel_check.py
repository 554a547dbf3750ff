"""A lesson that is no copy, or of another version, says so above whatever fails next."""

import copy
import os
import re

import pytest
from jupyter_client.manager import start_new_kernel

from course_utils import places
from course_utils.lab import editions, kernel_check

LESSON = places.lessons()[0]


@pytest.fixture
def student(monkeypatch):
    monkeypatch.setenv("COURSE_MODE", "student")


def copy_of(tmp_path, version):
    lesson = copy.deepcopy(editions.load(LESSON))
    lesson["metadata"]["course"] = {"version": version}
    if version is None:
        del lesson["metadata"]["course"]
    path = tmp_path / LESSON.name
    path.write_bytes(editions.dump(lesson))
    return path


def test_the_shipped_folder_is_no_place_to_work(student, monkeypatch):
    monkeypatch.chdir(places.notebooks_dir())
    assert "own `notebooks/` folder" in kernel_check.problem(None)
    assert "own `notebooks/` folder" in kernel_check.problem(LESSON)
    monkeypatch.setenv("COURSE_MODE", "instructor")
    assert kernel_check.problem(LESSON) == ""


@pytest.mark.parametrize(
    ("version", "said"),
    [(None, "from version 1.0.0.*update"), ("1.9.3", "from version 1.9.3.*update"),
     ("99.0.0", "from version 99.0.0.*update the course"), ("2.0.0", "^$")],
)  # fmt: skip
def test_another_version_is_named_with_the_way_on(student, tmp_path, version, said):
    assert re.search(said, kernel_check.problem(copy_of(tmp_path, version)))


def test_a_notebook_of_the_students_own_is_none_of_our_business(student, tmp_path):
    own = tmp_path / "my experiments.ipynb"
    own.write_bytes(editions.dump(editions.load(LESSON)))
    assert kernel_check.problem(own) == ""


def test_a_broken_file_or_folder_stops_no_lesson(student, tmp_path, monkeypatch):
    (tmp_path / LESSON.name).write_text("{half")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("JPY_SESSION_NAME", f"some/folder/{LESSON.name}")
    assert kernel_check.notebook_path() == tmp_path / LESSON.name
    kernel_check.check()
    monkeypatch.setenv("COURSE_WORK", "~no_such_user/x")
    kernel_check.check()


def test_an_old_lesson_says_so_before_its_import_fails(student, tmp_path, monkeypatch):
    """In a kernel, as Jupyter starts it: the note, then the error of a module since renamed."""
    path = copy_of(tmp_path, "1.0.0")
    monkeypatch.setenv("JPY_SESSION_NAME", path.name)
    monkeypatch.setenv("COURSE_WORK", "mine")
    manager, client = start_new_kernel(
        cwd=str(tmp_path), env=os.environ | {"PYTHONPATH": str(places.ROOT)}
    )
    messages = []
    try:
        for source in ("from course_utils import ipm",
                       "import os; os.chdir('/'); from course_utils import settings;"
                       "print(settings.work_dir())"):  # fmt: skip
            client.execute_interactive(source, timeout=60, output_hook=messages.append)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    kinds = [message["msg_type"] for message in messages]
    note = messages[kinds.index("display_data")]["content"]["data"]["text/markdown"]
    assert "from version 1.0.0" in note
    assert kinds.index("display_data") < kinds.index("error")
    assert messages[kinds.index("stream")]["content"]["text"].strip() == str(tmp_path / "mine")
