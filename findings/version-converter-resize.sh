#!/usr/bin/env bash
# onnx.version_converter from opset 10 to 13 on Resize, and from 9 on Upsample.
#
# Guess: the converter keeps the function: that is its purpose, and where it cannot it raises "no adapter".
# Seen: opset 11 gave Resize the attributes coordinate_transformation_mode and nearest_mode, whose defaults (half_pixel,
# round_prefer_floor) are not what opset 10 did (asymmetric, floor). The converter adds an input for the region and
# writes no attributes, so the outputs change: 0 1 2 3 stretched to six was 0 0 1 2 2 3.
# Version: onnx 1.23.2; onnxruntime 1.32.0 evaluates both.
# Why it matters here: raising the opset is the first thing that is done to a model that a tool refuses. Resizing by nearest neighbour
# is linear, so verifiers take it, and a silently different network is verified.
# Source: ONNX operators Resize, versions 10 and 11, and Upsample, version 9.
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
from onnx import version_converter

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


F = TensorProto.FLOAT
x = np.arange(4, dtype=np.float32).reshape(1, 1, 1, 4)
seen = {}
for op, opset in (("Resize", 10), ("Upsample", 9)):
    m = model([helper.make_node(op, ["x", "s"], ["y"], mode="nearest")], [("x", F, [1, 1, 1, 4])], [("y", F, [1, 1, 1, 6])],
              {"s": np.array([1, 1, 1, 1.6], np.float32)}, opset=opset, ir=5)
    new = version_converter.convert_version(m, 13)
    seen[op] = [run(n, {"x": x}, False)[0].ravel().tolist() for n in (m, new)]
finish(f"onnx {onnx.__version__}",
       "0 0 1 1 2 3, before and after",
       f"(before, after): {seen}",
       all(v[0] == [0, 0, 1, 1, 2, 3] and v[1] == [0, 0, 1, 2, 2, 3] for v in seen.values()))
END
venv/bin/python -W ignore probe.py
