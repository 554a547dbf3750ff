"""Read a notebook that anybody may have sent, whatever saved it; nothing in it is run."""

from __future__ import annotations

import json
from dataclasses import dataclass

SIZE_LIMIT = 40 * 2**20  # bytes: a notebook full of pictures has a tenth of this
CELL_LIMIT = 200_000  # characters of one cell's source
CELLS_LIMIT = 5_000


class Unreadable(ValueError):
    """No notebook; the text says why, for the report."""


@dataclass(frozen=True)
class Cell:
    """One cell.

    Attributes
    ----------
    number : int
        From 1, in the order of the notebook.
    kind : str
        "code", "markdown" or "raw".
    source : str
        Its text.
    """

    number: int
    kind: str
    source: str


def read_notebook(data: bytes) -> tuple[list[Cell], list[str]]:
    """The cells of a notebook, and remarks on how it had to be read.

    Raises
    ------
    Unreadable
        If `data` is no notebook.
    """
    if len(data) > SIZE_LIMIT:
        raise Unreadable(
            f"the file has {len(data) / 2**20:.0f} MB; at most {SIZE_LIMIT // 2**20} MB are read"
        )
    if not data.strip():
        raise Unreadable("the file is empty, or could not be read or unpacked")
    remarks: list[str] = []
    document = _parse(_decode(data, remarks))
    if not isinstance(document, dict):
        raise Unreadable("the file is no notebook")
    cells = _raw_cells(document, remarks)
    if len(cells) > CELLS_LIMIT:
        raise Unreadable(f"the notebook has {len(cells)} cells; at most {CELLS_LIMIT} are read")
    return [
        cell
        for number, raw in enumerate(cells, 1)
        if (cell := _cell(number, raw, remarks)) is not None
    ], remarks


def _decode(data: bytes, remarks: list[str]) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        remarks.append("the file is in UTF-16")
        return data.decode("utf-16", "replace")
    if data.startswith(b"\xef\xbb\xbf"):
        remarks.append("the file begins with a byte-order mark")
        data = data[3:]
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        remarks.append("the file is not in UTF-8; unreadable characters are replaced")
        return data.decode("utf-8", "replace")


def _parse(text: str) -> object:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        cut = "; it ends too early" if error.pos >= len(text.rstrip()) - 1 else ""
        raise Unreadable(f"the file is no valid JSON (line {error.lineno}){cut}") from None
    except (RecursionError, ValueError):
        raise Unreadable(
            "the file is no valid JSON: it is nested too deeply, or a number is too long"
        ) from None


def _raw_cells(document: dict, remarks: list[str]) -> list:
    """The list of cells in nbformat 4, or in 3 and 2, where they lie in worksheets."""
    cells = document.get("cells")
    if isinstance(cells, list):
        return cells
    sheets = document.get("worksheets")
    if isinstance(sheets, list):
        remarks.append(f"an old notebook format ({document.get('nbformat', '?')!s:.9})")
        return [
            cell
            for sheet in sheets
            if isinstance(sheet, dict) and isinstance(sheet.get("cells"), list)
            for cell in sheet["cells"]
        ]
    raise Unreadable("the file is JSON, but no notebook: it has no cells")


def _cell(number: int, raw: object, remarks: list[str]) -> Cell | None:
    if not isinstance(raw, dict):
        remarks.append(f"cell {number} is damaged")
        return None
    source = raw.get("source", raw.get("input", ""))  # `input` in formats 2 and 3
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    if not isinstance(source, str):
        remarks.append(f"cell {number} is damaged")
        return None
    if len(source) > CELL_LIMIT:
        remarks.append(f"cell {number} has {len(source):,} characters and is not read")
        return None
    source = source.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff")
    return Cell(number, str(raw.get("cell_type", "code")), source)
