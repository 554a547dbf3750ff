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


# the files that take longest, which `make test` hands out first so that all processes end together
LONGEST = [f"test_browser_lesson{number}" for number in (3, 5, 4, 2)]
LONGEST += ["test_devices", "test_distributed", "test_lesson5_probes", "test_strangers"]
LONGEST += ["test_widgets", "test_bank", "test_diagnosis", "test_grading_class"]
LONGEST += ["test_grading_red_team", "test_sweep", "test_browser_lesson1", "test_site"]


def turn(item):
    """When a test is handed out; those with the same turn keep their order."""
    return LONGEST.index(item.path.stem) if item.path.stem in LONGEST else len(LONGEST)


def pytest_collection_modifyitems(items):
    items.sort(key=turn)
    for item in items:
        if item.path.stem in QUICK:
            item.add_marker("quick")


def pytest_ignore_collect(collection_path, config):
    """`make check` imports only the files that it runs."""
    stem = collection_path.stem
    if config.option.markexpr == "quick" and stem.startswith("test_") and stem not in QUICK:
        return True
    return None


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
