"""A small game of two networks in the plane, one step at a time, with all that one can see of it.

:func:`course_utils.training.train` plays a whole game; this plays the same moves singly, for the
eye: the discriminator's field, the generator's image of its noise, the pull on each sample, and
how far the samples are from the data.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, replace

import numpy as np
import torch
from scipy.stats import norm
from torch import Tensor

from course_utils import datasets, divergences, models
from course_utils.evaluation import exact_w1
from course_utils.objectives import OBJECTIVES, WeightClipping
from course_utils.training import critic_update, generator_update

DATA: dict[str, Callable[[int], Tensor]] = {
    "three blobs": datasets.three_gaussians,
    "ring of eight": datasets.eight_gaussians,
    "swiss roll": datasets.swiss_roll,
}
# names for people; the saturating loss is there to be seen failing
PLAYERS = {
    "GAN": "gan",
    "GAN, saturating loss": "gan_saturating",
    "WGAN, clipping": "wgan_clip",
    "WGAN-GP": "wgan_gp",
}
EXTENT = (-4.5, 5.5, -4.0, 6.0)  # left, right, bottom, top: all data sets lie well inside
CELLS = 48  # of the field, each way
BINS = 16  # of the histograms behind KL and JS, each way
SMOOTHING = 1e-4  # added to each bin's mass, as in GAN Lab: KL of samples is infinite without
N_METER, N_MATCHED, N_SHOWN = 2000, 250, 120
BATCH = 128
MESH = 11  # lines of the generator's grid, each way


@dataclass(frozen=True)
class View:
    """What a game looks like after a number of generator steps.

    Attributes
    ----------
    field : ndarray, shape (CELLS, CELLS)
        D(x) in [0, 1] for a discriminator; for a critic its score, centred and scaled to [−1, 1].
    real, fake : ndarray, shape (N_SHOWN, 2)
        Always the same data and the same noise.
    push : ndarray, shape (N_SHOWN, 2)
        Minus the gradient of the generator's loss at each fake: where it is pulled.
    mesh : ndarray, shape (2·MESH, n, 2)
        The image of a grid on the noise, one line each.
    kl, js, w1 : float
        Of the data against the samples, on binned samples (nats) and by exact matching.
    """

    step: int
    field: np.ndarray
    real: np.ndarray
    fake: np.ndarray
    push: np.ndarray
    mesh: np.ndarray
    kl: float
    js: float
    w1: float


class Game:
    """Two small networks, played step by step in a random stream of their own.

    Parameters
    ----------
    data, players : str
        Keys of ``DATA`` and ``PLAYERS``.
    lr : float
        Learning rate of both networks (Adam); large, so that one need not wait.
    seed : int
    """

    def __init__(
        self, data: str = "three blobs", players: str = "GAN", lr: float = 2e-3, seed: int = 0
    ):
        objective = OBJECTIVES[PLAYERS[players]]
        if isinstance(objective.constraint, WeightClipping):
            # with the paper's c = 0.01 so small a critic is nearly flat, and Adam jitters on it
            objective = replace(objective, constraint=WeightClipping(0.1))
        self.objective, self.n_critic = objective, objective.paper.n_critic
        self.step_number = 0
        self._sample = DATA[data]
        self._rng = torch.Generator().manual_seed(seed).get_state()
        with self._own_stream():
            self.generator = models.mlp_generator(2, (2,), (48, 48))
            self.critic = models.mlp_critic((2,), (48, 48))
            self._z = torch.randn(N_METER, 2)
            self._real = self._sample(N_METER)
        betas = objective.paper.betas if objective.paper.optimizer == "adam" else (0.0, 0.9)
        self._optimizers = [
            torch.optim.Adam(network.parameters(), lr=lr, betas=betas)
            for network in (self.critic, self.generator)
        ]
        self._grid, self._lines = _field_points(), _mesh_noise()

    def play(self, n_steps: int = 1) -> None:
        """Take generator steps, each after the critic's own."""
        generator, critic, objective = self.generator, self.critic, self.objective
        critic_optimizer, generator_optimizer = self._optimizers
        with self._own_stream():
            for _ in range(n_steps):
                for _ in range(self.n_critic):
                    with torch.no_grad():
                        fake = generator(torch.randn(BATCH, 2))
                    critic_update(critic, self._sample(BATCH), fake, objective, critic_optimizer)
                z = torch.randn(BATCH, 2)
                generator_update(generator, critic, z, objective, generator_optimizer)
                self.step_number += 1

    def view(self) -> View:
        """What there is to see now."""
        with torch.no_grad():
            scores = self.critic(self._grid).reshape(CELLS, CELLS)
            mesh = self.generator(self._lines.reshape(-1, 2)).reshape(*self._lines.shape)
            fake = self.generator(self._z)
        shown = fake[:N_SHOWN].clone().requires_grad_(True)
        loss = self.objective.loss.generator_loss(self.critic(shown))
        (gradient,) = torch.autograd.grad(loss, shown)
        kl, js = binned_divergences(self._real.numpy(), fake.numpy())
        return View(
            self.step_number,
            _shades(scores, not self.objective.wasserstein).numpy(),
            self._real[:N_SHOWN].numpy(),
            fake[:N_SHOWN].numpy(),
            -N_SHOWN * gradient.numpy(),  # the loss is a mean over the samples
            mesh.numpy(),
            kl,
            js,
            exact_w1(self._real[:N_MATCHED], fake[:N_MATCHED]),
        )

    @contextmanager
    def _own_stream(self):
        with torch.random.fork_rng(devices=[]):
            torch.set_rng_state(self._rng)
            yield
            self._rng = torch.get_rng_state()


def binned_divergences(real: np.ndarray, fake: np.ndarray) -> tuple[float, float]:
    """D(real‖fake) and JS of two samples ``(n, 2)``, binned and smoothed, in nats.

    Samples outside the field count into the bins at its edge.
    """
    left, right, bottom, top = EXTENT
    edges = [np.linspace(left, right, BINS + 1), np.linspace(bottom, top, BINS + 1)]
    masses = []
    for sample in (real, fake):
        inside = np.clip(sample, (left, bottom), (right, top))
        counts = np.histogram2d(*inside.T, bins=edges)[0].ravel()
        mass = counts / counts.sum() + SMOOTHING
        masses.append(mass / mass.sum())
    return divergences.kl_divergence(*masses), divergences.jensen_shannon(*masses)


def _shades(scores: Tensor, bounded: bool) -> Tensor:
    if bounded:
        return scores.sigmoid()
    centred = scores - (scores.max() + scores.min()) / 2
    return centred / centred.abs().max().clamp(min=1e-12)


def _field_points() -> Tensor:
    left, right, bottom, top = EXTENT
    x = torch.linspace(left, right, CELLS)
    y = torch.linspace(bottom, top, CELLS)
    return torch.stack(torch.meshgrid(x, y, indexing="xy"), dim=-1).reshape(-1, 2)


def _mesh_noise(points: int = 25) -> Tensor:
    """Lines on the noise with equal probability between neighbours; (2·MESH, points, 2)."""
    across = norm.ppf(np.linspace(0.02, 0.98, MESH))
    along = norm.ppf(np.linspace(0.02, 0.98, points))
    first = np.stack(np.broadcast_arrays(across[:, None], along[None, :]), axis=-1)
    lines = np.concatenate([first, first[..., ::-1]])
    return torch.tensor(lines, dtype=torch.get_default_dtype())
