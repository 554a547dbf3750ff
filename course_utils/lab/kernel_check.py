"""What a lesson should know when it starts: is it a copy, and of this version of the course?

Runs in a kernel when ``course_utils`` is first imported, so that the note stands above the
ImportError that an old lesson may be about to raise. It never fails and never stops a lesson.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import course_utils
from course_utils import places, settings
from course_utils.lab import editions

SHIPPED = (
    "**You are working in the course's own `notebooks/` folder.** The next update of the course "
    "would stop at your changes, or write over them. Open your own copies instead: `{}`."
)
OLDER = (
    "**This notebook is from version {} of the course, and version {} is installed.** Some cells "
    "may fail. `{}` brings the new lesson, with your answers carried over."
)
NEWER = (
    "**This notebook is from version {} of the course, and version {} is installed.** Some cells "
    "may fail: update the course."
)


def check() -> None:
    """Settle the work folder for this kernel, and say what is wrong with the notebook."""
    try:
        settings.pin_work_dir()  # a cell that changes the folder does not move the progress
        said = problem(notebook_path())
    except (OSError, ValueError, RuntimeError):
        return  # whoever needs the folder will say what is wrong with it
    if said:
        from IPython.display import Markdown, display

        display(Markdown(said))


def notebook_path() -> Path | None:
    """The notebook that this kernel runs, if Jupyter or VS Code tell."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    name = shell.user_ns.get("__vsc_ipynb_file__") if shell else None
    name = name or os.environ.get("JPY_SESSION_NAME")
    path = Path.cwd() / Path(name).name if name else None
    return path if path and path.suffix == ".ipynb" and path.exists() else None


def problem(path: Path | None) -> str:
    """A sentence on a notebook that is not what it should be; "" if all is well."""
    folder = path.parent if path else Path.cwd()
    if folder == places.notebooks_dir() and settings.mode() == "student":
        return SHIPPED.format(places.command("lab"))
    if path is None or path.name not in {lesson.name for lesson in places.lessons()}:
        return ""
    copy, installed = editions.load(path), course_utils.__version__
    if editions.is_newer(copy):
        return NEWER.format(editions.version(copy), installed)
    if editions.version(copy) != installed:
        return OLDER.format(editions.version(copy), installed, places.command("update"))
    return ""
