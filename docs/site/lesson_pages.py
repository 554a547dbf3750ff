"""An executed lesson as a source for Sphinx: what a page needs, and nothing that needs a kernel.

Solutions are folded, pictures become files of their own, colours follow the site's theme, and
every cell that something may link to is an address: ``lesson3-dual-text``.
"""

from __future__ import annotations

import base64
import copy
import hashlib
import io
import re
from pathlib import Path

import nbformat
from PIL import Image

from course_utils.theme import DARK

PICTURE = re.compile(r'src="data:image/(png|jpeg);base64,([^"]+)"')
STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)
LEFT_OUT = {"install"}  # tags of cells that only a notebook needs
WIDGET = "application/vnd.jupyter.widget-view+json"


class Static:
    """Files beside the pages: pictures by what is in them, and the style sheet of all outputs."""

    def __init__(self, folder: Path):
        self._folder, self._styles = folder, {}
        (folder / "figures").mkdir(parents=True, exist_ok=True)

    def picture(self, kind: str, encoded: str) -> str:
        """Keep a picture; gives the attributes of its ``img``, for a page one folder deep."""
        pixels = base64.b64decode(encoded)
        name = f"{hashlib.sha256(pixels).hexdigest()[:16]}.{kind}"
        (self._folder / "figures" / name).write_bytes(pixels)
        width, height = Image.open(io.BytesIO(pixels)).size
        return f'src="../_static/figures/{name}" width="{width}" height="{height}" loading="lazy"'

    def style(self, text: str) -> None:
        """Keep a rule, once."""
        self._styles[text.replace(DARK, 'html[data-theme="dark"]')] = None

    def write(self) -> None:
        """Write the style sheet."""
        text = "\n".join(self._styles) + "\n"
        (self._folder / "course.css").write_text(text, encoding="utf-8")


def address(lesson: int, cell: str) -> str:
    """Where a page has the place of a cell."""
    return f"lesson{lesson}-{cell}"


def page(executed: nbformat.NotebookNode, lesson: int, static: Static) -> nbformat.NotebookNode:
    """The source of a lesson's page."""
    notebook = copy.deepcopy(executed)
    # what changes from run to run, or only notebooks need
    notebook.metadata = {"kernelspec": notebook.metadata["kernelspec"]}
    cells = []
    for cell in notebook.cells:
        tags = set(cell.metadata.get("tags", []))
        if tags & LEFT_OUT:
            continue
        anchor = f'<span id="{address(lesson, cell.id)}"></span>'
        if cell.cell_type == "code":
            cell.execution_count, cell.metadata = None, {}
            if "solution" in tags:
                prompts = {"code_prompt_show": "Solution", "code_prompt_hide": "Solution"}
                cell.metadata = {"tags": ["hide-cell"], "mystnb": prompts}
            cell.outputs = [kept for o in cell.outputs if (kept := _output(o, static)) is not None]
        # a raw line of HTML before the cell: no heading's own address is touched
        cells += [nbformat.v4.new_markdown_cell(anchor, id=f"{cell.id[:55]}-address"), cell]
    notebook.cells = cells
    return notebook


def _output(output: nbformat.NotebookNode, static: Static) -> nbformat.NotebookNode | None:
    """An output as a page can show it; None where there is nothing to show."""
    data = output.get("data", {})
    if WIDGET in data:
        return None
    output.get("metadata", {}).clear()
    if output.output_type == "execute_result":
        output.execution_count = None
    if "text/html" in data:
        for style in STYLE.findall(data["text/html"]):
            static.style(style)
        content = STYLE.sub("", data["text/html"]).replace(DARK, 'html[data-theme="dark"]')
        data["text/html"] = PICTURE.sub(lambda m: static.picture(m[1], m[2]), content)
    return output
