"""How a verdict looks: a coloured box with an icon and a word, and the same in plain text.

Every colour is given with the colour of its text, code and table cells included, and follows the
notebook's theme. Student text is always escaped.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, replace

from course_utils.exercises import outcome as o
from course_utils.exercises.convert import exact_text
from course_utils.exercises.outcome import EntryVerdict, Outcome
from course_utils.exercises.precision import ASKED
from course_utils.exercises.release_mark import holds_back
from course_utils.theme import EDGE, INK, PAPER, shade, tint

PRINTED = "Printed by your function, in one of the calls of the check"
PLAIN = "mathjax_ignore tex2jax_ignore"  # no formula is looked for in what students wrote


@dataclass(frozen=True)
class Look:
    """Icon, word and hue of one status."""

    icon: str
    word: str
    hue: str

    @property
    def background(self) -> str:
        return tint(self.hue)

    @property
    def edge(self) -> str:
        return shade(self.hue)


LOOKS = {
    o.CORRECT: Look("✔", "correct", "#25873f"),
    o.INCORRECT: Look("✘", "incorrect", "#c22a22"),
    o.CLOSE: Look("≈", "close", "#a85a00"),
    o.NOT_ATTEMPTED: Look("○", "not attempted", "#5a6b80"),
    o.ERROR: Look("⚠", "error", "#a85a00"),
    o.BROKEN: Look("⚙", "broken check", "#7a35b5"),
}
CODE_STYLE = f"color:{INK};background:transparent;padding:0;font-family:monospace;font-size:0.95em"
CELL_STYLE = (
    f"color:{INK};background:{PAPER};text-align:left;padding:3px 10px;border:1px solid {EDGE}"
)


@dataclass(frozen=True)
class Bundle:
    """One output in two forms."""

    html: str
    text: str


def _escaped(text: str) -> str:
    """HTML that shows `text`, also that of a str class with ideas of its own about replacing."""
    return html.escape(exact_text(text))


def rich(text: str) -> str:
    """Escaped text with `code` in backticks set as code."""
    escaped = _escaped(text)
    return re.sub(r"`([^`\n]+)`", rf'<code style="{CODE_STYLE}">\1</code>', escaped)


def box(look: Look, heading: str, body: str) -> str:
    """A box that announces itself to assistive technology; `heading` and `body` are HTML."""
    return (
        f'<div role="status" style="color:{INK};background:{look.background};'
        f"border:1px solid {look.edge};border-left:6px solid {look.edge};border-radius:4px;"
        f'padding:8px 12px;margin:4px 0;max-width:60em;line-height:1.45">'
        f'<div style="color:{look.edge};font-weight:bold">'
        f'<span aria-hidden="true">{look.icon}</span> {heading}</div>{body}</div>'
    )


def paragraph(content: str, *, plain: bool = True) -> str:
    """A paragraph of HTML content that keeps its line breaks."""
    ignore = f' class="{PLAIN}"' if plain else ""
    return f'<div{ignore} style="color:{INK};white-space:pre-wrap;margin-top:4px">{content}</div>'


def verdict(item, outcome: Outcome, bound: str, note: str = "") -> Bundle:
    """The box for one evaluation.

    Parameters
    ----------
    item : Exercise, Table or Derivation
        What was asked.
    outcome : Outcome
        What came of it.
    bound : str
        A line that says which function or numbers the notebook goes on with.
    note : str
        A remark on the saving of progress.
    """
    look = LOOKS[outcome.status]
    if _unfinished(outcome):  # what is there is right: nothing to be red about
        look = replace(LOOKS[o.NOT_ATTEMPTED], word="not finished")
    heading = f"{look.word}: {_escaped(item.title)}"
    message = "" if outcome.entries else outcome.message
    parts = [paragraph(rich(message))] if message and outcome.status != o.CORRECT else []
    if outcome.entries:
        parts += [paragraph(rich(outcome.message.split("\n")[0])), entry_table(outcome.entries)]
        if outcome.status != o.CORRECT and any(entry.numeric for entry in outcome.entries):
            parts.append(paragraph(rich(ASKED)))
    parts += [paragraph(rich(line)) for line in (bound, note) if line]
    if outcome.output.strip():
        parts.append(_printed(outcome.output))
    if outcome.status in (o.INCORRECT, o.CLOSE, o.NOT_ATTEMPTED, o.ERROR):
        held = holds_back(item.lesson)  # in a release the last hint, nearly the answer, goes too
        parts.append(hints(item.hints[:-1] if held else item.hints, item.id, solution=not held))
    return Bundle(box(look, heading, "".join(parts)), _verdict_text(item, outcome, bound, note))


def _unfinished(outcome: Outcome) -> bool:
    """Whether some cells of a table are blank and no other is wrong."""
    found = {entry.status for entry in outcome.entries}
    return o.NOT_ATTEMPTED in found and o.INCORRECT not in found and len(found) > 1


def remark(text: str) -> Bundle:
    """The box for what could not be judged at all: one sentence."""
    look = LOOKS[o.NOT_ATTEMPTED]
    body = paragraph(rich(text))
    return Bundle(box(look, "not judged", body), f"{look.icon} not judged: {text}")


def waiting(item) -> Bundle:
    """The box for a check that has not ended after a few seconds."""
    look = LOOKS[o.NOT_ATTEMPTED]
    text = (
        f"The check of `{item.id}` has not ended yet. If your code has a loop that does not end, "
        "stop it: the ■ button above the notebook, or Esc and then I twice (Ctrl-C in a terminal)."
    )
    return Bundle(
        box(look, f"still running: {_escaped(item.title)}", paragraph(rich(text))),
        f"{look.icon} still running: {item.title}\n{text}",
    )


def stopped(item, bound: str) -> Bundle:
    """The box for a check that the student has stopped."""
    look = LOOKS[o.NOT_ATTEMPTED]
    text = f"You stopped the check before it had ended, so there is no verdict. {bound}"
    return Bundle(
        box(look, f"stopped: {_escaped(item.title)}", paragraph(rich(text))),
        f"{look.icon} stopped: {item.title}\n{text}",
    )


def _verdict_text(item, outcome: Outcome, bound: str, note: str) -> str:
    look = LOOKS[outcome.status]
    word = "not finished" if _unfinished(outcome) else look.word
    lines = [f"{look.icon} {word}: {item.title}"]
    if outcome.status != o.CORRECT or outcome.entries:
        lines.append(outcome.message)
    lines += [line for line in (bound, note) if line]
    if outcome.output.strip():
        lines += [f"{PRINTED}:", outcome.output.rstrip()]
    return "\n".join(lines)


def hints(texts: tuple[str, ...], name: str, *, solution: bool = True) -> str:
    """Hints that open one inside the other, the way to the solution innermost."""
    inner = (
        f"<div>The hidden cell under this one, <code style='{CODE_STYLE}'>%%solution "
        f"{_escaped(name)}</code>, holds a solution: click on its “…” to read it.</div>"
    )
    inner = _details("Solution", inner) if solution else ""
    for number, text in reversed(list(enumerate(texts, start=1))):
        inner = _details(
            f"Hint {number} of {len(texts)}", paragraph(rich(text), plain=False) + inner
        )
    return inner


def _details(summary: str, content: str, *, opened: bool = False) -> str:
    return (
        f'<details{" open" * opened} style="color:{INK};margin-top:6px">'
        f'<summary style="color:{INK};cursor:pointer">{summary}</summary>'
        f'<div style="margin-left:1em">{content}</div></details>'
    )


def _printed(text: str) -> str:
    style = f"{CODE_STYLE};white-space:pre-wrap;max-height:14em;overflow:auto;margin:4px 0"
    content = f'<pre class="{PLAIN}" style="{style}">{_escaped(text)}</pre>'
    return _details(PRINTED, content)


def table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """A small table; the cells are HTML."""
    top = "".join(f'<th scope="col" style="{CELL_STYLE}">{cell}</th>' for cell in head)
    body = "".join(
        f'<tr style="background:{PAPER}">'
        + "".join(f'<td style="{CELL_STYLE}">{cell}</td>' for cell in row)
        + "</tr>"
        for row in rows
    )
    return (
        f'<table style="border-collapse:collapse;margin:6px 0;color:{INK}">'
        f"<thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"
    )


def entry_table(entries: tuple[EntryVerdict, ...]) -> str:
    """One row for each cell of an answer table."""
    rows: list[tuple[str, ...]] = []
    for entry in entries:
        look = LOOKS[entry.status]
        mark = (
            f'<span style="color:{look.edge};font-weight:bold">'
            f'<span aria-hidden="true">{look.icon}</span> {look.word}</span>'
        )
        rows.append((rich(entry.label), mark, rich(entry.message)))
    return f'<div class="{PLAIN}">{table(("entry", "verdict", "what to look at"), rows)}</div>'


def prediction(question: str, asked: str, guess: str, note: str = "") -> Bundle:
    """A question asked before its answer is shown, and what the student commits to ("" if not)."""
    base = LOOKS[o.NOT_ATTEMPTED]
    if guess:
        heading, line = "your prediction", f"You say: {guess}. What follows shows both."
    else:
        heading = "predict first"
        line = f"Put {asked} in place of the `...` and run the cell; or go on without."
    look = Look("✎", heading, base.hue)
    parts = [question, line, *([note] if note else [])]
    body = "".join(paragraph(rich(part), plain=False) for part in parts)
    return Bundle(box(look, heading, body), "\n".join([f"{look.icon} {heading}:", *parts]))


def claim(text: str, holds: bool, measured: str, guess: str = "") -> Bundle:
    """A statement beside what was measured, and what was predicted, if anything."""
    base = LOOKS[o.CORRECT if holds else o.INCORRECT]
    word = "holds" if holds else "does not hold in this run"
    look = Look(base.icon, word, base.hue)
    figure = f"Measured: {measured}" if measured else ""
    said = [line for line in (figure, f"You predicted: {guess}" if guess else "") if line]
    body = paragraph(rich(text), plain=False) + "".join(paragraph(rich(line)) for line in said)
    lines = [f"{look.icon} {word}: {text}", *(f"  {line}" for line in said)]
    return Bundle(box(look, word, body), "\n".join(lines))


def progress(lessons: list[tuple[str, list[tuple[str, str, str]]]], note: str) -> Bundle:
    """What is done, lesson by lesson; the first unfinished one stands open.

    Parameters
    ----------
    lessons : list of (title, rows)
        A row holds an exercise, its state and the number of attempts.
    note : str
        A remark on the reading of the file.
    """
    parts = [paragraph(rich(note))] if note else []
    text = [note] if note else []
    unfinished = next((title for title, _ in lessons if "next" in title), "")
    for title, rows in lessons:
        cells = table(("exercise", "state", "attempts"), [tuple(map(rich, row)) for row in rows])
        parts.append(_details(rich(title), cells, opened=title == unfinished))
        text += [title, *(f"  {row[0]:32} {row[1]:14} {row[2]}".rstrip() for row in rows)]
    frame = (
        f'<div style="color:{INK};background:{tint(INK, 3)};border:1px solid {EDGE};'
        f'border-radius:4px;padding:8px 12px;max-width:60em">{"".join(parts)}</div>'
    )
    return Bundle(frame, "\n".join(text))
