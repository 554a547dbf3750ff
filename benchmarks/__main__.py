"""Measure, merge into build/bench.json, draw, and print one table.

python -m benchmarks                      all of it, about an hour and a half
python -m benchmarks emd startup          some of it
python -m benchmarks time_to_quality --budget 10 --seeds 0
python -m benchmarks table                nothing new: the table of what build/bench.json has
python -m benchmarks planning             the same, and benchmarks/planning.md afresh
"""

from __future__ import annotations

import argparse
import importlib
import inspect
import os
from types import ModuleType

os.environ.setdefault("COURSE_PACE", "standard")
os.environ["COURSE_DEVICE"] = "cpu"  # all but the key cuda compare processors
os.environ.setdefault("TQDM_DISABLE", "1")  # the bar of a run without an end says nothing

from benchmarks import pictures, planning, report

KEYS = (
    "emd",
    "startup",
    "throughput",
    "roofline_share",
    "growth",
    "time_to_quality",
    "cuda",
    "verdict",
    "grading",
    "tests",
)
BY_NAME_ONLY = ("lessons", "large_images")  # what planning.md needs besides; half an hour more
SHOW_ONLY = ("table", "planning")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="benchmarks", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    names = (*KEYS, *BY_NAME_ONLY, *SHOW_ONLY)
    parser.add_argument("names", nargs="*", metavar="name", help=", ".join(names))
    parser.add_argument("--budget", type=float, help="seconds of a training run (240)")
    parser.add_argument("--seeds", type=int, nargs="+", help="seeds of training runs (0 1 2)")
    parser.add_argument("--rounds", type=int, help="rounds of what is compared by turns")
    options = parser.parse_args()
    if unknown := set(options.names) - set(names):
        parser.error(f"no benchmark is called {', '.join(sorted(unknown))}")
    return options


def _settings_for(module: ModuleType, options: argparse.Namespace) -> dict:
    chosen = {
        "budget": options.budget,
        "seeds": tuple(options.seeds) if options.seeds else None,
        "rounds": options.rounds,
    }
    understood = inspect.signature(module.measure).parameters
    return {k: v for k, v in chosen.items() if v is not None and k in understood}


def measure(key: str, options: argparse.Namespace) -> None:
    """Measure one key and keep it, in part as soon as a part is there."""
    module = importlib.import_module(f"benchmarks.{key}")
    print(f"{key} ...", flush=True)
    with report.watched() as facts:

        def save(value: dict) -> None:
            report.keep(key, value | {"machine": facts, "finished": False})

        value = module.measure(save, **_settings_for(module, options))
    report.keep(key, value | {"machine": facts, "finished": True})


def rows(found: dict) -> list[tuple[str, report.Line]]:
    """The table's rows for all that was measured, with a warning where others were at work."""
    out = []
    for key in (*KEYS, *BY_NAME_ONLY):
        if key not in found:
            continue
        value = found[key]
        out += [(key, line) for line in importlib.import_module(f"benchmarks.{key}").lines(value)]
        facts = value["machine"]
        if not value["finished"]:
            out.append((key, report.Line("WARNING: cut short; what is here was measured", "")))
        elif not facts["quiet"]:
            busy = f"{100 * facts['others']:.0f} % of the cores went to other processes"
            out.append((key, report.Line(f"WARNING: not quiet: {busy}", "")))
    return out


def main() -> None:
    """Do what the command line says."""
    options = _arguments()
    names = options.names or KEYS
    for key in names:
        if key not in SHOW_ONLY:
            report.keep("machine", report.machine())
            measure(key, options)
    found = report.read()
    pictures.draw_all(found)
    if "planning" in names:
        planning.write(found)
    print(report.table(rows(found)))
    print(f"\nFigures: {report.JSON}; pictures: {report.PICTURES}")


if __name__ == "__main__":
    main()
