# /// script
# requires-python = "==3.11.*"
# dependencies = ["numpy==2.4.6", "onnx==1.23.2", "onnxruntime==1.32.0", "onnx-ir==1.1.0", "sympy==1.14.0"]
# ///
"""onnxruntime's quantizers: quantize_static in its two formats and most of its options, quantize_dynamic, and the one of weights
in blocks (MatMulNBits)."""

import tempfile
from pathlib import Path

import onnx
from onnxruntime.quantization import CalibrationDataReader, CalibrationMethod, QuantFormat, QuantType, quantize_dynamic, quantize_static
from onnxruntime.quantization.matmul_nbits_quantizer import DefaultWeightOnlyQuantConfig, MatMulNBitsQuantizer
from onnxruntime.quantization.shape_inference import quant_pre_process

import networks

FORMS = {
    "qdq": ("quantize_static, defaults: QDQ, uint8 activations, int8 weights", "mlp", {}),
    "qdq-channels": ("per_channel, symmetric activations of int8", "conv", dict(per_channel=True, activation_type=QuantType.QInt8, extra_options={"ActivationSymmetric": True})),
    "qdq-reduced": ("reduce_range, calibrated by entropy", "conv", dict(reduce_range=True, calibrate_method=CalibrationMethod.Entropy)),
    "qdq-int16": ("activations of uint16, weights of int8", "mlp", dict(activation_type=QuantType.QUInt16, extra_options={"UseQDQContribOps": True})),
    "qdq-int4": ("activations of uint8, weights of int4", "mlp21", dict(weight_type=QuantType.QInt4)),
    "qdq-float8": ("weights and activations of float8e4m3fn", "mlp21", dict(weight_type=QuantType.QFLOAT8E4M3FN, activation_type=QuantType.QFLOAT8E4M3FN, calibrate_method=CalibrationMethod.Distribution)),
    "qdq-softmax": ("a network that ends in Softmax", "softmax", {}),
    "qoperator": ("QOperator of an MLP: QGemm", "mlp", dict(quant_format=QuantFormat.QOperator)),
    "qoperator-matmul": ("QOperator of MatMul and Add: QLinearMatMul, QLinearAdd", "matmul", dict(quant_format=QuantFormat.QOperator)),
    "qoperator-conv": ("QOperator of a convolution: QLinearConv", "conv", dict(quant_format=QuantFormat.QOperator)),
    "qoperator-softmax": ("QOperator that ends in QLinearSoftmax", "softmax", dict(quant_format=QuantFormat.QOperator)),
}
BLOCKS = {
    "nbits": ("MatMulNBits, defaults: 4 bits, blocks of 128, zero points", {}),
    "nbits-symmetric": ("MatMulNBits, 4 bits, symmetric", dict(block_size=32, is_symmetric=True)),
    "nbits-8": ("MatMulNBits, 8 bits, blocks of 32", dict(block_size=32, bits=8)),
    "nbits-2": ("MatMulNBits, 2 bits, blocks of 16", dict(block_size=16, bits=2)),
    "nbits-exact": ("MatMulNBits, 4 bits, accuracy level 1", dict(block_size=32, accuracy_level=1)),
    "nbits-rounded": ("MatMulNBits, 4 bits, accuracy level 4: activations are rounded at run time", dict(block_size=32, accuracy_level=4)),
    "nbits-qdq": ("weights of 4 bits as DequantizeLinear, blocks of 16", dict(block_size=16, quant_format=QuantFormat.QDQ)),
    "nbits-qdq-symmetric": ("the same, symmetric: scales of either sign", dict(block_size=16, is_symmetric=True, quant_format=QuantFormat.QDQ)),
}
NETWORKS = {
    "mlp": lambda: networks.mlp(), "mlp21": lambda: networks.mlp(opset=21, ir=10), "matmul": lambda: networks.mlp(matmul=True),
    "softmax": lambda: networks.mlp(softmax=True), "conv": lambda: networks.conv(),
}


class Samples(CalibrationDataReader):
    def __init__(self, shape: tuple):
        self.feeds = iter([{"x": x.reshape(shape)} for x in networks.calibration()])

    def get_next(self):
        return next(self.feeds, None)


def quantized(network: str, **options) -> onnx.ModelProto:
    """A network after quantize_static."""
    with tempfile.TemporaryDirectory() as scratch:
        source, prepared, target = (str(Path(scratch) / name) for name in ("float.onnx", "prepared.onnx", "quantized.onnx"))
        onnx.save(NETWORKS[network](), source)
        quant_pre_process(source, prepared)
        shape = (1, 1, 8, 8) if network == "conv" else (1, 64)
        quantize_static(prepared, target, Samples(shape), **options)
        return onnx.load(target)


def main() -> None:
    tool = networks.Tool("onnxruntime", "onnxruntime", "onnx")
    for name, (form, network, options) in FORMS.items():
        logits = {}
        if network == "softmax":
            before = ["logits_quantized", "logits_scale", "logits_zero_point"]
            logits = {"logits": before if name.startswith("qoperator") else "logits_DequantizeLinear_Output"}
        tool.add(name, form, quantized(network, **options), **logits)
    for name, (form, options) in BLOCKS.items():
        config = {"algo_config": DefaultWeightOnlyQuantConfig(**options)} if options else {}
        quantizer = MatMulNBitsQuantizer(networks.mlp(matmul=True, opset=21, ir=10), **config)
        quantizer.process()
        tool.add(name, form, quantizer.model.model)
    with tempfile.TemporaryDirectory() as scratch:
        source = Path(scratch) / "float.onnx"
        onnx.save(networks.mlp(), source)
        quantize_dynamic(str(source), str(tool.path("dynamic")))
    tool.add("dynamic", "quantize_dynamic: scales of activations are found at run time")
    tool.done()


if __name__ == "__main__":
    main()
