#!/usr/bin/env bash
# A convolution times a vector, through onnxslim.
#
# Guess: a constant of shape [3] broadcasts along the last axis, the width. A simplifier folds a multiplication into the filters of a
# convolution only where the constant belongs to the channels, of shape [3,1,1].
# Seen: with three channels and a width of three, onnxslim takes the vector for one factor per channel and folds it. The columns were
# scaled; afterwards the channels are.
# Version: onnxslim 0.1.98.
# Why it matters here: normalisation behind a convolution is written as Mul, and square shapes are common in small networks. All
# shapes stay valid, so only a comparison of values shows it.
# Source: ONNX, multidirectional broadcasting: shapes are aligned at the last axis.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
"${PYTHON:-python3}" -m venv venv
venv/bin/pip install --quiet --no-cache-dir --disable-pip-version-check \
    onnx==1.23.2 numpy==2.4.6 protobuf==7.36.2 ml_dtypes==0.6.0 onnxruntime==1.32.0 onnxslim==0.1.98
cat > probe.py <<'END'
import sys
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
import onnxruntime as ort
import onnxslim

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
m = model([helper.make_node("Conv", ["x", "w"], ["t"]), helper.make_node("Mul", ["t", "c"], ["y"])],
          [("x", F, [1, 1, 3, 3])], [("y", F, [1, 3, 3, 3])],
          {"w": np.ones((3, 1, 1, 1), np.float32), "c": np.array([1, 10, 100], np.float32)}, opset=13)
x = np.ones((1, 1, 3, 3), np.float32)
slim = onnxslim.slim(onnx.ModelProto.FromString(m.SerializeToString()))
before, after = (run(n, {"x": x}, False)[0][0] for n in (m, slim))
finish(f"onnxslim {onnxslim.__version__}",
       "rows 1 10 100 in every channel, before and after",
       f"before: first row of the channels {before[:, 0].tolist()}; after: {after[:, 0].tolist()}",
       np.array_equal(before[:, 0], [[1, 10, 100]] * 3) and np.array_equal(after[:, 0], [[1] * 3, [10] * 3, [100] * 3]))
END
venv/bin/python -W ignore probe.py
