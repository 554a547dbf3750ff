"""Where there is no browser its tests say so; in continuous integration they fail."""

import os
import re
import subprocess
import sys

import pytest

from course_utils import lessons, settings

SAID = "no browser found; install one of: chromium"


def without_a_browser(**variables):
    """The browser tests on a machine whose path leads to nothing."""
    environment = {k: v for k, v in os.environ.items() if k != "COURSE_NEEDS_BROWSER"}
    command = [sys.executable, "-m", "pytest", "tests/browser/test_browser_lesson3.py", "-n", "0",
               "-rs", "-p", "no:cacheprovider"]  # fmt: skip
    return subprocess.run(
        command, cwd=settings.ROOT, env=environment | {"PATH": ""} | variables,
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_a_missing_browser_is_a_visible_skip():
    ran = without_a_browser()
    assert ran.returncode == 0
    assert "SKIPPED" in ran.stdout and SAID in ran.stdout


def test_where_a_browser_is_needed_a_missing_one_is_a_failure():
    ran = without_a_browser(COURSE_NEEDS_BROWSER="1")
    assert ran.returncode == 1
    assert "1 error" in ran.stdout and SAID in ran.stdout


@pytest.mark.parametrize(
    ("file", "line"),
    [
        (".ci/run", "export COURSE_NEEDS_BROWSER=1"),
        ("course_utils/cli/testing.py", '"-rs", "--durations", "10", "tests"'),
    ],
)
def test_continuous_integration_needs_one_and_make_test_names_what_is_skipped(file, line):
    assert line in (settings.ROOT / file).read_text()


def test_every_lesson_is_driven_by_one_file():
    files = (settings.ROOT / "tests" / "browser").glob("test_*.py")
    found = re.findall(r"^LESSON = (\d+)$", "\n".join(p.read_text() for p in files), re.MULTILINE)
    assert sorted(map(int, found)) == sorted(lessons.LESSONS)
