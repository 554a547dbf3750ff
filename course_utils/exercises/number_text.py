"""Numbers as people type them: one reader for the tables, the quizzes and the predictions.

Plain arithmetic on numbers is understood: ``16.1 %``, ``1/3``, ``0,161``, ``5.4·10^-6``, ``∞``,
``ln 2/2``, ``sqrt(0.8)``, ``1 - 0.5**3``. The text is taken apart as Python's own grammar does it
and worked out term by term; it is never run.
"""

from __future__ import annotations

import ast
import math
import operator
import re
from typing import Any

LONGEST = 120
FUNCTIONS: dict[str, Any] = {
    "ln": math.log,
    "log": math.log,
    "exp": math.exp,
    "sqrt": math.sqrt,
    "abs": abs,
}
FUNCTIONS |= {"abs": abs, "log2": math.log2, "log10": math.log10}
CONSTANTS = {"pi": math.pi, "e": math.e} | dict.fromkeys(("inf", "infinity", "infinite"), math.inf)
CONSTANTS["nan"] = math.nan
OPERATIONS: dict[type, Any] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
}
SIGNS = {"−": "-", "–": "-", "·": "*", "×": "*", "÷": "/", "^": "**", "∞": "inf", "π": "pi"}
SIGNS |= {"√": "sqrt ", "²": "**2", "³": "**3", "½": "(1/2)", "⅓": "(1/3)", "⅔": "(2/3)"}
SIGNS |= {"¼": "(1/4)", "¾": "(3/4)", "[": "(", "]": ")"}

DIGITS = r"(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?"
PIECE = re.compile(rf"\s*(?:(?P<number>{DIGITS})|(?P<name>[a-z]+\d*)|(?P<sign>\*\*|[-+*/()%]))")
HOW = "write it as 0.161, 1/3, 16.1 %, 2e-3, ln 2/2, sqrt(0.8) or inf"


class Unreadable(ValueError):
    """A value that is neither a number nor one of the choices; its text says what is wanted."""


def read_number(text: str) -> float:
    """The number that a text holds.

    Raises
    ------
    Unreadable
        With a sentence for whoever typed it.
    """
    wanted = f"a number is asked for, and this is the text {text!r}; {HOW}"
    if not text.strip() or len(text) > LONGEST:
        raise Unreadable(wanted)
    if re.fullmatch(r"\s*[+−-]?[1-9]\d{0,2}(,\d{3})+\s*", text):
        whole = text.strip().replace(",", "")
        point = text.strip().replace(",", ".", 1)
        raise Unreadable(f"{text.strip()!r} can be read in two ways: write {whole} or {point}")
    try:
        value = _work_out(ast.parse(_as_python(text), mode="eval").body)
    except ZeroDivisionError:
        raise Unreadable(f"{text.strip()!r} divides by zero; infinity is typed inf") from None
    except (SyntaxError, ValueError, TypeError, OverflowError, RecursionError):
        raise Unreadable(wanted) from None
    if isinstance(value, complex):
        raise Unreadable(f"{text.strip()!r} is no real number")
    return float(value)


def _as_python(text: str) -> str:
    """The same in Python's notation: products and calls written out, no commas."""
    text = re.sub(r"(?<=\d)[ _\u00a0\u2009\u202f](?=\d{3}(?!\d))", "", text.strip().casefold())
    text = re.sub(r"(?<=\d),(?=\d)", ".", text)
    text = re.sub(r"\b(np|numpy|math|torch)\.", "", text)
    for sign, plain in SIGNS.items():
        text = text.replace(sign, plain)
    pieces = _pieces(text)
    return _with_products(pieces)


def _pieces(text: str) -> list[str]:
    pieces, at = [], 0
    while at < len(text.rstrip()):
        found = PIECE.match(text, at)
        if found is None:
            raise ValueError(text[at:])
        pieces.append(found.group().strip())
        at = found.end()
    return pieces


def _with_products(pieces: list[str]) -> str:
    """``2 ln 3 / 4`` is ``2*ln(3)/4``: a function without brackets takes the next number alone."""
    written: list[str] = []
    bare = False  # whether a function still waits for its number
    for piece in pieces:
        starts_value = piece[0].isalnum() or piece[0] in ".("
        after_value = bool(written) and (written[-1][-1].isalnum() or written[-1][-1] in ".)")
        if written and written[-1] in FUNCTIONS and piece != "(":
            written.append("(")
            bare = True
            after_value = False
        if starts_value and after_value and written[-1] not in FUNCTIONS:
            if written[-1][-1].isdigit() and piece[0].isdigit():
                raise ValueError("two numbers side by side")
            written.append("*")
        written += ["*", "0.01"] if piece == "%" else [piece]
        if bare and starts_value and piece not in FUNCTIONS:
            written.append(")")
            bare = False
    return "".join(written)


def _work_out(node: ast.expr) -> float:
    match node:
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            return float(value)  # a float: no power of whole numbers can grow without end
        case ast.Name(id=name) if name in CONSTANTS:
            return CONSTANTS[name]
        case ast.UnaryOp(op=sign, operand=inner) if type(sign) in OPERATIONS:
            return OPERATIONS[type(sign)](_work_out(inner))
        case ast.BinOp(left=left, op=sign, right=right) if type(sign) in OPERATIONS:
            return OPERATIONS[type(sign)](_work_out(left), _work_out(right))
        case ast.Call(func=ast.Name(id=name), args=[inner], keywords=[]) if name in FUNCTIONS:
            return FUNCTIONS[name](_work_out(inner))
    raise ValueError("no plain arithmetic")
