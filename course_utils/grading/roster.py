"""Who is in the class: names and ids from the learning platform's own download."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path

from course_utils.grading.csv_input import read_table

_CANVAS_NAME = "Student"
_MOODLE_FIRST, _MOODLE_LAST = ("First name",), ("Last name", "Surname")
_MOODLE_EMAIL, _MOODLE_ID = ("Email address", "Email"), ("ID number", "Identifier", "Username")
_CANVAS_IDS = ("ID", "SIS User ID", "SIS Login ID")


class BadRoster(ValueError):
    """A roster that cannot be read; the text says what it needs."""


@dataclass(frozen=True)
class Person:
    """One student.

    Attributes
    ----------
    name : str
        As outputs show it.
    handed_in_as : str
        The name of their folder or file; "" if they handed nothing in.
    fields : dict of str to str
        The roster's own columns.
    apart : str
        An id, where the roster has another student of the same name.
    """

    name: str
    handed_in_as: str = ""
    fields: dict[str, str] = field(default_factory=dict, compare=False, hash=False)
    apart: str = ""

    @property
    def label(self) -> str:
        """The name, with what tells this student from a namesake."""
        return f"{self.name} ({self.apart})" if self.apart else self.name

    def names(self) -> list[str]:
        """Everything this student may be called in another file, in lower case."""
        names = (self.name, self.label, self.handed_in_as, *self.ids())
        return [name.strip().casefold() for name in names if name]

    def ids(self) -> list[str]:
        """Logins, addresses and numbers of the roster."""
        keys = (*reversed(_CANVAS_IDS), *_MOODLE_EMAIL, *_MOODLE_ID)
        return [self.fields[key] for key in keys if self.fields.get(key)]


@dataclass
class Roster:
    """All students of a class, and whose a folder or file is."""

    people: list[Person] = field(default_factory=list)

    def find(self, handed_in_as: str) -> tuple[Person, str]:
        """The person a folder or file name belongs to, and a remark if that is not sure."""
        unknown = Person(handed_in_as, handed_in_as)
        if not self.people:
            return unknown, ""
        wanted = _tokens(handed_in_as)
        scored = [(_score(person, handed_in_as, wanted), person) for person in self.people]
        best = max(score for score, _ in scored)
        found = [person for score, person in scored if score == best]
        if best == 0:
            return unknown, "not on the roster"
        if len(found) > 1:
            return unknown, f"{len(found)} students of the roster are called like this"
        person = found[0]
        return replace(person, handed_in_as=handed_in_as), ""


def read_roster(path: Path | None) -> Roster:
    """From the CSV file of Canvas's gradebook or Moodle's participants, or with a column name."""
    if path is None:
        return Roster()
    columns, rows = read_table(path)
    people = [person for row in rows if (person := _person(row, columns)) is not None]
    if not people:
        raise BadRoster(
            f"{path} names no students: it needs the column Student (Canvas), First name and "
            "Last name (Moodle), or name."
        )
    counts = Counter(person.name for person in people)
    return Roster(
        [
            replace(person, apart=(person.ids() or [f"no. {number}"])[0])
            if counts[person.name] > 1
            else person
            for number, person in enumerate(people, 1)
        ]
    )


def _person(row: dict, columns: list[str]) -> Person | None:
    fields = {key: (row.get(key) or "").strip() for key in columns if key}
    name = fields.get(_CANVAS_NAME) or fields.get("name") or fields.get("Name") or ""
    if not name:
        name = " ".join(filter(None, (_first(fields, _MOODLE_FIRST), _first(fields, _MOODLE_LAST))))
    if not name or name.startswith(("Points Possible", "Student, Test")):
        return None
    return Person(name, "", fields)


def _first(fields: dict[str, str], names: tuple[str, ...]) -> str:
    return next((fields[name] for name in names if fields.get(name)), "")


def _score(person: Person, handed_in_as: str, wanted: set[str]) -> int:
    """2 for an id, login or address in the name, 1 for the whole name in any order."""
    whole = handed_in_as.casefold()
    ids = [name.casefold() for name in person.ids()]
    if any(i == whole or (len(i) > 2 and i in _parts(handed_in_as)) for i in ids):
        return 2
    mine = _tokens(person.name)
    return int(bool(mine) and (mine <= wanted or bool(_run(person.name) & wanted)))


def _run(name: str) -> set[str]:
    """Canvas writes "Doe, Jane" as "doejane": both orders, in one word."""
    words = [word for word in re.split(r"[^\w]+", _plain(name)) if word]
    return {"".join(words), "".join(reversed(words))}


def _parts(text: str) -> set[str]:
    return set(re.split(r"[\s_]+", text.casefold()))


def _tokens(text: str) -> set[str]:
    return {word for word in re.split(r"[\W_]+", _plain(text)) if word}


def _plain(text: str) -> str:
    """Lower case without accents, whatever form of Unicode a file system gave it."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))
