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
    critic_lr_factor : float
        The critic's learning rate, in multiples of ``lr``: two time scales (Heusel et al. 2017).
    lr_decay : bool
        Let the learning rate fall linearly to zero over the run.
    ema : float
        Decay of the moving average of the generator's weights that samples are drawn from;
        0 draws from the generator itself.
    ema_grows : bool
        Let the average remember no more than the last tenth of the steps so far, until ``ema``
        is reached: early samples then lag less behind the generator.
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
    critic_lr_factor: float = 1.0
    betas: tuple[float, float] = (0.0, 0.9)
    lr_decay: bool = False
    ema: float = 0.0
    ema_grows: bool = False
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
        for name in ("lr", "critic_lr_factor"):
            if not getattr(self, name) > 0:
                raise ValueError(f"{name} must be positive, not {getattr(self, name)}")
        if not 0 <= self.ema < 1:
            raise ValueError(f"ema must lie in [0, 1), not {self.ema}")

    @classmethod
    def for_objective(cls, objective: Objective, **settings) -> TrainConfig:
        """The settings of the objective's paper, with ``settings`` on top."""
        return cls(**{**asdict(objective.paper), **settings})

    def critic_updates(self, step: int) -> int:
        """How many critic updates precede the generator's update number ``step`` (from 1)."""
        if self.critic_head_start and (step <= 25 or step % 500 == 0):
            return max(100, self.n_critic)
        return self.n_critic

    def average_decay(self, step: int) -> float:
        """The decay of the moving average after the generator's update ``step`` (from 1).

        The average starts from the first update's weights: the decay is 0 then. One that grows
        weighs the past as a mean over the last tenth does, a power law in place of an
        exponential (Karras et al. 2024, §3.1, whose profiles are of this kind).
        """
        if step == 1:
            return 0.0
        return min(self.ema, 1 - 10 / (step + 9)) if self.ema_grows else self.ema
