"""Fully connected ReLU classifiers: initialisation, evaluation and training.

A network is a list of dense layers; a ReLU follows each but the last, whose outputs are the logits.
One trainer serves every twin: the loss is the cross-entropy against a matrix of target
probabilities, which are one-hot labels for ordinary training and a teacher's softened outputs for
distillation (Hinton, Vinyals, Dean: Distilling the Knowledge in a Neural Network, 2015).
"""

import os
from dataclasses import dataclass
from typing import NamedTuple

# One thread: these networks are tiny, and a fixed order of additions keeps the runs reproducible.
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false")
os.environ.setdefault("JAX_PLATFORMS", "cpu")

import jax
import jax.numpy as jnp
import numpy as np
import optax


class Dense(NamedTuple):
    """x -> x @ weight + bias, with weight [inputs, outputs] and bias [outputs], both float32."""

    weight: np.ndarray
    bias: np.ndarray


Network = list[Dense]


@dataclass(frozen=True)
class Recipe:
    """How to train. The learning rate falls from `learning_rate` to zero along a cosine."""

    steps: int
    learning_rate: float = 2e-3
    batch: int = 64
    weight_decay: float = 0.05  # decoupled (AdamW), on weights only
    l1: float = 0.0  # penalty per unit of |weight|, added to the loss
    temperature: float = 1.0  # logits are divided by it before the softmax of the loss


def widths(network: Network) -> list[int]:
    """Sizes of the input, the hidden layers and the output."""
    return [len(network[0].weight)] + [len(layer.bias) for layer in network]


def initial(sizes: list[int], seed: int) -> Network:
    """He initialisation: normal weights of variance 2/inputs, zero biases."""
    rng = np.random.default_rng(seed)
    network = []
    for inputs, outputs in zip(sizes[:-1], sizes[1:]):
        weight = rng.normal(0.0, np.sqrt(2.0 / inputs), (inputs, outputs))
        network.append(Dense(weight.astype(np.float32), np.zeros(outputs, np.float32)))
    return network


def logits(network: Network, x):
    """Outputs of the last layer for a batch x [samples, inputs]."""
    for layer in network[:-1]:
        x = jax.nn.relu(x @ layer.weight + layer.bias)
    return x @ network[-1].weight + network[-1].bias


def one_hot(labels: np.ndarray, classes: int) -> np.ndarray:
    return np.eye(classes, dtype=np.float32)[labels]


def softened(network: Network, x: np.ndarray, temperature: float) -> np.ndarray:
    """The network's class probabilities at a temperature: the targets of a distillation."""
    return np.asarray(jax.nn.softmax(logits(network, x) / temperature))


def train(
    network: Network,
    x: np.ndarray,
    targets: np.ndarray,
    recipe: Recipe,
    seed: int,
    masks: list[np.ndarray] | None = None,
) -> Network:
    """Trains from `network` and returns the result; `network` itself is left alone.

    targets [samples, classes] are probabilities. Where a mask is False the weight is exactly zero
    after every step. The order of samples depends on `seed` alone.
    """
    batches = _batches(len(x), recipe, seed)
    schedule = optax.cosine_decay_schedule(recipe.learning_rate, len(batches))
    optimiser = optax.adamw(
        schedule,
        weight_decay=recipe.weight_decay,
        mask=lambda layers: [Dense(True, False) for _ in layers],
    )
    x, targets = jnp.asarray(x), jnp.asarray(targets)

    def loss(layers, rows):
        scores = logits(layers, x[rows]) / recipe.temperature
        cross_entropy = optax.softmax_cross_entropy(scores, targets[rows]).mean()
        # The square of the temperature keeps the gradient's scale (Hinton et al., section 2.1).
        penalty = recipe.l1 * sum(jnp.abs(layer.weight).sum() for layer in layers)
        return recipe.temperature**2 * cross_entropy + penalty

    def step(state, rows):
        layers, moments = state
        updates, moments = optimiser.update(jax.grad(loss)(layers, rows), moments, layers)
        return (masked(optax.apply_updates(layers, updates), masks), moments), None

    @jax.jit
    def run(layers):
        start = masked(layers, masks)
        (layers, _), _ = jax.lax.scan(step, (start, optimiser.init(start)), batches)
        return layers

    trained = run([Dense(*map(jnp.asarray, layer)) for layer in network])
    return [Dense(*map(np.asarray, layer)) for layer in trained]


def masked(network: Network, masks: list[np.ndarray] | None) -> Network:
    """The network with weights set to zero (+0, never -0) wherever the mask is False."""
    if masks is None:
        return network
    return [
        Dense(jnp.where(mask, layer.weight, 0.0), layer.bias)
        for layer, mask in zip(network, masks)
    ]


def _batches(samples: int, recipe: Recipe, seed: int) -> np.ndarray:
    """Row indices of every step, [steps, batch]: one random order of all rows after another."""
    rng = np.random.default_rng(seed)
    passes = -(-recipe.steps * recipe.batch // samples)
    rows = np.concatenate([rng.permutation(samples) for _ in range(passes)])
    return rows[: recipe.steps * recipe.batch].reshape(-1, recipe.batch).astype(np.int32)
