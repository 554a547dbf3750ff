"""What must work with networks on a device that samples are not on: ``python tour.py BUILD``."""

import contextlib
import os
import sys
from dataclasses import replace
from pathlib import Path

HERE = Path(__file__).resolve()
sys.path[:0] = [str(HERE.parents[2]), str(HERE.parents[1])]

import torch  # noqa: E402

import pretend_device  # noqa: E402
from course_utils import checkpoints, datasets, evaluation, run_context, settings  # noqa: E402
from course_utils.exercises import EXERCISES  # noqa: E402
from course_utils.models import mlp_critic, mlp_generator  # noqa: E402
from course_utils.objectives import OBJECTIVES  # noqa: E402
from course_utils.training import TrainConfig, fit_critic, train  # noqa: E402


def main(build: Path) -> None:
    """Raise where something on the device meets something that is not."""
    pretend_device.install(build)
    os.environ["COURSE_DEVICE"] = pretend_device.NAME
    device = settings.device()
    sample = datasets.three_gaussians
    for name, objective in OBJECTIVES.items():
        config = replace(TrainConfig.for_objective(objective), n_steps=3, log_every=1, ema=0.9)
        generator = mlp_generator(2, hidden=(16,)).to(device)
        critic = mlp_critic((2,), (16,), spectral_norm=objective.spectral_norm).to(device)
        with undisturbed(name):
            assert len(train(generator, critic, sample, objective, config).rows) == 3
            fit_critic(critic, sample, sample, objective, config)
        norms = evaluation.slopes(critic, sample(8))
        assert norms.shape == (8,)
    assert set(checkpoints.snapshot({"generator": generator})["random"]) == {"cpu", device.type}
    with undisturbed("a check"):
        outcome = EXERCISES["wasserstein_critic_loss"].evaluate(lambda r, f: f.mean() - r.mean())
        assert outcome.status == "correct", outcome.message
    torch.manual_seed(5)
    first = torch.randn(3, device=device)
    with run_context.seeded(5):
        assert torch.equal(first.cpu(), torch.randn(3, device=device).cpu())
    try:
        torch.ones(2, dtype=torch.float64, device=device)
    except TypeError:
        return
    raise AssertionError("the pretend device took float64")


@contextlib.contextmanager
def undisturbed(name):
    """The random streams of both devices go on afterwards as if nothing had been."""
    before = run_context.random_state()
    yield
    for kind, state in run_context.random_state().items():
        assert torch.equal(state, before[kind]), f"{name} disturbed the random stream of {kind}"


if __name__ == "__main__":
    main(Path(sys.argv[1]))
