"""Every switch is read where it is used, and a wrong one is explained."""

import pytest

from course_utils import settings


def test_defaults_are_a_students_laptop(monkeypatch):
    for name in ("COURSE_MODE", "COURSE_PACE", "COURSE_SEED"):
        monkeypatch.delenv(name, raising=False)
    assert (settings.mode(), settings.pace(), settings.seed()) == ("student", "standard", 0)


def test_a_change_is_seen_at_once(monkeypatch):
    monkeypatch.setenv("COURSE_PACE", "quick")
    assert settings.by_pace(quick=1, standard=2, full=3) == 1
    monkeypatch.setenv("COURSE_PACE", "full")
    assert settings.by_pace(quick=1, standard=2, full=3) == 3


@pytest.mark.parametrize(
    ("name", "value", "read"),
    [
        ("COURSE_MODE", "teacher", settings.mode),
        ("COURSE_PACE", "fast", settings.pace),
        ("COURSE_SEED", "lucky", settings.seed),
        ("COURSE_WORKERS", "0", settings.workers),
        ("COURSE_DEVICE", "tpu", settings.device),
    ],
)
def test_a_wrong_value_names_the_variable_and_the_value(monkeypatch, name, value, read):
    monkeypatch.setenv(name, value)
    with pytest.raises(settings.SettingError, match=rf"{name} is '?{value}"):
        read()
