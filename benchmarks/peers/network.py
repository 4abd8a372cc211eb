"""ONNX files of fully connected ReLU networks as a list of dense layers in float64.

Whatever a file says between two ReLUs is one affine map, so the reader composes it into one. What it
does not know is an error: a wrong network is worse than none.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
from onnx import numpy_helper

# Operators that leave the elements of one sample, in row-major order, as they are.
_KEEP = {"Flatten", "Reshape", "Squeeze", "Unsqueeze", "Identity", "Dropout", "Cast"}


@dataclass(frozen=True)
class Dense:
    weight: np.ndarray  # [outputs, inputs]
    bias: np.ndarray


@dataclass(frozen=True)
class Network:
    """Dense layers with a ReLU after each but the last. The outputs are logits."""

    layers: list[Dense]
    softmax: bool  # the file ends in one, which is left out here
    sha256: str

    @property
    def inputs(self) -> int:
        return self.layers[0].weight.shape[1]

    def logits(self, x: np.ndarray) -> np.ndarray:
        """The logits at one input, or at rows of inputs."""
        for layer in self.layers[:-1]:
            x = np.maximum(x @ layer.weight.T + layer.bias, 0.0)
        return x @ self.layers[-1].weight.T + self.layers[-1].bias


def read(path: Path) -> Network:
    data = path.read_bytes()
    model = onnx.load_model_from_string(data)
    reader = _Reader(model.graph)
    for node in model.graph.node:
        reader.step(node)
    if reader.flow != model.graph.output[0].name:
        raise ValueError(f"{path.name}: the output is not at the end of the chain of layers")
    layers = reader.layers + [reader.finish()]
    if len(layers[-1].bias) == 1:  # the logit of class 1 against class 0
        last = layers[-1]
        layers[-1] = Dense(np.vstack([np.zeros_like(last.weight), last.weight]), np.append(0.0, last.bias))
    return Network(layers, reader.softmax, hashlib.sha256(data).hexdigest())


class _Reader:
    def __init__(self, graph: onnx.GraphProto):
        self.constants = {t.name: numpy_helper.to_array(t) for t in graph.initializer}
        inputs = [i for i in graph.input if i.name not in self.constants]
        if len(inputs) != 1 or len(graph.output) != 1:
            raise ValueError("the network has more than one input or output")
        self.flow = inputs[0].name
        dims = [d.dim_value for d in inputs[0].type.tensor_type.shape.dim]
        self.size = int(np.prod(dims[1:]))
        self.layers: list[Dense] = []
        self.weight: np.ndarray | None = None  # of the layer that is being read; None is the identity
        self.bias = np.zeros(self.size)
        self.softmax = False

    def finish(self) -> Dense:
        weight = np.eye(self.size) if self.weight is None else self.weight
        return Dense(weight, self.bias)

    def step(self, node: onnx.NodeProto) -> None:
        if all(name in self.constants for name in node.input):
            self.constants[node.output[0]] = _constant(node, self.constants)
            return
        at = [k for k, name in enumerate(node.input) if name == self.flow]
        if len(at) != 1 or self.softmax:
            raise ValueError(f"{node.op_type} {node.name} does not continue the chain of layers")
        self.flow = node.output[0]
        others = [self.constants[n].astype(np.float64) for k, n in enumerate(node.input) if k != at[0] and n]
        self._apply(node, at[0], others)

    def _apply(self, node: onnx.NodeProto, at: int, others: list[np.ndarray]) -> None:
        op, attribute = node.op_type, {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
        if op in _KEEP:
            if op == "Cast" and attribute["to"] not in (onnx.TensorProto.FLOAT, onnx.TensorProto.DOUBLE):
                raise ValueError("a Cast that rounds")
        elif op == "Relu":
            self.layers.append(self.finish())
            self.weight, self.bias = None, np.zeros(self.size)
        elif op == "Softmax":
            self.softmax = True
        elif op == "MatMul" and at == 0:
            self._multiply(others[0].T)
        elif op == "Gemm" and at == 0 and not attribute.get("transA", 0):
            weight = others[0] if attribute.get("transB", 0) else others[0].T
            self._multiply(attribute.get("alpha", 1.0) * weight)
            if len(others) > 1:
                self.bias = self.bias + attribute.get("beta", 1.0) * others[1].reshape(-1)
        elif op == "Add" or (op == "Sub" and at == 0):
            sign = 1.0 if op == "Add" else -1.0
            self.bias = self.bias + sign * self._vector(others[0])
        elif op == "Mul" or (op == "Div" and at == 0):
            factor = self._vector(others[0]) if op == "Mul" else 1.0 / self._vector(others[0])
            self._multiply(np.diag(factor))
        else:
            raise ValueError(f"operator {op} is not known")

    def _vector(self, values: np.ndarray) -> np.ndarray:
        return np.broadcast_to(values.reshape(-1), (self.size,))

    def _multiply(self, weight: np.ndarray) -> None:
        self.weight = weight if self.weight is None else weight @ self.weight
        self.bias = weight @ self.bias
        self.size = len(self.bias)


def _constant(node: onnx.NodeProto, constants: dict[str, np.ndarray]) -> np.ndarray:
    """The value of a node all of whose inputs are known."""
    attribute = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
    if node.op_type == "Constant" and "value" in attribute:
        return numpy_helper.to_array(attribute["value"])
    if node.op_type == "Cast":
        return constants[node.input[0]].astype(onnx.helper.tensor_dtype_to_np_dtype(attribute["to"]))
    if node.op_type == "Identity":
        return constants[node.input[0]]
    raise ValueError(f"operator {node.op_type} on constants is not known")
