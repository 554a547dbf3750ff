"""Grade a folder of notebooks that students handed in.

``SUBMISSIONS`` holds ``name/03_….ipynb``, or flat ``name-03_….ipynb``, or is a zip of either.
``grades.csv`` has a row for each student and exercise; the folder beside it, called like it, has
a gradebook, a page for each student, a page of the class, and what is needed to go on later.
docs/instructor.md tells the rest.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tqdm import tqdm

from course_utils import settings
from course_utils.grading import report as reports
from course_utils.grading.collect import collect
from course_utils.grading.confine import Limits
from course_utils.grading.csv_input import BadTable
from course_utils.grading.late import BadRule, read_rule
from course_utils.grading.overrides import BadOverrides, read_overrides
from course_utils.grading.roster import BadRoster, Roster, read_roster
from course_utils.grading.rows import BadPoints, Rules, read_weights
from course_utils.grading.run import grade_all
from course_utils.grading.sandbox import WORDS, Sandbox, SandboxFailed
from course_utils.grading.store import Store
from course_utils.grading.submissions import Submission, choose

SAID = (BadRule, BadRoster, BadOverrides, BadPoints, BadTable, FileNotFoundError)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what ``grade`` understands."""
    add = parser.add_argument
    add("submissions", type=Path, help="a folder of notebooks, or a zip archive of one")
    add("--out", type=Path, default=Path("grades.csv"), help="the table of all verdicts")
    add("--seed", type=int, help="repeat an earlier run; drawn, printed and stored otherwise")
    add("--workers", type=int, help="sandboxes at work at the same time (default: all processors)")
    add("--points", type=Path, help="a CSV file with the columns exercise and points; others get 1")
    add("--for", dest="system", choices=("canvas", "moodle"), help="the columns of gradebook.csv")
    add("--roster", type=Path, help="the learning platform's own CSV download of the class")
    add("--due", action="append", default=[], metavar="TIME", help="2026-12-01 23:59 Europe/Berlin")
    add("--late", default="none", help="none, zero or '10%%/day, max 50%%' (default: none)")
    add("--extensions", type=Path, help="a CSV file with the columns student, lesson and due")
    add("--overrides", type=Path, help="a CSV file with student, exercise, points and reason")
    add("--only", metavar="STUDENT", help="grade only this student; others stay as they are")
    add("--similar", action="store_true", help="list answers that are alike, for you to read")
    add("--scheduler", metavar="ADDRESS", help="grade on a Dask cluster")
    add("--cpu-seconds", type=int, default=20, help="processor time of one answer (default: 20)")
    add("--memory", type=int, default=1024, metavar="MIB", help="of one answer (default: 1024)")


def run(options: argparse.Namespace) -> None:
    """Grade, and say where everything lies."""
    try:
        _run(options)
    except (*SAID, SandboxFailed) as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit("\nStopped. What is graded is kept: run the same command again to go on.")


def _run(options: argparse.Namespace) -> None:
    if options.out.suffix.lower() != ".csv":
        sys.exit(f"--out {options.out}: name a table such as grades.csv; a folder goes beside it.")
    late = read_rule(options.due, options.late, options.extensions)
    roster = read_roster(options.roster)
    rules = Rules(read_weights(options.points), late, read_overrides(options.overrides))
    found, notes = collect(options.submissions)
    submissions = choose(tqdm(found, desc="reading", unit=" files"))
    options.out.parent.mkdir(parents=True, exist_ok=True)
    store = Store(options.out.with_suffix(""), options.seed)  # the seed is drawn after the reading
    print(f"Seed {store.seed}{' (drawn now, and kept)' if store.drawn else ''}; {store.version}")
    wanted = [s for s in submissions if s.lesson and _is(options.only, s, roster)]
    limits = Limits(
        cpu_seconds=options.cpu_seconds,
        wall_seconds=3.0 * options.cpu_seconds,
        memory_mib=options.memory,
    )
    words = _grade(wanted, store, options, limits)
    if words:
        print(words)
        notes.append(words)
    if not options.only:
        store.forget_all_but({store.key(s.digest, s.lesson) for s in submissions if s.lesson})
    pairs = reports.alike(submissions, roster) if options.similar else None
    report = reports.gather(submissions, store, roster, rules)
    reports.write(report, options.out, store, rules, options.system or "", pairs, notes)
    _say(report, options.out, store, notes)


def _grade(wanted: list[Submission], store: Store, options, limits: Limits) -> str:
    """Grade with a bar; returns what must be said of the sandbox."""
    if options.scheduler:
        from course_utils.grading.cluster import grade_on_cluster

        done = grade_on_cluster(wanted, store, options.scheduler, limits)
    else:
        done = grade_all(wanted, store, options.workers or settings.workers(), limits)
    with Sandbox(limits) as sandbox:  # started by none: it only says of what kind it would be
        words = WORDS[sandbox.kind]
    for _ in tqdm(done, total=len(wanted), desc="grading", unit=" notebooks"):
        pass
    return words


def _is(only: str | None, submission: Submission, roster: Roster) -> bool:
    if only is None:
        return True
    return only.strip().casefold() in roster.find(submission.student)[0].names()


def _say(report: reports.Report, out: Path, store: Store, notes: list[str]) -> None:
    for note in notes[:-1]:
        print(f"Note: {note}")
    flagged = sum(bool(row.flags) for row in report.rows)
    if flagged:
        print(f"{flagged} answers to look at: see class.html.")
    if report.waiting:
        print(f"Not graded yet: {len(report.waiting)}. Run again without --only.")
    print(f"{len(report.people)} students, {len(report.rows)} rows in {out}")
    print(f"Gradebook, pages and records in {store.folder}/")
