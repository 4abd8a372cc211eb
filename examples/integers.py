"""Models that take or give integers, as models of real numbers: quantized and dequantized by the scales that the file's own
operators say. Needs onnx.
"""

import onnx

SCALED = {  # operators whose operands are levels, with scale and zero point after them
    "DequantizeLinear": [0], "QLinearMatMul": [0], "QLinearConv": [0], "QGemm": [0], "QLinearLeakyRelu": [0],
    "QLinearAveragePool": [0], "QLinearGlobalAveragePool": [0], "QLinearAdd": [0, 3], "QLinearMul": [0, 3],
}  # fmt: skip
MAKES = {  # operators that make levels, and where the scale of these is
    "QuantizeLinear": 1, "QLinearMatMul": 6, "QLinearConv": 6, "QGemm": 7, "QLinearAdd": 6, "QLinearMul": 6,
    "QLinearLeakyRelu": 3, "QLinearAveragePool": 3, "QLinearGlobalAveragePool": 3, "QLinearConcat": 0,
}  # fmt: skip
MOVES = {"Flatten", "Identity", "Reshape", "Squeeze", "Transpose", "Unsqueeze"}
INTEGERS = {onnx.TensorProto.INT8, onnx.TensorProto.UINT8, onnx.TensorProto.INT16, onnx.TensorProto.UINT16}


def kind(v) -> int:
    return v.type.tensor_type.elem_type


def in_reals(model: onnx.ModelProto) -> bool:
    """Puts a QuantizeLinear before an input of integers, a DequantizeLinear after such an output; says whether it did."""
    graph = model.graph
    constants = {t.name for t in graph.initializer}
    given = [v for v in graph.input if v.name not in constants]
    before = []
    if len(given) == 1 and kind(given[0]) in INTEGERS:
        scale, zero = meaning(graph, given[0].name) or ["integers: scale", "integers: zero"]
        if scale == "integers: scale":
            graph.initializer.append(onnx.helper.make_tensor(scale, onnx.TensorProto.FLOAT, [], [1.0]))
            graph.initializer.append(onnx.helper.make_tensor(zero, kind(given[0]), [], [0]))
        real = given[0].name + " (real)"
        before = [onnx.helper.make_node("QuantizeLinear", [real, scale, zero], [given[0].name])]
        given[0].name, given[0].type.tensor_type.elem_type = real, onnx.TensorProto.FLOAT
    output = graph.output[0]
    maker = next((n for n in graph.node if output.name in n.output), None)
    after = []
    if kind(output) in INTEGERS and maker is not None and maker.op_type in MAKES:
        k = MAKES[maker.op_type]
        operands = [output.name, *maker.input[k : k + 2]]
        after = [onnx.helper.make_node("DequantizeLinear", operands, [output.name + " (real)"])]
        output.name, output.type.tensor_type.elem_type = output.name + " (real)", onnx.TensorProto.FLOAT
    if not before and not after:
        return False
    nodes = [n for n in graph.node if n.op_type == "Constant"] + before + [n for n in graph.node if n.op_type != "Constant"] + after
    del graph.node[:]
    graph.node.extend(nodes)
    return True


def meaning(graph, name: str) -> list | None:
    """The scale and the zero point with which operators read a tensor of integers, where they say one."""
    same, found = {name}, []
    for n in graph.node:
        if n.op_type in MOVES and n.input[0] in same:
            same.add(n.output[0])
        places = range(2, len(n.input), 3) if n.op_type == "QLinearConcat" else SCALED.get(n.op_type, [])
        found += [list(n.input[k + 1 : k + 3]) for k in places if n.input[k] in same]
    values = [[constant(graph, v) for v in f] for f in found]
    if not found or any(v != values[0] for v in values) or any(v is None for v in values[0]):
        return None
    return found[0] if len(found[0]) == 2 and found[0][1] else None


def constant(graph, name: str):
    """A constant of one element, or None."""
    tensors = [t for t in graph.initializer if t.name == name]
    nodes = [n for n in graph.node if n.op_type == "Constant" and name in n.output]
    tensors += [a.t for n in nodes for a in n.attribute if a.name == "value"]
    if not tensors or onnx.numpy_helper.to_array(tensors[0]).size != 1:
        return None
    return onnx.numpy_helper.to_array(tensors[0]).item()
