"""A mistake is named in its plain form too, which is nan or fails at a mass of 0 besides."""

import math

import numpy as np
import pytest
import torch
from torch.nn.functional import kl_div

from course_utils.exercises.index import EXERCISES

PLAIN = [
    ("entropy", "sign_forgotten", lambda p: (p * np.log(p)).sum()),
    ("entropy", "log10", lambda p: -(p * np.log10(p)).sum()),
    ("entropy", "mean_over_states", lambda p: -(p * np.log(p)).mean()),
    ("cross_entropy", "swapped_arguments", lambda p, q: -(q * np.log(p)).sum()),
    ("cross_entropy", "bits_not_nats", lambda p, q: -(p * np.log2(q)).sum()),
    ("cross_entropy", "sign_forgotten", lambda p, q: (p * np.log(q)).sum()),
    ("kl_divergence", "swapped_arguments", lambda p, q: (q * np.log(q / p)).sum()),
    ("kl_divergence", "bits_not_nats", lambda p, q: (p * np.log2(p / q)).sum()),
    ("kl_divergence", "sign_forgotten", lambda p, q: -(p * np.log(p / q)).sum()),
    ("kl_divergence", "mean_over_states", lambda p, q: (p * np.log(p / q)).mean()),
    (
        "kl_divergence",
        "swapped_arguments",
        lambda p, q: kl_div(torch.tensor(p).log(), torch.tensor(q), reduction="sum").item(),
    ),
    (
        "kl_divergence",
        "swapped_arguments",
        lambda p, q: sum(b * math.log(b / a) for a, b in zip(p, q, strict=True)),
    ),
    (
        "jensen_shannon",
        "bits",
        lambda p, q: (
            p * np.log2(2 * p / (p + q)) / 2 + q * np.log2(2 * q / (p + q)) / 2
        ).sum(),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("item", "name", "answer"), PLAIN)
def test_a_plain_formula_is_named_like_the_robust_one(item, name, answer):
    for seed in range(3):
        outcome = EXERCISES[item].evaluate(answer, seed=seed)
        assert outcome.misconception == name, outcome
        assert "nan" in outcome.message or "raised" in outcome.message, "what is left is said"


def test_two_mistakes_at_once_are_both_said():
    outcome = EXERCISES["kl_divergence"].evaluate(lambda p, q: (q * np.log2(q / p)).sum(), seed=0)
    assert outcome.misconception == "swapped_arguments" and "base 2" in outcome.message


def test_a_right_plain_formula_is_told_about_its_zeros_alone():
    outcome = EXERCISES["kl_divergence"].evaluate(lambda p, q: (p * np.log(p / q)).sum(), seed=0)
    assert outcome.misconception == "nan_at_zero"
