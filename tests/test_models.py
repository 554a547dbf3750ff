"""The networks: what a discriminator is told of its batch, and what a generator takes."""

import numpy as np
import torch
from torch import nn

from course_utils import models


def test_batch_deviation_is_four_times_the_mean_standard_deviation_of_a_batch_by_itself():
    layer = models.BatchDeviation()
    batches = torch.randn(20, 6), 3 + 0.1 * torch.randn(12, 6)
    for batch, made in zip(
        batches, models.forward_batches(nn.Sequential(layer), batches), strict=True
    ):
        assert torch.equal(made[:, :-1], batch)
        expected = 4 * np.std(batch.numpy(), axis=0).mean()
        np.testing.assert_allclose(made[:, -1], expected, rtol=1e-4)


def test_batch_deviation_has_finite_gradients_where_a_batch_does_not_vary():
    for batch in (torch.ones(4, 3), torch.randn(1, 3)):
        batch.requires_grad_()
        models.BatchDeviation()(batch).sum().backward()
        assert batch.grad.isfinite().all()


def test_a_discriminator_told_of_the_deviation_can_tell_look_alikes():
    """Copies of one sample and a batch that varies: by single samples they are the same."""
    torch.manual_seed(0)
    sample = torch.randn(1, 5)
    varied = torch.cat([sample, torch.randn(7, 5)])
    alike = sample.expand(8, 5)
    for told in (False, True):
        critic = models.mlp_critic((5,), (8,), batch_deviation=told)
        same = torch.allclose(critic(varied)[0], critic(alike)[0], atol=1e-6)
        assert same == (not told)


def test_latent_dim_of_reads_the_first_layer():
    for generator in (models.mlp_generator(7), models.conv_generator(9, 4, 16)):
        assert generator(torch.randn(3, models.latent_dim_of(generator))).shape[0] == 3
