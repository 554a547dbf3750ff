"""Every switch of the course, read from the environment in this one place.

=================  ==========================================  ==============================
variable           values                                      meaning
=================  ==========================================  ==============================
COURSE_MODE        student (default), instructor, grade        do solution cells run? must answers
                                                               be right for the notebook to go on?
COURSE_PACE        quick, standard (default), full             how long experiments train
COURSE_SEED        an integer (default 0)                      the seed of every experiment
COURSE_DEVICE      auto (default), cpu, cuda, mps              where tensors live
COURSE_WORKERS     a positive integer (default: CPU count)     processes for parallel work
COURSE_WORK        a folder (default: work/ in the checkout)   notebooks in progress, answers
=================  ==========================================  ==============================

The variables are read when a function is called, not at import, so a test or a notebook can
change one and see the effect at once.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TypeVar

from course_utils import places
from course_utils.places import ROOT as ROOT

T = TypeVar("T")


class SettingError(ValueError):
    """A COURSE_* variable holds something it cannot mean."""


def _choice(name: str, allowed: tuple[str, ...]) -> str:
    value = os.environ.get(name, "").strip().lower() or allowed[0]
    if value not in allowed:
        raise SettingError(f"{name} is {value!r}; set it to one of: {', '.join(allowed)}.")
    return value


def _integer(name: str, default: int, minimum: int) -> int:
    text = os.environ.get(name, "").strip()
    try:
        value = int(text) if text else default
    except ValueError:
        raise SettingError(f"{name} is {text!r}; set it to a whole number.") from None
    if value < minimum:
        raise SettingError(f"{name} is {value}; the smallest meaningful value is {minimum}.")
    return value


def mode() -> str:
    """``"student"``, ``"instructor"``, or ``"grade"``: what another grader runs a notebook in."""
    if "COURSE_MODE" not in os.environ and "NBGRADER_EXECUTION" in os.environ:
        return "grade"  # nbgrader says in this variable that it is at work
    return _choice("COURSE_MODE", ("student", "instructor", "grade"))


def pace() -> str:
    """``"quick"`` (tests), ``"standard"`` (a laptop) or ``"full"`` (a GPU, or patience)."""
    return _choice("COURSE_PACE", ("standard", "quick", "full"))


def by_pace(*, quick: T, standard: T, full: T) -> T:
    """The value that belongs to the current pace: the only way a notebook branches on it."""
    return {"quick": quick, "standard": standard, "full": full}[pace()]


def seed() -> int:
    """The seed that every experiment of a lesson starts from."""
    return _integer("COURSE_SEED", default=0, minimum=0)


def workers() -> int:
    """How many processes parallel work may use."""
    return _integer("COURSE_WORKERS", default=os.cpu_count() or 1, minimum=1)


def work_dir() -> Path:
    """Where a student's notebooks and progress live: an absolute path, ``~`` included.

    See :func:`course_utils.places.default_work` for where that is if ``COURSE_WORK`` is not set.
    """
    given = os.environ.get("COURSE_WORK", "").strip()
    if not given:
        return places.default_work()
    try:
        return Path(given).expanduser().absolute()
    except RuntimeError:  # ~nobody
        raise SettingError(
            f"COURSE_WORK is {given!r}, and this system knows no such user; give the whole path."
        ) from None


def pin_work_dir() -> Path:
    """Settle the work folder for this process and all that it starts, wherever they are run."""
    work = work_dir()
    os.environ["COURSE_WORK"] = str(work)
    return work


def data_dir() -> Path:
    """Where the shipped data files live."""
    return places.data_dir()


def device():
    """The torch device that networks live on; samples follow them there.

    ``auto`` is CUDA if there is one, else the CPU: for networks this small Apple's GPU is no gain.

    Raises
    ------
    SettingError
        If the device asked for is not available on this machine.
    """
    import torch  # lessons 1 and 3 never need it

    accelerator = torch.accelerator.current_accelerator(check_available=True)
    present = ("cpu",) if accelerator is None else ("cpu", accelerator.type)
    wanted = _choice("COURSE_DEVICE", tuple(dict.fromkeys(("auto", "cuda", "mps", *present))))
    if wanted == "auto":
        wanted = "cuda" if "cuda" in present else "cpu"
    if wanted not in present:
        raise SettingError(
            f"COURSE_DEVICE is {wanted!r}, but torch finds no such device here; "
            "use COURSE_DEVICE=auto or COURSE_DEVICE=cpu."
        )
    return torch.device(wanted)
