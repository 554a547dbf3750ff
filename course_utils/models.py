"""The networks of the course: multilayer perceptrons and small convolutional networks.

Each builder returns a plain ``nn.Sequential``: ``print(critic)`` shows all there is. Generators
map noise ``(n, latent_dim)`` to samples ``(n, *sample_shape)``; critics map samples to raw
scores ``(n, 1)``, with no sigmoid, so that one network serves as critic and as discriminator.
Critics have no batch norm: the gradient penalty and the Lipschitz condition speak of one input
at a time, and batch norm ties a batch together (Gulrajani et al. 2017, §4).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm as with_spectral_norm
from torch.nn.utils.parametrize import is_parametrized

IMAGE_SHAPE = (1, 28, 28)
LEAK = 0.2  # slope of LeakyReLU for negative inputs, as in DCGAN


def _activation(leak: float, tanh: bool) -> nn.Module:
    if tanh:
        return nn.Tanh()
    return nn.LeakyReLU(leak) if leak else nn.ReLU()


def mlp_generator(
    latent_dim: int,
    sample_shape: Sequence[int] = (2,),
    hidden: Sequence[int] = (128, 128),
    *,
    batch_norm: bool = False,
    tanh: bool = False,
) -> nn.Sequential:
    """A multilayer perceptron from noise to samples.

    Parameters
    ----------
    latent_dim : int
        Dimension of the noise z.
    sample_shape : sequence of int
        Shape of one sample: ``(2,)`` for points, ``(1, 28, 28)`` for images. Images end in a
        tanh, since they are scaled to [−1, 1]; points do not.
    hidden : sequence of int
        Widths of the hidden layers.
    batch_norm : bool
        Normalise each hidden layer over the batch.
    tanh : bool
        Hidden layers end in a tanh in place of a ReLU.
    """
    layers: list[nn.Module] = []
    width = latent_dim
    for next_width in hidden:
        layers.append(nn.Linear(width, next_width, bias=not batch_norm))
        if batch_norm:
            layers.append(nn.BatchNorm1d(next_width))
        layers.append(_activation(0.0, tanh))
        width = next_width
    layers.append(nn.Linear(width, math.prod(sample_shape)))
    if len(sample_shape) > 1:
        layers += [nn.Tanh(), nn.Unflatten(1, tuple(sample_shape))]
    return nn.Sequential(*layers)


def mlp_critic(
    sample_shape: Sequence[int] = (2,),
    hidden: Sequence[int] = (128, 128),
    *,
    leak: float = LEAK,
    tanh: bool = False,
    spectral_norm: bool = False,
    batch_deviation: bool = False,
) -> nn.Sequential:
    """A multilayer perceptron from samples to one raw score each.

    Parameters
    ----------
    sample_shape : sequence of int
        Shape of one sample; images are flattened first.
    hidden : sequence of int
        Widths of the hidden layers.
    leak : float
        Slope of the activation for negative inputs; 0 gives ReLU.
    tanh : bool
        Hidden layers end in a tanh; ``leak`` has no meaning then.
    spectral_norm : bool
        Divide each weight matrix by its largest singular value (Miyato et al. 2018), which
        makes the network 1-Lipschitz, up to the accuracy of the power iteration.
    batch_deviation : bool
        The last layer is told how much the batch varies, too: see :class:`BatchDeviation`.
    """
    wrap = with_spectral_norm if spectral_norm else (lambda layer: layer)
    layers: list[nn.Module] = [nn.Flatten()] if len(sample_shape) > 1 else []
    width = math.prod(sample_shape)
    for next_width in hidden:
        layers += [wrap(nn.Linear(width, next_width)), _activation(leak, tanh)]
        width = next_width
    if batch_deviation:
        layers.append(BatchDeviation())
        width += 1
    layers.append(wrap(nn.Linear(width, 1)))
    return nn.Sequential(*layers)


class BatchDeviation(nn.Module):
    """One more feature, the same for the whole batch: how much the others vary within it.

    It is four times the mean of their standard deviations over the batch (Karras et al. 2018, §3,
    who take it once, after Salimans et al. 2016, §3.2). Four times gave the clothes of lesson 2 a
    Fréchet distance lower by one or two (seeds 0 and 1). A discriminator with this layer can tell a
    batch of look-alikes from data, which it cannot from one sample at a time. Real and generated
    samples must come in batches of their own, and a gradient penalty, which speaks of one sample
    at a time, makes no sense of it.
    """

    def forward(self, features: Tensor) -> Tensor:
        """From ``(n, width)`` to ``(n, width + 1)``."""
        variance = (features - features.mean(0)).square().mean(0)  # sooner than features.var(0)
        deviation = 4 * (variance + 1e-8).sqrt().mean()  # the root's slope at 0 would be infinite
        return torch.cat((features, deviation.expand(len(features), 1)), dim=1)


def conv_generator(latent_dim: int, channels: int = 32, hidden: int = 512) -> nn.Sequential:
    """A generator of 28 × 28 images: a dense layer, then 7 × 7, 14 × 14 and 28 × 28.

    The shape is that of InfoGAN's digits (Chen et al. 2016, appendix C.1). The dense layer on
    either side knows the whole image at once: without both, digits kept strokes that belong to
    no digit (see :mod:`course_utils.experiments.recorded.convolutional` for the numbers).

    Parameters
    ----------
    latent_dim : int
        Dimension of the noise z.
    channels : int
        Of the 14 × 14 layer; the 7 × 7 layer has twice as many.
    hidden : int
        Width of the dense layer.
    """
    return nn.Sequential(
        nn.Linear(latent_dim, hidden, bias=False),
        nn.BatchNorm1d(hidden),
        nn.ReLU(),
        nn.Linear(hidden, 2 * channels * 7 * 7, bias=False),
        nn.Unflatten(1, (2 * channels, 7, 7)),
        nn.BatchNorm2d(2 * channels),
        nn.ReLU(),
        nn.ConvTranspose2d(2 * channels, channels, 4, stride=2, padding=1, bias=False),
        nn.BatchNorm2d(channels),
        nn.ReLU(),  # (n, channels, 14, 14)
        nn.ConvTranspose2d(channels, 1, 4, stride=2, padding=1),
        nn.Tanh(),  # (n, 1, 28, 28)
    )


def conv_critic(
    channels: int = 32, hidden: int = 512, *, spectral_norm: bool = False
) -> nn.Sequential:
    """The critic to match, without batch norm: 14 × 14, 7 × 7, a dense layer, scores ``(n, 1)``."""
    wrap = with_spectral_norm if spectral_norm else (lambda layer: layer)
    return nn.Sequential(
        wrap(nn.Conv2d(1, channels, 4, stride=2, padding=1)),
        nn.LeakyReLU(LEAK),  # (n, channels, 14, 14)
        wrap(nn.Conv2d(channels, 2 * channels, 4, stride=2, padding=1)),
        nn.LeakyReLU(LEAK),  # (n, 2·channels, 7, 7)
        nn.Flatten(),
        wrap(nn.Linear(2 * channels * 7 * 7, hidden)),
        nn.LeakyReLU(LEAK),
        wrap(nn.Linear(hidden, 1)),
    )


def start_as_he(*networks: nn.Sequential) -> None:
    """Draw the weights anew as He et al. (2015), eq. 10, do: variance 2 / inputs, no biases.

    PyTorch's own start has a sixth of that variance. Transposed convolutions are left as they
    are, since their number of inputs differs from pixel to pixel; so are layers with spectral
    norm, which takes the size of a weight matrix away, however it starts.
    """
    for layer in (layer for network in networks for layer in network):
        if isinstance(layer, nn.Linear | nn.Conv2d) and not is_parametrized(layer):
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)


def start_as_gaussian(generator: nn.Sequential, images: Tensor) -> None:
    """Set the last layer so that what enters the tanh at first has the images' two moments.

    They are the mean and the covariance of the images put through the tanh's inverse: the columns
    become their principal components. What multiplies them comes from batch norm and a ReLU,
    about normal and cut off at zero. The samples then have the images' mean within a tenth, and
    two thirds of their variance, since the tanh flattens what a Gaussian has too far out.

    Parameters
    ----------
    generator : Sequential
        From :func:`mlp_generator`, with batch norm.
    images : Tensor
        Shape (n, *sample_shape), in [−1, 1].
    """
    (*_, last) = (layer for layer in generator if isinstance(layer, nn.Linear))
    # on the CPU, since not every accelerator finds eigenvectors; black and white would be infinite
    before_tanh = torch.atanh(0.95 * images.cpu().flatten(1))
    mean, covariance = before_tanh.mean(0), torch.cov(before_tanh.T)
    variances, components = torch.linalg.eigh(covariance)  # in ascending order
    n_kept = min(last.in_features, len(mean))
    size = variances[-n_kept:].clamp(min=0).sqrt()
    # of max(x, 0), x standard normal
    unit_mean, unit_deviation = (2 * math.pi) ** -0.5, (0.5 - 0.5 / math.pi) ** 0.5
    weight = torch.zeros(len(mean), last.in_features)
    weight[:, :n_kept] = components[:, -n_kept:] * size / unit_deviation
    with torch.no_grad():
        last.weight.copy_(weight)
        last.bias.copy_(mean - unit_mean * weight.sum(1))


def device_of(network: nn.Module) -> torch.device:
    """Where a network's weights are: its samples are moved there, never the other way."""
    return next(network.parameters()).device


def latent_dim_of(generator: nn.Module) -> int:
    """How many noise numbers a generator takes: the inputs of its first layer."""
    return next(m for m in generator.modules() if isinstance(m, nn.Linear)).in_features


def has_spectral_norm(network: nn.Module) -> bool:
    """Whether every weight matrix of a network is divided by its spectral norm."""
    layers = [m for m in network.modules() if isinstance(m, nn.Linear | nn.Conv2d)]
    return bool(layers) and all(hasattr(layer, "parametrizations") for layer in layers)


# what treats each sample of a batch by itself
_SAMPLE_BY_SAMPLE = (
    nn.Linear, nn.Conv2d, nn.ConvTranspose2d, nn.ReLU, nn.LeakyReLU, nn.Tanh, nn.Flatten,
    nn.Unflatten,
)  # fmt: skip


def forward_batches(network: nn.Module, batches: Sequence[Tensor]) -> list[Tensor]:
    """``[network(batch) for batch in batches]``, sooner: large products cost less than many.

    A layer that treats each sample by itself sees all batches as one; any other, such as batch
    norm, sees one batch after the other, as it should.

    Parameters
    ----------
    network : Module
    batches : sequence of Tensor
        Shape (n, ...); n may differ.
    """
    if len(batches) == 1 or type(network) is not nn.Sequential:  # a subclass may go another way
        return [network(batch) for batch in batches]
    sizes, x = [len(batch) for batch in batches], torch.cat(list(batches))
    for layer in network:
        if type(layer) in _SAMPLE_BY_SAMPLE:
            x = layer(x)
        else:
            x = torch.cat([layer(batch) for batch in x.split(sizes)])
    return list(x.split(sizes))


def n_parameters(network: nn.Module) -> int:
    """How many numbers a network learns."""
    return sum(p.numel() for p in network.parameters())
