"""Hostile answers are survived, a real interrupt is not swallowed, and all state is put back."""

# ruff: noqa: E722, SIM105  (students write bare excepts)

import os
import random
import signal
import subprocess
import sys
import threading
import time
import warnings

import numpy as np
import pytest
import torch
from torch import nn

from course_utils.exercises.engine import Exercise, array, number, scalar_tensor
from course_utils.exercises.sandbox import Capture, neutral

# what swallows every exception swallows the usual way of ending a test that hangs
pytestmark = pytest.mark.timeout(300, method="thread")


def probe(answer, rng):
    x = rng.normal(size=5)
    return {"the mean": number(answer(x))}


MEAN = Exercise(
    id="mean",
    lesson=1,
    title="Mean",
    reference=lambda x: float(np.mean(x)),
    probe=probe,
    misconceptions=(),
    hints=("Add.", "Divide."),
)


def torch_exercise(reference, probe):
    return Exercise("loss", 4, "Loss", reference, probe, (), ("One.", "Two."))


# ---------------------------------------------------------------- hostile answers


class NeverEqual:
    def __eq__(self, other):
        raise RuntimeError("no comparing")

    __hash__ = None

    def __bool__(self):
        raise RuntimeError("no truth")

    def __len__(self):
        raise RuntimeError("no length")

    def __repr__(self):
        raise RuntimeError("no text")


class AlwaysEqual:
    def __eq__(self, other):
        return True

    __hash__ = None


class BadFloat:
    def __float__(self):
        raise SystemExit("gone")


class BadArray:
    def __array__(self, *args, **kwargs):
        raise KeyboardInterrupt


class NoClass:
    @property
    def __class__(self):
        raise RuntimeError("no class")


class BadError(Exception):
    def __str__(self):
        raise RuntimeError("no text")


@pytest.mark.parametrize("kind", [NeverEqual, AlwaysEqual, BadFloat, BadArray, NoClass])
def test_strange_results_are_incorrect(kind):
    outcome = MEAN.evaluate(lambda x: kind())
    assert outcome.status == "incorrect" and outcome.message


def raising(error):
    def answer(x):
        raise error

    return answer


@pytest.mark.parametrize(
    "error",
    [
        SystemExit(3),
        KeyboardInterrupt(),
        GeneratorExit(),
        BaseException("base"),
        MemoryError(),
        StopIteration(),
        BadError(),
        ValueError("x" * 100_000),
    ],
    ids=lambda error: type(error).__name__,
)
def test_any_exception_of_the_answer_is_an_error(error):
    outcome = MEAN.evaluate(raising(error))
    assert outcome.status == "error" and type(error).__name__ in outcome.message
    assert len(outcome.message) < 2000


def test_infinite_recursion_is_an_error():
    def answer(x):
        return answer(x)

    outcome = MEAN.evaluate(answer)
    assert outcome.status == "error" and "RecursionError" in outcome.message


def test_a_flood_of_output_is_cut():
    def answer(x):
        for _ in range(20_000):
            print("flood " * 10)
        return float(np.mean(x))

    outcome = MEAN.evaluate(answer)
    assert outcome.status == "correct"
    assert len(outcome.output) < 2100 and "cut" in outcome.output


def test_a_flood_takes_no_memory():
    stream = Capture(limit=10)
    for _ in range(1000):
        stream.write("x" * 1000)
    assert sum(len(part) for part in stream._parts) == 10


def test_output_and_warnings_are_captured_and_do_not_count(capfd):
    def answer(x):
        print("seen by the student")
        print("on stderr", file=sys.stderr)
        warnings.warn("a warning", stacklevel=1)
        sys.stdout.close()
        sys.stdout = None
        return float(np.mean(x))

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        outcome = MEAN.evaluate(answer)
    assert outcome.status == "correct"
    assert "seen by the student" in outcome.output and "on stderr" in outcome.output
    assert capfd.readouterr() == ("", "")


def test_a_slow_stream_of_bytes_is_no_text():
    with pytest.raises(TypeError):
        Capture().write(b"bytes")


# ---------------------------------------------------------------- interrupts


def interrupted_by(answer, times=1):
    """Evaluate `answer` and send a real SIGINT, perhaps several, once it has begun."""
    begun, over = threading.Event(), threading.Event()

    def starting(x):
        begun.set()
        return answer(x)

    def send():
        begun.wait()
        for _ in range(times):
            if not over.wait(0.05):
                os.kill(os.getpid(), signal.SIGINT)

    sender = threading.Thread(target=send)
    sender.start()
    try:
        return MEAN.evaluate(starting)
    finally:
        over.set()
        sender.join()


def test_a_real_interrupt_interrupts(interruptible):
    def forever(x):
        while True:
            time.sleep(0.001)

    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        interrupted_by(forever)
    assert signal.getsignal(signal.SIGINT) is before


def swallowing_once(x):
    try:
        while True:
            time.sleep(0.001)
    except BaseException:
        return 0.0


def swallowing_always(x):
    while True:
        try:
            time.sleep(0.001)
        except:
            pass


def swallowing_busily(x):
    n = 0
    while True:
        try:
            n += 1
        except BaseException:
            n = 0


def swallowing_deeper(x):
    def inner():
        while True:
            try:
                while True:
                    try:
                        time.sleep(0.001)
                    except:
                        pass
            except:
                pass

    while True:
        try:
            inner()
        except:
            pass


def swallowing_and_keeping(x):
    kept = []
    while True:
        try:
            time.sleep(0.001)
        except BaseException as error:
            kept.append(error)


def swallowing_and_going_on(x):
    for _ in range(10**9):
        try:
            np.sort(x)
        except:
            continue
        finally:
            x = x + 1


@pytest.mark.parametrize(
    "stubborn",
    [
        swallowing_once,
        swallowing_always,
        swallowing_busily,
        swallowing_deeper,
        swallowing_and_keeping,
        swallowing_and_going_on,
    ],
)
def test_an_answer_that_swallows_a_real_interrupt_is_interrupted_all_the_same(
    stubborn, interruptible
):
    before = sys.gettrace()
    with pytest.raises(KeyboardInterrupt):
        interrupted_by(stubborn)
    assert sys.gettrace() is before
    assert MEAN.evaluate(lambda x: float(np.mean(x))).status == "correct"


def test_state_is_put_back_after_an_interrupt(interruptible):
    before = np.random.get_state()[1].tolist(), sys.stdout, torch.get_default_dtype()  # noqa: NPY002

    def forever(x):
        torch.set_default_dtype(torch.float64)
        while True:
            try:
                np.random.rand()  # noqa: NPY002
            except:
                pass

    with pytest.raises(KeyboardInterrupt):
        interrupted_by(forever)
    after = np.random.get_state()[1].tolist(), sys.stdout, torch.get_default_dtype()  # noqa: NPY002
    assert after == before


def test_several_presses_of_the_stop_button_are_one(interruptible):
    with pytest.raises(KeyboardInterrupt):
        interrupted_by(swallowing_deeper, times=5)


def test_outside_the_main_thread_answers_are_judged_all_the_same():
    outcomes = []
    answers = (MEAN.reference, raising(KeyboardInterrupt()))
    thread = threading.Thread(target=lambda: outcomes.extend(map(MEAN.evaluate, answers)))
    thread.start()
    thread.join()
    assert [outcome.status for outcome in outcomes] == ["correct", "error"]


# ---------------------------------------------------------------- neutral


def test_random_streams_are_where_they_were():
    def answer(x):
        random.seed(1)
        np.random.seed(2)  # noqa: NPY002
        torch.manual_seed(3)
        return float(np.mean(x))

    random.seed(10)
    np.random.seed(11)  # noqa: NPY002
    torch.manual_seed(12)
    expected = random.random(), np.random.rand(), torch.rand(1).item()  # noqa: NPY002
    random.seed(10)
    np.random.seed(11)  # noqa: NPY002
    torch.manual_seed(12)
    assert MEAN.evaluate(answer).status == "correct"
    assert (random.random(), np.random.rand(), torch.rand(1).item()) == expected  # noqa: NPY002


def test_inputs_are_fresh_each_time_and_fixed_by_a_seed():
    messages = {MEAN.evaluate(lambda x: 0.0).message for _ in range(3)}
    assert len(messages) == 3
    assert MEAN.evaluate(lambda x: 0.0, seed=4) == MEAN.evaluate(lambda x: 0.0, seed=4)


def test_every_run_meets_the_same_global_streams():
    def draw(answer, rng):
        return {"two draws": array(answer())}

    def reference():
        return [random.random(), np.random.rand(), torch.rand(1).item()]  # noqa: NPY002

    item = Exercise("draw", 1, "Draw", reference, draw, (), ("a", "b"))
    assert item.evaluate(lambda: reference()).status == "correct"


def test_settings_switched_by_one_call_do_not_reach_the_next():
    def twice(answer, rng):
        seen = {}
        for n in (1, 2):
            layer = nn.Linear(2, 1)
            seen[f"call {n}"] = number(answer(layer(torch.ones(3, 2)).sum()))
            seen[f"default dtype {n}"] = torch.get_default_dtype() == torch.float32
            seen[f"gradients on {n}"] = torch.is_grad_enabled()
        return seen

    def answer(total):
        torch.set_default_dtype(torch.float64)
        torch.set_grad_enabled(False)
        np.seterr(all="raise")
        return total

    item = torch_exercise(lambda total: total, twice)
    assert item.evaluate(answer).status == "correct"
    assert torch.get_default_dtype() == torch.float32 and torch.is_grad_enabled()


@pytest.mark.parametrize("mode", [torch.no_grad, torch.inference_mode])
def test_the_students_own_modes_do_not_disturb_the_check(mode):
    def slope(answer, rng):
        x = torch.tensor(rng.normal(size=4), requires_grad=True)
        scalar_tensor(answer(x)).backward()
        return {"the gradient": array(x.grad)}

    item = torch_exercise(lambda x: x.square().mean(), slope)
    torch.set_default_dtype(torch.float64)
    try:
        with mode():
            assert item.evaluate(lambda x: (x * x).mean()).status == "correct"
            assert not torch.is_grad_enabled()
        assert torch.get_default_dtype() == torch.float64
    finally:
        torch.set_default_dtype(torch.float32)


def test_what_fails_in_the_block_is_put_back_too():
    out = sys.stdout
    with pytest.raises(ZeroDivisionError), neutral():
        raise ZeroDivisionError
    assert sys.stdout is out


# ---------------------------------------------------------------- networks as arguments


def on_a_network(reference=lambda critic, x: critic(x).mean()):
    seen = []

    def probe(answer, rng):
        critic = nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3), nn.Linear(3, 1)).eval()
        x = torch.ones(4, 2)
        before = [t.clone() for t in (*critic.parameters(), *critic.buffers(), x)]
        value = number(answer(critic, x))
        after = [*critic.parameters(), *critic.buffers(), x]
        same = all(torch.equal(a, b) for a, b in zip(before, after, strict=True))
        grads = all(p.grad is None and p.requires_grad for p in critic.parameters())
        seen.append(same and grads and not critic.training and not x.requires_grad)
        return {"the value": value}

    return torch_exercise(reference, probe), seen


def step(critic, x):
    value = critic(x).mean()
    with torch.no_grad():
        critic[0].bias.add_(1)
    return value


def buffers(critic, x):
    value = critic(x).mean()
    critic[1].running_mean.add_(1)
    return value


def backward(critic, x):
    value = critic(x).mean()
    value.backward()
    return value


def replaced(critic, x):
    value = critic(x).mean()
    critic[0].bias = nn.Parameter(torch.zeros(3))
    return value


def data(critic, x):
    value = critic(x).mean()
    x.data = torch.zeros(4, 2)
    return value


@pytest.mark.parametrize(
    ("answer", "words"),
    [(step, "weights"), (buffers, "weights"), (replaced, "weights"), (data, "contents"),
     (backward, "gradients")],
)  # fmt: skip
def test_a_changed_network_or_tensor_is_noticed_and_put_back(answer, words):
    item, restored = on_a_network()
    outcome = item.evaluate(answer)
    assert outcome.status == "incorrect" and words in outcome.message
    assert all(restored)


def test_flags_alone_are_put_back_and_not_counted():
    def flags(critic, x):
        x.requires_grad_()
        value = critic(x).mean()
        critic.train()
        return value

    item, restored = on_a_network()
    assert item.evaluate(flags).status == "correct"
    assert all(restored)


# ---------------------------------------------------------------- torch stays away


def test_an_answer_that_imports_torch_leaves_it_as_if_fresh():
    code = """
import sys
from course_utils.exercises import EXERCISES
def entropy(p):
    import torch
    torch.manual_seed(5)
    torch.set_default_dtype(torch.float64)
    return float(torch.special.entr(torch.as_tensor(p)).sum())
assert "torch" not in sys.modules
assert EXERCISES["entropy"].evaluate(entropy).status == "correct"
import torch
assert torch.get_default_dtype() == torch.float32
assert torch.initial_seed() == 67280421310721
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
