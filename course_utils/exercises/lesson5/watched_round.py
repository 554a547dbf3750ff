"""Lesson 5: what happened in one round of WGAN-GP, reconstructed from what the networks saw.

Right answers draw different noise and different ε, so neither losses nor weights agree. But
every update can be held against its own batches: the gradient that an optimiser was given is
expressed through the gradients of the mean real score, the mean fake score and the penalty *at
the points the critic was shown*. A right answer has the coefficients −1, 1 and λ.
"""

from __future__ import annotations

import copy
import math
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.utils import vector_to_parameters

from course_utils.exercises import networks
from course_utils.exercises.lesson5.watched_networks import (
    Notebook,
    Watched,
    backward_pass,
    parameter_gradient,
    slopes,
)

NOTHING = torch.empty(0)


@dataclass
class Update:
    """One step of an optimiser, and what came before it since the last one.

    Attributes
    ----------
    network : str
        "critic" or "generator".
    weights : dict of str to array
        The weights of both networks just before the step.
    stale : array
        What ``.grad`` would still hold, had nobody cleared it.
    gradient, after : array
        What ``.grad`` held when the optimiser stepped, and the weights it made of it.
    real, fake : Tensor
        Rows of real batches, and rows the generator made, whose scores are in this gradient.
    points : Tensor
        Rows whose slopes are in this gradient; where there are none, rows of another origin whose
        scores were differentiated for no network's sake.
    batches : set of int
        Which real batches the rows of `real` come from.
    noise : dict
        For each row of `fake` the noise it was made from, by its bytes.
    """

    network: str
    weights: dict[str, np.ndarray]
    stale: np.ndarray
    gradient: np.ndarray = field(default_factory=lambda: np.empty(0))
    after: np.ndarray = field(default_factory=lambda: np.empty(0))
    real: Tensor = NOTHING
    fake: Tensor = NOTHING
    points: Tensor = NOTHING
    batches: set[int] = field(default_factory=set)
    noise: dict[bytes, Tensor] = field(default_factory=dict)


class Round:
    """Two watched networks, their watched optimisers and a source of real samples.

    Parameters
    ----------
    rng : numpy.random.Generator
    generator, critic : Module
    optimizer : str
        A name in :data:`course_utils.exercises.networks.OPTIMIZERS`.
    shape : tuple of int
        Shape of a real batch.
    latent_dim : int
    """

    def __init__(self, rng, generator: nn.Module, critic: nn.Module, optimizer, shape, latent_dim):
        self.shape, self.latent_dim = shape, latent_dim
        self.plain = {"generator": generator, "critic": critic}
        networks.refuse_the_other(generator, critic, (latent_dim,), shape[1:])
        self.notes = Notebook()
        self.generator = Watched(generator, self.notes, "noise", "made")
        self.critic = Watched(critic, self.notes)
        self._twins: dict[str, nn.Module] = {}
        self.updates: list[Update] = []
        self.served: list[Tensor] = []
        self._stock = [networks.normal(rng, *shape, shift=1.5) for _ in range(12)]
        self._start = {name: networks.weights(net) for name, net in self.plain.items()}
        self._stale = {}
        for name, net in self.plain.items():
            networks.leave_gradients(net, rng)
            self._stale[name] = networks.gradients(net)
        self.optimizers = {
            name: networks.OPTIMIZERS[optimizer](net.parameters())
            for name, net in self.plain.items()
        }
        for network in self.plain.values():
            for parameter in network.parameters():
                parameter.register_hook(self._learns)
        for name, stepping in self.optimizers.items():
            stepping.register_step_pre_hook(lambda *_, name=name: self._before(name))
            stepping.register_step_post_hook(lambda *_, name=name: self._after(name))

    def sample_real(self) -> Tensor:
        """A fresh batch, for a dozen calls."""
        batch = self._stock[len(self.served) % len(self._stock)]
        self.served.append(batch)
        return batch.clone()

    def _learns(self, _gradient) -> None:
        """A backward pass reaches a parameter: not only slopes are taken in it."""
        self.notes.append(("learned", backward_pass()))

    def _before(self, name: str) -> None:
        weights = {name: networks.weights(net) for name, net in self.plain.items()}
        self.updates.append(Update(name, weights, self._stale[name]))

    def _after(self, name: str) -> None:
        update = self.updates[-1]  # only now: a closure computes gradients within the step
        update.gradient = np.nan_to_num(networks.gradients(self.plain[name]))
        update.after = networks.weights(self.plain[name])
        self._stale[name] = update.gradient
        self.notes.append(("update", update))

    # --- afterwards -------------------------------------------------------------------------

    def sort_rows(self) -> None:
        """Give every update the rows that the critic was shown for it, by their origin."""
        width = math.prod(self.shape[1:])
        origin: dict[bytes, tuple[str, object]] = {}
        for number, batch in enumerate(self.served):
            origin |= dict.fromkeys(map(_key, batch.reshape(-1, width)), ("real", number))
        since: list = []
        for kind, *entry in self.notes:
            if kind == "noise":
                noise = entry[0].reshape(-1, self.latent_dim)
            elif kind == "made":
                rows = zip(entry[0].reshape(-1, width), noise, strict=True)
                origin |= {_key(row): ("fake", z) for row, z in rows}
            elif kind == "update":
                self._assign(entry[0], since, origin)
                since = []
            else:
                since.append((kind, *entry))

    def _assign(self, update: Update, since: list, origin: dict) -> None:
        """Book on an update what happened since the last one."""
        width = math.prod(self.shape[1:])
        passes = {number for kind, number, *_ in since if kind == "learned"}

        def rows(what: str, *, learning: bool) -> dict[bytes, Tensor]:
            batches = [
                entry[0].reshape(-1, width)
                for kind, number, *entry in since
                if kind == what and (number in passes) is learning
            ]
            return {_key(row): row for batch in batches for row in batch}

        found: dict[str, list[Tensor]] = {"real": [], "fake": []}
        for key, row in rows("scored", learning=True).items():
            kind, source = origin.get(key, ("", None))
            if kind:
                found[kind].append(row)
            if kind == "real":
                update.batches.add(source)
            elif kind == "fake":
                update.noise[_key(source)] = source
        sloped = list(rows("sloped", learning=True).values())
        looked_at = rows("scored", learning=False).items()
        found["points"] = sloped or [row for key, row in looked_at if key not in origin]
        for kind, batch in found.items():
            if batch:
                setattr(update, kind, torch.stack(batch).reshape(-1, *self.shape[1:]))

    def network(self, name: str, weights: np.ndarray) -> nn.Module:
        """A copy of a network in double precision, with the given weights until the next call."""
        if name not in self._twins:
            self._twins[name] = copy.deepcopy(self.plain[name]).double().requires_grad_(True)
        twin = self._twins[name]
        vector_to_parameters(torch.from_numpy(weights), twin.parameters())
        return twin

    def undisturbed(self) -> bool:
        """Whether nothing but the optimisers has changed a weight."""
        now = dict(self._start)
        for update in self.updates:
            if any(not np.array_equal(update.weights[name], now[name]) for name in now):
                return False
            now[update.network] = update.after
        return all(np.array_equal(networks.weights(net), now[n]) for n, net in self.plain.items())


def _key(row: Tensor) -> bytes:
    return row.numpy().tobytes()


def mean_score(critic: nn.Module, rows: Tensor) -> Tensor:
    """Mean score of some rows, 0 if there are none; carries gradient."""
    return critic(rows.double()).mean() if len(rows) else torch.zeros(())


def score_gap(game: Round, update: Update, weights: np.ndarray | None = None) -> float:
    """Mean real − mean fake score on the batches of an update, by default just before it."""
    critic = game.network("critic", update.weights["critic"] if weights is None else weights)
    return float(mean_score(critic, update.real) - mean_score(critic, update.fake))


def penalty_value(game: Round, update: Update) -> float:
    """The penalty, without its weight, just before a critic update."""
    critic = game.network("critic", update.weights["critic"])
    return float(penalty_at(critic, update.points))


def penalty_at(critic: nn.Module, points: Tensor) -> Tensor:
    """Mean squared difference from 1 of the slopes at some rows, 0 if there are none."""
    if not len(points):
        return torch.zeros(())
    return (slopes(critic, points.double()) - 1).square().mean()


def critic_makeup(game: Round, update: Update) -> np.ndarray:
    """1, then how much of mean real and fake score, penalty and old gradient the critic got."""
    critic = game.network("critic", update.weights["critic"])
    parts = (
        mean_score(critic, update.real),
        mean_score(critic, update.fake),
        penalty_at(critic, update.points),
    )
    return _makeup(update, [parameter_gradient(part, critic) for part in parts])


def generator_makeup(game: Round, update: Update) -> np.ndarray:
    """1, then how much of the mean fake score and of old gradient the generator got."""
    critic = game.network("critic", update.weights["critic"])
    generator = game.network("generator", update.weights["generator"])
    noise = torch.stack(own_noise(game, update)).double() if update.noise else None
    score = torch.zeros(()) if noise is None else critic(generator(noise)).mean()
    return _makeup(update, [parameter_gradient(score, generator)])


def own_noise(game: Round, update: Update) -> list[Tensor]:
    """The noise that served no earlier update, or all there is."""
    earlier = game.updates[: next(i for i, u in enumerate(game.updates) if u is update)]
    fresh = [z for key, z in update.noise.items() if all(key not in u.noise for u in earlier)]
    return fresh or list(update.noise.values())


def _makeup(update: Update, parts: list[np.ndarray]) -> np.ndarray:
    """1 and the coefficients of the gradient in `parts` and the stale one; zeros if it has none."""
    for basis in (parts, [*parts, update.stale]):
        columns = np.stack(basis, axis=1)
        found = np.linalg.lstsq(columns, update.gradient, rcond=None)[0]
        rest = update.gradient - columns @ found
        if np.linalg.norm(rest) <= 1e-3 * np.linalg.norm(update.gradient):
            return np.array([1.0, *found, 0.0][: len(parts) + 2])
    return np.zeros(len(parts) + 2)
