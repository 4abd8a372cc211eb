"""Writes networks as ONNX files, in the dialects that real exporters speak.

The same dense layers can be stored in many ways: Gemm or MatMul and Add, weights transposed or not,
tensors as raw bytes or as typed fields, as initializers or as Constant nodes, with a symbolic or a
fixed batch size, behind a Flatten or a Reshape of an image, before a Softmax. A reader that is to be
trusted with other people's files must understand all of them, so the twins are spread over all.
"""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper

from layers import (
    NORMALISATION_EPSILON,
    BatchNorm,
    Conv,
    Dense,
    Flatten,
    Image,
    MaxPool,
    Network,
    Relu,
    Residual,
)

# The oldest file format (IR version) in which each operator set may be stored.
IR_OF_OPSET = {11: 6, 12: 7, 13: 7, 14: 7, 15: 8, 16: 8, 17: 8, 18: 8, 19: 9, 20: 9, 21: 10}

SYMBOLIC_BATCH = "batch"


@dataclass(frozen=True)
class Dialect:
    """One way to write a network. `note` says what it imitates or what is special about it."""

    note: str
    opset: int
    dense: str = "gemm-transposed"  # or "gemm", "matmul-add", "add-matmul" (bias first)
    raw: bool = True  # raw_data bytes; otherwise float_data fields
    batch: str | int = SYMBOLIC_BATCH
    image: tuple[str, tuple[int, ...]] | None = None  # ("Flatten" or "Reshape", image shape)
    softmax: bool = False
    constants: bool = False  # weights as Constant nodes; otherwise as initializers
    listed: bool = False  # initializers are also listed among the graph's inputs
    half: bool = False  # float16 tensors, each followed by a Cast to float


DIALECTS = {
    "torch": Dialect("as PyTorch's exporter writes", 17),
    "torch-old": Dialect(
        "initializers listed as graph inputs too, as before IR 4", 11, raw=False, batch=1, listed=True
    ),
    "torch-image": Dialect("image input", 18, image=("Flatten", (1, 28, 28))),
    "gemm": Dialect("weights not transposed", 14, dense="gemm", raw=False),
    "tf": Dialect("as TensorFlow's exporters write", 15, dense="matmul-add"),
    "tf-typed": Dialect("bias is the first operand", 13, dense="add-matmul", raw=False, batch=1),
    "keras-image": Dialect(
        "image input, channels last", 21, dense="matmul-add", batch=1, image=("Reshape", (28, 28, 1))
    ),
    "constants": Dialect("no initializers at all", 12, dense="matmul-add", constants=True),
    "softmax": Dialect("output is probabilities", 20, softmax=True),
    "softmax-old": Dialect(
        "output is probabilities", 11, dense="matmul-add", raw=False, batch=1, softmax=True
    ),
    "half": Dialect("half the size", 16, half=True),
    "half-tf": Dialect("half the size", 19, dense="matmul-add", batch=1, half=True),
}

def write(network: Network, dialect: Dialect, name: str, path: Path) -> None:
    """Writes and checks one file. The graph is called `name`; the bytes depend on nothing else."""
    graph = _Graph(dialect)
    if isinstance(network[0], Image):
        flow = graph.enter_image(network[0].shape)
        rest = network[1:]
    else:
        flow = graph.enter(len(network[0].weight))
        rest = network
    flow = graph.sequence(flow, rest[:-1])
    flow = graph.dense(flow, *rest[-1], "logits")
    if dialect.softmax:
        flow = graph.node("Softmax", [flow], "probabilities", axis=1)
    onnx.save(graph.model(name, flow, len(network[-1].bias)), path)
    onnx.checker.check_model(str(path), full_check=True)


class _Graph:
    """An ONNX graph under construction, in one dialect. Edges are named by strings."""

    def __init__(self, dialect: Dialect):
        self.dialect = dialect
        self.nodes: list[onnx.NodeProto] = []
        self.initializers: list[onnx.TensorProto] = []
        self.inputs: list[onnx.ValueInfoProto] = []
        self.counts: Counter[str] = Counter()  # of the layers so far, for their names

    def node(self, operator: str, inputs: list[str], output: str, **attributes) -> str:
        self.nodes.append(
            helper.make_node(operator, inputs, [output], name=f"{operator}_{output}", **attributes)
        )
        return output

    def tensor(self, name: str, values: np.ndarray) -> str:
        """A constant of the graph, stored as the dialect says; returns the edge that carries it."""
        if values.dtype == np.float32 and self.dialect.half:
            self._initializer(name + ".half", values.astype(np.float16))
            return self.node("Cast", [name + ".half"], name, to=TensorProto.FLOAT)
        if self.dialect.constants:
            return self.node("Constant", [], name, value=self._proto(name, values))
        self._initializer(name, values)
        return name

    def enter(self, size: int) -> str:
        """The graph's input, brought to the form [batch, size]."""
        operator, image = self.dialect.image or (None, (size,))
        if np.prod(image) != size:
            raise ValueError(f"an image of shape {image} does not have {size} pixels")
        self.inputs.append(_value("input", [self.dialect.batch, *image]))
        if operator == "Flatten":
            return self.node("Flatten", ["input"], "flat", axis=1)
        if operator == "Reshape":
            shape = self.tensor("flat.shape", np.array([-1, size], np.int64))
            return self.node("Reshape", ["input", shape], "flat")
        return "input"

    def enter_image(self, shape: tuple[int, ...]) -> str:
        """The input of a convolutional network, brought to the form [batch, channels, *positions]."""
        if not self.channels_last:
            self.inputs.append(_value("input", [self.dialect.batch, *shape]))
            return "input"
        self.inputs.append(_value("input", [self.dialect.batch, *shape[1:], shape[0]]))
        return self.node("Transpose", ["input"], "channels_first", perm=[0, len(shape), *range(1, len(shape))])

    @property
    def channels_last(self) -> bool:
        return self.dialect.image is not None and self.dialect.image[0] == "Reshape"

    def sequence(self, flow: str, network: Network) -> str:
        for layer in network:
            flow = self.layer(flow, layer)
        return flow

    def layer(self, flow: str, layer) -> str:
        match layer:
            case Dense(weight, bias):
                return self.dense(flow, weight, bias)
            case Conv():
                return self.conv(flow, layer)
            case BatchNorm(scale, shift, mean, variance):
                name = self.named("norm")
                parts = {"scale": scale, "shift": shift, "mean": mean, "variance": variance}
                tensors = [self.tensor(f"{name}.{part}", values) for part, values in parts.items()]
                return self.node("BatchNormalization", [flow, *tensors], name, epsilon=NORMALISATION_EPSILON)
            case Relu():
                return self.node("Relu", [flow], self.named("relu"))
            case MaxPool(size):
                window = [size, size]
                return self.node("MaxPool", [flow], self.named("pool"), kernel_shape=window, strides=window)
            case Flatten():
                if self.dialect.dense.startswith("gemm"):
                    return self.node("Flatten", [flow], "flat", axis=1)
                shape = self.tensor("flat.shape", np.array([0, -1], np.int64))
                return self.node("Reshape", [flow, shape], "flat")
            case Residual(body):
                return self.node("Add", [self.sequence(flow, body), flow], self.named("sum"))
        raise TypeError(f"no layer to write: {layer}")

    def named(self, kind: str) -> str:
        self.counts[kind] += 1
        return f"{kind}{self.counts[kind]}"

    def conv(self, flow: str, layer: Conv) -> str:
        name, kernel = self.named("conv"), layer.weight.shape[2:]
        inputs = [flow, self.tensor(name + ".weight", layer.weight)]
        if layer.bias is not None:
            inputs.append(self.tensor(name + ".bias", layer.bias))
        # The paddings of these networks are those that SAME_UPPER stands for.
        padded = {"auto_pad": "SAME_UPPER"} if self.channels_last else {"pads": [layer.padding] * 2 * len(kernel)}
        return self.node("Conv", inputs, name, kernel_shape=kernel, strides=[layer.stride] * len(kernel), **padded)

    def dense(self, flow: str, weight: np.ndarray, bias: np.ndarray, output: str | None = None) -> str:
        """flow @ weight + bias, with weight [inputs, outputs]."""
        style, layer = self.dialect.dense, self.named("dense")
        output = output or layer
        if style == "gemm-transposed":
            w = self.tensor(layer + ".weight", np.ascontiguousarray(weight.T))
            b = self.tensor(layer + ".bias", bias)
            return self.node("Gemm", [flow, w, b], output, alpha=1.0, beta=1.0, transB=1)
        w = self.tensor(layer + ".weight", weight)
        b = self.tensor(layer + ".bias", bias)
        if style == "gemm":
            return self.node("Gemm", [flow, w, b], output)
        product = self.node("MatMul", [flow, w], layer + ".product")
        return self.node("Add", [b, product] if style == "add-matmul" else [product, b], output)

    def model(self, name: str, output: str, classes: int) -> onnx.ModelProto:
        outputs = [_value(output, [self.dialect.batch, classes])]
        graph = helper.make_graph(self.nodes, name, self.inputs, outputs, self.initializers)
        return helper.make_model(
            graph,
            producer_name="rsm-twins",
            ir_version=IR_OF_OPSET[self.dialect.opset],
            opset_imports=[helper.make_opsetid("", self.dialect.opset)],
        )

    def _initializer(self, name: str, values: np.ndarray) -> None:
        self.initializers.append(self._proto(name, values))
        if self.dialect.listed:
            kind = helper.np_dtype_to_tensor_dtype(values.dtype)
            self.inputs.append(helper.make_tensor_value_info(name, kind, values.shape))

    def _proto(self, name: str, values: np.ndarray) -> onnx.TensorProto:
        """Raw bytes are little-endian; typed fields hold one number per entry."""
        kind = helper.np_dtype_to_tensor_dtype(values.dtype)
        stored = values.tobytes() if self.dialect.raw else values.flatten()
        return helper.make_tensor(name, kind, values.shape, stored, raw=self.dialect.raw)


def _value(name: str, shape: list) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
