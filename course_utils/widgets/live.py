"""A training run before the student's eyes: a progress bar, samples and a curve, in place."""

from __future__ import annotations

import time

import matplotlib.pyplot as plt
from IPython.display import DisplayHandle

from course_utils.evaluation import generate
from course_utils.history import Record
from course_utils.plots.style import picture
from course_utils.plots.training_figures import live_training
from course_utils.progress_bar import bar
from course_utils.run_context import seeded


class LiveTraining:
    """An ``on_step`` for :func:`course_utils.training.train`.

    Parameters
    ----------
    latent_dim : int
        Of the generator.
    quantity, label : str
        The column of the history to draw, and what to call it.
    every : float
        Seconds between two pictures; drawing takes about a tenth of a second each time.
    n_samples : int
        Samples drawn, always from the same noise, so that one sees them grow.
    """

    def __init__(
        self,
        latent_dim: int,
        quantity: str = "wasserstein_estimate",
        label: str = "dual value the critic has found",
        *,
        every: float = 3.0,
        n_samples: int = 32,
    ):
        self._latent_dim, self._n_samples = latent_dim, n_samples
        self._quantity, self._label, self._every = quantity, label, every
        self._rows: list[dict[str, float]] = []
        self._bar = None
        self._picture = DisplayHandle()
        self._drawn_at = -float("inf")

    def __call__(self, record: Record) -> None:
        if self._bar is None:
            self._bar = bar(total=record.n_steps, unit="step", initial=record.step - 1)
        self._rows.append(record.values)
        self._bar.update(record.step - self._bar.n)
        self._bar.set_postfix({self._quantity: f"{record.values[self._quantity]:.3f}"})
        last = record.step == record.n_steps
        if last or time.monotonic() - self._drawn_at > self._every:
            self._draw(record)
        if last:
            self._bar.close()

    def _draw(self, record: Record) -> None:
        first = self._drawn_at < 0
        with seeded(0):  # the run's own random stream stays as it is
            samples = generate(record.generator, self._n_samples, self._latent_dim).cpu()
        fig = live_training(samples, self._rows, self._quantity, self._label)
        alt = f"Samples and {self._label} after step {record.step} of {record.n_steps}."
        show = self._picture.display if first else self._picture.update
        show(picture(fig, alt), raw=True)
        plt.close(fig)
        self._drawn_at = time.monotonic()
