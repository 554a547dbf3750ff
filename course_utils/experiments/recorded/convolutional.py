"""Recorded: the convolutional networks on digits, for as long as two cores need two hours.

It was made on a GPU, by ``COURSE_DEVICE=cuda`` before the same command. The run keeps checkpoints
in the work folder, so that the command goes on where it stopped.
"""

from __future__ import annotations

from dataclasses import asdict, replace

import torch
from torch import nn

from course_utils import datasets, models, settings
from course_utils.evaluation import frechet_floor, generate, score_images
from course_utils.experiments.images import LATENT_DIM, N_SCORED
from course_utils.experiments.recorded import RecordedRun
from course_utils.experiments.recorded.make import Plan
from course_utils.objectives import OBJECTIVES
from course_utils.run_context import seeded
from course_utils.training import TrainConfig, train

CHANNELS, N_SHOWN, N_JUDGED = 32, 64, 10_000
LABEL = "WGAN-GP, convolutional"


def config_of(seed: int) -> TrainConfig:
    """One critic update a step, as in the lesson's own run. A constant rate can be gone on with.

    The batch matters: after 40,000 steps of 128 the distance of 10,000 samples was 4.2, after
    20,000 of 256, which are as many images, 3.7 (real digits 3.2). With those of 128, a rate that
    fell to zero over the second half of the steps ended higher, at 5.0, and so did 3e-3, at 4.9.
    """
    return TrainConfig(
        n_steps=40_000, batch_size=256, latent_dim=LATENT_DIM, n_critic=1, lr=2e-3,
        betas=(0.0, 0.99), ema=0.9998, ema_grows=True, seed=seed, log_every=500,
        evaluate_every=1_000, checkpoint_every=1_000,
    )  # fmt: skip


def networks(seed: int, device: torch.device | str = "cpu") -> tuple[nn.Sequential, nn.Sequential]:
    """Generator and critic of :mod:`course_utils.models`, freshly initialised from ``seed``.

    Their dense layers matter, and so does He's start. With layers of 256 and 128 neurons in place
    of 512, and batches of 64, the Fréchet distance of 2,000 samples was 24 after 2,400 steps, three
    minutes of one thread (seed 1; real digits 7), and 122 with the critic's alone at half the rate.
    Without either it fell to 77 within 16,000 steps and stayed there, at lower rates and with five
    critic updates too. After 1,200 steps it was 139 with He's start and 476 with PyTorch's. With
    batches of 256, after 18,000 steps, 10,000 samples had 4.6 with those layers and 3.6 with these.
    """
    with seeded(seed):
        pair = models.conv_generator(LATENT_DIM, CHANNELS), models.conv_critic(CHANNELS)
        models.start_as_he(*pair)
    return pair[0].to(device), pair[1].to(device)


def run(label: str, seed: int, quick: bool) -> RecordedRun:
    """Train, and keep what the lesson shows: samples, and the weights that walks are made with."""
    config = config_of(seed)
    if quick:
        config = replace(config, n_steps=4, log_every=1, evaluate_every=2)
    device = torch.device("cpu") if quick else settings.device()  # a test makes the piece again
    generator, critic = networks(seed, device)
    data = datasets.mnist().to(device)

    def samples(network: nn.Module, n_samples: int) -> torch.Tensor:
        with seeded(seed):  # the same noise each time
            return generate(network, n_samples, LATENT_DIM)

    def evaluate(network: nn.Module) -> dict[str, float]:
        images = samples(network, 200 if quick else N_SCORED)
        return {"frechet": score_images(images, data.name).frechet}

    history = train(
        generator, critic, data.sample, OBJECTIVES["wgan_gp"], config, lambda _record: None,
        evaluate=evaluate, data=data.name,
        checkpoint=None if quick else settings.work_dir() / "recordings" / f"convolutional-{seed}",
    )  # fmt: skip
    sampler = history.generator
    n_judged = 200 if quick else N_JUDGED
    images = samples(sampler, n_judged)
    judged = score_images(images, data.name)
    scores = {
        "frechet": judged.frechet,
        "floor": frechet_floor(data.name, n_judged),
        "confidence": judged.confidence,
        "class shares": [round(float(share), 4) for share in judged.class_shares],
    }
    # flat, since what has four dimensions is kept as images are, in bytes
    weights = {
        f"generator.{name}": tensor.flatten() for name, tensor in sampler.state_dict().items()
    }
    return RecordedRun(
        label, seed, {"objective": "wgan_gp", "channels": CHANNELS, **asdict(config)}, scores,
        history.last("processor_seconds"), history, {"samples": images[:N_SHOWN], **weights},
    )  # fmt: skip


def seconds_an_image(n_steps: int) -> float:
    """Processor seconds that an image of a batch costs here and now, by ``n_steps`` steps.

    What a run made on a GPU would take without one. A first step, which finds everything cold,
    is not counted. Batches are of 64: an image costs as much as in one of 256, and the memory of
    a laptop is spared.
    """
    config = replace(
        config_of(0), n_steps=1 + n_steps, batch_size=64, log_every=1, evaluate_every=0
    )
    generator, critic = networks(0)
    history = train(
        generator, critic, datasets.mnist().sample, OBJECTIVES["wgan_gp"], config,
        lambda _record: None,
    )  # fmt: skip
    _, spent = history.curve("processor_seconds")
    return float(spent[-1] - spent[0]) / (n_steps * config.batch_size)


def generator_of(kept: RecordedRun) -> nn.Sequential:
    """The generator of a recorded run, with its weights."""
    generator = models.conv_generator(LATENT_DIM, kept.settings["channels"])
    state = {
        name: kept.tensors[f"generator.{name}"].reshape(tensor.shape)
        for name, tensor in generator.state_dict().items()
    }
    generator.load_state_dict(state)
    return generator.eval()


PLAN = Plan(
    about="the convolutional networks on digits, for as long as two cores need two hours",
    labels=(LABEL,),
    seeds=(0,),
    run=run,
)
