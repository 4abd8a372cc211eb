#!/usr/bin/env bash
# Two networks with very different outputs, compared by onnxdiffer.
#
# Guess: differ() runs both models on random inputs and says whether the outputs agree to a tolerance.
# Seen: it returns True whenever the cosine of the two output vectors is at least 0.99. A model whose outputs are a thousand times as large
# passes, and so does any pair with one positive output each: the cosine of two positive numbers is 1.
# Version: onnxdiffer 0.1.2.
# Why it matters here: this is the question that rsm asks, and scores and regressions with one output are where it goes wrong for every
# pair. "Outputs verified" is no evidence of equivalence.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
"${PYTHON:-python3}" -m venv venv
venv/bin/pip install --quiet --no-cache-dir --disable-pip-version-check \
    onnx==1.23.2 numpy==1.26.4 protobuf==7.36.2 ml_dtypes==0.5.4 onnxruntime==1.32.0 onnxdiffer==0.1.2 scipy==1.17.1 scikit-learn==1.9.1
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


import contextlib, io
from importlib.metadata import version
from onnxdiff.diff import differ
F = TensorProto.FLOAT
def save(name, factor, offset, size):
    m = model([helper.make_node("Abs", ["x"], ["a"]), helper.make_node("Mul", ["a", "f"], ["t"]), helper.make_node("Add", ["t", "c"], ["y"])],
              [("x", F, [1, size])], [("y", F, [1, size])],
              {"f": np.float32(factor), "c": np.float32(offset)}, opset=13)
    onnx.save(m, name)
def verdict(a, b, size):
    save("a.onnx", *a, size), save("b.onnx", *b, size)
    with contextlib.redirect_stdout(io.StringIO()):
        return bool(differ("a.onnx", "b.onnx"))
scaled = verdict((1, 0), (1000, 0), 4)
single = verdict((1, 0), (0, 12345), 1)
negated = verdict((1, 0), (-1, 0), 4)
finish("onnxdiffer " + version("onnxdiffer"),
       "False for outputs times 1000, False for |x| against the constant 12345",
       f"times 1000: {scaled}; |x| against 12345: {single}; times -1: {negated}",
       scaled and single and not negated)
END
venv/bin/python -W ignore probe.py
