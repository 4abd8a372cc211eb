#!/usr/bin/env bash
# Compressing the weights of a dense network to 4 bits by onnx-neural-compressor.
#
# Guess: after MatMulNBitsQuantizer the weights of each MatMul have 4 bits, as the name says, whether or not a bias is added; it says
# "complete quantization of model" and raises nothing.
# Seen: by default it has onnxruntime optimize the model first, which makes one Gemm of a MatMul and the Add behind it. Gemm is no operator
# that it quantizes: a network whose layers have biases comes out with all weights in float32, the same function bit by
# bit. Without biases it is quantized, and with optimization_level=ORT_DISABLE_ALL too.
# Version: onnx-neural-compressor 1.0, onnxruntime 1.32.0. AMD Quark 0.13 (MATMUL_NBITS, optimize_model by default) does the same.
# Why it matters here: rsm asked about such a twin proves that nothing was lost, exactly and rightly, for the two are equal; one learns
# of the 4 bits' price where they are really deployed.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
"${PYTHON:-python3}" -m venv venv
venv/bin/pip install --quiet --no-cache-dir --disable-pip-version-check \
    onnx-neural-compressor==1.0 onnx==1.23.2 onnxruntime==1.32.0 numpy==1.26.4 protobuf==7.36.2 ml_dtypes==0.5.4 \
    prettytable==3.18.0 psutil==7.2.2 py-cpuinfo==9.0.0 pydantic==2.14.4 scipy==1.17.1
cat > probe.py <<'END'
import sys
from collections import Counter
import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from onnx_neural_compressor.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer

onnxruntime.set_default_logger_severity(3)
rng = np.random.default_rng(0)
arrays = {name: rng.normal(0, 0.3, shape).astype(np.float32) for name, shape in (("w0", (64, 32)), ("w1", (32, 10)), ("b0", 32), ("b1", 10))}


def operators(bias, **options):
    """Those of the network after quantization, how often each."""
    nodes, last = [], "x"
    for k in range(2):
        nodes.append(helper.make_node("MatMul", [last, f"w{k}"], [f"m{k}"], name=f"matmul{k}"))
        last = f"m{k}"
        if bias:
            nodes.append(helper.make_node("Add", [last, f"b{k}"], [f"z{k}"], name=f"add{k}"))
            last = f"z{k}"
        if k == 0:
            nodes.append(helper.make_node("Relu", [last], ["a"], name="relu"))
            last = "a"
    used = [name for name in arrays if bias or name[0] == "w"]
    graph = helper.make_graph(
        nodes, "g", [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 64])],
        [helper.make_tensor_value_info(last, TensorProto.FLOAT, [1, 10])], [numpy_helper.from_array(arrays[name], name) for name in used],
    )
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), "float.onnx")
    quantizer = MatMulNBitsQuantizer("float.onnx", block_size=32, is_symmetric=True, **options)
    quantizer.process()
    model = getattr(quantizer.model, "model", quantizer.model)
    return dict(Counter(node.op_type for node in model.graph.node))


seen = {
    "with biases": operators(True),
    "without biases": operators(False),
    "with biases, no optimizer": operators(True, optimization_level=onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL),
}
recorded = {
    "with biases": {"Gemm": 2, "Relu": 1},
    "without biases": {"MatMulNBits": 2, "Relu": 1},
    "with biases, no optimizer": {"MatMulNBits": 2, "Add": 2, "Relu": 1},
}
print("expected:  two MatMulNBits in all three")
print("seen:     ", seen)
print("the surprise is still there" if seen == recorded else "BEHAVIOUR HAS CHANGED")
sys.exit(0 if seen == recorded else 1)
END
venv/bin/python probe.py 2> log || { cat log; exit 1; }
