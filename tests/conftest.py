"""What one test does to Matplotlib is undone before the next, in whatever order they run."""

import matplotlib.pyplot as plt
import pytest


@pytest.fixture(autouse=True)
def own_figures():
    with plt.rc_context():
        yield
    plt.close("all")
