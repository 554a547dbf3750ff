"""A student's own training step, taken again and again: with a record, a live view, a stop."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from torch import nn

from course_utils.history import History, Record
from course_utils.run_context import Clock, graceful_stop, seeded


def play(
    step: Callable[[], Mapping[str, float]],
    generator: nn.Module,
    n_steps: int,
    on_step: Callable[[Record], None] | None = None,
    *,
    seed: int,
    log_every: int = 10,
) -> History:
    """Take somebody's step ``n_steps`` times; nothing else is done to the networks.

    Parameters
    ----------
    step : callable
        Takes one step and gives its losses, by name.
    generator : Module
        What the step trains; for the record and for ``on_step``.
    on_step : callable, optional
        Told of each logged step, as by :func:`course_utils.training.train`.
    seed : int
        Of the random stream in which all steps are taken.

    Returns
    -------
    History
        Also after the stop button, with ``interrupted`` set.
    """
    history, clock = History(generator=generator), Clock()
    with seeded(seed), graceful_stop() as stop:
        for number in range(1, n_steps + 1):
            clock.start()
            losses = step()
            last = stop.is_set() or number == n_steps
            if last or number == 1 or number % log_every == 0:
                clock.pause()
                row = {"step": number, "seconds": clock.seconds}
                row |= {name: float(value) for name, value in losses.items()}
                history.rows.append(row)
                if on_step is not None:
                    on_step(Record(number, n_steps, row, generator))
            if last:
                history.interrupted = number < n_steps
                break
    return history
