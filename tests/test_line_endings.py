"""A clone by a git that writes Windows' line endings: the data are as shipped, or git is named."""

import shutil
import subprocess

import pytest

from course_utils import datasets, settings

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="no git here")


def git(*arguments, folder):
    who = ("-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "init.defaultBranch=main")
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)


def windows_clone(tmp_path, *, attributes):
    """A clone with core.autocrlf of a repository that holds the course's text and iris."""
    origin = tmp_path / "origin"
    origin.mkdir()
    names = [
        "Makefile",
        "data/iris.csv",
        "data/SHA256SUMS",
        "notebooks/01_probability_and_kl.ipynb",
    ]
    for name in [*names, *([".gitattributes"] if attributes else [])]:
        (origin / name).parent.mkdir(exist_ok=True)
        shutil.copy(settings.ROOT / name, origin / name)
    git("init", folder=origin)
    git("add", "-A", folder=origin)
    git("commit", "-m", "all", folder=origin)
    git("clone", "-c", "core.autocrlf=true", str(origin), str(tmp_path / "clone"), folder=tmp_path)
    return tmp_path / "clone"


def test_a_clone_with_autocrlf_has_the_files_as_shipped(tmp_path):
    clone = windows_clone(tmp_path, attributes=True)
    assert len(datasets.iris(clone / "data")) == 150
    for name in ("Makefile", "notebooks/01_probability_and_kl.ipynb"):
        assert (clone / name).read_bytes() == (settings.ROOT / name).read_bytes()


def test_line_endings_are_named_where_they_are_the_cause_and_the_advice_works(tmp_path):
    clone = windows_clone(tmp_path, attributes=False)
    with pytest.raises(datasets.DataError, match=r"line endings.*autocrlf.*Delete it") as caught:
        datasets.iris(clone / "data")
    advice = str(caught.value).split("`")[1].split()
    (clone / "data" / "iris.csv").unlink()
    git(*advice[1:], folder=clone)
    assert len(datasets.iris(clone / "data")) == 150
