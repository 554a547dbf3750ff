"""The cases of a sweep: a grid or a random sample of settings, times objectives and seeds."""

from __future__ import annotations

import hashlib
import itertools
import json
import math
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from course_utils.cli.sweep.space import (
    DATA,
    OBJECTIVES,
    SETTINGS,
    Setting,
    SweepError,
    Value,
    parsed,
    text,
)

# --- one case -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Case:
    """One training to be done: everything that decides how it ends.

    Attributes
    ----------
    settings : dict
        A value for each of ``SETTINGS``; None where it does not matter to the objective (the
        weight of a penalty that is not there), so that no case has two names.
    """

    data: str
    objective: str
    seed: int
    settings: Mapping[str, Value]

    @property
    def facts(self) -> dict[str, str]:
        """All of it as text, in the order of the table's columns."""
        return {
            "data": self.data,
            "objective": self.objective,
            "seed": str(self.seed),
            **{name: text(self.settings[name]) for name in SETTINGS},
        }

    @cached_property
    def id(self) -> str:
        """A name that depends on the facts alone."""
        return case_id(self.facts)


def case_id(facts: Mapping[str, str]) -> str:
    """The name of the case with these facts, in the order of :attr:`Case.facts`."""
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:12]


def _case(data: str, objective: str, seed: int, chosen: Mapping[str, Value]) -> Case:
    from course_utils import objectives

    known = objectives.OBJECTIVES[objective]
    settings: dict[str, Value] = {}
    for name, setting in SETTINGS.items():
        default = setting.default_for(data)
        if name in chosen:
            settings[name] = chosen[name]
        else:
            settings[name] = (
                getattr(known.paper, name) if default == "paper" else parsed(name, default)
            )
    for name in ("lambda_gp", "clip_value"):
        if not hasattr(known.constraint, name):
            settings[name] = None
    if settings["optimizer"] != "adam":
        settings["betas"] = None
    return Case(data, objective, seed, settings)


@dataclass(frozen=True)
class Plan:
    """The cases of a sweep.

    Attributes
    ----------
    trials : tuple of dict
        For each choice of settings and seed, the case of each objective: what is compared.
    cases : tuple of Case
        Each once.
    """

    trials: tuple[dict[str, Case], ...]

    @cached_property
    def cases(self) -> tuple[Case, ...]:
        every = (case for trial in self.trials for case in trial.values())
        return tuple({case.id: case for case in every}.values())

    @property
    def objectives(self) -> tuple[str, ...]:
        return tuple(self.trials[0])

    @property
    def varied(self) -> tuple[str, ...]:
        """The settings that are not the same in all cases of some objective."""
        return tuple(
            name
            for name in SETTINGS
            if any(
                len({trial[objective].settings[name] for trial in self.trials}) > 1
                for objective in self.objectives
            )
        )


# --- many cases -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Range:
    """``low..high``, both included."""

    low: float
    high: float

    def draw(self, setting: Setting, rng: random.Random) -> Value:
        """A value, evenly from the range or from its logarithms; numbers get three digits."""
        whole = setting.whole
        low, high = self.low, self.high + (1 if whole else 0)
        if setting.by_factors:
            value = math.exp(rng.uniform(math.log(low), math.log(high)))
        else:
            value = rng.uniform(low, high)
        if whole:
            return min(int(value), int(self.high))
        return min(max(float(f"{value:.3g}"), self.low), self.high)


def vary(options: Iterable[str]) -> dict[str, list[Value] | Range]:
    """What ``--vary`` asks for: ``name=value,value`` or ``name=low..high``, by name.

    Raises
    ------
    SweepError
        For an unknown name or a value that cannot be; says what is allowed.
    """
    chosen: dict[str, list[Value] | Range] = {}
    for option in options:
        name, equals, values = option.partition("=")
        if name not in SETTINGS:
            raise SweepError(f"there is no setting {name!r}; there are: {', '.join(SETTINGS)}.")
        if name in chosen:
            raise SweepError(f"--vary {name} is given twice; give all its values at once.")
        if not equals or not values:
            raise SweepError(f"--vary {option}: write --vary {name}=value,value.")
        if ".." in values:
            chosen[name] = _range(name, values)
        else:
            listed = [parsed(name, value) for value in values.split(",")]
            chosen[name] = list(dict.fromkeys(listed))
    return chosen


def _range(name: str, written: str) -> Range:
    if not SETTINGS[name].ordered:
        raise SweepError(f"{name}={written}: {name} has no ranges; list its values.")
    low, high = (parsed(name, end) for end in written.split("..", 1))
    if not low < high:
        raise SweepError(f"{name}={written}: a range goes from a smaller number to a larger one.")
    if SETTINGS[name].by_factors and not low > 0:
        raise SweepError(f"{name}={written}: a range of {name} starts above 0.")
    return Range(low, high)


def grid(chosen: Mapping[str, list[Value] | Range]) -> list[dict[str, Value]]:
    """Every combination of the listed values."""
    for name, values in chosen.items():
        if isinstance(values, Range):
            raise SweepError(f"--vary {name}: a grid needs a list of values; ranges need --random.")
    return [
        dict(zip(chosen, values, strict=True)) for values in itertools.product(*chosen.values())
    ]


def sample(
    chosen: Mapping[str, list[Value] | Range], n_settings: int, seed: int
) -> list[dict[str, Value]]:
    """``n_settings`` different combinations, drawn at random.

    Without a range or a list of several values among ``chosen``, the table of random
    architectures is drawn from. The first of many are those of few: a sweep can be extended.
    """
    chosen = dict(chosen)
    if all(isinstance(values, list) and len(values) == 1 for values in chosen.values()):
        table = {name: s.drawn for name, s in SETTINGS.items() if s.drawn and name not in chosen}
        chosen |= {name: [parsed(name, v) for v in values] for name, values in table.items()}
    if not any(isinstance(values, Range) for values in chosen.values()):
        there_are = math.prod(len(values) for values in chosen.values())
        if there_are < n_settings:
            raise SweepError(
                f"--random {n_settings}: only {there_are} different combinations exist."
            )
    rng = random.Random(seed)
    drawn: dict[tuple[Value, ...], None] = {}
    for _ in range(1000 * n_settings):
        if len(drawn) == n_settings:
            return [dict(zip(chosen, values, strict=True)) for values in drawn]
        drawn[tuple(_draw(name, values, rng) for name, values in chosen.items())] = None
    raise SweepError(f"--random {n_settings}: the ranges hardly hold so many different settings.")


def _draw(name: str, values: list[Value] | Range, rng: random.Random) -> Value:
    if isinstance(values, Range):
        return values.draw(SETTINGS[name], rng)
    return values[rng.randrange(len(values))]


def seeds(written: str) -> list[int]:
    """``"0-4"``, ``"3"`` or ``"0,2,5-7"`` as a list."""
    found: list[int] = []
    for part in written.split(","):
        first, dash, last = part.partition("-")
        if not first.isdecimal() or (dash and not last.isdecimal()):
            raise SweepError(f"--seeds {written}: write numbers and ranges, as in 0-4 or 0,2,5-7.")
        found += range(int(first), int(last or first) + 1)
    if not found:
        raise SweepError(f"--seeds {written} names no seed.")
    return list(dict.fromkeys(found))


def plan(
    data: str,
    objectives: Sequence[str],
    numbers: Sequence[int],
    choices: Sequence[Mapping[str, Value]],
) -> Plan:
    """Each choice of settings with each seed, for each objective."""
    for name in objectives:
        if name not in OBJECTIVES:
            raise SweepError(f"there is no objective {name!r}; there are: {', '.join(OBJECTIVES)}.")
    if data not in DATA:
        raise SweepError(f"there are no data {data!r}; there are: {', '.join(DATA)}.")
    return Plan(
        tuple(
            {objective: _case(data, objective, seed, choice) for objective in objectives}
            for choice in choices
            for seed in numbers
        )
    )
