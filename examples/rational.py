"""Tensors of rational numbers: an array of Python's integers over one common denominator, which numpy adds and multiplies
exactly. All floating-point numbers are such numbers. Needs numpy.
"""

import math
import re
from fractions import Fraction

import numpy as np


class Unsupported(Exception):
    """What the evaluator does not know."""


def objects(a) -> np.ndarray:
    """An array of Python's integers, also where numpy made a scalar of an array without axes."""
    return np.asarray(a, dtype=object)


class Tensor:
    """numerators / denominator; dtype is the numpy type in the file, where an operator's result depends on it."""

    def __init__(self, numerators, denominator: int = 1, dtype=None):
        self.n, self.d, self.dtype = objects(numerators), denominator, dtype
        assert all(type(v) is int for v in self.n.flat), "integers of numpy would overflow"

    @property
    def shape(self):
        return self.n.shape

    def reduced(self):
        g = math.gcd(self.d, *self.n.flat)
        return Tensor(self.n // g, self.d // g, self.dtype) if g > 1 else self

    def map(self, move):
        """A move of the elements."""
        return Tensor(move(self.n), self.d, self.dtype)

    def fractions(self) -> list:
        return [Fraction(int(v), self.d) for v in self.n.flat]

    def integers(self) -> list:
        return [int(v) // self.d for v in self.n.flat]


def of_fractions(values: list) -> Tensor:
    """A vector of fractions."""
    d = math.lcm(*(v.denominator for v in values))
    return Tensor([v.numerator * (d // v.denominator) for v in values], d)


def tensor(a) -> Tensor:
    """An array's numbers, exactly. All floating-point types of ONNX up to 64 bits are numbers m 2^e."""
    if isinstance(a, Tensor):
        return a
    a = np.asarray(a)
    if re.fullmatch(r"u?int\d+|bool", a.dtype.name):
        return Tensor(a.astype(np.int64).astype(object), 1, a.dtype)
    wide = a.astype(np.float64)
    if not np.isfinite(wide).all():
        raise Unsupported("a constant or input is not finite")
    mantissa, exponent = np.frexp(wide)
    shift = exponent.astype(np.int64) - 53
    least = min(0, int(shift[mantissa != 0].min(initial=0)))
    n = [int(m) << int(s - least) if m else 0 for m, s in zip((mantissa * 2.0**53).astype(np.int64).flat, shift.flat)]
    return Tensor(np.array(n, dtype=object).reshape(a.shape), 1 << -least, a.dtype).reduced()


def common(*tensors):
    """The numerators over one denominator, and that."""
    d = math.lcm(*(t.d for t in tensors))
    return [objects(t.n * (d // t.d)) for t in tensors], d


def add(a: Tensor, b: Tensor) -> Tensor:
    (p, q), d = common(a, b)
    return Tensor(p + q, d)


def subtract(a: Tensor, b: Tensor) -> Tensor:
    (p, q), d = common(a, b)
    return Tensor(p - q, d)


def multiply(a: Tensor, b: Tensor) -> Tensor:
    return Tensor(a.n * b.n, a.d * b.d)


def divide(a: Tensor, b: Tensor) -> Tensor:
    if (b.n == 0).any():
        raise Unsupported("a division by zero")
    multiple = math.lcm(*(int(v) for v in b.n.flat))
    return Tensor(a.n * (multiple // b.n) * b.d, a.d * multiple)


def maximum(a: Tensor, b: Tensor) -> Tensor:
    (p, q), d = common(a, b)
    return Tensor(np.maximum(p, q), d, a.dtype)


def minimum(a: Tensor, b: Tensor) -> Tensor:
    (p, q), d = common(a, b)
    return Tensor(np.minimum(p, q), d, a.dtype)


def matmul(a: Tensor, b: Tensor) -> Tensor:
    return Tensor(a.n @ b.n, a.d * b.d)


ZERO = Tensor(0)
