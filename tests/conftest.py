"""What all tests share: figures and signals that are put back, and which of them are quick."""

import signal

import matplotlib.pyplot as plt
import pytest
from hypothesis import settings

# how long an example takes belongs to the machine and to who else is using it
settings.register_profile("course", deadline=None)
settings.load_profile("course")


# the files that `make check` runs: what most edits touch, in half a minute
QUICK = [
    "test_divergences",
    "test_durable",
    "test_engine",
    "test_engine_convert",
    "test_engine_derivations",
    "test_main",
    "test_notebooks",
    "test_numbers",
    "test_objectives",
    "test_places",
    "test_run_context",
    "test_settings",
    "test_structure",
]


def pytest_collection_modifyitems(items):
    for item in items:
        if item.path.stem in QUICK:
            item.add_marker("quick")


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
