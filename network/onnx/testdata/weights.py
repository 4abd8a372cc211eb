"""Makes random models with quantized weights, and writes what ONNX Runtime computes.

    python weights.py FOLDER [CASES [SEED]]

writes NNN.onnx and cases.json, as differential.py does: MatMulNBits of 2, 4 and 8 bits with zero points of all forms, and
DequantizeLinear of constants and of activations with scales of either sign, zero among them, by axis or in blocks, in float32 and
float16. MatMulNBits is computed at accuracy level 1, where activations are not rounded, and what is in float16 with weights and
scales widened to float32. The runtime's optimizations are off. Needs requirements.txt.
"""

import json
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
from onnx import TensorProto, helper, numpy_helper

SAMPLES = 3


def packed(levels, bits):
    """Levels along the last axis in bytes, the first in the lowest bits."""
    per = 8 // bits
    levels = np.pad(levels, [(0, 0)] * (levels.ndim - 1) + [(0, -levels.shape[-1] % per)])
    parts = levels.reshape(*levels.shape[:-1], -1, per)
    return sum((parts[..., k].astype(np.uint8) << (bits * k)) for k in range(per)).astype(np.uint8)


def nbits(rng):
    bits, block = int(rng.choice([2, 4, 8])), int(rng.choice([16, 32]))
    k, n = int(rng.integers(2, 70)), int(rng.integers(2, 6))
    blocks = -(-k // block)
    form = str(rng.choice(["none", "packed"] + (["float"] if bits < 8 else [])))  # 8 bits and those: not on CPUs
    scales = rng.normal(0, 0.1, (n, blocks)).astype(np.float32)
    if rng.random() < 0.3:
        scales[0, 0] = 0
    constants = {"w": packed(rng.integers(0, 2**bits, (n, blocks, block)), bits), "s": scales}
    operands = ["x", "w", "s"]
    if form == "packed":
        constants["z"] = packed(rng.integers(0, 2**bits, (n, blocks)), bits)
    elif form == "float":
        constants["z"] = rng.uniform(0, 2**bits, (n, blocks)).astype(np.float32)
    if form != "none":
        operands.append("z")
    if rng.random() < 0.5:
        constants["b"] = rng.normal(0, 0.1, n).astype(np.float32)
        operands += [""] * (5 - len(operands)) + ["b"]
    shape = [1, 2, k] if rng.random() < 0.3 else [1, k]
    node = helper.make_node("MatMulNBits", operands, ["y"], domain="com.microsoft", K=k, N=n, bits=bits, block_size=block, accuracy_level=1)
    return [node], constants, shape, TensorProto.FLOAT


def either(rng, *shape):
    """Scales of either sign, and some of zero."""
    return np.where(rng.random(shape) < 0.15, 0, rng.normal(0, 0.2, shape)).astype(np.float32)


def dequantized(rng):
    k, n = int(rng.integers(2, 20)), int(rng.integers(2, 6))
    dtype = rng.choice([np.int8, np.uint8])
    low, high = np.iinfo(dtype).min, np.iinfo(dtype).max
    levels = lambda *shape: rng.integers(low, high + 1, shape).astype(dtype)
    form = str(rng.choice(["one", "axis", "blocks"]))
    attributes, shape = {}, ()
    if form == "axis":
        attributes["axis"] = int(rng.integers(0, 2))
        shape = ((k, n)[attributes["axis"]],)
    elif form == "blocks":
        axis, block = int(rng.integers(0, 2)), int(rng.integers(1, 5))
        attributes = {"axis": axis, "block_size": block}
        shape = (-(-k // block), n) if axis == 0 else (k, -(-n // block))
    constants = {"w": levels(k, n), "s": either(rng, *shape), "z": levels(*shape)}
    operands = ["w", "s"] if rng.random() < 0.5 else ["w", "s", "z"]
    kind = TensorProto.FLOAT
    if rng.random() < 0.3:
        constants["s"], kind = constants["s"].astype(np.float16), TensorProto.FLOAT16
    nodes = [helper.make_node("DequantizeLinear", operands, ["d"], **attributes), helper.make_node("MatMul", ["x", "d"], ["y"])]
    return nodes, constants, [1, k], kind


def activations(rng):
    """Quantized by scales of either sign, powers of two, and dequantized by others."""
    k = int(rng.integers(2, 9))
    shape = (k,) if rng.random() < 0.5 else ()
    sign = lambda: rng.choice([-1, 1], shape)
    constants = {
        "s": np.asarray(sign() * 0.25, np.float32), "z": np.asarray(rng.integers(0, 256, shape), np.uint8),
        "t": either(rng, *shape), "w": rng.normal(0, 1, (k, 3)).astype(np.float32),
    }
    nodes = [
        helper.make_node("QuantizeLinear", ["x", "s", "z"], ["q"], axis=1), helper.make_node("DequantizeLinear", ["q", "t", "z"], ["d"], axis=1),
        helper.make_node("MatMul", ["d", "w"], ["y"]),
    ]
    return nodes, constants, [1, k], TensorProto.FLOAT


def model(nodes, constants, shape, kind):
    used = {name for node in nodes for name in node.input}
    graph = helper.make_graph(
        nodes, "g", [helper.make_tensor_value_info("x", kind, shape)], [helper.make_tensor_value_info("y", kind, None)],
        [numpy_helper.from_array(v, name) for name, v in constants.items() if name in used])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21), helper.make_opsetid("com.microsoft", 1)], ir_version=10)


def main(folder, cases=40, seed=1):
    folder.mkdir(parents=True, exist_ok=True)
    rng, records = np.random.default_rng(seed), {}
    options = ort.SessionOptions()
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 3
    for number in range(cases):
        nodes, constants, shape, kind = (nbits, dequantized, activations)[number % 3](rng)
        onnx.save(model(nodes, constants, shape, kind), folder / f"{number:03d}.onnx")
        wide = {name: v.astype(np.float32) if v.dtype == np.float16 else v for name, v in constants.items()}
        session = ort.InferenceSession(model(nodes, wide, shape, TensorProto.FLOAT).SerializeToString(), options, providers=["CPUExecutionProvider"])
        x = (rng.integers(-40, 40, (SAMPLES, *shape)) / 8).astype(np.float32)
        y = [session.run(None, {"x": sample})[0].reshape(-1).tolist() for sample in x]
        records[f"{number:03d}"] = {"x": x.reshape(SAMPLES, -1).tolist(), "y": y, "tolerance": 1e-5}
    lines = ",\n".join(f'"{name}": {json.dumps(record)}' for name, record in records.items())
    (folder / "cases.json").write_text("{\n" + lines + "\n}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:]))
