"""Lay out what Sphinx reads: the texts of ``docs/``, the lessons with outputs, the gathered pages.

The sources mirror the repository, ``docs/`` and ``notebooks/`` side by side, so that the links
between them are the same on a page, in a clone and on a forge.
"""

from __future__ import annotations

import importlib.resources
import shutil
from collections.abc import Sequence
from pathlib import Path

import nbformat

from course_utils import places
from docs.site import lists, numbers
from docs.site.lesson_pages import STYLE, Static, page

DOCS = places.ROOT / "docs"
# pages under a text that is also read as a plain page, where a tree would be in the way
UNDER = {"docs/teaching.md": "instructor\n../generated/mistakes"}


def lay_out(executed: Sequence[Path], pace: str, source: Path, static_folder: Path) -> None:
    """Write the sources of the whole site, and what is served beside the pages."""
    for folder in (source, static_folder):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    texts = {path.relative_to(places.ROOT).as_posix(): path.read_text(encoding="utf-8")
             for path in sorted(DOCS.glob("*.md")) if path.name != "index.md"}  # fmt: skip
    texts["index.md"] = (DOCS / "index.md").read_text(encoding="utf-8")
    for name, pages in UNDER.items():
        texts[name] += f"\n```{{toctree}}\n:hidden:\n\n{pages}\n```\n"
    lessons = [nbformat.read(path, as_version=4) for path in executed]
    static = Static(static_folder)
    for path, lesson in zip(executed, lessons, strict=True):
        text = nbformat.writes(page(lesson, int(path.name[:2]), static))
        texts[f"notebooks/{path.name}"] = text
    names = [path.stem for path in executed]
    texts["generated/numbers.md"] = numbers.write(lessons, names, pace)
    texts["generated/bibliography.md"] = lists.bibliography(lessons)
    texts["generated/mistakes.md"] = lists.mistakes()
    texts |= {f"reference/{name}.md": text for name, text in lists.reference().items()}
    home_map = lists.home_map()
    for style in STYLE.findall(home_map):
        static.style(style)
    texts["generated/map.html"] = STYLE.sub("", home_map)
    static.write()
    add_mathjax(static_folder)
    write_texts(source, texts)


def add_mathjax(static_folder: Path) -> None:
    """MathJax as one file, from the package that carries it."""
    (static_folder / "mathjax").mkdir(parents=True, exist_ok=True)
    carried = importlib.resources.files("mathjax") / "static/mathjax/es5/tex-svg.js"
    (static_folder / "mathjax" / "tex-svg.js").write_bytes(carried.read_bytes())


def write_texts(folder: Path, texts: dict[str, str]) -> None:
    """Write sources by name, and the pictures of the texts."""
    for name, text in texts.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="\n")
    pictures = DOCS / "pictures"
    if pictures.is_dir():
        shutil.copytree(pictures, folder / "docs" / "pictures", dirs_exist_ok=True)
