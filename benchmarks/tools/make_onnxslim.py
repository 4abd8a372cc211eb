# /// script
# requires-python = "==3.11.*"
# dependencies = ["onnxslim==0.1.98", "numpy==2.4.6", "onnx==1.23.2"]
# ///
"""Graphs simplified by onnxslim."""

import onnxslim

import exported
import networks


def main() -> None:
    tool = networks.Tool("onnxslim", "onnxslim", "onnx")
    tool.add("untidy", "BatchNormalization, Pad and shapes at run time, simplified", onnxslim.slim(exported.untidy()))
    tool.add("mlp", "MatMul and Add, simplified", onnxslim.slim(networks.mlp(matmul=True)))
    tool.done()


if __name__ == "__main__":
    main()
