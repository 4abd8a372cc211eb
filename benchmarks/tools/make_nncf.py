# /// script
# requires-python = "==3.11.*"
# dependencies = ["nncf==3.4.0", "onnx==1.23.2", "onnxruntime==1.32.0", "onnx-ir==1.1.0", "numpy==2.4.6"]
# ///
"""NNCF (OpenVINO's quantizer) on ONNX models: post-training quantization, and compression of weights alone."""

import nncf
from nncf import CompressWeightsMode as Mode

import networks


def main() -> None:
    tool = networks.Tool("nncf", "nncf", "onnx", "onnxruntime")
    flat = nncf.Dataset([{"x": x.reshape(1, 64)} for x in networks.calibration()])
    images = nncf.Dataset([{"x": x.reshape(1, 1, 8, 8)} for x in networks.calibration()])
    for name, form, model, data, options in (
        ("mlp", "quantize, defaults", networks.mlp(), flat, {}),
        ("conv", "quantize of a convolutional network, defaults", networks.conv(), images, {}),
        ("conv-mixed", "quantize, preset mixed: asymmetric activations", networks.conv(), images, {"preset": nncf.QuantizationPreset.MIXED}),
    ):
        tool.add(name, form, nncf.quantize(model, data, **options))
    for name, form, options in (
        ("weights-int8", "compress_weights, INT8_ASYM: the default", {}),
        ("weights-int8-symmetric", "compress_weights, INT8_SYM", {"mode": Mode.INT8_SYM}),
        ("weights-int4", "compress_weights, INT4_ASYM in groups of 16", {"mode": Mode.INT4_ASYM, "ratio": 1.0, "group_size": 16, "all_layers": True}),
        ("weights-int4-symmetric", "compress_weights, INT4_SYM in groups of 16", {"mode": Mode.INT4_SYM, "ratio": 1.0, "group_size": 16, "all_layers": True}),
    ):
        tool.add(name, form, nncf.compress_weights(networks.mlp(matmul=True, opset=21, ir=10), **options))
    tool.done()


if __name__ == "__main__":
    main()
