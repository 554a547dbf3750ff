"""From two runs of a probe to a verdict."""

from __future__ import annotations

from collections.abc import Callable

from course_utils.exercises import outcome as o
from course_utils.exercises.compare import explain, same_behaviour, same_changes
from course_utils.exercises.convert import describe
from course_utils.exercises.kinds import Misconception, Task
from course_utils.exercises.outcome import Outcome
from course_utils.exercises.run_probe import Fault, Observation, observe, parameter_names
from course_utils.exercises.sandbox import Interrupts, fresh_seed, neutral, watch_interrupts
from course_utils.exercises.stubs import is_stub

BLANK = "Nothing to check yet: replace the body with your own code and run the cell again."
LEFT_OVER = "Your function still raises NotImplementedError: remove that line at the end."
CHANGED = {
    "contents": "Your function changes the contents of its argument `{0}`; work on a copy instead.",
    "weights": "Your function changes the weights of its argument `{0}`; it should only read them.",
    "gradients": "Your function leaves gradients behind in the parameters of `{0}`, "
    "where the next update would add to them.",
}


def judge(exercise: Task, answer: object, seed: int | None) -> Outcome:
    """The verdict on `answer`; raises nothing but a real interrupt."""
    with watch_interrupts() as interrupts:
        try:
            with neutral():
                if is_stub(answer):
                    return Outcome(o.NOT_ATTEMPTED, None, BLANK)
                if not callable(answer):
                    message = f"A function is asked for, and this is {describe(answer)}."
                    return Outcome(o.INCORRECT, None, message)
            return _Trial(exercise, fresh_seed() if seed is None else seed, interrupts).of(answer)
        except BaseException as error:
            interrupts.check()
            return _broken(exercise.id, f"{type(error).__name__}: {error}")


def judge_seen(
    exercise: Task, seen: Observation, seed: int, memory: dict[int, Observation] | None = None
) -> Outcome:
    """The verdict on an answer that was observed elsewhere, in a sandbox; never raises.

    Parameters
    ----------
    exercise : Task
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
            return _Trial(exercise, seed, interrupts, memory).of_seen(seen)
        except BaseException as error:
            interrupts.check()
            return _broken(exercise.id, f"{type(error).__name__}: {error}")


def _broken(name: str, reason: str) -> Outcome:
    message = (
        f"The check of `{name}` failed, which is not your mistake, and your answer could not be "
        f"judged. Please report it: {reason}"
    )
    return Outcome(o.BROKEN, None, message)


class _Trial:
    """One exercise, one seed: the reference, the answer and perhaps the misconceptions."""

    def __init__(
        self, exercise: Task, seed: int, interrupts: Interrupts, memory: dict | None = None
    ):
        self._exercise, self._seed, self._interrupts = exercise, seed, interrupts
        self._memory = {} if memory is None else memory
        self._parameters = parameter_names(exercise.reference)

    def _observe(self, answer: Callable) -> Observation:
        return observe(
            self._exercise.probe,
            answer,
            self._seed,
            self._interrupts,
            name=self._exercise.id,
            parameters=self._parameters,
            may_mutate=self._exercise.may_mutate,
        )

    def _recall(self, known: Callable) -> Observation:
        """What the reference or a misconception did, observed once."""
        if id(known) not in self._memory:
            self._memory[id(known)] = self._observe(known)
        return self._memory[id(known)]

    def of(self, answer: Callable) -> Outcome:
        return self.of_seen(lambda: self._observe(answer))

    def of_seen(self, seen: Observation | Callable[[], Observation]) -> Outcome:
        expected = self._recall(self._exercise.reference)
        if expected.fault is not None:
            fault = expected.fault
            return _broken(self._exercise.id, f"{fault.name} {fault.text} {fault.where}".strip())
        if expected.changes:
            return _broken(self._exercise.id, "the reference changes its arguments")
        seen = seen() if callable(seen) else seen
        if seen.fault is not None and _is_left_over(seen.fault):
            return Outcome(o.NOT_ATTEMPTED, None, LEFT_OVER, seen.output)
        right = self._alike(seen, expected)
        if right and not seen.changes:
            return Outcome(o.CORRECT, None, "Correct.", seen.output)
        return self._wrong(seen, expected, right)

    def _alike(self, a: Observation, b: Observation) -> bool:
        return same_behaviour(a, b, self._exercise.rtol, self._exercise.atol)

    def _wrong(self, seen: Observation, expected: Observation, right: bool) -> Outcome:
        found = None
        for misconception in self._exercise.misconceptions:
            other = self._recall(misconception.answer)
            if self._alike(seen, other):
                if same_changes(seen, other):
                    return self._named(misconception, seen)
                if not right and found is None:
                    found = misconception
        if found is not None:
            return self._named(found, seen, _changes(seen))
        if seen.fault is not None:
            return self._failed(seen, expected)
        parts = [_changes(seen)]
        if not right:
            tolerance = self._exercise.rtol, self._exercise.atol
            parts.append(explain(seen.values, expected.values, *tolerance))
        return Outcome(o.INCORRECT, None, " ".join(filter(None, parts)), seen.output)

    def _named(self, misconception: Misconception, seen: Observation, more: str = "") -> Outcome:
        fault = seen.fault
        crash = _crash_text(fault, seen) if fault is not None and fault.kind == "crash" else ""
        message = "\n".join(filter(None, (misconception.message, more, crash)))
        return Outcome(o.INCORRECT, misconception.name, message, seen.output)

    def _failed(self, seen: Observation, expected: Observation) -> Outcome:
        fault = seen.fault
        if fault.kind == "crash":
            return Outcome(o.ERROR, None, _crash_text(fault, seen), seen.output)
        if fault.kind == "wrong type":
            text = f"your function returned {fault.name}; {fault.wanted} was expected."
            return Outcome(o.INCORRECT, None, f"{seen.last_call}: {text}", seen.output)
        return Outcome(o.INCORRECT, None, _unusable_text(fault, seen, expected), seen.output)


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
    lines = [f"Your function raised {fault.name}" + (f": {fault.text}" if fault.text else ".")]
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
