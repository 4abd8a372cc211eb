"""Makes random networks, quantizes them, and writes what ONNX Runtime computes with them.

    python quantized.py FOLDER [CASES [SAMPLES [SEED]]]

writes NNN.onnx and cases.json. A case has inputs x and outputs y, one list per
sample; "tensors" names its quantized tensors in the order in which they are
computed, and "levels" has their elements, one list per sample and tensor; "relus"
has the sizes of the ReLU layers of the network that was quantized. The
runtime's graph optimizations are off: it computes node by node what the file
says, with scales in float32. Needs requirements.txt.
"""

import json
import logging
import os
import sys
import tempfile

import numpy as np
import onnx
import onnxruntime as ort
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static

INTEGERS = {TensorProto.UINT8, TensorProto.INT8, TensorProto.UINT16, TensorProto.INT16, TensorProto.INT32}


class Samples(CalibrationDataReader):
    def __init__(self, samples):
        self.rest = iter([{"x": s} for s in samples])

    def get_next(self):
        return next(self.rest, None)


def dense(rng, width):
    """A chain of fully connected layers, written as Gemm, or as MatMul and Add."""
    nodes, initializers, last = [], [], "x"
    sizes = [width] + [int(rng.integers(2, 7)) for _ in range(rng.integers(1, 4))]
    for k, (n, m) in enumerate(zip(sizes, sizes[1:])):
        w = rng.normal(0, 1 / np.sqrt(n), (n, m)).astype(np.float32)
        b = rng.normal(0, 0.5, m).astype(np.float32)
        initializers += [numpy_helper.from_array(w, f"w{k}"), numpy_helper.from_array(b, f"b{k}")]
        if rng.random() < 0.5:
            nodes.append(helper.make_node("Gemm", [last, f"w{k}", f"b{k}"], [f"z{k}"], name=f"gemm{k}"))
        else:
            nodes.append(helper.make_node("MatMul", [last, f"w{k}"], [f"m{k}"], name=f"matmul{k}"))
            nodes.append(helper.make_node("Add", [f"m{k}", f"b{k}"], [f"z{k}"], name=f"add{k}"))
        last = f"z{k}"
        if k + 2 < len(sizes):
            nodes.append(helper.make_node("Relu", [last], [f"a{k}"], name=f"relu{k}"))
            last = f"a{k}"
    return nodes, initializers, [1, width], last, sizes[-1]


def convolutional(rng):
    """Convolutions with branches that are added or concatenated, a pooling, and a layer of logits."""
    nodes, initializers = [], []

    def constant(name, *dims):
        a = rng.normal(0, 1 / np.sqrt(np.prod(dims[1:]) if len(dims) > 1 else 4), dims).astype(np.float32)
        initializers.append(numpy_helper.from_array(a, name))
        return name

    def node(op, inputs, **attributes):
        out = f"v{len(nodes)}"
        nodes.append(helper.make_node(op, inputs, [out], name=f"{op.lower()}{len(nodes)}", **attributes))
        return out

    def conv(x, channels, out, axes, stride=1):
        k, group = int(rng.integers(1, 4)), 2 if channels == out == 2 and rng.random() < 0.5 else 1
        name = f"w{len(nodes)}"
        inputs = [x, constant(name, out, channels // group, *[k] * axes)]
        if rng.random() < 0.8:
            inputs.append(constant(name + "b", out))
        return node("Conv", inputs, pads=[(k - 1) // 2] * axes + [k // 2] * axes, strides=[stride] * axes, group=group)

    axes = int(rng.integers(1, 3))
    channels, size = int(rng.integers(1, 3)), int(rng.integers(4, 7))
    shape = [1, channels] + [size] * axes
    x = conv("x", channels, 2, axes, stride=int(rng.integers(1, 3)))
    x = node("LeakyRelu", [x], alpha=0.1) if rng.random() < 0.25 else node("Relu", [x])
    channels = 2
    branch = rng.random()
    if branch < 0.4:
        x = node("Relu", [node("Add", [conv(x, 2, 2, axes), x])])
    elif branch < 0.7:
        x = node("Concat", [node("Relu", [conv(x, 2, 2, axes)]), x], axis=1)
        channels = 4
    pool = rng.random()
    if pool < 0.3:
        x = node("GlobalAveragePool", [x])
    elif pool < 0.6:
        x = node("AveragePool", [x], kernel_shape=[2] * axes, strides=[1] * axes)
    elif pool < 0.8:
        x = node("MaxPool", [x], kernel_shape=[2] * axes, strides=[2] * axes)
    x = node("Flatten", [x])
    graph = helper.make_graph(nodes, "shape", [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)],
                              [helper.make_tensor_value_info(x, TensorProto.FLOAT, None)], initializers)
    inferred = onnx.shape_inference.infer_shapes(helper.make_model(graph), strict_mode=True)
    width = inferred.graph.output[0].type.tensor_type.shape.dim[1].dim_value
    logits = node("Gemm", [x, constant("w", width, 3), constant("b", 3)])
    return nodes, initializers, shape, logits, 3


def floating(rng, case):
    """A random network of float32."""
    if case % 2 == 1:
        nodes, initializers, shape, last, outputs = convolutional(rng)
    else:
        nodes, initializers, shape, last, outputs = dense(rng, int(rng.integers(1, 6)))
    graph = helper.make_graph(
        nodes, "g", [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info(last, TensorProto.FLOAT, [1, outputs])], initializers)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", int(rng.choice([13, 17, 21])))])
    model.ir_version = 10
    onnx.checker.check_model(model)
    return model, shape


def quantized(rng, model, shape, path):
    """Writes the quantized model, by random options, and returns them."""
    kind = str(rng.choice(["QDQ", "QDQ", "QOperator"]))
    activations = str(rng.choice(["QUInt8", "QInt8"] + (["QUInt16", "QInt16"] if kind == "QDQ" else [])))
    weights = str(rng.choice(["QInt8", "QUInt8"] if activations[1] == "U" else ["QInt8"]))
    if kind == "QDQ" and rng.random() < 0.25:
        weights = "QInt4"
    options = {"ActivationSymmetric": bool(rng.random() < 0.3), "WeightSymmetric": bool(rng.random() < 0.5)}
    per_channel = bool(rng.random() < 0.5)
    low, high = sorted(rng.normal(0, 1, 2))
    calibration = [rng.uniform(low, high, shape).astype(np.float32) for _ in range(20)]
    quantize_static(model, path, Samples(calibration), quant_format=QuantFormat[kind], per_channel=per_channel,
                    activation_type=QuantType[activations], weight_type=QuantType[weights], extra_options=options)
    text = f"{kind} {activations} {weights}{' per channel' if per_channel else ''}"
    return text, (low - 0.2, high + 0.2)


def observed(model):
    """The model with all quantized tensors as outputs too, and their names."""
    inferred = onnx.shape_inference.infer_shapes(model)
    types = {v.name: v.type.tensor_type.elem_type for v in list(inferred.graph.value_info) + list(inferred.graph.output)}
    wanted = []
    for node in model.graph.node:
        for out in node.output:
            typ = types.get(out)
            if typ is None and node.domain == "com.microsoft":
                typ = contributed_type(model, node)
            if typ in INTEGERS:
                wanted.append((out, typ))
    constants = {i.name for i in model.graph.initializer}
    for node in model.graph.node:  # of constants are no activations
        if all(i in constants or not i for i in node.input):
            constants.update(node.output)
    wanted = [(name, typ) for name, typ in wanted if name not in constants]
    have = {o.name for o in model.graph.output}
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    copy.graph.output.extend(helper.make_tensor_value_info(n, t, None) for n, t in wanted if n not in have)
    return copy, [n for n, _ in wanted]


def contributed_type(model, node):
    """The type of the result of an operator that onnx does not know."""
    if node.op_type == "DequantizeLinear" or node.op_type == "QGemm" and len(node.input) < 8:
        return TensorProto.FLOAT
    zero = {"QuantizeLinear": 2, "QGemm": 8, "QLinearAdd": 7, "QLinearMul": 7, "QLinearConcat": 1,
            "QLinearAveragePool": 4, "QLinearGlobalAveragePool": 4, "QLinearLeakyRelu": 4}[node.op_type]
    return next(i.data_type for i in model.graph.initializer if i.name == node.input[zero])


def run(model, samples):
    options = ort.SessionOptions()
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.intra_op_num_threads = 1
    session = ort.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    names = [o.name for o in session.get_outputs()]
    return [dict(zip(names, session.run(names, {"x": s}))) for s in samples]


def relus(model, written):
    """The sizes of the ReLU layers, or None where others make more of them, or where the
    quantizer dropped one that was zero in calibration: its scale is 1 then, and its zero point 0."""
    if any(i.name.endswith("_scale") and np.any(numpy_helper.to_array(i) == 1) for i in written.graph.initializer):
        return None
    inferred = onnx.shape_inference.infer_shapes(model, strict_mode=True)
    sizes = {v.name: [d.dim_value for d in v.type.tensor_type.shape.dim] for v in inferred.graph.value_info}
    if any(n.op_type in ("MaxPool", "LeakyRelu") for n in model.graph.node):
        return None
    return [int(np.prod(sizes[n.output[0]])) for n in model.graph.node if n.op_type == "Relu"]


def flat(array):
    return [float(v) for v in np.asarray(array).ravel()]


def main():
    folder = sys.argv[1]
    count, samples, seed = (int(v) for v in (sys.argv[2:] + ["40", "10", "1"][len(sys.argv) - 2:]))
    logging.disable(logging.WARNING)
    os.makedirs(folder, exist_ok=True)
    cases = {}
    for k in range(count):
        rng = np.random.default_rng([seed, k])
        model, shape = floating(rng, k)
        path = os.path.join(folder, f"{k:03d}.onnx")
        with tempfile.TemporaryDirectory() as scratch:
            tempfile.tempdir = scratch
            options, (low, high) = quantized(rng, model, shape, path)
            tempfile.tempdir = None
        written = onnx.load(path)
        all_of_it, tensors = observed(written)
        inputs = [rng.uniform(low, high, shape).astype(np.float32) for _ in range(samples)]
        values = run(all_of_it, inputs)
        cases[f"{k:03d}"] = {
            "options": options, "x": [flat(x) for x in inputs], "y": [flat(v[written.graph.output[0].name]) for v in values],
            "relus": relus(model, written), "tensors": tensors, "levels": [[flat(v[t]) for t in tensors] for v in values],
        }
    with open(os.path.join(folder, "cases.json"), "w") as f:
        json.dump(cases, f, separators=(",", ":"))


if __name__ == "__main__":
    main()
