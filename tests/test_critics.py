"""What experiments do to critics: hand-made networks, finite differences, known products."""

import numpy as np
import pytest
import torch
from torch import nn

from course_utils import evaluation, models
from course_utils.experiments import critics
from course_utils.history import History


def linear_critic(*weights):
    layer = nn.Linear(len(weights), 1)
    with torch.no_grad():
        layer.weight.copy_(torch.tensor([weights]))
    return nn.Sequential(layer)


def test_the_grid_runs_row_by_row_from_below():
    grid = critics.plane_grid(2.0, 5).reshape(5, 5, 2)
    assert torch.equal(grid[0, :, 0], torch.linspace(-2, 2, 5))  # x along a row
    assert torch.equal(grid[:, 0, 1], torch.linspace(-2, 2, 5))  # y from row to row


def test_noise_adds_noise_of_the_given_size():
    torch.manual_seed(0)
    assert torch.equal(critics.noisy(lambda n: torch.ones(n, 2), 0.0)(4), torch.ones(4, 2))
    noise = critics.noisy(lambda n: torch.full((n, 2), 5.0), 2.0)(20_000)
    assert noise.mean().item() == pytest.approx(5, abs=0.05)
    assert noise.std().item() == pytest.approx(2, rel=0.03)


def test_the_steepest_slope_of_a_linear_critic_is_its_length():
    clouds = torch.randn(7, 2), torch.randn(7, 2)
    assert critics.steepest_slope(linear_critic(3.0, -4.0), *clouds) == pytest.approx(5, rel=1e-5)


def test_a_steep_spot_between_the_clouds_is_found():
    critic = nn.Sequential(nn.Linear(1, 2), nn.ReLU(), nn.Linear(2, 1))
    with torch.no_grad():  # slope 6 on [1, 2] only
        critic[0].weight.fill_(1.0)
        critic[0].bias.copy_(torch.tensor([-1.0, -2.0]))
        critic[2].weight.copy_(torch.tensor([[6.0, -6.0]]))
    left, right = torch.zeros(20, 1), torch.full((20, 1), 3.0)
    assert critics.steepest_slope(critic, left, right) == pytest.approx(6, rel=1e-5)


def test_the_spectral_bound_is_a_product_of_singular_values():
    critic = models.mlp_critic((3,), (5, 4))
    product = np.prod([
        np.linalg.svd(p.detach().numpy(), compute_uv=False)[0]
        for p in critic.parameters() if p.dim() > 1
    ])  # fmt: skip
    assert critics.spectral_bound(critic) == pytest.approx(product, rel=1e-5)
    assert evaluation.slopes(critic, torch.randn(200, 3)).max() <= product


def test_weights_at_the_limit_are_counted_without_biases():
    critic = nn.Sequential(nn.Linear(4, 1), nn.ReLU(), nn.Linear(1, 1))
    with torch.no_grad():
        critic[0].weight.copy_(torch.tensor([[0.1, -0.1, 0.0995, 0.098]]))  # three of four
        critic[2].weight.fill_(0.0)
        for layer in (critic[0], critic[2]):
            layer.bias.fill_(0.1)
    assert critics.share_at_limit(critic, 0.1) == pytest.approx(3 / 5)


def test_a_grid_of_values_has_x1_along_its_columns():
    grid = critics.values_on_grid(linear_critic(1.0, 10.0), 2.0, k=5)
    line = np.linspace(-2, 2, 5)
    assert grid - grid[2, 2] == pytest.approx(line[None, :] + 10 * line[:, None], abs=1e-5)


# --- depth ----------------------------------------------------------------------------------


@pytest.mark.parametrize("leak", [0.0, 0.2])
def test_gradients_by_layer_agree_with_finite_differences(leak):
    torch.manual_seed(1)
    critic = models.mlp_critic((2,), (5, 4, 3), leak=leak)
    real, fake = torch.randn(6, 2), torch.randn(6, 2)
    layers = [(p.detach().double().numpy()) for p in critic.parameters()]

    def score(hidden, start):  # from the output of linear layer `start` to the score
        for k in range(start + 1, 4):
            hidden = np.where(hidden > 0, hidden, leak * hidden)
            hidden = hidden @ layers[2 * k].T + layers[2 * k + 1]
        return hidden[:, 0]

    hidden, expected = torch.cat([real, fake]).double().numpy(), []
    for k in range(3):
        hidden = hidden @ layers[2 * k].T + layers[2 * k + 1]
        steps = 1e-6 * np.eye(hidden.shape[1])
        slopes = np.stack([(score(hidden + e, k) - score(hidden - e, k)) / 2e-6 for e in steps])
        expected.append(np.linalg.norm(slopes, axis=0).mean())
        hidden = np.where(hidden > 0, hidden, leak * hidden)
    assert critics.gradient_by_layer(critic, torch.cat([real, fake])) == pytest.approx(
        expected, rel=1e-5
    )


def test_gradients_too_small_for_single_precision_are_still_seen():
    torch.manual_seed(2)
    critic = models.mlp_critic((2,), (16,) * 14, leak=0.0)
    with torch.no_grad():
        for p in critic.parameters():
            p.fill_(1e-6)
    sizes = critics.gradient_by_layer(critic, torch.ones(3, 2))
    assert sizes[0] == pytest.approx(1e-6 * 4 * (16e-6) ** 13, rel=1e-4)  # √16 · c · (16c)^13


def test_layer_gradients_are_products_of_matrices():
    """With leak 1 the critic is linear: the gradient behind layer l is W_{l+1}ᵀ … W_Lᵀ."""
    torch.manual_seed(0)
    critic = models.mlp_critic((2,), (5, 4, 3), leak=1.0)
    matrices = [m.weight.detach().double().numpy() for m in critic if isinstance(m, nn.Linear)]
    expected, product = [], np.eye(1)
    for matrix in reversed(matrices[1:]):
        product = product @ matrix
        expected.insert(0, np.linalg.norm(product))
    assert np.allclose(critics.gradient_by_layer(critic, torch.randn(7, 2)), expected)
    assert all(p.dtype == torch.float32 for p in critic.parameters())  # left as it was


# --- a loss and what it is worth ------------------------------------------------------------


@pytest.mark.parametrize("sign", [1, -1])
def test_ranks_of_loss_and_quality(sign):
    rows, quality = [], [50.0, 30.0, 20.0, 10.0]
    for step in range(1, 9):  # losses 1..8, so means since the last look 1.5, 3.5, 5.5, 7.5
        rows.append({"step": step, "critic_loss": sign * step})
        if step % 2 == 0:
            rows[-1]["frechet"] = quality[step // 2 - 1]
    found = critics.does_loss_follow(History(rows))
    assert found.loss == pytest.approx(-sign * np.array([1.5, 3.5, 5.5, 7.5]))
    assert found.spearman == pytest.approx(sign)
    assert found.steps.tolist() == [2, 4, 6, 8]


def test_an_average_of_ones_own_is_taken_since_the_last_look():
    rows = [{"step": k, "critic_loss": loss} for k, loss in enumerate((5.0, 1.0, 3.0, 10.0), 1)]
    rows[2]["frechet"], rows[3]["frechet"] = 7.0, 6.0
    assert (-critics.does_loss_follow(History(rows), average=np.median).loss).tolist() == [3, 10]
