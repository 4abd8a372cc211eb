#!/usr/bin/env bash
# A network that subtracts a constant, read by Marabou's Python package.
#
# Guess: Sub, a listed operator, subtracts. Networks that normalise their input begin with it.
# Seen: the equations say x + c. At x = 1, 2 with c = 2, 3 Marabou finds 3, 5; onnxruntime, and so maraboupy's own
# evaluateWithoutMarabou, -1, -1. A query "can x - 1 be positive for x in 0..0.5" is sat.
# Version: maraboupy 2.0.0.
# Why it matters here: Marabou is a peer whose verdicts others are compared with. A normalised network is verified as one with the
# mean added instead of subtracted.
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
m = model([helper.make_node("Sub", ["x", "c"], ["y"])], [("x", F, [1, 2])], [("y", F, [1, 2])],
          {"c": np.array([[2, 3]], np.float32)}, opset=13)
marabou, runtime = both(m, np.array([[1.0, 2.0]]))

onnx.save(model([helper.make_node("Sub", ["x", "c"], ["y"])], [("x", F, [1, 1])], [("y", F, [1, 1])],
                {"c": np.array([[1]], np.float32)}, opset=13), "q.onnx")
network = Marabou.read_onnx("q.onnx")
network.setLowerBound(network.inputVars[0][0][0], 0)
network.setUpperBound(network.inputVars[0][0][0], 0.5)
network.setLowerBound(network.outputVars[0][0][0], 0)
verdict = network.solve(verbose=False, options=Marabou.createOptions(verbosity=0))[0]
finish("maraboupy 2.0.0, onnx " + onnx.__version__,
       "-1 -1 in both, and unsat",
       f"Marabou {marabou}, onnxruntime {runtime}; the query is {verdict}",
       marabou == [3, 5] and runtime == [-1, -1] and verdict == "sat")
END
venv/bin/python -W ignore probe.py
