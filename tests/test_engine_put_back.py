"""Whatever an answer switches, opens or patches, the next cell finds everything as it was."""

import builtins
import functools
import gc
import math
import os
import sys
import threading

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from torch import nn

from course_utils.exercises import compare, judging, sandbox
from course_utils.exercises import outcome as o
from course_utils.exercises.derivations.probability import BAYES_RULE
from course_utils.exercises.engine import Exercise, array, number, scalar_tensor

MEAN = Exercise(
    id="mean",
    lesson=1,
    title="Mean",
    reference=lambda x: float(np.mean(x)),
    probe=lambda answer, rng: {"the mean": number(answer(rng.normal(size=5)))},
    misconceptions=(),
    hints=("Add.", "Divide."),
)


def look_at_a_loss(answer, rng):
    """Two calls, on tensors of the usual kind, and a gradient."""
    seen = {}
    for n in (1, 2):
        x = torch.tensor(rng.normal(size=(3, 2)), dtype=torch.float32)
        layer = nn.Linear(2, 1)
        scalar_tensor(answer(layer(x))).backward()
        seen[f"gradient {n}"] = array(layer.weight.grad)
    return seen


LOSS = Exercise("loss", 4, "Loss", lambda s: s.mean(), look_at_a_loss, (), ("One.", "Two."))


def left_in(mode):
    """Enter a mode and never leave it."""
    mode.__enter__()
    left_in.held.append(mode)


left_in.held = []
options = torch._tensor_str.PRINT_OPTS
SWITCHES = {
    "recursion limit": (sys.getrecursionlimit, lambda: sys.setrecursionlimit(3000)),
    "a tiny recursion limit": (sys.getrecursionlimit, lambda: sys.setrecursionlimit(150)),
    "trace": (sys.gettrace, lambda: sys.settrace(lambda *_: None)),
    "profile": (sys.getprofile, lambda: sys.setprofile(lambda *_: None)),
    "other threads": (threading.gettrace, lambda: threading.settrace(lambda *_: None)),
    "garbage": (gc.isenabled, gc.disable),
    "working directory": (os.getcwd, lambda: os.chdir("/")),
    "environment": (
        lambda: dict(os.environ),
        lambda: (os.environ.update(COURSE_MODE="instructor"), os.environ.pop("PATH", None)),
    ),
    "module path": (lambda: list(sys.path), sys.path.clear),
    "display hook": (lambda: sys.displayhook, lambda: setattr(sys, "displayhook", print)),
    "NumPy errors": (np.geterr, lambda: np.seterr(all="raise")),
    "NumPy printing": (np.get_printoptions, lambda: np.set_printoptions(precision=1)),
    "torch printing": (
        lambda: dict(vars(options)),
        lambda: torch.set_printoptions(precision=1, sci_mode=True),
    ),
    "threads": (torch.get_num_threads, lambda: torch.set_num_threads(3)),
    "determinism": (
        torch.are_deterministic_algorithms_enabled,
        lambda: torch.use_deterministic_algorithms(True),
    ),
    "anomalies": (torch.is_anomaly_enabled, lambda: torch.autograd.set_detect_anomaly(True)),
    "matrix products": (
        torch.get_float32_matmul_precision,
        lambda: torch.set_float32_matmul_precision("medium"),
    ),
    "MKL-DNN": (
        lambda: torch.backends.mkldnn.enabled,
        lambda: setattr(torch.backends.mkldnn, "enabled", False),
    ),
    "default dtype": (torch.get_default_dtype, lambda: torch.set_default_dtype(torch.float64)),
    "default device": (torch.get_default_device, lambda: torch.set_default_device("meta")),
    "device mode": (torch.get_default_device, lambda: left_in(torch.device("meta"))),
    "gradients": (torch.is_grad_enabled, lambda: torch.set_grad_enabled(False)),
    "inference": (torch.is_inference_mode_enabled, lambda: left_in(torch.inference_mode())),
    "autocast": (
        lambda: torch.is_autocast_enabled("cpu"),
        lambda: torch.set_autocast_enabled("cpu", True),
    ),
    "figures": (plt.get_fignums, lambda: plt.figure(7)),
    "closed figures": (plt.get_fignums, lambda: plt.close("all")),
    "figure settings": (
        lambda: matplotlib.rcParams["lines.linewidth"],
        lambda: plt.style.use("ggplot") or plt.rc("lines", linewidth=9),
    ),
}


@pytest.mark.parametrize("name", SWITCHES)
def test_what_an_answer_switches_is_put_back(name):
    read, switch = SWITCHES[name]
    plt.figure(3)
    before = read()

    def right(x):
        result = float(np.mean(x))
        switch()
        return result

    outcome = MEAN.evaluate(right)
    after = read()
    assert after == before
    assert outcome.status == o.CORRECT

    def right_loss(scores):
        result = scores.mean()
        switch()
        return result

    outcome = LOSS.evaluate(right_loss)
    assert (outcome.status, read()) == (o.CORRECT, before)


@pytest.mark.parametrize("name", ["default device", "inference", "autocast", "gradients"])
def test_what_the_student_has_switched_does_not_disturb_the_check_and_stays(name):
    read, _ = SWITCHES[name]
    modes = {
        "default device": torch.device("meta"),
        "inference": torch.inference_mode(),
        "autocast": torch.autocast("cpu"),
        "gradients": torch.no_grad(),
    }
    with modes[name]:
        there = read()
        assert LOSS.evaluate(lambda scores: scores.mean()).status == o.CORRECT
        assert read() == there
    torch.set_default_device("meta")
    try:
        assert LOSS.evaluate(lambda scores: scores.mean()).status == o.CORRECT
        assert torch.get_default_device().type == "meta"
    finally:
        torch.set_default_device(None)


def test_an_answer_draws_on_no_figure_of_the_students():
    mine = plt.figure(3)
    axes = mine.subplots()

    def drawing(x):
        plt.plot(x)
        plt.title("not mine")
        return float(np.mean(x))

    assert MEAN.evaluate(drawing).status == o.CORRECT
    assert not axes.lines and plt.gcf() is mine and plt.gca() is axes


def test_an_answer_displays_nothing(monkeypatch):
    shown = []

    class Publisher:
        def publish(self, *_, **__):
            shown.append("something")

    class Shell:
        display_pub = Publisher()

    shell = Shell()
    monkeypatch.setattr("IPython.get_ipython", lambda: shell)
    publisher = shell.display_pub

    def showing(x):
        shell.display_pub.publish({"text/plain": "a picture"})
        return float(np.mean(x))

    assert MEAN.evaluate(showing).status == o.CORRECT
    assert not shown and shell.display_pub is publisher


def replacing(space, name):
    def answer(x):
        setattr(space, name, lambda *_, **__: True)
        return 0.0

    return answer


@pytest.mark.parametrize(
    ("space", "name"),
    [
        (compare, "same_values"),
        (judging, "judge"),
        (judging, "same_behaviour"),
        (sandbox, "neutral"),
        (Exercise, "evaluate"),
        (np, "isclose"),
        (np.random, "rand"),
        (torch, "equal"),
        (torch.nn.functional, "softplus"),
        (torch.Tensor, "backward"),
        (torch.Tensor, "add"),
        (nn.Module, "__call__"),
        (math, "log"),
        (builtins, "sum"),
        (builtins, "len"),  # which the check itself needs as soon as the call is over
    ],
    ids=lambda value: getattr(value, "__name__", str(value)),
)
def test_a_patched_function_does_not_survive_the_call(space, name):
    own, before = name in vars(space), getattr(space, name)
    MEAN.evaluate(replacing(space, name))
    assert (name in vars(space)) == own and getattr(space, name) is before
    assert MEAN.evaluate(lambda x: 0.0).status == o.INCORRECT


# --- answers that answer no question --------------------------------------------------------


class NameRaises(type):
    @property
    def __name__(cls):
        raise RuntimeError("no name")


def nameless():
    return NameRaises("Nameless", (Exception,), {})()


class Loud(str):
    """Text that has ideas of its own about being cut."""

    def __getitem__(self, place):
        raise RuntimeError("no cutting")

    def __len__(self):
        raise RuntimeError("no length")


class TextRaises(Exception):
    def __str__(self):
        raise SystemExit


class LoudText(Exception):
    def __str__(self):
        return Loud(1000 * "x")


def raising(error):
    def answer(x):
        raise error

    return answer


@pytest.mark.parametrize(
    ("make", "name"),
    [(nameless, "Nameless"), (TextRaises, "TextRaises"), (LoudText, "LoudText")],
)
def test_an_exception_that_will_not_be_named_is_an_error_like_any_other(make, name):
    outcome = MEAN.evaluate(raising(make()))
    assert outcome.status == o.ERROR and name in outcome.message
    assert type(outcome.message) is str and len(outcome.message) < 1000


def test_a_result_that_will_not_be_named_is_described():
    thing = NameRaises("Thing", (), {})()
    outcome = MEAN.evaluate(lambda x: thing)
    assert outcome.status == o.INCORRECT and "type Thing" in outcome.message


def test_a_partial_that_holds_itself_is_an_error_and_no_endless_loop():
    cyclic = functools.partial(print)
    cyclic.__setstate__((cyclic, (), {}, {}))
    assert MEAN.evaluate(cyclic).status == o.INCORRECT  # calling it would end the process


@pytest.mark.parametrize("letter", ["A", "ſ", "Ω"])
def test_a_million_letters_are_judged_at_once(letter):
    outcome = BAYES_RULE.evaluate(1_000_000 * letter)
    assert outcome.status == o.INCORRECT and len(outcome.message) < 500
