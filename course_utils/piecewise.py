"""A faster critic step for piecewise linear critics, by explicit matrix products.

The step is that of Gulrajani et al. (2017), Algorithm 1; what follows only computes it sooner.

A network of linear layers and (leaky) ReLUs is linear near almost every point. With ``a₀ = x``,
``z_l = W_l a_{l−1} + b_l``, ``a_l = φ(z_l)`` and the score ``f(x) = z_L``, let ``δ_l = ∂f/∂z_l``:

    δ_L = 1,    δ_l = D_l W_{l+1}ᵀ δ_{l+1},    g = ∇f(x) = W₁ᵀ δ₁,    s = ‖g‖,

where D_l holds the slopes (1 or the leak) that the activations have at x. They do not change with
the weights, except on a set of measure zero. So the penalty, a function of s, needs one ordinary
backward pass through these products instead of a backward pass through a backward pass: with
``u₀ = ∂s/∂g = g / s`` and ``u_l = D_l W_l u_{l−1}``,

    ∂f/∂W_l = δ_l a_{l−1}ᵀ,    ∂s/∂W_l = δ_l u_{l−1}ᵀ,

the same numbers for less work.

Three more things save time. Real samples, generated samples and interpolates go through each
layer as one matrix. The first layer need not be applied to interpolates at all: what it gives for
``εx + (1−ε)y`` is the same mixture of what it gave for x and y. And since both derivatives share
their left factor, the gradient of each weight matrix is a single product.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import torch
from torch import Tensor, nn
from torch.autograd.function import once_differentiable
from torch.nn.functional import leaky_relu

# (real, fake, epsilon) -> scores of real and of fake samples, slopes at the interpolates
ScoresAndSlopes = Callable[[Tensor, Tensor, Tensor], tuple[Tensor, Tensor, Tensor]]


def scores_and_slopes(critic: nn.Module) -> ScoresAndSlopes | None:
    """A faster way to what a penalised step needs of a batch, if this critic permits it, else None.

    The function that is returned takes real and generated samples ``(batch, ...)`` and mixing
    weights ε ``(batch,)``; it gives the scores of both ``(batch, 1)`` and ``‖∇f(x̂)‖₂``
    ``(batch,)`` at the interpolates ``x̂ = ε·real + (1 − ε)·fake``, all differentiable once, with
    respect to the critic's weights.
    """
    found = _layers(critic)
    if found is None:
        return None
    linears, leaks = found
    parameters = [p for layer in linears for p in (layer.weight, layer.bias)]

    def compute(real: Tensor, fake: Tensor, epsilon: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        x = torch.cat((real.flatten(1), fake.flatten(1)))
        scores, slopes = _Products.apply(leaks, x, epsilon, *parameters)
        return *scores.split(len(real)), slopes

    return compute


def _layers(critic: nn.Module) -> tuple[list[nn.Linear], list[float]] | None:
    """The linear layers and the leaks between them, or None if the critic is anything else."""
    if not isinstance(critic, nn.Sequential):
        return None
    modules = [m for m in critic if not isinstance(m, nn.Flatten)]
    linears, activations = modules[0::2], modules[1::2]
    # exact types: a subclass, a parametrised layer (spectral norm) or a hook may compute otherwise
    if (
        len(modules) % 2 == 0
        or not all(type(m) is nn.Linear and m.bias is not None for m in linears)
        or not all(type(m) in (nn.ReLU, nn.LeakyReLU) for m in activations)
        or any(m._forward_hooks or m._forward_pre_hooks for m in (critic, *modules))
        or linears[-1].out_features != 1
    ):
        return None
    leaks = [float(getattr(m, "negative_slope", 0.0)) for m in activations]
    return (cast(list[nn.Linear], linears), leaks) if min(leaks, default=0.0) >= 0 else None


class _Products(torch.autograd.Function):
    """Scores of n real and n generated samples, and the critic's slopes s at n interpolates.

    The symbols are the module's. Rows are ordered real, generated, interpolated; ``a[l]`` and
    ``delta[l]`` are for l = 0 … L−1 the a_l and δ_{l+1} of every row.
    """

    @staticmethod
    def forward(ctx, leaks, x, epsilon, *parameters):
        W, b = parameters[0::2], parameters[1::2]
        n = len(epsilon)
        z = torch.addmm(b[0], x, W[0].t())  # (2n, width)
        z = torch.cat((z, torch.lerp(z[n:], z[:n], epsilon[:, None])))  # (3n, width)
        a = [x]
        for leak, W_l, b_l in zip(leaks, W[1:], b[1:], strict=True):
            a.append(leaky_relu(z, leak))
            z = torch.addmm(b_l, a[-1], W_l.t())
        delta = [x.new_ones(3 * n, 1)]
        for leak, W_l, a_l in zip(reversed(leaks), reversed(W[1:]), reversed(a[1:]), strict=True):
            delta.insert(0, _times_D(delta[0] @ W_l, a_l, leak))
        g = delta[0][2 * n :] @ W[0]  # (n, d)
        # as in gradient_norms: the addend keeps the root's own derivative finite
        s = (g.square().sum(1) + 1e-12).sqrt()
        ctx.leaks = leaks
        ctx.save_for_backward(g, s, *W, *a, *delta)
        return z[: 2 * n], s  # (2n, 1), (n,)

    @staticmethod
    @once_differentiable
    def backward(ctx, of_scores, of_slopes):
        g, s, *saved = ctx.saved_tensors
        depth, n2 = len(saved) // 3, len(of_scores)
        W, a, delta = saved[:depth], saved[depth : 2 * depth], saved[2 * depth :]
        each = torch.cat((of_scores, torch.ones_like(s)[:, None]))  # (3n, 1)
        u = g * (of_slopes / s)[:, None]  # u₀, times what the loss makes of s
        results = []
        for layer in range(depth):
            left = delta[layer] * each
            right = torch.cat((a[layer][:n2], u))
            results += [left.t() @ right, left[:n2].sum(0)]
            if layer < depth - 1:
                u = _times_D(u @ W[layer].t(), a[layer + 1][n2:], ctx.leaks[layer])
        return None, None, None, *results


def _times_D(v: Tensor, a: Tensor, leak: float) -> Tensor:
    """D_l v, row by row: v where a_l = φ(z_l) is positive, leak · v elsewhere."""
    return torch.ops.aten.leaky_relu_backward(v, a, leak, False)
