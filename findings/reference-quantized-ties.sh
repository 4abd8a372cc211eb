#!/usr/bin/env bash
# Ties in QLinearMatMul and QLinearConv of onnx's reference evaluator.
#
# Guess: the reference evaluator rounds as the standard says, value / scale to the nearest integer, halves to even, and then adds the
# zero point; integer operators are exact, so it agrees with onnxruntime bit for bit.
# Seen: it adds the zero point first. With the zero point 3, the products 0.5, 1.5 and 2.5 (in output steps) become 1, 1 and 3 in the
# reference, and 0, 2 and 2 in onnxruntime. Its own QuantizeLinear says 0, 2 and 2.
# Version: onnx 1.23.2; onnxruntime 1.32.0.
# Why it matters here: the reference evaluator is the natural judge when a runtime and a verifier disagree at a tie. For these
# two operators it disagrees with its own QuantizeLinear.
# Source: ONNX operator QLinearMatMul: y = saturate((x / y_scale) + y_zero_point), and "for (x / y_scale), it is rounding to nearest ties to
# even".
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
constants = {"half": np.float32(0.5), "none": np.uint8(0), "unit": np.float32(1), "zero": np.uint8(3)}
def check(nodes, shape, extra):
    m = model([helper.make_node("QuantizeLinear", ["x", "half", "none"], ["q"])] + nodes
              + [helper.make_node("DequantizeLinear", ["p", "unit", "zero"], ["y"])],
              [("x", F, shape)], [("y", F, shape)], {**constants, **extra}, opset=19, ir=9)
    x = np.array([0.5, 1.5, 2.5], np.float32).reshape(shape)
    return [v.ravel().tolist() for v in (run(m, {"x": x}, False)[0], ReferenceEvaluator(m).run(None, {"x": x})[0])]

seen = {
    "QLinearMatMul": check([helper.make_node("QLinearMatMul", ["q", "half", "none", "w", "unit", "none", "unit", "zero"], ["p"])],
                           [1, 3], {"w": np.eye(3, dtype=np.uint8)}),
    "QLinearConv": check([helper.make_node("QLinearConv", ["q", "half", "none", "w", "unit", "none", "unit", "zero"], ["p"])],
                         [1, 1, 3], {"w": np.ones((1, 1, 1), np.uint8)}),
    "QuantizeLinear": check([helper.make_node("DequantizeLinear", ["q", "half", "none"], ["d"]),
                             helper.make_node("QuantizeLinear", ["d", "unit", "zero"], ["p"])], [1, 3], {}),
}
finish(f"onnx {onnx.__version__}, onnxruntime {ort.__version__}",
       "0 2 2 everywhere",
       "(onnxruntime, reference): " + str(seen),
       all(v[0] == [0, 2, 2] for v in seen.values()) and seen["QuantizeLinear"][1] == [0, 2, 2]
       and seen["QLinearMatMul"][1] == [1, 1, 3] and seen["QLinearConv"][1] == [1, 1, 3])
END
venv/bin/python -W ignore probe.py
