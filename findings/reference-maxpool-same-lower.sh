#!/usr/bin/env bash
# MaxPool with auto_pad SAME_LOWER in onnx's reference evaluator.
#
# Guess: SAME_LOWER pads so that the output has ceil(input / stride) positions, with the odd pad in front; shape inference,
# reference evaluator and onnxruntime agree, as they do for AveragePool and for SAME_UPPER.
# Seen: on four values with kernel 2 and stride 3 the reference evaluator returns one value, where shape inference of the same package and
# onnxruntime have two. With kernel 3 and stride 2 the shape is right, and the windows are those of SAME_UPPER.
# Version: onnx 1.23.2; onnxruntime 1.32.0.
# Why it matters here: max pooling is exact in piecewise-linear verification, and a window shifted by one is another network. Tests that
# take their expected values from the reference evaluator would enshrine it.
# Source: ONNX operator MaxPool: output_spatial_shape = ceil(input_spatial_shape / strides), and for SAME_LOWER the extra padding is at the
# beginning.
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
x = np.array([[[1, 2, 5, 4]]], np.float32)
def check(op, kernel, stride):
    m = model([helper.make_node(op, ["x"], ["y"], kernel_shape=[kernel], strides=[stride], auto_pad="SAME_LOWER")],
              [("x", F, [1, 1, 4])], [("y", F, [1, 1, 2])], {}, opset=12, ir=7)  # the checker accepts the shape
    return run(m, {"x": x}, False)[0].ravel().tolist(), ReferenceEvaluator(m).run(None, {"x": x})[0].ravel().tolist()

seen = {(op, k, s): check(op, k, s) for op in ("MaxPool", "AveragePool") for k, s in ((2, 3), (3, 2))}
finish(f"onnx {onnx.__version__}, onnxruntime {ort.__version__}",
       "MaxPool 2/3: 1 5 (windows 1 and 5 4); MaxPool 3/2: 2 5 (windows 1 2 and 2 5 4); reference and onnxruntime equal",
       "(onnxruntime, reference): " + str(seen),
       seen["MaxPool", 2, 3] == ([1, 5], [5]) and seen["MaxPool", 3, 2] == ([2, 5], [5, 5])
       and all(a == b for k, (a, b) in seen.items() if k[0] == "AveragePool"))
END
venv/bin/python -W ignore probe.py
