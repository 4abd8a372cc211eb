"""Makes one-operator models of quantized tensors with scales that are powers of two, and writes what ONNX Runtime computes.

    python ties.py FOLDER [CASES [SEED]]

writes NNN.onnx and cases.json, as quantized.py does. With such scales float32 computes all quotients exactly, and many of them
are half-way between two levels: which one a kernel takes there is what these files are about. The runtime's
optimizations are off. Needs requirements.txt.
"""

import json
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
from onnx import TensorProto, helper, numpy_helper

OPERATORS = ["QLinearAdd", "QLinearMul", "QLinearAveragePool", "QLinearGlobalAveragePool", "QLinearMatMul", "QGemm", "QLinearConv",
             "QLinearLeakyRelu", "QLinearConcat", "QuantizeLinear"]
SAMPLES = 6


def case(rng, op):
    """A model of one operator between a quantization of the input and a dequantization."""
    dtype = rng.choice([np.uint8, np.int8])
    low, high = np.iinfo(dtype).min, np.iinfo(dtype).max
    zero = lambda: dtype(rng.integers(low // 2, high // 2) if rng.random() < 0.7 else low + high // 2)
    power = lambda least, most: np.float32(2.0 ** int(rng.integers(least, most + 1)))
    levels = lambda *shape: rng.integers(low, high + 1, shape).astype(dtype)
    n = int(rng.integers(1, 80))
    k = {"sx": np.float32(0.5), "zx": zero(), "sy": power(-1, 2), "zy": zero()}
    shape, microsoft, attributes = [1, n], True, {}
    operands = ["q", "sx", "zx", "sy", "zy"]
    if op in ("QLinearAdd", "QLinearMul"):
        k |= {"sw": power(-2, 0), "zw": zero(), "w": levels(1, n) if rng.random() < 0.7 else levels(1)}
        operands = ["q", "sx", "zx", "w", "sw", "zw", "sy", "zy"]
    elif op == "QLinearAveragePool":
        shape, attributes = [1, int(rng.integers(1, 4)), 4, n % 9 + 2], {"kernel_shape": [2, int(2 ** rng.integers(0, 2))]}
    elif op == "QLinearGlobalAveragePool":
        shape = [1, n, 2, 2]
    elif op in ("QLinearMatMul", "QGemm"):
        m, microsoft = int(rng.integers(2, 20)), op == "QGemm"
        k |= {"w": levels(n, m), "sw": power(-6, -4), "zw": zero()}
        operands = ["q", "sx", "zx", "w", "sw", "zw", "sy", "zy"]
        if op == "QGemm":
            k["bias"] = rng.integers(-1000, 1000, m).astype(np.int32)
            operands.insert(6, "bias")
    elif op == "QLinearConv":
        shape, microsoft = [1, 2, n], False
        k |= {"w": levels(int(rng.integers(1, 5)), 2, 1), "sw": power(-6, -4), "zw": zero()}
        operands = ["q", "sx", "zx", "w", "sw", "zw", "sy", "zy"]
    elif op == "QLinearLeakyRelu":
        attributes["alpha"] = 0.25
    elif op == "QLinearConcat":
        operands, attributes = ["sy", "zy", "q", "sx", "zx"], {"axis": 1}
    nodes = [helper.make_node("QuantizeLinear", ["x", "sx", "zx"], ["q"], name="first")]
    if op == "QuantizeLinear":
        nodes.append(helper.make_node("DequantizeLinear", ["q", "sx", "zx"], ["d"], name="back"))
        operands, microsoft = ["d", "sy", "zy"], False
    nodes.append(helper.make_node(op, operands, ["p"], name="middle", domain="com.microsoft" if microsoft else "", **attributes))
    nodes.append(helper.make_node("DequantizeLinear", ["p", "sy", "zy"], ["r"], name="last"))
    nodes.append(helper.make_node("Flatten", ["r"], ["y"], name="flat"))
    graph = helper.make_graph(
        nodes, "g", [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)], [numpy_helper.from_array(np.asarray(v), name) for name, v in k.items()])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)], ir_version=8)
    q = rng.integers(low, high + 1, (SAMPLES, *shape)).astype(np.float64)
    return model, (q - float(k["zx"])) * 0.5, f"{op} {dtype.__name__} by {k['sy']}, zero point {k['zy']}"


def main(folder, cases=30, seed=1):
    folder.mkdir(parents=True, exist_ok=True)
    rng, records = np.random.default_rng(seed), {}
    options = ort.SessionOptions()
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 3
    for number in range(cases):
        while True:
            model, samples, text = case(rng, OPERATORS[number % len(OPERATORS)])
            if samples[0].size > 1:
                break
        path = folder / f"{number:03d}.onnx"
        onnx.save(model, path)
        tensors = ["q", "p"]
        for name in tensors:
            model.graph.node.append(helper.make_node("Cast", [name], [name + " as INT32"], to=TensorProto.INT32))
            model.graph.output.append(helper.make_tensor_value_info(name + " as INT32", TensorProto.INT32, None))
        session = ort.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
        record = {"options": text, "x": [], "y": [], "tensors": tensors, "levels": []}
        for x in samples:
            y, *levels = session.run(None, {"x": x.astype(np.float32)})
            record["x"].append(x.reshape(-1).tolist())
            record["y"].append(y.reshape(-1).tolist())
            record["levels"].append([v.reshape(-1).tolist() for v in levels])
        records[f"{number:03d}"] = record
    (folder / "cases.json").write_text(json.dumps(records))


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:]))
