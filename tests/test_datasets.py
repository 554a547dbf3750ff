"""The data are the published ones, held once in memory; a wrong file never gets to training."""

import gzip
import hashlib
import shutil
import struct

import numpy as np
import pytest
import torch

from course_utils import datasets, settings
from course_utils.datasets import DataError

MNIST_MD5 = {  # of the unpacked files, as published
    "train-images-idx3-ubyte": "6bbc9ace898e44ae57da46a324031adb",
    "train-labels-idx1-ubyte": "a25bea736e30d166cdddb491f175f624",
    "t10k-images-idx3-ubyte": "2646ac647ad5339dbf082846283269ea",
    "t10k-labels-idx1-ubyte": "27ae3e4e09519cfbb04c329615203637",
}


@pytest.mark.parametrize("name", MNIST_MD5)
def test_mnist_is_authentic(name):
    content = gzip.decompress((settings.data_dir() / "mnist" / f"{name}.gz").read_bytes())
    assert hashlib.md5(content).hexdigest() == MNIST_MD5[name]


def test_every_data_file_is_covered_by_the_sums():
    folder, covered = settings.data_dir(), set()
    for sums in folder.rglob("SHA256SUMS"):
        covered |= {sums.parent / name for name in datasets._expected_sums(sums.parent)}
    kinds = (".gz", ".csv", ".safetensors", ".json")
    assert covered == {path for path in folder.rglob("*") if path.suffix in kinds}


@pytest.mark.parametrize("load", [datasets.mnist, datasets.fashion_mnist])
def test_image_sets_are_whole(load):
    for split, size in (("train", 60_000), ("test", 10_000)):
        data = load(split)
        assert data.images.shape == (size, 28, 28) and data.images.dtype == torch.uint8
        assert data.labels.bincount(minlength=10).min() > 0.08 * size
        assert len(data.classes) == 10


def test_first_mnist_labels_are_those_everyone_knows():
    assert datasets.mnist().labels[:5].tolist() == [5, 0, 4, 1, 9]


def test_views_share_memory():
    data = datasets.mnist()
    first, rest = data.split(1000)
    assert first.images.data_ptr() == data.images.data_ptr()
    assert rest.images.data_ptr() == data.images[1000:].data_ptr()
    assert (len(first), len(rest)) == (1000, 59_000)
    assert datasets.mnist().images.data_ptr() == data.images.data_ptr()


def test_scaling_spans_minus_one_to_one():
    batch = datasets.mnist()[:100].scaled()
    assert batch.shape == (100, 1, 28, 28)
    assert (batch.min(), batch.max()) == (-1.0, 1.0)
    expected = datasets.mnist().images[:100].double() / 127.5 - 1
    assert torch.allclose(batch[:, 0].double(), expected, atol=1e-6)


def test_batches_follow_torchs_seed_and_differ_within_it():
    data = datasets.mnist()[:500]
    torch.manual_seed(3)
    first, second = data.sample(8), data.sample(8)
    torch.manual_seed(3)
    assert torch.equal(first, data.sample(8))
    assert not torch.equal(first, second)


def test_iris_is_fishers_version():
    flowers = datasets.iris()
    assert flowers.shape == (150, 5)
    # rows 35 and 38 tell Fisher's paper from the other copy in circulation
    assert flowers.iloc[34, :4].tolist() == [4.9, 3.1, 1.5, 0.2]
    assert flowers.iloc[37, :4].tolist() == [4.9, 3.6, 1.4, 0.1]
    flowers.iloc[0, 0] = 99.0
    assert datasets.iris().iloc[0, 0] == 5.1, "a caller's change must not reach the next caller"


@pytest.mark.parametrize(
    ("sampler", "means", "std"),
    [
        (datasets.three_gaussians, datasets.THREE_MEANS, 0.5),
        (datasets.eight_gaussians, datasets.EIGHT_MEANS, 0.02),
        (datasets.twentyfive_gaussians, datasets.TWENTYFIVE_MEANS, 0.05),
    ],
)
def test_mixtures_have_their_moments(sampler, means, std):
    torch.manual_seed(0)
    n = 40_000
    x = sampler(n).double()
    centres = torch.tensor(means, dtype=torch.double)
    spread = centres.var(dim=0, unbiased=False) + std**2
    # six standard errors: a false alarm once in 10⁸ seeds
    assert ((x.mean(0) - centres.mean(0)).abs() < 6 * (spread / n).sqrt()).all()
    assert torch.allclose(x.var(0), spread, rtol=0.05)


def test_swiss_roll_fits_the_other_toys():
    x = datasets.swiss_roll(5000)
    assert x.shape == (5000, 2) and 1.5 < x.norm(dim=1).max() < 2.2


# --- wrong files ----------------------------------------------------------------------------


def _idx(array: np.ndarray) -> bytes:
    header = struct.pack(f">{array.ndim + 1}i", 0x0800 + array.ndim, *array.shape)
    return gzip.compress(header + array.astype(np.uint8).tobytes(), mtime=0)


@pytest.fixture
def folder(tmp_path):
    """A tiny but valid image set with its own sums."""
    (tmp_path / "mnist").mkdir()
    rng = np.random.default_rng(0)
    for prefix, n in (("train", 6), ("t10k", 4)):
        images = rng.integers(0, 256, (n, 28, 28))
        (tmp_path / f"mnist/{prefix}-images-idx3-ubyte.gz").write_bytes(_idx(images))
        labels = _idx(np.arange(n) % 10)
        (tmp_path / f"mnist/{prefix}-labels-idx1-ubyte.gz").write_bytes(labels)
    _write_sums(tmp_path)
    return tmp_path


def _write_sums(folder):
    lines = [
        f"{hashlib.sha256(p.read_bytes()).hexdigest()}  {p.relative_to(folder).as_posix()}\n"
        for p in folder.glob("mnist/*.gz")
    ]
    (folder / "SHA256SUMS").write_text("".join(lines))


IMAGES = "mnist/train-images-idx3-ubyte.gz"
LABELS = "mnist/train-labels-idx1-ubyte.gz"


def test_the_valid_folder_loads(folder):
    assert len(datasets.mnist("train", folder)) == 6


def test_a_missing_file_is_named(folder):
    (folder / IMAGES).unlink()
    with pytest.raises(DataError, match=r"train-images-idx3-ubyte\.gz is missing.*git checkout"):
        datasets.mnist("train", folder)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"<!DOCTYPE html><html>404</html>", "web page"),
        (b"version https://git-lfs.github.com/spec/v1", "pointer"),
        (b"\x1f\x8b garbage", "damaged"),
    ],
)
def test_a_wrong_file_is_recognised(folder, content, said):
    (folder / IMAGES).write_bytes(content)
    with pytest.raises(DataError, match=rf"train-images.*{said}"):
        datasets.mnist("train", folder)


def test_one_flipped_bit_is_noticed(folder):
    path = folder / IMAGES
    content = bytearray(path.read_bytes())
    content[-20] ^= 1
    path.write_bytes(content)
    with pytest.raises(DataError, match="checksum"):
        datasets.mnist("train", folder)


def test_swapped_files_are_noticed_even_under_new_sums(folder):
    images, labels = (folder / IMAGES).read_bytes(), (folder / LABELS).read_bytes()
    (folder / IMAGES).write_bytes(labels)
    (folder / LABELS).write_bytes(images)
    _write_sums(folder)
    with pytest.raises(DataError, match="does not begin like an IDX file of images"):
        datasets.mnist("train", folder)


def test_truncation_is_noticed_even_under_new_sums(folder):
    path = folder / IMAGES
    path.write_bytes(path.read_bytes()[:-50])
    _write_sums(folder)
    with pytest.raises(DataError, match="not a whole gzip file"):
        datasets.mnist("train", folder)


def test_too_few_bytes_are_noticed(folder):
    raw = gzip.decompress((folder / IMAGES).read_bytes())
    (folder / IMAGES).write_bytes(gzip.compress(raw[:-1]))
    _write_sums(folder)
    with pytest.raises(DataError, match="promises"):
        datasets.mnist("train", folder)


def test_labels_of_another_set_are_noticed(folder):
    shutil.copy(folder / "mnist/t10k-labels-idx1-ubyte.gz", folder / LABELS)
    _write_sums(folder)
    with pytest.raises(DataError, match="do not belong together"):
        datasets.mnist("train", folder)


def test_a_file_without_a_sum_is_refused(folder):
    (folder / "SHA256SUMS").write_text("")
    with pytest.raises(DataError, match="not listed"):
        datasets.mnist("train", folder)


def test_a_folder_in_place_of_a_file_is_explained(folder):
    (folder / IMAGES).unlink()
    (folder / IMAGES).mkdir()
    with pytest.raises(DataError, match="cannot be read"):
        datasets.mnist("train", folder)
