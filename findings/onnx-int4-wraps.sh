#!/usr/bin/env bash
# Rounding weights to 4 bits by hand, with onnx.helper.make_tensor.
#
# Guess: what happens to a value out of range is one and the same for the narrow types: it saturates, as in QuantizeLinear and in
# this function for float8 and float4, or raises, as in this function for int8.
# Seen: for INT4 and UINT4 the value wraps around. 8 becomes -8 and 16 becomes 0, silently. FLOAT8E4M3FN makes 448 of 1000, FLOAT4E2M1 6 of
# 7, and INT8 raises for 128.
# Version: onnx 1.23.2.
# Why it matters here: the largest weight of a tensor, scaled by max/7.5 or with a rounded scale, rounds to 8. It is the most
# important weight, and changes its sign.
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


def finish(name, expected, seen, same_as_recorded):
    print("versions: ", name)
    print("expected: ", expected)
    print("seen:     ", seen)
    print("the surprise is still there" if same_as_recorded else "BEHAVIOUR HAS CHANGED")
    sys.exit(0 if same_as_recorded else 1)


def attempt(kind, values):
    try:
        return numpy_helper.to_array(helper.make_tensor("t", kind, [len(values)], values)).astype(np.float64).tolist()
    except Exception as error:
        return type(error).__name__
seen = {
    "INT4 7 8 -9": attempt(TensorProto.INT4, [7, 8, -9]),
    "UINT4 15 16 -1": attempt(TensorProto.UINT4, [15, 16, -1]),
    "INT8 128": attempt(TensorProto.INT8, [128]),
    "FLOAT8E4M3FN 1000": attempt(TensorProto.FLOAT8E4M3FN, [1000.0]),
    "FLOAT4E2M1 7": attempt(TensorProto.FLOAT4E2M1, [7.0]),
}
finish(f"onnx {onnx.__version__}",
       "INT4 7 7 -8 and UINT4 15 15 0, or an error",
       str(seen),
       list(seen.values()) == [[7, -8, 7], [15, 0, 15], "OverflowError", [448], [6]])
END
venv/bin/python -W ignore probe.py
