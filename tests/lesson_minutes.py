"""How long a lesson takes, section by section: reading by its words, doing by what there is to do.

``python tests/lesson_minutes.py`` prints the minutes of every section, and with ``--write`` puts
them into the titles. What stands under a title that says *deeper* lies beside the core path: a
section, or a part of one under a title of its own (``### … · deeper, 5 min``).

Reading is measured: 200 words a minute, a formula on a line of its own for ten words, a line of
code to read for six. Doing cannot be measured without students, so it is set, here and only here.
"""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path

import nbformat

from course_utils.exercises import EXERCISES
from course_utils.quiz.bank import bank

WORDS_PER_MINUTE, FORMULA, CODE_LINE = 200, 10, 6
EXERCISE, ENTRY, PROOF_LINE, GUESS, PANEL, FIGURE, CLAIM = 4.0, 0.75, 0.5, 0.5, 3.0, 0.5, 0.2
QUESTION = 0.75
LONGER = {"beat_the_planner": 6.0, "concept_map": 0.0, "gan_game": 5.0, "blind_ranking": 4.0}
CORE = (75, 90)  # minutes that the core path of a lesson may take
TITLE = re.compile(
    r"^(?P<level>##|###(?=.* · deeper, )) (?P<name>.*?)"
    r"(?: · (?P<deeper>deeper, )?(?P<minutes>\d+) min)?$"
)
BEFORE = ("What you will be able to do", "Reading")  # not part of the sitting


@dataclass
class Section:
    """One section of a lesson, or a part of one that lies deeper.

    Attributes
    ----------
    level : str
        ``##``, or ``###`` for a part.
    title : str
        As it stands in the notebook, number included, without the time.
    cell : str
        The id of the cell that begins it.
    stated : int or None
        The minutes in its title.
    deeper : bool
        Whether it lies beside the core path.
    reading, doing : float
        Minutes.
    """

    level: str
    title: str
    cell: str
    stated: int | None
    deeper: bool
    reading: float = 0.0
    doing: float = 0.0

    @property
    def minutes(self) -> int:
        """Reading and doing, rounded."""
        return max(1, round(self.reading + self.doing))

    @property
    def heading(self) -> str:
        """The title line as it should be."""
        return f"{self.level} {self.title} · {'deeper, ' if self.deeper else ''}{self.minutes} min"


def sections(path: Path) -> list[Section]:
    """The sections of a notebook, measured."""
    found: list[Section] = []
    for cell in nbformat.read(path, 4).cells:
        if cell.cell_type == "markdown":
            first = TITLE.match(cell.source.partition("\n")[0])
            if first and first["name"] not in BEFORE:
                level, name, deeper, minutes = first.group("level", "name", "deeper", "minutes")
                stated = int(minutes) if minutes else None
                found.append(Section(level, name, cell.id, stated, bool(deeper)))
            if found:
                found[-1].reading += reading(cell.source)
        elif found and "solution" not in cell.metadata.get("tags", []):
            lines = [line for line in cell.source.splitlines() if line.strip()]
            found[-1].doing += doing(cell.source)
            if "@exercise" not in cell.source and "answers(" not in cell.source:
                found[-1].reading += len(lines) * CODE_LINE / WORDS_PER_MINUTE
    return found


def reading(markdown: str) -> float:
    """Minutes to read a text."""
    text, formulas = re.subn(r"\$\$.*?\$\$", " ", markdown, flags=re.DOTALL)
    text = re.sub(r"\$[^$]*\$", "formula", text)
    text = re.sub(r"\]\([^)]*\)", "]", text)
    return (len(re.findall(r"\w[\w'’-]*", text)) + FORMULA * formulas) / WORDS_PER_MINUTE


def doing(source: str) -> float:
    """Minutes to do what a code cell asks for."""
    minutes = EXERCISE * len(re.findall(r"^@exercise", source, re.MULTILINE))
    for name in re.findall(r"""answers\(\s*["'](\w+)""", source):
        minutes += ENTRY * len(EXERCISES[name].entries)
    for name in re.findall(r"""derivation\(\s*["'](\w+)""", source):
        proof = EXERCISES[name]
        lines = " ".join(step.text for step in proof.shuffled)
        minutes += PROOF_LINE * len(proof.shuffled) + reading(lines)
    for name in re.findall(r"widgets\.(\w+)\(", source):
        minutes += LONGER.get(name, PANEL)
    for name in re.findall(r"""quiz\.self_check\(["'](\w+)""", source):
        minutes += QUESTION * len(bank(name).QUESTIONS)
    minutes += GUESS * len(re.findall(r"\bpredict\(", source))
    minutes += FIGURE * len(re.findall(r"\bshow\(", source))
    minutes += CLAIM * len(re.findall(r"\bclaim\(", source))
    return minutes


def write(path: Path) -> None:
    """Put the measured minutes into the titles of a notebook."""
    text = path.read_text(encoding="utf-8")
    for section in sections(path):
        time = r"(?: · (?:deeper, )?\d+ min)?"
        title, heading = (
            json.dumps(line, ensure_ascii=False)[1:-1]  # as the file has it, backslashes doubled
            for line in (f"{section.level} {section.title}", section.heading)
        )
        old = re.compile(f'"{re.escape(title)}{time}' + r'(\\n)?"')
        text = old.sub(lambda found, new=heading: f'"{new}{found[1] or ""}"', text)
    path.write_text(text, encoding="utf-8")


def main() -> None:
    for path in sorted(Path("notebooks").glob("*.ipynb")):
        if "--write" in sys.argv and any(s.stated is not None for s in sections(path)):
            write(path)
        measured = sections(path)
        for section in measured:
            print(
                f"{section.heading:75} {section.reading:5.1f} {section.doing:5.1f}"
                f"{'' if section.stated == section.minutes else '   not as stated'}"
            )
        core = sum(section.minutes for section in measured if not section.deeper)
        print(f"{path.name}: core {core}, deeper {sum(s.minutes for s in measured) - core}\n")


if __name__ == "__main__":
    main()
