"""What onnxruntime says about a file: the oracle for the published outputs and the accuracies."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import onnxruntime


@dataclass(frozen=True)
class Answers:
    """output is the file's own output, logits what enters its final Softmax; [samples, classes]."""

    output: np.ndarray
    logits: np.ndarray
    ends_in_softmax: bool


def answers(path: Path, x: np.ndarray) -> Answers:
    """Runs a file on inputs [samples, features], in the shape and the batch size that it declares."""
    model = onnx.load(path)
    last = model.graph.node[-1]
    softmax = last.op_type == "Softmax"
    if softmax:  # in memory only: also ask for the edge before the Softmax
        before = onnx.helper.make_tensor_value_info(last.input[0], onnx.TensorProto.FLOAT, None)
        model.graph.output.append(before)
    session = _session(model)

    declared = session.get_inputs()[0]
    batch, *features = declared.shape
    rows = x.reshape(-1, *features)
    step = batch if isinstance(batch, int) else len(rows)
    parts = [
        session.run(None, {declared.name: rows[first : first + step]})
        for first in range(0, len(rows), step)
    ]
    columns = [np.concatenate(column) for column in zip(*parts)]
    return Answers(output=columns[0], logits=columns[-1], ends_in_softmax=softmax)


def decisions(scores: np.ndarray) -> np.ndarray:
    """The class of the greatest score of each row; the first of equal ones."""
    return scores.argmax(axis=1)


def parameters(path: Path) -> tuple[int, int]:
    """How many weights (without biases) a file stores, and how many of them are not zero.

    Counted in the file itself: every tensor of two or more dimensions, initializer or Constant.
    """
    graph = onnx.load(path).graph
    constants = [node.attribute[0].t for node in graph.node if node.op_type == "Constant"]
    tensors = [onnx.numpy_helper.to_array(t) for t in [*graph.initializer, *constants]]
    weights = [tensor for tensor in tensors if tensor.ndim >= 2]
    return sum(w.size for w in weights), sum(int(np.count_nonzero(w)) for w in weights)


def _session(model: onnx.ModelProto) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    if any(node.op_type == "QuantizeLinear" for node in model.graph.node):
        # Node by node, as the file says: fused kernels for integers may saturate on some processors.
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 3  # errors; the dialects with listed initializers would warn
    return onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
