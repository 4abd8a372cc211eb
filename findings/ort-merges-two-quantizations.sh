#!/usr/bin/env bash
# Two QuantizeLinear/DequantizeLinear pairs in a row, a coarse grid and then a fine one, in onnxruntime.
#
# Guess: an optimizer may remove a pair that does nothing. Where the two scales differ, the value must go through both
# grids, so graph optimization changes no output by more than rounding in float32.
# Seen: at the default optimization level the inner DequantizeLinear/QuantizeLinear is dropped and the outer pair gets a
# new scale. Values come out that are on neither path: 0.6 gives 0.6, where the graph as written gives 0.9 (1 on the grid of
# steps 1, then 0.9 on the grid of steps 0.3). Without optimization the result is that of the graph.
# Version: onnxruntime 1.32.0.
# Why it matters here: a quantized twin that is compared by the standard's semantics, as rsm does, has other outputs
# than the deployed one, by up to half a coarse step. Requantization between two layers writes just this pattern.
# Source: ONNX operators QuantizeLinear and DequantizeLinear: y = saturate(round(x / scale) + zero point), for each node.
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


m = model(
    [helper.make_node("QuantizeLinear", ["x", "coarse", "zero"], ["q1"]),
     helper.make_node("DequantizeLinear", ["q1", "coarse", "zero"], ["d1"]),
     helper.make_node("QuantizeLinear", ["d1", "fine", "zero"], ["q2"]),
     helper.make_node("DequantizeLinear", ["q2", "fine", "zero"], ["y"])],
    [("x", TensorProto.FLOAT, [4])], [("y", TensorProto.FLOAT, [4])],
    {"coarse": np.float32(1), "fine": np.float32(0.3), "zero": np.int8(0)}, opset=13)
x = np.array([0.3, 0.6, 1.4, 1.6], np.float32)
plain = run(m, {"x": x}, False)[0]
default = run(m, {"x": x}, True)[0]
# By hand: steps of 1 give 0 1 1 2, and steps of 0.3 then 0 0.9 0.9 2.1.
finish(f"onnxruntime {ort.__version__}",
       "0 0.9 0.9 2.1 at every level of optimization",
       f"without optimization {plain.round(4).tolist()}, by default {default.round(4).tolist()}",
       np.allclose(plain, [0, 0.9, 0.9, 2.1], atol=1e-5) and np.allclose(default, [0.3, 0.6, 1.5, 1.5], atol=1e-5))
END
venv/bin/python -W ignore probe.py
