"""What a wrong answer does, once for all exercises, where its own bank has no name for it.

Every finding is a sentence about what was observed in the calls of the check and in the same
calls with changed arguments; it guesses at no cause that was not seen.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from course_utils.exercises import conditions, gradients, transforms
from course_utils.exercises.argument_changes import CHANGES
from course_utils.exercises.compare import show
from course_utils.exercises.convert import is_module, is_tensor, type_name
from course_utils.exercises.explore import Call, Explorer, Reply, others
from course_utils.exercises.kinds import Misconception
from course_utils.exercises.matching import match
from course_utils.exercises.stubs import plain_function
from course_utils.exercises.transforms import Finding, Pair

# what may be said of a result that a misconception of the bank explains only up to this
SECOND = {
    "negated",
    "halved",
    "doubled",
    "negated_and_halved",
    "in_bits",
    "negated_in_bits",
    "base_ten",
    "percentage",
    "summed_not_averaged",
    "averaged_not_summed",
    "rooted",
    "squared",
}


class Diagnosis:
    """The calls of the check, answered by the student's function and by the reference.

    Parameters
    ----------
    explorer : Explorer
        The calls.
    answer : callable or None
        The student's function; None where it cannot be called again, and nothing is found.
    """

    def __init__(self, explorer: Explorer, answer: Callable | None):
        self._explorer, self._answer = explorer, answer
        task = explorer.task
        self._tolerance = task.rtol, task.atol
        self._compared = transforms.Compared(*self._tolerance)
        calls = explorer.calls if answer is not None else []
        got = [explorer.ask(answer, call) for call in calls]
        right = [explorer.ask(task.reference, call) for call in calls]
        self._asked = list(zip(calls, got, right, strict=True))
        # whose right result is a matter of chance, that of the answer tells nothing
        kept = [made for made in self._asked if not self._by_chance(made[0], made[2])]
        self.calls = [call for call, _, _ in kept]
        self.got = [reply for _, reply, _ in kept]
        self.right = [reply for _, _, reply in kept]
        self.pairs = [
            Pair(got.parts, right.parts, _sizes(call))
            for call, got, right in zip(self.calls, self.got, self.right, strict=True)
        ]
        self._wrong = [not self._agree(pair.got, pair.right) for pair in self.pairs]

    def _by_chance(self, call: Call, right: Reply) -> bool:
        """Whether the right result of a call depends on the random numbers that are drawn."""
        if not any(map(is_module, call.arguments.values())):
            return False
        other = self._explorer.ask(
            self._explorer.task.reference, replace(call, seed=call.seed + 1000)
        )
        return not self._agree(other.parts, right.parts)

    # --- the observations, the most telling first -------------------------------------------

    def complete(self) -> Finding | None:
        """A finding that accounts for every wrong result, whatever the calls were."""
        attempts = (
            self._ignores_everything,
            self._transformed,
            self._gradients,
            self._arguments_exchanged,
            self._arguments_changed,
        )
        return self._first(attempts)

    def twofold(self) -> tuple[Misconception, str] | None:
        """A misconception of the bank, spoilt once more in a way that has a name."""
        if self._with_networks():
            return None  # each misconception would have to run again
        if not any(bad and _finite(got) for bad, got in zip(self._wrong, self.got, strict=True)):
            return None  # spoilt twice, a mistake would be mended
        for mistake in self._explorer.task.misconceptions:
            replies = [self._explorer.ask(mistake.answer, call) for call in self.calls]
            pairs = [
                Pair(mine.got, theirs.parts, mine.sizes)
                for mine, theirs in zip(self.pairs, replies, strict=True)
            ]
            found = transforms.find(pairs, *self._tolerance)
            if found is not None and found.name in SECOND:
                text = found.message.replace("the right one", "what that would give")
                return mistake, f"Besides: {text[0].lower()}{text[1:]}"
        return None

    def in_part(self) -> Finding | None:
        """A finding that is true and need not be all that is wrong."""
        attempts = (
            self._ignores_an_argument,
            self._first_sample_only,
            self.condition,
            self._nearly_right,
        )
        return self._first(attempts)

    def _first(self, attempts) -> Finding | None:
        if not self.calls or not any(reply.parts for reply in self.got):
            return None
        return next((found for attempt in attempts if (found := attempt()) is not None), None)

    def condition(self) -> Finding | None:
        """What the calls with a wrong result have in common."""
        return conditions.find(self.calls, self._wrong, self.got)

    def in_the_bank(self) -> Misconception | None:
        """The misconception that explains most of the calls that came to an end."""
        best = None
        seen, right = self._by_call(self.got), self._by_call(self.right)
        for mistake in self._explorer.task.misconceptions:
            replies = [self._explorer.ask(mistake.answer, call) for call in self.calls]
            held = match(seen, right, self._by_call(replies), *self._tolerance)
            # a single call that came to an end may agree by chance
            if (
                held.convincing
                and held.explained > 1
                and (best is None or held.merit > best[1].merit)
            ):
                best = mistake, held
        return best[0] if best else None

    def _by_call(self, replies: list[Reply]) -> dict[str, np.ndarray]:
        return {
            f"{call.number}, part {n}": part
            for call, reply in zip(self.calls, replies, strict=True)
            for n, part in enumerate(reply.parts or ())
        }

    def left_over(self, numbers: tuple[int, ...]) -> str:
        """A sentence on the calls that a finding does not cover, "" if there are none."""
        if not numbers:
            return ""
        reply, text = self.got[numbers[0]], self._text(numbers[0])
        if reply.error is not None:
            return f"Besides, {text} fails with {type_name(reply.error)}."
        if reply.parts is None:
            return ""
        values = np.concatenate([np.ravel(part) for part in reply.parts])
        odd = "nan" if np.isnan(values).any() else "an infinite value"
        return f"Besides, {text} gives {odd}, where the right result is finite."

    def example(self) -> str:
        """The first wrong call with what was expected and what came, "" if no numbers came."""
        for n, (pair, wrong) in enumerate(zip(self.pairs, self._wrong, strict=True)):
            if wrong and pair.got is not None and pair.right is not None:
                right, got = (", ".join(map(show, parts)) for parts in (pair.right, pair.got))
                return f"{self._text(n)}: expected {right}, received {got}."
        return ""

    def _text(self, n: int) -> str:
        return self.calls[n].text(self._explorer.task.id)

    def _transformed(self) -> Finding | None:
        if any(self._wrong):
            return transforms.find(self.pairs, *self._tolerance)
        return None

    def _nearly_right(self) -> Finding | None:
        return transforms.nearly(self.pairs, *self._tolerance)

    def _gradients(self) -> Finding | None:
        if any(self._wrong):
            return None
        return gradients.find(self.calls, self.got, self.right)

    def _ignores_everything(self) -> Finding | None:
        results = [pair.got for pair in self.pairs]
        if len(results) < 3 or any(parts is None for parts in results):
            return None
        if any(not self._agree(parts, results[0]) for parts in results[1:]):
            return None
        if not all(np.isfinite(part).all() for part in results[0]):
            return None
        if [np.shape(part) for part in results[0]] != list(
            map(np.shape, self.pairs[0].right or ())
        ):
            return None
        if all(self._agree(pair.right, self.pairs[0].right) for pair in self.pairs):
            return None
        names = _globals_read(self._answer)
        more = f" It reads `{names[0]}`, which is defined outside the function." if names else ""
        return Finding(
            "ignores_its_arguments",
            "Your function gave the same result in every call, whatever its arguments were." + more,
        )

    def _ignored(self) -> list[str]:
        """The arguments on which the answer does not depend, though the reference does."""
        return [name for name in self._names() if self._independent(name, others)]

    def _ignores_an_argument(self) -> Finding | None:
        ignored = self._ignored()
        if not ignored:
            return None
        names = " or ".join(f"`{name}`" for name in ignored)
        them = f"`{ignored[0]}`" if len(ignored) == 1 else "one of these"
        return Finding(
            "ignores_an_argument",
            f"Your result does not depend on {names}: it stayed the same in every call in which "
            f"nothing but {them} was changed.",
        )

    def _first_sample_only(self) -> Finding | None:
        if self._with_networks():
            return None  # a slope may be the same at other points
        for name in self._names():
            if self._independent(name, _others_after_the_first):
                return Finding(
                    "first_sample_only",
                    f"Of `{name}` only the first entry counts in your function: the result stayed "
                    "the same in every call in which all others were changed.",
                )
        return None

    def _independent(self, name: str, variants: Callable) -> bool:
        """Whether the answer never notices a change of one argument that the reference notices."""
        rng, noticed = np.random.default_rng(0), 0
        for call, got, right in self._asked:
            if name not in call.arguments or not _finite(got) or not _finite(right):
                continue
            for value in variants(call.arguments[name], rng):
                wanted = self._explorer.ask(self._explorer.task.reference, call, **{name: value})
                if wanted.parts is None or self._agree(wanted.parts, right.parts):
                    continue
                reply = self._explorer.ask(self._answer, call, **{name: value})
                if reply.parts is None or not self._same_bits(reply.parts, got.parts):
                    return False
                noticed += 1
        return noticed >= 2

    def _arguments_exchanged(self) -> Finding | None:
        for one, two in itertools.permutations(self._names(), 2):
            if one < two and self._right_with(lambda a, x=one, y=two: {x: a[y], y: a[x]}):
                first, second = (n for n in self._names() if n in (one, two))
                return Finding(
                    "arguments_swapped",
                    f"Your result is the right one for `{first}` and `{second}` exchanged.",
                )
            if self._right_with(lambda a, x=one, y=two: {x: a[y]}):
                return Finding(
                    "one_argument_for_another",
                    f"Your result is the right one for `{two}` in the place of `{one}` too: "
                    f"`{one}` itself has no part in it.",
                )
        return None

    def _arguments_changed(self) -> Finding | None:
        names = [n for n in self._names() if not is_module(self.calls[0].arguments.get(n))]
        groups = [(name,) for name in names] + list(itertools.combinations(names, 2))
        for group, (kind, words, change) in itertools.product(groups, CHANGES):
            if self._right_with(lambda a, xs=group, f=change: {x: f(a[x]) for x in xs}):
                said = " and ".join(words.format(f"`{name}`") for name in group)
                return Finding(f"argument_{kind}", f"Your result is the right one for {said}.")
        return self._arguments_fixed()

    def _arguments_fixed(self) -> Finding | None:
        """Arguments that play no part: is the result the right one for 0 or 1 in their place?"""
        ignored = self._ignored()
        if len(ignored) < 2:
            return None
        for values in itertools.product((0.0, 1.0), repeat=len(ignored)):
            fixed = dict(zip(ignored, values, strict=True))
            if self._right_with(lambda a, fixed=fixed: {n: a[n] * 0 + v for n, v in fixed.items()}):
                said = " and ".join(f"`{name}` = {value:.0f}" for name, value in fixed.items())
                return Finding(
                    "arguments_fixed",
                    f"Your result is the right one for {said}, whatever these really are.",
                )
        return None

    def _right_with(self, change: Callable) -> bool:
        """Whether the answer is the reference with changed arguments, in every call."""
        telling = set()
        order = sorted(range(len(self.calls)), key=lambda n: not self._wrong[n])
        for n in order:
            call, got = self.calls[n], self.got[n].parts
            if got is None or not all(np.isfinite(part).all() for part in got):
                continue
            try:
                changed = change(call.arguments)
            except Exception:
                changed = None
            if changed is None:
                if self._wrong[n]:
                    return False
                continue
            reply = self._explorer.ask(self._explorer.task.reference, call, **changed)
            if reply.parts is None or not self._agree(got, reply.parts):
                return False
            if self._wrong[n]:
                telling |= {round(float(x), 6) for part in got for x in np.ravel(part)}
        return len(telling) >= transforms.ENOUGH

    def _with_networks(self) -> bool:
        return any(is_module(value) for call in self.calls for value in call.arguments.values())

    def _names(self) -> list[str]:
        return list(dict.fromkeys(name for call in self.calls for name in call.arguments))

    def _agree(self, a, b) -> bool:
        if a is None or b is None or len(a) != len(b):
            return a is b
        return all(self._compared.equal(x, y) for x, y in zip(a, b, strict=True))

    def _same_bits(self, a, b) -> bool:
        return len(a) == len(b) and all(
            x.shape == y.shape and np.allclose(x, y, rtol=1e-9, atol=1e-12, equal_nan=True)
            for x, y in zip(a, b, strict=True)
        )


def _finite(reply: Reply) -> bool:
    return reply.parts is not None and all(np.isfinite(part).all() for part in reply.parts)


def _others_after_the_first(value: Any, rng: np.random.Generator) -> Iterator[object]:
    if not (is_tensor(value) or isinstance(value, np.ndarray)) or len(np.shape(value)) < 1:
        return
    if len(value) < 2:
        return
    for changed in others(value, rng):
        if is_tensor(changed):
            asks = changed.requires_grad
            changed = changed.detach()
            changed[0] = value[0].detach()
            yield changed.requires_grad_(asks)
        else:
            changed = np.array(changed)
            changed[0] = value[0]
            yield changed


def _sizes(call: Call) -> dict[str, int]:
    """Lengths by which a sum differs from a mean, in the words of a message."""
    sizes: dict[str, int] = {}
    for name, value in call.arguments.items():
        if isinstance(value, (list, tuple)):
            sizes[f"the length of `{name}`"] = len(value)
        if not (is_tensor(value) or isinstance(value, np.ndarray)):
            continue
        shape = tuple(value.shape)
        if len(shape) == 1:
            sizes[f"the length of `{name}`"] = shape[0]
        elif shape:
            sizes[f"the length of the first axis of `{name}`"] = shape[0]
            sizes[f"the number of entries of `{name}`"] = int(np.prod(shape))
            sizes[f"the number of entries of one sample of `{name}`"] = int(np.prod(shape[1:]))
            sizes[f"the length of the last axis of `{name}`"] = shape[-1]
    return sizes


def _globals_read(answer: Callable | None) -> list[str]:
    """Names of data outside the function that its code mentions."""
    function = plain_function(answer)
    code, space = getattr(function, "__code__", None), getattr(function, "__globals__", {})
    if code is None:
        return []
    data = (np.ndarray, float, int, list, tuple, dict)
    return [n for n in code.co_names if isinstance(space.get(n), data) or is_tensor(space.get(n))]
