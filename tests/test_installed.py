"""Installed, not cloned: a wheel carries lessons and data, and nothing is written beside them."""

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from importlib import metadata
from pathlib import Path

import pytest

from course_utils import places
from course_utils.lab import editions, hosted

ROOT = places.ROOT
BIG = "train-images*"  # what makes the wheel large, and its building slow
LESSON = places.lessons()[2]


def first_cell(path):
    return next(cell for cell in editions.load(path)["cells"] if cell["id"] == "install")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The course as ``pip install .`` builds it, without the two largest files of data."""
    source, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for name in ("course_utils", "notebooks", "data"):
        leave_out = shutil.ignore_patterns("__pycache__", BIG)
        shutil.copytree(ROOT / name, source / name, ignore=leave_out)
    for name in ("pyproject.toml", "setup.py", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation",
         "--wheel-dir", str(out), str(source)], check=True, capture_output=True,
    )  # fmt: skip
    return next(out.glob("*.whl"))


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    """A Python that has all the packages but not the course, as a hosted notebook's."""
    folder = tmp_path_factory.mktemp("bare")
    venv.create(folder, with_pip=True)
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    purelib = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        capture_output=True, text=True, check=True,
    ).stdout.strip()  # fmt: skip
    # a path in a .pth file is searched, but the .pth files there (our own editable install) are not
    (Path(purelib) / "shared.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return python


def run(python, code, folder, **environment):
    clean = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "COURSE_WORK")}
    clean |= {"PYTHONDONTWRITEBYTECODE": "1", "HOME": str(folder / "home")}
    return subprocess.run(
        [python, "-c", code], cwd=folder, env=clean | environment,
        capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip


def test_a_bare_kernel_installs_the_course_and_then_leaves_it_alone(wheel, bare, tmp_path):
    """Colab and Kaggle, as far as they can be had here."""
    cell = first_cell(LESSON)["source"]
    assert "ModuleNotFoundError" in run(bare, "import course_utils", tmp_path).stderr
    after = "\nimport course_utils; print(course_utils.__file__)"
    ran = run(bare, cell + after, tmp_path, COURSE_SOURCE=str(wheel))
    assert ran.returncode == 0, ran.stderr
    assert Path(ran.stdout.strip()).is_relative_to(bare.parents[1])
    again = run(bare, cell + after, tmp_path, COURSE_SOURCE="/no/such/place")
    assert again.returncode == 0 and again.stdout == ran.stdout


def test_an_installed_course_opens_in_an_empty_folder_and_writes_nothing_beside_itself(
    wheel, bare, tmp_path
):
    run(bare, first_cell(LESSON)["source"], tmp_path, COURSE_SOURCE=str(wheel))
    (tmp_path / "my course").mkdir()
    code = """
import sys
from pathlib import Path
from course_utils import __main__, datasets, places, settings
from course_utils.lab import launcher
before = {p: p.stat().st_mtime_ns for p in places.PACKAGE.rglob("*")}
launcher._run = lambda command: print(command[3]) or 0
__main__.main(["lab", "--no-browser"])
assert not places.IN_CLONE
assert len(datasets.iris()) == 150 and len(datasets.mnist("test")) == 10_000
from course_utils.exercises import exercise
@exercise
def entropy(p):
    return 0.0
assert before == {p: p.stat().st_mtime_ns for p in places.PACKAGE.rglob("*")}
print(settings.work_dir())
"""
    ran = run(bare, code, tmp_path / "my course")
    assert ran.returncode == 0, ran.stderr
    found = {path.name for path in (tmp_path / "my course").iterdir()}
    assert {lesson.name for lesson in places.lessons()} | {"progress.json"} <= found
    assert ran.stdout.splitlines()[-1] == str(tmp_path / "my course")
    refused = run(bare, "from course_utils import __main__ as m; m.main(['test'])", tmp_path)
    assert "tests are in a clone" in refused.stderr


def test_every_folder_of_lessons_and_data_travels(monkeypatch):
    """setup.py lists them by itself; a new folder under data/ is not forgotten."""
    import setuptools

    given = {}
    monkeypatch.setattr(setuptools, "setup", lambda **arguments: given.update(arguments))
    monkeypatch.chdir(ROOT)
    exec(compile((ROOT / "setup.py").read_text(), "setup.py", "exec"), {})
    folders = {path.parent for top in ("data", "notebooks") for path in Path(top).rglob("*.*")
               if "." not in str(path.parent) and "__" not in str(path)}  # fmt: skip
    assert {Path(folder) for folder in given["package_dir"].values()} >= folders
    assert set(given["package_dir"]) <= set(given["packages"])
    packages = {str(path.parent).replace(os.sep, ".")
                for path in Path("course_utils").rglob("__init__.py")}  # fmt: skip
    assert packages <= set(given["packages"])


@pytest.mark.parametrize("path", places.lessons(), ids=lambda path: path.stem[:2])
def test_every_lesson_begins_with_the_same_cell(path):
    assert first_cell(path) == first_cell(LESSON)
    cells = editions.load(path)["cells"]
    ids = [cell["id"] for cell in cells if cell["cell_type"] == "code"]
    assert ids[0] == "install"


def test_what_a_host_has_stays_and_what_it_lacks_is_installed(monkeypatch):
    needs = ["numpy>=2.0,<3", "anywidget<1", "jupyterlab>=4", "POT>=0.9; sys_platform == 'never'",
             "pytest; extra == 'test'", "safetensors>=0.5"]  # fmt: skip
    monkeypatch.setattr(metadata, "requires", lambda name: needs)
    monkeypatch.setattr(hosted, "_there", lambda name: name == "numpy")
    assert hosted.missing() == ["anywidget<1", "safetensors>=0.5"]
    asked, status = [], {"anywidget<1": 0, "safetensors>=0.5": 0}

    def pip(command, **_):
        asked.append(command[-1])
        return subprocess.CompletedProcess(command, status[command[-1]])

    monkeypatch.setattr(hosted.subprocess, "run", pip)
    hosted.complete()
    assert asked == ["anywidget<1", "safetensors>=0.5"]
    status["safetensors>=0.5"] = 1
    with pytest.raises(RuntimeError, match="safetensors"):
        hosted.complete()
