"""Points, tables, pages and what lies between them: computed afresh, and safe to open."""

import csv
import io
from datetime import UTC, datetime

import pytest
from class_of_students import shipped, solutions

from course_utils.exercises import outcome as o
from course_utils.exercises.index import LESSONS
from course_utils.exercises.outcome import Outcome
from course_utils.grading import csv_files, pages
from course_utils.grading.csv_input import BadTable
from course_utils.grading.late import BadRule, LateRule, read_rule
from course_utils.grading.overrides import BadOverrides, read_overrides
from course_utils.grading.plain_values import plain_value
from course_utils.grading.report import gather
from course_utils.grading.roster import Person, Roster, read_roster
from course_utils.grading.rows import Report, Row, Rules, missing
from course_utils.grading.similarity import runs, similar_pairs
from course_utils.grading.store import Store
from course_utils.grading.submissions import Submission
from course_utils.grading.syntax import parse
from course_utils.grading.verdicts import Judge, Verdict
from course_utils.grading.wire import BadMessage, pack, read_observation, unpack

LESSON = 4
RULES = Rules({}, LateRule(), read_overrides(None))


# ------------------------------------------------------------------ values, wire, tables


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 / 8", 0.125),
        ("-3", -3),
        ("2 ** 0.5 * 3", 2**0.5 * 3),
        ('{"a": ..., "b": True, "c": "yes"}', {"a": ..., "b": True, "c": "yes"}),
        ('["B", "A"]', ["B", "A"]),
    ],
)
def test_plain_values_are_read_without_running_anything(text, value):
    assert plain_value(parse(text)[0].value).value == value


@pytest.mark.parametrize(
    "text", ["9**9**9**9", "f(1)", "x", "1 / 0", "'a' * 10**9", "10**400", "[x for x in y]", "b'a'"]
)
def test_everything_else_goes_to_the_sandbox(text):
    assert plain_value(parse(text)[0].value) is None


GOOD = {
    "values": [["k", [2]]],
    "fault": None,
    "results": [],
    "changes": [],
    "output": "",
    "last_call": "",
}


@pytest.mark.parametrize(
    "header",
    [
        {},
        {**GOOD, "values": [["k", [-1]]]},
        {**GOOD, "values": [["k", [10**9, 10**9]]]},
        {**GOOD, "values": [["k", [1]]]},
        {**GOOD, "values": [[{}, [2]]]},
        {**GOOD, "values": [["k", ["2"]]]},
        {**GOOD, "fault": {"kind": "correct"}},
        {**GOOD, "changes": [{"at": 1, "argument": "p", "what": "score"}]},
        {**GOOD, "results": 3},
        {**GOOD, "output": 3},
    ],
)
def test_a_forged_message_is_refused_whatever_is_wrong_with_it(header):
    with pytest.raises(BadMessage):
        read_observation(*unpack(pack(header) + b"\0" * 16))
    assert read_observation(*unpack(pack(GOOD) + b"\0" * 16)).values["k"].tolist() == [0, 0]


@pytest.mark.parametrize("message", [b"", b"\xff" * 40, b"\x80\x04\x95\x00\x00\x00\x00\x00"])
def test_bytes_that_are_no_message_are_refused(message):
    with pytest.raises(BadMessage):
        unpack(message)


HOSTILE = [
    "=cmd|' /C calc'!A0",
    "+1",
    "-1",
    "@SUM(A1)",
    '<script>alert("x")</script>',
    "a,b\n;c",
    "\0",
]


def row(name, **more):
    given = {"status": "incorrect", "misconception": "", "message": name, "points": 0.0}
    given |= {"possible": 1.0, "found": 1, "remarks": [name], "flags": [], **more}
    return Row(Person(name, name), LESSON, LESSONS[LESSON][0], **given)


def test_names_and_words_are_no_formulas_and_no_markup():
    rows = [row(name) for name in HOSTILE]
    table = csv_files.grades(rows, "1", 2).decode()
    lines = list(csv.reader(io.StringIO(table)))
    assert len(lines) == len(HOSTILE) + 1
    for cells in lines[1:]:
        assert not any(cell[:1] in tuple("=+-@") for cell in cells)
    for text in (
        pages.class_page(rows, [], {}, "1", 2, HOSTILE),
        *(pages.student_page(r.person, [r], "1", 2) for r in rows),
    ):
        assert b"<script" not in text and b"\0" not in text
    names = [pages.page_name(r.person) for r in rows]
    assert len(set(names)) == len(names)
    assert all(set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-_.") for name in names)
    assert pages.page_name(Person("../../x", "a")).count("/") == 0


# ------------------------------------------------------------------ more than one draw


@pytest.mark.parametrize(
    ("seen", "status", "said", "remark"),
    [
        ([o.CORRECT], o.CORRECT, "draw 0", ""),
        ([o.INCORRECT, o.INCORRECT], o.INCORRECT, "draw 1", ""),  # never the first one's inputs
        ([o.INCORRECT, o.CORRECT, o.CORRECT], o.CORRECT, "draw 2", "wrong"),
        ([o.INCORRECT, o.CORRECT, o.INCORRECT], o.INCORRECT, "draw 2", "right"),
    ],
)
def test_incorrect_is_confirmed_with_fresh_inputs(seen, status, said, remark, monkeypatch):
    def observed(self, verdict, work, draw):
        return Outcome(seen[draw], None, f"draw {draw}")

    monkeypatch.setattr(Judge, "_observed", observed)
    verdict = Verdict("entropy", "")
    Judge(1, None)._function(verdict, {"doubt": False})
    assert (verdict.status, verdict.message) == (status, said)
    assert verdict.share == (status == o.CORRECT)
    words = f"{remark} for one of three draws of the inputs"
    assert verdict.remarks == ([words] if remark else [])


# ------------------------------------------------------------------ roster, late, overrides


CANVAS = """Student,ID,SIS User ID,SIS Login ID,Section
    Points Possible,,,,
"Doe, Jane",12,u12,jdoe,A
"Müller, Jörg",13,u13,jm,A
"Lee, Kim",14,u14,kim1,A
"Lee, Kim",15,u15,kim2,B
"""
MOODLE = "First name,Last name,ID number,Email address\nJane,Doe,77,jane@x.org\n"


@pytest.fixture
def roster(tmp_path):
    path = tmp_path / "canvas.csv"
    path.write_text("\ufeff" + CANVAS, encoding="utf-8")
    return read_roster(path)


@pytest.mark.parametrize(
    ("folder", "wanted"),
    [
        ("Jane Doe", "12"),
        ("doejane_12345_678", "12"),
        ("Doe, Jane", "12"),
        ("jdoe", "12"),
        ("Jörg Müller", "13"),
        ("JORG MULLER", "13"),
        ("kim2", "15"),
    ],
)
def test_a_folder_finds_its_student(roster, folder, wanted):
    person, remark = roster.find(folder)
    assert (person.fields["ID"], remark) == (wanted, "")


def test_a_name_of_two_students_or_of_none_is_remarked(roster):
    assert "2 students" in roster.find("Kim Lee")[1]
    assert roster.find("Nobody")[1] == "not on the roster"
    assert Roster().find("anyone")[1] == ""


def test_two_students_of_one_name_on_the_roster_stay_two(roster, tmp_path):
    """One of them handed in; the other must not be lost with that."""
    handed = Submission("kim1", LESSON, "digest", "kim1/04_x.ipynb", None, "", bytes)
    store = Store(tmp_path, seed=1)
    store.keep(store.key("digest", LESSON), missing(LESSON))
    report = gather([handed], store, roster, RULES)
    kims = [person for person in report.people if person.name == "Lee, Kim"]
    assert [person.label for person in kims] == ["Lee, Kim (kim1)", "Lee, Kim (kim2)"]
    assert len(report.people) == 4 and len({pages.page_name(person) for person in kims}) == 2
    said = {row.person.label: row.remarks for row in report.rows if row.remarks}
    assert said["Lee, Kim (kim2)"] == ["nothing handed in"] and "Lee, Kim (kim1)" not in said
    book = csv_files.gradebook(report, RULES, "canvas", ("2.0", 7)).decode()
    assert '"Lee, Kim",14,u14,kim1,A,' in book and '"Lee, Kim",15,u15,kim2,B,' in book


def test_moodles_columns_are_read_and_written(tmp_path):
    path = tmp_path / "moodle.csv"
    path.write_text(MOODLE)
    roster = read_roster(path)
    person, _ = roster.find("Jane Doe_123_assignsubmission_file")
    report = Report([], [person], lessons=[4])
    book = csv_files.gradebook(report, RULES, "moodle", ("2.0", 7))
    assert book.decode().splitlines() == [
        "First name,Last name,ID number,Email address,Lesson 4",
        "Jane,Doe,77,jane@x.org,0",
    ]


def test_canvas_gets_its_own_columns_back(roster):
    rules = Rules({LESSONS[4][0]: 3.0}, LateRule(), read_overrides(None))
    report = Report([], roster.people, lessons=[4], waiting={(roster.people[1], 4)})
    book = csv_files.gradebook(report, rules, "canvas", ("2.0", 7))
    lines = book.decode().splitlines()
    assert lines[0] == "Student,ID,SIS User ID,SIS Login ID,Section,Lesson 4"
    assert lines[1].startswith("    Points Possible,") and lines[1].endswith(
        str(2 + len(LESSONS[4]))
    )
    assert lines[2] == '"Doe, Jane",12,u12,jdoe,A,0'
    assert lines[3] == '"Müller, Jörg",13,u13,jm,A,'  # handed in, not graded: no number yet


def test_late_days_cost_what_the_rule_says_and_an_extension_moves_the_date(tmp_path):
    extensions = tmp_path / "more.csv"
    extensions.write_text("student,lesson,due\nJane,4,2026-12-05 23:59\n")
    rule = read_rule(["4=2026-12-01 23:59 Europe/Berlin"], "10%/day, max 25%", extensions)
    ann, jane = Person("Ann", "Ann"), Person("Jane", "Jane")
    zone = UTC
    on_time = datetime(2026, 12, 1, 22, 59, tzinfo=zone)  # 23:59 in Berlin
    assert rule.share(ann, 4, on_time) == (1.0, "")
    assert rule.share(ann, 4, datetime(2026, 12, 1, 23, 30, tzinfo=zone))[0] == 0.9
    assert rule.share(ann, 4, datetime(2026, 12, 3, 0, 0, tzinfo=zone))[0] == 0.8
    assert rule.share(ann, 4, datetime(2027, 1, 1, tzinfo=zone))[0] == 0.75
    assert rule.share(jane, 4, datetime(2026, 12, 3, 0, 0, tzinfo=zone))[0] == 1.0
    assert rule.share(ann, 3, datetime(2027, 1, 1, tzinfo=zone))[0] == 1.0
    assert read_rule(["2026-12-01 12:00 UTC"], "zero", None).share(ann, 1, on_time)[0] == 0.0


@pytest.mark.parametrize(
    ("due", "late"),
    [("2026-12-01", "none"), ("tomorrow UTC", "none"), ("6=2026-12-01 12:00 UTC", "none"),
     ("2026-12-01 12:00 Mars/Phobos", "none"), ("2026-12-01 12:00 UTC", "10 points")],
)  # fmt: skip
def test_a_rule_that_cannot_be_read_says_so(due, late):
    with pytest.raises(BadRule):
        read_rule([due], late, None)


def test_an_override_counts_whatever_the_verdict_was(tmp_path):
    path = tmp_path / "overrides.csv"
    path.write_text(f"student,exercise,points,reason\nAnn,{LESSONS[4][0]},0.5,seen in person\n")
    given = row("Ann", points=0.0)
    read_overrides(path).apply(given)
    assert given.points == 0.5 and "points by hand: 0.5 (seen in person)" in given.remarks
    assert path.read_text().startswith("student")


def test_a_table_that_a_spreadsheet_saved_its_own_way_is_read_or_explained(tmp_path):
    path = tmp_path / "overrides.csv"
    path.write_text(f"student;exercise;points;reason\nAnn;{LESSONS[4][0]};0.5\n")
    assert read_overrides(path).points == {("ann", LESSONS[4][0]): (0.5, "")}
    path.write_bytes("student,exercise,points\nJörg,entropy,1\n".encode("latin-1"))
    with pytest.raises(BadTable, match="save it again as CSV in UTF-8"):
        read_overrides(path)
    path.write_text(f"student,exercise,points\nAnn,{LESSONS[4][0]},nan\n")
    with pytest.raises(BadOverrides, match="line 2: points must be a number"):
        read_overrides(path)
    with pytest.raises(BadTable, match="cannot be read"):
        read_roster(tmp_path)


# ------------------------------------------------------------------ store and similarity


def test_a_record_is_whole_or_not_there(tmp_path):
    store = Store(tmp_path, seed=7)
    key = store.key("digest", 4)
    assert store.load(key) is None
    store.keep(key, [{"exercise": "x"}])
    assert Store(tmp_path).load(key) == [{"exercise": "x"}]  # the seed was kept
    path = tmp_path / "records" / f"{key}.json"
    path.write_bytes(path.read_bytes()[:-9])
    assert store.load(key) is None
    assert Store(tmp_path, seed=8).key("digest", 4) != key  # another seed, another grading


COPIED = """def wasserstein_1d(positions, p, q):
    order = sorted(range(len(positions)), key=lambda i: positions[i])
    gaps, total, lead = [], 0.0, 0.0
    for a, b in zip(order[:-1], order[1:]):
        lead = lead + float(p[a]) - float(q[a])
        width = float(positions[b]) - float(positions[a])
        if width < 0:
            raise RuntimeError("not sorted")
        gaps.append((lead, width))
    while gaps:
        lead, width = gaps.pop()
        total = total + abs(lead) * width if lead else total
    return total
"""


def test_alike_is_what_two_students_share_and_the_exercise_does_not_force():
    renamed = COPIED.replace("gaps", "stack").replace("lead", "ahead").replace("width", "w")
    own = {
        "ann": runs(COPIED),
        "bob": runs(renamed),
        "cyd": runs(
            "def wasserstein_1d(x, p, q):\n    return sum(abs(a - b) for a, b in zip(p, q))"
        ),
    }
    book = shipped(3)[1]

    for name in ("dan", "eve"):
        own[name] = runs(solutions(book)["wasserstein_1d"])
    pairs = similar_pairs({"wasserstein_1d": own})
    assert [(pair.first, pair.second, pair.shared) for pair in pairs] == [("ann", "bob", 1.0)]


def test_what_half_the_class_has_is_not_alike():
    own = {f"student {n}": runs(COPIED) for n in range(10)}
    assert similar_pairs({"wasserstein_1d": own}) == []
