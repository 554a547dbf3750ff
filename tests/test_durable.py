"""Whole files, leftovers of the killed, and locks with a deadline."""

import os
import signal
import stat
import subprocess
import sys
import time

import pytest

from course_utils import durable

FOREVER = """
import sys
from pathlib import Path
from course_utils import durable
path, content = Path(sys.argv[1]), "0123456789" * 100_000
print("ready", flush=True)
while True:
    durable.write_whole(path, content)
"""


def killed_writer(path):
    """A process that writes `path` again and again, and is killed in the middle of it."""
    writer = subprocess.Popen([sys.executable, "-c", FOREVER, path], stdout=subprocess.PIPE)
    writer.stdout.readline()
    while not path.exists():
        pass
    writer.send_signal(signal.SIGKILL)
    writer.wait()
    writer.stdout.close()
    return writer.pid


def test_a_kill_leaves_a_whole_file_and_the_next_start_a_clean_folder(tmp_path):
    path = tmp_path / "answers.txt"
    for _ in range(3):
        process = killed_writer(path)
        assert path.stat().st_size == 1_000_000
        (tmp_path / f".part-{durable._HOST}-{process}-01234567").write_text("half")
        path.unlink()
    durable.remove_leftovers(tmp_path)
    assert not list(tmp_path.iterdir())


def test_only_what_is_surely_left_over_is_removed(tmp_path):
    path = tmp_path / "a.txt"
    ours, elsewhere = durable.part_beside(path), tmp_path / ".part-00000000-1-01234567"
    first_edition = tmp_path / f".a.ipynb.{32 * 'a'}.part", tmp_path / ".progress.json.77.tmp"
    kept = [ours, elsewhere, tmp_path / "thesis.part", tmp_path / ".b.tmp", tmp_path / "c.ipynb"]
    for file in (*kept, *first_edition):
        file.write_text("")
    durable.remove_leftovers(tmp_path)
    assert {*kept, *first_edition} == set(tmp_path.iterdir()), "these may be writes in progress"
    old = time.time() - 2 * durable.DAY
    for file in (elsewhere, *first_edition, *kept[2:]):
        os.utime(file, (old, old))
    durable.remove_leftovers(tmp_path)
    assert {ours, *kept[2:]} == set(tmp_path.iterdir())
    durable.remove_leftovers(tmp_path / "not there")


def test_a_write_that_fails_leaves_the_old_file_and_no_other(tmp_path, monkeypatch):
    path = tmp_path / "a.txt"
    durable.write_whole(path, "old")
    path.chmod(0o640)

    def fails(*_):
        raise OSError("disk full")

    with monkeypatch.context() as moment:
        moment.setattr(os, "fsync", fails)
        with pytest.raises(OSError, match="disk full"):
            durable.write_whole(path, "new")
    assert path.read_text() == "old" and list(tmp_path.iterdir()) == [path]
    durable.write_whole(path, "newer")
    assert path.read_text() == "newer" and stat.S_IMODE(path.stat().st_mode) == 0o640


def test_the_longest_name_can_be_written(tmp_path):
    path = tmp_path / (251 * "a" + ".txt")
    durable.write_whole(path, "content")
    assert path.read_text() == "content"


def held_for_a_moment(monkeypatch, times):
    """Let the replacing of a file fail as on Windows while a virus scanner reads it."""
    refusals = iter(range(times))
    really = os.replace

    def replace(part, path):
        if next(refusals, None) is not None:
            raise PermissionError(13, "The process cannot access the file", str(path))
        really(part, path)

    monkeypatch.setattr(os, "replace", replace)


def test_on_windows_a_file_that_is_held_for_a_moment_is_tried_again(tmp_path, monkeypatch):
    held_for_a_moment(monkeypatch, times=3)
    monkeypatch.setattr(durable, "WINDOWS", True)
    durable.write_whole(tmp_path / "a.txt", "content")
    assert (tmp_path / "a.txt").read_text() == "content"


def test_a_file_that_stays_held_is_an_error(tmp_path, monkeypatch):
    held_for_a_moment(monkeypatch, times=10**9)
    monkeypatch.setattr(durable, "WINDOWS", True)
    monkeypatch.setattr(durable, "PATIENCE", 0.05)
    with pytest.raises(PermissionError):
        durable.write_whole(tmp_path / "a.txt", "content")
    assert not list(tmp_path.iterdir())


def test_a_lock_has_one_holder_and_a_deadline(tmp_path):
    path = tmp_path / "table.csv"
    with durable.locked(path), pytest.raises(durable.Busy, match="in use"), durable.locked(path, 0):
        pass
    with durable.locked(path, 0):
        pass


def test_the_lock_of_a_killed_holder_is_free(tmp_path):
    code = (
        "import sys, time\nfrom pathlib import Path\nfrom course_utils import durable\n"
        "with durable.locked(Path(sys.argv[1])):\n    print('held', flush=True)\n    input()"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", code, tmp_path], stdout=subprocess.PIPE, stdin=subprocess.PIPE
    )
    with holder:
        holder.stdout.readline()
        with pytest.raises(durable.Busy), durable.locked(tmp_path, 0):
            pass
        holder.kill()
        holder.wait()
        with durable.locked(tmp_path, 0):
            pass
