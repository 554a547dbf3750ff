"""An exercise in reading order: reference, probe, mistakes, other right answers, hints.

A file holds one exercise. Each mistake is a short function directly under its name and the
sentence for the student who made it::

    draft = Draft("entropy", lesson=1, title="Entropy")
    draft.reference(divergences.entropy)

    @draft.mistake("You used logarithms to base 10; the course uses natural ones.")
    def log10(p):
        return divergences.entropy(p) / math.log(10)
"""

from __future__ import annotations

from collections.abc import Callable

from course_utils.exercises.engine import Exercise, Misconception, Telltale


class Draft:
    """Collects the parts of an :class:`Exercise`.

    Parameters
    ----------
    id : str
        The name of the function to write, and of the file.
    **settings
        ``lesson`` and ``title``; ``rtol``, ``atol`` and ``may_mutate`` where the defaults of
        :class:`Exercise` do not serve.
    """

    def __init__(self, id: str, **settings):
        self._settings = {"id": id, "hints": (), **settings}
        self._mistakes: list[Misconception] = []
        self._also_right: list[Callable] = []
        self._telltales: list[Telltale] = []

    def reference(self, function: Callable) -> Callable:
        """Take `function` as the right answer; a decorator, or a call for one of the package's."""
        self._settings["reference"] = function
        return function

    def probe(self, function: Callable) -> Callable:
        """Take ``function(answer, rng)`` as the probe."""
        self._settings["probe"] = function
        return function

    def mistake(self, sentence: str, name: str | None = None) -> Callable[[Callable], Callable]:
        """Decorate a wrong answer with what its author is told.

        Parameters
        ----------
        sentence : str
            To the student who made the mistake; it names it and does not give the answer away.
        name : str, optional
            What the function is to be called, where it is made rather than written.
        """

        def register(function: Callable) -> Callable:
            function.__name__ = name or function.__name__
            if not function.__name__.isidentifier():
                raise ValueError(f"The mistake {sentence!r} needs a name: {function.__name__}")
            self._mistakes.append(Misconception(function.__name__, sentence, function))
            return function

        return register

    def telltale(self, message: Callable) -> Callable:
        """Add ``message(values) -> str | None``, what the numbers of the probe say by themselves.

        Its name is that of the mistake.
        """
        self._telltales.append(Telltale(message.__name__, message))
        return message

    def also_right(self, function: Callable) -> Callable:
        """Add another right answer, for the tests."""
        self._also_right.append(function)
        return function

    def hints(self, *hints: str) -> None:
        """Set the hints, from a nudge to nearly the code."""
        self._settings["hints"] = hints

    def exercise(self) -> Exercise:
        """The exercise, complete."""
        return Exercise(
            **self._settings,
            misconceptions=tuple(self._mistakes),
            alternatives=tuple(self._also_right),
            telltales=tuple(self._telltales),
        )


def named_after(formula: Callable) -> Callable[[Callable], Callable]:
    """Give an answer that is made from a formula, of other arguments, the formula's name."""

    def rename(answer: Callable) -> Callable:
        answer.__name__ = formula.__name__
        return answer

    return rename
