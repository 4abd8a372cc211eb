"""ONNX networks in exact rational arithmetic, as an oracle that shares nothing with rsm.

All numbers of a file and of an input are rationals, and so are all values of a network of the operators in OPERATORS.
Quantization rounds halves to even, exactly. The square root of BatchNormalization alone is no rational number: it is
taken to more than 60 digits, and a quantization that would depend on the digits after them is refused. Operators that are
not in OPERATORS are refused by name.

Casts between floating-point types of what depends on the input are the identity, weights are cast as ONNX defines, and a
Softmax at the end is left out: the outputs are logits. Sums of integers do not overflow here. Needs numpy and onnx.
"""

import functools
import itertools
import math
from pathlib import Path

import numpy as np
import onnx

from integers import in_reals
from quantization import (bipolar_quant, centred, dequantize, dequantize_linear, matmul_nbits, qgemm, qlinear_add, qlinear_matmul,
                          qlinear_mul, quant, quantize, quantize_linear, rescaled)  # fmt: skip
from rational import (ZERO, Tensor, Unsupported, add, common, divide, matmul, maximum, minimum, multiply, objects,
                      subtract, tensor)  # fmt: skip

ROOT_BITS = 320  # of 1/sqrt(variance): 96 digits after the point


class Call:
    """A node with its operands; None where one is left out."""

    def __init__(self, node, inputs: list, opset: int, rooted: bool):
        self.node, self.inputs, self.opset, self.rooted = node, inputs, opset, rooted
        self.attributes = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}

    def __getitem__(self, k: int):
        return self.inputs[k] if k < len(self.inputs) else None

    def get(self, name: str, default):
        value = self.attributes.get(name, default)
        return value.decode() if isinstance(value, bytes) else value

    def only(self, **values):
        """Refuses attributes with other values than these."""
        for name, value in values.items():
            if self.get(name, value) != value:
                raise Unsupported(f"{self.node.op_type} with {name} {self.get(name, value)}")


# Linear operators and windows.


def gemm(c):
    a, b = c[0], c[1]
    y = matmul(a.map(np.transpose) if c.get("transA", 0) else a, b.map(np.transpose) if c.get("transB", 0) else b)
    y = multiply(y, tensor(np.float32(c.get("alpha", 1.0))))
    return y if c[2] is None else add(y, multiply(c[2], tensor(np.float32(c.get("beta", 1.0)))))


def taps(c, x: np.ndarray, kernel, fill):
    """For each place in a window its index and, for all windows, the elements there: N x C x the shape of the output."""
    axes = range(len(kernel))
    size, stride, dilation = x.shape[2:], c.get("strides", [1] * len(kernel)), c.get("dilations", [1] * len(kernel))
    span = [dilation[k] * (kernel[k] - 1) + 1 for k in axes]
    same, pads = c.get("auto_pad", "NOTSET"), c.get("pads", [0] * 2 * len(kernel))
    if same in ("SAME_UPPER", "SAME_LOWER"):
        total = [max(0, (-(-size[k] // stride[k]) - 1) * stride[k] + span[k] - size[k]) for k in axes]
        less = [t // 2 for t in total]
        pads = less + [t - v for t, v in zip(total, less)]
        pads = pads if same == "SAME_UPPER" else pads[len(less) :] + pads[: len(less)]
    elif same == "VALID":
        pads = [0] * 2 * len(kernel)
    padded = np.full((*x.shape[:2], *(size[k] + pads[k] + pads[k + len(kernel)] for k in axes)), fill, dtype=object)
    padded[(..., *(slice(pads[k], pads[k] + size[k]) for k in axes))] = x
    out = [(padded.shape[k + 2] - span[k]) // stride[k] + 1 for k in axes]
    for place in itertools.product(*map(range, kernel)):
        start = [place[k] * dilation[k] for k in axes]
        yield place, padded[(..., *(slice(start[k], start[k] + (out[k] - 1) * stride[k] + 1, stride[k]) for k in axes))]


def convolve(c, x: Tensor, w: Tensor, bias) -> Tensor:
    groups, kernel = c.get("group", 1), w.shape[2:]
    ins, outs = w.shape[1], w.shape[0] // groups
    sums = [0] * groups
    for place, at in taps(c, x.n, kernel, 0):
        for g in range(groups):
            part = at[:, g * ins : (g + 1) * ins]
            flat = part.reshape(part.shape[0], ins, -1)
            sums[g] = sums[g] + w.n[(slice(g * outs, (g + 1) * outs), slice(None), *place)] @ flat
    y = Tensor(np.concatenate(sums, axis=1).reshape(x.shape[0], w.shape[0], *at.shape[2:]), x.d * w.d)
    return y if bias is None else add(y, bias.map(lambda n: n.reshape(-1, *[1] * len(kernel))))


def max_pool(c):
    c.only(ceil_mode=0)
    x, best = c[0], None
    for _, at in taps(c, x.n, c.get("kernel_shape", None), min(x.n.flat) - 1):
        best = at if best is None else np.maximum(best, at)
    return Tensor(best, x.d, x.dtype)


def average_pool(c):
    return average(c, c[0])


def average(c, x: Tensor) -> Tensor:
    c.only(ceil_mode=0)
    kernel, inside = c.get("kernel_shape", None), c.get("count_include_pad", 0)
    total = sum(at for _, at in taps(c, x.n, kernel, 0))
    count = sum(at for _, at in taps(c, np.ones(x.shape, dtype=object), kernel, inside))
    return divide(Tensor(total, x.d), Tensor(count))


def global_average_pool(c):
    axes = tuple(range(2, c[0].n.ndim))
    return Tensor(c[0].n.sum(axis=axes, keepdims=True), c[0].d * math.prod(c[0].shape[2:]))


def batch_normalization(c):
    c.only(training_mode=0, spatial=1)
    x, full = c[0], (-1, *[1] * (c[0].n.ndim - 2))
    scale, bias, mean, variance = (t.map(lambda n: n.reshape(full)) for t in c.inputs[1:5])
    variance = add(variance, tensor(np.float32(c.get("epsilon", 1e-5))))
    if (variance.n <= 0).any():
        raise Unsupported("BatchNormalization with a variance that is not positive")
    root = [math.isqrt((variance.d << 2 * ROOT_BITS) // int(n)) for n in variance.n.flat]
    inverse = Tensor(np.array(root, dtype=object).reshape(variance.shape), 1 << ROOT_BITS)
    return add(multiply(subtract(x, mean), multiply(scale, inverse)), bias)


def qlinear_conv(c):
    sums = convolve(c, centred(c[0], c[2], 1), centred(c[3], c[5], 0), c[8])
    return quantize(c, rescaled(c, sums, c[1], c[4], 1), c[6], c[7], 1)


def conv_integer(c):
    return convolve(c, centred(c[0], c[2], 1), centred(c[1], c[3], 0), None)


def qlinear_average_pool(c):
    c.only(channels_last=0)
    return quantize(c, average(c, dequantize(c[0], c[1], c[2], -1)), c[3], c[4] or Tensor(0, 1, c[0].dtype), -1, after=True)


# Others.


def sign(c):
    x = c[0]
    if c.rooted and ((x.n != 0) & (abs(x.n) * CLOSEST < x.d)).any():
        raise Unsupported("Sign of a value with a square root that is 0 as far as that is computed")
    return Tensor([int(v > 0) - int(v < 0) for v in x.n.flat], 1).map(lambda n: n.reshape(x.shape))


def clip(c):
    low, high = c[1], c[2]
    if c.opset < 11:
        low, high = (tensor(np.float32(c.get(name, 0))) if name in c.attributes else None for name in ("min", "max"))
    y = c[0] if low is None else maximum(c[0], low)
    return y if high is None else minimum(y, high)


def folded(join):
    """An operator that joins any number of operands by one of two."""
    return lambda c: functools.reduce(join, c.inputs)


def leaky_relu(c):
    slope = multiply(minimum(c[0], ZERO), tensor(np.float32(c.get("alpha", 0.01))))
    return add(maximum(c[0], ZERO), slope)


def reshape(c):
    c.only(allowzero=0)
    sizes = [c[0].shape[k] if v == 0 else v for k, v in enumerate(c[1].integers())]
    return c[0].map(lambda n: n.reshape(sizes))


def flatten(c):
    axis = c.get("axis", 1)
    axis += c[0].n.ndim if axis < 0 else 0
    return c[0].map(lambda n: n.reshape(math.prod(n.shape[:axis]), -1))


def squeeze(c):
    axes = c[1].integers() if c[1] is not None else c.get("axes", None)
    return c[0].map(lambda n: np.squeeze(n, None if axes is None else tuple(axes)))


def unsqueeze(c):
    axes = c[1].integers() if c[1] is not None else c.get("axes", None)
    return c[0].map(lambda n: np.expand_dims(n, tuple(axes)))


def cast(c):
    x, to = c[0], onnx.helper.tensor_dtype_to_np_dtype(c.get("to", 0))
    if x.dtype is not None and x.dtype.name.startswith("float"):
        if not to.name.startswith("float"):
            raise Unsupported(f"Cast from {x.dtype} to {to}")
        if to.itemsize < x.dtype.itemsize:  # constants only: the reals have no type
            return tensor(np.array([float(f) for f in x.fractions()]).reshape(x.shape).astype(x.dtype).astype(to))
    return Tensor(x.n, x.d, to if x.dtype is not None else None)


def concat(c):
    parts, d = common(*c.inputs)
    return Tensor(np.concatenate(parts, axis=c.get("axis", 0)), d, c[0].dtype)


def constant(c):
    (name, value), *_ = c.attributes.items()
    if name not in ("value", "value_float", "value_floats", "value_int", "value_ints"):
        raise Unsupported(f"Constant with {name}")
    if name == "value":
        return tensor(onnx.numpy_helper.to_array(value))
    return tensor(np.array(value, np.int64 if "int" in name else np.float32))


def identity(c):
    return c[0]


OPERATORS = {
    "Add": lambda c: add(c[0], c[1]), "Sub": lambda c: subtract(c[0], c[1]), "Mul": lambda c: multiply(c[0], c[1]),
    "Div": lambda c: divide(c[0], c[1]), "MatMul": lambda c: matmul(c[0], c[1]), "Gemm": gemm,
    "Conv": lambda c: convolve(c, c[0], c[1], c[2]), "BatchNormalization": batch_normalization,
    "AveragePool": average_pool, "GlobalAveragePool": global_average_pool, "MaxPool": max_pool,
    "Max": folded(maximum), "Min": folded(minimum), "Sum": folded(add),
    "Relu": lambda c: maximum(c[0], ZERO), "LeakyRelu": leaky_relu, "Clip": clip, "Sign": sign,
    "Reshape": reshape, "Flatten": flatten, "Squeeze": squeeze, "Unsqueeze": unsqueeze, "Concat": concat,
    "Transpose": lambda c: c[0].map(lambda n: n.transpose(c.get("perm", None))),
    "Cast": cast, "Constant": constant, "Identity": identity, "Dropout": identity,
    "QuantizeLinear": quantize_linear, "DequantizeLinear": dequantize_linear, "QLinearConv": qlinear_conv,
    "QLinearMatMul": qlinear_matmul, "QGemm": qgemm, "QLinearAdd": qlinear_add, "QLinearMul": qlinear_mul,
    "QLinearAveragePool": qlinear_average_pool, "ConvInteger": conv_integer,
    "MatMulNBits": matmul_nbits, "Quant": quant, "IntQuant": quant, "BipolarQuant": bipolar_quant,
    "MatMulInteger": lambda c: matmul(centred(c[0], c[2], -2), centred(c[1], c[3], -1)),
}  # fmt: skip
LAST = {"Softmax", "LogSoftmax"}  # left out at the end
STEPS = ("Quantize", "QLinear", "QGemm", "Sign")  # operators whose results are levels
IN_ORDER = {"Cast", "Dropout", "Flatten", "Identity", "Reshape", "Squeeze", "Unsqueeze"}  # leave the elements as they are


class Network:
    """A file. rooted says whether square roots are in it."""

    def __init__(self, path: Path):
        graph = (model := onnx.load(str(path))).graph
        in_reals(model)
        self.opset = next((o.version for o in model.opset_import if o.domain in ("", "ai.onnx")), 1)
        self.rooted = any(n.op_type == "BatchNormalization" for n in graph.node)
        given = {t.name: tensor(onnx.numpy_helper.to_array(t)) for t in graph.initializer}
        inputs = [v for v in graph.input if v.name not in given]
        if len(inputs) != 1:
            raise Unsupported(f"{len(inputs)} inputs")
        self.input, self.output = inputs[0].name, graph.output[0].name
        self.sizes = [d.dim_value if d.dim_value > 0 else 1 for d in inputs[0].type.tensor_type.shape.dim]
        self.constants, self.nodes = given, []
        for node in graph.node:
            if node.op_type not in OPERATORS and not (node.op_type in LAST and node.output[0] == self.output):
                raise Unsupported(f"operator {node.op_type}")
            if all(name in self.constants for name in node.input if name):
                self.constants[node.output[0]] = self.result(node, self.constants)
            else:
                self.nodes.append(node)

    def result(self, node, values: dict) -> Tensor:
        call = Call(node, [values[name] if name else None for name in node.input], self.opset, self.rooted)
        return OPERATORS.get(node.op_type, identity)(call).reduced()

    def evaluate(self, x: np.ndarray, nodes: list) -> dict:
        start = tensor(x if isinstance(x, Tensor) else np.asarray(x, np.float64)).map(lambda n: n.reshape(self.sizes))
        values = dict(self.constants, **{self.input: Tensor(start.n, start.d)})
        for node in nodes:
            values[node.output[0]] = self.result(node, values)
        return values

    def __call__(self, x: np.ndarray) -> tuple[list, dict]:
        """The logits, as fractions, and the levels of each quantized tensor and sign, at an input of float64 or of rationals."""
        values = self.evaluate(x, self.nodes)
        names = [n.output[0] for n in self.nodes if n.op_type.startswith(STEPS)
                 and (n.op_type != "QGemm" or values[n.output[0]].dtype is not None)]  # that may have real results
        return values[self.output].fractions(), {name: values[name] for name in names}

    def input_levels(self, x: np.ndarray) -> list[np.ndarray]:
        """The levels of the quantizations of the input itself, in its order."""
        same, nodes, levels = {self.input}, [], []
        for node in self.nodes:
            if node.input[0] in same and node.op_type in IN_ORDER:
                same.add(node.output[0])
                nodes.append(node)
            elif node.input[0] in same and node.op_type == "QuantizeLinear":
                levels.append(node.output[0])
                nodes.append(node)
        values = self.evaluate(x, nodes)
        return [values[name].n.astype(np.int64).reshape(-1) for name in levels]
