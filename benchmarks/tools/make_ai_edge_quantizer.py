# /// script
# requires-python = "==3.11.*"
# dependencies = ["ai-edge-quantizer==0.10.0", "ai-edge-litert==2.3.0", "tf2onnx==1.17.0", "tensorflow-cpu==2.21.0", "keras==3.15.1", "onnx==1.23.2", "numpy==2.4.6"]
# ///
"""AI Edge Quantizer's static recipe on a TFLite file of Keras, by tf2onnx, which does not read those of its other recipes."""

import os
import tempfile
from pathlib import Path

os.environ |= {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"}

import onnx
from ai_edge_litert.interpreter import Interpreter
from ai_edge_quantizer import quantizer, recipe

import networks
from make_tensorflow import converted, levels, mlp, tflite


def main() -> None:
    tool = networks.Tool("ai_edge_quantizer", "ai-edge-quantizer", "tf2onnx", "tensorflow-cpu", "keras", "onnx")
    with tempfile.TemporaryDirectory() as scratch:
        source, target = Path(scratch) / "float.tflite", Path(scratch) / "quantized.tflite"
        source.write_bytes(tflite(mlp()))
        made = quantizer.Quantizer(str(source), recipe.static_wi8_ai8())
        key, given = next(iter(signatures(source).items()))
        made.quantize(made.calibrate({key: [{given: x.reshape(1, 64)} for x in networks.calibration()]})).export_model(str(target))
        converted("--tflite", str(target), "--output", str(tool.path("static")))
    last = onnx.load(tool.path("static")).graph.node[-1]
    logits = [last.output[0], *last.input[1:3]]
    tool.add("static", "static_wi8_ai8: int8, inputs and outputs too", x=levels(tool.path("static")), logits=logits)
    tool.done()


def signatures(path: Path) -> dict[str, str]:
    """The input of each signature of a TFLite file."""
    return {key: s["inputs"][0] for key, s in Interpreter(str(path)).get_signature_list().items()}


if __name__ == "__main__":
    main()
