"""The settings of a training run."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from course_utils.objectives import Objective


@dataclass(frozen=True)
class TrainConfig:
    """The settings of one run; sweeps make variants with ``dataclasses.replace``.

    Attributes
    ----------
    n_steps : int
        Generator updates, each after ``n_critic`` critic updates on fresh batches.
    optimizer : str
        ``"adam"``, ``"rmsprop"`` or ``"sgd"`` (with momentum 0.9), for both networks.
    lr, betas
        Learning rate; Adam's averaging rates.
    lr_decay : bool
        Let the learning rate fall linearly to zero over the run.
    ema : float
        Decay of the moving average of the generator's weights that samples are drawn from;
        0 draws from the generator itself.
    critic_head_start : bool
        100 critic updates in each of the first 25 steps and in every 500th, as the code of
        the WGAN authors does, so that the generator follows a critic that has caught up.
    log_every, evaluate_every, checkpoint_every : int
        In steps; 0 means never (evaluation and checkpoints also happen at the last step).
    """

    n_steps: int = 1000
    batch_size: int = 64
    latent_dim: int = 2
    n_critic: int = 5
    optimizer: str = "adam"
    lr: float = 1e-4
    betas: tuple[float, float] = (0.0, 0.9)
    lr_decay: bool = False
    ema: float = 0.0
    critic_head_start: bool = False
    seed: int = 0
    log_every: int = 10
    evaluate_every: int = 0
    checkpoint_every: int = 0

    def __post_init__(self):
        for name in ("n_steps", "batch_size", "latent_dim", "n_critic", "log_every"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1, not {getattr(self, name)}")
        if self.optimizer not in ("adam", "rmsprop", "sgd"):
            raise ValueError(f"optimizer is 'adam', 'rmsprop' or 'sgd', not {self.optimizer!r}")
        if not self.lr > 0 or not 0 <= self.ema < 1:
            raise ValueError(f"lr must be positive and ema in [0, 1), not {self.lr}, {self.ema}")

    @classmethod
    def for_objective(cls, objective: Objective, **settings) -> TrainConfig:
        """The settings of the objective's paper, with ``settings`` on top."""
        return cls(**{**asdict(objective.paper), **settings})

    def critic_updates(self, step: int) -> int:
        """How many critic updates precede the generator's update number ``step`` (from 1)."""
        if self.critic_head_start and (step <= 25 or step % 500 == 0):
            return max(100, self.n_critic)
        return self.n_critic
