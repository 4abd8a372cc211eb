#!/usr/bin/env bash
# Zero points of 4 bits as onnx-neural-compressor packs them.
#
# Guess: a model that it makes loads in the onnxruntime that it runs on, whatever the size of the blocks.
# Seen: MatMulNBits wants the zero points of each row to start at a byte of their own, [rows, ceil(blocks / 2)]; it packs them two to a
# byte throughout. With two blocks in a row these are the same. With an odd number they are not: 10 rows of one block get 5
# bytes instead of 10, and onnxruntime refuses the model.
# Version: onnx-neural-compressor 1.0, onnxruntime 1.32.0.
# Why it matters here: a reader that unpacks such bytes by the one rule where the writer kept to the other shifts zero points from row
# to row, and nothing tells but their number.
# Source: com.microsoft MatMulNBits: zero_points is packed with shape [N, (n_blocks_per_col * bits + 7) / 8].
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
import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from onnx_neural_compressor.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer

onnxruntime.set_default_logger_severity(4)
weight = np.random.default_rng(0).normal(0, 0.3, (32, 10)).astype(np.float32)
graph = helper.make_graph(
    [helper.make_node("MatMul", ["x", "w"], ["y"], name="matmul")], "g",
    [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 32])], [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 10])],
    [numpy_helper.from_array(weight, "w")],
)
onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), "float.onnx")
seen = {}
for block in (16, 32):
    quantizer = MatMulNBitsQuantizer("float.onnx", block_size=block)
    quantizer.process()
    model = getattr(quantizer.model, "model", quantizer.model)
    zeros = next(list(t.dims) for t in model.graph.initializer if t.name.endswith("_zp"))
    try:
        onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
        loads = "loads"
    except Exception as error:
        loads = "zero_points initializer shape {5} does not match" in str(error) and "refused for its zero points" or str(error)
    seen[f"10 rows, blocks in each: {32 // block}"] = (zeros, loads)
recorded = {"10 rows, blocks in each: 2": ([10], "loads"), "10 rows, blocks in each: 1": ([5], "refused for its zero points")}
print("expected:  ten bytes of zero points and a model that loads, both times")
print("seen:     ", seen)
print("the surprise is still there" if seen == recorded else "BEHAVIOUR HAS CHANGED")
sys.exit(0 if seen == recorded else 1)
END
venv/bin/python probe.py 2> log || { cat log; exit 1; }
