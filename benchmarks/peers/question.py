"""What an instance asks: the range of r(x) = (y1_i - y1_j) - (y2_i - y2_j) over a box, for class pairs."""

from dataclasses import dataclass

import numpy as np

import network
import suite


@dataclass(frozen=True)
class Question:
    first: network.Network
    second: network.Network
    lo: np.ndarray
    hi: np.ndarray
    pairs: list[tuple[int, int]]

    def r(self, x: np.ndarray, pair: tuple[int, int]) -> float | np.ndarray:
        """r at an input, or at rows of inputs, in float64."""
        i, j = pair
        y1, y2 = self.first.logits(x), self.second.logits(x)
        return (y1[..., i] - y1[..., j]) - (y2[..., i] - y2[..., j])

    def inside(self, x: np.ndarray) -> np.ndarray:
        """The point of the box that is nearest to x, which a solver's tolerance may have put outside."""
        return np.clip(x, self.lo, self.hi)

    def folded(self) -> tuple[list[network.Dense], list[network.Dense]]:
        """Both networks with the class pairs in the last layer: r is the first minus the second."""
        return tuple(n.layers[:-1] + [_differences(n.layers[-1], self.pairs)] for n in (self.first, self.second))


def _differences(last: network.Dense, pairs: list[tuple[int, int]]) -> network.Dense:
    i, j = np.array(pairs).T
    return network.Dense(last.weight[i] - last.weight[j], last.bias[i] - last.bias[j])


def read(instance: suite.Instance) -> Question:
    first, second = network.read(instance.first), network.read(instance.second)
    if first.inputs != second.inputs:
        raise ValueError(f"N1 takes {first.inputs} inputs, and N2 {second.inputs}")
    lo, hi = suite.box(instance, first.inputs)
    centre = np.clip(lo / 2 + hi / 2, lo, hi)
    return Question(first, second, lo, hi, suite.class_pairs(instance.pairs, second.logits(centre)))
