"""The table on disk: one row for each finished case, written the moment it is finished."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

from course_utils import durable
from course_utils.cli.sweep.plans import Case, Plan, case_id
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
        with ExitStack() as held:
            try:
                held.enter_context(durable.locked(self.path, seconds=0))
            except durable.Busy:
                raise SweepError(f"{self.path} is being written by another sweep.") from None
            self._open(held)
            content = self.path.read_bytes()
            whole = content[: content.rfind(b"\n") + 1]
            self.repaired = len(whole) < len(content)
            self.rows = self._parsed(whole, content, {case.id for case in plan.cases})
            if self.repaired:
                self._file.truncate(len(whole))
            if not whole:
                self._write(COLUMNS)
            if any(row["criterion"] != str(judge) for row in self.rows.values()):
                self._judge_anew()
                self._open(held)
            self._held = held.pop_all()

    def _open(self, held: ExitStack) -> None:
        self._file = held.enter_context(io.FileIO(self.path, "ab"))  # unbuffered

    def add(self, case: Case, outcome: Mapping[str, object]) -> Row:
        """Write the row of a case that has just finished.

        Raises
        ------
        SweepError
            If it does not fit on the disk; the table is as it was.
        """
        row = dict.fromkeys(COLUMNS, "") | {"case": case.id, **case.facts}
        for name, value in outcome.items():
            row[name] = _text(value)
        row |= self._verdict(row)
        self._write([row[name] for name in COLUMNS])
        self.rows[case.id] = row
        return row

    def close(self) -> None:
        self._held.close()

    def __enter__(self) -> Table:
        return self

    def __exit__(self, *_) -> None:
        self.close()

    def _write(self, fields) -> None:
        """Append a line and see it on the disk, or leave nothing of it."""
        before, left = os.fstat(self._file.fileno()).st_size, _line(fields)
        try:
            while left:  # a disk that is filling up takes a part, and refuses the rest
                left = left[self._file.write(left) :]
            os.fsync(self._file.fileno())
        except OSError as error:
            with suppress(OSError):
                self._file.truncate(before)
            raise SweepError(
                f"{self.path} cannot be written ({error.strerror}). What was finished before is in "
                "it; make room, and the same command again goes on from there."
            ) from None

    def _verdict(self, row: Row) -> Row:
        return {"criterion": str(self._judge), "success": str(int(self._judge.met(row)))}

    def _parsed(self, whole: bytes, content: bytes, known: set[str]) -> dict[str, Row]:
        header = _line(COLUMNS)
        if not whole.startswith(header) and (whole or not header.startswith(content)):
            raise SweepError(
                f"{self.path} is there already and does not have the columns of a sweep; it stays "
                "as it is. Choose another file with --out."
            )
        rows: dict[str, Row] = {}
        for number, line in enumerate(whole.split(b"\n")[1:-1], start=2):
            try:
                row = _row(line)
                if row["case"] in rows:
                    raise ValueError("its case has a row already")
            except ValueError as error:
                raise SweepError(
                    f"{self.path}, line {number}: {error}. Mend it, or remove the line, and its "
                    "case is run again."
                ) from None
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
        self.rows = {case: row | self._verdict(row) for case, row in self.rows.items()}
        lines = [COLUMNS, *([row[name] for name in COLUMNS] for row in self.rows.values())]
        self._file.close()
        durable.write_whole(self.path, b"".join(map(_line, lines)))


def _row(line: bytes) -> Row:
    """A line as a row, or a ValueError that says why it is none."""
    try:
        fields = next(csv.reader([line.decode()], strict=True))
    except (UnicodeDecodeError, csv.Error, StopIteration):
        raise ValueError("this cannot be read") from None
    if len(fields) != len(COLUMNS):
        raise ValueError(f"a row of a sweep has {len(COLUMNS)} columns, and this {len(fields)}")
    row = dict(zip(COLUMNS, fields, strict=True))
    if row["case"] != case_id(
        {name: row[name] for name in ("data", "objective", "seed", *SETTINGS)}
    ):
        raise ValueError("its settings are not those that its case was named after")
    for name in (*MEASURES, "seconds"):
        try:
            float(row[name] or 0)
        except ValueError:
            raise ValueError(f"{name} is {row[name]!r}, and should be a number") from None
    for name in ("diverged", "success"):
        if row[name] not in ("", "0", "1"):
            raise ValueError(f"{name} is {row[name]!r}, and should be 0 or 1")
    return row


def _text(value: object) -> str:
    if isinstance(value, bool):
        return str(int(value))
    return " ".join(str(value).split())  # one row, one line, whatever an error says


def _line(fields) -> bytes:
    line = io.StringIO(newline="")
    csv.writer(line, lineterminator="\n").writerow(fields)
    return line.getvalue().encode()
