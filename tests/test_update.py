"""Updates during term: whatever a student did to a notebook, nothing they wrote is ever lost."""

import copy as copying
import json
import re

import nbformat
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

import course_utils
from course_utils import __main__ as command_line
from course_utils import places
from course_utils.lab import copies, editions, launcher, lesson_changes, update
from course_utils.lab.merge import merge

STUB = '@exercise\ndef {0}(p):\n    """{1}"""\n    raise NotImplementedError'


def code(id_, source, **more):
    return {"cell_type": "code", "id": id_, "metadata": {}, "source": source,
            "outputs": [], "execution_count": None, **more}  # fmt: skip


def text(id_, source):
    return {"cell_type": "markdown", "id": id_, "metadata": {}, "source": source}


def notebook(version, *cells):
    return {"cells": list(cells), "metadata": {"course": {"version": version}},
            "nbformat": 4, "nbformat_minor": 5}  # fmt: skip


OLD = notebook(
    "1.0.0",
    text("title", "# A lesson"),
    code("setup", "from course_utils import ipm"),
    text("intro", "Entropy is what a coin tells you."),
    code("entropy-exercise", STUB.format("entropy", "In nats.")),
    code("entropy-solution", "%%solution entropy\n@exercise\ndef entropy(p):\n    return 1",
         metadata={"tags": ["solution"], "jupyter": {"source_hidden": True}}),
    code("figure", "draw.coins()"),
    code("hand-table", 'numbers = answers("hand", {\n    "H(½)": ...,\n})'),
    text("dropped-text", "This paragraph is not in the new edition."),
    code("dropped-exercise", STUB.format("gone", "Removed later.")),
    code("renamed-id", STUB.format("kl_divergence", "D(p || q).")),
    code("proof", 'derivation("gibbs", ...)'),
    text("end", "The end."),
)  # fmt: skip
NEW = notebook(
    "2.0.0",
    text("title", "# A lesson"),
    text("new-text", "This is new."),
    code("setup", "from course_utils import integral_metrics"),
    text("intro", "Entropy is the mean surprise of a coin."),
    code("entropy-exercise", STUB.format("entropy", "In nats; 0 log 0 = 0.")),
    code("entropy-solution", "%%solution entropy\n@exercise\ndef entropy(p):\n    return 2",
         metadata={"tags": ["solution"], "jupyter": {"source_hidden": True}}),
    code("figure", 'draw.coins(alt="coins")'),
    code("proof", 'derivation("gibbs", ...)'),
    code("hand-table", 'numbers = answers("hand", {\n    "H(½)": ...,\n})'),
    code("kl-exercise", STUB.format("kl_divergence", "D(p || q).")),
    text("end", "The end."),
)  # fmt: skip
BASE = editions.digests(OLD)


# --- kinds of edit: each takes a student's cells and a mark to write --------------------------


def at(cells, id_):
    return next((k for k, cell in enumerate(cells) if cell.get("id") == id_), None)


def rewriting(id_, template):
    def edit(cells, mark):
        if (place := at(cells, id_)) is not None:
            cells[place]["source"] = template.format(mark)

    return edit


def appending(id_):
    def edit(cells, mark):
        if (place := at(cells, id_)) is not None:
            cells[place]["source"] += f"\n# {mark}"

    return edit


def adding(after, cell_of):
    def edit(cells, mark):
        place = at(cells, after)
        cells.insert(len(cells) if place is None else place + 1, cell_of(mark))

    return edit


def moving(id_, to):
    def edit(cells, mark):
        if (place := at(cells, id_)) is not None:
            cell = cells.pop(place)
            cell["source"] += f"\n# {mark}"
            cells.insert(min(to, len(cells)), cell)

    return edit


def deleting(id_):
    def edit(cells, mark):
        if (place := at(cells, id_)) is not None:
            del cells[place]

    return edit


def duplicating(id_):
    def edit(cells, mark):
        if (place := at(cells, id_)) is not None:
            twin = copying.deepcopy(cells[place])
            twin |= {"id": f"twin-{mark}", "source": twin["source"] + f"\n# {mark}"}
            cells.insert(place + 1, twin)

    return edit


def splitting(id_, *, first_keeps):
    def edit(cells, mark):
        if (place := at(cells, id_)) is None:
            return
        lines = (cells[place]["source"] + f"\n# {mark}a\n# {mark}b").split("\n")
        half = len(lines) // 2
        one, two = copying.deepcopy(cells[place]), copying.deepcopy(cells[place])
        one["source"], two["source"] = "\n".join(lines[:half]), "\n".join(lines[half:])
        (two if first_keeps else one)["id"] = f"half-{mark}"
        cells[place : place + 1] = [one, two]

    return edit


def joining(id_):
    def edit(cells, mark):
        place = at(cells, id_)
        if place is not None and place + 1 < len(cells):
            below = cells.pop(place + 1)
            cells[place]["source"] += f"\n# {mark}\n" + below["source"]

    return edit


def turning_into_text(id_):
    def edit(cells, mark):
        if (place := at(cells, id_)) is not None:
            cells[place] = text(id_, f"{cells[place]['source']}\n\n{mark}")

    return edit


def without_ids(cells, mark):
    for cell in cells:
        cell["metadata"] = {**cell["metadata"], "id": f"c{mark}{cell.pop('id', '')}"[:40]}
        cell["id"] = cell["metadata"]["id"]
    cells.append(text(f"after-{mark}", mark))


def written_by_an_old_program(cells, mark):
    """Notebooks had no ids before nbformat 4.5; a cell knew its exercise and its text alone."""
    for cell in cells:
        cell.pop("id", None)
    cells[4]["source"] = f"@exercise\ndef entropy(p):\n    return {mark!r}"


def stub_kept_beside(cells, mark):
    """The answer in a second copy below, both with ids that a program gave them."""
    if (place := at(cells, "entropy-exercise")) is not None:
        twin = copying.deepcopy(cells[place])
        twin |= {"id": f"b{mark}", "source": ANSWER.format("entropy").format(repr(mark))}
        cells[place]["id"] = f"a{mark}"
        cells.insert(place + 1, twin)


def cut_in_three(cells, mark):
    if (place := at(cells, "entropy-exercise")) is not None:
        lines = ["@exercise", "def entropy(p):", f"    x = {mark!r}", f"    return x  # {mark}"]
        parts = ["\n".join(lines[:2]), lines[2], lines[3]]
        cells[place : place + 1] = [
            code("entropy-exercise" if k == 1 else f"part{k}-{mark}", part)
            for k, part in enumerate(parts)
        ]


def exchanged(cells, mark):
    """Two exercises answered in each other's cell."""
    one, two = at(cells, "entropy-exercise"), at(cells, "renamed-id")
    if one is not None and two is not None:
        cells[one]["source"] = ANSWER.format("kl_divergence").format(f"{mark!r}  # {mark}a")
        cells[two]["source"] = ANSWER.format("entropy").format(f"{mark!r}  # {mark}b")


def made_raw(cells, mark):
    if (place := at(cells, "entropy-exercise")) is not None:
        raw = {**text("entropy-exercise", f"{mark}"), "cell_type": "raw"}
        cells[place] = raw


def picture(cells, mark):
    note = text(f"pic-{mark}", f"![{mark}](attachment:a.png)")
    cells.insert(3, {**note, "attachments": {"a.png": {"image/png": "iVBORw0KGgo="}}})


def picture_in_the_courses_text(cells, mark):
    if (place := at(cells, "intro")) is not None:
        cells[place]["source"] += f"\n\n![{mark}](attachment:a.png)"
        cells[place]["attachments"] = {"a.png": {"image/png": "iVBORw0KGgo="}}


def at_the_top(cells, mark):
    cells.insert(0, text(f"top-{mark}", mark))


def same_id_twice(cells, mark):
    if (place := at(cells, "end")) is not None:
        cells.insert(0, {**copying.deepcopy(cells[place]), "source": mark})


def outputs_too(cells, mark):
    if (place := at(cells, "hand-table")) is not None:
        cells[place] |= {
            "source": f'numbers = answers("hand", {{\n    "H(½)": {mark!r},\n}})',
            "execution_count": 7,
            "outputs": [{"output_type": "stream", "name": "stdout", "text": f"out {mark}"}],
        }


ANSWER = "@exercise\ndef {}(p):\n    return {{}}"
EDITS = {
    "an answer where the course changed the stub": rewriting(
        "entropy-exercise", ANSWER.format("entropy")),
    "an answer where it did not": rewriting("hand-table", 'answers("hand", {{"H(½)": "{}"}})'),
    "an answer in a cell whose id changed": rewriting("renamed-id", ANSWER.format("kl_divergence")),
    "an answer to an exercise that is no more": rewriting(
        "dropped-exercise", ANSWER.format("gone")),
    "an order of lines": rewriting("proof", 'derivation("gibbs", "{}")'),
    "an answer with its output": outputs_too,
    "a note in text that the course changed": appending("intro"),
    "a note in text that it did not": appending("end"),
    "a note in text that it dropped": appending("dropped-text"),
    "a changed figure": appending("figure"),
    "a changed set-up cell": appending("setup"),
    "an answer typed over the solution": appending("entropy-solution"),
    "text rewritten from scratch": rewriting("intro", "{}"),
    "code of one's own": adding("figure", lambda mark: code(f"mine-{mark}", f"x = '{mark}'")),
    "text of one's own": adding("intro", lambda mark: text(f"mine-{mark}", mark)),
    "a raw cell": adding("title", lambda mark: {**text(f"raw-{mark}", mark), "cell_type": "raw"}),
    "a cell at the end": adding("nowhere", lambda mark: code(f"last-{mark}", f"'{mark}'")),
    "a cell below one that is dropped": adding(
        "dropped-text", lambda mark: code(f"below-{mark}", f"'{mark}'")),
    "a second attempt in a new cell": adding(
        "entropy-exercise",
        lambda mark: code(f"try-{mark}", ANSWER.format("entropy").format(f"'{mark}'"))),
    "an exercise moved up": moving("entropy-exercise", 0),
    "an exercise moved down": moving("entropy-exercise", 99),
    "text moved": moving("intro", 99),
    "a cell deleted": deleting("figure"),
    "an exercise deleted": deleting("entropy-exercise"),
    "an exercise duplicated": duplicating("entropy-exercise"),
    "a figure duplicated": duplicating("figure"),
    "an exercise split, the first half with its id": splitting(
        "entropy-exercise", first_keeps=True),
    "an exercise split, the second half with its id": splitting(
        "renamed-id", first_keeps=False),
    "two cells joined": joining("intro"),
    "an exercise joined with its solution": joining("entropy-exercise"),
    "code made text": turning_into_text("figure"),
    "an exercise made text": turning_into_text("entropy-exercise"),
    "every id lost, as another program may": without_ids,
    "a picture pasted": picture,
    "a picture pasted into the course's text": picture_in_the_courses_text,
    "a cell above all others": at_the_top,
    "one id twice": same_id_twice,
    "an answer under another name": rewriting("entropy-exercise", ANSWER.format("my_entropy")),
    "an answer all in comments": rewriting("entropy-exercise", "# @exercise\n# def entropy(p): {}"),
    "an answer over the solution, its magic gone": rewriting(
        "entropy-solution", ANSWER.format("entropy")),
    "an exercise cut in three": cut_in_three,
    "an exercise made raw": made_raw,
    "two exercises exchanged": exchanged,
    "an answer below a copy of the stub, both with new ids": stub_kept_beside,
    "a notebook of an old program": written_by_an_old_program,
    "a listing in a listing": appending("dropped-exercise"),
    "fences in an answer": rewriting("dropped-exercise", 'def gone(p):\n    """```\n{}\n````"""'),
}  # fmt: skip


def apply(names):
    """A student's copy after some edits, and the marks that they left in it."""
    theirs = copying.deepcopy(OLD)
    marks = []
    for number, name in enumerate(names):
        marks.append(f"MINE{number}x")
        EDITS[name](theirs["cells"], marks[-1])
    return theirs


def pieces(theirs):
    """Every line that is not the course's, each picture and each output of the student's."""
    shipped = {line.strip() for cell in OLD["cells"] for line in cell["source"].splitlines()}
    for cell in theirs["cells"]:
        for line in cell["source"].splitlines():
            if line.strip() and line.strip() not in shipped:
                yield line.strip()
        yield from map(json.dumps, cell.get("attachments", {}).values())


def check(theirs, made, shipped=NEW):
    everything = json.dumps(made["cells"], ensure_ascii=False)
    sources = [line.strip() for cell in made["cells"] for line in cell["source"].splitlines()]
    for piece in pieces(theirs):
        assert piece in sources or piece in everything, f"lost: {piece}"
    assert not re.search(r"<<<<<<<|>>>>>>>", everything)
    ids = [cell["id"] for cell in made["cells"]]
    assert len(set(ids)) == len(ids)
    wanted = [cell["id"] for cell in shipped["cells"]]
    assert [id_ for id_ in ids if id_ in wanted] == wanted, "the course's cells, in its order"
    assert editions.shipped_digests(made, "") == editions.digests(shipped)
    nbformat.validate(nbformat.reads(editions.dump(made).decode(), as_version=4))


@pytest.mark.parametrize("name", EDITS)
def test_nothing_is_lost_in_any_kind_of_edit(name):
    theirs = apply([name])
    before = copying.deepcopy(theirs)
    made, _ = merge(theirs, NEW, BASE)
    assert theirs == before, "the student's notebook is read, not changed"
    check(theirs, made)


@hypothesis_settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(sorted(EDITS)), max_size=8), st.booleans())
def test_nothing_is_lost_in_any_of_their_combinations(names, known):
    """With the old edition known or not, and again at the next update."""
    theirs = apply(names)
    made, _ = merge(theirs, NEW, BASE if known else {})
    check(theirs, made)
    later = copying.deepcopy(NEW)
    later["cells"][3]["source"] = "Entropy, once more."
    again, _ = merge(made, later, editions.shipped_digests(made, ""))
    check(theirs, again, later)


def find(made, id_):
    return next(cell for cell in made["cells"] if cell["id"] == id_)


def test_an_untouched_copy_becomes_the_new_lesson():
    made, report = merge(copying.deepcopy(OLD), NEW, BASE)
    assert made["cells"] == NEW["cells"]
    assert (report.answers, report.own, report.changed, report.both) == (0, 0, 0, [])


def test_an_answer_stays_live_and_the_new_stub_stands_beneath_it():
    made, report = merge(apply(["an answer where the course changed the stub"]), NEW, BASE)
    place = at(made["cells"], "entropy-exercise")
    assert made["cells"][place]["source"].endswith("return MINE0x")
    below = made["cells"][place + 1]
    assert below["cell_type"] == "markdown" and "0 log 0 = 0" in below["source"]
    assert report.answers == 1 and report.both == ["entropy-exercise"]


def test_an_answer_finds_its_exercise_under_another_id_and_keeps_its_output():
    made, _ = merge(apply(["an answer in a cell whose id changed"]), NEW, BASE)
    assert "MINE0x" in find(made, "kl-exercise")["source"]
    made, _ = merge(apply(["an answer with its output"]), NEW, BASE)
    assert find(made, "hand-table")["outputs"][0]["text"] == "out MINE0x"


def test_the_courses_corrections_arrive_whatever_the_student_did_to_the_cell():
    names = ["a changed figure", "a changed set-up cell", "a note in text that the course changed"]
    made, _ = merge(apply(names), NEW, BASE)
    for id_ in ("figure", "setup", "intro"):
        assert find(made, id_)["source"] == find(NEW, id_)["source"]


def test_an_exercise_that_is_no_more_is_kept_as_text():
    made, _ = merge(apply(["an answer to an exercise that is no more"]), NEW, BASE)
    kept = next(cell for cell in made["cells"] if "MINE0x" in cell["source"])
    assert kept["cell_type"] == "markdown" and "no longer has this exercise" in kept["source"]


def test_own_cells_stay_where_they_were():
    made, _ = merge(apply(["code of one's own", "text of one's own"]), NEW, BASE)
    ids = [cell["id"] for cell in made["cells"]]
    assert ids.index("mine-MINE0x") == ids.index("figure") + 1
    assert ids.index("mine-MINE1x") == ids.index("intro") + 1


# --- on disk --------------------------------------------------------------------------------------


@pytest.fixture
def term(tmp_path, monkeypatch):
    """A course whose only lesson is about to change, and a student who has begun the old one."""
    course, work = tmp_path / "course", tmp_path / "work"
    course.mkdir()
    (course / "01_lesson.ipynb").write_bytes(editions.dump(OLD))
    monkeypatch.setattr(places, "notebooks_dir", lambda: course)
    monkeypatch.setattr(update, "_is_open", lambda work: False)
    monkeypatch.setenv("COURSE_WORK", str(work))
    copies.copy_notebooks(course, work)
    answer(work / "01_lesson.ipynb", "hand-table", 'answers("hand", {"H(½)": "MINE"})')
    (course / "01_lesson.ipynb").write_bytes(editions.dump(NEW))
    return work


def answer(path, id_, source):
    theirs = editions.load(path)
    find(theirs, id_)["source"] = source
    path.write_bytes(editions.dump(theirs))


def sources(path):
    return [cell["source"] for cell in editions.load(path)["cells"]]


def test_lab_says_what_is_new_until_it_is_taken(term, monkeypatch, capsys):
    monkeypatch.setattr(launcher, "_run", lambda command: 0)
    launcher.open_lab(browser=False)
    said = capsys.readouterr().out
    assert "newer lessons" in said and "update" in said
    assert lesson_changes.CHANGES["2.0.0"][1] in said
    command_line.main(["update"])
    capsys.readouterr()
    launcher.open_lab(browser=False)
    assert "newer lessons" not in capsys.readouterr().out


def test_update_keeps_the_old_file_beside_and_undo_puts_it_back(term, capsys):
    lesson = term / "01_lesson.ipynb"
    before = lesson.read_bytes()
    command_line.main(["update"])
    assert "1 answer" in capsys.readouterr().out
    assert "This is new." in sources(lesson) and any("MINE" in s for s in sources(lesson))
    kept = term / f"01_lesson.before-{course_utils.__version__}.ipynb"
    assert kept.read_bytes() == before
    command_line.main(["update", "--undo"])
    assert lesson.read_bytes() == before and not kept.exists()
    command_line.main(["update", "--undo"])
    assert "no update to undo" in capsys.readouterr().out


def test_undo_keeps_what_was_written_since(term):
    lesson = term / "01_lesson.ipynb"
    before = lesson.read_bytes()
    update.update(term)
    answer(lesson, "proof", 'derivation("gibbs", "LATER")')
    update.undo(term)
    assert lesson.read_bytes() == before
    assert any("LATER" in s for s in sources(term / "01_lesson.after-update.ipynb"))


def test_two_updates_are_undone_one_by_one(term):
    lesson, states = term / "01_lesson.ipynb", []
    for number in (1, 2):
        states.append(lesson.read_bytes())
        later = copying.deepcopy(NEW)
        later["cells"][0]["source"] = f"# A lesson, corrected {number} times"
        (places.notebooks_dir() / "01_lesson.ipynb").write_bytes(editions.dump(later))
        assert len(update.update(term)) == 1
    for state in reversed(states):
        update.undo(term)
        assert lesson.read_bytes() == state


def test_a_correction_without_a_new_version_is_noticed_too(term):
    update.update(term)
    later = copying.deepcopy(NEW)
    later["cells"][0]["source"] = "# A lesson, corrected"
    (places.notebooks_dir() / "01_lesson.ipynb").write_bytes(editions.dump(later))
    assert "corrections" in update.news(term)


def test_a_copy_of_unknown_origin_is_old_only_if_its_version_is():
    """A notebook that was released to a class, or downloaded, knows no digests."""
    unknown = {**copying.deepcopy(NEW)}
    unknown["cells"][0]["source"] = "# My lesson"
    assert not editions.is_older(unknown, NEW, "01_lesson.ipynb")
    unknown["metadata"] = {"course": {"version": "1.5.0"}}
    assert editions.is_older(unknown, NEW, "01_lesson.ipynb")


def test_a_file_that_is_no_notebook_is_left_alone(term):
    broken = term / "01_lesson.ipynb"
    broken.write_text("{half a noteb")
    assert update.update(term) == [] and update.news(term) == ""
    assert broken.read_text() == "{half a noteb"


def test_a_copy_that_would_not_open_afterwards_is_left_alone_and_named(term, capsys):
    lesson = term / "01_lesson.ipynb"
    theirs = editions.load(lesson)
    theirs["cells"].append({"cell_type": "code", "source": "mine"})  # lacks what a cell must have
    lesson.write_bytes(editions.dump(theirs))
    before = lesson.read_bytes()
    command_line.main(["update"])
    assert "01_lesson.ipynb stays as it is" in capsys.readouterr().out
    assert lesson.read_bytes() == before and not list(term.glob("*before*"))


def test_a_failed_write_leaves_the_students_file(term, monkeypatch):
    lesson = term / "01_lesson.ipynb"
    before = lesson.read_bytes()

    def full(path, content):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(update.durable, "write_whole", full)
    with pytest.raises(copies.WorkFolderError, match="disk is full"):
        update.update(term)
    assert lesson.read_bytes() == before


def test_while_jupyterlab_has_the_folder_open_nothing_is_touched(term, monkeypatch):
    before = (term / "01_lesson.ipynb").read_bytes()
    monkeypatch.setattr(update, "_is_open", lambda work: work == term)
    with pytest.raises(SystemExit, match=r"JupyterLab has .* open"):
        command_line.main(["update"])
    assert (term / "01_lesson.ipynb").read_bytes() == before


# --- the lessons themselves -----------------------------------------------------------------------


@pytest.mark.parametrize("path", places.lessons(), ids=lambda path: path.stem[:2])
def test_every_lesson_carries_the_version_and_a_sentence_on_what_is_new(path):
    lesson = editions.load(path)
    assert editions.version(lesson) == course_utils.__version__, "run `make version`"
    assert lesson_changes.since("1.0.0", int(path.name[:2]))


@pytest.mark.parametrize("path", places.lessons(), ids=lambda path: path.stem[:2])
def test_copies_of_the_first_edition_are_known_cell_by_cell(path):
    """They carry no digests of their own; ours are of what they were."""
    base = editions.shipped_digests({"metadata": {}}, path.name)
    assert len(base) > 100
    assert sum(digest == base.get(id_) for id_, digest in editions.digests(
        editions.load(path)).items()) > 20  # fmt: skip
