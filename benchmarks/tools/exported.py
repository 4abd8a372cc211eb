"""Graphs as exporters leave them, for tools that simplify graphs. Needs numpy and onnx."""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

import networks


def untidy() -> onnx.ModelProto:
    """The convolutional network with a BatchNormalization, an Identity, shapes computed at run time, and a padding apart."""
    arrays = networks.weights("conv")
    rng = np.random.default_rng(2)
    arrays |= {"s": rng.uniform(0.5, 1.5, 4), "o": rng.normal(0, 0.1, 4), "m": rng.normal(0, 0.1, 4), "v": rng.uniform(0.5, 2, 4)}
    nodes = [
        helper.make_node("Constant", [], ["pads"], value=numpy_helper.from_array(np.array([0, 0, 1, 1, 0, 0, 1, 1], np.int64))),
        helper.make_node("Pad", ["x", "pads"], ["padded"], name="pad"),
        helper.make_node("Conv", ["padded", "k", "c"], ["z0"], name="conv"),
        helper.make_node("BatchNormalization", ["z0", "s", "o", "m", "v"], ["n0"], name="norm"),
        helper.make_node("Relu", ["n0"], ["r0"], name="relu"),
        helper.make_node("Identity", ["r0"], ["a0"], name="identity"),
        helper.make_node("MaxPool", ["a0"], ["p"], name="pool", kernel_shape=[2, 2], strides=[2, 2]),
        helper.make_node("Shape", ["p"], ["shape"], name="shape"),
        helper.make_node("Gather", ["shape", "first"], ["batch"], name="batch", axis=0),
        helper.make_node("Unsqueeze", ["batch", "axis"], ["batch1"], name="unsqueeze"),
        helper.make_node("Concat", ["batch1", "rest"], ["flat"], name="concat", axis=0),
        helper.make_node("Reshape", ["p", "flat"], ["f"], name="reshape"),
        helper.make_node("Transpose", ["w1"], ["w1t"], name="transpose", perm=[1, 0]),
        helper.make_node("Gemm", ["f", "w1t", "b1"], ["z1"], name="gemm", transB=1),
        helper.make_node("Relu", ["z1"], ["a1"], name="relu1"),
        helper.make_node("MatMul", ["a1", "w2"], ["m2"], name="matmul"),
        helper.make_node("Add", ["b2", "m2"], ["logits"], name="add"),
    ]
    constants = [numpy_helper.from_array(a.astype(np.float32), name) for name, a in arrays.items()]
    constants += [numpy_helper.from_array(np.array(v, np.int64), name) for name, v in (("first", 0), ("axis", [0]), ("rest", [-1]))]
    graph = helper.make_graph(
        nodes, "untidy",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 1, 8, 8])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, [1, 10])],
        constants,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    return model
