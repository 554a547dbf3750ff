"""A small classifier for each image set: its features are the ruler that samples are held to.

The Fréchet distance of the literature (Heusel et al. 2017) uses Inception-v3, trained on
photographs; for digits and clothing a small network trained on the very classes at hand is both
faster and a better judge. Distances measured here are therefore *not* Inception-FIDs and compare
only with others from the same classifier.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load
from torch import Tensor, nn

from course_utils import datasets, settings

N_FEATURES = 128


class FeatureNet(nn.Module):
    """Three convolutions and two linear layers, 0.44 million weights.

    Input (n, 1, 28, 28) in [−1, 1]; ``features`` gives (n, 128), ``forward`` the logits (n, 10).
    """

    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(1, 24, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),  # (n, 24, 14, 14)
            nn.Conv2d(24, 48, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),  # (n, 48, 7, 7)
            nn.Conv2d(48, 64, 3, padding=1),
            nn.ReLU(),
            nn.Flatten(),  # (n, 3136)
            nn.Linear(3136, N_FEATURES),
            nn.ReLU(),
        )
        self.head = nn.Linear(N_FEATURES, 10)

    def features(self, x: Tensor) -> Tensor:
        return self.body(x)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.body(x))


@cache
def _tensors(name: str, folder: Path) -> dict[str, Tensor]:
    return load(datasets.verified(f"features_{name}.safetensors", folder))


@cache
def _net(name: str, device: torch.device, folder: Path) -> FeatureNet:
    net = FeatureNet()
    tensors = _tensors(name, folder)
    net.load_state_dict({key: tensors[key] for key in net.state_dict()})
    # channels last: with few images at once, under a third of the time of the usual order
    net = net.to(device, memory_format=torch.channels_last)
    return net.eval().requires_grad_(False)


def feature_net(name: str, device: torch.device | None = None) -> FeatureNet:
    """The shipped classifier for ``"mnist"`` or ``"fashion_mnist"``, ready to evaluate.

    Raises
    ------
    DataError
        If the weights are missing or damaged.
    """
    return _net(name, torch.device(device or "cpu"), settings.data_dir())


def reference_moments(name: str) -> tuple[np.ndarray, np.ndarray]:
    """Mean (128,) and covariance (128, 128) of the features of a set's 10,000 test images."""
    tensors = _tensors(name, settings.data_dir())
    return tensors["reference.mean"].numpy(), tensors["reference.cov"].numpy()
