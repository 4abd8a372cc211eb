"""What the scripts of the tools share: the networks, and where their files and records go. Needs numpy and onnx."""

import hashlib
import importlib.metadata
import json
import re
import tempfile
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

HERE = Path(__file__).resolve().parent
FILES, EXPECTED = HERE / "files", HERE / "expected"


def samples() -> np.ndarray:
    return np.load(HERE / "samples.npy")


def images() -> np.ndarray:
    return samples().reshape(-1, 1, 8, 8)


def calibration(count: int = 64) -> np.ndarray:
    """Inputs of quantizers: none is a sample."""
    return np.random.default_rng(1).random((count, 64), dtype=np.float32)


def weights(network: str) -> dict[str, np.ndarray]:
    """Those of mlp (w1, b1, w2, b2; as x W) or conv (k, c beside them)."""
    with np.load(HERE / "networks.npz") as arrays:
        return {name.split("_")[1]: arrays[name] for name in arrays.files if name.startswith(network)}


def mlp(softmax: bool = False, matmul: bool = False, opset: int = 17, ir: int = 8) -> onnx.ModelProto:
    """The MLP by onnx.helper: Gemm, or MatMul and Add."""
    nodes = _dense("x", "m", matmul)
    return _model(nodes, weights("mlp"), [64], softmax, opset, ir)


def conv(softmax: bool = False, opset: int = 17, ir: int = 8) -> onnx.ModelProto:
    """The convolutional network by onnx.helper."""
    nodes = [
        helper.make_node("Conv", ["x", "k", "c"], ["z0"], name="conv", pads=[1, 1, 1, 1]),
        helper.make_node("Relu", ["z0"], ["a0"], name="relu0"),
        helper.make_node("MaxPool", ["a0"], ["p"], name="pool", kernel_shape=[2, 2], strides=[2, 2]),
        helper.make_node("Flatten", ["p"], ["f"], name="flatten"),
    ]
    return _model(nodes + _dense("f", "", False), weights("conv"), [1, 8, 8], softmax, opset, ir)


def _dense(x: str, prefix: str, matmul: bool) -> list[onnx.NodeProto]:
    nodes = []
    for k, (source, target) in enumerate(((x, "z1"), ("a1", "logits")), 1):
        if matmul:
            nodes.append(helper.make_node("MatMul", [source, f"w{k}"], [f"{prefix}m{k}"], name=f"matmul{k}"))
            nodes.append(helper.make_node("Add", [f"{prefix}m{k}", f"b{k}"], [target], name=f"add{k}"))
        else:
            nodes.append(helper.make_node("Gemm", [source, f"w{k}", f"b{k}"], [target], name=f"gemm{k}"))
        if k == 1:
            nodes.append(helper.make_node("Relu", [target], ["a1"], name="relu1"))
    return nodes


def _model(nodes, arrays, shape, softmax, opset, ir) -> onnx.ModelProto:
    output = "logits"
    if softmax:
        nodes.append(helper.make_node("Softmax", ["logits"], ["y"], name="softmax", axis=1))
        output = "y"
    graph = helper.make_graph(
        nodes, "digits",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", *shape])],
        [helper.make_tensor_value_info(output, TensorProto.FLOAT, ["n", 10])],
        [numpy_helper.from_array(a, name) for name, a in arrays.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=ir)
    onnx.checker.check_model(model)
    return model


class Tool:
    """Collects what a tool writes: files/TOOL/NAME.onnx, and a line for each in expected/TOOL.json."""

    def __init__(self, name: str, *packages: str):
        """packages are those whose versions say what wrote the files, the tool's own first."""
        self.name = name
        self.folder = FILES / name
        self.folder.mkdir(parents=True, exist_ok=True)
        for old in self.folder.iterdir():
            old.unlink()
        self.record = {"tool": name, "versions": {p: importlib.metadata.version(p) for p in packages}, "files": {}}

    def path(self, name: str) -> Path:
        """Where a tool may write a file by itself; add must follow."""
        return self.folder / f"{name}.onnx"

    def add(self, name: str, form: str, model: onnx.ModelProto | None = None, **facts) -> None:
        """Notes a file that is at path(name), or saves the model there.

        facts: logits names the tensor that has the logits where it is not the first output, see expected.py; x has the
        inputs where they are not those of samples.npy; y has the logits where onnxruntime is not to compute them, and by
        says what did.
        """
        path = self.path(name)
        if model is not None:
            onnx.save(model, path)
        _without_paths(path)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        facts = {k: v.tolist() if isinstance(v, np.ndarray) else v for k, v in facts.items()}
        self.record["files"][name] = {"form": form, "sha256": digest, **facts}

    def done(self) -> None:
        EXPECTED.mkdir(exist_ok=True)
        (EXPECTED / f"{self.name}.json").write_text(json.dumps(self.record, indent=1) + "\n")


def _without_paths(path: Path) -> None:
    """Shortens the stack traces and descriptions that exporters leave in a file to what does not tell where it was written."""
    model = onnx.load(path, load_external_data=False)
    changed = False
    graphs = [model.graph, *model.functions]
    for owner in [model, *graphs] + [x for g in graphs for x in [*g.node, *getattr(g, "input", []), *g.value_info] if hasattr(x, "metadata_props")]:
        for p in owner.metadata_props:
            short = re.sub(r'"[^"]*/site-packages/', '"', p.value.replace(f"{HERE}/", ""))
            changed |= short != p.value
            p.value = short
    for owner in (model, model.graph):
        short = owner.doc_string.replace(f"{tempfile.gettempdir()}/", "")
        changed |= short != owner.doc_string
        owner.doc_string = short
    if changed:
        path.write_bytes(model.SerializeToString())
