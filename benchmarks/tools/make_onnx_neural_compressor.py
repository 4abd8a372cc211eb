# /// script
# requires-python = "==3.11.*"
# dependencies = ["onnx-neural-compressor==1.0", "onnx==1.23.2", "onnxruntime==1.32.0", "numpy==1.26.4", "prettytable==3.18.0", "psutil==7.2.2", "py-cpuinfo==9.0.0", "pydantic==2.14.4", "scipy==1.17.1"]
# ///
"""onnx-neural-compressor (Intel, of ONNX): static quantization, and weights of 4 bits by round to nearest and by GPTQ.

The packages from prettytable on are needed and not named by the tool's own requirements.
"""

import tempfile
from pathlib import Path

import onnx
import onnxruntime
from onnx_neural_compressor import data_reader
from onnx_neural_compressor.quantization import QuantFormat, QuantType, config, quantize
from onnx_neural_compressor.quantization.matmul_nbits_quantizer import GPTQWeightOnlyQuantConfig, MatMulNBitsQuantizer

import networks


class Samples(data_reader.CalibrationDataReader):
    def __init__(self, shape: tuple):
        self.shape = shape
        self.rewind()

    def get_next(self):
        return next(self.feeds, None)

    def rewind(self):
        self.feeds = iter([{"x": x.reshape(1, *self.shape)} for x in networks.calibration()])


def main() -> None:
    tool = networks.Tool("onnx_neural_compressor", "onnx-neural-compressor", "onnx", "onnxruntime")
    mlp, conv = networks.mlp(matmul=True), networks.conv()
    static = lambda **options: config.StaticQuantConfig(execution_provider="CPUExecutionProvider", **options)
    for name, form, model, made in (
        ("mlp-qdq", "StaticQuantConfig, QDQ", mlp, static(calibration_data_reader=Samples((64,)), quant_format=QuantFormat.QDQ)),
        ("mlp-qoperator", "StaticQuantConfig, QOperator: the default", mlp, static(calibration_data_reader=Samples((64,)))),
        ("conv-qdq", "StaticQuantConfig, QDQ of a convolutional network", conv, static(calibration_data_reader=Samples((1, 8, 8)), quant_format=QuantFormat.QDQ, activation_type=QuantType.QInt8)),
        ("mlp-dynamic", "DynamicQuantConfig: Gemm stays in float32", mlp, config.DynamicQuantConfig()),
    ):
        with tempfile.TemporaryDirectory() as scratch:
            source = Path(scratch) / "float.onnx"
            onnx.save(model, source)
            quantize(str(source), str(tool.path(name)), made)
        tool.add(name, form)
    plain = {"optimization_level": onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL}
    for name, form, options in (
        ("mlp-defaults", "defaults: its optimizer makes Gemm of MatMul and Add, and Gemm stays in float32", {}),
        ("mlp-rtn", "4 bits with zero points, blocks of 16, no optimizer", dict(block_size=16, **plain)),
        ("mlp-rtn-symmetric", "4 bits, symmetric, blocks of 16, no optimizer", dict(block_size=16, is_symmetric=True, **plain)),
        ("mlp-gptq", "4 bits by GPTQ, blocks of 16, no optimizer", dict(block_size=16, algo_config=GPTQWeightOnlyQuantConfig(Samples((64,))), **plain)),
    ):
        with tempfile.TemporaryDirectory() as scratch:
            source = Path(scratch) / "float.onnx"
            onnx.save(mlp, source)
            quantizer = MatMulNBitsQuantizer(str(source), **options)
            quantizer.process()
        model = quantizer.model
        tool.add(name, f"MatMulNBitsQuantizer: {form}", getattr(model, "model", model))
    tool.done()


if __name__ == "__main__":
    main()
