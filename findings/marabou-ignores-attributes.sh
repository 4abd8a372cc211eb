#!/usr/bin/env bash
# Dilated convolutions and padded pooling, read by Marabou's Python package.
#
# Guess: an attribute that the reader does not know is refused. It does so for Resize, where every attribute but the supported value
# raises an error, and for convolutions with groups.
# Seen: `dilations` of Conv, and `pads` and `dilations` of MaxPool, are not looked at. Where strides make the shapes agree all
# the same there is no error: a dilated filter reads its neighbours, and pooling windows are shifted.
# Version: maraboupy 2.0.0.
# Why it matters here: a verdict about another network, with no message. Strided convolutions with dilation, and pooling with one row
# of padding in front, are ordinary.
# Source: ONNX operators Conv and MaxPool.
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
x = np.arange(1, 17, dtype=np.float64).reshape(1, 1, 4, 4)
conv = both(model([helper.make_node("Conv", ["x", "w"], ["c"], dilations=[2, 2], strides=[3, 3], kernel_shape=[2, 2]),
                   helper.make_node("Flatten", ["c"], ["y"])],
                  [("x", F, [1, 1, 4, 4])], [("y", F, [1, 1])],
                  {"w": np.array([[[[1, 10], [100, 1000]]]], np.float32)}, opset=13), x)
pool = both(model([helper.make_node("MaxPool", ["x"], ["c"], strides=[2, 2], kernel_shape=[2, 2], pads=[1, 1, 0, 0]),
                   helper.make_node("Flatten", ["c"], ["y"])],
                  [("x", F, [1, 1, 4, 4])], [("y", F, [1, 4])], {}, opset=13), x)
finish("maraboupy 2.0.0, onnx " + onnx.__version__,
       "an error, or 11931 (1 + 30 + 900 + 11000) and 1 3 9 11 from both",
       f"Conv: Marabou {conv[0]}, onnxruntime {conv[1]}; MaxPool: Marabou {pool[0]}, onnxruntime {pool[1]}",
       conv == ([6521], [11931]) and pool == ([6, 8, 14, 16], [1, 3, 9, 11]))
END
venv/bin/python -W ignore probe.py
