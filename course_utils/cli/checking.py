"""``python -m course_utils check``: a minute of checks that meet what most edits break.

The tests among them are those of the files that ``tests/conftest.py`` marks as quick; ``test``
is the whole.
"""

from __future__ import annotations

import argparse

from course_utils.cli.testing import PARALLEL, STAGES, Stage, run_stages

QUICK = Stage(("pytest", *PARALLEL, "2", "--quiet", "-m", "quick", "tests"), {})


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """``python -m course_utils check`` takes none."""


def run(options: argparse.Namespace) -> int:
    """Check format, lint and types, and run the quick tests, up to the first that fails."""
    return run_stages((STAGES["format"], STAGES["lint"], STAGES["types"], QUICK), "quick")
