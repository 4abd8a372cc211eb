"""Brings a scikit-learn MLPClassifier to rsm: trains one on the digits, prunes a copy, and writes both as ONNX.

    python examples/from_sklearn.py [FOLDER]

The network is written with onnx.helper, layer by layer: that is all there is to an MLPClassifier, and it ends in logits
(converters add a softmax and the choice of a class, which rsm has no use for). Needs numpy, scikit-learn and onnx.
"""

import copy
import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier


def write(model: MLPClassifier, path: Path) -> None:
    """One Gemm for each layer, a Relu between two. Weights are rounded to float32, as runtimes have them."""
    assert model.activation == "relu" and model.n_outputs_ > 1
    nodes, constants, value = [], [], "x"
    for k, (weight, bias) in enumerate(zip(model.coefs_, model.intercepts_)):
        constants += [numpy_helper.from_array(a.astype(np.float32), f"{name}{k}") for name, a in (("w", weight), ("b", bias))]
        last = k == len(model.coefs_) - 1
        nodes.append(helper.make_node("Gemm", [value, f"w{k}", f"b{k}"], ["logits" if last else f"z{k}"]))
        if not last:
            nodes.append(helper.make_node("Relu", [f"z{k}"], [f"a{k}"]))
            value = f"a{k}"
    graph = helper.make_graph(
        nodes, path.stem,
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, model.n_features_in_])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, [1, model.n_outputs_])],
        constants,
    )
    file = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.checker.check_model(file)
    onnx.save(file, path)


def main() -> None:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    folder.mkdir(parents=True, exist_ok=True)
    x, y = load_digits(return_X_y=True)
    x = x / 16  # from 0 to 1: exact in binary
    x_train, x_test, y_train, y_test = train_test_split(x, y, random_state=0, stratify=y)
    model = MLPClassifier(hidden_layer_sizes=(32, 16), max_iter=500, random_state=0).fit(x_train, y_train)
    pruned = copy.deepcopy(model)
    for weight in pruned.coefs_:  # the third that is smallest in magnitude
        weight[np.abs(weight) < np.quantile(np.abs(weight), 1 / 3)] = 0
    print(f"accuracy {model.score(x_test, y_test):.3f}, pruned {pruned.score(x_test, y_test):.3f}")
    write(model, folder / "sklearn.onnx")
    write(pruned, folder / "sklearn-pruned.onnx")
    np.save(folder / "digits.npy", x_test[:100].astype(np.float32))
    print("Now ask how much safety the pruned network lost around a sample:\n")
    print(f"rsm margin {folder}/sklearn-pruned.onnx {folder}/sklearn.onnx --input {folder}/digits.npy --index 0 --epsilon 0.02 --clip 0,1")


if __name__ == "__main__":
    main()
