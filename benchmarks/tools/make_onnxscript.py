# /// script
# requires-python = "==3.11.*"
# dependencies = ["onnxscript==0.7.2", "onnx==1.23.2", "numpy==2.4.6"]
# ///
"""Models written as Python functions by ONNX Script, and its optimizer."""

import onnxscript
from onnx import numpy_helper
from onnxscript import FLOAT, script
from onnxscript import opset18 as op
from onnxscript.optimizer import optimize

import exported
import networks

W = {name: numpy_helper.from_array(a, name) for name, a in networks.weights("mlp").items()}
W1, B1, W2, B2 = (W[name] for name in ("w1", "b1", "w2", "b2"))
own = onnxscript.values.Opset("digits", 1)


@script(own)
def layer(x, w, b):
    return op.Relu(op.Add(op.MatMul(x, w), b))


@script()
def mlp(x: FLOAT["N", 64]) -> FLOAT["N", 10]:
    a = layer(x, op.Constant(value=W1), op.Constant(value=B1))
    return op.Add(op.MatMul(a, op.Constant(value=W2)), op.Constant(value=B2))


def main() -> None:
    tool = networks.Tool("onnxscript", "onnxscript", "onnx")
    tool.add("mlp-function", "a function of the model's own, called", mlp.to_model_proto())
    tool.add("mlp-inlined", "the same after onnxscript.optimizer.optimize", optimize(mlp.to_model_proto()))
    tool.add("untidy", "BatchNormalization, Pad and shapes at run time, after optimize", optimize(exported.untidy()))
    tool.done()


if __name__ == "__main__":
    main()
