"""Lesson 1, tests and urns, as strangers write them."""

import itertools
import math
from collections import defaultdict
from fractions import Fraction

import numpy as np
import pandas as pd
import scipy.special
import scipy.stats
import torch

from strangers import right, wrong

# --- disease_posterior, right -----------------------------------------------------------


@right("disease_posterior")
def bayes_spelled_out(sensitivity, specificity, prevalence):
    p_pos_given_disease = sensitivity
    p_pos_given_healthy = 1 - specificity
    p_pos = p_pos_given_disease * prevalence + p_pos_given_healthy * (1 - prevalence)
    return p_pos_given_disease * prevalence / p_pos


@right("disease_posterior")
def bayes_with_odds(sensitivity, specificity, prevalence):
    odds = prevalence / (1 - prevalence) * sensitivity / (1 - specificity)
    return odds / (1 + odds)


@right("disease_posterior")
def bayes_by_numpy_vectors(sensitivity, specificity, prevalence):
    prior = np.array([prevalence, 1 - prevalence])
    likelihood = np.array([sensitivity, 1 - specificity])
    posterior = prior * likelihood
    posterior /= posterior.sum()
    return posterior[0]


@right("disease_posterior")
def bayes_by_pandas(sensitivity, specificity, prevalence):
    table = pd.DataFrame(index=["sick", "well"])
    table["prior"] = prevalence, 1 - prevalence
    table["likelihood"] = sensitivity, 1 - specificity
    table["unnorm"] = table.prior * table.likelihood
    return (table.unnorm / table.unnorm.sum())["sick"]


@right("disease_posterior")
def bayes_float32(sensitivity, specificity, prevalence):
    se, sp, pr = (torch.tensor(v) for v in (sensitivity, specificity, prevalence))
    return (se * pr / (se * pr + (1 - sp) * (1 - pr))).item()


@right("disease_posterior")
def bayes_fraction(sensitivity, specificity, prevalence):
    se, sp, pr = Fraction(sensitivity), Fraction(specificity), Fraction(prevalence)
    return se * pr / (se * pr + (1 - sp) * (1 - pr))


@right("disease_posterior")
def bayes_in_logs(sensitivity, specificity, prevalence):
    with np.errstate(divide="ignore"):
        a = np.log(sensitivity) + np.log(prevalence)
        b = np.log(1 - specificity) + np.log(1 - prevalence)
    return np.exp(a - np.logaddexp(a, b))


@right("disease_posterior")
def bayes_printing(sensitivity, specificity, prevalence):
    tp = sensitivity * prevalence
    fp = (1 - specificity) * (1 - prevalence)
    ppv = tp / (tp + fp)
    print(f"P(disease | positive) = {ppv:.3%}")
    return ppv


# --- disease_posterior, wrong -----------------------------------------------------------


@wrong("disease_posterior", "inverse_confused")
def just_the_sensitivity(sensitivity, specificity, prevalence):
    return sensitivity


@wrong("disease_posterior", "specificity_as_false_positive_rate")
def forgot_one_minus(sensitivity, specificity, prevalence):
    p_pos = sensitivity * prevalence + specificity * (1 - prevalence)
    return sensitivity * prevalence / p_pos


@wrong("disease_posterior", "percentage")
def in_percent(sensitivity, specificity, prevalence):
    tp = sensitivity * prevalence
    return 100 * tp / (tp + (1 - specificity) * (1 - prevalence))


@wrong("disease_posterior", "rounded")
def rounded_to_two_digits(sensitivity, specificity, prevalence):
    tp = sensitivity * prevalence
    return round(tp / (tp + (1 - specificity) * (1 - prevalence)), 2)


@wrong("disease_posterior", "joint_not_conditional")
def numerator_only(sensitivity, specificity, prevalence):
    return prevalence * sensitivity


@wrong("disease_posterior", "evidence_only")
def p_of_positive(sensitivity, specificity, prevalence):
    return sensitivity * prevalence + (1 - specificity) * (1 - prevalence)


@wrong("disease_posterior", "base_rate_ignored")
def fifty_fifty(sensitivity, specificity, prevalence):
    return 0.5 * sensitivity / (0.5 * sensitivity + 0.5 * (1 - specificity))


@wrong("disease_posterior", "base_rate_ignored")
def healthy_weighted_as_the_ill(sensitivity, specificity, prevalence):
    return sensitivity * prevalence / (prevalence * (sensitivity + 1 - specificity))


@wrong("disease_posterior", "odds_not_probability")
def posterior_odds(sensitivity, specificity, prevalence):
    with np.errstate(all="ignore"):
        prior_odds = np.divide(prevalence, 1 - prevalence)
        return prior_odds * np.divide(sensitivity, 1 - specificity)


@wrong("disease_posterior", "healthy_after_a_negative_test")
def npv(sensitivity, specificity, prevalence):
    tn = specificity * (1 - prevalence)
    fn = (1 - sensitivity) * prevalence
    return tn / (tn + fn)


@wrong("disease_posterior", "brackets_missing")
def brackets_missing(sensitivity, specificity, prevalence):
    return sensitivity * prevalence / sensitivity * prevalence + (1 - specificity) * (
        1 - prevalence
    )


# --- count_moments, right ---------------------------------------------------------------


@right("count_moments")
def moments_scipy_stats(n_draws, fraction):
    mean, var = scipy.stats.binom.stats(n_draws, fraction, moments="mv")
    return mean, var, np.sqrt(var)


@right("count_moments")
def moments_npq(n_draws, fraction):
    n, p = n_draws, fraction
    q = 1 - p
    return n * p, n * p * q, (n * p * q) ** 0.5


@right("count_moments")
def moments_dictless_list(n_draws, fraction):
    out = [n_draws * fraction]
    out.append(out[0] * (1 - fraction))
    out.append(math.sqrt(out[1]))
    return out


@right("count_moments")
def moments_numpy_array(n_draws, fraction):
    k = np.arange(n_draws + 1)
    pmf = scipy.stats.binom(n_draws, fraction).pmf(k)
    mean = np.average(k, weights=pmf)
    var = np.average((k - mean) ** 2, weights=pmf)
    return np.r_[mean, var, np.sqrt(var)]


@right("count_moments")
def moments_torch_float32(n_draws, fraction):
    d = torch.distributions.Binomial(n_draws, torch.tensor(fraction))
    return d.mean, d.variance, d.stddev


@right("count_moments")
def moments_bernoulli_sum(n_draws, fraction):
    var = sum(fraction - fraction**2 for _ in range(n_draws))
    return sum(fraction for _ in range(n_draws)), var, math.sqrt(var)


@right("count_moments")
def moments_pandas(n_draws, fraction):
    return pd.Series([n_draws * fraction, n_draws * fraction * (1 - fraction)]).pipe(
        lambda s: pd.concat([s, pd.Series([s[1] ** 0.5])])
    )


@right("count_moments")
def moments_second_moment(n_draws, fraction):
    k = np.arange(n_draws + 1)
    w = scipy.special.comb(n_draws, k) * fraction**k * (1 - fraction) ** (n_draws - k)
    m1, m2 = (k * w).sum(), (k**2 * w).sum()
    return m1, m2 - m1**2, abs(m2 - m1**2) ** 0.5


# --- count_moments, wrong ---------------------------------------------------------------


@wrong("count_moments", "no_square_root")
def moments_var_twice(n_draws, fraction):
    var = n_draws * fraction * (1 - fraction)
    return n_draws * fraction, var, var


@wrong("count_moments", "order_exchanged")
def moments_std_first(n_draws, fraction):
    var = n_draws * fraction * (1 - fraction)
    return n_draws * fraction, math.sqrt(var), var


@wrong("count_moments", "moments_of_the_proportion")
def moments_of_p_hat(n_draws, fraction):
    var = fraction * (1 - fraction) / n_draws
    return fraction, var, math.sqrt(var)


@wrong("count_moments", "variance_is_the_mean")
def moments_poisson(n_draws, fraction):
    lam = n_draws * fraction
    return lam, lam, math.sqrt(lam)


@wrong("count_moments", "wrong_shape")
def moments_mean_and_variance(n_draws, fraction):
    return n_draws * fraction, n_draws * fraction * (1 - fraction)


@wrong("count_moments", None)
def moments_monte_carlo(n_draws, fraction):
    sample = np.random.default_rng().binomial(n_draws, fraction, 200)
    return sample.mean(), sample.var(), sample.std()


@wrong("count_moments", "mean_of_the_square")
def moments_raw(n_draws, fraction):
    k = np.arange(n_draws + 1)
    w = scipy.stats.binom.pmf(k, n_draws, fraction)
    second = (k**2 * w).sum()
    return (k * w).sum(), second, math.sqrt(second)


@wrong("count_moments", "argument_complemented")
def moments_of_the_others(n_draws, fraction):
    var = n_draws * fraction * (1 - fraction)
    return n_draws * (1 - fraction), var, math.sqrt(var)


@wrong("count_moments", "standard_error")
def moments_std_divided(n_draws, fraction):
    var = n_draws * fraction * (1 - fraction)
    return n_draws * fraction, var, math.sqrt(var / n_draws)


@wrong("count_moments", "whole_mean")
def moments_integer_mean(n_draws, fraction):
    var = n_draws * fraction * (1 - fraction)
    return int(n_draws * fraction), var, math.sqrt(var)


@wrong("count_moments", "one_draw_times_n")
def moments_n_squared(n_draws, fraction):
    var = n_draws**2 * fraction * (1 - fraction)
    return n_draws * fraction, var, math.sqrt(var)


# --- z_statistic_law, right -------------------------------------------------------------


@right("z_statistic_law")
def z_defaultdict(n_draws, fraction):
    law = defaultdict(float)
    for k in range(n_draws + 1):
        z = (k - n_draws * fraction) ** 2 / (n_draws * fraction * (1 - fraction))
        law[round(z, 8)] += scipy.stats.binom.pmf(k, n_draws, fraction)
    return tuple(zip(*sorted(law.items()), strict=True))


@right("z_statistic_law")
def z_pandas_groupby(n_draws, fraction):
    k = np.arange(n_draws + 1)
    z = (k - n_draws * fraction) ** 2 / (n_draws * fraction * (1 - fraction))
    p = scipy.stats.binom.pmf(k, n_draws, fraction)
    s = pd.DataFrame({"z": z.round(10), "p": p}).groupby("z").p.sum()
    return s.index, s


@right("z_statistic_law")
def z_np_unique_add_at(n_draws, fraction):
    k = np.arange(0, n_draws + 1, 1)
    p = scipy.stats.binom(n_draws, fraction).pmf(k)
    z = np.around((k - n_draws * fraction) ** 2 / (n_draws * fraction * (1 - fraction)), 9)
    u, inv = np.unique(z, return_inverse=True)
    probs = np.zeros(len(u))
    np.add.at(probs, inv, p)
    return u, probs


@right("z_statistic_law")
def z_isclose_loop(n_draws, fraction):
    values, probs = [], []
    for k in range(n_draws + 1):
        z = (k - n_draws * fraction) ** 2 / (n_draws * fraction * (1 - fraction))
        p = math.comb(n_draws, k) * fraction**k * (1 - fraction) ** (n_draws - k)
        for i, v in enumerate(values):
            if math.isclose(v, z, abs_tol=1e-8):
                probs[i] += p
                break
        else:
            values.append(z)
            probs.append(p)
    order = np.argsort(values)
    return np.array(values)[order], np.array(probs)[order]


@right("z_statistic_law")
def z_itertools_groupby(n_draws, fraction):
    pairs = sorted(
        (
            round((k - n_draws * fraction) ** 2 / (n_draws * fraction * (1 - fraction)), 7),
            float(scipy.stats.binom.pmf(k, n_draws, fraction)),
        )
        for k in range(n_draws + 1)
    )
    zs, ps = [], []
    for z, group in itertools.groupby(pairs, key=lambda pair: pair[0]):
        zs.append(z)
        ps.append(sum(p for _, p in group))
    return zs, ps


@right("z_statistic_law")
def z_torch(n_draws, fraction):
    k = torch.arange(n_draws + 1, dtype=torch.float64)
    logp = torch.distributions.Binomial(n_draws, torch.tensor(fraction).double()).log_prob(k)
    z = ((k - n_draws * fraction) ** 2 / (n_draws * fraction * (1 - fraction))).round(decimals=9)
    values, inverse = torch.unique(z, return_inverse=True)
    return values, torch.zeros_like(values).index_add(0, inverse, logp.exp())


@right("z_statistic_law")
def z_dict_views(n_draws, fraction):
    law = {}
    for k in range(n_draws + 1):
        z = round((k - n_draws * fraction) ** 2 / (n_draws * fraction * (1 - fraction)), 9)
        law[z] = law.get(z, 0) + scipy.stats.binom.pmf(k, n_draws, fraction)
    law = dict(sorted(law.items()))
    return list(law.keys()), list(law.values())


@right("z_statistic_law")
def z_as_two_rows(n_draws, fraction):
    values, probs = z_np_unique_add_at(n_draws, fraction)
    return np.array([values, probs])


# --- z_statistic_law, wrong -------------------------------------------------------------


@wrong("z_statistic_law", "ties_not_merged")
def z_unmerged(n_draws, fraction):
    k = np.arange(n_draws + 1)
    z = (k - n_draws * fraction) ** 2 / (n_draws * fraction * (1 - fraction))
    return z, scipy.stats.binom.pmf(k, n_draws, fraction)


@wrong("z_statistic_law", "exact_equality")
def z_unique_without_rounding(n_draws, fraction):
    k = np.arange(n_draws + 1)
    z = (k - n_draws * fraction) ** 2 / (n_draws * fraction * (1 - fraction))
    u, inv = np.unique(z, return_inverse=True)
    return u, np.bincount(inv, weights=scipy.stats.binom.pmf(k, n_draws, fraction))


@wrong("z_statistic_law", "rounded_too_coarsely")
def z_two_digits(n_draws, fraction):
    law = defaultdict(float)
    for k in range(n_draws + 1):
        z = (k - n_draws * fraction) ** 2 / (n_draws * fraction * (1 - fraction))
        law[round(z, 2)] += scipy.stats.binom.pmf(k, n_draws, fraction)
    return sorted(law), [law[z] for z in sorted(law)]


@wrong("z_statistic_law", "not_squared")
def z_score(n_draws, fraction):
    k = np.arange(n_draws + 1)
    sd = np.sqrt(n_draws * fraction * (1 - fraction))
    return (k - n_draws * fraction) / sd, scipy.stats.binom.pmf(k, n_draws, fraction)


@wrong("z_statistic_law", "descending")
def z_reversed(n_draws, fraction):
    values, probs = z_np_unique_add_at(n_draws, fraction)
    return values[::-1], probs[::-1]


@wrong("z_statistic_law", "results_swapped")
def z_probs_first(n_draws, fraction):
    values, probs = z_np_unique_add_at(n_draws, fraction)
    return probs, values


@wrong("z_statistic_law", "last_count_missing")
def z_range_n(n_draws, fraction):
    law = defaultdict(float)
    for k in range(n_draws):
        z = (k - n_draws * fraction) ** 2 / (n_draws * fraction * (1 - fraction))
        law[round(z, 9)] += scipy.stats.binom.pmf(k, n_draws, fraction)
    return sorted(law), [law[z] for z in sorted(law)]


@wrong("z_statistic_law", "dictionary_returned")
def z_the_dict_itself(n_draws, fraction):
    values, probs = z_np_unique_add_at(n_draws, fraction)
    return dict(zip(values, probs, strict=True))


@wrong("z_statistic_law", None)
def z_chi_square(n_draws, fraction):
    values, _ = z_np_unique_add_at(n_draws, fraction)
    weights = scipy.stats.chi2.pdf(np.maximum(values, 1e-3), 1)
    return values, weights / weights.sum()


@wrong("z_statistic_law", "divided_by_the_mean")
def z_pearson(n_draws, fraction):
    k = np.arange(n_draws + 1)
    z = np.round((k - n_draws * fraction) ** 2 / (n_draws * fraction), 9)
    u, inv = np.unique(z, return_inverse=True)
    return u, np.bincount(inv, weights=scipy.stats.binom.pmf(k, n_draws, fraction))


# --- urn_posterior, right ---------------------------------------------------------------


@right("urn_posterior")
def urns_list_comprehension(n_black, n_draws, n_urns=11):
    like = [
        (u / (n_urns - 1)) ** n_black * (1 - u / (n_urns - 1)) ** (n_draws - n_black)
        for u in range(n_urns)
    ]
    return np.array(like) / sum(like)


@right("urn_posterior")
def urns_scipy(n_black, n_draws, n_urns=11):
    f = np.linspace(0, 1, n_urns)
    posterior = scipy.stats.binom.pmf(n_black, n_draws, f) * np.ones(n_urns) / n_urns
    return posterior / posterior.sum()


@right("urn_posterior")
def urns_sequential(n_black, n_draws, n_urns=11):
    f = np.arange(n_urns) / (n_urns - 1)
    posterior = np.full(n_urns, 1 / n_urns)
    for i in range(n_draws):
        posterior = posterior * (f if i < n_black else 1 - f)
        posterior = posterior / posterior.sum()
    return posterior


@right("urn_posterior")
def urns_dict_values(n_black, n_draws, n_urns=11):
    weights = {u: scipy.stats.binom.pmf(n_black, n_draws, u / (n_urns - 1)) for u in range(n_urns)}
    total = sum(weights.values())
    return [w / total for w in weights.values()]


@right("urn_posterior")
def urns_pandas(n_black, n_draws, n_urns=11):
    df = pd.DataFrame({"prior": 1 / n_urns}, index=range(n_urns))
    df["likelihood"] = [
        math.comb(n_draws, n_black)
        * (u / (n_urns - 1)) ** n_black
        * (1 - u / (n_urns - 1)) ** (n_draws - n_black)
        for u in df.index
    ]
    df["joint"] = df.prior * df.likelihood
    return df.joint / df.joint.sum()


@right("urn_posterior")
def urns_torch_float32(n_black, n_draws, n_urns=11):
    f = torch.linspace(0, 1, n_urns)
    like = f**n_black * (1 - f) ** (n_draws - n_black)
    return like / like.sum()


@right("urn_posterior")
def urns_fractions(n_black, n_draws, n_urns=11):
    like = [
        Fraction(u, n_urns - 1) ** n_black
        * Fraction(n_urns - 1 - u, n_urns - 1) ** (n_draws - n_black)
        for u in range(n_urns)
    ]
    return [x / sum(like) for x in like]


@right("urn_posterior")
def urns_log_sum_exp(n_black, n_draws, n_urns=11):
    f = np.linspace(0, 1, n_urns)
    logl = scipy.stats.binom.logpmf(n_black, n_draws, f)
    return np.exp(logl - scipy.special.logsumexp(logl))


# --- urn_posterior, wrong ---------------------------------------------------------------


@wrong("urn_posterior", "divided_by_the_number_of_urns")
def urns_off_by_one(n_black, n_draws, n_urns=11):
    f = np.arange(n_urns) / n_urns
    like = f**n_black * (1 - f) ** (n_draws - n_black)
    return like / like.sum()


@wrong("urn_posterior", "likelihood_not_normalised")
def urns_pmf(n_black, n_draws, n_urns=11):
    return scipy.stats.binom.pmf(n_black, n_draws, np.linspace(0, 1, n_urns))


@wrong("urn_posterior", "divided_by_the_largest")
def urns_divided_by_max(n_black, n_draws, n_urns=11):
    like = scipy.stats.binom.pmf(n_black, n_draws, np.linspace(0, 1, n_urns))
    return like / like.max()


@wrong("urn_posterior", "always_eleven")
def urns_hard_coded(n_black, n_draws, n_urns=11):
    f = np.linspace(0, 1, 11)
    like = f**n_black * (1 - f) ** (n_draws - n_black)
    return like / like.sum()


@wrong("urn_posterior", "colours_exchanged")
def urns_white(n_black, n_draws, n_urns=11):
    f = np.linspace(0, 1, n_urns)
    like = (1 - f) ** n_black * f ** (n_draws - n_black)
    return like / like.sum()


@wrong("urn_posterior", "white_balls_ignored")
def urns_black_only(n_black, n_draws, n_urns=11):
    f = np.linspace(0, 1, n_urns)
    return f**n_black / (f**n_black).sum()


@wrong("urn_posterior", "all_draws_white")
def urns_all_draws_white(n_black, n_draws, n_urns=11):
    f = np.linspace(0, 1, n_urns)
    like = f**n_black * (1 - f) ** n_draws
    return like / like.sum()


@wrong("urn_posterior", "logarithm")
def urns_logs(n_black, n_draws, n_urns=11):
    logl = scipy.stats.binom.logpmf(n_black, n_draws, np.linspace(0, 1, n_urns))
    return logl - scipy.special.logsumexp(logl)


@wrong("urn_posterior", "softmax_of_the_likelihoods")
def urns_softmax(n_black, n_draws, n_urns=11):
    return scipy.special.softmax(scipy.stats.binom.pmf(n_black, n_draws, np.linspace(0, 1, n_urns)))


@wrong("urn_posterior", "beta_density")
def urns_beta(n_black, n_draws, n_urns=11):
    return scipy.stats.beta.pdf(np.linspace(0, 1, n_urns), n_black + 1, n_draws - n_black + 1)


@wrong("urn_posterior", "most_probable_urn_only")
def urns_argmax(n_black, n_draws, n_urns=11):
    post = urns_scipy(n_black, n_draws, n_urns)
    out = np.zeros(n_urns)
    out[post.argmax()] = 1.0
    return out


# --- next_ball_black, right -------------------------------------------------------------


@right("next_ball_black")
def next_dot(posterior):
    n = len(posterior)
    return np.dot(posterior, np.arange(n) / (n - 1))


@right("next_ball_black")
def next_sum(posterior):
    return sum(p * u for u, p in enumerate(posterior)) / (len(posterior) - 1)


@right("next_ball_black")
def next_array(posterior):
    return np.array([(posterior * np.linspace(0, 1, posterior.size)).sum()])


@right("next_ball_black")
def next_torch(posterior):
    p = torch.tensor(posterior, dtype=torch.float32)
    return torch.dot(p, torch.linspace(0, 1, len(p)))


@right("next_ball_black")
def next_pandas(posterior):
    s = pd.Series(posterior)
    return (s * s.index).sum() / s.index.max()


@right("next_ball_black")
def next_expectation(posterior):
    law = scipy.stats.rv_discrete(values=(np.arange(len(posterior)), posterior / posterior.sum()))
    return law.mean() / (len(posterior) - 1)


@right("next_ball_black")
def next_einsum(posterior):
    return np.einsum("u,u->", posterior, np.linspace(0, 1, len(posterior)))


@right("next_ball_black")
def next_complement(posterior):
    white = sum(p * (len(posterior) - 1 - u) for u, p in enumerate(posterior))
    return 1 - white / (len(posterior) - 1)


# --- next_ball_black, wrong -------------------------------------------------------------


@wrong("next_ball_black", "plug_in_estimate")
def next_map(posterior):
    return posterior.argmax() / (len(posterior) - 1)


@wrong("next_ball_black", "always_ten_balls")
def next_ten(posterior):
    return sum(p * u / 10 for u, p in enumerate(posterior))


@wrong("next_ball_black", "divided_by_the_number_of_urns")
def next_off_by_one(posterior):
    return sum(p * u / len(posterior) for u, p in enumerate(posterior))


@wrong("next_ball_black", "mean_urn_number")
def next_expected_urn(posterior):
    return posterior @ np.arange(len(posterior))


@wrong("next_ball_black", "largest_posterior")
def next_max(posterior):
    return posterior.max()


@wrong("next_ball_black", "averaged_not_summed")
def next_mean(posterior):
    return np.mean(posterior * np.linspace(0, 1, len(posterior)))


@wrong("next_ball_black", "white_instead_of_black")
def next_white(posterior):
    return posterior @ (1 - np.linspace(0, 1, len(posterior)))


@wrong("next_ball_black", "not_added")
def next_terms(posterior):
    return posterior * np.linspace(0, 1, len(posterior))


@wrong("next_ball_black", "ignores_an_argument")
def next_average(posterior):
    return sum(posterior) / len(posterior)


@wrong("next_ball_black", "ends_left_out")
def next_midpoints(posterior):
    n = len(posterior)
    return posterior @ ((np.arange(n) + 0.5) / n)
