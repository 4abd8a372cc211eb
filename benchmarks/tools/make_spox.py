# /// script
# requires-python = "==3.11.*"
# dependencies = ["spox==0.18.2", "onnx==1.23.2", "numpy==2.4.6"]
# ///
"""Models built from Python by spox."""

import numpy as np
import spox.opset.ai.onnx.v21 as op
from spox import Tensor, argument, build

import networks


def main() -> None:
    tool = networks.Tool("spox", "spox", "onnx")
    w = {name: op.const(a) for name, a in networks.weights("mlp").items()}
    x = argument(Tensor(np.float32, (None, 64)))
    a = op.relu(op.gemm(x, w["w1"], w["b1"]))
    tool.add("mlp", "Gemm, weights as Constant nodes", build({"x": x}, {"logits": op.gemm(a, w["w2"], w["b2"])}))
    scaled = op.div(op.sub(x, op.const(np.float32(0.5))), op.const(np.float32(0.25)))
    z = op.add(op.matmul(op.leaky_relu(op.add(op.matmul(scaled, w["w1"]), w["b1"]), alpha=0.1), w["w2"]), w["b2"])
    centred = op.sub(z, op.reduce_mean(z, op.const(np.array([1])), keepdims=1))
    tool.add("scaled", "a normalisation, MatMul, LeakyRelu, logits less their mean", build({"x": x}, {"logits": centred}))
    tool.done()


if __name__ == "__main__":
    main()
