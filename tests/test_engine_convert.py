"""Every form in which a right result comes is read, and no other."""

from collections import namedtuple

import numpy as np
import pandas as pd
import pytest
import scipy.sparse
import torch

from course_utils.exercises.convert import WrongType, array, number, read_once, scalar_tensor
from course_utils.exercises.index import EXERCISES

PAIR = namedtuple("PAIR", "first second")
NUMBERS = [0.5, 1.5, 2.5]


@pytest.mark.parametrize(
    "form",
    [
        lambda v: map(float, v),
        lambda v: iter(v),
        lambda v: (x for x in v),
        lambda v: dict(enumerate(v)).values(),
        lambda v: dict.fromkeys(v).keys(),
        lambda v: (zip(v),),
        lambda v: pd.Series(v),
        lambda v: pd.Series(v).to_numpy(dtype=object),
        lambda v: np.array(v, dtype=np.float32),
        lambda v: np.array(v) + 0j,
        lambda v: torch.tensor(v, dtype=torch.complex64),
        lambda v: torch.tensor(v).to_sparse(),
        lambda v: scipy.sparse.csr_array(np.array([v])),
        lambda v: scipy.sparse.coo_matrix(np.array([v])),
        lambda v: [np.array(x) for x in v],
        lambda v: [torch.tensor(x) for x in v],
        lambda v: pd.DataFrame({"a": v}),
    ],
)
def test_an_array_is_read_in_every_form(form):
    assert np.ravel(array(read_once(form(NUMBERS)))).tolist() == pytest.approx(NUMBERS)


def test_ranges_and_named_tuples_are_sequences():
    assert array(range(3)).tolist() == [0, 1, 2]
    assert array(PAIR(1, 2.5)).tolist() == [1, 2.5]


@pytest.mark.parametrize("wrong", [{1.0, 2.0}, {"a": 1}, "12", ["a"], [None], print])
def test_what_has_no_order_or_no_numbers_is_refused(wrong):
    with pytest.raises(WrongType):
        array(read_once(wrong))


@pytest.mark.parametrize(
    "value", [[2.5], (2.5,), np.float32(2.5), np.array([[2.5]]), torch.tensor(2.5), 2.5 + 0j,
              pd.Series([2.5]), scipy.sparse.csr_array([[2.5]])],
)  # fmt: skip
def test_a_number_is_read_in_every_form(value):
    assert number(read_once(value)) == 2.5


@pytest.mark.parametrize("value", [iter([2.5]), map(float, [2.5]), (x for x in [2.5])])
def test_a_generator_is_no_number(value):
    with pytest.raises(WrongType, match="object of type"):
        number(read_once(value))


def test_a_complex_scalar_without_imaginary_part_is_a_real_one():
    x = torch.tensor(2.0, requires_grad=True)
    value = scalar_tensor(torch.complex(x * x, torch.zeros(())))
    assert torch.autograd.grad(value, x)[0] == 4.0
    with pytest.raises(WrongType):
        number(1 + 1e-3j)


def test_answers_may_return_iterators_where_several_results_are_asked_for():
    fit, urns = EXERCISES["fit_gaussian"], EXERCISES["urn_posterior"]
    assert fit.evaluate(lambda x: (part for part in fit.reference(x)), seed=0).correct
    assert urns.evaluate(lambda *a: map(float, urns.reference(*a)), seed=0).correct
    assert urns.evaluate(lambda *a: pd.Series(urns.reference(*a)), seed=0).correct
