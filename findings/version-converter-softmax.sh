#!/usr/bin/env bash
# onnx.version_converter across opset 13 on Softmax, LogSoftmax and Hardmax.
#
# Guess: the meaning of `axis` changed in opset 13 for all three. The converter handles that: going up, Softmax gets Flatten and
# Reshape around it. Going down it either does the like or says that it has no adapter.
# Seen: Hardmax going up, and Softmax and LogSoftmax going down with an axis other than the last, keep the node and its attribute.
# The function is another one: 2x2x2 zeros through Softmax with axis 1 were halves and are quarters.
# Version: onnx 1.23.2; onnxruntime 1.32.0 evaluates both.
# Why it matters here: tools with an upper limit on the opset get models that were converted down. Which classes compete with which is
# the question that a comparison of classifiers is about.
# Source: ONNX operators Softmax and Hardmax, versions 11 and 13.
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
x = np.zeros((2, 2, 2), np.float32)
def check(op, old, new):
    m = model([helper.make_node(op, ["x"], ["y"], axis=1)], [("x", F, [2, 2, 2])], [("y", F, [2, 2, 2])], {}, opset=old, ir=6)
    converted = version_converter.convert_version(m, new)
    a, b = (float(run(n, {"x": x}, False)[0].sum()) for n in (m, converted))
    return a, b, [n.op_type for n in converted.graph.node]

up = check("Softmax", 11, 13)
hard = check("Hardmax", 11, 13)
down = check("Softmax", 13, 12)
log = check("LogSoftmax", 13, 12)
finish(f"onnx {onnx.__version__}",
       "sums of the outputs unchanged: Softmax up 2, Hardmax up 2, Softmax down 4",
       f"(before, after): Softmax up {up}, Hardmax up {hard}, Softmax down {down}, LogSoftmax down {log}",
       up[0] == up[1] == 2 and hard[:2] == (2, 4) and down[:2] == (4, 2) and abs(log[0] - log[1]) > 1)
END
venv/bin/python -W ignore probe.py
