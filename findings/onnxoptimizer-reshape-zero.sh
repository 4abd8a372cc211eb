#!/usr/bin/env bash
# Two Reshape nodes in a row through onnxoptimizer, the second with a 0 in its shape.
#
# Guess: of two Reshapes the first is superfluous, and removing it is safe.
# Seen: it is removed, but a 0 in the shape of the second means "as in the input of this node", which now is another input. A
# result of shape 6x4 becomes one of shape 2x12. It is not an error anywhere: the declared shape of the output is kept as it was,
# and both are matrices.
# Version: onnxoptimizer 0.4.2, optimize() with its default passes (onnxsim 0.8.1 and onnxslim 0.1.98 get this right).
# Why it matters here: exporters write 0 for the batch dimension all the time. Rows and columns of what a following layer sees are others.
# Source: ONNX operator Reshape, allowzero 0: a 0 copies the dimension of the input tensor.
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
m = model([helper.make_node("Reshape", ["x", "a"], ["t"]), helper.make_node("Reshape", ["t", "b"], ["y"])],
          [("x", F, [2, 3, 4])], [("y", F, [6, 4])], {"a": np.array([6, 2, 2]), "b": np.array([0, -1])}, opset=13)
x = np.arange(24, dtype=np.float32).reshape(2, 3, 4)
optimized = onnxoptimizer.optimize(m)
before, after = (list(run(n, {"x": x}, False)[0].shape) for n in (m, optimized))
finish(f"onnxoptimizer {version('onnxoptimizer')}",
       "shape 6x4 before and after",
       f"before {before}, after {after}, operators {[n.op_type for n in optimized.graph.node]}",
       before == [6, 4] and after == [2, 12])
END
venv/bin/python -W ignore probe.py
