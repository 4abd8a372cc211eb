#!/usr/bin/env bash
# Which of two levels the quantized operators of onnxruntime take half-way between them.
#
# Guess: all of them compute round(value / scale) + zero point, halves to even, as QuantizeLinear of the standard does, so that the
# zero point only shifts the result.
# Seen: QLinearAdd, QLinearMul and QLinearAveragePool (domain com.microsoft) round value / scale + zero point instead. With an
# odd zero point every tie goes to the other level: 0.5, 1.5 and 2.5 become 1, 1 and 3, not 0, 2 and 2. QLinearMatMul and
# QLinearLeakyRelu of the same runtime round first and add then.
# Version: onnxruntime 1.32.0.
# Why it matters here: ties are not rare. Where the scales of two summands are equal and that of the sum is twice as large, half of
# all sums are ties. One model has both kinds of operator, so no single rounding rule replays it.
# Source: ONNX QuantizeLinear, "ties to even" of x / scale; the text of the com.microsoft operators gives a formula and
# says nothing of rounding.
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
def quantized(op, zero, **kw):
    if op == "QLinearAdd":  # 0 1 2 plus 0.5
        middle = helper.make_node(op, ["q", "half", "none", "one", "half", "none", "unit", "zero"], ["p"], domain="com.microsoft")
        x, shape, constants = np.array([[0, 1, 2]], np.float32), [1, 3], {"one": np.array([[1, 1, 1]], np.uint8)}
    elif op == "QLinearMul":  # 1 3 5 times 0.5
        middle = helper.make_node(op, ["q", "half", "none", "one", "half", "none", "unit", "zero"], ["p"], domain="com.microsoft")
        x, shape, constants = np.array([[1, 3, 5]], np.float32), [1, 3], {"one": np.array([[1, 1, 1]], np.uint8)}
    elif op == "QLinearMatMul":  # 0.5 1.5 2.5 times the unit matrix
        middle = helper.make_node(op, ["q", "half", "none", "eye", "unit", "none", "unit", "zero"], ["p"])
        x, shape, constants = np.array([[0.5, 1.5, 2.5]], np.float32), [1, 3], {"eye": np.eye(3, dtype=np.uint8)}
    elif op == "QLinearLeakyRelu":  # positive: itself
        middle = helper.make_node(op, ["q", "half", "none", "unit", "zero"], ["p"], domain="com.microsoft", alpha=0.5)
        x, shape, constants = np.array([[0.5, 1.5, 2.5]], np.float32), [1, 3], {}
    else:  # QLinearAveragePool of pairs
        middle = helper.make_node(op, ["q", "half", "none", "unit", "zero"], ["p"], domain="com.microsoft",
                                  kernel_shape=[1, 2], strides=[1, 2])
        x, shape, constants = np.array([[[[0, 1, 1, 2, 2, 3]]]], np.float32), [1, 1, 1, 3], {}
    constants.update(half=np.float32(0.5), none=np.uint8(0), unit=np.float32(1), zero=np.uint8(zero))
    m = model([helper.make_node("QuantizeLinear", ["x", "half", "none"], ["q"]), middle,
               helper.make_node("DequantizeLinear", ["p", "unit", "zero"], ["y"])],
              [("x", F, list(x.shape))], [("y", F, shape)], constants, opset=19, ir=9, microsoft=True)
    return run(m, {"x": x}, False)[0].ravel().tolist()

ops = ["QLinearAdd", "QLinearMul", "QLinearAveragePool", "QLinearMatMul", "QLinearLeakyRelu"]
even = {op: quantized(op, 2) for op in ops}
odd = {op: quantized(op, 3) for op in ops}
finish(f"onnxruntime {ort.__version__}",
       "0.5 1.5 2.5 become 0 2 2 for every operator and zero point",
       f"zero point 2: {even}; zero point 3: {odd}",
       all(v == [0, 2, 2] for v in even.values()) and all(odd[op] == [1, 1, 3] for op in ops[:3])
       and all(odd[op] == [0, 2, 2] for op in ops[3:]))
END
venv/bin/python -W ignore probe.py
