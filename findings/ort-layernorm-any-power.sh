#!/usr/bin/env bash
# A normalisation that divides by the root of the mean fourth power, in onnxruntime.
#
# Guess: the pattern of layer normalisation, from ReduceMean to Add, is fused into one operator. Its parts are checked, above all that
# the exponent of Pow is 2, so a graph with 4 runs as it is written.
# Seen: the exponent is not looked at. At the default optimization level the result is that of the exponent 2: +1 and -3 with the mean taken off
# are 2 and -2, and 2 / sqrt(16) = 0.5 becomes 2 / sqrt(4) = 1.
# Version: onnxruntime 1.32.0.
# Why it matters here: outputs of a verifier are checked against the runtime, with its defaults. For which graphs it computes another
# function cannot be seen from outside; without graph optimization it computes this one.
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


F = TensorProto.FLOAT
def network(power):
    return model(
        [helper.make_node("ReduceMean", ["x"], ["mean"], axes=[-1]), helper.make_node("Sub", ["x", "mean"], ["d"]),
         helper.make_node("Pow", ["d", "power"], ["p"]), helper.make_node("ReduceMean", ["p"], ["v"], axes=[-1]),
         helper.make_node("Add", ["v", "e"], ["w"]), helper.make_node("Sqrt", ["w"], ["r"]),
         helper.make_node("Div", ["d", "r"], ["n"]), helper.make_node("Mul", ["n", "one"], ["k"]),
         helper.make_node("Add", ["k", "zero"], ["y"])],
        [("x", F, [1, 2])], [("y", F, [1, 2])],
        {"power": np.float32(power), "e": np.float32(1e-6), "one": np.ones(2, np.float32), "zero": np.zeros(2, np.float32)}, opset=17)
x = np.array([[1, -3]], np.float32)
seen = {(p, o): run(network(p), {"x": x}, o)[0][0].round(4).tolist() for p in (2, 4) for o in (False, True)}
finish(f"onnxruntime {ort.__version__}",
       "exponent 2: 1 -1; exponent 4: 0.5 -0.5; with and without optimization",
       f"(exponent, optimized): {seen}",
       seen[2, False] == seen[2, True] == [1, -1] and seen[4, False] == [0.5, -0.5] and seen[4, True] == [1, -1])
END
venv/bin/python -W ignore probe.py
