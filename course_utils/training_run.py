"""The rhythm of a training run, whatever one step of it does.

:mod:`course_utils.training` says what happens in a step; :func:`carry_out` repeats it, and keeps
the history, the checkpoints, the learning rate and the progress bar.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Protocol

import torch
from torch import Tensor, nn

from course_utils import checkpoints
from course_utils.history import History, Record
from course_utils.models import device_of
from course_utils.objectives import Objective
from course_utils.run_context import Clock, LateBar, evaluating, graceful_stop, seeded
from course_utils.run_identity import objective_facts
from course_utils.training_config import TrainConfig

Evaluate = Callable[[nn.Module], Mapping[str, float]]
OnStep = Callable[[Record], None]


class TrainingDiverged(RuntimeError):
    """A loss stopped being a number."""


class Peers(Protocol):
    """What a run asks of the processes that share its work.

    :class:`course_utils.parallel.Alone` answers for one process, ``Ranks`` for one of several;
    their docstrings say what each question means.
    """

    rank: int

    def seed(self, seed: int) -> int: ...

    def part_of(self, batch_size: int) -> int: ...

    def join(
        self, networks: Iterable[nn.Module], optimizers: Iterable[torch.optim.Optimizer]
    ) -> None: ...

    def agree(self, values: dict[str, Tensor], stop: bool) -> tuple[dict[str, Tensor], bool]: ...

    def open(self, folder: Path) -> AbstractContextManager[None]: ...

    def load(self, folder: Path) -> dict[str, Any] | None: ...

    def save(self, folder: Path, state: dict[str, Any]) -> None: ...


@dataclass(frozen=True)
class Run:
    """One training run.

    Attributes
    ----------
    config : TrainConfig
    objective : Objective
    step : callable
        ``step(number)`` does step ``number``, counted from 1, and returns its losses as 0-d
        tensors.
    critic_updates : callable
        ``critic_updates(number)``: how many of them step ``number`` makes.
    networks : dict of str to Module
        What is trained, by name.
    optimizers : dict of str to Optimizer
    sampler : Module
        The network that evaluations are given.
    average : Module or None
        The moving average of the generator, where there is one.
    facts : dict
        What else makes it this run and no other: its networks' layers, its data.
    """

    config: TrainConfig
    objective: Objective
    step: Callable[[int], dict[str, Tensor]]
    critic_updates: Callable[[int], int]
    networks: dict[str, nn.Module]
    optimizers: dict[str, torch.optim.Optimizer]
    sampler: nn.Module
    average: nn.Module | None = None
    facts: Mapping[str, object] = field(default_factory=dict)

    @property
    def device(self) -> torch.device:
        """Where the networks are."""
        return device_of(self.sampler)

    @property
    def parts(self) -> dict[str, nn.Module | torch.optim.Optimizer]:
        """Everything that a checkpoint holds."""
        average = {} if self.average is None else {"average": self.average}
        return {**self.networks, **self.optimizers, **average}

    @property
    def generator(self) -> nn.Module | None:
        """The network that samples are drawn from; None where only a critic is trained."""
        return self.sampler if "generator" in self.networks else None

    def identity(self) -> dict[str, object]:
        """What must agree between a checkpoint and the run that goes on from it."""
        config = self.config
        settings = asdict(config) | objective_facts(self.objective) | dict(self.facts)
        free = {"log_every", "evaluate_every", "checkpoint_every"}
        if not config.lr_decay:
            free.add("n_steps")  # may be prolonged, unless its length shaped it from the start
        return {name: value for name, value in settings.items() if name not in free}


def carry_out(
    run: Run,
    peers: Peers,
    on_step: OnStep | None = None,
    evaluate: Evaluate | None = None,
    checkpoint: Path | None = None,
) -> History:
    """Do all steps of `run`; parameters, result and errors as :func:`course_utils.training.train`.

    Parameters
    ----------
    run : Run
    peers : Peers
    on_step, evaluate, checkpoint
        As in :func:`course_utils.training.train`.

    Returns
    -------
    History
    """
    config = run.config
    clock = Clock()
    history = History(generator=run.generator)
    first_bad = torch.zeros((), dtype=torch.long, device=run.device)  # stays 0 while all is finite
    done = critic_updates = 0
    with (
        contextlib.nullcontext() if checkpoint is None else peers.open(checkpoint),
        seeded(peers.seed(config.seed)),
        graceful_stop() as stop,
        LateBar(config.n_steps, shown=on_step is None and peers.rank == 0) as bar,
    ):
        if checkpoint is not None and (state := peers.load(checkpoint)) is not None:
            checkpoints.check_same_run(state, run.identity())
            checkpoints.restore(state, run.parts)
            done, critic_updates = state["step"], state["critic_updates"]
            clock.seconds, history.rows = state["seconds"], state["rows"]
            clock.processor_seconds = state.get("processor_seconds", 0.0)
        for number in range(done + 1, config.n_steps + 1):
            clock.start()
            _set_learning_rate(run, number)
            values, stopping = peers.agree(run.step(number), stop.is_set())
            finite = torch.stack(list(values.values())).isfinite().all()
            first_bad = torch.where(finite | (first_bad > 0), first_bad, number)
            critic_updates += run.critic_updates(number)
            last = stopping or number == config.n_steps
            judge = evaluate if _due(number, config.evaluate_every, last) else None
            save_in = checkpoint if _due(number, config.checkpoint_every, last) else None
            logging = judge or last or number == 1 or number % config.log_every == 0
            if logging or save_in is not None:
                clock.pause()
            if logging:
                _raise_if_diverged(int(first_bad), values, config)
                row = _row(run, number, clock, critic_updates, values)
                if judge is not None:
                    row |= _evaluated(judge, run.sampler)
                history.rows.append(row)
                if on_step is not None:
                    on_step(Record(number, config.n_steps, row, history.generator))
            if save_in is not None:
                _raise_if_diverged(int(first_bad), values, config)
                state = {
                    "run": run.identity(),
                    "step": number,
                    "critic_updates": critic_updates,
                    "seconds": clock.seconds,
                    "processor_seconds": clock.processor_seconds,
                    "rows": history.rows,
                }
                peers.save(save_in, state | checkpoints.snapshot(run.parts))
            bar.reach(number)
            if stopping:
                history.interrupted = number < config.n_steps
                break
    if history.interrupted and on_step is None and checkpoint is None:
        raise KeyboardInterrupt
    return history


def _set_learning_rate(run: Run, number: int) -> None:
    if run.config.lr_decay:
        for optimizer in run.optimizers.values():
            rate = optimizer.defaults["lr"] * (1 - (number - 1) / run.config.n_steps)
            optimizer.param_groups[0]["lr"] = rate


def _due(number: int, every: int, last: bool) -> bool:
    return last or (every > 0 and number % every == 0)


def _row(
    run: Run, number: int, clock: Clock, critic_updates: int, values: dict[str, Tensor]
) -> dict[str, float]:
    row = {
        "step": number,
        "seconds": clock.seconds,
        "processor_seconds": clock.processor_seconds,
        "samples_seen": critic_updates * run.config.batch_size,
        **{name: float(value) for name, value in values.items()},
    }
    if not run.objective.wasserstein:
        del row["wasserstein_estimate"]
    for name, network in run.networks.items():
        gradients = [p.grad for p in network.parameters() if p.grad is not None]
        row[f"{name}_grad_norm"] = float(nn.utils.get_total_norm(gradients))
    return row


def _raise_if_diverged(first_bad: int, values: dict[str, Tensor], config: TrainConfig) -> None:
    if first_bad:
        names = [name for name, value in values.items() if not value.isfinite()]
        raise TrainingDiverged(
            f"step {first_bad}: {' and '.join(names) or 'a loss'} is no longer a finite number. "
            f"Try a smaller learning rate than {config.lr:g}, a larger batch, or check that a "
            "loss of your own takes no logarithm or root of zero."
        )


def _evaluated(evaluate: Evaluate, network: nn.Module) -> dict[str, float]:
    """Evaluate without disturbing the run: its random stream and its batch norm statistics."""
    with seeded(), evaluating(network):
        return {name: float(value) for name, value in evaluate(network).items()}
