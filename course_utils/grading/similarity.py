"""Whose answers are alike beyond what the exercise forces? A list for a human to read.

An answer's syntax tree is taken without names, constants' values and docstrings, and cut into
overlapping runs of nodes. Runs that the course's own solution, reference or stub has, or that
many of the class have, say nothing; what two answers share of the rest is how alike they are.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

from course_utils.exercises.index import EXERCISES
from course_utils.grading import course

RUN = 8  # nodes in a run
SMALLEST = 12  # runs of its own that an answer needs before it can be like another
COMMON = 0.15  # share of the class that makes a run common (at least 3 students)
ALIKE = 0.6


@dataclass(frozen=True)
class Pair:
    """Two students whose answers to one exercise agree.

    Attributes
    ----------
    first, second, exercise : str
        Who, and in what.
    shared : float
        The share of the smaller answer's own runs that the other has too, 0 to 1.
    """

    first: str
    second: str
    exercise: str
    shared: float


def runs(source: str) -> set[int]:
    """The runs of nodes in a piece of code, as numbers."""
    try:
        tree = ast.parse(textwrap.dedent(source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set()
    nodes = [name for node in _walk(tree) if (name := _name(node))]
    return {_stable(tuple(nodes[at : at + RUN])) for at in range(max(len(nodes) - RUN + 1, 0))}


def _walk(tree: ast.AST) -> Iterable[ast.AST]:
    """Depth first, in the order of the source, without recursion."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += reversed(list(ast.iter_child_nodes(node)))


def _name(node: ast.AST) -> str:
    if isinstance(node, (ast.expr_context, ast.Expr, ast.arguments)):
        return ""
    if isinstance(node, ast.Attribute):
        return f".{node.attr}"  # which function of NumPy is called, is structure
    return type(node).__name__


def _stable(run: tuple[str, ...]) -> int:
    """The same number in every process: Python's own hash of a text is not."""
    number = 0
    for char in "/".join(run):
        number = (number * 1000003 ^ ord(char)) & 0xFFFFFFFFFFFF
    return number


def similar_pairs(answers: dict[str, dict[str, set[int]]]) -> list[Pair]:
    """Pairs that are alike, most alike first.

    Parameters
    ----------
    answers : dict
        By exercise, then by student: the runs of that answer.
    """
    pairs = []
    for exercise, by_student in sorted(answers.items()):
        counts = Counter(run for found in by_student.values() for run in found)
        common = max(3, COMMON * len(by_student))
        forced = _forced(exercise) | {run for run, count in counts.items() if count > common}
        own = {student: found - forced for student, found in by_student.items()}
        own = {student: found for student, found in own.items() if len(found) >= SMALLEST}
        for first, second in sorted(_meeting(own)):
            smaller = min(len(own[first]), len(own[second]))
            shared = len(own[first] & own[second]) / smaller
            if shared >= ALIKE:
                pairs.append(Pair(first, second, exercise, round(shared, 4)))
    return sorted(pairs, key=lambda pair: (-pair.shared, pair.exercise, pair.first, pair.second))


def _meeting(own: dict[str, set[int]]) -> set[tuple[str, str]]:
    """Pairs with a run in common: few, as common runs are out."""
    holders: dict[int, list[str]] = {}
    for student, found in own.items():
        for run in found:
            holders.setdefault(run, []).append(student)
    return {pair for students in holders.values() for pair in combinations(sorted(students), 2)}


def _forced(exercise: str) -> set[int]:
    """Runs that anybody may have from the course: solution, hints, references, stub."""
    found: set[int] = set()
    item = EXERCISES[exercise]
    lesson = course.shipped(item.lesson)
    found |= runs(lesson.solutions.get(exercise, ""))
    for function in (getattr(item, "reference", None), *getattr(item, "alternatives", ())):
        try:
            found |= runs(inspect.getsource(function))
        except (TypeError, OSError):
            continue
    for hint in item.hints:
        for code in hint.split("`")[1::2]:
            found |= runs(code)
    return found
