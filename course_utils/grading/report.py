"""Write every output from what is stored: the same bytes, whenever and in whatever order."""

from __future__ import annotations

import ast
import csv
import io
from collections import Counter
from datetime import UTC
from pathlib import Path

from course_utils.grading import csv_files, pages
from course_utils.grading.course import FUNCTION, kind_of
from course_utils.grading.extract import PRESENT, extract
from course_utils.grading.notebooks import read_notebook
from course_utils.grading.roster import Person, Roster
from course_utils.grading.rows import Report, Row, Rules, missing, rows_of
from course_utils.grading.similarity import Pair, runs, similar_pairs
from course_utils.grading.store import Store, write_atomically
from course_utils.grading.submissions import Submission


def gather(submissions: list[Submission], store: Store, roster: Roster, rules: Rules) -> Report:
    """The rows of everybody: who handed in, and who of the roster did not."""
    report = Report(lessons=sorted({s.lesson for s in submissions if s.lesson}))
    handed: dict[Person, dict[int, tuple[Submission, list[dict]]]] = {}
    for submission in submissions:
        person, remark = roster.find(submission.student)
        own = handed.setdefault(person, {})
        remarks = [remark] if remark and not own else []
        if submission.lesson is None:
            remarks = [*remarks, *submission.remarks]
            report.rows.append(Row(person, 0, "", "", "", "", 0.0, 0.0, 0, remarks))
            continue
        verdicts = store.load(store.key(submission.digest, submission.lesson))
        if verdicts is None:
            report.waiting.add((person, submission.lesson))
            continue
        submission.remarks[:0] = remarks
        own[submission.lesson] = submission, verdicts
        if submission.handed_in is not None:
            moment, zone = submission.handed_in, rules.late.zone or UTC
            moment = moment if moment.tzinfo else moment.replace(tzinfo=zone)
            report.times.setdefault(submission.lesson, []).append(moment.astimezone(zone))
    names = Counter(person.label for person in handed)
    for person, own in handed.items():
        if names[person.label] > 1 and roster.people and own:
            first = own[min(own)][0]
            first.remarks.insert(0, f"{names[person.label]} folders are called like this student")
    absent = [person for person in roster.people if person.label not in names]
    report.people = sorted([*handed, *absent], key=lambda p: (p.label.casefold(), p.handed_in_as))
    for person in report.people:
        for lesson in report.lessons:
            submission, verdicts = handed.get(person, {}).get(lesson, (None, None))
            if submission is None and (not roster.people or (person, lesson) in report.waiting):
                continue
            verdicts = missing(lesson) if submission is None else verdicts
            report.rows += rows_of(person, lesson, submission, verdicts, rules)
    order = {person: number for number, person in enumerate(report.people)}
    report.rows.sort(key=lambda row: (order[row.person], row.lesson))
    return report


def write(
    report: Report,
    out: Path,
    store: Store,
    rules: Rules,
    system: str,
    pairs: list[Pair] | None,
    notes: list[str],
) -> None:
    """``grades.csv`` at `out`, and everything else in the store's folder."""
    version, seed = store.version, store.seed
    write_atomically(out, csv_files.grades(report.rows, version, seed))
    made_by = version, seed
    book = csv_files.gradebook(report, rules, system, made_by)
    write_atomically(store.folder / "gradebook.csv", book)
    folder = store.folder / "students"
    folder.mkdir(exist_ok=True)
    by_person: dict[Person, list[Row]] = {}
    for row in report.rows:
        by_person.setdefault(row.person, []).append(row)
    names = {pages.page_name(person) for person, _ in report.waiting}  # an earlier page stays
    for person, rows in by_person.items():
        name = pages.page_name(person)
        names.add(name)
        own = [row for row in rows if row.lesson]
        write_atomically(folder / name, pages.student_page(person, own, version, seed))
    for path in folder.glob("*.html"):
        if path.name not in names:
            path.unlink()
    page = pages.class_page(report.rows, pairs, report.times, version, seed, notes)
    write_atomically(store.folder / "class.html", page)
    if pairs is not None:
        write_atomically(store.folder / "similar.csv", _similar_csv(pairs, made_by))


def alike(submissions: list[Submission], roster: Roster) -> list[Pair]:
    """Pairs of students whose functions are alike."""
    answers: dict[str, dict[str, set[int]]] = {}
    for submission in submissions:
        if submission.problem or submission.lesson is None:
            continue
        name = roster.find(submission.student)[0].label
        cells, _ = read_notebook(submission.read())
        extracted = extract(submission.lesson, cells)
        for answer in extracted.answers.values():
            if answer.state == PRESENT and kind_of(answer.id) == FUNCTION:
                node = extracted.cells[answer.cell].statements[answer.statement]
                answers.setdefault(answer.id, {})[name] = runs(_code(node))
    return similar_pairs(answers)


def _code(node: ast.stmt) -> str:
    try:
        return ast.unparse(node)
    except RecursionError:
        return ""


def _similar_csv(pairs: list[Pair], made_by: tuple[str, int]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("student", "student", "exercise", "shared", "course", "seed"))
    for pair in pairs:
        names = csv_files.safe(pair.first), csv_files.safe(pair.second)
        writer.writerow((*names, pair.exercise, f"{pair.shared:.2f}", *made_by))
    return text.getvalue().encode("utf-8", "replace")
