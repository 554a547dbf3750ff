"""The one training loop of the course.

:func:`train` plays the whole game; :func:`fit_critic` trains the critic alone against a fixed
generator. Both run in a random stream of their own, seeded by the configuration: the same seed
gives the same weights, whatever was drawn before, and what is drawn after is not disturbed.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from pathlib import Path

import torch
from torch import Tensor, nn

from course_utils.history import History
from course_utils.models import device_of, forward_batches, has_spectral_norm
from course_utils.objectives import Objective
from course_utils.parallel import Alone
from course_utils.run_identity import architecture
from course_utils.training_config import TrainConfig
from course_utils.training_run import Evaluate, OnStep, Peers, Run, TrainingDiverged, carry_out

__all__ = [
    "Evaluate",
    "SampleReal",
    "TrainConfig",
    "TrainingDiverged",
    "critic_update",
    "fit_critic",
    "generator_update",
    "train",
]

SampleReal = Callable[[int], Tensor]  # batch size -> (batch, ...), drawn from torch's stream

AT_ONCE = 10  # batches of fakes made together: enough to be fast, not enough to fill the memory


# --- one update of each network -------------------------------------------------------------


def critic_update(
    critic: nn.Module,
    real: Tensor,
    fake: Tensor,
    objective: Objective,
    optimizer: torch.optim.Optimizer,
) -> dict[str, Tensor]:
    """One critic step on a batch; returns its loss, penalty and score gap as 0-d tensors."""
    real_scores, fake_scores, penalty = objective.constraint.scores_and_penalty(critic, real, fake)
    loss = objective.loss.critic_loss(real_scores, fake_scores) + penalty
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    objective.constraint.after_critic_step(critic)
    gap = real_scores.detach().mean() - fake_scores.detach().mean()
    return {"critic_loss": loss.detach(), "penalty": penalty.detach(), "wasserstein_estimate": gap}


def generator_update(
    generator: nn.Module,
    critic: nn.Module,
    z: Tensor,
    objective: Objective,
    optimizer: torch.optim.Optimizer,
) -> dict[str, Tensor]:
    """One generator step on noise ``(batch, latent_dim)``; returns its loss, a 0-d tensor.

    The critic is a fixed landscape meanwhile.
    """
    critic.requires_grad_(False)  # no time is spent on gradients that nobody will use
    try:
        loss = objective.loss.generator_loss(critic(generator(z)))
        optimizer.zero_grad()
        loss.backward()
    finally:
        critic.requires_grad_(True)
    optimizer.step()
    return {"generator_loss": loss.detach()}


# --- the loop -------------------------------------------------------------------------------


def train(
    generator: nn.Module,
    critic: nn.Module,
    sample_real: SampleReal,
    objective: Objective,
    config: TrainConfig,
    on_step: OnStep | None = None,
    *,
    evaluate: Evaluate | None = None,
    checkpoint: Path | None = None,
    data: str = "",
    peers: Peers | None = None,
) -> History:
    """Train a generator and a critic against each other.

    One step is one generator update after ``config.n_critic`` critic updates, a fresh batch of
    real samples and fresh noise for each (Arjovsky et al. 2017, Algorithm 1).

    Parameters
    ----------
    generator, critic : Module
        Trained in place; real samples are moved to the device they are on.
    sample_real : callable
        ``sample_real(n)`` gives ``(n, ...)`` real samples, drawn from torch's random stream.
    objective : Objective
    config : TrainConfig
    on_step : callable, optional
        Told of each logged step: live pictures. A long run that nobody watches shows a
        progress bar.
    evaluate : callable, optional
        ``evaluate(generator)`` gives named numbers for the history.
    checkpoint : Path, optional
        A folder. If it holds a checkpoint of this run, training goes on from there and ends
        with the same weights, bit for bit, as if it had never stopped.
    data : str, optional
        What ``sample_real`` draws from. A checkpoint made from other data is refused, as one of
        other networks, another objective or other settings is.
    peers : Peers, optional
        The processes that share the work; each draws its part of every batch here.

    Returns
    -------
    History
        Also after an interrupt (the stop button), with ``interrupted`` set.

    Raises
    ------
    KeyboardInterrupt
        After an interrupt of a run that neither ``on_step`` nor ``checkpoint`` follows: whoever
        makes many of them means all, and must not take a part of one for the whole.
    TrainingDiverged
        If a loss is no longer finite; names the step and what to try.
    CheckpointError
        Before the first step: if the folder cannot be written or another run is in it; if what
        it holds is damaged, or of another run.
    ValueError
        If the objective needs a spectrally normalised critic and this one is not.
    """
    if objective.spectral_norm and not has_spectral_norm(critic):
        raise ValueError(f"{objective.name} needs a critic built with spectral_norm=True")
    device = device_of(generator)
    critic_optimizer = _optimizer(critic, config, config.critic_lr_factor)
    generator_optimizer = _optimizer(generator, config)
    average = copy.deepcopy(generator).requires_grad_(False) if config.ema else None
    peers = peers or Alone()
    networks = {"generator": generator, "critic": critic}
    facts = {name: architecture(network) for name, network in networks.items()}  # before they join
    part = peers.part_of(config.batch_size)
    peers.join((generator, critic), (critic_optimizer, generator_optimizer))
    averaged = [] if average is None else list(zip(_state(average), _state(generator), strict=True))

    def noise() -> Tensor:
        return torch.randn(part, config.latent_dim, device=device)

    def batches(n_batches: int) -> Iterator[tuple[Tensor, Tensor]]:
        """Real and generated batches; the generator stands still meanwhile, so few large calls."""
        for start in range(0, n_batches, AT_ONCE):
            left = min(AT_ONCE, n_batches - start)
            drawn = [(sample_real(part).to(device), noise()) for _ in range(left)]
            reals, noises = zip(*drawn, strict=True)
            with torch.no_grad():
                fakes = forward_batches(generator, noises)
            yield from zip(reals, fakes, strict=True)

    def step(number: int) -> dict[str, Tensor]:
        for real, fake in batches(config.critic_updates(number)):
            values = critic_update(critic, real, fake, objective, critic_optimizer)
        values |= generator_update(generator, critic, noise(), objective, generator_optimizer)
        _follow(averaged, config.average_decay(number))
        return values

    run = Run(
        config,
        objective,
        step,
        critic_updates=config.critic_updates,
        networks=networks,
        optimizers={
            "generator_optimizer": generator_optimizer,
            "critic_optimizer": critic_optimizer,
        },
        sampler=generator if average is None else average,
        average=average,
        facts={"data": data, **facts},
    )
    return carry_out(run, peers, on_step, evaluate, checkpoint)


def fit_critic(
    critic: nn.Module,
    sample_real: SampleReal,
    sample_fake: SampleReal,
    objective: Objective,
    config: TrainConfig,
    on_step: OnStep | None = None,
    *,
    evaluate: Evaluate | None = None,
) -> History:
    """Train the critic alone; ``config.n_steps`` counts its updates, the generator stays fixed.

    Parameters
    ----------
    sample_real, sample_fake : callable
        ``sample(n)`` gives ``(n, ...)`` samples of either kind.
    evaluate : callable, optional
        Called with the *critic*; gives named numbers for the history.

    Notes
    -----
    Other parameters, result and errors are as :func:`train`'s: a ValueError for a critic that is
    not spectrally normalised where it must be.
    """
    if objective.spectral_norm and not has_spectral_norm(critic):
        raise ValueError(f"{objective.name} needs a critic built with spectral_norm=True")
    device = device_of(critic)
    optimizer = _optimizer(critic, config, config.critic_lr_factor)

    def step(_number: int) -> dict[str, Tensor]:
        real = sample_real(config.batch_size).to(device)
        with torch.no_grad():
            fake = sample_fake(config.batch_size).to(device)
        return critic_update(critic, real, fake, objective, optimizer)

    run = Run(
        config,
        objective,
        step,
        critic_updates=lambda _number: 1,
        networks={"critic": critic},
        optimizers={"critic_optimizer": optimizer},
        sampler=critic,
    )
    return carry_out(run, Alone(), on_step, evaluate)


def _optimizer(
    network: nn.Module, config: TrainConfig, lr_factor: float = 1.0
) -> torch.optim.Optimizer:
    parameters, lr = network.parameters(), config.lr * lr_factor
    if config.optimizer == "adam":
        first, second = map(float, config.betas)  # torch refuses the papers' (0, 0.9)
        return torch.optim.Adam(parameters, lr=lr, betas=(first, second), fused=True)
    if config.optimizer == "rmsprop":
        return torch.optim.RMSprop(parameters, lr=lr, foreach=True)
    return torch.optim.SGD(parameters, lr=lr, momentum=0.9)


@torch.no_grad()
def _follow(averaged: list[tuple[Tensor, Tensor]], decay: float) -> None:
    """Move each first tensor, in place, by a share 1 − decay of the way to the second.

    A loop, since torch's AveragedModel takes longer to sort the tensors than to average them.
    """
    for old, new in averaged:
        if old.is_floating_point():
            old.lerp_(new, 1 - decay)
        else:
            old.copy_(new)


def _state(network: nn.Module) -> Iterator[Tensor]:
    """Weights and buffers: batch norm's running statistics belong to the weights they are of."""
    yield from network.parameters()
    yield from network.buffers()
