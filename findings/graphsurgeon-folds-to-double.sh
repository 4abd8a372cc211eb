#!/usr/bin/env bash
# Constant folding by onnx-graphsurgeon of a constant that is written as value_float.
#
# Guess: a Constant node may carry its value as a tensor or as value_float or value_floats; the latter are float32 by the standard. Folding
# makes an initializer of it, and nothing else changes.
# Seen: the initializer is float64. The graph around it is float32, so the folded model is no longer valid: onnx's own checker says so, and
# onnxruntime does not load it. Before folding, and written out without folding, all is well.
# Version: onnx_graphsurgeon 0.6.1, with onnx 1.23.2.
# Why it matters here: cleaning a model up comes before giving it to a verifier. Scalars such as slopes and factors
# are written so by several exporters.
# Source: ONNX operator Constant: value_float is "the sole element for the scalar, float32, output tensor".
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
"${PYTHON:-python3}" -m venv venv
venv/bin/pip install --quiet --no-cache-dir --disable-pip-version-check \
    onnx==1.23.2 numpy==2.4.6 protobuf==7.36.2 ml_dtypes==0.6.0 onnxruntime==1.32.0 onnx_graphsurgeon==0.6.1
cat > probe.py <<'END'
import sys
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
import onnxruntime as ort
import onnx_graphsurgeon as gs

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
m = model([helper.make_node("Constant", [], ["c"], value_float=0.5), helper.make_node("Mul", ["x", "c"], ["y"])],
          [("x", F, [2])], [("y", F, [2])], {}, opset=13)
x = np.array([1, 2], np.float32)
def attempt(proto):
    try:
        onnx.checker.check_model(proto, full_check=True)
        return run(proto, {"x": x}, False)[0].tolist()
    except Exception as error:
        return "invalid: " + str(error).split("\n")[0][:90]
written = attempt(gs.export_onnx(gs.import_onnx(m)))
folded = gs.export_onnx(gs.import_onnx(m).fold_constants().cleanup())
kinds = [TensorProto.DataType.Name(t.data_type) for t in folded.graph.initializer]
after = attempt(folded)
finish(f"onnx_graphsurgeon {gs.__version__}, onnx {onnx.__version__}",
       "0.5 1 before and after folding, the constant FLOAT",
       f"written {written}; folded: constant {kinds}, {after}",
       written == [0.5, 1] and kinds == ["DOUBLE"] and str(after).startswith("invalid"))
END
venv/bin/python -W ignore probe.py
