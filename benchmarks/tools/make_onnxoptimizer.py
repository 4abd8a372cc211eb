# /// script
# requires-python = "==3.11.*"
# dependencies = ["onnxoptimizer==0.4.2", "numpy==2.4.6", "onnx==1.23.2"]
# ///
"""Graphs optimized by onnxoptimizer: its default passes, and all that fuse and eliminate."""

import onnxoptimizer

import exported
import networks


def main() -> None:
    tool = networks.Tool("onnxoptimizer", "onnxoptimizer", "onnx")
    tool.add("untidy", "default passes", onnxoptimizer.optimize(exported.untidy()))
    passes = onnxoptimizer.get_fuse_and_elimination_passes()
    tool.add("untidy-fused", "all passes that fuse and eliminate", onnxoptimizer.optimize(exported.untidy(), passes))
    tool.add("mlp-fused", "MatMul and Add, all passes that fuse and eliminate", onnxoptimizer.optimize(networks.mlp(matmul=True), passes))
    tool.done()


if __name__ == "__main__":
    main()
