"""Networks on an accelerator, samples on the CPU: a pretend device shows what breaks.

COURSE_NEEDS_COMPILER makes a missing compiler a failure; COURSE_FULL_TESTS=1 runs lessons there.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from variants import FULL

from course_utils import settings

HERE = Path(__file__).parent
BUILD = settings.ROOT / "build" / "pretend-device"
NEEDED = bool(os.environ.get("COURSE_NEEDS_COMPILER"))
LESSONS = sorted((settings.ROOT / "notebooks").glob("0[245]*.ipynb"))


@pytest.fixture(scope="module")
def compiler():
    sys.path.insert(0, str(HERE))
    import pretend_device

    if not pretend_device.available():
        if NEEDED:
            pytest.fail("a C++ compiler and ninja are needed here (COURSE_NEEDS_COMPILER is set)")
        pytest.skip("no C++ compiler, or no ninja: nothing was tried on the pretend device")


def run(*arguments, **environment):
    return subprocess.run(
        [sys.executable, *map(str, arguments)],
        capture_output=True,
        text=True,
        env=os.environ | environment,
        check=False,
    )


def test_the_loop_and_the_evaluations_move_what_they_are_given(compiler):
    done = run(HERE / "pretend_device" / "tour.py", BUILD)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.skipif(not FULL, reason="minutes of computing: COURSE_FULL_TESTS=1 runs it")
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("notebook", LESSONS, ids=lambda path: path.stem[:2])
def test_a_lesson_runs_on_the_pretend_device(compiler, notebook):
    done = run(HERE / "pretend_device" / "run_lesson.py", BUILD, notebook)
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-2000:]


@pytest.mark.parametrize(
    ("present", "found"), [("cuda", "cuda"), ("mps", "cpu"), (None, "cpu")], ids=str
)
def test_auto_is_cuda_or_the_cpu(monkeypatch, present, found):
    accelerator = torch.device(present) if present else None
    monkeypatch.setattr(
        torch.accelerator, "current_accelerator", lambda check_available=False: accelerator
    )
    monkeypatch.setenv("COURSE_DEVICE", "auto")
    assert settings.device() == torch.device(found)
    monkeypatch.setenv("COURSE_DEVICE", "mps")
    if present == "mps":
        assert settings.device() == torch.device("mps")
    else:
        with pytest.raises(settings.SettingError, match="torch finds no such device here"):
            settings.device()
