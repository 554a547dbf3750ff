"""Copies of an answer's arguments: has the answer changed one, and what was in it before?

Arrays, tensors, networks, lists and dicts are kept, whatever they are nested in. Whether a tensor
asks for a gradient is put back too, but a change of that alone is nobody's mistake:
``x.requires_grad_()`` is how many correct answers begin.
"""

from __future__ import annotations

import sys

import numpy as np

from course_utils.exercises.observing import is_module, is_tensor


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


class Kept:
    """What one argument held before the call."""

    def change(self) -> str:
        """What the answer changed, in a word or two for the message; "" if nothing."""
        raise NotImplementedError

    def restore(self) -> None:
        """Put the argument back as it was."""
        raise NotImplementedError


class KeptArray(Kept):
    """A NumPy array: contents, shape and write flag."""

    def __init__(self, array: np.ndarray):
        self._array, self._copy = array, array.copy()
        self._writeable = array.flags.writeable

    def change(self) -> str:
        now, before = self._array, self._copy
        if now.shape != before.shape or now.dtype != before.dtype:
            return "contents"
        same = np.array_equal(now, before, equal_nan=before.dtype.kind in "fc")
        return "" if same else "contents"

    def restore(self) -> None:
        if not self._writeable:
            return
        self._array.flags.writeable = True
        if self._array.size == self._copy.size:
            self._array.shape = self._copy.shape
        else:
            self._array.resize(self._copy.shape, refcheck=False)
        self._array[...] = self._copy


class KeptTensor(Kept):
    """A torch tensor: contents and whether it asks for a gradient; ``.grad`` only on request."""

    def __init__(self, tensor, with_grad: bool = False):
        self._tensor, self._copy = tensor, tensor.detach().clone()
        self._asks = tensor.requires_grad
        self._with_grad = with_grad
        self._grad = tensor.grad if with_grad else None
        self._grad_copy = None if self._grad is None else self._grad.detach().clone()

    def change(self) -> str:
        if not _same_tensor(self._tensor.detach(), self._copy):
            return "contents"
        if not self._with_grad:
            return ""
        now = self._tensor.grad
        if now is None or self._grad_copy is None:
            return "" if now is self._grad_copy else "gradients"
        return "" if _same_tensor(now, self._grad_copy) else "gradients"

    def restore(self) -> None:
        tensor = self._tensor
        if not _same_tensor(tensor.detach(), self._copy):
            tensor.data = self._copy
        if self._with_grad and self.change():
            if self._grad is not None:
                self._grad.data = self._grad_copy
            tensor.grad = self._grad
        if tensor.is_leaf and tensor.requires_grad != self._asks:
            tensor.requires_grad_(self._asks)


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

    def change(self) -> str:
        for part, _, parameters, buffers in self._parts:
            same = _same_held(part._parameters, parameters)
            if not (same and _same_held(part._buffers, buffers)):
                return "weights"
        changes = [tensor.change() for tensor in self._tensors]
        if "contents" in changes:
            return "weights"
        return "gradients" if "gradients" in changes else ""

    def restore(self) -> None:
        for part, training, parameters, buffers in self._parts:
            part.training = training
            for held, before in ((part._parameters, parameters), (part._buffers, buffers)):
                if not _same_held(held, before):
                    held.clear()
                    held.update(before)
        for tensor in self._tensors:
            tensor.restore()


class KeptContainer(Kept):
    """A list or dict: which entries it holds, and theirs in turn."""

    def __init__(self, container: list | dict):
        self._container, self._copy = container, container.copy()
        entries = container.values() if isinstance(container, dict) else container
        self._entries = [kept for kept in map(keep, entries) if kept is not None]

    def change(self) -> str:
        now, before = self._container, self._copy
        if len(now) != len(before):
            return "contents"
        if isinstance(before, dict):
            same = all(key in now and now[key] is before[key] for key in before)
        else:
            same = all(a is b for a, b in zip(now, before, strict=True))
        return "contents" if not same or any(kept.change() for kept in self._entries) else ""

    def restore(self) -> None:
        self._container.clear()
        if isinstance(self._copy, dict):
            self._container.update(self._copy)
        else:
            self._container.extend(self._copy)
        for kept in self._entries:
            kept.restore()


class KeptTuple(Kept):
    """A tuple cannot change; what it holds can."""

    def __init__(self, values: tuple):
        self._entries = [kept for kept in map(keep, values) if kept is not None]

    def change(self) -> str:
        return next(filter(None, (kept.change() for kept in self._entries)), "")

    def restore(self) -> None:
        for kept in self._entries:
            kept.restore()


def _same_held(now: dict, before: dict) -> bool:
    return now.keys() == before.keys() and all(now[name] is before[name] for name in before)


def _same_tensor(now, before) -> bool:
    if now.shape != before.shape or now.dtype != before.dtype or now.device != before.device:
        return False
    torch = sys.modules["torch"]
    with torch.no_grad():
        return bool(((now == before) | ((now != now) & (before != before))).all())
