"""One case of a sweep: train, judge, and report, whatever happens."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from dataclasses import replace

import torch
from torch import nn

from course_utils import datasets, evaluation, models, settings
from course_utils.cli.sweep.plans import Case
from course_utils.objectives import OBJECTIVES, GradientPenalty, Objective, WeightClipping
from course_utils.run_context import seeded
from course_utils.training import TrainConfig, TrainingDiverged, train

N_IMAGES, N_POINTS = 2000, 500  # samples that a case is judged by
RING_STD = 0.02  # of each mode of the ring
ARCHITECTURE = (
    "generator_depth", "generator_width", "batch_norm", "critic_depth", "critic_width", "leak",
    "tanh", "lambda_gp", "clip_value",
)  # fmt: skip

# The training loop draws from torch's one stream, which the threads of a process share: cases
# that ran side by side in one process would draw each other's numbers.
_one_at_a_time = threading.Lock()


def run_case(case: Case) -> dict[str, object]:
    """Train as the case says and judge the samples.

    Returns
    -------
    dict
        The measures of its data, ``seconds`` (of the whole case), ``diverged``, ``error``. A
        training that diverges or breaks off is a result too; it just has no measures.

    Raises
    ------
    DataError
        If a data file is missing or damaged: no case could succeed.
    KeyboardInterrupt
        If the training was stopped; half a training is no result.
    """
    with _one_at_a_time, _one_thread():
        start = time.perf_counter()
        try:
            outcome = {"diverged": False, "error": ""} | _judged(case)
        except TrainingDiverged as error:
            outcome = {"diverged": True, "error": str(error)}
        except datasets.DataError:
            raise
        except Exception as error:
            outcome = {"diverged": False, "error": f"{type(error).__name__}: {error}"}
        return outcome | {"seconds": time.perf_counter() - start}


@contextmanager
def _one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _judged(case: Case) -> dict[str, float]:
    objective = _objective(case)
    images = None if case.data == "ring" else getattr(datasets, case.data)()
    device = torch.device("cpu") if images is None else settings.device()
    sample = datasets.eight_gaussians if images is None else images.to(device).sample
    generator, critic = (network.to(device) for network in _networks(case, objective))
    own = {k: v for k, v in case.settings.items() if k not in ARCHITECTURE and v is not None}
    config = TrainConfig(**own, seed=case.seed, log_every=100)
    # watched, so that no bar of a single case mingles with the sweep's own
    history = train(generator, critic, sample, objective, config, on_step=lambda _record: None)
    if history.interrupted:
        raise KeyboardInterrupt
    with seeded(case.seed):
        if images is None:
            return _points(history.generator, config.latent_dim)
        return _images(history.generator, config.latent_dim, case.data)


def _objective(case: Case) -> Objective:
    objective, chosen = OBJECTIVES[case.objective], case.settings
    if isinstance(objective.constraint, GradientPenalty):
        constraint = replace(objective.constraint, lambda_gp=chosen["lambda_gp"])
        return replace(objective, constraint=constraint)
    if isinstance(objective.constraint, WeightClipping):
        constraint = replace(objective.constraint, clip_value=chosen["clip_value"])
        return replace(objective, constraint=constraint)
    return objective


def _networks(case: Case, objective: Objective) -> tuple[nn.Module, nn.Module]:
    shape = (2,) if case.data == "ring" else models.IMAGE_SHAPE
    chosen = case.settings
    with seeded(case.seed):
        generator = models.mlp_generator(
            chosen["latent_dim"],
            shape,
            (chosen["generator_width"],) * chosen["generator_depth"],
            batch_norm=chosen["batch_norm"],
            tanh=chosen["tanh"],
        )
        critic = models.mlp_critic(
            shape,
            (chosen["critic_width"],) * chosen["critic_depth"],
            leak=chosen["leak"],
            tanh=chosen["tanh"],
            spectral_norm=objective.spectral_norm,
        )
    return generator, critic


def _finite(samples: torch.Tensor) -> torch.Tensor:
    if not samples.isfinite().all():
        raise TrainingDiverged("the losses are finite, but the samples are not.")
    return samples


def _points(generator: nn.Module, latent_dim: int) -> dict[str, float]:
    fake = _finite(evaluation.generate(generator, N_POINTS, latent_dim))
    real = datasets.eight_gaussians(N_POINTS)
    coverage = evaluation.mode_coverage(fake, datasets.EIGHT_MEANS, RING_STD)
    return {
        "w1": evaluation.exact_w1(real, fake),
        "modes": coverage.modes_hit,
        "within": coverage.within,
    }


def _images(generator: nn.Module, latent_dim: int, name: str) -> dict[str, float]:
    fake = _finite(evaluation.generate(generator, N_IMAGES, latent_dim))
    scores = evaluation.score_images(fake, name)
    return {
        "frechet": scores.frechet,
        "classifier_score": scores.classifier_score,
        "confidence": scores.confidence,
        "modes": int((scores.class_shares >= 0.01).sum()),
    }
