"""Networks on an accelerator, samples on the CPU: a pretend device shows what breaks.

COURSE_NEEDS_COMPILER=1, which continuous integration sets, makes a missing compiler a failure, and
runs lessons 2, 4 and 5 there besides the tour of the package; COURSE_FULL_TESTS=1 runs them with
trainings of full length.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from variants import FULL

from course_utils import datasets, models, settings
from course_utils.experiments import digits, images, morphing
from course_utils.objectives import OBJECTIVES
from course_utils.training import critic_update, generator_update

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


@pytest.mark.skipif(not NEEDED and not FULL, reason="a lesson on the pretend device: only in CI")
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("notebook", LESSONS, ids=lambda path: path.stem[:2])
def test_a_lesson_runs_on_the_pretend_device(compiler, notebook):
    whole = ["--whole"] if FULL else []
    done = run(HERE / "pretend_device" / "run_lesson.py", BUILD, notebook, *whole)
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-2000:]


@pytest.mark.parametrize("objective", OBJECTIVES.values(), ids=lambda objective: objective.name)
def test_a_step_stays_on_one_device(objective):
    """The meta device computes nothing but shapes, and refuses what meets it from the CPU."""
    with torch.device("meta"):
        generator = models.mlp_generator(2, hidden=(8,))
        critic = models.mlp_critic((2,), (8,), spectral_norm=objective.spectral_norm)
        real, z = torch.empty(16, 2), torch.empty(16, 2)
    optimizers = [torch.optim.SGD(network.parameters(), lr=0.1) for network in (critic, generator)]
    values = critic_update(critic, real, generator(z).detach(), objective, optimizers[0])
    values |= generator_update(generator, critic, z, objective, optimizers[1])
    assert {value.device.type for value in values.values()} == {"meta"}


def test_what_an_experiment_draws_is_where_its_network_is():
    generator = models.conv_generator(images.LATENT_DIM, 4).to("meta")
    pixels, labels = torch.empty(50, 28, 28, dtype=torch.uint8), torch.empty(50)
    data = datasets.ImageSet("mnist", pixels, labels, ()).to("meta")
    walks = digits.latent_walks(generator, 2, 3, seed=0)
    arc = morphing.latent_arc(
        generator, torch.empty(2, images.LATENT_DIM, device="meta"), 0, 1, 0.5
    )
    run = images.ImageRun(OBJECTIVES["gan"], data, generator, None, None, ())
    found = [walks, arc, *digits.places(run, 5, seed=0).values()]
    assert {tensor.device.type for tensor in found} == {"meta"}
    assert walks.shape == (6, 1, 28, 28) and arc.shape == (28, 28)


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
