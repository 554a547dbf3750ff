"""What a GAN variant is: a loss and a constraint on the critic, and the table of the seven.

Signs, once and for all: the critic minimises ``fake.mean() - real.mean()`` and the generator
minimises ``-fake.mean()``. Arguments always come in the order ``(real, fake)``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

import torch
from torch import Tensor, nn
from torch.nn.functional import softplus

from course_utils.models import forward_batches
from course_utils.piecewise import scores_and_slopes

# --- losses ---------------------------------------------------------------------------------


class Loss(Protocol):
    """Two pure functions of raw scores; both return a 0-d tensor to minimise."""

    def critic_loss(self, real_scores: Tensor, fake_scores: Tensor) -> Tensor: ...

    def generator_loss(self, fake_scores: Tensor) -> Tensor: ...


@dataclass(frozen=True)
class SaturatingLoss:
    """The minimax game of Goodfellow et al. (2014), eq. 1, on logits.

    Scores have shape (batch, 1). With s = sigmoid, ``-log s(l) = softplus(-l)`` and
    ``-log(1 - s(l)) = softplus(l)``; written so, nothing overflows at any logit.
    """

    def critic_loss(self, real_scores: Tensor, fake_scores: Tensor) -> Tensor:
        """``-E[log D(x)] - E[log(1 - D(G(z)))]``: the discriminator's cross-entropy."""
        return softplus(-real_scores).mean() + softplus(fake_scores).mean()

    def generator_loss(self, fake_scores: Tensor) -> Tensor:
        """``E[log(1 - D(G(z)))]``: flat where the discriminator is sure."""
        return -softplus(fake_scores).mean()


@dataclass(frozen=True)
class NonSaturatingLoss(SaturatingLoss):
    """The same discriminator; the generator climbs log D instead (Goodfellow et al. 2014, §3).

    Scores have shape (batch, 1).
    """

    def generator_loss(self, fake_scores: Tensor) -> Tensor:
        """``-E[log D(G(z))]``: steep where the discriminator is sure."""
        return softplus(-fake_scores).mean()


@dataclass(frozen=True)
class WassersteinLoss:
    """The Kantorovich–Rubinstein dual (Arjovsky et al. 2017, eq. 2): raw scores, no logarithm.

    Scores have shape (batch, 1).
    """

    def critic_loss(self, real_scores: Tensor, fake_scores: Tensor) -> Tensor:
        """``E[f(G(z))] - E[f(x)]``, minus the dual value the critic has found."""
        return fake_scores.mean() - real_scores.mean()

    def generator_loss(self, fake_scores: Tensor) -> Tensor:
        """``-E[f(G(z))]``."""
        return -fake_scores.mean()


@dataclass(frozen=True)
class FunctionLoss:
    """A loss made of two functions: how a student's own losses enter the training loop."""

    critic_loss: Callable[[Tensor, Tensor], Tensor]
    generator_loss: Callable[[Tensor], Tensor]


# --- the gradient penalty -------------------------------------------------------------------


def interpolate(real: Tensor, fake: Tensor, epsilon: Tensor) -> Tensor:
    """Points ``ε·real + (1 − ε)·fake``, one ε for each sample.

    Parameters
    ----------
    real, fake : Tensor
        Shape (batch, ...).
    epsilon : Tensor
        Shape (batch,).
    """
    weight = epsilon.reshape(-1, *[1] * (real.dim() - 1))  # (batch, 1, ..., 1)
    return weight * real + (1 - weight) * fake


def gradient_norms(critic: nn.Module, x: Tensor) -> Tensor:
    """The slope of the critic at each sample: ``‖∇ₓ f(x)‖₂``, shape (batch,), differentiable.

    The root has a tiny addend, 1e-12: the derivative of a norm at exactly zero is not a number,
    and one such sample would spoil every weight.
    """
    x = x.detach().requires_grad_(True)
    with torch.enable_grad():
        scores = critic(x)
        (gradient,) = torch.autograd.grad(scores.sum(), x, create_graph=True)
    return (gradient.flatten(1).square().sum(1) + 1e-12).sqrt()


def gradient_penalty(
    critic: nn.Module,
    real: Tensor,
    fake: Tensor,
    lambda_gp: float = 10.0,
    *,
    one_sided: bool = False,
) -> Tensor:
    """``λ·E[(‖∇f(x̂)‖ − 1)²]`` at random points between real and fake samples.

    Gulrajani et al. (2017), eq. 3. With ``one_sided`` only slopes above one are penalised
    (WGAN-LP, Petzka et al. 2018, eq. 8): 1-Lipschitz asks for a slope of *at most* one.

    Parameters
    ----------
    critic : Module
    real, fake : Tensor
        Shape (batch, ...).
    lambda_gp : float
        The weight λ.
    """
    x_hat = interpolate(real, fake, torch.rand(len(real), device=real.device))
    return penalty_on_slopes(gradient_norms(critic, x_hat), lambda_gp, one_sided=one_sided)


def penalty_on_slopes(slopes: Tensor, lambda_gp: float, *, one_sided: bool = False) -> Tensor:
    """``λ·E[(slope − 1)²]`` of slopes (batch,), or with ``one_sided`` of the excess over one."""
    excess = slopes - 1
    if one_sided:
        excess = excess.clamp(min=0)
    return lambda_gp * excess.square().mean()


# --- constraints ----------------------------------------------------------------------------


@dataclass(frozen=True)
class NoConstraint:
    """The critic may do as it likes."""

    def scores_and_penalty(
        self, critic: nn.Module, real: Tensor, fake: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Scores ``(batch, 1)`` of real and of fake samples ``(batch, ...)``, and the penalty."""
        real_scores, fake_scores = forward_batches(critic, (real, fake))
        return real_scores, fake_scores, self.penalty(critic, real, fake)

    def penalty(self, critic: nn.Module, real: Tensor, fake: Tensor) -> Tensor:
        """A term ``()`` to add to the critic's loss: none."""
        return real.new_zeros(())

    def after_critic_step(self, critic: nn.Module) -> None:
        """What to do to the critic after each of its updates: nothing."""


def clip_weights(critic: nn.Module, clip_value: float) -> None:
    """Bring every parameter, biases too, into [−c, c], in place (Arjovsky et al. 2017, Alg. 1)."""
    with torch.no_grad():
        for parameter in critic.parameters():
            parameter.clamp_(-clip_value, clip_value)


@dataclass(frozen=True)
class WeightClipping(NoConstraint):
    """Clip after each critic step; ``clip`` lets a student's own function do it."""

    clip_value: float = 0.01
    clip: Callable[[nn.Module, float], None] = clip_weights

    def after_critic_step(self, critic: nn.Module) -> None:
        self.clip(critic, self.clip_value)


@dataclass(frozen=True)
class GradientPenalty(NoConstraint):
    """Penalise slopes that differ from one, or with ``one_sided`` exceed one.

    For a critic of linear layers and (leaky) ReLUs scores and slopes are found together, by
    explicit matrix products (:mod:`course_utils.piecewise`): the same numbers, sooner.
    """

    lambda_gp: float = 10.0
    one_sided: bool = False

    def scores_and_penalty(
        self, critic: nn.Module, real: Tensor, fake: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        compute = scores_and_slopes(critic)
        if compute is None:
            return super().scores_and_penalty(critic, real, fake)
        real_scores, fake_scores, slopes = compute(
            real, fake, torch.rand(len(real), device=real.device)
        )
        penalty = penalty_on_slopes(slopes, self.lambda_gp, one_sided=self.one_sided)
        return real_scores, fake_scores, penalty

    def penalty(self, critic: nn.Module, real: Tensor, fake: Tensor) -> Tensor:
        return gradient_penalty(critic, real, fake, self.lambda_gp, one_sided=self.one_sided)


@dataclass(frozen=True)
class RealPenalty(NoConstraint):
    """R1: ``γ/2 · E‖∇f(x)‖²`` at real samples alone (Mescheder et al. 2018, eq. 9).

    Charges every slope where the data are, so that a critic which can no longer tell samples
    from data has no reason to keep any.
    """

    gamma: float = 10.0

    def penalty(self, critic: nn.Module, real: Tensor, fake: Tensor) -> Tensor:
        return self.gamma / 2 * gradient_norms(critic, real).square().mean()


@dataclass(frozen=True)
class FunctionPenalty(NoConstraint):
    """A penalty given as a function of (critic, real, fake): how a student's own one is used."""

    function: Callable[[nn.Module, Tensor, Tensor], Tensor]

    def penalty(self, critic: nn.Module, real: Tensor, fake: Tensor) -> Tensor:
        return self.function(critic, real, fake)


# --- the table ------------------------------------------------------------------------------


@dataclass(frozen=True)
class PaperSettings:
    """How a paper trains: optimiser, rates (``betas`` matter to Adam alone), critic steps."""

    optimizer: str
    lr: float
    betas: tuple[float, float] = (0.9, 0.999)
    n_critic: int = 1


@dataclass(frozen=True)
class Objective:
    """A GAN variant: a loss and a constraint.

    Attributes
    ----------
    paper : PaperSettings
        The optimiser and the number of critic steps that its paper used.
    spectral_norm : bool
        Whether the constraint lies in the critic itself, which must then be built with it.
    wasserstein : bool
        Whether mean real score − mean fake score estimates a (scaled) Wasserstein distance.
    """

    name: str
    loss: Loss
    constraint: NoConstraint = field(default_factory=NoConstraint)
    paper: PaperSettings = PaperSettings("adam", 1e-4, (0.0, 0.9), n_critic=5)
    spectral_norm: bool = False
    wasserstein: bool = True


# Goodfellow et al. (2014) used plain momentum and report no rates; DCGAN's Adam (Radford et al.
# 2016, §4) is what made the same losses reproducible, and stands here for both GAN rows.
_DCGAN = PaperSettings("adam", 2e-4, (0.5, 0.999))
_WGAN = PaperSettings("rmsprop", 5e-5, n_critic=5)  # Arjovsky et al. (2017), Algorithm 1
_WGAN_GP = PaperSettings("adam", 1e-4, (0.0, 0.9), n_critic=5)  # Gulrajani, Algorithm 1
_R1 = PaperSettings("rmsprop", 1e-4)  # Mescheder et al. (2018), §6
_SN_GAN = PaperSettings("adam", 2e-4, (0.0, 0.9), n_critic=5)  # Miyato et al. (2018), §4

OBJECTIVES: dict[str, Objective] = {
    o.name: o
    for o in (
        Objective("gan_saturating", SaturatingLoss(), paper=_DCGAN, wasserstein=False),
        Objective("gan", NonSaturatingLoss(), paper=_DCGAN, wasserstein=False),
        Objective("gan_r1", NonSaturatingLoss(), RealPenalty(10.0), _R1, wasserstein=False),
        Objective("wgan_clip", WassersteinLoss(), WeightClipping(0.01), _WGAN),
        Objective("wgan_gp", WassersteinLoss(), GradientPenalty(10.0), _WGAN_GP),
        Objective("wgan_lp", WassersteinLoss(), GradientPenalty(10.0, one_sided=True), _WGAN_GP),
        Objective("wgan_sn", WassersteinLoss(), paper=_SN_GAN, spectral_norm=True),
    )
}
