"""Measures against closed forms and independent solvers."""

import numpy as np
import ot
import pytest
import torch
from scipy import linalg

from course_utils import datasets, evaluation, models


def random_covariance(rng, d, rank=None):
    a = rng.normal(size=(d, rank or d))
    return a @ a.T


def test_frechet_against_scipys_matrix_root():
    rng = np.random.default_rng(0)
    m1, m2 = rng.normal(size=(2, 5))
    c1, c2 = random_covariance(rng, 5), random_covariance(rng, 5)
    expected = ((m1 - m2) ** 2).sum() + np.trace(c1 + c2 - 2 * linalg.sqrtm(c1 @ c2).real)
    assert evaluation.frechet_distance(m1, c1, m2, c2) == pytest.approx(expected)


def test_frechet_of_one_dimension_is_the_textbook_formula():
    got = evaluation.frechet_distance([1.0], [[4.0]], [3.0], [[9.0]])
    assert got == pytest.approx((1 - 3) ** 2 + (2 - 3) ** 2)


def test_frechet_survives_singular_covariances():
    rng = np.random.default_rng(1)
    c1, c2 = random_covariance(rng, 6, rank=2), np.zeros((6, 6))
    mean = np.zeros(6)
    assert evaluation.frechet_distance(mean, c1, mean, c2) == pytest.approx(np.trace(c1))
    assert evaluation.frechet_distance(mean, c1, mean, c1) == pytest.approx(0, abs=1e-6)


def test_inception_score_spans_one_to_the_number_of_classes():
    sure = np.eye(10)[np.arange(1000) % 10]
    assert evaluation.inception_score(sure) == pytest.approx(10)
    assert evaluation.inception_score(np.full((50, 10), 0.1)) == pytest.approx(1)
    collapsed = np.eye(10)[np.zeros(50, dtype=int)]
    assert evaluation.inception_score(collapsed) == pytest.approx(1)


def test_exact_w1_against_the_network_simplex():
    rng = np.random.default_rng(2)
    x, y = rng.normal(size=(2, 60, 2))
    expected = ot.emd2([], [], ot.dist(x, y, metric="euclidean"))
    assert evaluation.exact_w1(x, y) == pytest.approx(expected)
    assert evaluation.exact_w1(x, x + np.array([3, 4])) == pytest.approx(5.0)


def test_coverage_counts_modes_and_strays():
    means = datasets.EIGHT_MEANS
    on_three = np.repeat(np.array(means[:3]), 10, axis=0)
    strays = np.full((10, 2), 0.1)
    seen = evaluation.mode_coverage(np.vstack([on_three, strays]), means, std=0.02)
    assert seen.modes_hit == 3
    assert seen.within == pytest.approx(0.75)
    assert seen.shares.sum() == pytest.approx(1) and len(seen.shares) == 8


def test_precision_and_recall_tell_collapse_from_blur():
    rng = np.random.default_rng(3)
    real = np.vstack([rng.normal(size=(200, 4)), 30 + rng.normal(size=(200, 4))])
    collapsed = rng.normal(size=(400, 4))
    precision, recall = evaluation.precision_recall(real, collapsed)
    assert precision > 0.9 and recall < 0.6
    blurred = np.vstack([real[:200] * 8, 30 + (real[200:] - 30) * 8])
    precision, recall = evaluation.precision_recall(real, blurred)
    assert precision < 0.4 and recall > 0.9


def test_nearest_neighbours_find_planted_copies():
    data = datasets.mnist()[:12_000]  # more than one block of the search
    planted = [3, 9_999, 10_001, 11_999]
    images = data.scaled(torch.tensor(planted)) + 0.01
    index, distance = evaluation.nearest_neighbours(images, data, k=2)
    assert index[:, 0].tolist() == planted
    assert torch.allclose(distance[:, 0], torch.full((4,), 0.28), atol=0.01)  # 0.01 · √784
    assert (distance[:, 1] > distance[:, 0]).all()


@pytest.mark.parametrize(
    ("name", "load", "required"),
    [("mnist", datasets.mnist, 0.992), ("fashion_mnist", datasets.fashion_mnist, 0.915)],
)
def test_the_rulers_recognise_their_classes(name, load, required):
    decided = evaluation.reference(name).probabilities.argmax(axis=1)
    assert (decided == load("test").labels.numpy()).mean() >= required


def test_image_scores_rank_real_above_noisy_above_noise():
    real = datasets.mnist()[:2000].scaled()
    torch.manual_seed(0)
    noisy = (real + 0.5 * torch.randn_like(real)).clamp(-1, 1)
    noise = torch.rand_like(real) * 2 - 1
    good, worse, worst = (evaluation.score_images(x, "mnist") for x in (real, noisy, noise))
    assert good.frechet < worse.frechet < worst.frechet
    assert good.classifier_score > 9 > worst.classifier_score
    assert good.class_shares.sum() == pytest.approx(1)


def test_grain_of_stripes_and_of_salt():
    stripes = (torch.arange(8) % 2).float().expand(3, 1, 6, 8)  # alternate along rows alone
    assert evaluation.grain(stripes) == 0.5
    assert evaluation.grain(stripes.transpose(2, 3)) == 0.5
    clean = datasets.fashion_mnist("test").scaled(slice(50))
    salted = torch.where(torch.rand(clean.shape) < 0.02, torch.ones(()), clean)
    assert evaluation.grain(salted) > 1.1 * evaluation.grain(clean)
    blurred = torch.nn.functional.avg_pool2d(clean, 3, stride=1)
    assert evaluation.grain(blurred) < 0.9 * evaluation.grain(clean)


def test_generating_keeps_the_network_as_it_was():
    generator = models.mlp_generator(4, (1, 28, 28), (8,), batch_norm=True).train()
    before = {k: v.clone() for k, v in generator.state_dict().items()}
    images = evaluation.generate(generator, 1500, 4)
    assert images.shape == (1500, 1, 28, 28) and generator.training
    assert all(torch.equal(before[k], v) for k, v in generator.state_dict().items())


def test_the_floor_is_what_two_samples_of_one_law_score():
    torch.manual_seed(0)
    floor = evaluation.w1_floor(datasets.three_gaussians, 256)
    assert floor.shape == (5,) and 0.15 < floor.mean() < 0.6


def test_the_floor_falls_with_the_number_of_images_and_uses_the_whole_test_set():
    few, more = (evaluation.frechet_floor("mnist", n, repeats=2) for n in (200, 800))
    assert few > 1.5 * more > 0
    # the first half of the test digits is by other writers: a floor against it alone lies higher
    draw = datasets.mnist().scaled(slice(0, 800))
    half = evaluation.judge(datasets.mnist("test").scaled(slice(0, 1500)), "mnist")
    assert (
        evaluation.frechet_distance(*evaluation.judge(draw, "mnist").moments, *half.moments)
        > 1.5 * more
    )
