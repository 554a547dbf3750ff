"""Losses and penalties against closed forms and torch's own cross-entropy."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits, softplus

from course_utils import models
from course_utils.objectives import (
    OBJECTIVES,
    GradientPenalty,
    NoConstraint,
    NonSaturatingLoss,
    RealPenalty,
    SaturatingLoss,
    WassersteinLoss,
    WeightClipping,
    gradient_norms,
    gradient_penalty,
    interpolate,
)
from course_utils.piecewise import scores_and_slopes


class Slope(nn.Module):
    """A critic that is linear with a given slope, whatever the shape of its input."""

    def __init__(self, slope: float, n_inputs: int):
        super().__init__()
        weight = torch.randn(n_inputs, dtype=torch.double)
        self.weight = nn.Parameter(slope * weight / weight.norm())

    def forward(self, x):
        return x.flatten(1) @ self.weight.to(x.dtype)


def test_gan_losses_are_torchs_cross_entropy():
    real, fake = 3 * torch.randn(7, 1), 3 * torch.randn(7, 1)
    ones, zeros = torch.ones(7, 1), torch.zeros(7, 1)
    expected = binary_cross_entropy_with_logits(real, ones)
    expected = expected + binary_cross_entropy_with_logits(fake, zeros)
    assert torch.allclose(SaturatingLoss().critic_loss(real, fake), expected)
    fooled = binary_cross_entropy_with_logits(fake, ones)
    assert torch.allclose(NonSaturatingLoss().generator_loss(fake), fooled)
    caught = binary_cross_entropy_with_logits(fake, zeros)
    assert torch.allclose(SaturatingLoss().generator_loss(fake), -caught)


@pytest.mark.parametrize("loss", [SaturatingLoss(), NonSaturatingLoss(), WassersteinLoss()])
def test_losses_and_their_gradients_are_finite_at_any_score(loss):
    scores = torch.tensor([-1e4, -30.0, 0.0, 30.0, 1e4], requires_grad=True)
    total = loss.critic_loss(scores, scores.flip(0)) + loss.generator_loss(scores)
    (gradient,) = torch.autograd.grad(total, scores)
    assert total.isfinite() and gradient.isfinite().all()


def test_the_sign_rule():
    real, fake = torch.tensor([3.0, 5.0]), torch.tensor([1.0, 1.0])
    assert WassersteinLoss().critic_loss(real, fake) == 1.0 - 4.0
    assert WassersteinLoss().generator_loss(fake) == -1.0


@pytest.mark.parametrize("batch", [1, 2, 64])
@pytest.mark.parametrize("shape", [(3,), (1, 5, 5)])
def test_a_unit_slope_costs_nothing_at_any_batch_size(batch, shape):
    critic = Slope(1.0, n_inputs=torch.Size(shape).numel())
    real = torch.randn(batch, *shape, dtype=torch.double)
    fake = torch.randn(batch, *shape, dtype=torch.double)
    assert abs(gradient_penalty(critic, real, fake).item()) < 1e-9


@given(slope=st.floats(0.0, 5.0), weight=st.floats(0.1, 20.0))
def test_slope_c_costs_lambda_times_c_minus_one_squared(slope, weight):
    critic = Slope(slope, n_inputs=4)
    real, fake = torch.randn(2, 6, 4, dtype=torch.double)
    value = gradient_penalty(critic, real, fake, weight).item()
    assert value == pytest.approx(weight * (slope - 1) ** 2, abs=1e-4)
    value = gradient_penalty(critic, real, fake, weight, one_sided=True).item()
    assert value == pytest.approx(weight * max(0.0, slope - 1) ** 2, abs=1e-4)


def test_the_penalty_is_finite_where_the_slope_is_zero():
    critic = Slope(0.0, n_inputs=4)
    gradient_penalty(critic, torch.randn(3, 4), torch.randn(3, 4)).backward()
    assert critic.weight.grad.isfinite().all()


def test_interpolates_mix_each_pair_by_its_own_weight():
    real, fake = torch.ones(3, 1, 2, 2), torch.zeros(3, 1, 2, 2)
    epsilon = torch.tensor([0.0, 0.25, 1.0])
    mixed = interpolate(real, fake, epsilon)
    assert torch.equal(mixed, epsilon.reshape(3, 1, 1, 1).expand(3, 1, 2, 2))


def test_gradient_norms_agree_with_finite_differences():
    critic = models.mlp_critic((3,), (16, 16)).double()
    x = torch.randn(5, 3, dtype=torch.double)
    step = 1e-6
    slopes = torch.stack(
        [(critic(x + step * e) - critic(x - step * e))[:, 0] / (2 * step) for e in torch.eye(3)],
        dim=1,
    )
    assert torch.allclose(gradient_norms(critic, x), slopes.norm(dim=1), rtol=1e-5)


@pytest.mark.parametrize(
    ("shape", "hidden", "leak"),
    [((2,), (32, 32), 0.2), ((1, 8, 8), (24, 12), 0.2), ((5,), (7,), 0.0), ((4,), (), 0.2)],
)
def test_the_fast_look_equals_autograd_with_all_gradients(shape, hidden, leak):
    critic = models.mlp_critic(shape, hidden, leak=leak)
    real, fake, epsilon = *torch.randn(2, 33, *shape), torch.rand(33)
    look = scores_and_slopes(critic)(real, fake, epsilon)
    slopes = gradient_norms(critic, interpolate(real, fake, epsilon))
    gradients = []
    for ours, theirs in zip(look, (critic(real), critic(fake), slopes), strict=True):
        assert torch.allclose(ours, theirs, rtol=1e-5, atol=1e-6)
    for real_scores, fake_scores, norms in (look, (critic(real), critic(fake), slopes)):
        # uneven weights: each row must send back its own
        loss = softplus(-real_scores).mean() + softplus(fake_scores).mean()
        loss = loss + (norms - 1).square().mean()
        gradients.append(torch.autograd.grad(loss, list(critic.parameters())))
    for ours, theirs in zip(*gradients, strict=True):
        assert torch.allclose(ours, theirs, rtol=1e-5, atol=1e-6)


def other_critics() -> dict[str, nn.Module]:
    hooked = models.mlp_critic()
    hooked[0].register_forward_hook(lambda _m, _i, out: 2 * out)
    return {
        "convolutional": models.conv_critic(4),
        "spectral norm": models.mlp_critic(spectral_norm=True),
        "tanh": nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 1)),
        "two scores": nn.Sequential(nn.Linear(2, 8), nn.ReLU(), nn.Linear(8, 2)),
        "no bias": nn.Sequential(nn.Linear(2, 8, bias=False), nn.ReLU(), nn.Linear(8, 1)),
        "not a sequence": Slope(1.0, 2),
        "hooked": hooked,
    }


@pytest.mark.parametrize("name", other_critics())
def test_other_critics_take_the_general_way(name):
    assert scores_and_slopes(other_critics()[name]) is None


@pytest.mark.parametrize("one_sided", [False, True])
def test_both_ways_give_the_same_penalty(one_sided):
    critic, constraint = models.mlp_critic((6,), (16,)), GradientPenalty(7.0, one_sided)
    real, fake = torch.randn(2, 9, 6)
    torch.manual_seed(5)
    fast = constraint.scores_and_penalty(critic, real, fake)
    torch.manual_seed(5)
    plain = NoConstraint.scores_and_penalty(constraint, critic, real, fake)
    for ours, theirs in zip(fast, plain, strict=True):
        assert torch.allclose(ours, theirs, rtol=1e-5, atol=1e-6)


def test_clipping_bounds_weights_and_biases_and_spares_buffers():
    critic = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Linear(4, 1))
    critic[1].running_mean.fill_(7.0)
    before = list(critic.parameters())
    WeightClipping(0.05).after_critic_step(critic)
    assert all(p is q for p, q in zip(critic.parameters(), before, strict=True))
    assert max(p.abs().max() for p in critic.parameters()) <= 0.05
    assert (critic[1].running_mean == 7.0).all()


def test_the_table_has_the_seven():
    assert set(OBJECTIVES) == {
        "gan_saturating", "gan", "gan_r1", "wgan_clip", "wgan_gp", "wgan_lp", "wgan_sn"
    }  # fmt: skip
    assert all(name == objective.name for name, objective in OBJECTIVES.items())


def test_spectral_norm_makes_a_critic_lipschitz():
    critic = models.mlp_critic((5,), (32, 32), spectral_norm=True)
    x = torch.randn(200, 5)
    for _ in range(50):  # each forward pass in training mode is one power iteration
        critic(x)
    assert gradient_norms(critic.eval(), 10 * torch.randn(2000, 5)).max() <= 1 + 1e-3


def test_r1_charges_half_gamma_times_the_squared_slope_at_real_samples_alone():
    class Bent(nn.Module):  # slope 3 left of 0, slope 5 right of it
        def forward(self, x):
            return torch.where(x < 0, 3 * x, 5 * x)

    real, fake = -torch.rand(6, 1) - 0.1, torch.rand(6, 1) + 0.1
    assert RealPenalty(2.0).penalty(Bent(), real, fake).item() == pytest.approx(9, rel=1e-5)
