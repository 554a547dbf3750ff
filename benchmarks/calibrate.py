"""Every claim of the lessons over several seeds: ``make calibrate [PACE=standard]``.

Each lesson runs in instructor mode once for each seed, from its first cell to its last, also past
a claim that does not hold. What every claim measured goes to ``claims-<pace>.md`` beside this
file; each run is kept in ``build/calibration`` as soon as it is over and is not repeated while
its notebook and the package stay as they were. The thresholds and why they stand where they do:
``calibration.md``.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from benchmarks.lessons import Watch
from course_utils import settings

KEPT = settings.ROOT / "build" / "calibration"
# as course_utils.exercises.boxes writes a claim
CLAIM = re.compile(
    r"^\S (holds|does not hold in this run): (.*?)(?:\n  Measured: (.*))?$", re.DOTALL
)


def find(lesson: int) -> Path:
    """The notebook of a lesson."""
    return next((settings.ROOT / "notebooks").glob(f"{lesson:02d}_*.ipynb"))


def kept(lesson: int, seed: int, pace: str) -> Path:
    """Where the result of one run of the lesson as it is now belongs."""
    version = hashlib.sha256()
    for path in (find(lesson), *sorted((settings.ROOT / "course_utils").rglob("*.py"))):
        version.update(path.read_bytes())
    return KEPT / f"{lesson}-{pace}-{seed}-{version.hexdigest()[:10]}.json"


def run(lesson: int, seed: int, pace: str) -> dict:
    """Run one lesson with its solutions; what it claimed, what it cost and what went wrong."""
    notebook, watch, spent = nbformat.read(find(lesson), as_version=4), Watch(), {}
    with tempfile.TemporaryDirectory() as work:
        os.environ |= {
            "COURSE_MODE": "instructor", "COURSE_SEED": str(seed), "COURSE_PACE": pace,
            "COURSE_WORK": work, "OMP_NUM_THREADS": "1",
        }  # fmt: skip
        watch.start()
        began = time.perf_counter()

        def start(cell, **_):
            spent[cell.id] = -sum(watch.cpu.values())

        def done(cell, **_):
            spent[cell.id] += sum(watch.cpu.values())

        NotebookClient(
            notebook, timeout=3600, kernel_name="python3", allow_errors=True,
            on_cell_execute=start, on_cell_executed=done,
        ).execute()  # fmt: skip
        wall = time.perf_counter() - began
        watch.stop()
    return {
        "lesson": lesson, "seed": seed, "pace": pace, "wall_s": round(wall, 1),
        "cpu_s": round(sum(watch.cpu.values()), 1), "peak_mb": round(watch.peak_mb),
        "longest_cell": max((round(s, 1), name) for name, s in spent.items()),
        "claims": claims(notebook), "errors": errors(notebook),
    }  # fmt: skip


def claims(notebook: nbformat.NotebookNode) -> list[list]:
    """Cell, statement, measured values and whether they bear it out."""
    found = []
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            match = CLAIM.match(output.get("data", {}).get("text/plain", ""))
            if match:
                verdict, text, measured = match.groups()
                found.append([cell.id, text, measured or "", verdict == "holds"])
    return found


def errors(notebook: nbformat.NotebookNode) -> list[str]:
    """What cells raised, one line each."""
    return [
        f"{cell.id}: {output.ename}: {output.evalue.splitlines()[0] if output.evalue else ''}"
        for cell in notebook.cells
        for output in cell.get("outputs", ())
        if output.output_type == "error"
    ]


def page(pace: str, runs: list[dict], before: str = "") -> str:
    """The runs as a page of Markdown, one table a lesson; lessons that were not run stay."""
    head = [
        f"# What every claim measured at pace {pace}",
        "",
        "Made by `make calibrate" + ("" if pace == "quick" else f" PACE={pace}") + "`; "
        "[calibration.md](calibration.md) has the thresholds' reasons. CPU seconds are those of",
        "one thread on a machine that ran two or three lessons at a time.",
    ]
    tables = dict(re.findall(r"^## Lesson (\d)\n\n(.*?)\n*(?=^## |\Z)", before, re.M | re.S))
    for lesson in {run["lesson"] for run in runs}:
        mine = sorted((r for r in runs if r["lesson"] == lesson), key=lambda r: r["seed"])
        cost = "; ".join(
            f"seed {r['seed']}: {r['cpu_s']:.0f} s of CPU, longest cell "
            f"{r['longest_cell'][0]:.0f} s (`{r['longest_cell'][1]}`), {r['peak_mb']:,} MB"
            for r in mine
        )
        seeds = " | ".join(f"seed {r['seed']}" for r in mine)
        lines = [cost + ".", "", f"| claim | {seeds} |", "|---" * (len(mine) + 1) + "|"]
        lines += ["| " + " | ".join(_cell(entry) for entry in row) + " |" for row in _rows(mine)]
        tables[str(lesson)] = "\n".join(lines)
    whole = [f"## Lesson {lesson}\n\n{table}\n" for lesson, table in sorted(tables.items())]
    return "\n".join([*head, "", "\n".join(whole)])


def _rows(runs: list[dict]) -> list[list[str]]:
    """A claim, by its place in the lesson, and what each run measured for it."""
    table: dict[tuple[str, int], dict[int, list]] = {}
    for at, run_ in enumerate(runs):
        count: dict[str, int] = {}
        for cell, *rest in run_["claims"]:
            count[cell] = count.get(cell, -1) + 1
            table.setdefault((cell, count[cell]), {})[at] = rest
    return [
        [next(iter(by_run.values()))[0]]
        + [
            by_run[at][1] + ("" if by_run[at][2] else " ✘") if at in by_run else "—"
            for at in range(len(runs))
        ]
        for by_run in table.values()
    ]


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def main() -> None:
    """Run what is missing, write the page, and fail if a claim does."""
    parser = argparse.ArgumentParser(prog="benchmarks.calibrate", description=__doc__)
    parser.add_argument("--pace", choices=("quick", "standard", "full"), default=settings.pace())
    parser.add_argument("--lessons", type=int, nargs="+", default=[1, 2, 3, 4, 5])
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2, 3, 4])
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    KEPT.mkdir(parents=True, exist_ok=True)
    wanted = {
        (lesson, seed): kept(lesson, seed, options.pace)
        for seed in options.seeds
        for lesson in options.lessons
    }
    with ProcessPoolExecutor(options.processes, max_tasks_per_child=1) as pool:
        jobs = {
            pool.submit(run, *case, options.pace): path
            for case, path in wanted.items()
            if not path.exists()
        }
        for job in as_completed(jobs):
            result = job.result()
            jobs[job].write_text(json.dumps(result, ensure_ascii=False, indent=1))
            print(
                f"lesson {result['lesson']}, seed {result['seed']}: {result['cpu_s']:.0f} s of CPU",
                *result["errors"], sep="\n  ", flush=True,
            )  # fmt: skip
    runs = [json.loads(path.read_text()) for path in wanted.values()]
    target = settings.ROOT / "benchmarks" / f"claims-{options.pace}.md"
    before = target.read_text(encoding="utf-8") if target.exists() else ""
    target.write_text(page(options.pace, runs, before), encoding="utf-8")
    print(f"written: {target.relative_to(settings.ROOT)}")
    failed = [f"lesson {r['lesson']}, seed {r['seed']}: {e}" for r in runs for e in r["errors"]]
    if failed:
        sys.exit("\n".join(["These did not hold:", *failed]))


if __name__ == "__main__":
    main()
