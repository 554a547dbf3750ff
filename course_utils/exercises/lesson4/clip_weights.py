"""Weight clipping (Arjovsky et al. 2017, Algorithm 1).

Clipping changes a network in place, so the probe reads off what became of the parameters and of
everything that was to stay as it was.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from course_utils import objectives
from course_utils.exercises import networks
from course_utils.exercises.draft import Draft, named_after

draft = Draft("clip_weights", lesson=4, title="Weight clipping", may_mutate=True)

draft.reference(objectives.clip_weights)


def _nested_critic(rng: np.random.Generator) -> nn.Module:
    """Convolutions inside a block, a bare parameter, and a buffer that exceeds every clip value."""
    critic = networks.image_critic(rng)
    critic.register_parameter("scale", nn.Parameter(networks.normal(rng, 3)))
    critic.register_buffer("running_mean", networks.normal(rng, 4, scale=5.0))
    return critic


@draft.probe
def observe(answer, rng):
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


def each_parameter(change):
    """An in-place change of every parameter: ``change(values, clip_value)``."""

    @named_after(change)
    @torch.no_grad()
    def clip(critic, clip_value):
        for parameter in critic.parameters():
            parameter.copy_(change(parameter, clip_value))

    return clip


@draft.mistake("Biases are left out; Algorithm 1 clips every parameter, whatever its name.")
@torch.no_grad()
def weights_only(critic, clip_value):
    for name, parameter in critic.named_parameters():
        if "weight" in name:
            parameter.clamp_(-clip_value, clip_value)


@draft.mistake(
    "Only linear layers are clipped; a critic may have convolutions and other parameters."
)
@torch.no_grad()
def linear_layers_only(critic, clip_value):
    for layer in critic.modules():
        if isinstance(layer, nn.Linear):
            layer.weight.clamp_(-clip_value, clip_value)
            layer.bias.clamp_(-clip_value, clip_value)


@draft.mistake("Nothing stops a weight from being very negative: the interval has two ends.")
@each_parameter
def upper_limit_only(p, c):
    return p.clamp(max=c)


@draft.mistake("Nothing stops a weight from being very large: the interval has two ends.")
@each_parameter
def lower_limit_only(p, c):
    return p.clamp(min=-c)


@draft.mistake("Negative weights have all become 0: the interval is symmetric around 0.")
@each_parameter
def positive_only(p, c):
    return p.clamp(0, c)


@draft.mistake(
    "The parameters are what they were: a clipped copy was made and then forgotten. Change the "
    "parameters themselves."
)
def not_in_place(critic, clip_value):
    for parameter in critic.parameters():
        torch.clamp(parameter, -clip_value, clip_value)


@draft.mistake(
    "The values are right, but the critic has got new parameter objects; its optimiser still "
    "holds the old ones and would train those."
)
def replaced_parameters(critic, clip_value):
    for module in critic.modules():
        for name, parameter in list(module.named_parameters(recurse=False)):
            clipped = nn.Parameter(parameter.detach().clamp(-clip_value, clip_value))
            setattr(module, name, clipped)


@draft.mistake("You clipped the gradients; the weights themselves are to be clipped.")
def gradients_by_value(critic, clip_value):
    torch.nn.utils.clip_grad_value_(critic.parameters(), clip_value)


@draft.mistake(
    "You limited the norm of the gradient; the weights themselves are to be clipped, entry by "
    "entry."
)
def gradients_by_norm(critic, clip_value):
    torch.nn.utils.clip_grad_norm_(critic.parameters(), clip_value)


@draft.mistake("You shrank each tensor to norm c; clipping acts on every entry by itself.")
@each_parameter
def by_norm(p, c):
    return p * (c / p.norm()).clamp(max=1)


@draft.mistake(
    "You scaled each tensor until its largest entry fits; clipping leaves entries within the "
    "interval alone."
)
@each_parameter
def rescaled(p, c):
    return p * (c / p.abs().max()).clamp(max=1)


@draft.mistake("Every weight has become +c or −c; those within the interval are to stay.")
@each_parameter
def always_at_the_limit(p, c):
    return c * p.sign()


@draft.mistake("You clip to ±0.01 whatever clip_value says.")
@each_parameter
def hard_coded(p, c):
    return p.clamp(-0.01, 0.01)


@draft.mistake(
    "You squashed the weights smoothly into the interval; clipping leaves those within it alone."
)
@each_parameter
def squashed(p, c):
    return c * torch.tanh(p / c)


@draft.mistake(
    "The state dict also holds buffers, which are no weights: running statistics must not be "
    "clipped."
)
@torch.no_grad()
def buffers_too(critic, clip_value):
    for values in critic.state_dict().values():
        values.clamp_(-clip_value, clip_value)


@draft.mistake("The values are right, but the parameters have stopped requiring a gradient.")
def frozen(critic, clip_value):
    critic.requires_grad_(False)
    objectives.clip_weights(critic, clip_value)


@draft.mistake("The values are right, but the gradients are gone; clipping is to leave them alone.")
def gradients_cleared(critic, clip_value):
    objectives.clip_weights(critic, clip_value)
    critic.zero_grad()


@draft.mistake("`clamp_(c)` takes its one argument for the lower end: no weight is below c now.")
@each_parameter
def one_argument(p, c):
    return p.clamp(c)


@draft.mistake(
    "`clamp_` changes a trainable parameter in place, and torch forbids that while it records "
    "gradients: do it under `torch.no_grad()`."
)
def recorded(critic, clip_value):
    for parameter in critic.parameters():
        parameter.clamp_(-clip_value, clip_value)


@draft.also_right
def by_data(critic, clip_value):
    for parameter in critic.parameters():
        parameter.data.clamp_(-clip_value, clip_value)


@draft.also_right
def by_copy(critic, clip_value):
    with torch.no_grad():
        for parameter in critic.parameters():
            parameter.copy_(torch.clamp(parameter, -clip_value, clip_value))


@draft.also_right
def by_assignment(critic, clip_value):
    for parameter in critic.parameters():
        parameter.data = parameter.data.clamp(min=-clip_value, max=clip_value)
    return critic


@draft.also_right
def by_comparison(critic, clip_value):
    with torch.no_grad():
        for _, parameter in critic.named_parameters():
            parameter[parameter > clip_value] = clip_value
            parameter[parameter < -clip_value] = -clip_value


draft.hints(
    "`critic.parameters()` gives every parameter, biases included.",
    "Changing a parameter is not to be differentiated: do it under `torch.no_grad()`, in place, "
    "so that the optimiser still holds the same objects.",
    "`parameter.clamp_(-clip_value, clip_value)` for every parameter; the underscore means in "
    "place.",
)

EXERCISE = draft.exercise()
