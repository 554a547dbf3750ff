"""A red team: hostile answers earn nothing, touch nothing, and stop nothing.

They run in the grader's own sandbox; where there are no namespaces they do not run at all.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from attacks import AVAILABILITY, ISOLATION, SCORE
from variants import FULL

import course_utils
from course_utils.exercises import outcome as o
from course_utils.grading import confine, sandbox
from course_utils.grading.confine import Limits
from course_utils.grading.extract import extract
from course_utils.grading.notebooks import Cell
from course_utils.grading.sandbox import Sandbox, SandboxFailed, bubblewrap_works
from course_utils.grading.verdicts import HELD, USES_COURSE, Judge

pytestmark = pytest.mark.skipif(
    not bubblewrap_works(), reason="no bubblewrap with namespaces here: hostile code must not run"
)
LIMITS = Limits(cpu_seconds=1, wall_seconds=3.0, memory_mib=300, file_mib=4, output_mib=2)
# other attacks test the same limits
SLOW = ("a deadlock", "a loop", "a loop in C", "many files", "endless printing")
TRIED = [name for name in AVAILABILITY if FULL or name not in SLOW]
RIGHT = """
    keep = p > 0
    if np.any(q[keep] == 0): return np.inf
    return np.sum(p[keep] * np.log(p[keep] / q[keep]))
"""


@pytest.fixture(scope="module")
def box():
    with Sandbox(LIMITS) as box:
        for table in ("three_brothers", "wgan_time"):  # starts it, and has it load torch
            box.run({**EMPTY, "exercise": table})
        yield box


EMPTY = {
    "kind": "table",
    "exercise": "three_brothers",
    "seed": 1,
    "imports": [],
    "references": [],
    "given": {},
    "cells": [],
    "function": "",
    "call": {"name": "cell 1", "source": 'answers("three_brothers", {})', "statement": 0},
}


@pytest.fixture(scope="module")
def judge(box):
    return Judge(20261126, box)


def verdict_on(judge, *sources, name="kl_divergence", lesson=1, right=()):
    cells = [Cell(n, "code", text) for n, text in enumerate(sources, 1)]
    extracted = extract(lesson, cells)
    return judge.judge(extracted, extracted.answers[name], set(right))


def attack(judge, body):
    text = f"@exercise\ndef kl_divergence(p, q):\n    {body.strip()}\n"
    return verdict_on(judge, "import numpy as np", text)


def files():
    """The package's files as the system knows them: whoever writes to one changes its ctime."""
    paths = sorted(Path(course_utils.__file__).parent.rglob("*.py"))
    return [(path, path.stat().st_size, path.stat().st_ctime_ns) for path in paths]


@pytest.fixture
def unharmed(box):
    """The grader's files and process table, before and after."""
    before = files(), len(confine.descendants(os.getpid()))
    process = box._process
    yield
    assert (files(), len(confine.descendants(os.getpid()))) == before
    assert box._process is process and process.poll() is None  # not even the sandbox had to go


def test_the_sandbox_lets_a_right_answer_through(judge, unharmed):
    verdict = attack(judge, RIGHT)
    assert (verdict.status, verdict.share, verdict.flags) == (o.CORRECT, 1.0, [])


@pytest.mark.parametrize("body", SCORE.values(), ids=SCORE)
def test_an_attack_on_the_score_earns_nothing(judge, body, unharmed):
    verdict = attack(judge, body)
    assert verdict.share == 0.0
    assert verdict.status != o.CORRECT or any(flag.startswith(HELD) for flag in verdict.flags)


@pytest.mark.parametrize("body", ISOLATION.values(), ids=ISOLATION)
def test_an_attack_on_the_isolation_fails(judge, body, unharmed):
    verdict = attack(judge, body)
    assert verdict.share == 0.0 and verdict.status in (o.ERROR, o.INCORRECT)
    if "return" not in body:
        assert verdict.status == o.ERROR, verdict.message  # the attempt itself was refused


@pytest.mark.parametrize("body", [AVAILABILITY[name] for name in TRIED], ids=TRIED)
def test_an_attack_on_the_availability_costs_one_exercise(judge, body, unharmed):
    verdict = attack(judge, body)
    assert verdict.share == 0.0 and verdict.status in (o.ERROR, o.INCORRECT)
    assert verdict.message
    assert attack(judge, RIGHT).share == 1.0  # the next one is judged as ever


def test_what_one_answer_leaves_behind_no_other_finds(judge, unharmed):
    attack(judge, "open('/answer/note', 'w').write('0.5'); np.note = 0.5; return 1.0")
    verdict = attack(judge, "return float(open('/answer/note').read())")
    assert verdict.status == o.ERROR and "No such file" in verdict.message
    assert attack(judge, "return np.note").status == o.ERROR


def test_no_process_is_left_when_the_grader_is_done():
    before = confine.descendants(os.getpid())
    with Sandbox(Limits(wall_seconds=1.0)) as box:
        cells = [{"name": "cell 1", "source": "import time; time.sleep(99)", "take": [0, 1]}]
        assert box.run({**EMPTY, "cells": cells}).ended == "wall time"
    assert confine.descendants(os.getpid()) == before


def test_the_observer_holds_no_key_no_order_and_no_working_reference(judge, unharmed):
    """An answer that shows what it finds in the course's own objects."""
    verdict_on(judge, 'derivation("bayes_rule", str("A"))', name="bayes_rule")  # loads that bank
    loaded = "for t in E._loaded.values()"
    looks = {
        f"str((e.key, e.mistakes)) {loaded} for e in getattr(t, 'entries', {{}}).values()": (
            "(None, ())"
        ),
        f"str(t.steps) {loaded} if hasattr(t, 'steps')": "()",
        f"t.reference.__code__.co_name {loaded} if t.id == 'kl_divergence'": "_refuse",
    }
    for look, wanted in looks.items():
        body = (
            "from course_utils.exercises import EXERCISES as E\n"
            f"    raise ValueError('|'.join(sorted({{{look}}})))"
        )
        assert f"raised ValueError: {wanted}\n" in attack(judge, body).message


# ------------------------------------------------------------------ the course's own functions


@pytest.mark.parametrize(
    "name",
    [name for name in SCORE if name.startswith("the course's")]
    + ["EXERCISES", "the module's dict", "inspect", "the source file"],
)
def test_who_calls_the_courses_function_is_marked(judge, name):
    verdict = attack(judge, SCORE[name])
    assert USES_COURSE in verdict.flags and verdict.status == o.INCORRECT


def test_another_exercises_function_is_noted_and_counts(judge):
    body = (
        "from course_utils.divergences import cross_entropy, entropy\n"
        "    return 0.0 if np.array_equal(p, q) else cross_entropy(p, q) - entropy(p)"
    )
    verdict = attack(judge, body)
    assert verdict.share == 1.0 and verdict.flags == []
    assert any("rests on the course's cross_entropy" in remark for remark in verdict.remarks)


def test_an_answer_that_only_counts_its_calls_is_wrong(judge):
    """The verdicts of this exercise are always the same; the order of its questions is not."""
    text = (
        "calls = []\n"
        "@exercise\n"
        "def is_coupling(plan, p, q):\n"
        "    calls.append(1)\n"
        "    return len(calls) <= 7 and len(calls) != 7"
    )
    assert verdict_on(judge, text, name="is_coupling", lesson=3).share == 0.0


def test_library_functions_are_legitimate(judge):
    body = "from scipy.special import rel_entr\n    return rel_entr(p, q).sum()"
    assert attack(judge, body).share == 1.0


def test_a_solution_cell_is_no_answer_and_cannot_be_called(judge):
    solution = f"%%solution kl_divergence\n@exercise\ndef kl_divergence(p, q):{RIGHT}"
    stub = "@exercise\ndef kl_divergence(p, q):\n    raise NotImplementedError"
    assert verdict_on(judge, "import numpy as np", solution, stub).status == o.NOT_ATTEMPTED
    hidden = f"%%solution kl_divergence\ndef hidden(p, q):{RIGHT}"
    caller = "@exercise\ndef kl_divergence(p, q):\n    return hidden(p, q)"
    assert verdict_on(judge, "import numpy as np", hidden, caller).status == o.ERROR


@pytest.mark.parametrize(
    "value",
    [
        'EXERCISES["three_brothers"].entries',
        "{k: e.key for k, e in EXERCISES['three_brothers'].entries.items()}",
        'answers("three_brothers", {})',
        "9**9**9**9",
        '__import__("os")._exit(0)',
    ],
)
def test_a_table_gives_nothing_away(judge, value):
    text = (
        f'from course_utils.exercises import EXERCISES, answers\nanswers("three_brothers", {value})'
    )
    assert verdict_on(judge, text, name="three_brothers").share == 0.0


def test_a_table_cell_that_hangs_or_crashes_is_an_error_with_a_sentence(judge):
    label = "P(Fred older than Bob)"
    text = f'answers("three_brothers", {{"{label}": sum(iter(int, 1))}})'
    verdict = verdict_on(judge, text, name="three_brothers")
    assert verdict.status == o.ERROR and "did not finish" in verdict.message


@pytest.mark.parametrize(
    "order", ['EXERCISES["bayes_rule"].order', '"".join(s.letter for s in BAYES_RULE.steps)']
)
def test_a_derivation_gives_nothing_away(judge, order):
    text = (
        "from course_utils.exercises import EXERCISES, derivation\n"
        "from course_utils.exercises.derivations.probability import BAYES_RULE\n"
        f'derivation("bayes_rule", {order})'
    )
    assert verdict_on(judge, text, name="bayes_rule").share == 0.0


# ------------------------------------------------------------------ without a sandbox


def test_without_namespaces_root_is_refused_and_others_are_warned(monkeypatch):
    monkeypatch.setattr(sandbox, "bubblewrap_works", lambda: False)
    monkeypatch.setattr(sandbox, "is_root", lambda: True)
    with pytest.raises(SandboxFailed, match="You are root"):
        Sandbox()
    monkeypatch.setattr(sandbox, "is_root", lambda: False)
    with Sandbox() as box:
        assert "CAUTION" in sandbox.WORDS[box.kind]


INSIDE = """
import json, os, sys
from course_utils.grading.confine import Limits, descendants
from course_utils.grading.sandbox import Sandbox, WORDS
attacks = json.loads(sys.argv[1])
result = {}
with Sandbox(Limits(cpu_seconds=1, wall_seconds=4.0), bubblewrap=False) as box:
    def look(body):
        text = "def kl_divergence(p, q):\\n    " + body.strip()
        seen = box.run({"kind": "function", "exercise": "kl_divergence", "seed": 1,
            "function": "kl_divergence", "imports": ["import numpy as np"], "references": [],
            "given": {}, "call": {}, "cells": [{"name": "cell 1", "source": text, "take": [0]}]})
        fault = seen.observation.fault
        return seen.ended or (fault.name if fault else "values")
    right = attacks.pop("right")
    result["right"] = look(right)
    own = len(descendants(os.getpid()))
    for name, body in attacks.items():
        result[name] = look(body)
    result["left"] = len(descendants(os.getpid())) - own
    result["kind"] = box.kind
with Sandbox(bubblewrap=False, once=True) as box:
    box._can_select = False  # as on Windows: a fresh Python each time, and a timer
    result["once"] = [look(right)]
    box._limits, usual = Limits(wall_seconds=1.0), box._limits
    result["once"].append(look("import time; time.sleep(99)"))
    box._limits = usual
    result["once"].append(look(right))
print(json.dumps(result))
"""


def test_without_namespaces_an_answer_still_ends_nobody_else():
    """The grader with limits only, itself in a world where it can harm nothing."""
    names = ("kill the parent", "kill everything", "the network", "run a program")
    hostile = {name: ISOLATION[name] for name in names}
    names = ("a loop", "memory", "a fork bomb", "os._exit", "abort")
    hostile |= {name: AVAILABILITY[name] for name in names}
    hostile["threads"] = SCORE["a thread that answers later"]
    given = json.dumps({"right": RIGHT, **hostile})
    done = subprocess.run(
        [*sandbox._bubblewrap(), sys.executable, "-c", INSIDE, given],
        env=sandbox._environment(confine.HOME),
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    assert seen["kind"] == sandbox.PLAIN and seen["left"] == 0
    assert seen["right"] == "values"
    refused = ("kill the parent", "kill everything", "the network", "run a program", "a fork bomb")
    assert {seen[name] for name in refused} == {"PermissionError"}
    assert seen["a loop"] in ("cpu time", "wall time")  # a busy machine may be slower
    assert seen["once"] == ["values", "wall time", "values"]
    assert seen["memory"] == "MemoryError" and seen["os._exit"] == "nothing"
