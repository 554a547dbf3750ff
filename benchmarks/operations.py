"""Counting what a training step must multiply and add.

Counted are the products of matrices alone, as ``2 · rows · inner · columns``: a multiplication and
an addition for each. Activations, batch norm, the optimiser and random numbers come on top, and
count as waste.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import flop_registry


class _Counter(TorchDispatchMode):
    """FlopCounterMode without its record of modules, which a double backward does not survive."""

    total = 0

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        out = func(*args, **(kwargs or {}))
        if (count := flop_registry.get(func._overloadpacket)) is not None:
            self.total += count(*args, **(kwargs or {}), out_val=out)
        return out


def counted(run: Callable[[], object]) -> int:
    """Operations of all matrix products that PyTorch performs in a call, by its own formulas."""
    with _Counter() as counter:
        run()
    return counter.total


def _products(widths: Sequence[int]) -> list[int]:
    """Multiplications and additions of each layer, for one sample."""
    return [2 * a * b for a, b in pairwise(widths)]


def by_hand(
    generator: Sequence[int],
    critic: Sequence[int],
    batch_size: int,
    n_critic: int,
    *,
    double_backward: bool,
) -> int:
    """Operations of one generator step of WGAN-GP with multilayer perceptrons.

    A layer's product is done once forward, once for the gradient of its weights, and once for
    that of its input unless nobody asks for it.

    Parameters
    ----------
    generator, critic : sequence of int
        Widths from input to output.
    double_backward : bool
        Whether the penalty differentiates twice through the whole critic and the generator step
        computes gradients of the critic's weights too, as the reference does; or the penalty
        uses the explicit product of weights and nothing is computed that nobody uses, as we do.
    """
    g, c = _products(generator), _products(critic)
    scores = 2 * (3 * sum(c) - c[0])  # real and fake; the images need no gradient
    if double_backward:
        # forward; gradient by the input; for each product of that, two gradients; and back
        # through the forward pass, where zeros travel: two more. The last layer has no slopes
        # to be differentiated, and of the six only three.
        penalty = 6 * sum(c) - 3 * c[-1]
        through_critic = 3 * sum(c)
    else:
        # forward but for the first layer, back to the input, and two gradients of that product
        penalty = 4 * sum(c) - c[0] - c[-1]
        through_critic = 2 * sum(c)
    critic_step = sum(g) + scores + penalty  # the fakes are made without gradients
    generator_step = 3 * sum(g) - g[0] + through_critic  # the noise needs no gradient
    return batch_size * (n_critic * critic_step + generator_step)


def widths(network: nn.Module) -> tuple[int, ...]:
    """Widths of a multilayer perceptron from input to output."""
    layers = [layer for layer in network.modules() if isinstance(layer, nn.Linear)]
    return (layers[0].in_features, *(layer.out_features for layer in layers))
