"""The twins of a network: ways to get another network that should decide alike.

Each maker takes the original, its data and how to train on them, and returns a network. Rounding and
pruning of weights keep the architecture, so neurons of twin and original correspond one to one;
structured pruning removes neurons or whole channels, and those that are left correspond to some of
the original's; distillation halves every hidden layer, and none corresponds.
"""

import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace

import jax
import numpy as np

import layers
from architectures import Architecture
from data import Dataset
from layers import BatchNorm, Conv, Dense, Layer, Network, Residual
from train import Objective, Recipe, train

PRUNING_ROUNDS = 3
TINY = 1e-3  # weights of the L1-penalised network below this magnitude become zero


@dataclass(frozen=True)
class Training:
    """How the networks of a family are trained: ordinarily, or for other objectives.

    `objective` is that of what starts from random weights, after steps on the cross-entropy alone as
    `before` says, and `tuning` that of what is trained on from an original; None is the cross-entropy.
    """

    architecture: Architecture
    original: Recipe = Recipe(steps=5_000)
    fine_tune: Recipe = Recipe(steps=2_500)
    distil: Recipe = Recipe(steps=5_000, temperature=3.0)
    sparsify: Recipe = Recipe(steps=3_000, learning_rate=1e-3, weight_decay=0.0, l1=2e-4)
    before: Recipe | None = None
    objective: Objective | None = None
    tuning: Objective | None = None


def seed_of(name: str) -> int:
    """A seed from the name of a network alone, so that none depends on which others are made."""
    return zlib.crc32(name.encode())


def original(training: Training, data: Dataset, seed: int) -> Network:
    """Trained from the start on the labels."""
    return _from_start(1.0, data, _targets(data), training, training.original, seed)


def pruned(network: Network, fraction: float, data: Dataset, training: Training, seed: int) -> Network:
    """Layer-wise magnitude pruning in rounds, each followed by fine-tuning with the zeros kept.

    Every round keeps the same share of the weights that the one before it kept, so that `fraction`
    of each hidden layer is zero after the last. The output layer, which has few weights, is pruned
    at half the rate (as in Frankle, Carbin: The Lottery Ticket Hypothesis, 2019). Layer by layer,
    because a ranking over the whole network compares weights of different scales. Biases stay.
    """
    for done in range(1, PRUNING_ROUNDS + 1):
        removed = 1 - (1 - fraction) ** (done / PRUNING_ROUNDS)
        weights = layers.weights(network)
        rates = [removed] * (len(weights) - 1) + [removed / 2]
        masks = [smallest_removed(weight, rate) for weight, rate in zip(weights, rates, strict=True)]
        network = _tuned(network, data, training, seed + done, masks)
    return network


def smallest_removed(weight: np.ndarray, fraction: float) -> np.ndarray:
    """False for the given fraction of entries, those of least magnitude (ties: the first)."""
    order = np.argsort(np.abs(weight), axis=None, kind="stable")
    mask = np.ones(weight.size, dtype=bool)
    mask[order[: round(fraction * weight.size)]] = False
    return mask.reshape(weight.shape)


def structured(network: Network, fraction: float, data: Dataset, training: Training, seed: int) -> Network:
    """The given fraction of each hidden layer's units or channels removed, then fine-tuned once.

    Those go whose incoming weights have the smallest Euclidean norm (as in Li and others, Pruning
    Filters for Efficient ConvNets, 2017, there with the sum of magnitudes). The others keep their
    order. All layers lose their units at the same time: the norms are the original's. Channels that
    enter or leave a residual block stay, for both branches need them.
    """
    return _tuned(thinned(network, fraction), data, training, seed)


def thinned(network: Network, fraction: float) -> Network:
    """What `structured` starts to fine-tune from."""
    kept = None  # of the channels that flow into the next layer, as indices; None: all
    channels = 0  # how many there were
    thin: Network = []
    for index, layer in enumerate(network):
        match layer:
            case Dense() | Conv():
                layer = _with_inputs(layer, kept, channels)
                channels, kept = len(network[index].bias if isinstance(layer, Dense) else layer.weight), None
                if _may_lose_outputs(network[index:]):
                    kept = _largest(network[index], fraction)
                    layer = _with_outputs(layer, kept)
            case BatchNorm() if kept is not None:
                layer = jax.tree.map(lambda part, kept=kept: part[kept], layer)
            case Residual(body):
                layer = Residual(thinned(body, fraction))
        thin.append(layer)
    return thin


def _may_lose_outputs(network: Network) -> bool:
    """Whether the first layer's outputs enter another Dense or Conv, and nothing else."""
    for layer in network[1:]:
        if isinstance(layer, Residual):
            return False
        if isinstance(layer, Dense | Conv):
            return True
    return False


def _largest(layer: Dense | Conv, fraction: float) -> np.ndarray:
    """The outputs that stay: all but the given fraction, those of the smallest incoming weights."""
    axes = 0 if isinstance(layer, Dense) else tuple(range(1, layer.weight.ndim))
    norms = np.sqrt(np.square(layer.weight).sum(axes))
    dropped = np.argsort(norms, kind="stable")[: round(fraction * len(norms))]
    return np.setdiff1d(np.arange(len(norms)), dropped)


def _with_inputs(layer: Dense | Conv, kept: np.ndarray | None, channels: int) -> Layer:
    """The layer for the kept ones of its input channels only."""
    if kept is None:
        return layer
    if isinstance(layer, Conv):
        return replace(layer, weight=layer.weight[:, kept])
    positions = len(layer.weight) // channels  # Flatten keeps a channel's positions together
    rows = (kept[:, None] * positions + np.arange(positions)).ravel()
    return Dense(layer.weight[rows], layer.bias)


def _with_outputs(layer: Dense | Conv, kept: np.ndarray) -> Layer:
    if isinstance(layer, Dense):
        return Dense(layer.weight[:, kept], layer.bias[kept])
    return replace(layer, weight=layer.weight[kept], bias=None if layer.bias is None else layer.bias[kept])


def quantized(network: Network, bits: int) -> Network:
    """Weights on a symmetric grid of 2^bits - 1 integers per layer, written back as float32.

    scale = max|weight| / (2^(bits-1) - 1) and weight' = scale * round(weight / scale), both in
    float32. Biases stay as they are, and so do activations: only the weights are quantized.
    """
    top = np.float32(2 ** (bits - 1) - 1)

    def rounded(weight):
        scale = np.abs(weight).max() / top
        grid = np.clip(np.rint(weight / scale), -top, top)
        # Adding zero turns -0 into +0, so that a zero weight has one representation.
        return (grid * scale + np.float32(0)).astype(np.float32)

    return layers.map_weights(rounded, network)


def half_precision(network: Network) -> Network:
    """All numbers rounded to float16; the values are exact again in float32."""
    return jax.tree.map(lambda part: part.astype(np.float16).astype(np.float32), network)


def distilled(network: Network, data: Dataset, training: Training, seed: int) -> Network:
    """A network of half the width in every hidden layer, trained on the original's softened outputs.

    The labels are not used.
    """
    targets = layers.softened(network, data.train_x, training.distil.temperature)
    return _from_start(0.5, data, targets, training, training.distil, seed)


def sparsified(network: Network, data: Dataset, training: Training, seed: int) -> Network:
    """Retrained from the original with an L1 penalty on the weights; then tiny weights become zero."""
    retrained = _fit(network, data, _targets(data), training.sparsify, seed, training.tuning)
    return layers.map_weights(lambda weight: np.where(np.abs(weight) < TINY, np.float32(0), weight), retrained)


def _targets(data: Dataset) -> np.ndarray:
    return layers.one_hot(data.train_y, data.classes)


def _from_start(
    width: float, data: Dataset, targets: np.ndarray, training: Training, recipe: Recipe, seed: int
) -> Network:
    network = training.architecture(width, seed)
    if training.before is not None:
        network = _fit(network, data, targets, training.before, seed, None)
    return _fit(network, data, targets, recipe, seed, training.objective)


def _tuned(network: Network, data: Dataset, training: Training, seed: int, masks=None) -> Network:
    return _fit(network, data, _targets(data), training.fine_tune, seed, training.tuning, masks)


def _fit(network, data: Dataset, targets: np.ndarray, recipe: Recipe, seed: int, objective, masks=None) -> Network:
    fitted = train(network, data.train_x, targets, recipe, seed, masks, objective)
    return layers.settled(fitted, data.train_x) if objective is None else fitted


Maker = Callable[[Network, Dataset, Training, int], Network]

# Every kind of twin, in the order of the tables. The original is its own first kind.
KINDS: dict[str, Maker] = {
    "original": lambda network, data, training, seed: network,
    "pruned30": lambda network, data, training, seed: pruned(network, 0.30, data, training, seed),
    "pruned60": lambda network, data, training, seed: pruned(network, 0.60, data, training, seed),
    "pruned90": lambda network, data, training, seed: pruned(network, 0.90, data, training, seed),
    "int8": lambda network, data, training, seed: quantized(network, bits=8),
    "int4": lambda network, data, training, seed: quantized(network, bits=4),
    "float16": lambda network, data, training, seed: half_precision(network),
    "distilled": distilled,
    "sparse-l1": sparsified,
    "structured": lambda network, data, training, seed: structured(network, 0.25, data, training, seed),
}
