"""Opening the course: answers are never overwritten, and the server stays private."""

from pathlib import Path

from course_utils import launcher, settings


def test_missing_notebooks_are_copied_and_answers_stay(tmp_path):
    source, work = tmp_path / "notebooks", tmp_path / "work"
    source.mkdir()
    for name in ("01_a.ipynb", "02_b.ipynb"):
        (source / name).write_text("new")
    work.mkdir()
    (work / "01_a.ipynb").write_text("a student's answers")
    made = launcher.copy_notebooks(source, work)
    assert [p.name for p in made] == ["02_b.ipynb"]
    assert (work / "01_a.ipynb").read_text() == "a student's answers"
    assert launcher.copy_notebooks(source, work) == []
    assert sorted(p.name for p in work.iterdir()) == ["01_a.ipynb", "02_b.ipynb"]


def test_the_server_is_loopback_with_its_token():
    command = " ".join(launcher.lab_command(Path("work"), browser=False))
    assert "--ServerApp.ip=127.0.0.1" in command and "--no-browser" in command
    assert "token" not in command and "password" not in command


def test_no_switch_turns_the_token_off_anywhere():
    for path in (settings.ROOT / "course_utils" / "jupyter").rglob("*.json"):
        assert "token" not in path.read_text()
