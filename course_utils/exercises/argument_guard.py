"""Copies of an answer's arguments: has the answer changed one, and what was in it before?

Arrays, tensors, networks, lists and dicts are kept, whatever they are nested in. Whether a tensor
asks for a gradient is put back too, but a change of that alone is nobody's mistake:
``x.requires_grad_()`` is how many correct answers begin.
"""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Any

import numpy as np

from course_utils.exercises.convert import is_module, is_tensor

NOTHING, CONTENTS, WEIGHTS, GRADIENTS = "", "contents", "weights", "gradients"


def keep(value: object) -> Kept | None:
    """A keeper for `value`, or None where there is nothing that could change."""
    if isinstance(value, np.ndarray):
        return KeptArray(value)
    if is_tensor(value):
        return KeptTensor(value)
    if is_module(value):
        return KeptModule(value)
    if isinstance(value, (list, dict)):
        return KeptContainer(value)
    if isinstance(value, tuple):
        return KeptTuple(value)
    return None


def apart(result: Any, arguments: Iterable[object]) -> Any:
    """`result`, or a copy where it shares its memory with an argument that will be put back."""
    try:
        an_array, a_tensor = isinstance(result, np.ndarray), is_tensor(result)
    except Exception:  # a hostile object: not even its class can be asked for
        return result
    if an_array:
        arrays = [value for value in arguments if isinstance(value, np.ndarray)]
        return result.copy() if any(np.shares_memory(result, a) for a in arrays) else result
    if a_tensor:
        place = _place(result)
        if any(is_tensor(value) and _place(value) == place for value in arguments):
            return result.clone()
    return result


def _place(tensor: Any) -> int:
    """Where the numbers of a tensor lie."""
    try:
        return tensor.untyped_storage().data_ptr() or id(tensor)
    except (NotImplementedError, RuntimeError):
        return id(tensor)


class Kept(ABC):
    """What one argument held before the call."""

    @abstractmethod
    def put_back(self) -> str:
        """Make the argument as it was; returns what had been changed, NOTHING if nothing."""


class KeptArray(Kept):
    """A NumPy array: contents, shape and write flag."""

    def __init__(self, array: np.ndarray):
        self._array, self._copy = array, array.copy()
        self._writeable = array.flags.writeable

    def put_back(self) -> str:
        if self._same():
            return NOTHING
        if self._writeable:
            self._array.flags.writeable = True
            if self._array.size == self._copy.size:
                self._array.shape = self._copy.shape
            else:
                self._array.resize(self._copy.shape, refcheck=False)
            self._array[...] = self._copy
        return CONTENTS

    def _same(self) -> bool:
        now, before = self._array, self._copy
        if now.shape != before.shape or now.dtype != before.dtype:
            return False
        return np.array_equal(now, before, equal_nan=before.dtype.kind in "fc")


class KeptTensor(Kept):
    """A torch tensor: contents and whether it asks for a gradient; ``.grad`` only on request."""

    def __init__(self, tensor, with_grad: bool = False):
        self._tensor, self._copy = tensor, tensor.detach().clone()
        self._asks = tensor.requires_grad
        self._with_grad = with_grad
        self._grad = tensor.grad if with_grad else None
        self._grad_copy = None if self._grad is None else self._grad.detach().clone()

    def put_back(self) -> str:
        tensor = self._tensor
        what = NOTHING
        if self._with_grad and not self._same_grad():
            what = GRADIENTS
            if self._grad is not None:
                self._grad.data = self._grad_copy
            tensor.grad = self._grad
        if not _same_tensor(tensor.detach(), self._copy):
            what = CONTENTS
            tensor.data = self._copy
        if tensor.is_leaf and tensor.requires_grad != self._asks:
            tensor.requires_grad_(self._asks)
        return what

    def _same_grad(self) -> bool:
        now = self._tensor.grad
        if now is None or self._grad_copy is None:
            return now is self._grad_copy
        return _same_tensor(now, self._grad_copy)


class KeptModule(Kept):
    """A network: which parameters and buffers it holds, their contents, and train/eval mode."""

    def __init__(self, module):
        self._parts = [
            (part, part.training, dict(part._parameters), dict(part._buffers))
            for part in module.modules()
        ]
        tensors = {
            id(held): held
            for _, _, parameters, buffers in self._parts
            for held in (*parameters.values(), *buffers.values())
            if held is not None
        }
        self._tensors = [KeptTensor(tensor, with_grad=True) for tensor in tensors.values()]

    def put_back(self) -> str:
        changes = {tensor.put_back() for tensor in self._tensors}
        for part, training, parameters, buffers in self._parts:
            if part.training != training:
                part.training = training
            for held, before in ((part._parameters, parameters), (part._buffers, buffers)):
                if not _same_held(held, before):
                    changes.add(CONTENTS)
                    held.clear()
                    held.update(before)
        if CONTENTS in changes:
            return WEIGHTS
        return GRADIENTS if GRADIENTS in changes else NOTHING


class KeptContainer(Kept):
    """A list or dict: which entries it holds, and theirs in turn."""

    def __init__(self, container: list | dict):
        self._container: Any = container
        self._copy = container.copy()
        self._entries = _keep_all(container.values() if isinstance(container, dict) else container)

    def put_back(self) -> str:
        what = _put_all_back(self._entries)
        if self._same():
            return what
        self._container.clear()
        if isinstance(self._copy, dict):
            self._container.update(self._copy)
        else:
            self._container.extend(self._copy)
        return CONTENTS

    def _same(self) -> bool:
        now, before = self._container, self._copy
        if isinstance(before, dict):
            return _same_held(now, before)
        return len(now) == len(before) and all(a is b for a, b in zip(now, before, strict=True))


class KeptTuple(Kept):
    """A tuple cannot change; what it holds can."""

    def __init__(self, values: tuple):
        self._entries = _keep_all(values)

    def put_back(self) -> str:
        return _put_all_back(self._entries)


def _keep_all(values: Iterable) -> list[Kept]:
    return [kept for kept in map(keep, values) if kept is not None]


def _put_all_back(entries: list[Kept]) -> str:
    changes = [entry.put_back() for entry in entries]
    return next(filter(None, changes), NOTHING)


def _same_held(now: dict, before: dict) -> bool:
    return now.keys() == before.keys() and all(now[name] is before[name] for name in before)


def _same_tensor(now, before) -> bool:
    if now.shape != before.shape or now.dtype != before.dtype or now.device != before.device:
        return False
    torch = sys.modules["torch"]
    with torch.no_grad():
        if torch.equal(now, before):
            return True
        return bool(((now == before) | ((now != now) & (before != before))).all())
