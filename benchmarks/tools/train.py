# /// script
# requires-python = "==3.11.*"
# dependencies = ["numpy==2.4.6", "scikit-learn==1.9.1"]
# ///
"""Trains the two networks that all tools here are given, and writes networks.npz and samples.npy.

    ./make.sh train

mlp is 64-32-10. conv is a convolution of four random 3x3 filters, a Relu, a maximum of 2x2 and an MLP 64-16-10. Weights
are float32. Samples are float32 in [0, 1]: six digits, whose values are multiples of 1/16, and six that are uniform.
"""

from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits
from sklearn.neural_network import MLPClassifier

HERE = Path(__file__).resolve().parent


def features(x: np.ndarray, kernel: np.ndarray, bias: np.ndarray) -> np.ndarray:
    """The convolution, padded by one, its Relu and its maxima, flattened in the order channel, row, column."""
    image = np.pad(x.reshape(-1, 8, 8), ((0, 0), (1, 1), (1, 1)))
    windows = np.lib.stride_tricks.sliding_window_view(image, (3, 3), axis=(1, 2))
    z = np.maximum(np.einsum("nrcij,fij->nfrc", windows, kernel[:, 0]) + bias[:, None, None], 0)
    return z.reshape(len(x), len(kernel), 4, 2, 4, 2).max(axis=(3, 5)).reshape(len(x), -1)


def layers(x: np.ndarray, y: np.ndarray, width: int) -> list[np.ndarray]:
    model = MLPClassifier((width,), max_iter=120, random_state=0).fit(x, y)
    return [a for pair in zip(model.coefs_, model.intercepts_) for a in pair]


def main() -> None:
    rng = np.random.default_rng(0)
    x, y = load_digits(return_X_y=True)
    x = x / 16
    kernel, bias = rng.normal(0, 0.4, (4, 1, 3, 3)), rng.normal(0, 0.1, 4)
    arrays = dict(zip(("mlp_w1", "mlp_b1", "mlp_w2", "mlp_b2"), layers(x, y, 32)))
    arrays |= {"conv_k": kernel, "conv_c": bias}
    arrays |= dict(zip(("conv_w1", "conv_b1", "conv_w2", "conv_b2"), layers(features(x, kernel, bias), y, 16)))
    np.savez(HERE / "networks.npz", **{name: a.astype(np.float32) for name, a in arrays.items()})
    samples = np.concatenate([x[100:106], rng.random((6, 64))])
    np.save(HERE / "samples.npy", samples.astype(np.float32))


if __name__ == "__main__":
    main()
