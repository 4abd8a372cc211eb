"""Operators of quantized tensors in exact rational arithmetic, for exact.py, whose nodes they get. Needs numpy.

Half-way points become even levels. QLinearAdd, QLinearMul and QLinearAveragePool are kernels of onnxruntime that round what
the zero point is added to, the others round before.
"""

import numpy as np

from rational import ZERO, Tensor, Unsupported, add, matmul, multiply, objects, subtract

CLOSEST = 10**40  # a value with a root in it must be farther from half-way than one part of this many of a step


def along(t: Tensor, shape, axis: int, block: int = 0) -> np.ndarray:
    """Numerators of scales or zero points such that they broadcast to a tensor of some shape."""
    if block:
        return np.repeat(t.n, block, axis).take(range(shape[axis]), axis)
    if t.n.size == 1:
        return t.n.reshape(())
    full = [1] * len(shape)
    full[axis] = t.n.size
    return t.n.reshape(full)


def limits(dtype) -> tuple:
    bits = int(dtype.name.lstrip("uint"))
    return (0, 2**bits - 1) if dtype.name.startswith("u") else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)


def quantize(c, x: Tensor, scale: Tensor, zero, axis: int, block: int = 0, after: bool = False) -> Tensor:
    """clamp(round(x / scale) + zero), of the type of zero; after: clamp(round(x / scale + zero)), another one half-way."""
    dtype = np.dtype(np.uint8) if zero is None else zero.dtype
    steps = x.d * along(scale, x.shape, axis, block)  # x / scale is parts / steps
    parts = x.n * scale.d
    if after and zero is not None:
        parts, zero = parts + steps * along(zero, x.shape, axis, block), Tensor(0, 1, dtype)
    twice = objects(2 * parts + steps)
    level = twice // (2 * steps)
    rest = twice % (2 * steps)
    if c.rooted and (np.minimum(rest, 2 * steps - rest) * CLOSEST < steps).any():
        raise Unsupported(f"{c.node.op_type} of a value with a square root that is half-way as far as that is computed")
    level = np.where((rest == 0) & (level % 2 == 1), objects(level - 1), objects(level))  # half-way: the even one
    if zero is not None:
        level = objects(level + along(zero, x.shape, axis, block))
    low, high = limits(dtype)
    return Tensor(np.minimum(np.maximum(level, low), high), 1, dtype)


def dequantize(x: Tensor, scale: Tensor, zero, axis: int, block: int = 0) -> Tensor:
    return Tensor(centred(x, zero, axis, block).n * along(scale, x.shape, axis, block), scale.d)


def centred(x: Tensor, zero, axis: int, block: int = 0) -> Tensor:
    return x if zero is None else Tensor(x.n - along(zero, x.shape, axis, block))


def quantize_linear(c):
    c.only(output_dtype=0, saturate=1)
    return quantize(c, c[0], c[1], c[2], c.get("axis", 1), c.get("block_size", 0))


def dequantize_linear(c):
    c.only(output_dtype=0)
    return dequantize(c[0], c[1], c[2], c.get("axis", 1), c.get("block_size", 0))


def rescaled(c, sums: Tensor, a: Tensor, b: Tensor, axis: int) -> Tensor:
    """Sums of products of levels, times both scales."""
    if a.n.size > 1:
        raise Unsupported(f"{c.node.op_type} with a scale for each row")
    return Tensor(sums.n * a.n.reshape(()) * along(b, sums.shape, axis), a.d * b.d)


def qlinear_matmul(c):
    sums = matmul(centred(c[0], c[2], -2), centred(c[3], c[5], -1))
    return quantize(c, rescaled(c, sums, c[1], c[4], -1), c[6], c[7], -1)


def qgemm(c):
    c.only(alpha=1.0)
    a, b = centred(c[0], c[2], -2), centred(c[3], c[5], 0 if c.get("transB", 0) else 1)
    sums = matmul(a.map(np.transpose) if c.get("transA", 0) else a, b.map(np.transpose) if c.get("transB", 0) else b)
    y = rescaled(c, add(sums, c[6] or ZERO), c[1], c[4], -1)
    return y if c[7] is None else quantize(c, y, c[7], c[8], -1)


def matmul_nbits(c):
    c.only(weight_prepacked=0)
    rows, cols, bits, size = c.get("N", 0), c.get("K", 0), c.get("bits", 4), c.get("block_size", 0)
    if c.get("accuracy_level", 0) == 4 or c[4] is not None:
        raise Unsupported("MatMulNBits with activations rounded at run time, or with g_idx")

    def spread(t, blocks: int, width: int):
        """The levels in bytes, the first in the lowest bits, rows x width."""
        n = objects(t.n.reshape(rows, -1, 1) >> np.arange(0, 8, bits).astype(object)) % 2**bits
        return n.reshape(rows, -1)[:, : blocks * width]

    blocks = -(-cols // size)
    zero = Tensor(2 ** (bits - 1))
    if c[3] is not None and c[3].dtype.name == "uint8":
        zero = Tensor(np.repeat(spread(c[3], blocks, 1), size, 1))
    elif c[3] is not None:
        zero = c[3].map(lambda n: np.repeat(n.reshape(rows, blocks), size, 1))
    scale = c[2].map(lambda n: np.repeat(n.reshape(rows, blocks), size, 1))
    weight = multiply(subtract(Tensor(spread(c[1], blocks, size)), zero), scale).map(lambda n: n[:, :cols].T)
    y = matmul(c[0], weight)
    return y if c[5] is None else add(y, c[5])


def qlinear_add(c):
    y = add(dequantize(c[0], c[1], c[2], -1), dequantize(c[3], c[4], c[5], -1))
    return quantize(c, y, c[6], c[7] or Tensor(0, 1, c[0].dtype), -1, after=True)


def qlinear_mul(c):
    y = multiply(dequantize(c[0], c[1], c[2], -1), dequantize(c[3], c[4], c[5], -1))
    return quantize(c, y, c[6], c[7] or Tensor(0, 1, c[0].dtype), -1, after=True)


# QONNX.


def levels_of(mode: str, n: np.ndarray, d: int) -> np.ndarray:
    """n / d rounded to integers, by the name that QONNX has for it."""
    sign = np.sign(n)
    size = n * sign
    floor, ceiling = n // d, -(-n // d)
    if mode in ("ROUND", "HALF_EVEN"):
        up = (2 * n + d) // (2 * d)
        return objects(up - ((2 * n + d) % (2 * d) == 0) * (up % 2))
    rounded = {
        "FLOOR": floor, "CEIL": ceiling, "DOWN": sign * (size // d), "ROUND_TO_ZERO": sign * (size // d),
        "UP": sign * -(-size // d), "HALF_UP": sign * ((2 * size + d) // (2 * d)),
        "HALF_DOWN": sign * -(-(2 * size - d) // (2 * d)),
    }  # fmt: skip
    if mode not in rounded:
        raise Unsupported(f"rounding_mode {mode}")
    return rounded[mode]


def quant(c) -> Tensor:
    """Quant and IntQuant: (round(clip(x / scale + zero point)) - zero point) scale."""
    x, scale, zero, (bits,) = c[0], c[1], c[2], c[3].integers()
    signed, narrow = c.get("signed", 1), c.get("narrow", 0)
    if c.rooted:
        raise Unsupported("Quant behind a square root")
    n, d = objects(x.n * scale.d * np.sign(scale.n)), objects(x.d * np.abs(scale.n))  # x / scale
    n, d = objects(n * zero.d + d * zero.n), objects(d * zero.d + 0 * n)
    if signed and bits == 1:
        level = np.where(n >= 0, 1, -1).astype(object)
    else:
        low, high = (narrow - 2 ** (bits - 1), 2 ** (bits - 1) - 1) if signed else (0, 2**bits - 1 - narrow)
        n = np.minimum(np.maximum(n, low * d), high * d)
        level = levels_of(c.get("rounding_mode", "ROUND").upper(), n, d)
    return multiply(subtract(Tensor(level), zero), scale)


def bipolar_quant(c) -> Tensor:
    return multiply(Tensor(np.where(c[0].n >= 0, 1, -1).astype(object)), c[1])
