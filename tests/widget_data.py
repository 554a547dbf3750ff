"""What the tests of the widgets share: small data, and how to read a panel."""

from types import SimpleNamespace

import numpy as np
import torch

from course_utils.models import mlp_generator
from course_utils.run_context import seeded


def stage(step, loss, frechet, rng):
    images = torch.tensor(rng.uniform(-1, 1, (16, 1, 28, 28)))
    return SimpleNamespace(step=step, images=images, loss=loss, frechet=frechet)


def four_stages():
    """Four looks at a run that improves by every measure."""
    rng = np.random.default_rng(0)
    return [stage(100 * (k + 1), -k, 500.0 / (k + 1), rng) for k in range(4)]


def small_generator():
    with seeded(0):
        return mlp_generator(64, (1, 28, 28), (32,))


def numbers(panel):
    return dict(panel.numbers)


def first_number(text):
    return float(text.split()[0].replace("−", "-").rstrip("%"))
