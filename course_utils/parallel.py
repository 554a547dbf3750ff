"""What the training loop asks of the processes that share its work.

:class:`Alone` answers for an ordinary run: there is nothing to share. :class:`Ranks` answers for
one process of several, each of which holds a copy of the networks and an equal part of every
batch.

All losses are means over the batch, and the mean over the batch is the mean over the ranks of
the means over their equal parts; so is its gradient. Averaging the gradients just before an
optimiser uses them is therefore exact, for any loss and any penalty, whatever passes through the
critic they took: the loop's two updates stay as they are. (DistributedDataParallel does the same
averaging inside the backward pass, for which every loss would have to be restated as one
module's forward.)
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterable
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm

from course_utils import checkpoints

PATIENCE = timedelta(minutes=10)  # with a rank that is there but does not answer
ROLL_CALL_SECONDS = 5.0  # for the ranks that are left to say so, once one is lost


class PeerLost(RuntimeError):
    """Another rank stopped answering in the middle of a common operation."""


class Alone:
    """The only process of a run; :class:`Ranks` gives other answers to the same questions.

    Attributes
    ----------
    rank, size : int
        Which process this is, from 0, and of how many. Rank 0 keeps history and checkpoints.
    step, saved_step : int
        The last step that is complete, and the last whose checkpoint is written; 0 before.
    stop_requested : bool
        Set by a signal handler to end the run after the step in progress.
    """

    rank, size = 0, 1

    def __init__(self) -> None:
        self.step = self.saved_step = 0
        self.stop_requested = False

    def seed(self, seed: int) -> int:
        """The seed of this process's own random stream."""
        return seed

    def part_of(self, batch_size: int) -> int:
        """How many samples of each batch are drawn here."""
        return batch_size

    def join(
        self, networks: Iterable[nn.Module], optimizers: Iterable[torch.optim.Optimizer]
    ) -> None:
        """Tie the networks and optimisers of all processes together."""

    def agree(self, values: dict[str, Tensor], stop: bool) -> tuple[dict[str, Tensor], bool]:
        """End a step: the losses of the whole batch, and whether anyone wants to stop."""
        self.step += 1
        return values, stop or self.stop_requested

    def open(self, folder: Path) -> AbstractContextManager[None]:
        """As :func:`course_utils.checkpoints.run_folder`."""
        return checkpoints.run_folder(folder)

    def load(self, folder: Path) -> dict[str, Any] | None:
        """As :func:`course_utils.checkpoints.load`."""
        state = checkpoints.load(folder)
        if state is not None:
            self.step = self.saved_step = state["step"]
        return state

    def save(self, folder: Path, state: dict[str, Any]) -> None:
        """As :func:`course_utils.checkpoints.save`."""
        checkpoints.save(folder, state)
        self.saved_step = state["step"]


class Ranks(Alone):
    """One of several processes, connected by torch.distributed.

    Every rank starts from rank 0's weights and ends each step with the same ones. Each has a
    random stream of its own, so that no two draw the same samples. Batch norm is taken over the
    whole batch. With the same number of ranks a resumed run ends with the same weights, bit for
    bit, as one that never stopped; with another number it goes on from the same weights and
    optimisers with other random numbers.

    Parameters
    ----------
    use_cuda : bool
        Also connect the ranks' GPUs, by NCCL.

    Raises
    ------
    RuntimeError
        If the environment does not say which rank this is and where the others are, as
        ``torchrun`` makes it do.
    """

    def __init__(self, *, use_cuda: bool = False) -> None:
        super().__init__()
        self.store, self.rank, self.size = next(dist.rendezvous("env://"))
        dist.init_process_group(
            "cpu:gloo,cuda:nccl" if use_cuda else "gloo",
            store=self.store,
            rank=self.rank,
            world_size=self.size,
            timeout=PATIENCE,
        )
        self._leaving = threading.Event()
        self._answering = threading.Thread(target=self._answer, daemon=True)
        self._answering.start()

    def seed(self, seed: int) -> int:
        return _mixed_seed(seed, self.rank)

    def part_of(self, batch_size: int) -> int:
        if batch_size % self.size:
            below = batch_size // self.size * self.size
            choices = " or ".join(str(n) for n in (below, below + self.size) if n)
            raise ValueError(
                f"a batch of {batch_size} cannot be shared equally by {self.size} ranks; "
                f"use a batch of {choices}"
            )
        return batch_size // self.size

    def join(self, networks, optimizers) -> None:
        for network in networks:
            for module in network.modules():
                if type(module) in (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d):
                    # the same parameters and buffers, another way through
                    module.__class__ = WholeBatchNorm
            for value in network.state_dict().values():
                _together(dist.broadcast, value, 0)
        for optimizer in optimizers:
            optimizer.register_step_pre_hook(self._average_gradients)

    def _average_gradients(self, optimizer: torch.optim.Optimizer, *_: Any) -> None:
        parameters = [p for group in optimizer.param_groups for p in group["params"]]
        gradients = [p.grad for p in parameters if p.grad is not None]
        flat = torch.cat([gradient.flatten() for gradient in gradients])
        _together(dist.all_reduce, flat)  # one message, since each has its latency
        flat /= self.size
        for gradient, mean in zip(
            gradients, flat.split([g.numel() for g in gradients]), strict=True
        ):
            gradient.copy_(mean.view_as(gradient))

    def agree(self, values, stop):
        means = torch.stack(list(values.values()))
        _together(dist.all_reduce, means)
        # on the CPU, so that asking never waits for a GPU
        stops = torch.tensor([int(stop or self.stop_requested)])
        _together(dist.all_reduce, stops)
        self.step += 1
        return dict(zip(values, means / self.size, strict=True)), bool(stops)

    @contextlib.contextmanager
    def open(self, folder):
        """As :func:`course_utils.checkpoints.run_folder`, by rank 0."""
        with contextlib.ExitStack() as held:
            self._from_rank_0(lambda: held.enter_context(checkpoints.run_folder(folder)))
            yield

    def _from_rank_0(self, work, *arguments):
        """What `work` gives on rank 0, or its CheckpointError, on every rank."""
        told: list[Any] = [None, None]
        if self.rank == 0:
            try:
                told[0] = work(*arguments)
            except checkpoints.CheckpointError as error:
                told[1] = str(error)
        _together(dist.broadcast_object_list, told, 0)
        result, problem = told
        if problem is not None:
            raise checkpoints.CheckpointError(problem)
        return result

    def load(self, folder):
        """As :func:`course_utils.checkpoints.load`, with this rank's random stream.

        Rank 0 reads and tells the others, who need not see the same disk.
        """
        state = self._from_rank_0(super().load, folder)
        if state is not None:
            self.step = self.saved_step = state["step"]
            streams = state.get("streams", [])
            if len(streams) == self.size:
                state["random"] = streams[self.rank]
            else:  # written by another number of ranks
                state["random"] = {
                    kind: _fresh_stream(kind, state["step"], self.rank) for kind in state["random"]
                }
        return state

    def save(self, folder, state):
        """As :func:`course_utils.checkpoints.save`, by rank 0, with every rank's random stream."""
        streams: list[Any] = [None] * self.size
        _together(dist.all_gather_object, streams, state["random"])
        if self.rank == 0:
            checkpoints.save(folder, state | {"streams": streams})
        self.saved_step = state["step"]

    # --- when a rank is lost ---

    def missing(self) -> list[int]:
        """After a :class:`PeerLost`: the ranks that do not answer a roll call any more."""
        deadline = time.monotonic() + ROLL_CALL_SECONDS
        with contextlib.suppress(RuntimeError):
            self.store.set("roll call", "")
        while (silent := self._silent()) and time.monotonic() < deadline:
            time.sleep(0.05)
        return silent

    def _silent(self) -> list[int]:
        try:
            return [rank for rank in range(self.size) if not self.store.check([f"here/{rank}"])]
        except RuntimeError:
            return [0]  # without torchrun, the store lives and dies with rank 0

    def _answer(self) -> None:
        """Wait for a roll call and answer it, also while the main thread hangs on a lost rank."""
        with contextlib.suppress(RuntimeError):
            while not self._leaving.wait(0.2):
                if self.store.check(["roll call"]):
                    break
            self.store.set(f"here/{self.rank}", "")

    def leave(self) -> None:
        """Take this rank out of the group, in good or in bad times."""
        self._leaving.set()
        self._answering.join()
        if dist.is_initialized():
            dist.destroy_process_group()

    def may_speak(self) -> bool:
        """True for the first rank that asks: of many witnesses one tells what happened."""
        try:
            return self.store.add("spoken", 1) == 1
        except RuntimeError:
            return True

    def has_been_told(self) -> bool:
        """Whether a rank has told what happened."""
        try:
            return self.store.check(["spoken"])
        except RuntimeError:
            return False


def _together(operation, *arguments: Any) -> None:
    """Do something that all ranks do at once; a :class:`PeerLost` says that they did not."""
    try:
        operation(*arguments)
    except RuntimeError as error:
        raise PeerLost(str(error)) from error


def _mixed_seed(*numbers: int) -> int:
    """One seed out of several numbers, without the coincidences of adding them."""
    return int(np.random.SeedSequence(numbers).generate_state(1)[0])


def _fresh_stream(kind: str, *numbers: int) -> Tensor:
    return torch.Generator(kind).manual_seed(_mixed_seed(*numbers)).get_state()


# --- batch norm over the whole batch --------------------------------------------------------


class _Sum(torch.autograd.Function):
    """The sum of a tensor over all ranks; so is its gradient, since all losses depend on it."""

    @staticmethod
    def forward(ctx, x: Tensor) -> Tensor:
        total = x.clone()
        _together(dist.all_reduce, total)
        return total

    @staticmethod
    def backward(ctx, gradient: Tensor) -> Tensor:
        total = gradient.contiguous().clone()
        _together(dist.all_reduce, total)
        return total


class WholeBatchNorm(_BatchNorm):
    """Batch norm over the batch of all ranks together, equal parts of which lie on each.

    PyTorch's SyncBatchNorm needs CUDA. Variances are combined as ``mean of the parts' variances
    + variance of the parts' means``, which loses no digits when the mean is large.
    """

    def _check_input_dim(self, x: Tensor) -> None:
        pass

    def forward(self, x: Tensor) -> Tensor:  # (part, channels, ...)
        if not self.training:
            return super().forward(x)
        axes = [0, *range(2, x.dim())]
        variance, mean = torch.var_mean(x, axes, correction=0)
        rows = x.new_zeros(dist.get_world_size(), 2, len(mean))
        rows[dist.get_rank()] = torch.stack((mean, variance))
        means, variances = _Sum.apply(rows).unbind(1)  # (ranks, channels) each
        mean = means.mean(0)
        variance = variances.mean(0) + (means - mean).square().mean(0)
        self._remember(mean.detach(), variance.detach(), len(means) * x.numel() // len(mean))
        shape = [1, -1, *[1] * (x.dim() - 2)]
        scale = (variance + self.eps).rsqrt() * self.weight
        return (x - mean.view(shape)) * scale.view(shape) + self.bias.view(shape)

    def _remember(self, mean: Tensor, variance: Tensor, n: int) -> None:
        assert self.num_batches_tracked is not None and self.momentum is not None
        assert self.running_mean is not None and self.running_var is not None
        self.num_batches_tracked.add_(1)
        self.running_mean.lerp_(mean, self.momentum)
        self.running_var.lerp_(variance * n / (n - 1), self.momentum)
