#!/usr/bin/env bash
# A model with an open-ended Clip, saved in onnx's JSON format and read back.
#
# Guess: what onnx.save writes in JSON, onnx.load reads: float32 values are printed with enough digits, and the largest float32 is an
# ordinary finite number.
# Seen: 3.4028234663852886e+38, the largest float32 and the usual way to say "no upper bound" in Clip up to opset 10, is printed as
# 3.4028235e+38. That decimal is above the largest float32, and the reader rejects its own output: "Float value too large".
# The textual formats textproto and onnxtxt, and 3.4028233e+38 in JSON, are fine.
# Version: onnx 1.23.2 with protobuf 7.36.2 (the printing and the limit are protobuf's).
# Why it matters here: JSON is the form in which models are looked at and edited by hand, and clipped networks are piecewise linear. The loss
# is found only when the file is needed.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
"${PYTHON:-python3}" -m venv venv
venv/bin/pip install --quiet --no-cache-dir --disable-pip-version-check \
    onnx==1.23.2 numpy==2.4.6 protobuf==7.36.2 ml_dtypes==0.6.0
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


from google import protobuf
F = TensorProto.FLOAT
def round_trip(value, form):
    m = model([helper.make_node("Clip", ["x"], ["y"], min=0.0, max=float(value))],
              [("x", F, [3])], [("y", F, [3])], {}, opset=10, ir=5)
    onnx.save(m, "m." + form, format=form)
    try:
        back = onnx.load("m." + form, format=form)
    except Exception as error:
        return "rejected: " + str(error).split("parse f field: ")[-1]
    return "same" if {a.name: a.f for a in back.graph.node[0].attribute}["max"] == value else "changed"

largest = np.finfo(np.float32).max
seen = {f: round_trip(largest, f) for f in ("json", "textproto", "onnxtxt")}
below = round_trip(np.nextafter(largest, np.float32(0)), "json")
finish(f"onnx {onnx.__version__}, protobuf {protobuf.__version__}",
       "same, in all formats",
       f"{seen}; the float32 below it in JSON: {below}",
       seen["json"].startswith("rejected: Float value too large") and seen["textproto"] == seen["onnxtxt"] == below == "same")
END
venv/bin/python -W ignore probe.py
