"""Integer-quantized twins: a file put through onnxruntime's static quantizer, as its users do it.

Static means that the ranges of the activations come from training samples, as the least and the
greatest value seen. The range of the input is not measured but given: [0, 1], so that a grey level
of 8 bits is a step of the grid. Weights are symmetric; biases are 32-bit integers, with the product
of both scales as theirs. The quantizer drops a ReLU whose output is quantized to unsigned integers
with zero point 0: the clamping of QuantizeLinear does what it did.
"""

import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
from onnx import version_converter
from onnxruntime.quantization import (
    CalibrationDataReader,
    QuantFormat,
    QuantType,
    quant_pre_process,
    quantize_static,
)

CALIBRATION_SAMPLES = 500

# The first operator set whose QuantizeLinear knows integers of 4 and of 16 bits.
OPSET_OF_OTHER_WIDTHS = 21


@dataclass(frozen=True)
class Scheme:
    """How to quantize. `note` says it in words, for the tables."""

    note: str
    weights: QuantType = QuantType.QInt8
    activations: QuantType = QuantType.QUInt8
    per_channel: bool = False  # one scale for each output of a layer, instead of one for the layer
    format: QuantFormat = QuantFormat.QDQ
    keep_relu: bool = False
    first_in_float: bool = False  # the input and the first layer stay as they are
    opset: int | None = None  # converted to before; None: that of the file


SCHEMES = {
    "qdq8": Scheme("QDQ, uint8 activations, int8 weights"),
    "qdq8-channel": Scheme("QDQ, uint8 activations, int8 weights with a scale for each output", per_channel=True),
    "qdq8-signed": Scheme(
        "QDQ, int8 activations, int8 weights, ReLUs kept", activations=QuantType.QInt8, keep_relu=True
    ),
    "qdq8-hidden": Scheme(
        "QDQ, uint8 activations, int8 weights; the input and the first layer in float", first_in_float=True
    ),
    "qdq4": Scheme(
        "QDQ, uint8 activations, int4 weights", weights=QuantType.QInt4, opset=OPSET_OF_OTHER_WIDTHS
    ),
    "qdq16": Scheme(
        "QDQ, uint16 activations, int8 weights", activations=QuantType.QUInt16, opset=OPSET_OF_OTHER_WIDTHS
    ),
    "qoperator8": Scheme("QOperator, uint8 activations, int8 weights", format=QuantFormat.QOperator),
}


def write(original: Path, x: np.ndarray, input_range: tuple[float, float], scheme: Scheme, path: Path) -> None:
    """Quantizes a file; the first rows of x [samples, features] calibrate it."""
    model = onnx.load(original)
    if scheme.opset is not None:
        model = version_converter.convert_version(model, scheme.opset)
    declared = model.graph.input[0]
    with tempfile.TemporaryDirectory() as scratch:
        before, prepared = Path(scratch) / "before.onnx", Path(scratch) / "prepared.onnx"
        onnx.save(model, before)
        # Folds batch normalisation into convolutions, and MatMul with Add into Gemm.
        quant_pre_process(str(before), str(prepared), skip_symbolic_shape=True)
        options = {
            "TensorQuantOverrides": {
                name: [_fixed(input_range, scheme.activations)] for name in _reshaped(prepared, declared.name)
            },
            "QDQKeepRemovableActivations": scheme.keep_relu,
            "WeightSymmetric": True,
            "ActivationSymmetric": False,
        }
        quantize_static(
            str(prepared),
            str(path),
            _Rows(declared, x[:CALIBRATION_SAMPLES]),
            quant_format=scheme.format,
            per_channel=scheme.per_channel,
            activation_type=scheme.activations,
            weight_type=scheme.weights,
            nodes_to_exclude=_first_layer(prepared) if scheme.first_in_float else None,
            extra_options=options,
        )
    onnx.checker.check_model(str(path), full_check=True)


def _reshaped(path: Path, name: str) -> list[str]:
    """A tensor and those that hold the same numbers in another shape: the quantizer may start at any."""
    names = [name]
    for node in onnx.load(path).graph.node:  # in topological order
        if node.op_type in ("Flatten", "Reshape") and node.input[0] in names:
            names.append(node.output[0])
    return names


def _first_layer(path: Path) -> list[str]:
    """The name of the first node that multiplies by weights."""
    return [node.name for node in onnx.load(path).graph.node if node.op_type in ("Gemm", "Conv")][:1]


def _fixed(limits: tuple[float, float], kind: QuantType) -> dict:
    return {"quant_type": kind, "rmin": np.float32(limits[0]), "rmax": np.float32(limits[1])}


class _Rows(CalibrationDataReader):
    """Feeds rows in the shape that the input declares, one at a time: a batch size may be fixed to 1."""

    def __init__(self, declared: onnx.ValueInfoProto, x: np.ndarray):
        shape = [dim.dim_value or 1 for dim in declared.type.tensor_type.shape.dim]
        self.name = declared.name
        self.rows = iter(x.reshape(-1, *shape))

    def get_next(self) -> dict | None:
        row = next(self.rows, None)
        return None if row is None else {self.name: row}
