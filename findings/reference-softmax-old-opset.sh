#!/usr/bin/env bash
# Softmax of opset 11 in the reference evaluator of onnx.
#
# Guess: the reference evaluator is what the standard means, for each operator in the version that the model imports; it does have
# separate versions of Clip, Pad and others.
# Seen: Softmax, LogSoftmax and Hardmax of opset 11 are evaluated as those of opset 13. The old ones flatten everything from `axis` on
# and normalise over all of it. For a shape of 1x2x2 the outputs add up to 1 for onnxruntime and to 2 for the reference.
# Version: onnx 1.23.2; onnxruntime 1.32.0.
# Why it matters here: whether a Softmax at the end may be stripped depends on what it runs over, and models of older exporters have
# opset 11 or less. An oracle that is wrong for them is worse than none.
# Source: ONNX operator Softmax, version 11: "the input is coerced to a 2-D tensor"; version 13: one axis.
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
from onnx.reference import ReferenceEvaluator

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
x = np.zeros((1, 2, 2), np.float32)
total = {}
for op in ("Softmax", "Hardmax"):
    m = model([helper.make_node(op, ["x"], ["y"])], [("x", F, [1, 2, 2])], [("y", F, [1, 2, 2])], {}, opset=11, ir=6)
    total[op] = float(run(m, {"x": x}, False)[0].sum()), float(ReferenceEvaluator(m).run(None, {"x": x})[0].sum())
finish(f"onnx {onnx.__version__}, onnxruntime {ort.__version__}",
       "the outputs add up to 1, in both",
       "sums (onnxruntime, reference): " + str(total),
       all(abs(a - 1) < 1e-6 and abs(b - 2) < 1e-6 for a, b in total.values()))
END
venv/bin/python -W ignore probe.py
