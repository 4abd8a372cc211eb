"""Makes models of operators that ONNX Runtime adds and of ai.onnx.ml, and writes what ONNX Runtime computes with them.

    python contributed.py FOLDER [SEED]

writes NAME.onnx and cases.json: for each model inputs x and outputs y, and whether y is the softmax of the logits. The
runtime's optimizations are off; scales of quantizations are powers of two. Needs requirements.txt.
"""

import json
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
from onnx import TensorProto, helper, numpy_helper

SAMPLES = 8


def nodes_of(rng):
    """For each model its name, the shape of the input, constants, nodes, and whether it ends in probabilities."""
    normal = lambda *shape: rng.normal(0, 1, shape).astype(np.float32)
    m, ml = {"domain": "com.microsoft"}, {"domain": "ai.onnx.ml"}
    conv = dict(w=normal(4, 2, 3, 3), b=normal(4))
    for name, attributes in (("none", {}), ("relu", dict(activation="Relu")), ("leaky", dict(activation="LeakyRelu", activation_params=[0.25])),
                             ("clip", dict(activation="Clip", activation_params=[-0.5, 1.5])), ("hard", dict(activation="HardSigmoid", activation_params=[0.3, 0.4]))):
        yield f"conv-{name}", (1, 2, 5, 6), conv, [helper.make_node("FusedConv", ["x", "w", "b"], ["r"], pads=[1, 0, 1, 2], strides=[2, 1], **attributes, **m)], False
    yield "conv-sum", (1, 4, 4, 4), dict(w=normal(4, 1, 3, 3), b=normal(4)), [
        helper.make_node("Neg", ["x"], ["z"]), helper.make_node("FusedConv", ["x", "w", "b", "z"], ["r"], pads=[1] * 4, group=4, activation="Relu", **m)], False
    for name, attributes in (("relu", dict(activation="Relu")), ("leaky", dict(activation="LeakyRelu", activation_alpha=0.3)),
                             ("hard", dict(activation="HardSigmoid", activation_alpha=0.3, activation_beta=0.1))):
        yield f"gemm-{name}", (1, 6), dict(w=normal(5, 6), b=normal(5)), [
            helper.make_node("FusedGemm", ["x", "w", "b"], ["r"], transB=1, alpha=0.75, beta=0.3, **attributes, **m)], False
    yield "matmul", (1, 6), dict(w=normal(5, 6)), [helper.make_node("FusedMatMul", ["x", "w"], ["r"], transB=1, alpha=0.3, **m)], False
    yield "matmul-both", (6, 1), dict(w=normal(5, 6)), [helper.make_node("FusedMatMul", ["x", "w"], ["r"], transA=1, transB=1, **m)], False
    levels = lambda *shape: rng.integers(-100, 100, shape).astype(np.int8)
    quantized = dict(s=np.float32(0.125), z=np.int8(3), sw=np.float32(2**-5), zw=np.int8(0), sy=np.float32(0.5), zy=np.int8(-20))
    around = lambda *middle: [helper.make_node("QuantizeLinear", ["x", "s", "z"], ["q"]), *middle, helper.make_node("DequantizeLinear", ["p", "sy", "zy"], ["r"])]
    yield "last-conv", (1, 5, 4, 3), quantized | dict(w=levels(4, 3, 2, 3), b=rng.integers(-500, 500, 4).astype(np.int32)), around(
        helper.make_node("QLinearConv", ["q", "s", "z", "w", "sw", "zw", "sy", "zy", "b"], ["p"], channels_last=1, pads=[1, 0, 0, 1], **m)), False
    yield "last-global", (1, 4, 4, 3), quantized, around(helper.make_node("QLinearGlobalAveragePool", ["q", "s", "z", "sy", "zy"], ["p"], channels_last=1, **m)), False
    yield "last-average", (1, 4, 4, 3), quantized, around(
        helper.make_node("QLinearAveragePool", ["q", "s", "z", "sy", "zy"], ["p"], channels_last=1, kernel_shape=[2, 2], strides=[2, 2], **m)), False
    yield "last-max", (1, 4, 5, 3), quantized, around(helper.make_node("NhwcMaxPool", ["q"], ["p"], kernel_shape=[2, 2], strides=[2, 1], **m)), False
    yield "softmax", (1, 5), quantized | dict(s2=np.float32(1 / 256), z2=np.int8(-128)), [
        helper.make_node("QuantizeLinear", ["x", "s", "z"], ["q"]), helper.make_node("QLinearSoftmax", ["q", "s", "z", "s2", "z2"], ["p"], axis=1, opset=13, **m),
        helper.make_node("DequantizeLinear", ["p", "s2", "z2"], ["r"])], True
    yield "scaler", (1, 4), {}, [helper.make_node("Scaler", ["x"], ["r"], offset=[1.0, -2.0, 0.5, 0.1], scale=[0.5, 2.0, 3.0, -0.7], **ml)], False
    yield "scaler-one", (1, 4), {}, [helper.make_node("Scaler", ["x"], ["r"], offset=[0.3], scale=[1.7], **ml)], False
    for name, transform in (("none", "NONE"), ("softmax", "SOFTMAX")):
        yield f"linear-{name}", (1, 4), {}, [helper.make_node(
            "LinearClassifier", ["x"], ["label", "r"], coefficients=normal(12).tolist(), intercepts=normal(3).tolist(), classlabels_ints=[0, 1, 2],
            post_transform=transform, multi_class=1, **ml)], transform != "NONE"
    w = normal(4)
    yield "linear-logistic", (1, 4), {}, [helper.make_node(
        "LinearClassifier", ["x"], ["label", "r"], coefficients=[*(-w).tolist(), *w.tolist()], intercepts=[0.5, -0.5], classlabels_strings=["no", "yes"],
        post_transform="LOGISTIC", multi_class=0, **ml)], True
    for name, order in (("last", ["n", "p"]), ("first", ["p", "n"])):
        yield f"two-{name}", (1, 4), dict(w=normal(4, 1), one=np.float32(1)), [
            helper.make_node("MatMul", ["x", "w"], ["l"]), helper.make_node("Sigmoid", ["l"], ["p"]), helper.make_node("Sub", ["one", "p"], ["n"]),
            helper.make_node("Concat", order, ["r"], axis=1)], True
    yield "normalizer", (1, 4), dict(w=normal(4, 3)), [
        helper.make_node("MatMul", ["x", "w"], ["l"]), helper.make_node("Softmax", ["l"], ["p"]), helper.make_node("Normalizer", ["p"], ["r"], norm="L1", **ml)], True


def main() -> None:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(int(sys.argv[2]) if len(sys.argv) > 2 else 1)
    cases = {}
    options = ort.SessionOptions()
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    for name, shape, constants, nodes, probabilities in nodes_of(rng):
        nodes = [*nodes, helper.make_node("Flatten", ["r"], ["y"])]
        graph = helper.make_graph(
            nodes, "g", [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)], [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
            [numpy_helper.from_array(np.asarray(v), k) for k, v in constants.items()])
        model = helper.make_model(
            graph, opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1), helper.make_opsetid("ai.onnx.ml", 1)], ir_version=8)
        onnx.save(model, folder / f"{name}.onnx")
        session = ort.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
        x = [(rng.normal(0, 3, shape) if k % 2 else rng.integers(-40, 40, shape) * 0.125).astype(np.float32) for k in range(SAMPLES)]
        y = [session.run(["y"], {"x": v})[0].reshape(-1) for v in x]
        cases[name] = {"probabilities": probabilities, "rounded": name == "softmax", "x": [v.reshape(-1).tolist() for v in x], "y": [v.tolist() for v in y]}
    rows = [f'"{k}": {json.dumps(v)}' for k, v in cases.items()]
    (folder / "cases.json").write_text("{\n" + ",\n".join(rows) + "\n}\n")


if __name__ == "__main__":
    main()
