"""Training: one trainer for every network and every twin.

The loss is the cross-entropy against a matrix of target probabilities, which are one-hot labels for
ordinary training and a teacher's softened outputs for distillation (Hinton, Vinyals, Dean: Distilling
the Knowledge in a Neural Network, 2015), or another objective of the logits' network, as in robust.py.
"""

from collections.abc import Callable
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
import optax

import layers
from layers import Network


@dataclass(frozen=True)
class Recipe:
    """How to train. The learning rate falls from `learning_rate` to zero along a cosine."""

    steps: int
    learning_rate: float = 2e-3
    batch: int = 64
    weight_decay: float = 0.05  # decoupled (AdamW), on weights only
    l1: float = 0.0  # penalty per unit of |weight|, added to the loss
    temperature: float = 1.0  # logits are divided by it before the softmax of the loss


# The loss of a network for a batch and its targets, after a share 0..1 of the steps, with a random key.
Objective = Callable[[Network, jax.Array, jax.Array, jax.Array, jax.Array], jax.Array]


def cross_entropy(recipe: Recipe) -> Objective:
    def loss(network, x, targets, done, key):
        scores = layers.logits(network, x, by_batch=True) / recipe.temperature
        # The square of the temperature keeps the gradient's scale (Hinton et al., section 2.1).
        return recipe.temperature**2 * optax.softmax_cross_entropy(scores, targets).mean()

    return loss


def train(
    network: Network,
    x: np.ndarray,
    targets: np.ndarray,
    recipe: Recipe,
    seed: int,
    masks: list[np.ndarray] | None = None,
    objective: Objective | None = None,
) -> Network:
    """Trains from `network` and returns the result; `network` itself is left alone.

    targets [samples, classes] are probabilities. Where a mask is False the weight is exactly zero
    after every step; there is one mask for each weight, in the order of the layers. The order of
    samples depends on `seed` alone.
    """
    batches = _batches(len(x), recipe, seed)
    schedule = optax.cosine_decay_schedule(recipe.learning_rate, len(batches))
    optimiser = optax.adamw(
        schedule,
        weight_decay=recipe.weight_decay,
        mask=lambda network: jax.tree.map(layers.is_weight, network),
    )
    x, targets = jnp.asarray(x), jnp.asarray(targets)
    fit = objective or cross_entropy(recipe)
    keys = jax.random.split(jax.random.key(seed), len(batches))
    done = np.arange(len(batches), dtype=np.float32) / len(batches)

    def loss(network, rows, done, key):
        penalty = recipe.l1 * sum(jnp.abs(weight).sum() for weight in layers.weights(network))
        return fit(network, x[rows], targets[rows], done, key) + penalty

    def step(state, batch):
        network, moments = state
        updates, moments = optimiser.update(jax.grad(loss)(network, *batch), moments, network)
        return (masked(optax.apply_updates(network, updates), masks), moments), None

    @jax.jit
    def run(network):
        start = masked(network, masks)
        (network, _), _ = jax.lax.scan(step, (start, optimiser.init(start)), (batches, done, keys))
        return network

    return jax.tree.map(np.asarray, run(jax.tree.map(jnp.asarray, network)))


def masked(network: Network, masks: list[np.ndarray] | None) -> Network:
    """The network with weights set to zero (+0, never -0) wherever the mask is False."""
    if masks is None:
        return network
    rest = iter(masks)
    return layers.map_weights(lambda weight: jnp.where(next(rest), weight, 0.0), network)


def _batches(samples: int, recipe: Recipe, seed: int) -> np.ndarray:
    """Row indices of every step, [steps, batch]: one random order of all rows after another."""
    rng = np.random.default_rng(seed)
    passes = -(-recipe.steps * recipe.batch // samples)
    rows = np.concatenate([rng.permutation(samples) for _ in range(passes)])
    return rows[: recipe.steps * recipe.batch].reshape(-1, recipe.batch).astype(np.int32)
