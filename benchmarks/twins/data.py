"""The data sets: where they come from, how they are split, which samples are published.

Both data sets are small on purpose. MNIST is represented by its 10,000 test images only, so these
are split into a training part and a held-out part; the accuracies are therefore those of networks
trained on 8,500 images, not on the usual 60,000.
"""

import gzip
import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np

CLASSES = 10
SAMPLES = 100  # held-out inputs published for each data set
SPLIT_SEED = 20240916

IDX_UNSIGNED_BYTE = 0x08


@dataclass(frozen=True)
class Dataset:
    """Inputs in [0, 1] with one row per sample (float32), labels 0..9 (int64), already split."""

    name: str
    train_x: np.ndarray
    train_y: np.ndarray
    held_x: np.ndarray
    held_y: np.ndarray
    classes: int = CLASSES
    limits: tuple[float, float] = (0.0, 1.0)  # no input is outside

    @property
    def sample_x(self) -> np.ndarray:
        """The published inputs: the first rows of the held-out part, itself in random order."""
        return self.held_x[:SAMPLES]

    @property
    def sample_y(self) -> np.ndarray:
        return self.held_y[:SAMPLES]


def load_digits() -> Dataset:
    """scikit-learn's 8x8 digits: 1,797 images of 64 pixels, grey levels 0..16 divided by 16."""
    from sklearn.datasets import load_digits as load

    x, y = load(return_X_y=True)
    return _split("digits", (x / 16).astype(np.float32), y.astype(np.int64), train=1_400)


def load_mnist(folder: Path) -> Dataset:
    """MNIST's 10,000 test images of 784 pixels, grey levels 0..255 divided by 255.

    `folder` holds mnist/t10k-images-idx3-ubyte.gz and mnist/t10k-labels-idx1-ubyte.gz.
    """
    images = read_idx(folder / "mnist" / "t10k-images-idx3-ubyte.gz")
    labels = read_idx(folder / "mnist" / "t10k-labels-idx1-ubyte.gz")
    if len(images) != len(labels):
        raise ValueError(f"MNIST: {len(images)} images but {len(labels)} labels")
    x = images.reshape(len(images), -1).astype(np.float32) / np.float32(255)
    return _split("mnist", x, labels.astype(np.int64), train=8_500)


def read_idx(path: Path) -> np.ndarray:
    """Reads a gzipped IDX file of unsigned bytes.

    The header is two zero bytes, a type byte, the number of dimensions, and each dimension as a
    big-endian 32-bit integer (http://yann.lecun.com/exdb/mnist/).
    """
    raw = gzip.decompress(path.read_bytes())
    zeros, kind, rank = struct.unpack_from(">HBB", raw)
    if zeros != 0 or kind != IDX_UNSIGNED_BYTE:
        raise ValueError(f"{path.name}: not an IDX file of unsigned bytes")
    shape = struct.unpack_from(f">{rank}I", raw, offset=4)
    return np.frombuffer(raw, dtype=np.uint8, offset=4 + 4 * rank).reshape(shape)


def _split(name: str, x: np.ndarray, y: np.ndarray, train: int) -> Dataset:
    """Shuffles with a fixed seed and cuts: the first `train` rows train, the others are held out.

    No sample is chosen by how a network treats it. Every class is among the published ones because
    a hundred random draws contain all ten; this is asserted, not arranged.
    """
    order = np.random.default_rng(SPLIT_SEED).permutation(len(x))
    x, y = x[order], y[order]
    dataset = Dataset(name, x[:train], y[:train], x[train:], y[train:])
    if len(set(dataset.sample_y.tolist())) != CLASSES:
        raise ValueError(f"{name}: a class is missing among the published samples")
    return dataset
