"""Where a student's work goes: one absolute place, the same for all that one command starts."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from course_utils import places, settings


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.delenv("COURSE_WORK", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "home"))
    monkeypatch.delenv("XDG_DOCUMENTS_DIR", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path / "home"


@pytest.fixture
def installed(home, monkeypatch):
    """As if the course were installed, in a place where nobody may write."""
    monkeypatch.setattr(places, "IN_CLONE", False)
    monkeypatch.setattr(places, "notebooks_dir", lambda: places.ROOT / "notebooks")
    return home


def test_a_clone_keeps_work_beside_the_package(home):
    assert settings.work_dir() == places.ROOT / "work"


@pytest.mark.parametrize("given", ["mywork", "./my work", "~/mywork", "  ~/mywork "])
def test_course_work_is_absolute_with_the_home_folder_in(home, monkeypatch, given):
    monkeypatch.setenv("COURSE_WORK", given)
    expected = home if "~" in given else Path.cwd()
    assert settings.work_dir() == expected / given.strip().removeprefix("~/").removeprefix("./")


def test_a_pinned_folder_is_the_same_for_who_runs_elsewhere(home, monkeypatch):
    """A kernel runs in the work folder: 'mywork' would be mywork/mywork there."""
    monkeypatch.setenv("COURSE_WORK", "mywork")
    here = settings.pin_work_dir()
    here.mkdir()
    code = "from course_utils import settings; print(settings.work_dir())"
    path = os.pathsep.join([str(places.ROOT), os.environ.get("PYTHONPATH", "")])
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=here, env=os.environ | {"PYTHONPATH": path},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert ran.stdout.strip() == str(here)


def test_nobodys_home_is_a_sentence(home, monkeypatch):
    monkeypatch.setenv("COURSE_WORK", "~no_such_user/work")
    with pytest.raises(settings.SettingError, match=r"COURSE_WORK is '~no_such_user"):
        settings.work_dir()


def test_a_clone_that_is_somebody_elses_leads_to_the_users_own_folder(home, monkeypatch):
    monkeypatch.setattr(places.os, "access", lambda path, how: False)
    assert settings.work_dir() == home / "Documents" / "wasserstein-gan-course"


def test_an_installed_course_works_where_the_lessons_are(installed, tmp_path):
    assert settings.work_dir() == installed / "Documents" / "wasserstein-gan-course"
    (tmp_path / places.lessons()[0].name).write_text("{}")
    assert settings.work_dir() == tmp_path


def test_the_lessons_as_shipped_are_nobodys_work(installed, monkeypatch):
    monkeypatch.chdir(places.notebooks_dir())
    assert settings.work_dir() != places.notebooks_dir()
