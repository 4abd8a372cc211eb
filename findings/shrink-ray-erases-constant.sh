#!/usr/bin/env bash
# A weight tensor whose elements are all equal, quantized by onnx-shrink-ray.
#
# Guess: a constant tensor is the easy case of min/max quantization: one level is enough, and it is reproduced exactly, as a note in the
# source promises.
# Seen: where minimum and maximum are equal the range is taken to be 1, so the levels are multiples of 1/255. An averaging layer with
# 1000 weights of 0.001 becomes all zeros, and 0.3 becomes 76/255.
# Version: onnx_shrink_ray 0.0.11, quantize_weights() with its defaults.
# Why it matters here: averaging layers, and constants that were expanded by an exporter, are equal everywhere. The shrunken twin of an
# average is the constant 0, and the margin between the two is the whole output.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
"${PYTHON:-python3}" -m venv venv
venv/bin/pip install --quiet --no-cache-dir --disable-pip-version-check \
    onnx==1.23.2 numpy==2.4.6 protobuf==7.36.2 ml_dtypes==0.6.0 onnxruntime==1.32.0 onnx_shrink_ray==0.0.11 onnx_graphsurgeon==0.6.1
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


from importlib.metadata import version
from onnx_shrink_ray.shrink import quantize_weights
F = TensorProto.FLOAT
def layer(value):
    return model([helper.make_node("MatMul", ["x", "w"], ["y"])], [("x", F, [1, 1000])], [("y", F, [1, 20])],
                 {"w": np.full((1000, 20), value, np.float32)}, opset=17)
x = np.ones((1, 1000), np.float32)
seen = {v: [round(float(run(m, {"x": x}, False)[0][0, 0]), 3) for m in (layer(v), quantize_weights(layer(v)))] for v in (0.001, 0.3)}
finish("onnx_shrink_ray " + version("onnx_shrink_ray"),
       "the sums 1 and 300, before and after",
       f"weight: (before, after) {seen}",
       seen[0.001] == [1, 0] and seen[0.3][0] == 300 and 297 < seen[0.3][1] < 299)
END
venv/bin/python -W ignore probe.py
