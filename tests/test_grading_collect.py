"""What students hand in is untidy: every file becomes a row with a remark, none stops the class."""

import json
import os
import zipfile
from pathlib import Path

import pytest
from class_of_students import cell_of, shipped, source, submission

from course_utils.grading.collect import collect
from course_utils.grading.extract import MISSING, PRESENT, UNPARSED, UNTOUCHED, extract
from course_utils.grading.helpers import carry
from course_utils.grading.notebooks import SIZE_LIMIT, Cell, Unreadable, read_notebook
from course_utils.grading.submissions import choose
from course_utils.grading.syntax import free_names, parse

LESSON = 4
NAME, NOTEBOOK = submission(LESSON)
DATA = json.dumps(NOTEBOOK).encode()


def chosen(place):
    found, remarks = collect(Path(place))
    return choose(found), remarks


def extracted(notebook, lesson=LESSON):
    cells, remarks = read_notebook(json.dumps(notebook).encode())
    return extract(lesson, cells), remarks


# ------------------------------------------------------------------ finding the files


def test_folders_flat_files_and_zips_are_read_alike(tmp_path):
    (tmp_path / "ann").mkdir()
    (tmp_path / "ann" / NAME).write_bytes(DATA)
    (tmp_path / f"bob-{NAME}").write_bytes(DATA)
    (tmp_path / "lesson4 (2).ipynb").write_bytes(DATA)
    with zipfile.ZipFile(tmp_path / "class.zip", "w") as archive:
        archive.writestr(f"cyd/{NAME}", DATA)
        archive.writestr(f"dan-{NAME}", DATA)
        archive.writestr(f"__MACOSX/cyd/._{NAME}", b"junk")
    submissions, _ = chosen(tmp_path)
    names = {s.student for s in submissions}
    assert {"ann", "bob", "cyd"} <= names and len(submissions) == 5
    assert {s.lesson for s in submissions} == {LESSON}
    alone, _ = chosen(tmp_path / "class.zip")
    assert {s.student for s in alone} == {"cyd", "dan"}


def test_an_archive_cannot_point_outside_and_a_bomb_is_cut(tmp_path):
    with zipfile.ZipFile(tmp_path / "evil.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../../outside/04_x.ipynb", DATA)
        archive.writestr("/etc/04_x.ipynb", DATA)
        link = zipfile.ZipInfo("eve/04_link.ipynb")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("eve/04_bomb.ipynb", b"0" * (SIZE_LIMIT + 10))
    (tmp_path / "broken.zip").write_bytes(b"PK\x03\x04 and no more")
    submissions, remarks = chosen(tmp_path)
    assert [s.student for s in submissions] == ["eve"] and "MB" in submissions[0].problem
    text = " ".join(remarks)
    assert text.count("points outside") == 2 and "which is a link" in text
    assert "no readable zip archive" in text
    assert sorted(p.name for p in tmp_path.iterdir()) == ["broken.zip", "evil.zip"]


def test_links_are_not_followed_and_say_so(tmp_path):
    secret = tmp_path / "secret.ipynb"
    secret.write_bytes(DATA)
    class_ = tmp_path / "class"
    (class_ / "eve").mkdir(parents=True)
    (class_ / "eve" / NAME).symlink_to(secret)
    (class_ / "loop").symlink_to(class_)
    os.mkfifo(class_ / "eve" / "04_pipe.ipynb")
    submissions, remarks = chosen(class_)
    assert submissions == []
    assert sum("is a link or a special file" in remark for remark in remarks) == 3
    assert sum("eve holds no notebook" in remark for remark in remarks) == 1


def test_who_handed_in_something_else_is_not_passed_over_in_silence(tmp_path):
    for student, name in (("ann", "work.7z"), ("bob", "04_x.html"), ("cyd", f"._{NAME}")):
        (tmp_path / student).mkdir()
        (tmp_path / student / name).write_bytes(b"7z")
    (tmp_path / "class.tar.gz").write_bytes(b"\x1f\x8b")
    with zipfile.ZipFile(tmp_path / "more.zip", "w") as archive:
        archive.writestr("dan/work.zip", b"PK")
        archive.writestr(f"eve/{NAME}", DATA)
        archive.getinfo(f"eve/{NAME}").flag_bits |= 1  # encrypted
    (eve,), remarks = chosen(tmp_path)
    assert eve.student == "eve" and "could not be read or unpacked" in eve.problem
    assert remarks == [
        "ann holds no notebook (work.7z)",
        "bob holds no notebook (04_x.html)",
        "class.tar.gz is left out: of archives only zip is read",
        f"cyd holds no notebook (._{NAME})",
        "more.zip holds 'dan/work.zip', an archive in an archive, and it is left out",
    ]


def test_a_hard_link_is_read_and_what_it_is_a_link_to_stays_as_it_was(tmp_path):
    mine = tmp_path / "mine.ipynb"
    mine.write_bytes(DATA)
    (tmp_path / "class" / "eve").mkdir(parents=True)
    (tmp_path / "class" / "eve" / NAME).hardlink_to(mine)
    before = mine.stat().st_ctime_ns
    (given,), remarks = chosen(tmp_path / "class")
    assert given.read() == DATA and remarks == []
    assert mine.stat().st_ctime_ns == before


def test_of_copies_the_newest_counts_and_the_report_says_so(tmp_path):
    old, new = tmp_path / "ann" / NAME, tmp_path / "ann" / NAME.replace(".ipynb", " (2).ipynb")
    old.parent.mkdir()
    for path, moment in ((old, 1_700_000_000), (new, 1_600_000_000)):
        path.write_bytes(DATA)
        os.utime(path, (moment, moment))
    (submission_,), _ = chosen(tmp_path)
    assert submission_.source.endswith(old.name)
    assert f"2 notebooks of this lesson ({new.name}, {old.name}): {old.name} counts" in (
        submission_.remarks
    )


KEPT = [NAME.replace(".ipynb", f".{mark}.ipynb") for mark in ("before-2.0.0", "after-update-2")]


def test_what_an_update_kept_is_no_submission_unless_it_is_all_there_is(tmp_path):
    for number, name in enumerate([NAME, *KEPT]):
        for owner in ("ann", "bob")[: 1 + (name != NAME)]:
            (tmp_path / owner).mkdir(exist_ok=True)
            path = tmp_path / owner / name
            path.write_bytes(DATA)
            os.utime(path, (1_700_000_000 + number,) * 2)  # newer than the lesson itself
    (ann, bob), _ = chosen(tmp_path)
    assert ann.source == f"ann/{NAME}" and f"{NAME} counts" in ann.remarks[-1]
    assert bob.source == f"bob/{KEPT[1]}" and "an update of the course kept" in bob.remarks[-1]


def test_two_students_of_one_name_stay_two(tmp_path):
    for number in (1, 2):
        with zipfile.ZipFile(tmp_path / f"group{number}.zip", "w") as archive:
            archive.writestr(f"Kim Lee/{NAME}", DATA)
            archive.writestr(f"other{number}/{NAME}", DATA)
    submissions, _ = chosen(tmp_path)
    kims = [s for s in submissions if s.student.startswith("Kim")]
    assert [s.student for s in kims] == ["Kim Lee", "Kim Lee (2)"]
    assert all("2 submissions under this name" in s.remarks[-1] for s in kims)


# ------------------------------------------------------------------ reading a notebook


def old_format():
    cells = [
        {
            "cell_type": c["cell_type"],
            **(
                {"input": source(c), "outputs": []}
                if c["cell_type"] == "code"
                else {"source": source(c)}
            ),
        }
        for c in NOTEBOOK["cells"]
    ]
    return json.dumps({"nbformat": 3, "nbformat_minor": 0, "worksheets": [{"cells": cells}]})


@pytest.mark.parametrize(
    "data",
    [
        DATA,
        b"\xef\xbb\xbf" + DATA,
        DATA.decode().encode("utf-16"),
        json.dumps({**NOTEBOOK, "nbformat_minor": 2, "metadata": {"colab": {}}}).encode(),
        old_format().encode(),
        json.dumps(NOTEBOOK).replace("\\n", "\\r\\n").encode(),
    ],
    ids=["as it is", "byte-order mark", "UTF-16", "Colab", "nbformat 3", "Windows line ends"],
)
def test_whatever_saved_it_a_notebook_is_read(data):
    cells, _ = read_notebook(data)
    answers = extract(LESSON, cells).answers
    assert {a.state for a in answers.values()} == {PRESENT}
    assert all("edited" not in " ".join(a.remarks) for a in answers.values())


DEEP = b'{"cells": [], "metadata": ' + b"[" * 200_000 + b"]" * 200_000 + b"}"


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "empty"),
        (b"   \n", "empty"),
        (DATA[: len(DATA) // 2], "no valid JSON"),
        (b"<html>sign in</html>", "no valid JSON"),
        (b"[1, 2]", "no notebook"),
        (b'{"a": 1}', "no cells"),
        (DEEP, "nested too deeply"),
        (b"x" * (SIZE_LIMIT + 1), "at most 40 MB"),
        (b"\x80\x04\x95", "no valid JSON"),
    ],
    ids=["empty", "blank", "cut", "a page", "a list", "no cells", "nested", "100 MB", "pickle"],
)
def test_what_is_no_notebook_says_why(data, why):
    with pytest.raises(Unreadable, match=why):
        read_notebook(data)


def test_damaged_cells_are_remarked_and_the_others_read():
    broken = json.loads(DATA)
    broken["cells"][:0] = [None, 7, {"cell_type": "code", "source": 5}, {"source": ["x = 1", 3]}]
    cells, remarks = read_notebook(json.dumps(broken).encode())
    assert len(remarks) == 3 and cells[0].source == "x = 1"


# ------------------------------------------------------------------ finding the answers


def changed(change):
    notebook = json.loads(DATA)
    change(notebook)
    return extracted(notebook)[0]


def test_a_missing_duplicated_renamed_moved_or_edited_cell_is_remarked():
    def mess(notebook):
        cells = notebook["cells"]
        cells.remove(cell_of(notebook, "training_hours"))
        cell_of(notebook, "clip_weights")["cell_type"] = "markdown"
        wanted = cell_of(notebook, "wasserstein_critic_loss")
        cells.append({**wanted, "id": "again", "source": source(wanted).replace("mean", "sum")})
        loss = cell_of(notebook, "wasserstein_generator_loss")
        loss["source"] = source(loss).replace("(fake_scores)", "(scores)", 1)
        bound = cell_of(notebook, "clipped_lipschitz_bound")
        cells.append({**bound, "source": source(bound).replace("clipped_lip", "cliped_lip")})
        bound["source"] = source(bound).replace("bound *=", "bound *= (")
        step = cell_of(notebook, "wgan_critic_step")
        cells.remove(step)
        cells.insert(0, step)

    result = changed(mess)
    said = {name: (a.state, " ".join(a.remarks)) for name, a in result.answers.items()}
    assert said["training_hours"] == (MISSING, "the cell is missing")
    assert said["clip_weights"][0] == MISSING and "is markdown" in said["clip_weights"][1]
    assert "counts" in said["wasserstein_critic_loss"][1]
    assert result.answers["wasserstein_critic_loss"].found == 2
    assert "its parameters were edited" in said["wasserstein_generator_loss"][1]
    assert said["clipped_lipschitz_bound"][0] == UNPARSED
    assert "no Python" in said["clipped_lipschitz_bound"][1]
    assert "the cell was moved" in said["wgan_critic_step"][1]
    assert any("renamed `clipped_lipschitz_bound`" in remark for remark in result.remarks)


def test_of_two_answers_the_last_counts_and_an_untouched_copy_is_no_answer():
    def twice(notebook):
        cell = cell_of(notebook, "training_hours")
        stub = source(cell_of(shipped(LESSON)[1], "training_hours"))
        other = source(cell).replace("3600", "60")
        notebook["cells"] += [{**cell, "source": other}, {**cell, "source": stub}]

    result = changed(twice)
    given = result.answers["training_hours"]
    statement = result.cells[given.cell].statements[given.statement]
    assert given.state == PRESENT and given.found == 3
    assert any("60" in ast_text for ast_text in [source_of(statement)]) and "3600" not in (
        source_of(statement)
    )


def source_of(statement):
    import ast

    return ast.unparse(statement)


def test_magics_and_named_decorators_are_understood():
    cells = [
        Cell(1, "code", "%matplotlib inline\n!pip install x\nimport numpy as np\nnp?"),
        Cell(
            2,
            "code",
            '%%time\n@exercise("training_hours")\ndef mine(n, b, s):\n    return n * b / s / 3600',
        ),
        Cell(3, "code", "clip_weights = lambda critic, c: None"),
    ]
    result = extract(LESSON, cells)
    assert result.answers["training_hours"].state == PRESENT
    assert result.answers["clip_weights"].remarks == [
        "the cell no longer has @exercise above the function"
    ]
    untouched = extract(LESSON, read_notebook(json.dumps(shipped(LESSON)[1]).encode())[0])
    assert {a.state for a in untouched.answers.values()} == {UNTOUCHED}
    assert all(a.remarks == [] for a in untouched.answers.values())


def test_only_what_an_answer_uses_is_carried_along():
    cells = [
        Cell(1, "code", "import numpy as np, os\nFACTOR = 3600\nprint('no')\nopen('x', 'w')"),
        Cell(
            2, "code", "def helper(x):\n    return scale(x)\ndef scale(x):\n    return x / FACTOR"
        ),
        Cell(3, "code", "unused = np.zeros(10**12)"),
        Cell(
            4,
            "code",
            "@exercise\ndef training_hours(n, b, s):\n    FACTOR = 1\n    return helper(n * b / s)",
        ),
        Cell(5, "code", "def helper(x):\n    return 0"),
    ]
    result = extract(LESSON, cells)
    carried = carry(result, result.answers["training_hours"], set())
    assert carried.parts == [(0, 1), (1, 0), (1, 1), (3, 0)]
    assert (carried.imports, carried.references) == ([], [])


def test_the_name_of_an_exercise_means_the_students_function_once_it_is_right():
    cells, _ = read_notebook(DATA)
    result = extract(LESSON, cells)
    step = result.answers["wgan_critic_step"]
    right = carry(result, step, {"clip_weights", "wasserstein_critic_loss"})
    assert right.references == [] and len(right.parts) >= 3
    wrong = carry(result, step, {"clip_weights"})
    assert wrong.references == ["wasserstein_critic_loss"]


def test_free_names_see_scopes_as_python_does():
    (node,) = parse(
        "def f(x, y=d):\n    z = x\n    return [a + z for a in g(b)] + (lambda q: q + c)(1)"
    )
    assert free_names(node) == {"d", "g", "b", "c"}
