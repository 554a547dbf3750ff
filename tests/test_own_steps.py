"""Somebody's own step, repeated: as often as asked, in a stream of its own, and recorded."""

import os
import signal

import torch
from torch import nn

from course_utils import run_context
from course_utils.experiments.own_steps import play


def test_the_step_is_taken_as_often_as_asked_and_what_it_gives_is_recorded():
    network = nn.Linear(1, 1)
    torch.manual_seed(3)
    expected = torch.randn(1)
    torch.manual_seed(3)
    taken, told = [], []

    def step():
        taken.append(torch.randn(1))
        return {"critic_loss": torch.tensor(float(len(taken)))}

    history = play(step, network, 25, told.append, seed=7)
    assert len(taken) == 25 and not history.interrupted
    assert history.curve("critic_loss")[0].tolist() == [1, 10, 20, 25]
    assert history.curve("critic_loss")[1].tolist() == [1, 10, 20, 25]
    assert [record.step for record in told] == [1, 10, 20, 25] and told[0].generator is network
    first = taken[:]
    taken.clear()
    play(step, network, 25, seed=7)
    assert all(torch.equal(a, b) for a, b in zip(first, taken, strict=True))
    assert torch.equal(torch.randn(1), expected), "the caller's stream was disturbed"


def test_seconds_are_those_of_the_steps_alone(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(run_context.time, "perf_counter", lambda: now[0])

    def step():
        now[0] += 1
        return {"critic_loss": 0.0}

    def look(_record):
        now[0] += 100

    steps, seconds = play(step, nn.Linear(1, 1), 25, look, seed=0).curve("seconds")
    assert seconds.tolist() == steps.tolist()


def test_the_stop_button_keeps_what_was_done(interruptible):
    def step():
        os.kill(os.getpid(), signal.SIGINT)
        return {"critic_loss": 0.0}

    history = play(step, nn.Linear(1, 1), 100, seed=0)
    assert history.interrupted and history.last("step") == 1
