"""The reference recipe: WGAN-GP on MNIST as a reader would find it in a popular repository.

Written plainly and without needless slowness: separate passes for real, fake and interpolates, an
ordinary double backward for the penalty, PyTorch's Adam as it comes. Two ways to feed it:

* ``as_published``: a DataLoader that opens, converts and scales each image in the main process;
* ``in_memory``: our own batches, so that the data pipeline does not flatter a comparison.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

from course_utils.datasets import ImageSet

LATENT_DIM = 100
BATCH_SIZE = 64
N_CRITIC = 5
LAMBDA_GP = 10.0
LR = 2e-4
BETAS = (0.5, 0.999)
GENERATOR_WIDTHS = (LATENT_DIM, 128, 256, 512, 1024, 784)
CRITIC_WIDTHS = (784, 512, 256, 1)


def make_generator() -> nn.Sequential:
    """100–128–256–512–1024–784; batch norm after the second to fourth layer."""
    layers: list[nn.Module] = []
    for k, (narrow, wide) in enumerate(pairwise(GENERATOR_WIDTHS[:-1])):
        layers.append(nn.Linear(narrow, wide))
        if k > 0:
            layers.append(nn.BatchNorm1d(wide, 0.8))  # eps, as published; momentum was meant
        layers.append(nn.LeakyReLU(0.2, inplace=True))
    layers += [nn.Linear(*GENERATOR_WIDTHS[-2:]), nn.Tanh(), nn.Unflatten(1, (1, 28, 28))]
    return nn.Sequential(*layers)


def make_critic() -> nn.Sequential:
    """784–512–256–1."""
    return nn.Sequential(
        nn.Flatten(),
        nn.Linear(784, 512),
        nn.LeakyReLU(0.2, inplace=True),
        nn.Linear(512, 256),
        nn.LeakyReLU(0.2, inplace=True),
        nn.Linear(256, 1),
    )


# --- batches --------------------------------------------------------------------------------


def _to_tensor(image: Image.Image) -> Tensor:
    """Bytes in rows to floats in [0, 1] in planes, by the steps of torchvision's ToTensor."""
    pixels = torch.from_numpy(np.array(image, np.uint8, copy=True))
    planes = pixels.view(image.height, image.width, 1).permute(2, 0, 1).contiguous()
    return planes.to(torch.get_default_dtype()).div(255)


def _normalised(x: Tensor, mean: tuple[float, ...] = (0.5,), std: tuple[float, ...] = (0.5,)):
    """To [−1, 1], by the steps of torchvision's Normalize, which sets out afresh each time."""
    x = x.clone()
    centre, spread = (torch.as_tensor(v, dtype=x.dtype).view(-1, 1, 1) for v in (mean, std))
    if (spread == 0).any():
        raise ValueError("nothing can be divided by a standard deviation of zero")
    return x.sub_(centre).div_(spread)


class PerImage(Dataset):
    """Images opened, converted and scaled one by one, as the published scripts do."""

    def __init__(self, data: ImageSet):
        self.images, self.labels = data.images.cpu(), data.labels.cpu()

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        image, label = self.images[index], int(self.labels[index])
        return _normalised(_to_tensor(Image.fromarray(image.numpy()))), label


def as_published(data: ImageSet) -> Iterator[Tensor]:
    """Epoch after epoch of a shuffling DataLoader without workers; ``(64, 1, 28, 28)``."""
    loader = DataLoader(PerImage(data), batch_size=BATCH_SIZE, shuffle=True)
    while True:
        for images, _labels in loader:
            yield images


def in_memory(data: ImageSet) -> Iterator[Tensor]:
    """Batches of images that are in memory as they will be used; ``(64, 1, 28, 28)``."""
    while True:
        yield data.sample(BATCH_SIZE)


FEEDS = {"in_memory": in_memory, "as_published": as_published}


# --- training -------------------------------------------------------------------------------


def gradient_penalty(critic: nn.Module, real: Tensor, fake: Tensor) -> Tensor:
    """``E[(‖∇f(x̂)‖ − 1)²]`` by differentiating twice."""
    epsilon = torch.rand(len(real), 1, 1, 1, device=real.device)
    x_hat = (epsilon * real + (1 - epsilon) * fake).requires_grad_(True)
    scores = critic(x_hat)
    (gradients,) = torch.autograd.grad(
        scores, x_hat, grad_outputs=torch.ones_like(scores), create_graph=True, retain_graph=True
    )
    return ((gradients.flatten(1).norm(2, dim=1) - 1) ** 2).mean()


class Run:
    """A run of the recipe, one :meth:`step` at a time.

    Parameters
    ----------
    data : ImageSet
    feed : str
        ``"in_memory"`` or ``"as_published"``.
    seed : int
        Of the networks, the noise and the batches; torch's stream is seeded, and read.
    """

    def __init__(self, data: ImageSet, feed: str, seed: int, device: str = "cpu"):
        torch.manual_seed(seed)
        self.device = torch.device(device)
        self.generator = make_generator().to(self.device)
        self.critic = make_critic().to(self.device)
        adam = {"lr": LR, "betas": BETAS}
        self.generator_optimizer = torch.optim.Adam(self.generator.parameters(), **adam)
        self.critic_optimizer = torch.optim.Adam(self.critic.parameters(), **adam)
        self.batches = FEEDS[feed](data)
        self.images_seen = 0

    def critic_step(self) -> None:
        """Separate passes for real, fake and interpolates."""
        real = next(self.batches).to(self.device)
        z = torch.randn(len(real), LATENT_DIM, device=self.device)
        fake = self.generator(z).detach()
        self.critic_optimizer.zero_grad()
        loss = -self.critic(real).mean() + self.critic(fake).mean()
        loss = loss + LAMBDA_GP * gradient_penalty(self.critic, real, fake)
        loss.backward()
        self.critic_optimizer.step()
        self.images_seen += len(real)

    def generator_step(self) -> None:
        """One update of the generator on fresh noise."""
        z = torch.randn(BATCH_SIZE, LATENT_DIM, device=self.device)
        self.generator_optimizer.zero_grad()
        loss = -self.critic(self.generator(z)).mean()
        loss.backward()
        self.generator_optimizer.step()

    def step(self) -> None:
        """A generator step after every five critic steps."""
        for _ in range(N_CRITIC):
            self.critic_step()
        self.generator_step()
