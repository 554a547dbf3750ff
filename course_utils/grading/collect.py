"""Find the notebooks in what an instructor downloaded; nothing is unpacked to disk or run.

Taken are ``SUBMISSIONS/name/03_….ipynb``, flat ``SUBMISSIONS/name-03_….ipynb`` (or with ``_``),
and zip archives of either, as learning platforms make them. Links are not followed, names in
archives are only names, and an archive that unpacks to more than it should is not read on.
"""

from __future__ import annotations

import functools
import os
import re
import stat
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from course_utils.grading.notebooks import SIZE_LIMIT
from course_utils.lessons import LESSONS

FILES_LIMIT = 50_000  # entries of one archive
DEPTH_LIMIT = 4  # folders below a student's own
NUMBER = "0?(?:" + "|".join(map(str, LESSONS)) + ")"
FLAT = re.compile(
    rf"^(?P<name>.+?)[-_ ]+(?P<rest>(lesson ?)?{NUMBER}[-_ (.].*\.ipynb)$", re.IGNORECASE
)
ARCHIVES = (".7z", ".bz2", ".gz", ".rar", ".tar", ".tgz", ".xz", ".zip")
IGNORED = (".ipynb_checkpoints", "__MACOSX")
LESSON_FILE = re.compile(f"{NUMBER}_")
COPY = re.compile(r"^(.+?)(\s*\(\d+\)|-Copy\d*|-\d+)$", re.IGNORECASE)


@dataclass
class Found:
    """One notebook file.

    Attributes
    ----------
    student : str
        As the folder or file name has it.
    name : str
        The file's own name.
    source : str
        Where it lies, for the report: "class.zip: ann/03_….ipynb".
    container : str
        The archive or top folder it came in.
    read : callable
        Gives its contents, cut just above the limit of what is read; b"" where that fails.
    handed_in : datetime or None
        When it was last changed, as far as the download tells; without a time zone in archives.
    remarks : list of str
        For the report.
    """

    student: str
    name: str
    source: str
    container: str
    read: Callable[[], bytes]
    handed_in: datetime | None = None
    remarks: list[str] = field(default_factory=list)


def collect(place: Path) -> tuple[Iterator[Found], list[str]]:
    """Every notebook under `place`, in order of name, and remarks on what was left out.

    Parameters
    ----------
    place : Path
        A folder, or one zip archive.

    Raises
    ------
    FileNotFoundError
        If it is neither.
    """
    remarks: list[str] = []
    if place.is_file() and zipfile.is_zipfile(place):
        return _archive(place, place.name, "", remarks), remarks
    if not place.is_dir():
        raise FileNotFoundError(
            f"{place} is neither a folder of submissions nor a zip archive of one."
        )
    return _folder(place, remarks), remarks


def _folder(place: Path, remarks: list[str]) -> Iterator[Found]:
    for path in _inside(place, remarks):
        if not _plain(path, remarks):
            continue
        if path.is_dir():
            found = None
            for found in _student(path, path.name, remarks):
                yield found
            if found is None:
                names = ", ".join(child.name for child in _inside(path, [])[:5])
                remarks.append(f"{path.name} holds no notebook ({names or 'it is empty'})")
        elif path.suffix.lower() == ".zip":
            yield from _archive(path, path.name, path.stem, remarks)
        elif path.suffix.lower() == ".ipynb":
            student, name = _flat(path.name, place.name)
            yield _file(path, student, name, path.name, "")
        elif path.suffix.lower() in ARCHIVES:
            remarks.append(f"{path.name} is left out: of archives only zip is read")


def _student(folder: Path, student: str, remarks: list[str], depth: int = 0) -> Iterator[Found]:
    for path in _inside(folder, remarks):
        if path.name in IGNORED or not _plain(path, remarks):
            continue
        if path.is_dir() and depth < DEPTH_LIMIT:
            yield from _student(path, student, remarks, depth + 1)
        elif path.suffix.lower() == ".ipynb":
            yield _file(path, student, path.name, f"{student}/{path.name}", student)
        elif path.suffix.lower() == ".zip":
            for found in _archive(path, f"{student}/{path.name}", student, remarks):
                found.student, found.container = student, student
                yield found


def _inside(folder: Path, remarks: list[str]) -> list[Path]:
    """What is in a folder, in order of name."""
    try:
        return sorted(folder.iterdir(), key=lambda path: path.name)
    except OSError as error:
        remarks.append(f"{folder.name} cannot be opened ({error.strerror})")
        return []


def _plain(path: Path, remarks: list[str]) -> bool:
    """Whether `path` is an ordinary file or folder that nothing else points to."""
    if path.name.startswith("._"):  # what macOS puts beside a file
        return False
    try:
        status = path.lstat()
    except OSError as error:
        remarks.append(f"{path.name} cannot be read ({error.strerror}) and is left out")
        return False
    if stat.S_ISDIR(status.st_mode):
        return not path.is_mount()
    if not stat.S_ISREG(status.st_mode):
        remarks.append(f"{path.name} is a link or a special file, and is left out")
        return False
    return True


def _file(path: Path, student: str, name: str, source: str, container: str) -> Found:
    changed = datetime.fromtimestamp(path.lstat().st_mtime, UTC)
    return Found(student, name, source, container, functools.partial(_read, path), changed)


def _read(path: Path) -> bytes:
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
        with open(descriptor, "rb") as file:
            return file.read(SIZE_LIMIT + 1)
    except OSError:
        return b""


def _flat(filename: str, folder: str = "") -> tuple[str, str]:
    """``ann-03_x.ipynb`` is Ann's ``03_x.ipynb``; a plain ``03_x.ipynb`` belongs to its folder."""
    if folder and LESSON_FILE.match(filename):
        return folder, filename
    match = FLAT.match(filename)
    if match:
        return match["name"], match["rest"]
    return filename[: -len(".ipynb")], filename


def _archive(path: Path, name: str, student: str, remarks: list[str]) -> Iterator[Found]:
    """The notebooks in a zip: by folder, flat, or all of one student's."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = sorted(archive.infolist(), key=lambda member: member.filename)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        remarks.append(f"{name} is no readable zip archive ({type(error).__name__})")
        return
    if len(members) > FILES_LIMIT:
        remarks.append(f"{name} has {len(members)} entries and is left out")
        return
    notebooks = [member for member in members if _wanted(member, name, remarks)]
    common = _common_folder(notebooks)
    for member in notebooks:
        parts = PurePosixPath(member.filename.replace("\\", "/")).parts[common:]
        if len(parts) > 1:
            owner, own = parts[0], parts[-1]
        elif student:
            owner, own = student, parts[-1]
        else:
            owner, own = _flat(parts[-1])
        read = functools.partial(_unpacked, path, member)
        yield Found(owner, own, f"{name}: {member.filename}", name, read, _zip_time(member))


def _wanted(member: zipfile.ZipInfo, name: str, remarks: list[str]) -> bool:
    path = member.filename.replace("\\", "/")
    parts = PurePosixPath(path).parts
    if member.is_dir() or {*IGNORED} & {*parts} or parts[-1].startswith("._"):
        return False
    if path.lower().endswith(ARCHIVES):
        remarks.append(f"{name} holds {path[:80]!r}, an archive in an archive, and it is left out")
    if not path.lower().endswith(".ipynb"):
        return False
    if ".." in parts or path.startswith("/") or ":" in parts[0] or "\0" in path:
        remarks.append(f"{name} holds {path[:80]!r}, which points outside, and is left out")
        return False
    if stat.S_ISLNK(member.external_attr >> 16):
        remarks.append(f"{name} holds {path[:80]!r}, which is a link, and is left out")
        return False
    return True


def _common_folder(members: list[zipfile.ZipInfo]) -> int:
    """1 where the archive is one folder that holds the students' folders, else 0."""
    paths = [PurePosixPath(member.filename.replace("\\", "/")).parts for member in members]
    tops = {path[0] for path in paths}
    nested = all(len(path) > 2 for path in paths)
    return 1 if len(tops) == 1 and nested and len({path[1] for path in paths}) > 1 else 0


def _unpacked(path: Path, member: zipfile.ZipInfo) -> bytes:
    try:
        with zipfile.ZipFile(path) as archive, archive.open(member) as file:
            return file.read(SIZE_LIMIT + 1)  # whatever size a bomb would have
    except Exception:  # encrypted, damaged, an unknown method, a wrong checksum
        return b""


def _zip_time(member: zipfile.ZipInfo) -> datetime | None:
    try:
        return datetime(*member.date_time)
    except ValueError:
        return None


def is_copy(name: str) -> bool:
    """``lesson3 (2).ipynb`` and ``03_x-Copy1.ipynb`` are copies of another file."""
    return COPY.match(name.removesuffix(".ipynb")) is not None
