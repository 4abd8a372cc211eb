#!/usr/bin/env bash
# A neuron whose weights were all pruned, quantized by onnxruntime with one scale per channel.
#
# Guess: per channel is the finer choice. The bias is stored in 32 bits with the scale input scale * weight scale, which is
# minute, so biases are practically exact; and a neuron that has only its bias left is the easiest of all.
# Seen: a channel of zeros gets the weight scale 1. Its bias is then stored in multiples of the scale of the input: with inputs in 0..255
# that is 1, and a bias of 0.4 becomes 0. Per tensor, the coarser choice, it stays 0.4.
# Version: onnxruntime 1.32.0, quantize_static with per_channel=True.
# Why it matters here: pruning whole neurons and then quantizing is the common order, and bias-only neurons are what it leaves. The
# network's constant term moves, by more than all other rounding together.
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



def finish(name, expected, seen, same_as_recorded):
    print("versions: ", name)
    print("expected: ", expected)
    print("seen:     ", seen)
    print("the surprise is still there" if same_as_recorded else "BEHAVIOUR HAS CHANGED")
    sys.exit(0 if same_as_recorded else 1)


import logging
logging.disable(logging.WARNING)
from onnxruntime.quantization import CalibrationDataReader, QuantType, quantize_static

class Samples(CalibrationDataReader):
    def __init__(self):
        self.left = iter([{"x": np.array([[a, b]], np.float32)} for a in (0, 255) for b in (0, 255)])
    def get_next(self):
        return next(self.left, None)

F = TensorProto.FLOAT
weights = np.array([[0.5, 0, -0.25], [0.25, 0, 0.5]], np.float32)  # the second neuron is pruned
onnx.save(model(
    [helper.make_node("Gemm", ["x", "w", "b"], ["t"]), helper.make_node("Relu", ["t"], ["u"]),
     helper.make_node("Gemm", ["u", "v"], ["y"])],
    [("x", F, [1, 2])], [("y", F, [1, 1])],
    {"w": weights, "b": np.array([0.3, 0.4, -0.2], np.float32), "v": np.ones((3, 1), np.float32)}, opset=17), "a.onnx")
stored = {}
for per_channel in (False, True):
    quantize_static("a.onnx", "b.onnx", Samples(), per_channel=per_channel, weight_type=QuantType.QInt8)
    c = {t.name: numpy_helper.to_array(t) for t in onnx.load("b.onnx").graph.initializer}
    stored[per_channel] = (c["b_quantized"] * c["b_quantized_scale"]).round(3).tolist()
finish(f"onnxruntime {ort.__version__}",
       "biases 0.3 0.4 -0.2 to about 0.002, per tensor and per channel",
       f"per tensor {stored[False]}, per channel {stored[True]}",
       abs(stored[False][1] - 0.4) < 0.01 and stored[True][1] == 0 and abs(stored[True][0] - 0.3) < 0.01)
END
venv/bin/python -W ignore probe.py
