"""Quantizes a network to int8 by onnxruntime, weights and activations, for rsm to compare with the original.

    python examples/quantize.py [FOLDER] [MODEL.onnx SAMPLES.npy]

The default is the MNIST network of benchmarks/twins. The steps are those of onnxruntime's static quantization:

1. Shapes are inferred and constants folded (quant_pre_process), as quantize_static wants it. Symbolic shapes, which would
   want another package, are left out: with a fixed batch there are none.
2. The network runs on samples, which give each value its range (calibration): minimum and maximum here.
3. quantize_static puts a QuantizeLinear and a DequantizeLinear around each value (format QDQ): x becomes
   (clamp(round(x / s) + z) - z) s, s and z of each tensor, or of each channel of a weight.

The file that comes of it means the same on every runtime, up to the rounding of its float32 arithmetic, and rsm takes
that meaning: round half to even, in exact arithmetic. Quantize once, deploy that file, and ask rsm about that file.
Needs requirements.txt: numpy, onnx and onnxruntime of it.
"""

import sys
import tempfile
from pathlib import Path

import numpy as np
import onnxruntime
from onnxruntime.quantization import CalibrationDataReader, CalibrationMethod, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process

TWINS = Path(__file__).resolve().parent.parent / "benchmarks" / "twins"


class Samples(CalibrationDataReader):
    """One sample at a time, in the shape that the network takes."""

    def __init__(self, session: onnxruntime.InferenceSession, x: np.ndarray):
        given = session.get_inputs()[0]
        shape = [d if isinstance(d, int) and d > 0 else 1 for d in given.shape]
        self.feeds = iter([{given.name: v.reshape(shape)} for v in x.astype(np.float32)])

    def get_next(self):
        return next(self.feeds, None)


def logits(path: Path, x: np.ndarray) -> np.ndarray:
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    return np.array([session.run(None, feed)[0].reshape(-1) for feed in Samples(session, x).feeds])


def main() -> None:
    arguments = sys.argv[1:]
    folder = Path(arguments[0] if arguments else ".")
    folder.mkdir(parents=True, exist_ok=True)
    model, samples = arguments[1:3] if len(arguments) > 2 else (TWINS / "models/mnist-2x20-original.onnx", TWINS / "samples/mnist-x.npy")
    x = np.load(samples)
    quantized = folder / f"{Path(model).stem}-qdq-int8.onnx"
    with tempfile.TemporaryDirectory() as scratch:
        prepared = Path(scratch) / "prepared.onnx"
        quant_pre_process(str(model), str(prepared), skip_symbolic_shape=True)
        session = onnxruntime.InferenceSession(str(prepared), providers=["CPUExecutionProvider"])
        quantize_static(
            str(prepared), str(quantized), Samples(session, x),
            quant_format=QuantFormat.QDQ, activation_type=QuantType.QInt8, weight_type=QuantType.QInt8,
            calibrate_method=CalibrationMethod.MinMax, per_channel=False,
        )
    before, after = logits(Path(model), x), logits(quantized, x)
    print(f"{len(x)} samples: logits differ by {np.abs(before - after).max():.3g} at most, decisions at {(before.argmax(1) != after.argmax(1)).sum()}")
    print("Now ask how much safety the quantized network lost around a sample:\n")
    print(f"rsm margin {quantized} {model} --input {samples} --index 0 --epsilon 0.01 --clip 0,1")


if __name__ == "__main__":
    main()
