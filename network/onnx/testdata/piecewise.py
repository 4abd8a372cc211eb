"""Makes random models of piecewise-linear functions and of operators that move
elements, and what ONNX Runtime computes with them.

    python piecewise.py piecewise [CASES]

writes a folder as differential.py does, which says more.
"""

import sys

import numpy as np

import differential


class Model(differential.Model):
    """A chain of operators, some of which take the last value twice."""

    def __init__(self, rng):
        super().__init__(rng)
        self.shape = (1,)
        while len(self.shape) == 1 or np.prod(self.shape) > 150:
            rank = int(rng.choice([1, 2, 3, 3, 4, 4, 5]))
            self.shape = (1, int(rng.integers(1, 5))) + tuple(int(d) for d in rng.integers(1, 7, size=max(rank - 2, 0)))
            self.shape = self.shape[1:] if rank == 1 else self.shape
            if rank == 1:
                break
        self.input_shape = self.shape

    def put(self, op, inputs, shape, **attributes):
        self.last = self.node(op, inputs, **attributes)
        self.shape = tuple(int(d) for d in shape)
        self.computes = True

    def lists(self, op, inputs, names, values, newest_attribute, **attributes):
        """A node whose lists are attributes up to an opset, and operands since."""
        if self.opset <= newest_attribute:
            return self.node(op, inputs, **dict(zip(names, values)), **attributes)
        return self.node(op, inputs + [self.integers(v) for v in values], **attributes)

    def scalar(self, value):
        return self.constant(np.array(value))

    # Functions of one element.

    def simple(self):
        self.put(str(self.rng.choice(["Abs", "Neg", "Relu"])), [self.last], self.shape)

    def leaky(self):
        alpha = float(np.float32(self.rng.choice([0.01, 0.1, 0.3, 1.7, -0.2])))
        self.put("LeakyRelu", [self.last], self.shape, **({} if self.rng.random() < 0.3 else {"alpha": alpha}))

    def prelu(self):
        if not self.shape:
            return
        shape = [d if self.rng.random() < 0.5 else 1 for d in self.shape]
        if self.rng.random() < 0.5:
            shape = shape[int(self.rng.integers(0, len(shape))):]
        self.put("PRelu", [self.last, self.constant(self.weights(shape))], self.shape)

    def clip(self):
        low, high = sorted(float(v) for v in np.float32(self.rng.normal(size=2)))
        low = float(self.rng.choice([low, 0, 0]))
        if low > high or self.rng.random() < 0.1:
            low, high = 0.0, 6.0
        bounds = {"min": low, "max": high}
        if self.rng.random() < 0.3:
            del bounds[str(self.rng.choice(list(bounds)))]
        if self.opset < 11:
            self.put("Clip", [self.last], self.shape, **bounds)
            return
        names = [self.scalar(bounds[k]) if k in bounds else "" for k in ("min", "max")]
        self.put("Clip", [self.last] + names, self.shape)

    def hardsigmoid(self):
        some = {"alpha": float(np.float32(self.rng.normal())), "beta": float(np.float32(self.rng.normal()))}
        self.put("HardSigmoid", [self.last], self.shape, **({} if self.rng.random() < 0.5 else some))

    # Functions of several operands.

    def several(self):
        rng = self.rng
        op = str(rng.choice(["Max", "Min", "Sum", "Mean"]))
        operands = [self.last]
        for _ in range(int(rng.integers(0, 4))):
            how = rng.integers(0, 3)
            if how == 0:
                operands.append(self.node(str(rng.choice(["Neg", "Abs", "Relu"])), [self.last]))
            elif how == 1:
                shift = self.node("Add", [self.last, self.constant(self.weights(self.shape))])
                operands.append(self.node("Mul", [shift, self.scalar(-0.5)]))
            elif self.opset < 8:
                operands.append(self.constant(self.weights(self.shape)))
            else:
                operands.append(self.constant(self.weights([d if rng.random() < 0.5 else 1 for d in self.shape])))
        operands = [operands[i] for i in rng.permutation(len(operands))]
        self.put(op, operands, self.shape)

    def where(self):
        if self.opset < 9:
            return
        mask = self.node("Cast", [self.constant(self.rng.integers(0, 2, size=self.shape).astype(float))], to=9)
        pair = [self.last, self.constant(self.weights(self.shape)) if self.rng.random() < 0.5 else self.node("Neg", [self.last])]
        if self.rng.random() < 0.5:
            pair.reverse()
        self.put("Where", [mask] + pair, self.shape)

    # Moves.

    def sliced(self):
        rng, rank = self.rng, len(self.shape)
        if rank == 0:
            return
        axes = [int(a) for a in rng.permutation(rank)[: int(rng.integers(1, rank + 1))]]
        starts, ends, steps, cut = [], [], [], [slice(None)] * rank
        for a in axes:
            step = int(rng.choice([1, 1, 2, -1, -2])) if self.opset >= 10 else 1
            start, end = (int(v) for v in rng.integers(-6, 7, size=2))
            if rng.random() < 0.3:
                start, end = (0, 2**62) if step > 0 else (2**62, -(2**62))
            if np.zeros(self.shape[a])[numpy_slice(start, end, step, self.shape[a])].size == 0:
                start, end, step = 0, self.shape[a], 1
            starts.append(start), ends.append(end), steps.append(step)
            cut[a] = numpy_slice(start, end, step, self.shape[a])
        shape = np.zeros(self.shape)[tuple(cut)].shape
        if self.opset >= 10:
            axes = [a - rank if rng.random() < 0.3 else a for a in axes]
        lists, names = [starts, ends, axes], ["starts", "ends", "axes"]
        if self.opset >= 10 and (set(steps) != {1} or rng.random() < 0.5):
            lists.append(steps)
        self.put_last(self.lists("Slice", [self.last], names, lists, 9), shape)

    def put_last(self, out, shape):
        self.last, self.shape, self.computes = out, tuple(int(d) for d in shape), True

    def split(self):
        rng, rank = self.rng, len(self.shape)
        if rank == 0:
            return
        axis = int(rng.integers(0, rank))
        d = self.shape[axis]
        if d < 2:
            return
        first = int(rng.integers(1, d))
        sizes = [first, d - first]
        out = [self.name("v"), self.name("v")]
        inputs, attributes = [self.last], {"axis": axis}
        if self.opset >= 13:
            inputs.append(self.integers(sizes))
        else:
            attributes["split"] = sizes
        self.nodes.append(differential.helper.make_node("Split", inputs, out, **attributes))
        at = int(rng.integers(0, 2))
        shape = list(self.shape)
        shape[axis] = sizes[at]
        self.put_last(out[at], shape)
        if sizes[0] == sizes[1] and rng.random() < 0.5:
            self.last = self.node("Max", out)

    def pad(self):
        rng, rank = self.rng, len(self.shape)
        if rank == 0:
            return
        mode = str(rng.choice(["constant", "constant", "edge", "reflect"]))
        least = -1 if mode == "constant" else 0
        before, after = ([int(v) for v in rng.integers(least, 3, size=rank)] for _ in range(2))
        for i, d in enumerate(self.shape):
            if mode == "reflect":
                before[i], after[i] = min(before[i], d - 1), min(after[i], d - 1)
            if d + min(before[i], 0) + min(after[i], 0) < 1:
                before[i] = after[i] = 0
        shape = [d + b + a for d, b, a in zip(self.shape, before, after)]
        if np.prod(shape) > 200:
            return
        value = float(np.float32(rng.normal()))
        if self.opset < 11:
            self.put("Pad", [self.last], shape, mode=mode, pads=before + after, **({"value": value} if mode == "constant" else {}))
            return
        inputs = [self.last, self.integers(before + after)]
        if mode == "constant" and rng.random() < 0.7:
            inputs.append(self.scalar(value))
        self.put("Pad", inputs, shape, mode=mode)

    def gather(self):
        rng, rank = self.rng, len(self.shape)
        if rank == 0:
            return
        axis = int(rng.integers(0, rank))
        d = self.shape[axis]
        shape = [() , (2,), (3,), (2, 2)][int(rng.integers(0, 4))]
        at = rng.integers(-d if self.opset >= 11 else 0, d, size=shape)
        name = self.place(differential.helper.make_tensor(self.name("i"), 7, shape, np.asarray(at).ravel().tolist()))
        self.put("Gather", [self.last, name], self.shape[:axis] + shape + self.shape[axis + 1:], axis=axis)

    def tile(self):
        times = [int(v) for v in self.rng.integers(1, 3, size=len(self.shape))]
        shape = [d * n for d, n in zip(self.shape, times)]
        if self.shape and np.prod(shape) < 100:
            self.put("Tile", [self.last, self.integers(times)], shape)

    def expand(self):
        if self.opset < 8 or not self.shape:
            return
        want = [3 if d == 1 and i > 0 else int(self.rng.choice([1, d])) for i, d in enumerate(self.shape)]
        shape = np.broadcast_shapes(self.shape, want)
        if np.prod(shape) < 100:
            self.put("Expand", [self.last, self.integers(want)], shape)

    def blocks(self):
        if len(self.shape) != 4:
            return
        n, c, h, w = self.shape
        if c % 4 == 0:
            mode = {"mode": str(self.rng.choice(["DCR", "CRD"]))} if self.opset >= 11 else {}
            self.put("DepthToSpace", [self.last], (n, c // 4, 2 * h, 2 * w), blocksize=2, **mode)
        elif h % 2 == 0 and w % 2 == 0:
            self.put("SpaceToDepth", [self.last], (n, 4 * c, h // 2, w // 2), blocksize=2)

    # Reductions.

    def reduce(self):
        rng, rank = self.rng, len(self.shape)
        op = str(rng.choice(["ReduceSum", "ReduceMean", "ReduceMax", "ReduceMin"]))
        axes = sorted(int(a) for a in rng.permutation(rank)[: int(rng.integers(0, rank + 1))])
        keep = int(rng.integers(0, 2))
        over = axes or list(range(rank))
        shape = [1 if i in over else d for i, d in enumerate(self.shape) if keep or i not in over]
        if self.opset >= 11:
            axes = [a - rank if rng.random() < 0.3 else a for a in axes]
        last = 12 if op == "ReduceSum" else 17
        lists = [axes] if axes else []
        self.put_last(self.lists(op, [self.last], ["axes"], lists, last, keepdims=keep), shape)

    def pool(self):
        rng, rank = self.rng, len(self.shape) - 2
        if rank < 1:
            return
        if rng.random() < 0.2:
            self.put("GlobalMaxPool", [self.last], self.shape[:2] + (1,) * rank)
            return
        kernel = [int(rng.integers(1, min(d, 3) + 1)) for d in self.shape[2:]]
        strides = [int(v) for v in rng.integers(1, 3, size=rank)]
        attributes = {"kernel_shape": kernel, "strides": strides}
        dilations, ceil = [1] * rank, False
        if self.opset >= 10 and rng.random() < 0.5:
            dilations = [int(rng.integers(1, 3)) if (k - 1) * 2 < d else 1 for k, d in zip(kernel, self.shape[2:])]
            attributes["dilations"] = dilations
        pads = [int(rng.integers(0, k)) for k in kernel * 2]
        how = rng.integers(0, 3)
        if how == 1:
            attributes["auto_pad"] = str(rng.choice(["SAME_UPPER", "SAME_LOWER", "VALID"]))
            attributes.pop("dilations", None)
        elif how == 2:
            attributes["pads"] = pads
            if self.opset >= 10:
                attributes["ceil_mode"] = int(rng.integers(0, 2))
        self.last = self.node("MaxPool", [self.last], **attributes)
        self.shape, self.computes = None, True  # ONNX Runtime says

    def flatten_by_shape(self):
        """x.view(x.size(0), -1) as PyTorch exports it."""
        if len(self.shape) < 2:
            return
        shape = self.node("Shape", [self.last])
        first = self.node("Gather", [shape, self.place(differential.helper.make_tensor(self.name("i"), 7, (), [0]))], axis=0)
        first = self.squeeze("Unsqueeze", first, [0])
        rest = self.node("ReduceProd", [self.lists("Slice", [shape], ["starts", "ends"], [[1], [99]], 9)], keepdims=1)
        rest = self.node("Div", [self.node("Mul", [rest, self.integers([2])]), self.integers([2])])
        self.put("Reshape", [self.last, self.node("Concat", [first, rest], axis=0)], (self.shape[0], int(np.prod(self.shape[1:]))))


def numpy_slice(start, end, step, d):
    """ONNX' bounds beyond the ends, for numpy."""
    if step < 0 and end < -d:
        end = None
    return slice(start, end, step)


def make(seed):
    m = Model(np.random.default_rng(seed + 10**6))
    steps = [m.simple, m.leaky, m.prelu, m.clip, m.hardsigmoid, m.several, m.several, m.where, m.sliced, m.split, m.pad,
             m.gather, m.tile, m.expand, m.blocks, m.reduce, m.reduce, m.pool, m.pool, m.pool, m.pool, m.blocks, m.flatten_by_shape, m.arithmetic,
             m.relu, m.reshape, m.transpose]
    m.clip()  # a function that is not the identity
    for _ in range(int(m.rng.integers(1, 5))):
        if not find_shape(m):
            return None
        if int(np.prod(m.shape)) > 200:
            break
        steps[int(m.rng.integers(0, len(steps)))]()
    return m if find_shape(m) else None


def find_shape(m):
    """Asks for the shape of the last value; false where ONNX Runtime does not compute it."""
    if m.shape is not None:
        return True
    m.shape = ()
    options = differential.ort.SessionOptions()
    options.log_severity_level = 4
    state = differential.ort.capi.onnxruntime_pybind11_state
    try:
        session = differential.ort.InferenceSession(m.proto().SerializeToString(), options, providers=["CPUExecutionProvider"])
        x = np.zeros(m.input_shape, dtype=differential.TYPES[m.type])
        m.shape = session.run(None, {"x": x})[0].shape
    except (state.Fail, state.NotImplemented, state.RuntimeException, state.InvalidGraph, state.InvalidArgument):
        return False
    return True


if __name__ == "__main__":
    differential.main(sys.argv[1], *map(int, sys.argv[2:3]), make=make, reference=False)  # onnx.reference pools wrongly in places
