"""The course's command line: ``python -m course_utils --help``."""

from __future__ import annotations

import argparse
import importlib
import io
import sys
from typing import NamedTuple


class Command(NamedTuple):
    """Where a subcommand lives and what it is for, in one line.

    The module has ``add_arguments(parser) -> None`` and ``run(options) -> int | None``, an exit
    status. It is imported only when its command is the one asked for: ``lab`` and ``--help``
    never wait for torch.
    """

    module: str
    help: str


COMMANDS = {
    "lab": Command("course_utils.lab.launcher", "open the course in JupyterLab"),
    "update": Command("course_utils.lab.update", "bring your lessons up to date, answers and all"),
    "check": Command("course_utils.cli.checking", "a minute of checks before a commit, in a clone"),
    "test": Command("course_utils.cli.testing", "run every test and every notebook, in a clone"),
    "grade": Command("course_utils.cli.grade", "grade a folder of notebooks handed in"),
    "release": Command("course_utils.cli.release", "write the course for students, no solutions"),
    "train": Command("course_utils.cli.train", "train on images, on one process or many"),
    "sweep": Command("course_utils.cli.sweep", "try many settings, on one machine or a cluster"),
}


def main(arguments: list[str] | None = None) -> int | None:
    """Parse the command line and do what it says."""
    _print_what_the_console_can()
    arguments = sys.argv[1:] if arguments is None else arguments
    parser = argparse.ArgumentParser(prog="course_utils", description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    run = None
    for name, command in COMMANDS.items():
        subparser = commands.add_parser(name, help=command.help, description=command.help)
        if arguments[:1] == [name]:
            module = importlib.import_module(command.module)
            module.add_arguments(subparser)
            run = module.run
    options = parser.parse_args(arguments)
    return run(options)


def _print_what_the_console_can() -> None:
    """A console of Windows may know no ₁ and no é: better a code for a letter than an error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


if __name__ == "__main__":
    sys.exit(main())
