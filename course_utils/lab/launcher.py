"""Opening the course: a student's own copies of the notebooks, served on this machine alone."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from pathlib import Path

from course_utils import settings


def copy_notebooks(source: Path, work: Path) -> list[Path]:
    """Copy each notebook that ``work`` does not have yet; never touch one that is there.

    Returns
    -------
    list of Path
        The copies made. A student's answers live in these files, which updates of the course
        therefore never overwrite and never conflict with.
    """
    work.mkdir(parents=True, exist_ok=True)
    made = []
    for notebook in sorted(source.glob("*.ipynb")):
        copy = work / notebook.name
        if not copy.exists():
            part = copy.with_suffix(".part")
            shutil.copyfile(notebook, part)
            os.replace(part, copy)  # whole or not at all
            made.append(copy)
    return made


def _has_display() -> bool:
    return sys.platform != "linux" or bool(
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    )


def lab_command(work: Path, *, browser: bool) -> list[str]:
    """The command that serves ``work``: on the loopback interface, with Jupyter's own token."""
    command = [sys.executable, "-m", "jupyterlab", str(work), "--ServerApp.ip=127.0.0.1"]
    command.append("--LabApp.extension_manager=readonly")  # the other kind asks the network
    command.append("--ServerApp.contents_manager_class=course_utils.lab.contents.WholeFiles")
    if not browser:
        command.append("--no-browser")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")  # containers have no other user; loopback and token remain
    return command


def open_lab(*, browser: bool = True) -> None:
    """Copy missing notebooks and become JupyterLab; does not return.

    Jupyter prints the address with its token, and takes the next free port if the first is in
    use. The announcements extension, which asks the network for news, is switched off.
    """
    work = settings.work_dir()
    made = copy_notebooks(settings.ROOT / "notebooks", work)
    print(f"Your notebooks are in {work} ({len(made)} new); updates never touch them.", flush=True)
    paths = [str(Path(__file__).parent / "jupyter"), os.environ.get("JUPYTER_CONFIG_PATH", "")]
    os.environ["JUPYTER_CONFIG_PATH"] = os.pathsep.join(filter(None, paths))
    command = lab_command(work, browser=browser and _has_display())
    os.execv(command[0], command)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``python -m course_utils lab``."""
    parser.add_argument("--no-browser", action="store_true", help="only print the address")


def run(options: argparse.Namespace) -> None:
    """Do what ``python -m course_utils lab`` was asked to."""
    open_lab(browser=not options.no_browser)
