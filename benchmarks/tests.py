"""How long `make test` takes, and what in it takes longest."""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Callable, Sequence

from benchmarks.report import PICTURES, Line
from course_utils import settings

TARGET_MINUTES = 10.0
N_SLOWEST = 10
LOG = PICTURES / "tests.log"  # all that was printed, to see what failed
_DURATION = re.compile(r"^\s*([\d.]+)s (call|setup|teardown)\s+(\S.*)$")


def slowest(output: str, n: int = N_SLOWEST) -> list[dict]:
    """The longest entries of pytest's tables of durations, over all of its runs."""
    found = [match.groups() for line in output.splitlines() if (match := _DURATION.match(line))]
    ranked = sorted(((float(s), f"{name} ({phase})") for s, phase, name in found), reverse=True)
    return [{"seconds": seconds, "test": test} for seconds, test in ranked[:n]]


def measure(save: Callable[[dict], None], *, command: Sequence[str] = ("make", "test")) -> dict:
    """Run the tests once, as a contributor and CI do."""
    # as from a fresh shell: neither this command's settings nor the make around it are passed on
    own = {k: v for k, v in os.environ.items() if not k.startswith(("COURSE_", "MAKE", "TQDM"))}
    start = time.perf_counter()
    done = subprocess.run(
        command, cwd=settings.ROOT, env=own, text=True, check=False,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    seconds = time.perf_counter() - start
    LOG.parent.mkdir(parents=True, exist_ok=True)
    LOG.write_text(done.stdout)
    summary = [
        line.strip("= ") for line in done.stdout.splitlines() if re.search(r"\d passed", line)
    ]
    return {
        "minutes": round(seconds / 60, 2),
        "passed": done.returncode == 0,
        "summary": summary,
        "slowest": slowest(done.stdout),
    }


def lines(value: dict) -> list[Line]:
    """Rows of the table."""
    how = "" if value["passed"] else f" (but tests FAILED, see {LOG})"
    rows = [
        Line(
            f"make test{how}",
            f"{value['minutes']:.1f} min",
            f"<= {TARGET_MINUTES:g} min",
            value["passed"] and value["minutes"] <= TARGET_MINUTES,
        )
    ]
    return rows + [Line(f"  {row['test']}", f"{row['seconds']:.1f} s") for row in value["slowest"]]
