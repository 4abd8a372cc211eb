"""Makes a large pair of networks for questions of scale: a random convolutional network and its float16 rounding.

    python benchmarks/suites/make_large.py OUT

Three convolutions (64, 96 and 128 channels over 3x32x32 inputs, kernels 3x3) and a dense layer of 896: 99,200 ReLUs and
7.5 million weights, 30 MB in float32. Weights are normal with the variance 2/fan-in (He et al., arXiv 1502.01852), seed 0.
OUT gets large.onnx, large-float16.onnx and sample.npy. Needs numpy and onnx.
"""

import argparse
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper


def layers(rng):
    """Each is an operator, its attributes, its weights and its bias, and whether a ReLU follows."""
    for name, inputs, outputs, stride in [("conv1", 3, 64, 1), ("conv2", 64, 96, 2), ("conv3", 96, 128, 2)]:
        weight = rng.standard_normal((outputs, inputs, 3, 3)) * np.sqrt(2 / (9 * inputs))
        yield name, "Conv", {"strides": [stride, stride], "pads": [1, 1, 1, 1]}, weight, 0.05 * rng.standard_normal(outputs), True
    for name, inputs, outputs, relu in [("dense1", 128 * 8 * 8, 896, True), ("logits", 896, 10, False)]:
        weight = rng.standard_normal((outputs, inputs)) * np.sqrt(2 / inputs)
        yield name, "Gemm", {"transB": 1}, weight, np.zeros(outputs), relu


def model(rounded):
    nodes, constants, at = [], [], "input"
    for name, op, attributes, weight, bias, relu in layers(np.random.default_rng(0)):
        if op == "Gemm" and nodes[-2].op_type == "Conv":
            nodes.append(helper.make_node("Flatten", [at], ["flat"]))
            at = "flat"
        for part, value in [("weight", weight), ("bias", bias)]:
            value = value.astype(np.float32)
            if rounded:
                value = value.astype(np.float16).astype(np.float32)
            constants.append(numpy_helper.from_array(value, f"{name}.{part}"))
        nodes.append(helper.make_node(op, [at, f"{name}.weight", f"{name}.bias"], [name], **attributes))
        at = name
        if relu:
            at = f"{name}.relu"
            nodes.append(helper.make_node("Relu", [name], [at]))
    graph = helper.make_graph(
        nodes, "large",
        [helper.make_tensor_value_info("input", TensorProto.FLOAT, [1, 3, 32, 32])],
        [helper.make_tensor_value_info(at, TensorProto.FLOAT, [1, 10])], constants)
    out = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)])
    out.ir_version = 8
    onnx.checker.check_model(out)
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    out = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    onnx.save(model(False), out / "large.onnx")
    onnx.save(model(True), out / "large-float16.onnx")
    np.save(out / "sample.npy", np.random.default_rng(1).random((1, 3, 32, 32)).astype(np.float32))


if __name__ == "__main__":
    main()
