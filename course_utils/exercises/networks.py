"""Tiny networks whose weights come from the probe's own generator, and ways to read them off.

A probe hands these to a student's function and reduces what became of them to plain arrays.
Nothing here touches torch's global random stream, so an answer that draws from it, or does
not, meets the same networks.

* networks: :func:`mlp`, :func:`image_critic`, :func:`image_generator`, and the critics whose
  gradients are known in closed form, :class:`LinearCritic` and :class:`BowlCritic`;
* tensors: :func:`tensor`, :func:`normal`;
* observations: :func:`weights`, :func:`gradients`, :func:`trainable`;
* set-up: :func:`leave_gradients`, :data:`OPTIMIZERS`.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable

import numpy as np
import torch
from torch import nn


def tensor(values) -> torch.Tensor:
    """`values` as a fresh tensor of torch's default dtype."""
    return torch.tensor(np.asarray(values, dtype=float), dtype=torch.get_default_dtype())


def normal(
    rng: np.random.Generator, *shape: int, scale: float = 1.0, shift: float = 0.0
) -> torch.Tensor:
    """Gaussian numbers of the given shape, mean `shift`, standard deviation `scale`."""
    return tensor(shift + scale * rng.standard_normal(shape))


@torch.no_grad()
def _fill(module: nn.Sequential, rng: np.random.Generator, gain: float) -> nn.Sequential:
    """Draw every weight with standard deviation gain/√fan_in and every bias with 0.3·gain."""
    for parameter in module.parameters():
        fan_in = math.prod(parameter.shape[1:])
        scale = gain / math.sqrt(fan_in) if parameter.dim() > 1 else 0.3 * gain
        parameter.copy_(normal(rng, *parameter.shape, scale=scale))
    return module


def mlp(
    rng: np.random.Generator,
    *sizes: int,
    activation: Callable[[], nn.Module] = nn.Tanh,
    gain: float = 1.0,
    flat: bool = False,
) -> nn.Sequential:
    """A multilayer perceptron; ``mlp(rng, 2, 5, 1)`` has one hidden layer of five units.

    Parameters
    ----------
    rng : numpy.random.Generator
        Where weights and biases are drawn from.
    *sizes : int
        Widths of the input, of each hidden layer and of the output.
    activation : callable
        Makes the module between two layers. Smooth by default, so that every gradient is defined.
    gain : float
        Scale of weights and biases.
    flat : bool
        Whether an output of width 1 comes as (batch,) rather than (batch, 1).
    """
    layers: list[nn.Module] = []
    for width_in, width_out in itertools.pairwise(sizes):
        layers += [nn.Linear(width_in, width_out), activation()]
    layers[-1:] = [nn.Flatten(0)] if flat else []
    return _fill(nn.Sequential(*layers), rng, gain)


def image_critic(
    rng: np.random.Generator,
    shape: tuple[int, int, int] = (2, 5, 4),
    *,
    gain: float = 1.0,
    flat: bool = False,
) -> nn.Sequential:
    """A convolutional critic of images ``(batch, *shape)``, shape = (channels, height, width)."""
    channels, height, width = shape
    layers = [
        nn.Conv2d(channels, 3, 3, padding=1),
        nn.Tanh(),
        nn.Flatten(),
        nn.Linear(3 * height * width, 1),
    ]
    return _fill(nn.Sequential(*layers, *([nn.Flatten(0)] if flat else [])), rng, gain)


def image_generator(
    rng: np.random.Generator, latent_dim: int, shape: tuple[int, int, int] = (2, 5, 4)
) -> nn.Sequential:
    """A generator ``(batch, latent_dim) → (batch, *shape)``."""
    layers = [nn.Linear(latent_dim, math.prod(shape)), nn.Tanh(), nn.Unflatten(1, shape)]
    return _fill(nn.Sequential(*layers), rng, 1.0)


class LinearCritic(nn.Module):
    """``x ↦ w·x + b`` over all axes but the first: its gradient is `w` everywhere.

    Parameters
    ----------
    weight : array_like
        Any shape with as many entries as one sample has.
    bias : float
        The constant b.
    flat : bool
        Whether scores come as (batch,) rather than (batch, 1).
    """

    def __init__(self, weight, bias: float = 0.0, *, flat: bool = False):
        super().__init__()
        self.weight = nn.Parameter(tensor(weight).flatten())
        self.bias = nn.Parameter(tensor(bias))
        self.flat = flat

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        scores = x.flatten(1) @ self.weight + self.bias  # (batch,)
        return scores if self.flat else scores[:, None]


class BowlCritic(nn.Module):
    """``x ↦ ½ a ‖x‖²``: its gradient a·x differs from sample to sample and is 0 at the origin."""

    def __init__(self, curvature: float = 1.0, *, flat: bool = False):
        super().__init__()
        self.curvature = nn.Parameter(tensor(curvature))
        self.flat = flat

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        scores = self.curvature * x.flatten(1).square().sum(1) / 2  # (batch,)
        return scores if self.flat else scores[:, None]


def weights(module: nn.Module) -> np.ndarray:
    """Every parameter of `module`, in order, as one flat array."""
    return np.concatenate([p.detach().double().numpy().ravel() for p in module.parameters()])


def gradients(module: nn.Module) -> np.ndarray:
    """Every ``.grad``, in the order of :func:`weights`; NaN where there is none."""
    return np.concatenate(
        [
            np.full(p.numel(), np.nan) if p.grad is None else p.grad.double().numpy().ravel()
            for p in module.parameters()
        ]
    )


def trainable(module: nn.Module) -> np.ndarray:
    """For each parameter 1 where it still requires a gradient and is a leaf, else 0."""
    return np.array([float(p.requires_grad and p.is_leaf) for p in module.parameters()])


def refuse_the_other(generator: nn.Module, critic: nn.Module, noise: tuple, sample: tuple) -> None:
    """Have two networks say which of them is meant, when one is given what belongs to the other.

    Parameters
    ----------
    generator, critic : Module
        Changed in place.
    noise, sample : tuple of int
        Shape of one noise vector and of one sample; nothing is refused where they agree.
    """

    def refuses(network: nn.Module, own: tuple, other: tuple, words: str) -> None:
        def look(_network, given):
            if given and tuple(given[0].shape[1:]) == other != own:
                raise RuntimeError(words)

        network.register_forward_pre_hook(look)

    refuses(generator, noise, sample, "the generator takes noise, and was given samples")
    refuses(critic, sample, noise, "the critic takes samples, and was given noise")


def leave_gradients(module: nn.Module, rng: np.random.Generator, scale: float = 1.0) -> None:
    """Leave stale gradients in every parameter, as an earlier step would."""
    for parameter in module.parameters():
        parameter.grad = normal(rng, *parameter.shape, scale=scale)


# Adam and RMSprop divide by a gradient's size: with their usual eps of 1e-8 a derivative that is
# zero up to rounding would become a full step, and two valid answers would end far apart. With
# this eps a rounding error of 1e-8 in a gradient moves a weight by no more than 2e-8.
OPTIMIZERS: dict[str, Callable[..., torch.optim.Optimizer]] = {
    "SGD": lambda parameters: torch.optim.SGD(parameters, lr=0.1),
    "SGD with momentum": lambda parameters: torch.optim.SGD(parameters, lr=0.1, momentum=0.9),
    "Adam": lambda parameters: torch.optim.Adam(parameters, lr=0.02, betas=(0.5, 0.9), eps=1e-2),
    "RMSprop": lambda parameters: torch.optim.RMSprop(parameters, lr=0.01, eps=1e-2),
}
