#!/usr/bin/env bash
# A layer whose activations are quantized in the file and whose weights are not, in onnxruntime.
#
# Guess: weights that the file gives as float32, with no QuantizeLinear near them, are used as float32. Quantizing a model is
# a decision of its author; loading it makes none.
# Seen: at the default optimization level onnxruntime quantizes the float weights of Gemm and Conv to 8 bits, with one scale for
# the whole tensor, when input and output of the layer are dequantized and quantized. A weight of 0.011 beside one of 1 is
# rounded away by 7 %. MatMul, with the same numbers, keeps its weights.
# Version: onnxruntime 1.32.0.
# Why it matters here: "activations only" is one of the variants one compares with the original network. What is compared is
# then not what runs, and the same network written with MatMul behaves differently from one written with Gemm.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
"${PYTHON:-python3}" -m venv venv
venv/bin/pip install --quiet --no-cache-dir --disable-pip-version-check \
    onnx==1.23.2 numpy==2.4.6 protobuf==7.36.2 ml_dtypes==0.6.0 onnxruntime==1.32.0
cat > probe.py <<'END'
import sys
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
import onnxruntime as ort

def model(nodes, inputs, outputs, constants, opset, ir=8, microsoft=False):
    graph = helper.make_graph(
        nodes, "g",
        [helper.make_tensor_value_info(*i) for i in inputs],
        [helper.make_tensor_value_info(*o) for o in outputs],
        [numpy_helper.from_array(np.asarray(v), n) for n, v in constants.items()])
    imports = [helper.make_opsetid("", opset)]
    if microsoft:
        imports.append(helper.make_opsetid("com.microsoft", 1))
    m = helper.make_model(graph, opset_imports=imports, ir_version=ir)
    onnx.checker.check_model(m, full_check=not microsoft)
    return m


def run(m, feeds, optimized):
    options = ort.SessionOptions()
    options.log_severity_level = 3
    options.graph_optimization_level = (
        ort.GraphOptimizationLevel.ORT_ENABLE_ALL if optimized else ort.GraphOptimizationLevel.ORT_DISABLE_ALL)
    session = ort.InferenceSession(m.SerializeToString(), options, providers=["CPUExecutionProvider"])
    return session.run(None, feeds)



def finish(name, expected, seen, same_as_recorded):
    print("versions: ", name)
    print("expected: ", expected)
    print("seen:     ", seen)
    print("the surprise is still there" if same_as_recorded else "BEHAVIOUR HAS CHANGED")
    sys.exit(0 if same_as_recorded else 1)


def layer(op):
    return model(
        [helper.make_node("QuantizeLinear", ["x", "in", "zero"], ["q"]),
         helper.make_node("DequantizeLinear", ["q", "in", "zero"], ["d"]),
         helper.make_node(op, ["d", "w"], ["t"]),
         helper.make_node("QuantizeLinear", ["t", "out", "zero"], ["p"]),
         helper.make_node("DequantizeLinear", ["p", "out", "zero"], ["y"])],
        [("x", TensorProto.FLOAT, [1, 2])], [("y", TensorProto.FLOAT, [1, 2])],
        {"in": np.float32(0.01), "out": np.float32(0.0001), "zero": np.int16(0),
         "w": np.array([[0.011, 0.5], [1, -0.3]], np.float32)}, opset=21, ir=10)

x = np.array([[1, 0]], np.float32)  # on the grid of the input: the first row of the weights is the answer
seen = {(op, o): run(layer(op), {"x": x}, o)[0][0].round(4).tolist() for op in ("Gemm", "MatMul") for o in (False, True)}
finish(f"onnxruntime {ort.__version__}",
       "0.011 0.5 from Gemm and from MatMul, with and without optimization",
       f"Gemm without optimization {seen['Gemm', False]}, by default {seen['Gemm', True]}; MatMul {seen['MatMul', False]}, {seen['MatMul', True]}",
       all(np.allclose(seen[k], [0.011, 0.5], atol=1.5e-4) for k in seen if k != ("Gemm", True))
       and abs(seen["Gemm", True][0] - 0.011) > 5e-4)
END
venv/bin/python -W ignore probe.py
