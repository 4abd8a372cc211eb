"""Makes random models and what ONNX Runtime computes with them.

    python differential.py differential [CASES]

writes NNN.onnx and cases.json to the folder differential. A case has inputs x
and outputs y (flat, one list per sample), the tolerance that its element type
allows, and "shift" where the model ends in a (Log)Softmax: y then holds
logarithms, which give logits up to a constant. Needs onnx, onnxruntime, numpy.
Operators that ONNX Runtime lacks for a type are computed by onnx.reference.
"""

import json
import os
import sys

import numpy as np
import onnx
import onnxruntime as ort
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

TYPES = {TensorProto.FLOAT: np.float32, TensorProto.DOUBLE: np.float64}


class Model:
    """A chain of operators from the input x; self.shape is that of the last value."""

    def __init__(self, rng):
        self.rng = rng
        self.opset = int(rng.integers(7, 23))
        self.type = TensorProto.DOUBLE if rng.random() < 0.35 else TensorProto.FLOAT
        self.nodes, self.initializers = [], []
        rank = int(rng.choice([1, 2, 2, 2, 3, 4]))
        self.shape = tuple(int(rng.integers(1, 5)) for _ in range(rank))
        if rank > 1:
            self.shape = (1,) + self.shape[1:]
        self.input_shape = self.shape
        self.last, self.count = "x", 0
        self.shift = False
        self.computes = False  # more than changes of shape

    def name(self, stem):
        self.count += 1
        return f"{stem}{self.count}"

    def node(self, op, inputs, **attributes):
        out = self.name("v")
        named = {} if self.rng.random() < 0.3 else {"name": self.name(op.lower())}
        self.nodes.append(helper.make_node(op, inputs, [out], **named, **attributes))
        return out

    def tensor(self, array, typ):
        """An initializer, with raw or typed data."""
        name = self.name("c")
        if typ == TensorProto.BFLOAT16:
            bits = (array.astype(np.float32).view(np.uint32) >> 16).astype(np.uint16)
            raw = bits.tobytes()
        else:
            raw = array.astype(helper.tensor_dtype_to_np_dtype(typ)).tobytes()
        if typ in TYPES and self.rng.random() < 0.4:
            return helper.make_tensor(name, typ, array.shape, array.astype(TYPES[typ]).ravel().tolist())
        return helper.make_tensor(name, typ, array.shape, raw, raw=True)

    def constant(self, array):
        """A constant operand of the model's type, perhaps through a chain of nodes."""
        rng, typ = self.rng, self.type
        how = rng.integers(0, 8)
        stored = typ
        if how == 1:
            stored = TensorProto.FLOAT16
        elif how == 2 and self.opset >= 13:
            stored = TensorProto.BFLOAT16
        elif how == 3:
            stored = TensorProto.DOUBLE if typ == TensorProto.FLOAT else TensorProto.FLOAT
        if how == 4 and array.ndim > 0:
            perm = rng.permutation(array.ndim)
            out = self.place(self.tensor(np.transpose(array, np.argsort(perm)), typ))
            return self.node("Transpose", [out], perm=[int(p) for p in perm])
        if how == 5:
            out = self.place(self.tensor(array.reshape(-1), typ))
            return self.node("Reshape", [out, self.integers(list(array.shape))])
        if how == 6:
            out = self.place(self.tensor(array[None], typ))
            return self.squeeze("Squeeze", out, [0])
        if how == 7 and array.ndim == 0 and typ == TensorProto.FLOAT and self.opset >= 12:
            return self.node("Constant", [], value_float=float(array))
        out = self.place(self.tensor(array, stored))
        if stored != typ:
            out = self.node("Cast", [out], to=typ)
        return out

    def place(self, tensor):
        """Keeps a tensor as an initializer or in a Constant node."""
        if self.rng.random() < 0.3:
            return self.node("Constant", [], value=tensor)
        self.initializers.append(tensor)
        return tensor.name

    def integers(self, values):
        return self.place(helper.make_tensor(self.name("s"), TensorProto.INT64, [len(values)], values))

    def squeeze(self, op, value, axes):
        if self.opset < 13:
            return self.node(op, [value], axes=axes)
        return self.node(op, [value, self.integers(axes)])

    def weights(self, shape):
        w = self.rng.normal(size=shape)
        return w.astype(np.float16).astype(np.float64) if self.rng.random() < 0.2 else w

    # The operators. Each sets last and shape.

    def arithmetic(self):
        rng = self.rng
        op = str(rng.choice(["Add", "Sub", "Mul", "Div"]))
        shape = [d if rng.random() < 0.6 else 1 for d in self.shape]
        if rng.random() < 0.4:
            shape = shape[int(rng.integers(0, len(shape) + 1)):]
        elif rng.random() < 0.2:
            shape = [1] + shape
        if shape and rng.random() < 0.2:  # the operand is repeated
            k = int(rng.integers(0, len(shape)))
            at = k - len(shape) + len(self.shape)
            if at > 0 and self.shape[at] == 1:
                shape[k] = 3
        c = self.weights(shape)
        if op == "Div":
            c = np.where(np.abs(c) < 0.2, 0.75, c)
        name = self.constant(c)
        pair = [self.last, name]
        if op != "Div" and rng.random() < 0.4:
            pair.reverse()
        self.last = self.node(op, pair)
        self.computes = True
        self.shape = np.broadcast_shapes(self.shape, c.shape)

    def matmul(self):
        rng = self.rng
        if not self.shape:
            return
        n = int(rng.integers(1, 5))
        right = rng.random() < 0.6
        k = self.shape[-1] if right or len(self.shape) == 1 else self.shape[-2]
        shape = [k] if rng.random() < 0.15 else [k, n] if right else [n, k]
        if len(shape) == 2 and rng.random() < 0.2:
            shape = [1] * int(rng.integers(1, 3)) + shape
        w = self.weights(shape)
        name = self.constant(w)
        x = np.zeros(self.shape)
        self.computes = True
        self.last = self.node("MatMul", [self.last, name] if right else [name, self.last])
        self.shape = (x @ w if right else w @ x).shape
        if self.shape and rng.random() < 0.6:  # a bias, which a reader may merge
            self.last = self.node("Add", [self.last, self.constant(self.weights(self.shape[-1:]))])

    def gemm(self):
        rng = self.rng
        if len(self.shape) != 2:
            return
        a_first, ta, tb = rng.random() < 0.7, int(rng.integers(0, 2)), int(rng.integers(0, 2))
        free = int(rng.integers(1, 5))
        if a_first:
            m, k = self.shape[::-1] if ta else self.shape
            n = free
            w = self.weights((n, k) if tb else (k, n))
        else:
            k, n = self.shape[::-1] if tb else self.shape
            m = free
            w = self.weights((k, m) if ta else (m, k))
        inputs = [self.last, self.constant(w)] if a_first else [self.constant(w), self.last]
        if self.opset < 11 or rng.random() < 0.8:
            shapes = [(m, n), (n,), (1, n), (m, 1), (), (1,)]
            inputs.append(self.constant(self.weights(shapes[int(rng.integers(0, len(shapes)))])))
        attributes = {"transA": ta, "transB": tb}
        if rng.random() < 0.5:
            attributes.update(alpha=float(np.float32(rng.normal())), beta=float(np.float32(rng.normal())))
        self.computes = True
        self.last = self.node("Gemm", inputs, **attributes)
        self.shape = (m, n)

    def relu(self):
        if self.type == TensorProto.FLOAT or self.opset >= 6:
            self.last = self.node("Relu", [self.last])
            self.computes = True

    def flatten(self):
        axis = int(self.rng.integers(0, len(self.shape) + 1))
        shape = (int(np.prod(self.shape[:axis])), int(np.prod(self.shape[axis:])))
        if self.opset >= 11 and axis < len(self.shape) and self.rng.random() < 0.4:
            axis -= len(self.shape)
        self.last = self.node("Flatten", [self.last], axis=axis)
        self.shape = shape

    def reshape(self):
        size, want = int(np.prod(self.shape)), []
        while size > 1 and len(want) < 3:
            divisors = [d for d in range(1, size + 1) if size % d == 0]
            want.append(int(self.rng.choice(divisors)))
            size //= want[-1]
        want.append(size)
        if self.rng.random() < 0.3:
            want.insert(0, 1)
        shape = tuple(want)
        for i, d in enumerate(want):
            if i < len(self.shape) and self.shape[i] == d and self.rng.random() < 0.4:
                want[i] = 0
        if self.rng.random() < 0.5:
            want[int(self.rng.integers(0, len(want)))] = -1
        self.last = self.node("Reshape", [self.last, self.integers(want)])
        self.shape = shape

    def squeezed(self):
        axes = [i for i, d in enumerate(self.shape) if d == 1 and self.rng.random() < 0.6]
        if not axes:
            return
        shape = tuple(d for i, d in enumerate(self.shape) if i not in axes)
        if self.opset >= 11:
            axes = [a - len(self.shape) if self.rng.random() < 0.4 else a for a in axes]
        self.last, self.shape = self.squeeze("Squeeze", self.last, axes), shape

    def unsqueezed(self):
        if len(self.shape) > 4:
            return
        axis = int(self.rng.integers(0, len(self.shape) + 1))
        shape = self.shape[:axis] + (1,) + self.shape[axis:]
        if self.opset >= 11 and self.rng.random() < 0.4:
            axis -= len(shape)
        self.last, self.shape = self.squeeze("Unsqueeze", self.last, [axis]), shape

    def transpose(self):
        if not self.shape:
            return
        if self.rng.random() < 0.3:
            self.last, self.shape = self.node("Transpose", [self.last]), self.shape[::-1]
            return
        perm = [int(p) for p in self.rng.permutation(len(self.shape))]
        self.last = self.node("Transpose", [self.last], perm=perm)
        self.shape = tuple(self.shape[p] for p in perm)

    def identity(self):
        if self.rng.random() < 0.5:
            self.last = self.node("Identity", [self.last])
        else:
            self.last = self.node("Dropout", [self.last])

    def cast(self):
        """To double and back, which changes nothing."""
        other = TensorProto.DOUBLE if self.type == TensorProto.FLOAT else TensorProto.FLOAT
        if other == TensorProto.DOUBLE:
            self.last = self.node("Cast", [self.node("Cast", [self.last], to=other)], to=self.type)

    def softmax(self):
        wide = [i for i, d in enumerate(self.shape) if d > 1]
        if len(wide) != 1:
            return
        axis = wide[0] if self.opset >= 13 else int(self.rng.integers(0, wide[0] + 1))
        op = str(self.rng.choice(["Softmax", "LogSoftmax"]))
        attributes = {}
        if axis != (len(self.shape) - 1 if self.opset >= 13 else 1) or self.rng.random() < 0.5:
            attributes["axis"] = axis
        self.last = self.node(op, [self.last], **attributes)
        self.shift = op

    def proto(self):
        old = self.opset <= 8
        dims = list(self.input_shape)
        if len(dims) > 1 and self.rng.random() < 0.5:
            dims[0] = "batch"
        inputs = [helper.make_tensor_value_info("x", self.type, dims)]
        if old:  # initializers are inputs
            more = [helper.make_tensor_value_info(t.name, t.data_type, t.dims) for t in self.initializers]
            inputs = more + inputs
        out_dims = [None] * len(self.shape)
        outputs = [helper.make_tensor_value_info(self.last, self.type, out_dims)]
        graph = helper.make_graph(self.nodes, "g", inputs, outputs, self.initializers)
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", self.opset)], ir_version=3 if old else 8)


def make(seed):
    m = Model(np.random.default_rng(seed))
    steps = [m.arithmetic, m.arithmetic, m.matmul, m.matmul, m.gemm, m.gemm, m.relu, m.relu, m.flatten,
             m.reshape, m.squeezed, m.unsqueezed, m.transpose, m.identity, m.cast]
    wanted = int(m.rng.integers(3, 10))
    for _ in range(wanted):
        steps[int(m.rng.integers(0, len(steps)))]()
    if m.rng.random() < 0.3:
        m.softmax()
    return m


def evaluate(m, proto, reference):
    """Three samples and their outputs, and which program computed them."""
    options = ort.SessionOptions()
    options.log_severity_level = 4
    try:
        session = ort.InferenceSession(proto.SerializeToString(), options, providers=["CPUExecutionProvider"])
        run, oracle = (lambda x: session.run(None, {"x": x})[0]), "onnxruntime"
    except ort.capi.onnxruntime_pybind11_state.NotImplemented:
        if not reference:
            return None
        program = ReferenceEvaluator(proto)
        run, oracle = (lambda x: program.run(None, {"x": x})[0]), "onnx.reference"
    xs, ys = [], []
    for _ in range(3):
        x = m.rng.normal(size=m.input_shape).astype(TYPES[m.type])
        y = np.asarray(run(x), dtype=np.float64)
        assert y.shape == tuple(m.shape), (y.shape, m.shape)
        if m.shift == "Softmax":
            y = np.log(y)
        xs.append([float(v) for v in x.ravel()])
        ys.append([float(v) for v in y.ravel()])
    return xs, ys, oracle


def main(folder, wanted=140, make=make, reference=True):
    cases, seed, used = {}, 0, {}
    while len(cases) < wanted:
        seed += 1
        m = make(seed)
        if m is None or not m.computes or int(np.prod(m.shape)) > 60:
            continue
        if m.input_shape[0] > 1 and len(m.input_shape) > 1 and m.shape and m.shape[0] == m.input_shape[0]:
            continue
        proto = m.proto()
        try:
            result = evaluate(m, proto, reference)
        except ort.capi.onnxruntime_pybind11_state.Fail:
            continue
        if result is None:
            continue
        xs, ys, oracle = result
        if not np.isfinite(ys).all() or np.abs(ys).max() > 1e4:
            continue
        name = f"{len(cases):03d}"
        onnx.save(proto, os.path.join(folder, name + ".onnx"))
        cases[name] = {"x": xs, "y": ys, "shift": bool(m.shift), "oracle": oracle,
                       "tolerance": 1e-5 if m.type == TensorProto.FLOAT else 1e-12}
        for n in m.nodes:
            used[n.op_type] = used.get(n.op_type, 0) + 1
    with open(os.path.join(folder, "cases.json"), "w") as f:
        f.write("{\n" + ",\n".join(f'"{k}": ' + json.dumps(v) for k, v in cases.items()) + "\n}\n")
    print("seeds", seed, "operators", dict(sorted(used.items())))


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:3]))
