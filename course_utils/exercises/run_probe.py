"""Run a probe on an answer and note everything: values, the calls, a crash, changed arguments."""

from __future__ import annotations

import inspect
import linecache
import math
import re
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from course_utils.exercises import convert
from course_utils.exercises.argument_guard import apart, keep
from course_utils.exercises.convert import WrongType
from course_utils.exercises.interrupts import Interrupts, is_student_file
from course_utils.exercises.put_back import settings_of_one_call
from course_utils.exercises.sandbox import Capture, neutral, seed_everything
from course_utils.exercises.stubs import plain_function

MESSAGE_LIMIT = 400  # characters of an exception's own text that are shown


class AnswerCrashed(BaseException):
    """Carries the answer's exception out of the probe, past any ``except Exception``."""


class Abandoned(BaseException):
    """Ends a run that can tell nothing more."""


@dataclass(frozen=True)
class Fault:
    """Why a probe could not be finished.

    Attributes
    ----------
    kind : str
        "crash" (the answer raised), "wrong type" (a helper could not read a result) or
        "unusable" (the probe itself failed on a result).
    at : int
        The number of calls that had been made.
    name : str
        The exception's type, or what a result was.
    text : str
        The exception's own words.
    where : str
        The student's line, with its number and text; "" if it is not known.
    wanted : str
        For "wrong type": what was asked for.
    values : ndarray or None
        For "wrong type": the numbers in the result, where there are any.
    untouched : bool
        The exception is NotImplementedError, raised by the answer's own line.
    """

    kind: str
    at: int
    name: str
    text: str = ""
    where: str = ""
    wanted: str = ""
    values: np.ndarray | None = None
    untouched: bool = False


@dataclass(frozen=True)
class Change:
    """An argument that a call changed: "contents", "weights" or "gradients"."""

    at: int
    argument: str
    what: str


@dataclass
class Observation:
    """Everything one run of a probe showed."""

    values: dict[str, np.ndarray] = field(default_factory=dict)
    fault: Fault | Any = None  # None where nothing failed
    results: list[str] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    output: str = ""
    last_call: str = ""
    abandoned: bool = False


def observe(
    probe: Callable,
    answer: Callable,
    seed: int,
    interrupts: Interrupts,
    *,
    name: str = "",
    parameters: tuple[str, ...] = (),
    may_mutate: bool = False,
    hopeless: Callable[[dict], bool] | None = None,
    most_calls: int | None = None,
) -> Observation:
    """Run `probe` on `answer`, every random stream started from `seed`; never raises.

    The one exception is a real interrupt, which passes through.

    Parameters
    ----------
    probe : callable
        Returns a dict, or yields dicts one after the other.
    hopeless : callable, optional
        Asked after every dict that was yielded, with all values so far: may the run end here?
    most_calls : int, optional
        The run ends before it makes more calls than that.
    """
    seen = Observation()
    watched = _Watched(answer, seen, interrupts, name, parameters, may_mutate, most_calls)
    with neutral() as output:
        seed_everything(seed)
        watched.output = output
        try:
            made = probe(watched.call, np.random.default_rng(seed))
            for values in [made] if isinstance(made, dict) else made:
                seen.values |= {key: np.array(value, dtype=float) for key, value in values.items()}
                if hopeless is not None and values is not made and hopeless(seen.values):
                    raise Abandoned
        except Abandoned:
            seen.abandoned = True
        except AnswerCrashed:
            interrupts.check()
        except WrongType as wrong:
            seen.fault = _wrong_type(wrong, watched.calls)
        except BaseException as error:
            interrupts.check()
            seen.fault = seen.fault or Fault(
                "unusable", watched.calls, convert.type_name(error), words(error)
            )
        if seen.fault is not None:
            seen.values, seen.last_call = {}, watched.last_call()
    seen.output = output.text
    return seen


class _Watched:
    """The answer as the probe sees it."""

    def __init__(self, answer, seen, interrupts, name, parameters, may_mutate, most_calls):
        self._answer, self._seen, self._interrupts = answer, seen, interrupts
        self._most_calls = math.inf if most_calls is None else most_calls
        self._name, self._parameters, self._may_mutate = name, parameters, may_mutate
        self._arguments: tuple[tuple, dict] = ((), {})
        self.calls = 0
        self.output = Capture()

    def last_call(self) -> str:
        """The most recent call as the student would write it, "" if there was none."""
        args, kwargs = self._arguments
        shown = [*map(convert.shorten, args)]
        shown += [f"{key}={convert.shorten(value)}" for key, value in kwargs.items()]
        return f"{self._name}({', '.join(shown)})" if self.calls else ""

    def call(self, *args, **kwargs):
        seen = self._seen
        self._arguments = args, kwargs
        if self.calls >= self._most_calls:
            raise Abandoned
        self.calls += 1
        kept = [] if self._may_mutate else self._keep(args, kwargs)
        try:
            with settings_of_one_call():
                result = convert.read_once(self._answer(*args, **kwargs))
                if not self._may_mutate:
                    result = apart(result, (*args, *kwargs.values()))
        except (AnswerCrashed, Abandoned):
            raise
        except BaseException as error:
            self._interrupts.check()
            seen.fault = _crash(error, self._answer, self.calls)
            raise AnswerCrashed from None
        finally:
            self._put_back(kept)
            self.output.closed_to_more |= bool(self.output.text)  # the next call says it again
        seen.results.append(convert.describe(result))
        return result

    def _keep(self, args, kwargs) -> list:
        names = [*self._parameters, *(f"argument {n + 1}" for n in range(len(args)))]
        given = [*zip(names, args, strict=False), *kwargs.items()]
        return [(name, kept) for name, value in given if (kept := keep(value)) is not None]

    def _put_back(self, kept) -> None:
        for name, argument in kept:
            what = argument.put_back()
            if what:
                self._seen.changes.append(Change(self.calls, name, what))


def parameter_names(function: Callable) -> tuple[str, ...]:
    """The names of `function`'s parameters, or none where they cannot be read."""
    try:
        return tuple(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        return ()


def call_parameters(function: Callable, args: tuple, kwargs: dict) -> dict[str, object]:
    """The arguments of a call by the names `function` has for them, in order."""
    names = [*parameter_names(function), *(f"argument {n + 1}" for n in range(len(args)))]
    return dict(zip(names, args, strict=False)) | kwargs


def words(error: BaseException) -> str:
    """An exception's own text, cut, and safe even where its ``__str__`` fails."""
    try:
        text = convert.exact_text(str(error))
    except BaseException:
        return ""
    return text if len(text) <= MESSAGE_LIMIT else text[:MESSAGE_LIMIT] + " …"


def same_words(a: str, b: str) -> bool:
    """Whether two error texts agree, sizes and addresses aside."""
    return re.sub(r"0x[0-9a-f]+|\d+", "#", a) == re.sub(r"0x[0-9a-f]+|\d+", "#", b)


def _wrong_type(wrong: WrongType, at: int) -> Fault:
    try:
        values = convert.array(wrong.got)
    except BaseException:
        values = None
    return Fault("wrong type", at, wrong.problem, wanted=wrong.wanted, values=values)


def _crash(error: BaseException, answer: Callable, at: int) -> Fault:
    frame = _own_frame(error, answer)
    line = (linecache.getline(frame.filename, frame.lineno or 0).strip()) if frame else ""
    where = f"line {frame.lineno}: {line}" if frame and line else ""
    innermost = traceback.extract_tb(error.__traceback__, limit=-1)
    own_raise = bool(frame and innermost and innermost[0].lineno == frame.lineno)
    untouched = type(error) is NotImplementedError and own_raise and (not line or "NotImpl" in line)
    return Fault("crash", at, convert.type_name(error), words(error), where, untouched=untouched)


def _own_frame(error: BaseException, answer: Callable) -> traceback.FrameSummary | None:
    """The innermost frame of code that the student wrote."""
    code = getattr(plain_function(answer), "__code__", None)
    own = code.co_filename if code else None
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__, limit=-60)
        if frame.filename == own or is_student_file(frame.filename)
    ]
    return frames[-1] if frames else None
