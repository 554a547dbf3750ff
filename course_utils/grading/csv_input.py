"""Tables that an instructor hands to the grader: rosters, points, extensions, overrides."""

from __future__ import annotations

import csv
import io
import math
from pathlib import Path

SEPARATORS = ",;\t"  # spreadsheets write what their language wants


class BadTable(ValueError):
    """A file that is no table; the text says why, and what to do."""


def read_table(path: Path) -> tuple[list[str], list[dict[str, str]]]:
    """The columns of a CSV file, and its rows; what a row lacks is "".

    Raises
    ------
    BadTable
        If it cannot be read.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise BadTable(f"{path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise BadTable(f"{path} is not in UTF-8: save it again as CSV in UTF-8.") from None
    head = text.partition("\n")[0]
    separator = max(SEPARATORS, key=head.count)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=separator, restval="")
    try:
        rows = [{key: value for key, value in row.items() if key} for row in reader]
    except csv.Error as error:
        raise BadTable(f"{path}, line {reader.line_num}: {error}.") from None
    return list(reader.fieldnames or ()), rows


def read_points(text: str) -> float | None:
    """A number of points, None if it is none: "nan" and "inf" are not."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None
