"""What a probe uses to turn an answer's results into plain numbers.

A probe must accept every valid answer, whatever type it comes in, and must leave complaints
about types to the engine. These helpers convert, and raise :class:`WrongType` with a sentence
for the student where there is nothing to convert.
"""

from __future__ import annotations

import itertools
import math
import numbers
import sys
from collections.abc import Iterable, Iterator, KeysView, ValuesView
from typing import TYPE_CHECKING, Any, TypeGuard

import numpy as np

if TYPE_CHECKING:
    from torch import Tensor, nn

SHOWN = 4  # entries of an array that a key or a message spells out
MOST = 1_000_000  # entries that are read from an iterator, which may have no end


class WrongType(Exception):
    """A result cannot be read as what the exercise asks for.

    Parameters
    ----------
    wanted : str
        What was asked for: "a single number".
    got : object
        The result itself.
    problem : str
        The rest of the sentence "your function returned …"; `describe(got)` if empty.
    """

    def __init__(self, wanted: str, got: object, problem: str = ""):
        self.wanted = wanted
        self.got = got
        self.problem = problem or describe(got)
        super().__init__(f"{self.problem}, where {wanted} was expected")


def is_tensor(value: object) -> TypeGuard[Tensor]:
    """Whether `value` is a torch tensor; never imports torch."""
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(value, getattr(torch, "Tensor", ()))


def is_module(value: object) -> TypeGuard[nn.Module]:
    """Whether `value` is a network; never imports torch."""
    nn = sys.modules.get("torch.nn")
    return nn is not None and isinstance(value, nn.Module)


def number(x: object) -> float:
    """`x` as a float: a Python number, or anything array-like with a single entry."""
    if isinstance(x, ReadOnce):
        raise WrongType("a single number", x)
    values = _numbers(x, "a single number")
    if values.size != 1:
        raise WrongType("a single number", x)
    return float(values.reshape(()))


def array(x: object, ndim: int | None = None) -> np.ndarray:
    """`x` as a float64 array: a number, array, tensor, or (nested) list or tuple of these.

    Parameters
    ----------
    x : object
        What the answer returned.
    ndim : int, optional
        The number of axes it must have.
    """
    wanted = "an array of numbers" if ndim is None else f"a {ndim}-D array"
    values = _numbers(x, wanted)
    if ndim is not None and values.ndim != ndim:
        raise WrongType(wanted, x)
    return values


def scalar_tensor(x: object):
    """`x` itself, if it is a 0-d tensor that carries gradient."""
    wanted = "a 0-d tensor that carries gradient"
    if not is_tensor(x) or x.dim() != 0:
        raise WrongType(wanted, x)
    if x.is_complex() and float(x.detach().imag.abs()) <= 1e-6 * float(x.detach().abs()):
        x = x.real  # a number without imaginary part is a real one
    if not x.requires_grad:
        raise WrongType(wanted, x, "a tensor that no gradient can flow back through")
    return x


def call(name: str, *args: object) -> str:
    """A readable key for one call: ``call("entropy", p)`` is ``"entropy([0.5, 0.5])"``."""
    return f"{name}({', '.join(shorten(arg) for arg in args)})"


def shorten(value: object) -> str:
    """A few characters that tell a student which value is meant."""
    if isinstance(value, str):
        value = exact_text(value)
        return value if len(value) <= 40 else value[:39] + "…"
    if isinstance(value, (bool, np.bool_)) or value is None:
        return str(value)
    if isinstance(value, numbers.Integral):
        return str(int(value))
    if isinstance(value, numbers.Real):
        return f"{float(value):.4g}"
    if is_module(value):
        return type_name(value)
    if is_tensor(value):
        value = value.detach().cpu().numpy()
    if isinstance(value, (np.ndarray, list, tuple)):
        return _shorten_array(value)
    name = getattr(value, "__name__", None)
    return name if isinstance(name, str) and name else type_name(value)


def _shorten_array(value: Any) -> str:
    if isinstance(value, np.ndarray) and value.ndim == 0:
        return shorten(value.item())
    nested = isinstance(value, np.ndarray) and value.ndim > 1
    # every call of every probe comes by here: do not spell out a batch of images to cut it
    too_long = nested and math.prod(min(int(size), SHOWN) for size in value.shape) > 27
    parts = [] if too_long else [shorten(item) for item in value[:SHOWN]]
    if parts and len(value) > SHOWN:
        parts = [*parts[:-1], "…", shorten(value[-1])]
    text = f"[{', '.join(parts)}]"
    if too_long or (nested and len(text) > 80):
        shape = "×".join(str(size) for size in value.shape)
        first = ", ".join(f"{float(item):.4g}" for item in value.ravel()[:3])
        return f"[{first}, … ({shape})]"
    return text


def describe(value: object) -> str:
    """What `value` is, in the words of a message: "a list of 3", "nothing (None)"."""
    try:
        return _describe(value)
    except Exception:  # a hostile object: not even its class can be asked for
        return f"an object of type {type_name(value)}"


def type_name(value: object) -> str:
    """The name of `value`'s class, whatever its metaclass makes of ``__name__``."""
    return exact_text(type.__dict__["__name__"].__get__(type(value)))


def exact_text(text: str) -> str:
    """`text` as a plain str: a subclass may have ideas of its own about cutting and escaping."""
    return text if type(text) is str else str.__getitem__(text, slice(None))


def _describe(value: object) -> str:
    if value is None:
        return "nothing (None)"
    if value is Ellipsis:
        return "`...`, the blank itself"
    if isinstance(value, str):
        return f"the string {shorten(value)!r}"
    if isinstance(value, (bool, np.bool_)):
        return str(bool(value))
    if isinstance(value, numbers.Real):
        return f"the number {float(value):.6g}"
    if isinstance(value, np.ndarray):
        kind = "array" if value.dtype.kind in "biuf" else f"array of {value.dtype} entries"
        return f"an {kind} of shape {value.shape}"
    if is_tensor(value):
        return f"a tensor of shape {tuple(value.shape)}"
    if isinstance(value, ReadOnce):
        return value.origin
    if isinstance(value, (list, tuple)):
        return f"a {type_name(value)} of {len(value)}"
    if callable(value):
        return "a function; is it called, with its arguments in brackets?"
    kind = type_name(value)
    hint = "; `yield` makes one, `return` gives the value" if kind == "generator" else ""
    return f"an object of type {kind}{hint}"


def _numbers(x: object, wanted: str) -> np.ndarray:
    """`x` as a float64 array of any shape, or WrongType."""
    try:
        return _convert(x)
    except WrongType as wrong:
        inside = "" if wrong.got is x else f"{describe(x)}, with {wrong.problem} in it"
        raise WrongType(wanted, x, inside or wrong.problem) from None
    except Exception:  # a hostile object: its own conversion failed
        raise WrongType(wanted, x) from None


def _convert(x: Any) -> np.ndarray:
    if x is None or isinstance(x, (str, bytes, dict, set)) or x is Ellipsis or isinstance(x, type):
        raise WrongType("numbers", x)
    if is_tensor(x):
        x = x.detach().cpu()
        x = x.to_dense() if x.is_sparse else x
        return _real((x if x.is_complex() else x.double()).resolve_conj().numpy(), x).copy()
    if isinstance(x, (list, tuple)):
        return _stack([_convert(item) for item in x], x)
    if isinstance(x, np.ndarray) and x.dtype.kind not in "biufcO":
        raise WrongType("numbers", x)
    if isinstance(x, (complex, np.ndarray)):
        return _real(np.asarray(x), x)
    if hasattr(x, "__array__"):
        return _convert(np.array(x))
    if hasattr(x, "toarray"):  # a sparse matrix of SciPy's
        return _convert(x.toarray())
    if isinstance(x, Iterable):  # read_once has read iterators; views and ranges are left
        return _convert(list(x))
    return np.array(float(x))  # Fraction, Decimal and every other number


class ReadOnce(list):
    """What an iterator gave, and what the iterator was, for messages."""

    def __init__(self, iterator: Iterator):
        super().__init__(read_once(item) for item in itertools.islice(iterator, MOST))
        self.origin = describe(iterator)


def read_once(x: Any) -> Any:
    """`x`, with an iterator replaced by a list of what it gives, for it can be read only once.

    Generators, ``map``, ``zip`` and the like are iterators; so may be the entries of a tuple.
    """
    try:
        iterator = isinstance(x, Iterator)
    except Exception:  # a hostile object: not even its class can be asked for
        return x
    if iterator:
        return ReadOnce(x)
    if type(x) in (list, tuple) and any(isinstance(item, Iterator) for item in x):
        return type(x)(map(read_once, x))
    if isinstance(x, (KeysView, ValuesView)):
        return list(x)
    return x


def _stack(parts: list[np.ndarray], x: object) -> np.ndarray:
    shapes = {part.shape for part in parts}
    if len(shapes) > 1:
        raise WrongType("numbers", x, f"a {type_name(x)} whose entries differ in shape")
    return np.stack(parts) if parts else np.zeros(0)


def _real(values: np.ndarray, x: object) -> np.ndarray:
    if values.dtype.kind == "c":
        size = np.abs(values).max(initial=0.0)
        if np.abs(values.imag).max(initial=0.0) > 1e-6 * (size if math.isfinite(size) else 1.0):
            raise WrongType("numbers", x, "a complex number")
        values = values.real
    return np.array(values, dtype=float)
