"""The numbers page: every claim of every lesson, what it measured now, and over five seeds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import nbformat

from course_utils import places
from docs.site.lesson_pages import address

# as course_utils.exercises.boxes writes a claim
CLAIM = re.compile(
    r"^\S (holds|does not hold in this run): (.*?)"
    r"(?:\n  Measured: (.*?))?(?:\n  You predicted.*)?$",
    re.DOTALL,
)
HEAD = """# What the course measured

Every sentence about an experiment in the five lessons is a *claim*: it stands beside the number
that was just measured, and the lesson fails if the number does not bear it out. This page has all
of them, as they were when these pages were built: pace `{pace}`, seed {seed}, one thread. Each
leads to its place in the lesson, where the code is.

The **spread** is what the same claim measured with the seeds 0 to 4, by `make calibrate`{spreads}.
Where no spread is given, the sentence has changed since, or does not depend on chance. Why each
threshold stands where it does: `benchmarks/calibration.md`.

## What the lessons took

On the machine that built these pages, with one thread each, other work beside it not excluded.

| lesson | seconds | CPU seconds | most memory (MB) |
|---|---|---|---|
{costs}
"""


@dataclass(frozen=True)
class Claim:
    """One claim as a lesson made it: where, what, whether it held, and the number."""

    cell: str
    text: str
    holds: bool
    measured: str


def claims(executed: nbformat.NotebookNode) -> Iterator[Claim]:
    """The claims of an executed lesson, in order."""
    for cell in executed.cells:
        for output in cell.get("outputs", []):
            if found := CLAIM.match(output.get("data", {}).get("text/plain", "")):
                yield Claim(cell.id, found[2], found[1] == "holds", found[3] or "")


def spreads(path: Path) -> dict[str, list[str]]:
    """By claim: what ``make calibrate`` measured for each seed; the table it wrote is read."""
    found = {}
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if len(cells) > 2 and not cells[0].startswith("---") and cells[0] != "claim":
            found[_plain(cells[0])] = cells[1:]
    return found


def write(lessons: Sequence[nbformat.NotebookNode], names: Sequence[str], pace: str) -> str:
    """The page as Markdown."""
    quick, standard = (
        spreads(places.ROOT / "benchmarks" / f"claims-{each}.md") for each in ("quick", "standard")
    )
    known, said = (quick, " at pace `quick`") if pace == "quick" else (quick | standard, (
        "; of lessons 1 and 3, which train nothing, and of what is newer, at pace `quick`"
    ))  # fmt: skip
    costs = "\n".join(
        f"| {name[:2].lstrip('0')} | {spent['seconds']:.0f} | {spent['cpu_seconds']:.0f} "
        f"| {spent['peak_mb']:,.0f} |"
        for name, spent in zip(names, (lesson.metadata["spent"] for lesson in lessons), strict=True)
    )
    seed = lessons[0].metadata["seed"] if lessons else 0
    bodies = "".join(
        _rows(lesson, name, known) for lesson, name in zip(lessons, names, strict=True)
    )
    ways = " · ".join(
        f'<a href="#claims-{int(name[:2])}">lesson {int(name[:2])}</a>' for name in names
    )
    head = "<tr><th>claim</th><th>measured</th><th>seeds 0 to 4</th></tr>"
    return HEAD.format(pace=pace, seed=seed, spreads=said, costs=costs) + (
        f"\n## The claims\n\n```{{raw}} html\n<p>{ways}</p>"
        '<div class="course-wide text_html" tabindex="0" role="region" aria-label="Claims">'
        f'<table class="table course-numbers"><thead>{head}</thead>{bodies}</table></div>\n```\n'
    )


def _rows(executed: nbformat.NotebookNode, name: str, known: dict[str, list[str]]) -> str:
    """The part of the table that is one lesson's, under its title."""
    number, rows = int(name[:2]), []
    title = executed.cells[0].source.partition("\n")[0].lstrip("# ")
    for claim in claims(executed):
        place = f"../notebooks/{name}.html#{address(number, claim.cell)}"
        spread = known.get(_plain(claim.text), [])
        rows.append(
            f"<tr><td>{_html(claim.text)} <a href=\"{place}\">where</a></td>"
            f"<td>{'' if claim.holds else '<strong>does not hold</strong>: '}"
            f"{_html(claim.measured)}</td><td>{_spread(spread)}</td></tr>"
        )  # fmt: skip
    return (
        f'<tbody><tr><th colspan="3" scope="rowgroup" id="claims-{number}">{_html(title)}: '
        f"{len(rows)} claims</th></tr>{''.join(rows)}</tbody>"
    )


def _spread(values: list[str]) -> str:
    if not values:
        return "–"
    different = dict.fromkeys(values)
    if len(different) == 1:
        return f"each time {_html(values[0])}"
    return "<br>".join(f"{seed}: {_html(value)}" for seed, value in enumerate(values))


def _plain(text: str) -> str:
    """What two ways of writing down the same claim share."""
    return re.sub(r"[\s\\$`*|]+", " ", text).strip()


def _html(text: str) -> str:
    from course_utils.exercises.boxes import rich

    return rich(" ".join(text.replace("\\|", "|").split()))
