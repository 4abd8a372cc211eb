# /// script
# requires-python = "==3.11.*"
# dependencies = ["amd-quark==0.13", "torch==2.15.0", "onnx==1.22.0", "onnxruntime==1.32.0", "numpy==2.4.6"]
# ///
"""AMD Quark on ONNX models: its configurations for NPUs and CPUs."""

import tempfile
from pathlib import Path

import onnx
from onnxruntime.quantization import CalibrationDataReader
from quark.onnx import ModelQuantizer
from quark.onnx.quantization.config import Config, get_default_config

import networks

FORMS = {
    "xint8": ("XINT8: scales that are powers of two", "XINT8"),
    "a8w8": ("A8W8: int8, symmetric", "A8W8"),
    "a16w8": ("A16W8: activations of int16", "A16W8"),
    "u8s8": ("U8S8_AAWS: uint8 activations, int8 weights", "U8S8_AAWS"),
    "bf16": ("BF16: operators of its own", "BF16"),
    "bfp16": ("BFP16: blocks with one exponent, operators of its own", "BFP16"),
    "nbits-defaults": ("MATMUL_NBITS: its optimizer makes Gemm of MatMul and Add, and Gemm stays in float32", "MATMUL_NBITS"),
    "nbits": ("MATMUL_NBITS without its optimizer: weights of 4 bits", "MATMUL_NBITS"),
}


class Samples(CalibrationDataReader):
    def __init__(self, shape: tuple):
        self.feeds = iter([{"x": x.reshape(1, *shape)} for x in networks.calibration()])

    def get_next(self):
        return next(self.feeds, None)


def main() -> None:
    tool = networks.Tool("quark", "amd-quark", "onnx", "onnxruntime", "torch")
    for name, (form, config) in FORMS.items():
        for network, model, shape in (("mlp", networks.mlp(matmul=name.startswith("nbits")), (64,)), ("conv", networks.conv(), (1, 8, 8))):
            if network == "conv" and name not in ("xint8", "u8s8"):
                continue
            with tempfile.TemporaryDirectory() as scratch:
                source = Path(scratch) / "float.onnx"
                onnx.save(model, source)
                chosen = get_default_config(config)
                if name == "nbits":
                    chosen.optimize_model = False
                quantizer = ModelQuantizer(Config(global_quant_config=chosen))
                quantizer.quantize_model(str(source), str(tool.path(f"{network}-{name}")), Samples(shape))
            tool.add(f"{network}-{name}", f"{network}, {form}")
    tool.done()


if __name__ == "__main__":
    main()
