"""Opening the course: a student's own copies of the notebooks, served on this machine alone."""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

from course_utils import places, settings
from course_utils.lab.copies import WorkFolderError, copy_notebooks
from course_utils.lab.update import news


def _has_display() -> bool:
    return sys.platform != "linux" or bool(
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    )


def lab_command(work: Path, *, browser: bool, extra: tuple[str, ...] = ()) -> list[str]:
    """The command that serves ``work``: on the loopback interface, with Jupyter's own token."""
    command = [sys.executable, "-m", "jupyterlab", str(work), "--ServerApp.ip=127.0.0.1"]
    command.append("--LabApp.extension_manager=readonly")  # the other kind asks the network
    command.append("--ServerApp.contents_manager_class=course_utils.lab.contents.WholeFiles")
    if not browser:
        command.append("--no-browser")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")  # containers have no other user; loopback and token remain
    return [*command, *extra]


def choose_work() -> Path:
    """The folder to open: an installed course, started in an empty folder, takes that one."""
    here = Path.cwd()
    empty = not any(here.iterdir())
    if not os.environ.get("COURSE_WORK", "").strip() and empty and not places.IN_CLONE:
        os.environ["COURSE_WORK"] = str(here)
    return settings.pin_work_dir()


def open_lab(*, browser: bool = True, extra: tuple[str, ...] = ()) -> int:
    """Copy missing notebooks and run JupyterLab; returns its exit status.

    Jupyter prints the address with its token, and takes the next free port if the first is in
    use. The announcements extension, which asks the network for news, is switched off. `extra`
    are options for Jupyter.

    Raises
    ------
    WorkFolderError
        If the work folder cannot be made or written to.
    """
    work = choose_work()
    made = copy_notebooks(places.notebooks_dir(), work)
    print(f"Your notebooks are in {work} ({len(made)} new); updates never touch them.", flush=True)
    if found := news(work):
        print(found, flush=True)
    add_config()
    return _run(lab_command(work, browser=browser and _has_display(), extra=extra))


def add_config() -> None:
    """Let Jupyter find the course's settings, before those of the machine."""
    paths = [str(Path(__file__).parent / "jupyter"), os.environ.get("JUPYTER_CONFIG_PATH", "")]
    os.environ["JUPYTER_CONFIG_PATH"] = os.pathsep.join(filter(None, paths))


def _run(command: list[str]) -> int:
    """Run a command to its end; Ctrl-C and a polite kill are its business.

    Not ``os.execv``: on Windows that splits arguments at spaces and gives the prompt back at once.
    """
    process = subprocess.Popen(command)
    with contextlib.suppress(ValueError):  # not the main thread: nobody sends it signals
        signal.signal(signal.SIGTERM, lambda *_: process.terminate())
    while True:
        with contextlib.suppress(KeyboardInterrupt):  # the terminal sends it to both of us
            return process.wait()


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``python -m course_utils lab``."""
    parser.add_argument("--no-browser", action="store_true", help="only print the address")
    parser.add_argument(
        "jupyter", nargs="*", metavar="-- OPTION", help="options for Jupyter itself, after --"
    )


def run(options: argparse.Namespace) -> int:
    """Do what ``python -m course_utils lab`` was asked to."""
    try:
        return open_lab(browser=not options.no_browser, extra=tuple(options.jupyter))
    except (WorkFolderError, settings.SettingError) as error:
        sys.exit(str(error))
