# /// script
# requires-python = "==3.11.*"
# dependencies = ["numpy==2.4.6", "onnx==1.23.2", "onnxruntime==1.32.0"]
# ///
"""Computes the logits of the files of some tools by onnxruntime, without its graph optimizations.

    ./make.sh TOOL...

expected/TOOL.json, which the tool's script began, gets for each file y: the logits at the samples, one list for each. The
tensor of the logits is asked for by its name where it is not the first output of the file (logits; a list names a quantized
tensor, its scale and its zero point). Files in float16 are
computed with their weights and inputs widened to float32, for it is their weights that are meant here, and not the rounding of
each sum to 11 bits; and MatMulNBits at accuracy level 1 where the file leaves the level to the runtime, which would round
activations to 8 bits. A file that it does not load has no logits, and only a refusal can be tested.
"""

import json
import sys

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

from networks import EXPECTED, FILES, samples


def widened(graph: onnx.GraphProto) -> bool:
    """Makes float16 of a graph float32, and says whether there was any."""
    found = False
    for t in graph.initializer:
        if t.data_type == TensorProto.FLOAT16:
            t.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(t).astype(np.float32), t.name))
            found = True
    for v in [*graph.input, *graph.output, *graph.value_info]:
        if v.type.tensor_type.elem_type == TensorProto.FLOAT16:
            v.type.tensor_type.elem_type = TensorProto.FLOAT
            found = True
    for node in graph.node:
        for a in node.attribute:
            if a.type == onnx.AttributeProto.TENSOR and a.t.data_type == TensorProto.FLOAT16:
                a.t.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(a.t).astype(np.float32), a.t.name))
                found = True
            elif node.op_type == "Cast" and a.name == "to" and a.i == TensorProto.FLOAT16:
                a.i = TensorProto.FLOAT
    return found


def exactly(graph: onnx.GraphProto) -> bool:
    """Asks for float32 in each MatMulNBits that does not say what it wants, and says whether there was any."""
    found = False
    for node in graph.node:
        levels = [a for a in node.attribute if a.name == "accuracy_level" and a.i != 0]
        if node.op_type == "MatMulNBits" and not levels:
            for a in [a for a in node.attribute if a.name == "accuracy_level"]:
                node.attribute.remove(a)
            node.attribute.append(helper.make_attribute("accuracy_level", 1))
            found = True
    return found


def logits(path, facts: dict) -> tuple[list, str]:
    model = onnx.load(path)
    by = f"onnxruntime {onnxruntime.__version__}"
    if widened(model.graph):
        by += ", float16 widened to float32"
    if exactly(model.graph):
        by += ", MatMulNBits at accuracy level 1"
    output = facts.get("logits", model.graph.output[0].name)
    if isinstance(output, list):
        model.graph.node.append(helper.make_node("DequantizeLinear", output, ["dequantized_logits"]))
        output = "dequantized_logits"
    if output not in [o.name for o in model.graph.output]:
        model.graph.output.append(helper.make_empty_tensor_value_info(output))
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    given = session.get_inputs()[0]
    shape = [1 if k == 0 else d if isinstance(d, int) else -1 for k, d in enumerate(given.shape)]
    types = {"tensor(float)": np.float32, "tensor(double)": np.float64, "tensor(int8)": np.int8, "tensor(uint8)": np.uint8}
    rows = []
    for x in facts.get("x", samples()):
        feed = np.asarray(x).reshape(shape).astype(types[given.type])
        y = session.run([output], {given.name: feed})[0]
        rows.append([float(str(v)) for v in y.reshape(-1)])
    return rows, by


def main() -> None:
    for tool in sys.argv[1:]:
        path = EXPECTED / f"{tool}.json"
        record = json.loads(path.read_text())
        for name, facts in record["files"].items():
            # A second run finds its own figures: only those of others stay.
            if "y" not in facts or facts["by"].startswith("onnxruntime "):
                try:
                    facts["y"], facts["by"] = logits(FILES / tool / f"{name}.onnx", facts)
                except onnxruntime.capi.onnxruntime_pybind11_state.Fail:
                    facts["y"], facts["by"] = [], f"onnxruntime {onnxruntime.__version__} does not load it"
                    print(f"{tool}/{name}: {facts['by']}")
        path.write_text(written(record) + "\n")


def written(record: dict) -> str:
    """JSON with one line for each sample."""
    rows = []

    def held(value):
        if isinstance(value, list) and value and isinstance(value[0], list):
            rows.append("[\n    " + ",\n    ".join(json.dumps(r) for r in value) + "\n   ]")
            return f"@{len(rows) - 1}@"
        if isinstance(value, dict):
            return {k: held(v) for k, v in value.items()}
        return value

    text = json.dumps(held(record), indent=1)
    for k, row in enumerate(rows):
        text = text.replace(f'"@{k}@"', row)
    return text


if __name__ == "__main__":
    main()
