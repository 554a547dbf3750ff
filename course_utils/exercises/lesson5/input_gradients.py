"""The critic's gradient in its samples, in several ways, and shapes to try it on."""

from __future__ import annotations

import torch

# Batch and one other axis agree in each image shape, so that an ε laid along the wrong axis
# broadcasts in silence where it can, and fails where it cannot, each mistake in its own place.
IMAGE_SHAPES = ((4, 4, 4, 5), (4, 4, 5, 4), (4, 5, 4, 4))


def column(epsilon, x):
    """`epsilon` of shape (batch,) as (batch, 1, …, 1), to go with x of shape (batch, …)."""
    return epsilon.reshape(-1, *[1] * (x.dim() - 1))


def input_gradient(critic, x, **options):
    """d Σ f(x) / d x, with the graph kept unless the options say otherwise."""
    x = x.detach().requires_grad_(True)
    (gradient,) = torch.autograd.grad(critic(x).sum(), x, **{"create_graph": True} | options)
    return gradient


def norms_with_grad_outputs(critic, x):
    """The common form: a vector of ones as `grad_outputs`, the norm over flattened axes."""
    x = x.clone().requires_grad_(True)
    scores = critic(x)
    gradient = torch.autograd.grad(
        scores, x, grad_outputs=torch.ones_like(scores), create_graph=True, retain_graph=True
    )[0]
    return gradient.view(len(x), -1).norm(2, dim=1)


def guarded_norms(epsilon, *, under_root):
    """Norms kept differentiable at 0 by a small number: under the root, or on the gradient."""

    def norms(critic, x):
        gradient = input_gradient(critic, x).flatten(1)
        if under_root:
            return (gradient.square().sum(1) + epsilon).sqrt()
        return (gradient + epsilon).norm(2, dim=1)

    return norms


# The line of pix2pix and CycleGAN, Keras' epsilon, and what lies between.
GUARDED_NORMS = tuple(
    guarded_norms(epsilon, under_root=under_root)
    for epsilon in (1e-16, 1e-12, 1e-8, 1e-7)
    for under_root in (True, False)
)


def norms_by_vmap(critic, x):
    """torch.func: the gradient of one score, mapped over the batch."""
    gradient = torch.func.vmap(torch.func.grad(lambda one: critic(one[None]).squeeze()))(x)
    return torch.linalg.vector_norm(gradient.flatten(1), dim=1)


def norms_in_a_loop(critic, x):
    """One sample at a time, with a guard under the root."""
    norms = []
    for sample in x:
        one = sample.detach()[None].requires_grad_(True)
        (gradient,) = torch.autograd.grad(critic(one).squeeze(), one, create_graph=True)
        norms.append((gradient.square().sum() + 1e-12).sqrt())
    return torch.stack(norms)
