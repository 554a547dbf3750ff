"""From an answer to its verdict: observed in the sandbox, judged out here."""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass, field
from typing import ClassVar

from course_utils.exercises import outcome as o
from course_utils.exercises.index import EXERCISES
from course_utils.exercises.judging import BLANK, judge_seen
from course_utils.exercises.outcome import Outcome
from course_utils.grading import course
from course_utils.grading.extract import PRESENT, UNPARSED, Answer, Extracted
from course_utils.grading.helpers import Carried, carry
from course_utils.grading.plain_values import given_values, plain_value, sent_values
from course_utils.grading.reach import reach
from course_utils.grading.sandbox import Sandbox, Seen
from course_utils.grading.syntax import defined_names

USES_COURSE = "uses the course's function"
HELD = "held for review"
OWN_WORK = "Your answer calls the course's own function for this exercise: write it yourself."
ENDINGS = {
    "cpu time": "It did not finish: it used up its processor time. Is there a loop without an end?",
    "wall time": "It did not finish in time. Does it wait for something, or loop without an end?",
    "output": "It gave far too much output, and was stopped.",
    "nothing": "It ended the Python process it ran in, without a result.",
}
_JUDGING = threading.Lock()  # the probes use process-wide random streams


@dataclass
class Verdict:
    """What is kept of one exercise of one submission.

    Attributes
    ----------
    exercise, status, message : str
        As the student reads them. The inputs in `message` are never the secret ones.
    misconception : str or None
        Its name.
    share : float
        How much of the exercise is right: 0 to 1.
    found : int
        Cells with an answer to it.
    remarks : list of str
        For the instructor and the student.
    flags : list of str
        What an instructor should look at: USES_COURSE, or HELD and why.
    seconds : float
        In the sandbox, on the clock; not part of any output that must come out the same.
    """

    exercise: str
    status: str
    message: str = ""
    misconception: str | None = None
    share: float = 0.0
    found: int = 0
    remarks: list[str] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)
    seconds: float = 0.0


class Judge:
    """Judges answers from one secret seed; remembers what the references did.

    Parameters
    ----------
    seed : int
        The grader's own, drawn after the submissions were read.
    sandbox : Sandbox
        Where answers run.
    """

    _memory: ClassVar[dict[tuple[str, int], dict]] = {}  # shared by all workers of this process

    def __init__(self, seed: int, sandbox: Sandbox):
        self._seed, self._sandbox = seed, sandbox

    def judge_all(self, extracted: Extracted) -> list[Verdict]:
        """A verdict for every exercise of the lesson, in the notebook's order."""
        right: set[str] = set()
        verdicts = []
        for name, answer in extracted.answers.items():
            verdict = self.judge(extracted, answer, right)
            if verdict.status == o.CORRECT and USES_COURSE not in verdict.flags:
                right.add(name)
            verdicts.append(verdict)
        return verdicts

    def judge(self, extracted: Extracted, answer: Answer, right: set[str]) -> Verdict:
        """The verdict on one answer."""
        verdict = Verdict(answer.id, o.NOT_ATTEMPTED, BLANK, found=answer.found)
        verdict.remarks += answer.remarks
        if answer.state == UNPARSED:
            verdict.status = o.ERROR
            verdict.message = f"The cell is no Python: {answer.problem}."
        if answer.state != PRESENT:
            return verdict
        try:
            carried = carry(extracted, answer, right)
        except (RecursionError, MemoryError, SyntaxError, ValueError):
            verdict.status, verdict.message = o.ERROR, "The cell could not be read."
            return verdict
        self._note_reach(verdict, extracted, answer, carried)
        kind = course.kind_of(answer.id)
        if kind == course.FUNCTION:
            self._function(verdict, _work(extracted, answer, carried))
        else:
            self._values(verdict, extracted, answer, carried, kind)
        if USES_COURSE in verdict.flags:
            verdict.share, verdict.misconception = 0.0, None
            verdict.status, verdict.message = o.INCORRECT, OWN_WORK
        elif any(flag.startswith(HELD) for flag in verdict.flags):
            verdict.share = 0.0
        return verdict

    def _note_reach(self, verdict: Verdict, extracted, answer: Answer, carried: Carried) -> None:
        statements = [extracted.cells[c].statements[s] for c, s in carried.parts]
        found = reach(statements, answer.id)
        if found.own and course.kind_of(answer.id) == course.FUNCTION:
            verdict.flags.append(USES_COURSE)
            verdict.remarks.append(f"{USES_COURSE}: {', '.join(found.own)}")
        if found.insides:
            verdict.flags.append(f"{HELD}: {', '.join(found.insides)[:200]}")
        if found.others and course.kind_of(answer.id) == course.FUNCTION:
            verdict.remarks.append(f"rests on the course's {', '.join(found.others)}")
        if carried.references:
            names = ", ".join(sorted(carried.references))
            verdict.remarks.append(f"rests on the course's {names}, as the notebook bound it")

    # --- functions ----------------------------------------------------------------------

    def _function(self, verdict: Verdict, work: dict) -> None:
        first = self._observed(verdict, work, 0)
        if first.status != o.INCORRECT and not (first.status == o.ERROR and work["doubt"]):
            return self._settle(verdict, first)
        second = self._observed(verdict, work, 1)
        if second.status == first.status or second.status != o.CORRECT:
            return self._settle(verdict, second)
        third = self._observed(verdict, work, 2)
        word = "wrong" if third.status == o.CORRECT else "right"
        verdict.remarks.append(f"{word} for one of three draws of the inputs")
        return self._settle(verdict, third)

    def _settle(self, verdict: Verdict, outcome: Outcome) -> None:
        verdict.status, verdict.message = outcome.status, outcome.message
        verdict.misconception = outcome.misconception
        verdict.share = float(outcome.correct)

    def _observed(self, verdict: Verdict, work: dict, draw: int) -> Outcome:
        exercise = EXERCISES[work["exercise"]]
        seed = draw_seed(self._seed, exercise.id, draw)
        seen = self._sandbox.run({**work, "seed": seed})
        verdict.seconds += seen.seconds
        work["doubt"] = seen.ended in ("", "wall time")
        problem = self._ending(verdict, seen)
        if problem is not None:
            return problem
        fault = seen.observation.fault
        if fault is not None and fault.at == 0 and fault.kind == "crash":
            where = f"\n  {fault.where}" if fault.where else ""
            return Outcome(o.ERROR, None, f"The cell raised {fault.name}: {fault.text}{where}")
        with _JUDGING:
            memory = self._memory.setdefault((exercise.id, seed), {})
            return judge_seen(exercise, seen.observation, seed, memory)

    def _ending(self, verdict: Verdict, seen: Seen) -> Outcome | None:
        """What is said of an answer that gave no observation, or a forged one."""
        for name in seen.header.get("tampered") or ():
            flag = f"{HELD}: replaces {str(name)[:80]}"
            if flag not in verdict.flags:
                verdict.flags.append(flag)
        fault = seen.observation.fault
        if fault is not None and fault.name == "UsesTheCourse":
            if USES_COURSE not in verdict.flags:
                verdict.flags.append(USES_COURSE)
                verdict.remarks.append(USES_COURSE)
            return Outcome(o.INCORRECT, None, OWN_WORK)
        if not seen.ended:
            return None
        if seen.ended.startswith("broken"):
            return Outcome(o.BROKEN, None, f"The check failed, which is no mistake: {seen.ended}")
        if seen.ended.startswith("nonsense"):
            verdict.flags.append(f"{HELD}: sent something else than a result")
            return Outcome(o.ERROR, None, ENDINGS["nothing"])
        message = ENDINGS.get(seen.ended)
        return Outcome(o.ERROR, None, message or f"It crashed the Python process ({seen.ended}).")

    # --- tables and derivations -----------------------------------------------------------

    def _values(self, verdict, extracted, answer: Answer, carried: Carried, kind: str) -> None:
        item = EXERCISES[answer.id]
        given = given_values(extracted, answer)
        plain = None if given is None else plain_value(given)
        if plain is not None:
            value, errors = plain.value, {}
        else:
            work = _work(extracted, answer, carried)
            seen = self._sandbox.run({**work, "seed": draw_seed(self._seed, answer.id, 0)})
            verdict.seconds += seen.seconds
            problem = self._ending(verdict, seen)
            fault = seen.observation.fault
            if problem is None and fault is not None:
                where = f"\n  {fault.where}" if fault.where else ""
                text = f"The cell raised {fault.name}: {fault.text}{where}"
                problem = Outcome(o.ERROR, None, text)
            if problem is not None:
                return self._settle(verdict, problem)
            value, errors = sent_values(seen.header, kind)
        with _JUDGING:
            outcome = item.evaluate(value)
        self._settle(verdict, outcome)
        if outcome.entries:
            right = sum(entry.status == o.CORRECT for entry in outcome.entries)
            verdict.share = round(right / len(outcome.entries), 4)
        for label, text in errors.items():
            lines = verdict.message.split("\n")
            said = f"{label}: your expression raised {text}"
            kept = [said if line.startswith(f"{label}: ") else line for line in lines]
            verdict.message = "\n".join(kept)
        return None


def draw_seed(seed: int, exercise: str, draw: int) -> int:
    """The seed of one exercise's inputs: nobody can tell it who does not know `seed`."""
    digest = hashlib.sha256(f"{seed}/{exercise}/{draw}".encode()).digest()
    return int.from_bytes(digest[:4], "big")


def _work(extracted: Extracted, answer: Answer, carried: Carried) -> dict:
    """One answer as the sandbox takes it: text, numbers and lists."""
    kind = course.kind_of(answer.id)
    here = (answer.cell, answer.statement)
    cells: list[dict] = []
    for place, at in carried.parts:
        if kind != course.FUNCTION and (place, at) == here:
            continue
        cell = extracted.cells[place]
        name = f"cell {cell.number}"
        if not cells or cells[-1]["name"] != name:
            cells.append({"name": name, "source": cell.source, "take": []})
        cells[-1]["take"].append(at)
    own = extracted.cells[answer.cell]
    defined = defined_names(own.statements[answer.statement])
    return {
        "kind": kind,
        "exercise": answer.id,
        "function": defined[0] if defined else answer.id,
        "imports": carried.imports,
        "references": carried.references,
        "given": {name: _keys(name) for name in carried.tables},
        "cells": cells,
        "call": {
            "name": f"cell {own.number}",
            "source": own.source,
            "statement": answer.statement,
        },
        "doubt": False,
    }


def _keys(table: str) -> dict:
    return {label: entry.key for label, entry in EXERCISES[table].entries.items()}
