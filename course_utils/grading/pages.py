"""Feedback to read: a page for each student, and one of the class. Each is one file.

Everything that came from a student is escaped, and the pages forbid scripts altogether.
"""

from __future__ import annotations

import hashlib
import html
import re
from collections import Counter
from datetime import datetime

from course_utils.exercises import outcome as o
from course_utils.exercises.index import EXERCISES, LESSONS
from course_utils.grading.roster import Person
from course_utils.grading.rows import Row
from course_utils.grading.similarity import Pair

STATUSES = (o.CORRECT, o.CLOSE, o.INCORRECT, o.ERROR, o.NOT_ATTEMPTED, o.BROKEN)
SIGNS = dict(zip(STATUSES, "✔≈✘✘○!", strict=True))
_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; color: #1b1b1b; background: #fff; margin: 0 auto;
  max-width: 60rem; padding: 1.5rem; }
h1, h2, h3 { line-height: 1.25; } h3 { margin-bottom: .2rem; }
table { border-collapse: collapse; margin: 1rem 0; }
th, td { border: 1px solid #8a8a8a; padding: .25rem .6rem; text-align: left; }
td.n { text-align: right; font-variant-numeric: tabular-nums; }
.wide { overflow-x: auto; }
section { border-top: 1px solid #c4c4c4; padding: .4rem 0; }
.words { white-space: pre-wrap; overflow-wrap: anywhere; margin: .3rem 0; }
.quiet { color: #4a4a4a; } .status { font-weight: 600; }
.correct { color: #1d5e2a; } .wrong { color: #8f1d1d; } .open { color: #4a4a4a; }
"""


def student_page(person: Person, rows: list[Row], version: str, seed: int) -> bytes:
    """Every verdict of one student, with what to do about it."""
    lessons = sorted({row.lesson for row in rows})
    parts = [f"<h1>{_e(person.label)}</h1>", _sums(rows, lessons)]
    for lesson in lessons:
        parts.append(f"<h2>Lesson {lesson}</h2>")
        parts += [_section(row) for row in rows if row.lesson == lesson]
    # the seed itself would give away the inputs of the next round; its digest settles a dispute
    proof = hashlib.sha256(str(seed).encode()).hexdigest()[:12]
    parts.append(f'<p class="quiet">Course {_e(version)}, seed with digest {proof}.</p>')
    return _page(f"Feedback for {person.label}", parts)


def _sums(rows: list[Row], lessons: list[int]) -> str:
    lines = []
    for lesson in lessons:
        own = [row for row in rows if row.lesson == lesson]
        right = sum(row.status == o.CORRECT for row in own)
        points, possible = sum(r.points for r in own), sum(r.possible for r in own)
        lines.append(
            f'<tr><th scope="row">Lesson {lesson}</th><td class="n">{right} of {len(own)}</td>'
            f'<td class="n">{points:g} of {possible:g}</td></tr>'
        )
    return _table("", ("lesson", "correct", "points"), lines)


def _table(caption: str, titles: tuple[str, ...], lines: list[str]) -> str:
    head = "".join(f'<th scope="col">{title}</th>' for title in titles)
    words = f"<caption>{caption}</caption>" if caption else ""
    body = "".join(lines)
    table = f"<table>{words}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    name = caption or f"Table: {', '.join(titles)}"  # of what scrolls on a narrow screen
    return f'<div class="wide" role="group" tabindex="0" aria-label="{name}">{table}</div>'


def _section(row: Row) -> str:
    item = EXERCISES[row.exercise]
    kind = "correct" if row.status == o.CORRECT else "wrong"
    kind = "open" if row.status == o.NOT_ATTEMPTED else kind
    parts = [
        f"<section><h3>{_e(item.title)} <code>{_e(row.exercise)}</code></h3>",
        f'<p><span class="status {kind}">{SIGNS.get(row.status, "")} {_e(row.status)}</span>, '
        f"{row.points:g} of {row.possible:g} points</p>",
    ]
    if row.misconception:
        parts.append(f"<p>Named: {_e(row.misconception.replace('_', ' '))}</p>")
    if row.status not in (o.CORRECT, o.NOT_ATTEMPTED):
        parts.append(f'<p class="words">{_e(row.message)}</p>')
    parts += [f'<p class="quiet">{_e(remark)}</p>' for remark in row.remarks]
    if any(flag.startswith("held") for flag in row.flags):
        parts.append('<p class="quiet">An instructor will look at this answer.</p>')
    hints = item.hints[:-1]  # the last is nearly the answer
    if row.status != o.CORRECT and hints:
        items = "".join(f"<li>{_e(hint)}</li>" for hint in hints)
        parts.append(f"<details><summary>Hints for {_e(row.exercise)}</summary>")
        parts.append(f"<ol>{items}</ol></details>")
    return "".join([*parts, "</section>"])


def class_page(
    rows: list[Row],
    pairs: list[Pair] | None,
    times: dict[int, list[datetime]],
    version: str,
    seed: int,
    notes: list[str],
) -> bytes:
    """The whole class: what went well, what did not, what to look at."""
    students = len({row.person for row in rows})
    parts = ["<h1>The class</h1>", f"<p>{students} students.</p>"]
    parts += [f"<p>{_e(note)}</p>" for note in notes]
    lessons = sorted({row.lesson for row in rows if row.lesson})
    for lesson in lessons:
        parts.append(f"<h2>Lesson {lesson}</h2>")
        own = [row for row in rows if row.lesson == lesson]
        parts += [_heat_map(lesson, own), _misconceptions(own), _hand_in(times.get(lesson, []))]
    parts += [_flags(rows), _unplaced(rows), _similar(pairs)]
    parts.append(f'<p class="quiet">Course {_e(version)}, seed {seed}.</p>')
    return _page("The class", parts)


def _heat_map(lesson: int, rows: list[Row]) -> str:
    counts = Counter((row.exercise, row.status) for row in rows)
    total = max(len({row.person for row in rows}), 1)
    lines = []
    for name in LESSONS[lesson]:
        cells = "".join(_heat(counts[name, status], total, status) for status in STATUSES)
        lines.append(f'<tr><th scope="row"><code>{_e(name)}</code></th>{cells}</tr>')
    caption = "Students by exercise and verdict; the darker, the more of them"
    return _table(caption, ("exercise", *STATUSES), lines)


def _heat(count: int, total: int, status: str) -> str:
    """A cell whose tint says the share; black text stays readable on the darkest."""
    share = count / total
    hue, colour = {o.CORRECT: (140, 45), o.NOT_ATTEMPTED: (220, 8)}.get(status, (20, 70))
    tint = f' style="background: hsl({hue} {colour}% {98 - 30 * share:.0f}%)"' if count else ""
    return f'<td class="n"{tint}>{count or "·"}</td>'


def _misconceptions(rows: list[Row]) -> str:
    counts = Counter((r.exercise, r.misconception) for r in rows if r.misconception)
    if not counts:
        return "<p>No named misconception.</p>"
    most = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:15]
    lines = [
        f"<tr><td><code>{_e(name)}</code></td><td>{_e(wrong.replace('_', ' '))}</td>"
        f'<td class="n">{count}</td></tr>'
        for (name, wrong), count in most
    ]
    titles = ("exercise", "misconception", "students")
    return _table("The most common misconceptions", titles, lines)


def _hand_in(moments: list[datetime]) -> str:
    if not moments:
        return ""
    first, last = min(moments), max(moments)
    return (
        f"<p>Handed in from {first:%Y-%m-%d %H:%M} to {last:%Y-%m-%d %H:%M %Z}, "
        f"half of them by {sorted(moments)[len(moments) // 2]:%Y-%m-%d %H:%M}.</p>"
    )


def _flags(rows: list[Row]) -> str:
    lines = [
        f"<li>{_e(row.person.label)}, <code>{_e(row.exercise)}</code>: "
        f"{_e('; '.join(row.flags))}</li>"
        for row in rows
        if row.flags
    ]
    words = (
        "<h2>To look at</h2><p>Points of answers that are held are 0 until an override gives them: "
        "no exercise needs what they reach for, but some may be harmless.</p>"
    )
    return words + (f"<ul>{''.join(lines)}</ul>" if lines else "<p>Nothing.</p>")


def _unplaced(rows: list[Row]) -> str:
    lines = [
        f"<li>{_e(row.person.label)}: {_e('; '.join(row.remarks))}</li>"
        for row in rows
        if not row.lesson
    ]
    return f"<h2>No lesson found</h2><ul>{''.join(lines)}</ul>" if lines else ""


def _similar(pairs: list[Pair] | None) -> str:
    if pairs is None:
        return ""
    lines = [
        f"<tr><td>{_e(pair.first)}</td><td>{_e(pair.second)}</td>"
        f"<td><code>{_e(pair.exercise)}</code></td>"
        f'<td class="n">{pair.shared:.0%}</td></tr>'
        for pair in pairs[:200]
    ]
    if not lines:
        return "<h2>Alike</h2><p>No answers are alike beyond what the exercises force.</p>"
    words = (
        "<h2>Alike</h2><p>Answers that agree beyond what the exercise forces. Two students may "
        "well have learned together: this is a list to read, not a finding.</p>"
    )
    return words + _table("", ("student", "student", "exercise", "shared"), lines)


def page_name(person: Person) -> str:
    """A file name for a student's page: readable, safe everywhere, and theirs alone."""
    plain = re.sub(r"[^\w.-]+", "-", person.label, flags=re.ASCII).strip("-.")[:40].lower()
    digest = hashlib.sha256(f"{person.label}|{person.handed_in_as}".encode("utf-8", "replace"))
    return f"{plain or 'student'}-{digest.hexdigest()[:8]}.html"


def _page(title: str, parts: list[str]) -> bytes:
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    text = (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{_e(title)}</title><style>{_STYLE}</style></head><body><main>\n"
        + "\n".join(filter(None, parts))
        + "\n</main></body></html>\n"
    )
    return text.encode("utf-8", "replace")


def _e(text: object) -> str:
    return html.escape(str(text).replace("\0", ""))
