"""A random stream of one's own, and a network that is only looked at."""

import os
import signal

import pytest
import torch
from torch import nn

from course_utils.run_context import Clock, evaluating, graceful_stop, seeded


def test_a_seeded_stream_repeats_itself_and_leaves_the_callers_alone():
    torch.manual_seed(5)
    expected = torch.randn(3)
    torch.manual_seed(5)
    drawn = []
    for _ in range(2):
        with seeded(7):
            drawn.append(torch.randn(3))
    assert torch.equal(drawn[0], drawn[1]) and not torch.equal(drawn[0], expected)
    assert torch.equal(torch.randn(3), expected)


def test_a_clock_counts_while_it_runs_and_not_while_it_stands(monkeypatch):
    now = 0.0
    monkeypatch.setattr("course_utils.run_context.time.perf_counter", lambda: now)
    clock = Clock()
    clock.pause()
    clock.start()
    now = 5.0
    clock.start()  # it runs already
    now = 7.0
    clock.pause()
    now = 10.0
    clock.pause()
    clock.start()
    now = 11.0
    clock.pause()
    assert clock.seconds == 8 and clock.processor_seconds >= 0


def test_a_network_at_rest_is_as_before_afterwards_part_by_part_even_after_an_error():
    network = nn.Sequential(nn.BatchNorm1d(2), nn.Linear(2, 2))
    network[0].eval()  # somebody froze this part alone
    with pytest.raises(ValueError), evaluating(network) as resting:
        assert not any(part.training for part in resting.modules())
        assert not resting(torch.ones(3, 2)).requires_grad
        raise ValueError
    assert [part.training for part in network.modules()] == [True, False, True]
    assert network(torch.ones(3, 2)).requires_grad


def test_the_first_interrupt_is_a_request_and_the_second_is_obeyed(interruptible):
    with pytest.raises(KeyboardInterrupt), graceful_stop() as stop:
        os.kill(os.getpid(), signal.SIGINT)
        assert stop.is_set()
        os.kill(os.getpid(), signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_process_in_the_background_goes_on_ignoring_interrupts(interruptible):
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # as a shell starts what is to outlive it
    with graceful_stop() as stop:
        os.kill(os.getpid(), signal.SIGINT)
        assert not stop.is_set()
    assert signal.getsignal(signal.SIGINT) == signal.SIG_IGN


def test_every_test_has_a_time_limit(pytestconfig):
    assert float(pytestconfig.getini("timeout")) > 0
