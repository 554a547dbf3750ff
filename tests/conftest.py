"""What one test does to Matplotlib is undone before the next, in whatever order they run."""

import signal

import matplotlib.pyplot as plt
import pytest
from hypothesis import settings

# how long an example takes belongs to the machine and to who else is using it
settings.register_profile("course", deadline=None)
settings.load_profile("course")


@pytest.fixture(autouse=True)
def own_figures():
    with plt.rc_context():
        yield
    plt.close("all")


@pytest.fixture
def interruptible():
    """Ctrl-C interrupts, also where the tests run in the background, which ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)
