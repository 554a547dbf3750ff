"""Lesson 2's bank against oracles of its own, and against students who are not in the bank."""

import math

import numpy as np
import pytest
import torch
from scipy import integrate, stats
from scipy.spatial.distance import jensenshannon
from scipy.special import expit, xlogy
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits as bce
from torch.nn.functional import logsigmoid, softplus
from verdicts import verdict_of_the_wrong

from course_utils.exercises import EXERCISES
from course_utils.exercises import lesson2 as bank
from course_utils.exercises.engine import Exercise
from course_utils.exercises.lesson2.discriminator_loss import discriminator_loss
from course_utils.exercises.lesson2.gan_training_step import gan_training_step
from course_utils.exercises.lesson2.gan_value import gan_value
from course_utils.exercises.lesson2.non_saturating_generator_loss import (
    non_saturating_generator_loss,
)
from course_utils.exercises.lesson2.optimal_discriminator import optimal_discriminator
from course_utils.exercises.lesson2.saturating_generator_loss import saturating_generator_loss
from course_utils.exercises.predictions.bank import PREDICTIONS

P, Q = np.array([0.5, 0.5]), np.array([0.75, 0.25])
SEEDS = (0, 1, 2, 3)


def key(table, label):
    return EXERCISES[table].entries[label].key


def js(p, q):
    return jensenshannon(p, q) ** 2


def masses(rng, size, zeros=0):
    p = rng.uniform(0, 1, size)
    p[rng.permutation(size)[:zeros]] = 0
    return p / p.sum()


# ---------------------------------------------------------------- references


@pytest.mark.parametrize("seed", SEEDS)
def test_jensen_shannon_is_scipys_distance_squared(seed):
    rng = np.random.default_rng(seed)
    p, q = masses(rng, 7, 2), masses(rng, 7, 3)
    assert EXERCISES["jensen_shannon"].reference(p, q) == pytest.approx(js(p, q), abs=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_no_discriminator_beats_the_optimal_one(seed):
    rng = np.random.default_rng(seed)
    p, q = masses(rng, 6, 1), masses(rng, 6, 2)
    best = gan_value(p, q, optimal_discriminator(p, q))
    for _ in range(50):
        other = np.clip(optimal_discriminator(p, q) + rng.normal(0, 0.1, 6), 0, 1)
        assert gan_value(p, q, other) <= best + 1e-12
    assert best == pytest.approx(2 * js(p, q) - math.log(4), abs=1e-12)


def test_optimal_discriminator_is_a_half_where_there_is_nothing():
    zero = np.zeros(2)
    assert optimal_discriminator(zero, zero).tolist() == [0.5, 0.5]


def test_gan_value_is_minus_the_weighted_cross_entropy():
    p, q, d = np.array([0.2, 0.5, 0.3]), np.array([0.6, 0.1, 0.3]), np.array([0.3, 0.8, 0.4])
    logits = torch.tensor(np.log(d / (1 - d)))
    weighted = bce(logits, torch.ones(3).double(), weight=torch.tensor(p), reduction="sum")
    weighted += bce(logits, torch.zeros(3).double(), weight=torch.tensor(q), reduction="sum")
    assert gan_value(p, q, d) == pytest.approx(-weighted.item())


LOGITS = torch.tensor([1e4, -1e4, 100.0, -100.0, 17.0, -17.0, 2.0, -0.5])


@pytest.mark.parametrize("shape", [(8,), (8, 1)])
def test_losses_are_binary_cross_entropies_on_logits(shape):
    real, fake = LOGITS.reshape(shape), LOGITS.flip(0).reshape(shape) * 0.7
    ones, zeros = torch.ones(shape), torch.zeros(shape)
    torch.testing.assert_close(discriminator_loss(real, fake), bce(real, ones) + bce(fake, zeros))
    torch.testing.assert_close(saturating_generator_loss(fake), -bce(fake, zeros))
    torch.testing.assert_close(non_saturating_generator_loss(fake), bce(fake, ones))


def test_the_gradients_of_the_losses_are_sigmoids():
    logits = LOGITS.clone().requires_grad_()
    sigma, n = expit(LOGITS.double().numpy()), len(LOGITS)
    for loss, slope in [
        (saturating_generator_loss, -sigma),
        (non_saturating_generator_loss, sigma - 1),
        (lambda x: discriminator_loss(x, LOGITS), sigma - 1),
        (lambda x: discriminator_loss(LOGITS, x), sigma),
    ]:
        (gradient,) = torch.autograd.grad(loss(logits), logits)
        np.testing.assert_allclose(gradient.numpy(), slope / n, atol=1e-7)


def test_the_step_is_what_it_comes_to_by_hand_for_linear_networks():
    """G(z) = g·z and D(x) = d·x, one number each; SGD; gradients left over from before."""
    g, d, rate = 0.8, -0.6, 0.25
    real, z = np.array([1.0, 2.5, -0.5]), np.array([0.3, -1.2, 2.0])
    generator, discriminator = nn.Linear(1, 1, bias=False), nn.Linear(1, 1, bias=False)
    with torch.no_grad():
        generator.weight.fill_(g)
        discriminator.weight.fill_(d)
    generator.weight.grad, discriminator.weight.grad = torch.full((2, 1, 1), 5.0)
    optimizers = [torch.optim.SGD(net.parameters(), lr=rate) for net in (generator, discriminator)]
    column = [torch.tensor(v, dtype=torch.float32)[:, None] for v in (real, z)]
    d_loss, g_loss = gan_training_step(generator, discriminator, *column, *optimizers)

    fake = g * z
    assert d_loss == pytest.approx(
        np.logaddexp(0, -d * real).mean() + np.logaddexp(0, d * fake).mean(), rel=1e-5
    )
    slope = (-expit(-d * real) * real).mean() + (expit(d * fake) * fake).mean()
    d_new = d - rate * slope
    assert discriminator.weight.item() == pytest.approx(d_new, rel=1e-5)
    assert g_loss == pytest.approx(np.logaddexp(0, -d_new * fake).mean(), rel=1e-5)
    g_new = g - rate * (-expit(-d_new * fake) * d_new * z).mean()
    assert generator.weight.item() == pytest.approx(g_new, rel=1e-5)


# ---------------------------------------------------------------- students


def dcgan_tutorial(g, d, real, z, g_opt, d_opt):
    """Two backward passes into the same gradients, labels refilled."""
    d.zero_grad()
    scores = d(real).view(-1)
    labels = torch.ones(scores.shape)
    on_real = bce(scores, labels)
    on_real.backward()
    fake = g(z)
    on_fake = bce(d(fake.detach()).view(-1), labels.fill_(0))
    on_fake.backward()
    d_opt.step()
    g.zero_grad()
    g_loss = bce(d(fake).view(-1), labels.fill_(1))
    g_loss.backward()
    g_opt.step()
    return (on_real + on_fake).item(), g_loss.item()


def in_eval_mode(g, d, *rest):
    g.eval()
    return dcgan_tutorial(g, d, *rest)


def two_classes(real, fake):
    def logits(scores):
        flat = scores.flatten()
        return torch.stack([torch.zeros_like(flat), flat], 1)

    entropy = nn.functional.cross_entropy
    n = len(real)
    return entropy(logits(real), torch.ones(n).long()) + entropy(
        logits(fake), torch.zeros(n).long()
    )


def gain_of_entropy(p, q):
    return [stats.entropy((p + q) / 2) - (stats.entropy(p) + stats.entropy(q)) / 2]


VALID = [
    ("jensen_shannon", gain_of_entropy),
    ("optimal_discriminator", lambda p, q: np.nan_to_num(p / (p + q), nan=0.5)),
    ("gan_value", lambda p, q, d: np.nansum(p * np.log(d)) + np.nansum(q * np.log(1 - d))),
    ("discriminator_loss", two_classes),
    ("discriminator_loss", lambda r, f: softplus(-r.double()).mean() + softplus(f.double()).mean()),
    ("discriminator_loss", lambda r, f: (softplus(-r) + softplus(f)).mean()),
    ("saturating_generator_loss", lambda f: torch.stack([-softplus(x) for x in f]).mean()),
    ("non_saturating_generator_loss", lambda f: torch.logaddexp(f * 0, -f).mean()),
    ("gan_training_step", dcgan_tutorial),
    ("gan_training_step", in_eval_mode),
]


def only_first_sample(loss):
    return lambda *scores: loss(*(s[:1] for s in scores))


def uniform_value(p, q, d):
    """Right where p and q are uniform over their points."""
    n = len(p)
    return (xlogy(p > 0, d) / n + xlogy(q > 0, 1 - d) / n).sum()


def two_steps(*arguments):
    dcgan_tutorial(*arguments)
    return dcgan_tutorial(*arguments)


def summed_discriminator(g, d, real, z, g_opt, d_opt):
    d_opt.zero_grad()
    d_loss = softplus(-d(real)).sum() + softplus(d(g(z).detach())).sum()
    d_loss.backward()
    d_opt.step()
    g_opt.zero_grad()
    g_loss = softplus(-d(g(z))).mean()
    g_loss.backward()
    g_opt.step()
    return d_loss, g_loss


def own_optimizer(g, d, real, z, g_opt, d_opt):
    return dcgan_tutorial(g, d, real, z, torch.optim.SGD(g.parameters(), lr=0.1), d_opt)


WRONG = [
    ("jensen_shannon", lambda p, q: np.mean(js(p, q) * 2 / len(p))),
    ("jensen_shannon", lambda p, q: np.abs(p - q).sum() / 2),
    ("jensen_shannon", lambda p, q: js(np.sort(p), np.sort(q))),
    ("optimal_discriminator", lambda p, q: (p + 1e-6) / (p + q + 2e-6)),
    ("optimal_discriminator", lambda p, q: expit(p - q)),
    ("gan_value", lambda p, q, d: (p * np.log(d + 1e-9) + q * np.log(1 - d + 1e-9)).sum()),
    ("gan_value", uniform_value),
    ("discriminator_loss", only_first_sample(discriminator_loss)),
    ("discriminator_loss", lambda r, f: softplus(-r).mean() + softplus(f.detach()).mean()),
    ("discriminator_loss", lambda r, f: discriminator_loss(r.clamp(-50, 50), f)),
    ("discriminator_loss", lambda r, f: discriminator_loss(r, f).reshape(1)),
    ("discriminator_loss", lambda r, f: discriminator_loss(r, f).item()),
    ("saturating_generator_loss", only_first_sample(saturating_generator_loss)),
    ("saturating_generator_loss", lambda f: logsigmoid(-f).clamp(min=-100).mean()),
    ("non_saturating_generator_loss", lambda f: -logsigmoid(f).clamp(min=-100).mean()),
    ("non_saturating_generator_loss", lambda f: softplus(-f).mean(0)),
    ("gan_training_step", two_steps),
    ("gan_training_step", summed_discriminator),
    ("gan_training_step", own_optimizer),
    ("gan_training_step", lambda *a: dcgan_tutorial(*a)[0]),
]


def name_of(value):
    return value if isinstance(value, str) else ""


@pytest.mark.parametrize(("name", "answer"), VALID, ids=name_of)
def test_a_valid_answer_outside_the_bank_passes(name, answer):
    for seed in SEEDS:
        outcome = EXERCISES[name].evaluate(answer, seed=seed)
        assert outcome.status == "correct", outcome.message


@pytest.mark.parametrize(("name", "answer"), WRONG, ids=name_of)
def test_a_wrong_answer_outside_the_bank_fails(name, answer):
    assert verdict_of_the_wrong(EXERCISES[name], answer, SEEDS).status == "incorrect"


FUNCTIONS = [item for item in bank.BANK if isinstance(item, Exercise)]


@pytest.mark.parametrize("item", FUNCTIONS, ids=lambda item: item.id)
def test_a_relative_error_of_a_thousandth_is_noticed(item):
    def slightly_off(*arguments):
        result = item.reference(*arguments)
        return [1.001 * r for r in result] if isinstance(result, tuple) else 1.001 * result

    assert verdict_of_the_wrong(item, slightly_off, SEEDS).status == "incorrect"


def test_a_gradient_off_by_a_thousandth_moves_the_networks_noticeably():
    def scaled(g, d, real, z, g_opt, d_opt):
        """Right losses, but every gradient is 0.1 % too long."""
        handles = [p.register_hook(lambda x: 1.001 * x) for p in (*g.parameters(), *d.parameters())]
        result = gan_training_step(g, d, real, z, g_opt, d_opt)
        for handle in handles:
            handle.remove()
        return result

    for seed in SEEDS:
        outcome = EXERCISES["gan_training_step"].evaluate(scaled, seed=seed)
        assert outcome.status == "incorrect" and "moved" in outcome.message


# ---------------------------------------------------------------- tables


def test_the_numbers_of_the_game_on_two_points():
    best = P / (P + Q)
    value = (P * np.log(best) + Q * np.log(1 - best)).sum()
    expected = {
        "D*(1)": best[1],
        "smallest V(D*) over all generators": 2 * math.log(0.5),
        "largest V(D*) over all generators": 0.0,
    }
    table = EXERCISES["gan_two_points"]
    assert {label: entry.key for label, entry in table.entries.items()} == pytest.approx(expected)
    # The published key: V = −1.318650 = −ln 4 + 2 · 0.033822.
    assert value == pytest.approx(-1.318650, abs=1e-6)


def test_the_predicted_divergence_by_quadrature():
    def jensen_shannon(x):
        p, q = stats.norm.pdf(x), stats.norm.pdf(x, 8)
        return (xlogy(p, 2 * p / (p + q)) + xlogy(q, 2 * q / (p + q))) / 2

    divergence = integrate.quad(jensen_shannon, -12, 20, limit=400, points=[0, 4, 8])[0]
    assert PREDICTIONS["js_at_eight"].truth == pytest.approx(divergence, abs=1e-6)


def test_the_ceiling_itself():
    disjoint = js([1, 0], [0, 1])
    label = "JS of two parallel unit segments, 0.01 apart"
    assert key("js_ceiling", label) == pytest.approx(disjoint)
    label = "the same without the two halves (WGAN paper)"
    assert key("js_ceiling", label) == pytest.approx(2 * disjoint)


def slopes_at(x):
    """|d log(1 − D*)/dx| and |d(−log D*)/dx| between N(0, 1) and N(4, 1)."""
    point = torch.tensor(x, dtype=torch.float64, requires_grad=True)
    real, fake = torch.distributions.Normal(0.0, 1.0), torch.distributions.Normal(4.0, 1.0)
    logit = real.log_prob(point) - fake.log_prob(point)
    return [
        torch.autograd.grad(loss, point, retain_graph=True)[0].abs().item()
        for loss in (logsigmoid(-logit), -logsigmoid(logit))
    ]


def test_the_slopes_by_automatic_differentiation():
    (near, _), (far, steep) = slopes_at(4.0), slopes_at(6.0)
    assert key("generator_slopes", "slope of log(1 - D*) at x = 4") == pytest.approx(near)
    ratio = key("generator_slopes", "how many times steeper -log D* is at x = 6")
    assert ratio == pytest.approx(steep / far)
    assert PREDICTIONS["push_at_six"].truth == pytest.approx(near / far, rel=1e-3)


def test_the_linear_score_has_a_hard_rule_and_one_plus_tv():
    grid = np.linspace(0, 1, 101)
    best = [grid[np.argmax(p * grid + q * (1 - grid))] for p, q in zip(P, Q, strict=True)]
    assert key("error_taking_logs", "best D(1) for line D's score") == best[1]
    score = P @ best + Q @ (1 - np.array(best))
    assert key("error_taking_logs", "line D's score at its best D") == pytest.approx(score)


def test_the_proof_keeps_its_factor_of_two():
    middle = (P + Q) / 2
    line_d = stats.entropy(P, middle) + stats.entropy(Q, middle) - 2 * math.log(2)
    ratio = (line_d + 2 * math.log(2)) / js(P, Q)
    assert key("error_js_proof", "(line D + 2 log 2) / line E") == pytest.approx(ratio)


def test_the_two_scales_of_images():
    pixels = np.arange(256)
    largest = key("error_image_scale", "largest pixel after (x - 125) / 125")
    assert largest == ((pixels - 125) / 125).max()
