"""Makes random convolutional networks and what ONNX Runtime computes with them.

    python convolutions.py FOLDER CASES SEED

writes NNN.onnx and cases.json: by name, inputs x and outputs y, one flat list a
sample, and the tolerance of float32 between layers. Needs onnx, onnxruntime, numpy.
"""

import json
import pathlib
import sys

import numpy as np
import onnx
import onnxruntime as ort
from onnx import TensorProto, helper, numpy_helper


class Model:
    """A graph from the input x; shapes are those of all values made so far."""

    def __init__(self, rng):
        self.rng = rng
        self.opset = int(rng.integers(7, 23))
        self.axes = int(rng.choice([1, 2, 2, 2, 3]))
        size = {1: 9, 2: 7, 3: 5}[self.axes]
        spatial = tuple(int(rng.integers(2, size + 1)) for _ in range(self.axes))
        self.input_shape = (1, int(rng.integers(1, 5))) + spatial
        self.shapes = {"x": self.input_shape}
        self.last = "x"
        self.nodes, self.initializers = [], []

    def constant(self, array):
        name = f"c{len(self.initializers)}"
        self.initializers.append(numpy_helper.from_array(np.asarray(array, dtype=np.float32), name))
        return name

    def node(self, op, inputs, shape, **attributes):
        out = f"v{len(self.nodes)}"
        self.nodes.append(helper.make_node(op, inputs, [out], **attributes))
        self.last, self.shapes[out] = out, tuple(int(d) for d in shape)

    def shape(self):
        return self.shapes[self.last]

    def window(self, dilations=True):
        """Attributes and the padding and kernel along each axis; None if they do not fit."""
        rng, spatial = self.rng, self.shape()[2:]
        kernel = [int(rng.integers(1, 4)) for _ in spatial]
        stride = [int(rng.integers(1, 4)) for _ in spatial]
        dilation = [int(rng.integers(1, 3)) if dilations else 1 for _ in spatial]
        attributes = {"kernel_shape": kernel}
        if max(stride) > 1 or rng.random() < 0.5:
            attributes["strides"] = stride
        if dilations and (max(dilation) > 1 or rng.random() < 0.5):
            attributes["dilations"] = dilation
        extent = [(k - 1) * d + 1 for k, d in zip(kernel, dilation)]
        pads = [0] * (2 * len(spatial))
        how = rng.random()
        if how < 0.5:
            pads = [int(rng.integers(0, kernel[i % len(kernel)])) for i in range(2 * len(spatial))]
            attributes["pads"] = pads
        elif how < 0.75:
            same = ["SAME_UPPER", "SAME_LOWER"]
            if max(dilation) > 1 or any(s > e for s, e in zip(stride, extent)):
                same = []  # ONNX Runtime lacks the first and pads by a negative number for the second
            attributes["auto_pad"] = str(rng.choice(same + ["VALID"]))
        padding = [a + b for a, b in zip(pads[: len(spatial)], pads[len(spatial):])]
        return attributes, stride, extent, padding

    def results(self, window, ceil=False):
        attributes, stride, extent, padding = window
        out = []
        for n, s, e, p in zip(self.shape()[2:], stride, extent, padding):
            if attributes.get("auto_pad", "").startswith("SAME"):
                out.append(-(-n // s))
                continue
            room = n + p - e
            if room < 0:
                return None
            out.append((-(-room // s) if ceil else room // s) + 1)
        return out

    def conv(self):
        rng, window = self.rng, self.window()
        results = self.results(window)
        if results is None:
            return
        channels = self.shape()[1]
        groups = int(rng.choice([g for g in range(1, channels + 1) if channels % g == 0]))
        out = groups * int(rng.integers(1, 3))
        inputs = [self.last, self.constant(rng.normal(size=[out, channels // groups] + window[0]["kernel_shape"]))]
        if rng.random() < 0.5:
            inputs.append(self.constant(rng.normal(size=[out])))
        if groups > 1 or rng.random() < 0.3:
            window[0]["group"] = groups
        self.node("Conv", inputs, (1, out, *results), **window[0])

    def transposed(self):
        rng, (attributes, stride, extent, padding) = self.rng, self.window()
        channels, spatial = self.shape()[1], self.shape()[2:]
        groups = int(rng.choice([g for g in range(1, channels + 1) if channels % g == 0]))
        out = int(rng.integers(1, 3))
        more = [0] * len(spatial)
        if "auto_pad" not in attributes and rng.random() < 0.5:
            more = [int(rng.integers(0, s)) for s in stride]
            attributes["output_padding"] = more
        results = [s * (n - 1) + e + m - p for n, s, e, m, p in zip(spatial, stride, extent, more, padding)]
        if attributes.get("auto_pad", "").startswith("SAME"):
            results = [n * s for n, s in zip(spatial, stride)]
        if min(results) < 1 or max(results) > 9:
            return
        inputs = [self.last, self.constant(rng.normal(size=[channels, out] + attributes["kernel_shape"]))]
        if rng.random() < 0.5:
            inputs.append(self.constant(rng.normal(size=[out * groups])))
        self.node("ConvTranspose", inputs, (1, out * groups, *results), group=groups, **attributes)

    def normalization(self):
        rng, channels = self.rng, self.shape()[1]
        values = [rng.normal(size=channels) for _ in range(3)] + [rng.random(channels) * 2]
        attributes = {"epsilon": float(rng.choice([1e-5, 1e-3]))} if rng.random() < 0.5 else {}
        self.node("BatchNormalization", [self.last] + [self.constant(v) for v in values], self.shape(), **attributes)

    def pool(self):
        rng = self.rng
        window = self.window(dilations=self.opset >= 19)
        ceil = self.opset >= 10 and rng.random() < 0.5
        results = self.results(window, ceil)
        if results is None:
            return
        attributes, stride, extent, padding = window
        if ceil and "auto_pad" in attributes:
            return
        if any(d > n for d, n in zip(attributes.get("dilations", []), self.shape()[2:])):
            return  # a window may see the padding alone
        if ceil:
            attributes["ceil_mode"] = 1
            begin = attributes.get("pads", [0] * len(stride))
            for i, n in enumerate(self.shape()[2:]):  # the last window must not start beyond the operand
                if (results[i] - 1) * stride[i] >= n + begin[i]:
                    return
        if rng.random() < 0.5:
            attributes["count_include_pad"] = 1
        self.node("AveragePool", [self.last], self.shape()[:2] + tuple(results), **attributes)

    def relu(self):
        self.node("Relu", [self.last], self.shape())

    def residual(self):
        same = [v for v, s in self.shapes.items() if s == self.shape()]
        other = str(self.rng.choice(same))
        op = str(self.rng.choice(["Add", "Sub", "Sum"]))
        inputs = [self.last, other] if self.rng.random() < 0.5 else [other, self.last]
        if op == "Sum" and self.rng.random() < 0.3:
            inputs.append(self.last)
        self.node(op, inputs, self.shape())

    def scaled(self):
        """A sum with means over the spatial axes, which are broadcast."""
        whole, shape = self.last, self.shape()
        self.node("GlobalAveragePool", [whole], shape[:2] + (1,) * self.axes)
        self.node(str(self.rng.choice(["Add", "Sub"])), [self.last, whole], shape)

    def concat(self):
        axis = int(self.rng.integers(1, 2 + self.axes))
        fits = [v for v, s in self.shapes.items() if s[:axis] == self.shape()[:axis] and s[axis + 1:] == self.shape()[axis + 1:]]
        inputs = [self.last] + [str(self.rng.choice(fits)) for _ in range(int(self.rng.integers(1, 3)))]
        shape = list(self.shape())
        shape[axis] = sum(self.shapes[v][axis] for v in inputs)
        if np.prod(shape) < 600:
            self.node("Concat", inputs, shape, axis=axis - 2 - self.axes if self.opset >= 11 and self.rng.random() < 0.5 else axis)

    def head(self):
        if self.rng.random() < 0.5:
            self.node("GlobalAveragePool", [self.last], self.shape()[:2] + (1,) * self.axes)
        n = int(np.prod(self.shape()))
        self.node("Flatten", [self.last], (1, n))
        w, b = self.constant(self.rng.normal(size=(n, 3))), self.constant(self.rng.normal(size=3))
        self.node("Gemm", [self.last, w, b], (1, 3))

    def proto(self):
        graph = helper.make_graph(
            self.nodes, "g", [helper.make_tensor_value_info("x", TensorProto.FLOAT, self.input_shape)],
            [helper.make_tensor_value_info(self.last, TensorProto.FLOAT, (1, 3))], self.initializers)
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", self.opset)], ir_version=8)


def make(rng):
    m = Model(rng)
    steps = [m.conv, m.conv, m.conv, m.transposed, m.normalization, m.normalization, m.pool, m.pool, m.relu, m.relu,
             m.residual, m.residual, m.scaled, m.concat]
    for _ in range(int(rng.integers(3, 10))):
        steps[int(rng.integers(0, len(steps)))]()
    m.head()
    return m


def main(folder, wanted, seed):
    rng, cases, used = np.random.default_rng(seed), {}, {}
    options = ort.SessionOptions()
    options.log_severity_level = 4
    while len(cases) < wanted:
        m = make(rng)
        proto = m.proto()
        onnx.checker.check_model(proto)
        session = ort.InferenceSession(proto.SerializeToString(), options, providers=["CPUExecutionProvider"])
        xs = [rng.normal(size=m.input_shape).astype(np.float32) for _ in range(2)]
        ys = [session.run(None, {"x": x})[0].astype(np.float64) for x in xs]
        if not np.isfinite(ys).all() or np.abs(ys).max() > 1e5:
            continue
        name = f"{len(cases):03d}"
        onnx.save(proto, folder / (name + ".onnx"))
        cases[name] = {"x": [x.ravel().tolist() for x in xs], "y": [y.ravel().tolist() for y in ys], "tolerance": 1e-4}
        for n in m.nodes:
            used[n.op_type] = used.get(n.op_type, 0) + 1
    (folder / "cases.json").write_text(json.dumps(cases))
    print(used)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
