"""Lesson 2: the game and its losses, as strangers write them."""

import math

import numpy as np
import pandas as pd
import scipy.spatial.distance
import scipy.special
import scipy.stats
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from strangers import right, wrong

# --- jensen_shannon, right --------------------------------------------------------------


@right("jensen_shannon")
def js_scipy_entropy(p, q):
    m = 0.5 * (p + q)
    return 0.5 * scipy.stats.entropy(p, m) + 0.5 * scipy.stats.entropy(q, m)


@right("jensen_shannon")
def js_masked(p, q):
    def kl(a, b):
        mask = a > 0
        return np.sum(a[mask] * np.log(a[mask] / b[mask]))

    m = (p + q) / 2
    return (kl(p, m) + kl(q, m)) / 2


@right("jensen_shannon")
def js_squared_distance(p, q):
    return scipy.spatial.distance.jensenshannon(p, q) ** 2


@right("jensen_shannon")
def js_torch_kl_div(p, q):
    p, q = torch.tensor(p), torch.tensor(q)
    log_m = ((p + q) / 2).clamp(min=1e-300).log()
    kl = F.kl_div(log_m, p, reduction="sum") + F.kl_div(log_m, q, reduction="sum")
    return kl.item() / 2


@right("jensen_shannon")
def js_xlogy(p, q):
    h = lambda x: -scipy.special.xlogy(x, x).sum()  # noqa: E731
    return h((p + q) / 2) - h(p) / 2 - h(q) / 2


@right("jensen_shannon")
def js_nansum(p: np.ndarray, q: np.ndarray) -> float:
    m = np.mean([p, q], axis=0)
    with np.errstate(all="ignore"):
        return float(0.5 * np.nansum(p * np.log(p / m)) + 0.5 * np.nansum(q * np.log(q / m)))


@right("jensen_shannon")
def js_bits_to_nats(p, q):
    return scipy.spatial.distance.jensenshannon(p, q, base=2) ** 2 * math.log(2)


@right("jensen_shannon")
def js_pandas(p, q):
    df = pd.DataFrame({"p": p, "q": q})
    df["m"] = df.mean(axis=1)
    print(df)
    terms = [(df[c] * np.log(df[c] / df["m"])).fillna(0).sum() for c in "pq"]
    return sum(terms) / len(terms)


@right("jensen_shannon")
def js_epsilon(p, q, eps=1e-12):
    p, q = np.asarray(p) + eps, np.asarray(q) + eps
    p, q = p / p.sum(), q / q.sum()
    m = (p + q) / 2
    return 0.5 * (p * np.log(p / m)).sum() + 0.5 * (q * np.log(q / m)).sum()


# --- jensen_shannon, wrong --------------------------------------------------------------


@wrong("jensen_shannon", "divergence_from_middle")
def js_torch_reversed(p, q):
    p, q = torch.tensor(p), torch.tensor(q)
    m = (p + q) / 2
    kl = F.kl_div(p.log(), m, reduction="sum") + F.kl_div(q.log(), m, reduction="sum")
    return kl.item() / 2


@wrong("jensen_shannon", "logarithm_of_middle_missing")
def js_torch_no_log(p, q):
    p, q = torch.tensor(p), torch.tensor(q)
    m = (p + q) / 2
    kl = F.kl_div(m, p, reduction="sum") + F.kl_div(m, q, reduction="sum")
    return kl.item() / 2


@wrong("jensen_shannon", "averaged_not_summed")
def js_torch_default_reduction(p, q):
    p, q = torch.tensor(p), torch.tensor(q)
    log_m = ((p + q) / 2).clamp(min=1e-300).log()
    return (F.kl_div(log_m, p) + F.kl_div(log_m, q)).item() / 2


@wrong("jensen_shannon", "square_root")
def js_scipy_distance(p, q):
    return scipy.spatial.distance.jensenshannon(p, q)


@wrong("jensen_shannon", "zero_mass_gives_nan")
def js_plain_formula(p, q):
    m = (p + q) / 2
    return 0.5 * np.sum(p * np.log(p / m)) + 0.5 * np.sum(q * np.log(q / m))


@wrong("jensen_shannon", "no_middle")
def js_symmetrised(p, q):
    return 0.5 * scipy.stats.entropy(p, q) + 0.5 * scipy.stats.entropy(q, p)


@wrong("jensen_shannon", "bits")
def js_log2(p, q):
    m = (p + q) / 2
    return (scipy.stats.entropy(p, m, base=2) + scipy.stats.entropy(q, m, base=2)) / 2


@wrong("jensen_shannon", "halves_missing")
def js_both_whole(p, q):
    m = (p + q) / 2
    return scipy.stats.entropy(p, m) + scipy.stats.entropy(q, m)


@wrong("jensen_shannon", "middle_not_halved")
def js_middle_is_sum(p, q):
    m = p + q
    with np.errstate(all="ignore"):
        return 0.5 * np.nansum(p * np.log(p / m)) + 0.5 * np.nansum(q * np.log(q / m))


@wrong("jensen_shannon", "first_term_only")
def js_one_side(p, q):
    return scipy.stats.entropy(p, (p + q) / 2)


@wrong("jensen_shannon", None)
def js_geometric_middle(p, q):
    m = np.sqrt(p * q)
    m = m / m.sum()
    return 0.5 * scipy.stats.entropy(p, m) + 0.5 * scipy.stats.entropy(q, m)


@wrong("jensen_shannon", "divergence_from_middle")
def js_from_the_middle(p, q):
    m = (p + q) / 2
    return 0.5 * scipy.stats.entropy(m, p) + 0.5 * scipy.stats.entropy(m, q)


@wrong("jensen_shannon", "averaged_not_summed")
def js_mean(p, q):
    m = (p + q) / 2
    kl = scipy.special.rel_entr(p, m) + scipy.special.rel_entr(q, m)
    return 0.5 * kl.mean()


# --- optimal_discriminator, right -------------------------------------------------------


@right("optimal_discriminator")
def best_where(p_data, p_generator):
    total = p_data + p_generator
    safe = np.where(total == 0, 1, total)
    return np.where(total == 0, 0.5, p_data / safe)


@right("optimal_discriminator")
def best_nan_to_half(p_data, p_generator):
    with np.errstate(divide="ignore", invalid="ignore"):
        d = p_data / (p_data + p_generator)
    return np.nan_to_num(d, nan=0.5)


@right("optimal_discriminator")
def best_in_place(p_data, p_generator):
    d = np.full_like(p_data, 0.5, dtype=float)
    mask = (p_data + p_generator) > 0
    d[mask] = p_data[mask] / (p_data[mask] + p_generator[mask])
    return d


@right("optimal_discriminator")
def best_comprehension(p_data, p_generator):
    return np.array(
        [0.5 if r == g == 0 else r / (r + g) for r, g in zip(p_data, p_generator, strict=True)]
    )


@right("optimal_discriminator")
def best_torch_float32(p_data, p_generator):
    r, g = torch.Tensor(p_data), torch.Tensor(p_generator)
    d = r / (r + g)
    d[torch.isnan(d)] = 0.5
    return d


@right("optimal_discriminator")
def best_pandas(p_data, p_generator):
    r, g = pd.Series(p_data), pd.Series(p_generator)
    return (r / (r + g)).fillna(0.5)


@right("optimal_discriminator")
def best_tiny(p_data, p_generator):
    tiny = 1e-30
    print("points:", len(p_data))
    return (p_data + tiny) / (p_data + p_generator + 2 * tiny)


@right("optimal_discriminator")
def best_sigmoid_of_logs(p_data: np.ndarray, p_generator: np.ndarray) -> np.ndarray:
    tiny = np.finfo(float).tiny
    logit = np.log(p_data + tiny) - np.log(p_generator + tiny)
    return scipy.special.expit(logit)


# --- optimal_discriminator, wrong -------------------------------------------------------


@wrong("optimal_discriminator", "zero_over_zero")
def best_plain(p_data, p_generator):
    return p_data / (p_data + p_generator)


@wrong("optimal_discriminator", "zero_where_empty")
def best_epsilon(p_data, p_generator):
    return p_data / (p_data + p_generator + 1e-12)


@wrong("optimal_discriminator", "inverted")
def best_of_fake(p_data, p_generator):
    with np.errstate(all="ignore"):
        return np.nan_to_num(p_generator / (p_data + p_generator), nan=0.5)


@wrong("optimal_discriminator", "likelihood_ratio")
def best_ratio(p_data, p_generator):
    return p_data / p_generator


@wrong("optimal_discriminator", "hard_rule")
def best_threshold(p_data, p_generator):
    return np.where(p_data > p_generator, 1.0, 0.0)


@wrong("optimal_discriminator", "ignores_an_argument")
def best_half_everywhere(p_data, p_generator):
    return np.full(len(p_data), 0.5)


@wrong("optimal_discriminator", "zero_where_empty")
def best_zero_default(p_data, p_generator):
    total = p_data + p_generator
    return np.divide(p_data, total, out=np.zeros_like(total), where=total > 0)


@wrong("optimal_discriminator", "normalised_over_points")
def best_total_mass(p_data, p_generator):
    return p_data / np.sum(p_data + p_generator)


@wrong("optimal_discriminator", "wrong_type")
def best_scalar(p_data, p_generator):
    d = np.nan_to_num(p_data / (p_data + p_generator), nan=0.5)
    return d.mean()


@wrong("optimal_discriminator", "logit")
def best_log_ratio(p_data, p_generator):
    return np.log(p_data) - np.log(p_generator)


@wrong("optimal_discriminator", "argument_squared")
def best_squares(p_data, p_generator):
    with np.errstate(all="ignore"):
        return np.nan_to_num(p_data**2 / (p_data**2 + p_generator**2), nan=0.5)


@wrong("optimal_discriminator", None)
def best_difference(p_data, p_generator):
    return 0.5 + 0.5 * (p_data - p_generator)


# --- gan_value, right -------------------------------------------------------------------


@right("gan_value")
def value_xlogy(p_data, p_generator, discriminator):
    on_real = scipy.special.xlogy(p_data, discriminator)
    on_fake = scipy.special.xlog1py(p_generator, -discriminator)
    return on_real.sum() + on_fake.sum()


@right("gan_value")
def value_masked(p_data, p_generator, discriminator):
    r, g = p_data > 0, p_generator > 0
    with np.errstate(divide="ignore"):
        value = np.sum(p_data[r] * np.log(discriminator[r]))
        value += np.sum(p_generator[g] * np.log(1 - discriminator[g]))
    return value


@right("gan_value")
def value_loop(p_data, p_generator, discriminator):
    total = 0.0
    for r, g, d in zip(p_data, p_generator, discriminator, strict=True):
        if r > 0:
            total += r * math.log(d) if d > 0 else -math.inf
        if g > 0:
            total += g * math.log(1 - d) if d < 1 else -math.inf
    return total


@right("gan_value")
def value_where(p_data, p_generator, discriminator):
    with np.errstate(all="ignore"):
        a = np.where(p_data > 0, p_data * np.log(discriminator), 0)
        b = np.where(p_generator > 0, p_generator * np.log1p(-discriminator), 0)
    return float((a + b).sum())


@right("gan_value")
def value_torch(p_data, p_generator, discriminator):
    p, g, d = (torch.as_tensor(a) for a in (p_data, p_generator, discriminator))
    print("D between", d.min().item(), "and", d.max().item())
    return (torch.xlogy(p, d) + torch.xlogy(g, 1 - d)).sum()


@right("gan_value")
def value_minus_cross_entropy(p_data, p_generator, discriminator):
    def cross_entropy(w, x):
        with np.errstate(all="ignore"):
            t = -w * np.log(x)
        return np.sum(t[w != 0])

    return -cross_entropy(p_data, discriminator) - cross_entropy(p_generator, 1 - discriminator)


@right("gan_value")
def value_nansum(p_data, p_generator, discriminator):
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.nansum(p_data * np.log(discriminator)) + np.nansum(
            p_generator * np.log(1 - discriminator)
        )


@right("gan_value")
def value_dot(p_data, p_generator, discriminator):
    with np.errstate(divide="ignore"):
        log_d, log_1_d = np.log(discriminator), np.log1p(-np.asarray(discriminator))
    log_d[p_data == 0] = 0
    log_1_d[p_generator == 0] = 0
    return p_data @ log_d + p_generator @ log_1_d


# --- gan_value, wrong -------------------------------------------------------------------


@wrong("gan_value", "zero_mass_gives_nan")
def value_plain(p_data, p_generator, discriminator):
    return (p_data * np.log(discriminator) + p_generator * np.log(1 - discriminator)).sum()


@wrong("gan_value", "real_and_fake_swapped")
def value_swapped(p_data, p_generator, discriminator):
    return (
        scipy.special.xlogy(p_generator, discriminator)
        + scipy.special.xlogy(p_data, 1 - discriminator)
    ).sum()


@wrong("gan_value", "negated")
def value_negated(p_data, p_generator, discriminator):
    return -(
        scipy.special.xlogy(p_data, discriminator)
        + scipy.special.xlogy(p_generator, 1 - discriminator)
    ).sum()


@wrong("gan_value", "bits")
def value_bits(p_data, p_generator, discriminator):
    with np.errstate(all="ignore"):
        a = np.where(p_data > 0, p_data * np.log2(discriminator), 0)
        b = np.where(p_generator > 0, p_generator * np.log2(1 - discriminator), 0)
    return (a + b).sum()


@wrong("gan_value", "averaged_not_summed")
def value_mean(p_data, p_generator, discriminator):
    return (
        scipy.special.xlogy(p_data, discriminator)
        + scipy.special.xlogy(p_generator, 1 - discriminator)
    ).mean()


@wrong("gan_value", "halved")
def value_halved(p_data, p_generator, discriminator):
    return 0.5 * (
        scipy.special.xlogy(p_data, discriminator).sum()
        + scipy.special.xlogy(p_generator, 1 - discriminator).sum()
    )


@wrong("gan_value", "generator_term_missing")
def value_real_only(p_data, p_generator, discriminator):
    return scipy.special.xlogy(p_data, discriminator).sum()


@wrong("gan_value", "log_of_mean")
def value_log_of_sum(p_data, p_generator, discriminator):
    return np.log((p_data * discriminator).sum()) + np.log(
        (p_generator * (1 - discriminator)).sum()
    )


@wrong("gan_value", "infinite_missing")
def value_epsilon(p_data, p_generator, discriminator):
    eps = 1e-7
    return np.sum(p_data * np.log(discriminator + eps)) + np.sum(
        p_generator * np.log(1 - discriminator + eps)
    )


@wrong("gan_value", "argument_negated")
def value_difference(p_data, p_generator, discriminator):
    return (
        scipy.special.xlogy(p_data, discriminator)
        - scipy.special.xlogy(p_generator, 1 - discriminator)
    ).sum()


@wrong("gan_value", "no_logarithm")
def value_no_log(p_data, p_generator, discriminator):
    return np.sum(p_data * discriminator) + np.sum(p_generator * (1 - discriminator))


@wrong("gan_value", "same_term_twice")
def value_same_term(p_data, p_generator, discriminator):
    return (
        scipy.special.xlogy(p_data, discriminator) + scipy.special.xlogy(p_generator, discriminator)
    ).sum()


# --- discriminator_loss, right ----------------------------------------------------------


@right("discriminator_loss")
def d_bce_module(real_logits, fake_logits):
    criterion = nn.BCEWithLogitsLoss()
    real_loss = criterion(real_logits, torch.ones_like(real_logits))
    fake_loss = criterion(fake_logits, torch.zeros_like(fake_logits))
    return real_loss + fake_loss


@right("discriminator_loss")
def d_softplus(real_logits, fake_logits):
    return torch.mean(F.softplus(-real_logits)) + torch.mean(F.softplus(fake_logits))


@right("discriminator_loss")
def d_logsigmoid(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    log_d = F.logsigmoid(real_logits)
    log_one_minus_d = F.logsigmoid(fake_logits) - fake_logits
    return -(log_d.mean() + log_one_minus_d.mean())


@right("discriminator_loss")
def d_stable_by_hand(real_logits, fake_logits):
    def bce(x, y):
        return torch.clamp(x, min=0) - x * y + torch.log1p(torch.exp(-torch.abs(x)))

    return bce(real_logits, 1.0).mean() + bce(fake_logits, 0.0).mean()


@right("discriminator_loss")
def d_prints(real_logits, fake_logits):
    real = F.binary_cross_entropy_with_logits(real_logits, torch.full_like(real_logits, 1.0))
    fake = F.binary_cross_entropy_with_logits(
        fake_logits, torch.full_like(fake_logits, 0.0), reduction="mean"
    )
    print("D(x)", torch.sigmoid(real_logits).mean().item())
    total = real
    total += fake
    return total


@right("discriminator_loss")
def d_sum_over_len(real_logits, fake_logits):
    n, m = real_logits.numel(), fake_logits.numel()
    terms = torch.cat([F.softplus(-real_logits.view(-1)) / n, F.softplus(fake_logits.view(-1)) / m])
    return terms.sum()


@right("discriminator_loss")
def d_logaddexp(real_logits, fake_logits):
    zeros = torch.zeros_like(real_logits)
    return (torch.logaddexp(zeros, -real_logits) + torch.logaddexp(zeros, fake_logits)).mean()


@right("discriminator_loss")
def d_cross_entropy_two_classes(real_logits, fake_logits):
    def two(logits, label):
        logits = logits.reshape(-1)
        stacked = torch.stack([torch.zeros_like(logits), logits], dim=1)
        return F.cross_entropy(stacked, torch.full((len(logits),), label))

    return two(real_logits, 1) + two(fake_logits, 0)


# --- discriminator_loss, wrong ----------------------------------------------------------


@wrong("discriminator_loss", "halved")
def d_halved(real_logits, fake_logits):
    bce = nn.BCEWithLogitsLoss()
    real_loss = bce(real_logits, torch.ones_like(real_logits))
    fake_loss = bce(fake_logits, torch.zeros_like(fake_logits))
    return (real_loss + fake_loss) / 2


@wrong("discriminator_loss", "cross_entropy_outside_unit_interval")
def d_bce_raw(real_logits, fake_logits):
    bce = nn.BCELoss()
    return bce(real_logits, torch.ones_like(real_logits)) + bce(
        fake_logits, torch.zeros_like(fake_logits)
    )


@wrong("discriminator_loss", "clamped_cross_entropy")
def d_bce_of_sigmoid(real_logits, fake_logits):
    bce = nn.BCELoss()
    d_real, d_fake = torch.sigmoid(real_logits), torch.sigmoid(fake_logits)
    return bce(d_real, torch.ones_like(d_real)) + bce(d_fake, torch.zeros_like(d_fake))


@wrong("discriminator_loss", "labels_swapped")
def d_labels_flipped(real_logits, fake_logits):
    bce = F.binary_cross_entropy_with_logits
    return bce(real_logits, torch.zeros_like(real_logits)) + bce(
        fake_logits, torch.ones_like(fake_logits)
    )


@wrong("discriminator_loss", "sigmoid_rounds")
def d_plain_logs(real_logits, fake_logits):
    d_real, d_fake = torch.sigmoid(real_logits), torch.sigmoid(fake_logits)
    return -torch.mean(torch.log(d_real) + torch.log(1 - d_fake))


@wrong("discriminator_loss", "epsilon_inside_log_1e8")
def d_epsilon_logs(real_logits, fake_logits):
    d_real, d_fake = torch.sigmoid(real_logits), torch.sigmoid(fake_logits)
    return -torch.mean(torch.log(d_real + 1e-8)) - torch.mean(torch.log(1 - d_fake + 1e-8))


@wrong("discriminator_loss", "negated")
def d_maximised(real_logits, fake_logits):
    return F.logsigmoid(real_logits).mean() + F.logsigmoid(-fake_logits).mean()


@wrong("discriminator_loss", "hinge")
def d_hinge(real_logits, fake_logits):
    return F.relu(1.0 - real_logits).mean() + F.relu(1.0 + fake_logits).mean()


@wrong("discriminator_loss", "least_squares_halved")
def d_lsgan(real_logits, fake_logits):
    return 0.5 * ((real_logits - 1) ** 2).mean() + 0.5 * (fake_logits**2).mean()


@wrong("discriminator_loss", "no_logarithm")
def d_wasserstein(real_logits, fake_logits):
    return -real_logits.mean() + fake_logits.mean()


@wrong("discriminator_loss", "smoothed_label_09")
def d_smoothed(real_logits, fake_logits):
    bce = F.binary_cross_entropy_with_logits
    return bce(real_logits, torch.full_like(real_logits, 0.9)) + bce(
        fake_logits, torch.zeros_like(fake_logits)
    )


@wrong("discriminator_loss", "labels_of_other_shape")
def d_flat_labels(real_logits, fake_logits):
    bce = F.binary_cross_entropy_with_logits
    return bce(real_logits, torch.ones(len(real_logits))) + bce(
        fake_logits, torch.zeros(len(fake_logits))
    )


@wrong("discriminator_loss", "summed")
def d_reduction_sum(real_logits, fake_logits):
    bce = nn.BCEWithLogitsLoss(reduction="sum")
    return bce(real_logits, torch.ones_like(real_logits)) + bce(
        fake_logits, torch.zeros_like(fake_logits)
    )


@wrong("discriminator_loss", "no_gradient_to_argument")
def d_fakes_detached(real_logits, fake_logits):
    return F.softplus(-real_logits).mean() + F.softplus(fake_logits.detach()).mean()


@wrong("discriminator_loss", "double_sigmoid")
def d_sigmoid_then_logits(real_logits, fake_logits):
    bce = nn.BCEWithLogitsLoss()
    d_real, d_fake = torch.sigmoid(real_logits), torch.sigmoid(fake_logits)
    return bce(d_real, torch.ones_like(d_real)) + bce(d_fake, torch.zeros_like(d_fake))


@wrong("discriminator_loss", None)
def d_random_labels(real_logits, fake_logits):
    bce = F.binary_cross_entropy_with_logits
    noisy = 0.8 + 0.2 * torch.rand_like(real_logits)
    return bce(real_logits, noisy) + bce(fake_logits, torch.zeros_like(fake_logits))


# --- saturating_generator_loss, right ---------------------------------------------------


@right("saturating_generator_loss")
def sat_softplus(fake_logits):
    return -F.softplus(fake_logits).mean()


@right("saturating_generator_loss")
def sat_logsigmoid(fake_logits: Tensor) -> Tensor:
    return F.logsigmoid(-fake_logits).mean()


@right("saturating_generator_loss")
def sat_minus_bce(fake_logits):
    return -nn.BCEWithLogitsLoss()(fake_logits, torch.zeros_like(fake_logits))


@right("saturating_generator_loss")
def sat_by_hand(fake_logits):
    x = fake_logits
    return -(x.clamp(min=0) + torch.log1p(torch.exp(-x.abs()))).mean()


@right("saturating_generator_loss")
def sat_logaddexp(fake_logits):
    losses = [-torch.logaddexp(torch.tensor(0.0), x) for x in fake_logits.flatten()]
    return torch.stack(losses).mean()


@right("saturating_generator_loss")
def sat_prints(fake_logits):
    loss = F.logsigmoid(fake_logits).sub(fake_logits).mean()
    print("loss_G", loss.item())
    return loss


@right("saturating_generator_loss")
def sat_sum(fake_logits):
    total = torch.sum(F.softplus(input=fake_logits, beta=1, threshold=20))
    return total / -fake_logits.numel()


@right("saturating_generator_loss")
def sat_two_classes(fake_logits):
    x = fake_logits.reshape(-1)
    return F.log_softmax(torch.stack([torch.zeros_like(x), x], dim=1), dim=1)[:, 0].mean()


# --- saturating_generator_loss, wrong ---------------------------------------------------


@wrong("saturating_generator_loss", "non_saturating")
def sat_is_bce_ones(fake_logits):
    return F.binary_cross_entropy_with_logits(fake_logits, torch.ones_like(fake_logits))


@wrong("saturating_generator_loss", "sigmoid_rounds")
def sat_plain(fake_logits):
    return torch.log(1 - torch.sigmoid(fake_logits)).mean()


@wrong("saturating_generator_loss", "negated")
def sat_sign(fake_logits):
    return F.softplus(fake_logits).mean()


@wrong("saturating_generator_loss", "epsilon_inside_log_1e8")
def sat_epsilon(fake_logits):
    return torch.mean(torch.log(1.0 - torch.sigmoid(fake_logits) + 1e-8))


@wrong("saturating_generator_loss", "clamped_cross_entropy")
def sat_bce_of_sigmoid(fake_logits):
    d = torch.sigmoid(fake_logits)
    return -nn.BCELoss()(d, torch.zeros_like(d))


@wrong("saturating_generator_loss", "cross_entropy_outside_unit_interval")
def sat_bce_raw(fake_logits):
    return -F.binary_cross_entropy(fake_logits, torch.zeros_like(fake_logits))


@wrong("saturating_generator_loss", "no_logarithm")
def sat_hinge(fake_logits):
    return -fake_logits.mean()


@wrong("saturating_generator_loss", "hinge")
def sat_hinge_with_margin(fake_logits):
    return F.relu(1 - fake_logits).mean()


@wrong("saturating_generator_loss", "least_squares")
def sat_least_squares(fake_logits):
    return F.mse_loss(fake_logits, torch.ones_like(fake_logits))


@wrong("saturating_generator_loss", "least_squares_halved")
def sat_half_least_squares(fake_logits):
    return 0.5 * torch.mean((fake_logits - 1) ** 2)


@wrong("saturating_generator_loss", "summed")
def sat_sum_not_mean(fake_logits):
    return F.logsigmoid(-fake_logits).sum()


@wrong("saturating_generator_loss", "log_of_mean")
def sat_log_of_mean(fake_logits):
    return torch.log(1 - torch.sigmoid(fake_logits).mean())


@wrong("saturating_generator_loss", "logits_as_probabilities")
def sat_log_logits(fake_logits):
    return torch.log(1 - fake_logits).mean()


@wrong("saturating_generator_loss", "no_mean_taken")
def sat_not_reduced(fake_logits):
    return -F.softplus(fake_logits)


@wrong("saturating_generator_loss", "plain_number")
def sat_item(fake_logits):
    return -F.softplus(fake_logits).mean().item()


# --- non_saturating_generator_loss, right -----------------------------------------------


@right("non_saturating_generator_loss")
def non_bce(fake_logits):
    return F.binary_cross_entropy_with_logits(fake_logits, torch.ones_like(fake_logits))


@right("non_saturating_generator_loss")
def non_softplus(fake_logits):
    return F.softplus(-fake_logits).mean()


@right("non_saturating_generator_loss")
def non_logsigmoid(fake_logits: Tensor) -> Tensor:
    return torch.neg(F.logsigmoid(fake_logits)).mean()


@right("non_saturating_generator_loss")
def non_module(fake_logits):
    criterion = nn.BCEWithLogitsLoss(reduction="none")
    label = torch.full(fake_logits.shape, 1.0)
    errors = criterion(fake_logits, label)
    print("errG", errors.detach().mean().item())
    return errors.mean()


@right("non_saturating_generator_loss")
def non_softplus_minus_logit(fake_logits):
    return (F.softplus(fake_logits) - fake_logits).mean()


@right("non_saturating_generator_loss")
def non_where_stable(fake_logits):
    x = fake_logits
    return (torch.log1p(torch.exp(-x.abs())) + torch.clamp(-x, min=0)).mean()


@right("non_saturating_generator_loss")
def non_loop(fake_logits):
    total = 0.0
    for logit in fake_logits.view(-1):
        total += F.softplus(-logit)
    return total / fake_logits.shape[0]


@right("non_saturating_generator_loss")
def non_soft_margin(fake_logits):
    return (
        F.soft_margin_loss(fake_logits.clamp(min=-1e30), torch.ones_like(fake_logits))
        if (fake_logits.detach().abs().max() < 50)
        else F.softplus(-fake_logits).mean()
    )


# --- non_saturating_generator_loss, wrong -----------------------------------------------


@wrong("non_saturating_generator_loss", "saturating")
def non_is_saturating(fake_logits):
    return torch.mean(F.logsigmoid(-fake_logits))


@wrong("non_saturating_generator_loss", "labelled_fake")
def non_fake_labels(fake_logits):
    return F.binary_cross_entropy_with_logits(fake_logits, torch.zeros_like(fake_logits))


@wrong("non_saturating_generator_loss", "sigmoid_rounds")
def non_plain_log(fake_logits):
    return -torch.log(torch.sigmoid(fake_logits)).mean()


@wrong("non_saturating_generator_loss", "epsilon_inside_log_1e8")
def non_epsilon(fake_logits):
    return -torch.mean(torch.log(torch.sigmoid(fake_logits) + 1e-8))


@wrong("non_saturating_generator_loss", "clamped_cross_entropy")
def non_bce_of_sigmoid(fake_logits):
    d = fake_logits.sigmoid()
    return nn.BCELoss()(d, torch.ones_like(d))


@wrong("non_saturating_generator_loss", "cross_entropy_outside_unit_interval")
def non_bce_raw(fake_logits):
    return nn.BCELoss()(fake_logits, torch.ones_like(fake_logits))


@wrong("non_saturating_generator_loss", "negated")
def non_sign(fake_logits):
    return F.logsigmoid(fake_logits).mean()


@wrong("non_saturating_generator_loss", "no_logarithm")
def non_wasserstein(fake_logits):
    return -torch.mean(fake_logits)


@wrong("non_saturating_generator_loss", "hinge")
def non_hinge_with_margin(fake_logits):
    return torch.clamp(1 - fake_logits, min=0).mean()


@wrong("non_saturating_generator_loss", "least_squares")
def non_lsgan(fake_logits):
    return ((fake_logits - 1.0) ** 2).mean()


@wrong("non_saturating_generator_loss", "least_squares_halved")
def non_lsgan_halved(fake_logits):
    return 0.5 * ((fake_logits - 1.0) ** 2).mean()


@wrong("non_saturating_generator_loss", "smoothed_label")
def non_smoothed(fake_logits):
    return F.binary_cross_entropy_with_logits(fake_logits, torch.full_like(fake_logits, 0.9))


@wrong("non_saturating_generator_loss", "summed")
def non_summed(fake_logits):
    return F.softplus(-fake_logits).sum()


@wrong("non_saturating_generator_loss", "sigmoid_rounds")
def non_exp_overflow(fake_logits):
    return torch.log(1 + torch.exp(-fake_logits)).mean()


@wrong("non_saturating_generator_loss", "labels_of_other_shape")
def non_flat_labels(fake_logits):
    return F.binary_cross_entropy_with_logits(fake_logits, torch.ones(fake_logits.size(0)))


@wrong("non_saturating_generator_loss", "detached")
def non_detached(fake_logits):
    return F.softplus(-fake_logits.detach()).mean()


# --- gan_training_step, right -----------------------------------------------------------


def _bce(logits, label):
    return F.binary_cross_entropy_with_logits(logits, torch.full_like(logits, label))


@right("gan_training_step")
def game_tutorial(generator, discriminator, real, z, opt_g, opt_d):
    discriminator.zero_grad()
    output = discriminator(real)
    err_d_real = _bce(output, 1.0)
    err_d_real.backward()
    d_x = output.mean().item()
    fake = generator(z)
    output = discriminator(fake.detach())
    err_d_fake = _bce(output, 0.0)
    err_d_fake.backward()
    err_d = err_d_real + err_d_fake
    opt_d.step()
    generator.zero_grad()
    output = discriminator(fake)
    err_g = _bce(output, 1.0)
    err_g.backward()
    d_g_z2 = output.mean().item()
    opt_g.step()
    print(f"Loss_D: {err_d.item():.4f} D(x): {d_x:.4f} D(G(z)): {d_g_z2:.4f}")
    return err_d.item(), err_g.item()


@right("gan_training_step")
def game_two_forward_passes(generator, discriminator, real, z, opt_g, opt_d):
    with torch.no_grad():
        fake = generator(z)
    d_loss = _bce(discriminator(real), 1.0) + _bce(discriminator(fake), 0.0)
    opt_d.zero_grad()
    d_loss.backward()
    opt_d.step()
    g_loss = _bce(discriminator(generator(z)), 1.0)
    opt_g.zero_grad()
    g_loss.backward()
    opt_g.step()
    return d_loss, g_loss


@right("gan_training_step")
def game_requires_grad_toggled(generator, discriminator, real, z, opt_g, opt_d):
    def toggle(net, flag):
        for p in net.parameters():
            p.requires_grad = flag

    fake = generator(z)
    toggle(discriminator, True)
    opt_d.zero_grad()
    loss_d = F.softplus(-discriminator(real)).mean() + F.softplus(discriminator(fake.data)).mean()
    loss_d.backward()
    opt_d.step()
    toggle(discriminator, False)
    opt_g.zero_grad()
    loss_g = F.softplus(-discriminator(fake)).mean()
    loss_g.backward()
    opt_g.step()
    toggle(discriminator, True)
    return loss_d.item(), loss_g.item()


@right("gan_training_step")
def game_retained_graph(generator, discriminator, real, z, opt_g, opt_d):
    fake = generator(z)
    disc_real = discriminator(real).reshape(-1)
    disc_fake = discriminator(fake).reshape(-1)
    loss_disc = _bce(disc_real, 1.0) + _bce(disc_fake, 0.0)
    discriminator.zero_grad()
    loss_disc.backward(retain_graph=True)
    opt_d.step()
    output = discriminator(fake).reshape(-1)
    loss_gen = _bce(output, 1.0)
    generator.zero_grad()
    loss_gen.backward()
    opt_g.step()
    return loss_disc.detach().item(), loss_gen.detach().item()


@right("gan_training_step")
def game_joined_labels(generator, discriminator, real, z, opt_g, opt_d):
    n = real.size(0)
    both = torch.cat((real, generator(z).detach()))
    labels = torch.cat((torch.ones(n), torch.zeros(n)))
    loss_d = 2 * F.binary_cross_entropy_with_logits(discriminator(both).view(-1), labels)
    opt_d.zero_grad(), loss_d.backward(), opt_d.step()
    loss_g = F.binary_cross_entropy_with_logits(discriminator(generator(z)).view(-1), labels[:n])
    opt_g.zero_grad(), loss_g.backward(), opt_g.step()
    return np.array([loss_d.item(), loss_g.item()])


@right("gan_training_step")
def game_helper(generator, discriminator, real, z, opt_g, opt_d):
    def update(loss: Tensor, optimizer) -> float:
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        return loss.item()

    losses = [
        update(
            _bce(discriminator(real), 1.0) + _bce(discriminator(generator(z).detach()), 0.0), opt_d
        )
    ]
    losses.append(update(_bce(discriminator(generator(z)), 1.0), opt_g))
    return losses


@right("gan_training_step")
def game_backward_inputs(generator, discriminator, real, z, opt_g, opt_d):
    assert real.shape[0] == z.shape[0]
    fake = generator(z)
    opt_d.zero_grad()
    opt_g.zero_grad()
    loss_d = _bce(discriminator(real), 1.0) + _bce(discriminator(fake.detach()), 0.0)
    loss_d.backward(inputs=list(discriminator.parameters()))
    opt_d.step()
    loss_g = _bce(discriminator(fake), 1.0)
    loss_g.backward(inputs=list(generator.parameters()))
    opt_g.step()
    return {"d": loss_d.item(), "g": loss_g.item()}.values()


@right("gan_training_step")
def game_logs(generator, discriminator, real, z, opt_g, opt_d):
    log = []
    fake = generator(z).detach()
    log.append(torch.sigmoid(discriminator(fake)).mean().item())
    loss_d = -F.logsigmoid(discriminator(real)).mean() - F.logsigmoid(-discriminator(fake)).mean()
    opt_d.zero_grad()
    loss_d.backward()
    log.append(sum(p.grad.norm().item() for p in discriminator.parameters()))
    opt_d.step()
    log.append(torch.sigmoid(discriminator(fake)).mean().item())
    fake = generator(z)
    loss_g = -F.logsigmoid(discriminator(fake)).mean()
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    print(log)
    return torch.tensor([loss_d, loss_g])


# --- gan_training_step, wrong -----------------------------------------------------------


@wrong("gan_training_step", "backward_twice")
def game_not_detached_crash(generator, discriminator, real, z, opt_g, opt_d):
    fake = generator(z)
    loss_d = _bce(discriminator(real), 1.0) + _bce(discriminator(fake), 0.0)
    opt_d.zero_grad()
    loss_d.backward()
    opt_d.step()
    loss_g = _bce(discriminator(fake), 1.0)
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return loss_d.item(), loss_g.item()


@wrong("gan_training_step", "modified_in_place")
def game_scores_reused(generator, discriminator, real, z, opt_g, opt_d):
    fake = generator(z)
    fake_logits = discriminator(fake)
    loss_d = _bce(discriminator(real), 1.0) + _bce(fake_logits, 0.0)
    opt_d.zero_grad()
    loss_d.backward(retain_graph=True)
    opt_d.step()
    loss_g = _bce(fake_logits, 1.0)
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return loss_d.item(), loss_g.item()


@wrong("gan_training_step", "gradients_never_cleared")
def game_never_cleared(generator, discriminator, real, z, opt_g, opt_d):
    fake = generator(z)
    loss_d = _bce(discriminator(real), 1.0) + _bce(discriminator(fake.detach()), 0.0)
    loss_d.backward()
    opt_d.step()
    loss_g = _bce(discriminator(fake), 1.0)
    loss_g.backward()
    opt_g.step()
    return loss_d.item(), loss_g.item()


@wrong("gan_training_step", "generator_never_moves")
def game_generator_detached(generator, discriminator, real, z, opt_g, opt_d):
    fake = generator(z).detach()
    loss_d = _bce(discriminator(real), 1.0) + _bce(discriminator(fake), 0.0)
    opt_d.zero_grad()
    loss_d.backward()
    opt_d.step()
    loss_g = _bce(discriminator(fake), 1.0)
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return loss_d.item(), loss_g.item()


@wrong("gan_training_step", "halved_discriminator_loss")
def game_half_loss(generator, discriminator, real, z, opt_g, opt_d):
    fake = generator(z)
    loss_d = (_bce(discriminator(real), 1.0) + _bce(discriminator(fake.detach()), 0.0)) / 2
    opt_d.zero_grad()
    loss_d.backward()
    opt_d.step()
    loss_g = _bce(discriminator(fake), 1.0)
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return loss_d.item(), loss_g.item()


@wrong("gan_training_step", "old_discriminator")
def game_generator_first(generator, discriminator, real, z, opt_g, opt_d):
    opt_g.zero_grad()
    gen_imgs = generator(z)
    g_loss = _bce(discriminator(gen_imgs), 1.0)
    g_loss.backward()
    opt_g.step()
    opt_d.zero_grad()
    d_loss = _bce(discriminator(real), 1.0) + _bce(discriminator(gen_imgs.detach()), 0.0)
    d_loss.backward()
    opt_d.step()
    return d_loss.item(), g_loss.item()


@wrong("gan_training_step", "saturating_generator")
def game_saturating(generator, discriminator, real, z, opt_g, opt_d):
    fake = generator(z)
    loss_d = _bce(discriminator(real), 1.0) + _bce(discriminator(fake.detach()), 0.0)
    opt_d.zero_grad()
    loss_d.backward()
    opt_d.step()
    loss_g = -_bce(discriminator(fake), 0.0)
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return loss_d.item(), loss_g.item()


@wrong("gan_training_step", "networks_swapped")
def game_networks_swapped(discriminator, generator, real, z, opt_g, opt_d):
    fake = generator(z)
    loss_d = _bce(discriminator(real), 1.0) + _bce(discriminator(fake.detach()), 0.0)
    opt_d.zero_grad()
    loss_d.backward()
    opt_d.step()
    loss_g = _bce(discriminator(fake), 1.0)
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return loss_d.item(), loss_g.item()


@wrong("gan_training_step", "optimisers_swapped")
def game_optimizers_swapped(generator, discriminator, real, z, opt_d, opt_g):
    fake = generator(z)
    loss_d = _bce(discriminator(real), 1.0) + _bce(discriminator(fake.detach()), 0.0)
    opt_d.zero_grad()
    loss_d.backward()
    opt_d.step()
    loss_g = _bce(discriminator(fake), 1.0)
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return loss_d.item(), loss_g.item()


@wrong("gan_training_step", "discriminator_never_steps")
def game_zero_after_backward(generator, discriminator, real, z, opt_g, opt_d):
    fake = generator(z)
    loss_d = _bce(discriminator(real), 1.0) + _bce(discriminator(fake.detach()), 0.0)
    loss_d.backward()
    opt_d.zero_grad()
    opt_d.step()
    loss_g = _bce(discriminator(fake), 1.0)
    loss_g.backward()
    opt_g.zero_grad()
    opt_g.step()
    return loss_d.item(), loss_g.item()


@wrong("gan_training_step", "discriminator_not_cleared")
def game_wrong_zero_grad(generator, discriminator, real, z, opt_g, opt_d):
    fake = generator(z)
    loss_d = _bce(discriminator(real), 1.0) + _bce(discriminator(fake.detach()), 0.0)
    opt_g.zero_grad()
    loss_d.backward()
    opt_d.step()
    loss_g = _bce(discriminator(fake), 1.0)
    opt_d.zero_grad()
    loss_g.backward()
    opt_g.step()
    return loss_d.item(), loss_g.item()


@wrong("gan_training_step", "generator_helps_discriminator")
def game_fake_labels(generator, discriminator, real, z, opt_g, opt_d):
    fake = generator(z)
    loss_d = _bce(discriminator(real), 1.0) + _bce(discriminator(fake.detach()), 0.0)
    opt_d.zero_grad()
    loss_d.backward()
    opt_d.step()
    loss_g = _bce(discriminator(fake), 0.0)
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return loss_d.item(), loss_g.item()


@wrong("gan_training_step", "one_backward_for_both")
def game_one_loss(generator, discriminator, real, z, opt_g, opt_d):
    fake = generator(z)
    loss_d = _bce(discriminator(real), 1.0) + _bce(discriminator(fake.detach()), 0.0)
    loss_g = _bce(discriminator(fake), 1.0)
    opt_d.zero_grad()
    opt_g.zero_grad()
    (loss_d + loss_g).backward()
    opt_d.step()
    opt_g.step()
    return loss_d.item(), loss_g.item()


@wrong("gan_training_step", "wasserstein_losses")
def game_wasserstein(generator, discriminator, real, z, opt_g, opt_d):
    fake = generator(z)
    loss_d = discriminator(fake.detach()).mean() - discriminator(real).mean()
    opt_d.zero_grad()
    loss_d.backward()
    opt_d.step()
    loss_g = -discriminator(fake).mean()
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return loss_d.item(), loss_g.item()


@wrong("gan_training_step", "least_squares_losses_halved")
def game_least_squares(generator, discriminator, real, z, opt_g, opt_d):
    fake = generator(z)
    on_real, on_fake = discriminator(real), discriminator(fake.detach())
    loss_d = 0.5 * (F.mse_loss(on_real, torch.ones_like(on_real)) + on_fake.square().mean())
    opt_d.zero_grad()
    loss_d.backward()
    opt_d.step()
    loss_g = 0.5 * (discriminator(fake) - 1).square().mean()
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return loss_d.item(), loss_g.item()


@wrong("gan_training_step", "cross_entropy_outside_unit_interval")
def game_bce_on_sigmoid_less(generator, discriminator, real, z, opt_g, opt_d):
    fake = generator(z)
    on_real, on_fake = discriminator(real), discriminator(fake.detach())
    bce = nn.BCELoss()
    loss_d = bce(on_real, torch.ones_like(on_real)) + bce(on_fake, torch.zeros_like(on_fake))
    opt_d.zero_grad()
    loss_d.backward()
    opt_d.step()
    loss_g = bce(discriminator(fake), torch.ones_like(on_fake))
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    return loss_d.item(), loss_g.item()
