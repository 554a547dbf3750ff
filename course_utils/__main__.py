"""The course's command line: ``python -m course_utils --help``."""

from __future__ import annotations

import argparse


def main(arguments: list[str] | None = None) -> None:
    """Parse the command line and do what it says."""
    parser = argparse.ArgumentParser(prog="course_utils", description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    lab = commands.add_parser("lab", help="open the course in JupyterLab")
    lab.add_argument("--no-browser", action="store_true", help="only print the address")
    options = parser.parse_args(arguments)

    if options.command == "lab":
        from course_utils import launcher

        launcher.open_lab(browser=not options.no_browser)


if __name__ == "__main__":
    main()
