"""Lesson 4: clipping and the critic's step, as strangers write them."""

import functools
import itertools
import math
import operator

import numpy as np
import pandas as pd
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from strangers import right, wrong

# --- wasserstein_critic_loss, right -----------------------------------------------------


@right("wasserstein_critic_loss")
def critic_published(real_validity, fake_validity):
    return -torch.mean(real_validity) + torch.mean(fake_validity)


@right("wasserstein_critic_loss")
def critic_labels_of_sign(real_scores, fake_scores):
    scores = torch.cat([real_scores, fake_scores])
    labels = torch.cat([-torch.ones_like(real_scores), torch.ones_like(fake_scores)])
    return 2 * torch.mean(labels * scores)


@right("wasserstein_critic_loss")
def critic_typed(real_scores: Tensor, fake_scores: Tensor) -> Tensor:
    """-(E[f(x)] - E[f(G(z))])"""
    w: Tensor = real_scores.mean() - fake_scores.mean()
    print(f"W ~ {w.item():.3f}")
    return w.neg()


@right("wasserstein_critic_loss")
def critic_loops(real_scores, fake_scores):
    n = real_scores.numel()
    total = 0
    for r, f in zip(real_scores.reshape(-1), fake_scores.reshape(-1), strict=True):
        total = total + (f - r) / n
    return total


@right("wasserstein_critic_loss")
def critic_dot(real_scores, fake_scores):
    n = len(real_scores)
    weights = torch.full((n,), 1 / n)
    return torch.dot(weights, fake_scores.flatten()) - torch.dot(weights, real_scores.flatten())


@right("wasserstein_critic_loss")
def critic_in_place(real_scores, fake_scores):
    loss = fake_scores.mean()
    loss -= real_scores.mean()
    return loss


@right("wasserstein_critic_loss")
def critic_stacked(real_scores, fake_scores):
    means = torch.stack([fake_scores.mean(), real_scores.mean()])
    return -torch.diff(means).sum()


@right("wasserstein_critic_loss")
def critic_eager(real_scores, fake_scores):
    if real_scores.shape[0] != fake_scores.shape[0]:
        raise ValueError("batches differ")
    if not torch.is_tensor(real_scores):
        raise TypeError("tensors are asked for")
    return torch.sub(torch.mean(fake_scores, dim=0), torch.mean(real_scores, dim=0)).squeeze()


# --- wasserstein_critic_loss, wrong -----------------------------------------------------


@wrong("wasserstein_critic_loss", "negated")
def critic_maximised(real_scores, fake_scores):
    return torch.mean(real_scores) - torch.mean(fake_scores)


@wrong("wasserstein_critic_loss", "same_sign")
def critic_minus_both(real_scores, fake_scores):
    return -torch.mean(real_scores) - torch.mean(fake_scores)


@wrong("wasserstein_critic_loss", "halved")
def critic_mean_of_joined(real_scores, fake_scores):
    labels = torch.cat([-torch.ones_like(real_scores), torch.ones_like(fake_scores)])
    return torch.mean(labels * torch.cat([real_scores, fake_scores]))


@wrong("wasserstein_critic_loss", "logarithms")
def critic_bce(real_scores, fake_scores):
    on_real = F.binary_cross_entropy_with_logits(real_scores, torch.ones_like(real_scores))
    return on_real + F.binary_cross_entropy_with_logits(fake_scores, torch.zeros_like(fake_scores))


@wrong("wasserstein_critic_loss", "squared")
def critic_mse(real_scores, fake_scores):
    mse = nn.MSELoss()
    return mse(real_scores, torch.ones_like(real_scores)) + mse(
        fake_scores, torch.zeros_like(fake_scores)
    )


@wrong("wasserstein_critic_loss", "plain_number")
def critic_item(real_scores, fake_scores):
    return fake_scores.mean().item() - real_scores.mean().item()


@wrong("wasserstein_critic_loss", "new_tensor")
def critic_fresh_tensor(real_scores, fake_scores):
    return torch.tensor(float(fake_scores.mean() - real_scores.mean()), requires_grad=True)


@wrong("wasserstein_critic_loss", "no_gradient_to_argument")
def critic_fakes_detached(real_scores, fake_scores):
    return fake_scores.detach().mean() - real_scores.mean()


@wrong("wasserstein_critic_loss", "no_mean_taken")
def critic_not_reduced(real_scores, fake_scores):
    return fake_scores - real_scores


@wrong("wasserstein_critic_loss", None)
def critic_squared_gap(real_scores, fake_scores):
    return -((real_scores.mean() - fake_scores.mean()) ** 2)


@wrong("wasserstein_critic_loss", "paired_distances")
def critic_l1(real_scores, fake_scores):
    return -F.l1_loss(real_scores, fake_scores)


@wrong("wasserstein_critic_loss", "argument_through_tanh")
def critic_tanh(real_scores, fake_scores):
    return torch.tanh(fake_scores).mean() - torch.tanh(real_scores).mean()


# --- wasserstein_generator_loss, right --------------------------------------------------


@right("wasserstein_generator_loss")
def generator_minus_mean(fake_scores):
    return -torch.mean(fake_scores)


@right("wasserstein_generator_loss")
def generator_times_minus_one(fake_scores: Tensor) -> Tensor:
    return fake_scores.mean() * -1


@right("wasserstein_generator_loss")
def generator_mean_of_minus(fake_scores):
    return (-fake_scores).mean()


@right("wasserstein_generator_loss")
def generator_by_labels(fake_scores):
    return (fake_scores * -torch.ones_like(fake_scores)).mean()


@right("wasserstein_generator_loss")
def generator_python_sum(fake_scores):
    return -sum(fake_scores.reshape(-1)) / fake_scores.numel()


@right("wasserstein_generator_loss")
def generator_einsum(fake_scores):
    return -torch.einsum("i->", fake_scores.flatten()) / fake_scores.shape[0]


@right("wasserstein_generator_loss")
def generator_printing(fake_scores):
    loss = fake_scores.mean().neg()
    print("G loss:", loss.item())
    return loss


@right("wasserstein_generator_loss")
def generator_zero_minus(fake_scores):
    return 0.0 - torch.sum(fake_scores) / len(fake_scores)


# --- wasserstein_generator_loss, wrong --------------------------------------------------


@wrong("wasserstein_generator_loss", "negated")
def generator_plus_mean(fake_scores):
    return torch.mean(fake_scores)


@wrong("wasserstein_generator_loss", "summed")
def generator_summed(fake_scores):
    return -torch.sum(fake_scores)


@wrong("wasserstein_generator_loss", "logarithms")
def generator_bce(fake_scores):
    return F.binary_cross_entropy_with_logits(fake_scores, torch.ones_like(fake_scores))


@wrong("wasserstein_generator_loss", "squared")
def generator_mse(fake_scores):
    return F.mse_loss(fake_scores, torch.ones_like(fake_scores))


@wrong("wasserstein_generator_loss", "logarithms")
def generator_log_sigmoid(fake_scores):
    return -torch.log(torch.sigmoid(fake_scores) + 1e-8).mean()


@wrong("wasserstein_generator_loss", "plain_number")
def generator_item(fake_scores):
    return -fake_scores.mean().item()


@wrong("wasserstein_generator_loss", "argument_made_absolute")
def generator_absolute(fake_scores):
    return -fake_scores.abs().mean()


@wrong("wasserstein_generator_loss", "no_mean_taken")
def generator_each(fake_scores):
    return -fake_scores


@wrong("wasserstein_generator_loss", "detached")
def generator_no_grad(fake_scores):
    with torch.no_grad():
        return -fake_scores.mean()


@wrong("wasserstein_generator_loss", "one_minus")
def generator_one_minus(fake_scores):
    return (1 - fake_scores).mean()


@wrong("wasserstein_generator_loss", "halved")
def generator_halved(fake_scores):
    return -0.5 * fake_scores.mean()


@wrong("wasserstein_generator_loss", "sigmoid")
def generator_sigmoid(fake_scores):
    return -torch.sigmoid(fake_scores).mean()


# --- clip_weights, right ----------------------------------------------------------------


@right("clip_weights")
def clip_data(critic, c):
    for p in critic.parameters():
        p.data.clamp_(-c, c)


@right("clip_weights")
def clip_no_grad(critic: nn.Module, clip_value: float) -> None:
    with torch.no_grad():
        for p in critic.parameters():
            p.clamp_(min=-clip_value, max=clip_value)
    return critic


@right("clip_weights")
def clip_torch_clamp_out(critic, clip_value):
    for _name, p in critic.named_parameters():
        torch.clamp(p.data, -clip_value, clip_value, out=p.data)


@right("clip_weights")
@torch.no_grad()
def clip_minimum_maximum(critic, clip_value):
    bound = torch.tensor(clip_value)
    for p in critic.parameters():
        p.copy_(torch.minimum(torch.maximum(p, -bound), bound))


@right("clip_weights")
def clip_foreach(critic, clip_value):
    values = [p.data for p in critic.parameters()]
    torch._foreach_clamp_min_(values, -clip_value)
    torch._foreach_clamp_max_(values, clip_value)


@right("clip_weights")
def clip_apply(critic, clip_value):
    def clip(module):
        for p in module.parameters(recurse=False):
            p.data = p.data.clip(-clip_value, clip_value)

    critic.apply(clip)


@right("clip_weights")
def clip_by_numpy(critic, clip_value):
    for p in critic.parameters():
        p.data.copy_(torch.from_numpy(np.clip(p.detach().numpy(), -clip_value, clip_value)))


@right("clip_weights")
def clip_prints(critic, clip_value):
    for i, p in enumerate(critic.parameters()):
        outside = (p.detach().abs() > clip_value).float().mean().item()
        print(f"parameter {i}: {outside:.0%} outside")
        with torch.no_grad():
            p[p > clip_value] = clip_value
            p[p < -clip_value] = -clip_value


@right("clip_weights")
def clip_vector(critic, clip_value):
    flat = nn.utils.parameters_to_vector(critic.parameters()).detach()
    nn.utils.vector_to_parameters(flat.clamp(-clip_value, clip_value), critic.parameters())


# --- clip_weights, wrong ----------------------------------------------------------------


@wrong("clip_weights", "weights_only")
def clip_weight_attribute(critic, clip_value):
    for module in critic.modules():
        if hasattr(module, "weight"):
            module.weight.data.clamp_(-clip_value, clip_value)


@wrong("clip_weights", "recorded")
def clip_forgets_no_grad(critic, clip_value):
    for p in critic.parameters():
        p.clamp_(-clip_value, clip_value)


@wrong("clip_weights", "not_in_place")
def clip_out_of_place(critic, clip_value):
    for p in critic.parameters():
        p = p.data.clamp(-clip_value, clip_value)


@wrong("clip_weights", "upper_limit_only")
def clip_one_end(critic, clip_value):
    for p in critic.parameters():
        p.data.clamp_(max=clip_value)


@wrong("clip_weights", "one_argument")
def clip_single_argument(critic, clip_value):
    for p in critic.parameters():
        p.data.clamp_(clip_value)


@wrong("clip_weights", "gradients_by_norm")
def clip_grad_norm(critic, clip_value):
    nn.utils.clip_grad_norm_(critic.parameters(), max_norm=clip_value)


@wrong("clip_weights", "gradients_by_value")
def clip_grad_value(critic, clip_value):
    nn.utils.clip_grad_value_(critic.parameters(), clip_value=clip_value)


@wrong("clip_weights", "buffers_too")
def clip_whole_state(critic, clip_value):
    state = critic.state_dict()
    for key in state:
        state[key] = state[key].clamp(-clip_value, clip_value)
    critic.load_state_dict(state)


@wrong("clip_weights", "hard_coded")
def clip_published_default(critic, clip_value=0.01):
    clip_value = 0.01
    for p in critic.parameters():
        p.data.clamp_(-clip_value, clip_value)


@wrong("clip_weights", None)
def clip_renormalised(critic, clip_value):
    for p in critic.parameters():
        p.data.renorm_(p=2, dim=0, maxnorm=clip_value)


@wrong("clip_weights", "positive_only")
def clip_zero_to_c(critic, clip_value):
    for p in critic.parameters():
        p.data.clamp_(0, clip_value)


@wrong("clip_weights", None)
def clip_children_only(critic, clip_value):
    for layer in critic.children():
        if isinstance(layer, nn.Linear):
            nn.init.uniform_(layer.weight, -clip_value, clip_value)


@wrong("clip_weights", "replaced_parameters")
def clip_new_parameters(critic, clip_value):
    for module in critic.modules():
        for name, p in list(module._parameters.items()):
            module._parameters[name] = nn.Parameter(p.data.clamp(-clip_value, clip_value))


# --- clipped_lipschitz_bound, right -----------------------------------------------------


@right("clipped_lipschitz_bound")
def bound_loop(layer_sizes, clip_value):
    bound = 1.0
    for n_in, n_out in itertools.pairwise(layer_sizes):
        bound *= clip_value * math.sqrt(n_in * n_out)
    return bound


@right("clipped_lipschitz_bound")
def bound_reduce(layer_sizes, clip_value):
    factors = [clip_value * (a * b) ** 0.5 for a, b in itertools.pairwise(layer_sizes)]
    return functools.reduce(operator.mul, factors, 1)


@right("clipped_lipschitz_bound")
def bound_spectral(layer_sizes, clip_value):
    norms = [
        np.linalg.norm(np.full((layer_sizes[i], layer_sizes[i + 1]), clip_value), 2)
        for i in range(len(layer_sizes) - 1)
    ]
    return np.prod(norms)


@right("clipped_lipschitz_bound")
def bound_logs(layer_sizes, clip_value):
    sizes = np.asarray(layer_sizes, dtype=float)
    return np.exp(np.sum(np.log(clip_value) + 0.5 * np.log(sizes[:-1] * sizes[1:])))


@right("clipped_lipschitz_bound")
def bound_torch(layer_sizes, clip_value):
    weights = [
        torch.full((o, i), clip_value, dtype=torch.float64)
        for i, o in itertools.pairwise(layer_sizes)
    ]
    return torch.stack([torch.linalg.matrix_norm(w) for w in weights]).prod().item()


@right("clipped_lipschitz_bound")
def bound_typed(layer_sizes: list[int], clip_value: float) -> float:
    product = 1.0
    for k in range(1, len(layer_sizes)):
        frobenius_squared = layer_sizes[k - 1] * layer_sizes[k] * clip_value**2
        product = product * np.sqrt(frobenius_squared)
        print("layer", k, "norm at most", np.sqrt(frobenius_squared))
    return product


@right("clipped_lipschitz_bound")
def bound_pandas(layer_sizes, clip_value):
    s = pd.Series(list(layer_sizes), dtype=float)
    return (clip_value * (s * s.shift(1)) ** 0.5).dropna().prod()


@right("clipped_lipschitz_bound")
def bound_recursive(layer_sizes, clip_value):
    if len(layer_sizes) < 2:
        return 1.0
    first, second, *_ = layer_sizes
    return clip_value * math.sqrt(first * second) * bound_recursive(layer_sizes[1:], clip_value)


# --- clipped_lipschitz_bound, wrong -----------------------------------------------------


@wrong("clipped_lipschitz_bound", "widths_ignored")
def bound_power(layer_sizes, clip_value):
    return clip_value ** (len(layer_sizes) - 1)


@wrong("clipped_lipschitz_bound", "root_missing")
def bound_no_root(layer_sizes, clip_value):
    bound = 1.0
    for a, b in itertools.pairwise(layer_sizes):
        bound *= clip_value * a * b
    return bound


@wrong("clipped_lipschitz_bound", "layers_added")
def bound_sum(layer_sizes, clip_value):
    return sum(clip_value * math.sqrt(a * b) for a, b in itertools.pairwise(layer_sizes))


@wrong("clipped_lipschitz_bound", "largest_row_sum")
def bound_one_norm(layer_sizes, clip_value):
    return np.prod([clip_value * a for a in layer_sizes[:-1]])


@wrong("clipped_lipschitz_bound", "one_factor_for_each_size")
def bound_all_sizes(layer_sizes, clip_value):
    return np.prod([clip_value * math.sqrt(n) for n in layer_sizes])


@wrong("clipped_lipschitz_bound", "steepest_layer_alone")
def bound_largest_layer(layer_sizes, clip_value):
    return max(clip_value * math.sqrt(a * b) for a, b in itertools.pairwise(layer_sizes))


@wrong("clipped_lipschitz_bound", "arithmetic_mean_of_widths")
def bound_mean_width(layer_sizes, clip_value):
    return np.prod([clip_value * (a + b) / 2 for a, b in itertools.pairwise(layer_sizes)])


@wrong("clipped_lipschitz_bound", "clip_value_once")
def bound_single_c(layer_sizes, clip_value):
    return clip_value * math.prod(math.sqrt(a * b) for a, b in itertools.pairwise(layer_sizes))


@wrong("clipped_lipschitz_bound", "clip_value_under_the_root")
def bound_c_under_root(layer_sizes, clip_value):
    return math.sqrt(math.prod(clip_value * a * b for a, b in itertools.pairwise(layer_sizes)))


@wrong("clipped_lipschitz_bound", None)
def bound_three_layers(layer_sizes, clip_value):
    n0, n1, n2, n3 = layer_sizes
    return clip_value**3 * math.sqrt(n0 * n1) * math.sqrt(n1 * n2) * math.sqrt(n2 * n3)


@wrong("clipped_lipschitz_bound", "last_layer_missing")
def bound_skips_last(layer_sizes, clip_value):
    bound = 1.0
    for i in range(len(layer_sizes) - 2):
        bound *= clip_value * math.sqrt(layer_sizes[i] * layer_sizes[i + 1])
    return bound


@wrong("clipped_lipschitz_bound", "ends_forgotten")
def bound_hidden_only(layer_sizes, clip_value):
    return clip_value ** (len(layer_sizes) - 1) * math.prod(layer_sizes[1:-1])


# --- wgan_critic_step, right ------------------------------------------------------------


@right("wgan_critic_step")
def step_published(critic, generator, real, z, optimizer, clip_value):
    optimizer.zero_grad()
    fake = generator(z).detach()
    loss_d = -torch.mean(critic(real)) + torch.mean(critic(fake))
    loss_d.backward()
    optimizer.step()
    for p in critic.parameters():
        p.data.clamp_(-clip_value, clip_value)
    return -loss_d.item()


@right("wgan_critic_step")
def step_original_code(critic, generator, real, z, optimizer, clip_value):
    one, mone = torch.tensor(1.0), torch.tensor(-1.0)
    critic.zero_grad()
    err_real = critic(real).mean()
    err_real.backward(mone)
    with torch.no_grad():
        fake = generator(z)
    err_fake = critic(fake).mean()
    err_fake.backward(one)
    optimizer.step()
    with torch.no_grad():
        for p in critic.parameters():
            p.clamp_(-clip_value, clip_value)
    return (err_real - err_fake).item()


@right("wgan_critic_step")
def step_prints_a_lot(critic, generator, real, z, optimizer, clip_value):
    fake = generator(z).data
    scores_real, scores_fake = critic(real), critic(fake)
    print("real", scores_real.mean().item(), "fake", scores_fake.mean().item())
    w = scores_real.mean() - scores_fake.mean()
    optimizer.zero_grad()
    (-w).backward()
    total = sum(p.grad.norm() ** 2 for p in critic.parameters()) ** 0.5
    print("gradient norm", total.item())
    optimizer.step()
    for p in critic.parameters():
        p.data = torch.clamp(p.data, -clip_value, clip_value)
    print("after", critic(real).mean().item())
    return w


@right("wgan_critic_step")
def step_closure(critic, generator, real, z, optimizer, clip_value):
    with torch.no_grad():
        fake = generator(z)

    def closure():
        optimizer.zero_grad()
        loss = critic(fake).mean() - critic(real).mean()
        loss.backward()
        return loss

    loss = optimizer.step(closure)
    with torch.no_grad():
        for p in critic.parameters():
            p.copy_(p.clamp(-clip_value, clip_value))
    return -float(loss)


@right("wgan_critic_step")
def step_keyword_arguments(critic, generator, real, z, optimizer, clip_value):
    critic.train(), generator.train()
    fake = generator(z).clone().detach()
    estimate = torch.sub(critic(real).mean(), critic(fake).mean())
    optimizer.zero_grad(set_to_none=True)
    torch.autograd.backward(tensors=-estimate, inputs=list(critic.parameters()))
    optimizer.step()
    torch._foreach_clamp_min_([p.data for p in critic.parameters()], -clip_value)
    torch._foreach_clamp_max_([p.data for p in critic.parameters()], clip_value)
    return estimate.detach()


@right("wgan_critic_step")
def step_cleared_at_both_ends(critic, generator, real, z, optimizer, clip_value):
    for p in critic.parameters():
        p.grad = None
    gap = critic(real).sum() / len(real) - critic(generator(z).detach()).sum() / len(z)
    gap.neg().backward()
    optimizer.step()
    optimizer.zero_grad()
    critic.apply(lambda m: [p.data.clamp_(-clip_value, clip_value) for p in m.parameters(False)])
    return gap.item()


@right("wgan_critic_step")
def step_eager(critic, generator, real, z, optimizer, clip_value):
    assert clip_value > 0, "clip_value must be positive"
    assert real.shape[0] == z.shape[0]
    fake = generator(z).detach()
    assert fake.shape == real.shape
    loss = (critic(fake) - critic(real)).mean()
    if torch.isnan(loss):
        raise RuntimeError("nan")
    critic.zero_grad(set_to_none=False)
    loss.backward()
    optimizer.step()
    for group in optimizer.param_groups:
        for p in group["params"]:
            p.data.clamp_(-clip_value, clip_value)
    return -loss.detach().numpy()


@right("wgan_critic_step")
def step_generator_frozen(critic, generator, real, z, optimizer, clip_value):
    for p in generator.parameters():
        p.requires_grad = False
    loss = critic(generator(z)).mean() - critic(real).mean()
    for p in generator.parameters():
        p.requires_grad = True
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    with torch.no_grad():
        for p in critic.parameters():
            p.clamp_(-clip_value, clip_value)
    return -loss.item()


# --- wgan_critic_step, wrong ------------------------------------------------------------


def _clip(critic, clip_value):
    for p in critic.parameters():
        p.data.clamp_(-clip_value, clip_value)


@wrong("wgan_critic_step", "ascends_the_wrong_way")
def step_roles_swapped(critic, generator, real, z, optimizer, clip_value):
    optimizer.zero_grad()
    loss = torch.mean(critic(real)) - torch.mean(critic(generator(z).detach()))
    loss.backward()
    optimizer.step()
    _clip(critic, clip_value)
    return loss.item()


@wrong("wgan_critic_step", "networks_swapped")
def step_networks_swapped(generator, critic, real, z, optimizer, clip_value):
    optimizer.zero_grad()
    loss = torch.mean(critic(generator(z).detach())) - torch.mean(critic(real))
    loss.backward()
    optimizer.step()
    _clip(critic, clip_value)
    return -loss.item()


@wrong("wgan_critic_step", "never_clipped")
def step_no_clipping(critic, generator, real, z, optimizer, clip_value):
    optimizer.zero_grad()
    loss = torch.mean(critic(generator(z).detach())) - torch.mean(critic(real))
    loss.backward()
    optimizer.step()
    return -loss.item()


@wrong("wgan_critic_step", "clipped_at_the_start")
def step_clip_first(critic, generator, real, z, optimizer, clip_value):
    _clip(critic, clip_value)
    optimizer.zero_grad()
    loss = torch.mean(critic(generator(z).detach())) - torch.mean(critic(real))
    loss.backward()
    optimizer.step()
    return -loss.item()


@wrong("wgan_critic_step", "generator_clipped")
def step_clips_generator(critic, generator, real, z, optimizer, clip_value):
    optimizer.zero_grad()
    loss = torch.mean(critic(generator(z).detach())) - torch.mean(critic(real))
    loss.backward()
    optimizer.step()
    _clip(critic, clip_value)
    _clip(generator, clip_value)
    return -loss.item()


@wrong("wgan_critic_step", "gradients_never_cleared")
def step_never_clears(critic, generator, real, z, optimizer, clip_value):
    loss = torch.mean(critic(generator(z).detach())) - torch.mean(critic(real))
    loss.backward()
    optimizer.step()
    _clip(critic, clip_value)
    return -loss.item()


@wrong("wgan_critic_step", "never_steps")
def step_clears_after_backward(critic, generator, real, z, optimizer, clip_value):
    loss = torch.mean(critic(generator(z).detach())) - torch.mean(critic(real))
    loss.backward()
    optimizer.zero_grad()
    optimizer.step()
    _clip(critic, clip_value)
    return -loss.item()


@wrong("wgan_critic_step", "generator_gradients_filled")
def step_not_detached(critic, generator, real, z, optimizer, clip_value):
    optimizer.zero_grad()
    loss = torch.mean(critic(generator(z))) - torch.mean(critic(real))
    loss.backward()
    optimizer.step()
    _clip(critic, clip_value)
    return -loss.item()


@wrong("wgan_critic_step", "estimate_after_update")
def step_estimate_after(critic, generator, real, z, optimizer, clip_value):
    fake = generator(z).detach()
    optimizer.zero_grad()
    (critic(fake).mean() - critic(real).mean()).backward()
    optimizer.step()
    _clip(critic, clip_value)
    with torch.no_grad():
        return (critic(real).mean() - critic(fake).mean()).item()


@wrong("wgan_critic_step", "logarithms")
def step_bce(critic, generator, real, z, optimizer, clip_value):
    on_real, on_fake = critic(real), critic(generator(z).detach())
    bce = nn.BCEWithLogitsLoss()
    loss = bce(on_real, torch.ones_like(on_real)) + bce(on_fake, torch.zeros_like(on_fake))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    _clip(critic, clip_value)
    return (on_real.mean() - on_fake.mean()).item()


@wrong("wgan_critic_step", "returns_loss")
def step_returns_loss(critic, generator, real, z, optimizer, clip_value):
    loss = torch.mean(critic(generator(z).detach())) - torch.mean(critic(real))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    _clip(critic, clip_value)
    return loss


@wrong("wgan_critic_step", "fresh_noise")
def step_new_noise(critic, generator, real, z, optimizer, clip_value):
    fake = generator(torch.randn(z.shape)).detach()
    loss = critic(fake).mean() - critic(real).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    _clip(critic, clip_value)
    return -loss.item()


@wrong("wgan_critic_step", None)
def step_five_times(critic, generator, real, z, optimizer, clip_value):
    for _ in range(5):
        loss = critic(generator(z).detach()).mean() - critic(real).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        _clip(critic, clip_value)
    return -loss.item()


@wrong("wgan_critic_step", "halved")
def step_loss_halved(critic, generator, real, z, optimizer, clip_value):
    loss = (critic(generator(z).detach()).mean() - critic(real).mean()) / 2
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    _clip(critic, clip_value)
    return -loss.item()


@wrong("wgan_critic_step", "returns_nothing")
def step_returns_nothing(critic, generator, real, z, optimizer, clip_value):
    loss = critic(generator(z).detach()).mean() - critic(real).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    _clip(critic, clip_value)


# --- training_hours, right --------------------------------------------------------------


@right("training_hours")
def hours_plain(n_generator_steps, batch_size, samples_per_second):
    total_samples = n_generator_steps * batch_size
    seconds = total_samples / samples_per_second
    return seconds / 3600


@right("training_hours")
def hours_by_rate(n_generator_steps, batch_size, samples_per_second):
    steps_per_second = samples_per_second / batch_size
    return n_generator_steps / steps_per_second / 60**2


@right("training_hours")
def hours_numpy(n_generator_steps, batch_size, samples_per_second):
    return np.divide(np.multiply(n_generator_steps, batch_size), samples_per_second) / 3.6e3


@right("training_hours")
def hours_timedelta(n_generator_steps, batch_size, samples_per_second):
    import datetime

    run = datetime.timedelta(seconds=n_generator_steps * batch_size / samples_per_second)
    print("the run takes", run)
    return run / datetime.timedelta(hours=1)


@right("training_hours")
def hours_typed(n_generator_steps: int, batch_size: int, samples_per_second: float) -> float:
    if samples_per_second <= 0:
        raise ValueError("the rate must be positive")
    samples_per_hour = samples_per_second * 60 * 60
    return float(n_generator_steps * batch_size) / samples_per_hour


@right("training_hours")
def hours_pandas(n_generator_steps, batch_size, samples_per_second):
    seconds = n_generator_steps * batch_size / samples_per_second
    return pd.Timedelta(1, "h").total_seconds() ** -1 * seconds


@right("training_hours")
def hours_divmod(n_generator_steps, batch_size, samples_per_second):
    hours, rest = divmod(n_generator_steps * batch_size / samples_per_second, 3600)
    return hours + rest / 3600


@right("training_hours")
def hours_fraction(n_generator_steps, batch_size, samples_per_second):
    from fractions import Fraction

    return float(Fraction(n_generator_steps * batch_size, 3600) / Fraction(samples_per_second))


# --- training_hours, wrong --------------------------------------------------------------


@wrong("training_hours", "seconds")
def hours_in_seconds(n_generator_steps, batch_size, samples_per_second):
    return n_generator_steps * batch_size / samples_per_second


@wrong("training_hours", "minutes")
def hours_in_minutes(n_generator_steps, batch_size, samples_per_second):
    return n_generator_steps * batch_size / samples_per_second / 60


@wrong("training_hours", "batch_forgotten")
def hours_without_batch(n_generator_steps, batch_size, samples_per_second):
    return n_generator_steps / samples_per_second / 3600


@wrong("training_hours", "divided_by_batch")
def hours_batch_below(n_generator_steps, batch_size, samples_per_second):
    return n_generator_steps / (batch_size * samples_per_second) / 3600


@wrong("training_hours", "rate_upside_down")
def hours_times_rate(n_generator_steps, batch_size, samples_per_second):
    return n_generator_steps * batch_size * samples_per_second / 3600


@wrong("training_hours", "constant_factor")
def hours_five_critics(n_generator_steps, batch_size, samples_per_second):
    return n_generator_steps * batch_size * (1 + 5) / samples_per_second / 3600


@wrong("training_hours", "rounded_down")
def hours_integer(n_generator_steps, batch_size, samples_per_second):
    return int(n_generator_steps * batch_size / samples_per_second / 3600)


@wrong("training_hours", "rounded_to_hundredths")
def hours_rounded(n_generator_steps, batch_size, samples_per_second):
    return round(n_generator_steps * batch_size / samples_per_second / 3600, 2)


@wrong("training_hours", "days")
def hours_days(n_generator_steps, batch_size, samples_per_second):
    return n_generator_steps * batch_size / samples_per_second / (24 * 3600)


@wrong("training_hours", "wrong_type")
def hours_text(n_generator_steps, batch_size, samples_per_second):
    return f"{n_generator_steps * batch_size / samples_per_second / 3600:.1f} h"


@wrong("training_hours", "upside_down")
def hours_upside_down(n_generator_steps, batch_size, samples_per_second):
    return samples_per_second / (n_generator_steps * batch_size) / 3600


@wrong("training_hours", "hours_multiplied")
def hours_times_3600(n_generator_steps, batch_size, samples_per_second):
    return n_generator_steps * batch_size / samples_per_second * 3600
