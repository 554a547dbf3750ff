"""Cut every training to a few steps: for runs of a lesson that are not about what it learns.

``python -m tests.short_trainings FOLDER`` makes FOLDER an IPYTHONDIR whose kernels train so little.
What a lesson claims may then come out false, which only instructor mode takes for an error.
"""

import sys
from pathlib import Path

STEPS, STEPS_IN_THE_PLANE = 2, 100  # the lessons look at steps up to the 100th
LONG = 10_000  # whoever asks for as many steps means to stop them by hand
STARTUP = """
import sys

sys.path.insert(0, {here!r})
import short_trainings

short_trainings.cut_when_loaded(get_ipython())
"""


def cut() -> None:
    """Let no training take more than a few steps; in the plane they cost little."""
    from course_utils.experiments import images, own_steps
    from course_utils.training import TrainConfig

    checked, play = TrainConfig.__post_init__, own_steps.play

    def shortened(self):
        checked(self)
        if self.n_steps >= LONG:
            return
        most = STEPS if self.latent_dim == images.LATENT_DIM else STEPS_IN_THE_PLANE
        object.__setattr__(self, "n_steps", min(self.n_steps, most))
        object.__setattr__(self, "evaluate_every", min(self.evaluate_every, most - 1))

    TrainConfig.__post_init__ = shortened
    own_steps.play = lambda step, generator, n, *more, **named: play(
        step, generator, min(n, STEPS), *more, **named
    )


def cut_when_loaded(shell) -> None:
    """As soon as a cell has loaded the loop; lessons without torch stay without it."""

    def look(_info):
        if "course_utils.training" in sys.modules:
            cut()
            shell.events.unregister("pre_run_cell", look)

    shell.events.register("pre_run_cell", look)


def write_profile(folder: Path) -> Path:
    """Make ``folder`` an IPYTHONDIR whose kernels cut their trainings."""
    startup = folder / "profile_default" / "startup"
    startup.mkdir(parents=True, exist_ok=True)
    code = STARTUP.format(here=str(Path(__file__).resolve().parent))
    (startup / "short_trainings.py").write_text(code.lstrip(), encoding="utf-8")
    return folder


if __name__ == "__main__":
    write_profile(Path(sys.argv[1]))
