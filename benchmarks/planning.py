"""Write planning.md: what lies past one machine, from measured rates.

Every figure of the page is computed here from build/bench.json; nothing is typed in but the
assumptions at the top.
"""

from __future__ import annotations

import math
import textwrap
from pathlib import Path

PAGE = Path(__file__).parent / "planning.md"

STUDENTS = 1_000
AT_ONCE = 0.2  # share of a class that runs something at the same moment, in the busiest hour
RERUNS = 3.0  # a student runs each cell this often
GIGABYTES_A_SERVER, CORES_A_SERVER = 256, 64
EXERCISES = 43
STEPS, DESKTOP_RATE = 100_000, 2e6 / 50 / 3600  # 64 x 64: 2 million samples in 50 hours
HOURS_A_WEEK = 7 * 24
NEEDED = ("lessons", "growth", "startup", "large_images", "roofline_share")


def _row(*cells: str) -> str:
    return "| " + " | ".join(cells) + " |"


def _prose(text: str) -> list[str]:
    return textwrap.wrap(text, 98, break_on_hyphens=False)


def _item(text: str) -> list[str]:
    return textwrap.wrap(text, 98, initial_indent="* ", subsequent_indent="  ")


def _class(found: dict) -> list[str]:
    lessons = found["lessons"]["lessons"]
    cpu = sum(lesson["cpu_minutes"] for lesson in lessons.values()) / 60
    peak = max(lesson["peak_mb"] for lesson in lessons.values()) / 1000
    running = math.ceil(STUDENTS * AT_ONCE)
    return [
        f"## A class of {STUDENTS:,}",
        "",
        f"Each lesson with its solutions, at pace `{found['lessons']['pace']}`:",
        "",
        _row("lesson", "minutes", "CPU minutes", "most memory (MB)"),
        _row("---", "---", "---", "---"),
        *(
            _row(n, f"{x['minutes']:.1f}", f"{x['cpu_minutes']:.1f}", f"{x['peak_mb']:,}")
            for n, x in lessons.items()
        ),
        "",
        *_item(
            f"**On their own machines** nobody waits for anybody: {cpu:.2f} CPU hours a student, "
            f"times {RERUNS:g} for cells that are run again: {cpu * RERUNS:.1f} in all."
        ),
        *_item(
            f"**On servers** that is {STUDENTS:,} × {cpu:.2f} × {RERUNS:g} = "
            f"{STUDENTS * cpu * RERUNS:,.0f} CPU hours. If {100 * AT_ONCE:.0f} % compute at once, "
            f"on one core each, {running:,} cores are needed: {running:,} / {CORES_A_SERVER}, so "
            f"{math.ceil(running / CORES_A_SERVER)} servers of {CORES_A_SERVER} cores."
        ),
        *_item(
            f"**Memory**: {STUDENTS:,} × {peak:.2f} GB = {STUDENTS * peak:,.0f} GB if every "
            f"kernel stays open, or {math.ceil(STUDENTS * peak / GIGABYTES_A_SERVER)} servers of "
            f"{GIGABYTES_A_SERVER} GB; with idle kernels stopped {running * peak:,.0f} GB, "
            f"or {math.ceil(running * peak / GIGABYTES_A_SERVER)} of them."
        ),
        "",
    ]


def _grading(found: dict) -> list[str]:
    checks = found["growth"]["axes"]["exercises"]
    per_check = checks["cpu_seconds"][0]
    start = found["startup"]["first_cell_seconds"]["5"]
    submission = EXERCISES * per_check + start
    hours = STUDENTS * submission / 3600
    return [
        "## Grading",
        "",
        *_prose(
            f"A check takes {per_check:.3f} CPU seconds on average, and a process that made "
            f"{checks['sizes'][-1]} of them held {checks['memory_mb'][-1]:,.0f} MB at most. Were "
            f"each submission judged in a process of its own, which first loads torch ({start:.1f} "
            f"s), it would take {EXERCISES} × {per_check:.3f} + {start:.1f} = {submission:.1f} CPU "
            "seconds: so counted below, and more than the class grader needs, which loads torch "
            "once for all (`make bench ONLY=grading`)."
        ),
        "",
        _row("submissions", "CPU hours", "minutes on 2 cores", "minutes on 64 cores"),
        _row("---", "---", "---", "---"),
        *(
            _row(f"{n:,}", f"{n / STUDENTS * hours:.2f}", f"{n / STUDENTS * hours * 30:.1f}",
                 f"{n / STUDENTS * hours * 60 / 64:.2f}")
            for n in (100, 300, STUDENTS)
        ),
        "",
        "Submissions share nothing, so the time divides by the cores until the disk is busy. An",
        "answer that never ends costs its time limit; that comes on top.",
        "",
    ]  # fmt: skip


def _large(found: dict) -> list[str]:
    large, share = found["large_images"], found["roofline_share"]
    batch = large["batch_size"]
    lines = [
        f"## {STEPS:,} generator steps at 64 × 64",
        "",
        *_prose(
            "Lesson 4 computes hours as steps × batch / rate. The report of a desktop that made 2 "
            f"million samples in 50 hours gives {DESKTOP_RATE:.1f} samples/s, hence {STEPS:,} × "
            f"{batch} / {DESKTOP_RATE:.1f} / 3600 = {STEPS * batch / DESKTOP_RATE / 3600:.0f} "
            "hours. DCGAN's networks with five critic updates a step, measured here:"
        ),
        "",
        _row("objective", "seconds a step", "samples/s", "hours", "machines for a week's run"),
        _row("---", "---", "---", "---", "---"),
    ]
    for name, seconds in large["seconds_a_step"].items():
        hours = STEPS * seconds / 3600
        machines = math.ceil(hours / HOURS_A_WEEK)
        cells = (f"{seconds:.2f}", f"{batch / seconds:.1f}", f"{hours:,.0f}", f"{machines}")
        lines.append(_row(name, *cells))
    return [
        *lines,
        "",
        *_prose(
            "The last column divides the batch among machines like this one and takes the "
            "exchange of gradients for nothing: a lower bound. The course's own 28 × 28 networks "
            f"pass {share['critic_images_per_second']:,} critic images/s "
            f"({share['achieved_gflops']:g} GFLOP/s, {100 * share['share']:.0f} % of what large "
            "matrix products reach) and need none of it."
        ),
        "",
    ]


def page(found: dict) -> str:
    """The page as text; says what to measure first if something is missing."""
    if missing := [key for key in NEEDED if not found.get(key, {}).get("finished")]:
        return (
            f"# Past one machine\n\nNot measured yet: `python -m benchmarks {' '.join(missing)}`.\n"
        )
    machine = found["machine"]
    noisy = [key for key in NEEDED if not found[key]["machine"]["quiet"]]
    warning = f" **Others used the machine while {', '.join(noisy)} ran.**" if noisy else ""
    head = [
        "# Past one machine",
        "",
        "Written by `python -m benchmarks planning` from what `make bench` measured: do not edit.",
        f"Machine: {machine['processor']}, {machine['cores']} cores, {machine['memory_gb']:g} GB, "
        f"torch {machine['torch']} with {machine['torch_threads']} threads.{warning}",
        "",
    ]
    return "\n".join([*head, *_class(found), *_grading(found), *_large(found)])


def write(found: dict) -> None:
    """Write the page beside this file."""
    PAGE.write_text(page(found).rstrip() + "\n")
    print(page(found))
