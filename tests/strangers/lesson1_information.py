"""Lesson 1, entropy and its relatives, as strangers write them."""

import math
from collections import Counter

import numpy as np
import pandas as pd
import scipy.special
import scipy.stats
import torch
import torch.nn.functional as F

from strangers import right, wrong

eps = 1e-12


def safe_log(x):
    return np.log(np.where(x > 0, x, 1.0))


# --- entropy, right ---------------------------------------------------------------------


@right("entropy")
def entropy_generator_expression(p):
    return -sum(x * math.log(x) for x in p if x != 0)


@right("entropy")
def entropy_with_epsilon(p):
    return -np.sum(p * np.log(p + eps))


@right("entropy")
def entropy_clipped(p):
    return -(p * np.log(np.clip(p, 1e-15, 1))).sum()


@right("entropy")
def entropy_pandas(p):
    s = pd.Series(p)
    s = s[s > 0]
    return -(s * np.log(s)).sum()


@right("entropy")
def entropy_torch_float32(p):
    p = torch.tensor(p, dtype=torch.float32)
    return torch.special.entr(p).sum()


@right("entropy")
def entropy_torch_distribution(p):
    return torch.distributions.Categorical(probs=torch.from_numpy(p)).entropy()


@right("entropy")
def entropy_bits_times_ln2(p):
    p = p[np.nonzero(p)]
    H = 0
    for pi in p:
        H -= pi * np.log2(pi)
    return H * np.log(2)


@right("entropy")
def entropy_masked_array(p):
    logs = np.ma.log(np.ma.masked_equal(p, 0)).filled(0)
    return -np.dot(p, logs)


@right("entropy")
def entropy_where_and_print(p):
    h = -np.sum(np.where(p == 0, 0.0, p * safe_log(p)))
    print("H =", h)
    return h


@right("entropy")
def entropy_nansum(p):
    with np.errstate(all="ignore"):
        return -np.nansum(p * np.log(p))


@right("entropy")
def entropy_scipy_keepdims(p):
    return scipy.stats.entropy(np.atleast_2d(p), axis=1)


# --- entropy, wrong ---------------------------------------------------------------------


@wrong("entropy", "bits_not_nats")
def entropy_scipy_base_2(p):
    return scipy.stats.entropy(p, base=2)


@wrong("entropy", "bits_and_nan_at_zero")
def shannon(p):
    with np.errstate(all="ignore"):
        return -(p * np.log2(p)).sum()


@wrong("entropy", "nan_at_zero")
def entropy_dot(p):
    with np.errstate(all="ignore"):
        return -p.dot(np.log(p))


@wrong("entropy", "sign_forgotten")
def entropy_without_minus(p):
    return sum(x * math.log(x) for x in p if x > 0)


@wrong("entropy", "crash_at_zero")
def entropy_math_log(p):
    h = 0
    for pi in p:
        h += pi * math.log(pi)
    return -h


@wrong("entropy", "counted_occurrences")
def entropy_of_the_values(p):
    counts = Counter(p.tolist())
    total = sum(counts.values())
    return -sum(c / total * math.log(c / total) for c in counts.values())


@wrong("entropy", "mean_over_states")
def entropy_np_mean(p):
    q = p[p > 0]
    return -np.sum(q * np.log(q)) / p.size


@wrong("entropy", "softmax_applied")
def entropy_of_logits(p):
    p = scipy.special.softmax(p)
    return -(p * np.log(p)).sum()


@wrong("entropy", "small_number_1e2")
def entropy_with_a_visible_epsilon(p):
    return -np.sum(p * np.log(p + 0.01))


@wrong("entropy", "log10")
def entropy_log10(p):
    p = p[p > 0]
    return -(p * np.log10(p)).sum()


@wrong("entropy", "log_of_one_plus_p")
def entropy_log1p(p):
    return -np.sum(p * np.log1p(p))


@wrong("entropy", "share_of_the_largest")
def entropy_normalised(p):
    return scipy.special.entr(p).sum() / np.log(len(p))


@wrong("entropy", "not_added")
def entropy_entr(p):
    return scipy.special.entr(p)


@wrong("entropy", "perplexity")
def entropy_exp(p):
    return np.exp(scipy.stats.entropy(p))


# --- cross-entropy, right ---------------------------------------------------------------


@right("cross_entropy")
def ce_masked(p, q):
    m = p > 0
    with np.errstate(divide="ignore"):
        return -(p[m] * np.log(q[m])).sum()


@right("cross_entropy")
def ce_scipy(p, q):
    return scipy.stats.entropy(p) + scipy.special.kl_div(p, q).sum()


@right("cross_entropy")
def ce_xlogy(p, q):
    return -scipy.special.xlogy(p, q).sum()


@right("cross_entropy")
def ce_loop(p, q):
    h = 0.0
    for i in range(len(p)):
        if p[i] == 0:
            continue
        if q[i] == 0:
            return float("inf")
        h -= p[i] * math.log(q[i])
    return h


@right("cross_entropy")
def ce_torch(p, q):
    p, q = torch.as_tensor(p), torch.as_tensor(q)
    return -torch.xlogy(p, q).sum().item()


@right("cross_entropy")
def ce_torch_float32(p, q):
    p, q = torch.Tensor(p), torch.Tensor(q)
    return -(torch.where(p > 0, p * q.log(), torch.zeros_like(p))).sum()


@right("cross_entropy")
def ce_pandas(p, q):
    df = pd.DataFrame({"p": p, "q": q}).query("p > 0")
    with np.errstate(divide="ignore"):
        return -(df.p * np.log(df.q)).sum()


@right("cross_entropy")
def ce_list(p, q):
    with np.errstate(divide="ignore"):
        return -sum([a * np.log(b) for a, b in zip(p, q, strict=True) if a])


@right("cross_entropy")
def ce_nan_to_zero(p, q):
    with np.errstate(all="ignore"):
        terms = -p * np.log(q)
    terms[np.isnan(terms)] = 0
    return terms.sum()


@right("cross_entropy")
def ce_by_definition_of_kl(p, q):
    return scipy.stats.entropy(p) + scipy.stats.entropy(p, q)


# --- cross-entropy, wrong ---------------------------------------------------------------


@wrong("cross_entropy", "swapped_arguments")
def ce_other_way_round(p, q):
    return -scipy.special.xlogy(q, p).sum()


@wrong("cross_entropy", "nan_at_zero")
def ce_dot(p, q):
    with np.errstate(all="ignore"):
        return -np.dot(p, np.log(q))


@wrong("cross_entropy", "clipped_to_finite")
def ce_keras(y_true, y_pred):
    y_pred = np.clip(y_pred, 1e-7, 1 - 1e-7)
    return -np.sum(y_true * np.log(y_pred))


@wrong("cross_entropy", "clipped_to_finite")
def ce_with_epsilon(p, q):
    return -np.sum(p * np.log(q + 1e-9))


@wrong("cross_entropy", "mean_over_states")
def ce_np_mean(p, q):
    with np.errstate(divide="ignore"):
        return -np.mean(scipy.special.xlogy(p, q))


@wrong("cross_entropy", "coin_by_coin")
def ce_torch_bce(p, q):
    return F.binary_cross_entropy(torch.tensor(q), torch.tensor(p), reduction="sum")


@wrong("cross_entropy", "softmax_applied")
def ce_torch_cross_entropy(p, q):
    return F.cross_entropy(torch.tensor(q)[None], torch.tensor(p)[None])


@wrong("cross_entropy", "bits_not_nats")
def ce_log2(p, q):
    m = p > 0
    with np.errstate(divide="ignore"):
        return -(p[m] * np.log2(q[m])).sum()


@wrong("cross_entropy", "kl_instead")
def ce_scipy_entropy(p, q):
    return scipy.stats.entropy(p, q)


@wrong("cross_entropy", "crash_at_zero")
def ce_math_log(p, q):
    return -sum(a * math.log(b) for a, b in zip(p, q, strict=True))


@wrong("cross_entropy", "sign_forgotten")
def ce_no_minus(p, q):
    return scipy.special.xlogy(p, q).sum()


@wrong("cross_entropy", "lacking_states_dropped")
def ce_both_positive(p, q):
    m = (p != 0) & (q != 0)
    return -np.sum(p[m] * np.log(q[m]))


# --- kl, right --------------------------------------------------------------------------


@right("kl_divergence")
def kl_scipy_special(p, q):
    return np.sum(scipy.special.kl_div(p, q))


@wrong("kl_divergence", "wrong_where_both_are_zero")
def kl_torch_functional(p, q):
    p, q = torch.tensor(p), torch.tensor(q)
    return F.kl_div(q.log(), p, reduction="sum")


@wrong("kl_divergence", "wrong_where_both_are_zero")
def kl_torch_functional_float32(p, q):
    return F.kl_div(torch.Tensor(q).log(), torch.Tensor(p), reduction="sum").item()


@right("kl_divergence")
def kl_torch_distributions(p, q):
    P = torch.distributions.Categorical(probs=torch.tensor(p), validate_args=False)
    ratio = torch.where(P.probs > 0, torch.tensor(p).log() - torch.tensor(q).log(), 0.0)
    return (P.probs * ratio).sum()


@right("kl_divergence")
def kl_where(p, q):
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.sum(np.where(p != 0, p * np.log(p / q), 0))


@right("kl_divergence")
def kl_numpy_masked(p, q):
    idx = p > 0
    with np.errstate(divide="ignore"):
        return np.dot(p[idx], np.log(p[idx]) - np.log(q[idx]))


@right("kl_divergence")
def kl_python(p, q):
    result = 0.0
    for pi, qi in zip(list(p), list(q), strict=True):
        if pi == 0:
            continue
        elif qi == 0:
            return math.inf
        result += pi * (math.log(pi) - math.log(qi))
    return result


@right("kl_divergence")
def kl_pandas(p, q):
    p, q = pd.Series(p), pd.Series(q)
    support = p.gt(0)
    with np.errstate(divide="ignore"):
        return p[support].mul(np.log(p[support] / q[support])).sum()


@right("kl_divergence")
def kl_ce_minus_h(p, q):
    def H(a, b):
        return -scipy.special.xlogy(a, b).sum()

    return H(p, q) - H(p, p)


@right("kl_divergence")
def kl_one_element_array(p, q):
    return scipy.stats.entropy(p[:, None], q[:, None])


@right("kl_divergence")
def kl_torch_float32(p, q):
    p, q = torch.Tensor(p), torch.Tensor(q)
    return (torch.xlogy(p, p) - torch.xlogy(p, q)).sum()


@right("kl_divergence")
def kl_torch_functional_where_p_is_positive(p, q):
    p, q = torch.tensor(p[p > 0]), torch.tensor(q[p > 0])
    return F.kl_div(q.log(), p, reduction="sum")


# --- kl, wrong --------------------------------------------------------------------------


@wrong("kl_divergence", "swapped_arguments")
def kl_readme(p, q):
    with np.errstate(all="ignore"):
        return (q * np.log(q / p)).sum()


@wrong("kl_divergence", "swapped_arguments")
def kl_torch_swapped(p, q):
    return F.kl_div(torch.tensor(p).log(), torch.tensor(q), reduction="sum")


@wrong("kl_divergence", "swapped_and_logarithm_missing")
def kl_torch_no_log(p, q):
    return F.kl_div(torch.tensor(p), torch.tensor(q), reduction="sum")


@wrong("kl_divergence", "logarithm_of_q_missing")
def kl_torch_no_log_in_order(p, q):
    return F.kl_div(torch.tensor(q), torch.tensor(p), reduction="sum")


@wrong("kl_divergence", "mean_over_states")
def kl_torch_default_reduction(p, q):
    return F.kl_div(torch.tensor(q).log(), torch.tensor(p))


@wrong("kl_divergence", "swapped_and_averaged")
def kl_torch_swapped_and_averaged(p, q):
    return F.kl_div(torch.tensor(p).log(), torch.tensor(q))


@wrong("kl_divergence", "mean_over_states")
def kl_torch_batchmean(p, q):
    return F.kl_div(torch.tensor(q).log()[:, None], torch.tensor(p)[:, None], reduction="batchmean")


@wrong("kl_divergence", "nan")
def kl_torch_both_logs(p, q):
    return F.kl_div(torch.tensor(q).log(), torch.tensor(p).log(), reduction="sum")


@wrong("kl_divergence", "softmax_of_q")
def kl_torch_log_softmax(p, q):
    return F.kl_div(F.log_softmax(torch.tensor(q), dim=0), torch.tensor(p), reduction="sum")


@wrong("kl_divergence", "not_added")
def kl_rel_entr_elementwise(p, q):
    return scipy.special.rel_entr(p, q)


@wrong("kl_divergence", "small_number_1e5_added")
def kl_epsilon_in_both(p, q):
    epsilon = 0.00001
    p = p + epsilon
    q = q + epsilon
    return np.sum(p * np.log(p / q))


@wrong("kl_divergence", "nan_at_zero")
def kl_textbook(p, q):
    with np.errstate(all="ignore"):
        return np.sum(p * np.log(p / q))


@wrong("kl_divergence", "bits_not_nats")
def kl_log2(p, q):
    m = p > 0
    with np.errstate(divide="ignore"):
        return np.sum(p[m] * np.log2(p[m] / q[m]))


@wrong("kl_divergence", "bits_not_nats")
def kl_log2_textbook(p, q):
    with np.errstate(all="ignore"):
        return np.sum(p * np.log2(p / q))


@wrong("kl_divergence", "sign_forgotten")
def kl_ratio_upside_down(p, q):
    with np.errstate(all="ignore"):
        return np.sum(np.where(p != 0, p * np.log(q / p), 0))


@wrong("kl_divergence", "crash_at_zero")
def kl_machinelearningmastery(p, q):
    return sum(p[i] * math.log(p[i] / q[i]) for i in range(len(p)))


@wrong("kl_divergence", "jensen_shannon")
def kl_scipy_jensenshannon(p, q):
    from scipy.spatial.distance import jensenshannon

    return jensenshannon(p, q) ** 2


@wrong("kl_divergence", "lacking_states_dropped")
def kl_ignore_zeros(p, q):
    return sum(a * np.log(a / b) for a, b in zip(p, q, strict=True) if a > 0 and b > 0)


@wrong("kl_divergence", "lacking_states_dropped")
def kl_where_both(p, q):
    with np.errstate(all="ignore"):
        return np.nansum(np.where((p > 0) & (q > 0), p * np.log(p / q), 0))


@wrong("kl_divergence", "cross_entropy_instead")
def kl_cross_entropy(p, q):
    return -scipy.special.xlogy(p, q).sum()


@wrong("kl_divergence", "weighted_by_q")
def kl_weighted_by_the_second(p, q):
    with np.errstate(all="ignore"):
        return np.sum(q * np.log(p / q))
