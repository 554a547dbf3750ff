"""``python -m course_utils test``: every test of the course, as contributors and CI run them."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from typing import NamedTuple

from course_utils import places

# Two processes of one thread each: on two cores, threads that wait for each other are slower than
# none. A process that is given the longest file last would let the other one wait for it, so the
# lessons that train come first, and tests/conftest.py puts the tests in order.
PARALLEL = ("--dist", "loadfile", "--no-loadscope-reorder", "-n")
LESSONS = tuple(f"notebooks/{path.name}" for path in reversed(places.lessons()))
WORK = places.ROOT / "build" / "test-work"


class Stage(NamedTuple):
    """One run of a tool: its arguments, and what it finds in the environment."""

    arguments: tuple[str, ...]
    environment: dict[str, str]


SHORT = str(WORK / "short-trainings")
# The notebooks run twice: as shipped, all stubs, with trainings of a few steps, since nothing need
# hold there; and in instructor mode, all solutions, where every claim must. A third process works
# while a browser waits for its page; -rs names one that is missing.
STAGES = {
    "format": Stage(("ruff", "format", "--check", "--quiet", "."), {}),
    "lint": Stage(("ruff", "check", "--quiet", "."), {}),
    "types": Stage(("mypy",), {}),
    "short": Stage(("tests.short_trainings", SHORT), {}),
    "shipped": Stage(("pytest", *PARALLEL, "2", *LESSONS), {"IPYTHONDIR": SHORT}),
    "solutions": Stage(("pytest", *PARALLEL, "2", *LESSONS), {"COURSE_MODE": "instructor"}),
    "tests": Stage(("pytest", *PARALLEL, "3", "-rs", "--durations", "10", "tests"), {}),
}
BROWSER = ("pytest", *PARALLEL, "2", "-rs", "tests/browser")
PARTS = STAGES | {"browser": Stage(BROWSER, {"COURSE_NEEDS_BROWSER": "1"})}  # whoever asks for it


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``python -m course_utils test``."""
    parser.add_argument("--only", choices=PARTS, help="one part of it")
    parser.add_argument("--pace", default="quick", choices=("quick", "standard", "full"))


def run(options: argparse.Namespace) -> int:
    """Run the stages in order, up to the first that fails; returns its exit status."""
    chosen = STAGES if options.only is None else {options.only: PARTS[options.only]}
    if options.only is None:
        shutil.rmtree(WORK, ignore_errors=True)
    return run_stages(chosen.values(), options.pace)


def run_stages(stages: Iterable[Stage], pace: str) -> int:
    """Run tools of the clone one after the other; the exit status of the first that fails, or 0."""
    if not places.IN_CLONE:
        sys.exit("The tests are in a clone of the course, not in an installed one: run them there.")
    common = {"OMP_NUM_THREADS": "1", "COURSE_PACE": pace, "COURSE_WORK": str(WORK)}
    for stage in stages:
        status = subprocess.run(
            [sys.executable, "-m", *stage.arguments],
            cwd=places.ROOT, env=os.environ | common | stage.environment, check=False,
        ).returncode  # fmt: skip
        if status:
            return status
    return 0
