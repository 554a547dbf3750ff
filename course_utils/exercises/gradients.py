"""Where the gradient of a right value does not arrive."""

from __future__ import annotations

from collections.abc import Sequence

from course_utils.exercises.convert import is_module, is_tensor
from course_utils.exercises.explore import Call, Reply
from course_utils.exercises.transforms import Finding


def find(calls: Sequence[Call], got: Sequence[Reply], right: Sequence[Reply]) -> Finding | None:
    """What is missing between a right value and the arguments it should lead back to.

    Parameters
    ----------
    calls, got, right : sequences of the same length
        The calls, the answer's replies, whose values are right, and the reference's.
    """
    asked = [
        (mine, theirs) for mine, theirs in zip(got, right, strict=True) if _differentiable(theirs)
    ]
    if not asked:
        return None
    if not any(_differentiable(mine) for mine, _ in asked):
        return _cut_off([mine for mine, _ in asked])
    if not all(_differentiable(mine) for mine, _ in asked):
        return None
    if all(mine.value.is_leaf for mine, _ in asked):
        return Finding(
            "new_tensor",
            "The value is right, but your function returns a new tensor made of it "
            "(`torch.tensor(…)`?), so that no gradient leads back to what it was computed from.",
        )
    return _unreached(asked)


def _differentiable(reply: Reply) -> bool:
    return is_tensor(reply.value) and reply.value.requires_grad


def _cut_off(replies: list[Reply]) -> Finding:
    if not any(is_tensor(reply.value) for reply in replies):
        return Finding(
            "plain_number",
            "The value is right, but your function returns no tensor (`.item()`, `float(…)` or "
            "NumPy?), so that no gradient can flow back through it.",
        )
    return Finding(
        "detached",
        "The value is right, but no gradient can flow back through the tensor you return: it was "
        "detached, made anew or computed without gradients.",
    )


def _unreached(asked: list[tuple[Reply, Reply]]) -> Finding | None:
    """An argument that the reference's gradient always reaches and the answer's never does."""
    reached = [(_reached(mine), _reached(theirs)) for mine, theirs in asked]
    for name in dict.fromkeys(name for _, theirs in reached for name in theirs):
        both = [(mine[name], theirs[name]) for mine, theirs in reached if theirs.get(name)]
        if len(both) >= 2 and not any(mine for mine, _ in both):
            network = is_module(asked[0][1].arguments.get(name))
            where = f"the parameters of `{name}`" if network else f"`{name}`"
            return Finding(
                "no_gradient_to_parameters" if network else "no_gradient_to_argument",
                f"The value is right, but no gradient reaches {where}.",
            )
    return None


def _reached(reply: Reply) -> dict[str, bool]:
    """For each argument that can have a gradient, whether one that is not 0 arrives."""
    import torch

    targets: dict[str, list] = {
        name: [value] if isinstance(value, torch.Tensor) else list(value.parameters())
        for name, value in reply.arguments.items()
        if (is_tensor(value) and value.requires_grad) or is_module(value)
    }
    reached = {}
    for name, tensors in targets.items():
        wanted = [tensor for tensor in tensors if tensor.requires_grad]
        try:
            found = torch.autograd.grad(
                reply.value.sum(), wanted, allow_unused=True, retain_graph=True
            )
        except RuntimeError:
            return {}
        reached[name] = any(g is not None and bool((g != 0).any()) for g in found)
    return reached
