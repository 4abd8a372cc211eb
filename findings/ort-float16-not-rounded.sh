#!/usr/bin/env bash
# A float16 network in onnxruntime on a CPU, with all graph optimization disabled.
#
# Guess: every tensor between two nodes is declared float16, so every node rounds its result to float16, as it does in the
# reference evaluator: 2048 + 1 is 2048 in float16, and 60000 + 60000 is infinite. Fusions might skip that, but they are off.
# Seen: the nodes compute in float32 one after the other and only graph outputs are rounded. (x + 1) - 2048 at 2048 is 1, and
# (x + 60000) - 60000 at 60000 is 60000. One model can show both: the sum is printed as 2048 (and as infinity) when it is an
# output as well, and the difference computed from it is still 1 (and 60000).
# Version: onnxruntime 1.32.0; reference evaluator of onnx 1.23.2.
# Why it matters here: float16 twins. An output computed from the printed intermediate values cannot be reproduced, and an overflow
# that float16 hardware would have is invisible on the CPU that was used to check it.
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


H = TensorProto.FLOAT16
m = model([helper.make_node("Add", ["x", "a"], ["sum"]), helper.make_node("Sub", ["sum", "b"], ["y"])],
          [("x", H, [2])], [("sum", H, [2]), ("y", H, [2])],
          {"a": np.array([1, 60000], np.float16), "b": np.array([2048, 60000], np.float16)}, opset=21, ir=10)
feeds = {"x": np.array([2048, 60000], np.float16)}
reference = [v.tolist() for v in ReferenceEvaluator(m).run(None, feeds)]
seen = [v.tolist() for v in run(m, feeds, False)]
inf = float("inf")
finish(f"onnxruntime {ort.__version__}, onnx {onnx.__version__}",
       f"sum 2048 inf, then y 0 inf; the reference evaluator says {reference}",
       f"sum {seen[0]}, then y {seen[1]}, without graph optimization",
       reference == [[2048, inf], [0, inf]] and seen == [[2048, inf], [1, 60000]])
END
venv/bin/python -W ignore probe.py
