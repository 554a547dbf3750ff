"""Ways in which one argument is mistaken: σ² for σ, a logit for a probability."""

from __future__ import annotations

import numpy as np

from course_utils.exercises.convert import is_tensor


def _numbers(value: object) -> object:
    """`value`, if one can reckon with it as a whole."""
    if isinstance(value, bool) or not (
        is_tensor(value) or isinstance(value, (int, float, np.ndarray, np.number))
    ):
        raise TypeError
    return value


def _mapped(for_arrays, for_tensors=None):
    """A function of a number or array, or of a tensor where that has a name of its own."""

    def change(value):
        value = _numbers(value)
        if is_tensor(value):
            detached = value.detach()
            return (for_tensors or for_arrays)(detached).requires_grad_(value.requires_grad)
        with np.errstate(all="ignore"):
            made = for_arrays(np.asarray(value, dtype=float))
        return float(made) if np.ndim(value) == 0 else made

    return change


def _matrix(change):
    def run(value):
        if len(np.shape(value)) != 2:
            raise TypeError
        return change(value)

    return run


# name, what stands in the argument's place, the change itself; the first that fits is said
CHANGES = (
    ("squared", "{0}² in place of {0}", _mapped(lambda x: x**2)),
    ("rooted", "the root of {0} in place of {0}", _mapped(lambda x: x**0.5)),
    ("negated", "minus {0} in place of {0}", _mapped(lambda x: -x)),
    ("complemented", "1 − {0} in place of {0}", _mapped(lambda x: 1 - x)),
    ("inverted", "1/{0} in place of {0}", _mapped(lambda x: 1 / x)),
    ("halved", "half of {0} in place of {0}", _mapped(lambda x: x / 2)),
    ("doubled", "twice {0} in place of {0}", _mapped(lambda x: 2 * x)),
    ("is_percentage", "{0}/100 in place of {0}", _mapped(lambda x: x / 100)),
    ("plus_one", "{0} + 1 in place of {0}", _mapped(lambda x: x + 1)),
    ("minus_one", "{0} − 1 in place of {0}", _mapped(lambda x: x - 1)),
    ("as_one", "1 in place of {0}", _mapped(lambda x: x * 0 + 1)),
    ("as_zero", "0 in place of {0}", _mapped(lambda x: x * 0)),
    ("made_absolute", "the absolute value of {0} in place of {0}", _mapped(abs)),
    ("cut_at_zero", "{0} with its negative entries set to 0", _mapped(lambda x: x.clip(0))),
    ("exponentiated", "e to the power of {0} in place of {0}", _mapped(np.exp, lambda x: x.exp())),
    ("logarithm", "the logarithm of {0} in place of {0}", _mapped(np.log, lambda x: x.log())),
    (
        "through_sigmoid",
        "the sigmoid of {0} in place of {0}",
        _mapped(lambda x: 1 / (1 + np.exp(-x)), lambda x: x.sigmoid()),
    ),
    ("through_tanh", "tanh of {0} in place of {0}", _mapped(np.tanh, lambda x: x.tanh())),
    ("transposed", "the transpose of {0} in place of {0}", _matrix(_mapped(lambda x: x.T))),
    (
        "diagonal_only",
        "the diagonal of {0} alone, with 0 beside it",
        _matrix(_mapped(lambda x: np.diag(np.diag(x)))),
    ),
)
