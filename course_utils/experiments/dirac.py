"""The Dirac-GAN: a whole game on two numbers, on which convergence can be seen.

All data lie at 0, all samples at θ, and the critic is the line D(x) = ψ·x (Mescheder et al. 2018,
definition 2.1). The one good end is θ = ψ = 0: the samples are data, and the critic says nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

CLIP, LAMBDA, GAMMA = 1.0, 0.5, 0.6
Field = Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]


def _sigmoid(t):
    return 1 / (1 + np.exp(-t))


def _gan(theta, psi):
    return psi * _sigmoid(-psi * theta), -theta * _sigmoid(psi * theta)


def _wgan(theta, psi):
    return psi, -theta


def _gp(theta, psi):
    # the slope is |ψ| everywhere, at every x̂
    return psi, -theta - 2 * LAMBDA * (np.abs(psi) - 1) * np.sign(psi)


def _r1(theta, psi):
    forward, turn = _gan(theta, psi)
    return forward, turn - GAMMA * psi


@dataclass(frozen=True)
class Variant:
    """Where both players want to go, and how far ψ may.

    Attributes
    ----------
    field : callable
        From arrays (θ, ψ) to minus the gradient of either player's loss: (θ̇, ψ̇).
    limit : float
        ψ stays in [−limit, limit].
    """

    field: Field
    limit: float = np.inf


# minus the gradients of: softplus(ψθ) + softplus(0) and softplus(−ψθ); ψθ and −ψθ; with clipping;
# with λ (|ψ| − 1)²; with γ/2 ψ²
VARIANTS: dict[str, Variant] = {
    "GAN": Variant(_gan),
    f"WGAN, clipped at {CLIP:g}": Variant(_wgan, CLIP),
    f"WGAN-GP, λ = {LAMBDA:g}": Variant(_gp),
    f"GAN with R1, γ = {GAMMA:g}": Variant(_r1),
}


def play(
    variant: Variant,
    start: tuple[float, float] = (1.0, 0.0),
    *,
    n_steps: int = 600,
    step_size: float = 0.1,
    n_critic: int = 1,
) -> np.ndarray:
    """Gradient steps in turn: the critic ``n_critic`` times, then the generator once.

    Returns
    -------
    array, shape (n_steps + 1, 2)
        (θ, ψ) after each round, the start first.
    """
    theta, psi = start
    path = [start]
    for _ in range(n_steps):
        for _ in range(n_critic):
            turn = variant.field(np.float64(theta), np.float64(psi))[1]
            psi = float(np.clip(psi + step_size * turn, -variant.limit, variant.limit))
        theta += step_size * float(variant.field(np.float64(theta), np.float64(psi))[0])
        path.append((theta, psi))
    return np.array(path)


def distance_at_the_end(path: np.ndarray, share: float = 0.2) -> tuple[float, float]:
    """Smallest and largest distance from (0, 0) over the last ``share`` of a path."""
    late = np.linalg.norm(path[int(len(path) * (1 - share)) :], axis=1)
    return float(late.min()), float(late.max())
