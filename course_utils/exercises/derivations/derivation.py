"""Derivations: the steps of a proof, to be put in order, with wrong steps among them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from course_utils.exercises import outcome as o
from course_utils.exercises.outcome import Outcome
from course_utils.exercises.sandbox import unraising

_NO_ORDER = Outcome(o.INCORRECT, None, 'The order is asked for as letters, for instance "B A C".')


@dataclass(frozen=True)
class Step:
    """One line of a proof, or a plausible wrong line.

    Attributes
    ----------
    letter : str
        What the student types. Letters are given out at random, so that the order of the
        alphabet is not the answer.
    text : str
        The line, in markdown with LaTeX.
    why : str
        A sentence shown in the full derivation: what makes this line true. Empty for wrong lines.
    misplaced : str
        A sentence to the student who put it too early; for a wrong line, what is wrong with it.
    needs : str or None
        Letters of the lines that must come before. None: the line listed just before.
    """

    letter: str
    text: str
    why: str
    misplaced: str
    needs: str | None = None


@dataclass(frozen=True)
class Derivation:
    """A proof to put in order. Every order in which each line follows those it needs is right.

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
        What to take away, and where to check it: shown after the proof once the order is right.
    """

    id: str
    lesson: int
    title: str
    claim: str
    steps: tuple[Step, ...]
    distractors: tuple[Step, ...]
    full: str

    @property
    def order(self) -> str:
        """One right order, as letters."""
        return "".join(step.letter for step in self.steps)

    @property
    def shuffled(self) -> tuple[Step, ...]:
        """Every line, wrong ones included, by letter."""
        return tuple(sorted((*self.steps, *self.distractors), key=lambda step: step.letter))

    @property
    def hints(self) -> tuple[str, ...]:
        """How the proof is built, then where it starts and ends."""
        return (
            f"{len(self.steps)} of the {len(self.shuffled)} lines are needed; ask of each line "
            "which other lines it uses.",
            f"It can begin with {self.order[0]}, and it ends with {self.order[-1]}.",
        )

    def needs(self, letter: str) -> str:
        """The letters of the lines that must come before line `letter`."""
        place = self.order.index(letter)
        own = self.steps[place].needs
        return self.order[max(place - 1, 0) : place] if own is None else own

    def evaluate(self, order: object, *, seed: int | None = None) -> Outcome:
        """Judge an order such as ``"C A D B"``; never raises. `seed` is not used."""
        return unraising(lambda: self._judge(order), lambda error: _NO_ORDER)

    def _judge(self, order: object) -> Outcome:
        letters = _letters(order)
        if letters is None:
            return _NO_ORDER
        if not letters:
            message = 'Nothing to check yet: give the letters in order, for instance "B A C".'
            return Outcome(o.NOT_ATTEMPTED, None, message)
        problem = self._problem(letters)
        if problem:
            return Outcome(o.INCORRECT, None, problem)
        return Outcome(o.CORRECT, None, "The proof is complete and in order.")

    def _problem(self, letters: str) -> str:
        """What is first wrong with `letters`, or ""."""
        lines = {step.letter: step for step in self.shuffled}
        seen = set()
        for letter in letters:  # of which there may be a million
            if letter not in lines:
                return f"There is no line {letter}: the lines are {', '.join(lines)}."
            if letter in seen:
                return f"Line {letter} is there twice; each line is used at most once."
            seen.add(letter)
        for place, letter in enumerate(letters):
            fits = letter in self.order and set(self.needs(letter)) <= set(letters[:place])
            if not fits:
                so_far = f"Right up to line {letters[place - 1]}. " if place else ""
                return f"{so_far}Line {letter} in place {place + 1}: {lines[letter].misplaced}"
        if len(letters) < len(self.steps):
            missing = len(self.steps) - len(letters)
            return f"Right so far, but the proof is not complete: {missing} more to place."
        return ""


def _letters(order: object) -> str | None:
    """The letters of an order in capitals, "" for a blank, None if it is no order."""
    if order is None or order is Ellipsis:
        return ""
    if isinstance(order, (list, tuple)) and all(isinstance(letter, str) for letter in order):
        order = " ".join(order)
    if not isinstance(order, str):
        return None
    bare = re.sub(r"[\s,;.>→…-]+", "", order).upper()
    return bare if bare.isalpha() or not bare else None
