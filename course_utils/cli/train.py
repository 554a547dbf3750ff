"""``python -m course_utils train``: one of the seven objectives on images, on one process or many.

Started plainly it is one process; started by ``torchrun --nproc-per-node N -m`` it is N, each
with its part of every batch (:mod:`course_utils.parallel`). Either way the run keeps a checkpoint,
goes on from it when the same command is given again, and leaves its history and a picture.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from pathlib import Path

import torch
from torch import nn
from tqdm import tqdm

from course_utils import datasets, durable, settings
from course_utils.checkpoints import CheckpointError
from course_utils.datasets import DataError, ImageSet
from course_utils.evaluation import generate, score_images
from course_utils.experiments.images import (
    LATENT_DIM,
    N_SCORED,
    image_networks,
    mnist_config,
    networks_for,
)
from course_utils.history import History, Record
from course_utils.objectives import OBJECTIVES, GradientPenalty, Objective
from course_utils.parallel import Alone, PeerLost, Ranks
from course_utils.run_context import seeded
from course_utils.training import TrainConfig, TrainingDiverged, train

DATA = {"mnist": datasets.mnist, "fashion_mnist": datasets.fashion_mnist}
N_PICTURED = 100

# what the user can mend: their sentence says all, and trying again would change nothing
EXPECTED = (CheckpointError, DataError, TrainingDiverged)


# --- the command line -----------------------------------------------------------------------


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``python -m course_utils train``; see :func:`config_from` for defaults."""
    if os.environ.get("RANK", "0") != "0":
        parser.error = lambda message: sys.exit(2)  # rank 0 says it for all
    parser.epilog = (
        "What is not said is as in lesson 5 for the gradient penalties, and as in the objective's "
        "paper for the others; the number of steps goes by COURSE_PACE."
    )
    for name, table, default in (("--objective", OBJECTIVES, "wgan_gp"), ("--data", DATA, "mnist")):
        text = f"one of: {', '.join(table)} (default: {default})"
        parser.add_argument(name, choices=table, default=default, metavar="NAME", help=text)
    for name, kind, text in (
        ("--steps", int, "generator updates in all"),
        ("--batch-size", int, "samples in the whole batch, shared equally by the processes"),
        (
            "--lr",
            float,
            "the generator's learning rate; the critic's too, but in WGAN-GP and WGAN-LP "
            f"{mnist_config().critic_lr_factor:g} of it",
        ),
        ("--n-critic", int, "critic updates before each generator update"),
        ("--ema", float, "decay of the averaged weights that samples come from; 0: none"),
        ("--seed", int, "seed of the weights and of every random stream"),
    ):
        parser.add_argument(name, type=kind, help=text)
    for name, default, text in (
        ("--checkpoint-every", 500, "a run that dies loses at most this much; 0: only at the end"),
        ("--evaluate-every", 0, "take the Fréchet distance for the history; 0: only at the end"),
    ):
        text += f" (default: {default})"
        parser.add_argument(name, type=int, default=default, metavar="STEPS", help=text)
    parser.add_argument(
        "--out",
        type=Path,
        metavar="FOLDER",
        help="for the checkpoint, history.csv and samples.png; a run that left a checkpoint there "
        "is continued (default: DATA-OBJECTIVE in work/runs)",
    )


def config_from(options: argparse.Namespace) -> TrainConfig:
    """What was asked for, on top of lesson 5's settings, or those of the objective's paper."""
    objective = OBJECTIVES[options.objective]
    config = mnist_config()
    if not isinstance(objective.constraint, GradientPenalty):
        config = replace(config, critic_lr_factor=1.0, **asdict(objective.paper))
    asked = {
        "n_steps": options.steps,
        "batch_size": options.batch_size,
        "lr": options.lr,
        "n_critic": options.n_critic,
        "ema": options.ema,
        "seed": options.seed,
        "checkpoint_every": options.checkpoint_every,
        "evaluate_every": options.evaluate_every,
    }
    return replace(config, **{name: value for name, value in asked.items() if value is not None})


# --- one run --------------------------------------------------------------------------------


def run(options: argparse.Namespace, watch: Callable[[Record], None] | None = None) -> None:
    """Do what ``python -m course_utils train`` was asked to, as one process or as one of many.

    Parameters
    ----------
    options : Namespace
        See :func:`add_arguments`.
    watch : callable, optional
        Told of each logged step, on every rank.

    Raises
    ------
    SystemExit
        With status 1 after an error, which one rank has told; 130 after an interrupt.
    """
    peers = None
    with _signals_as_before():
        try:
            peers = _peers()
            # how schedulers, and torchrun when it is stopped itself, ask a process to end
            signal.signal(signal.SIGTERM, lambda *_: setattr(peers, "stop_requested", True))
            interrupted = _train(options, peers, watch).interrupted
            if isinstance(peers, Ranks):
                peers.leave()
        except Exception as error:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)  # or torchrun ends us in mid-sentence
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            _tell(error, peers, _folder(options))
            sys.exit(1)
    if interrupted:
        sys.exit(130)


@contextlib.contextmanager
def _signals_as_before() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _peers() -> Alone:
    """Who shares the run, by the environment that torchrun makes; takes this rank's GPU."""
    if int(os.environ.get("WORLD_SIZE", "1")) == 1:
        return Alone()
    device = settings.device()
    if device.type == "cuda":
        n_gpus, n_ranks = torch.cuda.device_count(), int(os.environ.get("LOCAL_WORLD_SIZE", "1"))
        if n_ranks > n_gpus:
            raise ValueError(
                f"{n_ranks} ranks need as many GPUs, and this machine has {n_gpus}; "
                "use a smaller --nproc-per-node, or COURSE_DEVICE=cpu"
            )
        torch.cuda.set_device(int(os.environ.get("LOCAL_RANK", "0")))
    elif device.type != "cpu":
        os.environ["COURSE_DEVICE"] = "cpu"  # Apple's GPU cannot be shared by ranks
    return Ranks(use_cuda=device.type == "cuda")


def _folder(options: argparse.Namespace) -> Path:
    default = settings.work_dir() / "runs" / f"{options.data}-{options.objective}"
    return options.out or default


def _train(options, peers: Alone, watch: Callable[[Record], None] | None) -> History:
    objective, config, out = OBJECTIVES[options.objective], config_from(options), _folder(options)
    data = DATA[options.data]().to(settings.device())
    lessons = isinstance(objective.constraint, GradientPenalty)  # as in config_from
    networks = networks_for(data) if lessons else image_networks
    generator, critic = networks(objective, config.seed)
    bar = tqdm(total=config.n_steps, desc=f"{objective.name}, {options.data}",
               disable=peers.rank > 0)  # fmt: skip

    def on_step(record: Record) -> None:
        if not bar.n:
            bar.n = bar.initial = peers.saved_step
        bar.set_postfix(critic_loss=f"{record.values['critic_loss']:.3f}", refresh=False)
        bar.update(record.step - bar.n)
        if watch is not None:
            watch(record)

    with bar:
        history = train(
            generator, critic, data.sample, objective, config, on_step,
            evaluate=_frechet_of(data) if peers.rank == 0 else None,
            checkpoint=out, data=options.data, peers=peers,
        )  # fmt: skip
    if peers.rank == 0:
        _leave_behind(history, objective, data, out)
        if history.interrupted:
            print(f"Stopped after step {peers.step}. {_way_on(peers, out)}", file=sys.stderr)
    return history


def _frechet_of(data: ImageSet) -> Callable[[nn.Module], dict[str, float]]:
    def frechet(generator: nn.Module) -> dict[str, float]:
        torch.manual_seed(0)  # the same noise each time; the loop protects its own stream
        images = generate(generator, N_SCORED, LATENT_DIM)
        return {"frechet": score_images(images, data.name).frechet}

    return frechet


def _leave_behind(history: History, objective: Objective, data: ImageSet, out: Path) -> None:
    """History as CSV and a grid of samples beside the checkpoint."""
    import matplotlib

    matplotlib.use("Agg")  # a server has no screen
    from course_utils.plots import use_course_style
    from course_utils.plots.image_figures import image_grid

    durable.write_whole(out / "history.csv", history.to_frame().to_csv())
    last = history.rows[-1]
    with seeded(0):
        images = generate(history.generator, N_PICTURED, LATENT_DIM)
    told = f"after step {last['step']}"
    if "frechet" in last:
        told = f"Fréchet distance {last['frechet']:.1f} {told}"
    use_course_style()
    picture = io.BytesIO()
    image_grid(images, f"{objective.name} on {data.name}: {told}").savefig(picture)
    durable.write_whole(out / "samples.png", picture.getvalue())
    print(f"{told}; checkpoint, history.csv and samples.png are in {out}")


# --- when it ends badly ---------------------------------------------------------------------


def _way_on(peers: Alone, out: Path) -> str:
    if not peers.saved_step:
        return "There is no checkpoint yet; the same command starts again from step 0."
    return f"The same command goes on from step {peers.saved_step}, the checkpoint in {out}."


def _tell(error: Exception, peers: Alone | None, out: Path) -> None:
    """Say once, whatever the number of ranks, who failed, when, and how to go on."""
    who = "train"
    if isinstance(peers, Ranks):
        who = f"rank {peers.rank} of {peers.size}"
        if isinstance(error, PeerLost) and not peers.has_been_told():
            who = _lost(peers)
        if not peers.may_speak():
            peers.leave()
            return
    elif os.environ.get("RANK", "0") != "0":
        return  # refused before the ranks met, and all for one reason
    asked_wrongly = isinstance(error, ValueError) and (peers is None or peers.step == 0)
    if asked_wrongly or isinstance(error, EXPECTED):
        told = f"train: {error}"
    else:
        if not isinstance(error, (PeerLost, OSError)):
            traceback.print_exception(error)
        what = f"failed after step {peers.step}: {error!r}."
        if isinstance(error, PeerLost):
            what = f"was lost after step {peers.step} (killed, or out of memory?)."
        told = f"{who} {what} {_way_on(peers, out)}"
    print(f"\n{told}", file=sys.stderr, flush=True)
    if isinstance(peers, Ranks):
        peers.leave()


def _lost(peers: Ranks) -> str:
    lost = [str(rank) for rank in peers.missing()]
    if not lost:
        return f"contact between the {peers.size} ranks"
    return f"{'ranks' if len(lost) > 1 else 'rank'} {' and '.join(lost)} of {peers.size}"
