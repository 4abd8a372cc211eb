#!/usr/bin/env bash
# Pad with zeros, then MaxPool, through onnxoptimizer.
#
# Guess: the default passes keep the function. The padding of MaxPool is minus infinity, so a padding with zeros can move into
# MaxPool at most where its input is a ReLU's.
# Seen: Pad is folded into the pads of MaxPool whatever comes before. At negative inputs the border of the result was 0, and is
# negative afterwards.
# Version: onnxoptimizer 0.4.2, optimize() with its default passes.
# Why it matters here: simplified models are what verifiers get, and that a simplified file is the same function is taken for granted. A
# comparison of both files as twins finds the difference.
# Source: ONNX operator MaxPool: padded positions do not take part; Pad in mode constant has the value 0 by default.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
"${PYTHON:-python3}" -m venv venv
venv/bin/pip install --quiet --no-cache-dir --disable-pip-version-check \
    onnx==1.23.2 numpy==2.4.6 protobuf==7.36.2 ml_dtypes==0.6.0 onnxruntime==1.32.0 onnxoptimizer==0.4.2
cat > probe.py <<'END'
import sys
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
import onnxruntime as ort
import onnxoptimizer
from importlib.metadata import version

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
m = model([helper.make_node("Pad", ["x", "p"], ["t"]), helper.make_node("MaxPool", ["t"], ["y"], kernel_shape=[3, 3])],
          [("x", F, [1, 1, 3, 3])], [("y", F, [1, 1, 3, 3])], {"p": np.array([0, 0, 1, 1, 0, 0, 1, 1])}, opset=13)
x = -np.arange(1, 10, dtype=np.float32).reshape(1, 1, 3, 3)
optimized = onnxoptimizer.optimize(m)
before, after = (run(n, {"x": x}, False)[0].ravel().tolist() for n in (m, optimized))
finish(f"onnxoptimizer {version('onnxoptimizer')}",
       "zeros at the border before and after: 0 0 0, 0 -1 0, 0 0 0",
       f"before {before}, after {after}, operators {[n.op_type for n in optimized.graph.node]}",
       before == [0, 0, 0, 0, -1, 0, 0, 0, 0] and after == [-1, -1, -2, -1, -1, -2, -4, -4, -5])
END
venv/bin/python -W ignore probe.py
