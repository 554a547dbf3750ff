"""What has been graded, on disk at once, so that a grader killed at any moment loses nothing."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import json
import secrets
from pathlib import Path

import course_utils
from course_utils import durable
from course_utils.exercises.index import LESSONS

SCHEMA = 1


class Store:
    """A folder of finished submissions, one JSON file each.

    Parameters
    ----------
    folder : Path
        Made if it is not there.
    seed : int, optional
        The secret seed. If none is given, the one of an earlier run here, else a fresh one.
    """

    def __init__(self, folder: Path, seed: int | None = None):
        self.folder = folder
        self._records = folder / "records"
        self._records.mkdir(parents=True, exist_ok=True)
        stored = self._stored_seed()
        self.drawn = seed is None and stored is None
        if seed is None:
            seed = secrets.randbits(48) if stored is None else stored
        self.seed = seed
        self.version = course_version()
        write_atomically(folder / "run.json", dump({"seed": seed, "version": self.version}))
        for written in (folder, self._records):
            durable.remove_leftovers(written)

    def _stored_seed(self) -> int | None:
        try:
            seed = json.loads((self.folder / "run.json").read_bytes())["seed"]
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return seed if type(seed) is int else None

    def key(self, digest: str, lesson: int) -> str:
        """Names everything a submission's verdicts depend on; `digest` is its contents'."""
        parts = (str(SCHEMA), self.version, str(self.seed), str(lesson), digest)
        return hashlib.sha256("|".join(parts).encode()).hexdigest()

    def load(self, key: str) -> list[dict] | None:
        """The verdicts kept under `key`, or None; a damaged file counts as none."""
        try:
            record = json.loads((self._records / f"{key}.json").read_bytes())
            return record["verdicts"] if record["key"] == key else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def keep(self, key: str, verdicts: list[dict]) -> None:
        """Put verdicts on disk; once this returns they survive a power cut."""
        write_atomically(self._records / f"{key}.json", dump({"key": key, "verdicts": verdicts}))

    def forget_all_but(self, keys: set[str]) -> None:
        """Drop records of submissions that are no longer there as they were."""
        for path in self._records.glob("*.json"):
            if path.stem not in keys:
                path.unlink(missing_ok=True)


def dump(value: object) -> bytes:
    """JSON that is the same for the same value."""
    return (json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode(
        "utf-8", "replace"
    )


def write_atomically(path: Path, data: bytes) -> None:
    """Write a file so that it is there whole or not at all; leave it alone if nothing changed."""
    with contextlib.suppress(OSError):
        if path.read_bytes() == data:
            return
    durable.write_whole(path, data)


@functools.cache
def course_version() -> str:
    """The course's number, and a digest of everything that judges."""
    package = Path(__file__).resolve().parent.parent
    digest = hashlib.sha256(str(sorted(LESSONS.items())).encode())
    for path in sorted(package.rglob("*.py")):
        digest.update(path.read_bytes())
    return f"{course_utils.__version__}+{digest.hexdigest()[:10]}"
