"""The table on disk: one row for each finished case, written the moment it is finished."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from course_utils.cli.sweep.plans import Case, Plan
from course_utils.cli.sweep.space import SETTINGS, SweepError

# what each measure is, and whether more of it is better
MEASURES = {
    "frechet": ("Fréchet distance in our classifier's features, of images", False),
    "classifier_score": ("classifier score, 1 to 10, of images", True),
    "confidence": ("mean confidence of the classifier, of images", True),
    "w1": ("exact W₁ to the data, of points", False),
    "within": ("share of the points within three standard deviations of a mode", True),
    "modes": ("modes with a point; classes with 1 % of the images", True),
}
MEASURED = {
    "ring": ("w1", "modes", "within"),
    "mnist": ("frechet", "classifier_score", "confidence", "modes"),
}
MEASURED["fashion_mnist"] = MEASURED["mnist"]
COLUMNS = (
    "case", "data", "objective", "seed", *SETTINGS, *MEASURES,
    "seconds", "diverged", "error", "criterion", "success",
)  # fmt: skip
Row = dict[str, str]


@dataclass(frozen=True)
class Criterion:
    """When a case counts as a success.

    Attributes
    ----------
    measure : str
        One of ``MEASURES``.
    above : bool
        Whether the measure has to lie above the threshold, or below it.
    thresholds : tuple of float
        The first decides; the others are there to be compared with it.
    """

    measure: str
    above: bool
    thresholds: tuple[float, ...]

    def __str__(self) -> str:
        return f"{self.measure} {'above' if self.above else 'below'} {self.thresholds[0]:g}"

    def met(self, row: Mapping[str, str], threshold: float | None = None) -> bool:
        """Whether a row is a success; without a measure (diverged, failed) it never is."""
        if not row[self.measure]:
            return False
        value = float(row[self.measure])
        threshold = self.thresholds[0] if threshold is None else threshold
        return value > threshold if self.above else value < threshold


def criterion(written: str, *, above: bool, data: str) -> Criterion:
    """From ``measure=threshold,threshold``, as ``--success-above`` takes it."""
    option = f"--success-{'above' if above else 'below'} {written}"
    measure, _, numbers = written.partition("=")
    if measure not in MEASURED[data]:
        raise SweepError(f"{option}: the measures of {data} are {', '.join(MEASURED[data])}.")
    try:
        thresholds = tuple(float(number) for number in numbers.split(","))
    except ValueError:
        raise SweepError(f"{option}: write a number or several, as in {measure}=5,3,7.") from None
    return Criterion(measure, above, thresholds)


class Table:
    """The CSV file of one sweep, opened to be gone on with.

    A line that a crash cut short is removed. A file that is not the table of this sweep, or of a
    part of it, is refused and left as it is.

    Attributes
    ----------
    rows : dict
        The finished cases by id, as text.
    repaired : bool
        Whether a cut line was removed.
    """

    def __init__(self, path: Path, plan: Plan, judge: Criterion):
        self.path, self._judge = Path(path), judge
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._file = io.FileIO(self.path, "ab")  # unbuffered: a row is one write
        try:
            self._lock()
            content = self.path.read_bytes()
            whole = content[: content.rfind(b"\n") + 1]
            self.repaired = len(whole) < len(content)
            self.rows = self._parsed(whole, content, {case.id for case in plan.cases})
            if self.repaired:
                self._file.truncate(len(whole))
            if not whole:
                self._file.write(_line(COLUMNS))
            if any(row["criterion"] != str(judge) for row in self.rows.values()):
                self._judge_anew()
        except BaseException:
            self._file.close()
            raise

    def add(self, case: Case, outcome: Mapping[str, object]) -> Row:
        """Write the row of a case that has just finished."""
        row = dict.fromkeys(COLUMNS, "") | {"case": case.id, **case.facts}
        for name, value in outcome.items():
            row[name] = _text(value)
        row |= self._verdict(row)
        self._file.write(_line([row[name] for name in COLUMNS]))
        self.rows[case.id] = row
        return row

    def close(self) -> None:
        self._file.close()

    def __enter__(self) -> Table:
        return self

    def __exit__(self, *_) -> None:
        self.close()

    def _verdict(self, row: Row) -> Row:
        return {"criterion": str(self._judge), "success": str(int(self._judge.met(row)))}

    def _lock(self) -> None:
        with suppress(ImportError, OSError):  # not every system and file system has such locks
            import fcntl

            try:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise SweepError(f"{self.path} is being written by another sweep.") from None

    def _parsed(self, whole: bytes, content: bytes, known: set[str]) -> dict[str, Row]:
        header = _line(COLUMNS)
        if not whole.startswith(header) and (whole or not header.startswith(content)):
            raise SweepError(
                f"{self.path} is there already and does not have the columns of a sweep; it stays "
                "as it is. Choose another file with --out."
            )
        rows: dict[str, Row] = {}
        lines = csv.reader(io.StringIO(whole.decode("utf-8", errors="replace"), newline=""))
        for number, fields in enumerate(lines, start=1):
            if number == 1:
                continue
            if len(fields) != len(COLUMNS):
                raise SweepError(f"{self.path}, line {number}: not a row of a sweep. Mend it.")
            row = dict(zip(COLUMNS, fields, strict=True))
            rows[row["case"]] = row
        strangers = [case for case in rows if case not in known]
        if strangers:
            raise SweepError(
                f"{self.path} holds {len(rows)} cases; {len(strangers)} are not of this sweep. It "
                "stays as it is: choose another file with --out, or the settings it was made with."
            )
        return rows

    def _judge_anew(self) -> None:
        """What was measured stays; what counts as a success is decided again."""
        part = self.path.with_name(self.path.name + ".part")
        self.rows = {case: row | self._verdict(row) for case, row in self.rows.items()}
        lines = [COLUMNS, *([row[name] for name in COLUMNS] for row in self.rows.values())]
        part.write_bytes(b"".join(map(_line, lines)))
        os.replace(part, self.path)
        self._file.close()
        self._file = io.FileIO(self.path, "ab")
        self._lock()


def _text(value: object) -> str:
    if isinstance(value, bool):
        return str(int(value))
    return " ".join(str(value).split())  # one row, one line, whatever an error says


def _line(fields) -> bytes:
    line = io.StringIO(newline="")
    csv.writer(line, lineterminator="\n").writerow(fields)
    return line.getvalue().encode()
