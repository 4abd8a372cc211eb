"""The plain mixed-integer program of a pair of networks: one binary for each unstable ReLU, and big-M
constants from interval bounds. It knows no solver.

An unstable neuron has its input z, its output a and a binary d:

    z = W p + b,   a >= 0,   a >= z,   a <= z - l (1 - d),   a <= u d

with p the outputs before it and l <= z <= u. A neuron that is never negative is its input, one that is
never positive is left out. r is linear in the outputs of both networks' last hidden layers.
"""

from dataclasses import dataclass, field

import numpy as np

from network import Dense
from question import Question

# Interval bounds are computed in float64 and widened by this, relative to their size.
_WIDEN = 1e-9


@dataclass
class Model:
    """Columns with bounds, rows lower <= entries <= upper, and an affine objective for each class pair."""

    lower: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    integer: list[bool] = field(default_factory=list)
    rows: list[tuple[float, float, np.ndarray, np.ndarray]] = field(default_factory=list)
    objectives: list[tuple[np.ndarray, np.ndarray, float]] = field(default_factory=list)
    inputs: int = 0  # the first columns are the inputs

    def column(self, lower: float, upper: float, integer: bool = False) -> int:
        self.lower.append(lower)
        self.upper.append(upper)
        self.integer.append(integer)
        return len(self.lower) - 1

    def row(self, lower: float, upper: float, columns, values) -> None:
        columns, values = np.asarray(columns, np.int32), np.asarray(values, np.float64)
        kept = values != 0
        self.rows.append((lower, upper, columns[kept], values[kept]))

    def binaries(self) -> int:
        return sum(self.integer)


def build(q: Question) -> Model:
    m = Model()
    inputs = np.array([m.column(lo, hi) for lo, hi in zip(q.lo, q.hi)], np.int32)
    m.inputs = len(inputs)
    first, second = q.folded()
    c1, h1 = _network(m, first, inputs, q)
    c2, h2 = _network(m, second, inputs, q)
    columns = np.concatenate([c1, c2])
    for k in range(len(q.pairs)):
        values = np.concatenate([h1.weight[k], -h2.weight[k]])
        m.objectives.append((columns, values, float(h1.bias[k] - h2.bias[k])))
    return m


def _network(m: Model, layers: list[Dense], columns: np.ndarray, q: Question) -> tuple[np.ndarray, Dense]:
    """Adds the hidden layers. Returns the columns of the last one, and the last layer over them."""
    lo, hi = q.lo, q.hi
    kept = np.arange(len(lo))  # elements of the layer before that have a column
    for layer in layers[:-1]:
        l, u = interval(layer, lo, hi)
        added, alive = [], []
        for n in range(len(l)):
            if u[n] <= 0:
                continue
            alive.append(n)
            added.append(_neuron(m, layer.weight[n][kept], layer.bias[n], columns, l[n], u[n]))
        lo, hi = np.maximum(l, 0), np.maximum(u, 0)
        columns, kept = np.array(added, np.int32), np.array(alive, np.int64)
    return columns, Dense(layers[-1].weight[:, kept], layers[-1].bias)


def _neuron(m: Model, weight: np.ndarray, bias: float, before: np.ndarray, l: float, u: float) -> int:
    z = m.column(l, u)
    m.row(-bias, -bias, np.append(before, z), np.append(weight, -1.0))
    if l >= 0:
        return z
    a, d = m.column(0.0, u), m.column(0.0, 1.0, integer=True)
    m.row(0.0, np.inf, [a, z], [1.0, -1.0])
    m.row(-np.inf, -l, [a, z, d], [1.0, -1.0, -l])
    m.row(-np.inf, 0.0, [a, d], [1.0, -u])
    return a


def interval(layer: Dense, lo: np.ndarray, hi: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Bounds of an affine layer over a box."""
    plus, minus = np.maximum(layer.weight, 0), np.minimum(layer.weight, 0)
    l = plus @ lo + minus @ hi + layer.bias
    u = plus @ hi + minus @ lo + layer.bias
    slack = _WIDEN * (1 + np.abs(layer.weight) @ np.maximum(np.abs(lo), np.abs(hi)) + np.abs(layer.bias))
    return l - slack, u + slack
