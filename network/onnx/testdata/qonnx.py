"""Makes models of Quant, IntQuant and BipolarQuant, and writes what QONNX's own executor computes.

    python qonnx.py FOLDER [CASES [SEED]]

writes NNN.onnx and cases.json, as differential.py does. Scales are powers of two, of either sign, and inputs are
multiples of a quarter of them, so that most are on thresholds and float32 computes all exactly: results are to be equal. Needs
qonnx==1.0.0, which needs onnx and onnxruntime.
"""

import json
import sys
from pathlib import Path

sys.path = [folder for folder in sys.path if Path(folder or ".").resolve() != Path(__file__).parent]  # this file has the package's name

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.core.onnx_exec import execute_onnx
from qonnx.transformation.infer_shapes import InferShapes

DOMAIN = "qonnx.custom_op.general"
ROUNDINGS = ["ROUND", "HALF_EVEN", "CEIL", "FLOOR", "UP", "DOWN", "HALF_UP", "HALF_DOWN", "round"]
SAMPLES = 4


def case(rng, number):
    k = int(rng.integers(2, 7))
    many = (1, k) if rng.random() < 0.4 else ()
    scale = np.asarray(2.0 ** rng.integers(-3, 3, many) * (rng.choice([1, 1, 1, -1], many)), np.float32)
    if number % 6 == 5:
        operands, attributes, op = {"s": scale}, {}, "BipolarQuant"
    else:
        bits = int(rng.integers(1, 7))
        signed, narrow = int(rng.random() < 0.5), int(rng.random() < 0.3 and bits > 1)
        zero = np.asarray(rng.integers(-3, 4, many) if rng.random() < 0.6 else np.zeros(many), np.float32)
        operands = {"s": scale, "z": zero, "b": np.float32(bits)}
        attributes = {"signed": signed, "narrow": narrow, "rounding_mode": ROUNDINGS[number % len(ROUNDINGS)]}
        op = "Quant" if rng.random() < 0.5 else "IntQuant"
    quarters = lambda *shape: (rng.integers(-40, 41, shape) / 4 * np.abs(scale)).astype(np.float32)
    constants, nodes = dict(operands), []
    if rng.random() < 0.3:  # of a constant
        constants["w"] = quarters(1, k)
        nodes = [helper.make_node(op, ["w", *operands], ["c"], domain=DOMAIN, **attributes), helper.make_node("Relu", ["x"], ["r"]),
                 helper.make_node("Add", ["r", "c"], ["y"])]
    else:
        nodes = [helper.make_node(op, ["x", *operands], ["q"], domain=DOMAIN, **attributes), helper.make_node("Flatten", ["q"], ["y"])]
    graph = helper.make_graph(
        nodes, "g", [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, k])], [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, k])],
        [numpy_helper.from_array(np.asarray(v), name) for name, v in constants.items()])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid(DOMAIN, 1)], ir_version=8)
    return model, np.stack([quarters(1, k) for _ in range(SAMPLES)])


def main(folder, cases=54, seed=1):
    folder.mkdir(parents=True, exist_ok=True)
    rng, records = np.random.default_rng(seed), {}
    for number in range(cases):
        model, samples = case(rng, number)
        onnx.save(model, folder / f"{number:03d}.onnx")
        inferred = ModelWrapper(model).transform(InferShapes())
        y = [execute_onnx(inferred, {"x": x})["y"].astype(float).reshape(-1).tolist() for x in samples]
        records[f"{number:03d}"] = {"x": samples.reshape(SAMPLES, -1).tolist(), "y": y, "tolerance": 0}
    lines = ",\n".join(f'"{name}": {json.dumps(record)}' for name, record in records.items())
    (folder / "cases.json").write_text("{\n" + lines + "\n}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:]))
