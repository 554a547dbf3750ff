"""What can be tried: the table of settings, with their defaults and what each may be.

Nothing here imports torch, so that the command's help and its complaints come at once.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

Value = bool | int | float | str | tuple[float, float] | None

OBJECTIVES = ("gan_saturating", "gan", "gan_r1", "wgan_clip", "wgan_gp", "wgan_lp", "wgan_sn")
DATA = ("ring", "mnist", "fashion_mnist")
OPTIMIZERS = ("adam", "rmsprop", "sgd")


class SweepError(ValueError):
    """Something about a sweep that its user can put right."""


# --- one setting ----------------------------------------------------------------------------


def _count(text: str) -> int:
    if (value := int(text)) < 1:
        raise ValueError
    return value


def _positive(text: str) -> float:
    if not 0 < (value := float(text)) < math.inf:
        raise ValueError
    return value


def _fraction(text: str) -> float:
    if not 0 <= (value := float(text)) < 1:
        raise ValueError
    return value


def _yes_or_no(text: str) -> bool:
    return {"yes": True, "no": False}[text]


def _optimizer(text: str) -> str:
    return OPTIMIZERS[OPTIMIZERS.index(text)]


def _betas(text: str) -> tuple[float, float]:
    first, second = text.split("/")
    return _fraction(first), _fraction(second)


WANTED = {
    _count: "a whole number, at least 1",
    _positive: "a positive number",
    _fraction: "a number from 0 to below 1",
    _yes_or_no: "yes or no",
    _optimizer: f"one of {', '.join(OPTIMIZERS)}",
    _betas: "two numbers from 0 to below 1, as in 0.5/0.999",
}


@dataclass(frozen=True)
class Setting:
    """One thing that can be varied.

    Attributes
    ----------
    parse : callable
        From text; raises ValueError or KeyError.
    default : str or dict
        The text of the default, if need be by kind of data; ``"paper"``: as the objective's
        paper has it.
    drawn : tuple of str
        What ``--random`` draws from when no ranges are given: the table of random
        architectures.
    by_factors : bool
        Whether a range is drawn evenly in the logarithm.
    """

    parse: Callable[[str], Value]
    meaning: str
    default: str | dict[str, str]
    drawn: tuple[str, ...] = ()
    by_factors: bool = False

    @property
    def whole(self) -> bool:
        return self.parse is _count

    @property
    def ordered(self) -> bool:
        """Whether it has ranges."""
        return self.parse in (_count, _positive, _fraction)

    def default_for(self, data: str) -> str:
        """The text of the default for ``"ring"`` or for images."""
        if isinstance(self.default, dict):
            return self.default["points" if data == "ring" else "images"]
        return self.default


# The table of random architectures follows Gulrajani et al. (2017), Table 1: depth, width, kind of
# activation, batch norm, each for its own network. Their base filter counts 32 to 128 and depths
# 4 to 20 were those of convolutional networks.
_DEPTHS, _WIDTHS = ("1", "2", "4", "8"), ("32", "64", "128", "256")
SETTINGS: dict[str, Setting] = {
    "n_steps": Setting(_count, "generator steps", "1000", by_factors=True),
    "batch_size": Setting(_count, "samples in a batch", "64", by_factors=True),
    "latent_dim": Setting(
        _count, "dimension of the noise z", {"points": "2", "images": "64"}, by_factors=True
    ),
    "n_critic": Setting(_count, "critic updates in a step", "paper"),
    "optimizer": Setting(_optimizer, ", ".join(OPTIMIZERS), "paper"),
    "lr": Setting(_positive, "learning rate", "paper", by_factors=True),
    "critic_lr_factor": Setting(_positive, "the critic's learning rate over lr", "1"),
    "betas": Setting(_betas, "Adam's averaging rates, as in 0.5/0.999", "paper"),
    "lr_decay": Setting(_yes_or_no, "learning rate falls linearly to zero", "no"),
    "ema": Setting(_fraction, "decay of the generator's averaged weights; 0: none", "0"),
    "ema_grows": Setting(_yes_or_no, "they average the last tenth of the run at most", "no"),
    "critic_head_start": Setting(_yes_or_no, "100 critic updates in the first 25 steps", "no"),
    "lambda_gp": Setting(_positive, "weight of the gradient penalty", "10", by_factors=True),
    "clip_value": Setting(_positive, "c of weight clipping", "0.01", by_factors=True),
    "generator_depth": Setting(_count, "its hidden layers", "2", _DEPTHS),
    "generator_width": Setting(_count, "their neurons", "128", _WIDTHS, by_factors=True),
    "batch_norm": Setting(
        _yes_or_no, "in the generator", {"points": "no", "images": "yes"}, ("no", "yes")
    ),
    "critic_depth": Setting(_count, "its hidden layers", "2", _DEPTHS),
    "critic_width": Setting(_count, "their neurons", "128", _WIDTHS, by_factors=True),
    "leak": Setting(_fraction, "critic's slope below zero; 0: ReLU", "0.2", ("0", "0.2")),
    "tanh": Setting(_yes_or_no, "tanh in all hidden layers, no ReLU", "no", ("no", "yes")),
}


def text(value: Value) -> str:
    """A value as it stands in the table, and as ``--vary`` takes it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return "/".join(map(repr, value))
    return str(value)


def parsed(name: str, written: str) -> Value:
    """The value of a setting, or a :class:`SweepError` that says what is allowed."""
    setting = SETTINGS[name]
    try:
        return setting.parse(written)
    except (ValueError, KeyError):
        raise SweepError(f"{name}={written}: {name} is {WANTED[setting.parse]}.") from None
