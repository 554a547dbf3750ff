"""Derivations: the steps of a proof, to be put in order, with wrong steps among them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from course_utils.exercises import outcome as o
from course_utils.exercises.outcome import Outcome


@dataclass(frozen=True)
class Step:
    """One line of a proof, or a plausible wrong line.

    Attributes
    ----------
    letter : str
        What the student types. Letters are given out at random, so that reading them in the
        order of the alphabet is not the answer.
    text : str
        The line, in markdown with LaTeX.
    why : str
        A sentence shown in the full derivation: what makes this line true.
    misplaced : str
        A sentence to the student who put it in the wrong place; for a wrong line, what is wrong
        with it.
    """

    letter: str
    text: str
    why: str
    misplaced: str


@dataclass(frozen=True)
class Derivation:
    """A proof to put in order.

    Attributes
    ----------
    id : str
        Unique over the course.
    lesson : int
        1 to 5.
    title : str
        A few words.
    claim : str
        What is proved, in markdown with LaTeX.
    steps : tuple of Step
        The lines, in a right order.
    distractors : tuple of Step
        Lines that belong to no right proof.
    full : str
        The whole derivation in prose, shown once the order is right.
    also : tuple of str
        Other right orders, as letters: ``"ABDC"``.
    """

    id: str
    lesson: int
    title: str
    claim: str
    steps: tuple[Step, ...]
    distractors: tuple[Step, ...]
    full: str
    also: tuple[str, ...] = ()

    @property
    def hints(self) -> tuple[str, ...]:
        """How the proof is built, without its order."""
        first = self.steps[0].letter
        return (
            f"{len(self.steps)} of the {len(self.shuffled)} lines are needed; the other "
            f"{len(self.distractors)} are wrong or prove nothing.",
            f"Line {first} comes first.",
        )

    @property
    def order(self) -> str:
        """The right order, as letters."""
        return "".join(step.letter for step in self.steps)

    @property
    def shuffled(self) -> tuple[Step, ...]:
        """Every line, wrong ones included, by letter."""
        return tuple(sorted((*self.steps, *self.distractors), key=lambda step: step.letter))

    def evaluate(self, order: object, *, seed: int | None = None) -> Outcome:
        """Judge an order such as ``"C A D B"``; never raises. `seed` is not used."""
        letters = _letters(order)
        if letters is None:
            message = 'The order is asked for as letters, for instance "B A C".'
            return Outcome(o.INCORRECT, None, message)
        if not letters:
            message = 'Nothing to check yet: give the letters in order, for instance "B A C".'
            return Outcome(o.NOT_ATTEMPTED, None, message)
        problem = self._problem(letters)
        if problem:
            return Outcome(o.INCORRECT, None, problem)
        return Outcome(o.CORRECT, None, "The proof is complete and in order.")

    def _problem(self, letters: str) -> str:
        """What is first wrong with `letters`, or ""."""
        by_letter = {step.letter: step for step in self.shuffled}
        unknown = [letter for letter in letters if letter not in by_letter]
        if unknown:
            return f"There is no line {unknown[0]}: the lines are {', '.join(by_letter)}."
        repeated = [letter for letter in letters if letters.count(letter) > 1]
        if repeated:
            return f"Line {repeated[0]} is there twice; each line is used at most once."
        if letters in (self.order, *self.also):
            return ""
        place = max(_agreement(letters, right) for right in (self.order, *self.also))
        so_far = f"The first {place} are right. " if place else ""
        if place == len(letters):
            return f"{so_far}The proof stops too early: it has {len(self.steps)} lines."
        step = by_letter[letters[place]]
        return f"{so_far}Line {step.letter} in place {place + 1}: {step.misplaced}"


def _agreement(letters: str, right: str) -> int:
    """How many letters agree before the first difference."""
    pairs = zip(letters, right, strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(letters), len(right)))


def _letters(order: object) -> str | None:
    """The letters of an order in capitals, "" for a blank, None if it is no order."""
    if order is None or order is Ellipsis:
        return ""
    if not isinstance(order, str):
        if not isinstance(order, (list, tuple)) or not all(isinstance(n, str) for n in order):
            return None
        order = " ".join(order)
    bare = re.sub(r"[\s,;.>→\-]+", "", order).upper()
    return bare if bare.isalpha() or not bare else None
