"""``python -m course_utils sweep``: many settings, objectives and seeds, here or on a cluster.

Every case is one training; its row goes to a CSV file the moment it is finished. The same command
again goes on where it was stopped.
"""

from __future__ import annotations

import argparse
import io
import signal
import sys
import textwrap
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from course_utils import durable, settings
from course_utils.cli.sweep import plans, report, rows
from course_utils.cli.sweep.executing import DaskCluster, LocalPool, Outcome, Place, outcomes
from course_utils.cli.sweep.space import DATA, OBJECTIVES, SETTINGS, SweepError, text

SUCCESS = {"ring": ("w1=0.5,0.3,1", False), "mnist": ("classifier_score=5,3,7,9", True)}
SUCCESS["fashion_mnist"] = SUCCESS["mnist"]
EXAMPLES = """
examples:
  a grid         --data ring --objectives gan,wgan_gp --seeds 0-4 \\
                 --vary lr=1e-4,1e-3 --vary n_critic=1,5
  random ranges  --data mnist --random 50 --vary lr=1e-4..1e-2 --vary batch_size=32..256
  random architectures, each tried with two objectives, as in Table 2 of Gulrajani et al. (2017)
                 --data mnist --random 200 --objectives gan,wgan_gp --vary lr=1e-3
  on a cluster   the same, with --scheduler tcp://host:8786
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = _settings_table() + EXAMPLES
    add = parser.add_argument
    add("--data", choices=DATA, default="mnist", help="default: mnist; ring: points in the plane")
    add("--objectives", default="gan,wgan_gp", help=f"of {', '.join(OBJECTIVES)}")
    add("--seeds", default="0", help="as in 0-4 or 0,2,5-7")
    add(
        "--vary", action="append", default=[], metavar="NAME=VALUES",
        help="values, as in lr=1e-4,1e-3; one value fixes a setting; repeat for more settings",
    )  # fmt: skip
    add(
        "--random", type=int, metavar="N",
        help="try N random settings, from the values and the ranges (lr=1e-4..1e-2) of --vary; if "
        "none has a choice there, from the table of random architectures below",
    )  # fmt: skip
    add("--sample-seed", type=int, help="what --random draws from (default: COURSE_SEED)")
    success = parser.add_mutually_exclusive_group()
    for way in ("above", "below"):
        success.add_argument(
            f"--success-{way}", metavar="MEASURE=THRESHOLDS",
            help="the first threshold decides, the others are compared with it"
            if way == "above" else "likewise, for measures of which less is better",
        )  # fmt: skip
    add("--out", type=Path, default=Path("build/sweep.csv"), help="default: build/sweep.csv")
    add("--workers", type=int, help="processes on this machine (default: COURSE_WORKERS)")
    add("--scheduler", metavar="ADDRESS", help="run on the workers of this Dask scheduler instead")
    add("--dry-run", action="store_true", help="only say which cases there are")


def _settings_table() -> str:
    lines = ["settings for --vary, their defaults, and the table of random architectures:"]
    for name, setting in SETTINGS.items():
        default = setting.default
        if isinstance(default, dict):
            default = f"{default['points']} (ring), {default['images']} (images)"
        drawn = f"; at random {', '.join(setting.drawn)}" if setting.drawn else ""
        lines.append(f"  {name:18} {setting.meaning}; default {default}{drawn}")
    measures = [f"  {name:18} {meaning}" for name, (meaning, _) in rows.MEASURES.items()]
    return "\n".join([*lines, "", "measures for success:", *measures]) + "\n"


def run(options: argparse.Namespace) -> None:
    """Do what the options say; leaves with a message, not a traceback, when they cannot be met."""
    try:
        plan, judge = _plan(options), _criterion(options)
        if options.dry_run:
            print(_listed(plan))
            return
        place = _place(options)
        from course_utils.cli.sweep.cases import run_case
        from course_utils.datasets import DataError

        try:
            with _stopped_by_sigterm():
                found = sweep(plan, judge, options.out, place, run_case)
        except DataError as error:
            raise SweepError(str(error)) from None
    except (SweepError, OSError) as error:  # OSError: a full disk, a folder that is not ours
        sys.exit(f"sweep: {error}")
    except KeyboardInterrupt:
        print(
            f"\nStopped. What was finished is in {options.out}; the same command again goes on "
            "from there.",
            file=sys.stderr,
        )
        sys.exit(130)
    print(report.summary(plan, found, judge))
    print(f"\nrows: {options.out}\npicture: {draw(plan, found, judge, options.out)}")


@contextmanager
def _stopped_by_sigterm() -> Iterator[None]:
    """How schedulers and shut-downs ask a process to end stops a sweep as Ctrl-C does."""

    def stop(*_):
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def sweep(
    plan: plans.Plan,
    judge: rows.Criterion,
    path: Path,
    place: Place,
    function: Callable[[plans.Case], Outcome],
) -> dict[str, rows.Row]:
    """Run what is not in the file yet; every row of the sweep, by case."""
    with rows.Table(path, plan, judge) as table:
        left = [case for case in plan.cases if case.id not in table.rows]
        if table.repaired:
            _tell(f"The last line of {path} was cut short; its case is run again.")
        if table.rows:
            _tell(f"{len(table.rows)} of {len(plan.cases)} cases are in {path} already.")
        with closing(outcomes(left, function, place)) as finished:
            for case, outcome in finished:
                row = table.add(case, outcome)
                _tell(f"[{len(table.rows)}/{len(plan.cases)}] {_one_line(plan, row)}")
        return dict(table.rows)


def draw(plan: plans.Plan, found: dict, judge: rows.Criterion, path: Path) -> Path:
    """The picture, beside the table."""
    from course_utils.plots.style import use_course_style
    from course_utils.plots.sweep_figures import success_rates

    use_course_style()
    picture = Path(path).with_suffix(".png")
    by_objective = report.rates(plan, found, judge)
    fig = success_rates(
        by_objective,
        title=report.finding(by_objective),
        measure=rows.MEASURES[judge.measure][0],
        threshold=judge.thresholds[0],
        above=judge.above,
    )
    drawn = io.BytesIO()
    fig.savefig(drawn, dpi=144, metadata={"Description": report.summary(plan, found, judge)})
    durable.write_whole(picture, drawn.getvalue())
    return picture


def _plan(options) -> plans.Plan:
    chosen = plans.vary(options.vary)
    if options.random is None:
        choices = plans.grid(chosen)
    elif options.random < 1:
        raise SweepError(f"--random {options.random}: draw at least one.")
    else:
        seed = settings.seed() if options.sample_seed is None else options.sample_seed
        choices = plans.sample(chosen, options.random, seed)
    names = list(dict.fromkeys(options.objectives.split(",")))
    return plans.plan(options.data, names, plans.seeds(options.seeds), choices)


def _criterion(options) -> rows.Criterion:
    written, above = SUCCESS[options.data]
    if options.success_above:
        written, above = options.success_above, True
    elif options.success_below:
        written, above = options.success_below, False
    return rows.criterion(written, above=above, data=options.data)


def _place(options) -> Place:
    if options.scheduler:
        return DaskCluster(options.scheduler)
    workers = settings.workers() if options.workers is None else options.workers
    if workers < 1:
        raise SweepError(f"--workers {workers}: at least one has to do the work.")
    return LocalPool(workers)


def _listed(plan: plans.Plan) -> str:
    lines = [f"{len(plan.cases)} cases, {len(plan.trials)} trials of each objective"]
    for case in plan.cases:
        varied = " ".join(f"{name}={text(case.settings[name])}" for name in plan.varied)
        lines.append(f"{case.id}  {case.objective}  seed {case.seed}  {varied}".rstrip())
    return "\n".join(lines)


def _one_line(plan: plans.Plan, row: rows.Row) -> str:
    settings_told = [f"{name}={row[name]}" for name in plan.varied if row[name]]
    told = [row["objective"], f"seed {row['seed']}", *settings_told]
    if row["error"]:
        what = textwrap.shorten(row["error"], 60)
    else:
        named = [name for name in rows.MEASURES if row[name]]
        what = ", ".join(f"{name} {float(row[name]):.3g}" for name in named)
        what += "; success" if row["success"] == "1" else ""
    return f"{' '.join(told)}: {what}"


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
