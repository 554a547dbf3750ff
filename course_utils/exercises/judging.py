"""From two runs of a probe to a verdict."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from course_utils.exercises import outcome as o
from course_utils.exercises.compare import (
    NOT_ALL,
    explain,
    first_difference,
    left_over,
    same_array,
    same_behaviour,
    same_changes,
)
from course_utils.exercises.convert import describe, type_name
from course_utils.exercises.crashes import lesson_of
from course_utils.exercises.diagnosis import Diagnosis
from course_utils.exercises.explore import Explorer, OutOfTime
from course_utils.exercises.interrupts import Interrupts, watch_interrupts
from course_utils.exercises.kinds import Misconception, Task
from course_utils.exercises.matching import Match, match
from course_utils.exercises.outcome import Outcome
from course_utils.exercises.put_back import untouched
from course_utils.exercises.run_probe import Fault, Observation, observe, parameter_names, words
from course_utils.exercises.sandbox import fresh_seed, neutral
from course_utils.exercises.stubs import holds_itself, is_stub
from course_utils.exercises.transforms import Finding

NONE = np.zeros(0)
# what torch suggests to whoever does not know what the code is for; a lesson says what helps
ADVICE = r"\s*(?:Specify retain_graph=True|Set allow_unused=True|Hint: ).*"
BLANK = "Nothing to check yet: replace the body with your own code and run the cell again."
LEFT_OVER = "Your function still raises NotImplementedError: remove that line at the end."
CHANGED = {
    "contents": "Your function changes the contents of its argument `{0}`; work on a copy instead.",
    "weights": "Your function changes the weights of its argument `{0}`; it should only read them.",
    "gradients": "Your function leaves gradients behind in the parameters of `{0}`, "
    "where the next update would add to them.",
}


def judge(task: Task, answer: object, seed: int | None) -> Outcome:
    """The verdict on `answer`; raises nothing but a real interrupt."""
    with watch_interrupts() as interrupts, untouched():
        try:
            with neutral():
                if is_stub(answer):
                    return Outcome(o.NOT_ATTEMPTED, None, BLANK)
                if not callable(answer):
                    message = f"A function is asked for, and this is {describe(answer)}."
                    return Outcome(o.INCORRECT, None, message)
                if holds_itself(answer):
                    message = "Your function is a partial that holds itself: calling it never ends."
                    return Outcome(o.INCORRECT, None, message)
            if seed is None:
                return _Trial(task, fresh_seed(), interrupts).of(answer)
            return _Trial(task, seed, interrupts, _memory_of(task, seed)).of(answer)
        except BaseException as error:
            interrupts.check()
            return _broken(task.id, f"{type_name(error)}: {words(error)}")


_MEMORIES: OrderedDict[tuple[int, int], tuple[Task, dict]] = OrderedDict()
MOST_MEMORIES = 32


def _memory_of(task: Task, seed: int) -> dict[int, Observation]:
    """What the reference and the misconceptions did from a seed that is asked for again."""
    key = id(task), seed
    if key not in _MEMORIES or _MEMORIES[key][0] is not task:
        _MEMORIES[key] = task, {}
        while len(_MEMORIES) > MOST_MEMORIES:
            _MEMORIES.popitem(last=False)
    return _MEMORIES[key][1]


def judge_seen(
    task: Task, seen: Observation, seed: int, memory: dict[int, Observation] | None = None
) -> Outcome:
    """The verdict on an answer that was observed elsewhere, in a sandbox; never raises.

    Parameters
    ----------
    task : Task
        What was to be written.
    seen : Observation
        What the answer did under the exercise's probe.
    seed : int
        The seed of that run: the reference is observed from the same one.
    memory : dict, optional
        Keeps what the reference and the misconceptions did, for the next answer to this exercise
        with this seed.
    """
    with watch_interrupts() as interrupts:
        try:
            return _Trial(task, seed, interrupts, memory).of_seen(seen)
        except BaseException as error:
            interrupts.check()
            return _broken(task.id, f"{type_name(error)}: {words(error)}")


def _broken(name: str, reason: str) -> Outcome:
    message = (
        f"The check of `{name}` failed, which is not your mistake, and your answer could not be "
        f"judged. Please report it: {reason}"
    )
    return Outcome(o.BROKEN, None, message)


class _Trial:
    """One exercise, one seed: the reference, the answer and perhaps the misconceptions."""

    def __init__(self, task: Task, seed: int, interrupts: Interrupts, memory: dict | None = None):
        self._task, self._seed, self._interrupts = task, seed, interrupts
        self._memory = {} if memory is None else memory
        self._parameters = parameter_names(task.reference)
        self._tolerance = task.rtol, task.atol

    def _observe(self, answer: Callable, **economies) -> Observation:
        return observe(
            self._task.probe,
            answer,
            self._seed,
            self._interrupts,
            name=self._task.id,
            parameters=self._parameters,
            may_mutate=self._task.may_mutate,
            **economies,
        )

    def _recall(self, known: Callable, **economies) -> Observation:
        """What the reference or a misconception did, observed once."""
        if id(known) in self._memory:
            return self._memory[id(known)]
        seen = self._observe(known, **economies)
        if not seen.abandoned:
            self._memory[id(known)] = seen
        return seen

    def of(self, answer: Callable) -> Outcome:
        """The verdict on a function."""
        return self._verdict(lambda: self._observe(answer), answer)

    def of_seen(self, seen: Observation) -> Outcome:
        """The verdict on what a function was seen to do elsewhere; it cannot be called again."""
        return self._verdict(lambda: seen, None)

    def _verdict(self, watch: Callable[[], Observation], answer: Callable | None) -> Outcome:
        expected = self._recall(self._task.reference)
        if expected.fault is not None:
            fault = expected.fault
            return _broken(self._task.id, f"{fault.name} {fault.text} {fault.where}".strip())
        if expected.changes:
            return _broken(self._task.id, "the reference changes its arguments")
        seen = watch()
        self._interrupts.check()  # an answer that swallowed it is not to be called again
        if seen.fault is not None and _is_left_over(seen.fault):
            return Outcome(o.NOT_ATTEMPTED, None, LEFT_OVER, seen.output)
        right = self._alike(seen, expected)
        if right and not seen.changes:
            return Outcome(o.CORRECT, None, "Correct.", seen.output)
        return self._wrong(answer, seen, expected, right)

    def _alike(self, a: Observation, b: Observation) -> bool:
        return same_behaviour(a, b, *self._tolerance)

    # --- a wrong answer: from the most to the least that can be said ------------------------

    def _wrong(self, answer, seen: Observation, expected: Observation, right: bool) -> Outcome:
        exact, partial = self._in_the_bank(seen, expected, right)
        if exact is not None:
            more = "" if same_changes(seen, exact.seen) else _changes(seen)
            return self._named(exact.mistake, seen, more)
        if right:
            return Outcome(
                o.INCORRECT, f"changes_{seen.changes[0].what}", _changes(seen), seen.output
            )
        told = self._telltale(seen)
        if told is not None:
            return told
        if partial is not None and partial.match.share == 1.0:
            return self._in_part(partial, seen, expected)
        try:
            said = self._diagnosed(answer, seen, expected, partial)
        except OutOfTime:  # no more than this is said
            said = None if partial is None else self._in_part(partial, seen, expected)
        except Exception:  # a fault of the diagnosis must not cost the verdict
            said = None
        if said is not None:
            return said
        if seen.fault is not None:
            return self._failed(seen, expected)
        name, text = explain(seen.values, expected.values, *self._tolerance)
        message = " ".join(filter(None, (_changes(seen), text)))
        return Outcome(o.INCORRECT, name, message, seen.output)

    def _telltale(self, seen: Observation) -> Outcome | None:
        """What the numbers of the probe say by themselves."""
        for telltale in self._task.telltales if seen.fault is None else ():
            text = telltale.message(seen.values)
            if text is not None:
                message = " ".join(filter(None, (text, _changes(seen))))
                return Outcome(o.INCORRECT, telltale.name, message, seen.output)
        return None

    def _diagnosed(self, answer, seen, expected, partial: _Candidate | None) -> Outcome | None:
        """What calling the answer again can tell."""
        explorer = Explorer(self._task, self._seed, self._interrupts)
        diagnosis = Diagnosis(explorer, answer)
        mistake = diagnosis.in_the_bank() if seen.fault is not None else None
        if mistake is not None:
            return self._named(mistake, seen)
        found = diagnosis.complete()
        if found is not None:
            return self._found(found, diagnosis, seen, expected)
        if partial is not None:
            return self._in_part(partial, seen, expected)
        twofold = diagnosis.twofold()
        if twofold is not None:
            return self._named(twofold[0], seen, twofold[1])
        if seen.fault is not None and seen.fault.kind == "crash":
            return self._crashed(seen, diagnosis.condition())
        found = diagnosis.in_part() if seen.fault is None else None
        return None if found is None else self._found(found, diagnosis, seen, expected)

    def _in_the_bank(self, seen: Observation, expected: Observation, right: bool):
        """The misconception that did the same, or else the one that explains most.

        A misconception is run only as long as it may be either.
        """
        alike = best = None
        crashed = seen.fault.at if seen.fault is not None else None

        def held(other: dict, wanted: dict) -> Match:
            return match(seen.values, wanted, other, *self._tolerance)

        def hopeless(other: dict) -> bool:
            if all(
                same_array(seen.values.get(k, NONE), v, *self._tolerance) for k, v in other.items()
            ):
                return False
            so_far = held(
                other, {key: expected.values[key] for key in other if key in expected.values}
            )
            return 2 * so_far.explained < so_far.differing or so_far.contradicted > so_far.explained

        others = []
        for mistake in self._task.misconceptions:
            other = self._recall(
                mistake.answer,
                hopeless=hopeless if seen.fault is None else None,
                most_calls=crashed,
            )
            if other.abandoned:
                continue
            if self._alike(seen, other):
                if same_changes(seen, other):
                    return _Candidate(mistake, other), None
                if not right and alike is None:
                    alike = _Candidate(mistake, other)
            if other.fault is None:
                others.append((mistake, other))
        if alike is not None or seen.fault is not None:
            return alike, None
        for mistake, other in others:
            fits = held(other.values, expected.values)
            if fits.convincing and (best is None or fits.merit > best.match.merit):
                best = _Candidate(mistake, other, fits)
        return None, best

    # --- what is said -----------------------------------------------------------------------

    def _named(self, mistake: Misconception, seen: Observation, more: str = "") -> Outcome:
        message = "\n".join(filter(None, (mistake.message, more, _crash_of(seen))))
        return Outcome(o.INCORRECT, mistake.name, message, seen.output)

    def _in_part(self, found: _Candidate, seen: Observation, expected: Observation) -> Outcome:
        """A misconception that explains most, and what it leaves."""
        left = left_over(found.match.left, seen.values, expected.values, *self._tolerance)
        more = "\n".join(filter(None, (left, _changes(seen))))
        if not left.startswith(NOT_ALL):
            return self._named(found.mistake, seen, more)
        held = f"{found.match.explained} of {found.match.differing}"
        message = f"Most of your wrong results ({held}) are those of this mistake: "
        told = replace(found.mistake, message=message + found.mistake.message)
        return self._named(told, seen, more)

    def _found(
        self, found: Finding, diagnosis: Diagnosis, seen: Observation, expected: Observation
    ) -> Outcome:
        if seen.fault is None:
            example = first_difference(seen.values, expected.values, *self._tolerance)
        else:
            example = diagnosis.example()
        more = diagnosis.left_over(found.left) if seen.fault is None else ""
        parts = (found.message, example, more, _changes(seen), _crash_of(seen))
        return Outcome(o.INCORRECT, found.name, "\n".join(filter(None, parts)), seen.output)

    def _crashed(self, seen: Observation, where: Finding | None) -> Outcome:
        lesson = lesson_of(seen.fault)
        name, text = lesson or (where.name if where else None, "")
        parts = (text, where.message if where else "", _crash_text(seen.fault, seen))
        return Outcome(o.ERROR, name, "\n".join(filter(None, parts)), seen.output)

    def _failed(self, seen: Observation, expected: Observation) -> Outcome:
        fault = seen.fault
        if fault.kind == "crash":
            return self._crashed(seen, None)
        if fault.kind == "wrong type":
            text = f"your function returned {fault.name}; {fault.wanted} was expected."
            name = _NAMED_TYPES.get(fault.name, "wrong_type")
            return Outcome(o.INCORRECT, name, f"{seen.last_call}: {text}", seen.output)
        return Outcome(o.INCORRECT, None, _unusable_text(fault, seen, expected), seen.output)


@dataclass(frozen=True)
class _Candidate:
    """A misconception, what it did, and how well that fits an answer."""

    mistake: Misconception
    seen: Observation
    match: Match | Any = None  # None where it fits in everything


_NAMED_TYPES = {describe(None): "returns_nothing"}


def _crash_of(seen: Observation) -> str:
    fault = seen.fault
    return _crash_text(fault, seen) if fault is not None and fault.kind == "crash" else ""


def _is_left_over(fault: Fault) -> bool:
    """Whether the very first call met the stub's own `raise`, or returned the blank `...`."""
    blank = fault.kind == "wrong type" and fault.name == describe(...)
    return fault.at == 1 and (fault.untouched or blank)


def _changes(seen: Observation) -> str:
    if not seen.changes:
        return ""
    change = seen.changes[0]
    return CHANGED[change.what].format(change.argument)


def _crash_text(fault: Fault, seen: Observation) -> str:
    text = re.sub(ADVICE, "", fault.text, flags=re.DOTALL)
    lines = [f"Your function raised {fault.name}" + (f": {text}" if text else ".")]
    if fault.where:
        lines.append(f"  {fault.where}")
    lines.append(f"  in the call {seen.last_call}")
    return "\n".join(lines)


def _unusable_text(fault: Fault, seen: Observation, expected: Observation) -> str:
    """The probe could not go on with a result, though it can with the reference's."""
    if not seen.results:
        return f"The check could not use your function: {fault.name}: {fault.text}"
    last = len(seen.results) - 1
    wanted = expected.results[last] if last < len(expected.results) else ""
    if wanted and wanted != seen.results[last]:
        text = f"your function returned {seen.results[last]}, where {wanted} was expected."
    else:
        text = (
            f"your function returned {seen.results[last]}, which could not be used: "
            f"{fault.name}: {fault.text}"
        )
    return f"{seen.last_call}: {text}"
