#!/usr/bin/env bash
# BatchNormalization of opset 9 to 13 in the reference evaluator of onnx, at inference.
#
# Guess: with one output the operator is in inference mode: the given mean and variance are used, and a sample does not depend on
# the others in its batch. Opset 14 added an attribute for that and changed nothing else.
# Seen: for opset 9 to 13 mean and variance are mixed with those of the batch, one tenth of the latter, because `momentum` has a
# default value and is taken for a sign of training. The same sample has other outputs in other company, and alone as well.
# Version: onnx 1.23.2; onnxruntime 1.32.0.
# Why it matters here: most networks of verification benchmarks that have BatchNormalization have one of these opsets. The
# reference evaluator is no oracle for them, and a comparison against it reports errors that are its own.
# Source: ONNX operator BatchNormalization, version 9: "Output case #2: Y (test mode)".
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
def outputs(opset, x):
    m = model([helper.make_node("BatchNormalization", ["x", "s", "b", "m", "v"], ["y"], epsilon=0.0)],
              [("x", F, list(x.shape))], [("y", F, list(x.shape))],
              {"s": np.ones(1, np.float32), "b": np.zeros(1, np.float32), "m": np.zeros(1, np.float32), "v": np.ones(1, np.float32)},
              opset=opset)
    return [v[0].round(3).ravel().tolist() for v in (run(m, {"x": x}, False), ReferenceEvaluator(m).run(None, {"x": x}))]

x = np.array([[[1], [3]], [[5], [7]]], np.float32).reshape(4, 1, 1)
seen = {opset: outputs(opset, x) for opset in (9, 13, 14)}
alone = outputs(9, x[1:2])
finish(f"onnx {onnx.__version__}, onnxruntime {ort.__version__}",
       "1 3 5 7 for every opset: mean 0, variance 1",
       f"opset: (onnxruntime, reference) {seen}; the second sample alone, opset 9: {alone}",
       all(v[0] == [1, 3, 5, 7] for v in seen.values()) and seen[14][1] == [1, 3, 5, 7]
       and all(abs(seen[o][1][1] - 3) > 0.5 for o in (9, 13)) and alone[0] == [3] and alone[1] != [3])
END
venv/bin/python -W ignore probe.py
