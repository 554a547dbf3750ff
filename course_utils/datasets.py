"""The data of the course: toy samplers, Fisher's iris, and two image sets from ``data/``.

The toy samplers and :meth:`ImageSet.sample` draw from torch's global random stream, so that
seeding torch seeds the data too, and all of them can be handed to the training loop as its
``sample_real``. torch is imported only by what returns tensors: lesson 1 reads its flowers
without it.
"""

from __future__ import annotations

import gzip
import hashlib
import math
import struct
import zlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from course_utils import settings

if TYPE_CHECKING:
    import pandas as pd
    import torch

DIGITS = tuple("0123456789")
CLOTHES = (
    "T-shirt", "trouser", "pullover", "dress", "coat",
    "sandal", "shirt", "sneaker", "bag", "ankle boot",
)  # fmt: skip

_MEND = (
    "In a clone, restore it with `git checkout -- data`, or clone the course again; elsewhere "
    "install the course again."
)


class DataError(RuntimeError):
    """A data file is missing, damaged, or not what its name says."""


# --- toy distributions ----------------------------------------------------------------------

THREE_MEANS = ((0.0, 0.0), (3.0, 3.0), (-2.0, 3.0))
EIGHT_MEANS = tuple(
    (2.0 * math.cos(k * math.pi / 4), 2.0 * math.sin(k * math.pi / 4)) for k in range(8)
)
TWENTYFIVE_MEANS = tuple((2.0 * i, 2.0 * j) for i in range(-2, 3) for j in range(-2, 3))


def _mixture(means, std: float, n_samples: int) -> torch.Tensor:
    import torch

    centres = torch.tensor(means)[torch.randint(len(means), (n_samples,))]  # (n_samples, 2)
    return centres + std * torch.randn(n_samples, 2)


def three_gaussians(n_samples: int) -> torch.Tensor:
    """Equal mixture at (0, 0), (3, 3), (−2, 3), standard deviation 0.5; ``(n_samples, 2)``."""
    return _mixture(THREE_MEANS, 0.5, n_samples)


def eight_gaussians(n_samples: int) -> torch.Tensor:
    """Eight modes on a circle of radius 2, standard deviation 0.02; ``(n_samples, 2)``.

    The ring of the WGAN-GP toy experiments (Gulrajani et al. 2017, §3).
    """
    return _mixture(EIGHT_MEANS, 0.02, n_samples)


def twentyfive_gaussians(n_samples: int) -> torch.Tensor:
    """A 5 × 5 grid of modes 2 apart, standard deviation 0.05; ``(n_samples, 2)``."""
    return _mixture(TWENTYFIVE_MEANS, 0.05, n_samples)


def swiss_roll(n_samples: int, noise: float = 0.033) -> torch.Tensor:
    """A spiral of one and a half turns in the plane, about 2 in radius; ``(n_samples, 2)``."""
    import torch

    angle = 1.5 * math.pi * (1 + 2 * torch.rand(n_samples))
    spiral = torch.stack((angle * torch.cos(angle), angle * torch.sin(angle)), dim=1)
    return spiral / 7.5 + noise * torch.randn(n_samples, 2)


# --- files ----------------------------------------------------------------------------------


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise DataError(f"{path} is missing. {_MEND}") from None
    except OSError as error:
        raise DataError(f"{path} cannot be read ({error.strerror}). {_MEND}") from None


def _expected_sums(folder: Path) -> dict[str, str]:
    lines = _read(folder / "SHA256SUMS").decode("utf-8", errors="replace").splitlines()
    return {name.strip(): digest for digest, _, name in (line.partition("  ") for line in lines)}


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _what_is_it(content: bytes) -> str:
    """A guess at what a wrong file is, for the error message."""
    if not content:
        return "the file is empty"
    if content.lstrip()[:1] == b"<":
        return "it holds a web page, not data: a download went wrong"
    if content.startswith(b"version https://git-lfs"):
        return "it holds a pointer to the data, not the data"
    return "it is damaged, incomplete, or another file under this name"


def verified(name: str, folder: Path) -> bytes:
    """The bytes of ``folder/name``, once their SHA-256 agrees with ``folder/SHA256SUMS``.

    Reading data goes through here; what is made of a file is cached, so each file is read and
    checked once in a process.

    Raises
    ------
    DataError
        If the file is missing, unreadable, not listed, or does not have the listed sum.
    """
    path = folder / name
    content = _read(path)
    expected = _expected_sums(folder).get(name)
    if expected is None:
        raise DataError(f"{path} is not listed in {folder / 'SHA256SUMS'}. {_MEND}")
    if _digest(content) != expected:
        if _digest(content.replace(b"\r\n", b"\n")) == expected:
            raise DataError(
                f"{path} has Windows' line endings, which git put there (core.autocrlf). Delete "
                "it, and run `git -c core.autocrlf=false checkout -- data`."
            )
        raise DataError(
            f"{path} does not have the checksum in SHA256SUMS: {_what_is_it(content)}. {_MEND}"
        )
    return content


def _read_idx(name: str, folder: Path, n_dims: int) -> np.ndarray:
    """The uint8 array in a gzipped IDX file (big-endian header: magic number, then the sizes)."""
    path = folder / name
    try:
        content = gzip.decompress(verified(name, folder))
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(f"{path} is not a whole gzip file ({error}). {_MEND}") from None
    header = 4 + 4 * n_dims
    magic = 0x0800 + n_dims  # 0x08 means unsigned bytes; the last byte counts the dimensions
    if len(content) < header or struct.unpack(">i", content[:4])[0] != magic:
        kind = "images" if n_dims == 3 else "labels"
        raise DataError(f"{path} does not begin like an IDX file of {kind}. {_MEND}")
    shape = struct.unpack(f">{n_dims}i", content[4:header])
    if len(content) - header != math.prod(shape):
        raise DataError(f"{path} promises {shape} bytes but holds {len(content) - header}. {_MEND}")
    return np.frombuffer(content, dtype=np.uint8, offset=header).reshape(shape)


def iris(folder: Path | None = None) -> pd.DataFrame:
    """Fisher's 150 irises: four measurements in cm and the species.

    Returns
    -------
    DataFrame
        Columns ``sepal_length``, ``sepal_width``, ``petal_length``, ``petal_width``, ``species``.
    """
    return _load_iris(folder or settings.data_dir()).copy()


@cache
def _load_iris(folder: Path) -> pd.DataFrame:
    import io

    import pandas as pd

    return pd.read_csv(io.BytesIO(verified("iris.csv", folder)))


# --- images ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class ImageSet:
    """Labelled grey images, kept once in memory as bytes and scaled a batch at a time.

    Slicing (``digits[:1000]``) and :meth:`split` give views on the same memory.

    Attributes
    ----------
    name : str
        ``"mnist"`` or ``"fashion_mnist"``.
    images : Tensor
        uint8, shape (n, 28, 28).
    labels : Tensor
        int64, shape (n,).
    classes : tuple of str
        What each label means.
    """

    name: str
    images: torch.Tensor
    labels: torch.Tensor
    classes: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, rows: slice) -> ImageSet:
        if not isinstance(rows, slice):
            raise TypeError("slice an ImageSet, as in digits[:1000]; one image is digits.images[k]")
        return ImageSet(self.name, self.images[rows], self.labels[rows], self.classes)

    def split(self, n_first: int) -> tuple[ImageSet, ImageSet]:
        """The first ``n_first`` images and the rest, as views (training and validation).

        Raises
        ------
        ValueError
            If one of the two would be empty.
        """
        if not 0 < n_first < len(self):
            raise ValueError(f"n_first must lie between 1 and {len(self) - 1}, not {n_first}")
        return self[:n_first], self[n_first:]

    def to(self, device) -> ImageSet:
        """The same set on a device; shares memory if it is there already."""
        return ImageSet(self.name, self.images.to(device), self.labels.to(device), self.classes)

    def scaled(self, index=slice(None)) -> torch.Tensor:
        """Images as floats in [−1, 1], shape (n, 1, 28, 28); ``index`` selects rows."""
        return _scaled(self.images[index])

    def sample(self, n_samples: int) -> torch.Tensor:
        """Scaled images (n_samples, 1, 28, 28), drawn with replacement: a ``sample_real``."""
        import torch

        rows = torch.randint(len(self), (n_samples,), device=self.images.device)
        return _scaled(self.images.index_select(0, rows))  # ten times as fast as images[rows]


def _scaled(images: torch.Tensor) -> torch.Tensor:
    return images.unsqueeze(1).float().div_(127.5).sub_(1.0)


@cache
def _load_images(name: str, split: str, folder: Path, classes: tuple[str, ...]) -> ImageSet:
    import torch

    prefix = f"{name}/{ {'train': 'train', 'test': 't10k'}[split] }"
    images = _read_idx(f"{prefix}-images-idx3-ubyte.gz", folder, n_dims=3)
    labels = _read_idx(f"{prefix}-labels-idx1-ubyte.gz", folder, n_dims=1)
    if len(images) != len(labels) or images.shape[1:] != (28, 28) or labels.max() >= len(classes):
        raise DataError(
            f"{folder / name}: the {split} images {images.shape} and labels {labels.shape} do not "
            f"belong together. {_MEND}"
        )
    return ImageSet(
        name,
        torch.from_numpy(images.copy()),  # frombuffer's memory is read-only; torch wants to own it
        torch.from_numpy(labels.astype(np.int64)),
        classes,
    )


def _images(name: str, split: str, folder: Path | None, classes: tuple[str, ...]) -> ImageSet:
    if split not in ("train", "test"):
        raise ValueError(f"split is 'train' or 'test', not {split!r}")
    return _load_images(name, split, folder or settings.data_dir(), classes)


def mnist(split: str = "train", folder: Path | None = None) -> ImageSet:
    """Handwritten digits: 60,000 for ``"train"``, 10,000 for ``"test"``; loaded once a process.

    Raises
    ------
    DataError
        If a file is missing or is not the published MNIST.
    """
    return _images("mnist", split, folder, DIGITS)


def fashion_mnist(split: str = "train", folder: Path | None = None) -> ImageSet:
    """Pictures of clothing: 60,000 for ``"train"``, 10,000 for ``"test"``; loaded once a process.

    Raises
    ------
    DataError
        If a file is missing or is not the published Fashion-MNIST.
    """
    return _images("fashion_mnist", split, folder, CLOTHES)


def mnist_pixels(n_images: int, folder: Path | None = None) -> np.ndarray:
    """The first digits of the test set as plain numbers, for lessons that know no torch.

    Parameters
    ----------
    n_images : int
        At most 10,000.
    folder : Path, optional

    Returns
    -------
    ndarray, shape (n_images, 28, 28), float32
        From 0 (paper) to 1 (ink).

    Raises
    ------
    DataError
        If the file is missing or is not the published one.
    """
    name = "mnist/t10k-images-idx3-ubyte.gz"
    images = _read_idx(name, folder or settings.data_dir(), n_dims=3)
    return images[:n_images].astype(np.float32) / 255
