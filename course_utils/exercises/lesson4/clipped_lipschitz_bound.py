"""How steep a clipped critic can be: a product of bounds, one for each layer.

Arjovsky, Chintala & Bottou (2017), section 3.
"""

from __future__ import annotations

import itertools
import math

import numpy as np
import torch

from course_utils.exercises.draft import Draft, named_after
from course_utils.exercises.engine import call, number

draft = Draft(
    "clipped_lipschitz_bound",
    lesson=4,
    title="How steep a clipped critic can be",
    rtol=1e-4,
    atol=0.0,
)


@draft.reference
def clipped_lipschitz_bound(layer_sizes, clip_value):
    """∏ c·√(in · out) over the layers: no clipped MLP is steeper.

    A matrix of shape (out, in) with entries in [−c, c] has Frobenius norm, and hence spectral
    norm, at most c·√(in · out); the matrix whose entries are all c attains it.
    """
    layers = itertools.pairwise(layer_sizes)
    return math.prod(clip_value * math.sqrt(n_in * n_out) for n_in, n_out in layers)


@draft.probe
def observe(answer, rng):
    cases = [((2, 128, 128, 1), 0.01), ((2, 128, 128, 1), 0.1), ((784, 512, 256, 1), 0.01)]
    cases += [((3, 5), 0.7), ((1, 1), 0.25), ((6, 1), 2.0), ([4, 9, 2], 1.0)]
    for depth in (2, 3, 5):
        sizes = tuple(int(n) for n in rng.integers(2, 40, depth + 1))
        cases.append((sizes, float(rng.uniform(0.02, 0.5))))
    return {call("clipped_lipschitz_bound", *case): number(answer(*case)) for case in cases}


def product_of(combine, gather=math.prod):
    """A wrong bound: `gather` over layers of ``combine(in, out, c)``."""

    @named_after(combine)
    def bound(sizes, c):
        return gather(combine(i, o, c) for i, o in itertools.pairwise(sizes))

    return bound


@draft.mistake(
    "Each layer contributes more than c: a unit adds up many inputs, so the widths count as well."
)
@product_of
def widths_ignored(i, o, c):
    return c


@draft.mistake(
    "c bounds a single weight; the slope of the network compounds over widths and layers."
)
def clip_value_itself(sizes, c):
    return c


@draft.mistake(
    "You bound the norm of a layer by the sum of its entries; a bound with a root is smaller, and "
    "still attained."
)
@product_of
def root_missing(i, o, c):
    return c * i * o


@draft.mistake(
    "Only the number of outputs enters your layers; each output also adds up all its inputs."
)
@product_of
def input_width_forgotten(i, o, c):
    return c * math.sqrt(o)


@draft.mistake("Only the number of inputs enters your layers; all their outputs move at once.")
@product_of
def output_width_forgotten(i, o, c):
    return c * math.sqrt(i)


@draft.mistake(
    "c · in is the norm of a layer when single coordinates are measured; in Euclidean length "
    "another bound holds."
)
@product_of
def largest_row_sum(i, o, c):
    return c * i


@draft.mistake(
    "c · out is the norm of a layer when coordinates are summed up; in Euclidean length another "
    "bound holds."
)
@product_of
def largest_column_sum(i, o, c):
    return c * o


@draft.mistake(
    "You took the larger width of each layer; that bounds the slope, but not as closely as can be."
)
@product_of
def largest_width(i, o, c):
    return c * max(i, o)


@draft.mistake("Only the hidden widths enter; the widths of the input and the output count too.")
def ends_forgotten(sizes, c):
    return c ** (len(sizes) - 1) * math.prod(sizes[1:-1])


@draft.mistake(
    "The clip value has slipped under the root: each squared entry is at most c², whose root is c."
)
@product_of
def clip_value_under_the_root(i, o, c):
    return math.sqrt(c * i * o)


@draft.mistake("The clip value enters once; every layer's weights are clipped.")
def clip_value_once(sizes, c):
    return c * clipped_lipschitz_bound(sizes, 1.0)


@draft.mistake(
    "You added the layers' bounds; layers act one after the other, so their bounds multiply."
)
def layers_added(layer_sizes, clip_value):
    return product_of(lambda i, o, c: c * math.sqrt(i * o), sum)(layer_sizes, clip_value)


@draft.mistake("There is one factor c too many: n sizes make n − 1 weight matrices.")
def one_layer_too_many(sizes, c):
    return c * clipped_lipschitz_bound(sizes, c)


@draft.mistake("The last weight matrix is missing from your product.")
def last_layer_missing(sizes, c):
    return clipped_lipschitz_bound(sizes[:-1], c)


@draft.mistake(
    "This is the square of the bound: the root of the product of the two widths is taken layer by "
    "layer, and c is not squared."
)
def squared(sizes, c):
    return clipped_lipschitz_bound(sizes, c) ** 2


@draft.mistake("You have one factor c·√n for each size; a layer has two sizes and one factor c.")
def one_factor_for_each_size(sizes, c):
    return math.prod(c * math.sqrt(n) for n in sizes)


@draft.mistake("This is the bound of the steepest layer alone; the layers' bounds multiply.")
def steepest_layer_alone(layer_sizes, clip_value):
    return product_of(lambda i, o, c: c * math.sqrt(i * o), max)(layer_sizes, clip_value)


@draft.mistake("You took the mean of a layer's two widths; it is the root of their product.")
@product_of
def arithmetic_mean_of_widths(i, o, c):
    return c * (i + o) / 2


@draft.also_right
def by_frobenius_norm(layer_sizes, clip_value):
    bound = 1.0
    for i in range(len(layer_sizes) - 1):
        matrix = np.full((layer_sizes[i + 1], layer_sizes[i]), clip_value)
        bound *= np.sqrt((matrix**2).sum())  # Frobenius norm, equal to the spectral one: rank 1
    return bound


@draft.also_right
def in_closed_form(layer_sizes, clip_value):
    *rest, last = layer_sizes
    first, *hidden = rest
    return clip_value ** len(rest) * math.sqrt(first * last) * np.prod(hidden)


@draft.also_right
def by_torch(layer_sizes, clip_value):
    sizes = torch.tensor(layer_sizes, dtype=torch.get_default_dtype())
    return (clip_value * (sizes[1:] * sizes[:-1]).sqrt()).prod()


draft.hints(
    "The slope of a composition is at most the product of the slopes: find one layer's bound.",
    "A layer's slope is the spectral norm of its matrix, which is at most its Frobenius norm: the "
    "root of the sum of the squared entries. How large can that be?",
    "For a matrix with `n_in * n_out` entries, each at most c: `c * sqrt(n_in * n_out)`. Multiply "
    "over `zip(layer_sizes[:-1], layer_sizes[1:])`.",
)

EXERCISE = draft.exercise()
