"""The data sets: where they come from, how they are split, which samples are published.

The data sets are small on purpose. MNIST is represented by its 10,000 test images only, so these
are split into a training part and a held-out part; the accuracies are therefore those of networks
trained on 8,500 images, not on the usual 60,000.
"""

import gzip
import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import ecg

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


# The ECG: one record, windows around the annotated beats. The window begins late enough that the beat
# before is only inside where this one is premature.
ECG_RECORD = "100"
ECG_RATE = 360  # samples a second
ECG_BEFORE, ECG_AFTER, ECG_BLOCK = 240, 80, 5  # in samples: 64 values at 72 Hz for each of two leads
ECG_CUT, ECG_GAP = 18 * 60 * ECG_RATE, 2 * ECG_RATE  # training before, test after the 18th minute
ECG_LOWEST, ECG_HIGHEST = -1.25, 1.25  # millivolts that become 0 and 1
ECG_CLASSES = (ecg.NORMAL, ecg.ATRIAL_PREMATURE)


def load_ecg(folder: Path) -> Dataset:
    """Beats of record 100: class 0 are normal ones, class 1 atrial premature ones.

    An input has 64 values of the first lead, then 64 of the second. Those of the first 18 minutes are
    for training, those of the other 12 held out; two seconds between them are left out, so that no
    window of one part overlaps one of the other. The premature beats of the training part are repeated
    until both classes are about equally frequent; nothing is repeated among those held out. All
    premature ones of these are published, and normal ones for the rest.

    `folder` holds mitbih/100.hea, mitbih/100.dat and mitbih/100.atr.
    """
    signals = ecg.read_signals(folder / "mitbih", ECG_RECORD)
    beats = [
        (time, ECG_CLASSES.index(code))
        for time, code in ecg.read_annotations(folder / "mitbih", ECG_RECORD)
        if code in ECG_CLASSES and ECG_BEFORE <= time <= signals.shape[1] - ECG_AFTER
    ]
    times, y = np.array(beats).T
    cut = np.array([ecg.window(signals, time, ECG_BEFORE, ECG_AFTER, ECG_BLOCK) for time in times])
    x = ((cut - ECG_LOWEST) / (ECG_HIGHEST - ECG_LOWEST)).reshape(len(cut), -1).astype(np.float32)
    if x.min() < 0 or x.max() > 1:
        raise ValueError(f"ECG: values from {x.min()} to {x.max()}, not within 0 and 1")

    rng = np.random.default_rng(SPLIT_SEED)
    train, held = np.flatnonzero(times < ECG_CUT), np.flatnonzero(times > ECG_CUT + ECG_GAP)
    rare, common = train[y[train] == 1], train[y[train] == 0]
    train = rng.permutation(np.concatenate([common, np.repeat(rare, len(common) // len(rare))]))
    rare, common = held[y[held] == 1], rng.permutation(held[y[held] == 0])
    shown = rng.permutation(np.concatenate([rare, common[: SAMPLES - len(rare)]]))
    held = np.concatenate([shown, common[SAMPLES - len(rare) :]])
    return Dataset("ecg", x[train], y[train], x[held], y[held], classes=len(ECG_CLASSES))


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
