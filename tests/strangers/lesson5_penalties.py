"""Lesson 5, points, slopes and penalties, as strangers write them."""

import random

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, autograd

from strangers import right, wrong

# --- interpolate, right -----------------------------------------------------------------


@right("interpolate")
def mix_view_ones(real, fake, epsilon):
    shape = [real.size(0)] + [1] * (real.dim() - 1)
    alpha = epsilon.view(shape)
    return alpha * real + (1.0 - alpha) * fake


@right("interpolate")
def mix_expand_as(real: Tensor, fake: Tensor, epsilon: Tensor) -> Tensor:
    eps = epsilon
    while eps.dim() < real.dim():
        eps = eps.unsqueeze(-1)
    eps = eps.expand_as(real)
    return eps * real + (1 - eps) * fake


@right("interpolate")
def mix_flattened(real, fake, epsilon):
    b = real.shape[0]
    r, f = real.reshape(b, -1), fake.reshape(b, -1)
    x = f + epsilon.unsqueeze(1) * (r - f)
    return x.reshape(real.shape)


@right("interpolate")
def mix_einsum(real, fake, epsilon):
    return torch.einsum("b,b...->b...", epsilon, real) + torch.einsum(
        "b,b...->b...", 1 - epsilon, fake
    )


@right("interpolate")
def mix_ellipsis(real, fake, epsilon):
    e = epsilon[(...,) + (None,) * (real.ndim - 1)]
    print("eps", e.shape, "real", real.shape)
    assert real.shape == fake.shape, "batches must match"
    return torch.add(e.mul(real), (1 - e).mul(fake))


@right("interpolate")
def mix_in_place_on_a_copy(real, fake, epsilon):
    out = fake.clone()
    for i, e in enumerate(epsilon.tolist()):
        out[i] *= 1 - e
        out[i] += e * real[i]
    return out


@right("interpolate")
def mix_diag(real, fake, epsilon):
    flat = torch.diag(epsilon) @ real.flatten(1) if real.dim() > 1 else epsilon * real
    rest = torch.diag(1 - epsilon) @ fake.flatten(1) if real.dim() > 1 else (1 - epsilon) * fake
    return (flat + rest).view_as(real)


@right("interpolate")
def mix_numpy_transposed(real, fake, epsilon):
    r, f, e = (np.asarray(t).T for t in (real, fake, epsilon))
    return (e * r + (1 - e) * f).T


@right("interpolate")
def mix_stacked_pairs(real, fake, epsilon):
    weights = torch.stack([epsilon, 1 - epsilon])
    pairs = torch.stack([real, fake])
    return (weights.reshape(2, len(real), *(1 for _ in real.shape[1:])) * pairs).sum(dim=0)


# --- interpolate, wrong -----------------------------------------------------------------


@wrong("interpolate", "images_only")
def mix_four_axes(real, fake, epsilon):
    alpha = epsilon.view(real.size(0), 1, 1, 1)
    return alpha * real + (1 - alpha) * fake


@wrong("interpolate", "epsilon_per_row")
def mix_column(real, fake, epsilon):
    alpha = epsilon[:, None].expand(real.shape[0], 1)
    return alpha * real + (1 - alpha) * fake


@wrong("interpolate", "epsilon_along_last_axis")
def mix_no_shape(real, fake, epsilon):
    return epsilon * real + (1 - epsilon) * fake


@wrong("interpolate", "weights_swapped")
def mix_lerp_other_way(real, fake, epsilon):
    return torch.lerp(real, fake, epsilon.reshape(-1, *[1] * (real.dim() - 1)))


@wrong("interpolate", "ignores_an_argument")
def mix_new_epsilon_per_pixel(real, fake, epsilon):
    epsilon = torch.rand_like(real)
    return epsilon * real + (1 - epsilon) * fake


@wrong("interpolate", "difference_alone")
def mix_difference_only(real, fake, epsilon):
    e = epsilon.reshape(-1, *[1] * (real.dim() - 1))
    return e * (real - fake)


@wrong("interpolate", "ignores_an_argument")
def mix_dragan(real, fake, epsilon):
    e = epsilon.reshape(-1, *[1] * (real.dim() - 1))
    return real + e * 0.5 * real.std() * torch.rand_like(real)


@wrong("interpolate", "one_epsilon_for_all")
def mix_first_item(real, fake, epsilon):
    alpha = epsilon[0].item()
    return alpha * real + (1 - alpha) * fake


@wrong("interpolate", "wrong_shape")
def mix_squeezed(real, fake, epsilon):
    e = epsilon.reshape(-1, *[1] * (real.dim() - 1))
    return (e * real + (1 - e) * fake).squeeze()


@wrong("interpolate", "changes_contents")
def mix_into_real(real, fake, epsilon):
    e = epsilon.reshape(-1, *[1] * (real.dim() - 1))
    real.mul_(e)
    real.add_((1 - e) * fake)
    return real


@wrong("interpolate", "midpoint")
def mix_half(real, fake, epsilon):
    return 0.5 * real + 0.5 * fake


@wrong("interpolate", "same_weight_twice")
def mix_one_minus_forgotten(real, fake, epsilon):
    e = epsilon.reshape(-1, *[1] * (real.dim() - 1))
    return e * real + e * fake


# --- gradient_norms, right --------------------------------------------------------------


@right("gradient_norms")
def slope_published(critic, x):
    x.requires_grad_(True)
    d_interpolates = critic(x)
    gradients = autograd.grad(
        outputs=d_interpolates,
        inputs=x,
        grad_outputs=torch.ones(d_interpolates.size()),
        create_graph=True,
        retain_graph=True,
        only_inputs=True,
    )[0]
    gradients = gradients.view(gradients.size(0), -1)
    return gradients.norm(2, dim=1)


@right("gradient_norms")
def slope_variable(critic, x):
    x = autograd.Variable(x, requires_grad=True)
    out = critic(x)
    (g,) = autograd.grad(out, x, torch.ones_like(out), create_graph=True)
    return torch.sqrt(torch.sum(g.reshape(len(g), -1) ** 2, dim=1) + 1e-12)


@right("gradient_norms")
def slope_backward(critic, x):
    x = x.detach().clone()
    x.requires_grad = True
    critic(x).sum().backward(create_graph=True, inputs=[x])
    return x.grad.flatten(start_dim=1).norm(p=2, dim=-1)


@right("gradient_norms")
def slope_linalg_over_axes(critic, x: Tensor) -> Tensor:
    x = x.requires_grad_()
    grad = autograd.grad(critic(x).sum(), [x], create_graph=True)[0]
    axes = tuple(range(1, grad.ndim))
    return grad.pow(2).sum(dim=axes).add(1e-16).sqrt()


@right("gradient_norms")
def slope_jacrev(critic, x):
    def score(one):
        return critic(one.unsqueeze(0)).reshape(())

    grads = torch.vmap(torch.func.jacrev(score))(x)
    return torch.linalg.norm(grads.reshape(x.shape[0], -1), dim=1)


@right("gradient_norms")
def slope_with_enable_grad(critic, x):
    with torch.enable_grad():
        leaf = x.detach().requires_grad_()
        total = torch.zeros(())
        for score in critic(leaf).flatten():
            total = total + score
        (gradient,) = torch.autograd.grad(total, leaf, create_graph=True)
    print("slopes:", gradient.abs().mean().item())
    return torch.linalg.vector_norm(gradient, dim=tuple(range(1, gradient.dim())))


@right("gradient_norms")
def slope_comprehension(critic, x):
    def one(sample):
        s = sample[None].clone().requires_grad_()
        return torch.autograd.grad(critic(s).sum(), s, create_graph=True)[0].norm()

    return torch.stack([one(sample) for sample in x])


@right("gradient_norms")
def slope_autograd_functional(critic, x):
    jacobian = torch.autograd.functional.jacobian(
        lambda batch: critic(batch).sum(), x, create_graph=True
    )
    return jacobian.flatten(1).norm(dim=1)


@right("gradient_norms")
def slope_hypot(critic, x):
    x = x.detach().clone().requires_grad_(True)
    g = torch.autograd.grad(critic(x).mean(), x, create_graph=True)[0] * len(x)
    return torch.einsum("bi,bi->b", g.flatten(1), g.flatten(1)).clamp(min=1e-16).sqrt()


# --- gradient_norms, wrong --------------------------------------------------------------


@wrong("gradient_norms", "whole_batch")
def slope_all(critic, x):
    x.requires_grad_(True)
    g = autograd.grad(critic(x).sum(), x, create_graph=True)[0]
    return torch.norm(g)


@wrong("gradient_norms", "not_differentiable")
def slope_no_graph(critic, x):
    x.requires_grad_(True)
    g = autograd.grad(critic(x).sum(), x)[0]
    return g.view(len(g), -1).norm(2, 1)


@wrong("gradient_norms", "per_pixel")
def slope_dim_one(critic, x):
    x.requires_grad_(True)
    scores = critic(x)
    g = autograd.grad(scores, x, torch.ones_like(scores), create_graph=True)[0]
    return g.norm(2, dim=1)


@wrong("gradient_norms", "tuple_not_indexed")
def slope_tuple(critic, x):
    x.requires_grad_(True)
    scores = critic(x)
    g = autograd.grad(scores, x, torch.ones_like(scores), create_graph=True)
    return g.view(len(x), -1).norm(2, dim=1)


@wrong("gradient_norms", "gradient_needs_scalar")
def slope_no_outputs(critic, x):
    x.requires_grad_(True)
    g = autograd.grad(critic(x), x, create_graph=True)[0]
    return g.flatten(1).norm(dim=1)


@wrong("gradient_norms", "input_without_gradient")
def slope_nothing_asked(critic, x):
    g = autograd.grad(critic(x).sum(), x, create_graph=True)[0]
    return g.flatten(1).norm(dim=1)


@wrong("gradient_norms", "input_not_used")
def slope_asked_too_late(critic, x):
    scores = critic(x)
    x.requires_grad_(True)
    g = autograd.grad(scores.sum(), x, create_graph=True)[0]
    return g.flatten(1).norm(dim=1)


@wrong("gradient_norms", "changes_gradients")
def slope_leaves_gradients(critic, x):
    x = x.clone().requires_grad_(True)
    critic(x).sum().backward(create_graph=True)
    return x.grad.flatten(1).norm(dim=1)


@wrong("gradient_norms", "largest_entry")
def slope_max_entry(critic, x):
    x = x.clone().requires_grad_(True)
    g = autograd.grad(critic(x).sum(), x, create_graph=True)[0]
    return torch.linalg.vector_norm(g.flatten(1), ord=float("inf"), dim=1)


@wrong("gradient_norms", "gradient_of_mean_score")
def slope_mean_score(critic, x):
    x = x.clone().requires_grad_(True)
    g = autograd.grad(outputs=critic(x).mean(), inputs=x, create_graph=True)[0]
    return g.flatten(1).norm(2, dim=1)


@wrong("gradient_norms", "averaged")
def slope_mean_of_norms(critic, x):
    x = x.clone().requires_grad_(True)
    g = autograd.grad(critic(x).sum(), x, create_graph=True)[0]
    return g.flatten(1).norm(2, dim=1).mean()


@wrong("gradient_norms", "squared")
def slope_squared(critic, x):
    x = x.clone().requires_grad_(True)
    g = autograd.grad(critic(x).sum(), x, create_graph=True)[0]
    return (g.reshape(x.size(0), -1) ** 2).sum(-1)


@wrong("gradient_norms", "images_only")
def slope_unpacks_images(critic, x):
    b, c, h, w = x.shape
    x = x.clone().requires_grad_(True)
    g = autograd.grad(critic(x).sum(), x, create_graph=True)[0]
    return g.view(b, c * h * w).norm(2, dim=1)


@wrong("gradient_norms", "no_slope_taken")
def slope_finite_differences(critic, x):
    h = 1e-3
    towards = torch.randn_like(x)
    towards = towards / towards.flatten(1).norm(dim=1).reshape(-1, *[1] * (x.dim() - 1))
    return ((critic(x + h * towards) - critic(x)) / h).abs().flatten()


@wrong("gradient_norms", "not_differentiable")
def slope_detached_at_the_end(critic, x):
    x = x.clone().requires_grad_(True)
    g = autograd.grad(critic(x).sum(), x, create_graph=True)[0]
    return g.flatten(1).norm(2, dim=1).detach()


# --- gradient_penalty, right ------------------------------------------------------------


@right("gradient_penalty")
def gp_published(critic, real, fake, lambda_gp=10.0):
    alpha = torch.rand(real.size(0), *([1] * (real.dim() - 1)))
    interpolates = (alpha * real + ((1 - alpha) * fake)).requires_grad_(True)
    d_interpolates = critic(interpolates)
    gradients = autograd.grad(
        outputs=d_interpolates,
        inputs=interpolates,
        grad_outputs=torch.ones_like(d_interpolates),
        create_graph=True,
        retain_graph=True,
        only_inputs=True,
    )[0]
    gradients = gradients.view(gradients.size(0), -1)
    return lambda_gp * ((gradients.norm(2, dim=1) - 1) ** 2).mean()


@right("gradient_penalty")
def gp_expanded(critic, real, fake, lambda_gp=10.0):
    batch_size = real.shape[0]
    epsilon = torch.rand(batch_size, 1)
    epsilon = epsilon.expand(batch_size, real.nelement() // batch_size).reshape(real.shape)
    x = autograd.Variable(epsilon * real.data + (1 - epsilon) * fake.data, requires_grad=True)
    out = critic(x)
    g = autograd.grad(out, x, torch.ones(out.size()), create_graph=True, retain_graph=True)[0]
    norm = torch.sqrt(torch.sum(g.view(batch_size, -1) ** 2, dim=1) + 1e-12)
    return lambda_gp * ((norm - 1) ** 2).mean()


@right("gradient_penalty")
def gp_keras_style(critic, real, fake, lambda_gp=10.0):
    shape = (len(real),) + (1,) * (real.ndim - 1)
    alpha = torch.empty(shape).uniform_(0, 1)
    diff = fake - real
    interpolated = (real + alpha * diff).detach().requires_grad_()
    pred = critic(interpolated)
    (grads,) = torch.autograd.grad(pred.sum(), interpolated, create_graph=True)
    norm = grads.square().sum(dim=list(range(1, grads.ndim))).add(1e-8).sqrt()
    return ((norm - 1.0) ** 2).mean() * lambda_gp


@right("gradient_penalty")
def gp_mse_loss(critic, real, fake, lambda_gp=10.0):
    u = torch.rand(len(real)).reshape(-1, *[1] * (real.dim() - 1))
    x_hat = torch.lerp(fake, real, u).requires_grad_()
    g = torch.autograd.grad(critic(x_hat).sum(), x_hat, create_graph=True)[0]
    slope = (g.flatten(1) + 1e-16).norm(dim=1)
    return lambda_gp * F.mse_loss(slope, torch.ones_like(slope))


@right("gradient_penalty")
def gp_eager_checks(critic: torch.nn.Module, real: Tensor, fake: Tensor, lambda_gp: float = 10.0):
    if real.shape != fake.shape:
        raise ValueError("real and fake differ in shape")
    if lambda_gp < 0:
        raise ValueError("lambda_gp is negative")
    with torch.no_grad():
        print("mean scores", critic(real).mean(), critic(fake).mean())
    weights = torch.distributions.Uniform(0.0, 1.0).sample((len(real),))
    points = torch.stack([w * r + (1 - w) * f for w, r, f in zip(weights, real, fake, strict=True)])
    points.requires_grad_(True)
    gradient = torch.autograd.grad(critic(points).sum(), points, create_graph=True)[0]
    return lambda_gp * (gradient.flatten(1).norm(dim=1) - 1).pow(2).mean()


@right("gradient_penalty")
def gp_logs_a_second_penalty(critic, real, fake, lambda_gp=10.0):
    def penalty(x):
        x = x.detach().requires_grad_()
        g = torch.autograd.grad(critic(x).sum(), x, create_graph=True)[0]
        return (g.flatten(1).norm(dim=1) - 1).square().mean()

    print("penalty at the data:", penalty(real).item())
    e = torch.rand(len(real), *[1] * (real.dim() - 1))
    value = lambda_gp * penalty(e * real + (1 - e) * fake)
    print("and at the fakes:", penalty(fake).item())
    return value


@right("gradient_penalty")
def gp_expanded_square(critic, real, fake, lambda_gp=10.0):
    e = torch.rand(len(real)).view(len(real), *[1] * (real.dim() - 1))
    x = (real - e * (real - fake)).requires_grad_(True)
    g = torch.autograd.grad(critic(x).sum(), x, create_graph=True)[0].flatten(1)
    n = g.norm(dim=1)
    return lambda_gp * (n * n - 2 * n + 1).sum() / n.numel()


@right("gradient_penalty")
def gp_backward_form(critic, real, fake, lambda_gp=10.0):
    e = torch.rand(real.shape[0])
    e = e[(slice(None), *[None] * (real.dim() - 1))]
    x = (e * real + (1 - e) * fake).detach().requires_grad_(True)
    critic(x).sum().backward(create_graph=True, inputs=x)
    return lambda_gp * torch.mean((torch.linalg.vector_norm(x.grad.flatten(1), dim=1) - 1) ** 2)


@right("gradient_penalty")
def gp_sigmoid_free_numpy_weights(critic, real, fake, lambda_gp=10.0):
    e = torch.rand(len(real), generator=None)
    out = 0.0
    for i in range(len(real)):
        x = (e[i] * real[i] + (1 - e[i]) * fake[i]).unsqueeze(0).requires_grad_(True)
        g = torch.autograd.grad(critic(x).sum(), x, create_graph=True)[0]
        out = out + (g.norm() - 1) ** 2
    return lambda_gp * out / len(real)


# --- gradient_penalty, wrong ------------------------------------------------------------


def _penalty(critic, x, lambda_gp):
    x = x.detach().requires_grad_(True)
    g = autograd.grad(critic(x).sum(), x, create_graph=True)[0]
    return lambda_gp * ((g.flatten(1).norm(2, dim=1) - 1) ** 2).mean()


def _epsilon(real):
    return torch.rand(len(real), *[1] * (real.dim() - 1))


@wrong("gradient_penalty", "points_without_fakes")
def gp_dragan(critic, real, fake, lambda_gp=10.0):
    noise = 0.5 * real.std() * torch.rand_like(real)
    return _penalty(critic, real + noise, lambda_gp)


@wrong("gradient_penalty", "points_without_fakes")
def gp_dragan_interpolated(critic, real, fake, lambda_gp=10.0):
    alpha = _epsilon(real).expand_as(real)
    near = real + 0.5 * real.std() * torch.rand(real.size())
    return _penalty(critic, alpha * real + (1 - alpha) * near, lambda_gp)


@wrong("gradient_penalty", "points_without_fakes")
def gp_gaussian_around_the_data(critic, real, fake, lambda_gp=10.0):
    return _penalty(critic, real + 0.1 * torch.randn_like(real), lambda_gp)


@wrong("gradient_penalty", "real_samples_only")
def gp_scores_interpolated(critic, real, fake, lambda_gp=10.0):
    real = real.detach().requires_grad_(True)
    alpha = torch.rand(len(real), 1)
    mixed = alpha * critic(real).reshape(-1, 1) + (1 - alpha) * critic(fake).reshape(-1, 1)
    g = autograd.grad(mixed.sum(), real, create_graph=True)[0]
    return lambda_gp * ((g.flatten(1).norm(2, dim=1) - 1) ** 2).mean()


@wrong("gradient_penalty", "slope_at_the_samples")
def gp_scores_interpolated_one_epsilon(critic, real, fake, lambda_gp=10.0):
    real, fake = real.detach().requires_grad_(True), fake.detach().requires_grad_(True)
    alpha = torch.rand(1)
    mixed = alpha * critic(real) + (1 - alpha) * critic(fake)
    g = torch.cat(autograd.grad(mixed.sum(), [real, fake], create_graph=True))
    return lambda_gp * ((g.flatten(1).norm(2, dim=1) - 1) ** 2).mean()


@wrong("gradient_penalty", "one_epsilon_per_batch")
def gp_scalar_epsilon(critic, real, fake, lambda_gp=10.0):
    alpha = random.random()
    return _penalty(critic, alpha * real + (1 - alpha) * fake, lambda_gp)


@wrong("gradient_penalty", "epsilon_not_from_torch")
def gp_numpy_epsilon(critic, real, fake, lambda_gp=10.0):
    alpha = np.random.default_rng().random((len(real), *[1] * (real.dim() - 1)))
    alpha = torch.tensor(alpha, dtype=real.dtype)
    return _penalty(critic, alpha * real + (1 - alpha) * fake, lambda_gp)


@wrong("gradient_penalty", "epsilon_per_pixel")
def gp_rand_like(critic, real, fake, lambda_gp=10.0):
    alpha = torch.rand_like(real)
    return _penalty(critic, alpha * real + (1 - alpha) * fake, lambda_gp)


@wrong("gradient_penalty", "slope_at_the_samples")
def gp_both_batches(critic, real, fake, lambda_gp=10.0):
    return _penalty(critic, torch.cat([real, fake]), lambda_gp)


@wrong("gradient_penalty", "points_off_the_line")
def gp_sum_of_the_two(critic, real, fake, lambda_gp=10.0):
    alpha = _epsilon(real)
    return _penalty(critic, alpha * real + alpha * fake, lambda_gp)


@wrong("gradient_penalty", "mean_before_square")
def gp_norm_of_mean_gradient(critic, real, fake, lambda_gp=10.0):
    alpha = _epsilon(real)
    x = (alpha * real + (1 - alpha) * fake).requires_grad_(True)
    g = autograd.grad(critic(x).sum(), x, create_graph=True)[0]
    return lambda_gp * (g.flatten(1).mean(dim=0).norm() - 1) ** 2


@wrong("gradient_penalty", "per_pixel_norm")
def gp_per_channel(critic, real, fake, lambda_gp=10.0):
    alpha = _epsilon(real)
    x = (alpha * real + (1 - alpha) * fake).requires_grad_(True)
    g = autograd.grad(critic(x).sum(), x, create_graph=True)[0]
    return lambda_gp * ((g.norm(2, dim=1) - 1) ** 2).mean()


@wrong("gradient_penalty", "halved")
def gp_half_factor(critic, real, fake, lambda_gp=10.0):
    alpha = _epsilon(real)
    return _penalty(critic, alpha * real + (1 - alpha) * fake, lambda_gp) / 2


@wrong("gradient_penalty", "no_gradient_to_critic")
def gp_no_create_graph(critic, real, fake, lambda_gp=10.0):
    alpha = _epsilon(real)
    x = (alpha * real + (1 - alpha) * fake).requires_grad_(True)
    g = autograd.grad(critic(x).sum(), x, retain_graph=True)[0]
    return lambda_gp * ((g.flatten(1).norm(2, dim=1) - 1) ** 2).mean()


@wrong("gradient_penalty", "real_samples_only")
def gp_zero_centred(critic, real, fake, lambda_gp=10.0):
    real = real.detach().requires_grad_(True)
    g = autograd.grad(critic(real).sum(), real, create_graph=True)[0]
    return lambda_gp / 2 * g.flatten(1).pow(2).sum(1).mean()


@wrong("gradient_penalty", "no_slope_taken")
def gp_finite_differences(critic, real, fake, lambda_gp=10.0):
    slope = (critic(real) - critic(fake)).flatten().abs()
    slope = slope / (real - fake).flatten(1).norm(dim=1)
    return lambda_gp * ((slope - 1) ** 2).mean()


@wrong("gradient_penalty", "no_gradient_to_critic")
def gp_item(critic, real, fake, lambda_gp=10.0):
    alpha = _epsilon(real)
    return _penalty(critic, alpha * real + (1 - alpha) * fake, lambda_gp).item()


@wrong("gradient_penalty", None)
def gp_pixel_mean(critic, real, fake, lambda_gp=10.0):
    alpha = _epsilon(real)
    x = (alpha * real + (1 - alpha) * fake).requires_grad_(True)
    g = autograd.grad(critic(x).sum(), x, create_graph=True)[0]
    return lambda_gp * ((g - 1) ** 2).mean()


@wrong("gradient_penalty", "real_samples_only")
def gp_computes_right_returns_wrong_place(critic, real, fake, lambda_gp=10.0):
    alpha = _epsilon(real)
    print("true penalty", _penalty(critic, alpha * real + (1 - alpha) * fake, lambda_gp).item())
    return _penalty(critic, real, lambda_gp)


@wrong("gradient_penalty", "epsilon_not_uniform")
def gp_beta_epsilon(critic, real, fake, lambda_gp=10.0):
    shape = (len(real), *[1] * (real.dim() - 1))
    alpha = torch.distributions.Beta(2.0, 2.0).sample(shape)
    return _penalty(critic, alpha * real + (1 - alpha) * fake, lambda_gp)


@wrong("gradient_penalty", "epsilon_not_uniform")
def gp_half_the_line(critic, real, fake, lambda_gp=10.0):
    alpha = 0.5 * _epsilon(real)
    return _penalty(critic, alpha * real + (1 - alpha) * fake, lambda_gp)


# --- one_sided_gradient_penalty, right --------------------------------------------------


def _slopes(critic, x):
    x = x.detach().requires_grad_(True)
    g = autograd.grad(critic(x).sum(), x, create_graph=True)[0]
    return g.flatten(1).norm(2, dim=1)


@right("one_sided_gradient_penalty")
def lp_clamp(critic, real, fake, lambda_gp=10.0):
    alpha = _epsilon(real)
    n = _slopes(critic, alpha * real + (1 - alpha) * fake)
    return lambda_gp * (torch.clamp(n - 1, min=0) ** 2).mean()


@right("one_sided_gradient_penalty")
def lp_relu(critic, real, fake, lambda_gp=10.0):
    alpha = torch.rand(real.size(0)).view(-1, *([1] * (real.ndim - 1)))
    return lambda_gp * F.relu(_slopes(critic, real + alpha * (fake - real)) - 1).pow(2).mean()


@right("one_sided_gradient_penalty")
def lp_max(critic, real, fake, lambda_gp=10.0):
    n = _slopes(critic, torch.lerp(real, fake, _epsilon(real)))
    return torch.mean(torch.max(torch.zeros(1), n - 1) ** 2) * lambda_gp


@right("one_sided_gradient_penalty")
def lp_mask(critic, real, fake, lambda_gp=10.0):
    alpha = _epsilon(real)
    n = _slopes(critic, alpha * real + (1 - alpha) * fake)
    mask = (n > 1).to(n.dtype)
    return lambda_gp * (mask * (n - 1) ** 2).mean()


@right("one_sided_gradient_penalty")
def lp_maximum(critic, real, fake, lambda_gp=10.0):
    alpha = _epsilon(real)
    n = _slopes(critic, alpha * real + (1 - alpha) * fake)
    print("steepest", n.max().item())
    excess = torch.maximum(n, torch.ones_like(n)) - 1
    return lambda_gp * excess.square().mean()


@right("one_sided_gradient_penalty")
def lp_loop(critic, real, fake, lambda_gp=10.0):
    total = torch.tensor(0.0)
    for r, f in zip(real, fake, strict=True):
        a = torch.rand(1)
        n = _slopes(critic, (a * r + (1 - a) * f).unsqueeze(0))[0]
        total = total + (n - 1) ** 2 if n > 1 else total + 0 * n
    return lambda_gp * total / real.size(0)


@right("one_sided_gradient_penalty")
def lp_where(critic, real, fake, lambda_gp=10.0):
    alpha = _epsilon(real)
    d = _slopes(critic, alpha * real + (1 - alpha) * fake) - 1.0
    return lambda_gp * torch.where(d > 0, d, torch.zeros_like(d)).square().mean()


@right("one_sided_gradient_penalty")
def lp_half_of_abs(critic, real, fake, lambda_gp=10.0):
    alpha = _epsilon(real)
    d = _slopes(critic, alpha * real + (1 - alpha) * fake) - 1.0
    return lambda_gp * (((d + d.abs()) / 2) ** 2).mean()


@right("one_sided_gradient_penalty")
def lp_threshold(critic, real, fake, lambda_gp=10.0):
    alpha = _epsilon(real)
    d = _slopes(critic, alpha * real + (1 - alpha) * fake) - 1.0
    kept = F.threshold(d, 0.0, 0.0)
    return lambda_gp * torch.dot(kept, kept) / len(kept)


# --- one_sided_gradient_penalty, wrong --------------------------------------------------


@wrong("one_sided_gradient_penalty", "two_sided")
def lp_two_sided(critic, real, fake, lambda_gp=10.0):
    alpha = _epsilon(real)
    return _penalty(critic, alpha * real + (1 - alpha) * fake, lambda_gp)


@wrong("one_sided_gradient_penalty", "two_sided")
def lp_cut_after_square(critic, real, fake, lambda_gp=10.0):
    alpha = _epsilon(real)
    n = _slopes(critic, alpha * real + (1 - alpha) * fake)
    return lambda_gp * torch.clamp((n - 1) ** 2, min=0).mean()


@wrong("one_sided_gradient_penalty", "not_squared")
def lp_not_squared(critic, real, fake, lambda_gp=10.0):
    alpha = _epsilon(real)
    return lambda_gp * F.relu(_slopes(critic, alpha * real + (1 - alpha) * fake) - 1).mean()


@wrong("one_sided_gradient_penalty", "punishes_gentle_slopes")
def lp_other_side(critic, real, fake, lambda_gp=10.0):
    alpha = _epsilon(real)
    return lambda_gp * F.relu(1 - _slopes(critic, alpha * real + (1 - alpha) * fake)).pow(2).mean()


@wrong("one_sided_gradient_penalty", "pulls_to_zero")
def lp_relu_of_norm(critic, real, fake, lambda_gp=10.0):
    alpha = _epsilon(real)
    return lambda_gp * F.relu(_slopes(critic, alpha * real + (1 - alpha) * fake)).pow(2).mean()


@wrong("one_sided_gradient_penalty", "punishes_gentle_slopes")
def lp_clamped_norm(critic, real, fake, lambda_gp=10.0):
    alpha = _epsilon(real)
    n = _slopes(critic, alpha * real + (1 - alpha) * fake).clamp(max=1)
    return lambda_gp * ((n - 1) ** 2).mean()


@wrong("one_sided_gradient_penalty", "mean_of_the_steep")
def lp_steep_only(critic, real, fake, lambda_gp=10.0):
    alpha = _epsilon(real)
    n = _slopes(critic, alpha * real + (1 - alpha) * fake)
    steep = n[n > 1]
    return lambda_gp * ((steep - 1) ** 2).mean() if len(steep) else 0.0 * n.sum()


@wrong("one_sided_gradient_penalty", "mean_of_the_steep")
def lp_steepest(critic, real, fake, lambda_gp=10.0):
    alpha = _epsilon(real)
    n = _slopes(critic, alpha * real + (1 - alpha) * fake)
    return lambda_gp * F.relu(n.max() - 1) ** 2


@wrong("one_sided_gradient_penalty", "mean_before_cut")
def lp_of_the_mean(critic, real, fake, lambda_gp=10.0):
    alpha = _epsilon(real)
    n = _slopes(critic, alpha * real + (1 - alpha) * fake).mean()
    return lambda_gp * max(n - 1, 0 * n) ** 2


@wrong("one_sided_gradient_penalty", "points_without_fakes")
def lp_dragan(critic, real, fake, lambda_gp=10.0):
    x = real + 0.5 * real.std() * torch.rand_like(real)
    return lambda_gp * F.relu(_slopes(critic, x) - 1).pow(2).mean()


@wrong("one_sided_gradient_penalty", "one_epsilon_per_batch")
def lp_one_epsilon(critic, real, fake, lambda_gp=10.0):
    a = torch.rand(1)
    return lambda_gp * F.relu(_slopes(critic, a * real + (1 - a) * fake) - 1).pow(2).mean()


@wrong("one_sided_gradient_penalty", "lambda_missing")
def lp_lambda_forgotten(critic, real, fake, lambda_gp=10.0):
    alpha = _epsilon(real)
    return F.relu(_slopes(critic, alpha * real + (1 - alpha) * fake) - 1).pow(2).mean()


# --- wgan_gp_critic_loss, right ---------------------------------------------------------


def _between(real, fake):
    alpha = _epsilon(real)
    return alpha * real + (1 - alpha) * fake


@right("wgan_gp_critic_loss")
def loss_published(critic, real, fake, lambda_gp=10.0):
    real_validity = critic(real)
    fake_validity = critic(fake)
    gp = _penalty(critic, _between(real, fake), 1.0)
    return -torch.mean(real_validity) + torch.mean(fake_validity) + lambda_gp * gp


@right("wgan_gp_critic_loss")
def loss_wasserstein_first(critic, real, fake, lambda_gp=10.0):
    wasserstein_distance = critic(real).mean() - critic(fake).mean()
    print(f"W = {wasserstein_distance.item():.4f}")
    return -wasserstein_distance + _penalty(critic, _between(real, fake), lambda_gp)


@right("wgan_gp_critic_loss")
def loss_detached_again(critic, real, fake, lambda_gp=10.0):
    fake = fake.detach()
    loss = critic(fake).mean() - critic(real).mean()
    loss += _penalty(critic, x=_between(real, fake), lambda_gp=lambda_gp)
    return loss


@right("wgan_gp_critic_loss")
def loss_concatenated(critic, real, fake, lambda_gp=10.0):
    scores = critic(torch.cat([real, fake], dim=0))
    signs = torch.cat([-torch.ones(len(real)), torch.ones(len(fake))]).reshape(scores.shape)
    return 2 * (signs * scores).mean() + _penalty(critic, _between(real, fake), lambda_gp)


@right("wgan_gp_critic_loss")
def loss_three_in_one_pass(critic, real, fake, lambda_gp=10.0):
    x_hat = _between(real, fake).requires_grad_(True)
    s_real, s_fake, s_hat = critic(torch.cat([real, fake, x_hat])).split(len(real))
    g = autograd.grad(s_hat.sum(), x_hat, create_graph=True)[0]
    penalty = ((g.flatten(1).norm(dim=1) - 1) ** 2).mean()
    return s_fake.mean() - s_real.mean() + lambda_gp * penalty


@right("wgan_gp_critic_loss")
def loss_penalty_first(critic, real, fake, lambda_gp=10.0):
    total = _penalty(critic, _between(real, fake), lambda_gp)
    total = total - critic(real).mean()
    total = total + critic(fake).mean()
    return total.reshape(())


@right("wgan_gp_critic_loss")
def loss_dictionary(critic, real, fake, lambda_gp=10.0):
    parts = {
        "fake": critic(fake).sum() / len(fake),
        "real": -critic(real).sum() / len(real),
        "gp": lambda_gp * (_slopes(critic, _between(real, fake)) - 1).square().mean(),
    }
    for name, value in parts.items():
        print(name, float(value.detach()))
    return sum(parts.values())


@right("wgan_gp_critic_loss")
def loss_per_sample(critic, real, fake, lambda_gp=10.0):
    per_sample = critic(fake).flatten() - critic(real).flatten()
    per_sample = per_sample + lambda_gp * (_slopes(critic, _between(real, fake)) - 1) ** 2
    return per_sample.mean()


# --- wgan_gp_critic_loss, wrong ---------------------------------------------------------


@wrong("wgan_gp_critic_loss", "scores_swapped")
def loss_other_sign(critic, real, fake, lambda_gp=10.0):
    return (
        critic(real).mean()
        - critic(fake).mean()
        + _penalty(critic, _between(real, fake), lambda_gp)
    )


@wrong("wgan_gp_critic_loss", "everything_negated")
def loss_maximised(critic, real, fake, lambda_gp=10.0):
    gap = critic(real).mean() - critic(fake).mean()
    return gap - _penalty(critic, _between(real, fake), lambda_gp)


@wrong("wgan_gp_critic_loss", "penalty_not_added")
def loss_penalty_unused(critic, real, fake, lambda_gp=10.0):
    _penalty(critic, _between(real, fake), lambda_gp)
    return critic(fake).mean() - critic(real).mean()


@wrong("wgan_gp_critic_loss", "lambda_twice")
def loss_lambda_again(critic, real, fake, lambda_gp=10.0):
    gp = _penalty(critic, _between(real, fake), lambda_gp)
    return critic(fake).mean() - critic(real).mean() + lambda_gp * gp


@wrong("wgan_gp_critic_loss", "one_sided")
def loss_one_sided(critic, real, fake, lambda_gp=10.0):
    gp = (_slopes(critic, _between(real, fake)) - 1).clamp(min=0).pow(2).mean()
    return critic(fake).mean() - critic(real).mean() + lambda_gp * gp


@wrong("wgan_gp_critic_loss", "no_slope_taken")
def loss_finite_differences(critic, real, fake, lambda_gp=10.0):
    on_real, on_fake = critic(real).flatten(), critic(fake).flatten()
    slope = (on_real - on_fake).abs() / (real - fake).flatten(1).norm(dim=1)
    return on_fake.mean() - on_real.mean() + lambda_gp * ((slope - 1) ** 2).mean()


@wrong("wgan_gp_critic_loss", "no_slope_taken")
def loss_small_differences(critic, real, fake, lambda_gp=10.0):
    x, h = _between(real, fake), 1e-2
    towards = torch.randn_like(x)
    towards /= towards.flatten(1).norm(dim=1).reshape(-1, *[1] * (x.dim() - 1))
    slope = ((critic(x + h * towards) - critic(x - h * towards)) / (2 * h)).abs()
    return critic(fake).mean() - critic(real).mean() + lambda_gp * ((slope - 1) ** 2).mean()


@wrong("wgan_gp_critic_loss", "points_without_fakes")
def loss_dragan(critic, real, fake, lambda_gp=10.0):
    near = real + 0.5 * real.std() * torch.rand_like(real)
    return critic(fake).mean() - critic(real).mean() + _penalty(critic, near, lambda_gp)


@wrong("wgan_gp_critic_loss", "no_gradient_to_critic")
def loss_detached_penalty(critic, real, fake, lambda_gp=10.0):
    gp = _penalty(critic, _between(real, fake), lambda_gp).item()
    return critic(fake).mean() - critic(real).mean() + gp


@wrong("wgan_gp_critic_loss", "everything_halved")
def loss_everything_halved(critic, real, fake, lambda_gp=10.0):
    gp = _penalty(critic, _between(real, fake), lambda_gp)
    return 0.5 * (critic(fake).mean() - critic(real).mean() + gp)


@wrong("wgan_gp_critic_loss", "logistic_loss")
def loss_bce(critic, real, fake, lambda_gp=10.0):
    on_real, on_fake = critic(real), critic(fake)
    bce = F.binary_cross_entropy_with_logits
    loss = bce(on_real, torch.ones_like(on_real)) + bce(on_fake, torch.zeros_like(on_fake))
    return loss + _penalty(critic, _between(real, fake), lambda_gp)


@wrong("wgan_gp_critic_loss", "hinge_loss")
def loss_hinge(critic, real, fake, lambda_gp=10.0):
    loss = F.relu(1 - critic(real)).mean() + F.relu(1 + critic(fake)).mean()
    return loss + _penalty(critic, _between(real, fake), lambda_gp)


@wrong("wgan_gp_critic_loss", "penalty_halved")
def loss_penalty_halved(critic, real, fake, lambda_gp=10.0):
    gp = _penalty(critic, _between(real, fake), lambda_gp) / 2
    return critic(fake).mean() - critic(real).mean() + gp


@wrong("wgan_gp_critic_loss", "fakes_only")
def loss_fake_only(critic, real, fake, lambda_gp=10.0):
    return critic(fake).mean() + _penalty(critic, _between(real, fake), lambda_gp)


@wrong("wgan_gp_critic_loss", "one_epsilon_per_batch")
def loss_scalar_epsilon(critic, real, fake, lambda_gp=10.0):
    a = torch.rand(1).item()
    gp = _penalty(critic, a * real + (1 - a) * fake, lambda_gp)
    return critic(fake).mean() - critic(real).mean() + gp
