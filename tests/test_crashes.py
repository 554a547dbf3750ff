"""Common errors are named in the student's terms, with the line, and torch's advice is weighed."""

import math

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.functional import binary_cross_entropy, binary_cross_entropy_with_logits

from course_utils.exercises.engine import Exercise, number

NETWORK = nn.Sequential(nn.Linear(2, 4), nn.Tanh(), nn.Linear(4, 1))


def probe(answer, rng):
    x = torch.tensor(rng.normal(size=(5, 2)), dtype=torch.float32)
    optimizer = torch.optim.SGD(NETWORK.parameters(), lr=0.0)
    return {"the value": number(answer(NETWORK, x, optimizer))}


ITEM = Exercise("step", 5, "A step", lambda f, x, opt: f(x).mean(), probe, (), ("One.", "Two."))


def in_place(f, x, opt):
    y = f(x).exp()
    y += 1
    y.sum().backward()


def overwritten_by_the_step(f, x, opt):
    one, two = f(x).square().mean(), f(x).mean()
    one.backward()
    nn.utils.vector_to_parameters(torch.zeros(17), f.parameters())
    for p in f.parameters():
        p.grad = torch.ones_like(p)
    torch.optim.SGD(f.parameters(), lr=0.1).step()
    (two * one).backward()


def twice(f, x, opt):
    loss = f(x).square().mean()
    loss.backward()
    loss.backward()


def clamp_parameters(f, x, opt):
    for p in f.parameters():
        p.clamp_(-1, 1)


def many_outputs(f, x, opt):
    x = x.clone().requires_grad_()
    return torch.autograd.grad(f(x), x)[0].sum()


def detached(f, x, opt):
    f(x).detach().mean().backward()


def no_request(f, x, opt):
    return torch.autograd.grad(f(x).sum(), x)[0].sum()


def another_tensor(f, x, opt):
    y = x.clone().requires_grad_()
    return torch.autograd.grad(f(x).sum(), y)[0].sum()


def tuple_not_indexed(f, x, opt):
    x = x.clone().requires_grad_()
    gradient = torch.autograd.grad(f(x).sum(), x)
    return gradient.norm()


def tuple_in_arithmetic(f, x, opt):
    x = x.clone().requires_grad_()
    return (torch.autograd.grad(f(x).sum(), x) - 1).sum()


def four_axes(f, x, opt):
    batch, channels, height, width = x.shape
    return f(x).mean() / (batch * channels * height * width)


def labels(f, x, opt):
    return binary_cross_entropy_with_logits(f(x), torch.ones(len(x)))


def logits_as_probabilities(f, x, opt):
    return binary_cross_entropy(5 + f(x), torch.ones(len(x), 1))


def no_pair(f, x, opt):
    root, _ = matrix_sqrtm(np.eye(3))
    return root.trace()


def matrix_sqrtm(matrix):
    return matrix


def number_backward(f, x, opt):
    loss = f(x).mean().item()
    loss.backward()


def numpy_of_gradient(f, x, opt):
    return np.log(f(x).exp()).mean()


def array_into_math(f, x, opt):
    return math.log(np.ones(3))


def log_of_zero(f, x, opt):
    return math.log(0.0)


def unknown_name(f, x, opt):
    return critik(x).mean()  # noqa: F821


def truth(f, x, opt):
    return f(x).mean() if x > 0 else 0.0


def strides(f, x, opt):
    return x.T.view(-1).sum()


def nothing(f, x, opt):
    return x.grad.sum()


@pytest.mark.parametrize(
    ("answer", "name", "line"),
    [
        (in_place, "modified_in_place", "y.sum().backward()"),
        (overwritten_by_the_step, "modified_in_place", "(two * one).backward()"),
        (twice, "backward_twice", "loss.backward()"),
        (clamp_parameters, "in_place_on_leaf", "p.clamp_(-1, 1)"),
        (many_outputs, "gradient_needs_scalar", "torch.autograd.grad(f(x), x)"),
        (detached, "gradients_switched_off", "detach().mean().backward()"),
        (no_request, "input_without_gradient", "torch.autograd.grad(f(x).sum(), x)"),
        (another_tensor, "input_not_used", "torch.autograd.grad(f(x).sum(), y)"),
        (tuple_not_indexed, "tuple_not_indexed", "gradient.norm()"),
        (tuple_in_arithmetic, "tuple_not_indexed", "- 1).sum()"),
        (four_axes, "images_only", "= x.shape"),
        (labels, "labels_of_other_shape", "torch.ones(len(x))"),
        (logits_as_probabilities, "cross_entropy_outside_unit_interval", "binary_cross_entropy"),
        (no_pair, "root_not_a_pair", "root, _ = matrix_sqrtm"),
        (number_backward, "backward_on_number", "loss.backward()"),
        (numpy_of_gradient, "numpy_of_gradient", "np.log"),
        (array_into_math, "single_number_needed", "math.log(np.ones(3))"),
        (log_of_zero, "log_of_zero", "math.log(0.0)"),
        (unknown_name, "name_not_defined", "critik(x)"),
        (truth, "truth_of_an_array", "if x > 0"),
        (strides, "view_of_strided", "x.T.view(-1)"),
        (nothing, "none_used", "x.grad.sum()"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_a_common_error_is_a_lesson(answer, name, line):
    outcome = ITEM.evaluate(answer, seed=0)
    assert (outcome.status, outcome.misconception) == ("error", name), outcome.message
    assert line in outcome.message, "the line that caused it"
    assert "step(" in outcome.message, "the call"


def test_advice_of_torch_that_is_the_wrong_cure_is_not_passed_on():
    lesson, error = ITEM.evaluate(twice, seed=0).message.split("Your function raised")
    assert "`retain_graph=True`, which torch suggests, would only hide this" in lesson
    assert "a second time" in error and "retain_graph" not in error


def test_an_error_without_a_lesson_is_shown_as_it_is():
    def answer(f, x, opt):
        raise KeyError("a key of mine")

    outcome = ITEM.evaluate(answer, seed=0)
    assert (outcome.status, outcome.misconception) == ("error", None)
    assert "a key of mine" in outcome.message
