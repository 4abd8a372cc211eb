# /// script
# requires-python = "==3.11.*"
# dependencies = ["onnxconverter-common==1.16.0", "numpy==2.4.6", "onnx==1.23.2"]
# ///
"""float16 by onnxconverter-common: all of a network, its weights only between casts, and mixed by a block list."""

from onnxconverter_common import float16

import networks


def main() -> None:
    tool = networks.Tool("onnxconverter_common", "onnxconverter-common", "onnx")
    tool.add("mlp", "convert_float_to_float16", float16.convert_float_to_float16(networks.mlp()))
    tool.add("conv-io", "keep_io_types: casts at both ends", float16.convert_float_to_float16(networks.conv(), keep_io_types=True))
    mixed = float16.convert_float_to_float16(networks.conv(softmax=True), keep_io_types=True, op_block_list=["Gemm"])
    tool.add("conv-mixed", "Gemm in float32, the rest in float16, ends in Softmax", mixed, logits="logits")
    tool.done()


if __name__ == "__main__":
    main()
