"""Opening the course: answers are never overwritten or lost, and the server stays private."""

import argparse
import errno
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from course_utils import __main__ as command_line
from course_utils import places, settings
from course_utils.lab import copies, launcher
from course_utils.lab.contents import WholeFiles


def test_missing_notebooks_are_copied_and_answers_stay(tmp_path):
    source, work = tmp_path / "notebooks", tmp_path / "work"
    source.mkdir()
    lesson = nbformat.writes(nbformat.v4.new_notebook())
    for name in ("01_a.ipynb", "02_b.ipynb"):
        (source / name).write_text(lesson)
    work.mkdir()
    (work / "01_a.ipynb").write_text("a student's answers")
    made = copies.copy_notebooks(source, work)
    assert [p.name for p in made] == ["02_b.ipynb"]
    assert (work / "01_a.ipynb").read_text() == "a student's answers"
    assert copies.copy_notebooks(source, work) == []
    assert sorted(p.name for p in work.iterdir()) == ["01_a.ipynb", "02_b.ipynb"]


@pytest.fixture
def lab(tmp_path, monkeypatch):
    """``lab`` in a folder of its own, without JupyterLab; returns what would have been run."""
    commands = []
    monkeypatch.setattr(launcher, "_run", lambda command: commands.append(command) or 0)
    monkeypatch.setenv("COURSE_WORK", "work")
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", "")
    monkeypatch.chdir(tmp_path)
    return commands


def refused():
    options = argparse.Namespace(no_browser=True, jupyter=[])
    with pytest.raises(SystemExit) as end:
        launcher.run(options)
    assert isinstance(end.value.code, str) and "\n" not in end.value.code
    return end.value.code


def test_the_server_and_its_kernels_get_one_absolute_work_folder(lab, tmp_path):
    assert launcher.open_lab(browser=False) == 0
    assert lab[0][3] == str(tmp_path / "work") == os.environ["COURSE_WORK"]
    assert len(list((tmp_path / "work").glob("*.ipynb"))) == 5


def test_an_installed_course_opens_in_the_empty_folder_it_is_started_in(lab, tmp_path, monkeypatch):
    shipped = places.notebooks_dir()
    monkeypatch.setattr(places, "IN_CLONE", False)
    monkeypatch.setattr(places, "notebooks_dir", lambda: shipped)
    monkeypatch.setattr(places, "users_folder", lambda: tmp_path / "documents")
    for name, expected in (("empty", "empty"), ("full", "documents")):
        monkeypatch.delenv("COURSE_WORK")
        folder = tmp_path / name
        folder.mkdir()
        if name == "full":
            (folder / "thesis.tex").write_text("")
        monkeypatch.chdir(folder)
        launcher.open_lab(browser=False)
        assert lab[-1][3] == str(tmp_path / expected)


def test_a_file_in_the_work_folders_place_is_one_sentence(lab, tmp_path):
    (tmp_path / "work").write_text("")
    assert "is a file" in refused() and "COURSE_WORK" in refused()


@pytest.mark.parametrize(
    ("number", "said"),
    [(errno.ENOSPC, "disk is full"), (errno.EACCES, "may not write"), (errno.EROFS, "may not")],
)
def test_a_folder_that_cannot_be_used_is_one_sentence(lab, monkeypatch, number, said):
    def refuse(*_):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(Path, "write_bytes", refuse)
    assert said in refused()


def test_a_real_full_disk_leaves_nothing_behind(tmp_path):
    """/dev/full refuses every byte; so does a write to a file in a folder that is full."""
    with pytest.raises(copies.WorkFolderError, match="disk is full"), copies.explained(tmp_path):
        Path("/dev/full").write_bytes(b"x")


def test_two_first_starts_at_once_both_end_well(tmp_path):
    source = places.notebooks_dir()
    code = (
        "import sys; from pathlib import Path; from course_utils.lab import copies;"
        "print(len(copies.copy_notebooks(Path(sys.argv[1]), Path(sys.argv[2]))))"
    )
    command = [sys.executable, "-c", code, str(source), str(tmp_path / "work")]
    path = {"PYTHONPATH": str(places.ROOT)}
    both = [
        subprocess.Popen(command, env=os.environ | path, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    assert sum(int(p.communicate()[0]) for p in both) == 5 and not any(p.returncode for p in both)
    assert sorted(p.name for p in (tmp_path / "work").iterdir()) == [
        p.name for p in places.lessons()
    ]


def test_a_copy_never_takes_the_place_of_one_just_made(tmp_path, monkeypatch):
    mine = tmp_path / "a.ipynb"
    mine.write_text("a student's first answer")
    assert not copies.place(b"new", mine)
    no_links = OSError(errno.EPERM, "no links on this file system")
    monkeypatch.setattr(copies.os, "link", lambda *_: (_ for _ in ()).throw(no_links))
    assert not copies.place(b"new", mine) and copies.place(b"new", tmp_path / "b.ipynb")
    assert mine.read_text() == "a student's first answer"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.ipynb", "b.ipynb"]


def test_jupyters_own_options_reach_it_and_its_status_comes_back(lab, monkeypatch):
    monkeypatch.setattr(launcher, "_run", lambda command: lab.append(command) or 7)
    assert command_line.main(["lab", "--", "--ServerApp.base_url=/user/a/"]) == 7
    assert lab[0][-1] == "--ServerApp.base_url=/user/a/"


def test_arguments_with_spaces_arrive_whole(capfd):
    code = "import sys; print(sys.argv[1]); sys.exit(3)"
    assert launcher._run([sys.executable, "-c", code, "a folder of mine"]) == 3
    assert capfd.readouterr().out.strip() == "a folder of mine"


def test_the_server_is_loopback_with_its_token():
    command = " ".join(launcher.lab_command(Path("work"), browser=False))
    assert "--ServerApp.ip=127.0.0.1" in command and "--no-browser" in command
    assert "token" not in command and "password" not in command


def test_the_server_saves_whole_files():
    command = launcher.lab_command(Path("work"), browser=False)
    name = f"{WholeFiles.__module__}.{WholeFiles.__name__}"
    assert f"--ServerApp.contents_manager_class={name}" in command


def test_no_switch_turns_the_token_off_anywhere():
    for path in (settings.ROOT / "course_utils" / "lab" / "jupyter").rglob("*.json"):
        assert "token" not in path.read_text()
