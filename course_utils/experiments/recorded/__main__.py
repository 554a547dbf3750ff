"""``python -m course_utils.experiments.recorded``: make the recorded runs."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import torch

from course_utils.experiments import recorded
from course_utils.experiments.recorded.make import record, write_sums
from course_utils.experiments.recorded.plans import PLANS


def main(arguments: Sequence[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(
        prog=recorded.COMMAND, description="Make the recorded runs of data/runs/."
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of: {', '.join(PLANS)}")
    parser.add_argument("--again", action="store_true", help="afresh, not only what is missing")
    parser.add_argument("--seeds", type=int, nargs="+", default=(), help="in place of the plan's")
    parser.add_argument("--only", default="", help="labels that begin so, as in WGAN-GP")
    parser.add_argument("--out", type=Path, default=None, help="a folder in place of data/runs")
    given = parser.parse_args(arguments)
    unknown = [name for name in given.names if name not in PLANS]
    if unknown:
        parser.error(f"there is no {unknown[0]!r}; there are: {', '.join(PLANS)}")
    torch.set_num_threads(1)  # so that seconds of the processor compare
    for name in given.names or PLANS:
        where = given.out or recorded.folder()
        record(name, PLANS[name], where, again=given.again, seeds=given.seeds, only=given.only)
    write_sums(given.out or recorded.folder())
    return 0


if __name__ == "__main__":
    sys.exit(main())
