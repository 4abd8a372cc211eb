# /// script
# requires-python = "==3.11.*"
# dependencies = ["aimet-onnx==2.42.0", "torch==2.15.0", "onnx==1.23.2", "onnxruntime==1.32.0", "numpy==2.4.6"]
# ///
"""AIMET (Qualcomm) on ONNX models: simulated quantization, exported as QDQ, and as a model beside its encodings."""

from aimet_onnx.quantsim import QuantizationSimModel

import networks


def simulated(model, shape: tuple, **types) -> QuantizationSimModel:
    x = networks.calibration()
    sim = QuantizationSimModel(model, dummy_input={"x": x[:1].reshape(1, *shape)}, providers=["CPUExecutionProvider"], **types)
    sim.compute_encodings([{"x": v.reshape(1, *shape)} for v in x])
    return sim


def main() -> None:
    tool = networks.Tool("aimet", "aimet-onnx", "onnx", "torch")
    mlp, conv = networks.mlp(opset=21, ir=10), networks.conv(opset=21, ir=10)
    tool.add("mlp", "to_onnx_qdq, int8", simulated(mlp, (64,)).to_onnx_qdq())
    tool.add("conv", "to_onnx_qdq of a convolutional network, int8", simulated(conv, (1, 8, 8)).to_onnx_qdq())
    tool.add("mlp-int4-int16", "to_onnx_qdq, weights of int4, activations of int16", simulated(mlp, (64,), param_type="int4", activation_type="int16").to_onnx_qdq())
    constants = simulated(mlp, (64,)).to_onnx_qdq(prequantize_constants=True, export_int32_bias=True)
    tool.add("mlp-constants", "to_onnx_qdq, weights as integers, biases of int32", constants)
    simulated(mlp, (64,)).export(str(tool.folder), "mlp-export")
    tool.add("mlp-export", "export: the float model, weights in mlp-export.data (the encodings are in a file that no runtime reads)")
    for other in tool.folder.iterdir():
        if other.suffix not in (".onnx", ".data"):
            other.unlink()
    tool.done()


if __name__ == "__main__":
    main()
