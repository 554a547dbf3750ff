"""Opening the course: answers are never overwritten or lost, and the server stays private."""

import asyncio
import stat
from pathlib import Path

import nbformat
import pytest

from course_utils import settings
from course_utils.lab import launcher
from course_utils.lab.contents import WholeFiles


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


def test_the_server_saves_whole_files():
    command = launcher.lab_command(Path("work"), browser=False)
    name = f"{WholeFiles.__module__}.{WholeFiles.__name__}"
    assert f"--ServerApp.contents_manager_class={name}" in command


def test_no_switch_turns_the_token_off_anywhere():
    for path in (settings.ROOT / "course_utils" / "jupyter").rglob("*.json"):
        assert "token" not in path.read_text()


def notebook(text, size=0):
    return {
        "type": "notebook",
        "content": nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_markdown_cell(text + size * "·")]
        ),
    }


def test_a_notebook_read_while_it_is_saved_is_the_old_one_or_the_new(tmp_path):
    """Jupyter's own manager fails here: a read finds half a file, and moves it out of the way."""
    files = WholeFiles(root_dir=str(tmp_path))

    async def story():
        await files.save(notebook("version 0 "), "a.ipynb")
        found = []
        for version in range(1, 9):
            saving = asyncio.create_task(
                files.save(notebook(f"version {version} ", 3_000_000), "a.ipynb")
            )
            while not saving.done():
                model = await files.get("a.ipynb")
                found.append(int(model["content"]["cells"][0]["source"].split()[1]))
            await saving
        return found

    found = asyncio.run(story())
    assert len(found) >= 8 and found == sorted(found)
    assert {p.name for p in tmp_path.iterdir()} == {"a.ipynb", ".ipynb_checkpoints"}


def test_a_save_that_fails_leaves_the_file_as_it_was(tmp_path):
    files = WholeFiles(root_dir=str(tmp_path))
    kept = tmp_path / "answers.ipynb"
    kept.write_text("a student's answers")
    kept.chmod(0o640)
    with pytest.raises(OSError, match="disk full"), files.atomic_writing(str(kept)) as file:
        file.write("half")
        raise OSError("disk full")
    assert kept.read_text() == "a student's answers"
    with files.atomic_writing(str(kept)) as file:
        file.write("more answers")
        assert kept.read_text() == "a student's answers"
    assert kept.read_text() == "more answers" and stat.S_IMODE(kept.stat().st_mode) == 0o640
    assert list(tmp_path.iterdir()) == [kept]


def test_a_link_to_a_notebook_stays_one(tmp_path):
    (tmp_path / "far").mkdir()
    real, link = tmp_path / "far" / "real.ipynb", tmp_path / "link.ipynb"
    real.write_text("old")
    link.symlink_to(real)
    with WholeFiles(root_dir=str(tmp_path)).atomic_writing(str(link)) as file:
        file.write("new")
    assert link.is_symlink() and real.read_text() == "new"
