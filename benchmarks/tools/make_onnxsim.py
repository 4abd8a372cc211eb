# /// script
# requires-python = "==3.11.*"
# dependencies = ["onnxsim==0.8.1", "numpy==2.4.6", "onnx==1.23.2", "onnxruntime==1.32.0"]
# ///
"""Graphs simplified by onnxsim."""

import onnxsim

import exported
import networks


def main() -> None:
    tool = networks.Tool("onnxsim", "onnxsim", "onnx")
    tool.add("untidy", "BatchNormalization, Pad and shapes at run time, simplified", onnxsim.simplify(exported.untidy())[0])
    tool.add("mlp", "MatMul and Add, simplified", onnxsim.simplify(networks.mlp(matmul=True))[0])
    tool.done()


if __name__ == "__main__":
    main()
