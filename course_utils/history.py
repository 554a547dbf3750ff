"""What a training run leaves behind."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from torch import nn


@dataclass
class Record:
    """What ``on_step`` is told: the logged values of one step and the network to sample from."""

    step: int
    n_steps: int
    values: dict[str, float]
    generator: nn.Module | None


@dataclass
class History:
    """What a run recorded, one row for each logged step.

    The columns are ``step``, ``seconds`` (of training alone, without evaluation or drawing),
    ``processor_seconds`` (those of all threads, which do not run while other programs have their
    turn), ``samples_seen`` (real ones), ``critic_loss``, ``generator_loss``, ``penalty``,
    ``critic_grad_norm``, ``generator_grad_norm`` (over all weights); for Wasserstein losses
    ``wasserstein_estimate``, the mean real score minus the mean fake score, *without* the
    penalty; and whatever the evaluation returned.

    Attributes
    ----------
    generator : Module or None
        The network to sample from: the averaged weights if the configuration asks for them.
    interrupted : bool
        Whether the run was stopped before its last step.
    """

    rows: list[dict[str, float]] = field(default_factory=list)
    generator: nn.Module | None = None
    interrupted: bool = False

    def to_frame(self):
        """The rows as a pandas DataFrame indexed by step."""
        import pandas as pd

        return pd.DataFrame(self.rows).set_index("step")

    def curve(self, name: str, against: str = "step") -> tuple[np.ndarray, np.ndarray]:
        """One column where it was recorded: another's values, the steps as a rule, and its own."""
        pairs = [(row[against], row[name]) for row in self.rows if name in row and against in row]
        if not pairs:
            known = sorted({key for row in self.rows for key in row})
            raise KeyError(f"{name!r} was not recorded; there are: {', '.join(known)}")
        x, values = np.array(pairs, dtype=float).T
        return x, values

    def last(self, name: str) -> float:
        """The last recorded value of a column."""
        return float(self.curve(name)[1][-1])
