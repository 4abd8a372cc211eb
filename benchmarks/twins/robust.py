"""Training for robustness, so that exact verification reaches larger regions.

The loss of a batch is a mixture of two cross-entropies, one at the end of an attack by projected
gradient ascent (Madry and others, Towards Deep Learning Models Resistant to Adversarial Attacks, 2018),
one of the worst logits that interval bounds allow (Gowal and others, On the Effectiveness of Interval
Bound Propagation for Training Verifiably Robust Models, arXiv 1810.12715), and of a penalty that makes
ReLUs stable: -tanh(1 + l u) for the bounds l, u of what enters one (Xiao and others, Training for Faster
Adversarial Robustness Verification via Inducing ReLU Stability, arXiv 1809.03008).

Regions are balls of the maximum norm, cut off at the limits of the inputs.
"""

from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
import optax

import layers
from layers import BatchNorm, Conv, Dense, Network, Relu, Residual, convolve, per_channel
from train import Objective


@dataclass(frozen=True)
class Robustness:
    """What to be robust against, and how to get there."""

    epsilon: float
    limits: tuple[float, float]
    attack_steps: int = 3
    certified: float = 0.5  # share of the cross-entropy of the worst logits
    stability: float = 3e-3  # penalty for each ReLU
    ramp: tuple[float, float] = (0.1, 0.6)  # epsilon and the share grow between these shares of the steps


TUNING_RAMP = (-1.0, 0.0)  # already grown at the first step


def objective(robustness: Robustness) -> Objective:
    def loss(network: Network, x, targets, done, key):
        network = layers.frozen(network)
        start, end = robustness.ramp
        grown = jnp.clip((done - start) / (end - start), 0, 1)
        epsilon, certified = robustness.epsilon * grown, robustness.certified * grown
        moved = attack(network, x, targets, epsilon, robustness.limits, robustness.attack_steps, key)
        attacked = optax.softmax_cross_entropy(layers.logits(network, moved), targets).mean()
        low, high, entering = bounds(network, *ball(x, epsilon, robustness.limits))
        worst = jnp.where(targets == targets.max(1, keepdims=True), low, high)
        proved = optax.softmax_cross_entropy(worst, targets).mean()
        unstable = sum(-jnp.tanh(1 + below * above).sum() for below, above in entering) / len(x)
        return (1 - certified) * attacked + certified * proved + robustness.stability * grown * unstable

    return loss


def attack(network: Network, x, targets, epsilon, limits: tuple[float, float], steps: int, key):
    """Inputs of the balls around x with a high loss: signed gradient steps from random points."""
    low, high = ball(x, epsilon, limits)
    network = jax.lax.stop_gradient(network)

    def fooled(moved):
        return optax.softmax_cross_entropy(layers.logits(network, moved), targets).sum()

    moved = jax.random.uniform(key, x.shape, minval=low, maxval=high)
    for _ in range(steps):
        moved = jnp.clip(moved + 2.5 * epsilon / steps * jnp.sign(jax.grad(fooled)(moved)), low, high)
    return jax.lax.stop_gradient(moved)


def ball(x, epsilon, limits: tuple[float, float]):
    return jnp.clip(x - epsilon, *limits), jnp.clip(x + epsilon, *limits)


def bounds(network: Network, low, high):
    """Interval bounds of the outputs for inputs between low and high, and those of what enters each Relu."""
    entering = []
    for layer in network:
        match layer:
            case Dense(weight, bias):
                centre, radius = _both(low, high)
                centre, radius = centre @ weight + bias, radius @ jnp.abs(weight)
                low, high = centre - radius, centre + radius
            case Conv():
                centre, radius = _both(low, high)
                centre, radius = layers.apply(layer, centre), convolve(radius, jnp.abs(layer.weight), layer)
                low, high = centre - radius, centre + radius
            case BatchNorm():
                centre, radius = _both(low, high)
                slope = layers.slope(layer)
                centre, radius = layers.apply(layer, centre), radius * per_channel(jnp.abs(slope), radius)
                low, high = centre - radius, centre + radius
            case Residual(body):
                inner_low, inner_high, inner = bounds(body, low, high)
                low, high = low + inner_low, high + inner_high
                entering += inner
            case _:  # monotone
                if isinstance(layer, Relu):
                    entering.append((low, high))
                low, high = layers.apply(layer, low), layers.apply(layer, high)
    return low, high, entering


def _both(low, high):
    return (low + high) / 2, (high - low) / 2


def measured(network: Network, x: np.ndarray, y: np.ndarray, epsilon: float, limits: tuple[float, float]) -> dict:
    """What survives an attack, what interval bounds prove, and how many ReLUs they leave unstable on average."""
    targets = layers.one_hot(y, len(network[-1].bias))
    moved = attack(network, x, targets, epsilon, limits, steps=20, key=jax.random.key(0))
    low, high, entering = bounds(network, *ball(x, epsilon, limits))
    worst = np.where(targets == 1, low, high)
    unstable = sum(float(((below < 0) & (above > 0)).sum()) for below, above in entering) / len(x)
    return {
        "attacked": round(float(np.mean(np.argmax(layers.logits(network, moved), 1) == y)), 6),
        "proved": round(float(np.mean(np.argmax(worst, 1) == y)), 6),
        "unstable": round(unstable, 1),
    }
