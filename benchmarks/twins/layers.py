"""Networks as lists of layers: their types, and what they compute for a batch of inputs.

A network is a list of layers, applied one after the other; the last one's outputs are the logits.
Batches are [samples, inputs] before a Dense layer and [samples, channels, *positions] before the
others; the input of a convolutional network is brought to that form by its first layer, Image.
Every layer is a tree of arrays to jax, with all else (strides and the like) fixed.
"""

import os
from dataclasses import dataclass, field
from typing import NamedTuple

# One thread: these networks are tiny, and a fixed order of additions keeps the runs reproducible.
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false")
os.environ.setdefault("JAX_PLATFORMS", "cpu")

import jax
import jax.numpy as jnp
import numpy as np

NORMALISATION_EPSILON = 1e-5  # added to the variance by BatchNorm, as frameworks do by default

_layer = jax.tree_util.register_dataclass


class Dense(NamedTuple):
    """x -> x @ weight + bias, with weight [inputs, outputs] and bias [outputs], both float32."""

    weight: np.ndarray
    bias: np.ndarray


@_layer
@dataclass(frozen=True)
class Image:
    """[samples, inputs] -> [samples, *shape], with shape [channels, *positions]."""

    shape: tuple[int, ...] = field(metadata={"static": True})


@_layer
@dataclass(frozen=True)
class Conv:
    """A convolution in one or two dimensions: weight [outputs, inputs, *kernel], bias [outputs] or None."""

    weight: np.ndarray
    bias: np.ndarray | None
    stride: int = field(metadata={"static": True})
    padding: int = field(metadata={"static": True})  # zeros on every side


@_layer
@dataclass(frozen=True)
class BatchNorm:
    """(x - mean) / sqrt(variance + NORMALISATION_EPSILON) * scale + shift, each for one channel."""

    scale: np.ndarray
    shift: np.ndarray
    mean: np.ndarray
    variance: np.ndarray


@_layer
@dataclass(frozen=True)
class Relu:
    pass


@_layer
@dataclass(frozen=True)
class MaxPool:
    """The greatest of each window of `size` positions in every dimension; windows do not overlap."""

    size: int = field(metadata={"static": True})


@_layer
@dataclass(frozen=True)
class Flatten:
    """[samples, channels, *positions] -> [samples, channels * positions]."""


@_layer
@dataclass(frozen=True)
class Residual:
    """x -> x + body(x)."""

    body: list


Layer = Dense | Image | Conv | BatchNorm | Relu | MaxPool | Flatten | Residual
Network = list[Layer]


def logits(network: Network, x, by_batch: bool = False):
    """Outputs of the last layer for a batch x [samples, inputs].

    With `by_batch`, batch normalisation takes its averages from this batch, as in training.
    """
    for layer in network:
        x = apply(layer, x, by_batch)
    return x


def apply(layer: Layer, x, by_batch: bool = False):
    match layer:
        case Dense(weight, bias):
            return x @ weight + bias
        case Image(shape):
            return x.reshape(-1, *shape)
        case Conv():
            y = convolve(x, layer.weight, layer)
            return y if layer.bias is None else y + per_channel(layer.bias, y)
        case BatchNorm():
            if by_batch:
                layer = BatchNorm(layer.scale, layer.shift, *averages(x))
            return (x - per_channel(layer.mean, x)) * per_channel(slope(layer), x) + per_channel(layer.shift, x)
        case Relu():
            return jax.nn.relu(x)
        case MaxPool(size):
            window = (1, 1) + (size,) * (x.ndim - 2)
            return jax.lax.reduce_window(x, -jnp.inf, jax.lax.max, window, window, "VALID")
        case Flatten():
            return x.reshape(len(x), -1)
        case Residual(body):
            return x + logits(body, x, by_batch)
    raise TypeError(f"not a layer: {layer}")


def slope(layer: BatchNorm):
    """What a normalisation multiplies each channel by."""
    return layer.scale / jnp.sqrt(layer.variance + NORMALISATION_EPSILON)


def convolve(x, weight, layer: Conv):
    """x convolved with a weight, with the strides and the padding of a layer."""
    dimensions = x.ndim - 2
    return jax.lax.conv_general_dilated(
        x, weight, (layer.stride,) * dimensions, [(layer.padding, layer.padding)] * dimensions
    )


def per_channel(values, x):
    """Values [channels] in a form that broadcasts over x [samples, channels, *positions]."""
    return values.reshape(1, -1, *[1] * (x.ndim - 2))


def averages(x):
    """Mean and variance of each channel over samples and positions."""
    axes = (0, *range(2, x.ndim))
    return x.mean(axes), x.var(axes)


def settled(network: Network, x) -> Network:
    """The network with the averages of batch normalisation taken over all of x, layer by layer."""
    layers = []
    for layer in network:
        if isinstance(layer, BatchNorm):
            mean, variance = (np.asarray(part, np.float32) for part in averages(x))
            layer = BatchNorm(layer.scale, layer.shift, mean, variance)
        elif isinstance(layer, Residual):
            layer = Residual(settled(layer.body, x))
        layers.append(layer)
        x = apply(layer, x)
    return layers


def frozen(network: Network) -> Network:
    """The network with averages that are constants to jax: they are measured, not trained."""
    layers = []
    for layer in network:
        if isinstance(layer, BatchNorm):
            constant = jax.lax.stop_gradient((layer.mean, layer.variance))
            layer = BatchNorm(layer.scale, layer.shift, *constant)
        elif isinstance(layer, Residual):
            layer = Residual(frozen(layer.body))
        layers.append(layer)
    return layers


def is_weight(leaf) -> bool:
    """Whether an array of a network is a weight: the others (biases, averages) have one dimension."""
    return leaf.ndim >= 2


def map_weights(function, network: Network) -> Network:
    """The network with each weight replaced by a function of it."""
    return jax.tree.map(lambda leaf: function(leaf) if is_weight(leaf) else leaf, network)


def weights(network: Network) -> list[np.ndarray]:
    """All weights, in the order of the layers."""
    return [leaf for leaf in jax.tree.leaves(network) if is_weight(leaf)]


def one_hot(labels: np.ndarray, classes: int) -> np.ndarray:
    return np.eye(classes, dtype=np.float32)[labels]


def softened(network: Network, x: np.ndarray, temperature: float) -> np.ndarray:
    """The network's class probabilities at a temperature: the targets of a distillation."""
    return np.asarray(jax.nn.softmax(logits(network, x) / temperature))


def described(network: Network) -> str:
    """The layers in short: "conv8 4x4/2, conv8 4x4/2, 40, 10"; only sizes if all are dense."""
    dense = all(isinstance(layer, Dense | Relu) for layer in network)
    parts = [str(len(network[0].weight))] if dense else []
    for layer in network:
        match layer:
            case Dense():
                parts.append(str(len(layer.bias)))
            case Conv():
                kernel = "x".join(map(str, layer.weight.shape[2:]))
                stride = f"/{layer.stride}" if layer.stride > 1 else ""
                parts.append(f"conv{len(layer.weight)} {kernel}{stride}")
            case BatchNorm():
                parts.append("norm")
            case MaxPool(size):
                parts.append(f"pool {size}")
            case Residual(body):
                parts.append(f"x + ({described(body)})")
    return ("-" if dense else ", ").join(parts)
