"""The twins of a network: ten ways to get another network that should decide alike.

Each maker takes the original and its data and returns a network of the same form (a list of dense
layers in float32). Rounding and pruning of weights keep the architecture, so neurons of twin and
original correspond one to one; structured pruning removes neurons, and those that are left
correspond to some of the original's; distillation halves every hidden layer, and none corresponds.
"""

import zlib
from collections.abc import Callable

import numpy as np

import mlp
from data import CLASSES, Dataset
from mlp import Dense, Network, Recipe

ORIGINAL = Recipe(steps=5_000)
FINE_TUNE = Recipe(steps=2_500)
DISTIL = Recipe(steps=5_000, temperature=3.0)
SPARSIFY = Recipe(steps=3_000, learning_rate=1e-3, weight_decay=0.0, l1=2e-4)

PRUNING_ROUNDS = 3
TINY = 1e-3  # weights of the L1-penalised network below this magnitude become zero


def seed_of(name: str) -> int:
    """A seed from the name of a network alone, so that none depends on which others are made."""
    return zlib.crc32(name.encode())


def original(name: str, sizes: list[int], data: Dataset) -> Network:
    """An ordinary classifier: cross-entropy, AdamW, no augmentation, no adversarial training."""
    seed = seed_of(name)
    return mlp.train(mlp.initial(sizes, seed), data.train_x, _targets(data), ORIGINAL, seed)


def pruned(network: Network, fraction: float, data: Dataset, seed: int) -> Network:
    """Layer-wise magnitude pruning in rounds, each followed by fine-tuning with the zeros kept.

    Every round keeps the same share of the weights that the one before it kept, so that `fraction`
    of each hidden layer is zero after the last. The output layer, which has few weights, is pruned
    at half the rate (as in Frankle, Carbin: The Lottery Ticket Hypothesis, 2019). Layer by layer,
    because a ranking over the whole network compares weights of different scales. Biases stay.
    """
    for done in range(1, PRUNING_ROUNDS + 1):
        removed = 1 - (1 - fraction) ** (done / PRUNING_ROUNDS)
        rates = [removed] * (len(network) - 1) + [removed / 2]
        masks = [smallest_removed(layer.weight, rate) for layer, rate in zip(network, rates)]
        network = mlp.train(network, data.train_x, _targets(data), FINE_TUNE, seed + done, masks)
    return network


def smallest_removed(weight: np.ndarray, fraction: float) -> np.ndarray:
    """False for the given fraction of entries, those of least magnitude (ties: the first)."""
    order = np.argsort(np.abs(weight), axis=None, kind="stable")
    mask = np.ones(weight.size, dtype=bool)
    mask[order[: round(fraction * weight.size)]] = False
    return mask.reshape(weight.shape)


def structured(network: Network, fraction: float, data: Dataset, seed: int) -> Network:
    """The given fraction of each hidden layer's units removed, then fine-tuned once.

    Those go whose incoming weights have the smallest Euclidean norm (as in Li and others, Pruning
    Filters for Efficient ConvNets, 2017, there with the sum of magnitudes). The others keep their
    order. All layers lose their units at the same time: the norms are the original's.
    """
    layers = list(network)
    for index in range(len(layers) - 1):
        units = layers[index].weight.shape[1]
        norms = np.linalg.norm(network[index].weight, axis=0)
        dropped = np.argsort(norms, kind="stable")[: round(fraction * units)]
        kept = np.setdiff1d(np.arange(units), dropped)
        layers[index] = Dense(layers[index].weight[:, kept], layers[index].bias[kept])
        layers[index + 1] = Dense(layers[index + 1].weight[kept], layers[index + 1].bias)
    return mlp.train(layers, data.train_x, _targets(data), FINE_TUNE, seed)


def quantized(network: Network, bits: int) -> Network:
    """Weights on a symmetric grid of 2^bits - 1 integers per layer, written back as float32.

    scale = max|weight| / (2^(bits-1) - 1) and weight' = scale * round(weight / scale), both in
    float32. Biases stay as they are, and so do activations: only the weights are quantized.
    """
    top = np.float32(2 ** (bits - 1) - 1)
    rounded = []
    for weight, bias in network:
        scale = np.abs(weight).max() / top
        grid = np.clip(np.rint(weight / scale), -top, top)
        # Adding zero turns -0 into +0, so that a zero weight has one representation.
        rounded.append(Dense((grid * scale + np.float32(0)).astype(np.float32), bias))
    return rounded


def half_precision(network: Network) -> Network:
    """Weights and biases rounded to float16; the values are exact again in float32."""
    return [Dense(*(part.astype(np.float16).astype(np.float32) for part in layer)) for layer in network]


def distilled(network: Network, data: Dataset, seed: int) -> Network:
    """A network of half the width in every hidden layer, trained on the original's softened outputs.

    The labels are not used.
    """
    sizes = mlp.widths(network)
    student = [sizes[0]] + [size // 2 for size in sizes[1:-1]] + [sizes[-1]]
    targets = mlp.softened(network, data.train_x, DISTIL.temperature)
    return mlp.train(mlp.initial(student, seed), data.train_x, targets, DISTIL, seed)


def sparsified(network: Network, data: Dataset, seed: int) -> Network:
    """Retrained from the original with an L1 penalty on the weights; then tiny weights become zero."""
    retrained = mlp.train(network, data.train_x, _targets(data), SPARSIFY, seed)
    return [
        Dense(np.where(np.abs(weight) < TINY, np.float32(0), weight), bias)
        for weight, bias in retrained
    ]


def _targets(data: Dataset) -> np.ndarray:
    return mlp.one_hot(data.train_y, CLASSES)


Maker = Callable[[Network, Dataset, int], Network]

# Every kind of twin, in the order of the tables. The original is its own first kind.
KINDS: dict[str, Maker] = {
    "original": lambda network, data, seed: network,
    "pruned30": lambda network, data, seed: pruned(network, 0.30, data, seed),
    "pruned60": lambda network, data, seed: pruned(network, 0.60, data, seed),
    "pruned90": lambda network, data, seed: pruned(network, 0.90, data, seed),
    "int8": lambda network, data, seed: quantized(network, bits=8),
    "int4": lambda network, data, seed: quantized(network, bits=4),
    "float16": lambda network, data, seed: half_precision(network),
    "distilled": lambda network, data, seed: distilled(network, data, seed),
    "sparse-l1": lambda network, data, seed: sparsified(network, data, seed),
    "structured": lambda network, data, seed: structured(network, 0.25, data, seed),
}
