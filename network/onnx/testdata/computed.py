"""Random models of Resize, of weights that are computed from constants, and of linear operators with constants,
and what ONNX Runtime makes of them without its optimizations.

    python computed.py FOLDER [COUNT [SEED]]
"""

import json
import pathlib
import sys

import numpy as np
import onnx
import onnxruntime as ort
from onnx import TensorProto, helper, numpy_helper

node = helper.make_node


def resize(rng):
    shape = [1, 1, int(rng.integers(2, 5)), int(rng.integers(2, 5))]
    mode = str(rng.choice(["nearest", "linear", "cubic"]))
    how = str(rng.choice(["half_pixel", "pytorch_half_pixel", "align_corners", "asymmetric"]))
    attributes = {"mode": mode, "coordinate_transformation_mode": how}
    if mode == "nearest":
        attributes["nearest_mode"] = str(rng.choice(["floor", "ceil", "round_prefer_floor", "round_prefer_ceil"]))
    if how != "align_corners" and rng.random() < 0.5:
        constants = {"s": np.array([1, 1, *rng.choice([0.5, 1, 2, 3], 2)], np.float32)}
        return shape, [node("Resize", ["x", "", "s"], ["y"], **attributes)], constants
    constants = {"n": np.array([1, 1, *rng.integers(2, 7, 2)], np.int64)}
    return shape, [node("Resize", ["x", "", "", "n"], ["y"], **attributes)], constants


def draw(rng, *shape):
    return rng.standard_normal(shape).astype(np.float32)


def low_rank(rng):
    nodes = [node("MatMul", ["a", "b"], ["p"]), node("Mul", ["p", "s"], ["q"]), node("Add", ["w", "q"], ["v"]), node("Gemm", ["x", "v", "c"], ["y"], transB=1)]
    return [1, 4], nodes, {"a": draw(rng, 3, 2), "b": draw(rng, 2, 4), "s": draw(rng), "w": draw(rng, 3, 4), "c": draw(rng, 3)}


def weight_norm(rng):
    nodes = [node("ReduceL2", ["v"], ["n"], axes=[1], keepdims=1), node("Div", ["g", "n"], ["u"]), node("Mul", ["v", "u"], ["w"]), node("Gemm", ["x", "w"], ["y"], transB=1)]
    return [1, 4], nodes, {"v": draw(rng, 3, 4), "g": draw(rng, 3, 1)}


def function(rng):
    op = str(rng.choice(["Exp", "Softplus", "Sigmoid", "Tanh", "Sqrt", "Log", "Reciprocal", "Abs", "Sign", "Round", "Floor", "Ceil"]))
    nodes = [node(op, ["a"], ["w"]), node("MatMul", ["x", "w"], ["h"]), node("Add", ["h", "w1"], ["y"]), node(op, ["b"], ["w1"])]
    return [1, 4], [nodes[3], *nodes[:3]], {"a": np.abs(draw(rng, 4, 3)) + 0.1, "b": np.abs(draw(rng, 3)) + 0.1}


def einsum(rng):
    equation, a, b = [("bi,ij->bj", (1, 4), (4, 3)), ("bij,jk->bki", (1, 2, 4), (4, 3)), ("bhi,hij->bhj", (1, 2, 3), (2, 3, 2)), ("bij,kj->b", (1, 2, 3), (2, 3))][int(rng.integers(4))]
    return list(a), [node("Einsum", ["x", "w"], ["y"], equation=equation)], {"w": draw(rng, *b)}


def stack(rng):
    a, b = [((1, 2, 3, 4), (2, 4, 2)), ((1, 1, 3, 4), (1, 2, 4, 2)), ((1, 3, 4), (3, 4, 1)), ((1, 2, 4), (3, 1, 4, 2))][int(rng.integers(4))]
    return list(a), [node("MatMul", ["x", "w"], ["y"])], {"w": draw(rng, *b)}


def sums(rng):
    axis = np.int64(rng.integers(-2, 0))
    if rng.random() < 0.3:
        return [1, 3, 4], [node("ReduceL1", ["x"], ["y"], axes=[int(axis)])], {}
    if rng.random() < 0.5:
        return [1, 1, 3, 4], [node("LpPool", ["x"], ["y"], p=1, kernel_shape=[2, 2], strides=[1, 2], pads=[0, 1, 1, 0])], {}
    return [1, 3, 4], [node("CumSum", ["x", "a"], ["y"], exclusive=int(rng.integers(2)), reverse=int(rng.integers(2)))], {"a": axis}


def main(folder, count=60, seed=1):
    folder = pathlib.Path(folder)
    folder.mkdir(exist_ok=True)
    options = ort.SessionOptions()
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 4
    rng, cases = np.random.default_rng(seed), {}
    kinds = [resize, resize, resize, low_rank, weight_norm, function, einsum, stack, sums]
    while len(cases) < count:
        shape, nodes, constants = kinds[len(cases) % len(kinds)](rng)
        graph = helper.make_graph(nodes, "g", [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)], [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
                                  [numpy_helper.from_array(np.asarray(v), k) for k, v in constants.items()])
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 15)], ir_version=8)
        session = ort.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
        inputs = [draw(rng, *shape) for _ in range(3)]
        outputs = [session.run(None, {"x": x})[0].ravel().tolist() for x in inputs]
        if len(outputs[0]) < 2:
            outputs = [[0, *y] for y in outputs]
        name = f"{len(cases):03}"
        onnx.save(model, folder / f"{name}.onnx")
        cases[name] = {"x": [x.ravel().tolist() for x in inputs], "y": outputs, "tolerance": 2e-5}
    (folder / "cases.json").write_text("{\n" + ",\n".join(f"{json.dumps(k)}: {json.dumps(v)}" for k, v in cases.items()) + "\n}\n")


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:4]))
