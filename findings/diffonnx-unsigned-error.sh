#!/usr/bin/env bash
# Two quantized networks whose outputs are one level apart, compared by diffonnx.
#
# Guess: the greatest error of outputs 10 and 11 is 1, in either order, and their cosine is nearly 1.
# Seen: outputs of type uint8 are subtracted and multiplied as uint8. The first model against the second has a greatest error of
# 255, the second against the first 1; and the cosine is 0.13, for the sum of products wraps around as well.
# Version: diffonnx 1.0.2.
# Why it matters here: comparing a quantized network with its twin is what the tool is for, and quantized networks have uint8 outputs. The
# report makes the best possible pair look like the worst.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
"${PYTHON:-python3}" -m venv venv
venv/bin/pip install --quiet --no-cache-dir --disable-pip-version-check \
    diffonnx==1.0.2 onnx==1.23.2 numpy==2.4.6 protobuf==7.36.2 ml_dtypes==0.6.0 onnxruntime==1.32.0 scipy==1.17.1 scikit-learn==1.9.1
cat > probe.py <<'END'
import sys
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

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



def finish(name, expected, seen, same_as_recorded):
    print("versions: ", name)
    print("expected: ", expected)
    print("seen:     ", seen)
    print("the surprise is still there" if same_as_recorded else "BEHAVIOUR HAS CHANGED")
    sys.exit(0 if same_as_recorded else 1)


from importlib.metadata import version
from diffonnx import RuntimeDiff
def constant(level):  # the inputs are in 0..1, so that all outputs are the zero point
    return model([helper.make_node("QuantizeLinear", ["x", "s", "z"], ["y"])],
                 [("x", TensorProto.FLOAT, [1, 8])], [("y", TensorProto.UINT8, [1, 8])],
                 {"s": np.float32(100), "z": np.uint8(level)}, opset=19, ir=9)
def error(a, b):
    result = RuntimeDiff(constant(a), constant(b)).summary().nonequal["y"]
    return int(result.max_err), round(float(result.cos_sim), 4)
up, down = error(10, 11), error(11, 10)
finish("diffonnx " + version("diffonnx"),
       "greatest error 1 and cosine 1 in both orders",
       f"(error, cosine): 10 against 11 {up}, 11 against 10 {down}",
       up[0] == 255 and down[0] == 1 and up[1] < 0.5)
END
venv/bin/python -W ignore probe.py
