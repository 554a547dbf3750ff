"""The server's saving: whole files, and otherwise exactly what Jupyter's own manager does."""

import asyncio
import errno
import multiprocessing
import os
import shutil
import stat
import subprocess
import tempfile
from pathlib import Path

import nbformat
import pytest
from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager
from tornado.web import HTTPError

from course_utils import durable
from course_utils.lab.contents import WholeFiles

NOBODY = 65534
# each case below is tried with Jupyter's own manager as well: that is what it is to be like
LIKE_JUPYTER = pytest.mark.parametrize("manager", [WholeFiles, AsyncLargeFileManager])


def notebook(text, size=0):
    return {
        "type": "notebook",
        "content": nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_markdown_cell(text + size * "·")]
        ),
    }


def save(manager, path, text="new"):
    """Save ``text`` as a file of the folder it is in, as the server does."""
    files = manager(root_dir=str(path.parent))
    asyncio.run(files.save({"type": "file", "format": "text", "content": text}, path.name))


@pytest.fixture
def folder():
    """A folder that any user may enter; pytest's own are for one alone."""
    made = Path(tempfile.mkdtemp())
    made.chmod(0o777)
    yield made
    made.chmod(0o777)
    shutil.rmtree(made)


def as_a_student(function, *arguments):
    """What ``function`` gives to a user without root's powers: "done", or the error's status."""

    def child(pipe):
        if os.geteuid() == 0:
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
        try:
            function(*arguments)
            pipe.send("done")
        except HTTPError as error:
            pipe.send(error.status_code)

    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("fork").Process(target=child, args=(theirs,))
    process.start()
    process.join()
    assert process.exitcode == 0
    return ours.recv()


# --- whole files ----------------------------------------------------------------------------


@pytest.mark.parametrize("linked", [False, True])
def test_a_notebook_read_while_it_is_saved_is_the_old_one_or_the_new(linked, tmp_path):
    """Jupyter's own manager fails here: a read finds half a file, and moves it out of the way."""
    files = WholeFiles(root_dir=str(tmp_path))

    async def story():
        await files.save(notebook("version 0 "), "a.ipynb")
        if linked:  # it cannot be replaced, and is written into
            os.link(tmp_path / "a.ipynb", tmp_path / "twin")
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
    names = {"a.ipynb", ".ipynb_checkpoints"} | ({"twin"} if linked else set())
    assert {p.name for p in tmp_path.iterdir()} == names


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


def test_a_disk_that_is_full_while_a_file_is_written_into_leaves_the_old_content(
    tmp_path, monkeypatch
):
    kept = tmp_path / "a.txt"
    kept.write_text("a student's answers")
    os.link(kept, tmp_path / "twin")
    syncs = iter([None, OSError(errno.ENOSPC, "disk full"), None])  # the part, the file, the rest

    def sync(_handle):
        if (problem := next(syncs)) is not None:
            raise problem

    monkeypatch.setattr(os, "fsync", sync)
    with (
        pytest.raises(OSError, match="disk full"),
        WholeFiles(root_dir=str(tmp_path)).atomic_writing(str(kept)) as file,
    ):
        file.write("new")
    assert kept.read_text() == "a student's answers"
    assert {p.name for p in tmp_path.iterdir()} == {"a.txt", "twin"}


def test_what_killed_servers_left_is_removed_at_the_next_start_and_save(tmp_path):
    (tmp_path / "deeper").mkdir()
    name = f".part-{durable._HOST}-{2**22 + 1}-01234567"  # no process has this number
    for place in (tmp_path, tmp_path / "deeper"):
        (place / name).write_text("half")
    files = WholeFiles(root_dir=str(tmp_path))
    assert not (tmp_path / name).exists()
    with files.atomic_writing(str(tmp_path / "deeper" / "a.txt")) as file:
        file.write("new")
    assert not (tmp_path / "deeper" / name).exists()


# --- as Jupyter does ------------------------------------------------------------------------


@LIKE_JUPYTER
def test_a_link_to_a_notebook_stays_one(manager, tmp_path):
    (tmp_path / "far").mkdir()
    real, link = tmp_path / "far" / "real.txt", tmp_path / "link.txt"
    real.write_text("old")
    link.symlink_to(real)
    save(manager, link)
    assert link.is_symlink() and real.read_text() == "new"


@LIKE_JUPYTER
def test_a_read_only_file_is_refused_and_stays(manager, folder):
    path = folder / "a.txt"
    path.write_text("old")
    path.chmod(0o444)
    if os.geteuid() == 0:  # a file of the student's own, which a new one could replace
        os.chown(path, NOBODY, NOBODY)
    assert as_a_student(save, manager, path) == 403
    assert path.read_text() == "old" and list(folder.iterdir()) == [path]


@LIKE_JUPYTER
def test_a_read_only_folder_is_refused_for_new_files_and_not_for_old_ones(manager, folder):
    path, new = folder / "a.txt", folder / "new.txt"
    path.write_text("old")
    path.chmod(0o666)
    folder.chmod(0o555)
    assert as_a_student(save, manager, path) == "done" and path.read_text() == "new"
    assert as_a_student(save, manager, new) == 403 and list(folder.iterdir()) == [path]


@LIKE_JUPYTER
@pytest.mark.parametrize("length", [216, 217, 253])
def test_long_names_can_be_saved(manager, length, tmp_path):
    path = tmp_path / ("a" * (length - 4) + ".txt")
    for text in ("old", "new"):
        save(manager, path, text)
        assert path.read_text() == text


@LIKE_JUPYTER
def test_hard_links_stay(manager, tmp_path):
    path, twin = tmp_path / "a.txt", tmp_path / "twin.txt"
    path.write_text("old")
    os.link(path, twin)
    save(manager, path)
    assert twin.read_text() == "new" and path.samefile(twin)


@LIKE_JUPYTER
def test_extended_attributes_and_permissions_stay(manager, tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("old")
    path.chmod(0o604)
    try:
        os.setxattr(path, "user.course", b"mine")
    except (AttributeError, OSError):
        pytest.skip("no extended attributes here")
    save(manager, path)
    assert path.read_text() == "new" and stat.S_IMODE(path.stat().st_mode) == 0o604
    assert os.getxattr(path, "user.course") == b"mine"


@LIKE_JUPYTER
def test_the_owner_stays(manager, folder):
    """Root, and whoever may write another's file, save it without taking it over."""
    if os.geteuid() != 0:
        pytest.skip("only root can give a file away")
    path = folder / "a.txt"
    path.write_text("old")
    path.chmod(0o666)
    os.chown(path, 1234, 1234)
    assert as_a_student(save, manager, path) == "done"
    assert path.read_text() == "new" and (path.stat().st_uid, path.stat().st_gid) == (1234, 1234)
    save(manager, path, "newer")
    assert path.read_text() == "newer" and (path.stat().st_uid, path.stat().st_gid) == (1234, 1234)


@LIKE_JUPYTER
def test_a_mounted_file_is_written_into(manager, tmp_path, request, monkeypatch):
    real, mounted = tmp_path / "real.txt", tmp_path / "mounted.txt"
    real.write_text("old")
    mounted.write_text("")
    command = ["mount", "--bind", str(real), str(mounted)]
    if shutil.which("mount") and subprocess.run(command, capture_output=True).returncode == 0:
        request.addfinalizer(lambda: subprocess.run(["umount", str(mounted)], check=True))
    else:  # without the right to mount: what the system says of such a file

        def busy(part, path):
            raise OSError(errno.EBUSY, os.strerror(errno.EBUSY))

        monkeypatch.setattr(os, "replace", busy)
        real = mounted
    save(manager, mounted)
    assert real.read_text() == "new"
    assert {p.name for p in tmp_path.iterdir()} == {"real.txt", "mounted.txt"}
