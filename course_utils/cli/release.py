"""Write the course as students get it: without solutions, ready for any grader.

Solution cells and the last hint of every exercise go; tests and benchmarks, which hold answers,
stay behind. The exercises' references remain in ``course_utils``, which needs them to check an
answer: the grader sees who calls them. docs/instructor.md has the whole policy.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from course_utils.grading.csv_input import BadTable
from course_utils.grading.handout import CannotRelease, lesson, release
from course_utils.grading.rows import BadPoints, read_weights


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what ``release`` understands."""
    add = parser.add_argument
    add("out", type=Path, help="a new folder, or an earlier release to bring up to date")
    add(
        "--keep-solutions-from",
        type=lesson,
        action="append",
        default=[],
        metavar="LESSON",
        help="leave the solutions of this lesson in; may be given several times",
    )
    add("--points", type=Path, help="a CSV file with the columns exercise and points; others get 1")


def run(options: argparse.Namespace) -> None:
    """Write the release and say what it holds."""
    try:
        weights = read_weights(options.points)
        files = release(options.out, options.keep_solutions_from, weights)
    except (CannotRelease, BadPoints, BadTable, OSError) as error:
        sys.exit(str(error))
    kept = ", ".join(map(str, sorted(set(options.keep_solutions_from))))
    print(
        f"{len(files)} files in {options.out}; solutions: {f'lesson {kept}' if kept else 'none'}."
    )
