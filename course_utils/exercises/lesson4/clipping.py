"""Lesson 4: weight clipping (Arjovsky et al. 2017, Algorithm 1).

Clipping changes a network in place, so the probe reads off what became of the parameters and of
everything that was to stay as it was.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from course_utils import objectives
from course_utils.exercises import networks
from course_utils.exercises.engine import Exercise, Misconception

# --- the probe --------------------------------------------------------------------------


def _nested_critic(rng: np.random.Generator) -> nn.Module:
    """Convolutions inside a block, a bare parameter, and a buffer that exceeds every clip value."""
    critic = networks.image_critic(rng)
    critic.register_parameter("scale", nn.Parameter(networks.normal(rng, 3)))
    critic.register_buffer("running_mean", networks.normal(rng, 4, scale=5.0))
    return critic


def _probe_clip(answer, rng):
    cases = [
        ("MLP", networks.mlp(rng, 3, 6, 1), 0.1),
        ("MLP", networks.mlp(rng, 2, 4, 4, 1), 0.01),
        ("convolutional critic", _nested_critic(rng), 0.25),
        ("MLP", networks.mlp(rng, 2, 5, 1), 50.0),
        ("single layer", nn.Sequential(networks.mlp(rng, 4, 1, gain=30.0)), 1.5),
    ]
    seen: dict[str, np.ndarray] = {}
    for label, critic, clip_value in cases:
        networks.leave_gradients(critic, rng, scale=5.0)
        parameters, kind = list(critic.parameters()), torch.get_default_dtype()
        answer(critic, clip_value)
        where = f"({label}, clip_value={clip_value:g})"
        seen[f"the parameters afterwards {where}"] = networks.weights(critic)
        seen[f"their gradients afterwards {where}"] = networks.gradients(critic)
        seen[f"which parameters are still the same objects {where}"] = np.array(
            [float(a is b) for a, b in zip(parameters, critic.parameters(), strict=False)]
        )
        seen[f"which parameters still have the type {kind} {where}"] = np.array(
            [float(p.dtype == kind) for p in critic.parameters()]
        )
        seen[f"which parameters are still trainable {where}"] = networks.trainable(critic)
        for name, buffer in critic.named_buffers():
            seen[f"the buffer {name} afterwards {where}"] = buffer.double().numpy().copy()
    return seen


# --- other valid answers ----------------------------------------------------------------


def _clip_data(critic, clip_value):
    for parameter in critic.parameters():
        parameter.data.clamp_(-clip_value, clip_value)


def _clip_by_copy(critic, clip_value):
    with torch.no_grad():
        for parameter in critic.parameters():
            parameter.copy_(torch.clamp(parameter, -clip_value, clip_value))


def _clip_by_assignment(critic, clip_value):
    for parameter in critic.parameters():
        parameter.data = parameter.data.clamp(min=-clip_value, max=clip_value)
    return critic


def _clip_by_comparison(critic, clip_value):
    with torch.no_grad():
        for _, parameter in critic.named_parameters():
            parameter[parameter > clip_value] = clip_value
            parameter[parameter < -clip_value] = -clip_value


# --- ways to go wrong -------------------------------------------------------------------


@torch.no_grad()
def _clip_weights_only(critic, clip_value):
    for name, parameter in critic.named_parameters():
        if "weight" in name:
            parameter.clamp_(-clip_value, clip_value)


@torch.no_grad()
def _clip_linear_layers(critic, clip_value):
    for layer in critic.modules():
        if isinstance(layer, nn.Linear):
            layer.weight.clamp_(-clip_value, clip_value)
            layer.bias.clamp_(-clip_value, clip_value)


def _clip_nothing(critic, clip_value):
    for parameter in critic.parameters():
        torch.clamp(parameter, -clip_value, clip_value)


def _clip_gradients(critic, clip_value):
    torch.nn.utils.clip_grad_value_(critic.parameters(), clip_value)


def _clip_gradient_norm(critic, clip_value):
    torch.nn.utils.clip_grad_norm_(critic.parameters(), clip_value)


@torch.no_grad()
def _clip_buffers_too(critic, clip_value):
    for values in critic.state_dict().values():
        values.clamp_(-clip_value, clip_value)


def _replace_parameters(critic, clip_value):
    for module in critic.modules():
        for name, parameter in list(module.named_parameters(recurse=False)):
            clipped = nn.Parameter(parameter.detach().clamp(-clip_value, clip_value))
            setattr(module, name, clipped)


def _each(change):
    """An in-place change of every parameter: ``change(values, clip_value)``."""

    @torch.no_grad()
    def clip(critic, clip_value):
        for parameter in critic.parameters():
            parameter.copy_(change(parameter, clip_value))

    return clip


def _freeze(critic, clip_value):
    critic.requires_grad_(False)
    objectives.clip_weights(critic, clip_value)


def _clear_gradients(critic, clip_value):
    objectives.clip_weights(critic, clip_value)
    critic.zero_grad()


CLIP_WEIGHTS = Exercise(
    id="clip_weights",
    lesson=4,
    title="Weight clipping",
    reference=objectives.clip_weights,
    probe=_probe_clip,
    may_mutate=True,
    misconceptions=(
        Misconception(
            "weights_only",
            "Biases are left out; Algorithm 1 clips every parameter, whatever its name.",
            _clip_weights_only,
        ),
        Misconception(
            "linear_layers_only",
            "Only linear layers are clipped; a critic may have convolutions and other parameters.",
            _clip_linear_layers,
        ),
        Misconception(
            "upper_limit_only",
            "Nothing stops a weight from being very negative: the interval has two ends.",
            _each(lambda p, c: p.clamp(max=c)),
        ),
        Misconception(
            "lower_limit_only",
            "Nothing stops a weight from being very large: the interval has two ends.",
            _each(lambda p, c: p.clamp(min=-c)),
        ),
        Misconception(
            "positive_only",
            "Negative weights have all become 0: the interval is symmetric around 0.",
            _each(lambda p, c: p.clamp(0, c)),
        ),
        Misconception(
            "not_in_place",
            "The parameters are what they were: a clipped copy was made and then forgotten. "
            "Change the parameters themselves.",
            _clip_nothing,
        ),
        Misconception(
            "replaced_parameters",
            "The values are right, but the critic has got new parameter objects; its optimiser "
            "still holds the old ones and would train those.",
            _replace_parameters,
        ),
        Misconception(
            "gradients_by_value",
            "You clipped the gradients; the weights themselves are to be clipped.",
            _clip_gradients,
        ),
        Misconception(
            "gradients_by_norm",
            "You limited the norm of the gradient; the weights themselves are to be clipped, "
            "entry by entry.",
            _clip_gradient_norm,
        ),
        Misconception(
            "by_norm",
            "You shrank each tensor to norm c; clipping acts on every entry by itself.",
            _each(lambda p, c: p * (c / p.norm()).clamp(max=1)),
        ),
        Misconception(
            "rescaled",
            "You scaled each tensor until its largest entry fits; clipping leaves entries within "
            "the interval alone.",
            _each(lambda p, c: p * (c / p.abs().max()).clamp(max=1)),
        ),
        Misconception(
            "always_at_the_limit",
            "Every weight has become +c or −c; those within the interval are to stay.",
            _each(lambda p, c: c * p.sign()),
        ),
        Misconception(
            "hard_coded",
            "You clip to ±0.01 whatever clip_value says.",
            _each(lambda p, c: p.clamp(-0.01, 0.01)),
        ),
        Misconception(
            "squashed",
            "You squashed the weights smoothly into the interval; clipping leaves those within it "
            "alone.",
            _each(lambda p, c: c * torch.tanh(p / c)),
        ),
        Misconception(
            "buffers_too",
            "The state dict also holds buffers, which are no weights: running statistics must "
            "not be clipped.",
            _clip_buffers_too,
        ),
        Misconception(
            "frozen",
            "The values are right, but the parameters have stopped requiring a gradient.",
            _freeze,
        ),
        Misconception(
            "gradients_cleared",
            "The values are right, but the gradients are gone; clipping is to leave them alone.",
            _clear_gradients,
        ),
    ),
    hints=(
        "`critic.parameters()` gives every parameter, biases included.",
        "Changing a parameter is not to be differentiated: do it under `torch.no_grad()`, in "
        "place, so that the optimiser still holds the same objects.",
        "`parameter.clamp_(-clip_value, clip_value)` for every parameter; the underscore means in "
        "place.",
    ),
    alternatives=(_clip_data, _clip_by_copy, _clip_by_assignment, _clip_by_comparison),
)

CLIPPING = (CLIP_WEIGHTS,)
