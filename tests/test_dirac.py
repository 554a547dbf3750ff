"""The game on two numbers against what is proved of it, and its fields against autograd."""

import numpy as np
import pytest
import torch
from torch.nn.functional import softplus

from course_utils.experiments import dirac

GAN, CLIPPED, GP, R1 = dirac.VARIANTS.values()


@pytest.mark.parametrize(
    ("variant", "critic_loss", "generator_loss"),
    [
        (GAN, lambda t, p: softplus(p * t), lambda t, p: softplus(-p * t)),
        (CLIPPED, lambda t, p: p * t, lambda t, p: -p * t),
        (GP, lambda t, p: p * t + dirac.LAMBDA * (p.abs() - 1) ** 2, lambda t, p: -p * t),
        (R1, lambda t, p: softplus(p * t) + dirac.GAMMA / 2 * p**2, lambda t, p: softplus(-p * t)),
    ],
    ids=["gan", "clip", "gp", "r1"],
)
def test_fields_are_minus_the_gradients_of_the_losses(variant, critic_loss, generator_loss):
    for theta, psi in ((0.7, -1.3), (-0.4, 0.6), (1.5, 2.0)):
        t, p = torch.tensor([theta, psi], dtype=torch.float64, requires_grad=True)
        expected = (
            -torch.autograd.grad(generator_loss(t, p), t)[0].item(),
            -torch.autograd.grad(critic_loss(t, p), p)[0].item(),
        )
        assert variant.field(np.float64(theta), np.float64(psi)) == pytest.approx(expected)


def test_only_r1_has_come_to_rest_where_it_should_after_600_rounds():
    for name, variant in dirac.VARIANTS.items():
        nearest, farthest = dirac.distance_at_the_end(dirac.play(variant))
        if variant is R1:
            assert farthest < 1e-6, name
        else:
            assert nearest > 0.2, name


def test_a_clipped_critic_stays_within_its_limit():
    assert np.abs(dirac.play(CLIPPED)[:, 1]).max() <= dirac.CLIP
