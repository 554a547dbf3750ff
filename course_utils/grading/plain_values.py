"""The values of a table or a derivation: read without running anything, or sent by the sandbox."""

from __future__ import annotations

import ast
import math
from dataclasses import dataclass

from course_utils.grading import course
from course_utils.grading.extract import Answer, Extracted


class _Unreadable:
    """Stands for a value that is neither number, text nor truth."""


@dataclass(frozen=True)
class Plain:
    """A value that could be read without running anything."""

    value: object


def given_values(extracted: Extracted, answer: Answer) -> ast.expr | None:
    """The second argument of the ``answers(…)`` or ``derivation(…)`` call that counts."""
    statement = extracted.cells[answer.cell].statements[answer.statement]
    calls = [
        node
        for node in ast.walk(statement)
        if isinstance(node, ast.Call)
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and node.args[0].value == answer.id
    ]
    if not calls:
        return None
    call = calls[-1]
    values = [*call.args[1:], *(keyword.value for keyword in call.keywords)]
    return values[0] if values else None


def plain_value(node: ast.expr) -> Plain | None:
    """A constant, a sum or product of numbers, or a list or dict of these; else None."""
    try:
        return Plain(_plain(node))
    except (ValueError, TypeError, ArithmeticError, RecursionError):
        return None


def _plain(node: ast.expr) -> object:
    if isinstance(node, ast.Constant) and not isinstance(node.value, (bytes, complex)):
        if isinstance(node.value, int) and abs(node.value) > 10**15:
            raise ValueError
        return node.value
    if isinstance(node, (ast.List, ast.Tuple)):
        return [_plain(part) for part in node.elts]
    if isinstance(node, ast.Dict) and None not in node.keys:
        pairs = zip(node.keys, node.values, strict=True)
        return {str(_plain(key)): _plain(value) for key, value in pairs}
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.UAdd)):
        value = _number(node.operand)
        return -value if isinstance(node.op, ast.USub) else value
    if isinstance(node, ast.BinOp):
        return _arithmetic(node)
    raise ValueError("not a plain value")


def _arithmetic(node: ast.BinOp) -> float:
    left, right = float(_number(node.left)), float(_number(node.right))
    if isinstance(node.op, ast.Add):
        return left + right
    if isinstance(node.op, ast.Sub):
        return left - right
    if isinstance(node.op, ast.Mult):
        return left * right
    if isinstance(node.op, ast.Div):
        return left / right
    if isinstance(node.op, ast.Pow):
        return math.pow(left, right)  # floats: no number grows without bound
    raise ValueError("not a plain value")


def _number(node: ast.expr) -> int | float:
    value = _plain(node)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ValueError("not a number")
    return value


def sent_values(header: dict, kind: str) -> tuple[object, dict[str, str]]:
    """What the sandbox says the values are, and which cells raised."""
    if kind != course.TABLE:
        order = header.get("order")
        return (order if isinstance(order, str) else ...), {}
    values: dict[str, object] = {}
    errors: dict[str, str] = {}
    for entry in list(header.get("entries") or ())[:500]:
        if not (isinstance(entry, list) and len(entry) == 3 and isinstance(entry[0], str)):
            continue
        label, sort, value = entry[0][:300], entry[1], entry[2]
        if sort == "blank":
            values[label] = ...
        elif sort in ("number", "text", "truth") and isinstance(value, (int, float, str, bool)):
            values[label] = value
        else:
            values[label] = _Unreadable()
            if sort == "error":
                errors[label] = str(value)[:400]
    return values, errors
