#!/usr/bin/env bash
# One product with two uses, of which one adds a bias, read by Marabou's Python package.
#
# Guess: how often a tensor is used changes nothing: t = x W, u = t + b, and t is still x W for its other reader.
# Seen: Add of a constant edits the equations of t in place, and u becomes another name of t. Whoever else reads t gets the bias too; with
# two Adds on one product both biases are in both. Marabou reports outputs 10 23 for ReLU(t), onnxruntime 0 3.
# Version: maraboupy 2.0.0.
# Why it matters here: twins are merged into one graph for a verifier of single networks, and what they share, such as a first layer with
# another bias, becomes just this. Residual branches before a bias do as well.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
"${PYTHON:-python3}" -m venv venv
venv/bin/pip install --quiet --no-cache-dir --disable-pip-version-check \
    maraboupy==2.0.0 onnx==1.15.0 onnxruntime==1.17.1 numpy==1.26.4 protobuf==4.25.9
cat > probe.py <<'END'
import sys
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from maraboupy import Marabou

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


def both(m, x):
    """Outputs at x by Marabou's own query, and by onnxruntime, which maraboupy calls to compare."""
    onnx.save(m, "m.onnx")
    network = Marabou.read_onnx("m.onnx")
    ours = network.evaluateWithMarabou([x], options=Marabou.createOptions(verbosity=0))
    return np.round(ours[0], 4).ravel().tolist(), np.round(network.evaluateWithoutMarabou([x])[0], 4).ravel().tolist()



def finish(name, expected, seen, same_as_recorded):
    print("versions: ", name)
    print("expected: ", expected)
    print("seen:     ", seen)
    print("the surprise is still there" if same_as_recorded else "BEHAVIOUR HAS CHANGED")
    sys.exit(0 if same_as_recorded else 1)


F = TensorProto.FLOAT
w = np.array([[1, 2], [-1, 1]], np.float32)
m = model([helper.make_node("MatMul", ["x", "w"], ["t"]), helper.make_node("Add", ["t", "b"], ["u"]),
           helper.make_node("Relu", ["t"], ["p"]), helper.make_node("Relu", ["u"], ["q"]),
           helper.make_node("Concat", ["p", "q"], ["y"], axis=1)],
          [("x", F, [1, 2])], [("y", F, [1, 4])], {"w": w, "b": np.array([10, 20], np.float32)}, opset=13)
one = both(m, np.array([[1.0, 1.0]]))
m = model([helper.make_node("MatMul", ["x", "w"], ["t"]), helper.make_node("Add", ["t", "b"], ["u"]),
           helper.make_node("Add", ["t", "c"], ["v"]), helper.make_node("Concat", ["u", "v"], ["y"], axis=1)],
          [("x", F, [1, 2])], [("y", F, [1, 4])],
          {"w": w, "b": np.array([10, 20], np.float32), "c": np.array([1, 2], np.float32)}, opset=13)
two = both(m, np.array([[1.0, 1.0]]))
finish("maraboupy 2.0.0, onnx " + onnx.__version__,
       "Marabou and onnxruntime equal",
       f"with and without bias: Marabou {one[0]}, onnxruntime {one[1]}; two biases: Marabou {two[0]}, onnxruntime {two[1]}",
       one == ([10, 23, 10, 23], [0, 3, 10, 23]) and two == ([11, 25, 11, 25], [10, 23, 1, 5]))
END
venv/bin/python -W ignore probe.py
