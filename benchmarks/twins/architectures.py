"""Untrained networks: which layers there are, and how their weights begin.

Weights are drawn by He's initialisation: normal, of variance 2/inputs; biases are zero. `width` makes
every layer but the last so many times as wide.
"""

from collections.abc import Callable
from functools import partial
from itertools import pairwise

import numpy as np

from data import CLASSES
from layers import BatchNorm, Conv, Dense, Flatten, Image, MaxPool, Network, Relu, Residual

Architecture = Callable[[float, int], Network]  # of width and seed


def mlp(*sizes: int) -> Architecture:
    """Fully connected; sizes of the input, the hidden layers and the output."""

    def initial(width: float, seed: int) -> Network:
        rng = np.random.default_rng(seed)
        scaled = [sizes[0], *(int(size * width) for size in sizes[1:-1]), sizes[-1]]
        network: Network = []
        for inputs, outputs in pairwise(scaled):
            network += [_dense(rng, inputs, outputs), Relu()]
        return network[:-1]

    return initial


def _dense(rng: np.random.Generator, inputs: int, outputs: int) -> Dense:
    weight = rng.normal(0.0, np.sqrt(2.0 / inputs), (inputs, outputs))
    return Dense(weight.astype(np.float32), np.zeros(outputs, np.float32))


def _conv(rng, inputs: int, outputs: int, kernel: tuple[int, ...], stride: int, bias: bool = True) -> Conv:
    """Padded such that a stride of 1 keeps an odd kernel's positions, and a stride of 2 halves them."""
    fan = inputs * int(np.prod(kernel))
    weight = rng.normal(0.0, np.sqrt(2.0 / fan), (outputs, inputs, *kernel)).astype(np.float32)
    return Conv(weight, np.zeros(outputs, np.float32) if bias else None, stride, padding=(kernel[0] - 1) // 2)


def _norm(channels: int) -> BatchNorm:
    one, zero = np.ones(channels, np.float32), np.zeros(channels, np.float32)
    return BatchNorm(scale=one, shift=zero, mean=zero, variance=one)


def _head(rng, inputs: int, hidden: int, classes: int = CLASSES) -> Network:
    return [Flatten(), _dense(rng, inputs, hidden), Relu(), _dense(rng, hidden, classes)]


def conv(normalised: bool, sizes: tuple[int, int, int], width: float, seed: int) -> Network:
    """Two strided convolutions and two dense layers for MNIST; `sizes` has channels and hidden units.

    A channel of the first has 196 ReLUs, one of the second 49.
    """
    rng = np.random.default_rng(seed)
    first, second, hidden = (int(size * width) for size in sizes)
    network: Network = [Image((1, 28, 28))]
    for inputs, outputs in ((1, first), (first, second)):
        # A bias before a normalisation would have no effect.
        network += [_conv(rng, inputs, outputs, (4, 4), stride=2, bias=not normalised)]
        network += [_norm(outputs), Relu()] if normalised else [Relu()]
    return network + _head(rng, second * 7 * 7, hidden)


def conv_pool(sizes: tuple[int, int, int], width: float, seed: int) -> Network:
    """As conv, with max pooling between the convolutions.

    A channel of the first has 196 ReLUs and 49 windows of four, one of the second 16 ReLUs.
    """
    rng = np.random.default_rng(seed)
    first, second, hidden = (int(size * width) for size in sizes)
    network = [Image((1, 28, 28)), _conv(rng, 1, first, (4, 4), stride=2), Relu(), MaxPool(2)]
    network += [_conv(rng, first, second, (3, 3), stride=2), Relu()]
    return network + _head(rng, second * 4 * 4, hidden)


def conv_residual(sizes: tuple[int, int, int], width: float, seed: int) -> Network:
    """As conv, with a residual block of two convolutions after the two strided ones.

    A channel of the first has 196 ReLUs, one of the second three times 49.
    """
    rng = np.random.default_rng(seed)
    first, second, hidden = (int(size * width) for size in sizes)
    network = [Image((1, 28, 28)), _conv(rng, 1, first, (4, 4), stride=2), Relu()]
    network += [_conv(rng, first, second, (4, 4), stride=2), Relu()]
    body = [_conv(rng, second, second, (3, 3), stride=1), Relu(), _conv(rng, second, second, (3, 3), stride=1)]
    return network + [Residual(body), Relu()] + _head(rng, second * 7 * 7, hidden)


def ecg(width: float, seed: int) -> Network:
    """Two strided convolutions over time and two dense layers for two leads; 400 ReLUs at width 1."""
    rng = np.random.default_rng(seed)
    first, second, hidden = (int(size * width) for size in (8, 8, 16))
    network: Network = [Image((2, 64))]
    for inputs, outputs in ((2, first), (first, second)):
        network += [_conv(rng, inputs, outputs, (5,), stride=2), Relu()]
    return network + _head(rng, second * 16, hidden, classes=2)


ARCHITECTURES: dict[str, Architecture] = {
    "digits": mlp(64, 32, 32, 10),
    "mnist-2x20": mlp(784, 20, 20, 10),
    "mnist-2x50": mlp(784, 50, 50, 10),
    "mnist-3x50": mlp(784, 50, 50, 50, 10),
    "mnist-2x100": mlp(784, 100, 100, 10),
    "mnist-conv": partial(conv, False, (8, 8, 40)),  # 2,000 ReLUs
    "mnist-conv-bn": partial(conv, True, (8, 8, 40)),  # 2,000
    "mnist-conv-pool": partial(conv_pool, (4, 8, 32)),  # 944, and 196 windows of four
    "mnist-conv-res": partial(conv_residual, (4, 8, 32)),  # 1,992
    "mnist-conv-robust": partial(conv, False, (4, 8, 32)),  # 1,208
    "mnist-conv-bn-robust": partial(conv, True, (4, 8, 32)),  # 1,208
    "mnist-conv-pool-robust": partial(conv_pool, (6, 16, 40)),  # 1,472, and 294 windows of four
    "mnist-conv-res-robust": partial(conv_residual, (4, 8, 32)),  # 1,992
    "ecg-conv": ecg,  # 400
}
