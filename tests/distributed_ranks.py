"""What test_distributed.py starts on each rank: ``torchrun … distributed_ranks.py TASK …``."""

import argparse
import json
import os
import signal
import sys
from dataclasses import replace
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import nn
from torch.nn.parallel import DistributedDataParallel

from course_utils import datasets, models
from course_utils.cli import train as train_command
from course_utils.experiments.images import image_networks
from course_utils.objectives import OBJECTIVES
from course_utils.parallel import PeerLost, Ranks
from course_utils.training import TrainConfig, critic_update, train


def image_config(objective):
    parser = argparse.ArgumentParser()
    train_command.add_arguments(parser)
    options = parser.parse_args(["--objective", objective.name, "--steps", "20", "--ema", "0.9"])
    return replace(train_command.config_from(options), batch_size=16, log_every=1)


def digits_run(objective, **more):
    """Twenty steps with the networks of ``train``: final weights and logged rows.

    In float64: what is compared is the method, not how a game between networks lets rounding
    grow. (In float32 it grows enough to see, with spectral norm, when one process merely reads
    its batches backwards.)
    """
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # as each rank: spectral norm starts in float32, rounded by threads
    networks = [network.double() for network in image_networks(objective, seed=3)]
    torch.set_num_threads(threads)
    digits = datasets.mnist()

    def sample(n):
        return digits.sample(n).double()

    torch.set_default_dtype(torch.float64)
    try:
        history = train(*networks, sample, objective, image_config(objective), **more)
    finally:
        torch.set_default_dtype(torch.float32)
    networks = (*networks, history.generator)
    weights = {f"{i}.{k}": v for i, n in enumerate(networks) for k, v in n.state_dict().items()}
    return weights, history.rows


def plane_run(objective, **more):
    """Twenty steps in the plane in float32, as the lessons play it: logged rows."""
    torch.manual_seed(3)
    networks = (
        models.mlp_generator(2, hidden=(64, 64)),
        models.mlp_critic(hidden=(64, 64), spectral_norm=objective.spectral_norm),
    )
    config = TrainConfig.for_objective(objective, n_steps=20, batch_size=32, log_every=1)
    return train(*networks, datasets.eight_gaussians, objective, config, **more).rows


def draw_as_one(peers):
    """Let every rank draw the numbers of the whole batch and keep its part of them."""
    randn, rand, randint = torch.randn, torch.rand, torch.randint

    def part(whole):
        return whole.chunk(peers.size)[peers.rank]

    peers.seed = lambda seed: seed
    torch.randn = lambda n, *rest, **more: part(randn(n * peers.size, *rest, **more))
    torch.rand = lambda n, **more: part(rand(n * peers.size, **more))
    torch.randint = lambda high, size, **more: part(randint(high, (size[0] * peers.size,), **more))


def batches_drawn(peers):
    """The real images that two steps of the ordinary run draw on this rank."""
    drawn = []

    def sample(n):
        drawn.append(datasets.mnist().sample(n))
        return drawn[-1]

    objective = OBJECTIVES["wgan_gp"]
    config = replace(image_config(objective), n_steps=2, n_critic=2)
    train(*image_networks(objective, seed=3), sample, objective, config, peers=peers)
    return torch.cat(drawn)


def gradients(objective, peers, ddp):
    """The critic's gradients on a batch that differs by rank: our way, or DDP's."""
    _, critic = image_networks(objective, seed=3)
    torch.manual_seed(peers.rank)
    real, fake = torch.rand(2, 8, 1, 28, 28)
    optimizer = torch.optim.SGD(critic.parameters(), lr=0.1)
    torch.manual_seed(10 + peers.rank)  # for the mixing weights ε
    if ddp:
        whole = DistributedDataParallel(WholeCriticLoss(critic, objective))
        whole(real, fake).backward()
    else:
        peers.join([critic], [optimizer])
        critic_update(critic, real, fake, objective, optimizer)
    return torch.cat([p.grad.flatten() for p in critic.parameters()])


class WholeCriticLoss(nn.Module):
    """Everything that the critic minimises as one module's forward, which DDP insists on."""

    def __init__(self, critic, objective):
        super().__init__()
        self.critic, self.objective = critic, objective

    def forward(self, real, fake):
        loss = self.objective.loss.critic_loss(self.critic(real), self.critic(fake))
        return loss + self.objective.constraint.penalty(self.critic, real, fake)


def compare(folder):
    """All that is compared with one process, in one launch."""
    peers = Ranks()
    tensors = {"drawn": batches_drawn(peers)}
    for objective in OBJECTIVES.values():
        tensors[f"{objective.name}.ddp"] = gradients(objective, peers, ddp=True)
        tensors[f"{objective.name}.ours"] = gradients(objective, peers, ddp=False)
    draw_as_one(peers)
    for objective in OBJECTIVES.values():
        weights, rows = digits_run(objective, peers=peers)
        tensors |= {f"{objective.name}.weights.{k}": v.clone() for k, v in weights.items()}
        rows = {"digits": rows, "plane": plane_run(objective, peers=peers)}
        (folder / f"{objective.name}.{peers.rank}.json").write_text(json.dumps(rows))
    save_file(tensors, folder / f"{peers.rank}.safetensors")
    peers.leave()


def die(rank, step, arguments):
    """The command ``train``, except that one rank is killed at a step."""

    def watch(record):
        if (os.environ["RANK"], record.step) == (rank, int(step)):
            os.kill(os.getpid(), signal.SIGKILL)

    parser = argparse.ArgumentParser()
    train_command.add_arguments(parser)
    train_command.run(parser.parse_args(arguments), watch)


def lose(rank, folder):
    """Lose a rank between two common operations; each other one writes whom it misses."""
    peers = Ranks()
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # torchrun's, when it sees the loss
    try:
        while True:
            if (str(peers.rank), peers.step) == (rank, 3):
                os.kill(os.getpid(), signal.SIGKILL)
            peers.agree({"loss": torch.zeros(())}, False)
    except PeerLost:
        (folder / str(peers.rank)).write_text(json.dumps(peers.missing()))
        peers.leave()


if __name__ == "__main__":
    task, *rest = sys.argv[1:]
    if task == "compare":
        compare(Path(rest[0]))
    elif task == "lose":
        lose(rest[0], Path(rest[1]))
    else:
        die(rest[0], rest[1], rest[2:])
